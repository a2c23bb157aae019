//! Notes on the timeline of a customer or a person.

use crate::{
    account::REMARK_CHARS,
    audit::Change,
    field::{FieldError, FormErrors},
    id::{ActivityId, UserId, Version},
    text,
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// What a person wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteBody(String);

impl NoteBody {
    /// One to 20,000 characters, kept to the letter apart from blanks at the end.
    ///
    /// # Errors
    /// Complaints under the name `body`.
    pub fn parse(raw: &str) -> Result<Self, FormErrors> {
        text::paragraph(raw, REMARK_CHARS)
            .and_then(|text| text.ok_or(FieldError::Required))
            .map(Self)
            .map_err(|error| FormErrors::one("body", error))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One entry of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// Somebody wrote something.
    Note(Note),
    /// Somebody changed the record.
    Change(Change),
}

impl Entry {
    /// When it happened.
    #[must_use]
    pub fn at(&self) -> Instant {
        match self {
            Self::Note(note) => note.at,
            Self::Change(change) => change.at,
        }
    }
}

/// A stored note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Identity.
    pub id: ActivityId,
    /// Counts changes.
    pub version: Version,
    /// What was written.
    pub body: String,
    /// Kept at the top.
    pub pinned: bool,
    /// When it was written.
    pub at: Instant,
    /// By whom.
    pub by: UserId,
    /// The author's name as it is now.
    pub by_name: String,
    /// When it was last rewritten, if ever.
    pub edited_at: Option<Instant>,
}
