//! Orders: made, read, changed, taken off and put back. Owns, with its parts, every statement on `sales_order` and
//! `order_line`. An order has no owner: it is within reach of whoever sees its customer and has the right over orders.

pub(crate) mod bring;
mod edit;
mod export;
mod lines;
mod list;
mod rows;
pub(crate) mod story;

use crate::{
    accounts, activities, audit, bin,
    db::{Db, Tx, on_connection, on_tx},
    dialect::to_change,
    error::{Result, StoreError},
    operations, opportunities,
    rows::new_id,
    within,
};
use const_format::concatcp;
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    field::FieldError,
    id::{AccountId, OperationId, OpportunityId, OpportunityNumber, OrderId, OrderNumber, Version},
    money,
    note::Subject,
    order::{Order, OrderData, OrderDraft, OrderField, OrderLine, total_of},
    policy::{self, Action, Caller, Object},
};
use rows::{COLUMNS, Row};
use std::collections::BTreeSet;

const BY_NUMBER: &str = concatcp!(COLUMNS, " WHERE s.number = $1");
const BY_ID: &str = concatcp!(COLUMNS, " WHERE s.id = $1");
const CUSTOMER_OF: &str = "SELECT account_id FROM sales_order WHERE id = $1";
const INSERT: &str = "INSERT INTO sales_order (id, account_id, opportunity_id, ordered_on, status, currency, total_minor, note, \
     created_at, created_by, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, $10) RETURNING number";
const DELETE: &str = "UPDATE sales_order SET deleted_at = $1, deleted_by = $2, updated_at = $1, updated_by = $2, \
     version = version + 1 WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const RESTORE: &str = "UPDATE sales_order SET deleted_at = NULL, deleted_by = NULL, updated_at = $1, updated_by = $2, \
     version = version + 1 WHERE id = $3 AND deleted_at IS NOT NULL RETURNING version";

impl Db {
    /// Makes an order. `operation` names the attempt: the same one sent again answers with the order it made the first
    /// time.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Invalid`] with the fields of the form: a customer or deal that is not there or not
    /// for the caller to see, a deal with another customer, products that are not sold, and `ordered_on` when the same
    /// attempt comes back with other content.
    pub async fn create_order(
        &self,
        caller: &Caller,
        operation: OperationId,
        draft: &OrderDraft,
    ) -> Result<OrderNumber> {
        let grant = policy::check(caller, Action::Create, Object::Order)?;
        let mut tx = self.begin().await?;
        let made = operations::made_before(&mut tx, caller, operation, draft, "ordered_on").await?;
        if let Some(answer) = made {
            return operations::answer(&answer);
        }
        let account = opportunities::account_to_link(&mut tx, caller, draft.account).await?;
        let deal = match draft.deal {
            Some(number) => Some(deal_to_link(&mut tx, caller, number, account).await?),
            None => None,
        };
        let on_offer = match deal {
            Some(deal) => opportunities::products_of(&mut tx, deal).await?,
            None => BTreeSet::new(),
        };
        let lines = lines::named(&mut tx, &draft.lines, &on_offer).await?;
        let id = OrderId(new_id());
        let total = total_of(&lines);
        let number: OrderNumber = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(INSERT)
                .bind(id)
                .bind(account)
                .bind(deal)
                .bind(draft.data.ordered_on.to_string())
                .bind(draft.data.status.code())
                .bind(draft.data.currency.code())
                .bind(total)
                .bind(&draft.data.note)
                .bind(grant.now())
                .bind(grant.user())
                .fetch_one(connection)
                .await
        })?;
        lines::insert(&mut tx, id, &lines).await?;
        let stored = lines::of(tx.connection(), id).await?;
        let deal = draft.deal.map(|number| number.to_string()).unwrap_or_default();
        let mut changes = vec![change("account", String::new(), draft.account.to_string())];
        changes.push(change("deal", String::new(), deal));
        let values = values(&draft.data).into_iter();
        changes.extend(values.map(|(field, value)| change(field, String::new(), value)));
        changes.push(change(lines::LINES, String::new(), lines::described(&stored, &draft.data)));
        changes.push(change(TOTAL, String::new(), amount(total, &draft.data)));
        changes.retain(|change| !change.after.is_empty());
        audit::append(&mut tx, &grant, id.0, Event::Created, Version(1), &changes).await?;
        operations::finish_attempt(&mut tx, caller, operation, &number.to_string()).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// An order with its lines, by its number.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] for one that is not there, taken off, or of a customer that the caller does
    /// not see.
    pub async fn order(&self, caller: &Caller, number: OrderNumber) -> Result<Order> {
        policy::view(caller, Object::Order)?;
        let scope = policy::view(caller, Object::Account)?;
        let mut reading = self.reading().await?;
        let row: Option<Row> = on_connection!(reading.connection(), |connection| {
            sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(connection).await
        })?;
        let row = row.filter(|row| row.deleted_at.is_none()).ok_or(Failure::Gone)?;
        within::must_cover(&mut reading, &scope, Subject::Account(row.account_id)).await?;
        let deal = row.opportunity_id.map(Subject::Opportunity);
        let seen: Vec<Subject> = deal.into_iter().collect();
        let named = activities::seen_records(reading.connection(), caller, &seen).await?;
        let deal = deal.and_then(|deal| named.get(&deal)).and_then(|deal| {
            let number: OpportunityNumber = deal.number.parse().ok()?;
            Some((number, deal.name.clone()))
        });
        let lines = lines::of(reading.connection(), row.id).await?;
        row.whole(deal, lines)
    }

    /// Takes an order off the lists and totals (`deleted`), or puts it back.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`].
    pub async fn delete_order(&self, caller: &Caller, id: OrderId, deleted: bool) -> Result<()> {
        let grant = policy::check(caller, Action::Delete, Object::Order)?;
        let mut tx = self.begin().await?;
        held(&mut tx, caller, id, !deleted).await?;
        let (statement, event) =
            if deleted { (DELETE, Event::Deleted) } else { (RESTORE, Event::Restored) };
        let marked = bin::mark_one(&mut tx, &grant, id.0, statement).await?;
        let version = marked.ok_or(Failure::Gone)?;
        audit::append(&mut tx, &grant, id.0, event, version, &[]).await?;
        tx.commit().await
    }
}

/// The name of what an order comes to in the trail.
const TOTAL: &str = "total";

/// The deal that an order comes from: one that the caller sees, and with no other customer.
async fn deal_to_link(
    tx: &mut Tx,
    caller: &Caller,
    number: OpportunityNumber,
    account: AccountId,
) -> Result<OpportunityId> {
    let unknown = || StoreError::field("deal", FieldError::Unknown);
    let (deal, with) = opportunities::to_order_from(tx, caller, number)
        .await
        .map_err(|error| opportunities::as_unknown(error, unknown()))?;
    if with == Some(account) { Ok(deal) } else { Err(unknown()) }
}

/// The row of an order that is there or, with `taken_off`, in the bin, of a customer that the caller sees. Both are held
/// until the transaction ends, the customer first: so does whoever merges customers.
async fn held(tx: &mut Tx, caller: &Caller, id: OrderId, taken_off: bool) -> Result<Row> {
    let seen = policy::check(caller, Action::View, Object::Account)?;
    let account: Option<AccountId> = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(CUSTOMER_OF).bind(id).fetch_optional(connection).await
    })?;
    let account = account.ok_or(Failure::Gone)?;
    accounts::held(tx, &seen, account).await?;
    let statement = to_change!(tx, BY_ID);
    let row: Option<Row> = on_tx!(&mut *tx, |connection| {
        sqlx::query_as(statement).bind(id).fetch_optional(connection).await
    })?;
    // With another customer by now, the next try finds it there.
    let row = row.filter(|row| row.account_id == account);
    Ok(row.filter(|row| row.deleted_at.is_some() == taken_off).ok_or(Failure::Gone)?)
}

/// Refuses an order that is not in the bin, or with a customer that the caller does not see.
pub(crate) async fn admit_binned(tx: &mut Tx, caller: &Caller, id: OrderId) -> Result<()> {
    held(tx, caller, id, true).await.map(drop)
}

/// One field of a line in the trail.
fn change(field: &str, before: String, after: String) -> FieldChange {
    FieldChange { field: field.to_owned(), before, after }
}

/// An amount as the trail says it: with its currency, which may be another one later.
fn amount(minor: i64, data: &OrderData) -> String {
    format!("{} {}", money::plain(minor, data.currency.decimals()), data.currency.code())
}

fn values(data: &OrderData) -> Vec<(&'static str, String)> {
    OrderField::ALL.iter().map(|field| (field.code(), data.get(*field))).collect()
}

/// What lines come to that are stored.
fn sum(lines: &[OrderLine]) -> i64 {
    lines.iter().fold(0, |total: i64, line| total.saturating_add(line.amount_minor))
}
