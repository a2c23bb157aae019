//! Cases: what customers ask, suggest and complain about. Owns, with its parts, every statement on `feedback_case` and
//! `case_message`. A case is within the reach of a right by whoever is in charge of it, and by whoever is in charge of its
//! customer or has that one shared.

mod arriving;
pub(crate) mod bring;
mod due;
mod edit;
mod export;
pub(crate) mod list;
mod overdue;
mod rows;
pub(crate) mod search;
pub(crate) mod story;
mod thread;

pub(crate) use arriving::{Arrival, arrive};
pub(crate) use due::due_of;

use crate::{
    accounts::check_owner,
    audit, bin,
    db::{Connection, Db, Tx, on_connection, on_tx},
    dialect::{Index, to_change},
    error::Result,
    notifications, operations, opportunities,
    rows::new_id,
    within,
};
use const_format::concatcp;
use domain::{
    audit::Event,
    case::{Case, CaseData, CaseDraft, CaseField, Clock, Counting, MessageDraft, MessageKind},
    failure::Failure,
    id::{AccountId, CaseId, CaseNumber, OperationId, PersonId, Version},
    note::Subject,
    policy::{self, Action, Caller, Grant, Object},
    text,
};
use rows::{COLUMNS, Row};

const BY_NUMBER: &str = concatcp!(COLUMNS, " WHERE c.number = $1");
const BY_ID: &str = concatcp!(COLUMNS, " WHERE c.id = $1");
const INSERT: &str = "INSERT INTO feedback_case (id, kind, subject, subject_fold, category, priority, status, is_open, channel, account_id, \
     person_id, contact, owner_id, first_due_at, solve_due_at, due_at, last_message_at, created_at, created_by, updated_at, \
     updated_by) VALUES ($1, $2, $3, $4, $5, $6, $7, TRUE, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $17, $16, $17) \
     RETURNING number";
const DELETE: &str = "UPDATE feedback_case SET deleted_at = $1, deleted_by = $2, updated_at = $1, updated_by = $2, \
     version = version + 1 WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const RESTORE: &str = "UPDATE feedback_case SET deleted_at = NULL, deleted_by = NULL, updated_at = $1, updated_by = $2, \
     version = version + 1 WHERE id = $3 AND deleted_at IS NOT NULL RETURNING version";

/// The customer and the person of a case, as they are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Links {
    pub account: Option<AccountId>,
    pub person: Option<PersonId>,
}

impl Db {
    /// Makes a case. `operation` names the attempt: the same one sent again answers with the case it made the first time.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Invalid`] with the fields of the form: a customer or person that is not there or
    /// not for the caller to see, and `subject` when the same attempt comes back with other content.
    pub async fn create_case(
        &self,
        caller: &Caller,
        operation: OperationId,
        draft: &CaseDraft,
        counting: Counting<'_>,
    ) -> Result<CaseNumber> {
        let grant = policy::check(caller, Action::Create, Object::Case)?;
        let mut tx = self.begin().await?;
        let made = operations::made_before(&mut tx, caller, operation, draft, "subject").await?;
        if let Some(answer) = made {
            return operations::answer(&answer);
        }
        let mut data = draft.data.clone();
        data.owner = policy::owner_of_new(caller, Object::Case, data.owner)?;
        check_owner(&mut tx, data.owner).await?;
        let links = links(&mut tx, caller, &data, None).await?;
        let number = insert(&mut tx, caller, &grant, &data, links, &draft.body, counting).await?;
        operations::finish_attempt(&mut tx, caller, operation, &number.to_string()).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// A case by its number.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] for one that is not there, taken off, or not for the caller.
    pub async fn case(&self, caller: &Caller, number: CaseNumber) -> Result<Case> {
        let scope = policy::view(caller, Object::Case)?;
        let mut reading = self.reading().await?;
        let row: Option<Row> = on_connection!(reading.connection(), |connection| {
            sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(connection).await
        })?;
        let row = row.filter(|row| row.deleted_at.is_none()).ok_or(Failure::Gone)?;
        within::must_cover(&mut reading, &scope, Subject::Case(row.id)).await?;
        let names = names(reading.connection(), caller, &row).await?;
        row.case(names)
    }

    /// Takes a case off the lists (`deleted`), or puts it back.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`].
    pub async fn delete_case(&self, caller: &Caller, id: CaseId, deleted: bool) -> Result<()> {
        let grant = policy::check(caller, Action::Delete, Object::Case)?;
        let mut tx = self.begin().await?;
        held(&mut tx, &grant, id, !deleted).await?;
        let (statement, event) =
            if deleted { (DELETE, Event::Deleted) } else { (RESTORE, Event::Restored) };
        let marked = bin::mark_one(&mut tx, &grant, id.0, statement).await?;
        let version = marked.ok_or(Failure::Gone)?;
        audit::append(&mut tx, &grant, id.0, event, version, &[]).await?;
        tx.commit().await
    }
}

/// Writes a case whose owner, customer and person may be named, with what the customer said, and its line in the trail.
async fn insert(
    tx: &mut Tx,
    caller: &Caller,
    grant: &Grant,
    data: &CaseData,
    links: Links,
    body: &str,
    counting: Counting<'_>,
) -> Result<CaseNumber> {
    let id = CaseId(new_id());
    let clock = Clock::begin(grant.now(), data.priority, counting);
    let number: CaseNumber = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(INSERT)
            .bind(id)
            .bind(data.kind.code())
            .bind(&data.subject)
            .bind(text::fold(&data.subject))
            .bind(&data.category)
            .bind(data.priority.code())
            .bind(data.status.code())
            .bind(data.channel.code())
            .bind(links.account)
            .bind(links.person)
            .bind(&data.contact)
            .bind(data.owner)
            .bind(clock.first_due_at)
            .bind(clock.solve_due_at)
            .bind(clock.due_at())
            .bind(grant.now())
            .bind(grant.user())
            .fetch_one(connection)
            .await
    })?;
    Index::Cases.put(tx, &[(number.0, search::document(&data.subject))]).await?;
    let empty = CaseField::ALL.iter().map(|field| (field.code(), String::new()));
    let mut changes = audit::differences(empty, values(data));
    if !body.is_empty() {
        let message = MessageDraft { kind: MessageKind::Customer, body: body.to_owned() };
        thread::insert(tx, grant, id, &message).await?;
        changes.push(thread::change(&message));
    }
    notifications::put_in_charge(tx, caller, Subject::Case(id), data.owner).await?;
    audit::append(tx, grant, id.0, Event::Created, Version(1), &changes).await?;
    Ok(number)
}

/// The names of a case's customer and person, as far as the caller sees these.
async fn names(
    mut held: Connection<'_>,
    caller: &Caller,
    row: &Row,
) -> Result<[Option<String>; 2]> {
    let account = row.account_id.map(Subject::Account);
    let person = row.person_id.map(Subject::Person);
    let subjects: Vec<Subject> = [account, person].into_iter().flatten().collect();
    let named = crate::activities::seen_records(held.again(), caller, &subjects).await?;
    let name = |subject: Option<Subject>| {
        subject.and_then(|subject| named.get(&subject)).map(|record| record.name.clone())
    };
    Ok([name(account), name(person)])
}

/// The customer and the person that `data` names: those of `before` stay as they are, others have to be there and seen
/// by the caller, and are held.
async fn links(
    tx: &mut Tx,
    caller: &Caller,
    data: &CaseData,
    before: Option<(&CaseData, Links)>,
) -> Result<Links> {
    let mut links = before.map(|(_, links)| links).unwrap_or_default();
    if before.map(|(before, _)| before.account) != Some(data.account) {
        links.account = match data.account {
            Some(number) => Some(opportunities::account_to_link(tx, caller, number).await?),
            None => None,
        };
    }
    if before.map(|(before, _)| before.person) != Some(data.person) {
        links.person = match data.person {
            Some(number) => Some(opportunities::person_to_link(tx, caller, number).await?),
            None => None,
        };
    }
    Ok(links)
}

/// The row of a case that is there or, with `taken_off`, in the bin, within what is granted, held until the transaction
/// ends.
async fn held(tx: &mut Tx, grant: &Grant, id: CaseId, taken_off: bool) -> Result<Row> {
    let statement = to_change!(tx, BY_ID);
    let row: Option<Row> = on_tx!(&mut *tx, |connection| {
        sqlx::query_as(statement).bind(id).fetch_optional(connection).await
    })?;
    let row = row.filter(|row| row.deleted_at.is_some() == taken_off).ok_or(Failure::Gone)?;
    within::admit(tx, grant, Subject::Case(id), row.owner_id).await?;
    Ok(row)
}

fn values(data: &CaseData) -> Vec<(&'static str, String)> {
    CaseField::ALL.iter().map(|field| (field.code(), data.get(*field))).collect()
}
