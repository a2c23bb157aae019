//! What lists of cases are asked for, and what their rows show.

use super::{CaseKind, CasePriority, CaseStatus, Clock};
use crate::{
    account::choices,
    id::{AccountNumber, CaseId, CaseNumber, PersonNumber, TeamId, UserId, Version},
    page::Cursor,
    period::DateRange,
    time::{Instant, ZoneOffsets},
};
use serde::{Deserialize, Serialize};

choices! {
    /// How far the cases of a list are.
    CaseState {
        /// Not solved yet.
        Open = "open" [],
        /// Solved or closed.
        Done = "done" [],
        /// Either.
        All = "all" [],
    }
}

choices! {
    /// Whose cases.
    CaseOwner {
        /// The reader's own.
        Mine = "mine" [],
        /// Nobody's yet.
        Nobody = "nobody" [],
    }
}

choices! {
    /// Whether what is done was solved in time.
    Timely {
        /// It was.
        InTime = "in_time" [],
        /// It was not.
        TooLate = "too_late" [],
    }
}

choices! {
    /// In which order.
    CaseSort {
        /// What is due first. Only what is open is due.
        Due = "due" [],
        /// The newest first.
        Newest = "newest" [],
    }
}

/// What a list of cases is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRequest {
    /// How far they are.
    pub state: CaseState,
    /// Whose.
    pub whose: Option<CaseOwner>,
    /// Of one colleague.
    pub owner: Option<UserId>,
    /// Of one kind.
    pub kind: Option<CaseKind>,
    /// Of one priority.
    pub priority: Option<CasePriority>,
    /// With one status.
    pub status: Option<CaseStatus>,
    /// Only those whose time is over.
    pub overdue: bool,
    /// Of one customer.
    pub account: Option<AccountNumber>,
    /// Of one person.
    pub person: Option<PersonNumber>,
    /// Of colleagues in one team.
    pub team: Option<TeamId>,
    /// Came in on these days.
    pub came: Option<DateRange>,
    /// Was solved on these days.
    pub solved: Option<DateRange>,
    /// Was solved in time, or too late.
    pub timely: Option<Timely>,
    /// In which order; only [`CaseSort::Newest`] for what is not open.
    pub sort: CaseSort,
    /// Where to go on; `None` from the start.
    pub after: Option<Cursor>,
    /// The clocks that days go by; the server's to say, no part of an address.
    pub zone: ZoneOffsets,
}

impl Default for CaseRequest {
    fn default() -> Self {
        Self {
            state: CaseState::Open,
            whose: None,
            owner: None,
            kind: None,
            priority: None,
            status: None,
            overdue: false,
            account: None,
            person: None,
            team: None,
            came: None,
            solved: None,
            timely: None,
            sort: CaseSort::Due,
            after: None,
            zone: ZoneOffsets::default(),
        }
    }
}

impl CaseRequest {
    /// From the query of a URL; whatever cannot be read falls back to the default.
    pub fn from_query<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let state = get("state").and_then(|raw| CaseState::parse(raw).ok());
        Self {
            state: state.unwrap_or(CaseState::Open),
            whose: get("whose").and_then(|raw| CaseOwner::parse(raw).ok()),
            owner: get("owner").and_then(|raw| raw.parse().ok()),
            kind: get("kind").and_then(|raw| CaseKind::parse(raw).ok()),
            priority: get("priority").and_then(|raw| CasePriority::parse(raw).ok()),
            status: get("status").and_then(|raw| CaseStatus::parse(raw).ok()),
            overdue: get("overdue") == Some("1"),
            account: get("account").and_then(|raw| raw.parse().ok()),
            person: get("person").and_then(|raw| raw.parse().ok()),
            team: get("team").and_then(|raw| raw.parse().ok()),
            came: get("came").and_then(|raw| raw.parse().ok()),
            solved: get("solved").and_then(|raw| raw.parse().ok()),
            timely: get("timely").and_then(|raw| Timely::parse(raw).ok()),
            sort: get("sort").and_then(|raw| CaseSort::parse(raw).ok()).unwrap_or(CaseSort::Due),
            after: get("after").and_then(Cursor::decode),
            zone: ZoneOffsets::default(),
        }
    }

    /// As pairs for the query of a URL, defaults left out; [`Self::from_query`] reads it back.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let default = Self::default();
        let said = |code: &'static str, differs: bool| differs.then(|| code.to_owned());
        [
            ("state", said(self.state.code(), self.state != default.state)),
            ("whose", self.whose.map(|whose| whose.code().to_owned())),
            ("owner", self.owner.map(|owner| owner.to_string())),
            ("kind", self.kind.map(|kind| kind.code().to_owned())),
            ("priority", self.priority.map(|priority| priority.code().to_owned())),
            ("status", self.status.map(|status| status.code().to_owned())),
            ("overdue", said("1", self.overdue)),
            ("account", self.account.map(|number| number.to_string())),
            ("person", self.person.map(|number| number.to_string())),
            ("team", self.team.map(|team| team.to_string())),
            ("came", self.came.map(|days| days.to_string())),
            ("solved", self.solved.map(|days| days.to_string())),
            ("timely", self.timely.map(|timely| timely.code().to_owned())),
            ("sort", said(self.sort.code(), self.sort != default.sort)),
            ("after", self.after.as_ref().map(Cursor::encode)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// The order the list really has: only what is open is due.
    #[must_use]
    pub fn order(&self) -> CaseSort {
        if self.state == CaseState::Open { self.sort } else { CaseSort::Newest }
    }

    /// The same list from its start.
    #[must_use]
    pub fn from_start(&self) -> Self {
        Self { after: None, ..self.clone() }
    }
}

/// A case as a row shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSummary {
    /// Identity.
    pub id: CaseId,
    /// Number people use.
    pub number: CaseNumber,
    /// Counts changes.
    pub version: Version,
    /// What it is about.
    pub subject: String,
    /// Which kind.
    pub kind: CaseKind,
    /// How urgent it is.
    pub priority: CasePriority,
    /// How far it is.
    pub status: CaseStatus,
    /// The customer's number, as far as the reader sees that one.
    pub account: Option<AccountNumber>,
    /// The customer's name, likewise; or else what was left to reach somebody by.
    pub account_name: String,
    /// Colleague in charge.
    pub owner: Option<UserId>,
    /// Its times.
    pub clock: Clock,
    /// When something was last written into its thread.
    pub last_message_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_address_holds_the_whole_request() {
        let request = CaseRequest {
            state: CaseState::All,
            whose: Some(CaseOwner::Nobody),
            owner: Some(UserId(uuid::Uuid::from_u128(7))),
            kind: Some(CaseKind::Complaint),
            priority: Some(CasePriority::High),
            status: Some(CaseStatus::Waiting),
            overdue: true,
            account: Some(AccountNumber(7)),
            person: Some(PersonNumber(8)),
            team: Some(TeamId(uuid::Uuid::from_u128(9))),
            came: "2026-11-01..2026-11-30".parse().ok(),
            solved: "2026-11-02..2026-11-29".parse().ok(),
            timely: Some(Timely::TooLate),
            sort: CaseSort::Newest,
            after: Some(Cursor { key: "5".to_owned(), number: 9 }),
            zone: ZoneOffsets::default(),
        };
        let pairs: BTreeMap<_, _> = request.to_query().into_iter().collect();
        assert_eq!(CaseRequest::from_query(|key| pairs.get(key).map(String::as_str)), request);
        assert!(CaseRequest::default().to_query().is_empty());
        assert_eq!(CaseRequest::from_query(|_| Some("'; DROP TABLE")), CaseRequest::default());
        assert_eq!(request.order(), CaseSort::Newest);
    }
}
