//! The lower edge of the list: how many are shown, and more of them.

use super::{Screen, address, pages::Rows};
use crate::{
    carried::awaited,
    frame::read_trouble,
    i18n::{Text, use_text},
    ui::{Button, Lasting, LinkButton, LoadMore, Size, Variant, use_toasts},
};
use domain::{
    list::{ListRequest, Tab},
    page::Count,
};
use leptos::{prelude::*, task::spawn_local};

/// A count with what was counted.
pub(super) fn in_words(text: Text, tab: Tab, count: Count) -> String {
    match (tab, count.more) {
        (Tab::Companies, false) => text.list_count_companies(count.number),
        (Tab::Companies, true) => text.list_count_more_companies(count.number),
        (Tab::Individuals, false) => text.list_count_individuals(count.number),
        (Tab::Individuals, true) => text.list_count_more_individuals(count.number),
        (Tab::People, false) => text.list_count_people(count.number),
        (Tab::People, true) => text.list_count_more_people(count.number),
    }
}

/// Count, and the way to more.
pub(super) fn foot(
    screen: Screen,
    rows: Rows,
    request: &ListRequest,
    more: Callback<()>,
) -> AnyView {
    let text = use_text();
    let tab = request.tab;
    let start = request.after.is_some().then(|| {
        let href = address::address(&ListRequest { after: None, ..request.clone() });
        view! {
            <LinkButton href=href size=Size::Sm icon="arrow-up">
                {text.list_page_start()}
            </LinkButton>
        }
    });
    let request = StoredValue::new(request.clone());
    let toasts = use_toasts();
    let counting = RwSignal::new(false);
    let count_all = move |_| {
        counting.set(true);
        spawn_local(async move {
            let answer = screen.count_exactly().await;
            counting.try_set(false);
            if let Err(error) = answer {
                toasts.error(read_trouble(text, &error));
            }
        });
    };
    let lasting = Lasting::here();
    let count = awaited(move || {
        let (exact, lasting) = (screen.exact(), lasting.clone());
        Suspend::new(async move {
            let Ok(count) = screen.count.await else { return ().into_any() };
            let count = exact.unwrap_or(count);
            let button = move || {
                view! {
                    <Button variant=Variant::Quiet size=Size::Sm loading=counting on_click=count_all>
                        {text.list_count_all()}
                    </Button>
                }
            };
            lasting.view(|| {
                view! {
                    <span class="num">{in_words(text, tab, count)}</span>
                    {count.more.then(button)}
                }
                .into_any()
            })
        })
    });
    view! {
        <div class="list-foot">
            <Transition>{count}</Transition>
            {start}
            {move || next_link(text, rows, request, more)}
        </div>
    }
    .into_any()
}

/// Leads to the next page; with scripts it is appended instead.
fn next_link(
    text: Text,
    rows: Rows,
    request: StoredValue<ListRequest>,
    more: Callback<()>,
) -> AnyView {
    let Some(after) = rows.next.get() else { return ().into_any() };
    let href = request.with_value(|request| {
        address::address(&ListRequest { after: Some(after), ..request.clone() })
    });
    view! {
        <LoadMore href=href label=text.list_load_more() loading=rows.loading on_more=more />
    }
    .into_any()
}
