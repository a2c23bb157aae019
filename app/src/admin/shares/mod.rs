//! Every share there is: what colleagues see or change beyond their roles, and the way to take it back.

pub mod api;

use super::{Place, may_change, page};
use crate::{
    boot::use_boot,
    carried::carried,
    customers::share::{api::unshare, told},
    frame::{address, read_trouble, save_trouble},
    i18n::{Text, use_text},
    ui::{
        Avatar, EmptyState, Icon, IconButton, LoadMore, Skeleton, SkeletonKind, Toasts,
        use_announcer, use_toasts,
    },
};
use api::list_shares;
use domain::{
    id::ShareId,
    note::Subject,
    page::{Cursor, Page},
    share::{ShareLine, ShareWith},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

/// The rows on show.
#[derive(Clone, Copy)]
struct Rows {
    text: Text,
    toasts: Toasts,
    all: RwSignal<Vec<ShareLine>>,
    /// Where the next page starts.
    next: RwSignal<Option<Cursor>>,
    /// The next page is on its way.
    loading: RwSignal<bool>,
    /// The share that is being taken back.
    busy: RwSignal<Option<ShareId>>,
}

/// The page.
#[component]
pub fn Shares() -> impl IntoView {
    let query = use_query_map();
    let after = Memo::new(move |_| query.with(|query| query.get("after").unwrap_or_default()));
    let shares = carried(move || after.get(), list_shares);
    let content = view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Rows count=5 /> }>
            {shares.shown(list)}
        </Transition>
    };
    page(Place::Shares, || (), content.into_any())
}

fn list(page: Page<ShareLine>) -> AnyView {
    let text = use_text();
    let rows = Rows {
        text,
        toasts: use_toasts(),
        all: RwSignal::new(page.rows),
        next: RwSignal::new(page.next),
        loading: RwSignal::new(false),
        busy: RwSignal::new(None),
    };
    let empty = Memo::new(move |_| rows.all.read().is_empty());
    let nothing = move || {
        view! {
            <EmptyState icon="users" title=text.share_empty_title() text=text.share_empty_body() />
        }
    };
    view! {
        <section class="card card-flush">
            <div class="card-head">
                <p class="muted">{text.share_all_hint()}</p>
            </div>
            <Show when=move || !empty.get() fallback=nothing>
                <ul class="entry-list">
                    <For each=move || rows.all.get() key=|line| line.share.id let:line>
                        {row(rows, &line)}
                    </For>
                </ul>
            </Show>
        </section>
        <div class="list-foot">{next_link(rows)}</div>
    }
    .into_any()
}

fn row(rows: Rows, line: &ShareLine) -> AnyView {
    let text = rows.text;
    let parts = use_boot().with_value(|boot| told(text, boot, &line.share));
    let parts = parts.into_iter().map(|part| view! { <span>{part}</span> }).collect_view();
    let folder = match line.subject {
        Subject::Account(_) => "customers",
        Subject::Person(_) => "people",
        // None of these is shared.
        Subject::Opportunity(_) => "deals",
        Subject::Case(_) => "feedback",
    };
    let href = format!("/{folder}/{}", line.number);
    let name = line.share.name.clone();
    let picture = match line.share.with {
        ShareWith::User(id) => {
            view! { <Avatar name=name.clone() seed=id.to_string() /> }.into_any()
        }
        ShareWith::Team(_) => view! { <Icon name="users" /> }.into_any(),
    };
    let (id, removed) = (line.share.id, name.clone());
    let take_back = may_change().then(|| {
        view! {
            <IconButton
                icon="x"
                label=text.share_remove(&name)
                disabled=Signal::derive(move || rows.busy.get() == Some(id))
                on_click=move |_| remove(rows, id, removed.clone())
            />
        }
    });
    view! {
        <li class="entry">
            {picture}
            <div class="grow">
                <p class="entry-title">
                    {name.clone()} " · "
                    <a class="link" href=href>
                        {line.record.clone()}
                    </a>
                </p>
                <p class="sub parts">
                    <span class="num">{line.number.clone()}</span>
                    {parts}
                </p>
            </div>
            {take_back}
        </li>
    }
    .into_any()
}

fn remove(rows: Rows, id: ShareId, name: String) {
    if rows.busy.get_untracked().is_some() {
        return;
    }
    rows.busy.set(Some(id));
    let text = rows.text;
    spawn_local(async move {
        let answer = unshare(id).await;
        rows.busy.try_set(None);
        match answer {
            Ok(()) => {
                rows.all.try_update(|all| all.retain(|line| line.share.id != id));
                rows.toasts.done(text.share_removed(&name));
            }
            Err(error) => {
                rows.toasts.error(save_trouble(text, &error));
            }
        }
    });
}

/// Leads to the next page; with scripts it is appended instead.
fn next_link(rows: Rows) -> AnyView {
    let text = rows.text;
    let announcer = use_announcer();
    let more = move || {
        let Some(after) = rows.next.get_untracked() else { return };
        if rows.loading.get_untracked() {
            return;
        }
        rows.loading.set(true);
        spawn_local(async move {
            let answer = list_shares(after.encode()).await;
            rows.loading.try_set(false);
            match answer {
                Ok(page) => {
                    announcer.say(text.list_loaded(i64::try_from(page.rows.len()).unwrap_or(0)));
                    rows.all.try_update(|all| all.extend(page.rows));
                    rows.next.try_set(page.next);
                }
                Err(error) => {
                    rows.toasts.error(read_trouble(text, &error));
                }
            }
        });
    };
    (move || {
        let after = rows.next.get()?.encode();
        let query = address::query(vec![("after", after)]);
        Some(view! {
            <LoadMore href=address::with_query("/admin/shares", &query) label=text.list_load_more() loading=rows.loading on_more=move |()| more() />
        })
    })
    .into_any()
}
