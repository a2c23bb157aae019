//! What rows add to stored records: fields, contacts, tags, an address, a note. Decided in memory
//! against what is stored now; nothing stored is ever emptied.

use super::{ImportRow, image::Changed, known::push_list};
use crate::{
    db::{Tx, on_tx},
    error::Result,
    rows::{ACCOUNT_COLUMNS, AccountRow, PERSON_COLUMNS, PersonRow, choice},
};
use const_format::concatcp;
use domain::{
    account::{AccountData, AccountDraft, AccountField, MOST_TAGS},
    address::AddressData,
    contact::{ContactDraft, ContactKind, ContactPoint},
    id::{AccountId, AddressId, ContactPointId},
    import::OnDuplicate,
    person::{PersonData, PersonField},
    text,
};
use sqlx::{FromRow, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

/// Most contacts of one record.
const MOST_CONTACTS: usize = 30;

/// A stored record and what the rows of a chunk make of it.
#[derive(Debug)]
pub(super) struct Merged<R, D> {
    pub row: R,
    pub before: D,
    pub after: D,
    pub contacts: Vec<ContactPoint>,
    pub added_contacts: Vec<(ContactDraft, String)>,
    pub tags: Vec<String>,
    pub added_tags: Vec<String>,
    pub address: Option<(AddressId, AddressData)>,
    /// The address as it is to be; made new where there was none.
    pub new_address: Option<AddressData>,
    /// Bodies of the notes that are there.
    pub notes: Vec<String>,
    pub added_notes: Vec<String>,
    /// Customers the person works for.
    pub jobs: Vec<AccountId>,
    pub added_jobs: Vec<AccountId>,
    /// Rows that named it, in their order.
    pub named_by: Vec<usize>,
}

pub(super) type MergedAccount = Merged<AccountRow, AccountData>;
pub(super) type MergedPerson = Merged<PersonRow, PersonData>;

impl<R, D: Clone + PartialEq> Merged<R, D> {
    fn new(row: R, data: D) -> Self {
        Self {
            row,
            before: data.clone(),
            after: data,
            contacts: Vec::new(),
            added_contacts: Vec::new(),
            tags: Vec::new(),
            added_tags: Vec::new(),
            address: None,
            new_address: None,
            notes: Vec::new(),
            added_notes: Vec::new(),
            jobs: Vec::new(),
            added_jobs: Vec::new(),
            named_by: Vec::new(),
        }
    }

    /// Whether the rows said anything new.
    pub(super) fn is_changed(&self) -> bool {
        self.before != self.after
            || !self.added_contacts.is_empty()
            || !self.added_tags.is_empty()
            || self.new_address.is_some()
            || !self.added_notes.is_empty()
            || !self.added_jobs.is_empty()
    }

    fn add_contacts(&mut self, drafts: &[ContactDraft], norms: &[String], mode: OnDuplicate) {
        let there = self.contacts.iter().map(|point| (point.kind, &point.norm, &point.raw));
        let added = self.added_contacts.iter().map(|(draft, norm)| (draft.kind, norm, &draft.raw));
        let mut there: Vec<(ContactKind, String, String)> = there
            .chain(added)
            .map(|(kind, norm, raw)| (kind, norm.clone(), text::fold(raw)))
            .collect();
        let full: Vec<ContactKind> = there.iter().map(|(kind, ..)| *kind).collect();
        for (draft, norm) in drafts.iter().zip(norms) {
            let raw = text::fold(&draft.raw);
            let known = there.iter().any(|(kind, known_norm, known_raw)| {
                let alike = *kind == draft.kind || (kind.is_phone() && draft.kind.is_phone());
                alike && (*known_raw == raw || (!norm.is_empty() && known_norm == norm))
            });
            let open = mode == OnDuplicate::Overwrite || !full.contains(&draft.kind);
            if !known && open && there.len() < MOST_CONTACTS {
                there.push((draft.kind, norm.clone(), raw));
                self.added_contacts.push((draft.clone(), norm.clone()));
            }
        }
    }

    fn add_note(&mut self, note: Option<&String>) {
        if let Some(note) = note
            && !self.notes.contains(note)
            && !self.added_notes.contains(note)
        {
            self.added_notes.push(note.clone());
        }
    }

    /// What is to be kept so that it can be taken back; ids of what was added are put in later.
    pub(super) fn image(&self, fields: Vec<(String, String, String)>) -> Changed {
        Changed { fields, tags: self.added_tags.clone(), ..Changed::default() }
    }
}

/// Fills or overwrites fields of a customer. `aside` is set where the row is about somebody who
/// works there: the name of the customer is then only what it was found by.
pub(super) fn merge_account_fields(
    data: &mut AccountData,
    row: &ImportRow,
    draft: &AccountData,
    mode: OnDuplicate,
    decimals: u8,
    aside: bool,
) {
    for field in &row.account_fields {
        let open = match field {
            AccountField::Name if aside => false,
            _ if mode == OnDuplicate::Overwrite => true,
            AccountField::Kind | AccountField::Status => false,
            _ => data.get(*field, decimals).is_empty(),
        };
        if open {
            // What `get` wrote, `set` reads.
            let _ = data.set(*field, &draft.get(*field, decimals), decimals);
        }
    }
    if draft.last_contact_at > data.last_contact_at {
        data.last_contact_at = draft.last_contact_at;
    }
}

/// Fills or overwrites fields of a person.
pub(super) fn merge_person_fields(
    data: &mut PersonData,
    row: &ImportRow,
    draft: &PersonData,
    mode: OnDuplicate,
) {
    let had_birthday = data.birthday.is_some();
    for field in &row.person_fields {
        let open = match field {
            _ if mode == OnDuplicate::Overwrite => true,
            PersonField::BirthdayCalendar => !had_birthday,
            _ => data.get(*field).is_empty(),
        };
        if open {
            let _ = data.set(*field, &draft.get(*field));
        }
    }
    if draft.last_contact_at > data.last_contact_at {
        data.last_contact_at = draft.last_contact_at;
    }
}

impl MergedAccount {
    /// Takes in what a row says of the customer.
    pub(super) fn take(
        &mut self,
        at: usize,
        row: &ImportRow,
        draft: &AccountDraft,
        mode: OnDuplicate,
        decimals: u8,
    ) {
        self.named_by.push(at);
        let aside = row.is_about_person();
        merge_account_fields(&mut self.after, row, &draft.data, mode, decimals, aside);
        self.add_contacts(&draft.contacts, &row.account_norms, mode);
        for tag in &draft.tags {
            let fold = text::fold(tag);
            let all = || self.tags.iter().chain(&self.added_tags);
            if all().count() < MOST_TAGS && !all().any(|known| text::fold(known) == fold) {
                self.added_tags.push(tag.clone());
            }
        }
        if let Some(address) = draft.addresses.first() {
            let standing = self.new_address.clone().or(self.address.as_ref().map(|a| a.1.clone()));
            let wanted = match standing {
                None => address.clone(),
                Some(standing) => over(standing, address, mode),
            };
            if self.address.as_ref().is_none_or(|(_, stored)| *stored != wanted) {
                self.new_address = Some(wanted);
            }
        }
        if !aside {
            self.add_note(row.note.as_ref());
        }
    }
}

/// The parts of an address that the file has, over those that stand.
fn over(mut standing: AddressData, file: &AddressData, mode: OnDuplicate) -> AddressData {
    let pairs = [
        (&mut standing.country, &file.country),
        (&mut standing.province, &file.province),
        (&mut standing.city, &file.city),
        (&mut standing.district, &file.district),
        (&mut standing.street, &file.street),
    ];
    for (part, said) in pairs {
        if !said.is_empty() && (mode == OnDuplicate::Overwrite || part.is_empty()) {
            part.clone_from(said);
        }
    }
    standing
}

impl MergedPerson {
    /// Takes in what a row says of the person; `place` is the stored customer beside it.
    pub(super) fn take(
        &mut self,
        at: usize,
        row: &ImportRow,
        draft: &domain::person::PersonDraft,
        place: Option<AccountId>,
        mode: OnDuplicate,
    ) {
        self.named_by.push(at);
        merge_person_fields(&mut self.after, row, &draft.data, mode);
        self.add_contacts(&draft.contacts, &row.person_norms, mode);
        if row.is_about_person() {
            self.add_note(row.note.as_ref());
        }
        if let Some(place) = place
            && (mode == OnDuplicate::Overwrite || self.jobs.is_empty())
            && !self.jobs.contains(&place)
            && !self.added_jobs.contains(&place)
        {
            self.added_jobs.push(place);
        }
    }
}

#[derive(FromRow)]
struct PointRow {
    owner_id: Uuid,
    id: ContactPointId,
    kind: String,
    value_raw: String,
    value_norm: String,
    is_primary: bool,
}

#[derive(FromRow)]
struct AddressRow {
    account_id: Uuid,
    id: AddressId,
    country: String,
    province: String,
    city: String,
    district: String,
    street: String,
}

/// Rows of one statement with a list of ids.
macro_rules! of_ids {
    ($tx:expr, $head:expr, $ids:expr, $tail:expr) => {
        on_tx!(&mut *$tx, |connection| {
            let mut query = QueryBuilder::<Dialect>::new($head);
            push_list!(query, $ids);
            query.push($tail);
            query.build_query_as().fetch_all(connection).await
        })?
    };
}

/// The contact points of several records.
pub(super) async fn contacts_of(
    tx: &mut Tx,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<ContactPoint>>> {
    let mut all: HashMap<Uuid, Vec<ContactPoint>> = HashMap::new();
    if ids.is_empty() {
        return Ok(all);
    }
    let rows: Vec<PointRow> = of_ids!(
        tx,
        "SELECT owner_id, id, kind, value_raw, value_norm, is_primary FROM contact_point WHERE owner_id IN ",
        ids,
        " ORDER BY position, id"
    );
    for row in rows {
        all.entry(row.owner_id).or_default().push(ContactPoint {
            id: row.id,
            kind: choice(ContactKind::parse(&row.kind), "contact_point.kind")?,
            raw: row.value_raw,
            norm: row.value_norm,
            is_primary: row.is_primary,
        });
    }
    Ok(all)
}

async fn texts_of(
    tx: &mut Tx,
    head: &'static str,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<String>>> {
    let rows: Vec<(Uuid, String)> = of_ids!(tx, head, ids, "");
    let mut all: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (id, text) in rows {
        all.entry(id).or_default().push(text);
    }
    Ok(all)
}

const NOTES: &str =
    "SELECT subject_id, body FROM activity WHERE deleted_at IS NULL AND subject_id IN ";
const TAGS: &str = "SELECT g.account_id, t.name FROM tagging g JOIN tag t ON t.id = g.tag_id WHERE g.account_id IN ";

/// The customers of `ids` with what hangs on them, by identity.
pub(super) async fn accounts(tx: &mut Tx, ids: &[Uuid]) -> Result<HashMap<Uuid, MergedAccount>> {
    const HEAD: &str =
        concatcp!("SELECT ", ACCOUNT_COLUMNS, " FROM account WHERE deleted_at IS NULL AND id IN ");
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<AccountRow> = of_ids!(tx, HEAD, ids, "");
    let mut points = contacts_of(tx, ids).await?;
    let mut tags = texts_of(tx, TAGS, ids).await?;
    let mut notes = texts_of(tx, NOTES, ids).await?;
    let addresses: Vec<AddressRow> = of_ids!(
        tx,
        "SELECT account_id, id, country, province, city, district, street FROM address WHERE account_id IN ",
        ids,
        " ORDER BY position, id"
    );
    let mut all = HashMap::new();
    for row in rows {
        let (id, data) = (row.id.0, row.data()?);
        let mut merged = Merged::new(row, data);
        merged.contacts = points.remove(&id).unwrap_or_default();
        merged.tags = tags.remove(&id).unwrap_or_default();
        merged.notes = notes.remove(&id).unwrap_or_default();
        all.insert(id, merged);
    }
    for row in addresses {
        let Some(merged) = all.get_mut(&row.account_id) else { continue };
        merged.address.get_or_insert((
            row.id,
            AddressData {
                country: row.country,
                province: row.province,
                city: row.city,
                district: row.district,
                street: row.street,
            },
        ));
    }
    Ok(all)
}

/// The persons of `ids` with what hangs on them, by identity.
pub(super) async fn people(tx: &mut Tx, ids: &[Uuid]) -> Result<HashMap<Uuid, MergedPerson>> {
    const HEAD: &str =
        concatcp!("SELECT ", PERSON_COLUMNS, " FROM person WHERE deleted_at IS NULL AND id IN ");
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<PersonRow> = of_ids!(tx, HEAD, ids, "");
    let mut points = contacts_of(tx, ids).await?;
    let mut notes = texts_of(tx, NOTES, ids).await?;
    let jobs: Vec<(Uuid, Uuid)> = of_ids!(
        tx,
        "SELECT person_id, account_id FROM account_person WHERE person_id IN ",
        ids,
        ""
    );
    let mut all = HashMap::new();
    for row in rows {
        let (id, data) = (row.id.0, row.data()?);
        let mut merged = Merged::new(row, data);
        merged.contacts = points.remove(&id).unwrap_or_default();
        merged.notes = notes.remove(&id).unwrap_or_default();
        all.insert(id, merged);
    }
    for (person, account) in jobs {
        if let Some(merged) = all.get_mut(&person) {
            merged.jobs.push(AccountId(account));
        }
    }
    Ok(all)
}

/// The contacts of a record once the added ones are stored, for what it is found by.
pub(super) fn all_contacts<R, D>(merged: &Merged<R, D>) -> Vec<ContactPoint> {
    let mut all = merged.contacts.clone();
    all.extend(merged.added_contacts.iter().map(|(draft, norm)| ContactPoint {
        id: ContactPointId::NIL,
        kind: draft.kind,
        raw: draft.raw.clone(),
        norm: norm.clone(),
        is_primary: false,
    }));
    all
}
