//! The search field of lists. Waits for a pause in typing and never searches half a Chinese word.
//! Inside a GET form it works without scripts.

use std::time::Duration;

use leptos::{ev::KeyboardEvent, html::Input, prelude::*};

use super::{
    Debounce, Icon, Text, classes,
    dom::{composing, composing_input, sync_value},
    given,
    hotkeys::aria_keys,
    use_words,
};

/// A search field with a magnifier and a clear button.
#[component]
pub fn SearchBox(
    /// What is searched for, both ways.
    value: RwSignal<String>,
    /// Spoken name.
    #[prop(into)]
    label: Text,
    /// Name sent with the form.
    #[prop(default = Text::from("q"), into)]
    name: Text,
    /// What can be searched for.
    #[prop(optional, into)]
    placeholder: Text,
    /// After 200 ms without typing, and at once on Enter and on clearing.
    #[prop(optional, into)]
    on_search: Option<Callback<String>>,
    /// Key that focuses the field, shown inside it.
    #[prop(optional, into)]
    shortcut: Text,
    /// Element id; `f-{name}` if left out.
    #[prop(optional, into)]
    id: Text,
    /// Extra classes.
    #[prop(optional, into)]
    class: Text,
) -> AnyView {
    let id = if id.is_empty() { format!("f-{name}") } else { id.to_string() };
    let node = NodeRef::<Input>::new();
    let pause = Debounce::new();
    Effect::new(move |ran: Option<()>| {
        if let Some(input) = node.get() {
            sync_value(&input, value, ran.is_none());
        }
    });
    let search_now = move || {
        pause.cancel();
        if let Some(on_search) = on_search {
            on_search.run(value.get_untracked());
        }
    };
    let search_soon = move || pause.after(Duration::from_millis(200), search_now);
    let clear = move |_| {
        value.set(String::new());
        search_now();
        if let Some(input) = node.get_untracked() {
            let _ = input.focus();
        }
    };
    view! {
        <div class=classes(&["control search", &class]) role="search">
            <Icon name="search" />
            <input
                node_ref=node
                class="input"
                type="search"
                id=id
                name=name
                value=value.get_untracked()
                placeholder=given(&placeholder)
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                enterkeyhint="search"
                aria-label=label
                aria-keyshortcuts=aria_keys(&shortcut)
                on:input=move |event| {
                    value.set(event_target_value(&event));
                    if !composing_input(&event) {
                        search_soon();
                    }
                }
                on:compositionend=move |_| search_soon()
                on:keydown=move |event: KeyboardEvent| {
                    if event.key() == "Enter" && on_search.is_some() && !composing(&event) {
                        event.prevent_default();
                        search_now();
                    }
                }
            />
            <button
                type="button"
                class="search-clear"
                aria-label=use_words().clear.clone()
                hidden=move || value.with(String::is_empty)
                on:click=clear
            >
                <Icon name="x" />
            </button>
            {(!shortcut.is_empty()).then(|| view! { <kbd class="kbd">{shortcut.clone()}</kbd> })}
        </div>
    }
    .into_any()
}
