//! What a customer or person asked for and complained about, as a part of their timeline.

use super::rows::{kind, status};
use crate::{
    db::{Connection, on_connection},
    dialect::push_limit,
    error::Result,
    within,
};
use domain::{
    happening::{Happened, Happening},
    id::CaseNumber,
    note::Subject,
    policy::Scope,
    time::Instant,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;

const HEAD: &str = "SELECT c.number, c.kind, c.status, c.subject, c.created_at FROM feedback_case c WHERE c.deleted_at IS NULL";

#[derive(FromRow)]
struct Row {
    number: CaseNumber,
    kind: String,
    status: String,
    subject: String,
    created_at: Instant,
}

/// Cases of a customer or person before a place, the latest first, within the scope.
pub(crate) async fn happened(
    held: Connection<'_>,
    scope: &Scope,
    subject: Subject,
    (at, number): (Instant, i64),
    limit: i64,
) -> Result<Vec<Happening>> {
    let column = match subject {
        Subject::Account(_) => " AND c.account_id = ",
        Subject::Person(_) => " AND c.person_id = ",
        Subject::Opportunity(_) | Subject::Case(_) => return Ok(Vec::new()),
    };
    let rows: Vec<Row> = on_connection!(held, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(HEAD);
        statement.push(column).push_bind(subject.id());
        statement.push(" AND (c.created_at, c.number) < (").push_bind(at);
        statement.push(", ").push_bind(number).push(")");
        within::push_cases(&mut statement, scope);
        statement.push(" ORDER BY c.created_at DESC, c.number DESC");
        push_limit(&mut statement, limit);
        statement.build_query_as().fetch_all(connection).await
    })?;
    let happening = |row: Row| {
        Ok(Happening {
            at: row.created_at,
            number: row.number.0,
            what: Happened::Case {
                number: row.number,
                kind: kind(&row.kind)?,
                status: status(&row.status)?,
                subject: row.subject,
            },
        })
    };
    rows.into_iter().map(happening).collect()
}
