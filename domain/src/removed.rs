//! What was taken off a record, and comes back as it was when that is undone.

use crate::{
    address::Address,
    contact::ContactPoint,
    id::{AccountId, PersonId},
    note::Subject,
    person::Employment,
};
use serde::{Deserialize, Serialize};

/// One thing that was removed, with what cannot be typed again: its place and its marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removed {
    /// A phone, an e-mail or the like.
    Contact {
        /// Of whom.
        of: Subject,
        /// What it was.
        point: ContactPoint,
        /// How many stood before it.
        place: u16,
    },
    /// A postal address.
    Address {
        /// Of whom.
        of: AccountId,
        /// What it was.
        address: Address,
        /// How many stood before it.
        place: u16,
    },
    /// Where a person worked.
    Job {
        /// Who.
        of: PersonId,
        /// Where, as what, and whether it was the main one.
        job: Employment,
    },
}
