//! What the tests of whole files share.

use domain::{
    account::{Account, AccountData, AccountDraft},
    address::{Address, AddressData},
    contact::{ContactDraft, ContactPoint},
    id::{
        AccountId, AccountNumber, AddressId, ContactPointId, PersonId, PersonNumber, UserId,
        Version,
    },
    import::Target,
    person::{Person, PersonData},
    time::{DAY, Instant},
};
use exchange::{
    guarded::{self, GuardedTable},
    mapping::Mapping,
    row::{ParsedRow, RowReader},
    table::{ReadOptions, Row},
};
use std::path::{Path, PathBuf};

/// A file of `fixtures/`.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// A file of the real data beside the project; `None`, and a word about it, on a lone clone.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {name} is not here");
    None
}

/// A file as an import reads it.
pub struct Imported {
    pub table: GuardedTable,
    pub mapping: Mapping,
    pub raw: Vec<Row>,
    pub rows: Vec<ParsedRow>,
    _folder: tempfile::TempDir,
}

impl Imported {
    /// What each column is mapped to, by code; empty for one that is left out.
    pub fn targets(&self) -> Vec<String> {
        let columns = self.mapping.columns.iter();
        columns.map(|column| column.target.map(Target::code).unwrap_or_default()).collect()
    }
}

/// Reads a file with everything found out automatically.
pub fn import(path: &Path) -> Imported {
    import_with(path, &ReadOptions::default())
}

/// Reads a file with some of it said.
pub fn import_with(path: &Path, options: &ReadOptions) -> Imported {
    let folder = tempfile::tempdir().unwrap();
    let table = guarded::read_in_process(path, folder.path(), options).unwrap();
    let raw: Vec<Row> = table.open().unwrap().rows.map(Result::unwrap).collect();
    let mapping = Mapping::automatic(&table.head, &raw);
    mapping.check().unwrap();
    let reader = RowReader::new(&mapping, "CN", 2);
    let rows = raw.iter().map(|row| reader.read(row)).collect();
    Imported { table, mapping, raw, rows, _folder: folder }
}

/// A day of contact as the forms keep it.
pub fn noon(days: i64) -> Instant {
    Instant(days * DAY + DAY / 2)
}

fn points(contacts: Vec<ContactDraft>) -> Vec<ContactPoint> {
    contacts
        .into_iter()
        .map(|draft| ContactPoint {
            id: ContactPointId::NIL,
            kind: draft.kind,
            norm: draft.normalised("CN").unwrap_or_default(),
            raw: draft.raw,
            is_primary: false,
        })
        .collect()
}

/// A customer as if it were stored.
pub fn stored_account(number: i64, draft: AccountDraft) -> Account {
    Account {
        id: AccountId::NIL,
        number: AccountNumber(number),
        version: Version(1),
        data: draft.data,
        contacts: points(draft.contacts),
        addresses: draft
            .addresses
            .into_iter()
            .map(|data| Address { id: AddressId::NIL, data })
            .collect(),
        tags: draft.tags,
        created_at: noon(20_000),
        created_by: UserId::NIL,
        updated_at: noon(20_001),
        updated_by: UserId::NIL,
        deleted_at: None,
    }
}

/// A person as if it were stored.
pub fn stored_person(number: i64, data: PersonData, contacts: Vec<ContactDraft>) -> Person {
    Person {
        id: PersonId::NIL,
        number: PersonNumber(number),
        version: Version(1),
        data,
        contacts: points(contacts),
        accounts: Vec::new(),
        created_at: noon(20_000),
        created_by: UserId::NIL,
        updated_at: noon(20_001),
        updated_by: UserId::NIL,
        deleted_at: None,
    }
}

/// A customer with nothing but a name.
pub fn named(name: &str) -> AccountData {
    AccountData { name: name.to_owned(), ..AccountData::default() }
}

/// An address in one piece.
pub fn street(text: &str) -> AddressData {
    AddressData { street: text.to_owned(), ..AddressData::default() }
}
