//! Departments: a row for each in the order of the tree, and the form.

use super::{Screen, api::save_department, delete, path};
use crate::ui::{Choice, Icon, Menu, MenuDivider, MenuItem, SelectField};
use domain::{
    id::DepartmentId,
    structure::{Department, Structure},
};
use leptos::prelude::*;

/// The form that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// The department; none for a new one.
    id: Option<DepartmentId>,
    name: String,
    parent: Option<DepartmentId>,
}

/// Opens the form for a new department, part of `parent` to begin with.
pub(super) fn open_new(screen: Screen, parent: Option<DepartmentId>) {
    screen.trouble.set(None);
    screen.department.set(Some(Asked { id: None, name: String::new(), parent }));
}

/// The row of a department, set in by how many stand above it.
pub(super) fn row(screen: Screen, structure: &Structure, department: &Department) -> AnyView {
    let text = screen.text;
    let id = department.id;
    let depth = structure.depth(id).to_string();
    let asked = Asked { id: Some(id), name: department.name.clone(), parent: department.parent };
    let edit = move || {
        screen.trouble.set(None);
        screen.department.set(Some(asked.clone()));
    };
    let to_delete = delete::Asked::Department(id, department.name.clone());
    let menu = screen.may_change.then(|| {
        view! {
            <Menu id=format!("department-{id}") label=text.common_more_for(&department.name)>
                <MenuItem label=text.common_edit() icon="pencil" on_click=edit />
                <MenuItem
                    label=text.structure_new_part()
                    icon="plus"
                    on_click=move || open_new(screen, Some(id))
                />
                <MenuDivider />
                <MenuItem
                    label=text.structure_dissolve()
                    icon="trash-2"
                    danger=true
                    on_click=move || delete::ask(screen, to_delete.clone())
                />
            </Menu>
        }
    });
    view! {
        <li class="entry" data-depth=depth>
            <Icon name="briefcase" />
            <div class="grow">
                <p class="entry-title">{department.name.clone()}</p>
                <p class="sub">{screen.people(department.people.len())}</p>
            </div>
            {menu}
        </li>
    }
    .into_any()
}

/// The form, while it is open.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || screen.department.get().map(|asked| form(screen, asked))).into_any()
}

fn form(screen: Screen, asked: Asked) -> AnyView {
    let text = screen.text;
    let open = RwSignal::new(true);
    let name = RwSignal::new(asked.name.clone());
    let parent = RwSignal::new(asked.parent.map(|id| id.to_string()).unwrap_or_default());
    let (id, new) = (asked.id, asked.id.is_none());
    let send = Callback::new(move |()| {
        let name = name.get_untracked();
        let parent = parent.get_untracked().parse().ok();
        let done = text.structure_saved(name.trim());
        let call = move || {
            let name = name.clone();
            async move { save_department(id, name, parent).await.map(drop) }
        };
        screen.run(open, done, call);
    });
    let title = if new {
        text.structure_new_department().to_owned()
    } else {
        text.structure_edit(&asked.name)
    };
    let more = move || {
        view! {
            <SelectField
                value=parent
                options=parents(screen, id)
                label=text.structure_parent()
                name="parent"
                placeholder=text.structure_top()
                error=screen.error("parent")
            />
        }
    };
    let close = move || screen.department.set(None);
    super::form(screen, ("department", title), (open, name), send, more, close)
}

/// What a department may be part of.
fn parents(screen: Screen, id: Option<DepartmentId>) -> Vec<Choice> {
    screen.structure.with_value(|structure| {
        let may = |other: &&Department| structure.may_be_part_of(id, Some(other.id)).is_ok();
        let all = structure.departments.iter().filter(may);
        all.map(|other| Choice::new(other.id.to_string(), path(structure, other))).collect()
    })
}
