//! Waiting for a pause in typing before asking the server.
//! One timer per control, cleared when the control goes away.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

/// A timer that starts over with each call.
#[derive(Clone, Copy, Debug)]
pub struct Debounce {
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Debounce {
    /// Owned by the current component.
    pub fn new() -> Self {
        let timer = StoredValue::new(None::<TimeoutHandle>);
        on_cleanup(move || {
            if let Some(Some(handle)) = timer.try_get_value() {
                handle.clear();
            }
        });
        Self { timer }
    }

    /// Runs `work` once `pause` has passed without another call.
    pub fn after(self, pause: Duration, work: impl FnOnce() + 'static) {
        self.cancel();
        // Without timers (a background tab being torn down) there is nothing to wait for.
        if let Ok(handle) = set_timeout_with_handle(work, pause) {
            self.timer.set_value(Some(handle));
        }
    }

    /// Forgets the work that is waiting.
    pub fn cancel(self) {
        if let Some(Some(handle)) = self.timer.try_get_value() {
            handle.clear();
        }
        self.timer.try_set_value(None);
    }
}

impl Default for Debounce {
    fn default() -> Self {
        Self::new()
    }
}
