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
}

impl Event {
    /// Every event.
    pub const ALL: [Self; 16] = [
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
        Self::LinkMade,
        Self::LinkUsed,
        Self::SecondStepOn,
        Self::SecondStepOff,
        Self::RecoveryCodesMade,
        Self::RecoveryCodeUsed,
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
            Self::LinkMade => "link_made",
            Self::LinkUsed => "link_used",
            Self::SecondStepOn => "second_step_on",
            Self::SecondStepOff => "second_step_off",
            Self::RecoveryCodesMade => "recovery_codes_made",
            Self::RecoveryCodeUsed => "recovery_code_used",
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
