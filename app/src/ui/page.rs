//! The frame of a page: one title, its count, its actions.
//! On phones the title row is the top bar.

use leptos::prelude::*;

use super::{Icon, Text, classes, filled, safe_href, use_words};

/// A page with the one `<h1>`, which takes the focus after client navigation.
#[component]
pub fn Page(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// How many records, formatted.
    #[prop(optional, into)]
    count: Signal<String>,
    /// Where back leads; on phones this replaces the avatar.
    #[prop(optional, into)]
    back: Text,
    /// Buttons of the title row. On phones only those with class `phone-keep` stay.
    #[prop(optional, into)]
    actions: ViewFn,
    /// Text and forms: at most 720 wide.
    #[prop(optional)]
    narrow: bool,
    /// Extra classes.
    #[prop(optional, into)]
    class: Text,
    children: Children,
) -> AnyView {
    let back = (!back.is_empty()).then(|| {
        view! {
            <a class="btn btn-icon btn-quiet page-back" href=safe_href(&back) aria-label=use_words().back.clone()>
                <Icon name="chevron-left" />
            </a>
        }
    });
    view! {
        <div class=classes(&["page", if narrow { "page-narrow" } else { "" }, &class])>
            <header class="page-head">
                {back}
                <h1 class="page-title" id="page-title" tabindex="-1">
                    {move || title.get()}
                </h1>
                <span class="page-count num">{move || filled(count.get())}</span>
                <div class="page-actions">{actions.run()}</div>
            </header>
            {children()}
        </div>
    }
    .into_any()
}
