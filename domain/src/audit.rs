//! The trail of changes: who changed which field of what, from what to what.

use crate::{
    id::{UserId, Version},
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
    /// Rows went out as a file.
    Exported,
    /// Somebody signed in.
    SignedIn,
    /// Somebody failed to sign in.
    SignInFailed,
    /// Somebody signed out, or was signed out.
    SignedOut,
    /// A password was set.
    PasswordSet,
}

impl Event {
    /// Every event.
    pub const ALL: [Self; 10] = [
        Self::Created,
        Self::Changed,
        Self::Deleted,
        Self::Restored,
        Self::Purged,
        Self::Exported,
        Self::SignedIn,
        Self::SignInFailed,
        Self::SignedOut,
        Self::PasswordSet,
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
            Self::Exported => "exported",
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignedOut => "signed_out",
            Self::PasswordSet => "password_set",
        }
    }

    /// From storage.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.code() == code)
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
