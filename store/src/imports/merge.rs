//! What rows add to stored records: fields, contacts, tags, an address, a note. Decided in memory
//! against what is stored now; nothing stored is ever emptied.

use super::{
    GivenId,
    gather::{self, AddressStep, Known, Merging, Remarks},
    image::Changed,
    known::push_list,
};
use crate::{
    contact_points::{OwnedPoint, by_owner},
    db::{Tx, on_tx},
    error::Result,
    rows::{ACCOUNT_COLUMNS, AccountRow, PERSON_COLUMNS, PersonRow, new_id},
};
use const_format::concatcp;
use domain::{
    account::{AccountData, AccountDraft},
    address::AddressData,
    contact::{ContactDraft, ContactPoint},
    id::{AccountId, AddressId, ContactPointId},
    person::{PersonData, PersonDraft, PersonRole},
    text,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::HashMap;
use uuid::Uuid;

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
    /// As they are to be, in their order.
    pub addresses: Vec<PlacedAddress>,
    /// Bodies of the notes that are there.
    pub notes: Vec<String>,
    pub added_notes: Vec<String>,
    /// Customers the person works for.
    pub jobs: Vec<AccountId>,
    pub added_jobs: Vec<(AccountId, Option<PersonRole>)>,
    /// Whether it has an id in another system.
    pub is_keyed: bool,
    /// That system and the id, for a record that had none.
    pub new_key: Option<(String, String)>,
    /// Rows that changed it, in their order.
    pub changed_by: Vec<usize>,
}

/// An address of a stored customer.
#[derive(Clone, Debug)]
pub(super) struct PlacedAddress {
    pub id: AddressId,
    /// What is stored; `None` for one that is new.
    pub before: Option<AddressData>,
    pub now: AddressData,
}

impl PlacedAddress {
    /// Whether it has to be written.
    pub(super) fn is_changed(&self) -> bool {
        self.before.as_ref() != Some(&self.now)
    }
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
            addresses: Vec::new(),
            notes: Vec::new(),
            added_notes: Vec::new(),
            jobs: Vec::new(),
            added_jobs: Vec::new(),
            is_keyed: false,
            new_key: None,
            changed_by: Vec::new(),
        }
    }

    /// Whether the rows said anything new.
    pub(super) fn is_changed(&self) -> bool {
        self.before != self.after
            || !self.added_contacts.is_empty()
            || !self.added_tags.is_empty()
            || self.addresses.iter().any(PlacedAddress::is_changed)
            || !self.added_notes.is_empty()
            || !self.added_jobs.is_empty()
            || self.new_key.is_some()
    }

    fn add_contacts(
        &mut self,
        drafts: &[ContactDraft],
        norms: &[String],
        how: Merging,
        remarks: &mut Remarks<'_>,
    ) -> bool {
        let there = self.contacts.iter().map(|point| (point.kind, &point.norm, &point.raw));
        let added = self.added_contacts.iter().map(|(draft, norm)| (draft.kind, norm, &draft.raw));
        let there: Vec<Known> = there
            .chain(added)
            .map(|(kind, norm, raw)| (kind, norm.clone(), text::fold(raw)))
            .collect();
        let new = gather::new_contacts(there, drafts, norms, how, remarks);
        let any = !new.is_empty();
        self.added_contacts.extend(new);
        any
    }

    fn add_note(&mut self, note: Option<&String>) -> bool {
        match note {
            Some(note) if !self.notes.contains(note) && !self.added_notes.contains(note) => {
                self.added_notes.push(note.clone());
                true
            }
            _ => false,
        }
    }

    /// Keeps the id the record has in another system, where it has none yet.
    fn take_key(&mut self, system: Option<&String>, id: Option<&String>) -> bool {
        match (system, id) {
            (Some(system), Some(id)) if !self.is_keyed && self.new_key.is_none() => {
                self.new_key = Some((system.clone(), id.clone()));
                true
            }
            _ => false,
        }
    }

    /// What is to be kept so that it can be taken back; ids of what was added are put in later.
    pub(super) fn image(&self, fields: Vec<(String, String, String)>) -> Changed {
        Changed { fields, tags: self.added_tags.clone(), ..Changed::default() }
    }
}

impl MergedAccount {
    /// Takes in what a row says of the customer.
    pub(super) fn take(
        &mut self,
        at: usize,
        draft: &AccountDraft,
        how: Merging,
        decimals: u8,
        remarks: &mut Remarks<'_>,
    ) {
        let row = remarks.row();
        let aside = row.is_about_person();
        let before = self.after.clone();
        gather::account_fields(&mut self.after, &draft.data, how, decimals, remarks);
        let mut new = self.after != before;
        new |= self.add_contacts(&draft.contacts, &row.account_norms, how, remarks);
        let there = self.tags.iter().chain(&self.added_tags);
        let tags = gather::new_tags(there, &draft.tags, how, remarks);
        new |= !tags.is_empty();
        self.added_tags.extend(tags);
        for (place, said) in draft.addresses.iter().enumerate() {
            let standing: Vec<AddressData> =
                self.addresses.iter().map(|placed| placed.now.clone()).collect();
            let first = place == 0 && !aside;
            match gather::address(&standing, said, how, first, remarks) {
                AddressStep::None => continue,
                AddressStep::Add(now) => {
                    let id = AddressId(new_id());
                    self.addresses.push(PlacedAddress { id, before: None, now });
                }
                AddressStep::Replace(at, now) => {
                    if let Some(placed) = self.addresses.get_mut(at) {
                        placed.now = now;
                    }
                }
            }
            new = true;
        }
        if !aside {
            new |= self.add_note(row.note.as_ref());
        }
        if row.given_id == Some(GivenId::Account) {
            new |= self.take_key(draft.source_system.as_ref(), draft.external_id.as_ref());
        }
        if new {
            self.changed_by.push(at);
        }
    }
}

impl MergedPerson {
    /// Takes in what a row says of the person; `jobs` are the customers of the row.
    pub(super) fn take(
        &mut self,
        at: usize,
        draft: &PersonDraft,
        jobs: &[(AccountId, Option<PersonRole>)],
        how: Merging,
        remarks: &mut Remarks<'_>,
    ) {
        let row = remarks.row();
        let before = self.after.clone();
        gather::person_fields(&mut self.after, &draft.data, how, remarks);
        let mut new = self.after != before;
        new |= self.add_contacts(&draft.contacts, &row.person_norms, how, remarks);
        if row.is_about_person() {
            new |= self.add_note(row.note.as_ref());
        }
        if how != Merging::Fill || self.jobs.is_empty() {
            for (account, role) in jobs {
                let there = self.jobs.contains(account)
                    || self.added_jobs.iter().any(|(known, _)| known == account);
                if !there {
                    self.added_jobs.push((*account, *role));
                    new = true;
                }
            }
        }
        if row.given_id == Some(GivenId::Person) {
            new |= self.take_key(draft.source_system.as_ref(), draft.external_id.as_ref());
        }
        if new {
            self.changed_by.push(at);
        }
    }
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
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<OwnedPoint> = of_ids!(
        tx,
        "SELECT owner_id, id, kind, value_raw, value_norm, is_primary FROM contact_point WHERE owner_id IN ",
        ids,
        " ORDER BY position, id"
    );
    by_owner(rows)
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

async fn ids_of(tx: &mut Tx, head: &'static str, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = of_ids!(tx, head, ids, "");
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

const KEYED_ACCOUNTS: &str = "SELECT id FROM account WHERE external_id IS NOT NULL AND id IN ";
const KEYED_PEOPLE: &str = "SELECT id FROM person WHERE external_id IS NOT NULL AND id IN ";
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
    let keyed: Vec<Uuid> = ids_of(tx, KEYED_ACCOUNTS, ids).await?;
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
        let (id, data) = (row.id.0, row.whole()?);
        let mut merged = Merged::new(row, data);
        merged.is_keyed = keyed.contains(&id);
        merged.contacts = points.remove(&id).unwrap_or_default();
        merged.tags = tags.remove(&id).unwrap_or_default();
        merged.notes = notes.remove(&id).unwrap_or_default();
        all.insert(id, merged);
    }
    for row in addresses {
        let Some(merged) = all.get_mut(&row.account_id) else { continue };
        let data = AddressData {
            country: row.country,
            province: row.province,
            city: row.city,
            district: row.district,
            street: row.street,
        };
        merged.addresses.push(PlacedAddress { id: row.id, before: Some(data.clone()), now: data });
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
    let keyed: Vec<Uuid> = ids_of(tx, KEYED_PEOPLE, ids).await?;
    let mut notes = texts_of(tx, NOTES, ids).await?;
    let jobs: Vec<(Uuid, Uuid)> = of_ids!(
        tx,
        "SELECT person_id, account_id FROM account_person WHERE person_id IN ",
        ids,
        ""
    );
    let mut all = HashMap::new();
    for row in rows {
        let (id, data) = (row.id.0, row.whole()?);
        let mut merged = Merged::new(row, data);
        merged.is_keyed = keyed.contains(&id);
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
