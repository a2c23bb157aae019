//! The bar that takes the toolbar's place while rows are ticked.

use leptos::prelude::*;

use super::{Icon, RowSelection, use_words};

/// Count, actions and a way out; hidden while nothing is ticked.
#[component]
pub fn BulkBar(
    /// The selection it acts on.
    selection: RowSelection,
    /// "3 selected"; the caller knows the language.
    #[prop(into)]
    text: Signal<String>,
    children: Children,
) -> AnyView {
    view! {
        <div class="bulk-bar" hidden=move || selection.count() == 0>
            <p class="bulk-count num" role="status">
                {move || text.get()}
            </p>
            <div class="cluster">{children()}</div>
            <button
                type="button"
                class="btn btn-icon btn-quiet"
                aria-label=use_words().clear.clone()
                on:click=move |_| selection.clear()
            >
                <Icon name="x" />
            </button>
        </div>
    }
    .into_any()
}
