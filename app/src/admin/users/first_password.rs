//! Passwords that are made up for somebody else: strong, and easy to tell and to type.

use crate::error::AppError;
use domain::{failure::Failure, user};

/// Crockford's alphabet: no letters that look like digits, and no words by accident.
const LETTERS: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j',
    'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z',
];

/// A password of 80 random bits that the rules take; `own_words` are those of the person it is for.
///
/// # Errors
/// [`Failure::Unavailable`] when none was found, which does not happen with a sound source of
/// randomness.
pub(super) fn first_password(own_words: &[&str]) -> Result<String, AppError> {
    (0..8)
        .map(|_| spelled(random()))
        .find(|password| user::password(password, own_words).is_ok())
        .ok_or(AppError::Failure(Failure::Unavailable))
}

/// 80 random bits from the system: a random UUID without the bits that are the same in each.
fn random() -> [u8; 10] {
    let all = uuid::Uuid::new_v4().into_bytes();
    let mut bits = [0; 10];
    bits[..6].copy_from_slice(&all[..6]);
    bits[6..].copy_from_slice(&all[9..13]);
    bits
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_is_in_the_spelling() {
        assert_eq!(spelled([0; 10]), "0000-0000-0000-0000");
        assert_eq!(spelled([255; 10]), "zzzz-zzzz-zzzz-zzzz");
        assert_eq!(spelled([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), "0000-0000-0000-0001");
        assert_eq!(spelled([128, 0, 0, 0, 0, 0, 0, 0, 0, 0]), "g000-0000-0000-0000");
    }

    #[test]
    fn the_rules_take_it_and_no_two_are_alike() {
        let made: std::collections::BTreeSet<String> =
            (0..200).map(|_| first_password(&["li@example.com", "Li Na"]).unwrap()).collect();
        assert_eq!(made.len(), 200);
        assert!(made.iter().all(|password| user::password(password, &[]).is_ok()));
    }
}
