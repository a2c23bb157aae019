//! One row of a file into a customer, a contact person, or both, through the validation of `domain`.
//! A cell that is not taken is named and left out; only a missing name refuses a row.

use crate::{mapping::Mapping, row_work::Work, table::Row};
use domain::{
    account::{AccountDraft, AccountField},
    id::{AccountNumber, PersonNumber},
    import::{CellError, RowResult, Target},
    person::{PersonDraft, PersonField},
};
use store::{CaseRow, DealRow, FurtherJob, GivenId, OrderRow, ProductRow};

/// A row, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParsedRow {
    /// Its place in the file, first data row = 1.
    pub number: i64,
    /// The customer; `None` for a refused row and for a person who works for nobody.
    pub account: Option<AccountDraft>,
    /// The fields of the customer that the row fills; the others hold defaults.
    pub account_fields: Vec<AccountField>,
    /// The contact person.
    pub person: Option<PersonDraft>,
    /// The fields of the person that the row fills.
    pub person_fields: Vec<PersonField>,
    /// The deal, instead of customer and person.
    pub deal: Option<Box<DealRow>>,
    /// A line of an order, instead of all these.
    pub order: Option<Box<OrderRow>>,
    /// The case, instead of all these.
    pub case: Option<Box<CaseRow>>,
    /// The product, instead of all these.
    pub product: Option<Box<ProductRow>>,
    /// Name of the customer this one belongs to.
    pub parent: Option<String>,
    /// Colleague in charge, by name or e-mail.
    pub owner_name: Option<String>,
    /// Text of a note for the timeline.
    pub note: Option<String>,
    /// The id of the row in the system it came from, if the file has one.
    pub external_id: Option<String>,
    /// Whether that id numbers the person rather than the customer.
    pub id_is_the_persons: bool,
    /// Whose id was given by a system the file names.
    pub given_id: Option<GivenId>,
    /// The number the customer has in this installation, if the file says so.
    pub account_number: Option<AccountNumber>,
    /// The number the person has in this installation, if the file says so.
    pub person_number: Option<PersonNumber>,
    /// Customers the person works for besides the one of the row.
    pub further_jobs: Vec<FurtherJob>,
    /// Whether rows of this file share customers: several people of one company.
    pub shares_account: bool,
    /// The customer's contacts as compared, in the order of the draft; empty for an unreadable one.
    pub account_norms: Vec<String>,
    /// The person's contacts as compared, in the order of the draft; empty for an unreadable one.
    pub person_norms: Vec<String>,
    /// Cells that were not taken, in the order of the columns.
    pub errors: Vec<CellError>,
    /// Whether the row is not taken at all.
    pub refused: bool,
}

impl ParsedRow {
    /// What a check without the database can say of the row.
    #[must_use]
    pub fn result(&self) -> RowResult {
        if self.refused {
            RowResult::Refused
        } else if self.errors.is_empty() {
            RowResult::Created
        } else {
            RowResult::Warning
        }
    }
}

/// Reads rows under one mapping.
#[derive(Clone, Copy, Debug)]
pub struct RowReader<'a> {
    pub(crate) mapping: &'a Mapping,
    pub(crate) region: &'a str,
    pub(crate) decimals: u8,
    pub(crate) id_is_the_persons: bool,
    pub(crate) shares_account: bool,
}

impl<'a> RowReader<'a> {
    /// `region` is the country of phones without one (ISO 3166 alpha-2), `decimals` those of the
    /// organisation's currency.
    #[must_use]
    pub fn new(mapping: &'a Mapping, region: &'a str, decimals: u8) -> Self {
        let names = [Target::Account(AccountField::Name), Target::Person(PersonField::FullName)];
        Self {
            mapping,
            region,
            decimals,
            id_is_the_persons: mapping.id_is_the_persons(),
            shares_account: names.iter().all(|name| mapping.column_of(*name).is_some()),
        }
    }

    /// Reads one row; the same row gives the same result every time.
    #[must_use]
    pub fn read(&self, row: &Row) -> ParsedRow {
        Work::read(*self, row)
    }
}
