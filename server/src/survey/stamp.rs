//! When the page of a survey was opened, sealed so that only this server can have written it: answers that come sooner
//! than anybody reads are looked at before they count. A page may be left open for as long as anybody likes.

use crate::vault::{Vault, Whose};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::time::{Instant, SECOND};
use sha2::{Digest, Sha256};

/// Soonest time after which a person answers (milliseconds).
pub const SOONEST: i64 = 2 * SECOND;

/// What a stamp is good for: the page of one link.
fn page(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The stamp of a page that is opened now; none when there is no key and none can be made.
pub fn write(vault: &Vault, token: &str, now: Instant) -> Option<String> {
    let open = [&now.0.to_be_bytes()[..], &page(token)].concat();
    let sealed = vault.seal(Whose::Survey, &open).ok()?;
    Some(URL_SAFE_NO_PAD.encode(sealed))
}

/// When the page was opened that a stamp was written for; none for one that is not of this page, or not ours.
pub fn read(vault: &Vault, token: &str, stamp: &str) -> Option<Instant> {
    let sealed = URL_SAFE_NO_PAD.decode(stamp).ok()?;
    let open = vault.open(Whose::Survey, &sealed).ok()?;
    let (time, of) = open.split_first_chunk::<8>()?;
    (of == page(token)).then(|| Instant(i64::from_be_bytes(*time)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_good_for_its_page_alone() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::of(folder.path());
        let stamp = write(&vault, "one", Instant(5)).unwrap();
        assert_eq!(read(&vault, "one", &stamp), Some(Instant(5)));
        assert_eq!(read(&vault, "two", &stamp), None);
        let other = tempfile::tempdir().unwrap();
        for wrong in ["", "x", &stamp[1..], &stamp.replace('A', "B")[..stamp.len() - 1]] {
            assert_eq!(read(&vault, "one", wrong), None, "{wrong}");
        }
        assert_eq!(read(&Vault::of(other.path()), "one", &stamp), None);
    }
}
