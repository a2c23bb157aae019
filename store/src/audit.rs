//! The trail of changes: appended inside the transaction that makes the change, read as history.
//! Owns every statement on `audit_log`.

use crate::{
    db::{Connection, Tx, on_connection, on_tx},
    error::{Result, StoreError},
};
use domain::{
    audit::{Change, Event, FieldChange},
    id::{UserId, Version},
    policy::Grant,
    time::Instant,
};
use sqlx::{FromRow, QueryBuilder};
use uuid::Uuid;

const APPEND: &str = "INSERT INTO audit_log (at, user_id, origin, object, object_id, event, version, fields) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// Appends one line. No grant, no line; no line, no commit.
pub(crate) async fn append(
    tx: &mut Tx,
    grant: &Grant,
    object_id: Uuid,
    event: Event,
    version: Version,
    fields: &[FieldChange],
) -> Result<()> {
    let fields = encode(fields)?;
    on_tx!(tx, |connection| {
        sqlx::query(APPEND)
            .bind(grant.now())
            .bind(grant.user())
            .bind(grant.origin().code())
            .bind(grant.object().code())
            .bind(object_id)
            .bind(event.code())
            .bind(version)
            .bind(fields)
            .execute(connection)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// One line to be appended.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub object_id: Uuid,
    pub event: Event,
    pub version: Version,
    pub fields: Vec<FieldChange>,
}

/// Appends many lines in one statement.
pub(crate) async fn append_all(tx: &mut Tx, grant: &Grant, lines: &[Line]) -> Result<()> {
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        rows.push((line, encode(&line.fields)?));
    }
    // SQLite takes 32,766 bound values in one statement.
    for rows in rows.chunks(500) {
        on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(
                "INSERT INTO audit_log (at, user_id, origin, object, object_id, event, version, fields) ",
            );
            statement.push_values(rows, |mut row, (line, fields)| {
                row.push_bind(grant.now())
                    .push_bind(grant.user())
                    .push_bind(grant.origin().code())
                    .push_bind(grant.object().code())
                    .push_bind(line.object_id)
                    .push_bind(line.event.code())
                    .push_bind(line.version)
                    .push_bind(fields.clone());
            });
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

/// The JSON of the changed fields, as the column holds it.
pub(crate) fn encode(fields: &[FieldChange]) -> Result<String> {
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
