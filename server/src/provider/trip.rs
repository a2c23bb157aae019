//! What a browser keeps while its person is away at the provider: sealed, good for ten minutes, and for one return.

use crate::vault::{Vault, Whose};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    id::Version,
    time::{Instant, MINUTE},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// How long somebody may be away (milliseconds).
const AWAY: i64 = 10 * MINUTE;

/// What a browser keeps meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trip {
    /// What the provider sends back, so that nobody is sent back who was not sent out.
    pub state: String,
    /// What the provider puts into its word, so that it is not one for somebody else.
    pub nonce: String,
    /// What shows the provider that the code came to whom it was made for.
    pub verifier: String,
    /// Path to go to afterwards.
    pub next: String,
    /// The version of the settings it was begun with.
    pub version: Version,
    /// When.
    pub begun_at: Instant,
}

impl Trip {
    /// Whether somebody who comes back with `state` now was sent out by it.
    pub fn fits(&self, state: &str, now: Instant) -> bool {
        let away = now.0.saturating_sub(self.begun_at.0);
        (0..=AWAY).contains(&away) && bool::from(self.state.as_bytes().ct_eq(state.as_bytes()))
    }

    /// What is kept of the return.
    pub fn state_hash(&self) -> [u8; 32] {
        Sha256::digest(self.state.as_bytes()).into()
    }
}

/// The trip as the value of a cookie; `None` when it cannot be sealed.
pub fn cookie_of(vault: &Vault, trip: &Trip) -> Option<String> {
    let open = serde_json::to_vec(trip).ok()?;
    let sealed = vault.seal(Whose::Trip, &open);
    let sealed = sealed.inspect_err(|error| tracing::error!(%error, "a trip cannot be sealed"));
    Some(URL_SAFE_NO_PAD.encode(sealed.ok()?))
}

/// The trip in the value of a cookie.
pub fn trip_of(vault: &Vault, cookie: &str) -> Option<Trip> {
    let sealed = URL_SAFE_NO_PAD.decode(cookie).ok()?;
    let open = vault.open(Whose::Trip, &sealed).ok()?;
    serde_json::from_slice(&open).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trip_is_sealed_and_fits_its_state_for_ten_minutes() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::of(folder.path());
        let trip = Trip {
            state: "abc".to_owned(),
            nonce: "n".to_owned(),
            verifier: "v".to_owned(),
            next: "/customers".to_owned(),
            version: Version(3),
            begun_at: Instant(MINUTE),
        };
        let cookie = cookie_of(&vault, &trip).unwrap();
        assert_eq!(trip_of(&vault, &cookie), Some(trip.clone()));
        assert!(cookie.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)));
        let mut changed = cookie.into_bytes();
        changed[60] = if changed[60] == b'A' { b'B' } else { b'A' };
        assert_eq!(trip_of(&vault, std::str::from_utf8(&changed).unwrap()), None);
        assert_eq!(trip_of(&vault, ""), None);
        // What was sealed for another purpose is none.
        let other = vault.seal(Whose::Provider, &serde_json::to_vec(&trip).unwrap()).unwrap();
        assert_eq!(trip_of(&vault, &URL_SAFE_NO_PAD.encode(other)), None);
        assert!(trip.fits("abc", Instant(11 * MINUTE)));
        assert!(!trip.fits("abc", Instant(11 * MINUTE + 1)) && !trip.fits("abc", Instant(0)));
        assert!(!trip.fits("abd", Instant(MINUTE)) && !trip.fits("", Instant(MINUTE)));
    }
}
