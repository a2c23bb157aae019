//! What closed, told apart by colleague, product or quarter: how many were won, how often, what they are worth, how long
//! they took.

use super::{address, explain::explain, page::Show};
use crate::{
    i18n::{format, words},
    ui::{
        TabItem, Tabs,
        chart::{BarChart, ChartFrame, Datum, StackedBar},
    },
};
use domain::{
    dashboard::{Breakdown, DashboardRequest, Group, Key},
    metric::Metric,
    money::Currency,
    pipeline::StageKind,
};
use leptos::prelude::*;

/// Bars that are drawn; the table has all.
const BARS: usize = 8;

/// The chart.
pub(super) fn ranking(show: Show) -> Option<AnyView> {
    let text = show.text;
    let deals = show.board.with_value(|board| board.deals.clone())?;
    let by = show.request.with_value(DashboardRequest::breakdown);
    let named: Vec<(String, Group)> =
        deals.groups.into_iter().map(|group| (name(show, &group.key), group)).collect();
    let rows = named.iter().map(|(name, group)| row(show, name, group, deals.currency)).collect();
    let bars = bars(show, &named, deals.currency);
    let first = named.iter().max_by_key(|(_, group)| group.closed.won_minor);
    let summary = match first.filter(|(_, group)| group.closed.won > 0) {
        Some((name, group)) => text
            .dashboard_ranking_summary(&show.brief(group.closed.won_minor, deals.currency), name),
        None => text.dashboard_ranking_none().to_owned(),
    };
    let heads = [
        words::breakdown(text, by),
        text.metric_won(),
        text.dashboard_lost(),
        text.metric_win_rate(),
        text.metric_won_value(),
        text.metric_time_to_win(),
    ];
    let metrics = [Metric::Won, Metric::WonValue, Metric::WinRate, Metric::TimeToWin];
    let closed = deals.closed;
    let part = |state: StageKind, value: i64| Datum {
        label: words::stage_kind(text, state).to_owned(),
        value,
        said: format::integer(value),
        href: show.lists.with_value(|lists| lists.closed(Some(state), None)),
        ..Datum::default()
    };
    let parts = vec![part(StageKind::Won, closed.won), part(StageKind::Lost, closed.lost)];
    Some(
        view! {
            <ChartFrame
                title=text.dashboard_ranking()
                summary=summary
                explain=move || explain(text, &metrics)
                heads=heads.map(str::to_owned).to_vec()
                rows=rows
                table=text.dashboard_table()
            >
                {tabs(show, by)}
                {(closed.won + closed.lost > 0).then(|| view! { <StackedBar data=parts /> })}
                {(!bars.is_empty()).then(|| view! { <BarChart data=bars colour=3 /> })}
            </ChartFrame>
        }
        .into_any(),
    )
}

fn tabs(show: Show, by: Breakdown) -> AnyView {
    let text = show.text;
    let items = Breakdown::ALL
        .iter()
        .map(|by| {
            let request = show.request.with_value(|request| DashboardRequest {
                by: (*by != Breakdown::Owner).then_some(*by),
                ..request.clone()
            });
            TabItem::new(by.code(), words::breakdown(text, *by), address::dashboard(&request))
        })
        .collect::<Vec<_>>();
    let current = Signal::stored(by.code().to_owned());
    view! { <Tabs label=text.dashboard_ranking() tabs=items current=current /> }.into_any()
}

fn name(show: Show, key: &Key) -> String {
    let text = show.text;
    match key {
        Key::Owner(None) => text.dashboard_nobody().to_owned(),
        Key::Owner(Some(owner)) => show.colleague(*owner),
        Key::Product(None, _) => text.dashboard_no_product().to_owned(),
        Key::Product(Some(_), name) => name.clone(),
        Key::Quarter(days) => {
            let quarter = (days.first().month() - 1) / 3 + 1;
            text.dashboard_quarter(&quarter.to_string(), &days.first().year().to_string())
        }
    }
}

fn row(show: Show, name: &str, group: &Group, currency: Currency) -> Vec<String> {
    let closed = group.closed;
    vec![
        name.to_owned(),
        format::integer(closed.won),
        format::integer(closed.lost),
        closed.win_rate().map(format::percent).unwrap_or_default(),
        show.money(closed.won_minor, currency),
        closed.time_to_win.map(|took| show.time(took)).unwrap_or_default(),
    ]
}

fn bars(show: Show, named: &[(String, Group)], currency: Currency) -> Vec<Datum> {
    let text = show.text;
    let bar = |(name, group): &(String, Group)| {
        let closed = group.closed;
        let rate = closed.win_rate().map(format::percent).unwrap_or_default();
        Datum {
            label: name.clone(),
            value: closed.won_minor,
            said: text.dashboard_ranking_value(&show.brief(closed.won_minor, currency), &rate),
            href: show.lists.with_value(|lists| lists.group(&group.key)),
            ..Datum::default()
        }
    };
    let shown = named.iter().filter(|(_, group)| group.closed.won > 0);
    shown.take(BARS).map(bar).collect()
}
