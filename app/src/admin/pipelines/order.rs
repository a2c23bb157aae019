//! A pipeline one place up or down, and away: buttons at its head, and the question before it goes.

use super::{
    Screen,
    api::{delete_pipeline, order_pipelines},
};
use crate::{
    error::AppError,
    frame::save_trouble,
    i18n::words,
    ui::{ConfirmDialog, IconButton},
};
use domain::{failure::Failure, field::FieldError, id::PipelineId};
use leptos::{prelude::*, task::spawn_local};

/// A pipeline that is about to be deleted, with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Going {
    id: PipelineId,
    name: String,
}

/// The buttons of the pipeline at `place` of `all`.
pub(super) fn steps(screen: Screen, all: &[PipelineId], place: usize, name: &str) -> AnyView {
    let text = screen.text;
    let Some(id) = all.get(place).copied() else { return ().into_any() };
    let step = |up: bool| {
        let to = if up { place.checked_sub(1) } else { Some(place + 1) };
        let to = to.filter(|to| *to < all.len());
        let order = to.map(|to| {
            let mut order = all.to_vec();
            order.swap(place, to);
            order
        });
        let (icon, label) = if up {
            ("arrow-up", text.pipeline_stage_up(name))
        } else {
            ("arrow-down", text.pipeline_stage_down(name))
        };
        let disabled = order.is_none();
        // Where it can go no further the other button gets the focus.
        let at_end = to == Some(if up { 0 } else { all.len().saturating_sub(1) });
        let focus = button(id, up != at_end);
        let press = move |_| {
            if let Some(order) = order.clone() {
                put(screen, order, focus.clone());
            }
        };
        view! {
            <IconButton icon=icon label=label id=button(id, up) disabled=disabled on_click=press />
        }
    };
    let going = Going { id, name: name.to_owned() };
    let ask = move |_| screen.going.set(Some(going.clone()));
    view! {
        {step(true)}
        {step(false)}
        <IconButton icon="trash-2" label=text.pipeline_stage_remove(name) on_click=ask />
    }
    .into_any()
}

fn button(id: PipelineId, up: bool) -> String {
    format!("pipeline-{}-{id}", if up { "up" } else { "down" })
}

fn put(screen: Screen, order: Vec<PipelineId>, focus: String) {
    if screen.busy.get_untracked() {
        return;
    }
    screen.busy.set(true);
    spawn_local(async move {
        let answer = order_pipelines(order).await;
        screen.busy.try_set(false);
        match answer {
            Ok(()) => {
                screen.focus.try_set_value(focus);
            }
            Err(AppError::Failure(Failure::Invalid(_))) => {
                screen.toasts.error(screen.text.pipeline_reordered().to_owned());
            }
            Err(error) => {
                screen.toasts.error(save_trouble(screen.text, &error));
            }
        }
        screen.again.try_run(());
    });
}

/// The question, while there is one.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || screen.going.get().map(|going| question(screen, going))).into_any()
}

fn question(screen: Screen, going: Going) -> AnyView {
    let text = screen.text;
    let open = RwSignal::new(true);
    let title = text.pipeline_delete_title(&going.name);
    let confirm = move |()| {
        if screen.busy.get_untracked() {
            return;
        }
        screen.busy.set(true);
        let Going { id, name } = going.clone();
        spawn_local(async move {
            let answer = delete_pipeline(id).await;
            screen.busy.try_set(false);
            open.try_set(false);
            match answer {
                Ok(()) => screen.toasts.done(text.pipeline_deleted(&name)),
                Err(error) => screen.toasts.error(refused(screen, &error)),
            };
            screen.again.try_run(());
        });
    };
    view! {
        <ConfirmDialog
            id="delete-pipeline"
            open=open
            title=title
            body=text.pipeline_delete_body()
            action=text.bulk_delete()
            busy=screen.busy
            on_confirm=confirm
        />
    }
    .into_any()
}

fn refused(screen: Screen, error: &AppError) -> String {
    let text = screen.text;
    let AppError::Failure(Failure::Invalid(errors)) = error else {
        return save_trouble(text, error);
    };
    match errors.about("pipeline") {
        Some(FieldError::Required) => text.pipeline_last().to_owned(),
        Some(error) => words::form_error(text, "pipeline", error),
        None => String::new(),
    }
}
