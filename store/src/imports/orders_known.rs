//! What the rows of a chunk about orders name, looked up: orders, customers and products.

use super::{
    ImportRow, OrderRow,
    deals_known::{self, FoundProduct},
    known::{Reach, on_reach, push_list},
    named_accounts::{self, FoundAccount, Named, NamedAccounts},
};
use crate::{
    db::{on_read, on_tx},
    error::Result,
    products,
};
use domain::{
    id::{AccountId, OrderId, OrderNumber},
    time::Instant,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A stored order that a row may be about.
#[derive(Clone, Debug, FromRow)]
pub(super) struct FoundOrder {
    pub id: OrderId,
    number: OrderNumber,
    pub account_id: AccountId,
    ordered_on: String,
    pub currency: String,
    pub total_minor: i64,
    /// How many lines it has.
    pub line_count: i64,
    external_id: Option<String>,
    deleted_at: Option<Instant>,
}

/// All that the rows of a chunk name.
#[derive(Debug, Default)]
pub(super) struct Known {
    by_key: HashMap<String, FoundOrder>,
    by_number: HashMap<i64, FoundOrder>,
    accounts: NamedAccounts,
    products: HashMap<String, products::Known>,
    /// Orders in the bin whose id a new one takes over.
    pub binned: Vec<Uuid>,
}

const ORDER: &str = "SELECT s.id, s.number, s.account_id, s.ordered_on, s.currency, s.total_minor, \
     (SELECT COUNT(*) FROM order_line l WHERE l.order_id = s.id) AS line_count, s.external_id, s.deleted_at \
     FROM sales_order s WHERE ";

/// Looks up what the rows name.
pub(super) async fn look_up(reach: &mut Reach<'_>, rows: &[ImportRow]) -> Result<Known> {
    let orders: Vec<&OrderRow> = rows.iter().filter_map(|row| row.order.as_deref()).collect();
    let system = orders.first().map(|order| order.source_system.clone()).unwrap_or_default();
    let mut known = Known::default();
    look_up_orders(reach, &system, &orders, &mut known).await?;
    let named = |order: &&OrderRow| Named {
        name: order.buyer.name.clone(),
        number: order.buyer.number,
        key: order.buyer.key.clone(),
    };
    let named: Vec<Named> = orders.iter().map(named).collect();
    known.accounts = named_accounts::look_up(reach, &system, &named).await?;
    if orders.iter().any(|order| !order.product.is_empty()) {
        known.products = deals_known::products(reach).await?;
    }
    Ok(known)
}

async fn look_up_orders(
    reach: &mut Reach<'_>,
    system: &str,
    orders: &[&OrderRow],
    known: &mut Known,
) -> Result<()> {
    let keys: BTreeSet<String> = orders.iter().map(|order| order.external_id.clone()).collect();
    if !keys.is_empty() {
        let found: Vec<FoundOrder> = on_reach!(reach, |executor| {
            let mut query = QueryBuilder::<Dialect>::new(ORDER);
            query.push("s.source_system = ").push_bind(system.to_owned());
            query.push(" AND s.external_id IN ");
            push_list!(query, &keys);
            query.build_query_as().fetch_all(executor).await
        })?;
        for order in found {
            if order.deleted_at.is_some() {
                known.binned.push(order.id.0);
            } else if let Some(key) = order.external_id.clone() {
                known.by_key.insert(key, order);
            }
        }
    }
    let numbers: BTreeSet<i64> = orders.iter().filter_map(|order| Some(order.number?.0)).collect();
    if !numbers.is_empty() {
        let found: Vec<FoundOrder> = on_reach!(reach, |executor| {
            let mut query = QueryBuilder::<Dialect>::new(ORDER);
            query.push("s.deleted_at IS NULL AND s.number IN ");
            push_list!(query, &numbers);
            query.build_query_as().fetch_all(executor).await
        })?;
        known.by_number = found.into_iter().map(|order| (order.number.0, order)).collect();
    }
    Ok(())
}

impl Known {
    /// The stored order a row is about: by its number, where customer and day say so, too, or by its id in the system of
    /// the file.
    pub(super) fn order(&self, row: &OrderRow) -> Option<&FoundOrder> {
        let numbered = row.number.and_then(|number| self.by_number.get(&number.0));
        let is_it = |found: &&FoundOrder| {
            let buyer = self.buyer(row).map(|buyer| buyer.id);
            found.ordered_on == row.data.ordered_on.to_string() && buyer == Some(found.account_id)
        };
        numbered.filter(is_it).or_else(|| self.by_key.get(&row.external_id))
    }

    /// Who bought. An id that the file gives counts before the name, and somebody of the same name who has another id
    /// there is somebody else.
    pub(super) fn buyer(&self, row: &OrderRow) -> Option<&FoundAccount> {
        let buyer = &row.buyer;
        let has_id = !buyer.id.is_empty();
        let is_free = |found: &&FoundAccount| !has_id || found.own_key.is_none();
        let named = || self.accounts.named(&buyer.name).filter(is_free);
        let keyed = || self.accounts.keyed(&buyer.key);
        let numbered = self.accounts.numbered(buyer.number, &buyer.name);
        if has_id {
            numbered.or_else(keyed).or_else(named)
        } else {
            numbered.or_else(named).or_else(keyed)
        }
    }

    /// The product of a code or a name, also written in another way.
    pub(super) fn product(&self, named: &str) -> Option<FoundProduct> {
        deals_known::product(&self.products, named)
    }

    /// Customers in the bin that have one of the ids.
    pub(super) fn binned_buyers(&self, keys: &BTreeSet<&str>) -> Vec<Uuid> {
        let binned = self.accounts.binned.iter();
        binned.filter(|(key, _)| keys.contains(key.as_str())).map(|(_, id)| *id).collect()
    }
}
