//! A customer or a person that a record names, with the way to another one.

use super::choose::Lookup;
use crate::{
    i18n::use_text,
    ui::{Button, ComboOption, Combobox, InlineState, Size, Variant},
};
use leptos::prelude::*;

/// What is linked.
#[derive(Clone, Copy)]
pub(crate) struct LinkedRecord {
    /// The field, as it is sent.
    pub name: &'static str,
    pub label: &'static str,
    /// A person, and otherwise a customer.
    pub is_person: bool,
    pub may_edit: bool,
    /// Address and name of what is linked now.
    pub link: Signal<Option<(String, String)>>,
    /// Links another one by its number, or none.
    pub save: Callback<(String, RwSignal<InlineState>)>,
}

impl LinkedRecord {
    pub(crate) fn view(self) -> AnyView {
        let text = use_text();
        let choosing = RwSignal::new(false);
        let state = RwSignal::new(InlineState::Rest);
        let shown = move || match self.link.get() {
            Some((href, name)) => view! { <a href=href>{name}</a> }.into_any(),
            None => view! { <span class="muted">{text.common_empty_value()}</span> }.into_any(),
        };
        let failed = move || match state.get() {
            InlineState::Failed { message } | InlineState::Conflict { message, .. } => {
                Some(message)
            }
            _ => None,
        };
        let change = self.may_edit.then(|| {
            let toggle = move |_| choosing.update(|choosing| *choosing = !*choosing);
            view! {
                <Button variant=Variant::Quiet size=Size::Sm on_click=toggle>
                    {move || if choosing.get() { text.common_cancel() } else { text.deal_change() }}
                </Button>
            }
        });
        view! {
            <div class="inline deal-link">
                <span class="inline-label">{self.label}</span>
                <div class="inline-body cluster">
                    <span class="grow">{shown}</span>
                    {change}
                </div>
                {move || choosing.get().then(|| self.picker(state, choosing))}
                <p class="inline-note" role="status">{failed}</p>
            </div>
        }
        .into_any()
    }

    fn picker(self, state: RwSignal<InlineState>, choosing: RwSignal<bool>) -> AnyView {
        let text = use_text();
        let chosen = RwSignal::new(Vec::<ComboOption>::new());
        let lookup = if self.is_person { Lookup::people() } else { Lookup::companies() };
        let placeholder = if self.is_person {
            text.customer_people_search()
        } else {
            text.person_company_search()
        };
        let save = move |number: String| {
            choosing.set(false);
            self.save.run((number, state));
        };
        let taken = move |chosen: Vec<ComboOption>| {
            if let Some(one) = chosen.into_iter().next() {
                save(one.value);
            }
        };
        view! {
            <Combobox
                chosen=chosen
                options=lookup.options
                loading=lookup.loading
                label=self.label
                name=self.name
                hide_label=true
                placeholder=placeholder
                no_match=text.list_none_title()
                on_query=move |typed| lookup.ask(typed)
                on_change=taken
            />
            <Button size=Size::Sm on_click=move |_| save(String::new())>
                {text.deal_unlink()}
            </Button>
        }
        .into_any()
    }
}
