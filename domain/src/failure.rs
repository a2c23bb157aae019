//! The one closed list of what a call can answer instead of a value, from store to screen.
//! It carries codes, never SQL, paths or personal data of records the caller may not see.

use crate::{
    field::{FieldError, FormErrors},
    id::Version,
    policy::{Action, Object, Proof},
};
use serde::{Deserialize, Serialize};

/// Every refusal or failure that can reach a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// Fields need attention.
    #[error("some fields need attention")]
    Invalid(FormErrors),
    /// Somebody else changed the same field meanwhile.
    #[error("changed by somebody else meanwhile")]
    Conflict(Conflict),
    /// The caller's role does not reach that far.
    #[error("not permitted")]
    Denied {
        /// What was asked for.
        action: Action,
        /// On what kind of thing.
        object: Object,
    },
    /// Not there, or not for the caller: the two answer alike.
    #[error("not found")]
    Gone,
    /// Nobody is signed in.
    #[error("signed out")]
    SignedOut,
    /// It takes a fresh proof of who one is; nothing was done.
    #[error("prove who you are once more")]
    ConfirmIdentity {
        /// What to prove it with.
        by: Proof,
    },
    /// Whoever looks as somebody else changes nothing and takes nothing out; nothing was done.
    #[error("nothing can be changed while looking as somebody else")]
    ViewingAs,
    /// Too many tries.
    #[error("too many tries, again in {retry_seconds} s")]
    RateLimited {
        /// Seconds until the next try may work.
        retry_seconds: u32,
    },
    /// The database is away or too busy; nothing was changed.
    #[error("the database is not reachable")]
    Unavailable,
    /// The file was not taken as a whole.
    #[error("file refused")]
    File(FileRefusal),
    /// A list has more rows than one export may take out; nothing was taken out.
    #[error("more than {max} rows in one export")]
    TooManyRows {
        /// The most rows there may be.
        max: i64,
    },
    /// Our fault; the log carries the same reference.
    #[error("internal error, reference {reference}")]
    Internal {
        /// The request id.
        reference: String,
    },
}

impl Failure {
    /// One complaint about one field.
    #[must_use]
    pub fn field(name: &str, error: FieldError) -> Self {
        Self::Invalid(FormErrors::one(name, error))
    }

    /// HTTP status that says the same.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Invalid(_) | Self::File(_) | Self::TooManyRows { .. } => 422,
            Self::Conflict(_) => 409,
            Self::Denied { .. } | Self::ConfirmIdentity { .. } | Self::ViewingAs => 403,
            Self::Gone => 404,
            Self::SignedOut => 401,
            Self::RateLimited { .. } => 429,
            Self::Unavailable => 503,
            Self::Internal { .. } => 500,
        }
    }
}

/// Two people changed the same fields: what stands now, beside what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The version that stands now.
    pub version: Version,
    /// Who wrote it, as shown to colleagues.
    pub by: String,
    /// The fields that collide.
    pub fields: Vec<ConflictField>,
}

/// One field that two people changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictField {
    /// Name of the field as the form calls it.
    pub field: String,
    /// What stands in the database now, as a person would type it.
    pub theirs: String,
    /// What the caller sent.
    pub mine: String,
}

/// Why a file was refused before a row of it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileRefusal {
    /// More bytes than the limit (bytes).
    TooLarge {
        /// The limit in bytes.
        max: u64,
    },
    /// More rows than the limit.
    TooManyRows {
        /// The limit in rows.
        max: u64,
    },
    /// More columns than the limit.
    TooManyColumns {
        /// The limit in columns.
        max: u64,
    },
    /// A workbook that unpacks to far more than it weighs.
    Bomb,
    /// Not a format we read, or damaged.
    Unreadable,
    /// Holds no rows.
    Empty,
    /// Reading took longer than allowed.
    TooSlow,
}
