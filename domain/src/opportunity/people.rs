//! The people of a deal, and what each of them is to the purchase.

use crate::{account::choices, id::PersonNumber};
use serde::{Deserialize, Serialize};

/// Most people of one deal.
pub const MOST_PEOPLE: usize = 50;

/// Stands between the number of a person and the role, where the trail tells of both.
const AS: char = ':';

choices! {
    /// What somebody is to a purchase, as sales people call it.
    BuyingRole {
        /// Says yes or no.
        DecisionMaker = "decision_maker" ["决策人"],
        /// Speaks for us inside.
        Champion = "champion" ["内部支持者"],
        /// Is listened to.
        Influencer = "influencer" ["影响者"],
        /// Will work with it.
        User = "user" ["使用者"],
        /// Says whether it fits.
        Technical = "technical" ["技术评估"],
        /// Negotiates and orders.
        Purchasing = "purchasing" ["采购"],
        /// Decides who is let through.
        Gatekeeper = "gatekeeper" ["把关人"],
    }
}

/// One of the people of a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealPerson {
    /// Who.
    pub number: PersonNumber,
    /// Their name.
    pub name: String,
    /// What they are to the purchase, if somebody said so.
    pub role: Option<BuyingRole>,
    /// Whether this is the main contact.
    pub is_main: bool,
}

/// A person of a deal as the trail keeps it: `P-3`, or `P-3:user` with a role.
#[must_use]
pub fn participant(number: PersonNumber, role: Option<BuyingRole>) -> String {
    match role {
        Some(role) => format!("{number}{AS}{}", role.code()),
        None => number.to_string(),
    }
}

/// The number and the role of what [`participant`] wrote; other values are all number.
#[must_use]
pub fn read_participant(raw: &str) -> (&str, Option<BuyingRole>) {
    raw.split_once(AS)
        .and_then(|(number, role)| Some((number, Some(BuyingRole::parse(role).ok()?))))
        .unwrap_or((raw, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_trail_keeps_reads_back() {
        for role in BuyingRole::ALL.iter().copied().map(Some).chain([None]) {
            let kept = participant(PersonNumber(3), role);
            assert_eq!(read_participant(&kept), ("P-3", role));
        }
        assert_eq!(read_participant("Acme: Branch"), ("Acme: Branch", None));
    }
}
