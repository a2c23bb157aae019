//! The records this browser tab opened last. They stay in the tab and leave with it.

use domain::hit::Hit;
use leptos::prelude::*;

/// How many are kept.
const KEPT: usize = 8;
const KEY: &str = "recent";

/// The last ones, newest first.
pub(super) fn all() -> Vec<Hit> {
    storage()
        .and_then(|storage| storage.get_item(KEY).ok().flatten())
        .and_then(|kept| serde_json::from_str(&kept).ok())
        .unwrap_or_default()
}

/// Puts a record on top. Call it in the browser only, when a record was opened.
pub fn remember(hit: Hit) {
    let Some(storage) = storage() else { return };
    let mut kept = all();
    kept.retain(|other| other.number != hit.number);
    kept.insert(0, hit);
    kept.truncate(KEPT);
    if let Ok(kept) = serde_json::to_string(&kept) {
        // A full or forbidden store only means that nothing is remembered.
        let _ = storage.set_item(KEY, &kept);
    }
}

fn storage() -> Option<leptos::web_sys::Storage> {
    window().session_storage().ok().flatten()
}
