//! Imports: runs and their state, and the one way rows of files become records, in chunks that are
//! committed whole. Owns every statement on `import_job` and `import_row`.
//!
//! Must not know: formats, mappings, screens.

mod chunk;
mod finish;
mod forget;
mod image;
mod job;
mod known;
mod merge;
mod plan;
mod take_off;
mod undo;
mod update;

pub use chunk::{CHUNK_ROWS, Checker};
pub use finish::Lease;
pub use job::{Claimed, NewImport, Owner, StoredImport};

use domain::{
    account::{AccountDraft, AccountField},
    import::{CellError, OnDuplicate},
    person::{PersonDraft, PersonField},
};

/// One row of a file, read and checked: what [`crate::Db::write_chunk`] takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportRow {
    /// Its place in the file, first data row = 1.
    pub number: i64,
    /// The customer, with the id that a second run finds it by.
    pub account: Option<AccountDraft>,
    /// The fields of the customer that the row fills.
    pub account_fields: Vec<AccountField>,
    /// The customer's contacts as compared, in the order of the draft; empty for an unreadable one.
    pub account_norms: Vec<String>,
    /// The contact person, with the id that a second run finds the person by.
    pub person: Option<PersonDraft>,
    /// The fields of the person that the row fills.
    pub person_fields: Vec<PersonField>,
    /// The person's contacts as compared, in the order of the draft; empty for an unreadable one.
    pub person_norms: Vec<String>,
    /// Name of the customer this one belongs to.
    pub parent: Option<String>,
    /// Text of a note for the timeline.
    pub note: Option<String>,
    /// Whether rows of this file share customers: several people of one company.
    pub shares_account: bool,
    /// Cells that were not taken.
    pub errors: Vec<CellError>,
    /// Whether the row is not taken at all.
    pub refused: bool,
}

impl ImportRow {
    /// Whether the row is about the person rather than about the customer beside it.
    fn is_about_person(&self) -> bool {
        self.person.is_some() && (self.shares_account || self.account.is_none())
    }
}

/// Whether stored records may be changed at all.
fn may_change(mode: OnDuplicate) -> bool {
    matches!(mode, OnDuplicate::FillEmpty | OnDuplicate::Overwrite)
}
