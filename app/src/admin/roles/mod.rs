//! Roles: what each allows, and roles of one's own, begun as copies of others.

pub mod api;
mod delete;
mod details;
mod editor;
mod head;
mod review;
mod table;
mod warnings;

use super::{Place, may_change, page};
use crate::{
    carried::carried,
    confirm::{self, Confirming},
    i18n::{Text, use_text, words},
    ui::{Icon, LinkButton, Menu, MenuItem, Skeleton, SkeletonKind, Toasts, use_toasts},
};
use api::{RoleLine, list_roles};
use domain::policy::Held;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What the parts of the screen share.
#[derive(Clone, Copy)]
struct Screen {
    text: Text,
    toasts: Toasts,
    /// Whoever looks may change something.
    may_change: bool,
    /// A role that is about to be taken away.
    asked: RwSignal<Option<delete::Asked>>,
    busy: RwSignal<bool>,
    again: Callback<()>,
    /// Asks for a fresh proof of who one is where the server wants one.
    confirming: Confirming,
}

/// Where a role is looked at.
fn address(held: Held) -> String {
    format!("/admin/roles?role={held}")
}

/// Where a new role is begun as a copy.
fn copy_address(held: Held) -> String {
    format!("/admin/roles?copy={held}")
}

/// The page: all roles, or the one the address names.
#[component]
pub fn Roles() -> impl IntoView {
    let text = use_text();
    let roles = carried(|| (), |()| list_roles());
    let screen = Screen {
        text,
        toasts: use_toasts(),
        may_change: may_change(),
        asked: RwSignal::new(None),
        busy: RwSignal::new(false),
        again: Callback::new(move |()| roles.refetch()),
        confirming: Confirming::here(),
    };
    let query = use_query_map();
    let named =
        move |key: &str| query.with(|query| query.get(key)).and_then(|code| code.parse().ok());
    let content = view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Rows count=8 /> }>
            {roles.shown(move |roles| shown(screen, named("role"), named("copy"), roles))}
        </Transition>
        {delete::dialog(screen)}
        {confirm::dialog(screen.confirming)}
    };
    page(Place::Roles, || (), content.into_any())
}

fn shown(screen: Screen, role: Option<Held>, copy: Option<Held>, roles: Vec<RoleLine>) -> AnyView {
    let find = |held: Held| roles.iter().find(|line| line.held == held).cloned();
    let copy = copy.filter(|_| screen.may_change);
    match (role.and_then(find), copy.and_then(find)) {
        (Some(line), _) => editor::editor(screen, line, false, roles),
        (None, Some(line)) => editor::editor(screen, line, true, roles),
        (None, None) => list(screen, &roles),
    }
}

fn list(screen: Screen, roles: &[RoleLine]) -> AnyView {
    let text = screen.text;
    let (built_in, own): (Vec<_>, Vec<_>) =
        roles.iter().partition(|line| matches!(line.held, Held::BuiltIn(_)));
    let rows =
        |lines: Vec<&RoleLine>| lines.into_iter().map(|line| row(screen, line)).collect_view();
    let (hint, none_own) = if screen.may_change {
        (text.role_hint(), text.role_none_own())
    } else {
        (text.role_hint_read(), text.role_none_yet())
    };
    let none = own.is_empty().then(|| {
        view! { <p class="card-body sub">{none_own}</p> }
    });
    view! {
        <p class="sub">{hint}</p>
        <section class="card card-flush">
            <div class="card-head">
                <h2 class="card-title">{text.role_built_in()}</h2>
            </div>
            <ul class="entry-list">{rows(built_in)}</ul>
        </section>
        <section class="card card-flush">
            <div class="card-head">
                <h2 class="card-title">{text.role_own()}</h2>
            </div>
            {none}
            <ul class="entry-list">{rows(own)}</ul>
        </section>
    }
    .into_any()
}

fn row(screen: Screen, line: &RoleLine) -> AnyView {
    let text = screen.text;
    let held = line.held;
    let name = words::role_name(text, &line.name);
    let (icon, hint) = match held {
        Held::BuiltIn(role) => ("shield", words::role_hint(text, role).to_owned()),
        Held::Own(_) => ("shield-check", editor::summary(text, &line.rights)),
    };
    let delete = match held {
        Held::Own(id) => {
            let asked = delete::Asked { id, name: name.clone() };
            let held_by_some = if line.people > 0 { text.role_held() } else { "" };
            Some(view! {
                <MenuItem
                    label=text.role_delete()
                    icon="trash-2"
                    danger=true
                    disabled_reason=held_by_some
                    on_click=move || screen.asked.set(Some(asked.clone()))
                />
            })
        }
        Held::BuiltIn(_) => None,
    };
    let menu = screen.may_change.then(|| {
        view! {
            <Menu id=format!("role-{held}") label=text.common_more_for(&name)>
                <MenuItem label=text.role_copy() icon="copy" href=copy_address(held) />
                {delete}
            </Menu>
        }
    });
    view! {
        <li class="entry">
            <Icon name=icon />
            <div class="grow">
                <p class="entry-title">
                    <a class="link" href=address(held)>
                        {name.clone()}
                    </a>
                </p>
                <p class="sub parts">
                    <span>{hint}</span>
                    <span>{text.structure_people(line.people)}</span>
                </p>
            </div>
            {menu}
        </li>
    }
    .into_any()
}

/// The way back to all roles.
fn back(text: Text) -> AnyView {
    view! {
        <LinkButton href="/admin/roles" icon="arrow-left">
            {text.role_all()}
        </LinkButton>
    }
    .into_any()
}
