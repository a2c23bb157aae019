//! What stands where nothing is yet: why, and the one thing to do about it.
//! Serves first use, no result, no permission and all done alike.

use leptos::prelude::*;

use super::{Icon, Text, classes, given};

/// An icon, a sentence, and what to do.
#[component]
pub fn EmptyState(
    /// Sprite name.
    #[prop(into)]
    icon: Text,
    /// The sentence.
    #[prop(into)]
    title: Text,
    /// What this is, or which filter to drop.
    #[prop(optional, into)]
    text: Text,
    /// The main action and at most one other.
    #[prop(optional, into)]
    actions: ViewFn,
    /// Smaller, inside a card or section.
    #[prop(optional)]
    compact: bool,
) -> AnyView {
    view! {
        <div class=classes(&["empty", if compact { "empty-compact" } else { "" }])>
            <span class="empty-icon">
                <Icon name=icon class="icon-lg" />
            </span>
            <p class="empty-title">{title}</p>
            <p class="empty-text">{given(&text)}</p>
            <div class="cluster empty-actions">{actions.run()}</div>
        </div>
    }
    .into_any()
}
