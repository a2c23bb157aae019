//! What people wrote, did and plan about the deals of a customer, as a part of the customer's timeline: only of the deals
//! that the reader sees.

use super::{COLUMNS, Row, named};
use crate::{
    db::{Connection, Reading, on_connection},
    dialect::push_limit,
    error::Result,
    within,
};
use const_format::concatcp;
use domain::{
    id::{AccountId, ActivityId},
    note::{RecordName, Subject, TimelinePlace},
    policy::{Caller, Scope},
    time::Instant,
};
use sqlx::QueryBuilder;
use std::collections::HashMap;

/// Goes on with the customer. `CROSS JOIN` tells SQLite where to begin: at the few deals, whose activities an index has in
/// the order of time.
const HEAD: &str = concatcp!(
    COLUMNS,
    "n.id IN (SELECT d.id FROM (SELECT i.id FROM opportunity o CROSS JOIN activity i WHERE i.subject_id = o.id \
     AND o.deleted_at IS NULL AND i.deleted_at IS NULL AND o.account_id = "
);
const NEWEST: &str = " ORDER BY i.at DESC, i.id DESC";
const SOONEST: &str = " ORDER BY i.due_at = 0, i.due_at, i.id";

/// Adds what was written and done about the customer's deals to what was about the customer, as far as a page of both
/// holds it. `own` has up to `limit` rows from `place` on; what is older than all of a full page is not looked at.
pub(super) async fn join_happened(
    held: Connection<'_>,
    scope: &Scope,
    account: AccountId,
    place: TimelinePlace,
    limit: i64,
    own: &mut Vec<Row>,
) -> Result<()> {
    let is_full = usize::try_from(limit).is_ok_and(|limit| own.len() >= limit);
    let last = own.last().filter(|_| is_full).map(|row| (row.at, row.id));
    let (at, id) = last.unwrap_or((Instant(i64::MIN), ActivityId::NIL));
    let rows: Vec<Row> = on_connection!(held, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(HEAD);
        statement.push_bind(account).push(" AND NOT i.is_open AND (i.at, i.id) < (");
        statement.push_bind(place.note_at).push(", ").push_bind(place.note);
        statement.push(") AND (i.at, i.id) > (").push_bind(at).push(", ").push_bind(id).push(")");
        within::push_opportunities(&mut statement, scope);
        statement.push(NEWEST);
        push_limit(&mut statement, limit).push(") d)");
        statement.build_query_as().fetch_all(connection).await
    })?;
    own.extend(rows);
    own.sort_by_key(|row| std::cmp::Reverse((row.at, row.id)));
    own.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(())
}

/// The same for what is planned, the soonest first.
pub(super) async fn join_planned(
    held: Connection<'_>,
    scope: &Scope,
    account: AccountId,
    limit: i64,
    own: &mut Vec<Row>,
) -> Result<()> {
    let rows: Vec<Row> = on_connection!(held, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(HEAD);
        statement.push_bind(account).push(" AND i.is_open");
        within::push_opportunities(&mut statement, scope);
        statement.push(SOONEST);
        push_limit(&mut statement, limit).push(") d)");
        statement.build_query_as().fetch_all(connection).await
    })?;
    own.extend(rows);
    own.sort_by_key(|row| (!row.due_at.is_set(), row.due_at, row.id));
    own.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(())
}

/// The deals that rows on the timeline of `subject` are about, by their names.
pub(super) async fn names(
    reading: &mut Reading,
    caller: &Caller,
    subject: Subject,
    rows: &[&[Row]],
) -> Result<HashMap<Subject, RecordName>> {
    let about = rows.iter().copied().flatten().map(Row::subject);
    let mut others = about.collect::<Result<Vec<_>>>()?;
    others.retain(|about| *about != subject);
    if others.is_empty() {
        return Ok(HashMap::new());
    }
    named::seen(reading.connection(), caller, &others).await
}
