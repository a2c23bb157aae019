//! Orders: what a customer bought on which day, made from a deal, by hand or by a file, and what a customer's orders come
//! to. An order has no owner of its own: it is seen by whoever sees its customer.

mod column;
mod line;
mod list;

pub use column::OrderColumn;
pub use line::{MOST_TOTAL, OrderLine, OrderLineDraft, OrderLineForm, read_order_lines, total_of};
pub use list::{FIRST_LINES, OrderRequest, OrderSummary, OrderTotals};

use crate::{
    account::{choices, day},
    date::Date,
    field::{FieldError, FormErrors},
    id::{AccountId, AccountNumber, OpportunityNumber, OrderId, OrderNumber, UserId, Version},
    money::Currency,
    text,
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// Most characters of a note on an order.
pub const NOTE_CHARS: usize = 2_000;

choices! {
    /// How far an order is.
    OrderStatus {
        /// Agreed upon.
        Confirmed = "confirmed" ["已确认", "确认", "待发货", "new", "open", "pending", "processing", "paid"],
        /// On its way.
        Delivering = "delivering" ["交付中", "发货中", "已发货", "shipped", "in transit"],
        /// With the customer.
        Delivered = "delivered" ["已交付", "已完成", "完成", "已签收", "done", "complete", "completed", "closed", "fulfilled"],
        /// Called off: it counts in no total.
        Cancelled = "cancelled" ["已取消", "取消", "已关闭", "canceled", "refunded", "returned"],
    }
}

impl OrderStatus {
    /// Whether the order counts in what a customer spent.
    #[must_use]
    pub const fn counts(self) -> bool {
        !matches!(self, Self::Cancelled)
    }
}

choices! {
    /// A field of an order that can be changed.
    OrderField {
        /// The day it was placed.
        OrderedOn = "ordered_on" [],
        /// How far it is.
        Status = "status" [],
        /// The currency of its amounts.
        Currency = "currency" [],
        /// What is to be said about it.
        Note = "note" [],
    }
}

/// What people say about an order, but for its lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderData {
    /// The day it was placed.
    pub ordered_on: Date,
    /// How far it is.
    pub status: OrderStatus,
    /// The currency of its amounts.
    pub currency: Currency,
    /// What is to be said about it, or empty.
    pub note: String,
}

impl OrderData {
    /// An order of a day that nothing else is known of.
    #[must_use]
    pub fn on(ordered_on: Date, currency: Currency) -> Self {
        Self { ordered_on, status: OrderStatus::Confirmed, currency, note: String::new() }
    }

    /// Reads what was typed into one field. On an error the field keeps its value.
    ///
    /// # Errors
    /// The [`FieldError`] that says what to type instead.
    pub fn set(&mut self, field: OrderField, raw: &str) -> Result<(), FieldError> {
        match field {
            OrderField::OrderedOn => {
                self.ordered_on = day(raw)?.ok_or(FieldError::Required)?;
            }
            OrderField::Status => self.status = OrderStatus::parse(raw.trim())?,
            OrderField::Currency => self.currency = Currency::try_from(raw.to_owned())?,
            OrderField::Note => {
                self.note = text::paragraph(raw, NOTE_CHARS)?.unwrap_or_default();
            }
        }
        Ok(())
    }

    /// A field as a person would type it, so that [`Self::set`] reads it back equal.
    #[must_use]
    pub fn get(&self, field: OrderField) -> String {
        match field {
            OrderField::OrderedOn => self.ordered_on.to_string(),
            OrderField::Status => self.status.code().to_owned(),
            OrderField::Currency => self.currency.code().to_owned(),
            OrderField::Note => self.note.clone(),
        }
    }
}

/// Everything the form for a new order sends but its lines; absent fields are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrderForm {
    /// Number of the customer.
    pub account: String,
    /// Number of the deal it comes from.
    pub deal: String,
    /// The day it was placed.
    pub ordered_on: String,
    /// How far it is; empty means confirmed.
    pub status: String,
    /// ISO code; empty means that of the organisation.
    pub currency: String,
    /// What is to be said about it.
    pub note: String,
}

impl OrderForm {
    /// Reads the whole form and its lines; `house` is the organisation's currency.
    ///
    /// # Errors
    /// Every complaint at once, under the names of the form.
    pub fn parse(
        &self,
        lines: &[OrderLineForm],
        house: Currency,
    ) -> Result<OrderDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let account = match self.account.trim() {
            "" => Err(FieldError::Required),
            raw => raw.parse().map_err(|()| FieldError::Unknown),
        };
        let account: Option<AccountNumber> = errors.take("account", account);
        let deal = match self.deal.trim() {
            "" => None,
            raw => errors.take("deal", raw.parse().map_err(|()| FieldError::Unknown)),
        };
        let mut data = OrderData::on(Date::from_days(0), house);
        let or = |raw: &str, other: &str| {
            if raw.trim().is_empty() { other.to_owned() } else { raw.to_owned() }
        };
        for (field, raw) in [
            (OrderField::OrderedOn, self.ordered_on.clone()),
            (OrderField::Status, or(&self.status, OrderStatus::Confirmed.code())),
            (OrderField::Currency, or(&self.currency, house.code())),
            (OrderField::Note, self.note.clone()),
        ] {
            errors.take(field.code(), data.set(field, &raw));
        }
        let lines = match read_order_lines(lines, data.currency) {
            Ok(lines) => lines,
            Err(FormErrors(more)) => {
                errors.0.extend(more);
                Vec::new()
            }
        };
        let account = account.unwrap_or_default();
        errors.into_result(OrderDraft { account, deal, data, lines })
    }
}

/// An order that is ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDraft {
    /// The customer.
    pub account: AccountNumber,
    /// The deal it comes from.
    pub deal: Option<OpportunityNumber>,
    /// The fields.
    pub data: OrderData,
    /// What was bought.
    pub lines: Vec<OrderLineDraft>,
}

/// A stored order with its lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Identity.
    pub id: OrderId,
    /// Number people use.
    pub number: OrderNumber,
    /// Counts changes.
    pub version: Version,
    /// The customer.
    pub account_id: AccountId,
    /// The customer's number.
    pub account: AccountNumber,
    /// The customer's name.
    pub account_name: String,
    /// The deal it comes from, number and name, if the reader sees it.
    pub deal: Option<(OpportunityNumber, String)>,
    /// The fields.
    pub data: OrderData,
    /// The number it has in the system it came from; empty when it was made here.
    pub external_id: String,
    /// What its lines come to, in minor units.
    pub total_minor: i64,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// When it was made here.
    pub created_at: Instant,
    /// By whom.
    pub created_by: UserId,
    /// When it was last changed.
    pub updated_at: Instant,
    /// By whom.
    pub updated_by: UserId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::try_from(code.to_owned()).unwrap()
    }

    #[test]
    fn a_form_is_read_with_its_lines_and_every_complaint_is_told() {
        let form = OrderForm {
            account: "c7".to_owned(),
            deal: "D-5".to_owned(),
            ordered_on: "2026/11/3".to_owned(),
            status: "已发货".to_owned(),
            note: "By sea\n".to_owned(),
            ..OrderForm::default()
        };
        let line = OrderLineForm {
            name: "Valve".to_owned(),
            quantity: "3".to_owned(),
            price: "5".to_owned(),
            ..OrderLineForm::default()
        };
        let draft = form.parse(std::slice::from_ref(&line), currency("JPY")).unwrap();
        assert_eq!((draft.account, draft.deal), (AccountNumber(7), Some(OpportunityNumber(5))));
        assert_eq!(draft.data.ordered_on.to_string(), "2026-11-03");
        assert_eq!(draft.data.status, OrderStatus::Delivering);
        assert_eq!((draft.data.note.as_str(), total_of(&draft.lines)), ("By sea", 15));
        let wrong = OrderForm { deal: "C-1".to_owned(), ..OrderForm::default() };
        let line = OrderLineForm { quantity: "0".to_owned(), ..line };
        let errors = wrong.parse(&[line], currency("CNY")).unwrap_err();
        let names: Vec<&str> = errors.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["account", "deal", "ordered_on", "lines.0.quantity"]);
    }

    #[test]
    fn what_was_called_off_counts_in_no_total() {
        let counting = OrderStatus::ALL.iter().filter(|status| status.counts());
        assert_eq!(counting.count(), OrderStatus::ALL.len() - 1);
        assert!(!OrderStatus::Cancelled.counts());
    }

    proptest! {
        #[test]
        fn every_field_reads_back_equal(
            days in 0_i64..40_000,
            status in 0..OrderStatus::ALL.len(),
            place in 0..crate::money::CURRENCIES.len(),
            note in "[a-z]{0,9}(\n[a-z]{1,9})?",
        ) {
            let data = OrderData {
                ordered_on: Date::from_days(days),
                status: OrderStatus::ALL[status],
                currency: currency(crate::money::CURRENCIES[place].0),
                note: note.trim().to_owned(),
            };
            let mut again = OrderData::on(Date::from_days(1), Currency::default());
            for field in OrderField::ALL {
                again.set(*field, &data.get(*field)).unwrap();
            }
            prop_assert_eq!(again, data);
        }
    }
}
