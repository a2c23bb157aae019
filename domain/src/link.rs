//! Links that work once, by which somebody sets a password: invitations and resets.

use crate::time::{HOUR, MINUTE};
use serde::{Deserialize, Serialize};

/// What such a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// The first password of somebody who was added.
    Invite,
    /// Another password for somebody who has one.
    Reset,
}

impl LinkPurpose {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Invite, Self::Reset];

    /// As stored, and as the link's path begins.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Reset => "reset",
        }
    }

    /// From storage.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }

    /// How long a link works (milliseconds): an invitation may lie over a weekend.
    #[must_use]
    pub const fn lifetime(self) -> i64 {
        match self {
            Self::Invite => 72 * HOUR,
            Self::Reset => 30 * MINUTE,
        }
    }
}

/// A link to be handed to the person it is for, told once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserLink {
    /// Name shown of the person.
    pub name: String,
    /// E-mail address of the person.
    pub email: String,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Path on this site; holds the secret.
    pub path: String,
}

impl std::fmt::Debug for UserLink {
    /// Without the path, which holds the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserLink").field("purpose", &self.purpose).finish_non_exhaustive()
    }
}
