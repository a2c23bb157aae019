//! The trail of changes: who changed which field of what, from what to what.

use crate::{
    date::Date,
    id::{UserId, Version},
    page::{Count, Cursor},
    policy::{Object, Origin},
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// One field of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Name of the field, for instance `short_name` or `contact.mobile`.
    pub field: String,
    /// What stood there, as a person would type it; empty for nothing.
    pub before: String,
    /// What stands there now; empty for nothing.
    pub after: String,
}

/// What happened to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// It was made.
    Created,
    /// Fields changed.
    Changed,
    /// It was put into the bin.
    Deleted,
    /// It was taken out of the bin.
    Restored,
    /// It left for good after its days in the bin.
    Purged,
    /// It was shared with somebody, or the share was changed.
    Shared,
    /// A share of it was taken back.
    Unshared,
    /// Rows went out as a file.
    Exported,
    /// Somebody signed in.
    SignedIn,
    /// Somebody failed to sign in.
    SignInFailed,
    /// Somebody who is signed in failed to prove who they are.
    ProofFailed,
    /// Somebody signed out, or was signed out.
    SignedOut,
    /// A password was set.
    PasswordSet,
    /// A link was made by which somebody sets a password.
    LinkMade,
    /// Such a link was used.
    LinkUsed,
    /// A second step was switched on.
    SecondStepOn,
    /// A second step was switched off.
    SecondStepOff,
    /// New recovery codes took the place of those before.
    RecoveryCodesMade,
    /// A recovery code was used up.
    RecoveryCodeUsed,
    /// A passkey was made.
    PasskeyMade,
    /// A passkey got another name.
    PasskeyRenamed,
    /// A passkey was removed.
    PasskeyRemoved,
    /// A passkey proved who somebody is.
    PasskeyUsed,
    /// What a user was in charge of went to somebody else.
    HandedOver,
    /// Somebody began to look at everything as this user.
    ViewAsStarted,
    /// Somebody no longer looks as this user.
    ViewAsEnded,
    /// A detail was looked at whole that is otherwise seen in part.
    Revealed,
    /// It became one with others that were the same.
    Merged,
    /// It was parted again from what it was merged with.
    Split,
}

impl Event {
    /// Every event.
    pub const ALL: [Self; 29] = [
        Self::Created,
        Self::Changed,
        Self::Deleted,
        Self::Restored,
        Self::Purged,
        Self::Shared,
        Self::Unshared,
        Self::Exported,
        Self::SignedIn,
        Self::SignInFailed,
        Self::ProofFailed,
        Self::SignedOut,
        Self::PasswordSet,
        Self::LinkMade,
        Self::LinkUsed,
        Self::SecondStepOn,
        Self::SecondStepOff,
        Self::RecoveryCodesMade,
        Self::RecoveryCodeUsed,
        Self::PasskeyMade,
        Self::PasskeyRenamed,
        Self::PasskeyRemoved,
        Self::PasskeyUsed,
        Self::HandedOver,
        Self::ViewAsStarted,
        Self::ViewAsEnded,
        Self::Revealed,
        Self::Merged,
        Self::Split,
    ];

    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
            Self::Purged => "purged",
            Self::Shared => "shared",
            Self::Unshared => "unshared",
            Self::Exported => "exported",
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::ProofFailed => "proof_failed",
            Self::SignedOut => "signed_out",
            Self::PasswordSet => "password_set",
            Self::LinkMade => "link_made",
            Self::LinkUsed => "link_used",
            Self::SecondStepOn => "second_step_on",
            Self::SecondStepOff => "second_step_off",
            Self::RecoveryCodesMade => "recovery_codes_made",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::PasskeyMade => "passkey_made",
            Self::PasskeyRenamed => "passkey_renamed",
            Self::PasskeyRemoved => "passkey_removed",
            Self::PasskeyUsed => "passkey_used",
            Self::HandedOver => "handed_over",
            Self::ViewAsStarted => "view_as_started",
            Self::ViewAsEnded => "view_as_ended",
            Self::Revealed => "revealed",
            Self::Merged => "merged",
            Self::Split => "split",
        }
    }

    /// From storage.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.code() == code)
    }

    /// Whether it tells of something that was read, and that nothing changed.
    #[must_use]
    pub const fn is_of_reading(self) -> bool {
        matches!(self, Self::Exported)
    }
}

/// One line of a record's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What happened.
    pub event: Event,
    /// When.
    pub at: Instant,
    /// Who; nil for the installation itself.
    pub by: UserId,
    /// The name of who, as it is now.
    pub by_name: String,
    /// By which way: `web`, `import`, `command_line`, `system`.
    pub origin: String,
    /// The version the record had afterwards.
    pub version: Version,
    /// The fields that changed.
    pub fields: Vec<FieldChange>,
}

/// What is wrong with the audit log, and from which line on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The first line that does not hold.
    pub number: i64,
    /// In which way.
    pub kind: FaultKind,
}

/// The ways a line can fail to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// It is not there.
    Missing,
    /// Its seal does not fit: it, or its place, was changed.
    Seal,
    /// The values it says, or where it came from, were changed.
    Values,
    /// Its values are gone, and no line says that they were erased.
    Erased,
    /// The log does not end where it says it ends.
    End,
    /// It was there at the time of an anchor and is no longer.
    Lost,
    /// It is another one than at the time of an anchor.
    Replaced,
    /// An anchor was not made with the key of this log.
    Anchor,
    /// The log was sealed with another key.
    Key,
}

impl FaultKind {
    /// Every way.
    pub const ALL: [Self; 9] = [
        Self::Missing,
        Self::Seal,
        Self::Values,
        Self::Erased,
        Self::End,
        Self::Lost,
        Self::Replaced,
        Self::Anchor,
        Self::Key,
    ];
}

/// Lines that hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The first that was looked at.
    pub from: i64,
    /// The last; below `from` when there was none.
    pub to: i64,
    /// How many of them had their values erased, and say so.
    pub erased: i64,
}

/// What the installation knows about its audit log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditState {
    /// Up to which line it was found to hold.
    pub to: i64,
    /// When it was looked at last; [`Instant::NEVER`] for not yet.
    pub at: Instant,
    /// When it was looked at from its first line on.
    pub whole_at: Instant,
    /// What was wrong then.
    pub fault: Option<Fault>,
}

/// How much left the house, by other hands than one's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOut {
    /// Files with rows.
    pub exports: i64,
    /// Records that were erased for good by somebody, and not by their days in the bin.
    pub erased: i64,
}

/// Failed tries to sign in as somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedSignIns {
    /// How many.
    pub number: Count,
    /// When the last one was, and from which address; empty where that was erased.
    pub last: Option<(Instant, String)>,
}

/// Which lines of the audit log are asked for; everything stands in the address of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRequest {
    /// From this day on, on the calendar of the organisation.
    pub from: Option<Date>,
    /// Up to and with this day.
    pub until: Option<Date>,
    /// By whom; [`UserId::NIL`] for the installation itself.
    pub user: Option<UserId>,
    /// What happened.
    pub event: Option<Event>,
    /// To what.
    pub object: Option<Object>,
    /// By which way.
    pub origin: Option<Origin>,
    /// To which record: `C-1042`, `P-7`, or an id.
    pub record: String,
    /// Where the page starts.
    pub after: Option<Cursor>,
}

/// Most characters of a record that is asked for: an id with its dashes.
const RECORD_CHARS: usize = 36;

impl AuditRequest {
    /// From the query of a URL; anything unreadable is left out.
    #[must_use]
    pub fn from_query<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let date = |name: &str| get(name).and_then(|raw| Date::parse(raw).ok());
        Self {
            from: date("from"),
            until: date("until"),
            user: get("user").and_then(|raw| raw.parse().ok()),
            event: get("event").and_then(Event::from_code),
            object: get("object").and_then(Object::from_code),
            origin: get("origin").and_then(Origin::from_code),
            record: get("record").unwrap_or_default().trim().chars().take(RECORD_CHARS).collect(),
            after: get("after").and_then(Cursor::decode),
        }
    }

    /// As pairs for the query of a URL, what is not asked for left out; [`Self::from_query`] reads it back.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let record = (!self.record.is_empty()).then(|| self.record.clone());
        [
            ("from", self.from.map(|date| date.to_string())),
            ("until", self.until.map(|date| date.to_string())),
            ("user", self.user.map(|user| user.to_string())),
            ("event", self.event.map(|event| event.code().to_owned())),
            ("object", self.object.map(|object| object.code().to_owned())),
            ("origin", self.origin.map(|origin| origin.code().to_owned())),
            ("record", record),
            ("after", self.after.as_ref().map(Cursor::encode)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// Whether anything narrows the list.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        Self { after: None, ..self.clone() } != Self::default()
    }
}

/// What a line says about values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineValues {
    /// These fields changed.
    Shown(Vec<FieldChange>),
    /// They were erased with the record; the number is that of the line that says so.
    Erased(i64),
    /// Who asks may not see all records of this kind.
    Hidden,
}

/// A record as lines name it, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// `C-1042`, `P-7` or `I-3`; empty for what has no number.
    pub number: String,
    /// Name.
    pub name: String,
}

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Its place in the log.
    pub number: i64,
    /// When.
    pub at: Instant,
    /// Who; [`UserId::NIL`] for the installation itself, or somebody who is not known.
    pub user: UserId,
    /// In whose place.
    pub on_behalf_of: Option<UserId>,
    /// By which way.
    pub origin: Origin,
    /// What happened.
    pub event: Event,
    /// To what.
    pub object: Object,
    /// The record, while it is there and may be seen.
    pub record: Option<AuditRecord>,
    /// The address it came from; empty for none.
    pub address: String,
    /// The kind of browser (see [`crate::agent::Agent::from_code`]).
    pub agent: String,
    /// What changed.
    pub values: LineValues,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_address_holds_the_whole_request() {
        let request = AuditRequest {
            from: Date::parse("2026-11-01").ok(),
            until: Date::parse("2026-11-28").ok(),
            user: Some(UserId(uuid::Uuid::from_u128(7))),
            event: Some(Event::SignedIn),
            object: Some(Object::User),
            origin: Some(Origin::Web),
            record: "C-7".to_owned(),
            after: Some(Cursor { key: "12".to_owned(), number: 3 }),
        };
        let pairs: BTreeMap<_, _> = request.to_query().into_iter().collect();
        assert_eq!(pairs.len(), 8);
        assert_eq!(AuditRequest::from_query(|key| pairs.get(key).map(String::as_str)), request);
        assert!(request.is_narrowed() && !AuditRequest::default().is_narrowed());
        let rubbish = AuditRequest::from_query(|_| Some("\'; DROP TABLE"));
        assert_eq!(AuditRequest { record: String::new(), ..rubbish }, AuditRequest::default());
    }
}
