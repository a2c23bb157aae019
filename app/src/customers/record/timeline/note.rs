//! A note on the timeline: read, pin, rewrite one's own, delete with a way back.

use super::{
    change::{machine_time, who},
    deal_link,
    done::changes,
    rewriting::{editor, menu_id},
};
use crate::{
    boot::use_now,
    customers::{api::pin_note, record::Record},
    frame::{focus_if_lost, save_trouble},
    i18n::format,
    ui::{IconButton, Menu, MenuItem, Size, TimelineItem},
};
use domain::{
    id::ActivityId,
    note::Note,
    policy::{Action, Object},
};
use leptos::{prelude::*, task::spawn_local};

/// The entry, which follows the note. `top` is the place of the pinned ones, which have no day.
pub(super) fn note(record: Record, first: Note, top: bool) -> AnyView {
    let text = record.text;
    let story = record.story;
    let (id, at, deal) = (first.id, first.at, first.deal.clone());
    // A deal's notes stand at the top there, not here.
    let (pinned, here) = (first.pinned && deal.is_none(), deal.is_none());
    let (by, own) = (who(text, &first.by_name), first.by);
    let note = Memo::new(move |before: Option<&Note>| {
        // One that was just taken off is drawn once more before it goes.
        story.note(id).or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
    });
    let now = use_now();
    let edited = Memo::new(move |_| {
        let at = note.with(|note| note.edited_at)?;
        Some(record.boot.with_value(|boot| format::ago(text, at, now.get(), &boot.zone)))
    });
    let title = move || {
        let edited = move || {
            edited.get().map(|time| {
                view! { <span class="sub">" · " {text.timeline_edited(&time)}</span> }
            })
        };
        view! {
            <span class="cluster">
                <strong>{by.clone()}</strong>
                {deal_link(deal.as_deref())}
            </span>
            {edited}
        }
    };
    let time = Memo::new(move |_| {
        record.boot.with_value(|boot| {
            if top {
                format::ago(text, at, now.get(), &boot.zone)
            } else {
                format::time(at, &boot.zone)
            }
        })
    });
    let open = Memo::new(move |_| story.rewriting().is(id));
    let body = move || {
        if open.get() { editor(record) } else { note.with(|note| note.body.clone()).into_any() }
    };
    view! {
        <TimelineItem
            icon="sticky-note"
            title=title
            time=time
            datetime=machine_time(at)
            pinned=pinned
            id=format!("note-{id}")
            actions=move || if here { actions(record, note, own) } else { ().into_any() }
        >
            {body}
        </TimelineItem>
    }
    .into_any()
}

fn actions(record: Record, note: Memo<Note>, by: domain::id::UserId) -> AnyView {
    if !record.may_edit {
        return ().into_any();
    }
    let text = record.text;
    let (me, admin) =
        record.boot.with_value(|boot| (boot.user, boot.may(Action::Administer, Object::Activity)));
    let own = by == me;
    // A note that is pinned or let go is drawn anew, in its other place.
    let (id, pinned) = note.with_untracked(|note| (note.id, note.pinned));
    let edit = own.then(|| {
        view! {
            <MenuItem
                label=text.note_edit()
                icon="pencil"
                on_click=move || record.story.rewriting().open(&note.get_untracked())
            />
        }
    });
    let remove = (own || admin).then(|| {
        view! {
            <MenuItem
                label=text.note_delete()
                icon="trash-2"
                danger=true
                on_click=move || changes(record).take_off(id, text.toast_note_deleted())
            />
        }
    });
    let pin_label = if pinned { text.note_unpin() } else { text.note_pin() };
    view! {
        <span class="cluster">
            <IconButton
                icon="pin"
                label=pin_label
                id=pin_id(id)
                pressed=pinned
                on_click=move |_| pin(record, id, !pinned)
            />
            {(own || admin)
                .then(|| {
                    view! {
                        <Menu id=menu_id(id) label=text.note_actions() size=Size::Sm>
                            {edit}
                            {remove}
                        </Menu>
                    }
                })}
        </span>
    }
    .into_any()
}

fn pin_id(id: ActivityId) -> String {
    format!("note-pin-{id}")
}

fn pin(record: Record, id: ActivityId, pinned: bool) {
    spawn_local(async move {
        if let Err(error) = pin_note(id, pinned).await {
            record.toasts.error(save_trouble(record.text, &error));
        }
        record.story.refresh().await;
        // The button that was pressed is gone with the note's other place.
        request_animation_frame(move || focus_if_lost(&pin_id(id)));
    });
}
