//! Half-typed text that outlives its page. It is kept in this browser tab only, apart for each
//! person, until it is saved.

use crate::boot::use_boot;
use leptos::{prelude::*, web_sys};
use std::time::Duration;

/// The place of one draft. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(crate) struct Draft {
    key: StoredValue<String>,
}

impl Draft {
    /// The draft of what `name` says, for whoever is signed in.
    pub(crate) fn new(name: &str) -> Self {
        let user = use_boot().with_value(|boot| boot.user);
        Self { key: StoredValue::new(format!("draft.{user}.{name}")) }
    }

    /// What was kept.
    pub(crate) fn kept(self) -> Option<String> {
        self.key.try_with_value(|key| store()?.get_item(key).ok()?).flatten()
    }

    /// Keeps this; nothing is forgotten. A full or forbidden store only means that nothing is kept.
    pub(crate) fn keep(self, text: &str) {
        self.key.try_with_value(|key| {
            let store = store()?;
            if text.is_empty() {
                store.remove_item(key).ok()
            } else {
                store.set_item(key, text).ok()
            }
        });
    }

    /// Keeps what `text` says from now on, once `restore` has put back what was kept before.
    ///
    /// Controls first look at what the browser shows in them, and that look must not pass for
    /// somebody emptying them: so restoring waits until their effects have run.
    pub(crate) fn follow(
        self,
        text: Signal<String>,
        restore: impl FnOnce(String) + Send + Sync + 'static,
    ) {
        let restored = RwSignal::new(false);
        let restore = StoredValue::new(Some(restore));
        Effect::new(move |_| {
            set_timeout(
                move || {
                    let restore = restore.try_update_value(Option::take).flatten();
                    if let (Some(restore), Some(kept)) = (restore, self.kept()) {
                        restore(kept);
                    }
                    restored.try_set(true);
                },
                Duration::ZERO,
            );
        });
        Effect::new(move || {
            let text = text.get();
            if restored.get() {
                self.keep(&text);
            }
        });
    }
}

fn store() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}
