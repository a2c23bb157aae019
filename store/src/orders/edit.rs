//! Changing fields of an order: two who change different ones both win, two who change the same one are told.

use super::{TOTAL, amount, change, held, lines, rows::Row, values};
use crate::{
    accounts::stale,
    audit,
    collision::{Both, collide},
    db::{Db, Tx, on_tx},
    error::Result,
};
use domain::{
    account::FieldEdit,
    audit::Event,
    field::FormErrors,
    id::{OrderId, Version},
    order::{OrderData, OrderField},
    policy::{self, Action, Caller, Grant, Object},
};

const UPDATE: &str = "UPDATE sales_order SET ordered_on = $1, status = $2, currency = $3, note = $4, total_minor = $5, \
     version = version + 1, updated_at = $6, updated_by = $7 WHERE id = $8 AND version = $9 AND deleted_at IS NULL \
     RETURNING version";

impl Db {
    /// Changes fields of an order. `seen` is the version the caller looked at: fields that others changed since are merged
    /// when they differ from these, and refused when they are the same and say something else. In another currency the
    /// amounts keep their figures.
    ///
    /// # Errors
    /// As [`Db::edit_opportunity`].
    pub async fn edit_order(
        &self,
        caller: &Caller,
        id: OrderId,
        seen: Version,
        edits: &[FieldEdit],
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Order)?;
        let mut tx = self.begin().await?;
        let row = held(&mut tx, caller, id, false).await?;
        let before = row.data()?;
        let after = apply(&before, edits)?;
        if row.version != seen {
            let both = |name: &str| {
                let field = OrderField::parse(name).ok()?;
                let (theirs, mine) = (before.get(field), after.get(field));
                Some(Both { field: field.code(), theirs, mine, told: true })
            };
            collide(&mut tx, row.id.0, row.version, seen, edits, both).await?;
        }
        let mut changes = audit::differences(values(&before), values(&after));
        if changes.is_empty() {
            return Ok(row.version);
        }
        let total = if before.currency == after.currency {
            row.total_minor
        } else {
            let total = lines::in_currency(&mut tx, id, &row.currency, &after).await?;
            changes.push(change(TOTAL, amount(row.total_minor, &before), amount(total, &after)));
            total
        };
        let version = write(&mut tx, &grant, &row, &after, total).await?;
        audit::append(&mut tx, &grant, id.0, Event::Changed, version, &changes).await?;
        tx.commit().await?;
        Ok(version)
    }
}

fn apply(before: &OrderData, edits: &[FieldEdit]) -> Result<OrderData> {
    let mut after = before.clone();
    let mut errors = FormErrors::default();
    for edit in edits {
        let field = OrderField::parse(&edit.field);
        errors.take(&edit.field, field.and_then(|field| after.set(field, &edit.value)));
    }
    Ok(errors.into_result(after)?)
}

pub(super) async fn write(
    tx: &mut Tx,
    grant: &Grant,
    row: &Row,
    after: &OrderData,
    total: i64,
) -> Result<Version> {
    let version: Option<Version> = on_tx!(tx, |connection| {
        sqlx::query_scalar(UPDATE)
            .bind(after.ordered_on.to_string())
            .bind(after.status.code())
            .bind(after.currency.code())
            .bind(&after.note)
            .bind(total)
            .bind(grant.now())
            .bind(grant.user())
            .bind(row.id)
            .bind(row.version)
            .fetch_optional(connection)
            .await
    })?;
    version.ok_or_else(stale)
}
