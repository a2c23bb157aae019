//! The figures of feedback: what is open, what came in, and how much was solved in time.

use super::{deals::month, explain::explain, page::Show};
use crate::{
    i18n::{format, words},
    ui::chart::{BarChart, ChartFrame, Datum, LineChart},
};
use domain::{case::CaseState, metric::Metric};
use leptos::prelude::*;

/// Cases that came, by month and by kind; those that are open, by priority.
pub(super) fn chart(show: Show) -> Option<AnyView> {
    let text = show.text;
    let cases = show.board.with_value(|board| board.cases.clone())?;
    let lists = show.lists.get_value();
    let mut data = Vec::new();
    let mut rows = Vec::new();
    for of in &cases.months {
        let (label, tick) = month(show, of.days);
        rows.push(vec![label.clone(), format::integer(of.count)]);
        data.push(Datum {
            label,
            tick,
            value: of.count,
            said: format::integer(of.count),
            href: lists.cases_came(None, Some(of.days)),
            so_far: show.goes_on(of.days),
            ..Datum::default()
        });
    }
    let all: i64 = cases.months.iter().map(|of| of.count).sum();
    let bar = |label: &'static str, count: i64, href: String| Datum {
        label: label.to_owned(),
        value: count,
        said: format::integer(count),
        href,
        ..Datum::default()
    };
    let kinds: Vec<Datum> = cases
        .came
        .iter()
        .map(|(kind, count)| {
            bar(words::case_kind(text, *kind), *count, lists.cases_came(Some(*kind), None))
        })
        .collect();
    let priorities: Vec<Datum> = cases
        .open
        .iter()
        .map(|(priority, count)| {
            let href = lists.cases(CaseState::Open, |asked| asked.priority = Some(*priority));
            bar(words::case_priority(text, *priority), *count, href)
        })
        .collect();
    let heads = [text.dashboard_month_head(), text.metric_cases_came()];
    let tick = Callback::new(move |n| format::compact(text.lang(), n));
    let solved = cases.solved;
    let share = |share: Option<i64>| {
        share.map_or_else(|| text.dashboard_none().to_owned(), format::percent)
    };
    let summary = text.dashboard_cases_summary(
        all,
        &share(solved.answered_share()),
        &share(solved.in_time_share()),
    );
    let figures =
        [Metric::CasesCame, Metric::CasesOpen, Metric::SolvedInTime, Metric::AnsweredInTime];
    Some(
        view! {
            <ChartFrame
                title=text.case_title()
                summary=summary
                explain=move || explain(text, &figures)
                heads=heads.map(str::to_owned).to_vec()
                rows=rows
                table=text.dashboard_table()
            >
                <LineChart data=data tick=tick />
                <BarChart data=kinds colour=5 />
                <p class="sub">{text.dashboard_open_by_priority()}</p>
                <BarChart data=priorities colour=2 />
            </ChartFrame>
        }
        .into_any(),
    )
}
