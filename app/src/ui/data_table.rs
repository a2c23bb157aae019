//! The table of desktop lists: a real table with sticky header, sortable by links.
//! It scrolls sideways inside its own region; the page never does.

use leptos::prelude::*;

use super::{Icon, RowSelection, Text, classes, safe_href, selection::select_all_cell, use_words};

/// What the cells of a column hold, which decides alignment and wrapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnKind {
    /// Words.
    #[default]
    Text,
    /// Numbers and money: right-aligned, equal digits, never wrapped.
    Number,
    /// Dates: equal digits, never wrapped.
    Date,
    /// Row buttons: narrow, header spoken only.
    Actions,
}

/// Direction of a sorted column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortDir {
    /// Smallest first.
    Asc,
    /// Largest first.
    Desc,
}

/// One column.
#[derive(Clone, Debug)]
pub struct Column {
    key: Text,
    label: Text,
    kind: ColumnKind,
    sort: Option<(Text, Option<SortDir>)>,
    sticky: bool,
}

impl Column {
    /// A column of words. The key becomes `data-col`, for widths in screen styles.
    pub fn new(key: impl Into<Text>, label: impl Into<Text>) -> Self {
        Self {
            key: key.into(),
            label: label.into(),
            kind: ColumnKind::Text,
            sort: None,
            sticky: false,
        }
    }

    /// What its cells hold.
    #[must_use]
    pub const fn kind(mut self, kind: ColumnKind) -> Self {
        self.kind = kind;
        self
    }

    /// Sortable: the address that sorts by it, and how it is sorted now.
    #[must_use]
    pub fn sort(mut self, href: impl Into<Text>, now: Option<SortDir>) -> Self {
        self.sort = Some((href.into(), now));
        self
    }

    /// Stays in view when the table scrolls sideways (first column).
    #[must_use]
    pub const fn sticky(mut self) -> Self {
        self.sticky = true;
        self
    }
}

/// A table with its header. The children are the rows (`<tr>`).
#[component]
pub fn DataTable(
    /// What the table shows; spoken, not drawn.
    #[prop(into)]
    caption: Text,
    /// The columns in order, without the box column.
    columns: Vec<Column>,
    /// Adds a box column; each row is then a `TableRow`.
    #[prop(optional)]
    selection: Option<RowSelection>,
    /// Rows of the footer (`<tr>`): sums and averages.
    #[prop(optional, into)]
    footer: Option<ViewFn>,
    /// Old rows stay, dimmed, while new ones load.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Extra classes.
    #[prop(optional, into)]
    class: Text,
    children: Children,
) -> AnyView {
    let boxes =
        selection.map(|selection| select_all_cell(selection, use_words().select_all.clone()));
    let heads = columns.into_iter().map(head_cell).collect_view();
    let foot = footer.map(|footer| view! { <tfoot>{footer.run()}</tfoot> });
    view! {
        <div class=classes(&["table-scroll", &class]) role="region" tabindex="0" aria-label=caption.clone()>
            <table class="table" aria-busy=move || busy.get().then_some("true")>
                <caption class="visually-hidden">{caption.clone()}</caption>
                <thead>
                    <tr>{boxes} {heads}</tr>
                </thead>
                <tbody>{children()}</tbody>
                {foot}
            </table>
        </div>
    }
    .into_any()
}

fn head_cell(column: Column) -> AnyView {
    let class = classes(&[
        match column.kind {
            ColumnKind::Text => "",
            ColumnKind::Number => "num",
            ColumnKind::Date => "date",
            ColumnKind::Actions => "cell-actions",
        },
        if column.sticky { "cell-sticky" } else { "" },
    ]);
    let (sorted, label) = match column.sort {
        None if column.kind == ColumnKind::Actions => {
            (None, view! { <span class="visually-hidden">{column.label}</span> }.into_any())
        }
        None => (None, column.label.into_any()),
        Some((href, now)) => {
            let (sorted, icon) = match now {
                Some(SortDir::Asc) => (Some("ascending"), "arrow-up"),
                Some(SortDir::Desc) => (Some("descending"), "arrow-down"),
                None => (None, "chevrons-up-down"),
            };
            let link = view! {
                <a class="sort" href=safe_href(&href)>
                    {column.label}
                    <Icon name=icon class="icon-sm" />
                </a>
            };
            (sorted, link.into_any())
        }
    };
    view! {
        <th scope="col" class=class data-col=column.key aria-sort=sorted>
            {label}
        </th>
    }
    .into_any()
}
