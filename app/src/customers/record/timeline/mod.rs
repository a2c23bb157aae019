//! Notes and history of a record: what was said and agreed, and who changed what.

mod change;
mod composer;
mod days;
mod done;
mod happening;
mod note;
mod rewriting;
mod story;
mod upcoming;

pub(crate) use story::Story;

use super::Record;
use crate::{
    activities::href,
    boot::use_now,
    frame::save_trouble,
    i18n::{Text, format},
    ui::{Button, Chip, EmptyState, TimelineDay},
};
use days::{Day, Item, Key, days, item, keys};
use domain::{audit::Change, date::Date, note::RecordName};
use leptos::{prelude::*, task::spawn_local};
use story::Show;

/// The middle pane: composer, filter, pinned notes, days, older.
pub(crate) fn pane(record: Record) -> AnyView {
    let text = record.text;
    view! {
        {record.may_edit.then(|| composer::composer(record))}
        <div class="timeline">
            {filter(record)}
            {upcoming::upcoming(record)}
            {pinned(record)}
            {stream(record)}
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
            {chip(Show::Activities, text.timeline_filter_activities())}
            {chip(Show::Happenings, text.timeline_filter_happenings())}
            {chip(Show::Changes, text.timeline_filter_changes())}
        </div>
    }
    .into_any()
}

/// Notes that are kept at the top.
fn pinned(record: Record) -> AnyView {
    let story = record.story;
    let any = Memo::new(move |_| {
        matches!(story.show.get(), Show::All | Show::Notes)
            && story.pinned.with(|pinned| !pinned.is_empty())
    });
    (move || {
        any.get().then(|| {
            view! {
                <TimelineDay label=record.text.timeline_pinned()>
                    <For each=move || story.pinned.get() key=|note| note.id let:one>
                        {note::note(record, one, true)}
                    </For>
                </TimelineDay>
            }
        })
    })
    .into_any()
}

/// The days. Each day and each entry keeps its place in the page while others come and go, so
/// that what is open in it (a note being rewritten, a fold) stays open.
fn stream(record: Record) -> AnyView {
    let story = record.story;
    let shown = Memo::new(move |_| {
        let show = story.show.get();
        let pinned: Vec<_> = story.pinned.read().iter().map(|note| note.id).collect();
        let entries = story.entries_tracked().into_iter();
        let entries = entries.filter(|entry| show.has(entry, &pinned)).collect();
        record.boot.with_value(|boot| days(entries, &boot.zone))
    });
    let dates =
        move || shown.with(|days| days.iter().map(|day: &Day| day.date).collect::<Vec<Date>>());
    let nothing = Memo::new(move |_| {
        shown.with(Vec::is_empty)
            && story.pinned.with(Vec::is_empty)
            && story.upcoming().with(Vec::is_empty)
    });
    view! {
        <For each=dates key=|date| *date let:date>
            {day(record, shown, date)}
        </For>
        {move || nothing.get().then(|| empty(record.text))}
    }
    .into_any()
}

fn day(record: Record, shown: Memo<Vec<Day>>, date: Date) -> AnyView {
    let now = use_now();
    let label = Memo::new(move |_| {
        // What is there has happened: a clock that lags behind does not make it tomorrow's.
        let today = record.boot.with_value(|boot| boot.zone.wall_clock(now.get()).0).max(date);
        format::relative_day(record.text, date, today)
    });
    view! {
        <TimelineDay label=label>
            <For each=move || shown.with(|days| keys(days, date)) key=|key| *key let:key>
                {entry(record, shown, date, key)}
            </For>
        </TimelineDay>
    }
    .into_any()
}

fn entry(record: Record, shown: Memo<Vec<Day>>, date: Date, key: Key) -> AnyView {
    match shown.with_untracked(|days| item(days, date, key).cloned()) {
        Some(Item::Note(one)) => return note::note(record, one, false),
        Some(Item::Activity(one)) => return done::done(record, one),
        Some(Item::Happening(one)) => return happening::happening(record, &one),
        Some(Item::Changes(_)) | None => {}
    }
    let run = Memo::new(move |before: Option<&Vec<Change>>| {
        shown.with(|days| match item(days, date, key) {
            Some(Item::Changes(run)) => run.clone(),
            // One that was just taken off is drawn once more before it goes.
            _ => before.cloned().unwrap_or_default(),
        })
    });
    (move || change::changes(record, run.get())).into_any()
}

/// The way to the deal that an entry is about, on the page of the deal's customer.
fn deal_link(deal: Option<&RecordName>) -> AnyView {
    let link = deal.map(|deal| view! { <a href=href(deal)>{deal.name.clone()}</a> });
    link.into_any()
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
