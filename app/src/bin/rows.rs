//! The rows of the bin as a table and as lines for phones, the way back for each, and more of them.

use super::{
    Place, address,
    api::{RestoreFromBin, list_bin, restore_from_bin},
    erase,
    row::Row,
};
use crate::{
    boot::use_boot,
    confirm::{self, Confirming},
    customers::list::joined,
    frame::save_trouble,
    i18n::{Text, use_text},
    ui::{
        Avatar, Button, ButtonKind, Column, ColumnKind, DataTable, EmptyState, LinkButton,
        LoadMore, Size, StatusChip, Toasts, Tone, use_announcer, use_toasts,
    },
};
use domain::{
    bin::{BinKind, Binned},
    page::{Cursor, Page},
};
use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn, task::spawn_local};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use uuid::Uuid;

/// The rows on show and what can be done with them.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    pub text: Text,
    pub toasts: Toasts,
    /// The rows.
    all: RwSignal<Vec<Row>>,
    /// Where the next page starts.
    next: RwSignal<Option<Cursor>>,
    /// The next page is on its way.
    loading: RwSignal<bool>,
    /// The row that is being restored or erased.
    pub busy: RwSignal<Option<Uuid>>,
    /// The row about which it is asked whether it is to leave for good.
    pub erasing: RwSignal<Option<Row>>,
    /// Asks for a fresh proof of who one is where the server wants one.
    pub confirming: Confirming,
    /// Opens the page of a restored record.
    open: Callback<String>,
    /// Loads the first page again.
    reload: Callback<()>,
}

/// The list, or that there is nothing in it.
pub(super) fn list(page: Page<Binned>, place: Place, reload: Callback<()>) -> AnyView {
    let text = use_text();
    let navigate = use_navigate();
    let rows = Rows {
        text,
        toasts: use_toasts(),
        next: RwSignal::new(page.next.clone()),
        all: RwSignal::new(written(&page)),
        loading: RwSignal::new(false),
        busy: RwSignal::new(None),
        erasing: RwSignal::new(None),
        confirming: Confirming::here(),
        open: Callback::new(move |href: String| navigate(&href, NavigateOptions::default())),
        reload,
    };
    let (kind, after) = place;
    let start = (!after.is_empty()).then(|| {
        view! {
            <LinkButton href=address(kind, "") size=Size::Sm icon="arrow-up">
                {text.list_page_start()}
            </LinkButton>
        }
    });
    let empty = Memo::new(move |_| rows.all.read().is_empty());
    view! {
        <Show when=move || !empty.get() fallback=move || nothing(text)>
            {table(rows)}
        </Show>
        <div class="list-foot">
            {start}
            {next_link(rows, kind)}
        </div>
        {erase::dialog(rows)}
        {confirm::dialog(rows.confirming)}
    }
    .into_any()
}

impl Rows {
    /// Takes a row off the list that is no longer in the bin.
    pub(super) fn take_off(self, id: Uuid) {
        let left = self.all.try_update(|all| {
            all.retain(|other| other.id != id);
            all.len()
        });
        // The rows that were loaded are used up, and there are more.
        if left == Some(0) && self.next.get_untracked().is_some() {
            self.reload.run(());
        }
    }
}

fn nothing(text: Text) -> AnyView {
    view! { <EmptyState icon="trash-2" title=text.bin_empty_title() text=text.bin_empty_body() /> }
        .into_any()
}

fn written(page: &Page<Binned>) -> Vec<Row> {
    let text = use_text();
    use_boot().with_value(|boot| page.rows.iter().map(|row| Row::new(row, text, boot)).collect())
}

/// The table; lines on phones.
fn table(rows: Rows) -> AnyView {
    let text = rows.text;
    let columns = vec![
        Column::new("name", text.column_name()).sticky(),
        Column::new("deleted_by", text.column_deleted_by()),
        Column::new("deleted", text.column_deleted()).kind(ColumnKind::Date),
        Column::new("left", text.bin_leaves()).kind(ColumnKind::Date),
        Column::new("actions", text.column_actions()).kind(ColumnKind::Actions),
    ];
    view! {
        <DataTable caption=text.bin_title() columns=columns>
            <For each=move || rows.all.get() key=|row| row.id let:row>
                {table_row(rows, row)}
            </For>
        </DataTable>
    }
    .into_any()
}

fn table_row(rows: Rows, row: Row) -> AnyView {
    let restore = restore_form(rows, &row);
    let erase = erase::button(rows, &row);
    let deleted = rows.text.bin_deleted(&row.when, &row.who);
    view! {
        <tr>
            <th scope="row" class="cell-name">
                <span class="person">
                    <Avatar name=row.name.clone() seed=row.number.clone() kind=row.avatar size=Size::Sm />
                    <span class="stack-tight">
                        <span class="cell-title">{row.name.clone()}</span>
                        <span class="sub num not-phone">{row.number.clone()}</span>
                        <span class="sub only-phone">{joined(&[&row.number, &deleted])}</span>
                        <span class="sub only-phone">{left(&row)}</span>
                    </span>
                </span>
            </th>
            <td>{row.who.clone()}</td>
            <td class="date" title=row.when_full.clone()>
                {row.when.clone()}
            </td>
            <td class="date" title=row.leaves.clone()>
                {left(&row)}
            </td>
            <td class="cell-actions at-end">
                <div class="cluster">{restore} {erase}</div>
            </td>
        </tr>
    }
    .into_any()
}

fn left(row: &Row) -> AnyView {
    if row.soon {
        view! { <StatusChip tone=Tone::Warn icon="clock" label=row.left.clone() /> }.into_any()
    } else {
        row.left.clone().into_any()
    }
}

/// The way back: a plain form that scripts take over.
fn restore_form(rows: Rows, row: &Row) -> AnyView {
    let text = rows.text;
    let (id, kind) = (row.id, row.kind);
    let label = text.bin_restore_name(&row.name);
    let row = StoredValue::new(row.clone());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        row.with_value(|row| restore(rows, row.clone()));
    };
    let code = super::tab(kind);
    view! {
        <form method="post" action=RestoreFromBin::PATH on:submit=send>
            <input type="hidden" name="kind" value=code />
            <input type="hidden" name="id" value=id.to_string() />
            <Button
                kind=ButtonKind::Submit
                size=Size::Sm
                icon="undo-2"
                loading=Signal::derive(move || rows.busy.get() == Some(id))
            >
                <span aria-hidden="true">{text.bin_restore()}</span>
                <span class="visually-hidden">{label}</span>
            </Button>
        </form>
    }
    .into_any()
}

fn restore(rows: Rows, row: Row) {
    if rows.busy.get_untracked().is_some() {
        return;
    }
    rows.busy.set(Some(row.id));
    let text = rows.text;
    spawn_local(async move {
        let answer = restore_from_bin(row.kind, row.id).await;
        rows.busy.try_set(None);
        if let Err(error) = answer {
            rows.toasts.error(save_trouble(text, &error));
            return;
        }
        let href = row.href.clone();
        rows.toasts.action(text.bin_restored(&row.name), text.common_open(), move || {
            rows.open.try_run(href.clone());
        });
        rows.take_off(row.id);
    });
}

/// Leads to the next page; with scripts it is appended instead.
fn next_link(rows: Rows, kind: BinKind) -> AnyView {
    let text = rows.text;
    let announcer = use_announcer();
    let boot = use_boot();
    let more = move || {
        let Some(after) = rows.next.get_untracked() else { return };
        if rows.loading.get_untracked() {
            return;
        }
        rows.loading.set(true);
        spawn_local(async move {
            let answer = list_bin(kind, after.encode()).await;
            rows.loading.try_set(false);
            match answer {
                Ok(page) => {
                    announcer.say(text.list_loaded(i64::try_from(page.rows.len()).unwrap_or(0)));
                    let more: Vec<Row> = boot.with_value(|boot| {
                        page.rows.iter().map(|row| Row::new(row, text, boot)).collect()
                    });
                    rows.all.try_update(|all| all.extend(more));
                    rows.next.try_set(page.next);
                }
                Err(error) => {
                    rows.toasts.error(save_trouble(text, &error));
                }
            }
        });
    };
    (move || {
        let after = rows.next.get()?;
        Some(view! {
            <LoadMore href=address(kind, &after.encode()) label=text.list_load_more() loading=rows.loading on_more=move |()| more() />
        })
    })
    .into_any()
}
