//! Looking at Rapport as somebody else: everything is read with the rights of whom one looks as, and nothing can be
//! changed, taken out or learnt about their own account.

use super::{Action, Caller, Grant, Held, Object, check, confirmed, decide};
use crate::{failure::Failure, id::UserId, time::HOUR};

/// What an administrator looks at Rapport as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guise {
    /// Another user.
    User(UserId),
    /// Themselves, as if they held this role alone: what they are in charge of and their colleagues stay theirs.
    Role(Held),
}

/// How long one looks as somebody else at most (milliseconds).
pub const VIEWED_FOR: i64 = HOUR;

/// Refuses whoever looks as somebody else.
///
/// # Errors
/// [`Failure::ViewingAs`].
pub fn by_oneself(caller: &Caller) -> Result<(), Failure> {
    if caller.viewer.is_none() { Ok(()) } else { Err(Failure::ViewingAs) }
}

/// As [`check`], for a page that only shows what the right to do `action` is about: the bin shows what may be taken out
/// of it. So whoever looks as somebody else sees their pages, and what stands on them.
///
/// # Errors
/// [`Failure::Denied`] when the rights do not reach that far.
pub fn look(caller: &Caller, action: Action, object: Object) -> Result<Grant, Failure> {
    decide(caller, action, object)
}

/// As [`check`], for what concerns the own account alone: everybody may, and nobody for somebody else.
///
/// # Errors
/// [`Failure::Denied`] without any role; [`Failure::ViewingAs`] while somebody looks as the caller.
pub fn check_own(caller: &Caller) -> Result<Grant, Failure> {
    by_oneself(caller)?;
    check(caller, Action::View, Object::User)
}

/// As [`check_own`], for what demands a fresh proof besides.
///
/// # Errors
/// As [`check_own`], then as [`confirmed`].
pub fn check_own_confirmed(caller: &Caller) -> Result<Grant, Failure> {
    let grant = check_own(caller)?;
    confirmed(caller)?;
    Ok(grant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::UserId,
        policy::{Origin, Role, Rows, check_confirmed, sight, view},
        time::Instant,
    };

    fn viewed(role: Role) -> Caller {
        let user = UserId(uuid::Uuid::from_u128(1));
        let viewer = Some(UserId(uuid::Uuid::from_u128(2)));
        Caller { user, viewer, rights: role.rights(), ..Caller::system(Instant(1), Origin::Web) }
    }

    #[test]
    fn whoever_looks_as_somebody_sees_what_they_see_and_does_nothing() {
        for role in Role::ALL {
            let caller = viewed(role);
            let alone = Caller { viewer: None, ..caller.clone() };
            for object in Object::ALL {
                assert_eq!(sight(&caller, object).rows(), sight(&alone, object).rows());
                assert_eq!(view(&caller, object).is_ok(), view(&alone, object).is_ok());
                for action in Action::ALL {
                    let told = check(&caller, action, object).map(drop);
                    let expected = match check(&alone, action, object) {
                        Ok(_) if action != Action::View => Err(Failure::ViewingAs),
                        answer => answer.map(drop),
                    };
                    assert_eq!(told, expected, "{role:?} {action:?} {object:?}");
                    let fresh = check_confirmed(&caller, action, object).map(drop);
                    assert_eq!(fresh, expected, "{role:?} {action:?} {object:?}");
                    let shown = look(&caller, action, object).map(|grant| grant.scope());
                    let right = caller.rows(action, object);
                    assert_eq!(shown.is_ok(), right != Rows::None);
                }
            }
            assert_eq!(check_own(&caller).map(drop), Err(Failure::ViewingAs));
            assert!(check_own(&alone).is_ok());
        }
    }
}
