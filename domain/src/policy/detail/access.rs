//! How far a detail of a record is open to somebody.

use serde::{Deserialize, Serialize};

/// How far a detail is open. A later one allows what each before it does.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Not there: nobody can tell whether a record has one.
    #[default]
    Hidden,
    /// Seen in part, such as 138****8000.
    Masked,
    /// Seen.
    Read,
    /// Seen and changed.
    Edit,
}

impl Access {
    /// Every step, least first.
    pub const ALL: [Self; 4] = [Self::Hidden, Self::Masked, Self::Read, Self::Edit];

    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Masked => "masked",
            Self::Read => "read",
            Self::Edit => "edit",
        }
    }

    /// From storage or a form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.code() == code)
    }

    /// One letter, as it travels to the browser.
    pub(super) const fn letter(self) -> char {
        match self {
            Self::Hidden => 'h',
            Self::Masked => 'm',
            Self::Read => 'r',
            Self::Edit => 'e',
        }
    }
}
