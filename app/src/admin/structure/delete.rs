//! Asks before a department or a team is dissolved: others may lose sight of records by it.

use super::{
    Screen,
    api::{delete_department, delete_team},
};
use crate::{frame::save_trouble, ui::ConfirmDialog};
use domain::{
    failure::Failure,
    id::{DepartmentId, TeamId},
};
use leptos::prelude::*;

/// What is about to be dissolved, with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Department(DepartmentId, String),
    Team(TeamId, String),
}

impl Asked {
    fn name(&self) -> &str {
        match self {
            Self::Department(_, name) | Self::Team(_, name) => name,
        }
    }
}

/// Opens the question.
pub(super) fn ask(screen: Screen, asked: Asked) {
    screen.asked.set(Some(asked));
}

/// The question, while there is one.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || screen.asked.get().map(|asked| question(screen, asked))).into_any()
}

fn question(screen: Screen, asked: Asked) -> AnyView {
    let text = screen.text;
    let (title, body) = match &asked {
        Asked::Department(_, name) => {
            (text.structure_dissolve_title(name), text.structure_dissolve_department())
        }
        Asked::Team(_, name) => {
            (text.structure_dissolve_title(name), text.structure_dissolve_team())
        }
    };
    let open = RwSignal::new(true);
    let confirm = move |()| {
        if screen.busy.get_untracked() {
            return;
        }
        screen.busy.set(true);
        let (asked, to_tell) = (asked.clone(), asked.name().to_owned());
        let call = move || {
            let asked = asked.clone();
            async move {
                match asked {
                    Asked::Department(id, _) => delete_department(id).await,
                    Asked::Team(id, _) => delete_team(id).await,
                }
            }
        };
        screen.confirming.call(call, move |answer| {
            screen.busy.try_set(false);
            open.try_set(false);
            match answer {
                Ok(()) => screen.toasts.done(text.structure_dissolved(&to_tell)),
                Err(crate::error::AppError::Failure(Failure::Invalid(_))) => {
                    screen.toasts.error(text.structure_namesake().to_owned())
                }
                Err(error) => screen.toasts.error(save_trouble(text, &error)),
            };
            screen.again.try_run(());
        });
    };
    view! {
        <ConfirmDialog
            id="dissolve"
            open=open
            title=title
            body=body
            action=text.structure_dissolve()
            busy=screen.busy
            on_confirm=confirm
        />
    }
    .into_any()
}
