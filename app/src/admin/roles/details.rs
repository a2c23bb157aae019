//! How far each detail of customers and persons is open to a role.

use super::{
    editor::{Changed, Editor},
    table,
};
use crate::{
    i18n::{Text, words},
    ui::{Checkbox, Choice, Matrix, MatrixCell, MatrixChoice, MatrixHead, MatrixRow, MenuItem},
};
use domain::policy::{
    Action, Detail, DetailRule, DetailRules, Object, Reach, Rights, offered_rules,
};
use leptos::prelude::*;

/// A detail whose access is chosen.
#[derive(Clone, Copy)]
struct Cell {
    object: Object,
    detail: Detail,
    /// Code of the access.
    chosen: RwSignal<String>,
}

/// Every detail as it is chosen, and whether a reason is asked for before one is shown in full.
pub(super) struct Details {
    cells: Vec<Cell>,
    asks_reason: RwSignal<bool>,
}

impl Details {
    /// As far as they are open by `rights`.
    pub(super) fn new(rights: &Rights) -> Self {
        let cell = |(object, detail)| {
            let rule = rights.details().rule(object, detail);
            Cell { object, detail, chosen: RwSignal::new(rule.code().to_owned()) }
        };
        Self {
            cells: Detail::everywhere().map(cell).collect(),
            asks_reason: RwSignal::new(rights.asks_reason()),
        }
    }

    /// `rights` with the details as they are chosen; followed by whoever reads them.
    pub(super) fn of(&self, rights: &Rights) -> Rights {
        let details = self.cells.iter().fold(DetailRules::OPEN, |rules, cell| {
            let rule = DetailRule::from_code(&cell.chosen.read()).unwrap_or_default();
            rules.set(cell.object, cell.detail, rule)
        });
        (*rights).with_details(details).asking_reason(self.asks_reason.get())
    }

    /// Opens the details of records of a kind as far as `wanted`, those that can be open so far.
    fn fill(&self, object: Object, wanted: DetailRule, rights: &Rights) {
        let import = rights.reach(Action::Import, Object::Import);
        for cell in self.cells.iter().filter(|cell| cell.object == object) {
            if offered_rules(cell.detail, import).any(|offered| offered == wanted) {
                cell.chosen.set(wanted.code().to_owned());
            }
        }
    }

    /// Opens what cannot be kept back from a role that imports.
    pub(super) fn keep_sound(&self, import: Reach) {
        for cell in &self.cells {
            let now = DetailRule::from_code(&cell.chosen.read_untracked()).unwrap_or_default();
            if !offered_rules(cell.detail, import).any(|offered| offered == now) {
                cell.chosen.set(DetailRule::OPEN.code().to_owned());
            }
        }
    }
}

/// The details that are to change, in words.
pub(super) fn changes(text: Text, before: &DetailRules, after: &DetailRules) -> Vec<Changed> {
    Detail::everywhere()
        .filter_map(|(object, detail)| {
            let [old, new] = [before, after].map(|rules| rules.rule(object, detail));
            (old != new).then(|| Changed {
                what: text
                    .role_right(words::detail(text, detail), words::object_title(text, object)),
                before: words::detail_rule(text, old),
                after: words::detail_rule(text, new),
            })
        })
        .collect()
}

/// The card with a table of details by kinds of records.
pub(super) fn card(editor: Editor) -> AnyView {
    let text = editor.screen().text;
    if editor.fixed {
        return view! {
            <section class="card">
                <h2 class="card-title">{text.role_details()}</h2>
                <p class="sub">{text.role_details_open()}</p>
            </section>
        }
        .into_any();
    }
    let asks_reason = editor.details().with_value(|details| details.asks_reason);
    let columns = Detail::OBJECTS.map(|object| column(editor, object)).into();
    let rows = Detail::ALL.iter().map(|detail| row(editor, *detail)).collect();
    let nothing = editor.leaves_out(Box::new(|now, other| now.details() != other.details()));
    let same = table::same(text, nothing);
    view! {
        <section class="card card-flush">
            <div class="card-head">
                <div>
                    <h2 class="card-title">{text.role_details()}</h2>
                    <p class="sub">{text.role_details_hint()}</p>
                </div>
            </div>
            {same}
            <Matrix
                caption=text.role_details()
                corner=text.role_detail()
                changed=text.role_changed()
                columns=columns
                rows=rows
            />
            <div class="card-foot">
                <Checkbox
                    checked=asks_reason
                    label=text.role_asks_reason()
                    hint=text.role_asks_reason_hint()
                />
            </div>
        </section>
    }
    .into_any()
}

fn column(editor: Editor, object: Object) -> MatrixHead {
    let text = editor.screen().text;
    let title = words::object_title(text, object);
    let hidden = editor.leaves_out(Box::new(move |now, other| {
        let differs = |detail: &Detail| {
            now.details().rule(object, *detail) != other.details().rule(object, *detail)
        };
        Detail::of(object).iter().any(differs)
    }));
    let label = text.role_fill_row(title);
    let items = DetailRule::CHOOSABLE
        .into_iter()
        .map(|rule| {
            view! {
                <MenuItem
                    label=words::detail_rule(text, rule)
                    on_click=move || editor.details().with_value(|details| {
                        details.fill(object, rule, &untrack(|| editor.rights()))
                    })
                />
            }
        })
        .collect_view();
    let id = format!("fill-{}-details", object.code());
    MatrixHead::new(title).hidden(hidden).menu(table::fill(id, label, items.into_any()))
}

fn row(editor: Editor, detail: Detail) -> MatrixRow {
    let text = editor.screen().text;
    let hidden = editor.leaves_out(Box::new(move |now, other| {
        let differs =
            |object| now.details().rule(object, detail) != other.details().rule(object, detail);
        Detail::OBJECTS.into_iter().any(differs)
    }));
    let cell = |object| {
        let found = editor.details().with_value(|details| {
            let at = |cell: &&Cell| (cell.object, cell.detail) == (object, detail);
            details.cells.iter().find(at).copied()
        });
        found.map_or(MatrixCell::Nothing, |cell| choice(editor, cell))
    };
    MatrixRow {
        head: MatrixHead::new(words::detail(text, detail)).hidden(hidden),
        cells: Detail::OBJECTS.map(cell).into(),
    }
}

fn choice(editor: Editor, cell: Cell) -> MatrixCell {
    let text = editor.screen().text;
    let Cell { object, detail, chosen } = cell;
    let options = Signal::derive(move || {
        let import = editor.rights().reach(Action::Import, Object::Import);
        let choice = |rule: DetailRule| Choice::new(rule.code(), words::detail_rule(text, rule));
        offered_rules(detail, import).map(choice).collect::<Vec<_>>()
    });
    let note = Signal::derive(move || {
        let other = editor.compared()?.details().rule(object, detail);
        let own = DetailRule::from_code(&chosen.read()).unwrap_or_default();
        (other != own).then(|| text.role_there(words::detail_rule(text, other)))
    });
    let first = editor.first().details().rule(object, detail).code();
    MatrixCell::Choice(MatrixChoice {
        value: chosen,
        options,
        label: text.role_right(words::detail(text, detail), words::object_title(text, object)),
        name: detail.field(object),
        on_change: None,
        changed: Signal::derive(move || *chosen.read() != first),
        note,
    })
}
