//! Imports: runs and their state, and the one way rows of files become records, in chunks that are
//! committed whole. Owns every statement on `import_job` and `import_row`.
//!
//! Must not know: formats, mappings, screens.

mod cases;
mod cases_known;
mod checker;
mod chunk;
mod deal_merge;
mod deals;
mod deals_known;
mod finish;
mod forget;
mod gather;
mod image;
mod in_charge;
mod job;
mod jobs;
mod kept;
mod known;
mod matches;
mod merge;
mod named_accounts;
mod orders;
mod orders_known;
mod plan;
mod products;
mod rows;
mod take_off;
mod undo;
mod undo_records;
mod update;

pub use checker::{Checker, LookedUp};
pub use chunk::CHUNK_ROWS;
pub use finish::Lease;
pub use job::{Claimed, ImportGround, NewImport, Owner, StoredImport};
pub use rows::{Buyer, CaseRow, DealRow, DealStage, Offer, OrderRow, ProductRow};

use domain::{
    account::{AccountDraft, AccountField},
    id::{AccountNumber, PersonNumber},
    import::{CellError, OnDuplicate, Target},
    person::{PersonDraft, PersonField, PersonRole},
};
use std::{collections::HashMap, sync::Arc};

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
    /// The number the customer has here, if the file says so.
    pub account_number: Option<AccountNumber>,
    /// The number the person has here, if the file says so.
    pub person_number: Option<PersonNumber>,
    /// Whose id was given by a system the file names, not made from the row.
    pub given_id: Option<GivenId>,
    /// Customers the person works for besides the one of the row.
    pub further_jobs: Vec<FurtherJob>,
    /// The deal that the row is about, instead of customer and person.
    pub deal: Option<Box<DealRow>>,
    /// The line of an order that the row is about, instead of all these.
    pub order: Option<Box<OrderRow>>,
    /// The case that the row is about, instead of all these.
    pub case: Option<Box<CaseRow>>,
    /// The product that the row is about, instead of all these.
    pub product: Option<Box<ProductRow>>,
    /// Name of the customer this one belongs to.
    pub parent: Option<String>,
    /// Text of a note for the timeline.
    pub note: Option<String>,
    /// Whether rows of this file share customers: several people of one company.
    pub shares_account: bool,
    /// Headers of the file's columns by where they go: for remarks on what was not taken.
    pub columns: Arc<HashMap<Target, String>>,
    /// Cells that were not taken.
    pub errors: Vec<CellError>,
    /// Whether the row is not taken at all.
    pub refused: bool,
    /// Whether records that are there keep their owners, whatever the row says.
    pub leaves_owner: bool,
}

/// Whose id a system gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenId {
    /// The customer's.
    Account,
    /// The person's.
    Person,
}

/// A customer a person works for besides the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FurtherJob {
    /// The customer's number here, if it is known.
    pub account: Option<AccountNumber>,
    /// The customer's name.
    pub name: String,
    /// What the person is there.
    pub role: Option<PersonRole>,
}

impl ImportRow {
    /// Whether the row is about the person rather than about the customer beside it.
    fn is_about_person(&self) -> bool {
        self.person.is_some() && (self.shares_account || self.account.is_none())
    }
}

/// What rows of one file are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// Customers and persons.
    Customers,
    Deals,
    Orders,
    Cases,
    Products,
}

impl About {
    fn of(rows: &[ImportRow]) -> Self {
        if rows.iter().any(|row| row.deal.is_some()) {
            Self::Deals
        } else if rows.iter().any(|row| row.order.is_some()) {
            Self::Orders
        } else if rows.iter().any(|row| row.case.is_some()) {
            Self::Cases
        } else if rows.iter().any(|row| row.product.is_some()) {
            Self::Products
        } else {
            Self::Customers
        }
    }
}

/// Whether stored records may be changed at all.
fn may_change(mode: OnDuplicate) -> bool {
    matches!(mode, OnDuplicate::FillEmpty | OnDuplicate::Overwrite)
}
