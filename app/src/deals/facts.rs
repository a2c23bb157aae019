//! What is known about a deal, edited where it stands.

use crate::{
    customers::{
        choose::Lookup,
        record::{Look, Record, empty_switch, field, owners, pick},
    },
    i18n::words,
    ui::{Button, ComboOption, Combobox, InlineState, InputKind, Section, Size, Variant},
};
use domain::opportunity::{Opportunity, OpportunityField};
use leptos::prelude::*;

/// The profile of a deal.
pub(super) fn facts(record: Record) -> AnyView {
    let text = record.text;
    let show = RwSignal::new(false);
    let one = move |name, look| field(record, name, look, show);
    let plain = Look::default;
    let day = move || Look { example: text.hint_date(), always: true, ..plain() };
    view! {
        <Section title=text.customer_key_facts() id="deal-facts">
            {one("name", Look { always: true, ..plain() })}
            {one("value", Look { kind: InputKind::Decimal, always: true, ..plain() })}
            {one("currency", Look { options: super::form::currencies(), ..plain() })}
            {one("expected_close", day())}
            {one("next_step", Look { always: true, ..plain() })}
            {one("next_step_on", day())}
            {one("owner", pick(owners(record)))}
            {one("source", plain())}
            {closing(record)}
            {empty_switch(text, show)}
        </Section>
        <Section title=text.deal_with_whom() id="deal-links">
            {linked(record, OpportunityField::Account)}
            {linked(record, OpportunityField::Person)}
        </Section>
    }
    .into_any()
}

/// Why it was won or lost.
fn closing(record: Record) -> AnyView {
    let text = record.text;
    (move || {
        let closing = record.deal()?.with(|deal| deal.closing.clone())?;
        let reason = words::close_reason(text, closing.reason);
        let said = crate::customers::list::joined(&[reason, &closing.note]);
        Some(view! {
            <div class="inline">
                <span class="inline-label">{text.field_opportunity_close_reason()}</span>
                <div class="inline-body">{said}</div>
            </div>
        })
    })
    .into_any()
}

/// Address, number and name of what a deal links to.
fn link_of(deal: &Opportunity, field: OpportunityField) -> Option<(String, String)> {
    match field {
        OpportunityField::Person => {
            let number = deal.data.person?;
            Some((format!("/people/{number}"), deal.person_name.clone()))
        }
        _ => {
            let number = deal.data.account?;
            Some((format!("/customers/{number}"), deal.account_name.clone()))
        }
    }
}

/// The customer or the person of a deal, with the way to another.
fn linked(record: Record, field: OpportunityField) -> AnyView {
    let text = record.text;
    let choosing = RwSignal::new(false);
    let state = RwSignal::new(InlineState::Rest);
    let label = words::opportunity_field(text, field);
    let shown = move || {
        let link = record.deal().and_then(|deal| deal.with(|deal| link_of(deal, field)));
        match link {
            Some((href, name)) => view! { <a href=href>{name}</a> }.into_any(),
            None => view! { <span class="muted">{text.common_empty_value()}</span> }.into_any(),
        }
    };
    let failed = move || match state.get() {
        InlineState::Failed { message } | InlineState::Conflict { message, .. } => Some(message),
        _ => None,
    };
    let change = move || {
        record.may_edit.then(|| {
            let toggle = move |_| choosing.update(|choosing| *choosing = !*choosing);
            view! {
                <Button variant=Variant::Quiet size=Size::Sm on_click=toggle>
                    {move || if choosing.get() { text.common_cancel() } else { text.deal_change() }}
                </Button>
            }
        })
    };
    view! {
        <div class="inline deal-link">
            <span class="inline-label">{label}</span>
            <div class="inline-body cluster">
                <span class="grow">{shown}</span>
                {change()}
            </div>
            {move || choosing.get().then(|| picker(record, field, state, choosing))}
            <p class="inline-note" role="status">{failed}</p>
        </div>
    }
    .into_any()
}

fn picker(
    record: Record,
    field: OpportunityField,
    state: RwSignal<InlineState>,
    choosing: RwSignal<bool>,
) -> AnyView {
    let text = record.text;
    let chosen = RwSignal::new(Vec::<ComboOption>::new());
    let is_person = field == OpportunityField::Person;
    let lookup = if is_person { Lookup::people() } else { Lookup::companies() };
    let placeholder =
        if is_person { text.customer_people_search() } else { text.person_company_search() };
    let save = move |number: String| {
        choosing.set(false);
        record.save(field.code(), number, state);
    };
    let taken = move |chosen: Vec<ComboOption>| {
        if let Some(one) = chosen.into_iter().next() {
            save(one.value);
        }
    };
    let none = move |_| save(String::new());
    view! {
        <Combobox
            chosen=chosen
            options=lookup.options
            loading=lookup.loading
            label=words::opportunity_field(text, field)
            name=field.code()
            hide_label=true
            placeholder=placeholder
            no_match=text.list_none_title()
            on_query=move |typed| lookup.ask(typed)
            on_change=taken
        />
        <Button size=Size::Sm on_click=none>{text.deal_unlink()}</Button>
    }
    .into_any()
}
