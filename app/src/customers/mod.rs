//! Customers and contact persons: list, detail, forms.

pub mod api;

use leptos::prelude::*;

/// Being written.
#[component]
pub fn List() -> impl IntoView {
    view! { <p></p> }
}
/// Being written.
#[component]
pub fn NewAccount() -> impl IntoView {
    view! { <p></p> }
}
/// Being written.
#[component]
pub fn AccountDetail() -> impl IntoView {
    view! { <p></p> }
}
/// Being written.
#[component]
pub fn NewPerson() -> impl IntoView {
    view! { <p></p> }
}
/// Being written.
#[component]
pub fn PersonDetail() -> impl IntoView {
    view! { <p></p> }
}
