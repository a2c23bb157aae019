//! What was bought in an order: its lines are replaced as a whole, and the order's total with them.

use super::{
    TOTAL, amount, change, held,
    rows::{LineRow, currency},
    sum,
};
use crate::{
    audit,
    db::{Connection, Db, Tx, on_connection, on_read, on_tx},
    dialect::pieces,
    error::{Result, StoreError},
    products,
    rows::new_id,
    within::push_ids,
};
use domain::{
    audit::Event,
    failure::{Conflict, ConflictField, Failure},
    field::FieldError,
    id::{OrderId, ProductId, Version},
    money,
    order::{MOST_TOTAL, OrderData, OrderLine, OrderLineDraft, total_of},
    policy::{self, Action, Caller, Grant, Object},
    product::{MOST_LINES, MOST_PIECES},
};
use sqlx::QueryBuilder;
use std::collections::{BTreeSet, HashMap};

/// The name of the lines in the trail.
pub(super) const LINES: &str = "lines";

const OF: &str = "SELECT l.order_id, l.product_id, l.name, l.quantity, l.amount_minor FROM order_line l \
     WHERE l.order_id = $1 ORDER BY l.position, l.id";
const OF_SOME: &str = "SELECT l.order_id, l.product_id, l.name, l.quantity, l.amount_minor FROM order_line l WHERE l.order_id";
const CLEAR: &str = "DELETE FROM order_line WHERE order_id = $1";
const INSERT: &str =
    "INSERT INTO order_line (id, order_id, product_id, name, quantity, amount_minor, position) ";
const TOUCH: &str = "UPDATE sales_order SET total_minor = $1, version = version + 1, updated_at = $2, updated_by = $3 \
     WHERE id = $4 RETURNING version";

/// The lines of an order the caller has been checked against.
pub(super) async fn of(held: Connection<'_>, id: OrderId) -> Result<Vec<OrderLine>> {
    let rows: Vec<LineRow> = on_connection!(held, |connection| {
        sqlx::query_as(OF).bind(id).fetch_all(connection).await
    })?;
    Ok(rows.into_iter().map(LineRow::line).collect())
}

impl Db {
    /// Lines of orders that the caller has been checked against: all of them, or the `first` of each.
    pub(super) async fn lines_of_orders(
        &self,
        ids: &[OrderId],
        first: Option<usize>,
    ) -> Result<HashMap<OrderId, Vec<OrderLine>>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<LineRow> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(OF_SOME);
            push_ids(&mut statement, ids.iter().map(|id| id.0));
            if let Some(first) = first {
                let first = i64::try_from(first).unwrap_or(i64::MAX);
                statement.push(" AND l.position < ").push(first);
            }
            statement.push(" ORDER BY l.position, l.id");
            statement.build_query_as().fetch_all(pool).await
        })?;
        let mut lines: HashMap<OrderId, Vec<OrderLine>> = HashMap::new();
        for row in rows {
            lines.entry(row.order_id).or_default().push(row.line());
        }
        Ok(lines)
    }

    /// Says what was bought in an order, in the order given; amounts are in the order's currency. Its total follows.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`]; [`Failure::Invalid`] under `lines` for a product that is not there or, on
    /// a line that is new, out of use; [`Failure::Conflict`] when somebody else changed the lines, or the currency they
    /// are read in, since `seen`.
    pub async fn set_order_lines(
        &self,
        caller: &Caller,
        id: OrderId,
        seen: Version,
        lines: &[OrderLineDraft],
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Order)?;
        let mut tx = self.begin().await?;
        let row = held(&mut tx, caller, id, false).await?;
        let data = row.data()?;
        let before = of(tx.connection(), id).await?;
        let on_it: BTreeSet<ProductId> = before.iter().filter_map(|line| line.product).collect();
        let lines = named(&mut tx, lines, &on_it).await?;
        let after: Vec<OrderLine> = lines.iter().map(as_stored).collect();
        if before == after {
            return Ok(row.version);
        }
        let [said_before, said_after] = [&before, &after].map(|lines| described(lines, &data));
        if row.version != seen {
            let (changed, by) = audit::changed_since(&mut tx, id.0, seen).await?;
            if changed.iter().any(|field| field == LINES || field == "currency") {
                let mine = said_after;
                let field = LINES.to_owned();
                let fields = vec![ConflictField { field, theirs: said_before, mine }];
                let version = row.version;
                return Err(Failure::Conflict(Conflict { version, by, fields }).into());
            }
        }
        let total = total_of(&lines);
        replace(&mut tx, id, &lines).await?;
        let version = touch(&mut tx, &grant, id, total).await?;
        let mut changes = vec![change(LINES, said_before, said_after)];
        if total != row.total_minor {
            changes.push(change(TOTAL, amount(row.total_minor, &data), amount(total, &data)));
        }
        audit::append(&mut tx, &grant, id.0, Event::Changed, version, &changes).await?;
        tx.commit().await?;
        Ok(version)
    }
}

/// Lines under the names of their products where they have none of their own. Refuses more than an order can have, and
/// products that are not sold and were not on it before.
pub(super) async fn named(
    tx: &mut Tx,
    lines: &[OrderLineDraft],
    on_it: &BTreeSet<ProductId>,
) -> Result<Vec<OrderLineDraft>> {
    if lines.len() > MOST_LINES {
        return Err(StoreError::field("lines", FieldError::TooMany { max: MOST_LINES }));
    }
    let within = |line: &OrderLineDraft| {
        (1..=MOST_PIECES).contains(&line.quantity) && (0..=MOST_TOTAL).contains(&line.amount_minor)
    };
    if !lines.iter().all(within) || total_of(lines) > MOST_TOTAL {
        return Err(StoreError::field("lines", FieldError::OutOfRange { min: 0, max: MOST_TOTAL }));
    }
    let wanted: BTreeSet<ProductId> = lines.iter().filter_map(|line| line.product).collect();
    let names = products::names_of_sold(tx, &wanted, on_it).await?;
    let with_name = |line: &OrderLineDraft| {
        let known = line.product.and_then(|product| names.get(&product));
        match known {
            Some(name) if line.name.is_empty() => {
                OrderLineDraft { name: name.clone(), ..line.clone() }
            }
            _ => line.clone(),
        }
    };
    Ok(lines.iter().map(with_name).collect())
}

pub(super) fn as_stored(line: &OrderLineDraft) -> OrderLine {
    OrderLine {
        product: line.product,
        name: line.name.clone(),
        quantity: line.quantity,
        amount_minor: line.amount_minor,
    }
}

/// Puts lines in the place of those that an order has.
async fn replace(tx: &mut Tx, id: OrderId, lines: &[OrderLineDraft]) -> Result<()> {
    on_tx!(&mut *tx, |connection| {
        sqlx::query(CLEAR).bind(id).execute(connection).await.map(drop)
    })?;
    insert(tx, id, lines).await
}

/// Adds the lines of an order that has none.
pub(super) async fn insert(tx: &mut Tx, id: OrderId, lines: &[OrderLineDraft]) -> Result<()> {
    let placed: Vec<Placed<'_>> = (0..).zip(lines).map(|(at, line)| (id, at, line)).collect();
    insert_placed(tx, &placed).await
}

/// A line, its order and its place there.
pub(super) type Placed<'a> = (OrderId, i64, &'a OrderLineDraft);

/// Adds lines at places of orders that nothing stands at.
pub(super) async fn insert_placed(tx: &mut Tx, placed: &[Placed<'_>]) -> Result<()> {
    for placed in pieces(placed) {
        on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(INSERT);
            statement.push_values(placed, |mut row, (order, position, line)| {
                row.push_bind(new_id())
                    .push_bind(*order)
                    .push_bind(line.product)
                    .push_bind(line.name.clone())
                    .push_bind(line.quantity)
                    .push_bind(line.amount_minor)
                    .push_bind(*position);
            });
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

pub(super) async fn touch(tx: &mut Tx, grant: &Grant, id: OrderId, total: i64) -> Result<Version> {
    Ok(on_tx!(tx, |connection| {
        sqlx::query_scalar(TOUCH)
            .bind(total)
            .bind(grant.now())
            .bind(grant.user())
            .bind(id)
            .fetch_one(connection)
            .await
    })?)
}

/// Keeps the figures of the amounts of an order that is held when its currency becomes another one with other decimals;
/// answers with its total then.
pub(super) async fn in_currency(
    tx: &mut Tx,
    id: OrderId,
    from: &str,
    after: &OrderData,
) -> Result<i64> {
    let (from, to) = (currency(from)?, after.currency);
    let before = of(tx.connection(), id).await?;
    if from.decimals() == to.decimals() {
        return Ok(sum(&before));
    }
    let mut lines = Vec::with_capacity(before.len());
    for line in before {
        let amount_minor = money::in_currency(line.amount_minor, from, to)
            .map_err(|error| StoreError::field("currency", error))?;
        let (product, name, quantity) = (line.product, line.name, line.quantity);
        lines.push(OrderLineDraft { product, name, quantity, amount_minor });
    }
    let total = total_of(&lines);
    if total > MOST_TOTAL {
        let out = FieldError::OutOfRange { min: 0, max: MOST_TOTAL };
        return Err(StoreError::field("currency", out));
    }
    replace(tx, id, &lines).await?;
    Ok(total)
}

/// Lines as the trail says them.
pub(super) fn described(lines: &[OrderLine], data: &OrderData) -> String {
    let one = |line: &OrderLine| {
        let amount = money::plain(line.amount_minor, data.currency.decimals());
        format!("{} × {} = {amount}", line.name, line.quantity)
    };
    lines.iter().map(one).collect::<Vec<_>>().join(", ")
}
