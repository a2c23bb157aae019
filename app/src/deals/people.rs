//! The people of a deal: what each of them is to the purchase, and who is the main contact.

use super::api::{drop_deal_person, edit_opportunity, put_deal_person};
use crate::{
    customers::{choose::Lookup, list::joined, record::Record},
    error::AppError,
    frame::save_trouble,
    i18n::words,
    ui::{Avatar, Button, ComboOption, Combobox, Menu, MenuItem, Section, Size, Variant},
};
use domain::{
    account::FieldEdit,
    id::{OpportunityId, OpportunityNumber, PersonNumber, Version},
    opportunity::{BuyingRole, DealPerson, Opportunity, OpportunityField},
};
use leptos::{prelude::*, task::spawn_local};

/// The section.
pub(super) fn people(record: Record) -> AnyView {
    let text = record.text;
    let adding = RwSignal::new(false);
    // They are drawn anew only when they are others: a menu that is open stays open while the deal is read again.
    let all = Memo::new(move |_| {
        record.deal().map(|deal| deal.with(|deal| deal.people.clone())).unwrap_or_default()
    });
    let rows = move || {
        let all = all.get();
        if all.is_empty() {
            return view! { <p class="muted">{text.customer_people_empty()}</p> }.into_any();
        }
        let rows = all.into_iter().map(|person| row(record, person)).collect_view();
        view! { <ul class="mini">{rows}</ul> }.into_any()
    };
    let add = move || {
        if !record.may_edit {
            ().into_any()
        } else if adding.get() {
            picker(record, adding)
        } else {
            view! {
                <Button
                    variant=Variant::Quiet
                    size=Size::Sm
                    icon="link"
                    on_click=move |_| adding.set(true)
                >
                    {text.customer_people_link()}
                </Button>
            }
            .into_any()
        }
    };
    view! {
        <Section title=text.customer_people() id="deal-people">
            {rows}
            {add}
        </Section>
    }
    .into_any()
}

fn row(record: Record, person: DealPerson) -> AnyView {
    let text = record.text;
    let role = person.role.map(|role| words::buying_role(text, role)).unwrap_or_default();
    let main = if person.is_main { text.deal_main_person() } else { "" };
    let (number, name) = (person.number.to_string(), person.name.clone());
    let menu = record.may_edit.then(|| menu(record, person));
    view! {
        <li class="mini-row">
            <Avatar name=name.clone() seed=number.clone() size=Size::Sm />
            <span class="stack-tight grow">
                <a href=format!("/people/{number}")>{name}</a>
                <span class="sub">{joined(&[main, role])}</span>
            </span>
            {menu}
        </li>
    }
    .into_any()
}

fn menu(record: Record, person: DealPerson) -> AnyView {
    let text = record.text;
    let number = person.number;
    let main = (!person.is_main).then(|| {
        let make = move || change(record, async move |deal| make_main(deal, number).await);
        view! { <MenuItem label=text.deal_main_person_make() icon="pin" on_click=make /> }
    });
    let roles = BuyingRole::ALL.iter().copied().map(Some).chain([None]);
    let roles = roles
        .filter(|role| *role != person.role)
        .map(|role| {
            let label =
                role.map_or(text.choice_person_role_none(), |role| words::buying_role(text, role));
            let put = move || change(record, async move |deal| put(deal, number, role).await);
            view! { <MenuItem label=label on_click=put /> }
        })
        .collect_view();
    let label = text.common_more_for(&person.name);
    let remove = move || take_off(record, person.clone());
    view! {
        <Menu id=format!("deal-person-{number}") label=label size=Size::Sm>
            {main}
            {roles}
            <MenuItem label=text.common_remove() icon="x" on_click=remove />
        </Menu>
    }
    .into_any()
}

fn picker(record: Record, adding: RwSignal<bool>) -> AnyView {
    let text = record.text;
    let chosen = RwSignal::new(Vec::<ComboOption>::new());
    let lookup = Lookup::people();
    let taken = move |taken: Vec<ComboOption>| {
        let person = taken.into_iter().next().and_then(|one| one.value.parse().ok());
        let Some(person) = person else { return };
        adding.set(false);
        change(record, async move |deal| put(deal, person, None).await);
    };
    view! {
        <Combobox
            chosen=chosen
            options=lookup.options
            loading=lookup.loading
            label=text.field_opportunity_participant()
            name="participant"
            placeholder=text.customer_people_search()
            no_match=text.list_none_title()
            on_query=move |typed| lookup.ask(typed)
            on_change=taken
        />
        <Button size=Size::Sm on_click=move |_| adding.set(false)>
            {text.common_cancel()}
        </Button>
    }
    .into_any()
}

/// The deal that is changed, in the version that is shown.
#[derive(Clone, Copy)]
struct Shown {
    number: OpportunityNumber,
    id: OpportunityId,
    seen: Version,
}

async fn put(
    deal: Shown,
    person: PersonNumber,
    role: Option<BuyingRole>,
) -> Result<Opportunity, AppError> {
    put_deal_person(deal.number, deal.id, person, role).await
}

async fn make_main(deal: Shown, person: PersonNumber) -> Result<Opportunity, AppError> {
    let field = OpportunityField::Person.code().to_owned();
    let edit = FieldEdit { field, value: person.to_string() };
    edit_opportunity(deal.number, deal.id, deal.seen, vec![edit]).await
}

/// Takes somebody off the deal, with the way back: as what they were.
fn take_off(record: Record, person: DealPerson) {
    let said = record.text.deal_person_removed(&person.name);
    let DealPerson { number, role, is_main, .. } = person;
    change(record, async move |deal| {
        let left = drop_deal_person(deal.number, deal.id, number).await?;
        record.toasts.undo(said, move || {
            change(record, async move |deal| {
                let back = put(deal, number, role).await?;
                if is_main && back.data.person != Some(number) {
                    return make_main(Shown { seen: back.version, ..deal }, number).await;
                }
                Ok(back)
            });
        });
        Ok(left)
    });
}

/// Changes the deal and shows what became of it.
fn change(
    record: Record,
    what: impl AsyncFnOnce(Shown) -> Result<Opportunity, AppError> + 'static,
) {
    let Some(deal) = record.deal() else { return };
    let shown =
        deal.with_untracked(|deal| Shown { number: deal.number, id: deal.id, seen: deal.version });
    spawn_local(async move {
        let writing = record.writing();
        let answer = what(shown).await;
        drop(writing);
        match answer {
            Ok(deal) => {
                let version = deal.version;
                record.take_deal(deal);
                record.touched(shown.seen, version).await;
            }
            Err(error) => {
                record.toasts.error(save_trouble(record.text, &error));
            }
        }
    });
}
