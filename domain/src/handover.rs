//! Handing over: what somebody is in charge of goes to a colleague, or to nobody, for instance before they leave.

use crate::{
    field::{FieldError, FormErrors},
    id::UserId,
    note::NoteBody,
};
use serde::{Deserialize, Serialize};

/// Most records that go over in one call; whoever has more is asked again for the rest.
pub const HANDED_AT_ONCE: i64 = 10_000;

/// What hangs on a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holdings {
    /// Customers the user is in charge of, those in the bin left out.
    pub accounts: i64,
    /// Contact persons likewise.
    pub people: i64,
    /// Deals likewise, closed ones among them.
    pub opportunities: i64,
    /// Cases likewise, solved ones among them.
    pub cases: i64,
    /// Calls, visits, meetings and tasks that the user is to do.
    pub activities: i64,
    /// Records that are shared with the user alone.
    pub shares: i64,
    /// Imports the user began and that have not ended.
    pub imports: i64,
}

impl Holdings {
    /// Whether there is nothing to hand over.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.records() == 0 && self.activities == 0
    }

    /// Customers, persons, deals and cases.
    #[must_use]
    pub fn records(&self) -> i64 {
        self.accounts + self.people + self.opportunities + self.cases
    }
}

/// What one call handed over, and what is left for the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// Customers that went over.
    pub accounts: i64,
    /// Contact persons that did.
    pub people: i64,
    /// Deals that did.
    pub opportunities: i64,
    /// Cases that did.
    pub cases: i64,
    /// What was planned and did.
    pub activities: i64,
    /// What was planned and stays, because they do not see what it is about.
    pub unseen: i64,
    /// Customers, persons, deals and cases that are left.
    pub left: i64,
}

/// One record that goes to a colleague, with a word about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordHandover {
    /// Who is in charge from then on.
    pub to: UserId,
    /// What is noted on the record.
    pub note: Option<NoteBody>,
    /// Whether it stays shared with whoever hands it over.
    pub keep: bool,
}

/// The form of one, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecordHandoverForm {
    /// Id of the colleague.
    pub to: String,
    /// The note; may be empty.
    pub note: String,
    /// Whether it stays shared.
    pub keep: bool,
}

impl RecordHandoverForm {
    /// Reads the form.
    ///
    /// # Errors
    /// Complaints under `to` and `note`.
    pub fn parse(&self) -> Result<RecordHandover, FormErrors> {
        let mut errors = FormErrors::default();
        let to = if self.to.is_empty() {
            Err(FieldError::Required)
        } else {
            self.to.parse().map(UserId).map_err(|_| FieldError::UnknownOption)
        };
        let to = errors.take("to", to);
        let note = (!self.note.trim().is_empty()).then(|| {
            NoteBody::parse(&self.note)
                .map_err(|errors| errors.about("body").cloned().unwrap_or(FieldError::Required))
        });
        let note = errors.take("note", note.transpose());
        match (to, note) {
            (Some(to), Some(note)) => Ok(RecordHandover { to, note, keep: self.keep }),
            _ => Err(errors),
        }
    }
}
