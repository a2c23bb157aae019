//! Imports: which columns a file may fill, what happens to duplicates, how a run went.

use crate::{
    account::{AccountField, choices},
    case::CaseColumn,
    contact::ContactKind,
    failure::FileRefusal,
    field::FieldError,
    id::{
        AccountNumber, CaseNumber, ImportId, ImportNumber, OpportunityNumber, OrderNumber,
        PersonNumber,
    },
    opportunity::DealColumn,
    order::OrderColumn,
    person::PersonField,
    product::ProductField,
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// Where a column of a file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A field of the customer.
    Account(AccountField),
    /// A field of the contact person.
    Person(PersonField),
    /// A phone, e-mail or the like: of the person where the row has one, else of the customer.
    Contact(ContactKind),
    /// A phone, e-mail or the like of the customer itself.
    AccountContact(ContactKind),
    /// Country of the customer's address.
    Country,
    /// Province.
    Province,
    /// City.
    City,
    /// District.
    District,
    /// Street, or the whole address in one piece.
    Street,
    /// The addresses after the first, one a line, as an export writes them.
    FurtherAddresses,
    /// What the person is for the company of the row.
    Role,
    /// The companies after the first that the person works for, one a line, as an export writes them.
    FurtherJobs,
    /// Tags of the customer.
    Tags,
    /// A note on the timeline, headed by the column's name.
    Note,
    /// The customer this one belongs to, by name.
    Parent,
    /// Colleague in charge, by name or e-mail.
    OwnerName,
    /// The id of the row in the system the file came from.
    ExternalId,
    /// The customer's number in this installation.
    AccountNumber,
    /// The contact person's number in this installation.
    PersonNumber,
    /// A part of a deal.
    Deal(DealColumn),
    /// A part of an order.
    Order(OrderColumn),
    /// A part of a case.
    Case(CaseColumn),
    /// A field of a product.
    Product(ProductField),
}

impl Target {
    /// Every target, in the order the wizard offers them.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = AccountField::ALL
            .iter()
            .filter(|field| **field != AccountField::Owner)
            .map(|field| Self::Account(*field))
            .collect();
        all.extend(
            PersonField::ALL
                .iter()
                .filter(|field| **field != PersonField::Owner)
                .map(|field| Self::Person(*field)),
        );
        all.extend([Self::Role, Self::FurtherJobs]);
        all.extend(ContactKind::ALL.iter().map(|kind| Self::Contact(*kind)));
        all.extend(ContactKind::ALL.iter().map(|kind| Self::AccountContact(*kind)));
        all.extend([
            Self::Country,
            Self::Province,
            Self::City,
            Self::District,
            Self::Street,
            Self::FurtherAddresses,
            Self::Tags,
            Self::Note,
            Self::Parent,
            Self::OwnerName,
            Self::ExternalId,
            Self::AccountNumber,
            Self::PersonNumber,
        ]);
        all.extend(DealColumn::ALL.iter().map(|column| Self::Deal(*column)));
        all.extend(OrderColumn::ALL.iter().map(|column| Self::Order(*column)));
        all.extend(CaseColumn::ALL.iter().map(|column| Self::Case(*column)));
        all.extend(ProductField::ALL.iter().map(|field| Self::Product(*field)));
        all
    }

    /// As stored in a mapping and in a map file: `account.name`, `person.full_name`,
    /// `contact.mobile`, `account_contact.email`, `address.city`, `deal.stage`, `order.amount`, `case.subject`, `product.code`, `tags` ..
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Account(field) => format!("account.{}", field.code()),
            Self::Person(field) => format!("person.{}", field.code()),
            Self::Contact(kind) => format!("contact.{}", kind.code()),
            Self::AccountContact(kind) => format!("account_contact.{}", kind.code()),
            Self::Country => "address.country".to_owned(),
            Self::Province => "address.province".to_owned(),
            Self::City => "address.city".to_owned(),
            Self::District => "address.district".to_owned(),
            Self::Street => "address.street".to_owned(),
            Self::FurtherAddresses => "address.further".to_owned(),
            Self::Role => "person.role".to_owned(),
            Self::FurtherJobs => "person.further_jobs".to_owned(),
            Self::Tags => "tags".to_owned(),
            Self::Note => "note".to_owned(),
            Self::Parent => "parent".to_owned(),
            Self::OwnerName => "owner_name".to_owned(),
            Self::ExternalId => "external_id".to_owned(),
            Self::AccountNumber => "account.number".to_owned(),
            Self::PersonNumber => "person.number".to_owned(),
            Self::Deal(column) => format!("deal.{}", column.code()),
            Self::Order(column) => format!("order.{}", column.code()),
            Self::Case(column) => format!("case.{}", column.code()),
            Self::Product(field) => format!("product.{}", field.code()),
        }
    }

    /// Reads a code.
    ///
    /// # Errors
    /// [`FieldError::UnknownOption`].
    pub fn parse(code: &str) -> Result<Self, FieldError> {
        Self::all()
            .into_iter()
            .find(|target| target.code() == code)
            .ok_or(FieldError::UnknownOption)
    }
}

choices! {
    /// What happens to a row that is already there.
    OnDuplicate {
        /// Leave the stored record as it is.
        Skip = "skip" ["跳过"],
        /// Fill the fields that are empty.
        FillEmpty = "fill_empty" [],
        /// Overwrite with what the file says, empty cells left alone.
        Overwrite = "overwrite" [],
        /// Make a second record.
        Create = "create" [],
    }
}

choices! {
    /// How far a run is.
    ImportState {
        /// The file is here; columns are being mapped.
        Uploaded = "uploaded" [],
        /// Waiting for its turn or running.
        Running = "running" [],
        /// Through.
        Done = "done" [],
        /// Stopped by an error; what was done is in the counts.
        Failed = "failed" [],
        /// Taken back.
        Undone = "undone" [],
    }
}

choices! {
    /// What became of one row.
    RowResult {
        /// A new record.
        Created = "created" [],
        /// A stored record changed.
        Updated = "updated" [],
        /// A stored record already said the same, or was to be left alone.
        Unchanged = "unchanged" [],
        /// Taken, but some cells were not, or were mended.
        Warning = "warning" [],
        /// Not taken.
        Refused = "refused" [],
    }
}

/// One cell that was not taken, or was mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellError {
    /// Header of the column as the file has it.
    pub column: String,
    /// What stood in the cell, cut to 200 characters.
    pub value: String,
    /// Why it was not taken.
    pub error: FieldError,
}

/// One row that was mended or refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowReport {
    /// Row of the file, first data row = 1.
    pub row: i64,
    /// What became of it.
    pub result: RowResult,
    /// Cells that were not taken.
    pub errors: Vec<CellError>,
}

/// A row that changed nothing, and the records it was found to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowMatch {
    /// Row of the file, first data row = 1.
    pub row: i64,
    /// The customer: number and name.
    pub account: Option<(AccountNumber, String)>,
    /// The person: number and name.
    pub person: Option<(PersonNumber, String)>,
    /// The deal: number and name.
    pub deal: Option<(OpportunityNumber, String)>,
    /// The order: its number.
    pub order: Option<OrderNumber>,
    /// The case: number and subject.
    pub case: Option<(CaseNumber, String)>,
    /// The product: code and name.
    pub product: Option<(String, String)>,
}

/// How many rows became what. A row taken with remarks counts as what it became, and as warned
/// besides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCounts {
    /// Rows of the file.
    pub rows: i64,
    /// Rows looked at so far.
    pub done: i64,
    /// New records.
    pub created: i64,
    /// Changed records.
    pub updated: i64,
    /// Rows that changed nothing.
    pub unchanged: i64,
    /// Rows taken with remarks: cells left out, or read as something else.
    pub warned: i64,
    /// Rows not taken.
    pub refused: i64,
}

/// What is to be said about a run besides its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum ImportNote {
    /// It is being taken back.
    Undoing,
    /// It was taken back, but for records that people had changed since.
    Kept {
        /// How many stayed.
        records: i64,
    },
    /// The file could not be read on.
    Refused {
        /// Why.
        why: FileRefusal,
    },
    /// Whoever started it may not import any more.
    Denied,
    /// Our fault; the log carries the same reference.
    Internal {
        /// What to look for in the log.
        reference: String,
    },
}

/// A run of an import, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportJob {
    /// Identity.
    pub id: ImportId,
    /// Number people use.
    pub number: ImportNumber,
    /// Name of the file as uploaded.
    pub file_name: String,
    /// Bytes of the file.
    pub file_size: i64,
    /// How far it is.
    pub state: ImportState,
    /// What happens to duplicates.
    pub on_duplicate: OnDuplicate,
    /// How many rows became what.
    pub counts: ImportCounts,
    /// Who started it.
    pub by_name: String,
    /// When the file came.
    pub created_at: Instant,
    /// When it was through.
    pub finished_at: Option<Instant>,
    /// Whether it can still be taken back.
    pub can_undo: bool,
    /// What is to be said besides.
    pub note: Option<ImportNote>,
}

/// Days within which an import can be taken back.
pub const UNDO_DAYS: i64 = 30;
/// Most rows of one file.
pub const MAX_ROWS: u64 = 1_000_000;
/// Most columns of one file.
pub const MAX_COLUMNS: u64 = 256;
/// Most bytes of an uploaded file.
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_a_code_of_its_own_that_reads_back() {
        for target in Target::all() {
            assert_eq!(Target::parse(&target.code()), Ok(target));
        }
    }
}
