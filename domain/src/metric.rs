//! The catalogue of figures: each is defined once, here, with its unit and where its records are. What it is called and
//! how it is worked out is said in the catalogues of texts under the same code.

use crate::{account::choices, policy::Object};
use serde::{Deserialize, Serialize};

choices! {
    /// A figure of a dashboard.
    Metric {
        /// What open deals are worth.
        OpenValue = "open_value" [],
        /// The same by the probability of the stage each stands in.
        WeightedValue = "weighted_value" [],
        /// How many deals were won.
        Won = "won" [],
        /// What they were worth.
        WonValue = "won_value" [],
        /// Won deals among those that closed.
        WinRate = "win_rate" [],
        /// From the beginning of a deal to its being won: the median.
        TimeToWin = "time_to_win" [],
        /// How many of the deals that began came as far as a stage.
        Reached = "reached" [],
        /// How long they stood in a stage: the median.
        TimeInStage = "time_in_stage" [],
        /// How many customers came.
        NewCustomers = "new_customers" [],
        /// What people did about records: calls, visits, meetings, tasks, notes.
        Activities = "activities" [],
        /// How many cases are open.
        CasesOpen = "cases_open" [],
        /// How many cases came in.
        CasesCame = "cases_came" [],
        /// Cases that were solved in time among those that were solved.
        SolvedInTime = "solved_in_time" [],
        /// Cases that were answered first in time among those that were solved.
        AnsweredInTime = "answered_in_time" [],
        /// Whether customers would recommend the house: the Net Promoter Score.
        Nps = "nps" [],
    }
}

/// What a figure counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// Things.
    Count,
    /// Minor units of a currency.
    Money,
    /// Thousandths of the whole.
    Thousandths,
    /// Milliseconds.
    Time,
    /// Tenths of points from −100 to 100.
    Points,
}

impl Metric {
    /// What it counts in.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::OpenValue | Self::WeightedValue | Self::WonValue => Unit::Money,
            Self::Won
            | Self::Reached
            | Self::NewCustomers
            | Self::Activities
            | Self::CasesOpen
            | Self::CasesCame => Unit::Count,
            Self::WinRate | Self::SolvedInTime | Self::AnsweredInTime => Unit::Thousandths,
            Self::TimeToWin | Self::TimeInStage => Unit::Time,
            Self::Nps => Unit::Points,
        }
    }

    /// The records it is about: whoever sees none of them is shown no such figure.
    #[must_use]
    pub const fn source(self) -> Object {
        match self {
            Self::NewCustomers => Object::Account,
            Self::Activities => Object::Activity,
            Self::CasesOpen | Self::CasesCame | Self::SolvedInTime | Self::AnsweredInTime => {
                Object::Case
            }
            Self::Nps => Object::Survey,
            Self::OpenValue
            | Self::WeightedValue
            | Self::Won
            | Self::WonValue
            | Self::WinRate
            | Self::TimeToWin
            | Self::Reached
            | Self::TimeInStage => Object::Opportunity,
        }
    }
}

/// `part` of `whole` in thousandths, rounded half up; nothing of nothing.
#[must_use]
pub fn thousandths(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| {
        let share =
            (i128::from(part) * 1_000 + i128::from(whole) / 2).div_euclid(i128::from(whole));
        i64::try_from(share).unwrap_or(i64::MAX)
    })
}

/// By how much `now` is above or below `before`, in thousandths of that; nothing when there was nothing.
#[must_use]
pub fn change(now: i64, before: i64) -> Option<i64> {
    thousandths(now.saturating_sub(before), before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_changes_are_rounded_once() {
        assert_eq!(
            [thousandths(1, 3), thousandths(2, 3), thousandths(1, 0)],
            [Some(333), Some(667), None]
        );
        assert_eq!(
            [change(118, 100), change(50, 100), change(5, 0)],
            [Some(180), Some(-500), None]
        );
        assert_eq!(thousandths(1, 2_000), Some(1));
    }

    #[test]
    fn every_figure_is_about_records_with_rights() {
        for metric in Metric::ALL {
            assert_eq!(Metric::parse(metric.code()), Ok(*metric));
            assert!(Object::ALL.contains(&metric.source()));
        }
    }
}
