//! Notes and history of a record: what was said and agreed, and who changed what.

mod change;
mod composer;
mod days;
mod note;
mod story;

pub(crate) use story::Story;

use super::Record;
use crate::{
    frame::save_trouble,
    i18n::{Text, format},
    ui::{Button, Chip, EmptyState, TimelineDay},
};
use days::{Item, days};
use domain::note::Note;
use leptos::{prelude::*, task::spawn_local};
use story::Show;

/// The middle pane: composer, filter, pinned notes, days, older.
pub(crate) fn pane(record: Record) -> AnyView {
    let text = record.text;
    view! {
        {record.may_edit.then(|| composer::composer(record))}
        <div class="timeline">
            {filter(record)}
            {move || pinned(record)}
            {move || stream(record)}
            {older(text, record)}
        </div>
    }
    .into_any()
}

fn filter(record: Record) -> AnyView {
    let text = record.text;
    let story = record.story;
    let chip = move |show: Show, label: &'static str| {
        view! {
            <Chip
                label=label
                selected=Signal::derive(move || story.show.get() == show)
                on_click=move |_| story.show.set(show)
            />
        }
    };
    view! {
        <div class="cluster" hidden=move || story.is_empty()>
            {chip(Show::All, text.timeline_filter_all())}
            {chip(Show::Notes, text.timeline_filter_notes())}
            {chip(Show::Changes, text.timeline_filter_changes())}
        </div>
    }
    .into_any()
}

/// Notes that are kept at the top.
fn pinned(record: Record) -> AnyView {
    let pinned = record.story.pinned.get();
    if pinned.is_empty() || record.story.show.get() == Show::Changes {
        return ().into_any();
    }
    let items = pinned.into_iter().map(|one| note::note(record, one, true)).collect_view();
    view! { <TimelineDay label=record.text.timeline_pinned()>{items}</TimelineDay> }.into_any()
}

fn stream(record: Record) -> AnyView {
    let text = record.text;
    let story = record.story;
    let pinned: Vec<_> = story.pinned.read().iter().map(|note: &Note| note.id).collect();
    let show = story.show.get();
    let entries = story.entries_tracked().into_iter().filter(|entry| show.has(entry, &pinned));
    let (days, now) = record.boot.with_value(|boot| {
        let today = boot.zone.wall_clock(boot.now).0;
        (days(entries.collect(), &boot.zone), today)
    });
    if days.is_empty() {
        return if pinned.is_empty() { empty(text) } else { ().into_any() };
    }
    days.into_iter()
        .map(|day| {
            let items = day
                .items
                .into_iter()
                .map(|item| match item {
                    Item::Note(one) => note::note(record, one, false),
                    Item::Changes(changes) => change::changes(record, changes),
                })
                .collect_view();
            view! {
                <TimelineDay label=format::relative_day(text, day.date, now)>
                    {items}
                </TimelineDay>
            }
        })
        .collect_view()
        .into_any()
}

fn empty(text: Text) -> AnyView {
    view! {
        <EmptyState
            icon="sticky-note"
            title=text.timeline_empty_title()
            text=text.timeline_empty_body()
            compact=true
        />
    }
    .into_any()
}

fn older(text: Text, record: Record) -> AnyView {
    let story = record.story;
    let load = move |_| {
        spawn_local(async move {
            if let Err(error) = story.older().await {
                record.toasts.error(save_trouble(text, &error));
            }
        });
    };
    (move || {
        story.next.read().is_some().then(|| {
            view! {
                <Button loading=story.loading on_click=load>
                    {text.timeline_older()}
                </Button>
            }
        })
    })
    .into_any()
}
