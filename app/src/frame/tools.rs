//! The top bar and the (+) of phones: search, new, help, and the person who is signed in.

use super::{Opened, PreferenceMenu, SignOut};
use crate::{
    activities::Bell,
    boot::Boot,
    i18n::Text,
    ui::{Avatar, Icon, IconButton, Kbd, Menu, MenuDivider, MenuHeading, MenuItem, Size, Variant},
};
use domain::policy::{Action, Object};
use leptos::prelude::*;

/// Phones, left of the title: who is signed in.
pub(super) fn lead(text: Text, boot: StoredValue<Boot>) -> AnyView {
    let (name, seed) = boot.with_value(|boot| (boot.user_name.clone(), boot.user.to_string()));
    view! {
        <span class="cluster">
            <a
                class="btn btn-icon btn-quiet only-phone"
                href="/profile"
                aria-label=text.nav_account_menu()
            >
                <Avatar name=name seed=seed />
            </a>
        </span>
    }
    .into_any()
}

/// Wide screens: opens the palette; without scripts it leads to the list, which has a search.
pub(super) fn search(text: Text, opened: Opened) -> AnyView {
    view! {
        <a
            class="search-button"
            href="/customers"
            aria-keyshortcuts="Control+K Meta+K"
            on:click=move |event| {
                event.prevent_default();
                opened.palette.set(true);
            }
        >
            <Icon name="search" class="icon-sm" />
            <span class="truncate">{text.nav_search_hint()}</span>
            <Kbd keys="mod+k" />
        </a>
    }
    .into_any()
}

/// The right end of the top bar.
pub(super) fn tools(
    text: Text,
    boot: StoredValue<Boot>,
    opened: Opened,
    bell: Option<Bell>,
) -> AnyView {
    view! {
        <a
            class="btn btn-icon btn-quiet phone-keep only-phone"
            href="/customers"
            aria-label=text.nav_search()
            on:click=move |event| {
                event.prevent_default();
                opened.palette.set(true);
            }
        >
            <Icon name="search" />
        </a>
        {new_menu(text, boot)}
        {bell.map(Bell::button)}
        <IconButton
            icon="circle-question-mark"
            label=text.help_open()
            class="phone-keep"
            on_click=move |_| opened.help.set(true)
        />
        {person_menu(text, boot, opened)}
    }
    .into_any()
}

fn new_menu(text: Text, boot: StoredValue<Boot>) -> AnyView {
    let may = boot.with_value(|boot| boot.may_any(Action::Create));
    may.then(|| {
        view! {
            <span class="not-phone">
                <Menu id="new" label=text.nav_new() icon="plus" show_label=true variant=Variant::Default>
                    {new_items(text, boot, None)}
                </Menu>
            </span>
        }
    })
    .into_any()
}

fn new_items(text: Text, boot: StoredValue<Boot>, at: Option<String>) -> AnyView {
    let [accounts, people, deals] = [Object::Account, Object::Person, Object::Opportunity]
        .map(|object| boot.with_value(|boot| boot.may(Action::Create, object)));
    let person = match &at {
        Some(number) => format!("/people/new?account={number}"),
        None => "/people/new".to_owned(),
    };
    let accounts = accounts.then(|| {
        view! {
            <MenuItem
                label=text.customer_new_company()
                icon="building-2"
                href="/customers/new"
                shortcut="n c"
            />
            <MenuItem
                label=text.customer_new_individual()
                icon="user"
                href="/customers/new?kind=individual"
            />
        }
    });
    let people = people.then(|| {
        view! { <MenuItem label=text.nav_new_person() icon="contact" href=person shortcut="n p" /> }
    });
    let deal = match &at {
        Some(number) => format!("/deals/new?account={number}"),
        None => "/deals/new".to_owned(),
    };
    let deals = deals.then(|| {
        view! { <MenuItem label=text.nav_new_deal() icon="kanban" href=deal shortcut="n d" /> }
    });
    view! { {accounts} {people} {deals} }.into_any()
}

fn person_menu(text: Text, boot: StoredValue<Boot>, opened: Opened) -> AnyView {
    let name = boot.with_value(|boot| boot.user_name.clone());
    view! {
        <span class="not-phone">
            <Menu id="me" label=text.nav_account_menu() icon="circle-user">
                <MenuHeading label=text.app_signed_in_as(&name) />
                <MenuItem label=text.nav_profile() icon="user-cog" href="/profile" />
                <MenuItem
                    label=text.nav_shortcuts()
                    icon="keyboard"
                    shortcut="?"
                    on_click=move || opened.shortcuts.set(true)
                />
                <MenuDivider />
                <PreferenceMenu />
                <MenuDivider />
                <SignOut />
            </Menu>
        </span>
    }
    .into_any()
}

/// The (+) of the bottom bar. On a customer's page a new person belongs to that customer.
pub(super) fn add(text: Text, boot: StoredValue<Boot>, path: Signal<String>) -> AnyView {
    let may = boot.with_value(|boot| boot.may_any(Action::Create));
    let at = move || {
        let number = path.get().strip_prefix("/customers/").map(str::to_owned);
        number.filter(|number| number.starts_with("C-"))
    };
    may.then(|| {
        view! {
            <Menu id="add" label=text.nav_new() icon="plus" variant=Variant::Primary size=Size::Md>
                {move || new_items(text, boot, at())}
            </Menu>
        }
    })
    .into_any()
}
