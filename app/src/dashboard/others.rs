//! The charts of customers that came and of what people did.

use super::{address::CUSTOMERS, deals::month, explain::explain, page::Show};
use crate::{
    i18n::{format, words},
    ui::chart::{BarChart, ChartFrame, Datum, LineChart},
};
use domain::{list::Tab, metric::Metric};
use leptos::prelude::*;

/// Colleagues that are drawn; the table has all.
const BARS: usize = 8;

/// Customers that came, by month.
pub(super) fn customers(show: Show) -> Option<AnyView> {
    let text = show.text;
    let customers = show.board.with_value(|board| board.customers.clone())?;
    let lists = show.lists.get_value();
    let mut data = Vec::new();
    let mut rows = Vec::new();
    for of in &customers.months {
        let (label, tick) = month(show, of.days);
        rows.push(vec![label.clone(), format::integer(of.count)]);
        data.push(Datum {
            label,
            tick,
            value: of.count,
            said: format::integer(of.count),
            so_far: show.goes_on(of.days),
            ..Datum::default()
        });
    }
    let all: i64 = customers.months.iter().map(|of| of.count).sum();
    let kinds = [(Tab::Companies, customers.new[0]), (Tab::Individuals, customers.new[1])];
    let kinds = kinds
        .into_iter()
        .map(|(tab, count)| Datum {
            label: words::tab(text, tab).to_owned(),
            value: count,
            said: format::integer(count),
            href: lists.came(tab, None),
            ..Datum::default()
        })
        .collect::<Vec<_>>();
    let heads = [text.dashboard_month_head(), text.metric_new_customers()];
    let tick = Callback::new(move |n| format::compact(text.lang(), n));
    Some(
        view! {
            <ChartFrame
                title=text.dashboard_customers()
                summary=text.dashboard_customers_summary(all)
                explain=move || explain(text, &[Metric::NewCustomers])
                heads=heads.map(str::to_owned).to_vec()
                rows=rows
                table=text.dashboard_table()
                id=CUSTOMERS
            >
                <LineChart data=data tick=tick />
                <BarChart data=kinds colour=5 />
            </ChartFrame>
        }
        .into_any(),
    )
}

/// What people did, by kind and by whom.
pub(super) fn activities(show: Show) -> Option<AnyView> {
    let text = show.text;
    let activities = show.board.with_value(|board| board.activities.clone())?;
    let all = activities.all();
    let lists = show.lists.get_value();
    let kinds = activities
        .kinds
        .iter()
        .map(|(kind, count)| Datum {
            label: words::done_kind(text, *kind).to_owned(),
            value: *count,
            said: format::integer(*count),
            href: lists.done(|asked| asked.kind = Some(*kind)),
            ..Datum::default()
        })
        .collect::<Vec<_>>();
    let people: Vec<_> = activities
        .people
        .iter()
        .map(|(who, count)| {
            (show.colleague(*who), *count, lists.done(|asked| asked.who = Some(*who)))
        })
        .collect();
    let rows =
        people.iter().map(|(name, count, _)| vec![name.clone(), format::integer(*count)]).collect();
    let bars = people
        .into_iter()
        .take(BARS)
        .map(|(label, value, href)| Datum {
            label,
            value,
            said: format::integer(value),
            href,
            ..Datum::default()
        })
        .collect::<Vec<_>>();
    let heads = [text.dashboard_colleague(), text.metric_activities()];
    Some(
        view! {
            <ChartFrame
                title=text.dashboard_activities()
                summary=text.dashboard_activities_summary(all)
                explain=move || explain(text, &[Metric::Activities])
                heads=heads.map(str::to_owned).to_vec()
                rows=rows
                table=text.dashboard_table()
            >
                <BarChart data=kinds colour=2 />
                {(bars.len() > 1).then(|| view! { <BarChart data=bars colour=5 /> })}
            </ChartFrame>
        }
        .into_any(),
    )
}
