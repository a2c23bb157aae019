//! What somebody did, as an entry of the timeline: a call with its result, a visit with its place, a task.

use super::change::{machine_time, who};
use crate::{
    activities::{api::reopen_activity, icon},
    customers::{api::delete_activity, list::joined, record::Record},
    error::AppError,
    frame::save_trouble,
    i18n::{format, words},
    ui::{Menu, MenuItem, Size, TimelineItem, Tone},
};
use domain::{
    activity::{Activity, ActivityKind, CallResult},
    id::ActivityId,
    policy::{Action, Object},
};
use leptos::{prelude::*, task::spawn_local};

/// The entry.
pub(super) fn done(record: Record, activity: Activity) -> AnyView {
    let text = record.text;
    let data = &activity.data;
    let kind = words::activity_kind(text, data.kind);
    let result = data.result.map(|result| words::call_result(text, result)).unwrap_or_default();
    let what = joined(&[kind, result]);
    let by = who(text, &activity.owner_name);
    let (title, place) = (data.title.clone(), data.place.clone());
    let said = joined(&[&title, &place]);
    let body = data.body.clone();
    let (time, datetime) = record
        .boot
        .with_value(|boot| (format::time(activity.at, &boot.zone), machine_time(activity.at)));
    let tone = match data.result {
        Some(CallResult::NoAnswer) => Tone::Warn,
        _ if data.kind == ActivityKind::Task => Tone::Ok,
        _ => Tone::Accent,
    };
    let id = activity.id;
    let head = move || {
        view! {
            <strong>{by.clone()}</strong>
            " · "
            {what.clone()}
        }
    };
    view! {
        <TimelineItem
            icon=icon(activity.data.kind)
            tone=tone
            title=head
            time=time
            datetime=datetime
            id=format!("activity-{id}")
            actions=move || actions(record, &activity)
        >
            {(!said.is_empty()).then(|| view! { <p>{said}</p> })}
            {body}
        </TimelineItem>
    }
    .into_any()
}

fn actions(record: Record, activity: &Activity) -> AnyView {
    let text = record.text;
    let (edits, deletes) = record.boot.with_value(|boot| {
        let mine = activity.data.owner == boot.user || activity.by == boot.user;
        let of = mine || boot.may(Action::Administer, Object::Activity);
        (
            of && boot.may(Action::Edit, Object::Activity),
            of && boot.may(Action::Delete, Object::Activity),
        )
    });
    if !record.may_edit || !(edits || deletes) {
        return ().into_any();
    }
    let id = activity.id;
    let title = crate::activities::said(text, activity);
    let reopen = edits.then(|| {
        let reopen = move || after(record, async move { reopen_activity(id).await.map(drop) });
        view! { <MenuItem label=text.activity_reopen() icon="undo-2" on_click=reopen /> }
    });
    let remove = deletes.then(|| {
        let remove = move || take_off(record, id);
        view! { <MenuItem label=text.activity_delete() icon="trash-2" danger=true on_click=remove /> }
    });
    view! {
        <Menu id=format!("activity-menu-{id}") label=text.activity_actions(&title) size=Size::Sm>
            {reopen}
            {remove}
        </Menu>
    }
    .into_any()
}

/// Does something and shows what came of it.
fn after(record: Record, what: impl Future<Output = Result<(), AppError>> + 'static) {
    spawn_local(async move {
        if let Err(error) = what.await {
            record.toasts.error(save_trouble(record.text, &error));
        }
        record.story.refresh().await;
    });
}

fn take_off(record: Record, id: ActivityId) {
    spawn_local(async move {
        if let Err(error) = delete_activity(id, true).await {
            record.toasts.error(save_trouble(record.text, &error));
            return;
        }
        record.story.refresh().await;
        let put_back = move || after(record, delete_activity(id, false));
        record.toasts.undo(record.text.toast_activity_deleted(), put_back);
    });
}
