//! A field that links to a customer or a person, found by a part of the name.

use super::{Fields, fields::id, parts::sent_as};
use crate::{
    customers::choose::Lookup,
    i18n::{use_text, words},
    ui::{ComboOption, Combobox},
};
use leptos::prelude::*;

/// Such a field: what stands in it first, and whether what is typed stands for nobody.
#[derive(Clone, Copy)]
pub(crate) struct Linked {
    pub name: &'static str,
    pub lookup: Lookup,
    pub hint: &'static str,
    pub placeholder: &'static str,
    /// A name that stands for nobody must not be dropped in silence: whoever checks the form complains.
    pub unmatched: RwSignal<bool>,
}

/// The field; `first` is what stands in it at first.
pub(crate) fn linked(fields: Fields, linked: Linked, first: Option<ComboOption>) -> AnyView {
    let Linked { name, lookup, hint, placeholder, unmatched } = linked;
    let text = use_text();
    let chosen = RwSignal::new(first.into_iter().collect::<Vec<ComboOption>>());
    let taken = move |chosen: Vec<ComboOption>| {
        let number = chosen.into_iter().next().map(|one| one.value);
        fields.value(name).set(number.unwrap_or_default());
        fields.corrected(name);
    };
    view! {
        <Combobox
            chosen=chosen
            options=lookup.options
            loading=lookup.loading
            label=words::field(text, fields.object(), name)
            name=sent_as(name)
            id=id(name)
            hint=hint
            placeholder=placeholder
            no_match=text.list_none_title()
            error=fields.error(name)
            on_query=move |typed| lookup.ask(typed)
            on_unmatched=move |unknown: bool| {
                unmatched.set(unknown);
                fields.look_again(name);
            }
            on_change=taken
        />
    }
    .into_any()
}
