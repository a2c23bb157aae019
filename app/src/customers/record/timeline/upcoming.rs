//! What is planned about the record, above what happened.

use super::story::Show;
use crate::{
    activities::{Editing, Finishing, Place, planned},
    customers::record::Record,
    ui::TimelineDay,
};
use domain::{activity::Activity, note::Subject};
use leptos::{prelude::*, task::spawn_local};

/// One line; what is about a deal is changed on the deal's page.
fn line(finishing: Finishing, editing: Editing, activity: Activity, subject: Subject) -> AnyView {
    match activity.deal.clone() {
        Some(deal) => planned(finishing, None, activity, Place::Among(*deal)),
        None => planned(finishing, Some(editing), activity, Place::OnRecord(subject)),
    }
}

/// The band, and the question what comes next once something of it is done.
pub(super) fn upcoming(record: Record) -> AnyView {
    let story = record.story;
    let upcoming = story.upcoming();
    let changed = Callback::new(move |()| spawn_local(story.refresh()));
    let (finishing, editing) = (Finishing::new(changed), Editing::new(changed));
    let subject = record.subject();
    let any = Memo::new(move |_| {
        matches!(story.show.get(), Show::All | Show::Activities)
            && upcoming.with(|upcoming| !upcoming.is_empty())
    });
    let band = move || {
        any.get().then(|| {
            view! {
                <TimelineDay label=record.text.timeline_upcoming()>
                    <For
                        each=move || upcoming.get()
                        key=|activity| (activity.id, activity.version)
                        let:activity
                    >
                        {line(finishing, editing, activity, subject)}
                    </For>
                </TimelineDay>
            }
        })
    };
    view! {
        {finishing.question()}
        {band}
        {editing.dialog()}
    }
    .into_any()
}
