//! The list follows what others change. Rows that stay in their places are written anew; rows that would jump away under
//! the hand of whoever works with them wait for a press of a button.

use super::{ListAnswer, Screen, keys, pages::Desk, row::Row};
use crate::{
    carried::Carried,
    frame::{use_changes, use_heard},
    i18n::use_text,
    ui::{Button, Size, use_announcer},
};
use domain::{page::Cursor, policy::Object};
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;

/// Pages that are read again at most; a longer list waits for the button.
const MOST_PAGES: usize = 4;
/// How far a list is scrolled that counts as read from its top (CSS pixels).
const TOP: f64 = 80.0;

/// Reads a list again that has no rows yet.
pub(super) fn follow_while_empty(screen: Screen, rows: Carried<ListAnswer>) {
    let object = Memo::new(move |_| screen.request.read().tab.object());
    Effect::new(move |before: Option<(Object, u64)>| {
        let now = (object.get(), use_heard(object.get()).with(|heard| heard.count));
        let more = before.is_some_and(|(of, count)| of == now.0 && count != now.1);
        if more && screen.rows.with_value(Option::is_none) {
            rows.refetch();
            screen.count_again();
        }
        now
    });
}

/// What was read again: rows of the first page, all rows, and where they go on.
type Fresh = (usize, Vec<Arc<Row>>, Option<Cursor>);

/// Follows the rows on show; answers the button for what waits.
pub(super) fn follow(screen: Screen, desk: Desk) -> AnyView {
    let (text, announcer, changes) = (use_text(), use_announcer(), use_changes());
    let heard = use_heard(screen.request.read_untracked().tab.object());
    let waits = RwSignal::new(false);
    let desk = StoredValue::new(desk);
    let read = move |asked: bool| {
        let Some(desk) = desk.try_get_value() else { return };
        spawn_local(async move {
            let Some((_, shown)) = desk.rows.shown() else { return };
            let fresh =
                if asked || is_short(&desk) { read_again(&desk, shown).await } else { None };
            // Rows came or went while it was read: the next time.
            let same_list = desk.rows.shown().is_some_and(|(_, now)| now == shown);
            let Some(fresh) = fresh.filter(|_| same_list) else {
                waits.try_set(true);
                return;
            };
            if fresh.1.is_empty() {
                // What stands in place of rows comes with the list.
                changes.happened();
            } else if asked || stays(&desk, &fresh) || is_at_rest(screen) {
                put(screen, &desk, fresh);
                waits.try_set(false);
            } else if waits.try_get_untracked() == Some(false) {
                waits.set(true);
                announcer.say(text.list_changed().to_owned());
            }
        });
    };
    Effect::new(move |before: Option<u64>| {
        let count = heard.with(|heard| heard.count);
        if before.is_some_and(|before| before != count) {
            read(false);
        }
        count
    });
    let button = move || {
        view! {
            <div class="list-news">
                <Button size=Size::Sm icon="refresh-cw" on_click=move |_| read(true)>
                    {text.list_show_changes()}
                </Button>
            </div>
        }
    };
    (move || waits.get().then(button)).into_any()
}

fn is_short(desk: &Desk) -> bool {
    desk.rows.shown().is_some_and(|(first, all)| all <= first.saturating_mul(MOST_PAGES))
}

/// As many rows as are on show, at least; nothing when they do not come.
async fn read_again(desk: &Desk, shown: usize) -> Option<Fresh> {
    let (mut all, mut next) = desk.read_first().await.ok()?;
    let first = all.len();
    while all.len() < shown {
        let Some(place) = next.take() else { break };
        let (more, after) = desk.read(place).await.ok()?;
        all.extend(more);
        next = after;
    }
    Some((first, all, next))
}

/// Whether every row keeps its place.
fn stays(desk: &Desk, (_, fresh, _): &Fresh) -> bool {
    desk.rows.all.try_with_untracked(|now| {
        now.len() == fresh.len() && now.iter().zip(fresh).all(|(now, new)| now.number == new.number)
    }) == Some(true)
}

/// Whether nobody is about to press, tick or open a row: the list is looked at from its top.
fn is_at_rest(screen: Screen) -> bool {
    let touched = |selector| document().query_selector(selector).ok().flatten().is_some();
    untrack(|| screen.selection.count()) == 0
        && window().page_y_offset().is_ok_and(|top| top < TOP)
        && !touched(".list-panel tbody:hover, .list-panel tbody :focus, dialog[open]")
}

fn put(screen: Screen, desk: &Desk, (first, all, next): Fresh) {
    let give_back = keys::hold_focus();
    let was_exact = untrack(|| screen.exact()).is_some();
    desk.rows.renew(first, all, next);
    screen.count_again();
    if was_exact {
        // Whoever asked for the number of all goes on seeing it; should it not come, the button is there again.
        spawn_local(async move { screen.count_exactly().await.unwrap_or_default() });
    }
    give_back();
}
