//! Import.

use leptos::prelude::*;

/// Being written.
#[component]
pub fn Imports() -> impl IntoView {
    view! { <p></p> }
}

/// Being written.
#[component]
pub fn Wizard() -> impl IntoView {
    view! { <p></p> }
}
