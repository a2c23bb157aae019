//! Asks before somebody is shut out.

use super::{
    Screen,
    api::{make_user_link, remove_second_step},
    refusal,
};
use crate::ui::ConfirmDialog;
use domain::{id::UserId, user::User};
use leptos::prelude::*;

/// What is about to be done, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    what: What,
    id: UserId,
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Link,
    SecondStep,
}

impl Asked {
    /// Make a link to set a password by.
    pub(super) fn link(user: &User) -> Self {
        Self { what: What::Link, id: user.id, name: user.name.clone() }
    }

    /// Take the second step off.
    pub(super) fn second_step(user: &User) -> Self {
        Self { what: What::SecondStep, id: user.id, name: user.name.clone() }
    }
}

/// The question, while there is one.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || screen.asked.get().map(|asked| question(screen, asked))).into_any()
}

fn question(screen: Screen, asked: Asked) -> AnyView {
    let text = screen.text;
    let open = RwSignal::new(true);
    let (title, body, action) = match asked.what {
        What::Link => (
            text.user_reset_title(&asked.name),
            text.user_reset_body().to_owned(),
            text.user_reset_action(),
        ),
        What::SecondStep => (
            text.user_second_step_off_title(&asked.name),
            text.user_second_step_off_body(&asked.name),
            text.user_second_step_off_action(),
        ),
    };
    let danger = asked.what != What::Link;
    let confirm = move |()| {
        let Asked { what, id, name } = asked.clone();
        match what {
            What::SecondStep => {
                open.set(false);
                let done = text.user_second_step_off_done(&name);
                screen.run(done, move || remove_second_step(id));
            }
            What::Link => {
                open.set(false);
                make_link(screen, id);
            }
        }
    };
    view! {
        <ConfirmDialog
            id="user-question"
            open=open
            title=title
            body=body
            action=action
            danger=danger
            busy=screen.busy
            on_confirm=confirm
        />
    }
    .into_any()
}

fn make_link(screen: Screen, id: UserId) {
    screen.call(
        move || make_user_link(id),
        move |answer| {
            match answer {
                Ok(link) => {
                    screen.told.try_set(Some(link));
                }
                Err(error) => {
                    screen.toasts.error(refusal(screen.text, &error));
                }
            }
            screen.again.try_run(());
        },
    );
}
