//! Help beside the page it is about. The text comes rendered and cleaned from the server.

use leptos::prelude::*;

use super::{Dialog, DialogShape, Text};

/// A panel on the right (phones: a sheet) with an article in it.
#[component]
pub fn HelpPanel(
    /// Whether it is open, both ways.
    open: RwSignal<bool>,
    /// Its title.
    #[prop(into)]
    title: Text,
    /// Links at its end: shortcut sheet, ask the administrator.
    #[prop(optional, into)]
    footer: Option<ViewFn>,
    children: ChildrenFn,
) -> AnyView {
    let children = StoredValue::new(children);
    let footer = footer.unwrap_or_default();
    view! {
        <Dialog id="help" open=open title=title shape=DialogShape::Peek footer=footer lazy=true>
            <article class="prose">{children.with_value(|children| children())}</article>
        </Dialog>
    }
    .into_any()
}
