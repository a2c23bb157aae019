//! Asks before somebody is shut out.

use super::{
    Screen,
    api::{reset_user_password, set_user_disabled},
    refusal,
};
use crate::ui::ConfirmDialog;
use domain::{id::UserId, user::User};
use leptos::{prelude::*, task::spawn_local};

/// What is about to be done, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    what: What,
    id: UserId,
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Disable,
    Reset,
}

impl Asked {
    /// Switch off.
    pub(super) fn disable(user: &User) -> Self {
        Self { what: What::Disable, id: user.id, name: user.name.clone() }
    }

    /// Give another password.
    pub(super) fn reset(user: &User) -> Self {
        Self { what: What::Reset, id: user.id, name: user.name.clone() }
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
        What::Disable => (
            text.user_disable_title(&asked.name),
            text.user_disable_body(&asked.name),
            text.user_disable_action(),
        ),
        What::Reset => (
            text.user_reset_title(&asked.name),
            text.user_reset_body(&asked.name),
            text.user_reset_action(),
        ),
    };
    let danger = asked.what == What::Disable;
    let confirm = move |()| {
        let Asked { what, id, name } = asked.clone();
        match what {
            What::Disable => {
                open.set(false);
                let done = text.user_disabled_done(&name);
                screen.run(async move { set_user_disabled(id, true).await.map(|()| done) });
            }
            What::Reset => reset(screen, open, id),
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

fn reset(screen: Screen, open: RwSignal<bool>, id: UserId) {
    if screen.busy.get_untracked() {
        return;
    }
    screen.busy.set(true);
    spawn_local(async move {
        let answer = reset_user_password(id).await;
        screen.busy.try_set(false);
        open.try_set(false);
        match answer {
            Ok(credentials) => {
                screen.told.try_set(Some(credentials));
            }
            Err(error) => {
                screen.toasts.error(refusal(screen.text, &error));
            }
        }
        screen.again.try_run(());
    });
}
