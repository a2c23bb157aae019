//! Administration.

use leptos::prelude::*;

/// Being written.
#[component]
pub fn Users() -> impl IntoView {
    view! { <p></p> }
}

/// Being written.
#[component]
pub fn OrganisationSettings() -> impl IntoView {
    view! { <p></p> }
}

/// Being written.
#[component]
pub fn Status() -> impl IntoView {
    view! { <p></p> }
}
