//! The timeline: notes people write, and the changes the trail holds, in one order.
//! Owns every statement on `activity`.

use crate::{
    accounts, audit,
    db::{Db, Tx, on_connection, on_tx},
    error::{Result, StoreError},
    operations::{self, Attempt},
    opportunities, people,
    related::Related,
    rows::new_id,
    within,
};
use const_format::concatcp;
use domain::{
    audit::{Change, Event, FieldChange},
    failure::{Conflict, ConflictField, Failure},
    field::FieldError,
    id::{ActivityId, OperationId, UserId, Version},
    note::{Entry, Note, NoteBody, Subject, Timeline, TimelinePlace},
    policy::{self, Action, Caller, DetailRules, Grant, Object},
    time::Instant,
};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// Entries of one page of a timeline.
const ENTRIES: usize = 30;

#[derive(FromRow)]
struct Row {
    id: ActivityId,
    version: Version,
    body: String,
    pinned: bool,
    at: Instant,
    edited_at: Option<Instant>,
    created_by: UserId,
    name: Option<String>,
    subject_id: Uuid,
    subject_kind: String,
    deleted_at: Option<Instant>,
}

impl Row {
    fn subject(&self) -> Result<Subject> {
        let subject = Subject::of_code(&self.subject_kind, self.subject_id);
        subject.ok_or(StoreError::Unreadable("activity.subject_kind"))
    }
}

impl From<Row> for Note {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            version: row.version,
            body: row.body,
            pinned: row.pinned,
            at: row.at,
            by: row.created_by,
            by_name: row.name.unwrap_or_default(),
            edited_at: row.edited_at,
        }
    }
}

const NOTES: &str = "SELECT n.id, n.version, n.body, n.pinned, n.at, n.edited_at, n.created_by, u.name, n.subject_id, \
     n.subject_kind, n.deleted_at FROM activity n LEFT JOIN \"user\" u ON u.id = n.created_by WHERE ";
const PAGE: &str = concatcp!(
    NOTES,
    "n.subject_id = $1 AND n.deleted_at IS NULL AND (n.at, n.id) < ($2, $3) ORDER BY n.at DESC, n.id DESC LIMIT $4"
);
const PINNED: &str = concatcp!(
    NOTES,
    "n.subject_id = $1 AND n.deleted_at IS NULL AND n.pinned ORDER BY n.at DESC, n.id DESC LIMIT 10"
);
const ONE: &str = concatcp!(NOTES, "n.id = $1");
const INSERT: &str = "INSERT INTO activity (id, kind, subject_id, subject_kind, body, at, created_at, created_by, updated_at, updated_by) \
     VALUES ($1, 'note', $2, $3, $4, $5, $5, $6, $5, $6)";
const REWRITE: &str = "UPDATE activity SET body = $1, edited_at = $2, updated_at = $2, updated_by = $3, version = version + 1 \
     WHERE id = $4 AND version = $5 RETURNING version";
const PIN: &str = "UPDATE activity SET pinned = $1, updated_at = $2, updated_by = $3, version = version + 1 \
     WHERE id = $4 AND deleted_at IS NULL RETURNING version";
const DELETE: &str = "UPDATE activity SET deleted_at = $1, deleted_by = $2, updated_at = $1, updated_by = $2, \
     version = version + 1 WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const RESTORE: &str = "UPDATE activity SET deleted_at = NULL, deleted_by = NULL, updated_at = $1, updated_by = $2, \
     version = version + 1 WHERE id = $3 AND deleted_at IS NOT NULL RETURNING version";

impl Db {
    /// One page of the timeline of a customer, a person or a deal.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] for a record that is not there or in the bin.
    pub async fn timeline(
        &self,
        caller: &Caller,
        subject: Subject,
        after: Option<TimelinePlace>,
    ) -> Result<Timeline> {
        let scope = policy::view(caller, subject.object())?;
        policy::view(caller, Object::Activity)?;
        let mut reading = self.reading().await?;
        let owner = within::must_cover(&mut reading, &scope, subject).await?;
        let details = caller.details_of(owner);
        let place = after.unwrap_or(TimelinePlace::START);
        let limit = i64::try_from(ENTRIES + 1).unwrap_or(i64::MAX);
        let notes: Vec<Row> = on_connection!(reading.connection(), |connection| {
            sqlx::query_as(PAGE)
                .bind(subject.id())
                .bind(place.note_at)
                .bind(place.note)
                .bind(limit)
                .fetch_all(connection)
                .await
        })?;
        let changes =
            audit::history(reading.connection(), subject.id(), place.change, limit).await?;
        let customers = Related::seen_in(reading.connection(), caller, &changes).await?;
        let pinned: Vec<Row> = match after {
            Some(_) => Vec::new(),
            None => on_connection!(reading.connection(), |connection| {
                sqlx::query_as(PINNED).bind(subject.id()).fetch_all(connection).await
            })?,
        };
        let mut next = place;
        let mut entries = Vec::with_capacity(ENTRIES);
        let mut notes = notes.into_iter().peekable();
        let mut changes = changes.into_iter().peekable();
        while entries.len() < ENTRIES {
            let note_first = match (notes.peek(), changes.peek()) {
                (Some(note), Some((_, change))) => note.at >= change.at,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => break,
            };
            if note_first {
                if let Some(row) = notes.next() {
                    next.note_at = row.at;
                    next.note = row.id;
                    entries.push(Entry::Note(row.into()));
                }
            } else if let Some((number, change)) = changes.next() {
                next.change = number;
                let change = seen(&details, &customers, subject.object(), change);
                entries.extend(change.map(Entry::Change));
            }
        }
        let more = notes.peek().is_some() || changes.peek().is_some();
        Ok(Timeline {
            pinned: pinned.into_iter().map(Note::from).collect(),
            entries,
            next: more.then_some(next),
        })
    }

    /// Writes a note onto the timeline of a customer, a person or a deal. `operation` names the attempt: the
    /// same one sent again answers with the note it made the first time.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`]; [`Failure::Invalid`] under `body` when the same attempt
    /// comes back with another text.
    pub async fn add_note(
        &self,
        caller: &Caller,
        operation: OperationId,
        subject: Subject,
        body: &NoteBody,
    ) -> Result<ActivityId> {
        let grant = policy::check(caller, Action::Create, Object::Activity)?;
        let mut tx = self.begin().await?;
        let hash = operations::body_hash(&(subject, body))?;
        match operations::begin_attempt(&mut tx, caller, operation, &hash).await? {
            Attempt::New => {}
            Attempt::Done(answer) => {
                let id = answer.parse().map(ActivityId);
                return id.map_err(|_| StoreError::Unreadable("operation.answer"));
            }
            Attempt::Mismatch => return Err(StoreError::field("body", FieldError::Differs)),
        }
        alive(&mut tx, caller, subject).await?;
        let id = write(&mut tx, &grant, subject, body).await?;
        operations::finish_attempt(&mut tx, caller, operation, &id.0.to_string()).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Rewrites a note. Only its author may; what stood there goes to the trail.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`], or [`Failure::Conflict`] when it was rewritten
    /// meanwhile.
    pub async fn rewrite_note(
        &self,
        caller: &Caller,
        id: ActivityId,
        seen: Version,
        body: &NoteBody,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Activity)?;
        let mut tx = self.begin().await?;
        let row = note(&mut tx, id, false).await?;
        alive(&mut tx, caller, row.subject()?).await?;
        if row.created_by != caller.user {
            let (action, object) = (Action::Edit, Object::Activity);
            return Err(Failure::Denied { action, object }.into());
        }
        let version: Option<Version> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(REWRITE)
                .bind(body.as_str())
                .bind(caller.now)
                .bind(caller.user)
                .bind(id)
                .bind(seen)
                .fetch_optional(connection)
                .await
        })?;
        let Some(version) = version else {
            let field = ConflictField {
                field: "body".to_owned(),
                theirs: row.body,
                mine: body.as_str().to_owned(),
            };
            return Err(Failure::Conflict(Conflict {
                version: row.version,
                by: row.name.unwrap_or_default(),
                fields: vec![field],
            })
            .into());
        };
        let change = FieldChange {
            field: "body".to_owned(),
            before: row.body,
            after: body.as_str().to_owned(),
        };
        audit::append(&mut tx, &grant, id.0, Event::Changed, version, &[change]).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// Keeps a note at the top, or lets it go.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`].
    pub async fn pin_note(&self, caller: &Caller, id: ActivityId, pinned: bool) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Activity)?;
        let mut tx = self.begin().await?;
        let row = note(&mut tx, id, false).await?;
        alive(&mut tx, caller, row.subject()?).await?;
        let version: Option<Version> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(PIN)
                .bind(pinned)
                .bind(caller.now)
                .bind(caller.user)
                .bind(id)
                .fetch_optional(connection)
                .await
        })?;
        let version = version.ok_or(Failure::Gone)?;
        let yes_no = |on: bool| if on { "true".to_owned() } else { String::new() };
        let change = FieldChange {
            field: "pinned".to_owned(),
            before: yes_no(row.pinned),
            after: yes_no(pinned),
        };
        audit::append(&mut tx, &grant, id.0, Event::Changed, version, &[change]).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// Takes a note off the timeline (`deleted`), or puts it back.
    ///
    /// # Errors
    /// [`Failure::Denied`], also for somebody else's note unless the caller administers;
    /// [`Failure::Gone`].
    pub async fn delete_note(&self, caller: &Caller, id: ActivityId, deleted: bool) -> Result<()> {
        let grant = policy::check(caller, Action::Delete, Object::Activity)?;
        let mut tx = self.begin().await?;
        let row = note(&mut tx, id, !deleted).await?;
        alive(&mut tx, caller, row.subject()?).await?;
        if row.created_by != caller.user {
            policy::check(caller, Action::Administer, Object::Activity)?;
        }
        let (statement, event) =
            if deleted { (DELETE, Event::Deleted) } else { (RESTORE, Event::Restored) };
        let version: Option<Version> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(statement)
                .bind(caller.now)
                .bind(caller.user)
                .bind(id)
                .fetch_optional(connection)
                .await
        })?;
        let version = version.ok_or(Failure::Gone)?;
        // Under the note's own id: a note's version says nothing about the record it hangs on.
        audit::append(&mut tx, &grant, id.0, event, version, &[]).await?;
        tx.commit().await
    }
}

/// What is seen of a change; nothing when it is about hidden details or customers alone.
fn seen(
    details: &DetailRules,
    customers: &Related,
    object: Object,
    mut change: Change,
) -> Option<Change> {
    let all = change.fields.len();
    change.fields = customers.told(details.changes(object, change.fields));
    (all == 0 || !change.fields.is_empty()).then_some(change)
}

/// A note, on the timeline or, with `taken_off`, off it.
async fn note(tx: &mut Tx, id: ActivityId, taken_off: bool) -> Result<Row> {
    let row: Option<Row> =
        on_tx!(tx, |connection| sqlx::query_as(ONE).bind(id).fetch_optional(connection).await)?;
    Ok(row.filter(|row| row.deleted_at.is_some() == taken_off).ok_or(Failure::Gone)?)
}

/// Refuses what is about a record that the caller does not see, that is not there or in the bin. It is held: while a
/// note is written on it, it is not merged into another.
async fn alive(tx: &mut Tx, caller: &Caller, subject: Subject) -> Result<()> {
    let grant = policy::check(caller, Action::View, subject.object())?;
    match subject {
        Subject::Account(id) => accounts::held(tx, &grant, id).await.map(drop),
        Subject::Person(id) => people::held(tx, &grant, id).await.map(drop),
        Subject::Opportunity(id) => opportunities::must_be_there(tx, &grant, id).await,
    }
}

/// Writes a note inside a transaction that has checked the caller and the record, with its line in the trail.
pub(crate) async fn write(
    tx: &mut Tx,
    grant: &Grant,
    subject: Subject,
    body: &NoteBody,
) -> Result<ActivityId> {
    let id = insert_note(tx, grant, subject, body.as_str()).await?;
    let change = FieldChange {
        field: "body".to_owned(),
        before: String::new(),
        after: body.as_str().to_owned(),
    };
    audit::append(tx, grant, id.0, Event::Created, Version(1), &[change]).await?;
    Ok(id)
}

/// Writes a note inside a transaction that has checked the caller and the record.
pub(crate) async fn insert_note(
    tx: &mut Tx,
    grant: &Grant,
    subject: Subject,
    body: &str,
) -> Result<ActivityId> {
    let id = ActivityId(new_id());
    on_tx!(tx, |connection| {
        sqlx::query(INSERT)
            .bind(id)
            .bind(subject.id())
            .bind(subject.code())
            .bind(body)
            .bind(grant.now())
            .bind(grant.user())
            .execute(connection)
            .await
            .map(drop)
    })?;
    Ok(id)
}
