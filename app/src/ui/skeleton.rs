//! Grey shapes in the form of what is coming.
//! Appears only after 150 ms (by style sheet), so quick answers never flash.

use leptos::prelude::*;

use super::use_words;

/// What is coming.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SkeletonKind {
    /// Lines of text.
    #[default]
    Text,
    /// Phone rows with avatars.
    Rows,
    /// Rows of a table.
    Table,
    /// A card.
    Card,
    /// The head of a record.
    Record,
}

/// `count` grey shapes.
#[component]
pub fn Skeleton(
    /// What is coming.
    #[prop(optional)]
    kind: SkeletonKind,
    /// How many.
    #[prop(default = 3)]
    count: usize,
) -> AnyView {
    let name = match kind {
        SkeletonKind::Text => "text",
        SkeletonKind::Rows => "rows",
        SkeletonKind::Table => "table",
        SkeletonKind::Card => "card",
        SkeletonKind::Record => "record",
    };
    let bones = (0..count)
        .map(|_| view! { <span class="bone-row"><span class="bone"></span><span class="bone"></span></span> })
        .collect_view();
    view! {
        <div class="skeleton" data-kind=name role="status" aria-label=use_words().loading.clone()>
            {bones}
        </div>
    }
    .into_any()
}
