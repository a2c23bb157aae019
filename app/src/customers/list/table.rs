//! The rows as a table. The style sheet makes lines of it on phones: one set of rows to send, to wake up and
//! to read out.

use super::{
    Screen, address,
    pages::Rows,
    row::{Row, level_look, level_markup, status_markup},
};
use crate::{
    boot::use_boot,
    i18n::{Text, use_text, words},
    ui::{
        AssetPaths, Column, ColumnKind, DataTable, Size, SortDir, TableRow, avatar_markup, filled,
    },
};
use domain::{
    list::{ListRequest, Sort, Tab},
    policy::{Access, Detail, DetailRules, Object},
};
use leptos::prelude::*;
use maud::{Markup, html};

/// The table.
pub(super) fn table(screen: Screen, rows: Rows, request: &ListRequest) -> AnyView {
    let text = use_text();
    let people = request.tab == Tab::People;
    let seen = Seen::by(request.tab);
    let columns = columns(text, request, seen);
    let order = if request.sort == Sort::Name {
        name_label(text, request.tab)
    } else {
        words::sort(text, request.sort)
    };
    let caption = text.list_caption(words::tab(text, request.tab), order);
    let selection = screen.selection;
    let sprite = use_context::<AssetPaths>().unwrap_or_default().icons;
    view! {
        <DataTable
            caption=caption
            columns=columns
            selection=selection
            busy=screen.busy
            class="print-wide"
        >
            <For
                each=move || rows.all.get()
                key=|row| (row.number.clone(), row.edition, row.owner.clone())
                let:row
            >
                {
                    let cells = if people {
                        person_cells(&row, seen)
                    } else {
                        account_cells(text, &sprite, &row, seen)
                    };
                    let label = text.list_select_row(&row.name);
                    view! { <TableRow selection=selection id=row.id.clone() label=label cells=cells /> }
                }
            </For>
        </DataTable>
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

/// How far the columns are open that a role may be kept from.
#[derive(Clone, Copy)]
struct Seen {
    object: Object,
    details: DetailRules,
}

impl Seen {
    fn by(tab: Tab) -> Self {
        let object = tab.object();
        let details = use_boot().with_value(|boot| *boot.rights.details());
        Self { object, details }
    }

    /// Whether there is a column for a detail: one that is seen in part is a column too.
    fn has(self, detail: Detail) -> bool {
        self.details.access(self.object, detail) > Access::Hidden
    }
}

fn columns(text: Text, request: &ListRequest, seen: Seen) -> Vec<Column> {
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
        let all = [
            Some(name),
            Some(company),
            seen.has(Detail::Phone).then_some(phone),
            Some(owner),
            seen.has(Detail::LastContact).then_some(last),
            Some(created),
        ];
        return all.into_iter().flatten().collect();
    }
    let status = Column::new("status", text.column_status());
    let level = Column::new("level", text.column_level());
    let value = Column::new("value", text.column_value()).kind(ColumnKind::Number);
    let all = [
        Some(name),
        Some(status),
        seen.has(Detail::Level).then_some(level),
        Some(owner),
        seen.has(Detail::Value).then(|| sortable(value, Sort::Value)),
        seen.has(Detail::LastContact).then_some(last),
        Some(created),
    ];
    all.into_iter().flatten().collect()
}

/// The name with its avatar; the link is what the keyboard moves along. On phones the second line says what
/// the columns do.
fn name_cell(row: &Row) -> Markup {
    let summary = row.summary();
    html! {
        th scope="row" class="cell-name" {
            a href=(row.href) data-row=(row.id) {
                (avatar_markup(&row.name, &row.number, row.avatar, Size::Sm))
                span class="stack-tight" {
                    span class="cell-title" { (row.name) }
                    @if row.second == summary {
                        span class="sub" { (summary) }
                    } @else {
                        span class="sub not-phone" { (row.second) }
                        span class="sub only-phone" { (summary) }
                    }
                }
            }
        }
    }
}

fn last_cells(row: &Row, seen: Seen) -> Markup {
    html! {
        @if seen.has(Detail::LastContact) {
            td class="date" title=[filled(row.last_contact_full.clone())] { (row.last_contact) }
        }
        td class="date col-2" { (row.created) }
    }
}

fn account_cells(text: Text, sprite: &str, row: &Row, seen: Seen) -> Markup {
    // A line of a phone has room for one chip: what stands out first.
    let stands_out = row.level.and_then(level_look).is_some();
    html! {
        (name_cell(row))
        td class=[(!stands_out).then_some("at-end")] {
            @if let Some(status) = row.status { (status_markup(sprite, text, status)) }
        }
        @if seen.has(Detail::Level) {
            td class=[stands_out.then_some("at-end")] {
                @if let Some(level) = row.level { (level_markup(sprite, text, level)) }
            }
        }
        td { (row.owner) }
        @if seen.has(Detail::Value) {
            td class="num at-end" title=[filled(row.value_full.clone())] { (row.value) }
        }
        (last_cells(row, seen))
    }
}

fn person_cells(row: &Row, seen: Seen) -> Markup {
    html! {
        (name_cell(row))
        td class="cell-company" {
            @if let Some((href, name)) = &row.company {
                a class="truncate" href=(href) title=(name) { (name) }
            }
        }
        @if seen.has(Detail::Phone) {
            td {
                @match &row.phone {
                    Some((shown, Some(href))) => a class="num" href=(href) { (shown) },
                    Some((shown, None)) => span class="num" { (shown) },
                    None => {}
                }
            }
        }
        td { (row.owner) }
        (last_cells(row, seen))
    }
}
