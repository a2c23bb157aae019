//! The title of the window where it changes while one looks at it.

use leptos::prelude::*;
use leptos_meta::Title;

/// Keeps the title of the window equal to `text`.
///
/// leptos_meta asks for the title after the page was rendered, on whichever thread sends it. No
/// signal may be read there any more (in leptos 0.8 that ends the request), so the server hands over
/// the words as they are now.
#[component]
pub fn WindowTitle(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let now = text.get_untracked();
    view! { <Title text=move || if cfg!(feature = "ssr") { now.clone() } else { text.get() } /> }
}
