//! The title of the window where it changes while one looks at it.

use leptos::prelude::*;
use leptos_meta::Title;

/// Keeps the title of the window equal to `text`.
///
/// leptos_meta asks for the title after the page was rendered, on whichever thread sends it. No
/// signal may be read there any more (in leptos 0.8 that ends the request), so the server hands over
/// the words as they are now. And where a page takes the place of one of its own kind, leptos_meta keeps the title of
/// the former and asks for it once more, when its signals have ended: it has none then.
#[component]
pub fn WindowTitle(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let now = text.get_untracked();
    let shown = move || {
        if cfg!(feature = "ssr") { now.clone() } else { text.try_get().unwrap_or_default() }
    };
    view! { <Title text=shown /> }
}
