//! A part of a page that folds away and stays folded for this person.
//! Works without scripts; only the memory needs them.

use leptos::{html::Details, prelude::*};

use super::{Badge, Icon, Text, given};

/// A titled part that folds. With an id it remembers whether it was open on this device.
#[component]
pub fn Section(
    /// Title of the part.
    #[prop(into)]
    title: Text,
    /// How many entries it holds.
    #[prop(optional, into)]
    count: Text,
    /// Element id; also the key of the memory.
    #[prop(optional, into)]
    id: Text,
    /// Whether it starts open.
    #[prop(default = true)]
    open: bool,
    /// Buttons at the end of the title row; they stay usable when folded.
    #[prop(optional, into)]
    actions: ViewFn,
    children: Children,
) -> AnyView {
    let node = NodeRef::<Details>::new();
    let key = StoredValue::new(format!("fold.{id}"));
    let remembers = !id.is_empty();
    Effect::new(move || {
        if let (true, Some(details), Some(storage)) = (remembers, node.get(), storage()) {
            match storage.get_item(&key.get_value()).ok().flatten().as_deref() {
                Some("0") => details.set_open(false),
                Some("1") => details.set_open(true),
                _ => {}
            }
        }
    });
    let toggled = move |_| {
        if let (true, Some(details), Some(storage)) = (remembers, node.get_untracked(), storage()) {
            let state = if details.open() { "1" } else { "0" };
            // A full or forbidden store only means that the fold is forgotten.
            let _ = storage.set_item(&key.get_value(), state);
        }
    };
    view! {
        <div class="section">
            <details class="section-details" id=given(&id) open=open node_ref=node on:toggle=toggled>
                <summary class="section-title">
                    <Icon name="chevron-right" class="icon-sm section-arrow" />
                    <h2>{title}</h2>
                    <Badge text=count.to_string() />
                </summary>
                <div class="section-body">{children()}</div>
            </details>
            <div class="section-actions">{actions.run()}</div>
        </div>
    }
    .into_any()
}

fn storage() -> Option<leptos::web_sys::Storage> {
    window().local_storage().ok().flatten()
}
