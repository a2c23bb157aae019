//! The rights of a role as a table: kinds of records by what is done with them, how far in each cell.

use super::editor::{Cell, Editor};
use crate::{
    i18n::{Text, words},
    ui::{
        Button, Checkbox, Choice, Matrix, MatrixCell, MatrixChoice, MatrixHead, MatrixRow, Menu,
        MenuHeading, MenuItem, Size, Variant,
    },
};
use domain::policy::{Action, CHOOSABLE, Choosable, Object, Reach};
use leptos::prelude::*;

const OBJECTS: [Object; 10] = [
    Object::Account,
    Object::Person,
    Object::Opportunity,
    Object::Order,
    Object::Case,
    Object::Survey,
    Object::Product,
    Object::Activity,
    Object::Import,
    Object::Audit,
];

/// What can be done with any of them.
const ACTIONS: [Action; 11] = [
    Action::View,
    Action::Create,
    Action::Edit,
    Action::BulkEdit,
    Action::Merge,
    Action::Delete,
    Action::Erase,
    Action::Assign,
    Action::Export,
    Action::Reveal,
    Action::Import,
];

/// A part of the table.
#[derive(Clone, Copy)]
enum Part {
    All,
    Row(Object),
    Column(Action),
}

impl Part {
    fn rights(self) -> impl Iterator<Item = Choosable> {
        CHOOSABLE.into_iter().filter(move |right| self.has(*right))
    }

    fn has(self, right: Choosable) -> bool {
        match self {
            Self::All => true,
            Self::Row(object) => right.object == object,
            Self::Column(action) => right.action == action,
        }
    }

    /// Left out while only differences are shown and there is none in it.
    fn left_out(self, editor: Editor) -> Signal<bool> {
        editor.leaves_out(Box::new(move |now, other| {
            self.rights().any(|right| {
                now.reach(right.action, right.object) != other.reach(right.action, right.object)
            })
        }))
    }
}

/// The card.
pub(super) fn card(editor: Editor) -> AnyView {
    let text = editor.screen().text;
    view! {
        <section class="card card-flush">
            <div class="card-head matrix-card-head">
                <h2 class="card-title">{text.role_rights()}</h2>
                {narrowing(editor)}
            </div>
            {same(text, Part::All.left_out(editor))}
            <Matrix
                caption=text.role_rights()
                corner=text.role_records()
                changed=text.role_changed()
                columns=columns(editor)
                rows=rows(editor)
            />
        </section>
    }
    .into_any()
}

/// What it is compared with, and whether only differences are shown.
fn narrowing(editor: Editor) -> AnyView {
    let text = editor.screen().text;
    let compared = move || {
        let code = editor.beside.get();
        editor.known(|known| {
            let line = known.roles.iter().find(|line| line.held.to_string() == code)?;
            let name = words::role_name(text, &line.name);
            Some(view! {
                <Button
                    variant=Variant::Quiet
                    size=Size::Sm
                    icon="x"
                    on_click=move |_| editor.beside.set(String::new())
                >
                    <span class="visually-hidden">{text.role_compare_none()} " "</span>
                    {text.role_compared(&name)}
                </Button>
            })
        })
    };
    // A role that stays as it is differs from nothing but another one.
    let only = move || {
        (!editor.fixed || !editor.beside.read().is_empty())
            .then(|| view! { <Checkbox checked=editor.only label=text.role_only() /> })
    };
    Effect::new(move |_| {
        if editor.fixed && editor.beside.read().is_empty() {
            editor.only.set(false);
        }
    });
    view! { <div class="cluster">{compared} {only}</div> }.into_any()
}

/// That nothing differs, while only differences are shown.
pub(super) fn same(text: Text, nothing: Signal<bool>) -> AnyView {
    let line = move || {
        nothing.get().then(|| view! { <p class="card-body sub matrix-same">{text.role_same()}</p> })
    };
    line.into_any()
}

fn columns(editor: Editor) -> Vec<MatrixHead> {
    let text = editor.screen().text;
    let column = |action: Action| {
        let title = words::action_title(text, action);
        let id = format!("fill-{}", action.code());
        head(editor, Part::Column(action), title, id, text.role_fill_column(title))
    };
    ACTIONS.map(column).into()
}

fn rows(editor: Editor) -> Vec<MatrixRow> {
    let text = editor.screen().text;
    let cells = editor.cells();
    let row = |object: Object| {
        let title = words::object_title(text, object);
        let id = format!("fill-{}-row", object.code());
        let head = head(editor, Part::Row(object), title, id, text.role_fill_row(title));
        let cell = |action: Action| {
            let found = cells
                .iter()
                .find(|cell| (cell.right.object, cell.right.action) == (object, action));
            found.map_or(MatrixCell::Nothing, |found| choice(editor, *found))
        };
        MatrixRow { head, cells: ACTIONS.map(cell).into() }
    };
    OBJECTS.map(row).into()
}

/// The head of a part, with the menu that sets all of it.
fn head(editor: Editor, part: Part, title: &'static str, id: String, label: String) -> MatrixHead {
    let head = MatrixHead::new(title).hidden(part.left_out(editor));
    if editor.fixed { head } else { head.menu(fill_menu(editor, part, id, label)) }
}

fn fill_menu(editor: Editor, part: Part, id: String, label: String) -> AnyView {
    let text = editor.screen().text;
    let offered = |reach: &Reach| part.rights().any(|right| right.reaches.contains(reach));
    let items = Reach::ALL
        .into_iter()
        .filter(offered)
        .map(|reach| {
            view! {
                <MenuItem
                    label=words::reach_title(text, reach)
                    on_click=move || editor.fill(|right| part.has(right), reach)
                />
            }
        })
        .collect_view();
    fill(id, label, items.into_any())
}

/// The menu in the head of a row or a column that sets all of it.
pub(super) fn fill(id: String, label: String, items: AnyView) -> AnyView {
    view! {
        <Menu id=id label=label.clone() icon="chevron-down" size=Size::Sm class="matrix-fill">
            <MenuHeading label=label />
            {items}
        </Menu>
    }
    .into_any()
}

fn choice(editor: Editor, cell: Cell) -> MatrixCell {
    let text = editor.screen().text;
    let Choosable { object, action, .. } = cell.right;
    let note = Signal::derive(move || {
        let other = editor.compared()?.reach(action, object);
        let own = Reach::from_code(&cell.chosen.read()).unwrap_or_default();
        (other != own).then(|| text.role_there(words::reach_title(text, other)))
    });
    if editor.fixed {
        let reach = editor.first().reach(action, object);
        return MatrixCell::Words(words::reach_title(text, reach).into(), note);
    }
    let options = Signal::derive(move || {
        let rights = editor.rights();
        let choice = |reach: Reach| Choice::new(reach.code(), words::reach_title(text, reach));
        cell.right.offered(&rights).map(choice).collect::<Vec<_>>()
    });
    let first = editor.first().reach(action, object).code();
    let name = words::action_title(text, action);
    MatrixCell::Choice(MatrixChoice {
        value: cell.chosen,
        options,
        label: text.role_right(name, words::object_title(text, object)),
        name: cell.right.field(),
        on_change: Some(Callback::new(move |_| editor.keep_sound())),
        changed: Signal::derive(move || *cell.chosen.read() != first),
        note,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_has_its_cell() {
        for right in CHOOSABLE {
            assert!(
                OBJECTS.contains(&right.object) && ACTIONS.contains(&right.action),
                "{right:?}"
            );
        }
    }
}
