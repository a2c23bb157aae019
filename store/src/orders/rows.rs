//! Rows of `sales_order` and `order_line` as the database gives them, and their way to domain values.

use crate::{error::Result, rows::choice};
use domain::{
    date::Date,
    id::{
        AccountId, AccountNumber, OpportunityId, OpportunityNumber, OrderId, OrderNumber,
        ProductId, UserId, Version,
    },
    money::Currency,
    order::{Order, OrderData, OrderLine, OrderStatus, OrderSummary},
    time::Instant,
};
use sqlx_macros::FromRow;

/// Everything about orders `s`, up to the condition. The customer is looked up apart: PostgreSQL would hold its row, too.
pub(super) const COLUMNS: &str = "SELECT s.number, s.id, s.version, s.account_id, \
     (SELECT a.number FROM account a WHERE a.id = s.account_id) AS account_number, \
     (SELECT a.name FROM account a WHERE a.id = s.account_id) AS account_name, s.opportunity_id, s.ordered_on, s.status, \
     s.currency, s.total_minor, s.note, s.external_id, s.created_at, s.created_by, s.updated_at, s.updated_by, s.deleted_at \
     FROM sales_order s";

#[derive(Clone, Debug, FromRow)]
pub(super) struct Row {
    pub number: OrderNumber,
    pub id: OrderId,
    pub version: Version,
    pub account_id: AccountId,
    pub account_number: AccountNumber,
    pub account_name: String,
    pub opportunity_id: Option<OpportunityId>,
    pub ordered_on: String,
    pub status: String,
    pub currency: String,
    pub total_minor: i64,
    pub note: String,
    pub external_id: Option<String>,
    pub created_at: Instant,
    pub created_by: UserId,
    pub updated_at: Instant,
    pub updated_by: UserId,
    pub deleted_at: Option<Instant>,
}

pub(super) fn day(stored: &str) -> Result<Date> {
    choice(Date::parse(stored), "sales_order.ordered_on")
}

pub(super) fn currency(stored: &str) -> Result<Currency> {
    choice(Currency::try_from(stored.to_owned()), "sales_order.currency")
}

pub(super) fn status(stored: &str) -> Result<OrderStatus> {
    choice(OrderStatus::parse(stored), "sales_order.status")
}

impl Row {
    pub(super) fn data(&self) -> Result<OrderData> {
        Ok(OrderData {
            ordered_on: day(&self.ordered_on)?,
            status: status(&self.status)?,
            currency: currency(&self.currency)?,
            note: self.note.clone(),
        })
    }

    /// The order, with the deal as far as the reader sees it.
    pub(super) fn whole(
        self,
        deal: Option<(OpportunityNumber, String)>,
        lines: Vec<OrderLine>,
    ) -> Result<Order> {
        Ok(Order {
            data: self.data()?,
            id: self.id,
            number: self.number,
            version: self.version,
            account_id: self.account_id,
            account: self.account_number,
            account_name: self.account_name,
            deal,
            external_id: self.external_id.unwrap_or_default(),
            total_minor: self.total_minor,
            lines,
            created_at: self.created_at,
            created_by: self.created_by,
            updated_at: self.updated_at,
            updated_by: self.updated_by,
        })
    }
}

/// What a row of a list shows of orders `s` of customers `a`.
pub(super) const SUMMARY_COLUMNS: &str = "s.number, s.id, s.version, a.number AS account_number, a.name AS account_name, \
     s.ordered_on, s.status, s.currency, s.total_minor, \
     (SELECT COUNT(*) FROM order_line l WHERE l.order_id = s.id) AS line_count";

#[derive(Debug, FromRow)]
pub(super) struct SummaryRow {
    pub number: OrderNumber,
    pub id: OrderId,
    pub version: Version,
    pub account_number: AccountNumber,
    pub account_name: String,
    pub ordered_on: String,
    pub status: String,
    pub currency: String,
    pub total_minor: i64,
    pub line_count: i64,
}

impl SummaryRow {
    /// Without its lines, which a page reads together.
    pub(super) fn summary(self) -> Result<OrderSummary> {
        Ok(OrderSummary {
            id: self.id,
            number: self.number,
            version: self.version,
            account: self.account_number,
            account_name: self.account_name,
            ordered_on: day(&self.ordered_on)?,
            status: status(&self.status)?,
            total_minor: self.total_minor,
            currency: currency(&self.currency)?,
            lines: Vec::new(),
            line_count: self.line_count,
        })
    }
}

#[derive(Debug, FromRow)]
pub(super) struct LineRow {
    pub order_id: OrderId,
    pub product_id: Option<ProductId>,
    pub name: String,
    pub quantity: i64,
    pub amount_minor: i64,
}

impl LineRow {
    pub(super) fn line(self) -> OrderLine {
        OrderLine {
            product: self.product_id,
            name: self.name,
            quantity: self.quantity,
            amount_minor: self.amount_minor,
        }
    }
}
