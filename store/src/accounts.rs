//! Customers: making, reading, changing. Each write checks the policy, changes the row, refreshes
//! what it is found by and appends to the trail, all in one transaction.
//!
//! Must not know: server functions, HTTP, which database is behind [`Db`].

use crate::{
    addresses, audit, bulk,
    collision::{Both, collide},
    contact_points,
    db::{Db, Held, Tx, on_connection, on_tx},
    details,
    dialect::{Group, Index, to_change},
    error::{Result, StoreError},
    notifications, operations,
    rows::{ACCOUNT_COLUMNS, AccountRow},
    tags, within,
};
use const_format::concatcp;
use domain::{
    account::{Account, AccountData, AccountDraft, AccountField, FieldEdit},
    audit::Event,
    contact::ContactPoint,
    duplicate,
    failure::{Conflict, Failure},
    field::{FieldError, FormErrors},
    id::{AccountId, AccountNumber, OperationId, UserId, Version},
    note::Subject,
    pinyin,
    policy::{self, Action, Caller, Detail, Grant, Object},
    search::{Document, FoundBy},
    text,
    time::Instant,
};
use sqlx::QueryBuilder;
use std::collections::BTreeSet;
use uuid::Uuid;

const BY_NUMBER: &str = concatcp!("SELECT ", ACCOUNT_COLUMNS, " FROM account WHERE number = $1");
const BY_MERGED_NUMBER: &str = concatcp!(
    "SELECT ",
    ACCOUNT_COLUMNS,
    " FROM account WHERE id = (SELECT survivor_id FROM merged_record WHERE object = 'account' AND number = $1)"
);
const BY_ID: &str = concatcp!("SELECT ", ACCOUNT_COLUMNS, " FROM account WHERE id = $1");
const UPDATE: &str = "UPDATE account SET kind = $1, name = $2, name_fold = $3, name_core = $4, name_sort = $5, \
     short_name = $6, credit_code = $7, industry = $8, employees = $9, website = $10, founded_year = $11, \
     annual_revenue_minor = $12, value_minor = $13, status = $14, level = $15, source = $16, birthday = $17, \
     birthday_month = $18, job_title = $19, last_contact_at = $20, remark = $21, owner_id = $22, \
     name_back = $27, version = version + 1, updated_at = $23, updated_by = $24 \
     WHERE id = $25 AND version = $26 AND deleted_at IS NULL RETURNING version";
const TOUCH: &str = "UPDATE account SET version = version + 1, updated_at = $1, updated_by = $2 \
     WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const CONTACTED: &str =
    "UPDATE account SET last_contact_at = $1 WHERE id = $2 AND last_contact_at < $1";
const USER_EXISTS: &str = "SELECT COUNT(*) FROM \"user\" WHERE id = $1 AND NOT disabled";

impl Db {
    /// Makes a customer. `operation` names the attempt: the same one sent again answers with the
    /// customer it made the first time.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Invalid`] with the fields of the form, also when the same
    /// attempt comes back with other content.
    pub async fn create_account(
        &self,
        caller: &Caller,
        operation: OperationId,
        draft: &AccountDraft,
    ) -> Result<AccountNumber> {
        let grant = policy::check(caller, Action::Create, Object::Account)?;
        contact_points::check_all(&draft.contacts, &caller.house.region)?;
        details::must_know(caller, Object::Account, filled(draft, caller.house.decimals))?;
        let mut tx = self.begin().await?;
        let made = operations::made_before(&mut tx, caller, operation, draft, "name").await?;
        if let Some(answer) = made {
            return operations::answer(&answer);
        }
        let mut draft = draft.clone();
        draft.data.owner = policy::owner_of_new(caller, Object::Account, draft.data.owner)?;
        let owner = draft.data.owner;
        check_owner(&mut tx, owner).await?;
        let made = bulk::insert_accounts(&mut tx, &grant, &caller.house, &[draft], true).await?;
        let (number, id) = made
            .first()
            .map(|made| (made.number, made.id))
            .ok_or(StoreError::Unreadable("account"))?;
        notifications::put_in_charge(&mut tx, caller, Subject::Account(id), owner).await?;
        operations::finish_attempt(&mut tx, caller, operation, &number.to_string()).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// A customer with all that hangs on it, by its number or the number of one that was merged into it.
    ///
    /// # Errors
    /// [`Failure::Gone`] for one that is not there, in the bin, or not for the caller.
    pub async fn account(&self, caller: &Caller, number: AccountNumber) -> Result<Account> {
        let scope = policy::view(caller, Object::Account)?;
        let mut reading = self.reading().await?;
        let row: Option<AccountRow> = on_connection!(reading.connection(), |connection| {
            sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(connection).await
        })?;
        let there = |row: &AccountRow| {
            row.deleted_at.is_none() && scope.covers(Subject::Account(row.id), row.owner_id)
        };
        let row = match row.filter(|row| row.deleted_at.is_none()) {
            Some(row) => Some(row),
            None => on_connection!(reading.connection(), |connection| {
                sqlx::query_as(BY_MERGED_NUMBER).bind(number).fetch_optional(connection).await
            })?,
        };
        let row = row.filter(there).ok_or(Failure::Gone)?;
        let details = caller.details_of(row.owner_id);
        let contacts = contact_points::of(reading.connection(), row.id.0).await?;
        let addresses = addresses::of(reading.connection(), row.id).await?;
        Ok(Account {
            id: row.id,
            number: row.number,
            version: row.version,
            data: row.seen(caller)?,
            contacts: details.contacts(Object::Account, contacts),
            addresses: details.addresses(addresses),
            tags: tags::of(reading.connection(), row.id).await?,
            created_at: row.created_at,
            created_by: row.created_by,
            updated_at: row.updated_at,
            updated_by: row.updated_by,
            deleted_at: row.deleted_at,
        })
    }

    /// Changes fields of a customer. `seen` is the version the caller looked at: fields that
    /// others changed since are merged when they differ from these, and refused when they are
    /// the same and say something else.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`], [`Failure::Invalid`], or [`Failure::Conflict`]
    /// with both values.
    pub async fn edit_account(
        &self,
        caller: &Caller,
        id: AccountId,
        seen: Version,
        edits: &[FieldEdit],
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Account)?;
        let fields = edits.iter().filter_map(|edit| AccountField::parse(&edit.field).ok());
        let mut tx = self.begin().await?;
        let row = held(&mut tx, &grant, id).await?;
        details::must_edit(
            caller,
            Object::Account,
            row.owner_id,
            fields.map(|field| (field.code(), Detail::of_account_field(field))),
        )?;
        let before = row.whole()?;
        let after = apply(&before, edits, caller.house.decimals)?;
        if row.version != seen {
            let decimals = caller.house.decimals;
            let both = |name: &str| {
                let field = AccountField::parse(name).ok()?;
                let (theirs, mine) = (before.get(field, decimals), after.get(field, decimals));
                Some(Both { field: field.code(), theirs, mine, told: true })
            };
            collide(&mut tx, row.id.0, row.version, seen, edits, both).await?;
        }
        if after.owner != before.owner {
            let assign = policy::check(caller, Action::Assign, Object::Account)?;
            assign.admit(Subject::Account(id), before.owner)?;
            policy::owner_to_be(caller, Object::Account, after.owner)?;
            policy::take_over(caller, Subject::Account(id), before.owner, after.owner)?;
            check_owner(&mut tx, after.owner).await?;
            notifications::put_in_charge(&mut tx, caller, Subject::Account(id), after.owner)
                .await?;
        }
        let version = write(&mut tx, &grant, &row, &before, &after, caller.house.decimals).await?;
        tx.commit().await?;
        Ok(version)
    }
}

/// What is filled in of a new customer: names of the form, with the details that these are.
fn filled(
    draft: &AccountDraft,
    decimals: u8,
) -> impl Iterator<Item = (&'static str, Option<Detail>)> {
    let empty = AccountData::default();
    AccountField::ALL
        .iter()
        .filter(move |field| draft.data.get(**field, decimals) != empty.get(**field, decimals))
        .map(|field| (field.code(), Detail::of_account_field(*field)))
        .chain(contact_points::filled(&draft.contacts))
        .chain((!draft.addresses.is_empty()).then_some(("street", Some(Detail::Address))))
}

/// The row of a customer that is not in the bin and is within what is granted, inside the writing transaction.
pub(crate) async fn live(tx: &mut Tx, grant: &Grant, id: AccountId) -> Result<AccountRow> {
    let row: Option<AccountRow> = on_tx!(tx, |connection| {
        sqlx::query_as(BY_ID).bind(id).fetch_optional(connection).await
    })?;
    admitted(grant, row)
}

fn admitted(grant: &Grant, row: Option<AccountRow>) -> Result<AccountRow> {
    let row = row.filter(|row| row.deleted_at.is_none()).ok_or(Failure::Gone)?;
    grant.admit(Subject::Account(row.id), row.owner_id)?;
    Ok(row)
}

/// The same, held until the transaction ends: nobody changes it between here and the write.
pub(crate) async fn held(tx: &mut Tx, grant: &Grant, id: AccountId) -> Result<AccountRow> {
    let row = held_anyhow(tx, id).await?;
    admitted(grant, row)
}

/// The same for whoever asks the policy themselves; also in the bin.
pub(crate) async fn held_anyhow(tx: &mut Tx, id: AccountId) -> Result<Option<AccountRow>> {
    let statement = to_change!(tx, BY_ID);
    Ok(on_tx!(tx, |connection| {
        sqlx::query_as(statement).bind(id).fetch_optional(connection).await
    })?)
}

/// Those of some customers that are not in the bin, each held until the transaction ends: none is merged into another
/// while something is about to hang on it. On SQLite the whole transaction is the only writer, and whoever asks has
/// looked already.
pub(crate) async fn hold_there(tx: &mut Tx, ids: &BTreeSet<Uuid>) -> Result<BTreeSet<Uuid>> {
    if ids.is_empty() || matches!(tx.held, Held::Sqlite(_)) {
        return Ok(ids.clone());
    }
    let there: Vec<Uuid> = on_tx!(tx, |connection| {
        let mut statement =
            QueryBuilder::<Dialect>::new("SELECT id FROM account WHERE deleted_at IS NULL AND id");
        within::push_ids(&mut statement, ids.iter().copied());
        statement.push(" ORDER BY id FOR UPDATE");
        statement.build_query_scalar().fetch_all(connection).await
    })?;
    Ok(there.into_iter().collect())
}

/// What the customer is after the edits.
fn apply(before: &AccountData, edits: &[FieldEdit], decimals: u8) -> Result<AccountData> {
    let mut after = before.clone();
    let mut errors = FormErrors::default();
    for edit in edits {
        match AccountField::parse(&edit.field) {
            Ok(field) => {
                errors.take(field.code(), after.set(field, &edit.value, decimals));
            }
            Err(error) => errors.0.push((edit.field.clone(), error)),
        }
    }
    Ok(errors.into_result(after)?)
}

/// Writes changed fields, the search document and the trail; answers with the new version, or the
/// old one when nothing differs.
pub(crate) async fn write(
    tx: &mut Tx,
    grant: &Grant,
    row: &AccountRow,
    before: &AccountData,
    after: &AccountData,
    decimals: u8,
) -> Result<Version> {
    let values = |data: &AccountData| -> Vec<(&'static str, String)> {
        AccountField::ALL.iter().map(|field| (field.code(), data.get(*field, decimals))).collect()
    };
    let changes = audit::differences(values(before), values(after));
    if changes.is_empty() {
        return Ok(row.version);
    }
    let version: Option<Version> = on_tx!(tx, |connection| {
        sqlx::query_scalar(UPDATE)
            .bind(after.kind.code())
            .bind(&after.name)
            .bind(text::fold(&after.name))
            .bind(text::name_core(&after.name))
            .bind(pinyin::sort_key(&after.name))
            .bind(&after.short_name)
            .bind(&after.credit_code)
            .bind(&after.industry)
            .bind(after.employees)
            .bind(&after.website)
            .bind(after.founded_year)
            .bind(after.annual_revenue_minor)
            .bind(after.value_minor)
            .bind(after.status.code())
            .bind(after.level.map(domain::account::Level::code))
            .bind(&after.source)
            .bind(after.birthday.map(String::from))
            .bind(after.birthday.map(|date| i64::from(date.month())))
            .bind(&after.job_title)
            .bind(after.last_contact_at)
            .bind(&after.remark)
            .bind(after.owner)
            .bind(grant.now())
            .bind(grant.user())
            .bind(row.id)
            .bind(row.version)
            .bind(duplicate::back(&text::name_core(&after.name)))
            .fetch_optional(connection)
            .await
    })?;
    // A row that was not held may have changed since it was read.
    let version = version.ok_or_else(stale)?;
    if changes.iter().any(|change| {
        ["name", "short_name", "credit_code", "kind"].contains(&change.field.as_str())
    }) {
        let contacts = contact_points::of(tx.connection(), row.id.0).await?;
        Index::Accounts.put(tx, &[(row.number.0, document(row.number, after, &contacts))]).await?;
    }
    audit::append(tx, grant, row.id.0, Event::Changed, version, &changes).await?;
    Ok(version)
}

/// Somebody else committed a newer version between our read and our write.
pub(crate) fn stale() -> StoreError {
    StoreError::Refused(Failure::Conflict(Conflict {
        version: Version::default(),
        by: String::new(),
        fields: Vec::new(),
    }))
}

/// Notes when a customer was last spoken to, unless that was later. No change of the record: it follows from its timeline.
pub(crate) async fn contacted(tx: &mut Tx, id: AccountId, at: Instant) -> Result<()> {
    on_tx!(tx, |connection| {
        sqlx::query(CONTACTED).bind(at).bind(id).execute(connection).await.map(drop)
    })?;
    Ok(())
}

/// Counts a change to something that hangs on the customer.
pub(crate) async fn touch(tx: &mut Tx, grant: &Grant, id: AccountId) -> Result<Version> {
    held(tx, grant, id).await?;
    counted(tx, grant, id).await
}

/// The same to a customer that is held already, whoever is in charge of it by now.
pub(crate) async fn counted(tx: &mut Tx, grant: &Grant, id: AccountId) -> Result<Version> {
    let version: Option<Version> = on_tx!(tx, |connection| {
        sqlx::query_scalar(TOUCH)
            .bind(grant.now())
            .bind(grant.user())
            .bind(id)
            .fetch_optional(connection)
            .await
    })?;
    Ok(version.ok_or(Failure::Gone)?)
}

/// What a customer is found by.
pub(crate) fn document(
    number: AccountNumber,
    data: &AccountData,
    contacts: &[ContactPoint],
) -> Document {
    let mut document = Document::default();
    document.name(&data.name);
    if !data.short_name.is_empty() {
        document.name(&data.short_name);
    }
    document.word(FoundBy::Names, format!("c{}", number.0));
    if !data.credit_code.is_empty() {
        document.word(FoundBy::Codes, data.credit_code.to_lowercase());
    }
    contact_points::describe(&mut document, contacts);
    document.under(Group::of(data.kind).letter())
}

/// Refuses an owner that is not there or may not sign in.
pub(crate) async fn check_owner(tx: &mut Tx, owner: Option<UserId>) -> Result<()> {
    let Some(owner) = owner else { return Ok(()) };
    let found: i64 = on_tx!(tx, |connection| {
        sqlx::query_scalar(USER_EXISTS).bind(owner).fetch_one(connection).await
    })?;
    if found == 0 { Err(StoreError::field("owner", FieldError::Unknown)) } else { Ok(()) }
}
