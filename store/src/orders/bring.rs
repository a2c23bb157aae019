//! Orders that a file brings: many made in few statements, lines added to those of the same run, stored ones brought up to
//! date, and all of it taken back.

use super::{
    BY_ID, DELETE, Row, TOTAL, amount, change, edit,
    lines::{self, LINES, Placed},
    values,
};
use crate::{
    audit,
    bin::mark_one,
    db::{Tx, on_tx},
    dialect::{pieces, to_change},
    error::Result,
    within,
};
use domain::{
    audit::{Event, FieldChange},
    id::{AccountId, AccountNumber, OrderId, Version},
    order::{OrderData, OrderField, OrderLine, OrderLineDraft, total_of},
    policy::Grant,
};
use sqlx::QueryBuilder;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A field of an order: which, what stood there, what stands there now.
pub(crate) type Changed = (String, String, String);

/// An order that is to be made as a file tells it.
#[derive(Clone, Debug)]
pub(crate) struct NewOrder {
    pub id: OrderId,
    pub account: AccountId,
    pub account_number: AccountNumber,
    pub data: OrderData,
    pub lines: Vec<OrderLineDraft>,
    pub source_system: String,
    pub external_id: String,
}

const INSERT: &str = "INSERT INTO sales_order (id, account_id, ordered_on, status, currency, total_minor, note, source_system, \
     external_id, created_at, created_by, updated_at, updated_by) ";
const WITH_ORDERS: &str =
    "SELECT DISTINCT account_id FROM sales_order WHERE deleted_at IS NULL AND account_id";

/// Makes orders, with a line each in the trail. Their customers are held.
pub(crate) async fn insert(tx: &mut Tx, grant: &Grant, orders: &[NewOrder]) -> Result<()> {
    let now = grant.now();
    for orders in pieces(orders) {
        on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(INSERT);
            statement.push_values(orders, |mut row, order| {
                row.push_bind(order.id)
                    .push_bind(order.account)
                    .push_bind(order.data.ordered_on.to_string())
                    .push_bind(order.data.status.code())
                    .push_bind(order.data.currency.code())
                    .push_bind(total_of(&order.lines))
                    .push_bind(order.data.note.clone())
                    .push_bind(order.source_system.clone())
                    .push_bind(order.external_id.clone())
                    .push_bind(now)
                    .push_bind(grant.user())
                    .push_bind(now)
                    .push_bind(grant.user());
            });
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    let lines: Vec<Placed<'_>> = orders
        .iter()
        .flat_map(|order| (0..).zip(&order.lines).map(|(at, line)| (order.id, at, line)))
        .collect();
    lines::insert_placed(tx, &lines).await?;
    let made = |order: &NewOrder| {
        let stored: Vec<OrderLine> = order.lines.iter().map(lines::as_stored).collect();
        let of = |field: &str, after: String| change(field, String::new(), after);
        let mut fields = vec![of("account", order.account_number.to_string())];
        fields.extend(values(&order.data).into_iter().map(|(field, value)| of(field, value)));
        fields.push(of(LINES, lines::described(&stored, &order.data)));
        fields.push(of(TOTAL, amount(total_of(&order.lines), &order.data)));
        fields.retain(|field| !field.after.is_empty());
        audit::Line { object_id: order.id.0, event: Event::Created, version: Version(1), fields }
    };
    let trail: Vec<audit::Line> = orders.iter().map(made).collect();
    audit::append_all(tx, grant, &trail).await
}

/// The row of an order whose customer is held, held too; none for one that was taken off.
async fn there(tx: &mut Tx, id: OrderId) -> Result<Option<Row>> {
    let statement = to_change!(tx, BY_ID);
    let row: Option<Row> = on_tx!(&mut *tx, |connection| {
        sqlx::query_as(statement).bind(id).fetch_optional(connection).await
    })?;
    Ok(row.filter(|row| row.deleted_at.is_none()))
}

/// Adds lines to an order behind those it has.
pub(crate) async fn add_lines(
    tx: &mut Tx,
    grant: &Grant,
    id: OrderId,
    added: &[OrderLineDraft],
) -> Result<()> {
    let Some(row) = there(tx, id).await? else { return Ok(()) };
    let data = row.data()?;
    let before = lines::of(tx.connection(), id).await?;
    let from = i64::try_from(before.len()).unwrap_or(i64::MAX);
    let placed: Vec<_> = (from..).zip(added).map(|(at, line)| (id, at, line)).collect();
    lines::insert_placed(tx, &placed).await?;
    let mut after = before.clone();
    after.extend(added.iter().map(lines::as_stored));
    let total = row.total_minor.saturating_add(total_of(added));
    let version = lines::touch(tx, grant, id, total).await?;
    let changes = [
        change(LINES, lines::described(&before, &data), lines::described(&after, &data)),
        change(TOTAL, amount(row.total_minor, &data), amount(total, &data)),
    ];
    audit::append(tx, grant, id.0, Event::Changed, version, &changes).await
}

/// Brings day, status and note of a stored order up to date as far as `fields` says; answers with what changed. Its lines
/// and their currency stay.
pub(crate) async fn bring_up_to_date(
    tx: &mut Tx,
    grant: &Grant,
    id: OrderId,
    said: &OrderData,
    fields: &[OrderField],
) -> Result<Vec<Changed>> {
    let open = fields.iter().filter(|field| **field != OrderField::Currency);
    let wanted: Vec<_> = open.map(|field| (*field, said.get(*field))).collect();
    let changes = set(tx, grant, id, &wanted).await?;
    Ok(changes.into_iter().map(|one| (one.field, one.before, one.after)).collect())
}

/// Gives fields back what stood there, those that still say what they were changed to.
pub(crate) async fn take_back(
    tx: &mut Tx,
    grant: &Grant,
    id: OrderId,
    changed: &[Changed],
) -> Result<()> {
    let Some(row) = there(tx, id).await? else { return Ok(()) };
    let now = row.data()?;
    let wanted = |(field, before, after): &Changed| {
        let field = OrderField::parse(field).ok()?;
        (now.get(field) == *after).then(|| (field, before.clone()))
    };
    let wanted: Vec<_> = changed.iter().filter_map(wanted).collect();
    set(tx, grant, id, &wanted).await.map(drop)
}

async fn set(
    tx: &mut Tx,
    grant: &Grant,
    id: OrderId,
    wanted: &[(OrderField, String)],
) -> Result<Vec<FieldChange>> {
    let Some(row) = there(tx, id).await? else { return Ok(Vec::new()) };
    let before = row.data()?;
    let mut after = before.clone();
    for (field, value) in wanted {
        // What `get` wrote, `set` reads.
        let _ = after.set(*field, value);
    }
    let changes = audit::differences(values(&before), values(&after));
    if !changes.is_empty() {
        let version = edit::write(tx, grant, &row, &after, row.total_minor).await?;
        audit::append(tx, grant, id.0, Event::Changed, version, &changes).await?;
    }
    Ok(changes)
}

/// Takes an order off the lists and totals, if it is there.
pub(crate) async fn bin(tx: &mut Tx, grant: &Grant, id: OrderId) -> Result<()> {
    match mark_one(tx, grant, id.0, DELETE).await? {
        Some(version) => audit::append(tx, grant, id.0, Event::Deleted, version, &[]).await,
        None => Ok(()),
    }
}

/// Which of some customers have orders.
pub(crate) async fn with_orders(tx: &mut Tx, accounts: &BTreeSet<Uuid>) -> Result<Vec<Uuid>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on_tx!(tx, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(WITH_ORDERS);
        within::push_ids(&mut statement, accounts.iter().copied());
        statement.build_query_scalar().fetch_all(connection).await
    })?)
}
