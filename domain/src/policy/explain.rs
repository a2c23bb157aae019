//! Why somebody sees a record, or does not: the rights that the store obeys, as a reason to be told.

use super::{Action, Object, Reach, Role, Scope};
use crate::{
    id::{AccountNumber, UserId},
    user::User,
};
use serde::{Deserialize, Serialize};

/// Why somebody sees a record, or does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// May not sign in at all.
    Deactivated,
    /// No role shows records of this kind.
    NoRight,
    /// This role shows all of them.
    SeesAll(Role),
    /// Is in charge of it.
    InCharge,
    /// Is in charge of this customer, whom the contact person works for.
    InChargeOf(AccountNumber),
    /// This role shows own ones only, and somebody else is in charge, or nobody.
    OwnOnly(Role),
}

/// Whether a user sees a record, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Whether they see it.
    pub sees: bool,
    /// Why.
    pub because: Because,
}

/// Whether `user` sees a record that `owner` is in charge of. `customers` are those a contact person works for, with
/// who is in charge of each; none for other records.
#[must_use]
pub fn sight_of(
    user: &User,
    object: Object,
    owner: Option<UserId>,
    customers: &[(AccountNumber, Option<UserId>)],
) -> Sight {
    let reach_of = |role: &Role| role.rights().reach(Action::View, object);
    let longest = user.roles.iter().max_by_key(|role| reach_of(role)).copied();
    let reach = longest.as_ref().map(reach_of).unwrap_or_default();
    let scope = Scope { object, user: user.id, reach };
    let (sees, because) = match longest {
        _ if user.disabled => (false, Because::Deactivated),
        Some(role) if reach == Reach::All => (true, Because::SeesAll(role)),
        Some(role) if reach == Reach::Own => {
            let mut theirs = customers.iter().filter(|(_, owner)| scope.covers(*owner));
            if scope.covers(owner) {
                (true, Because::InCharge)
            } else if let Some((number, _)) = theirs.next() {
                (true, Because::InChargeOf(*number))
            } else {
                (false, Because::OwnOnly(role))
            }
        }
        _ => (false, Because::NoRight),
    };
    Sight { user: user.id, name: user.name.clone(), sees, because }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id::Version, time::Instant};
    use uuid::Uuid;

    fn user(number: u128, roles: &[Role]) -> User {
        User {
            id: UserId(Uuid::from_u128(number)),
            version: Version(1),
            email: String::new(),
            name: format!("Nr {number}"),
            roles: roles.to_vec(),
            lang: None,
            disabled: false,
            invited: false,
            second_step: false,
            last_seen_at: Instant::NEVER,
            created_at: Instant(1),
        }
    }

    #[test]
    fn the_reason_is_the_one_that_decides() {
        let (rep, other) = (user(1, &[Role::SalesRep]), UserId(Uuid::from_u128(2)));
        let told = |user: &User, owner, customers: &[(AccountNumber, Option<UserId>)]| {
            let sight = sight_of(user, Object::Person, owner, customers);
            (sight.sees, sight.because)
        };
        let customer = AccountNumber(7);
        assert_eq!(told(&rep, Some(rep.id), &[]), (true, Because::InCharge));
        assert_eq!(told(&rep, Some(other), &[]), (false, Because::OwnOnly(Role::SalesRep)));
        assert_eq!(told(&rep, None, &[]), (false, Because::OwnOnly(Role::SalesRep)));
        let both = [(AccountNumber(5), Some(other)), (customer, Some(rep.id))];
        assert_eq!(told(&rep, Some(other), &both), (true, Because::InChargeOf(customer)));
        let mixed = user(1, &[Role::SalesRep, Role::Auditor]);
        assert_eq!(told(&mixed, None, &[]), (true, Because::SeesAll(Role::Auditor)));
        assert_eq!(told(&user(1, &[]), None, &[]), (false, Because::NoRight));
        let off = User { disabled: true, ..user(1, &[Role::Admin]) };
        assert_eq!(told(&off, None, &[]), (false, Because::Deactivated));
    }
}
