//! Taking a saved reply over into what is being written: found by typing, filled with the customer and the number.

use super::desk::Desk;
use crate::{
    admin::replies::api::list_replies,
    carried::carried,
    frame::focus_on,
    i18n::words,
    ui::{ComboOption, Combobox},
};
use domain::{case::MessageKind, reply::SavedReply};
use leptos::prelude::*;

/// Most replies that are offered at a time.
const OFFERED: usize = 8;

/// The field that finds a reply; nothing where none is saved. `id` is that of the box that is written into.
pub(super) fn picker(
    desk: Desk,
    body: RwSignal<String>,
    kind: RwSignal<String>,
    id: &'static str,
) -> AnyView {
    let replies = carried(|| (), |()| list_replies());
    replies.beside(move |replies| {
        if replies.is_empty() { ().into_any() } else { field(desk, replies, body, kind, id) }
    })
}

fn field(
    desk: Desk,
    replies: Vec<SavedReply>,
    body: RwSignal<String>,
    kind: RwSignal<String>,
    id: &'static str,
) -> AnyView {
    let text = desk.text;
    let replies = StoredValue::new(replies);
    let chosen = RwSignal::new(Vec::<ComboOption>::new());
    let options = RwSignal::new(Vec::new());
    let ask = move |typed: String| {
        options.set(replies.with_value(|replies| found(replies, &typed)));
    };
    let take = move |now: Vec<ComboOption>| {
        let Some(one) = now.first() else { return };
        let place: Option<usize> = one.value.parse().ok();
        let said = place.and_then(|place| {
            let (name, number) = desk.case.with_untracked(|case| {
                let names = [&case.person_name, &case.account_name, &case.data.contact];
                let name = names.into_iter().find(|name| !name.is_empty()).cloned();
                (name.unwrap_or_default(), case.number.to_string())
            });
            replies.with_value(|replies| Some(replies.get(place)?.filled(&name, &number)))
        });
        let Some(said) = said else { return };
        kind.set(MessageKind::Answer.code().to_owned());
        body.update(|body| {
            if !body.trim().is_empty() {
                body.push_str("\n\n");
            }
            body.push_str(&said);
        });
        chosen.set(Vec::new());
        focus_on(id);
    };
    view! {
        <Combobox
            chosen=chosen
            options=options
            label=text.reply_insert()
            name="reply"
            id="message-reply"
            hide_label=true
            placeholder=text.reply_insert()
            no_match=text.reply_none()
            on_query=ask
            on_change=take
            class="reply-picker"
        />
    }
    .into_any()
}

/// The replies that have what was typed, those first that have it in their title.
fn found(replies: &[SavedReply], typed: &str) -> Vec<ComboOption> {
    let mut found: Vec<(usize, usize, &SavedReply)> = replies
        .iter()
        .enumerate()
        .filter_map(|(place, reply)| Some((reply.found_by(typed)?, place, reply)))
        .collect();
    found.sort_by_key(|(where_found, place, _)| (*where_found, *place));
    let option = |(_, place, reply): (usize, usize, &SavedReply)| ComboOption {
        value: place.to_string(),
        label: reply.title.clone(),
        detail: reply.lang.map(words::language).unwrap_or_default().to_owned(),
        avatar: None,
    };
    found.into_iter().take(OFFERED).map(option).collect()
}
