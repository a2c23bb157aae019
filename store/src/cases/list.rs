//! Lists of cases: what is open by what is due first, or the newest first; page by page, with capped counts.
//! Statements are put together from constants by enums; every value is bound.

use super::rows::{SUMMARY_COLUMNS, SummaryRow};
use crate::{
    db::{Db, on_read},
    dialect::push_limit,
    error::Result,
    opportunities::narrowed::{push_during, push_people},
    within,
};
use domain::{
    case::{CaseOwner, CaseRequest, CaseSort, CaseState, CaseSummary, Timely},
    id::{AccountNumber, PersonNumber, UserId},
    page::{COUNT_CAP, Count, Cursor, PAGE_ROWS, Page},
    policy::{self, Caller, Object, Scope},
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Appends which cases `c` a list has.
fn push_conditions<D>(
    statement: &mut QueryBuilder<D>,
    scope: &Scope,
    caller: &Caller,
    request: &CaseRequest,
) where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> String: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
    for<'q> AccountNumber: Encode<'q, D> + Type<D>,
    for<'q> PersonNumber: Encode<'q, D> + Type<D>,
{
    statement.push("c.deleted_at IS NULL");
    // Literals: only so does SQLite see that an index is about these rows.
    statement.push(match request.state {
        CaseState::Open => " AND c.is_open",
        CaseState::Done => " AND NOT c.is_open",
        CaseState::All => "",
    });
    match request.whose {
        Some(CaseOwner::Mine) => {
            statement.push(" AND c.owner_id = ").push_bind(caller.user);
        }
        Some(CaseOwner::Nobody) => {
            statement.push(" AND c.owner_id IS NULL");
        }
        None => {}
    }
    push_people(statement, "c.owner_id", request.owner, request.team);
    for (column, code) in [
        (" AND c.kind = ", request.kind.map(|kind| kind.code())),
        (" AND c.priority = ", request.priority.map(|priority| priority.code())),
        (" AND c.status = ", request.status.map(|status| status.code())),
    ] {
        if let Some(code) = code {
            statement.push(column).push_bind(code.to_owned());
        }
    }
    if request.overdue {
        statement.push(" AND c.is_open AND c.due_at < ").push_bind(caller.now.0);
    }
    if let Some(days) = request.came {
        push_during(statement, "c.created_at", days.span(&request.zone));
    }
    if let Some(days) = request.solved {
        statement.push(" AND NOT c.is_open");
        push_during(statement, "c.solved_at", days.span(&request.zone));
    }
    match request.timely {
        Some(Timely::InTime) => {
            statement.push(" AND NOT c.is_open AND c.paused_since <= c.solve_due_at");
        }
        Some(Timely::TooLate) => {
            statement.push(" AND NOT c.is_open AND c.paused_since > c.solve_due_at");
        }
        None => {}
    }
    if let Some(number) = request.account {
        // A customer that the caller does not see has no cases to be asked for.
        statement.push(" AND c.account_id = (SELECT a.id FROM account a WHERE a.number = ");
        statement.push_bind(number).push(" AND a.deleted_at IS NULL");
        within::push_accounts(statement, &policy::sight(caller, Object::Account));
        statement.push(")");
    }
    if let Some(number) = request.person {
        statement.push(" AND c.person_id = (SELECT p.id FROM person p WHERE p.number = ");
        statement.push_bind(number).push(" AND p.deleted_at IS NULL");
        within::push_people(statement, &policy::sight(caller, Object::Person));
        statement.push(")");
    }
    within::push_cases(statement, scope);
}

/// Appends where the page starts.
fn push_after<D>(statement: &mut QueryBuilder<D>, request: &CaseRequest)
where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
{
    let Some(after) = &request.after else { return };
    match request.order() {
        CaseSort::Due => {
            let due = after.key.parse::<i64>().unwrap_or(0);
            statement.push(" AND (c.due_at, c.number) > (").push_bind(due);
            statement.push(", ").push_bind(after.number).push(")");
        }
        CaseSort::Newest => {
            statement.push(" AND c.number < ").push_bind(after.number);
        }
    }
}

fn push_order<D: Database>(statement: &mut QueryBuilder<D>, request: &CaseRequest) {
    statement.push(match request.order() {
        CaseSort::Due => " ORDER BY c.due_at, c.number",
        CaseSort::Newest => " ORDER BY c.number DESC",
    });
}

fn cursor(row: &SummaryRow) -> Cursor {
    Cursor { key: row.due_at.0.to_string(), number: row.number.0 }
}

impl Db {
    /// A page of cases.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn case_page(
        &self,
        caller: &Caller,
        request: &CaseRequest,
    ) -> Result<Page<CaseSummary>> {
        let scope = policy::view(caller, Object::Case)?;
        let rows: Vec<SummaryRow> = on_read!(self, |pool| {
            // The page is cut before customers are named, and these only as far as the reader sees them.
            let mut statement = QueryBuilder::<Dialect>::new(
                "SELECT c.*, a.number AS account_number, a.name AS account_name FROM (SELECT ",
            );
            statement.push(SUMMARY_COLUMNS).push(" FROM feedback_case c WHERE ");
            push_conditions(&mut statement, &scope, caller, request);
            push_after(&mut statement, request);
            push_order(&mut statement, request);
            push_limit(&mut statement, i64::from(PAGE_ROWS) + 1);
            statement
                .push(") c LEFT JOIN account a ON a.id = c.account_id AND a.deleted_at IS NULL");
            within::push_accounts(&mut statement, &policy::sight(caller, Object::Account));
            push_order(&mut statement, request);
            statement.build_query_as().fetch_all(pool).await
        })?;
        Page::cut(rows, PAGE_ROWS, cursor).try_map(SummaryRow::summary)
    }

    /// How many cases a list has, up to [`COUNT_CAP`]; `exact` counts on.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn case_count(
        &self,
        caller: &Caller,
        request: &CaseRequest,
        exact: bool,
    ) -> Result<Count> {
        let scope = policy::view(caller, Object::Case)?;
        let limit = if exact { i64::MAX } else { COUNT_CAP + 1 };
        let number: i64 = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(
                "SELECT COUNT(*) FROM (SELECT 1 AS one FROM feedback_case c WHERE ",
            );
            push_conditions(&mut statement, &scope, caller, request);
            push_limit(&mut statement, limit).push(") counted");
            statement.build_query_scalar().fetch_one(pool).await
        })?;
        Ok(Count::up_to(number, COUNT_CAP, exact))
    }
}
