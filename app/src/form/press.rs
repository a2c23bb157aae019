//! Whether a button of the mouse is down, and which fields were left by pressing it. Fingers count
//! too: browsers make presses of the mouse of their taps.

use leptos::{ev, prelude::*};
use std::time::Duration;

/// The press that is under way, if one is.
#[derive(Clone, Copy)]
pub(super) struct Press {
    down: StoredValue<bool>,
    waiting: StoredValue<Vec<&'static str>>,
}

impl Press {
    /// None is under way.
    pub(super) fn new() -> Self {
        Self { down: StoredValue::new(false), waiting: StoredValue::new(Vec::new()) }
    }

    /// While a button is down the field waits for its release, and the answer is `true`.
    pub(super) fn holds_back(self, name: &'static str) -> bool {
        let down = self.down.get_value();
        if down {
            self.waiting.update_value(|waiting| waiting.push(name));
        }
        down
    }

    /// Follows the mouse; `look` is given the fields that waited, once the click is through.
    pub(super) fn on_release(self, look: impl Fn(&'static str) + Copy + 'static) {
        let released = move || {
            self.down.try_set_value(false);
            let look_at_all = move || {
                // Nothing waits any more when the click led away from the form.
                let waited = self.waiting.try_update_value(std::mem::take).unwrap_or_default();
                waited.into_iter().for_each(look);
            };
            set_timeout(look_at_all, Duration::ZERO);
        };
        Effect::new(move || {
            let pressed = window_event_listener(ev::mousedown, move |event| {
                self.down.try_set_value(event.button() == 0);
            });
            let up = window_event_listener(ev::mouseup, move |_| released());
            // Text that is dragged away ends without the button going up.
            let dropped = window_event_listener(ev::dragend, move |_| released());
            on_cleanup(move || {
                pressed.remove();
                up.remove();
                dropped.remove();
            });
        });
    }
}
