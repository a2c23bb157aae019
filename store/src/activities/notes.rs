//! Notes: written once, changed by their authors alone, with every change in the trail.

use super::{Row, alive, entry};
use crate::{
    audit,
    db::{Db, Tx, on_tx},
    error::Result,
    operations,
    rows::new_id,
};
use domain::{
    audit::{Event, FieldChange},
    failure::{Conflict, ConflictField, Failure},
    id::{ActivityId, OperationId, Version},
    note::{NoteBody, Subject},
    policy::{self, Action, Caller, Grant, Object},
};

const INSERT: &str = "INSERT INTO activity (id, kind, subject_id, subject_kind, body, at, created_at, created_by, updated_at, updated_by) \
     VALUES ($1, 'note', $2, $3, $4, $5, $5, $6, $5, $6)";
const REWRITE: &str = "UPDATE activity SET body = $1, edited_at = $2, updated_at = $2, updated_by = $3, version = version + 1 \
     WHERE id = $4 AND version = $5 RETURNING version";
const PIN: &str = "UPDATE activity SET pinned = $1, updated_at = $2, updated_by = $3, version = version + 1 \
     WHERE id = $4 AND deleted_at IS NULL RETURNING version";

impl Db {
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
        let made =
            operations::made_before(&mut tx, caller, operation, &(subject, body), "body").await?;
        if let Some(answer) = made {
            return operations::answer(&answer);
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
        let row = note(&mut tx, id).await?;
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
        let row = note(&mut tx, id).await?;
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
}

/// A note that stands on the timeline.
async fn note(tx: &mut Tx, id: ActivityId) -> Result<Row> {
    let row = entry(tx, id, false).await?;
    if row.is_note() { Ok(row) } else { Err(Failure::Gone.into()) }
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
