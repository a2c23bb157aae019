//! Proving who one is again: what is worth most to a thief of an open session is done only by somebody who has just
//! shown that they are the owner of it.

use super::{Action, Caller, Grant, Object, Origin, check};
use crate::{
    failure::Failure,
    time::{Instant, MINUTE},
};
use serde::{Deserialize, Serialize};

/// How long a proof is good for (milliseconds).
pub const CONFIRMED_FOR: i64 = 10 * MINUTE;

/// What somebody who is signed in proves with who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The password.
    Password,
    /// A code of the second step, or a recovery code.
    Code,
    /// A passkey, or a recovery code.
    Passkey,
    /// A passkey, a code of the second step, or a recovery code.
    CodeOrPasskey,
}

impl Proof {
    /// What it takes from somebody who gets codes from a generator, or has passkeys.
    #[must_use]
    pub const fn of(codes: bool, passkeys: bool) -> Self {
        match (codes, passkeys) {
            (false, false) => Self::Password,
            (true, false) => Self::Code,
            (false, true) => Self::Passkey,
            (true, true) => Self::CodeOrPasskey,
        }
    }

    /// Whether a passkey will do.
    #[must_use]
    pub const fn takes_passkey(self) -> bool {
        matches!(self, Self::Passkey | Self::CodeOrPasskey)
    }
}

/// When a caller last proved who they are, and what the next proof is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// When, by the server's clock.
    pub at: Instant,
    /// With what, next time.
    pub by: Proof,
}

impl Confirmed {
    /// Somebody who gave the password right now.
    #[must_use]
    pub fn by_password(at: Instant) -> Self {
        Self { at, by: Proof::Password }
    }
}

/// Whether `caller` proved who they are not longer than [`CONFIRMED_FOR`] ago. Only people at a screen are asked: a
/// terminal of the server has its own door.
///
/// # Errors
/// [`Failure::ConfirmIdentity`] when it is longer ago, or said to be in the future.
pub fn confirmed(caller: &Caller) -> Result<(), Failure> {
    let ago = caller.now.0.saturating_sub(caller.confirmed.at.0);
    match caller.origin {
        Origin::Web | Origin::Import if !(0..=CONFIRMED_FOR).contains(&ago) => {
            Err(Failure::ConfirmIdentity { by: caller.confirmed.by })
        }
        Origin::Web | Origin::Import | Origin::CommandLine | Origin::System => Ok(()),
    }
}

/// As [`check`], for what demands a fresh proof besides.
///
/// # Errors
/// As [`check`], then as [`confirmed`].
pub fn check_confirmed(caller: &Caller, action: Action, object: Object) -> Result<Grant, Failure> {
    let grant = check(caller, action, object)?;
    confirmed(caller)?;
    Ok(grant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_good_for_ten_minutes_and_none_is_good_from_the_future() {
        let mut caller = Caller::system(Instant(50 * MINUTE), Origin::Web);
        let ago = |caller: &mut Caller, milliseconds: i64| {
            caller.confirmed.at = caller.now.plus(-milliseconds);
            confirmed(caller)
        };
        let again = Err(Failure::ConfirmIdentity { by: Proof::Password });
        assert_eq!(ago(&mut caller, 0), Ok(()));
        assert_eq!(ago(&mut caller, CONFIRMED_FOR), Ok(()));
        assert_eq!(ago(&mut caller, CONFIRMED_FOR + 1), again);
        assert_eq!(ago(&mut caller, -1), again);
        caller.confirmed.at = Instant::NEVER;
        assert_eq!(confirmed(&caller), again);
        caller.origin = Origin::CommandLine;
        assert_eq!(confirmed(&caller), Ok(()));
    }

    #[test]
    fn the_password_is_asked_for_only_where_there_is_nothing_stronger() {
        assert_eq!(Proof::of(false, false), Proof::Password);
        assert_eq!(Proof::of(true, false), Proof::Code);
        assert!(!Proof::of(true, false).takes_passkey());
        assert_eq!(Proof::of(false, true), Proof::Passkey);
        assert_eq!(Proof::of(true, true), Proof::CodeOrPasskey);
        assert!(Proof::of(true, true).takes_passkey());
    }

    #[test]
    fn whoever_may_not_is_told_that_and_not_asked_for_a_proof() {
        let mut caller = Caller::system(Instant(50 * MINUTE), Origin::Web);
        caller.confirmed.at = Instant::NEVER;
        caller.rights = super::super::Role::Staff.rights();
        let denied = check_confirmed(&caller, Action::Administer, Object::User).unwrap_err();
        assert!(matches!(denied, Failure::Denied { .. }));
    }
}
