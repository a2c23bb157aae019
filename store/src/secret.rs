//! Secrets that stand for somebody: of sessions, known browsers, half-done sign-ins and links. What is stored of them
//! is their hash.

use sha2::{Digest, Sha256};
use std::fmt::{self, Write};

/// 256 random bits that are worth something. Never shown by `{:?}`.
pub struct Secret([u8; 32]);

impl Secret {
    /// A new one from the system; `None` when the system has no randomness to give.
    #[must_use]
    pub fn new() -> Option<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// Reads one back as [`Self::text`] wrote it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).ok()?;
            if !pair.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// For a cookie or a link.
    #[must_use]
    pub fn text(&self) -> String {
        hex(&self.0)
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// What is stored of it, as text.
    #[must_use]
    pub fn hash_text(&self) -> String {
        hex(&self.hash())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_back_and_nothing_else_is() {
        let secret = Secret::new().unwrap();
        assert_eq!(Secret::read(&secret.text()).unwrap().hash(), secret.hash());
        assert_ne!(Secret::new().unwrap().text(), secret.text());
        assert!(!format!("{secret:?}").contains(&secret.text()));
        for wrong in [
            "",
            "00",
            &"0".repeat(63),
            &"0".repeat(65),
            &"g".repeat(64),
            &"+1".repeat(32),
            &"é".repeat(32),
        ] {
            assert!(Secret::read(wrong).is_none(), "{wrong}");
        }
    }
}
