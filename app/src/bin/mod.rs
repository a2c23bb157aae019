//! Bin.

use leptos::prelude::*;

/// Being written.
#[component]
pub fn Bin() -> impl IntoView {
    view! { <p></p> }
}
