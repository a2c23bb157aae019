//! Lists of orders, newest day first, and what the orders of a customer come to.
//! Statements are put together from constants by what is asked; every value is bound.

use super::rows::{SUMMARY_COLUMNS, SummaryRow, currency, day};
use crate::{
    db::{Db, on_read},
    dialect::push_limit,
    error::Result,
    within,
};
use domain::{
    id::{AccountNumber, OpportunityNumber, OrderId, UserId},
    order::{FIRST_LINES, OrderRequest, OrderStatus, OrderSummary, OrderTotals},
    page::{COUNT_CAP, Count, Cursor, PAGE_ROWS, Page},
    policy::{self, Caller, Object, Rows},
};
use sqlx::{Database, Encode, QueryBuilder, Type};
use sqlx_macros::FromRow;

const TOTALS: &str = "SELECT s.currency, COUNT(*) AS orders, CAST(SUM(s.total_minor) AS BIGINT) AS total_minor, \
     MIN(s.ordered_on) AS first_day, MAX(s.ordered_on) AS last_day FROM account a CROSS JOIN sales_order s \
     WHERE s.account_id = a.id AND s.deleted_at IS NULL AND s.status <> 'cancelled' AND a.deleted_at IS NULL AND a.number = ";

const CUSTOMER_OF: &str = "SELECT a.name FROM sales_order s CROSS JOIN account a WHERE a.id = s.account_id \
     AND s.deleted_at IS NULL AND a.deleted_at IS NULL AND s.number = ";

#[derive(FromRow)]
struct TotalsRow {
    currency: String,
    orders: i64,
    total_minor: i64,
    first_day: String,
    last_day: String,
}

/// Appends the tables of a list and which orders it has. `CROSS JOIN` tells SQLite where to begin: at the few customers
/// that are asked for, whose orders an index has, or else at the orders in the order of the list.
fn push_from<D>(statement: &mut QueryBuilder<D>, caller: &Caller, request: &OrderRequest)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
    for<'q> AccountNumber: Encode<'q, D> + Type<D>,
    for<'q> OpportunityNumber: Encode<'q, D> + Type<D>,
{
    let scope = policy::sight(caller, Object::Account);
    let by_customer =
        request.account.is_some() || (*scope.rows() != Rows::All && request.deal.is_none());
    statement.push(if by_customer {
        " FROM account a CROSS JOIN sales_order s WHERE s.account_id = a.id"
    } else {
        " FROM sales_order s CROSS JOIN account a WHERE a.id = s.account_id"
    });
    statement.push(" AND s.deleted_at IS NULL AND a.deleted_at IS NULL");
    // Literals: only so does SQLite see that an index is about these rows.
    statement.push(match request.status {
        Some(OrderStatus::Confirmed) => " AND s.status = 'confirmed'",
        Some(OrderStatus::Delivering) => " AND s.status = 'delivering'",
        Some(OrderStatus::Delivered) => " AND s.status = 'delivered'",
        Some(OrderStatus::Cancelled) => " AND s.status = 'cancelled'",
        None => "",
    });
    if let Some(number) = request.account {
        statement.push(" AND a.number = ").push_bind(number);
    }
    if let Some(number) = request.deal {
        // A deal that the caller does not see has no orders to be asked for.
        statement.push(" AND s.opportunity_id = (SELECT o.id FROM opportunity o WHERE o.number = ");
        statement.push_bind(number).push(" AND o.deleted_at IS NULL");
        within::push_opportunities(statement, &policy::sight(caller, Object::Opportunity));
        statement.push(")");
    }
    within::push_accounts(statement, &scope);
}

fn cursor(row: &SummaryRow) -> Cursor {
    Cursor { key: row.ordered_on.clone(), number: row.number.0 }
}

impl Db {
    /// A page of orders, newest day first.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn order_page(
        &self,
        caller: &Caller,
        request: &OrderRequest,
    ) -> Result<Page<OrderSummary>> {
        policy::view(caller, Object::Order)?;
        policy::view(caller, Object::Account)?;
        let rows: Vec<SummaryRow> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new("SELECT ");
            statement.push(SUMMARY_COLUMNS);
            push_from(&mut statement, caller, request);
            if let Some(after) = &request.after {
                statement.push(" AND (s.ordered_on, s.number) < (").push_bind(after.key.clone());
                statement.push(", ").push_bind(after.number).push(")");
            }
            statement.push(" ORDER BY s.ordered_on DESC, s.number DESC");
            push_limit(&mut statement, i64::from(PAGE_ROWS) + 1);
            statement.build_query_as().fetch_all(pool).await
        })?;
        let mut page = Page::cut(rows, PAGE_ROWS, cursor).try_map(SummaryRow::summary)?;
        let ids: Vec<OrderId> = page.rows.iter().map(|order| order.id).collect();
        let mut lines = self.lines_of_orders(&ids, Some(FIRST_LINES)).await?;
        for row in &mut page.rows {
            row.lines = lines.remove(&row.id).unwrap_or_default();
        }
        Ok(page)
    }

    /// How many orders a list has, up to [`COUNT_CAP`]; `exact` counts on.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn order_count(
        &self,
        caller: &Caller,
        request: &OrderRequest,
        exact: bool,
    ) -> Result<Count> {
        policy::view(caller, Object::Order)?;
        policy::view(caller, Object::Account)?;
        let limit = if exact { i64::MAX } else { COUNT_CAP + 1 };
        let number: i64 = on_read!(self, |pool| {
            let mut statement =
                QueryBuilder::<Dialect>::new("SELECT COUNT(*) FROM (SELECT 1 AS one");
            push_from(&mut statement, caller, request);
            push_limit(&mut statement, limit).push(") counted");
            statement.build_query_scalar().fetch_one(pool).await
        })?;
        Ok(Count::up_to(number, COUNT_CAP, exact))
    }

    /// The name of the customer whose order has a number, if the caller sees that customer; that they see orders has been
    /// asked already.
    pub(crate) async fn customer_of_order(
        &self,
        caller: &Caller,
        number: i64,
    ) -> Result<Option<String>> {
        Ok(on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(CUSTOMER_OF);
            statement.push_bind(number);
            within::push_accounts(&mut statement, &policy::sight(caller, Object::Account));
            statement.build_query_scalar().fetch_optional(pool).await
        })?)
    }

    /// What the orders of a customer come to, a line for each currency, by its code; nothing for a customer that the
    /// caller does not see. What was called off does not count.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn order_totals(
        &self,
        caller: &Caller,
        account: AccountNumber,
    ) -> Result<Vec<OrderTotals>> {
        policy::view(caller, Object::Order)?;
        let scope = policy::view(caller, Object::Account)?;
        let rows: Vec<TotalsRow> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(TOTALS);
            statement.push_bind(account);
            within::push_accounts(&mut statement, &scope);
            statement.push(" GROUP BY s.currency ORDER BY s.currency");
            statement.build_query_as().fetch_all(pool).await
        })?;
        let totals = |row: TotalsRow| {
            Ok(OrderTotals {
                currency: currency(&row.currency)?,
                count: row.orders,
                total_minor: row.total_minor,
                first: day(&row.first_day)?,
                last: day(&row.last_day)?,
            })
        };
        rows.into_iter().map(totals).collect()
    }
}
