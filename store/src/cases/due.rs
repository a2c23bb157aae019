//! What somebody's own open cases are due at, for the day of whoever is in charge of them.

use crate::{
    db::{Reading, on_connection},
    error::Result,
};
use domain::{
    case::Clock,
    day::CaseDue,
    id::{CaseId, CaseNumber},
    note::{RecordName, Subject},
    policy::{self, Caller, Object},
    time::Instant,
};
use sqlx_macros::FromRow;

/// What waits for the customer is due behind every instant, and so is not among them.
const DUE: &str = "SELECT c.id, c.number, c.subject, c.created_at, c.first_due_at, c.first_answered_at, c.solve_due_at \
     FROM feedback_case c WHERE c.owner_id = $1 AND c.is_open AND c.deleted_at IS NULL AND c.due_at < $2 \
     ORDER BY c.due_at, c.number LIMIT $3";

#[derive(FromRow)]
struct DueRow {
    id: CaseId,
    number: CaseNumber,
    subject: String,
    created_at: Instant,
    first_due_at: Instant,
    first_answered_at: Instant,
    solve_due_at: Instant,
}

/// The caller's open cases that are due before `end`, what is due first before others. At most `most` of them, and whether
/// there are more.
pub(crate) async fn due_of(
    reading: &mut Reading,
    caller: &Caller,
    end: Instant,
    most: usize,
) -> Result<(Vec<(CaseDue, RecordName)>, bool)> {
    if policy::view(caller, Object::Case).is_err() {
        return Ok((Vec::new(), false));
    }
    let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
    let rows: Vec<DueRow> = on_connection!(reading.connection(), |connection| {
        sqlx::query_as(DUE).bind(caller.user).bind(end).bind(limit).fetch_all(connection).await
    })?;
    let more = rows.len() > most;
    let due = |row: DueRow| {
        let clock = Clock {
            began_at: row.created_at,
            first_due_at: row.first_due_at,
            first_answered_at: row.first_answered_at,
            solve_due_at: row.solve_due_at,
            ..Clock::default()
        };
        let subject = Subject::Case(row.id);
        let record = RecordName { subject, number: row.number.to_string(), name: row.subject };
        (CaseDue { id: row.id, clock }, record)
    };
    Ok((rows.into_iter().take(most).map(due).collect(), more))
}
