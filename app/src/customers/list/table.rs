//! The rows as a table for wide screens and as lines for phones. Both are in the page; the style
//! sheet shows the one that fits.

use super::{
    Screen, address,
    pages::Rows,
    row::{Row, level_mark, status_chip},
};
use crate::{
    i18n::{Text, use_text, words},
    ui::{Avatar, Column, ColumnKind, DataTable, ListRow, RowSelection, SelectCell, Size, SortDir},
};
use domain::{
    account::Level,
    list::{ListRequest, Sort, Tab},
};
use leptos::prelude::*;

/// The table of wide screens.
pub(super) fn table(screen: Screen, rows: Rows, request: &ListRequest) -> AnyView {
    let text = use_text();
    let people = request.tab == Tab::People;
    let columns = columns(text, request);
    let order = if request.sort == Sort::Name {
        name_label(text, request.tab)
    } else {
        words::sort(text, request.sort)
    };
    let caption = text.list_caption(words::tab(text, request.tab), order);
    let selection = screen.selection;
    view! {
        <div class="not-phone">
            <DataTable
                caption=caption
                columns=columns
                selection=selection
                busy=screen.busy
                class="print-wide"
            >
                <For each=move || rows.all.get() key=|row| row.number.clone() let:row>
                    {if people { person_row(text, selection, row) } else { account_row(text, selection, row) }}
                </For>
            </DataTable>
        </div>
    }
    .into_any()
}

/// What names are called: those of persons have a word of their own in Chinese.
pub(super) fn name_label(text: Text, tab: Tab) -> &'static str {
    match tab {
        Tab::Companies => text.column_name(),
        Tab::Individuals | Tab::People => text.column_person_name(),
    }
}

fn columns(text: Text, request: &ListRequest) -> Vec<Column> {
    let sortable = |column: Column, sort: Sort| {
        if request.search.trim().is_empty() {
            let now = (request.sort == sort)
                .then(|| if request.descending() { SortDir::Desc } else { SortDir::Asc });
            column.sort(address::sorted(request, sort), now)
        } else {
            // Hits stand in the order of the best match.
            column
        }
    };
    let name = Column::new("name", name_label(text, request.tab)).sticky();
    let name = sortable(name, Sort::Name);
    let owner = Column::new("owner", text.column_owner());
    let last = Column::new("last_contact", text.column_last_contact()).kind(ColumnKind::Date);
    let last = sortable(last, Sort::LastContact);
    let created = Column::new("created", text.column_created()).kind(ColumnKind::Date);
    let created = sortable(created, Sort::Created);
    if request.tab == Tab::People {
        let company = Column::new("company", text.column_company());
        let phone = Column::new("phone", text.column_phone());
        return vec![name, company, phone, owner, last, created];
    }
    let status = Column::new("status", text.column_status());
    let level = Column::new("level", text.column_level());
    let value = Column::new("value", text.column_value()).kind(ColumnKind::Number);
    vec![name, status, level, owner, sortable(value, Sort::Value), last, created]
}

/// The name with its avatar; the link is what the keyboard moves along.
fn name_cell(row: &Row) -> AnyView {
    let (name, second) = (row.name.clone(), row.second.clone());
    view! {
        <th scope="row" class="cell-name">
            <a href=row.href.clone() data-row=row.id.clone()>
                <Avatar name=row.name.clone() seed=row.number.clone() kind=row.avatar size=Size::Sm />
                <span class="stack-tight">
                    <span class="cell-title">{name}</span>
                    <span class="sub">{second}</span>
                </span>
            </a>
        </th>
    }
    .into_any()
}

fn select_cell(text: Text, selection: RowSelection, row: &Row) -> AnyView {
    let label = text.list_select_row(&row.name);
    view! { <SelectCell selection=selection id=row.id.clone() label=label /> }.into_any()
}

/// A value, or the sign that there is none.
fn or_none(text: Text, value: String) -> AnyView {
    if value.is_empty() {
        view! { <span class="muted">{text.common_empty_value()}</span> }.into_any()
    } else {
        value.into_any()
    }
}

fn account_row(text: Text, selection: RowSelection, row: Row) -> AnyView {
    let id = row.id.clone();
    view! {
        <tr aria-selected=move || selection.has(&id).then_some("true")>
            {select_cell(text, selection, &row)}
            {name_cell(&row)}
            <td>{row.status.map(|status| status_chip(text, status))}</td>
            <td>{row.level.map(|level| level_mark(text, level))}</td>
            <td>{or_none(text, row.owner)}</td>
            <td class="num" title=row.value_full>
                {or_none(text, row.value)}
            </td>
            <td class="date" title=row.last_contact_full>
                {or_none(text, row.last_contact)}
            </td>
            <td class="date col-2">{row.created}</td>
        </tr>
    }
    .into_any()
}

fn person_row(text: Text, selection: RowSelection, row: Row) -> AnyView {
    let id = row.id.clone();
    let company = match row.company.clone() {
        Some((href, name)) => {
            let full = name.clone();
            view! { <a class="truncate" href=href title=full>{name}</a> }.into_any()
        }
        None => or_none(text, String::new()),
    };
    let phone = match row.phone.clone() {
        Some((shown, href)) => view! { <a class="num" href=href>{shown}</a> }.into_any(),
        None => or_none(text, String::new()),
    };
    view! {
        <tr aria-selected=move || selection.has(&id).then_some("true")>
            {select_cell(text, selection, &row)}
            {name_cell(&row)}
            <td class="cell-company">{company}</td>
            <td>{phone}</td>
            <td>{or_none(text, row.owner)}</td>
            <td class="date" title=row.last_contact_full>
                {or_none(text, row.last_contact)}
            </td>
            <td class="date col-2">{row.created}</td>
        </tr>
    }
    .into_any()
}

/// The lines of phones.
pub(super) fn phone_rows(rows: Rows) -> AnyView {
    let text = use_text();
    view! {
        <ul class="rows only-phone">
            <For each=move || rows.all.get() key=|row| row.number.clone() let:row>
                {phone_row(text, row)}
            </For>
        </ul>
    }
    .into_any()
}

fn phone_row(text: Text, row: Row) -> AnyView {
    let summary = row.summary();
    let (name, seed, kind) = (row.name.clone(), row.number.clone(), row.avatar);
    let leading = move || view! { <Avatar name=name.clone() seed=seed.clone() kind=kind /> };
    let marks = move || {
        // Two lines of a phone hold one chip: what stands out first.
        match (row.level, row.status) {
            (Some(level @ (Level::Vip | Level::High)), _) => Some(level_mark(text, level)),
            (_, Some(status)) => Some(status_chip(text, status)),
            _ => None,
        }
    };
    view! {
        <ListRow
            href=row.href
            title=row.name
            subtitle=summary
            meta=row.value
            leading=leading
            trailing=marks
        />
    }
    .into_any()
}
