//! The frame around every screen.

use crate::{i18n::Text, ui::UiWords};
use leptos::prelude::*;

/// The kit's small words in the language of the page.
#[must_use]
pub fn ui_words(_text: Text) -> UiWords {
    UiWords::default()
}

/// Navigation and what every page shares.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    children()
}

/// A page that is not there.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <p></p> }
}

/// Phones: everything that has no place in the bottom bar.
#[component]
pub fn More() -> impl IntoView {
    view! { <p></p> }
}
