//! What the proof asks of lists of deals and of dashboards.

use domain::{
    dashboard::Breakdown,
    opportunity::{DealFilter, DealSort},
};

/// Queries of lists of deals: every state, order and filter.
pub(super) fn deal_queries() -> Vec<String> {
    let states = ["all", "won", "lost"].map(|state| format!("state={state}"));
    let sorts = DealSort::ALL.iter().map(|sort| format!("sort=-{}", sort.code()));
    let filters = DealFilter::ALL.iter().map(|filter| format!("filter={}", filter.code()));
    let days = "2020-01-01..2040-12-31";
    let figures = [
        format!("state=all&began={days}"),
        format!("state=all&closed={days}"),
        format!("state=all&reached={FIRST_STAGE}"),
    ];
    states.into_iter().chain(sorts).chain(filters).chain(figures).collect()
}

/// Dashboards told apart in every way, and narrowed to what others are in charge of.
pub(super) fn dashboard_queries() -> Vec<String> {
    let by = Breakdown::ALL.iter().map(|by| format!("period=ever&by={}", by.code()));
    by.chain(["period=2020-01-01..2040-12-31".to_owned(), String::new()]).collect()
}

/// The stage that deals begin in.
pub(super) const FIRST_STAGE: &str = "01900000-0000-7000-8000-000000000011";
