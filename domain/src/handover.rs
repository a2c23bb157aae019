//! Handing over: what somebody is in charge of goes to a colleague, or to nobody, for instance before they leave.

use serde::{Deserialize, Serialize};

/// Most records that go over in one call; whoever has more is asked again for the rest.
pub const HANDED_AT_ONCE: i64 = 10_000;

/// What hangs on a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holdings {
    /// Customers the user is in charge of, those in the bin left out.
    pub accounts: i64,
    /// Contact persons likewise.
    pub people: i64,
    /// Deals likewise, closed ones among them.
    pub opportunities: i64,
    /// Records that are shared with the user alone.
    pub shares: i64,
    /// Imports the user began and that have not ended.
    pub imports: i64,
}

impl Holdings {
    /// Whether there is nothing to hand over.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.accounts == 0 && self.people == 0 && self.opportunities == 0
    }
}

/// What one call handed over, and what is left for the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// Customers that went over.
    pub accounts: i64,
    /// Contact persons that did.
    pub people: i64,
    /// Deals that did.
    pub opportunities: i64,
    /// Customers, persons and deals that are left.
    pub left: i64,
}
