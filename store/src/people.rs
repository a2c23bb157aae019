//! Contact persons: making, reading, changing, and where they work.
//! Owns every statement on `person` and `account_person` but the many-row ones of `bulk`.

use crate::{
    accounts::{check_owner, stale},
    audit, bulk,
    collision::{Both, collide},
    contact_points,
    db::{Db, Tx, on_connection, on_tx},
    details,
    dialect::{Group, Index, to_change},
    error::{Result, StoreError},
    notifications, operations,
    rows::{PERSON_COLUMNS, PersonRow, PersonSummaryRow, choice},
    within,
};
use const_format::concatcp;
use domain::{
    account::FieldEdit,
    audit::{Event, FieldChange},
    contact::ContactPoint,
    failure::Failure,
    field::{FieldError, FormErrors},
    id::{AccountId, AccountNumber, OperationId, PersonId, PersonNumber, UserId, Version},
    note::Subject,
    person::{Employment, Person, PersonData, PersonDraft, PersonField, PersonRole, PersonSummary},
    pinyin,
    policy::{self, Action, Caller, Detail, Grant, Object},
    search::{Document, FoundBy},
    text,
    time::Instant,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use uuid::Uuid;

const BY_NUMBER: &str = concatcp!("SELECT ", PERSON_COLUMNS, " FROM person WHERE number = $1");
const BY_MERGED_NUMBER: &str = concatcp!(
    "SELECT ",
    PERSON_COLUMNS,
    " FROM person WHERE id = (SELECT survivor_id FROM merged_record WHERE object = 'person' AND number = $1)"
);
const BY_ID: &str = concatcp!("SELECT ", PERSON_COLUMNS, " FROM person WHERE id = $1");
const UPDATE: &str = "UPDATE person SET full_name = $1, name_fold = $2, name_core = $3, name_sort = $4, title = $5, \
     department = $6, gender = $7, birthday = $8, birthday_month = $9, birthday_calendar = $10, last_contact_at = $11, \
     source = $12, remark = $13, owner_id = $14, version = version + 1, updated_at = $15, updated_by = $16 \
     WHERE id = $17 AND version = $18 AND deleted_at IS NULL RETURNING version";
const TOUCH: &str = "UPDATE person SET version = version + 1, updated_at = $1, updated_by = $2 \
     WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const CONTACTED: &str =
    "UPDATE person SET last_contact_at = $1 WHERE id = $2 AND last_contact_at < $1";
const CUSTOMERS_CONTACTED: &str = "UPDATE account SET last_contact_at = $1 WHERE last_contact_at < $1 AND id IN \
     (SELECT ap.account_id FROM account_person ap WHERE ap.person_id = $2)";
const ACCOUNT_BY_NUMBER: &str =
    "SELECT id, owner_id FROM account WHERE number = $1 AND deleted_at IS NULL";
const JOBS: &str = "SELECT a.id, a.number, a.name, ap.role, ap.is_primary, a.owner_id FROM account_person ap \
     JOIN account a ON a.id = ap.account_id WHERE ap.person_id = $1 AND a.deleted_at IS NULL \
     ORDER BY ap.is_primary DESC, ap.created_at, a.number LIMIT 20";
const LEAVE: &str = "DELETE FROM account_person WHERE account_id = $1 AND person_id = $2";
const NO_PRIMARY: &str =
    "UPDATE account_person SET is_primary = FALSE WHERE person_id = $1 AND is_primary";
const SET_ROLE: &str =
    "UPDATE account_person SET role = $3 WHERE account_id = $1 AND person_id = $2";
const PROMOTE: &str = "UPDATE account_person SET is_primary = TRUE WHERE person_id = $1 AND account_id = \
     (SELECT ap.account_id FROM account_person ap JOIN account a ON a.id = ap.account_id WHERE ap.person_id = $1 \
      ORDER BY a.deleted_at IS NOT NULL, ap.created_at, a.number LIMIT 1) \
     AND NOT EXISTS (SELECT 1 FROM account_person m WHERE m.person_id = $1 AND m.is_primary)";
const HAS_PRIMARY: &str = "SELECT COUNT(*) FROM account_person WHERE person_id = $1 AND is_primary";
const PEOPLE_OF: &str = "SELECT p.number, p.id, p.version, p.full_name, p.title, p.owner_id, p.last_contact_at, p.created_at, \
     p.name_sort, p.name_fold, CAST(NULL AS BIGINT) AS account_number, CAST(NULL AS TEXT) AS account_name, \
     (SELECT c.value_raw FROM contact_point c WHERE c.owner_id = p.id AND c.kind IN ('mobile', 'phone') \
      ORDER BY c.position, c.id LIMIT 1) AS phone \
     FROM account_person ap JOIN person p ON p.id = ap.person_id \
     WHERE p.deleted_at IS NULL AND ap.account_id = ";

#[derive(FromRow)]
struct JobRow {
    id: AccountId,
    number: AccountNumber,
    name: String,
    role: Option<String>,
    is_primary: bool,
    owner_id: Option<UserId>,
}

impl Db {
    /// Makes a person. `operation` names the attempt: the same one sent again answers with the
    /// person it made the first time.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Invalid`] with the fields of the form.
    pub async fn create_person(
        &self,
        caller: &Caller,
        operation: OperationId,
        draft: &PersonDraft,
    ) -> Result<PersonNumber> {
        let grant = policy::check(caller, Action::Create, Object::Person)?;
        contact_points::check_all(&draft.contacts, &caller.house.region)?;
        details::must_know(caller, Object::Person, filled(draft))?;
        let mut tx = self.begin().await?;
        let made = operations::made_before(&mut tx, caller, operation, draft, "full_name").await?;
        if let Some(answer) = made {
            return operations::answer(&answer);
        }
        let mut draft = draft.clone();
        draft.data.owner = policy::owner_of_new(caller, Object::Person, draft.data.owner)?;
        check_owner(&mut tx, draft.data.owner).await?;
        let account = match draft.account {
            Some(number) => {
                // Linking needs the right to change both ends.
                let accounts = policy::check(caller, Action::Edit, Object::Account)?;
                Some(account_by_number(&mut tx, &accounts, number).await?)
            }
            None => None,
        };
        let made =
            bulk::insert_people(&mut tx, &grant, &caller.house, std::slice::from_ref(&draft), true)
                .await?;
        let made = made.first().copied().ok_or(StoreError::Unreadable("person"))?;
        if let Some(account) = account {
            let job = bulk::Job { account, person: made.id, role: draft.role, is_primary: true };
            bulk::employ(&mut tx, &[job], grant.now()).await?;
        }
        let subject = Subject::Person(made.id);
        notifications::put_in_charge(&mut tx, caller, subject, draft.data.owner).await?;
        let answer = made.number.to_string();
        operations::finish_attempt(&mut tx, caller, operation, &answer).await?;
        tx.commit().await?;
        Ok(made.number)
    }

    /// A person with all that hangs on it, by its number or the number of one that was merged into it.
    ///
    /// # Errors
    /// [`Failure::Gone`] for one that is not there, in the bin, or not for the caller.
    pub async fn person(&self, caller: &Caller, number: PersonNumber) -> Result<Person> {
        let scope = policy::view(caller, Object::Person)?;
        let accounts = policy::sight(caller, Object::Account);
        let mut reading = self.reading().await?;
        let row: Option<PersonRow> = on_connection!(reading.connection(), |connection| {
            sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(connection).await
        })?;
        let row = match row.filter(|row| row.deleted_at.is_none()) {
            Some(row) => Some(row),
            None => on_connection!(reading.connection(), |connection| {
                sqlx::query_as(BY_MERGED_NUMBER).bind(number).fetch_optional(connection).await
            })?,
        };
        let row: PersonRow = row.filter(|row| row.deleted_at.is_none()).ok_or(Failure::Gone)?;
        if !within::covers_person(reading.connection(), &scope, row.id, row.owner_id).await? {
            return Err(Failure::Gone.into());
        }
        let jobs: Vec<JobRow> = on_connection!(reading.connection(), |connection| {
            sqlx::query_as(JOBS).bind(row.id).fetch_all(connection).await
        })?;
        let mut employers = Vec::with_capacity(jobs.len());
        for job in
            jobs.into_iter().filter(|job| accounts.covers(Subject::Account(job.id), job.owner_id))
        {
            employers.push(Employment {
                account: job.id,
                number: job.number,
                name: job.name,
                role: job
                    .role
                    .as_deref()
                    .map(|role| choice(PersonRole::parse(role), "account_person.role"))
                    .transpose()?,
                is_primary: job.is_primary,
            });
        }
        let contacts = contact_points::of(reading.connection(), row.id.0).await?;
        Ok(Person {
            id: row.id,
            number: row.number,
            version: row.version,
            data: row.seen(caller)?,
            contacts: caller.details_of(row.owner_id).contacts(Object::Person, contacts),
            accounts: employers,
            created_at: row.created_at,
            created_by: row.created_by,
            updated_at: row.updated_at,
            updated_by: row.updated_by,
            deleted_at: row.deleted_at,
        })
    }

    /// The persons of a customer that the caller sees, by name, at most 100.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] for a customer that is not there, or not for the caller.
    pub async fn people_of(
        &self,
        caller: &Caller,
        account: AccountId,
    ) -> Result<Vec<PersonSummary>> {
        let people = policy::sight(caller, Object::Person);
        let accounts = policy::view(caller, Object::Account)?;
        let mut reading = self.reading().await?;
        within::must_cover(&mut reading, &accounts, Subject::Account(account)).await?;
        let rows: Vec<PersonSummaryRow> = on_connection!(reading.connection(), |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(PEOPLE_OF);
            statement.push_bind(account);
            within::push_people(&mut statement, &people);
            statement.push(" ORDER BY p.name_sort, p.number LIMIT 100");
            statement.build_query_as().fetch_all(connection).await
        })?;
        Ok(rows.into_iter().map(|row| row.summary(caller)).collect())
    }

    /// Changes fields of a person; conflicts as for customers.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`], [`Failure::Invalid`], [`Failure::Conflict`].
    pub async fn edit_person(
        &self,
        caller: &Caller,
        id: PersonId,
        seen: Version,
        edits: &[FieldEdit],
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Person)?;
        let fields = edits.iter().filter_map(|edit| PersonField::parse(&edit.field).ok());
        let mut tx = self.begin().await?;
        let row = held(&mut tx, &grant, id).await?;
        details::must_edit(
            caller,
            Object::Person,
            row.owner_id,
            fields.map(|field| (field.code(), Detail::of_person_field(field))),
        )?;
        let before = row.whole()?;
        let after = apply(&before, edits)?;
        if row.version != seen {
            let both = |name: &str| {
                let field = PersonField::parse(name).ok()?;
                let (theirs, mine) = (before.get(field), after.get(field));
                Some(Both { field: field.code(), theirs, mine, told: true })
            };
            collide(&mut tx, row.id.0, row.version, seen, edits, both).await?;
        }
        if after.owner != before.owner {
            let assign = policy::check(caller, Action::Assign, Object::Person)?;
            within::admit(&mut tx, &assign, Subject::Person(id), before.owner).await?;
            policy::owner_to_be(caller, Object::Person, after.owner)?;
            policy::take_over(caller, Subject::Person(id), before.owner, after.owner)?;
            check_owner(&mut tx, after.owner).await?;
            notifications::put_in_charge(&mut tx, caller, Subject::Person(id), after.owner).await?;
        }
        let version = write(&mut tx, &grant, &row, &before, &after).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// Says that a person works for a customer, and as what. The first customer is the main one.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`]; [`Failure::Invalid`] under `account` for a customer
    /// that is not there.
    pub async fn join_account(
        &self,
        caller: &Caller,
        person: PersonId,
        account: AccountNumber,
        role: Option<PersonRole>,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Person)?;
        let accounts = policy::check(caller, Action::Edit, Object::Account)?;
        let mut tx = self.begin().await?;
        let account_id = account_by_number(&mut tx, &accounts, account).await?;
        // Whoever is in charge of a customer has its people: joining is more than changing, and no share gives it.
        let version = touch(&mut tx, &grant.without_shares(), person).await?;
        let primaries: i64 = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(HAS_PRIMARY).bind(person).fetch_one(connection).await
        })?;
        let job = bulk::Job { account: account_id, person, role, is_primary: primaries == 0 };
        bulk::employ(&mut tx, &[job], grant.now()).await?;
        // A job that was there already keeps everything but the role.
        on_tx!(&mut tx, |connection| {
            sqlx::query(SET_ROLE)
                .bind(account_id)
                .bind(person)
                .bind(role.map(PersonRole::code))
                .execute(connection)
                .await
                .map(drop)
        })?;
        let change = FieldChange {
            field: "account".to_owned(),
            before: String::new(),
            after: account.to_string(),
        };
        audit::append(&mut tx, &grant, person.0, Event::Changed, version, &[change]).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// Says that a person no longer works for a customer. After the main customer the one the person
    /// has worked for longest is the main one.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`].
    pub async fn leave_account(
        &self,
        caller: &Caller,
        person: PersonId,
        account: AccountNumber,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Person)?;
        let accounts = policy::check(caller, Action::Edit, Object::Account)?;
        let mut tx = self.begin().await?;
        let account_id = account_by_number(&mut tx, &accounts, account).await?;
        // Not on the strength of a share: whoever is in charge might lose sight of the person.
        let version = touch(&mut tx, &grant.without_shares(), person).await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(LEAVE).bind(account_id).bind(person).execute(connection).await.map(drop)
        })?;
        keep_a_main_job(&mut tx, person).await?;
        let change = FieldChange {
            field: "account".to_owned(),
            before: account.to_string(),
            after: String::new(),
        };
        audit::append(&mut tx, &grant, person.0, Event::Changed, version, &[change]).await?;
        tx.commit().await?;
        Ok(version)
    }
}

/// Puts a job back as it was; the main one takes that rank back. The person has been touched
/// already.
pub(crate) async fn rejoin(
    tx: &mut Tx,
    accounts: &Grant,
    person: PersonId,
    job: &Employment,
) -> Result<()> {
    let account = account_by_number(tx, accounts, job.number).await?;
    if job.is_primary {
        on_tx!(tx, |connection| {
            sqlx::query(NO_PRIMARY).bind(person).execute(connection).await.map(drop)
        })?;
    }
    let (role, is_primary) = (job.role, job.is_primary);
    let job = bulk::Job { account, person, role, is_primary };
    bulk::employ(tx, &[job], accounts.now()).await
}

/// Of persons that may have several main jobs, or none: leaves the oldest main job the only one, and makes the oldest
/// job the main one where none is.
pub(crate) async fn keep_one_main_job(tx: &mut Tx, people: &[Uuid]) -> Result<()> {
    for people in people.chunks(256) {
        on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(
                "UPDATE account_person SET is_primary = FALSE WHERE is_primary AND person_id",
            );
            within::push_ids(&mut statement, people.iter().copied());
            statement.push(
                " AND EXISTS (SELECT 1 FROM account_person o WHERE o.person_id = account_person.person_id AND o.is_primary \
                 AND (o.created_at, o.account_id) < (account_person.created_at, account_person.account_id))",
            );
            statement.build().execute(connection).await.map(drop)
        })?;
        on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(
                "UPDATE account_person SET is_primary = TRUE WHERE account_id = (SELECT ap.account_id FROM account_person ap \
                 JOIN account a ON a.id = ap.account_id WHERE ap.person_id = account_person.person_id \
                 ORDER BY a.deleted_at IS NOT NULL, ap.created_at, a.number LIMIT 1) AND NOT EXISTS (SELECT 1 FROM \
                 account_person m WHERE m.person_id = account_person.person_id AND m.is_primary) AND person_id",
            );
            within::push_ids(&mut statement, people.iter().copied());
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

/// Makes the oldest job of a person the main one when none is.
pub(crate) async fn keep_a_main_job(tx: &mut Tx, person: PersonId) -> Result<()> {
    on_tx!(tx, |connection| {
        sqlx::query(PROMOTE).bind(person).execute(connection).await.map(drop)
    })?;
    Ok(())
}

/// A customer within what is granted, held: it is not merged into another while somebody joins it. One that may not be
/// seen is as unknown as one that is not there.
async fn account_by_number(tx: &mut Tx, grant: &Grant, number: AccountNumber) -> Result<AccountId> {
    let statement = to_change!(tx, ACCOUNT_BY_NUMBER);
    let found: Option<(AccountId, Option<UserId>)> = on_tx!(tx, |connection| {
        sqlx::query_as(statement).bind(number).fetch_optional(connection).await
    })?;
    let unknown = || StoreError::field("account", FieldError::Unknown);
    let (id, owner) = found.ok_or_else(unknown)?;
    match grant.admit(Subject::Account(id), owner) {
        Ok(()) => Ok(id),
        Err(Failure::Gone) => Err(unknown()),
        Err(failure) => Err(failure.into()),
    }
}

/// What is filled in of a new person: names of the form, with the details that these are.
fn filled(draft: &PersonDraft) -> impl Iterator<Item = (&'static str, Option<Detail>)> {
    let empty = PersonData::default();
    PersonField::ALL
        .iter()
        .filter(move |field| draft.data.get(**field) != empty.get(**field))
        .map(|field| (field.code(), Detail::of_person_field(*field)))
        .chain(contact_points::filled(&draft.contacts))
}

/// The row of a person that is not in the bin and is within what is granted, inside the writing transaction.
pub(crate) async fn live(tx: &mut Tx, grant: &Grant, id: PersonId) -> Result<PersonRow> {
    let row: Option<PersonRow> = on_tx!(tx, |connection| {
        sqlx::query_as(BY_ID).bind(id).fetch_optional(connection).await
    })?;
    admitted(tx, grant, row).await
}

async fn admitted(tx: &mut Tx, grant: &Grant, row: Option<PersonRow>) -> Result<PersonRow> {
    let row = row.filter(|row| row.deleted_at.is_none()).ok_or(Failure::Gone)?;
    within::admit(tx, grant, Subject::Person(row.id), row.owner_id).await?;
    Ok(row)
}

/// The same, held until the transaction ends: nobody changes it between here and the write.
pub(crate) async fn held(tx: &mut Tx, grant: &Grant, id: PersonId) -> Result<PersonRow> {
    let row = held_anyhow(tx, id).await?;
    admitted(tx, grant, row).await
}

/// The same for whoever asks the policy themselves; also in the bin.
pub(crate) async fn held_anyhow(tx: &mut Tx, id: PersonId) -> Result<Option<PersonRow>> {
    let statement = to_change!(tx, BY_ID);
    Ok(on_tx!(tx, |connection| {
        sqlx::query_as(statement).bind(id).fetch_optional(connection).await
    })?)
}

fn apply(before: &PersonData, edits: &[FieldEdit]) -> Result<PersonData> {
    let mut after = before.clone();
    let mut errors = FormErrors::default();
    for edit in edits {
        match PersonField::parse(&edit.field) {
            Ok(field) => {
                errors.take(field.code(), after.set(field, &edit.value));
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
    row: &PersonRow,
    before: &PersonData,
    after: &PersonData,
) -> Result<Version> {
    let values = |data: &PersonData| -> Vec<(&'static str, String)> {
        PersonField::ALL.iter().map(|field| (field.code(), data.get(*field))).collect()
    };
    let changes = audit::differences(values(before), values(after));
    if changes.is_empty() {
        return Ok(row.version);
    }
    let version: Option<Version> = on_tx!(tx, |connection| {
        sqlx::query_scalar(UPDATE)
            .bind(&after.full_name)
            .bind(text::fold(&after.full_name))
            .bind(text::name_core(&after.full_name))
            .bind(pinyin::sort_key(&after.full_name))
            .bind(&after.title)
            .bind(&after.department)
            .bind(after.gender.map(domain::person::Gender::code))
            .bind(after.birthday.map(String::from))
            .bind(after.birthday.map(|date| i64::from(date.month())))
            .bind(after.birthday_calendar.code())
            .bind(after.last_contact_at)
            .bind(&after.source)
            .bind(&after.remark)
            .bind(after.owner)
            .bind(grant.now())
            .bind(grant.user())
            .bind(row.id)
            .bind(row.version)
            .fetch_optional(connection)
            .await
    })?;
    let version = version.ok_or_else(stale)?;
    if changes.iter().any(|change| change.field == "full_name") {
        let contacts = contact_points::of(tx.connection(), row.id.0).await?;
        Index::People.put(tx, &[(row.number.0, document(row.number, after, &contacts))]).await?;
    }
    audit::append(tx, grant, row.id.0, Event::Changed, version, &changes).await?;
    Ok(version)
}

/// Notes when a person, and with them the customers they work for, was last spoken to, unless that was later.
pub(crate) async fn contacted(tx: &mut Tx, id: PersonId, at: Instant) -> Result<()> {
    for statement in [CONTACTED, CUSTOMERS_CONTACTED] {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(statement).bind(at).bind(id).execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

/// Counts a change to something that hangs on the person.
pub(crate) async fn touch(tx: &mut Tx, grant: &Grant, id: PersonId) -> Result<Version> {
    held(tx, grant, id).await?;
    counted(tx, grant, id).await
}

/// The same to a person that is held already, whoever is in charge by now.
pub(crate) async fn counted(tx: &mut Tx, grant: &Grant, id: PersonId) -> Result<Version> {
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

/// What a person is found by.
pub(crate) fn document(
    number: PersonNumber,
    data: &PersonData,
    contacts: &[ContactPoint],
) -> Document {
    let mut document = Document::default();
    document.name(&data.full_name);
    document.word(FoundBy::Names, format!("p{}", number.0));
    contact_points::describe(&mut document, contacts);
    document.under(Group::People.letter())
}
