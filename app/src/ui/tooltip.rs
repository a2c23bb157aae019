//! A few words about something, on hover and on focus. Never the only place of a fact.
//! Shown by style sheet; Escape hides it (boot.js).

use leptos::prelude::*;

use super::Text;

/// Shows `text` while what is inside is pointed at or focused.
#[component]
pub fn Tooltip(
    /// The words.
    #[prop(into)]
    text: Text,
    /// Element id of the words, for `aria-describedby` of what is inside.
    #[prop(into)]
    id: Text,
    children: Children,
) -> AnyView {
    view! {
        <span class="tip-host">
            {children()}
            <span class="tip" role="tooltip" id=id>
                {text}
            </span>
        </span>
    }
    .into_any()
}
