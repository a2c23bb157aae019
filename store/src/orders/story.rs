//! What a customer bought, as a part of the timeline of the customer and of the deal it comes from.

use super::rows::{currency, day, status};
use crate::{
    db::{Connection, on_connection},
    dialect::push_limit,
    error::Result,
    within,
};
use domain::{
    date::Date,
    happening::{Happened, Happening},
    id::OrderNumber,
    note::Subject,
    policy::Scope,
    time::{DAY, HOUR, Instant},
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;

/// `CROSS JOIN` tells SQLite where to begin: at the orders, which an index has in the order of their days.
const HEAD: &str = "SELECT s.number, s.ordered_on, s.status, s.currency, s.total_minor FROM sales_order s CROSS JOIN account a \
     WHERE a.id = s.account_id AND s.deleted_at IS NULL AND a.deleted_at IS NULL";

#[derive(FromRow)]
struct Row {
    number: OrderNumber,
    ordered_on: String,
    status: String,
    currency: String,
    total_minor: i64,
}

/// Orders of a customer or from a deal before a place, the latest first, of the customers within the scope. The caller
/// sees the record, and orders.
pub(crate) async fn happened(
    held: Connection<'_>,
    customers: &Scope,
    subject: Subject,
    (at, number): (Instant, i64),
    limit: i64,
) -> Result<Vec<Happening>> {
    let column = match subject {
        Subject::Account(_) => " AND s.account_id = ",
        Subject::Opportunity(_) => " AND s.opportunity_id = ",
        Subject::Person(_) | Subject::Case(_) => return Ok(Vec::new()),
    };
    // Behind every day that there is.
    let before = if at.0 > LAST { "9999-99-99".to_owned() } else { of(at).to_string() };
    let rows: Vec<Row> = on_connection!(held, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(HEAD);
        statement.push(column).push_bind(subject.id());
        statement.push(" AND (s.ordered_on, s.number) < (").push_bind(before.clone());
        statement.push(", ").push_bind(number).push(")");
        within::push_accounts(&mut statement, customers);
        statement.push(" ORDER BY s.ordered_on DESC, s.number DESC");
        push_limit(&mut statement, limit);
        statement.build_query_as().fetch_all(connection).await
    })?;
    let happening = |row: Row| {
        Ok(Happening {
            at: Instant(day(&row.ordered_on)?.days() * DAY + 12 * HOUR),
            number: row.number.0,
            what: Happened::Order {
                number: row.number,
                status: status(&row.status)?,
                total_minor: row.total_minor,
                currency: currency(&row.currency)?,
            },
        })
    };
    rows.into_iter().map(happening).collect()
}

/// The last instant that has a day.
const LAST: i64 = 253_402_300_799_999;

fn of(at: Instant) -> Date {
    Date::from_days(at.0.div_euclid(DAY))
}
