//! Sharing: one record with one colleague or team beyond what their rights reach, to see it or to change it too, for
//! good or up to a day.

use crate::{
    account::choices,
    date::Date,
    field::{FieldError, FormErrors},
    id::{ShareId, TeamId, UserId},
    note::Subject,
    time::{Instant, ZoneOffsets},
};
use serde::{Deserialize, Serialize};

/// Most shares of one record.
pub const MOST_OF_ONE: usize = 50;
/// Most records shared with one colleague or one team: what is shared is an exception, and stands in every statement of
/// whoever it is shared with.
pub const MOST_WITH_ONE: usize = 500;

choices! {
    /// What a share gives.
    ShareLevel {
        /// To see the record and write notes on it.
        See = "see" [],
        /// To change it as well.
        Change = "change" [],
    }
}

/// With whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareWith {
    /// One colleague.
    User(UserId),
    /// Everybody who belongs to the team at the time.
    Team(TeamId),
}

impl ShareWith {
    /// As a form sends it: `user:<id>` or `team:<id>`.
    ///
    /// # Errors
    /// [`FieldError::Required`] for nothing, otherwise [`FieldError::UnknownOption`].
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let raw = raw.trim();
        if raw.is_empty() {
            return Err(FieldError::Required);
        }
        let unknown = FieldError::UnknownOption;
        match raw.split_once(':') {
            Some(("user", id)) => id.parse().map(Self::User).map_err(|_| unknown),
            Some(("team", id)) => id.parse().map(Self::Team).map_err(|_| unknown),
            _ => Err(unknown),
        }
    }

    /// What [`Self::parse`] reads back.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::User(id) => format!("user:{id}"),
            Self::Team(id) => format!("team:{id}"),
        }
    }
}

/// When a share ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareEnd {
    /// The last day it is good for, on the calendar of the organisation.
    pub day: Date,
    /// The moment that day is over there: from then on the share is none.
    pub at: Instant,
}

impl ShareEnd {
    /// The end of a day as somebody typed it; nothing for no end.
    ///
    /// # Errors
    /// [`FieldError::NotADate`]; [`FieldError::Past`] for a day that is over.
    pub fn parse(raw: &str, zone: &ZoneOffsets, now: Instant) -> Result<Option<Self>, FieldError> {
        if raw.trim().is_empty() {
            return Ok(None);
        }
        let day = Date::parse(raw)?;
        let at = zone.start_of(Date::from_days(day.days() + 1));
        if at > now { Ok(Some(Self { day, at })) } else { Err(FieldError::Past) }
    }
}

/// What is asked for when something is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareDraft {
    /// With whom.
    pub with: ShareWith,
    /// What it gives.
    pub level: ShareLevel,
    /// When it ends, if it does.
    pub end: Option<ShareEnd>,
}

/// The form as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShareForm {
    /// `user:<id>` or `team:<id>`.
    pub with: String,
    /// Code of the level.
    pub level: String,
    /// Last day; empty for no end.
    pub until: String,
}

impl ShareForm {
    /// Reads the form; days are those of `zone`.
    ///
    /// # Errors
    /// Complaints about each field.
    pub fn parse(&self, zone: &ZoneOffsets, now: Instant) -> Result<ShareDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let with = errors.take("with", ShareWith::parse(&self.with));
        let level = errors.take("level", ShareLevel::parse(&self.level));
        let end = errors.take("until", ShareEnd::parse(&self.until, zone, now));
        match (with, level, end) {
            (Some(with), Some(level), Some(end)) => Ok(ShareDraft { with, level, end }),
            _ => Err(errors),
        }
    }
}

/// A share as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Identity.
    pub id: ShareId,
    /// With whom.
    pub with: ShareWith,
    /// Their name.
    pub name: String,
    /// What it gives.
    pub level: ShareLevel,
    /// When it ends, if it does.
    pub end: Option<ShareEnd>,
    /// Who shared it.
    pub by: UserId,
    /// When.
    pub at: Instant,
}

/// A team that something may be shared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamChoice {
    /// Identity.
    pub id: TeamId,
    /// Name shown.
    pub name: String,
}

/// What a record is shared with, and what whoever asks may do about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharesOf {
    /// The shares that have not ended, oldest first.
    pub shares: Vec<Share>,
    /// The most the caller may give; nothing for whoever may not share it.
    pub gives: Option<ShareLevel>,
    /// Teams to share with, for whoever may.
    pub teams: Vec<TeamChoice>,
    /// Colleagues to share with, for whoever may: those who may sign in and are not in charge.
    pub users: Vec<UserId>,
}

/// A line of the list of all shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareLine {
    /// The share.
    pub share: Share,
    /// Of what.
    pub subject: Subject,
    /// `C-1042` or `P-7`.
    pub number: String,
    /// Name of the customer or person.
    pub record: String,
}

/// What the caller may do with one record, and what its head says about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "one answer for each button")]
pub struct RecordRights {
    /// Change it.
    pub edit: bool,
    /// Put somebody else in charge.
    pub assign: bool,
    /// Put it into the bin.
    pub delete: bool,
    /// See details in full that are shown in part.
    pub reveal: bool,
    /// Make it one with others.
    pub merge: bool,
    /// Share it, and this much at most.
    pub share: Option<ShareLevel>,
    /// How many it is shared with.
    pub shares: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{HOUR, MINUTE};
    use uuid::Uuid;

    fn zone() -> ZoneOffsets {
        ZoneOffsets { name: "Asia/Shanghai".to_owned(), changes: vec![(Instant(0), 480)] }
    }

    #[test]
    fn a_share_is_good_until_its_day_is_over_where_the_organisation_is() {
        let now = Instant(1_795_305_600_000); // 2026-11-22, 00:00 UTC and 08:00 in Shanghai
        let end = ShareEnd::parse("2026-11-22", &zone(), now).unwrap().unwrap();
        assert_eq!(end.at, now.plus(16 * HOUR));
        assert_eq!(zone().wall_clock(end.at.plus(-1)).0, end.day);
        assert_eq!(ShareEnd::parse("2026-11-21", &zone(), now), Err(FieldError::Past));
        let late = end.at.plus(-MINUTE);
        assert_eq!(ShareEnd::parse("2026-11-22", &zone(), late), Ok(Some(end)));
        assert_eq!(ShareEnd::parse("2026-11-22", &zone(), end.at), Err(FieldError::Past));
        assert_eq!(ShareEnd::parse(" ", &zone(), now), Ok(None));
        assert_eq!(ShareEnd::parse("soon", &zone(), now), Err(FieldError::NotADate));
    }

    #[test]
    fn the_form_is_read_and_each_complaint_is_told() {
        let now = Instant(1_795_305_600_000);
        let with = ShareWith::Team(TeamId(Uuid::from_u128(7)));
        let form =
            ShareForm { with: with.code(), level: "change".to_owned(), until: String::new() };
        let draft = ShareDraft { with, level: ShareLevel::Change, end: None };
        assert_eq!(form.parse(&zone(), now), Ok(draft));
        let user = ShareWith::User(UserId(Uuid::from_u128(8)));
        assert_eq!(ShareWith::parse(&user.code()), Ok(user));
        for raw in ["user:", "group:7", "7"] {
            assert_eq!(ShareWith::parse(raw), Err(FieldError::UnknownOption), "{raw}");
        }
        let form = ShareForm { until: "2020-01-01".to_owned(), ..ShareForm::default() };
        let FormErrors(errors) = form.parse(&zone(), now).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|(field, _)| &**field).collect();
        assert_eq!(fields, ["with", "level", "until"]);
    }
}
