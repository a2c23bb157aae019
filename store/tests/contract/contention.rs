//! Many writers at once: nobody is turned away, nothing acknowledged is lost.

use crate::{
    customers::{form, make, operation},
    support::{on_both, someone},
};
use domain::{
    note::{Entry, NoteBody, Subject},
    policy::Role,
};
use std::collections::BTreeSet;
use store::Db;

/// Writers at once.
const WRITERS: usize = 64;
/// Writes of each.
const WRITES: usize = 100;

on_both! {
    async fn sixty_four_writers_lose_nothing_and_nobody_is_turned_away(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let account = db.account(&caller, number).await.unwrap();
        let subject = Subject::Account(account.id);
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..WRITERS {
            let (db, caller) = (db.clone(), caller.clone());
            writers.spawn(async move {
                let mut acknowledged = Vec::with_capacity(WRITES);
                for write in 0..WRITES {
                    let body = format!("{writer}:{write}");
                    let note = NoteBody::parse(&body).unwrap();
                    db.add_note(&caller, operation(), subject, &note).await.expect("no writer is turned away");
                    acknowledged.push(body);
                }
                acknowledged
            });
        }
        let acknowledged: BTreeSet<String> =
            writers.join_all().await.into_iter().flatten().collect();
        assert_eq!(acknowledged.len(), WRITERS * WRITES);
        let mut stored = BTreeSet::new();
        let mut place = None;
        loop {
            let page = db.timeline(&caller, subject, place).await.unwrap();
            for entry in page.entries {
                if let Entry::Note(note) = entry {
                    assert!(stored.insert(note.body), "a note stands there twice");
                }
            }
            place = page.next;
            if place.is_none() {
                break;
            }
        }
        assert_eq!(stored, acknowledged);
    }
}
