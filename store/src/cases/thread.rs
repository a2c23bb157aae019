//! The thread of a case: entries are written once and stay as they are. An answer to the customer stops the clock of the
//! first answer; a word of the customer makes it run again where it waited for one.

use super::{
    BY_NUMBER, Links, edit, held,
    rows::{MessageRow, Row},
};
use crate::{
    audit,
    db::{Db, Tx, on_connection, on_tx},
    error::Result,
    operations,
    rows::new_id,
    within,
};
use domain::{
    audit::{Event, FieldChange},
    case::{CaseField, CaseStatus, Counting, MessageDraft, MessageKind, Thread, ThreadPlace},
    failure::Failure,
    id::{CaseId, CaseMessageId, CaseNumber, OperationId, Version},
    note::Subject,
    policy::{self, Action, Caller, Grant, Object},
};
use uuid::Uuid;

/// Entries of one part of a thread.
const ENTRIES: usize = 50;

const INSERT: &str = "INSERT INTO case_message (id, case_id, kind, body, at, created_by) VALUES ($1, $2, $3, $4, $5, $6)";
const TOUCH: &str = "UPDATE feedback_case SET last_message_at = $1 WHERE id = $2";
const PAGE: &str = "SELECT m.id, m.kind, m.body, m.at, m.created_by, \
     (SELECT u.name FROM \"user\" u WHERE u.id = m.created_by) AS name FROM case_message m \
     WHERE m.case_id = $1 AND (m.at, m.id) < ($2, $3) ORDER BY m.at DESC, m.id DESC LIMIT $4";

impl Db {
    /// Writes something into the thread of a case. `operation` names the attempt: the same one sent again writes nothing.
    ///
    /// # Errors
    /// [`Failure::Denied`] for whoever may not change the case, [`Failure::Gone`]; [`Failure::Invalid`] under `body` when
    /// the same attempt comes back with another text.
    pub async fn write_case_message(
        &self,
        caller: &Caller,
        operation: OperationId,
        id: CaseId,
        draft: &MessageDraft,
        counting: Counting<'_>,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Case)?;
        let mut tx = self.begin().await?;
        let made =
            operations::made_before(&mut tx, caller, operation, &(id, draft), "body").await?;
        if let Some(answer) = made {
            return operations::version(&answer);
        }
        let row = held(&mut tx, &grant, id, false).await?;
        let version = take(&mut tx, &grant, &row, draft, counting).await?;
        operations::finish_attempt(&mut tx, caller, operation, &version.0.to_string()).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// A part of the thread of a case: the newest entries, or those before a place, the oldest first.
    ///
    /// # Errors
    /// As [`Db::case`].
    pub async fn case_thread(
        &self,
        caller: &Caller,
        number: CaseNumber,
        before: Option<ThreadPlace>,
    ) -> Result<Thread> {
        let scope = policy::view(caller, Object::Case)?;
        let mut reading = self.reading().await?;
        let row: Option<Row> = on_connection!(reading.connection(), |connection| {
            sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(connection).await
        })?;
        let row = row.filter(|row| row.deleted_at.is_none()).ok_or(Failure::Gone)?;
        within::must_cover(&mut reading, &scope, Subject::Case(row.id)).await?;
        let newest = ThreadPlace { at: caller.now.plus(1), id: CaseMessageId(Uuid::max()) };
        let place = before.unwrap_or(ThreadPlace { at: newest.at.max(row.updated_at), ..newest });
        let rows: Vec<MessageRow> = on_connection!(reading.connection(), |connection| {
            sqlx::query_as(PAGE)
                .bind(row.id)
                .bind(place.at)
                .bind(place.id)
                .bind(i64::try_from(ENTRIES + 1).unwrap_or(i64::MAX))
                .fetch_all(connection)
                .await
        })?;
        let more = rows.len() > ENTRIES;
        let mut messages =
            rows.into_iter().take(ENTRIES).map(MessageRow::message).collect::<Result<Vec<_>>>()?;
        messages.reverse();
        let first = messages.first().map(|first| ThreadPlace { at: first.at, id: first.id });
        Ok(Thread { older: first.filter(|_| more), messages })
    }
}

/// Writes an entry and what it does to the case: who is answered works are begun on, and who writes again is to be heard.
async fn take(
    tx: &mut Tx,
    grant: &Grant,
    row: &Row,
    draft: &MessageDraft,
    counting: Counting<'_>,
) -> Result<Version> {
    let before = row.whole()?;
    let mut after = before.clone();
    let mut clock = row.clock();
    match (draft.kind, before.status) {
        (MessageKind::Answer, status) => {
            clock = clock.answered(grant.now());
            if matches!(status, CaseStatus::New | CaseStatus::Triaged) {
                after.status = CaseStatus::InProgress;
            }
        }
        (MessageKind::Customer, CaseStatus::Waiting | CaseStatus::Resolved) => {
            after.status = CaseStatus::InProgress;
        }
        (MessageKind::Customer | MessageKind::Note, _) => {}
    }
    let (was, is) = ((before.status, before.priority), (after.status, after.priority));
    clock = clock.changed(was, is, grant.now(), counting);
    insert(tx, grant, row.id, draft).await?;
    on_tx!(&mut *tx, |connection| {
        sqlx::query(TOUCH).bind(grant.now()).bind(row.id).execute(connection).await.map(drop)
    })?;
    let links = Links { account: row.account_id, person: row.person_id };
    let version = edit::write(tx, grant, row, &after, links, &clock).await?;
    let mut changes = vec![change(draft)];
    if before.status != after.status {
        changes.push(FieldChange {
            field: CaseField::Status.code().to_owned(),
            before: before.status.code().to_owned(),
            after: after.status.code().to_owned(),
        });
    }
    audit::append(tx, grant, row.id.0, Event::Changed, version, &changes).await?;
    Ok(version)
}

/// Writes an entry of a case that is held.
pub(super) async fn insert(
    tx: &mut Tx,
    grant: &Grant,
    case: CaseId,
    draft: &MessageDraft,
) -> Result<()> {
    on_tx!(&mut *tx, |connection| {
        sqlx::query(INSERT)
            .bind(CaseMessageId(new_id()))
            .bind(case)
            .bind(draft.kind.code())
            .bind(&draft.body)
            .bind(grant.now())
            .bind(grant.user())
            .execute(connection)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// An entry as the trail has it.
pub(super) fn change(draft: &MessageDraft) -> FieldChange {
    FieldChange {
        field: draft.kind.code().to_owned(),
        before: String::new(),
        after: draft.body.clone(),
    }
}
