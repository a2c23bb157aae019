//! What screens tell each other: that records came or went, and where a list stood when it was
//! left.

use leptos::prelude::*;
use std::any::Any;
use std::sync::Arc;

/// Counts deletions, restorations and the like, wherever they happened. A list that reads it
/// follows them.
#[derive(Clone, Copy, Debug)]
pub struct Changes {
    count: RwSignal<u64>,
    renewals: RwSignal<u64>,
}

impl Changes {
    fn new() -> Self {
        Self { count: RwSignal::new(0), renewals: RwSignal::new(0) }
    }

    /// Records came or went.
    pub fn happened(self) {
        self.count.try_update(|count| *count = count.wrapping_add(1));
    }

    /// The record on show is another one by now, as after it was parted from others: its page is read again.
    pub fn renew(self) {
        self.renewals.try_update(|count| *count = count.wrapping_add(1));
    }

    /// How often that was so far; whoever reads it runs again the next time.
    #[must_use]
    pub fn renewals(self) -> u64 {
        self.renewals.get()
    }

    /// How often that was so far; whoever reads it runs again the next time.
    #[must_use]
    pub fn count(self) -> u64 {
        self.count.get()
    }

    /// The same without running again.
    #[must_use]
    pub fn count_untracked(self) -> u64 {
        self.count.try_get_untracked().unwrap_or_default()
    }
}

/// What a list keeps for the way back.
#[derive(Clone)]
pub struct Remembered {
    /// Address of the list.
    pub address: String,
    /// [`Changes::count`] when it was kept: rows may have gone since, if it differs.
    pub changes: u64,
    /// How many rows were on show.
    pub shown: usize,
    /// Rows after the first page, and where to go on.
    pub rest: Arc<dyn Any + Send + Sync>,
}

/// Where the last list stood when it was left, so that Back leads to the same place.
#[derive(Clone, Copy)]
pub struct ListMemory {
    kept: StoredValue<Option<Remembered>>,
    scroll: StoredValue<f64>,
    back_to: StoredValue<Option<String>>,
    order: StoredValue<Vec<String>>,
}

impl ListMemory {
    /// Keeps the addresses of the records on show, in their order.
    pub fn keep_order(self, addresses: Vec<String>) {
        self.order.try_set_value(addresses);
    }

    /// The record that stood `by` places below `address` in the last list, if there is one.
    #[must_use]
    pub fn neighbour(self, address: &str, by: isize) -> Option<String> {
        self.order
            .try_with_value(|order| {
                let at = order.iter().position(|other| other == address)?;
                order.get(at.checked_add_signed(by)?).cloned()
            })
            .flatten()
    }

    /// Keeps what a list has loaded so far.
    pub fn keep(self, remembered: Remembered) {
        self.kept.try_set_value(Some(remembered));
    }

    /// Keeps how far a list is scrolled (CSS pixels).
    pub fn keep_scroll(self, top: f64) {
        self.scroll.try_set_value(top);
    }

    /// The list was left. Back within it, which closes sheets, was no way back to it.
    pub fn left(self) {
        self.back_to.try_set_value(None);
    }

    /// What was kept for `address`, with the scroll position, if the person came back to it.
    #[must_use]
    pub fn take_back(self, address: &str) -> Option<(Option<Remembered>, f64)> {
        let came_back = self.back_to.try_get_value().flatten();
        self.back_to.try_set_value(None);
        if came_back.as_deref() != Some(address) {
            return None;
        }
        let kept = self.kept.try_get_value().flatten().filter(|kept| kept.address == address);
        Some((kept, self.scroll.try_get_value().unwrap_or_default()))
    }
}

/// Provides both above the screens.
pub(super) fn provide() {
    provide_context(Changes::new());
    let memory = ListMemory {
        kept: StoredValue::new(None),
        scroll: StoredValue::new(0.0),
        back_to: StoredValue::new(None),
        order: StoredValue::new(Vec::new()),
    };
    provide_context(memory);
    Effect::new(move || {
        let handle = window_event_listener(leptos::ev::popstate, move |_| {
            let place = window().location();
            let here = place.pathname().unwrap_or_default() + &place.search().unwrap_or_default();
            memory.back_to.try_set_value(Some(here));
        });
        on_cleanup(move || handle.remove());
    });
}

/// The changes of this page load.
#[must_use]
pub fn use_changes() -> Changes {
    use_context().unwrap_or_else(Changes::new)
}

/// The memory of lists.
#[must_use]
pub fn use_list_memory() -> Option<ListMemory> {
    use_context()
}
