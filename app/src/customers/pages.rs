//! The pages of one customer and of one person: everything about them in three panes.

use super::{
    api::{AccountScreen, PersonScreen, open_account, open_person},
    record::{
        Head, Record, account_facts, addresses, companies, follow, head, made, note_key, people,
        person_facts, quick, tabs, tags, timeline_pane,
    },
};
use crate::{
    carried::carried,
    cases, deals,
    frame::{WindowTitle, focus_title, trouble_page, use_changes},
    i18n::use_text,
    orders,
    palette::remember,
    surveys,
    ui::{Skeleton, SkeletonKind},
};
use domain::policy::{Action, Object};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

/// The number in the address of a record.
pub(crate) fn number() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("number").unwrap_or_default()))
}

/// What shows while a record is on its way.
pub(crate) fn waiting() -> AnyView {
    view! {
        <div class="page">
            <Skeleton kind=SkeletonKind::Record />
        </div>
    }
    .into_any()
}

/// The number of a record that went into another leads to that one: its own address takes the place, with what else the
/// address says.
fn own_address(folder: &'static str, asked: Memo<String>, own: String) {
    Effect::new(move |_| {
        if asked.get_untracked() != own {
            // Loaded anew: this page would be taken apart while it is being put together. Where that fails, it stays.
            let location = window().location();
            let rest = [location.search(), location.hash()].map(Result::unwrap_or_default).concat();
            let _ = location.replace(&format!("{folder}{own}{rest}"));
        }
    });
}

/// The page of a customer.
#[component]
pub fn AccountDetail() -> impl IntoView {
    let number = number();
    let screen = carried(move || number.get(), open_account);
    let retry = Callback::new(move |()| screen.refetch());
    view! {
        <Suspense fallback=waiting>
            {move || Suspend::new(async move {
                match screen.await {
                    Ok(screen) => {
                        own_address("/customers/", number, screen.account.number.to_string());
                        account_page(screen)
                    }
                    Err(error) => trouble_page(&error, "/customers", Some(retry)),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn account_page(screen: AccountScreen) -> AnyView {
    let text = use_text();
    let record = Record::account(screen);
    let parts = Head { list: "/customers", folder: "/customers/", delete: text.customer_delete() };
    let sees_people = record.boot.with_value(|boot| boot.may(Action::View, Object::Person));
    let related = move || {
        view! {
            {sees_people.then(|| people(record))}
            {deals::of_record(record)}
            {orders::of_account(record)}
            {cases::of_record(record)}
            {surveys::of_account(record)}
            {addresses(record)}
            {tags(record)}
            {made(record)}
        }
        .into_any()
    };
    page(record, parts, ().into_any(), account_facts(record), related())
}

/// The page of a person.
#[component]
pub fn PersonDetail() -> impl IntoView {
    let number = number();
    let screen = carried(move || number.get(), open_person);
    let retry = Callback::new(move |()| screen.refetch());
    view! {
        <Suspense fallback=waiting>
            {move || Suspend::new(async move {
                match screen.await {
                    Ok(screen) => {
                        own_address("/people/", number, screen.person.number.to_string());
                        person_page(screen)
                    }
                    Err(error) => trouble_page(&error, "/customers?tab=people", Some(retry)),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn person_page(screen: PersonScreen) -> AnyView {
    let text = use_text();
    let record = Record::person(screen);
    let parts =
        Head { list: "/customers?tab=people", folder: "/people/", delete: text.person_delete() };
    let sees_customers = record.boot.with_value(|boot| boot.may(Action::View, Object::Account));
    let related = view! {
        {sees_customers.then(|| companies(record))}
        {deals::of_record(record)}
        {cases::of_record(record)}
        {made(record)}
    }
    .into_any();
    page(record, parts, ().into_any(), person_facts(record), related)
}

/// A record: `top` below its head, then three panes.
pub(crate) fn page(
    record: Record,
    parts: Head,
    top: AnyView,
    profile: AnyView,
    related: AnyView,
) -> AnyView {
    focus_title();
    super::keys::register();
    let changes = use_changes();
    Effect::new(move |before: Option<u64>| {
        let renewals = changes.renewals();
        if before.is_some_and(|before| before != renewals) {
            spawn_local(record.reload());
        }
        renewals
    });
    follow(record);
    Effect::new(move |_| remember(record.number()));
    note_key(record, parts);
    let (tab_row, current) = tabs(record, parts);
    view! {
        <WindowTitle text=Signal::derive(move || record.name()) />
        <div class="page record">
            {head(record, parts)}
            {quick(record, parts)}
            {top}
            {record.reveal().dialog()}
            {tab_row}
            <div class="record-panes" data-tab=move || current.get()>
                <div class="pane pane-profile">{profile}</div>
                <div class="pane pane-main">{timeline_pane(record)}</div>
                <div class="pane pane-related">{related}</div>
            </div>
        </div>
    }
    .into_any()
}
