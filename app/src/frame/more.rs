//! What comes behind the rows of a list: a link to the next page; with scripts its rows are appended instead.

use super::read_trouble;
use crate::{
    error::AppError,
    i18n::use_text,
    ui::{LoadMore, use_announcer, use_toasts},
};
use domain::page::{Cursor, Page};
use leptos::{prelude::*, task::spawn_local};
use std::{future::Future, sync::Arc};

/// What was heard of a list's records: once pages were appended to it, its rows stay until it is opened anew.
pub(crate) fn until_extended(
    heard: impl Fn() -> u64 + Send + Sync + 'static,
    extended: RwSignal<bool>,
) -> Memo<u64> {
    Memo::new(move |before: Option<&u64>| {
        let now = heard();
        if extended.get_untracked() { before.copied().unwrap_or(now) } else { now }
    })
}

/// The rows of a list that is read page by page. Copy it into handlers freely.
pub(crate) struct Paged<T: Send + Sync + 'static> {
    /// The rows that are there.
    pub rows: RwSignal<Vec<Arc<T>>>,
    /// Where it goes on.
    pub next: RwSignal<Option<Cursor>>,
    /// Pages were appended: what changes elsewhere does not bring the list back to its first one.
    pub extended: RwSignal<bool>,
}

impl<T: Send + Sync + 'static> Clone for Paged<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Paged<T> {}

impl<T: Send + Sync + 'static> Paged<T> {
    /// With the rows of the first page.
    pub(crate) fn new(page: Page<T>, extended: RwSignal<bool>) -> Self {
        Self {
            rows: RwSignal::new(page.rows.into_iter().map(Arc::new).collect()),
            next: RwSignal::new(page.next),
            extended,
        }
    }

    /// The link: `href` is the address of a page, `load` reads it, `same` tells whether two rows are of one record.
    pub(crate) fn more<F>(
        self,
        href: impl Fn(Cursor) -> String + Send + Sync + 'static,
        load: impl Fn(Cursor) -> F + Send + Sync + 'static,
        same: fn(&T, &T) -> bool,
    ) -> AnyView
    where
        F: Future<Output = Result<Page<T>, AppError>> + 'static,
    {
        let (text, toasts, announcer) = (use_text(), use_toasts(), use_announcer());
        let loading = RwSignal::new(false);
        let load = StoredValue::new(load);
        let append = move |()| {
            let Some(after) = self.next.get_untracked().filter(|_| !loading.get_untracked()) else {
                return;
            };
            loading.set(true);
            let coming = load.with_value(|load| load(after));
            spawn_local(async move {
                let answer = coming.await;
                loading.try_set(false);
                match answer {
                    Ok(page) => {
                        announcer
                            .say(text.list_loaded(i64::try_from(page.rows.len()).unwrap_or(0)));
                        self.append(page, same);
                    }
                    Err(error) => {
                        toasts.error(read_trouble(text, &error));
                    }
                }
            });
        };
        (move || {
            self.next.get().map(|after| {
                let href = href(after);
                view! {
                    <LoadMore href=href label=text.list_load_more() loading=loading on_more=append />
                }
            })
        })
        .into_any()
    }

    fn append(self, page: Page<T>, same: fn(&T, &T) -> bool) {
        self.next.try_set(page.next);
        self.extended.try_set(true);
        self.rows.try_update(|rows| {
            for row in page.rows {
                if rows.iter().all(|other| !same(other, &row)) {
                    rows.push(Arc::new(row));
                }
            }
        });
    }
}
