//! Who works where: the contact persons of a customer, and the companies of a person.

use super::{Record, data::Data};
use crate::{
    customers::{
        api::{join_account, leave_account, link_person, open_person},
        choose::Lookup,
        list::{dial, joined},
    },
    error::AppError,
    frame::save_trouble,
    i18n::words,
    ui::{
        Avatar, AvatarKind, Button, ComboOption, Combobox, LinkButton, Menu, MenuItem, Section,
        Size, Variant,
    },
};
use domain::{
    id::{AccountNumber, PersonId, PersonNumber, Version},
    note::Subject,
    person::{Employment, PersonSummary},
    policy::{Detail, Object},
    removed::Removed,
};
use leptos::{prelude::*, task::spawn_local};

/// The contact persons of a customer.
pub(crate) fn people(record: Record) -> AnyView {
    let text = record.text;
    let linking = RwSignal::new(false);
    let href = format!("/people/new?account={}", record.number());
    let actions = move || {
        let href = href.clone();
        record.may_edit.then(|| {
            view! {
                <LinkButton href=href variant=Variant::Quiet size=Size::Sm icon="plus">
                    {text.common_add()}
                </LinkButton>
            }
        })
    };
    let link = move || {
        if !record.may_edit {
            ().into_any()
        } else if linking.get() {
            person_picker(record, linking)
        } else {
            link_button(text.customer_people_link(), linking)
        }
    };
    view! {
        <Section title=text.customer_people() id="people" actions=actions>
            <ul class="mini">
                <For each=move || record.people.get() key=|person| person.number let:person>
                    {person_row(record, person)}
                </For>
            </ul>
            {move || {
                record
                    .people
                    .read()
                    .is_empty()
                    .then(|| view! { <p class="muted">{text.customer_people_empty()}</p> })
            }}
            {link}
        </Section>
    }
    .into_any()
}

fn link_button(label: &'static str, linking: RwSignal<bool>) -> AnyView {
    view! {
        <Button variant=Variant::Quiet size=Size::Sm icon="link" on_click=move |_| linking.set(true)>
            {label}
        </Button>
    }
    .into_any()
}

fn person_row(record: Record, person: PersonSummary) -> AnyView {
    let text = record.text;
    let name = person.full_name.clone();
    let whole = record
        .boot
        .with_value(|boot| boot.details_of(person.owner).reads(Object::Person, Detail::Phone));
    let call = (whole && !person.phone.is_empty()).then(|| {
        let href = dial(&person.phone);
        view! { <MenuItem label=text.customer_call_name(&name) icon="phone" href=href /> }
    });
    let unlink = record.may_edit.then(|| {
        let here = person.clone();
        view! {
            <MenuItem
                label=text.customer_people_unlink(&name)
                icon="x"
                on_click=move || part_here(record, here.clone())
            />
        }
    });
    view! {
        <li class="mini-row">
            <Avatar name=name.clone() seed=person.number.to_string() size=Size::Sm />
            <span class="stack-tight grow">
                <a href=format!("/people/{}", person.number)>{name.clone()}</a>
                <span class="sub">{joined(&[&person.title, &person.phone])}</span>
            </span>
            <Menu
                id=format!("person-menu-{}", person.number)
                label=text.common_more_for(&name)
                size=Size::Sm
            >
                {call}
                {unlink}
            </Menu>
        </li>
    }
    .into_any()
}

fn person_picker(record: Record, linking: RwSignal<bool>) -> AnyView {
    let text = record.text;
    let chosen = RwSignal::new(Vec::<ComboOption>::new());
    let lookup = Lookup::people();
    let problem = RwSignal::new(None::<String>);
    let taken = move |taken: Vec<ComboOption>| {
        let person =
            taken.into_iter().next().and_then(|one| one.value.parse::<PersonNumber>().ok());
        let account = record.number().parse::<AccountNumber>();
        let (Some(person), Ok(account)) = (person, account) else { return };
        linking.set(false);
        spawn_local(async move { done(record, link_person(person, account).await).await });
    };
    view! {
        <Combobox
            chosen=chosen
            options=lookup.options
            loading=lookup.loading
            label=text.customer_people_link()
            name="person"
            placeholder=text.customer_people_search()
            no_match=text.list_none_title()
            error=problem
            on_query=move |typed| lookup.ask(typed)
            on_unmatched=move |unknown: bool| problem.set(unknown.then(|| text.error_field_unknown().to_owned()))
            on_change=taken
        />
        <Button size=Size::Sm on_click=move |_| linking.set(false)>
            {text.common_cancel()}
        </Button>
    }
    .into_any()
}

fn employments(record: Record) -> Vec<Employment> {
    match record.data {
        Data::Person(data) => data.with(|data| data.accounts.clone()),
        Data::Account(_) | Data::Opportunity(_) => Vec::new(),
    }
}

/// The companies of a person.
pub(crate) fn companies(record: Record) -> AnyView {
    let text = record.text;
    let linking = RwSignal::new(false);
    let link = move || {
        if !record.may_edit {
            ().into_any()
        } else if linking.get() {
            company_picker(record, linking)
        } else {
            link_button(text.person_company_add(), linking)
        }
    };
    view! {
        <Section title=text.person_companies() id="companies">
            <ul class="mini">
                <For each=move || employments(record) key=|job| job.number let:job>
                    {company_row(record, job)}
                </For>
            </ul>
            {move || {
                employments(record)
                    .is_empty()
                    .then(|| view! { <p class="muted">{text.person_companies_empty()}</p> })
            }}
            {link}
        </Section>
    }
    .into_any()
}

fn company_row(record: Record, job: Employment) -> AnyView {
    let text = record.text;
    let number = job.number.to_string();
    let role = job.role.map(|role| words::person_role(text, role)).unwrap_or_default();
    let main = if job.is_primary { text.person_primary_company() } else { "" };
    let unlink = record.may_edit.then(|| {
        let here = job.clone();
        view! {
            <Menu
                id=format!("company-menu-{number}")
                label=text.common_more_for(&job.name)
                size=Size::Sm
            >
                <MenuItem
                    label=text.common_remove()
                    icon="x"
                    on_click=move || {
                        if let Subject::Person(id) = record.subject() {
                            part(record, id, here.clone(), untrack(|| record.name()));
                        }
                    }
                />
            </Menu>
        }
    });
    view! {
        <li class="mini-row">
            <Avatar
                name=job.name.clone()
                seed=number.clone()
                kind=AvatarKind::Company
                size=Size::Sm
            />
            <span class="stack-tight grow">
                <a href=format!("/customers/{number}")>{job.name.clone()}</a>
                <span class="sub">{joined(&[role, main])}</span>
            </span>
            {unlink}
        </li>
    }
    .into_any()
}

fn company_picker(record: Record, linking: RwSignal<bool>) -> AnyView {
    let text = record.text;
    let chosen = RwSignal::new(Vec::<ComboOption>::new());
    let lookup = Lookup::companies();
    let problem = RwSignal::new(None::<String>);
    let taken = move |taken: Vec<ComboOption>| {
        let account =
            taken.into_iter().next().and_then(|one| one.value.parse::<AccountNumber>().ok());
        let (Some(account), Subject::Person(person)) = (account, record.subject()) else { return };
        linking.set(false);
        spawn_local(async move {
            done(record, join_account(person, account, None).await).await;
        });
    };
    view! {
        <Combobox
            chosen=chosen
            options=lookup.options
            loading=lookup.loading
            label=text.person_company_add()
            name="company"
            placeholder=text.person_company_search()
            no_match=text.list_none_title()
            error=problem
            on_query=move |typed| lookup.ask(typed)
            on_unmatched=move |unknown: bool| problem.set(unknown.then(|| text.error_field_unknown().to_owned()))
            on_change=taken
        />
        <Button size=Size::Sm on_click=move |_| linking.set(false)>
            {text.common_cancel()}
        </Button>
    }
    .into_any()
}

/// Takes a person off a customer, with a way back; `name` and the job's say who and where.
fn part(record: Record, person: PersonId, job: Employment, name: String) {
    let text = record.text;
    spawn_local(async move {
        match leave_account(person, job.number).await {
            Ok(_) => {
                record.reload().await;
                let said = text.customer_people_unlinked(&job.name, &name);
                record.removed(said, Removed::Job { of: person, job });
            }
            Err(error) => {
                record.toasts.error(save_trouble(text, &error));
            }
        }
    });
}

/// The same from the customer's page, which does not know as what the person works here.
fn part_here(record: Record, person: PersonSummary) {
    let Data::Account(data) = record.data else { return };
    let (account, number, name) =
        data.with_untracked(|data| (data.id, data.number, data.data.name.clone()));
    spawn_local(async move {
        let known = open_person(person.number.to_string()).await.ok();
        let job = known
            .and_then(|known| known.person.accounts.into_iter().find(|job| job.number == number))
            // Not to be had: then undoing brings back the bare link.
            .unwrap_or(Employment { account, number, name, role: None, is_primary: false });
        part(record, person.id, job, person.full_name);
    });
}

/// After linking: the page shows it, or says why not.
async fn done(record: Record, answer: Result<Version, AppError>) {
    match answer {
        Ok(_) => record.reload().await,
        Err(error) => {
            record.toasts.error(save_trouble(record.text, &error));
        }
    }
}
