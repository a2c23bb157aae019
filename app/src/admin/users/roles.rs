//! Roles of a user: which of them somebody holds, in the form for a new user and in a dialog of their own.

use super::{Screen, Seat, api::set_user_roles};
use crate::{
    i18n::{Text, words},
    ui::{Button, Checkbox, Dialog, StatusChip, Tone, Variant},
};
use domain::{
    policy::{Held, Role, RoleName},
    structure::Structure,
};
use leptos::prelude::*;

/// A role, its name and whether it is ticked.
type Tick = (Held, RoleName, RwSignal<bool>);

/// A box for each role: those every installation has, then those made here.
#[derive(Clone, Copy)]
pub(crate) struct Ticks(StoredValue<Vec<Tick>>);

impl Ticks {
    /// Boxes with those of `roles` ticked.
    pub(crate) fn new(structure: &Structure, roles: &[Held]) -> Self {
        let built_in = Role::ALL.into_iter().map(Held::from);
        let own = structure.roles.iter().map(|role| Held::Own(role.id));
        let boxes = built_in
            .chain(own)
            .map(|held| (held, structure.role_name(held), RwSignal::new(roles.contains(&held))));
        Self(StoredValue::new(boxes.collect()))
    }

    /// Ticks those of `roles` and no others.
    pub(super) fn set(self, roles: &[Held]) {
        self.0.with_value(|boxes| {
            for (held, _, ticked) in boxes {
                ticked.set(roles.contains(held));
            }
        });
    }

    /// The ticked ones.
    pub(crate) fn chosen(self) -> Vec<Held> {
        self.0.with_value(|boxes| {
            let ticked = boxes.iter().filter(|(_, _, ticked)| ticked.get());
            ticked.map(|(held, ..)| *held).collect()
        })
    }
}

/// The boxes alone; `hints` says what each role may do.
pub(crate) fn boxes(text: Text, ticks: Ticks, hints: bool) -> AnyView {
    let boxes = ticks.0.with_value(|boxes| {
        boxes
            .iter()
            .map(|(held, name, ticked)| {
                let hint = match held {
                    _ if !hints => "",
                    Held::BuiltIn(role) => words::role_hint(text, *role),
                    Held::Own(_) => text.role_own_hint(),
                };
                view! {
                    <Checkbox
                        checked=*ticked
                        label=words::role_name(text, name)
                        hint=hint
                        name="roles"
                        value=held.to_string()
                    />
                }
            })
            .collect_view()
    });
    boxes.into_any()
}

/// The boxes, with what each role may do; `error` is what is wrong with the choice.
pub(super) fn field(text: Text, ticks: Ticks, error: Signal<Option<String>>) -> AnyView {
    let boxes = boxes(text, ticks, true);
    view! {
        <fieldset class="radio-group">
            <legend class="field-label">{text.user_roles()}</legend>
            {boxes}
            {move || error.get().map(|error| view! { <p class="field-hint" data-error="true">{error}</p> })}
        </fieldset>
    }
    .into_any()
}

/// A chip for each role; an administrator's stands out.
pub(crate) fn chips(text: Text, roles: &[RoleName]) -> AnyView {
    roles
        .iter()
        .map(|role| {
            let (tone, icon) = match role {
                RoleName::BuiltIn(Role::Admin) => (Tone::Accent, "shield-check"),
                _ => (Tone::Neutral, "user"),
            };
            view! { <StatusChip tone=tone icon=icon label=words::role_name(text, role) /> }
        })
        .collect_view()
        .into_any()
}

/// The dialog, while somebody's roles are looked at.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || screen.roles_of.get().map(|seat| of(screen, seat))).into_any()
}

fn of(screen: Screen, seat: Seat) -> AnyView {
    let text = screen.text;
    let Seat { user, structure } = seat;
    let open = RwSignal::new(true);
    let ticks = Ticks::new(&structure, &user.roles);
    let (id, before) = (user.id, user.roles);
    let none = Signal::derive(move || ticks.chosen().is_empty());
    let save = move |_| {
        let roles = ticks.chosen();
        if roles.is_empty() {
            return;
        }
        open.set(false);
        if roles != before {
            let saved = text.user_saved().to_owned();
            screen.run(saved, move || set_user_roles(id, roles.clone()));
        }
    };
    let save = Callback::new(save);
    let footer = move || {
        view! {
            <Button on_click=move |_| open.set(false)>{text.common_cancel()}</Button>
            <Button
                variant=Variant::Primary
                disabled=none
                loading=screen.busy
                on_click=move |event| save.run(event)
            >
                {text.common_save()}
            </Button>
        }
    };
    let error = Signal::derive(move || none.get().then(|| text.user_role_needed().to_owned()));
    view! {
        <Dialog
            id="user-roles"
            open=open
            title=text.user_roles_of(&user.name)
            footer=footer
            on_close=move || screen.roles_of.set(None)
        >
            <div class="form">
                <p class="sub">{text.user_roles_hint()}</p>
                {field(text, ticks, error)}
            </div>
        </Dialog>
    }
    .into_any()
}
