//! Whole orders, many at once, for files that go out: each page of a list is one set of statements.

use super::rows::{COLUMNS, Row};
use crate::{
    db::{Db, on_read},
    error::Result,
    within::{push_accounts, push_ids},
};
use const_format::concatcp;
use domain::{
    id::OrderId,
    order::Order,
    policy::{self, Action, Caller, Object},
};
use sqlx::QueryBuilder;
use std::collections::HashMap;

const BY_IDS: &str = concatcp!(COLUMNS, " WHERE s.deleted_at IS NULL AND s.id");

impl Db {
    /// Orders with their lines, in the order of `ids`; those that are gone, or of a customer whom the caller may not take
    /// out, are left out. The deals they come from stay out.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for who may not export orders, or customers.
    pub async fn export_orders(&self, caller: &Caller, ids: &[OrderId]) -> Result<Vec<Order>> {
        policy::check(caller, Action::Export, Object::Order)?;
        let scope = policy::check(caller, Action::Export, Object::Account)?.scope();
        let scope = scope.without_shares();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<Row> = on_read!(self, |pool| {
            let mut query = QueryBuilder::<Dialect>::new(BY_IDS);
            push_ids(&mut query, ids.iter().map(|id| id.0));
            query.push(" AND EXISTS (SELECT 1 FROM account a WHERE a.id = s.account_id");
            query.push(" AND a.deleted_at IS NULL");
            push_accounts(&mut query, &scope);
            query.push(")").build_query_as().fetch_all(pool).await
        })?;
        let mut rows: HashMap<OrderId, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
        let mut lines = self.lines_of_orders(ids, None).await?;
        ids.iter()
            .filter_map(|id| rows.remove(id))
            .map(|row| {
                let lines = lines.remove(&row.id).unwrap_or_default();
                row.whole(None, lines)
            })
            .collect()
    }
}
