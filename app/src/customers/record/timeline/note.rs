//! A note on the timeline: read, pin, rewrite one's own, delete with a way back.

use super::change::{machine_time, who};
use crate::{
    customers::{
        api::{delete_note, pin_note, rewrite_note},
        record::Record,
    },
    error::AppError,
    frame::save_trouble,
    i18n::{format, words},
    ui::{Banner, Button, IconButton, Menu, MenuItem, Size, TextArea, TimelineItem, Tone, Variant},
};
use domain::{
    failure::Failure,
    id::Version,
    note::Note,
    policy::{Action, Object},
};
use leptos::{prelude::*, task::spawn_local};

/// The entry. The same note may stand at the top and, later, in its day.
pub(super) fn note(record: Record, note: Note, top: bool) -> AnyView {
    let text = record.text;
    let by = who(text, &note.by_name);
    let title = {
        let edited = note.edited_at.map(|at| {
            record.boot.with_value(|boot| format::relative(text, at, boot.now, &boot.zone))
        });
        move || {
            let edited = edited.clone().map(|time| {
                view! { <span class="sub">" · " {text.timeline_edited(&time)}</span> }
            });
            view! {
                <strong>{by.clone()}</strong>
                {edited}
            }
        }
    };
    let (time, datetime) = record.boot.with_value(|boot| {
        let time = if top {
            format::relative(text, note.at, boot.now, &boot.zone)
        } else {
            format::time(note.at, &boot.zone)
        };
        (time, machine_time(note.at))
    });
    let shown = StoredValue::new(note.clone());
    let body = move || {
        if record.story.rewriting.get() == Some(shown.with_value(|note| note.id)) {
            editor(record, shown.get_value())
        } else {
            shown.with_value(|note| note.body.clone()).into_any()
        }
    };
    view! {
        <TimelineItem
            icon="sticky-note"
            title=title
            time=time
            datetime=datetime
            pinned=note.pinned
            id=format!("note-{}", note.id)
            actions=move || actions(record, shown.get_value())
        >
            {body}
        </TimelineItem>
    }
    .into_any()
}

fn actions(record: Record, note: Note) -> AnyView {
    if !record.may_edit {
        return ().into_any();
    }
    let text = record.text;
    let (me, admin) =
        record.boot.with_value(|boot| (boot.user, boot.may(Action::Administer, Object::Activity)));
    let own = note.by == me;
    let id = note.id;
    let pinned = note.pinned;
    let body = note.body.clone();
    let edit = own.then(|| {
        view! {
            <MenuItem
                label=text.note_edit()
                icon="pencil"
                on_click=move || {
                    record.story.draft.set(body.clone());
                    record.story.rewriting.set(Some(id));
                }
            />
        }
    });
    let remove = (own || admin).then(|| {
        view! {
            <MenuItem
                label=text.note_delete()
                icon="trash-2"
                danger=true
                on_click=move || delete(record, note.clone())
            />
        }
    });
    let pin_label = if pinned { text.note_unpin() } else { text.note_pin() };
    view! {
        <span class="cluster">
            <IconButton
                icon="pin"
                label=pin_label
                pressed=pinned
                on_click=move |_| pin(record, id, !pinned)
            />
            {(own || admin)
                .then(|| {
                    view! {
                        <Menu id=format!("note-menu-{id}") label=text.note_actions() size=Size::Sm>
                            {edit}
                            {remove}
                        </Menu>
                    }
                })}
        </span>
    }
    .into_any()
}

fn pin(record: Record, id: domain::id::ActivityId, pinned: bool) {
    spawn_local(async move {
        if let Err(error) = pin_note(id, pinned).await {
            record.toasts.error(save_trouble(record.text, &error));
        }
        record.story.refresh().await;
    });
}

fn delete(record: Record, note: Note) {
    let (text, toasts, id) = (record.text, record.toasts, note.id);
    spawn_local(async move {
        if let Err(error) = delete_note(id, true).await {
            toasts.error(save_trouble(text, &error));
            return;
        }
        record.story.refresh().await;
        toasts.undo(text.toast_note_deleted(), move || {
            spawn_local(async move {
                if let Err(error) = delete_note(id, false).await {
                    toasts.error(save_trouble(text, &error));
                }
                record.story.refresh().await;
            });
        });
    });
}

/// The note as it is being rewritten. What was typed stays until it is saved or dropped.
fn editor(record: Record, note: Note) -> AnyView {
    let text = record.text;
    let story = record.story;
    let seen = StoredValue::new(note.version);
    let problem = RwSignal::new(None::<String>);
    let theirs = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let id = note.id;
    let save = move || {
        busy.set(true);
        let body = story.draft.get_untracked();
        spawn_local(async move {
            let answer = rewrite_note(id, seen.get_value(), body).await;
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    story.rewriting.try_set(None);
                    story.refresh().await;
                }
                Err(error) => refused(record, &error, seen, problem, theirs),
            }
        });
    };
    let other = move || {
        theirs.get().map(|theirs| {
            view! { <Banner tone=Tone::Warn>{text.conflict_note(&theirs)}</Banner> }
        })
    };
    view! {
        <div class="stack">
            {other}
            <TextArea
                value=story.draft
                label=text.field_note_body()
                name="rewritten"
                hide_label=true
                error=problem
                on_input=move |_| problem.set(None)
                on_submit=move |_| save()
            />
            <div class="cluster">
                <Button variant=Variant::Primary size=Size::Sm loading=busy on_click=move |_| save()>
                    {text.note_save()}
                </Button>
                <Button size=Size::Sm on_click=move |_| story.rewriting.set(None)>
                    {text.common_cancel()}
                </Button>
            </div>
        </div>
    }
    .into_any()
}

/// Somebody else rewrote it meanwhile: their text is shown, and saving again keeps one's own.
fn refused(
    record: Record,
    error: &AppError,
    seen: StoredValue<Version>,
    problem: RwSignal<Option<String>>,
    theirs: RwSignal<Option<String>>,
) {
    let text = record.text;
    match error {
        AppError::Failure(Failure::Conflict(conflict)) => {
            seen.try_set_value(conflict.version);
            theirs.try_set(conflict.fields.first().map(|field| field.theirs.clone()));
        }
        AppError::Failure(Failure::Invalid(errors)) => {
            let first = errors.0.first();
            problem.try_set(first.map(|(name, error)| words::form_error(text, name, error)));
        }
        other => {
            problem.try_set(Some(save_trouble(text, other)));
        }
    }
}
