//! Teams: a row for each, and the form with who belongs to it.

use super::{Screen, api::save_team, delete};
use crate::{
    i18n::format,
    ui::{Checkbox, Icon, Menu, MenuDivider, MenuItem},
};
use domain::{id::UserId, structure::Team};
use leptos::prelude::*;

/// The form that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// The team; none for a new one.
    team: Option<Team>,
}

/// Opens the form of a team, or for a new one.
pub(super) fn open(screen: Screen, team: Option<Team>) {
    screen.trouble.set(None);
    screen.team.set(Some(Asked { team }));
}

/// The row of a team.
pub(super) fn row(screen: Screen, team: &Team) -> AnyView {
    let text = screen.text;
    let names = screen.boot.with_value(|boot| {
        let members = boot.colleagues.iter().filter(|one| team.people.contains(&one.id));
        let names: Vec<&str> = members.map(|one| one.name.as_str()).collect();
        format::list(boot.lang, &names)
    });
    let to_edit = team.clone();
    let to_delete = delete::Asked::Team(team.id, team.name.clone());
    let menu = screen.may_change.then(|| {
        view! {
            <Menu id=format!("team-{}", team.id) label=text.common_more_for(&team.name)>
                <MenuItem
                    label=text.common_edit()
                    icon="pencil"
                    on_click=move || open(screen, Some(to_edit.clone()))
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
        <li class="entry">
            <Icon name="users" />
            <div class="grow">
                <p class="entry-title">{team.name.clone()}</p>
                <p class="sub parts">
                    <span>{screen.people(team.people.len())}</span>
                    {(!names.is_empty()).then(|| view! { <span>{names}</span> })}
                </p>
            </div>
            {menu}
        </li>
    }
    .into_any()
}

/// The form, while it is open.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || screen.team.get().map(|asked| form(screen, asked.team))).into_any()
}

fn form(screen: Screen, team: Option<Team>) -> AnyView {
    let text = screen.text;
    let open = RwSignal::new(true);
    let id = team.as_ref().map(|team| team.id);
    let title = match &team {
        Some(team) => text.structure_edit(&team.name),
        None => text.structure_new_team().to_owned(),
    };
    let name = RwSignal::new(team.as_ref().map(|team| team.name.clone()).unwrap_or_default());
    let people = team.map(|team| team.people).unwrap_or_default();
    let members: Vec<(UserId, String, RwSignal<bool>)> = screen.boot.with_value(|boot| {
        let all = boot.colleagues.iter();
        all.map(|one| (one.id, one.name.clone(), RwSignal::new(people.contains(&one.id)))).collect()
    });
    let members = StoredValue::new(members);
    let send = Callback::new(move |()| {
        let name = name.get_untracked();
        let people: Vec<UserId> = members.with_value(|members| {
            let chosen = members.iter().filter(|(_, _, ticked)| ticked.get_untracked());
            chosen.map(|(id, ..)| *id).collect()
        });
        let done = text.structure_saved(name.trim());
        let call = move || {
            let (name, people) = (name.clone(), people.clone());
            async move { save_team(id, name, people).await.map(drop) }
        };
        screen.run(open, done, call);
    });
    let more = move || {
        let boxes = members.with_value(|members| {
            members
                .iter()
                .map(|(id, name, ticked)| {
                    let (name, id) = (name.clone(), id.to_string());
                    view! { <Checkbox checked=*ticked label=name name="people" value=id /> }
                })
                .collect_view()
        });
        view! {
            <fieldset class="radio-group">
                <legend class="field-label">{text.structure_members()}</legend>
                {boxes}
            </fieldset>
        }
    };
    let close = move || screen.team.set(None);
    super::form(screen, ("team", title), (open, name), send, more, close)
}
