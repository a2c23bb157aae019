//! The bin: what was deleted and can still be taken back.

use crate::{
    id::{AccountId, OpportunityId, PersonId, UserId},
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
}

impl BinKind {
    /// What they are, for the policy.
    #[must_use]
    pub fn object(self) -> Object {
        match self {
            Self::Accounts => Object::Account,
            Self::People => Object::Person,
            Self::Opportunities => Object::Opportunity,
        }
    }

    /// The record of this kind with an identity.
    #[must_use]
    pub fn record(self, id: Uuid) -> Subject {
        match self {
            Self::Accounts => Subject::Account(AccountId(id)),
            Self::People => Subject::Person(PersonId(id)),
            Self::Opportunities => Subject::Opportunity(OpportunityId(id)),
        }
    }

    /// Which kind a record is of.
    #[must_use]
    pub fn of(record: Subject) -> Option<Self> {
        match record {
            Subject::Account(_) => Some(Self::Accounts),
            Subject::Person(_) => Some(Self::People),
            Subject::Opportunity(_) => Some(Self::Opportunities),
            Subject::Case(_) => None,
        }
    }
}

/// A record in the bin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binned {
    /// Identity.
    pub id: Uuid,
    /// `C-1042`, `P-7` or `D-5`.
    pub number: String,
    /// Name.
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
