//! The form for a new user.

use super::{
    Screen,
    api::invite_user,
    roles::{self, Ticks},
};
use crate::{
    error::AppError,
    frame::save_trouble,
    i18n::words,
    ui::{Banner, Button, Dialog, InputKind, Need, TextField, Tone, Variant},
};
use domain::{failure::Failure, policy::Role, structure::Structure};
use leptos::{ev::SubmitEvent, prelude::*};

/// Element id of the dialog.
pub(super) const ID: &str = "new-user";

/// What is typed, and why it was refused.
#[derive(Clone, Copy)]
struct Form {
    screen: Screen,
    email: RwSignal<String>,
    name: RwSignal<String>,
    roles: Ticks,
    trouble: RwSignal<Option<AppError>>,
}

impl Form {
    fn empty(self) {
        self.email.set(String::new());
        self.name.set(String::new());
        self.roles.set(&[Role::Staff.into()]);
        self.trouble.set(None);
    }

    fn error(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.trouble.with(|trouble| match trouble.as_ref()? {
                AppError::Failure(Failure::Invalid(errors)) => {
                    errors.about(field).map(|error| words::field_error(self.screen.text, error))
                }
                _ => None,
            })
        })
    }

    fn send(self) {
        let screen = self.screen;
        let (email, name) = (self.email.get_untracked(), self.name.get_untracked());
        let roles = untrack(|| self.roles.chosen());
        let roles: Vec<String> = roles.into_iter().map(|role| role.to_string()).collect();
        let call = move || invite_user(email.clone(), name.clone(), roles.clone());
        screen.call(call, move |answer| match answer {
            Ok(link) => {
                screen.adding.try_set(false);
                screen.told.try_set(Some(link));
                self.empty();
                screen.again.try_run(());
            }
            Err(error) => {
                self.trouble.try_set(Some(error));
            }
        });
    }
}

/// The dialog with the form.
pub(super) fn dialog(screen: Screen, structure: &Structure) -> AnyView {
    let text = screen.text;
    let form = Form {
        screen,
        email: RwSignal::new(String::new()),
        name: RwSignal::new(String::new()),
        roles: Ticks::new(structure, &[Role::Staff.into()]),
        trouble: RwSignal::new(None),
    };
    let footer = move || {
        view! {
            <Button on_click=move |_| screen.adding.set(false)>{text.common_cancel()}</Button>
            <Button variant=Variant::Primary loading=screen.busy on_click=move |_| form.send()>
                {text.user_add()}
            </Button>
        }
    };
    view! {
        <Dialog id=ID open=screen.adding title=text.user_new_title() footer=footer>
            {fields(&form)}
        </Dialog>
    }
    .into_any()
}

fn fields(form: &Form) -> AnyView {
    let form = *form;
    let text = form.screen.text;
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        form.send();
    };
    let refused = move || {
        let error = form.trouble.get()?;
        let elsewhere = !matches!(error, AppError::Failure(Failure::Invalid(_)));
        elsewhere.then(|| view! { <Banner tone=Tone::Bad>{save_trouble(text, &error)}</Banner> })
    };
    view! {
        // Sent without scripts it only closes: nobody could be told the link then.
        <form class="form" method="dialog" novalidate="" on:submit=send>
            {refused}
            <TextField
                value=form.name
                label=text.user_name()
                name="name"
                id="f-user-name"
                autocomplete="off"
                maxlength=100
                need=Need::Required
                error=form.error("name")
            />
            <TextField
                value=form.email
                label=text.user_email()
                name="email"
                id="f-user-email"
                kind=InputKind::Email
                autocomplete="off"
                need=Need::Required
                error=form.error("email")
            />
            {roles::field(text, form.roles, form.error("roles"))}
            <p class="sub">{text.user_invite_hint()}</p>
            // Enter in a field sends the form.
            <button type="submit" hidden=true tabindex="-1"></button>
        </form>
    }
    .into_any()
}
