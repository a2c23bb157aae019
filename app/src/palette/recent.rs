//! The records this browser tab opened last: their numbers, which stay in the tab and leave with it. What they are called is
//! read anew each time, by the rights of whoever looks then.

use domain::hit::MOST_RECALLED;
use leptos::prelude::*;

const KEY: &str = "recent";

/// The last ones, newest first.
fn all() -> Vec<String> {
    storage()
        .and_then(|storage| storage.get_item(KEY).ok().flatten())
        .and_then(|kept| serde_json::from_str(&kept).ok())
        .unwrap_or_default()
}

/// The same as a server function takes them.
pub(super) fn numbers() -> String {
    all().join(" ")
}

/// Puts a record on top. Call it in the browser only, when a record was opened.
pub fn remember(number: String) {
    let Some(storage) = storage() else { return };
    let mut kept = all();
    kept.retain(|other| *other != number);
    kept.insert(0, number);
    kept.truncate(MOST_RECALLED);
    if let Ok(kept) = serde_json::to_string(&kept) {
        // A full or forbidden store only means that nothing is remembered.
        let _ = storage.set_item(KEY, &kept);
    }
}

fn storage() -> Option<leptos::web_sys::Storage> {
    window().session_storage().ok().flatten()
}
