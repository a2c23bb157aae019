//! The bin: what was deleted and can still be taken back.

use crate::{
    id::{AccountId, CaseId, OpportunityId, PersonId, UserId},
    merge::MergeKind,
    note::Subject,
    policy::Object,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Days a deleted record stays in the bin.
pub const BIN_DAYS: i64 = 30;

/// Most records that are put into the bin, or taken out of it, by one call.
pub const AT_ONCE: usize = 200;

/// Which records of the bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BinKind {
    /// Customers.
    Accounts,
    /// Persons.
    People,
    /// Deals.
    Opportunities,
    /// Orders.
    Orders,
    /// Cases.
    Cases,
}

impl BinKind {
    /// All, in the order of the screen.
    pub const ALL: [Self; 5] =
        [Self::Accounts, Self::People, Self::Opportunities, Self::Orders, Self::Cases];

    /// What they are, for the policy.
    #[must_use]
    pub fn object(self) -> Object {
        match self {
            Self::Accounts => Object::Account,
            Self::People => Object::Person,
            Self::Opportunities => Object::Opportunity,
            Self::Orders => Object::Order,
            Self::Cases => Object::Case,
        }
    }

    /// The record of this kind with an identity; `None` for an order, which is nobody's but its customer's.
    #[must_use]
    pub fn record(self, id: Uuid) -> Option<Subject> {
        match self {
            Self::Accounts => Some(Subject::Account(AccountId(id))),
            Self::People => Some(Subject::Person(PersonId(id))),
            Self::Opportunities => Some(Subject::Opportunity(OpportunityId(id))),
            Self::Cases => Some(Subject::Case(CaseId(id))),
            Self::Orders => None,
        }
    }

    /// Which kind a record is of.
    #[must_use]
    pub fn of(record: Subject) -> Self {
        match record {
            Subject::Account(_) => Self::Accounts,
            Subject::Person(_) => Self::People,
            Subject::Opportunity(_) => Self::Opportunities,
            Subject::Case(_) => Self::Cases,
        }
    }
}

impl From<MergeKind> for BinKind {
    fn from(kind: MergeKind) -> Self {
        match kind {
            MergeKind::Accounts => Self::Accounts,
            MergeKind::People => Self::People,
        }
    }
}

/// A record in the bin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binned {
    /// Identity.
    pub id: Uuid,
    /// `C-1042`, `P-7`, `D-5`, `O-3` or `F-9`.
    pub number: String,
    /// Name; of an order that of its customer.
    pub name: String,
    /// What it is.
    pub kind: BinKind,
    /// When it was put there.
    pub deleted_at: Instant,
    /// By whom.
    pub deleted_by: Option<UserId>,
    /// When it leaves for good.
    pub leaves_at: Instant,
}
