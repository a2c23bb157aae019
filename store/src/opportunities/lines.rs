//! What is on offer in a deal: its lines are replaced as a whole.

use super::{
    edit::{change, touch},
    held,
};
use crate::{
    audit,
    db::{Connection, Db, Tx, on_connection, on_tx},
    dialect::pieces,
    error::{Result, StoreError},
    products,
    rows::{choice, new_id},
};
use domain::{
    audit::Event,
    failure::{Conflict, ConflictField, Failure},
    field::FieldError,
    id::{OpportunityId, ProductId, Version},
    money::{self, Currency},
    policy::{self, Action, Caller, Object},
    product::{LineDraft, MOST_LINES, MOST_PIECES, MOST_PRICE, ProductLine},
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::BTreeSet;

/// The name of the lines in the trail.
pub(super) const LINES: &str = "products";

const OF: &str = "SELECT l.product_id, p.code, p.name, l.quantity, l.price_minor FROM opportunity_product l \
     JOIN product p ON p.id = l.product_id WHERE l.opportunity_id = $1 ORDER BY l.position, l.id";
const CLEAR: &str = "DELETE FROM opportunity_product WHERE opportunity_id = $1";
const INSERT: &str = "INSERT INTO opportunity_product (id, opportunity_id, product_id, quantity, price_minor, position) ";

#[derive(FromRow)]
struct Row {
    product_id: ProductId,
    code: String,
    name: String,
    quantity: i64,
    price_minor: i64,
}

/// The lines of a deal the caller has been checked against.
pub(super) async fn of(held: Connection<'_>, id: OpportunityId) -> Result<Vec<ProductLine>> {
    let rows: Vec<Row> = on_connection!(held, |connection| {
        sqlx::query_as(OF).bind(id).fetch_all(connection).await
    })?;
    let line = |row: Row| ProductLine {
        product: row.product_id,
        code: row.code,
        name: row.name,
        quantity: row.quantity,
        price_minor: row.price_minor,
    };
    Ok(rows.into_iter().map(line).collect())
}

impl Db {
    /// Says what is on offer in a deal, in the order given; prices are in the deal's currency. The value of the deal
    /// stays what people say it is.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`]; [`Failure::Invalid`] under `lines` for a product that is not there or, on
    /// a line that is new, out of use; [`Failure::Conflict`] when somebody else changed the lines since `seen`.
    pub async fn set_opportunity_lines(
        &self,
        caller: &Caller,
        id: OpportunityId,
        seen: Version,
        lines: &[LineDraft],
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Opportunity)?;
        if lines.len() > MOST_LINES {
            return Err(StoreError::field("lines", FieldError::TooMany { max: MOST_LINES }));
        }
        let within = |line: &LineDraft| {
            (1..=MOST_PIECES).contains(&line.quantity)
                && (0..=MOST_PRICE).contains(&line.price_minor)
        };
        if !lines.iter().all(within) {
            let out = FieldError::OutOfRange { min: 1, max: MOST_PIECES };
            return Err(StoreError::field("lines", out));
        }
        let mut tx = self.begin().await?;
        let row = held(&mut tx, &grant, id).await?;
        let currency = choice(Currency::try_from(row.currency), "opportunity.currency")?;
        let before = of(tx.connection(), id).await?;
        let on_it: BTreeSet<ProductId> = before.iter().map(|line| line.product).collect();
        let wanted = lines.iter().map(|line| line.product).collect();
        products::names_of_sold(&mut tx, &wanted, &on_it).await?;
        replace(&mut tx, id, lines).await?;
        let after = of(tx.connection(), id).await?;
        if before == after {
            return Ok(row.version);
        }
        let [before, after] = [before, after].map(|lines| described(&lines, currency));
        if row.version != seen {
            let (changed, by) = audit::changed_since(&mut tx, id.0, seen).await?;
            if changed.iter().any(|field| field == LINES) {
                let fields =
                    vec![ConflictField { field: LINES.to_owned(), theirs: before, mine: after }];
                let version = row.version;
                return Err(Failure::Conflict(Conflict { version, by, fields }).into());
            }
        }
        let version = touch(&mut tx, &grant, id).await?;
        let changes = [change(LINES, before, after)];
        audit::append(&mut tx, &grant, id.0, Event::Changed, version, &changes).await?;
        tx.commit().await?;
        Ok(version)
    }
}

/// Puts lines in the place of those that a deal has.
pub(super) async fn replace(tx: &mut Tx, id: OpportunityId, lines: &[LineDraft]) -> Result<()> {
    on_tx!(&mut *tx, |connection| {
        sqlx::query(CLEAR).bind(id).execute(connection).await.map(drop)
    })?;
    let numbered = (0..).zip(lines).map(|(position, line)| (id, position, *line));
    insert(tx, &numbered.collect::<Vec<_>>()).await
}

/// Adds lines to deals, each with its place in its deal.
pub(super) async fn insert(tx: &mut Tx, lines: &[(OpportunityId, i64, LineDraft)]) -> Result<()> {
    for lines in pieces(lines) {
        on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(INSERT);
            statement.push_values(lines, |mut row, (id, position, line)| {
                row.push_bind(new_id())
                    .push_bind(*id)
                    .push_bind(line.product)
                    .push_bind(line.quantity)
                    .push_bind(line.price_minor)
                    .push_bind(*position);
            });
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

/// Keeps the figures of the prices of a deal that is held when its currency becomes another one with other decimals, as
/// its value keeps them.
pub(super) async fn in_currency(
    tx: &mut Tx,
    id: OpportunityId,
    from: Currency,
    to: Currency,
) -> Result<()> {
    if from.decimals() == to.decimals() {
        return Ok(());
    }
    let mut lines = Vec::new();
    for line in of(tx.connection(), id).await? {
        let price_minor = money::in_currency(line.price_minor, from, to)
            .map_err(|error| StoreError::field("currency", error))?;
        lines.push(LineDraft { product: line.product, quantity: line.quantity, price_minor });
    }
    replace(tx, id, &lines).await
}

/// Lines as the trail says them.
pub(super) fn described(lines: &[ProductLine], currency: Currency) -> String {
    let one = |line: &ProductLine| {
        let price = money::plain(line.price_minor, currency.decimals());
        format!("{} × {} @ {price}", line.code, line.quantity)
    };
    lines.iter().map(one).collect::<Vec<_>>().join(", ")
}
