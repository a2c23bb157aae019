//! What is known about a deal, edited where it stands.

use super::people;
use crate::{
    customers::{
        linked::LinkedRecord,
        record::{Look, Record, empty_switch, field, owners, pick},
    },
    i18n::words,
    ui::{InputKind, Section},
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
            {customer(record)}
        </Section>
        {people::people(record)}
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

/// Address and name of the customer of a deal.
fn link_of(deal: &Opportunity) -> Option<(String, String)> {
    let number = deal.data.account?;
    Some((format!("/customers/{number}"), deal.account_name.clone()))
}

/// The customer of a deal, with the way to another.
fn customer(record: Record) -> AnyView {
    let field = OpportunityField::Account;
    let link = move || record.deal().and_then(|deal| deal.with(link_of));
    LinkedRecord {
        name: field.code(),
        label: words::opportunity_field(record.text, field),
        is_person: false,
        may_edit: record.may_edit,
        link: Signal::derive(link),
        save: Callback::new(move |(number, state)| record.save(field.code(), number, state)),
    }
    .view()
}
