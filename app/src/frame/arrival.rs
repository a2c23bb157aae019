//! After moving to another page without loading it, the title gets the focus: screen readers
//! read it, and Tab goes on from there.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys};
use std::time::Duration;

/// Whether a page was entered whose title has not had the focus yet.
#[derive(Clone, Copy)]
struct Arrival {
    due: StoredValue<bool>,
}

/// Marks the title of the page that was left: it must not take the focus in the new one's place. An
/// attribute, because a stored element would bind the server's rendering to one thread.
const LEFT: &str = "data-left";

/// When the title is looked for, in milliseconds after the path changed. Most pages draw it at
/// once; those that do not call [`focus_title`], and it is looked for again.
const TRIES: [u64; 4] = [0, 50, 200, 600];

fn look(arrival: Arrival) {
    for delay in TRIES {
        set_timeout(move || focus(arrival), Duration::from_millis(delay));
    }
}

/// Watches the path; call once in the frame.
pub(super) fn follow(path: Signal<String>) {
    let arrival = Arrival { due: StoredValue::new(false) };
    provide_context(arrival);
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            arrival.due.set_value(true);
            if let Some(title) = document().get_element_by_id("page-title") {
                let _ = title.set_attribute(LEFT, "");
            }
            look(arrival);
        }
        now
    });
}

/// Gives the title the focus if the page was just entered. Pages whose title comes with their
/// data call it in an effect.
pub fn focus_title() {
    let Some(arrival) = use_context::<Arrival>() else { return };
    // What is made now is not always in the document yet: a page waits for its parts.
    Effect::new(move |_| look(arrival));
}

/// Puts the focus into the element with this id, if it is there and takes it.
pub fn focus_on(id: &str) {
    let element = document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(element) = element {
        let _ = element.focus();
    }
}

/// The same, if what had the focus is gone; it does not take the focus from anything else.
pub fn focus_if_lost(id: &str) {
    let elsewhere = document()
        .active_element()
        .is_some_and(|element| !matches!(element.tag_name().as_str(), "BODY" | "HTML"));
    if !elsewhere {
        focus_on(id);
    }
}

fn is_typing() -> bool {
    document().active_element().is_some_and(|element| {
        element.matches("main input, main textarea, main select").unwrap_or(false)
    })
}

fn focus(arrival: Arrival) {
    if arrival.due.try_get_value() != Some(true) {
        return;
    }
    let title = document()
        .query_selector("#page-title:not([data-left])")
        .ok()
        .flatten()
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(title) = title {
        arrival.due.set_value(false);
        // Whoever types on the new page already is not called back to its title.
        if is_typing() {
            return;
        }
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        // A title that vanished meanwhile leaves the focus where it is.
        let _ = title.focus_with_options(&options);
    }
}
