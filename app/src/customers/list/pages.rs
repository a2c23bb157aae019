//! The rows of a list and the pages that are appended to them. Rows that were loaded stay when one
//! comes back from a record, and so does the place in them.

use super::{Screen, address, empty, foot, keys, row::Row, table};
use crate::{
    boot::{use_boot, use_now},
    customers::api::{ListPage, Looser, list_accounts, list_people},
    frame::{Remembered, save_trouble, use_list_memory},
    i18n::use_text,
    ui::{use_announcer, use_toasts},
};
use domain::{
    list::{ListRequest, Tab},
    page::Cursor,
};
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;

/// The first page of a list.
pub(super) struct List {
    /// Its rows.
    pub page: ListPage,
    /// What to drop, when it is empty.
    pub looser: Option<Looser>,
    /// What was asked for.
    pub request: ListRequest,
}

/// The rows on show and where they go on.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    /// The rows.
    pub all: RwSignal<Vec<Row>>,
    /// Where the next page starts.
    pub next: RwSignal<Option<Cursor>>,
    /// The next page is on its way.
    pub loading: RwSignal<bool>,
}

/// What is kept for the way back: rows after the first page, and where they go on.
struct Rest {
    rows: Vec<Row>,
    next: Option<Cursor>,
}

/// The list, or what stands in its place.
pub(super) fn list_view(screen: Screen, list: List) -> AnyView {
    let List { page, looser, request } = list;
    if page.is_empty() {
        screen.ids.set(Vec::new());
        return empty::empty(&request, looser);
    }
    let next = page.next().cloned();
    let (first, rest, scroll) = with_remembered(written(&page), &request);
    let shown = first.len();
    let rows = Rows {
        next: RwSignal::new(rest.as_ref().map_or(next, |rest| rest.next.clone())),
        all: RwSignal::new(match rest {
            Some(rest) => first.into_iter().chain(rest.rows.iter().cloned()).collect(),
            None => first,
        }),
        loading: RwSignal::new(false),
    };
    Effect::new(move || {
        screen.ids.set(rows.all.read().iter().map(|row| row.id.clone()).collect());
    });
    keys::give_back_focus();
    follow_scroll(scroll);
    let more = load_more(rows, request.clone(), shown);
    view! {
        {table::table(screen, rows, &request)}
        {table::phone_rows(rows)}
        {foot::foot(screen, rows, &request, more)}
    }
    .into_any()
}

/// The rows of a page, written out.
fn written(page: &ListPage) -> Vec<Row> {
    let (text, now) = (use_text(), use_now().get_untracked());
    use_boot().with_value(|boot| match page {
        ListPage::Accounts(page) => {
            page.rows.iter().map(|row| Row::account(row, text, boot, now)).collect()
        }
        ListPage::People(page) => {
            page.rows.iter().map(|row| Row::person(row, text, boot, now)).collect()
        }
    })
}

/// The first page, and on the way back what had been loaded after it.
fn with_remembered(
    first: Vec<Row>,
    request: &ListRequest,
) -> (Vec<Row>, Option<Arc<Rest>>, Option<f64>) {
    let back = use_list_memory().and_then(|memory| memory.take_back(&address::address(request)));
    let Some((kept, scroll)) = back else { return (first, None, None) };
    let rest = kept.and_then(|kept| kept.rest.downcast::<Rest>().ok());
    // A record that moved onto the first page must not stand in the list twice.
    let rest = rest.filter(|rest| {
        !rest.rows.iter().any(|row| first.iter().any(|other| other.number == row.number))
    });
    (first, rest, Some(scroll))
}

/// Goes back to the remembered place, and remembers the place from now on.
fn follow_scroll(back_to: Option<f64>) {
    let Some(memory) = use_list_memory() else { return };
    Effect::new(move || {
        if let Some(top) = back_to {
            request_animation_frame(move || window().scroll_to_with_x_and_y(0.0, top));
        }
        let handle = window_event_listener(leptos::ev::scroll, move |_| {
            // Moving on to another page scrolls as well, after the address has changed.
            if window().location().pathname().is_ok_and(|path| path == "/customers") {
                memory.keep_scroll(window().page_y_offset().unwrap_or_default());
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// Appends the next page; the link does the same without scripts by leading there.
fn load_more(rows: Rows, request: ListRequest, shown: usize) -> Callback<()> {
    let text = use_text();
    let toasts = use_toasts();
    let announcer = use_announcer();
    let memory = use_list_memory();
    let (boot, clock) = (use_boot(), use_now());
    Callback::new(move |()| {
        let Some(after) = rows.next.get_untracked() else { return };
        if rows.loading.get_untracked() {
            return;
        }
        rows.loading.set(true);
        let first = request.clone();
        let asked = ListRequest { after: Some(after), ..request.clone() };
        spawn_local(async move {
            let query = address::query_of(&asked);
            let answer = match asked.tab {
                Tab::People => list_people(query).await.map(ListPage::People),
                Tab::Companies | Tab::Individuals => {
                    list_accounts(query).await.map(ListPage::Accounts)
                }
            };
            rows.loading.try_set(false);
            let page = match answer {
                Ok(page) => page,
                Err(error) => {
                    toasts.error(save_trouble(text, &error));
                    return;
                }
            };
            let next = page.next().cloned();
            let Some(now) = clock.try_get_untracked() else { return };
            let more = boot.with_value(|boot| match &page {
                ListPage::Accounts(page) => page
                    .rows
                    .iter()
                    .map(|row| Row::account(row, text, boot, now))
                    .collect::<Vec<_>>(),
                ListPage::People(page) => {
                    page.rows.iter().map(|row| Row::person(row, text, boot, now)).collect()
                }
            });
            let came = i64::try_from(more.len()).unwrap_or(i64::MAX);
            announcer.say(text.list_loaded(came));
            if rows.all.try_update(|all| all.extend(more)).is_none() {
                return;
            }
            rows.next.set(next.clone());
            if let Some(memory) = memory {
                let all = rows.all.get_untracked().into_iter().skip(shown).collect();
                memory.keep(Remembered {
                    address: address::address(&first),
                    rest: Arc::new(Rest { rows: all, next }),
                });
            }
        });
    })
}
