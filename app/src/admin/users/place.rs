//! Where a user belongs: the dialog with department and teams.

use super::{Screen, Seat};
use crate::{
    admin::structure::{api::place_user, path},
    i18n::Text,
    ui::{Button, Checkbox, Choice, Dialog, SelectField, Variant},
};
use domain::{
    id::TeamId,
    structure::{Place, Structure},
    user::User,
};
use leptos::prelude::*;

/// Where somebody belongs, in a line: the department with those above it, and the teams.
pub(super) fn told(structure: &Structure, user: &User) -> Vec<String> {
    let department = structure.department_of(user.id).map(|of| path(structure, of));
    let teams = structure.teams_of(user.id).map(|team| team.name.clone());
    department.into_iter().chain(teams).collect()
}

/// The dialog, while somebody's place is looked at.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || screen.place_of.get().map(|seat| of(screen, seat))).into_any()
}

/// What can be chosen, and what is.
#[derive(Clone, Copy)]
struct Form {
    department: RwSignal<String>,
    departments: StoredValue<Vec<Choice>>,
    teams: StoredValue<Vec<(TeamId, String, RwSignal<bool>)>>,
}

impl Form {
    fn new(structure: &Structure, place: &Place) -> Self {
        let department = place.department.map(|id| id.to_string()).unwrap_or_default();
        let departments = structure.departments.iter();
        let departments =
            departments.map(|other| Choice::new(other.id.to_string(), path(structure, other)));
        let teams = structure.teams.iter().map(|team| {
            (team.id, team.name.clone(), RwSignal::new(place.teams.contains(&team.id)))
        });
        Self {
            department: RwSignal::new(department),
            departments: StoredValue::new(departments.collect()),
            teams: StoredValue::new(teams.collect()),
        }
    }

    fn chosen(self) -> Place {
        Place {
            department: self.department.get_untracked().parse().ok(),
            teams: self.teams.with_value(|teams| {
                let ticked = teams.iter().filter(|(_, _, ticked)| ticked.get_untracked());
                ticked.map(|(id, ..)| *id).collect()
            }),
        }
    }
}

fn of(screen: Screen, seat: Seat) -> AnyView {
    let text = screen.text;
    let Seat { user, structure } = seat;
    let before = structure.place(user.id);
    let open = RwSignal::new(true);
    let form = Form::new(&structure, &before);
    let save = Callback::new(move |()| {
        let place = form.chosen();
        open.set(false);
        if place != before {
            let saved = text.user_saved().to_owned();
            screen.run(saved, move || place_user(user.id, place.clone()));
        }
    });
    let footer = move || {
        view! {
            <Button on_click=move |_| open.set(false)>{text.common_cancel()}</Button>
            <Button variant=Variant::Primary loading=screen.busy on_click=move |_| save.run(())>
                {text.common_save()}
            </Button>
        }
    };
    view! {
        <Dialog
            id="user-place"
            open=open
            title=text.user_place_of(&user.name)
            footer=footer
            on_close=move || screen.place_of.set(None)
        >
            <div class="form">{fields(text, form)}</div>
        </Dialog>
    }
    .into_any()
}

fn fields(text: Text, form: Form) -> AnyView {
    let departments = form.departments.get_value();
    let boxes = form.teams.with_value(|teams| {
        let boxes = teams.iter().map(|(id, name, ticked)| {
            let (name, id) = (name.clone(), id.to_string());
            view! { <Checkbox checked=*ticked label=name name="teams" value=id /> }
        });
        boxes.collect_view()
    });
    if departments.is_empty() && boxes.is_empty() {
        return view! {
            <p class="sub">{text.user_no_structure()}</p>
            <p>
                <a class="link" href="/admin/structure">
                    {text.structure_title()}
                </a>
            </p>
        }
        .into_any();
    }
    let teams = (!boxes.is_empty()).then(|| {
        view! {
            <fieldset class="radio-group">
                <legend class="field-label">{text.structure_teams()}</legend>
                {boxes}
            </fieldset>
        }
    });
    view! {
        <SelectField
            value=form.department
            options=departments
            label=text.structure_department()
            name="department"
            placeholder=text.structure_no_department()
        />
        {teams}
    }
    .into_any()
}
