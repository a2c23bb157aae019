//! Users: what a sign-in name and a password must be like.

use crate::{
    field::{FieldError, FormErrors},
    id::{SessionId, UserId, Version},
    lang::Lang,
    policy::Held,
    text,
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// Fewest characters of a password (NIST SP 800-63B-4, 3.1.1.2, and house rule).
pub const PASSWORD_MIN: usize = 12;
/// Most bytes of a password; more is refused before any work is done on it.
pub const PASSWORD_MAX: usize = 256;

/// Fewest guesses (as a power of ten) an informed guesser must need.
#[cfg(feature = "native")]
const PASSWORD_GUESSES: f64 = 9.0;

/// Whether a new password will do. No composition rules; length, and not what is tried first. With
/// the feature `native` the list of common passwords and the patterns of zxcvbn are asked as well.
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
    let own: Vec<String> = own_words.iter().flat_map(|words| parts(words)).collect();
    let rest = remainder(&folded, &own);
    if distinct < 5 || run || rest < PASSWORD_MIN / 2 || is_soon_guessed(&folded, &own) {
        return Err(FieldError::TooCommon);
    }
    Ok(())
}

/// A name or address, and the words in it.
fn parts(words: &str) -> Vec<String> {
    let folded = text::fold(words);
    let each = folded.split(|c: char| !c.is_alphanumeric()).map(str::to_owned);
    let mut all: Vec<String> = each.filter(|word| word.chars().count() >= 4).collect();
    all.push(folded);
    all
}

/// Characters that are left when all that is tried first is taken away, the longest first.
fn remainder(folded: &str, own: &[String]) -> usize {
    let mut stems: Vec<&str> = COMMON_STEMS.to_vec();
    stems.extend(own.iter().map(String::as_str).filter(|word| word.chars().count() >= 4));
    stems.sort_by_key(|stem| std::cmp::Reverse(stem.len()));
    // What stood on both sides of a stem does not become a word.
    let rest = stems.iter().fold(folded.to_owned(), |rest, stem| rest.replace(stem, "\0"));
    rest.chars().filter(|c| *c != '\0').count()
}

#[cfg(feature = "native")]
fn is_soon_guessed(folded: &str, own: &[String]) -> bool {
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    crate::common_passwords::is_common(folded)
        || zxcvbn::zxcvbn(folded, &own).guesses_log10() < PASSWORD_GUESSES
}

/// The lists are too large for a browser; the server looks again.
#[cfg(not(feature = "native"))]
fn is_soon_guessed(_: &str, _: &[String]) -> bool {
    false
}

/// Pieces of the passwords that are tried first; a password that is little more than a few of them
/// is refused.
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
    "q1w2e3r4",
    "q1w2e3r4t5y6",
    "qazwsx",
    "qwertz",
    "azerty",
    "666666",
    "888888",
    "88888888",
    "111111",
    "000000",
    "123123",
    "112233",
    "147258",
    "159357",
    "1314",
    "a123456",
    "aa123456",
    "woaiwojia",
    "mima",
    "password1",
    "secret",
    "master",
    "shadow",
    "michael",
    "charlie",
    "trustno1",
    "whatever",
    "starwars",
    "computer",
    "internet",
    "summer",
    "winter",
    "spring",
    "autumn",
    "login",
    "admin",
    "guest",
    "test",
    "company",
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
    /// What the user is here, at least one thing, in the order of [`Held`].
    pub roles: Vec<Held>,
    /// Language of the screens; `None` asks the browser.
    pub lang: Option<Lang>,
    /// Whether signing in is refused.
    pub disabled: bool,
    /// Whether there is no password yet: the invitation was not taken up.
    pub invited: bool,
    /// Whether signing in by the password takes a second step: a code, or one of the passkeys.
    pub second_step: bool,
    /// How many passkeys there are.
    pub passkeys: i64,
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
    /// Codes of the roles.
    pub roles: Vec<String>,
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
    /// Roles, each once, at least one.
    pub roles: Vec<Held>,
}

impl UserForm {
    /// Reads the form; the password is checked but not kept. Like the person's own, the names of the `house` are words
    /// that a password may not be made of.
    ///
    /// # Errors
    /// Complaints under the names of the form.
    pub fn parse(&self, house: &[&str]) -> Result<UserDraft, FormErrors> {
        let read = self.parse_without_password();
        let own = [&[&*self.email, &*self.name], house].concat();
        let password = password(&self.password, &own);
        match (read, password) {
            (read, Ok(())) => read,
            (Ok(_), Err(error)) => Err(FormErrors::one("password", error)),
            (Err(mut errors), password) => {
                errors.take("password", password);
                Err(errors)
            }
        }
    }

    /// Reads the form of somebody who chooses the password by a link.
    ///
    /// # Errors
    /// Complaints under the names of the form.
    pub fn parse_without_password(&self) -> Result<UserDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let email_norm = errors.take("email", text::email(&self.email)).unwrap_or_default();
        let name = errors
            .take("name", text::line(&self.name, 100).and_then(|n| n.ok_or(FieldError::Required)))
            .unwrap_or_default();
        let roles = errors.take("roles", roles(&self.roles)).unwrap_or_default();
        errors.into_result(UserDraft {
            email: self.email.trim().to_owned(),
            email_norm,
            name,
            roles,
        })
    }
}

/// Reads the codes of roles, in the order of [`Held`].
///
/// # Errors
/// [`FieldError::UnknownOption`] for a code that is none, [`FieldError::Required`] for no role at all.
pub fn roles(codes: &[String]) -> Result<Vec<Held>, FieldError> {
    let roles = codes.iter().map(|code| code.parse());
    distinct(roles.collect::<Result<_, _>>()?)
}

/// Roles each once, in the order of [`Held`].
///
/// # Errors
/// [`FieldError::Required`] for no role at all.
pub fn distinct(mut roles: Vec<Held>) -> Result<Vec<Held>, FieldError> {
    roles.sort_unstable();
    roles.dedup();
    if roles.is_empty() { Err(FieldError::Required) } else { Ok(roles) }
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

    #[test]
    fn two_of_what_is_tried_first_are_no_better_than_one() {
        for raw in [
            "password123456",
            "qwerty123456",
            "welcome123456",
            "letmein123456",
            "woaini123456",
            "woaini5201314",
            "q1w2e3r4t5y6",
            "Admin123456!!",
            "PasswordWelcome1",
            "Summer2026!!",
            "ｐａｓｓｗｏｒｄ１２３４５６",
        ] {
            assert_eq!(password(raw, &[]), Err(FieldError::TooCommon), "{raw}");
        }
        let own = ["wang.fang@lantern.com", "Wang Fang"];
        for raw in ["Wangfang2026", "lantern123456", "lanternwang12"] {
            assert_eq!(password(raw, &own), Err(FieldError::TooCommon), "{raw}");
        }
        for raw in [
            "eight red bicycles",
            "sunshine over lisbon",
            "tq4-lantern-vb9xk",
            "我家门前有两棵枣树呀",
        ] {
            let long = format!("{raw}, 真的");
            assert_eq!(password(&long, &own), Ok(()), "{raw}");
        }
    }

    #[cfg(feature = "native")]
    #[test]
    fn patterns_and_long_lists_are_known_to_the_server() {
        for raw in [
            "p4ssw0rdp4ssw0rd",
            "zaq12wsxcde34rfv",
            "1qazxsw23edc",
            "iloveyoubaby1",
            "liverpool1234",
            "abcabcabcabc",
            "20260101200101",
            "unbelievable",
        ] {
            assert_eq!(password(raw, &[]), Err(FieldError::TooCommon), "{raw}");
        }
    }
}
