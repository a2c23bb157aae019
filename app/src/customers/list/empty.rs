//! A list with nothing in it: at first, what to do; later, which condition to drop.

use super::address;
use crate::{
    boot::use_boot,
    customers::api::{Condition, Looser},
    i18n::{Text, use_text, words},
    ui::{EmptyState, LinkButton, Variant},
};
use domain::{
    list::{ListRequest, Tab},
    policy::{Action, Object},
};
use leptos::prelude::*;

/// What stands in place of the rows.
pub(super) fn empty(request: &ListRequest, looser: Option<Looser>) -> AnyView {
    if address::is_narrowed(request) { no_match(request, looser) } else { first_use(request.tab) }
}

fn first_use(tab: Tab) -> AnyView {
    let text = use_text();
    let (create, import) = use_boot().with_value(|boot| {
        (boot.may(Action::Create, tab.object()), boot.may(Action::Import, Object::Import))
    });
    let (icon, title, body, href, label) = match tab {
        Tab::Companies => (
            "building-2",
            text.list_empty_title(),
            text.list_empty_body(),
            "/customers/new",
            text.customer_new_company(),
        ),
        Tab::Individuals => (
            "user",
            text.list_empty_individuals_title(),
            text.list_empty_individuals_body(),
            "/customers/new?kind=individual",
            text.customer_new_individual(),
        ),
        Tab::People => (
            "contact",
            text.list_empty_people_title(),
            text.list_empty_people_body(),
            "/people/new",
            text.list_new_person(),
        ),
    };
    let actions = move || {
        view! {
            {create
                .then(|| {
                    view! {
                        <LinkButton href=href variant=Variant::Primary icon="plus">
                            {label}
                        </LinkButton>
                    }
                })}
            {import
                .then(|| {
                    view! {
                        <LinkButton href="/import" icon="upload">
                            {text.list_import()}
                        </LinkButton>
                    }
                })}
        }
    };
    view! { <EmptyState icon=icon title=title text=body actions=actions /> }.into_any()
}

fn no_match(request: &ListRequest, looser: Option<Looser>) -> AnyView {
    let text = use_text();
    let (title, body) = sentences(text, request, looser.as_ref());
    let object = request.tab.object();
    let create = use_boot().with_value(|boot| boot.may(Action::Create, object));
    let typed = request.search.trim().to_owned();
    let (path, name) = match request.tab {
        Tab::People => ("/people/new", "full_name"),
        Tab::Individuals | Tab::Companies => ("/customers/new", "name"),
    };
    let mut pairs = vec![(name, typed.as_str())];
    if request.tab == Tab::Individuals {
        pairs.push(("kind", "individual"));
    }
    let new = (create && !typed.is_empty()).then(|| {
        let href = crate::frame::address::with_query(path, &crate::frame::address::query(pairs));
        let label = if request.tab == Tab::People {
            text.list_none_search_create_person(&typed)
        } else {
            text.list_none_search_create(&typed)
        };
        (href, label)
    });
    let drop = looser.map(|looser| {
        let label = match looser.condition {
            Condition::Search => text.list_search_clear().to_owned(),
            other => text.list_filter_remove(&condition(text, request, other)),
        };
        let href = crate::frame::address::with_query("/customers", &looser.query);
        (href, label)
    });
    let clear = address::cleared(request);
    let actions = move || {
        view! {
            {drop
                .clone()
                .map(|(href, label)| {
                    view! {
                        <LinkButton href=href variant=Variant::Primary icon="x">
                            {label}
                        </LinkButton>
                    }
                })}
            <LinkButton href=clear.clone()>{text.list_filters_clear()}</LinkButton>
            {new
                .clone()
                .map(|(href, label)| {
                    view! {
                        <LinkButton href=href icon="plus">
                            {label}
                        </LinkButton>
                    }
                })}
        }
    };
    view! { <EmptyState icon="search" title=title text=body actions=actions /> }.into_any()
}

fn sentences(text: Text, request: &ListRequest, looser: Option<&Looser>) -> (String, String) {
    let people = request.tab == Tab::People;
    let searched = request.search.trim();
    match looser {
        Some(looser) => {
            let dropped = condition(text, request, looser.condition);
            let count = looser.count.number;
            let body = if people {
                text.list_none_filtered_people(count, &dropped)
            } else {
                text.list_none_filtered(count, &dropped)
            };
            (text.list_none_title().to_owned(), body)
        }
        None if !searched.is_empty() => {
            (text.list_none_search(searched), text.list_none_search_hint().to_owned())
        }
        None => {
            let body = if people {
                text.list_none_all_filters_people()
            } else {
                text.list_none_all_filters()
            };
            (text.list_none_title().to_owned(), body.to_owned())
        }
    }
}

/// A condition of the list in words.
fn condition(text: Text, request: &ListRequest, condition: Condition) -> String {
    match condition {
        Condition::Search => request.search.trim().to_owned(),
        Condition::Tag => request.tag.clone(),
        Condition::Filter(filter) => words::filter(text, filter).to_owned(),
    }
}
