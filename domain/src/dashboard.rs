//! Dashboards: what one is asked for, and the figures it shows. Every figure is one of [`crate::metric::Metric`].

use crate::{
    account::choices,
    activity::DoneKind,
    case::{CaseKind, CasePriority},
    date::Date,
    id::{PipelineId, ProductId, StageId, TeamId, UserId},
    money::Currency,
    opportunity::StageSums,
    period::{DateRange, When},
    pipeline::Pipeline,
    survey::{MonthScores, OwnerScores, Scores},
};
use serde::{Deserialize, Serialize};

choices! {
    /// By what closed deals are told apart.
    Breakdown {
        /// Who is in charge.
        Owner = "owner" [],
        /// What is on offer; a deal with several products counts with each.
        Product = "product" [],
        /// The quarter it closed in.
        Quarter = "quarter" [],
    }
}

/// What a dashboard is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardRequest {
    /// Which days.
    pub when: When,
    /// Only what this colleague is in charge of.
    pub owner: Option<UserId>,
    /// Only what somebody of this team is in charge of.
    pub team: Option<TeamId>,
    /// Only deals of this pipeline.
    pub pipeline: Option<PipelineId>,
    /// The currency of the amounts; that of the organisation unless another is named.
    pub currency: Option<Currency>,
    /// How closed deals are told apart.
    pub by: Option<Breakdown>,
}

impl DashboardRequest {
    /// How closed deals are told apart.
    #[must_use]
    pub fn breakdown(&self) -> Breakdown {
        self.by.unwrap_or(Breakdown::Owner)
    }

    /// From the query of a URL; whatever cannot be read falls back to the default.
    pub fn from_query<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let day = |key| get(key).and_then(|raw| Date::parse(raw).ok());
        let typed = day("from").zip(day("until"));
        let when = match typed {
            Some((first, last)) => When::Between(DateRange::new(first, last)),
            None => get("period").and_then(|raw| raw.parse().ok()).unwrap_or_default(),
        };
        Self {
            when,
            owner: get("owner").and_then(|raw| raw.parse().ok()),
            team: get("team").and_then(|raw| raw.parse().ok()),
            pipeline: get("pipeline").and_then(|raw| raw.parse().ok()),
            currency: get("currency").and_then(|raw| Currency::try_from(raw.to_owned()).ok()),
            by: get("by").and_then(|raw| Breakdown::parse(raw).ok()),
        }
    }

    /// As pairs for the query of a URL, defaults left out; [`Self::from_query`] reads it back.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        [
            ("period", (self.when != When::default()).then(|| self.when.to_string())),
            ("owner", self.owner.map(|id| id.to_string())),
            ("team", self.team.map(|id| id.to_string())),
            ("pipeline", self.pipeline.map(|id| id.to_string())),
            ("currency", self.currency.map(|currency| currency.code().to_owned())),
            ("by", self.by.map(|by| by.code().to_owned())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

/// What deals that closed come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// How many were won.
    pub won: i64,
    /// How many were lost.
    pub lost: i64,
    /// What those that were won are worth in minor units of the currency asked for; others are not among them.
    pub won_minor: i64,
    /// The median of the time from the beginning of a deal to its being won, in milliseconds; nothing when none was. Of an
    /// even number it is the middle between the two in the middle, rounded down.
    pub time_to_win: Option<i64>,
}

impl Closed {
    /// Won deals among those that closed, in thousandths; nothing when none closed.
    #[must_use]
    pub fn win_rate(&self) -> Option<i64> {
        crate::metric::thousandths(self.won, self.won.saturating_add(self.lost))
    }
}

/// What closed deals are told apart by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Key {
    /// Of a colleague, or of nobody.
    Owner(Option<UserId>),
    /// With a product, by its name, or with none.
    Product(Option<ProductId>, String),
    /// Closed in these days.
    Quarter(DateRange),
}

/// Closed deals of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Which.
    pub key: Key,
    /// What they come to.
    pub closed: Closed,
}

/// A month and the same one a year before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthWon {
    /// The month.
    pub days: DateRange,
    /// How many deals were won in it.
    pub won: i64,
    /// What they are worth in minor units.
    pub won_minor: i64,
    /// How many were won a year before.
    pub won_before: i64,
    /// What those are worth in minor units.
    pub won_minor_before: i64,
}

/// How far deals came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The stage.
    pub stage: StageId,
    /// How many of the deals that began in the days asked for came as far as this stage, or further.
    pub reached: i64,
    /// The median of how long they stood in it before they went on, in milliseconds.
    pub time_in_stage: Option<i64>,
}

/// What is known of deals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealFigures {
    /// Every pipeline.
    pub pipelines: Vec<Pipeline>,
    /// The pipeline whose stages are shown.
    pub pipeline: PipelineId,
    /// Currencies that deals here have, that of the organisation first.
    pub currencies: Vec<Currency>,
    /// The currency of the amounts.
    pub currency: Currency,
    /// Open deals of that pipeline now, by stage.
    pub open: Vec<StageSums>,
    /// What closed in the days asked for.
    pub closed: Closed,
    /// What closed in the days that these are compared with.
    pub closed_before: Option<Closed>,
    /// Twelve months to the last of the days asked for.
    pub months: Vec<MonthWon>,
    /// How far the deals of that pipeline came that began in the days asked for: its open stages in their order, and the
    /// one that wins.
    pub funnel: Vec<Step>,
    /// What closed, told apart; the most valuable first, quarters by time.
    pub groups: Vec<Group>,
}

/// A month with how many came in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthCount {
    /// The month.
    pub days: DateRange,
    /// How many.
    pub count: i64,
}

/// What is known of customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerFigures {
    /// How many companies and individuals came in the days asked for.
    pub new: [i64; 2],
    /// How many came in the days that these are compared with.
    pub new_before: Option<i64>,
    /// Twelve months to the last of the days asked for.
    pub months: Vec<MonthCount>,
}

/// What was done about records that the reader sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityFigures {
    /// How many of each kind.
    pub kinds: Vec<(DoneKind, i64)>,
    /// How many in the days that these are compared with.
    pub before: Option<i64>,
    /// Who did how many, the busiest first.
    pub people: Vec<(UserId, i64)>,
}

impl ActivityFigures {
    /// How many of all kinds.
    #[must_use]
    pub fn all(&self) -> i64 {
        self.kinds.iter().map(|(_, count)| count).sum()
    }
}

/// What solved cases come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Solved {
    /// How many were solved.
    pub count: i64,
    /// How many of them in time.
    pub in_time: i64,
    /// How many of them were answered first in time.
    pub answered_in_time: i64,
}

impl Solved {
    /// Those in time among all, in thousandths; nothing when none was solved.
    #[must_use]
    pub fn in_time_share(&self) -> Option<i64> {
        crate::metric::thousandths(self.in_time, self.count)
    }

    /// Those answered first in time among all, likewise.
    #[must_use]
    pub fn answered_share(&self) -> Option<i64> {
        crate::metric::thousandths(self.answered_in_time, self.count)
    }
}

/// What is known of cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFigures {
    /// How many are open now, by priority.
    pub open: Vec<(CasePriority, i64)>,
    /// How many of these are overdue.
    pub overdue: i64,
    /// How many of each kind came in the days asked for.
    pub came: Vec<(CaseKind, i64)>,
    /// How many came in the days that these are compared with.
    pub came_before: Option<i64>,
    /// Twelve months to the last of the days asked for: how many came.
    pub months: Vec<MonthCount>,
    /// What was solved in the days asked for.
    pub solved: Solved,
    /// What was solved in the days that these are compared with.
    pub solved_before: Option<Solved>,
}

impl CaseFigures {
    /// How many are open now.
    #[must_use]
    pub fn all_open(&self) -> i64 {
        self.open.iter().map(|(_, count)| count).sum()
    }

    /// How many came in the days asked for.
    #[must_use]
    pub fn all_came(&self) -> i64 {
        self.came.iter().map(|(_, count)| count).sum()
    }
}

/// What customers answer to whether they would recommend the house, in all surveys together. Scores of
/// [`crate::survey::ScoreKind::Nps`] follow from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreFigures {
    /// What was answered in the days asked for.
    pub now: Scores,
    /// What was answered in the days that these are compared with.
    pub before: Option<Scores>,
    /// Twelve months to the last of the days asked for.
    pub months: Vec<MonthScores>,
    /// What was answered in the days asked for, by who was in charge of the customer then; the most answers first.
    pub owners: Vec<OwnerScores>,
}

/// All figures of a dashboard, as far as the reader sees the records they are about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dashboard {
    /// The day it is.
    pub today: Date,
    /// The days asked for; nothing for all there are.
    pub days: Option<DateRange>,
    /// The days these are compared with.
    pub compared: Option<DateRange>,
    /// The teams to choose from, by name: all of them for whoever sees everything, one's own otherwise.
    pub teams: Vec<(TeamId, String)>,
    /// Deals.
    pub deals: Option<DealFigures>,
    /// Customers.
    pub customers: Option<CustomerFigures>,
    /// Activities.
    pub activities: Option<ActivityFigures>,
    /// Cases.
    pub cases: Option<CaseFigures>,
    /// Answers to surveys.
    pub scores: Option<ScoreFigures>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::Period;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    #[test]
    fn the_address_holds_the_whole_request() {
        let request = DashboardRequest {
            when: When::Named(Period::LastYear),
            owner: Some(UserId(Uuid::from_u128(1))),
            team: Some(TeamId(Uuid::from_u128(2))),
            pipeline: Some(PipelineId(Uuid::from_u128(3))),
            currency: Currency::try_from("USD".to_owned()).ok(),
            by: Some(Breakdown::Quarter),
        };
        let pairs: BTreeMap<_, _> = request.to_query().into_iter().collect();
        assert_eq!(DashboardRequest::from_query(|key| pairs.get(key).map(String::as_str)), request);
        assert!(DashboardRequest::default().to_query().is_empty());
        let rubbish = DashboardRequest::from_query(|_| Some("'; DROP TABLE"));
        assert_eq!(rubbish, DashboardRequest::default());
        let typed = |key: &str| match key {
            "from" => Some("2017-12-31"),
            "until" => Some("2017-01-01"),
            _ => None,
        };
        assert_eq!(DashboardRequest::from_query(typed).when.to_string(), "2017-01-01..2017-12-31");
    }

    #[test]
    fn the_win_rate_is_of_what_closed() {
        let closed = Closed { won: 4_238, lost: 2_473, ..Closed::default() };
        assert_eq!(closed.win_rate(), Some(632));
        assert_eq!(Closed::default().win_rate(), None);
    }
}
