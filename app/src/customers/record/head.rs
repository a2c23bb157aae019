//! The head of a record: who it is, what can be done with it, and on phones the big buttons.

use super::{Record, contacts::reach, data::Data, sight};
use crate::{
    customers::{
        api::{delete_accounts, delete_people, restore_accounts, restore_people},
        list::{level_mark, status_chip},
        merge,
        share::{self, Sharing, hand_over},
    },
    deals::{
        self,
        api::{delete_opportunities, restore_opportunities},
    },
    error::AppError,
    frame::{Changes, save_trouble, use_changes},
    i18n::words,
    ui::{
        Avatar, AvatarKind, Banner, Button, Hotkey, Icon, LinkButton, Menu, MenuDivider, MenuItem,
        Size, TabItem, Tabs, Tone, safe_href, use_hotkey, use_words,
    },
};
use domain::{
    account::AccountKind,
    contact::{ContactKind, ContactPoint},
    note::Subject,
};
use leptos::{prelude::*, task::spawn_local, wasm_bindgen::JsCast, web_sys};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use std::time::Duration;

/// What differs between the heads of customers and persons.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    /// The list the record is in.
    pub list: &'static str,
    /// Its page without the number.
    pub folder: &'static str,
    /// Wording of the deletion.
    pub delete: &'static str,
}

/// The key that writes a note, where the person may.
pub(crate) fn note_key(record: Record, parts: Head) {
    if record.may_edit {
        let text = record.text;
        let write = note_writer(record, parts);
        let hotkey = Hotkey::new("m", text.shortcut_note(), text.shortcut_record(), move || {
            write.run(());
        });
        use_hotkey(hotkey);
    }
}

/// Name, chips, actions.
pub(crate) fn head(record: Record, parts: Head) -> AnyView {
    let text = record.text;
    let number = record.number();
    let seed = number.clone();
    let avatar = move || {
        let kind = match record.data {
            Data::Account(data) if data.read().data.kind != AccountKind::Individual => {
                AvatarKind::Company
            }
            _ => AvatarKind::Person,
        };
        view! { <Avatar name=record.name() seed=seed.clone() kind=kind size=Size::Lg /> }
    };
    let note = record.may_edit.then(|| {
        let write = note_writer(record, parts);
        view! {
            <Button icon="sticky-note" shortcut="m" on_click=move |_| write.run(())>
                {text.customer_note()}
            </Button>
        }
    });
    let notice = move || {
        record.notice.get().map(|notice| {
            view! {
                <Banner tone=Tone::Info icon="users" on_close=move || record.notice.set(None)>
                    {notice}
                </Banner>
            }
        })
    };
    let sharing = Sharing::new(record);
    view! {
        <header class="page-head record-head">
            <a
                class="btn btn-icon btn-quiet page-back"
                href=parts.list
                aria-label=use_words().back.clone()
            >
                <Icon name="chevron-left" />
            </a>
            {avatar}
            <div class="record-id">
                <h1 class="page-title" id="page-title" tabindex="-1">
                    {move || record.name()}
                </h1>
                <div class="record-sub">
                    <span class="num">{number}</span>
                    {move || marks(record)}
                    {share::mark(sharing)}
                </div>
            </div>
            <div class="page-actions">
                {note}
                {menu(record, parts, sharing)}
            </div>
        </header>
        {share::dialog(sharing)}
        {notice}
    }
    .into_any()
}

/// Chips and owner of a customer; job and company of a person.
fn marks(record: Record) -> AnyView {
    let text = record.text;
    let owner = move |owner| {
        let name = record.boot.with_value(|boot| boot.colleague(owner));
        (!name.is_empty()).then(|| {
            view! {
                <span>{format!("{}: {name}", text.column_owner())}</span>
            }
        })
    };
    match record.data {
        Data::Account(data) => {
            let data = data.read();
            let data = &data.data;
            let kind = (!matches!(data.kind, AccountKind::Company))
                .then(|| words::account_kind(text, data.kind));
            view! {
                {status_chip(text, data.status)}
                {data.level.map(|level| level_mark(text, level))}
                {kind}
                {owner(data.owner)}
            }
            .into_any()
        }
        Data::Person(data) => {
            let data = data.read();
            let company =
                data.accounts.first().map(|job| (job.number.to_string(), job.name.clone()));
            let company = company.map(|(number, name)| {
                view! { <a href=format!("/customers/{number}")>{name}</a> }
            });
            view! {
                <span>{data.data.title.clone()}</span>
                {company}
                {owner(data.data.owner)}
            }
            .into_any()
        }
        Data::Opportunity(data) => {
            let data = data.read();
            view! {
                {deals::marks(record, &data)}
                {owner(data.data.owner)}
            }
            .into_any()
        }
    }
}

fn menu(record: Record, parts: Head, sharing: Sharing) -> AnyView {
    let text = record.text;
    let may_delete = record.may_delete;
    let changes = use_changes();
    let navigate = use_navigate();
    let gone = Callback::new(move |()| navigate(parts.list, NavigateOptions::default()));
    let person = (record.may_edit && matches!(record.data, Data::Account(_))).then(|| {
        let href = format!("/people/new?account={}", record.number());
        view! { <MenuItem label=text.customer_people_add() icon="user-plus" href=href /> }
    });
    let asked = sight::Asked::new();
    let handing = hand_over::HandingOver::new(record);
    let merge = record.may_merge().then(|| {
        let is_person = matches!(record.data, Data::Person(_));
        let href = merge::address(is_person, &[record.number()]);
        view! { <MenuItem label=text.merge_open() icon="merge" href=href /> }
    });
    view! {
        <Menu id="record-menu" label=text.common_more() class="phone-keep">
            {person}
            {share::item(sharing)}
            {hand_over::item(handing)}
            {sight::item(record, asked)}
            {merge}
            <MenuItem
                label=text.customer_print()
                icon="printer"
                on_click=move || {
                    // A browser that cannot print has nothing to show either.
                    let _ = window().print();
                }
            />
            {may_delete
                .then(|| {
                    view! {
                        <MenuDivider />
                        <MenuItem
                            label=parts.delete
                            icon="trash-2"
                            danger=true
                            on_click=move || delete(record, changes, gone)
                        />
                    }
                })}
        </Menu>
        {sight::dialog(record, asked)}
        {hand_over::dialog(handing, gone)}
    }
    .into_any()
}

async fn put(subject: Subject, deleted: bool) -> Result<u64, AppError> {
    match (subject, deleted) {
        (Subject::Account(id), true) => delete_accounts(vec![id]).await,
        (Subject::Account(id), false) => restore_accounts(vec![id]).await,
        (Subject::Person(id), true) => delete_people(vec![id]).await,
        (Subject::Person(id), false) => restore_people(vec![id]).await,
        (Subject::Opportunity(id), true) => delete_opportunities(vec![id]).await,
        (Subject::Opportunity(id), false) => restore_opportunities(vec![id]).await,
        // A case has a page of its own.
        (Subject::Case(_), _) => Ok(0),
    }
}

/// Into the bin and back to the list, with a way back.
fn delete(record: Record, changes: Changes, gone: Callback<()>) {
    let (text, toasts, subject) = (record.text, record.toasts, record.subject());
    let name = untrack(|| record.name());
    spawn_local(async move {
        if let Err(error) = put(subject, true).await {
            toasts.error(save_trouble(text, &error));
            return;
        }
        changes.happened();
        let restored = text.toast_restored(&name);
        toasts.undo(text.toast_deleted(&name), move || {
            let restored = restored.clone();
            spawn_local(async move {
                match put(subject, false).await {
                    Ok(_) => {
                        changes.happened();
                        toasts.done(restored);
                    }
                    Err(error) => {
                        toasts.error(save_trouble(text, &error));
                    }
                }
            });
        });
        gone.try_run(());
    });
}

/// Id of the note field.
const NOTE_FIELD: &str = "note-body";

/// When the note field is looked for after its pane was opened, in milliseconds: the page first
/// has to show it.
const TRIES: [u64; 3] = [0, 50, 200];

/// Where the note field is to be seen on every screen.
fn note_address(record: Record, parts: Head) -> String {
    format!("{}{}?show=timeline", parts.folder, record.number())
}

/// Puts the focus into the note field, and opens its pane first where it is hidden.
fn note_writer(record: Record, parts: Head) -> Callback<()> {
    let navigate = use_navigate();
    let address = note_address(record, parts);
    Callback::new(move |()| {
        record.story.composing().set(None);
        if !focus_note() {
            let stay = NavigateOptions { scroll: false, ..NavigateOptions::default() };
            navigate(&address, stay);
            for delay in TRIES {
                let look = || {
                    focus_note();
                };
                set_timeout(look, Duration::from_millis(delay));
            }
        }
    })
}

/// `false` where the field does not show.
fn focus_note() -> bool {
    let field = document()
        .get_element_by_id(NOTE_FIELD)
        .and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok())
        .filter(|field| field.offset_width() > 0);
    if let Some(field) = &field {
        field.scroll_into_view();
        // A field that vanished meanwhile only means that there is nothing to focus.
        let _ = field.focus();
    }
    field.is_some()
}

/// Phones: call, write, note, in reach of the thumb.
pub(crate) fn quick(record: Record, parts: Head) -> AnyView {
    let text = record.text;
    let first = |wanted: fn(ContactKind) -> bool| {
        move || {
            record
                .contacts()
                .into_iter()
                .find(|point: &ContactPoint| wanted(point.kind))
                .and_then(|point| reach(record, &point))
        }
    };
    let phone = first(ContactKind::is_phone);
    let mail = first(|kind| kind == ContactKind::Email);
    let call = move || {
        phone().map(|href| {
            view! { <LinkButton href=safe_href(&href) icon="phone">{text.common_call()}</LinkButton> }
        })
    };
    let write = move || {
        mail().map(|href| {
            view! { <LinkButton href=safe_href(&href) icon="mail">{text.common_write()}</LinkButton> }
        })
    };
    let note = record.may_edit.then(|| {
        let write = note_writer(record, parts);
        let href = format!("{}#{NOTE_FIELD}", note_address(record, parts));
        view! {
            <span
                class="contents"
                on:click=move |event| {
                    event.prevent_default();
                    write.run(());
                }
            >
                <LinkButton href=href icon="sticky-note">
                    {text.customer_note()}
                </LinkButton>
            </span>
        }
    });
    view! {
        <div class="record-quick only-phone">
            {call}
            {write}
            {note}
        </div>
    }
    .into_any()
}

/// The panes as tabs where not all of them fit, and which one is open.
pub(crate) fn tabs(record: Record, parts: Head) -> (AnyView, Memo<String>) {
    let text = record.text;
    let query = use_query_map();
    let current = Memo::new(move |_| {
        let asked = query.with(|query| query.get("show").unwrap_or_default());
        match asked.as_str() {
            "details" | "related" => asked,
            _ => "timeline".to_owned(),
        }
    });
    let href = |pane: &str| format!("{}{}?show={pane}", parts.folder, record.number());
    let tabs = vec![
        TabItem::new("timeline", text.customer_timeline(), href("timeline")),
        TabItem::new("details", text.customer_profile(), href("details")),
        TabItem::new("related", text.customer_related(), href("related")),
    ];
    let view = view! {
        <div class="record-tabs">
            <Tabs label=text.customer_profile() tabs=tabs current=current />
        </div>
    };
    (view.into_any(), current)
}
