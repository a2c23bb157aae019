//! Tokens of links that customers answer by: 128 random bits, too many to try.

use sha2::{Digest, Sha256};
use std::fmt::{self, Write};

/// What stands in a link. Never shown by `{:?}`: whoever has it can answer.
pub struct SurveyToken(u128);

impl SurveyToken {
    /// A new one from the system; `None` when the system has no randomness to give.
    pub(super) fn new() -> Option<Self> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).ok()?;
        Some(Self(u128::from_be_bytes(bytes)))
    }

    /// Reads one back as [`Self::text`] wrote it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let digits = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        let well = text.len() == 32 && text.bytes().all(digits);
        well.then(|| u128::from_str_radix(text, 16).ok().map(Self)).flatten()
    }

    /// For a link.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(32);
        // Writing to a string cannot fail.
        let _ = write!(text, "{:032x}", self.0);
        text
    }

    /// What is stored of one that is for one customer alone.
    pub(super) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.to_be_bytes()).into()
    }
}

impl fmt::Debug for SurveyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SurveyToken")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_nothing_else_is() {
        let token = SurveyToken::new().unwrap();
        assert_eq!(SurveyToken::read(&token.text()).unwrap().hash(), token.hash());
        assert_ne!(SurveyToken::new().unwrap().text(), token.text());
        assert!(!format!("{token:?}").contains(&token.text()));
        let upper = "A".repeat(32);
        for wrong in ["", "0", &"0".repeat(31), &"0".repeat(33), &"g".repeat(32), &upper, "+1"] {
            assert!(SurveyToken::read(wrong).is_none(), "{wrong}");
        }
    }
}
