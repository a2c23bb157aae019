//! The trail of changes: appended inside the transaction that makes the change, read as history. Its lines are a
//! chain (`chain`), stored when a transaction commits (`write`), told to open browsers from there on (`tail`) and checked
//! by walking through it (`verify`).
//! Owns every statement on `audit_log`.

mod chain;
mod found;
mod notices;
mod tail;
mod trail;
mod verify;
mod write;

pub use chain::{Anchor, AuditKey};
pub(crate) use tail::{end, kinds_between, news_since, objects_changed};
pub(crate) use write::{Pending, flush};

use crate::{
    db::{Connection, Tx, on_connection, on_tx},
    error::{Result, StoreError},
};
use domain::{
    audit::{Change, Event, FieldChange},
    failure::Failure,
    id::{UserId, Version},
    policy::{Grant, Object},
    time::Instant,
};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// Appends one line. No grant, no line; no line, no commit.
pub(crate) async fn append(
    tx: &mut Tx,
    grant: &Grant,
    object_id: Uuid,
    event: Event,
    version: Version,
    fields: &[FieldChange],
) -> Result<()> {
    let line = Line { object_id, event, version, fields: fields.to_vec() };
    append_all(tx, grant, &[line]).await
}

/// One line to be appended.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub object_id: Uuid,
    pub event: Event,
    pub version: Version,
    pub fields: Vec<FieldChange>,
}

/// Appends many lines; they are stored when the transaction commits.
#[allow(clippy::unused_async, reason = "callers write it among statements they wait for")]
pub(crate) async fn append_all(tx: &mut Tx, grant: &Grant, lines: &[Line]) -> Result<()> {
    append_about(tx, grant, grant.object(), lines)
}

/// The same about another kind of object than the grant names: an import makes customers.
pub(crate) fn append_about(
    tx: &mut Tx,
    grant: &Grant,
    object: Object,
    lines: &[Line],
) -> Result<()> {
    for line in lines {
        let fields = encode(&line.fields)?;
        let pending = pending(grant, object, line, fields)?;
        tx.lines.push(pending);
    }
    Ok(())
}

/// Appends the line that a record left for good, and takes away what older lines say about people.
pub(crate) fn append_purged(
    tx: &mut Tx,
    grant: &Grant,
    object_id: Uuid,
    version: Version,
    erases: Vec<i64>,
) -> Result<()> {
    let line = Line { object_id, event: Event::Purged, version, fields: Vec::new() };
    let pending = pending(grant, grant.object(), &line, encode(&[])?)?;
    tx.lines.push(Pending { erases, ..pending });
    Ok(())
}

/// The line as it is stored. Whoever looks as somebody else reads in their place, and changes nothing: a change that
/// asked the policy for less than it takes ends here.
fn pending(grant: &Grant, object: Object, line: &Line, fields: String) -> Result<Pending> {
    let via = grant.via();
    let (user, on_behalf_of) = match grant.viewer() {
        None => (grant.user(), via.on_behalf_of),
        Some(viewer) if line.event.is_of_reading() => (viewer, Some(grant.user())),
        Some(_) => return Err(Failure::ViewingAs.into()),
    };
    Ok(Pending {
        at: grant.now(),
        user,
        on_behalf_of,
        origin: grant.origin().code().into(),
        object: object.code().into(),
        object_id: line.object_id,
        event: line.event.code().into(),
        version: line.version,
        fields,
        address: via.address.map(|address| address.to_string()).unwrap_or_default(),
        agent: via.agent.code(),
        erases: Vec::new(),
    })
}

const ABOUT: &str = "SELECT number FROM audit_log WHERE erased_by IS NULL AND (object_id = $1 OR object_id IN \
     (SELECT id FROM activity WHERE subject_id = $1) OR object_id IN \
     (SELECT id FROM sales_order WHERE account_id = $1) OR object_id IN \
     (SELECT id FROM feedback_case WHERE account_id = $1)) ORDER BY number";

/// The lines about a record, the notes on it, and the orders and cases of a customer, ascending.
pub(crate) async fn lines_about(tx: &mut Tx, object_id: Uuid) -> Result<Vec<i64>> {
    Ok(on_tx!(tx, |connection| {
        sqlx::query_scalar(ABOUT).bind(object_id).fetch_all(connection).await
    })?)
}

/// The JSON of the changed fields, as the column holds it.
fn encode(fields: &[FieldChange]) -> Result<String> {
    serde_json::to_string(fields).map_err(|_| StoreError::Unreadable("audit_log.fields"))
}

/// Compares two sets of fields and keeps those that differ, in the order of `before`.
pub(crate) fn differences<'a>(
    before: impl IntoIterator<Item = (&'a str, String)>,
    after: impl IntoIterator<Item = (&'a str, String)>,
) -> Vec<FieldChange> {
    before
        .into_iter()
        .zip(after)
        .filter(|((_, old), (_, new))| old != new)
        .map(|((field, before), (_, after))| FieldChange { field: field.to_owned(), before, after })
        .collect()
}

#[derive(FromRow)]
struct StoredLine {
    number: i64,
    at: Instant,
    user_id: UserId,
    name: Option<String>,
    origin: String,
    event: String,
    version: Version,
    fields: String,
}

const HISTORY: &str = "SELECT l.number, l.at, l.user_id, u.name, l.origin, l.event, l.version, l.fields \
                       FROM audit_log l LEFT JOIN \"user\" u ON u.id = l.user_id \
                       WHERE l.object_id = $1 AND l.number < $2 ORDER BY l.number DESC LIMIT $3";

/// What happened to one record, newest first, from below the line `before`; with line numbers.
/// The caller has been checked against the record already.
pub(crate) async fn history(
    held: Connection<'_>,
    object_id: Uuid,
    before: i64,
    limit: i64,
) -> Result<Vec<(i64, Change)>> {
    let lines: Vec<StoredLine> = on_connection!(held, |connection| {
        sqlx::query_as(HISTORY).bind(object_id).bind(before).bind(limit).fetch_all(connection).await
    })?;
    lines
        .into_iter()
        .map(|line| {
            let event =
                Event::from_code(&line.event).ok_or(StoreError::Unreadable("audit_log.event"))?;
            Ok((
                line.number,
                Change {
                    event,
                    at: line.at,
                    by: line.user_id,
                    by_name: line.name.unwrap_or_default(),
                    origin: line.origin,
                    version: line.version,
                    fields: decode(&line.fields)?,
                },
            ))
        })
        .collect()
}

fn decode(fields: &str) -> Result<Vec<FieldChange>> {
    serde_json::from_str(fields).map_err(|_| StoreError::Unreadable("audit_log.fields"))
}

const SINCE: &str = "SELECT l.number, l.at, l.user_id, u.name, l.origin, l.event, l.version, l.fields \
                     FROM audit_log l LEFT JOIN \"user\" u ON u.id = l.user_id \
                     WHERE l.object_id = $1 AND l.version > $2 ORDER BY l.number";

/// Which fields others changed after `version`, and who did last; inside the writing transaction.
pub(crate) async fn changed_since(
    tx: &mut Tx,
    object_id: Uuid,
    version: Version,
) -> Result<(Vec<String>, String)> {
    let lines: Vec<StoredLine> = on_tx!(tx, |connection| {
        sqlx::query_as(SINCE).bind(object_id).bind(version).fetch_all(connection).await
    })?;
    let mut fields = Vec::new();
    let mut by = String::new();
    for line in lines {
        fields.extend(decode(&line.fields)?.into_iter().map(|change| change.field));
        by = line.name.unwrap_or_default();
    }
    Ok((fields, by))
}
