//! Words for what dashboards show: days, what closed deals are told apart by, figures and how each is worked out.

use super::{Text, words::activity_kind};
use domain::{activity::DoneKind, dashboard::Breakdown, metric::Metric, period::Period};

/// A stretch of days.
#[must_use]
pub fn period(text: Text, value: Period) -> &'static str {
    match value {
        Period::ThisMonth => text.choice_period_this_month(),
        Period::LastMonth => text.choice_period_last_month(),
        Period::ThisQuarter => text.choice_period_this_quarter(),
        Period::LastQuarter => text.choice_period_last_quarter(),
        Period::ThisYear => text.choice_period_this_year(),
        Period::LastYear => text.choice_period_last_year(),
        Period::TwelveMonths => text.choice_period_twelve_months(),
        Period::Ever => text.choice_period_ever(),
    }
}

/// By what closed deals are told apart.
#[must_use]
pub fn breakdown(text: Text, value: Breakdown) -> &'static str {
    match value {
        Breakdown::Owner => text.choice_breakdown_owner(),
        Breakdown::Product => text.choice_breakdown_product(),
        Breakdown::Quarter => text.choice_breakdown_quarter(),
    }
}

/// What was done.
#[must_use]
pub fn done_kind(text: Text, value: DoneKind) -> &'static str {
    match value {
        DoneKind::Activity(kind) => activity_kind(text, kind),
        DoneKind::Note => text.dashboard_notes(),
    }
}

/// What a figure is called.
#[must_use]
pub fn metric(text: Text, value: Metric) -> &'static str {
    match value {
        Metric::OpenValue => text.metric_open_value(),
        Metric::WeightedValue => text.metric_weighted_value(),
        Metric::Won => text.metric_won(),
        Metric::WonValue => text.metric_won_value(),
        Metric::WinRate => text.metric_win_rate(),
        Metric::TimeToWin => text.metric_time_to_win(),
        Metric::Reached => text.metric_reached(),
        Metric::TimeInStage => text.metric_time_in_stage(),
        Metric::NewCustomers => text.metric_new_customers(),
        Metric::Activities => text.metric_activities(),
        Metric::CasesOpen => text.metric_cases_open(),
        Metric::CasesCame => text.metric_cases_came(),
        Metric::SolvedInTime => text.metric_solved_in_time(),
        Metric::AnsweredInTime => text.metric_answered_in_time(),
        Metric::Nps => text.metric_nps(),
    }
}

/// How a figure is worked out.
#[must_use]
pub fn metric_formula(text: Text, value: Metric) -> &'static str {
    match value {
        Metric::OpenValue => text.metric_formula_open_value(),
        Metric::WeightedValue => text.metric_formula_weighted_value(),
        Metric::Won => text.metric_formula_won(),
        Metric::WonValue => text.metric_formula_won_value(),
        Metric::WinRate => text.metric_formula_win_rate(),
        Metric::TimeToWin => text.metric_formula_time_to_win(),
        Metric::Reached => text.metric_formula_reached(),
        Metric::TimeInStage => text.metric_formula_time_in_stage(),
        Metric::NewCustomers => text.metric_formula_new_customers(),
        Metric::Activities => text.metric_formula_activities(),
        Metric::CasesOpen => text.metric_formula_cases_open(),
        Metric::CasesCame => text.metric_formula_cases_came(),
        Metric::SolvedInTime => text.metric_formula_solved_in_time(),
        Metric::AnsweredInTime => text.metric_formula_answered_in_time(),
        Metric::Nps => text.metric_formula_nps(),
    }
}
