//! The profile: what is known about the record, in groups of fields.

use super::{
    Record,
    data::Data,
    field::{Look, field},
};
use crate::{
    i18n::{Text, format, words},
    ui::{Button, Choice, Fact, FactList, InputKind, Section, Size, Variant},
};
use domain::{
    account::{AccountKind, AccountStatus, Level},
    person::{Calendar, Gender},
};
use leptos::prelude::*;

fn options<C: words::Choice>(text: Text) -> Vec<Choice> {
    words::options::<C>(text).into_iter().map(|(code, label)| Choice::new(code, label)).collect()
}

/// The same with a choice for nothing.
fn options_or<C: words::Choice>(text: Text, none: &'static str) -> Vec<Choice> {
    let mut all = vec![Choice::new("", none)];
    all.extend(options::<C>(text));
    all
}

pub(crate) fn owners(record: Record) -> Vec<Choice> {
    let mut all = vec![Choice::new("", record.text.customer_owner_none())];
    record.boot.with_value(|boot| {
        all.extend(boot.colleagues.iter().map(|colleague| {
            let label = if colleague.id == boot.user {
                record.text.customer_owner_me(&colleague.name)
            } else {
                colleague.name.clone()
            };
            Choice::new(colleague.id.to_string(), label)
        }));
    });
    all
}

pub(crate) fn pick(options: Vec<Choice>) -> Look {
    Look { options, always: true, ..Look::default() }
}

/// The button that shows and hides what is empty.
pub(crate) fn empty_switch(text: Text, show_empty: RwSignal<bool>) -> AnyView {
    let label = move || {
        if show_empty.get() { text.common_hide_empty() } else { text.common_show_empty() }
    };
    view! {
        <Button
            variant=Variant::Quiet
            size=Size::Sm
            on_click=move |_| show_empty.update(|show| *show = !*show)
        >
            {label}
        </Button>
    }
    .into_any()
}

/// What is known about a customer.
pub(crate) fn account_facts(record: Record) -> AnyView {
    let text = record.text;
    let show = RwSignal::new(false);
    let one = move |name, look| field(record, name, look, show);
    let company = Memo::new(move |_| record.get("kind") != AccountKind::Individual.code());
    let plain = Look::default;
    let decimal = move || Look { kind: InputKind::Decimal, ..plain() };
    let day = move || Look { example: text.hint_date(), ..plain() };
    let of_company = move || {
        let website =
            Look { kind: InputKind::Url, link: true, example: text.hint_website(), ..plain() };
        view! {
            {one("industry", Look { always: true, ..plain() })}
            {one("employees", decimal())}
            {one("website", website)}
            {one("credit_code", plain())}
            {one("founded_year", decimal())}
            {one("annual_revenue", decimal())}
        }
        .into_any()
    };
    let of_individual = move || {
        view! {
            {one("job_title", plain())}
            {one("birthday", day())}
        }
        .into_any()
    };
    view! {
        <Section title=text.customer_key_facts() id="key-facts">
            {one("status", pick(options::<AccountStatus>(text)))}
            {one("level", pick(options_or::<Level>(text, text.choice_level_none())))}
            {one("owner", pick(owners(record)))}
            {one("value", Look { kind: InputKind::Decimal, always: true, ..plain() })}
            {one("last_contact", Look { always: true, ..day() })}
        </Section>
        {super::contacts(record)}
        <Section title=text.customer_section_basics() id="basics">
            {one("name", Look { always: true, ..plain() })}
            {one("short_name", plain())}
            {one("kind", pick(options::<AccountKind>(text)))}
            {move || if company.get() { of_company() } else { of_individual() }}
            {one("source", plain())}
            {one("remark", Look { multiline: true, ..plain() })}
            {empty_switch(text, show)}
        </Section>
    }
    .into_any()
}

/// What is known about a person.
pub(crate) fn person_facts(record: Record) -> AnyView {
    let text = record.text;
    let show = RwSignal::new(false);
    let one = move |name, look| field(record, name, look, show);
    let plain = Look::default;
    let day = move || Look { example: text.hint_date(), ..plain() };
    view! {
        <Section title=text.customer_key_facts() id="person-facts">
            {one("full_name", Look { always: true, ..plain() })}
            {one("title", Look { always: true, ..plain() })}
            {one("department", plain())}
            {one("owner", pick(owners(record)))}
            {one("last_contact", Look { always: true, ..day() })}
        </Section>
        {super::contacts(record)}
        <Section title=text.person_section_personal() id="personal">
            {one("gender", pick(options_or::<Gender>(text, text.choice_gender_none())))}
            {one("birthday", Look { always: true, ..day() })}
            {one("birthday_calendar", Look { options: options::<Calendar>(text), ..plain() })}
            {one("source", plain())}
            {one("remark", Look { multiline: true, ..plain() })}
            {empty_switch(text, show)}
        </Section>
    }
    .into_any()
}

/// When and by whom the record was made and last changed.
pub(crate) fn made(record: Record) -> AnyView {
    let text = record.text;
    let facts = move || {
        let (number, made, changed) = match record.data {
            Data::Account(data) => data.with(|data| {
                (
                    data.number.to_string(),
                    (data.created_at, data.created_by),
                    (data.updated_at, data.updated_by),
                )
            }),
            Data::Person(data) => data.with(|data| {
                (
                    data.number.to_string(),
                    (data.created_at, data.created_by),
                    (data.updated_at, data.updated_by),
                )
            }),
            Data::Opportunity(data) => data.with(|data| {
                (
                    data.number.to_string(),
                    (data.created_at, data.created_by),
                    (data.updated_at, data.updated_by),
                )
            }),
        };
        let said = move |(at, by)| {
            record.boot.with_value(|boot| {
                let who = boot.colleague(Some(by));
                let who = if who.is_empty() { text.timeline_system().to_owned() } else { who };
                format!("{} · {who}", format::date_time(text, at, &boot.zone))
            })
        };
        view! {
            <Fact label=text.column_number()>
                <span class="num select-all">{number}</span>
            </Fact>
            <Fact label=text.column_created()>{said(made)}</Fact>
            <Fact label=text.column_updated()>{said(changed)}</Fact>
        }
    };
    view! {
        <Section title=text.customer_activity() id="made" open=false>
            <FactList>{facts}</FactList>
        </Section>
    }
    .into_any()
}
