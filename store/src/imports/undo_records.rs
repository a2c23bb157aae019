//! Deals, orders, cases and products of a run taken back: those it made go to the bin, or out of the list of products; those it changed
//! get back what they had.

use super::{image::Image, undo::Hand};
use crate::{
    cases::bring as cases,
    db::{Tx, on_tx},
    error::Result,
    opportunities::bring,
    orders::bring as orders,
    products,
};
use domain::{
    id::{CaseId, ImportId, OpportunityId, OrderId, ProductId},
    policy::{self, Action, Caller, Object},
};
use sqlx_macros::FromRow;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Rows about deals, orders and products that are to be taken back, last first.
const ROWS: &str = "SELECT row, record_kind, record_id, made_record, before_image FROM import_row WHERE import_id = $1 \
     AND row < $2 AND row >= $3 AND record_id IS NOT NULL AND (made_record OR before_image <> '') ORDER BY row DESC";
const SETTLED: &str =
    "UPDATE import_row SET made_record = $3, before_image = '' WHERE import_id = $1 AND row = $2";

#[derive(FromRow)]
struct Row {
    row: i64,
    record_kind: String,
    record_id: Uuid,
    made_record: bool,
    before_image: String,
}

impl Hand<'_> {
    /// Takes back the rows from `from` on and below `below` that are about deals, orders and products.
    pub(super) async fn take_back_records(
        &self,
        tx: &mut Tx,
        id: ImportId,
        below: i64,
        from: i64,
    ) -> Result<()> {
        let rows: Vec<Row> = on_tx!(&mut *tx, |connection| {
            sqlx::query_as(ROWS).bind(id).bind(below).bind(from).fetch_all(connection).await
        })?;
        if rows.is_empty() {
            return Ok(());
        }
        let made: BTreeSet<Uuid> =
            rows.iter().filter(|row| row.made_record).map(|row| row.record_id).collect();
        let touched = self.touched(tx, &made, false).await?;
        let mut kept: HashMap<i64, bool> = HashMap::new();
        for row in &rows {
            let stays = match (row.made_record, row.record_kind.as_str()) {
                (true, "opportunity") => {
                    let grant = policy::check(self.caller, Action::Delete, Object::Opportunity)?;
                    let id = OpportunityId(row.record_id);
                    touched.contains(&row.record_id) || !bring::bin(tx, &grant, id).await?
                }
                (true, "order") => {
                    let grant = policy::check(self.caller, Action::Delete, Object::Order)?;
                    let is_touched = touched.contains(&row.record_id);
                    if !is_touched {
                        orders::bin(tx, &grant, OrderId(row.record_id)).await?;
                    }
                    is_touched
                }
                (true, "case") => {
                    let grant = policy::check(self.caller, Action::Delete, Object::Case)?;
                    let is_touched = touched.contains(&row.record_id);
                    if !is_touched {
                        cases::bin(tx, &grant, CaseId(row.record_id)).await?;
                    }
                    is_touched
                }
                (true, _) => {
                    let grant = policy::check(self.caller, Action::Edit, Object::Product)?;
                    let product = ProductId(row.record_id);
                    touched.contains(&row.record_id)
                        || !products::take_off(tx, &grant, product).await?
                }
                (false, _) => {
                    restore(tx, self.caller, row).await?;
                    false
                }
            };
            kept.insert(row.row, stays);
        }
        for (row, stays) in kept {
            on_tx!(&mut *tx, |connection| {
                sqlx::query(SETTLED)
                    .bind(id)
                    .bind(row)
                    .bind(stays)
                    .execute(connection)
                    .await
                    .map(drop)
            })?;
        }
        Ok(())
    }
}

async fn restore(tx: &mut Tx, caller: &Caller, row: &Row) -> Result<()> {
    let image = Image::parse(&row.before_image)?;
    match row.record_kind.as_str() {
        "opportunity" => {
            if let Some(deal) = image.deal {
                let grant = policy::check(caller, Action::Edit, Object::Opportunity)?;
                deal.take_back(tx, &grant, OpportunityId(row.record_id)).await?;
            }
            Ok(())
        }
        "order" => {
            let grant = policy::check(caller, Action::Edit, Object::Order)?;
            orders::take_back(tx, &grant, OrderId(row.record_id), &image.order).await
        }
        "case" => {
            let grant = policy::check(caller, Action::Edit, Object::Case)?;
            cases::take_back(tx, &grant, CaseId(row.record_id), &image.case).await
        }
        _ => {
            let grant = policy::check(caller, Action::Edit, Object::Product)?;
            products::take_back(tx, &grant, ProductId(row.record_id), &image.product).await
        }
    }
}
