//! Asks before a role is taken away.

use super::{Screen, api::delete_role};
use crate::{error::AppError, frame::save_trouble, ui::ConfirmDialog};
use domain::{failure::Failure, id::RoleId};
use leptos::prelude::*;

/// What is about to be taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub id: RoleId,
    pub name: String,
}

/// The question, while there is one.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || screen.asked.get().map(|asked| question(screen, asked))).into_any()
}

fn question(screen: Screen, asked: Asked) -> AnyView {
    let text = screen.text;
    let open = RwSignal::new(true);
    let title = text.role_delete_title(&asked.name);
    let confirm = move |()| {
        if screen.busy.get_untracked() {
            return;
        }
        screen.busy.set(true);
        let Asked { id, name } = asked.clone();
        screen.confirming.call(
            move || delete_role(id),
            move |answer| {
                screen.busy.try_set(false);
                open.try_set(false);
                match answer {
                    Ok(()) => screen.toasts.done(text.role_deleted(&name)),
                    Err(AppError::Failure(Failure::Invalid(_))) => {
                        screen.toasts.error(text.role_held().to_owned())
                    }
                    Err(error) => screen.toasts.error(save_trouble(text, &error)),
                };
                screen.again.try_run(());
            },
        );
    };
    view! {
        <ConfirmDialog
            id="delete-role"
            open=open
            title=title
            body=text.role_delete_body()
            action=text.role_delete()
            busy=screen.busy
            on_confirm=confirm
        />
    }
    .into_any()
}
