//! What several records of a list went through in one step, as far as it takes to take it back.

use crate::id::{AccountId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A record that somebody else was put in charge of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reassigned {
    /// The customer, the person or the deal.
    pub id: Uuid,
    /// Who was in charge before.
    pub before: Option<UserId>,
}

/// A customer that got tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tagged {
    /// Which.
    pub account: AccountId,
    /// Those that it did not have before.
    pub tags: Vec<String>,
}
