//! Roles of a user: which of them somebody holds, in the form for a new user and in a dialog of their own.

use super::{Screen, api::set_user_roles};
use crate::{
    i18n::{Text, words},
    ui::{Button, Checkbox, Dialog, StatusChip, Tone, Variant},
};
use domain::{policy::Role, user::User};
use leptos::prelude::*;

/// A box for each role.
#[derive(Clone, Copy)]
pub(crate) struct Ticks(StoredValue<[(Role, RwSignal<bool>); Role::ALL.len()]>);

impl Ticks {
    /// Boxes with those of `roles` ticked.
    pub(crate) fn new(roles: &[Role]) -> Self {
        let boxes = Role::ALL.map(|role| (role, RwSignal::new(roles.contains(&role))));
        Self(StoredValue::new(boxes))
    }

    /// Ticks those of `roles` and no others.
    pub(super) fn set(self, roles: &[Role]) {
        for (role, ticked) in self.0.get_value() {
            ticked.set(roles.contains(&role));
        }
    }

    /// The ticked ones.
    pub(crate) fn chosen(self) -> Vec<Role> {
        let boxes = self.0.get_value().into_iter();
        boxes.filter(|(_, ticked)| ticked.get()).map(|(role, _)| role).collect()
    }
}

/// The boxes alone; `hints` says what each role may do.
pub(crate) fn boxes(text: Text, ticks: Ticks, hints: bool) -> AnyView {
    ticks
        .0
        .get_value()
        .map(|(role, ticked)| {
            let hint = if hints { words::role_hint(text, role) } else { "" };
            view! {
                <Checkbox
                    checked=ticked
                    label=words::role(text, role)
                    hint=hint
                    name="roles"
                    value=role.code()
                />
            }
        })
        .collect_view()
        .into_any()
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
pub(crate) fn chips(text: Text, roles: &[Role]) -> AnyView {
    roles
        .iter()
        .map(|role| {
            let (tone, icon) = match role {
                Role::Admin => (Tone::Accent, "shield-check"),
                _ => (Tone::Neutral, "user"),
            };
            view! { <StatusChip tone=tone icon=icon label=words::role(text, *role) /> }
        })
        .collect_view()
        .into_any()
}

/// The dialog, while somebody's roles are looked at.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || screen.roles_of.get().map(|user| of(screen, user))).into_any()
}

fn of(screen: Screen, user: User) -> AnyView {
    let text = screen.text;
    let open = RwSignal::new(true);
    let ticks = Ticks::new(&user.roles);
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
