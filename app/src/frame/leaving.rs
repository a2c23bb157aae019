//! Ways out of a page that are no links ask the form on it first whether it may be left.

use leptos::prelude::*;

/// Whoever wants to be asked before the page is left for an address; it answers whether the page
/// may be left at once.
#[derive(Clone, Copy)]
pub(crate) struct Leaving {
    keeper: StoredValue<Option<Callback<String, bool>>>,
}

/// Provides it below; call once in the frame.
pub(super) fn provide() {
    provide_context(Leaving { keeper: StoredValue::new(None) });
}

/// The one of this frame.
pub(crate) fn use_leaving() -> Option<Leaving> {
    use_context()
}

impl Leaving {
    /// Asks `keeper` from now on. One that is gone with its page is not asked any more.
    pub(crate) fn ask(self, keeper: Callback<String, bool>) {
        self.keeper.try_set_value(Some(keeper));
    }

    /// Whether the page may be left for `href` at once; otherwise the form takes it from here.
    pub(crate) fn may_go(self, href: &str) -> bool {
        let keeper = self.keeper.try_get_value().flatten();
        keeper.and_then(|keeper| keeper.try_run(href.to_owned())).unwrap_or(true)
    }
}
