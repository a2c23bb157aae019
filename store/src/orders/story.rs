//! What a customer bought, as a part of the customer's timeline.

use super::rows::{currency, day, status};
use crate::{
    db::{Connection, on_connection},
    error::Result,
};
use domain::{
    date::Date,
    happening::{Happened, Happening},
    id::{AccountId, OrderNumber},
    time::{DAY, HOUR, Instant},
};
use sqlx_macros::FromRow;

const PAGE: &str = "SELECT s.number, s.ordered_on, s.status, s.currency, s.total_minor FROM sales_order s \
     WHERE s.account_id = $1 AND s.deleted_at IS NULL AND (s.ordered_on, s.number) < ($2, $3) \
     ORDER BY s.ordered_on DESC, s.number DESC LIMIT $4";

#[derive(FromRow)]
struct Row {
    number: OrderNumber,
    ordered_on: String,
    status: String,
    currency: String,
    total_minor: i64,
}

/// Orders of a customer before a place, the latest first. The caller sees the customer, and orders.
pub(crate) async fn happened(
    held: Connection<'_>,
    account: AccountId,
    (at, number): (Instant, i64),
    limit: i64,
) -> Result<Vec<Happening>> {
    // Behind every day that there is.
    let before = if at.0 > LAST { "9999-99-99".to_owned() } else { of(at).to_string() };
    let rows: Vec<Row> = on_connection!(held, |connection| {
        sqlx::query_as(PAGE)
            .bind(account)
            .bind(before)
            .bind(number)
            .bind(limit)
            .fetch_all(connection)
            .await
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
