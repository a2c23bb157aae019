//! Profile.

use leptos::prelude::*;

/// Being written.
#[component]
pub fn Profile() -> impl IntoView {
    view! { <p></p> }
}
