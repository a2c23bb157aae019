//! Lists of what was done: notes, calls, visits, meetings and tasks about whatever record, the newest first.

use super::ActivityKind;
use crate::{
    id::{ActivityId, TeamId, UserId},
    note::RecordName,
    page::Cursor,
    period::DateRange,
    time::{Instant, ZoneOffsets},
};
use serde::{Deserialize, Serialize};

/// The code of notes.
const NOTE: &str = "note";

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DoneKind {
    /// An activity of a kind.
    Activity(ActivityKind),
    /// Something was written down.
    Note,
}

impl DoneKind {
    /// All of them, notes last.
    pub fn all() -> impl Iterator<Item = Self> {
        ActivityKind::ALL.iter().copied().map(Self::Activity).chain([Self::Note])
    }

    /// As it is stored and stands in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Activity(kind) => kind.code(),
            Self::Note => NOTE,
        }
    }

    /// From its code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|kind| kind.code() == code)
    }
}

/// Something that was done, as a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoneSummary {
    /// Which.
    pub id: ActivityId,
    /// What it was.
    pub kind: DoneKind,
    /// Its title, or the beginning of what was written; empty where nobody said.
    pub said: String,
    /// When.
    pub at: Instant,
    /// Who did it, or wrote it down.
    pub who: UserId,
    /// The record it is about.
    pub record: RecordName,
}

/// Most characters of [`DoneSummary::said`].
pub const SAID_CHARS: i64 = 120;

/// What a list of what was done is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoneRequest {
    /// Of one kind.
    pub kind: Option<DoneKind>,
    /// By one colleague.
    pub who: Option<UserId>,
    /// By somebody of one team.
    pub team: Option<TeamId>,
    /// In some days.
    pub days: Option<DateRange>,
    /// Where to go on; `None` from the start.
    pub after: Option<Cursor>,
    /// Says where days begin; no part of an address.
    pub zone: ZoneOffsets,
}

impl DoneRequest {
    /// From the query of a URL; whatever cannot be read falls back to the default.
    pub fn from_query<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        Self {
            kind: get("kind").and_then(DoneKind::from_code),
            who: get("who").and_then(|raw| raw.parse().ok()),
            team: get("team").and_then(|raw| raw.parse().ok()),
            days: get("done").and_then(|raw| raw.parse().ok()),
            after: get("after").and_then(Cursor::decode),
            zone: ZoneOffsets::default(),
        }
    }

    /// As pairs for the query of a URL, defaults left out; [`Self::from_query`] reads it back.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        [
            ("kind", self.kind.map(|kind| kind.code().to_owned())),
            ("who", self.who.map(|id| id.to_string())),
            ("team", self.team.map(|id| id.to_string())),
            ("done", self.days.map(|days| days.to_string())),
            ("after", self.after.as_ref().map(Cursor::encode)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// The same list from its start.
    #[must_use]
    pub fn from_start(&self) -> Self {
        Self { after: None, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::Date;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    #[test]
    fn the_address_holds_the_whole_request() {
        for kind in DoneKind::all() {
            let request = DoneRequest {
                kind: Some(kind),
                who: Some(UserId(Uuid::from_u128(1))),
                team: Some(TeamId(Uuid::from_u128(2))),
                days: Some(DateRange::new(Date::from_days(20_000), Date::from_days(20_030))),
                after: Some(Cursor { key: "17000.5".to_owned(), number: 0 }),
                zone: ZoneOffsets::default(),
            };
            let pairs: BTreeMap<_, _> = request.to_query().into_iter().collect();
            assert_eq!(DoneRequest::from_query(|key| pairs.get(key).map(String::as_str)), request);
        }
        assert!(DoneRequest::default().to_query().is_empty());
        assert_eq!(DoneRequest::from_query(|_| Some("'; DROP TABLE")), DoneRequest::default());
    }
}
