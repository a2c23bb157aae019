//! Tags: a combobox that takes new words as they are typed. A comma (also a Chinese one) or Enter ends a tag.

use leptos::prelude::*;

use super::{ComboOption, Combobox, Need, Text};

/// A list of tags with suggestions.
#[component]
pub fn TagField(
    /// The tags, both ways.
    tags: RwSignal<Vec<String>>,
    /// Wording above the control.
    #[prop(into)]
    label: Text,
    /// Name sent with the form, once per tag.
    #[prop(into)]
    name: Text,
    /// Tags in use elsewhere that match what is typed.
    #[prop(optional, into)]
    suggestions: Signal<Vec<String>>,
    /// After typing stopped: look up suggestions.
    #[prop(optional, into)]
    on_query: Option<Callback<String>>,
    /// After each change.
    #[prop(optional, into)]
    on_change: Option<Callback<Vec<String>>>,
    /// Wording of the row that makes a new tag.
    #[prop(optional, into)]
    create_text: Option<Callback<String, String>>,
    /// An example.
    #[prop(optional, into)]
    placeholder: Text,
    /// One line of help.
    #[prop(optional, into)]
    hint: Text,
    /// What is wrong, if something is.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it must be filled.
    #[prop(optional)]
    need: Need,
) -> AnyView {
    let as_options = |tags: Vec<String>| {
        tags.into_iter().map(|tag| ComboOption::new(tag.clone(), tag)).collect::<Vec<_>>()
    };
    let chosen = RwSignal::new(as_options(tags.get_untracked()));
    Effect::new(move || {
        let wanted = as_options(tags.get());
        if chosen.with_untracked(|chosen| *chosen != wanted) {
            chosen.set(wanted);
        }
    });
    let keep = move |list: Vec<String>| {
        tags.set(list.clone());
        if let Some(on_change) = on_change {
            on_change.run(list);
        }
    };
    let changed = move |list: Vec<ComboOption>| {
        keep(list.into_iter().map(|option| option.value).collect());
    };
    let created = move |tag: String| {
        let mut list = tags.get_untracked();
        if !list.contains(&tag) {
            list.push(tag);
            keep(list);
        }
    };
    let options = Signal::derive(move || as_options(suggestions.get()));
    let words = move |tag: String| match create_text {
        Some(words) => words.run(tag),
        None => tag,
    };
    let query = move |text: String| {
        if let Some(on_query) = on_query {
            on_query.run(text);
        }
    };
    view! {
        <Combobox
            chosen=chosen
            options=options
            label=label
            name=name
            multi=true
            comma_ends=true
            on_query=query
            on_change=changed
            on_create=created
            create_text=words
            placeholder=placeholder
            hint=hint
            error=error
            need=need
        />
    }
    .into_any()
}
