//! Home.

use leptos::prelude::*;

/// Being written.
#[component]
pub fn Home() -> impl IntoView {
    view! { <p></p> }
}
