//! What somebody did, as an entry of the timeline: a call with its result, a visit with its place, a task.

use super::{
    change::{machine_time, who},
    deal_link,
};
use crate::{
    activities::{Changes, api::reopen_activity, icon, may, menu},
    customers::{list::joined, record::Record},
    i18n::{format, words},
    ui::{MenuItem, TimelineItem, Tone},
};
use domain::{
    activity::{Activity, ActivityKind, CallResult},
    policy::Action,
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
    let (id, deal) = (activity.id, activity.deal.clone());
    let head = move || {
        view! {
            <span class="cluster">
                <span>
                    <strong>{by.clone()}</strong>
                    " · "
                    {what.clone()}
                </span>
                {deal_link(deal.as_deref())}
            </span>
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
    // What is about a deal is changed on the deal's page.
    if !record.may_edit || activity.deal.is_some() {
        return ().into_any();
    }
    let (text, id) = (record.text, activity.id);
    let changes = changes(record);
    let [edits, deletes] = [Action::Edit, Action::Delete]
        .map(|action| record.boot.with_value(|boot| may(boot, action, activity)));
    let reopen = edits.then(|| {
        let reopen = move || changes.make(async move { reopen_activity(id).await.map(drop) });
        view! { <MenuItem label=text.activity_reopen() icon="undo-2" on_click=reopen /> }.into_any()
    });
    let take_off = deletes
        .then(|| Callback::new(move |()| changes.take_off(id, text.toast_activity_deleted())));
    menu(text, activity, reopen, take_off)
}

/// What entries of the timeline are changed by.
pub(super) fn changes(record: Record) -> Changes<impl Fn() + Copy + Send + Sync + 'static> {
    let shown_again = move || spawn_local(record.story.refresh());
    Changes { text: record.text, toasts: record.toasts, shown_again }
}
