//! What lists of orders are asked for, what their rows show, and what a customer's orders come to.

use super::{OrderLine, OrderStatus};
use crate::{
    date::Date,
    id::{AccountNumber, OpportunityNumber, OrderId, OrderNumber, Version},
    money::Currency,
    page::Cursor,
};
use serde::{Deserialize, Serialize};

/// Lines of an order that a row shows; of more it says how many there are.
pub const FIRST_LINES: usize = 3;

/// An order as a row shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSummary {
    /// Identity.
    pub id: OrderId,
    /// Number people use.
    pub number: OrderNumber,
    /// Counts changes.
    pub version: Version,
    /// The customer's number.
    pub account: AccountNumber,
    /// The customer's name.
    pub account_name: String,
    /// The day it was placed.
    pub ordered_on: Date,
    /// How far it is.
    pub status: OrderStatus,
    /// What it comes to in minor units.
    pub total_minor: i64,
    /// The currency of that.
    pub currency: Currency,
    /// The first lines, [`FIRST_LINES`] at most.
    pub lines: Vec<OrderLine>,
    /// How many lines there are.
    pub line_count: i64,
}

/// What the orders of a customer come to in one currency; those that were called off count in none of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTotals {
    /// The currency.
    pub currency: Currency,
    /// How many orders.
    pub count: i64,
    /// What they come to in minor units.
    pub total_minor: i64,
    /// The day of the first one.
    pub first: Date,
    /// The day of the last one.
    pub last: Date,
}

impl OrderTotals {
    /// What an order comes to on average, in minor units, rounded half away from zero.
    #[must_use]
    pub fn average_minor(&self) -> i64 {
        let count = self.count.max(1);
        let (whole, rest) = (self.total_minor / count, self.total_minor % count);
        // As twice the rest against the count, which an odd count has no half of.
        if rest.saturating_mul(2) >= count { whole + 1 } else { whole }
    }
}

/// What a list of orders is asked for. They stand newest day first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRequest {
    /// How far they are; `None` for all.
    pub status: Option<OrderStatus>,
    /// Of one customer.
    pub account: Option<AccountNumber>,
    /// From one deal.
    pub deal: Option<OpportunityNumber>,
    /// Where to go on; `None` from the start.
    pub after: Option<Cursor>,
}

impl OrderRequest {
    /// From the query of a URL; whatever cannot be read falls back to the default.
    pub fn from_query<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        Self {
            status: get("status").and_then(|raw| OrderStatus::parse(raw).ok()),
            account: get("account").and_then(|raw| raw.parse().ok()),
            deal: get("deal").and_then(|raw| raw.parse().ok()),
            after: get("after").and_then(Cursor::decode),
        }
    }

    /// As pairs for the query of a URL, defaults left out; [`Self::from_query`] reads it back.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        [
            ("status", self.status.map(|status| status.code().to_owned())),
            ("account", self.account.map(|number| number.to_string())),
            ("deal", self.deal.map(|number| number.to_string())),
            ("after", self.after.as_ref().map(Cursor::encode)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_address_holds_the_whole_request() {
        let request = OrderRequest {
            status: Some(OrderStatus::Delivered),
            account: Some(AccountNumber(7)),
            deal: Some(OpportunityNumber(5)),
            after: Some(Cursor { key: "2026-11-30".to_owned(), number: 9 }),
        };
        let pairs: BTreeMap<_, _> = request.to_query().into_iter().collect();
        assert_eq!(OrderRequest::from_query(|key| pairs.get(key).map(String::as_str)), request);
        assert!(OrderRequest::default().to_query().is_empty());
        assert_eq!(OrderRequest::from_query(|_| Some("'; DROP TABLE")), OrderRequest::default());
    }

    #[test]
    fn an_average_is_rounded_half_away_from_zero() {
        let totals = |count, total_minor| OrderTotals {
            currency: Currency::default(),
            count,
            total_minor,
            first: Date::from_days(1),
            last: Date::from_days(1),
        };
        assert_eq!(totals(2, 5).average_minor(), 3);
        assert_eq!(totals(3, 4).average_minor(), 1);
        assert_eq!(totals(3, 5).average_minor(), 2);
        assert_eq!(totals(0, 0).average_minor(), 0);
        assert_eq!(totals(1, i64::MAX).average_minor(), i64::MAX);
    }
}
