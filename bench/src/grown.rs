//! What hangs on customers in a large house: deals, activities, cases, and one customer with a long timeline. Written by
//! one statement each, straight into the tables, since reading is what is measured.

use crate::{Fault, place::Place};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::{
    io::Write,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// Customers that the numbers below are for; with ten times as many, each is ten times as large.
const PER: u64 = 100_000;
/// Deals, of which one in twenty is open.
const DEALS: u64 = 100_000;
/// Activities.
const ACTIVITIES: u64 = 1_000_000;
/// Cases, of which one in ten is open.
const CASES: u64 = 200_000;
/// Entries on the timeline of one customer, however many customers there are.
const ENTRIES: u64 = 5_000;

/// Whether they are there.
const THERE: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM opportunity WHERE name_sort LIKE 'measured %' LIMIT 1) one";

const ADD_DEALS: &str = "INSERT INTO opportunity (id, name, name_sort, account_id, pipeline_id, stage_id, state, position, \
     stage_since, value_minor, currency, closed_at, close_reason, owner_id, created_at, created_by, updated_at, updated_by) \
     SELECT {id}, 'Measured ' || i, 'measured ' || i, a.id, s.pipeline_id, s.id, s.kind, i, {now} - i % 400 * {day}, \
     i % 997 * 10000, (SELECT currency FROM organisation), \
     CASE WHEN s.kind = 'open' THEN 0 ELSE {now} - i % 400 * {day} END, CASE WHEN s.kind = 'open' THEN '' ELSE 'price' END, \
     a.owner_id, {now} - (i % 400 + 30) * {day}, {who}, {now} - i % 400 * {day}, {who} FROM n \
     JOIN account a ON a.number = 1 + i * 7919 % {customers} \
     JOIN stage s ON s.pipeline_id = (SELECT id FROM pipeline ORDER BY position, id LIMIT 1) \
     AND s.kind = CASE WHEN i % 20 = 0 THEN 'open' WHEN i % 20 < 12 THEN 'won' ELSE 'lost' END \
     AND (s.kind <> 'open' OR s.position = i / 20 % 4)";
/// Every open stage up to the one that a deal stands in, and that one.
const ADD_VISITS: &str = "INSERT INTO stage_change (id, opportunity_id, stage_id, entered_at, left_at, changed_by) \
     SELECT {id}, o.id, s.id, o.created_at + s.position * {day}, \
     CASE WHEN s.id = o.stage_id THEN 0 ELSE o.created_at + (s.position + 1) * {day} END, {who} FROM opportunity o \
     JOIN stage last ON last.id = o.stage_id JOIN stage s ON s.pipeline_id = o.pipeline_id \
     AND (s.id = o.stage_id OR (s.kind = 'open' AND s.position < last.position)) WHERE o.name_sort LIKE 'measured %'";
const ADD_ACTIVITIES: &str = "INSERT INTO activity (id, kind, subject_id, subject_kind, title, body, owner_id, done_at, at, \
     created_at, created_by, updated_at, updated_by) SELECT {id}, \
     CASE i % 4 WHEN 0 THEN 'note' WHEN 1 THEN 'call' WHEN 2 THEN 'visit' ELSE 'meeting' END, a.id, 'account', 'Measured', \
     'Spoke about prices', CASE WHEN i % 4 = 0 THEN NULL ELSE COALESCE(a.owner_id, {who}) END, \
     CASE WHEN i % 4 = 0 THEN 0 ELSE {now} - i % 700 * {day} END, {now} - i % 700 * {day}, {now} - i % 700 * {day}, \
     COALESCE(a.owner_id, {who}), {now} - i % 700 * {day}, {who} FROM n JOIN account a ON a.number = 1 + i * 7919 % {customers}";
const ADD_CASES: &str = "INSERT INTO feedback_case (id, kind, subject, priority, status, is_open, channel, account_id, owner_id, \
     first_due_at, first_answered_at, solve_due_at, solved_at, paused_since, due_at, last_message_at, created_at, created_by, \
     updated_at, updated_by) SELECT {id}, \
     CASE i % 3 WHEN 0 THEN 'complaint' WHEN 1 THEN 'question' ELSE 'suggestion' END, 'Measured ' || i, \
     CASE i % 4 WHEN 0 THEN 'urgent' WHEN 1 THEN 'high' WHEN 2 THEN 'normal' ELSE 'low' END, \
     CASE WHEN i % 10 = 0 THEN 'new' ELSE 'resolved' END, i % 10 = 0, 'phone', a.id, a.owner_id, \
     {now} + (1 - i % 700) * {day}, CASE WHEN i % 10 = 0 THEN 0 ELSE {now} - i % 700 * {day} END, \
     {now} + (2 - i % 700) * {day}, CASE WHEN i % 10 = 0 THEN 0 ELSE {now} + (i % 4 - i % 700) * {day} END, \
     CASE WHEN i % 10 = 0 THEN 0 ELSE {now} + (i % 4 - i % 700) * {day} END, {now} + (1 - i % 700) * {day}, \
     {now} - i % 700 * {day}, {now} - i % 700 * {day}, {who}, {now} - i % 700 * {day}, {who} FROM n \
     JOIN account a ON a.number = 1 + i * 7919 % {customers}";
const ADD_ENTRIES: &str = "INSERT INTO activity (id, kind, subject_id, subject_kind, body, at, created_at, created_by, updated_at, \
     updated_by) SELECT {id}, 'note', a.id, 'account', 'Entry ' || i, {now} - i * 3600000, {now} - i * 3600000, {who}, \
     {now} - i * 3600000, {who} FROM n JOIN account a ON a.number = {long}";

/// The customer with the long timeline.
pub fn long(customers: u64) -> u64 {
    customers / 2
}

/// An id as the store makes them, of which the first half is the instant `{at}`: what came together lies together.
const SQLITE_ID: &str = "unhex(printf('%012x', {at}) || '7' || substr(hex(randomblob(2)), 2) || '8' || \
     substr(hex(randomblob(8)), 2))";
const POSTGRES_ID: &str = "CAST(lpad(to_hex(CAST({at} AS BIGINT)), 12, '0') || '7' || substr(md5(random()::text), 1, 3) \
     || '8' || substr(md5(random()::text), 1, 15) AS UUID)";

/// A statement with its numbers in place; they are all ours. Its rows have ids of the instant `at`.
fn statement(text: &str, at: &str, count: u64, customers: u64, is_sqlite: bool) -> String {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let series = format!(
        "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
    );
    let text = text
        .replace("{id}", if is_sqlite { SQLITE_ID } else { POSTGRES_ID })
        .replace("{at}", at)
        .replace("{now}", &passed.as_millis().to_string())
        .replace("{day}", "86400000")
        .replace("{who}", "(SELECT id FROM \"user\" ORDER BY created_at, id LIMIT 1)")
        .replace("{customers}", &customers.to_string())
        .replace("{long}", &long(customers).to_string());
    format!("{series}{text}")
}

/// Fills it in through a connection, all or nothing, unless it is there. A macro: the drivers share no type for it.
macro_rules! fill {
    ($connection:expr, $customers:expr, $is_sqlite:expr, $out:expr) => {{
        let mut connection = $connection;
        let mut tx = connection.begin().await?;
        let there: i64 = sqlx::query_scalar(THERE).fetch_one(&mut *tx).await?;
        let times = ($customers / PER).max(1);
        let all = [
            ("deals", ADD_DEALS, "{now} - (i % 400 + 30) * {day}", DEALS * times),
            ("stages that deals stood in", ADD_VISITS, "o.created_at + s.position * {day}", 1),
            ("activities", ADD_ACTIVITIES, "{now} - i % 700 * {day}", ACTIVITIES * times),
            ("cases", ADD_CASES, "{now} - i % 700 * {day}", CASES * times),
            ("entries of one customer", ADD_ENTRIES, "{now} - i * 3600000", ENTRIES),
        ];
        let began = Instant::now();
        for (what, text, at, count) in all.into_iter().filter(|_| there == 0) {
            let text = statement(text, at, count, $customers, $is_sqlite);
            let done = sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *tx).await?;
            writeln!($out, "{what}: {} ({:.0?})", done.rows_affected(), began.elapsed())?;
        }
        tx.commit().await?;
        connection.close().await?;
    }};
}

/// Fills it in unless it is there.
///
/// # Errors
/// When the database does not take it.
pub async fn grow(place: &Place, customers: u64, out: &mut dyn Write) -> Result<(), Fault> {
    if let Some(address) = &place.address {
        fill!(PgConnection::connect(address).await?, customers, false, out);
    } else {
        let file = format!("sqlite://{}", place.folder.join("rapport.db").display());
        fill!(SqliteConnection::connect(&file).await?, customers, true, out);
    }
    Ok(())
}
