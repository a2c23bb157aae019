//! Passkeys: what somebody signs in with instead of a password, and where that works.
//! Whether an answer of a browser is true is decided where it can be checked.

use crate::{
    field::FieldError,
    id::PasskeyId,
    text,
    time::{Instant, MINUTE},
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Most passkeys somebody has.
pub const MOST: usize = 20;
/// Longest name (characters).
pub const NAME_MAX: usize = 60;
/// How long a challenge waits for its answer (milliseconds).
pub const ANSWER_WITHIN: i64 = 5 * MINUTE;

/// One of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Identity.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// The name of the server that it works for.
    pub host: String,
    /// When it was made.
    pub made_at: Instant,
    /// When it was last used; [`Instant::NEVER`] if it never was.
    pub last_used_at: Instant,
}

/// What an answer is for; one that was asked for something else does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Making a passkey.
    Make,
    /// Signing in.
    Enter,
    /// The second step after a password.
    SecondStep,
    /// Proving who one is again.
    Confirm,
}

impl Purpose {
    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Make => "make",
            Self::Enter => "enter",
            Self::SecondStep => "second_step",
            Self::Confirm => "confirm",
        }
    }
}

/// Reads the name of a passkey.
///
/// # Errors
/// [`FieldError::Required`], or as [`text::line`].
pub fn name(typed: &str) -> Result<String, FieldError> {
    text::line(typed, NAME_MAX)?.ok_or(FieldError::Required)
}

/// The name that passkeys made at this address belong to. Browsers know them only for names, and only where nobody on
/// the way can read along; `None` says that there are none here.
#[must_use]
pub fn host(authority: &str, https: bool) -> Option<String> {
    // Figures in brackets are an address of IPv6.
    if authority.starts_with('[') {
        return None;
    }
    let name = authority.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let local = name == "localhost" || name.ends_with(".localhost");
    let figures = name.parse::<IpAddr>().is_ok();
    (!name.is_empty() && !figures && (https || local)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_belong_to_a_name_that_is_reached_safely() {
        assert_eq!(host("crm.example.com", true).as_deref(), Some("crm.example.com"));
        assert_eq!(host("CRM.Example.com:8443", true).as_deref(), Some("crm.example.com"));
        assert_eq!(host("localhost:7300", false).as_deref(), Some("localhost"));
        assert_eq!(host("crm.localhost:7300", false).as_deref(), Some("crm.localhost"));
        for (authority, https) in [
            ("crm.example.com", false),
            ("192.0.2.7", true),
            ("127.0.0.1:7300", false),
            ("[2001:db8::1]:443", true),
            ("", true),
            (":443", true),
        ] {
            assert_eq!(host(authority, https), None, "{authority}");
        }
    }

    #[test]
    fn a_name_is_a_line_that_is_not_empty() {
        assert_eq!(name("  手机 "), Ok("手机".to_owned()));
        assert_eq!(name(" "), Err(FieldError::Required));
        assert_eq!(name(&"x".repeat(61)), Err(FieldError::TooLong { max: NAME_MAX }));
    }

    #[test]
    fn purposes_are_told_apart() {
        let codes = [Purpose::Make, Purpose::Enter, Purpose::SecondStep, Purpose::Confirm]
            .map(Purpose::code);
        let distinct: std::collections::BTreeSet<_> = codes.into_iter().collect();
        assert_eq!(distinct.len(), 4);
    }
}
