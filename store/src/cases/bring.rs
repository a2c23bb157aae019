//! Cases that a file brings: many made in few statements, stored ones brought up to date as far as they are told, and all of
//! it taken back. How far a case is, how urgent and whose stays with the people who work on it.

use super::{BY_ID, DELETE, Links, edit, rows::Row, search, thread, values};
use crate::{
    audit,
    bin::mark_one,
    db::{Tx, on_tx},
    dialect::{Index, pieces, to_change},
    error::Result,
    rows::new_id,
    within,
};
use domain::{
    audit::{Event, FieldChange},
    case::{CaseData, CaseField, Clock, MessageDraft},
    id::{AccountId, CaseId, CaseMessageId, Version},
    policy::Grant,
    search::Document,
    text,
};
use sqlx::QueryBuilder;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A field of a case: which, what stood there, what stands there now.
pub(crate) type Changed = (String, String, String);

/// A case that is to be made as a file tells it.
#[derive(Clone, Debug)]
pub(crate) struct NewCase {
    pub id: CaseId,
    pub data: CaseData,
    pub account: Option<AccountId>,
    pub clock: Clock,
    /// What stands in its thread from the beginning.
    pub said: Vec<MessageDraft>,
    pub source_system: String,
    pub external_id: String,
}

const INSERT: &str = "INSERT INTO feedback_case (id, kind, subject, subject_fold, category, priority, status, is_open, channel, account_id, \
     contact, cause, solution, owner_id, source_system, external_id, first_due_at, first_answered_at, solve_due_at, solved_at, \
     paused_since, paused_for, due_at, last_message_at, created_at, created_by, updated_at, updated_by) ";
const INSERT_MESSAGES: &str = "INSERT INTO case_message (id, case_id, kind, body, at, created_by) ";

const WITH_CASES: &str =
    "SELECT DISTINCT account_id FROM feedback_case WHERE deleted_at IS NULL AND account_id";

/// Fields that a file changes of a case that is there.
const TOLD: [CaseField; 6] = [
    CaseField::Subject,
    CaseField::Kind,
    CaseField::Category,
    CaseField::Channel,
    CaseField::Cause,
    CaseField::Solution,
];

/// Makes cases, with a line each in the trail. Their customers are held.
pub(crate) async fn insert(tx: &mut Tx, grant: &Grant, cases: &[NewCase]) -> Result<()> {
    for cases in pieces(cases) {
        let made: Vec<(i64, String)> = on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(INSERT);
            statement.push_values(cases, |mut row, case| {
                let (data, clock) = (&case.data, &case.clock);
                row.push_bind(case.id)
                    .push_bind(data.kind.code())
                    .push_bind(data.subject.clone())
                    .push_bind(text::fold(&data.subject))
                    .push_bind(data.category.clone())
                    .push_bind(data.priority.code())
                    .push_bind(data.status.code())
                    .push_bind(data.status.is_open())
                    .push_bind(data.channel.code())
                    .push_bind(case.account)
                    .push_bind(data.contact.clone())
                    .push_bind(data.cause.clone())
                    .push_bind(data.solution.clone())
                    .push_bind(data.owner)
                    .push_bind(case.source_system.clone())
                    .push_bind(case.external_id.clone())
                    .push_bind(clock.first_due_at)
                    .push_bind(clock.first_answered_at)
                    .push_bind(clock.solve_due_at)
                    .push_bind(clock.solved_at)
                    .push_bind(clock.paused_since)
                    .push_bind(clock.paused_for)
                    .push_bind(clock.due_at())
                    .push_bind(clock.began_at)
                    .push_bind(clock.began_at)
                    .push_bind(grant.user())
                    .push_bind(grant.now())
                    .push_bind(grant.user());
            });
            statement.push(" RETURNING number, subject");
            statement.build_query_as().fetch_all(connection).await
        })?;
        let documents: Vec<(i64, Document)> = made
            .into_iter()
            .map(|(number, subject)| (number, search::document(&subject)))
            .collect();
        Index::Cases.put(tx, &documents).await?;
    }
    write_threads(tx, grant, cases).await?;
    let made = |case: &NewCase| {
        let said = case.said.iter().map(thread::change);
        let filled = values(&case.data).into_iter().filter(|(_, value)| !value.is_empty());
        let filled = filled.map(|(field, after)| FieldChange {
            field: field.to_owned(),
            before: String::new(),
            after,
        });
        let fields = filled.chain(said).collect();
        audit::Line { object_id: case.id.0, event: Event::Created, version: Version(1), fields }
    };
    let trail: Vec<audit::Line> = cases.iter().map(made).collect();
    audit::append_all(tx, grant, &trail).await
}

async fn write_threads(tx: &mut Tx, grant: &Grant, cases: &[NewCase]) -> Result<()> {
    let said: Vec<(CaseId, &MessageDraft, &Clock)> = cases
        .iter()
        .flat_map(|case| case.said.iter().map(|said| (case.id, said, &case.clock)))
        .collect();
    for said in pieces(&said) {
        on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(INSERT_MESSAGES);
            statement.push_values(said, |mut row, (case, said, clock)| {
                row.push_bind(CaseMessageId(new_id()))
                    .push_bind(*case)
                    .push_bind(said.kind.code())
                    .push_bind(said.body.clone())
                    .push_bind(clock.began_at)
                    .push_bind(grant.user());
            });
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

/// The row of a case, held; none for one in the bin.
async fn there(tx: &mut Tx, id: CaseId) -> Result<Option<Row>> {
    let statement = to_change!(tx, BY_ID);
    let row: Option<Row> = on_tx!(&mut *tx, |connection| {
        sqlx::query_as(statement).bind(id).fetch_optional(connection).await
    })?;
    Ok(row.filter(|row| row.deleted_at.is_none()))
}

/// Brings what is told of a stored case up to date as far as `fields` says; answers with what changed.
pub(crate) async fn bring_up_to_date(
    tx: &mut Tx,
    grant: &Grant,
    id: CaseId,
    said: &CaseData,
    fields: &[CaseField],
) -> Result<Vec<Changed>> {
    let wanted: Vec<_> = TOLD
        .into_iter()
        .filter(|field| fields.contains(field))
        .map(|field| (field, said.get(field)))
        .collect();
    let changes = set(tx, grant, id, &wanted).await?;
    Ok(changes.into_iter().map(|one| (one.field, one.before, one.after)).collect())
}

/// Gives fields back what stood there, those that still say what they were changed to.
pub(crate) async fn take_back(
    tx: &mut Tx,
    grant: &Grant,
    id: CaseId,
    changed: &[Changed],
) -> Result<()> {
    let Some(row) = there(tx, id).await? else { return Ok(()) };
    let now = row.whole()?;
    let wanted = |(field, before, after): &Changed| {
        let field = CaseField::parse(field).ok()?;
        (now.get(field) == *after).then(|| (field, before.clone()))
    };
    let wanted: Vec<_> = changed.iter().filter_map(wanted).collect();
    set(tx, grant, id, &wanted).await.map(drop)
}

async fn set(
    tx: &mut Tx,
    grant: &Grant,
    id: CaseId,
    wanted: &[(CaseField, String)],
) -> Result<Vec<FieldChange>> {
    let Some(row) = there(tx, id).await? else { return Ok(Vec::new()) };
    let before = row.whole()?;
    let mut after = before.clone();
    for (field, value) in wanted {
        // What `get` wrote, `set` reads.
        let _ = after.set(*field, value);
    }
    let changes = audit::differences(values(&before), values(&after));
    // What is solved goes on saying what was done.
    if changes.is_empty() || after.must_be_whole().is_err() {
        return Ok(Vec::new());
    }
    let links = Links { account: row.account_id, person: row.person_id };
    let version = edit::write(tx, grant, &row, &after, links, &row.clock()).await?;
    audit::append(tx, grant, id.0, Event::Changed, version, &changes).await?;
    Ok(changes)
}

/// Which of some customers have cases.
pub(crate) async fn with_cases(tx: &mut Tx, accounts: &BTreeSet<Uuid>) -> Result<Vec<Uuid>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on_tx!(tx, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(WITH_CASES);
        within::push_ids(&mut statement, accounts.iter().copied());
        statement.build_query_scalar().fetch_all(connection).await
    })?)
}

/// Puts a case into the bin, if it is there.
pub(crate) async fn bin(tx: &mut Tx, grant: &Grant, id: CaseId) -> Result<()> {
    match mark_one(tx, grant, id.0, DELETE).await? {
        Some(version) => audit::append(tx, grant, id.0, Event::Deleted, version, &[]).await,
        None => Ok(()),
    }
}
