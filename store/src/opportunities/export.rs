//! Whole deals, many at once, for files that go out: each page of a list is one set of statements.

use super::rows::{COLUMNS, Row};
use crate::{
    db::{Db, on_read},
    error::Result,
    within::push_ids,
};
use const_format::concatcp;
use domain::{
    id::{OpportunityId, ProductId, UserId},
    opportunity::Opportunity,
    policy::{self, Action, Caller, Object, Scope},
    product::ProductLine,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::collections::HashMap;
use uuid::Uuid;

const BY_IDS: &str = concatcp!(COLUMNS, " WHERE o.deleted_at IS NULL AND o.id");
const ACCOUNTS: &str = "SELECT id, name, owner_id FROM account WHERE deleted_at IS NULL AND id";
const PEOPLE: &str =
    "SELECT id, full_name AS name, owner_id FROM person WHERE deleted_at IS NULL AND id";
const LINES: &str = "SELECT l.opportunity_id, l.product_id, p.code, p.name, l.quantity, l.price_minor \
     FROM opportunity_product l JOIN product p ON p.id = l.product_id WHERE l.opportunity_id";

#[derive(FromRow)]
struct Named {
    id: Uuid,
    name: String,
    owner_id: Option<UserId>,
}

#[derive(FromRow)]
struct LineRow {
    opportunity_id: OpportunityId,
    product_id: ProductId,
    code: String,
    name: String,
    quantity: i64,
    price_minor: i64,
}

impl Db {
    /// Deals with all that hangs on them but where they stood, in the order of `ids`; those that are gone are left out.
    /// Customers and persons are named as far as the caller sees them without their being shared.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for who may not export.
    pub async fn export_opportunities(
        &self,
        caller: &Caller,
        ids: &[OpportunityId],
    ) -> Result<Vec<Opportunity>> {
        let scope = policy::check(caller, Action::Export, Object::Opportunity)?.scope();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<Row> = on_read!(self, |pool| {
            let mut query = QueryBuilder::<Dialect>::new(BY_IDS);
            push_ids(&mut query, ids.iter().map(|id| id.0));
            query.build_query_as().fetch_all(pool).await
        })?;
        let mut rows: HashMap<OpportunityId, Row> = rows
            .into_iter()
            .filter(|row| scope.covers_owner(row.owner_id))
            .map(|row| (row.id, row))
            .collect();
        let of =
            |pick: fn(&Row) -> Option<Uuid>| rows.values().filter_map(pick).collect::<Vec<_>>();
        let accounts = of(|row| row.account_id.map(|id| id.0));
        let people = of(|row| row.person_id.map(|id| id.0));
        let seen = policy::sight(caller, Object::Account).without_shares();
        let accounts = self.named(ACCOUNTS, &accounts, &seen).await?;
        let seen = policy::sight(caller, Object::Person).without_shares();
        let people = self.named(PEOPLE, &people, &seen).await?;
        let mut lines = self.lines_of(ids).await?;
        ids.iter()
            .filter_map(|id| rows.remove(id))
            .map(|row| {
                let mut data = row.whole()?;
                let account = row.account_id.and_then(|id| accounts.get(&id.0));
                let person = row.person_id.and_then(|id| people.get(&id.0));
                data.account = data.account.filter(|_| account.is_some());
                data.person = data.person.filter(|_| person.is_some());
                Ok(Opportunity {
                    id: row.id,
                    number: row.number,
                    version: row.version,
                    data,
                    account_name: account.cloned().unwrap_or_default(),
                    person_name: person.cloned().unwrap_or_default(),
                    pipeline: row.pipeline_id,
                    stage: row.stage_id,
                    state: row.state()?,
                    stage_since: row.stage_since,
                    closed_at: row.closed_at.is_set().then_some(row.closed_at),
                    closing: row.closing()?,
                    lines: lines.remove(&row.id).unwrap_or_default(),
                    people: Vec::new(),
                    visits: Vec::new(),
                    created_at: row.created_at,
                    created_by: row.created_by,
                    updated_at: row.updated_at,
                    updated_by: row.updated_by,
                })
            })
            .collect()
    }

    /// Names of records within what is seen.
    async fn named(
        &self,
        head: &'static str,
        ids: &[Uuid],
        seen: &Scope,
    ) -> Result<HashMap<Uuid, String>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<Named> = on_read!(self, |pool| {
            let mut query = QueryBuilder::<Dialect>::new(head);
            push_ids(&mut query, ids.iter().copied());
            query.build_query_as().fetch_all(pool).await
        })?;
        let seen = rows.into_iter().filter(|row| seen.covers_owner(row.owner_id));
        Ok(seen.map(|row| (row.id, row.name)).collect())
    }

    async fn lines_of(
        &self,
        ids: &[OpportunityId],
    ) -> Result<HashMap<OpportunityId, Vec<ProductLine>>> {
        let rows: Vec<LineRow> = on_read!(self, |pool| {
            let mut query = QueryBuilder::<Dialect>::new(LINES);
            push_ids(&mut query, ids.iter().map(|id| id.0));
            query.push(" ORDER BY l.position, l.id");
            query.build_query_as().fetch_all(pool).await
        })?;
        let mut lines: HashMap<OpportunityId, Vec<ProductLine>> = HashMap::new();
        for row in rows {
            lines.entry(row.opportunity_id).or_default().push(ProductLine {
                product: row.product_id,
                code: row.code,
                name: row.name,
                quantity: row.quantity,
                price_minor: row.price_minor,
            });
        }
        Ok(lines)
    }
}
