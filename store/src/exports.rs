//! Whole records, many at once, for files that go out. Each page of a list is one set of
//! statements; who took what out stands in the trail.

use crate::{
    audit,
    contact_points::{OwnedPoint, by_owner},
    db::{Db, on_read},
    error::Result,
    rows::{ACCOUNT_COLUMNS, AccountRow, PERSON_COLUMNS, PersonRow, choice},
    within,
};
use const_format::concatcp;
use domain::{
    account::Account,
    address::{Address, AddressData},
    audit::{Event, FieldChange},
    contact::ContactPoint,
    id::{AccountId, AccountNumber, AddressId, PersonId, UserId, Version},
    note::Subject,
    person::{Employment, Person, PersonRole},
    policy::{self, Action, Caller, Object, Rows, Scope},
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Rows of a statement that ends with a list of ids.
macro_rules! of_ids {
    ($db:expr, $head:expr, $ids:expr, $tail:expr) => {
        on_read!($db, |pool| {
            let mut query = QueryBuilder::<Dialect>::new($head);
            query.push("(");
            let mut list = query.separated(", ");
            for id in $ids {
                list.push_bind(*id);
            }
            query.push($tail);
            query.build_query_as().fetch_all(pool).await
        })?
    };
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

#[derive(FromRow)]
struct JobRow {
    person_id: Uuid,
    id: AccountId,
    number: AccountNumber,
    name: String,
    role: Option<String>,
    is_primary: bool,
    owner_id: Option<UserId>,
}

const POINTS: &str = "SELECT owner_id, id, kind, value_raw, value_norm, is_primary FROM contact_point WHERE owner_id IN ";
const ADDRESSES: &str = "SELECT account_id, id, country, province, city, district, street FROM address WHERE account_id IN ";
const TAGS: &str = "SELECT g.account_id, t.name FROM tagging g JOIN tag t ON t.id = g.tag_id WHERE g.account_id IN ";
const PARENTS: &str = "SELECT c.id, p.name, p.owner_id FROM account c JOIN account p ON p.id = c.parent_id \
     WHERE p.deleted_at IS NULL AND c.id IN ";
const JOBS: &str = "SELECT ap.person_id, a.id, a.number, a.name, ap.role, ap.is_primary, a.owner_id FROM account_person ap \
     JOIN account a ON a.id = ap.account_id WHERE a.deleted_at IS NULL AND ap.person_id IN ";

impl Db {
    /// Writes into the trail that this many rows are going out as a file.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for who may not export.
    pub async fn note_export(
        &self,
        caller: &Caller,
        object: Object,
        what: &str,
        rows: i64,
    ) -> Result<()> {
        let grant = policy::check_confirmed(caller, Action::Export, object)?;
        let mut tx = self.begin().await?;
        let fields =
            [("query", what.to_owned()), ("rows", rows.to_string())].map(|(field, after)| {
                FieldChange { field: field.to_owned(), before: String::new(), after }
            });
        audit::append(&mut tx, &grant, Uuid::nil(), Event::Exported, Version(0), &fields).await?;
        tx.commit().await
    }

    /// Customers with all that hangs on them, in the order of `ids`; those that are gone are left
    /// out.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for who may not export.
    pub async fn export_accounts(
        &self,
        caller: &Caller,
        ids: &[AccountId],
    ) -> Result<Vec<Account>> {
        const HEAD: &str = concatcp!(
            "SELECT ",
            ACCOUNT_COLUMNS,
            " FROM account WHERE deleted_at IS NULL AND id IN "
        );
        let scope = policy::check(caller, Action::Export, Object::Account)?.scope();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<AccountRow> = of_ids!(self, HEAD, ids, ")");
        let mut rows: HashMap<AccountId, AccountRow> = rows
            .into_iter()
            .filter(|row| scope.covers(Subject::Account(row.id), row.owner_id))
            .map(|row| (row.id, row))
            .collect();
        let uuids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let mut contacts = self.contacts_of(&uuids).await?;
        let mut addresses: HashMap<Uuid, Vec<Address>> = HashMap::new();
        let lines: Vec<AddressRow> = of_ids!(self, ADDRESSES, ids, ") ORDER BY position, id");
        for row in lines {
            let data = AddressData {
                country: row.country,
                province: row.province,
                city: row.city,
                district: row.district,
                street: row.street,
            };
            addresses.entry(row.account_id).or_default().push(Address { id: row.id, data });
        }
        let mut tags: HashMap<Uuid, Vec<String>> = HashMap::new();
        let lines: Vec<(Uuid, String)> = of_ids!(self, TAGS, ids, ") ORDER BY t.name_fold");
        for (id, name) in lines {
            tags.entry(id).or_default().push(name);
        }
        ids.iter()
            .filter_map(|id| rows.remove(id))
            .map(|row| {
                let details = caller.details_of(row.owner_id);
                Ok(Account {
                    id: row.id,
                    number: row.number,
                    version: row.version,
                    data: row.seen(caller)?,
                    contacts: details
                        .contacts(Object::Account, contacts.remove(&row.id.0).unwrap_or_default()),
                    addresses: details.addresses(addresses.remove(&row.id.0).unwrap_or_default()),
                    tags: tags.remove(&row.id.0).unwrap_or_default(),
                    created_at: row.created_at,
                    created_by: row.created_by,
                    updated_at: row.updated_at,
                    updated_by: row.updated_by,
                    deleted_at: row.deleted_at,
                })
            })
            .collect()
    }

    /// Names of the customers that those of `ids` belong to, where they belong to one.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for who may not export.
    pub async fn export_parents(
        &self,
        caller: &Caller,
        ids: &[AccountId],
    ) -> Result<HashMap<AccountId, String>> {
        policy::check(caller, Action::Export, Object::Account)?;
        // What is shared may be seen and is not for files.
        let scope = policy::sight(caller, Object::Account).without_shares();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(AccountId, String, Option<UserId>)> = of_ids!(self, PARENTS, ids, ")");
        let seen = rows.into_iter().filter(|(_, _, owner)| scope.covers_owner(*owner));
        Ok(seen.map(|(id, name, _)| (id, name)).collect())
    }

    /// Persons with all that hangs on them, in the order of `ids`.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for who may not export.
    pub async fn export_people(&self, caller: &Caller, ids: &[PersonId]) -> Result<Vec<Person>> {
        const HEAD: &str = concatcp!(
            "SELECT ",
            PERSON_COLUMNS,
            " FROM person WHERE deleted_at IS NULL AND id IN "
        );
        let scope = policy::check(caller, Action::Export, Object::Person)?.scope();
        let accounts = policy::sight(caller, Object::Account).without_shares();
        let ids = &self.people_within(&scope, ids).await?[..];
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<PersonRow> = of_ids!(self, HEAD, ids, ")");
        let mut rows: HashMap<PersonId, PersonRow> =
            rows.into_iter().map(|row| (row.id, row)).collect();
        let uuids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let mut contacts = self.contacts_of(&uuids).await?;
        let mut jobs: HashMap<Uuid, Vec<Employment>> = HashMap::new();
        let lines: Vec<JobRow> =
            of_ids!(self, JOBS, ids, ") ORDER BY ap.is_primary DESC, ap.created_at, a.number");
        for row in lines.into_iter().filter(|row| accounts.covers_owner(row.owner_id)) {
            let role = row.role.as_deref().map(PersonRole::parse).transpose();
            jobs.entry(row.person_id).or_default().push(Employment {
                account: row.id,
                number: row.number,
                name: row.name,
                role: choice(role, "account_person.role")?,
                is_primary: row.is_primary,
            });
        }
        ids.iter()
            .filter_map(|id| rows.remove(id))
            .map(|row| {
                Ok(Person {
                    id: row.id,
                    number: row.number,
                    version: row.version,
                    data: row.seen(caller)?,
                    contacts: caller
                        .details_of(row.owner_id)
                        .contacts(Object::Person, contacts.remove(&row.id.0).unwrap_or_default()),
                    accounts: jobs.remove(&row.id.0).unwrap_or_default(),
                    created_at: row.created_at,
                    created_by: row.created_by,
                    updated_at: row.updated_at,
                    updated_by: row.updated_by,
                    deleted_at: row.deleted_at,
                })
            })
            .collect()
    }

    /// Those of `ids` within the scope, in their order.
    async fn people_within(&self, scope: &Scope, ids: &[PersonId]) -> Result<Vec<PersonId>> {
        if *scope.rows() == Rows::All || ids.is_empty() {
            return Ok(ids.to_vec());
        }
        let within: Vec<PersonId> = on_read!(self, |pool| {
            let mut query =
                QueryBuilder::<Dialect>::new("SELECT p.id FROM person p WHERE p.id IN (");
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            query.push(")");
            within::push_people(&mut query, scope);
            query.build_query_scalar().fetch_all(pool).await
        })?;
        let within: HashSet<PersonId> = within.into_iter().collect();
        Ok(ids.iter().copied().filter(|id| within.contains(id)).collect())
    }

    async fn contacts_of(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<ContactPoint>>> {
        let rows: Vec<OwnedPoint> = of_ids!(self, POINTS, ids, ") ORDER BY position, id");
        by_owner(rows)
    }
}
