//! Work that is running: spinner, bar and the thin line on top of the page.
//! A bar without a percentage says only that something happens.

use leptos::prelude::*;

use super::{Text, filled, use_words};

/// A turning ring.
#[component]
pub fn Spinner(
    /// Spoken name; the kit's word for loading if left out.
    #[prop(optional, into)]
    label: Text,
) -> AnyView {
    let label = if label.is_empty() { use_words().loading.clone() } else { label };
    view! { <span class="spinner" role="status" aria-label=label></span> }.into_any()
}

/// How far a long task is.
#[component]
pub fn ProgressBar(
    /// What is running.
    #[prop(into)]
    label: Text,
    /// 0 to 100; `None` while the total is unknown.
    #[prop(into)]
    percent: Signal<Option<u8>>,
    /// What is said below: counts, time left.
    #[prop(optional, into)]
    text: Signal<String>,
) -> AnyView {
    let now = move || percent.get().map(|value| value.min(100).to_string());
    view! {
        <div class="progress">
            <div class="progress-head">
                <span>{label.clone()}</span>
                <span class="num">{move || now().map(|value| format!("{value}%"))}</span>
            </div>
            <progress class="progress-bar" aria-label=label max="100" value=now></progress>
            <p class="sub num">{move || filled(text.get())}</p>
        </div>
    }
    .into_any()
}

/// The thin line on top of the page while something loads; waits 1 s before it shows.
#[component]
pub fn TopProgress(
    /// Something is loading.
    #[prop(into)]
    active: Signal<bool>,
) -> AnyView {
    view! { <div class="top-progress" aria-hidden="true" data-on=move || active.get().then_some("true")></div> }
        .into_any()
}
