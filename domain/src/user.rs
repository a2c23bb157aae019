//! Users: what a sign-in name and a password must be like.

use crate::{
    field::{FieldError, FormErrors},
    id::{SessionId, UserId, Version},
    lang::Lang,
    policy::Role,
    text,
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// Fewest characters of a password (NIST SP 800-63B-4, 3.1.1.2, and house rule).
pub const PASSWORD_MIN: usize = 12;
/// Most bytes of a password; more is refused before any work is done on it.
pub const PASSWORD_MAX: usize = 256;

/// Whether a new password will do. No composition rules; length, and not what is tried first.
///
/// # Errors
/// [`FieldError::TooShort`], [`FieldError::TooLong`] or [`FieldError::TooCommon`].
pub fn password(raw: &str, own_words: &[&str]) -> Result<(), FieldError> {
    if raw.len() > PASSWORD_MAX {
        return Err(FieldError::TooLong { max: PASSWORD_MAX });
    }
    if raw.chars().count() < PASSWORD_MIN {
        return Err(FieldError::TooShort { min: PASSWORD_MIN });
    }
    let folded = text::fold(raw);
    let distinct = folded.chars().collect::<std::collections::BTreeSet<_>>().len();
    let run = folded
        .chars()
        .zip(folded.chars().skip(1))
        .all(|(a, b)| (i64::from(u32::from(b)) - i64::from(u32::from(a))).abs() <= 1);
    let own = own_words.iter().map(|word| text::fold(word)).any(|word| {
        word.chars().count() >= 4 && folded.replace(&word, "").chars().count() < PASSWORD_MIN / 2
    });
    let common = COMMON_STEMS.iter().any(|stem| {
        folded.contains(stem) && folded.replace(stem, "").chars().count() < PASSWORD_MIN / 2
    });
    if distinct < 5 || run || own || common {
        return Err(FieldError::TooCommon);
    }
    Ok(())
}

/// Beginnings and ends of the passwords that are tried first; a password that is little more
/// than one of them is refused. The long list comes with the sign-in hardening.
const COMMON_STEMS: &[&str] = &[
    "password",
    "passw0rd",
    "p@ssword",
    "qwerty",
    "qwertyuiop",
    "asdfgh",
    "zxcvbn",
    "1q2w3e4r",
    "1qaz2wsx",
    "123456",
    "12345678",
    "1234567890",
    "987654321",
    "abcdef",
    "abc123",
    "iloveyou",
    "letmein",
    "welcome",
    "monkey",
    "dragon",
    "football",
    "baseball",
    "sunshine",
    "princess",
    "superman",
    "administrator",
    "admin123",
    "changeme",
    "woaini",
    "5201314",
    "rapport",
    "customer",
];

/// A user as colleagues and admins see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Identity.
    pub id: UserId,
    /// Counts changes.
    pub version: Version,
    /// Sign-in name: an e-mail address, as typed.
    pub email: String,
    /// Name shown.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// Language of the screens; `None` asks the browser.
    pub lang: Option<Lang>,
    /// Whether signing in is refused.
    pub disabled: bool,
    /// When the user last came.
    pub last_seen_at: Instant,
    /// When it was made.
    pub created_at: Instant,
}

/// A new user, as the form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserForm {
    /// E-mail address.
    pub email: String,
    /// Name shown.
    pub name: String,
    /// Role code.
    pub role: String,
    /// First password.
    pub password: String,
}

/// A new user, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserDraft {
    /// E-mail address as typed.
    pub email: String,
    /// E-mail address as compared.
    pub email_norm: String,
    /// Name shown.
    pub name: String,
    /// Role.
    pub role: Role,
}

impl UserForm {
    /// Reads the form; the password is checked but not kept.
    ///
    /// # Errors
    /// Complaints under the names of the form.
    pub fn parse(&self) -> Result<UserDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let email_norm = errors.take("email", text::email(&self.email)).unwrap_or_default();
        let name = errors
            .take("name", text::line(&self.name, 100).and_then(|n| n.ok_or(FieldError::Required)))
            .unwrap_or_default();
        let role = errors
            .take("role", Role::from_code(&self.role).ok_or(FieldError::UnknownOption))
            .unwrap_or(Role::Staff);
        errors.take("password", password(&self.password, &[&self.email, &self.name]));
        errors.into_result(UserDraft {
            email: self.email.trim().to_owned(),
            email_norm,
            name,
            role,
        })
    }
}

/// A signed-in browser, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Identity; not the secret.
    pub id: SessionId,
    /// When it signed in.
    pub created_at: Instant,
    /// When it was last used, to the minute.
    pub last_seen_at: Instant,
    /// Address it came from.
    pub address: String,
    /// What the browser calls itself.
    pub user_agent: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_need_length_and_no_composition() {
        assert_eq!(password("correct horse battery", &[]), Ok(()));
        assert_eq!(password("天地玄黄宇宙洪荒日月盈昃", &[]), Ok(()));
        assert_eq!(password("short", &[]), Err(FieldError::TooShort { min: 12 }));
        assert_eq!(password(&"a".repeat(257), &[]), Err(FieldError::TooLong { max: 256 }));
        for raw in ["aaaaaaaaaaaa", "password1234", "abcdefghijklmnop", "qwertyuiop12"] {
            assert_eq!(password(raw, &[]), Err(FieldError::TooCommon), "{raw}");
        }
        assert_eq!(password("lin@acme.com1", &["lin@acme.com"]), Err(FieldError::TooCommon));
    }
}
