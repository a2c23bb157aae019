//! What happened with a customer or person that is kept elsewhere and belongs into their story: orders, cases, answers to
//! surveys.

use crate::{
    case::{CaseKind, CaseStatus},
    id::{CaseNumber, OrderNumber},
    money::Currency,
    order::OrderStatus,
    survey::AccountAnswer,
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// When; for an order the middle of its day, UTC.
    pub at: Instant,
    /// Which one among those of its kind.
    pub number: i64,
    /// What.
    pub what: Happened,
}

/// What happened, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// Something was ordered.
    Order {
        /// The order.
        number: OrderNumber,
        /// How far it is.
        status: OrderStatus,
        /// What it comes to, in minor units.
        total_minor: i64,
        /// In which currency.
        currency: Currency,
    },
    /// A case came in.
    Case {
        /// The case.
        number: CaseNumber,
        /// Which kind.
        kind: CaseKind,
        /// How far it is.
        status: CaseStatus,
        /// What it is about.
        subject: String,
    },
    /// A survey was answered.
    Answer(AccountAnswer),
}

impl Happening {
    /// Whether two are the same one, as it was and as it is.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let kind = std::mem::discriminant(&self.what);
        self.number == other.number && kind == std::mem::discriminant(&other.what)
    }
}
