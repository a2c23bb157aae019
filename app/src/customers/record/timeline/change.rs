//! One change of a record, or a sitting of them, as an entry of the timeline.

use crate::{
    customers::{merge, record::Record, share::history},
    i18n::{Text, format, words},
    ui::{Button, Icon, Size, TimelineItem},
};
use domain::{
    audit::{Change, Event, FieldChange},
    policy::Origin,
    time::Instant,
};
use leptos::prelude::*;

/// The entry.
pub(super) fn changes(record: Record, run: Vec<Change>) -> AnyView {
    let Some(newest) = run.first() else { return ().into_any() };
    let text = record.text;
    let (time, datetime) = record
        .boot
        .with_value(|boot| (format::time(newest.at, &boot.zone), machine_time(newest.at)));
    let who = who(text, &newest.by_name);
    let icon = match newest.event {
        Event::Created if newest.origin == Origin::Import.code() => "upload",
        Event::Created => "plus",
        Event::Deleted | Event::Purged => "trash-2",
        Event::Restored => "archive-restore",
        Event::Revealed => "eye",
        Event::Shared | Event::Unshared => "users",
        Event::Merged | Event::Split => "merge",
        _ => "pencil",
    };
    let (sentence, parts) = told(record, &who, &run);
    let details = (parts.len() > 1).then(|| fold(record, parts));
    let split = (newest.event == Event::Merged).then(|| split_button(record, newest.at));
    view! {
        <TimelineItem icon=icon title=move || sentence.clone() time=time datetime=datetime>
            {details}
            {split}
        </TimelineItem>
    }
    .into_any()
}

/// Parts what became one at a moment, for whoever may and as long as it can be.
fn split_button(record: Record, at: Instant) -> AnyView {
    let text = record.text;
    let Some(kind) = record.kind() else { return ().into_any() };
    let parts = merge::Parting::new(text, kind);
    (move || {
        record.split_of(at).map(|id| {
            view! {
                <Button size=Size::Sm icon="undo-2" on_click=move |_| parts.start(id)>
                    {text.timeline_split_again()}
                </Button>
            }
        })
    })
    .into_any()
}

/// Who it was; the installation itself has no name.
pub(super) fn who(text: Text, name: &str) -> String {
    if name.is_empty() { text.timeline_system().to_owned() } else { name.to_owned() }
}

/// An instant for machines, in UTC.
pub(super) fn machine_time(at: domain::time::Instant) -> String {
    let utc = domain::time::ZoneOffsets::default();
    let (date, hour, minute) = utc.wall_clock(at);
    format!("{date}T{hour:02}:{minute:02}Z")
}

/// The sentence above, and the changed fields, oldest first, when one sentence cannot hold them.
fn told(record: Record, who: &str, run: &[Change]) -> (String, Vec<FieldChange>) {
    let text = record.text;
    let newest = run.first();
    let event = newest.map_or(Event::Changed, |change| change.event);
    let imported = newest.is_some_and(|change| change.origin == Origin::Import.code());
    match event {
        Event::Created if imported => {
            (text.timeline_created_import(&record.name(), who), Vec::new())
        }
        Event::Created => (text.timeline_created(&record.name(), who), Vec::new()),
        Event::Deleted | Event::Purged => (text.timeline_deleted(who), Vec::new()),
        Event::Restored => (text.timeline_restored(who), Vec::new()),
        Event::Revealed => (revealed(record, who, newest), Vec::new()),
        Event::Merged | Event::Split => (joined(record, who, newest), Vec::new()),
        Event::Shared | Event::Unshared => {
            let told = |change| record.boot.with_value(|boot| history(text, boot, who, change));
            (newest.map(told).unwrap_or_default(), Vec::new())
        }
        _ => {
            let parts: Vec<FieldChange> =
                run.iter().rev().flat_map(|change| change.fields.clone()).collect();
            let sentence = match parts.as_slice() {
                [one] => record.values(|values| values.change(text, record.object(), who, one)),
                all => {
                    text.timeline_changed_many(i64::try_from(all.len()).unwrap_or(i64::MAX), who)
                }
            };
            (sentence, parts)
        }
    }
}

/// Who looked at which detail in full, and why.
fn revealed(record: Record, who: &str, change: Option<&Change>) -> String {
    let text = record.text;
    let said = |name: &str| {
        let fields = change.map(|change| change.fields.as_slice()).unwrap_or_default();
        fields.iter().find(|field| field.field == name).map(|field| field.after.as_str())
    };
    let what = words::field(text, record.object(), said("detail").unwrap_or_default());
    match said("reason") {
        Some(reason) => text.timeline_revealed_why(reason, &what, who),
        None => text.timeline_revealed(&what, who),
    }
}

/// Which records became one with this one, or were parted from it again.
fn joined(record: Record, who: &str, change: Option<&Change>) -> String {
    let text = record.text;
    let fields = change.map(|change| change.fields.as_slice()).unwrap_or_default();
    let said = |name: &str| {
        let field = fields.iter().find(|field| field.field == name);
        field.map(|field| format!("{}{}", field.before, field.after)).unwrap_or_default()
    };
    let (others, into) = (said("merged"), said("merged_into"));
    match (change.map(|change| change.event), into.is_empty()) {
        (Some(Event::Merged), true) => text.timeline_merged(&others, who),
        (Some(Event::Merged), false) => text.timeline_merged_into(&into, who),
        (_, true) => text.timeline_split(&others, who),
        (_, false) => text.timeline_split_off(&into, who),
    }
}

/// The changed fields, folded away.
fn fold(record: Record, parts: Vec<FieldChange>) -> AnyView {
    let text = record.text;
    let count = i64::try_from(parts.len()).unwrap_or(i64::MAX);
    let lines = parts.into_iter().map(|part| line(record, part)).collect_view();
    view! {
        <details>
            <summary class="sub">{text.timeline_show_changes(count)}</summary>
            <ul class="changes">{lines}</ul>
        </details>
    }
    .into_any()
}

fn line(record: Record, part: FieldChange) -> AnyView {
    let text = record.text;
    let label = words::field(text, record.object(), &part.field);
    let before = record.show(&part.field, &part.before);
    let after = record.show(&part.field, &part.after);
    let arrow = (!before.is_empty() && !after.is_empty())
        .then(|| view! { <Icon name="arrow-right" class="icon-sm" /> });
    view! {
        <li>
            <span>{label}</span>
            {(!before.is_empty()).then(|| view! { <del>{before}</del> })}
            {arrow}
            {(!after.is_empty()).then(|| view! { <ins>{after}</ins> })}
        </li>
    }
    .into_any()
}
