//! Which column of a file goes where: found from headers and values, or as a person says.

use crate::{
    case_finder, column_finder, deal_finder,
    format::Format,
    order_finder,
    synonyms::{self, Meaning},
    table::{Row, TableHead},
};
use domain::{
    account::AccountField,
    case::CaseColumn,
    date::DayOrder,
    import::{OnDuplicate, Target},
    money::Currency,
    opportunity::DealColumn,
    order::OrderColumn,
    person::PersonField,
    product::ProductField,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rows that are worth looking at before columns are mapped.
pub const SAMPLE_ROWS: usize = 200;
/// The system records are said to come from where nobody says which.
pub const ANY_SYSTEM: &str = "file";

/// The system the ids of address books belong to: they are made to be unique everywhere.
pub const ADDRESS_BOOKS: &str = "vcard";

/// How sure the mapping of a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Not mapped.
    None,
    /// From the values alone, or against them: to be looked at.
    Guess,
    /// The header says something alike.
    Likely,
    /// The header says so, or a person did.
    Sure,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMap {
    /// Its header in the file.
    pub header: String,
    /// Where it goes; `None` leaves it out.
    pub target: Option<Target>,
    /// How sure that is.
    pub confidence: Confidence,
    /// What is read instead of a value, by the folded value ([`domain::text::fold`]).
    pub values: BTreeMap<String, String>,
    /// How its days are read.
    pub day_order: DayOrder,
}

/// What a row stands for; customers and people where it names a person and no company.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// A customer: an individual.
    #[default]
    Customers,
    /// A contact person who works for nobody we know.
    People,
    /// A deal, whatever it names.
    Deals,
    /// A line of an order.
    Orders,
    /// A case.
    Cases,
    /// A product.
    Products,
}

/// A mapping of a whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The columns, in the order of the file.
    pub columns: Vec<ColumnMap>,
    /// What a row without a company stands for.
    pub rows: RowKind,
    /// The system the ids of the rows belong to.
    pub source_system: String,
    /// Whether the file is an address book, whose ids number people.
    pub is_address_book: bool,
    /// The currency of amounts without one; that of the organisation where nobody says which.
    pub currency: Option<Currency>,
    /// What happens to rows that are already there.
    pub on_duplicate: OnDuplicate,
}

/// Why a mapping cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// Two columns go where only one can.
    #[error("the columns {first:?} and {second:?} both go to {target}")]
    Twice {
        /// Code of the target.
        target: String,
        /// Header of the first.
        first: String,
        /// Header of the second.
        second: String,
    },
    /// No column holds a name.
    #[error(
        "no column is mapped to account.name or person.full_name, to deal.name, deal.account or deal.products, to order.account, order.account_id or order.account_number, to case.subject or case.body, or to product.name"
    )]
    NoName,
}

/// Whether several columns may go there: contacts, tags and notes are gathered, the parts of a name
/// or of a street are joined.
#[must_use]
pub fn is_repeatable(target: Target) -> bool {
    matches!(
        target,
        Target::Contact(_)
            | Target::AccountContact(_)
            | Target::Tags
            | Target::Note
            | Target::Street
            | Target::Person(PersonField::FullName)
            | Target::Deal(DealColumn::Products)
    )
}

impl RowKind {
    /// As stored and as the form sends it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::People => "people",
            Self::Deals => "deals",
            Self::Orders => "orders",
            Self::Cases => "cases",
            Self::Products => "products",
        }
    }

    /// Reads a code; customers for anything else.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        let all = [Self::People, Self::Deals, Self::Orders, Self::Cases, Self::Products];
        all.into_iter().find(|kind| kind.code() == code).unwrap_or_default()
    }

    /// Whether files with such rows have the same columns.
    #[must_use]
    pub fn reads_like(self, other: Self) -> bool {
        let of_customers = |kind| matches!(kind, Self::Customers | Self::People);
        self == other || (of_customers(self) && of_customers(other))
    }
}

impl Mapping {
    /// Maps the columns of a file by headers and by the first rows.
    #[must_use]
    pub fn automatic(head: &TableHead, sample: &[Row]) -> Self {
        let by_headers = deal_finder::kind_of(head);
        let of_orders =
            order_finder::is_about_orders(head) || order_finder::is_shaped(head, sample);
        let rows = match by_headers {
            RowKind::Deals => RowKind::Deals,
            _ if of_orders => RowKind::Orders,
            _ if case_finder::is_about_cases(head) => RowKind::Cases,
            other => other,
        };
        Self::for_rows(head, sample, rows)
    }

    /// The same for a file whose rows are known to stand for something.
    #[must_use]
    pub fn for_rows(head: &TableHead, sample: &[Row], rows: RowKind) -> Self {
        let columns = match rows {
            RowKind::Customers | RowKind::People => column_finder::find(head, sample),
            RowKind::Deals | RowKind::Products => deal_finder::find(head, sample, rows),
            RowKind::Orders => order_finder::find(head, sample),
            RowKind::Cases => case_finder::find(head, sample),
        };
        let mut mapping = Self {
            columns,
            rows,
            source_system: ANY_SYSTEM.to_owned(),
            is_address_book: head.format == Format::Vcard,
            currency: None,
            on_duplicate: OnDuplicate::Skip,
        };
        if mapping.is_address_book {
            ADDRESS_BOOKS.clone_into(&mut mapping.source_system);
        }
        mapping.rows = mapping.rows_by_id();
        mapping
    }

    /// What rows without a company stand for, by the column that numbers them.
    #[must_use]
    pub fn rows_by_id(&self) -> RowKind {
        if !self.rows.reads_like(RowKind::Customers) {
            return self.rows;
        }
        let numbers_people = self.column_of(Target::PersonNumber).is_some()
            || self.names_colleagues()
            || (self.id_is_the_persons() && !self.is_address_book);
        if numbers_people { RowKind::People } else { RowKind::Customers }
    }

    /// Whether the persons of the file stand in a column of those in charge: colleagues, who are nobody's customers.
    fn names_colleagues(&self) -> bool {
        let person = self.column_of(Target::Person(PersonField::FullName));
        let header = person.and_then(|at| self.columns.get(at)).map(|column| &column.header);
        let meant = header.and_then(|header| synonyms::lookup(header));
        meant.is_some_and(|(meaning, _)| meaning == Meaning::Is(Target::OwnerName))
    }

    /// Whether the ids of the file are those of a system that was named, so that an id alone says
    /// which record is meant.
    #[must_use]
    pub fn names_its_system(&self) -> bool {
        !self.source_system.is_empty() && self.source_system != ANY_SYSTEM
    }

    /// The first column that goes there.
    #[must_use]
    pub fn column_of(&self, target: Target) -> Option<usize> {
        self.columns.iter().position(|column| column.target == Some(target))
    }

    /// Sends a column somewhere else, because a person says so.
    pub fn set_target(&mut self, column: usize, target: Option<Target>) {
        if let Some(column) = self.columns.get_mut(column) {
            column.target = target;
            column.confidence = if target.is_some() { Confidence::Sure } else { Confidence::None };
        }
    }

    /// Whether rows can be read with it.
    ///
    /// # Errors
    /// The first thing that stands against it.
    pub fn check(&self) -> Result<(), MappingError> {
        for (at, column) in self.columns.iter().enumerate() {
            let Some(target) = column.target.filter(|target| !is_repeatable(*target)) else {
                continue;
            };
            if let Some(other) = self.columns[..at].iter().find(|c| c.target == Some(target)) {
                return Err(MappingError::Twice {
                    target: target.code(),
                    first: other.header.clone(),
                    second: column.header.clone(),
                });
            }
        }
        let names: &[Target] = match self.rows {
            RowKind::Customers | RowKind::People => {
                &[Target::Account(AccountField::Name), Target::Person(PersonField::FullName)]
            }
            RowKind::Deals => &[
                Target::Deal(DealColumn::Name),
                Target::Deal(DealColumn::Account),
                Target::Deal(DealColumn::Products),
            ],
            RowKind::Orders => &[
                Target::Order(OrderColumn::Account),
                Target::Order(OrderColumn::AccountId),
                Target::Order(OrderColumn::AccountNumber),
            ],
            RowKind::Cases => &[Target::Case(CaseColumn::Subject), Target::Case(CaseColumn::Body)],
            RowKind::Products => &[Target::Product(ProductField::Name)],
        };
        if names.iter().any(|name| self.column_of(*name).is_some()) {
            Ok(())
        } else {
            Err(MappingError::NoName)
        }
    }

    /// Whether the id column numbers people rather than customers.
    #[must_use]
    pub fn id_is_the_persons(&self) -> bool {
        if self.is_address_book {
            return true;
        }
        let Some(id) = self.column_of(Target::ExternalId) else { return false };
        let header = self.columns.get(id).map(|column| synonyms::words(&column.header));
        header.is_some_and(|header| {
            header.contains("联系人")
                || header.split(' ').any(|word| matches!(word, "person" | "contact"))
        })
    }
}
