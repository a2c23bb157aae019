//! What is shared with a user: single records beyond those that the reach of a right comes to. A share widens whose
//! records somebody sees or changes, never what they may do: deleting, assigning and exporting know no shares.

use super::{Action, Object};
use crate::{
    id::{AccountId, PersonId},
    note::Subject,
    share::ShareLevel,
};
use std::sync::Arc;

/// Some customers and persons, each in the order of their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    accounts: Arc<[AccountId]>,
    people: Arc<[PersonId]>,
}

impl Records {
    fn of(records: impl Iterator<Item = Subject>) -> Self {
        let (mut accounts, mut people) = (Vec::new(), Vec::new());
        for record in records {
            match record {
                Subject::Account(id) => accounts.push(id),
                Subject::Person(id) => people.push(id),
                // Neither are shared by themselves: whoever is in charge of one sees it.
                Subject::Opportunity(_) | Subject::Case(_) => {}
            }
        }
        accounts.sort_unstable();
        accounts.dedup();
        people.sort_unstable();
        people.dedup();
        Self { accounts: accounts.into(), people: people.into() }
    }

    /// The customers.
    #[must_use]
    pub fn accounts(&self) -> &[AccountId] {
        &self.accounts
    }

    /// The persons. Those of the customers are not among them unless they are named themselves.
    #[must_use]
    pub fn people(&self) -> &[PersonId] {
        &self.people
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.people.is_empty()
    }

    /// Whether a record is among them.
    #[must_use]
    pub fn contains(&self, record: Subject) -> bool {
        match record {
            Subject::Account(id) => self.accounts.binary_search(&id).is_ok(),
            Subject::Person(id) => self.people.binary_search(&id).is_ok(),
            Subject::Opportunity(_) | Subject::Case(_) => false,
        }
    }
}

/// All that is shared with a user at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// At either level.
    seen: Records,
    /// Those among them that may be changed.
    changed: Records,
}

impl Shared {
    /// What these shares, none of which has ended, come to.
    #[must_use]
    pub fn new(shares: &[(Subject, ShareLevel)]) -> Self {
        let to_change = shares.iter().filter(|(_, level)| *level == ShareLevel::Change);
        Self {
            seen: Records::of(shares.iter().map(|(record, _)| *record)),
            changed: Records::of(to_change.map(|(record, _)| *record)),
        }
    }

    /// The records that are seen because of a share.
    #[must_use]
    pub fn seen(&self) -> &Records {
        &self.seen
    }

    /// The records that shares add to those `action` is good for.
    #[must_use]
    pub fn adding_to(&self, action: Action, object: Object) -> Records {
        match (action, object) {
            // What a customer said is seen with the customer.
            (Action::View, Object::Account | Object::Person | Object::Case) => self.seen.clone(),
            (Action::Edit, Object::Account | Object::Person) => self.changed.clone(),
            _ => Records::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn subject(number: u128) -> Subject {
        let id = Uuid::from_u128(number / 2);
        match number % 2 {
            0 => Subject::Account(AccountId(id)),
            _ => Subject::Person(PersonId(id)),
        }
    }

    proptest! {
        #[test]
        fn a_share_adds_to_seeing_and_changing_and_to_nothing_else(
            given in proptest::collection::vec((0_u128..12, any::<bool>()), 0..10),
        ) {
            let shares: Vec<(Subject, ShareLevel)> = given
                .iter()
                .map(|(number, change)| {
                    let level = if *change { ShareLevel::Change } else { ShareLevel::See };
                    (subject(*number), level)
                })
                .collect();
            let shared = Shared::new(&shares);
            for object in Object::ALL {
                for action in Action::ALL {
                    let added = shared.adding_to(action, object);
                    let known = matches!(
                        (object, action),
                        (Object::Account | Object::Person, Action::View | Action::Edit)
                            | (Object::Case, Action::View)
                    );
                    prop_assert!(known || added.is_empty());
                }
            }
            for number in 0..12 {
                let sees = shares.iter().any(|(record, _)| *record == subject(number));
                let changes = shares.contains(&(subject(number), ShareLevel::Change));
                let among = |action| shared.adding_to(action, Object::Person).contains(subject(number));
                prop_assert_eq!(among(Action::View), sees);
                prop_assert_eq!(among(Action::Edit), changes);
            }
        }
    }
}
