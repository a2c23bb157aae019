//! After moving to another page without loading it, the title gets the focus: screen readers
//! read it, and Tab goes on from there.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys};

/// Whether a page was entered whose title has not had the focus yet.
#[derive(Clone, Copy)]
struct Arrival(StoredValue<bool>);

/// Watches the path; call once in the frame.
pub(super) fn follow(path: Signal<String>) {
    let arrival = Arrival(StoredValue::new(false));
    provide_context(arrival);
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            arrival.0.set_value(true);
            request_animation_frame(move || request_animation_frame(move || focus(arrival)));
        }
        now
    });
}

/// Gives the title the focus if the page was just entered. Pages whose title comes with their
/// data call it in an effect.
pub fn focus_title() {
    let Some(arrival) = use_context::<Arrival>() else { return };
    Effect::new(move |_| focus(arrival));
}

fn focus(arrival: Arrival) {
    if arrival.0.try_get_value() != Some(true) {
        return;
    }
    let title = document()
        .get_element_by_id("page-title")
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(title) = title {
        arrival.0.set_value(false);
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        // A title that vanished meanwhile leaves the focus where it is.
        let _ = title.focus_with_options(&options);
    }
}
