//! What boards and lists of deals are asked for, and what they show.

use crate::{
    account::choices,
    date::Date,
    id::{
        AccountNumber, OpportunityId, OpportunityNumber, PersonNumber, PipelineId, ProductId,
        StageId, TeamId, UserId, Version,
    },
    money::{Currency, part_of},
    page::{Cursor, Page},
    period::DateRange,
    pipeline::{Pipeline, StageKind},
    time::{Instant, ZoneOffsets},
};
use serde::{Deserialize, Serialize};

/// A deal as a card or a row shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunitySummary {
    /// Identity.
    pub id: OpportunityId,
    /// Number people use.
    pub number: OpportunityNumber,
    /// Counts changes.
    pub version: Version,
    /// What it is about.
    pub name: String,
    /// The customer, number and name, if the reader sees it.
    pub account: Option<(AccountNumber, String)>,
    /// What it is worth in minor units; 0 when not known.
    pub value_minor: i64,
    /// The currency of that.
    pub currency: Currency,
    /// The day it is expected to be won.
    pub expected_close: Option<Date>,
    /// What is to be done next, or empty.
    pub next_step: String,
    /// On which day.
    pub next_step_on: Option<Date>,
    /// The way it goes.
    pub pipeline: PipelineId,
    /// Where it stands.
    pub stage: StageId,
    /// What that means.
    pub state: StageKind,
    /// Since when it stands there.
    pub stage_since: Instant,
    /// When it was won or lost.
    pub closed_at: Option<Instant>,
    /// Colleague in charge.
    pub owner: Option<UserId>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

choices! {
    /// By what a list of deals is ordered.
    DealSort {
        /// Changed last first.
        Updated = "updated" [],
        /// Expected soonest first; those without a day before all.
        Close = "close" [],
        /// Most valuable first, by the figure whatever the currency.
        Value = "value" [],
        /// Name, by pinyin.
        Name = "name" [],
        /// Newest first.
        Created = "created" [],
        /// Closed last first.
        Closed = "closed" [],
    }
}

choices! {
    /// Quick filters; several together narrow further.
    DealFilter {
        /// I am in charge.
        Mine = "mine" [],
        /// Nobody is in charge.
        Unassigned = "unassigned" [],
        /// The day it was expected on is over.
        Overdue = "overdue" [],
        /// Nothing is to be done next.
        NoNextStep = "no_next_step" [],
        /// Stands in its stage for longer than it should.
        Stalled = "stalled" [],
    }
}

/// Reads filters as they stand in an address; what is none is left out.
fn filters(raw: &str) -> Vec<DealFilter> {
    DealFilter::ALL
        .iter()
        .copied()
        .filter(|filter| raw.split(',').any(|code| code == filter.code()))
        .collect()
}

fn codes(filters: &[DealFilter]) -> Option<String> {
    let codes: Vec<&str> = filters.iter().map(|filter| filter.code()).collect();
    (!codes.is_empty()).then(|| codes.join(","))
}

/// What a board is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardRequest {
    /// Which pipeline; the first unless one is named.
    pub pipeline: Option<PipelineId>,
    /// Quick filters.
    pub filters: Vec<DealFilter>,
    /// Only what this colleague is in charge of.
    pub owner: Option<UserId>,
    /// Where days begin and end; UTC unless the server says otherwise.
    #[serde(skip)]
    pub zone: ZoneOffsets,
}

impl BoardRequest {
    /// Whether it is answered by days, so that [`Self::zone`] matters.
    #[must_use]
    pub fn asks_for_days(&self) -> bool {
        self.filters.contains(&DealFilter::Overdue)
    }

    /// From the query of a URL; whatever cannot be read falls back to the default.
    pub fn from_query<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        Self {
            pipeline: get("pipeline").and_then(|raw| raw.parse().ok()),
            filters: filters(get("filter").unwrap_or_default()),
            owner: get("owner").and_then(|raw| raw.parse().ok()),
            zone: ZoneOffsets::default(),
        }
    }

    /// As pairs for the query of a URL, defaults left out; [`Self::from_query`] reads it back.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        [
            ("pipeline", self.pipeline.map(|id| id.to_string())),
            ("filter", codes(&self.filters)),
            ("owner", self.owner.map(|id| id.to_string())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

/// What the deals of a stage come to in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// The currency.
    pub currency: Currency,
    /// How many deals.
    pub count: i64,
    /// Their values in minor units.
    pub value_minor: i64,
    /// The same by the probability of the stage, rounded once.
    pub weighted_minor: i64,
}

impl Sum {
    /// What values that add up to `value_minor` come to in a stage of this probability.
    #[must_use]
    pub fn of(currency: Currency, count: i64, value_minor: i64, probability: u8) -> Self {
        let weighted_minor = part_of(value_minor, probability);
        Self { currency, count, value_minor, weighted_minor }
    }
}

/// The figures above a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageSums {
    /// The stage.
    pub stage: StageId,
    /// How many deals in all currencies.
    pub count: i64,
    /// What they come to, a line for each currency, by its code.
    pub sums: Vec<Sum>,
}

/// A column of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The figures above it.
    pub head: StageSums,
    /// Its cards from the top.
    pub cards: Page<OpportunitySummary>,
}

/// A board: the open deals of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// The pipeline.
    pub pipeline: Pipeline,
    /// A column for each of [`Pipeline::columns`], in their order.
    pub columns: Vec<Column>,
}

/// What a list of deals is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealRequest {
    /// Open, won or lost ones; `None` for all.
    pub state: Option<StageKind>,
    /// Of one pipeline.
    pub pipeline: Option<PipelineId>,
    /// In one stage.
    pub stage: Option<StageId>,
    /// With one customer.
    pub account: Option<AccountNumber>,
    /// With one person among its people.
    pub person: Option<PersonNumber>,
    /// In charge of one colleague.
    pub owner: Option<UserId>,
    /// In charge of somebody of one team.
    pub team: Option<TeamId>,
    /// With one product on offer.
    pub product: Option<ProductId>,
    /// Began in these days.
    pub began: Option<DateRange>,
    /// Won or lost in these days.
    pub closed: Option<DateRange>,
    /// Came as far as this stage, or further.
    pub reached: Option<StageId>,
    /// Quick filters.
    pub filters: Vec<DealFilter>,
    /// Where days begin and end; UTC unless the server says otherwise.
    #[serde(skip)]
    pub zone: ZoneOffsets,
    /// Order.
    pub sort: DealSort,
    /// The other way round.
    pub reverse: bool,
    /// Where to go on; `None` from the start.
    pub after: Option<Cursor>,
}

impl Default for DealRequest {
    fn default() -> Self {
        Self {
            state: Some(StageKind::Open),
            pipeline: None,
            stage: None,
            account: None,
            person: None,
            owner: None,
            team: None,
            product: None,
            began: None,
            closed: None,
            reached: None,
            filters: Vec::new(),
            zone: ZoneOffsets::default(),
            sort: DealSort::Updated,
            reverse: false,
            after: None,
        }
    }
}

/// Asks for deals of every state.
const EVERY_STATE: &str = "all";

impl DealRequest {
    /// Whether it is answered by days, so that [`Self::zone`] matters.
    #[must_use]
    pub fn asks_for_days(&self) -> bool {
        self.filters.contains(&DealFilter::Overdue) || self.began.is_some() || self.closed.is_some()
    }

    /// Whether it is narrowed by what only figures lead to.
    #[must_use]
    pub fn from_figures(&self) -> bool {
        self.team.is_some()
            || self.product.is_some()
            || self.began.is_some()
            || self.closed.is_some()
            || self.reached.is_some()
    }

    /// Whether larger keys come first.
    #[must_use]
    pub fn descending(&self) -> bool {
        !matches!(self.sort, DealSort::Name | DealSort::Close) != self.reverse
    }

    /// From the query of a URL; whatever cannot be read falls back to the default.
    pub fn from_query<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let sort = get("sort").unwrap_or_default();
        let (reverse, sort) = sort.strip_prefix('-').map_or((false, sort), |rest| (true, rest));
        let state = match get("state") {
            Some(EVERY_STATE) => None,
            Some(raw) => Some(StageKind::parse(raw).unwrap_or(StageKind::Open)),
            None => Some(StageKind::Open),
        };
        Self {
            state,
            pipeline: get("pipeline").and_then(|raw| raw.parse().ok()),
            stage: get("stage").and_then(|raw| raw.parse().ok()),
            account: get("account").and_then(|raw| raw.parse().ok()),
            person: get("person").and_then(|raw| raw.parse().ok()),
            owner: get("owner").and_then(|raw| raw.parse().ok()),
            team: get("team").and_then(|raw| raw.parse().ok()),
            product: get("product").and_then(|raw| raw.parse().ok()),
            began: get("began").and_then(|raw| raw.parse().ok()),
            closed: get("closed").and_then(|raw| raw.parse().ok()),
            reached: get("reached").and_then(|raw| raw.parse().ok()),
            filters: filters(get("filter").unwrap_or_default()),
            zone: ZoneOffsets::default(),
            sort: DealSort::parse(sort).unwrap_or(DealSort::Updated),
            reverse,
            after: get("after").and_then(Cursor::decode),
        }
    }

    /// As pairs for the query of a URL, defaults left out; [`Self::from_query`] reads it back.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let state = match self.state {
            Some(StageKind::Open) => None,
            Some(state) => Some(state.code()),
            None => Some(EVERY_STATE),
        };
        let sign = if self.reverse { "-" } else { "" };
        let sorted = self.sort != DealSort::Updated || self.reverse;
        [
            ("state", state.map(str::to_owned)),
            ("pipeline", self.pipeline.map(|id| id.to_string())),
            ("stage", self.stage.map(|id| id.to_string())),
            ("account", self.account.map(|number| number.to_string())),
            ("person", self.person.map(|number| number.to_string())),
            ("owner", self.owner.map(|id| id.to_string())),
            ("team", self.team.map(|id| id.to_string())),
            ("product", self.product.map(|id| id.to_string())),
            ("began", self.began.map(|days| days.to_string())),
            ("closed", self.closed.map(|days| days.to_string())),
            ("reached", self.reached.map(|id| id.to_string())),
            ("filter", codes(&self.filters)),
            ("sort", sorted.then(|| format!("{sign}{}", self.sort.code()))),
            ("after", self.after.as_ref().map(Cursor::encode)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    #[test]
    fn the_address_holds_the_whole_request() {
        let request = DealRequest {
            state: None,
            pipeline: Some(PipelineId(Uuid::from_u128(1))),
            stage: Some(StageId(Uuid::from_u128(2))),
            account: Some(AccountNumber(7)),
            person: Some(PersonNumber(8)),
            owner: Some(UserId(Uuid::from_u128(3))),
            team: Some(TeamId(Uuid::from_u128(4))),
            product: Some(ProductId(Uuid::from_u128(5))),
            began: "2026-01-01..2026-03-31".parse().ok(),
            closed: "2026-02-01..2026-02-28".parse().ok(),
            reached: Some(StageId(Uuid::from_u128(6))),
            filters: vec![DealFilter::Mine, DealFilter::Stalled],
            zone: ZoneOffsets::default(),
            sort: DealSort::Close,
            reverse: true,
            after: Some(Cursor { key: "2026-11-30".to_owned(), number: 9 }),
        };
        let pairs: BTreeMap<_, _> = request.to_query().into_iter().collect();
        assert_eq!(DealRequest::from_query(|key| pairs.get(key).map(String::as_str)), request);
        assert!(DealRequest::default().to_query().is_empty());
        let rubbish = DealRequest::from_query(|_| Some("'; DROP TABLE"));
        assert_eq!(rubbish, DealRequest::default());
        let board = BoardRequest {
            pipeline: request.pipeline,
            filters: request.filters.clone(),
            owner: request.owner,
            ..BoardRequest::default()
        };
        let pairs: BTreeMap<_, _> = board.to_query().into_iter().collect();
        assert_eq!(BoardRequest::from_query(|key| pairs.get(key).map(String::as_str)), board);
    }
}
