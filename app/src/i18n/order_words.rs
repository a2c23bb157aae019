//! Words for the values of orders.

use super::Text;
use domain::order::{OrderColumn, OrderField, OrderStatus};

/// Label of an order's field.
#[must_use]
pub fn order_field(text: Text, field: OrderField) -> &'static str {
    match field {
        OrderField::OrderedOn => text.field_order_ordered_on(),
        OrderField::Status => text.field_order_status(),
        OrderField::Currency => text.field_order_currency(),
        OrderField::Note => text.field_order_note(),
    }
}

/// How far an order is.
#[must_use]
pub fn order_status(text: Text, status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Confirmed => text.choice_order_status_confirmed(),
        OrderStatus::Delivering => text.choice_order_status_delivering(),
        OrderStatus::Delivered => text.choice_order_status_delivered(),
        OrderStatus::Cancelled => text.choice_order_status_cancelled(),
    }
}

/// What a column of a file says of an order.
#[must_use]
pub fn order_column(text: Text, column: OrderColumn) -> &'static str {
    match column {
        OrderColumn::Number => text.import_target_order_number(),
        OrderColumn::Account => text.import_target_order_account(),
        OrderColumn::AccountNumber => text.import_target_account_number(),
        OrderColumn::AccountId => text.import_target_order_account_id(),
        OrderColumn::OrderedOn => text.field_order_ordered_on(),
        OrderColumn::Product => text.import_target_order_product(),
        OrderColumn::Quantity => text.import_target_order_quantity(),
        OrderColumn::Price => text.import_target_order_price(),
        OrderColumn::Amount => text.import_target_order_amount(),
        OrderColumn::Currency => text.field_order_currency(),
        OrderColumn::Status => text.field_order_status(),
        OrderColumn::Note => text.field_order_note(),
    }
}
