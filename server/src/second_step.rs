//! Codes of the second step: the six digits of a code generator (RFC 6238: SHA-1, 30 seconds, one interval of
//! grace each way) and recovery codes. That none is taken twice is the store's to see to.

use crate::vault::Vault;
use app::qr::Code;
use domain::{
    id::UserId,
    time::{Instant, SECOND},
};
use sha2::{Digest, Sha256};
use store::SecondProof;
use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

/// Bytes of a key (RFC 4226, 4).
const KEY_BYTES: usize = 20;
/// Seconds of an interval.
const INTERVAL: u64 = 30;
/// Recovery codes somebody gets.
pub const RECOVERY_CODES: usize = 10;

/// Crockford's alphabet: no letters that look like digits, and no words by accident.
const LETTERS: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j',
    'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z',
];

/// A new key of a code generator; `None` when the system has no randomness to give.
pub fn new_key() -> Option<Zeroizing<Vec<u8>>> {
    let mut key = Zeroizing::new(vec![0; KEY_BYTES]);
    getrandom::fill(&mut key[..]).ok()?;
    Some(key)
}

fn generator(key: &[u8], issuer: &str, account: &str) -> Option<Totp> {
    let plain = |words: &str| words.replace(':', " ");
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(INTERVAL)
        .with_secret(key.to_vec())
        .with_account_name(plain(account))
        .with_issuer(Some(plain(issuer)))
        .build()
        .ok()
}

/// The interval whose code was typed, if it is one of those around `now`.
pub fn interval_of(key: &[u8], typed: &str, now: Instant) -> Option<i64> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let seconds = u64::try_from(now.0.div_euclid(SECOND)).ok()?;
    let interval = generator(key, "", "")?.check(&digits, seconds)?;
    i64::try_from(interval).ok()
}

/// What a code generator is told to begin.
pub struct Invitation {
    /// Edge of the square, in modules.
    pub size: i32,
    /// Outline of the dark modules, for an SVG path.
    pub outline: String,
    /// The key as people type it: base 32 in groups of four.
    pub key: String,
}

/// The key as a QR code and as text.
pub fn invitation(key: &[u8], issuer: &str, account: &str) -> Option<Invitation> {
    let generator = generator(key, issuer, account)?;
    let Code { size, outline } = Code::of(&generator.to_url().ok()?)?;
    let text: Vec<char> = generator.secret().to_base32().chars().collect();
    let groups: Vec<String> = text.chunks(4).map(|group| group.iter().collect()).collect();
    Some(Invitation { size, outline, key: groups.join(" ") })
}

/// Ten new recovery codes of 80 random bits; `None` when the system has no randomness to give.
pub fn new_recovery_codes() -> Option<Vec<String>> {
    (0..RECOVERY_CODES)
        .map(|_| {
            let mut bytes = [0; 10];
            getrandom::fill(&mut bytes).ok()?;
            Some(spelled(bytes))
        })
        .collect()
}

/// Four groups of four letters, five bits a letter.
fn spelled(bytes: [u8; 10]) -> String {
    let bits = bytes.iter().fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    let letters: Vec<char> = (0..16)
        .rev()
        .filter_map(|at| LETTERS.get(usize::try_from((bits >> (at * 5)) & 31).ok()?).copied())
        .collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// What is stored of a recovery code. 80 random bits need no slow hash.
pub fn recovery_hash(user: UserId, code: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(user.0.as_bytes());
    hash.update(code.as_bytes());
    hash.finalize().into()
}

/// A recovery code as it was spelled, out of what somebody typed.
fn recovery_code(typed: &str) -> Option<String> {
    let letters: Vec<char> = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    let known = letters.len() == 16 && letters.iter().all(|letter| LETTERS.contains(letter));
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    known.then(|| groups.join("-"))
}

/// What was typed may prove: the code of an interval, or a recovery code, whether there is such a one or not. `None`
/// proves nothing.
pub fn read(
    vault: &Vault,
    user: UserId,
    sealed_key: Option<&[u8]>,
    typed: &str,
    now: Instant,
) -> Option<SecondProof> {
    if let Some(code) = recovery_code(typed) {
        return Some(SecondProof::Recovery(recovery_hash(user, &code)));
    }
    match vault.open(user, sealed_key?) {
        Ok(key) => interval_of(&key, typed, now).map(SecondProof::Step),
        Err(error) => {
            tracing::error!(%error, "the key of a second step cannot be opened; recovery codes still work");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let key = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let at = |more: i64| interval_of(key, code, Instant((seconds + more) * SECOND));
            assert_eq!(at(0), Some(seconds / 30));
            assert_eq!(at(30), Some(seconds / 30), "one interval of grace");
            assert_eq!(at(-30), Some(seconds / 30));
            assert_eq!((at(61), at(-61)), (None, None));
        }
        let now = Instant(59 * SECOND);
        assert_eq!(interval_of(key, " 287 082 ", now), Some(1));
        for wrong in ["", "287083", "28708", "2870820", "28708２", "abcdef", "-87082"] {
            assert_eq!(interval_of(key, wrong, now), None, "{wrong}");
        }
    }

    #[test]
    fn the_key_is_shown_as_a_square_and_as_text() {
        let shown = invitation(b"12345678901234567890", "华东: 器材", "lin@example.com").unwrap();
        assert_eq!(shown.key, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(shown.size >= 21 && shown.outline.starts_with("M0 0h7v1h-7z"));
        assert!(shown.outline.bytes().all(|byte| b"Mhvz-0123456789 ".contains(&byte)));
    }

    #[test]
    fn recovery_codes_are_many_bits_and_are_read_as_people_copy_them() {
        assert_eq!(spelled([0; 10]), "0000-0000-0000-0000");
        assert_eq!(spelled([255; 10]), "zzzz-zzzz-zzzz-zzzz");
        assert_eq!(spelled([128, 0, 0, 0, 0, 0, 0, 0, 0, 1]), "g000-0000-0000-0001");
        let codes = new_recovery_codes().unwrap();
        let distinct: std::collections::BTreeSet<&String> = codes.iter().collect();
        assert_eq!((codes.len(), distinct.len()), (10, 10));
        for code in &codes {
            assert_eq!(recovery_code(code).as_ref(), Some(code));
            assert_eq!(recovery_code(&code.to_uppercase().replace('-', " ")).as_ref(), Some(code));
        }
        assert_eq!(recovery_code("OIL0-0000-0000-0000").as_deref(), Some("0110-0000-0000-0000"));
        for wrong in ["", "0000", "0000-0000-0000-000u", "0000-0000-0000-0000-0"] {
            assert_eq!(recovery_code(wrong), None, "{wrong}");
        }
        let [one, two] = [1, 2].map(|number| UserId(uuid::Uuid::from_u128(number)));
        assert_ne!(recovery_hash(one, &codes[0]), recovery_hash(two, &codes[0]));
    }
}
