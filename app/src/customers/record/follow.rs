//! The page of a record follows what others change: it reads the record again, and says who changed what. While something
//! is typed on it, it only says so: what is typed is sent with the version it was begun on, so that the server still asks
//! when both changed the same.

use super::Record;
use crate::{
    error::AppError,
    frame::{Heard, save_trouble, use_heard},
};
use domain::{failure::Failure, id::Version, person::PersonSummary, policy::Object};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// How often it is looked whether nothing is typed any more.
const LOOK: Duration = Duration::from_secs(1);
/// What is being typed or asked about: a field that is edited or whose change was refused, a dialog.
const TYPING: &str = ".inline[data-editing], .inline[data-state='failed'], .inline[data-state='conflict'], dialog[open]";

/// Follows what is heard of the record, and of the persons on it.
pub(crate) fn follow(record: Record) {
    let heard = [Object::Account, Object::Person, Object::Opportunity].map(use_heard);
    // It waits until nothing is typed any more.
    let behind = StoredValue::new(false);
    Effect::new(move |before: Option<[u64; 3]>| {
        let now = heard.map(|heard| heard.with(|heard| heard.count));
        if let Some(before) = before {
            let [accounts, people, deals] = [0, 1, 2].map(|at| {
                let same = now.get(at) == before.get(at);
                let heard = heard.get(at).filter(|_| !same);
                heard.map(|heard| heard.get_untracked()).unwrap_or_default()
            });
            if is_news(record, &accounts, &people, &deals) {
                spawn_local(read_again(record, behind));
            } else if record.object() == Object::Account && now.last() != before.last() {
                // What is done about its deals is told on its timeline.
                spawn_local(record.story.refresh());
            }
        }
        now
    });
}

fn is_news(record: Record, accounts: &Heard, people: &Heard, deals: &Heard) -> bool {
    let (id, holds) = (record.subject().id(), |version| record.holds(version));
    let on_page = |person: &PersonSummary| people.is_news_of(person.id.0, |_: Version| false);
    match record.object() {
        Object::Account => {
            accounts.is_news_of(id, holds)
                || record.people.with_untracked(|people| people.iter().any(on_page))
        }
        Object::Opportunity => deals.is_news_of(id, holds),
        _ => people.is_news_of(id, holds),
    }
}

async fn read_again(record: Record, behind: StoredValue<bool>) {
    // The page was left.
    if behind.try_get_value().is_none() {
        return;
    }
    let seen = record.version();
    if record.is_writing() || is_typing() {
        record.story.refresh().await;
        record.say_changed_by_others(seen);
        if behind.try_get_value() == Some(false) {
            behind.set_value(true);
            set_timeout(move || look(record, behind), LOOK);
        }
        return;
    }
    match record.read_again().await {
        Ok(()) => record.say_changed_by_others(seen),
        Err(gone @ AppError::Failure(Failure::Gone)) => {
            record.notice.try_set(Some(save_trouble(record.text, &gone)));
        }
        // What is on show stays; the next change tries again.
        Err(_) => {}
    }
}

/// Looks whether it can be read again now.
fn look(record: Record, behind: StoredValue<bool>) {
    match behind.try_get_value() {
        // The page was left.
        None => {}
        Some(_) if record.is_writing() || is_typing() => {
            set_timeout(move || look(record, behind), LOOK);
        }
        Some(_) => {
            behind.set_value(false);
            spawn_local(read_again(record, behind));
        }
    }
}

/// Whether something on the page is being typed or asked about.
pub(crate) fn is_typing() -> bool {
    document().query_selector(TYPING).ok().flatten().is_some()
}
