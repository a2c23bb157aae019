//! The timeline: notes people write, and the changes the trail holds, in one order.
//! Owns every statement on `activity`.

use crate::{
    accounts, audit,
    db::{Db, Tx, on_read, on_tx},
    error::Result,
    people,
    rows::new_id,
};
use domain::{
    audit::{Event, FieldChange},
    failure::{Conflict, ConflictField, Failure},
    id::{ActivityId, UserId, Version},
    note::{Entry, Note, NoteBody, Subject, Timeline, TimelinePlace},
    policy::{self, Action, Caller, Grant, Object},
    time::Instant,
};
use sqlx::FromRow;
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

const PAGE: &str = "SELECT n.id, n.version, n.body, n.pinned, n.at, n.edited_at, n.created_by, u.name, n.subject_id \
     FROM activity n LEFT JOIN \"user\" u ON u.id = n.created_by \
     WHERE n.subject_id = $1 AND n.deleted_at IS NULL AND (n.at, n.id) < ($2, $3) \
     ORDER BY n.at DESC, n.id DESC LIMIT $4";
const PINNED: &str = "SELECT n.id, n.version, n.body, n.pinned, n.at, n.edited_at, n.created_by, u.name, n.subject_id \
     FROM activity n LEFT JOIN \"user\" u ON u.id = n.created_by \
     WHERE n.subject_id = $1 AND n.deleted_at IS NULL AND n.pinned ORDER BY n.at DESC, n.id DESC LIMIT 10";
const ONE: &str = "SELECT n.id, n.version, n.body, n.pinned, n.at, n.edited_at, n.created_by, u.name, n.subject_id \
     FROM activity n LEFT JOIN \"user\" u ON u.id = n.created_by WHERE n.id = $1 AND n.deleted_at IS NULL";
const INSERT: &str = "INSERT INTO activity (id, kind, subject_id, subject_kind, body, at, created_at, created_by, updated_at, updated_by) \
     VALUES ($1, 'note', $2, $3, $4, $5, $5, $6, $5, $6)";
const REWRITE: &str = "UPDATE activity SET body = $1, edited_at = $2, updated_at = $2, updated_by = $3, version = version + 1 \
     WHERE id = $4 AND version = $5 RETURNING version";
const PIN: &str = "UPDATE activity SET pinned = $1, updated_at = $2, updated_by = $3, version = version + 1 \
     WHERE id = $4 AND deleted_at IS NULL RETURNING version";
const DELETE: &str = "UPDATE activity SET deleted_at = $1, deleted_by = $2, version = version + 1 \
     WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const RESTORE: &str = "UPDATE activity SET deleted_at = NULL, deleted_by = NULL, version = version + 1 \
     WHERE id = $1 AND deleted_at IS NOT NULL RETURNING version";

impl Db {
    /// One page of the timeline of a customer or a person.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn timeline(
        &self,
        caller: &Caller,
        subject: Subject,
        after: Option<TimelinePlace>,
    ) -> Result<Timeline> {
        policy::view(caller, subject.object())?;
        policy::view(caller, Object::Activity)?;
        let place = after.unwrap_or(TimelinePlace::START);
        let limit = i64::try_from(ENTRIES + 1).unwrap_or(i64::MAX);
        let notes: Vec<Row> = on_read!(self, |pool| {
            sqlx::query_as(PAGE)
                .bind(subject.id())
                .bind(place.note_at)
                .bind(place.note)
                .bind(limit)
                .fetch_all(pool)
                .await
        })?;
        let changes = audit::history(self, subject.id(), place.change, limit).await?;
        let pinned: Vec<Row> = match after {
            Some(_) => Vec::new(),
            None => on_read!(self, |pool| {
                sqlx::query_as(PINNED).bind(subject.id()).fetch_all(pool).await
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
                entries.push(Entry::Change(change));
            }
        }
        let more = notes.peek().is_some() || changes.peek().is_some();
        Ok(Timeline {
            pinned: pinned.into_iter().map(Note::from).collect(),
            entries,
            next: more.then_some(next),
        })
    }

    /// Writes a note onto the timeline of a customer or a person.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`].
    pub async fn add_note(
        &self,
        caller: &Caller,
        subject: Subject,
        body: &NoteBody,
    ) -> Result<ActivityId> {
        let grant = policy::check(caller, Action::Create, Object::Activity)?;
        policy::view(caller, subject.object())?;
        let mut tx = self.begin().await?;
        alive(&mut tx, subject).await?;
        let id = insert_note(&mut tx, &grant, subject, body.as_str()).await?;
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
        let row = note(&mut tx, id).await?;
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
        policy::check(caller, Action::Edit, Object::Activity)?;
        let mut tx = self.begin().await?;
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
        if deleted {
            let row = note(&mut tx, id).await?;
            let own = row.created_by == caller.user;
            if !own {
                policy::check(caller, Action::Administer, Object::Activity)?;
            }
            let version: Option<Version> = on_tx!(&mut tx, |connection| {
                sqlx::query_scalar(DELETE)
                    .bind(caller.now)
                    .bind(caller.user)
                    .bind(id)
                    .fetch_optional(connection)
                    .await
            })?;
            let version = version.ok_or(Failure::Gone)?;
            let change =
                FieldChange { field: "body".to_owned(), before: row.body, after: String::new() };
            audit::append(&mut tx, &grant, row.subject_id, Event::Changed, version, &[change])
                .await?;
        } else {
            let version: Option<Version> = on_tx!(&mut tx, |connection| {
                sqlx::query_scalar(RESTORE).bind(id).fetch_optional(connection).await
            })?;
            version.ok_or(Failure::Gone)?;
        }
        tx.commit().await
    }
}

async fn note(tx: &mut Tx, id: ActivityId) -> Result<Row> {
    let row: Option<Row> =
        on_tx!(tx, |connection| sqlx::query_as(ONE).bind(id).fetch_optional(connection).await)?;
    Ok(row.ok_or(Failure::Gone)?)
}

async fn alive(tx: &mut Tx, subject: Subject) -> Result<()> {
    match subject {
        Subject::Account(id) => accounts::live(tx, id).await.map(drop),
        Subject::Person(id) => people::live(tx, id).await.map(drop),
    }
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
