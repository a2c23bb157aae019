//! Words for the values of orders.

use super::Text;
use domain::order::{OrderField, OrderStatus};

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
