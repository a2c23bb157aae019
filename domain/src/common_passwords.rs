//! The passwords that are tried first, as the first bytes of their SHA-256 in order: made by `xtask common-passwords`,
//! which says of which list. Asked on the server alone: a browser need not carry it.

use sha2::{Digest, Sha256};

const LIST: &[u8] = include_bytes!("common_passwords.bin");
/// Bytes kept of each: of the passwords that are not on the list, one in seven million is taken for one that is.
const BYTES: usize = 5;
/// Characters that somebody who was refused may hang on, before and behind together.
const HUNG_ON: usize = 8;
/// Fewest characters of a password on the list for it to be looked for inside of another.
const INSIDE: usize = 6;

/// Whether a folded password is on the list; or is one of it with digits and signs hung on, or twice.
pub(crate) fn is_common(folded: &str) -> bool {
    let bare = folded.trim_matches(|c: char| !c.is_alphabetic());
    let hung_on = folded.chars().count() - bare.chars().count();
    let half = folded.get(..folded.len() / 2).filter(|half| half.repeat(2) == folded);
    let inside = [(hung_on <= HUNG_ON).then_some(bare), half];
    let long_enough = |part: &&str| part.chars().count() >= INSIDE;
    is_listed(folded) || inside.into_iter().flatten().filter(long_enough).any(is_listed)
}

fn is_listed(password: &str) -> bool {
    let digest = Sha256::digest(password.as_bytes());
    let (all, _) = LIST.as_chunks::<BYTES>();
    all.binary_search_by(|kept| kept[..].cmp(&digest[..BYTES])).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_in_order() {
        let (all, rest) = LIST.as_chunks::<BYTES>();
        assert!(all.len() > 100_000 && rest.is_empty(), "{}", all.len());
        assert!(all.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn what_is_tried_first_is_known_also_with_something_hung_on() {
        for known in
            ["password", "butterfly", "butterfly2026!!", "!!butterfly99", "liverpoolliverpool"]
        {
            assert!(is_common(known), "{known}");
        }
        for unknown in [
            "eight red bicycles",
            "tq4-lantern-vb9xk",
            "85620174-butterfly-59273018",
            "",
            "!!!!",
            "天地玄黄",
        ] {
            assert!(!is_common(unknown), "{unknown}");
        }
    }

    #[test]
    fn hardly_any_other_password_is_taken_for_one() {
        let taken =
            (0..200_000).filter(|number| is_listed(&format!("not on any list {number}"))).count();
        assert!(taken <= 1, "{taken}");
    }
}
