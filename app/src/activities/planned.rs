//! One planned activity as a line: done by one press, changed and taken off by its menu.

use super::{
    Editing, Finishing,
    look::{details, href, icon, said, today, when},
    may, menu,
};
use crate::{
    boot::{use_boot, use_now},
    customers::list::joined,
    i18n::{use_text, words},
    ui::{Icon, IconButton, Menu, MenuItem},
};
use domain::{
    activity::{Activity, ActivityKind, CallResult},
    note::{RecordName, Subject},
    policy::Action,
};
use leptos::prelude::*;

/// Where the line stands.
#[derive(Clone)]
pub(crate) enum Place {
    /// On the page of the record it is about.
    OnRecord(Subject),
    /// Among those of other records.
    Among(RecordName),
}

impl Place {
    fn subject(&self) -> Subject {
        match self {
            Self::OnRecord(subject) => *subject,
            Self::Among(record) => record.subject,
        }
    }

    fn record(&self) -> String {
        match self {
            Self::OnRecord(_) => String::new(),
            Self::Among(record) => record.name.clone(),
        }
    }
}

/// The line.
pub(crate) fn planned(
    finishing: Finishing,
    editing: Option<Editing>,
    activity: Activity,
    place: Place,
) -> AnyView {
    let (text, boot) = (use_text(), use_boot());
    let now = use_now();
    let [edits, deletes] = [Action::Edit, Action::Delete]
        .map(|action| boot.with_value(|boot| may(boot, action, &activity)));
    let title = said(text, &activity);
    let due = activity.data.due;
    let when = move || {
        let today = boot.with_value(|boot| today(boot, now.get()));
        due.map(|due| when(text, due, today)).unwrap_or_default()
    };
    let late = Memo::new(move |_| due.is_some_and(|due| due.at < now.get()));
    let state = move || late.get().then_some("overdue");
    let about = match &place {
        Place::OnRecord(_) => ().into_any(),
        Place::Among(record) => view! { <a href=href(record)>{record.name.clone()}</a> }.into_any(),
    };
    let rest = boot.with_value(|boot| details(text, boot, &activity));
    let rest = joined(&[&rest, &activity.data.body]);
    let kind = activity.data.kind;
    let id = activity.id;
    let check = edits.then(|| check(finishing, &activity, place.clone()));
    let opened = activity.clone();
    // Elsewhere the record's own page is the place to change it.
    let edit = editing.filter(|_| edits).map(|editing| {
        let edit = move || editing.open(&opened);
        view! { <MenuItem label=text.activity_edit() icon="pencil" on_click=edit /> }.into_any()
    });
    let take_off = deletes.then(|| {
        Callback::new(move |()| finishing.changes().take_off(id, text.toast_activity_deleted()))
    });
    let menu = menu(text, &activity, edit, take_off);
    view! {
        <li class="planned" data-state=state id=format!("activity-{id}")>
            {check}
            <span class="planned-icon">
                <Icon name=icon(kind) label=words::activity_kind(text, kind) class="icon-sm" />
            </span>
            <div class="planned-body">
                <span class="planned-title">{title}</span>
                <span class="sub">
                    <span class="planned-when num">{when}</span>
                    {about}
                    {(!rest.is_empty()).then(|| view! { <span class="planned-rest">{rest.clone()}</span> })}
                </span>
            </div>
            {menu}
        </li>
    }
    .into_any()
}

/// Says that it is done: of a call with what became of it.
fn check(finishing: Finishing, activity: &Activity, place: Place) -> AnyView {
    let text = use_text();
    let label = text.activity_done(&said(text, activity));
    let id = activity.id;
    let activity = StoredValue::new(activity.clone());
    let place = StoredValue::new(place);
    let complete = move |result| {
        let (subject, record) = place.with_value(|place| (place.subject(), place.record()));
        activity.with_value(|activity| finishing.complete(activity, subject, record, result));
    };
    if activity.with_value(|activity| activity.data.kind) != ActivityKind::Call {
        return view! {
            <IconButton icon="check" label=label class="planned-check" on_click=move |_| complete(None) />
        }
        .into_any();
    }
    let results = CallResult::ALL.iter().map(move |result| {
        let result = *result;
        view! {
            <MenuItem label=words::call_result(text, result) on_click=move || complete(Some(result)) />
        }
    });
    view! {
        <Menu id=format!("activity-done-{id}") label=label icon="check" class="planned-check">
            {results.collect_view()}
        </Menu>
    }
    .into_any()
}
