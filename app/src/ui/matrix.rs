//! A table of choices: named rows and columns with a select in each cell. Arrow keys move between cells, after the "grid"
//! pattern of WAI-ARIA, with one Tab stop; without scripts it is a table of selects. On phones each row is a card.

use leptos::{ev::KeyboardEvent, html::Table, prelude::*, wasm_bindgen::JsCast, web_sys};

use super::{
    Choice, Text,
    dom::{all_html, composing},
    select_field::{SelectControl, select_control},
};

/// What heads a row or a column.
pub struct MatrixHead {
    label: Text,
    menu: AnyView,
    hidden: Signal<bool>,
}

impl MatrixHead {
    /// A row or column with its name.
    pub fn new(label: impl Into<Text>) -> Self {
        Self { label: label.into(), menu: ().into_any(), hidden: Signal::stored(false) }
    }

    /// Adds a `Menu` for all of its cells.
    #[must_use]
    pub fn menu(mut self, menu: AnyView) -> Self {
        self.menu = menu;
        self
    }

    /// Leaves it out while `hidden` says so.
    #[must_use]
    pub fn hidden(mut self, hidden: Signal<bool>) -> Self {
        self.hidden = hidden;
        self
    }
}

/// What stands under what is chosen, such as how it differs from something else; nothing without.
pub type MatrixNote = Signal<Option<String>>;

/// A choice in a cell.
pub struct MatrixChoice {
    /// The chosen value, both ways.
    pub value: RwSignal<String>,
    /// What can be chosen.
    pub options: Signal<Vec<Choice>>,
    /// Spoken name of the select: its row and its column.
    pub label: String,
    /// Name sent with the form; the element id is `f-` with dashes for dots.
    pub name: String,
    /// After each choice.
    pub on_change: Option<Callback<String>>,
    /// Whether it is another than before.
    pub changed: Signal<bool>,
    /// What stands below it.
    pub note: MatrixNote,
}

/// What a cell holds.
pub enum MatrixCell {
    /// The row has no such column.
    Nothing,
    /// Words.
    Words(Text, MatrixNote),
    /// A choice.
    Choice(MatrixChoice),
}

/// A row: its head and a cell for each column.
pub struct MatrixRow {
    /// What it is about.
    pub head: MatrixHead,
    /// As many as there are columns.
    pub cells: Vec<MatrixCell>,
}

/// A table of choices, or of words where nothing can be chosen.
#[component]
pub fn Matrix(
    /// What it shows; spoken, not drawn.
    #[prop(into)]
    caption: Text,
    /// What the rows are, above their heads.
    #[prop(into)]
    corner: Text,
    /// Spoken word for a cell that is another than before.
    #[prop(into)]
    changed: Text,
    /// The columns in order.
    columns: Vec<MatrixHead>,
    /// The rows in order.
    rows: Vec<MatrixRow>,
) -> AnyView {
    let node = NodeRef::<Table>::new();
    let is_grid = rows.iter().flat_map(|row| &row.cells).any(|cell| cell.is_choice());
    let leaving: Vec<Signal<bool>> =
        columns.iter().chain(rows.iter().map(|row| &row.head)).map(|head| head.hidden).collect();
    Effect::new(move |_| {
        for hidden in &leaving {
            hidden.track();
        }
        // After the rows and columns that go are gone.
        if let (true, Some(table)) = (is_grid, node.get()) {
            request_animation_frame(move || settle(&table, None));
        }
    });
    let kind = Kind { cell: if is_grid { "gridcell" } else { "cell" }, changed };
    let names: Vec<(Text, Signal<bool>)> =
        columns.iter().map(|head| (head.label.clone(), head.hidden)).collect();
    let heads = columns.into_iter().map(column_head).collect_view();
    let body = rows.into_iter().map(|row| matrix_row(&kind, &names, row)).collect_view();
    // Whoever cannot move through cells scrolls it by the keys of the region.
    let region = (!is_grid).then(|| caption.clone());
    view! {
        <div
            class="matrix-scroll"
            role=(!is_grid).then_some("region")
            tabindex=(!is_grid).then_some("0")
            aria-label=region
        >
            <table
                node_ref=node
                class="matrix"
                role=if is_grid { "grid" } else { "table" }
                aria-label=caption
                on:keydown=move |event| {
                    if let (true, Some(table)) = (is_grid, node.get_untracked()) {
                        keys(&table, &event);
                    }
                }
                on:focusin=move |event| {
                    if let (true, Some(table)) = (is_grid, node.get_untracked()) {
                        settle(&table, cell_of(event.target()).as_ref());
                    }
                }
            >
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col" class="matrix-head">
                            {corner}
                        </th>
                        {heads}
                    </tr>
                </thead>
                <tbody role="rowgroup">{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What the cells of a matrix have in common.
struct Kind {
    cell: &'static str,
    changed: Text,
}

impl MatrixCell {
    const fn is_choice(&self) -> bool {
        matches!(self, Self::Choice(_))
    }
}

fn column_head(head: MatrixHead) -> AnyView {
    let MatrixHead { label, menu, hidden } = head;
    // Without the menu beside it.
    let name = label.clone();
    view! {
        <th
            role="columnheader"
            scope="col"
            aria-label=name
            hidden=move || hidden.get()
        >
            <span class="matrix-name">{label} {menu}</span>
        </th>
    }
    .into_any()
}

fn matrix_row(kind: &Kind, names: &[(Text, Signal<bool>)], row: MatrixRow) -> AnyView {
    let MatrixHead { label, menu, hidden } = row.head;
    let name = label.clone();
    let cells = row
        .cells
        .into_iter()
        .zip(names)
        .map(|(cell, (name, hidden))| matrix_cell(kind, name, *hidden, cell))
        .collect_view();
    view! {
        <tr role="row" hidden=move || hidden.get()>
            <th role="rowheader" scope="row" class="matrix-head" aria-label=name>
                <span class="matrix-name">{label} {menu}</span>
            </th>
            {cells}
        </tr>
    }
    .into_any()
}

fn matrix_cell(kind: &Kind, column: &Text, hidden: Signal<bool>, cell: MatrixCell) -> AnyView {
    let role = kind.cell;
    // Phones have no row of column names.
    let name =
        view! { <span class="matrix-label" aria-hidden="true">{column.clone()}</span> }.into_any();
    match cell {
        MatrixCell::Nothing => view! {
            <td role=role class="matrix-nothing" hidden=move || hidden.get()>
                "—"
            </td>
        }
        .into_any(),
        MatrixCell::Words(words, note) => view! {
            <td role=role hidden=move || hidden.get()>
                {name}
                <span class="matrix-words">{words}</span>
                {noted(note)}
            </td>
        }
        .into_any(),
        MatrixCell::Choice(choice) => {
            let (changed, note) = (choice.changed, choice.note);
            let id = format!("f-{}", choice.name.replace('.', "-"));
            let hint = format!("{id}-hint");
            let said = kind.changed.clone();
            let mark = move || {
                let said = said.clone();
                changed.get().then(|| {
                    view! {
                        <span class="matrix-mark" aria-hidden="true">"•"</span>
                        <span class="visually-hidden">{said}</span>
                    }
                })
            };
            let select = select_control(SelectControl {
                value: choice.value,
                options: choice.options,
                id,
                name: choice.name.into(),
                label: Some(choice.label),
                required: false,
                described_by: Some(hint.clone()),
                error: Signal::stored(None),
                disabled: Signal::stored(false),
                on_change: choice.on_change,
            });
            view! {
                <td
                    role=role
                    hidden=move || hidden.get()
                    data-changed=move || changed.get().then_some("true")
                >
                    {name}
                    {select}
                    <span id=hint class="matrix-hint">
                        {mark}
                        {noted(note)}
                    </span>
                </td>
            }
            .into_any()
        }
    }
}

fn noted(note: MatrixNote) -> impl IntoView {
    move || note.get().map(|note| view! { <span class="matrix-note">{note}</span> })
}

/// The cell that something stands in. A menu is in none: it lies above the table.
fn cell_of(target: Option<web_sys::EventTarget>) -> Option<web_sys::HtmlElement> {
    let target = target?.dyn_into::<web_sys::Element>().ok()?;
    if target.closest("[role=menu]").ok()?.is_some() {
        return None;
    }
    target.closest("th, td").ok()??.dyn_into().ok()
}

/// What can be used inside of cells.
const CONTROLS: &str = "select, .menu-button";

fn shown(elements: Vec<web_sys::HtmlElement>) -> Vec<web_sys::HtmlElement> {
    elements.into_iter().filter(|element| element.offset_parent().is_some()).collect()
}

/// Makes one cell the Tab stop: the one given, else the one that was, else the first choice. No control is one.
fn settle(table: &web_sys::HtmlTableElement, to: Option<&web_sys::HtmlElement>) {
    let cells = shown(all_html(table, "th, td"));
    let stands = cells.iter().find(|cell| cell.tab_index() == 0);
    let first =
        cells.iter().find(|cell| cell.query_selector("select").is_ok_and(|it| it.is_some()));
    let Some(stop) = to.or(stands).or(first) else { return };
    for control in all_html(table, CONTROLS) {
        control.set_tab_index(-1);
    }
    for cell in all_html(table, "th, td") {
        cell.set_tab_index(if cell.is_same_node(Some(stop)) { 0 } else { -1 });
    }
}

fn keys(table: &web_sys::HtmlTableElement, event: &KeyboardEvent) {
    let Some(cell) = cell_of(event.target()) else { return };
    if event.alt_key() || event.meta_key() || event.shift_key() || composing(event) {
        return;
    }
    let on_cell =
        event.target().is_some_and(|target| cell.is_same_node(target.dyn_ref::<web_sys::Node>()));
    let key = event.key();
    let next = match (&*key, on_cell) {
        ("Enter" | "F2" | " ", true) => return use_cell(&cell, event),
        ("Escape" | "F2", false) => cell,
        // A select chooses by its own keys, and a button is pressed by them.
        (_, false) if !key.starts_with("Arrow") || in_select(event) => return,
        _ => match neighbour(table, &cell, &key, event.ctrl_key()) {
            Some(next) => next,
            None => return,
        },
    };
    event.prevent_default();
    event.stop_propagation();
    let _ = next.focus();
}

fn in_select(event: &KeyboardEvent) -> bool {
    event.target().is_some_and(|target| target.dyn_ref::<web_sys::HtmlSelectElement>().is_some())
}

/// Leads into a cell: to its select, or opens its menu.
fn use_cell(cell: &web_sys::HtmlElement, event: &KeyboardEvent) {
    let Some(control) = shown(all_html(cell, CONTROLS)).into_iter().next() else { return };
    event.prevent_default();
    event.stop_propagation();
    let _ = control.focus();
    if control.dyn_ref::<web_sys::HtmlSelectElement>().is_none() {
        control.click();
    }
}

/// The cell that a key leads to.
fn neighbour(
    table: &web_sys::HtmlTableElement,
    from: &web_sys::HtmlElement,
    key: &str,
    ctrl: bool,
) -> Option<web_sys::HtmlElement> {
    let rows: Vec<Vec<web_sys::HtmlElement>> =
        shown(all_html(table, "tr")).iter().map(|row| shown(all_html(row, "th, td"))).collect();
    let place =
        |row: &Vec<web_sys::HtmlElement>| row.iter().position(|cell| cell.is_same_node(Some(from)));
    let (row, column) =
        rows.iter().enumerate().find_map(|(at, row)| place(row).map(|column| (at, column)))?;
    let (row, column) = step(key, ctrl, (row, column), (rows.len(), rows[row].len()))?;
    let cells = rows.get(row)?;
    cells.get(column.min(cells.len().checked_sub(1)?)).cloned()
}

/// Row and column that a key leads to in a table of so many rows and columns. At an edge it stays.
fn step(
    key: &str,
    ctrl: bool,
    (row, column): (usize, usize),
    (rows, columns): (usize, usize),
) -> Option<(usize, usize)> {
    let [bottom, end] = [rows, columns].map(|number| number.saturating_sub(1));
    Some(match (key, ctrl) {
        ("ArrowUp", false) => (row.saturating_sub(1), column),
        ("ArrowDown", false) => ((row + 1).min(bottom), column),
        ("ArrowLeft", false) => (row, column.saturating_sub(1)),
        ("ArrowRight", false) => (row, (column + 1).min(end)),
        ("Home", false) => (row, 0),
        ("End", false) => (row, end),
        ("Home", true) => (0, 0),
        ("End", true) => (bottom, end),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn keys_lead_to_the_next_cell_and_stay_inside() {
        let lead = |key, ctrl| step(key, ctrl, (1, 2), (4, 5));
        assert_eq!(lead("ArrowUp", false), Some((0, 2)));
        assert_eq!(lead("ArrowDown", false), Some((2, 2)));
        assert_eq!(lead("ArrowLeft", false), Some((1, 1)));
        assert_eq!(lead("ArrowRight", false), Some((1, 3)));
        assert_eq!(lead("Home", false), Some((1, 0)));
        assert_eq!(lead("End", false), Some((1, 4)));
        assert_eq!(lead("Home", true), Some((0, 0)));
        assert_eq!(lead("End", true), Some((3, 4)));
        assert_eq!(lead("a", false), None);
        assert_eq!(step("ArrowUp", false, (0, 0), (1, 1)), Some((0, 0)));
        assert_eq!(step("ArrowRight", false, (0, 0), (1, 1)), Some((0, 0)));
    }
}
