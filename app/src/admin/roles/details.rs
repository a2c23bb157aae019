//! How far each detail of customers and persons is open to a role.

use super::editor::{Changed, Editor};
use crate::{
    i18n::{Text, words},
    ui::{Checkbox, Choice, SelectField},
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
    pub(super) fn of(&self, rights: Rights) -> Rights {
        let details = self.cells.iter().fold(DetailRules::OPEN, |rules, cell| {
            let rule = DetailRule::from_code(&cell.chosen.read()).unwrap_or_default();
            rules.set(cell.object, cell.detail, rule)
        });
        rights.with_details(details).asking_reason(self.asks_reason.get())
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

/// The part of a card about the details of its records; nothing for records without.
pub(super) fn part(
    editor: Editor,
    object: Object,
    fixed: bool,
    beside: Signal<Option<Rights>>,
) -> AnyView {
    if !Detail::OBJECTS.contains(&object) {
        return ().into_any();
    }
    let text = editor.screen().text;
    if fixed {
        return view! {
            <h3 class="field-label">{text.role_details()}</h3>
            <p class="sub">{text.role_details_open()}</p>
        }
        .into_any();
    }
    let fields = editor.details().with_value(|details| {
        let cells = details.cells.iter().filter(|cell| cell.object == object);
        cells.map(|cell| field(editor, *cell, beside)).collect_view()
    });
    view! {
        <h3 class="field-label">{text.role_details()}</h3>
        <p class="sub">{text.role_details_hint()}</p>
        <div class="rights">{fields}</div>
        {reason(editor, object)}
    }
    .into_any()
}

fn field(editor: Editor, cell: Cell, beside: Signal<Option<Rights>>) -> AnyView {
    let text = editor.screen().text;
    let Cell { object, detail, chosen } = cell;
    let name = detail.field(object);
    let options = Signal::derive(move || {
        let import = editor.rights().reach(Action::Import, Object::Import);
        let choice = |rule: DetailRule| Choice::new(rule.code(), words::detail_rule(text, rule));
        offered_rules(detail, import).map(choice).collect::<Vec<_>>()
    });
    let differs = move || {
        let other = beside.get()?.details().rule(object, detail);
        let own = DetailRule::from_code(&chosen.read()).unwrap_or_default();
        let word = words::detail_rule(text, other);
        (other != own).then(|| view! { <p class="sub right-differs">{text.role_there(word)}</p> })
    };
    view! {
        <div class="right">
            <SelectField
                value=chosen
                options=options
                label=words::detail(text, detail)
                name=name.clone()
                id=format!("f-{}", name.replace('.', "-"))
            />
            {differs}
        </div>
    }
    .into_any()
}

/// Whether a reason is asked for: one answer for all records, beside those of customers.
fn reason(editor: Editor, object: Object) -> AnyView {
    let text = editor.screen().text;
    (object == Object::Account)
        .then(|| {
            let asks_reason = editor.details().with_value(|details| details.asks_reason);
            view! {
                <Checkbox
                    checked=asks_reason
                    label=text.role_asks_reason()
                    hint=text.role_asks_reason_hint()
                />
            }
        })
        .into_any()
}
