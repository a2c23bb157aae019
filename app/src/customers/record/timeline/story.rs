//! What is known of a record's notes and history, and how newer and older parts join it.

use super::rewriting::Rewriting;
use crate::{customers::api::read_timeline, error::AppError};
use domain::{
    activity::{Activity, ActivityKind},
    id::ActivityId,
    note::{Entry, Note, Subject, Timeline, TimelinePlace},
};
use leptos::prelude::*;

/// Which entries show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Show {
    /// All.
    All,
    /// Notes only.
    Notes,
    /// What people did only.
    Activities,
    /// Orders, cases and answers only.
    Happenings,
    /// Changes only.
    Changes,
}

impl Show {
    /// Whether `entry` shows below the notes that stand at the top.
    pub(super) fn has(self, entry: &Entry, pinned: &[ActivityId]) -> bool {
        match entry {
            Entry::Note(note) => {
                matches!(self, Self::All | Self::Notes) && !pinned.contains(&note.id)
            }
            Entry::Activity(_) => matches!(self, Self::All | Self::Activities),
            Entry::Happening(_) => matches!(self, Self::All | Self::Happenings),
            Entry::Change(_) => matches!(self, Self::All | Self::Changes),
        }
    }
}

/// The timeline of the open record. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(crate) struct Story {
    subject: StoredValue<Subject>,
    pub pinned: RwSignal<Vec<Note>>,
    entries: RwSignal<Vec<Entry>>,
    pub next: RwSignal<Option<TimelinePlace>>,
    pub show: RwSignal<Show>,
    pub loading: RwSignal<bool>,
    beside: StoredValue<Beside>,
}

/// What is kept together, because a record is copied into many handlers.
#[derive(Clone, Copy)]
struct Beside {
    /// The note that is being rewritten.
    rewriting: Rewriting,
    upcoming: RwSignal<Vec<Activity>>,
    composing: RwSignal<Option<ActivityKind>>,
}

impl Story {
    pub(crate) fn new(subject: Subject, first: Timeline) -> Self {
        Self {
            subject: StoredValue::new(subject),
            pinned: RwSignal::new(first.pinned),
            entries: RwSignal::new(first.entries),
            next: RwSignal::new(first.next),
            show: RwSignal::new(Show::All),
            loading: RwSignal::new(false),
            beside: StoredValue::new(Beside {
                rewriting: Rewriting::new(),
                upcoming: RwSignal::new(first.upcoming),
                composing: RwSignal::new(None),
            }),
        }
    }

    pub(crate) fn subject(self) -> Subject {
        self.subject.get_value()
    }

    /// The note that is being rewritten.
    pub(super) fn rewriting(self) -> Rewriting {
        self.beside.with_value(|beside| beside.rewriting)
    }

    /// What is planned, the soonest first.
    pub(super) fn upcoming(self) -> RwSignal<Vec<Activity>> {
        self.beside.with_value(|beside| beside.upcoming)
    }

    /// The kind of activity that is being put down; nothing for a note.
    pub(crate) fn composing(self) -> RwSignal<Option<ActivityKind>> {
        self.beside.with_value(|beside| beside.composing)
    }

    /// All entries that are here, newest first.
    pub(crate) fn entries(self) -> Vec<Entry> {
        self.entries.try_get_untracked().unwrap_or_default()
    }

    /// The same, followed by whoever reads it.
    pub(super) fn entries_tracked(self) -> Vec<Entry> {
        self.entries.get()
    }

    /// A note as it stands, followed by whoever reads it.
    pub(super) fn note(self, id: ActivityId) -> Option<Note> {
        let pinned = self.pinned.with(|pinned| pinned.iter().find(|note| note.id == id).cloned());
        pinned.or_else(|| {
            self.entries.with(|entries| {
                entries.iter().find_map(|entry| match entry {
                    Entry::Note(note) if note.id == id => Some(note.clone()),
                    _ => None,
                })
            })
        })
    }

    /// Whether there is nothing at all, followed by whoever reads it.
    pub(super) fn is_empty(self) -> bool {
        self.entries.with(Vec::is_empty)
            && self.pinned.with(Vec::is_empty)
            && self.upcoming().with(Vec::is_empty)
    }

    /// Reads the newest part again. A failure leaves what is shown; the next change tries again.
    pub(crate) async fn refresh(self) {
        let Some(subject) = self.subject.try_get_value() else { return };
        if let Ok(newest) = read_timeline(subject, None).await {
            self.take_newest(newest);
        }
    }

    /// Puts a newer first part in place of the one that is shown; older parts stay.
    pub(crate) fn take_newest(self, newest: Timeline) {
        let before = self.entries();
        let (entries, kept_older) = joined(newest.entries, before);
        self.entries.try_set(entries);
        self.pinned.try_set(newest.pinned);
        if let Some(beside) = self.beside.try_get_value() {
            beside.upcoming.try_set(newest.upcoming);
        }
        if !kept_older {
            self.next.try_set(newest.next);
        }
    }

    /// Appends the next older part.
    pub(super) async fn older(self) -> Result<(), AppError> {
        let Some(place) = self.next.get_untracked() else { return Ok(()) };
        self.loading.set(true);
        let answer = read_timeline(self.subject(), Some(place)).await;
        self.loading.try_set(false);
        let older = answer?;
        self.entries.try_update(|entries| entries.extend(older.entries));
        self.next.try_set(older.next);
        Ok(())
    }
}

/// The newest part, and below it what was shown before and is older. Says whether anything is.
fn joined(mut newest: Vec<Entry>, before: Vec<Entry>) -> (Vec<Entry>, bool) {
    let Some(last) = newest.last() else { return (newest, false) };
    let Some(at) = before.iter().position(|entry| same(entry, last)) else {
        return (newest, false);
    };
    let older: Vec<Entry> = before.into_iter().skip(at + 1).collect();
    let kept = !older.is_empty();
    newest.extend(older);
    (newest, kept)
}

/// Whether two entries are one, as it was and as it is.
fn same(a: &Entry, b: &Entry) -> bool {
    match (a, b) {
        (Entry::Note(a), Entry::Note(b)) => a.id == b.id,
        (Entry::Activity(a), Entry::Activity(b)) => a.id == b.id,
        (Entry::Change(a), Entry::Change(b)) => a.version == b.version && a.at == b.at,
        (Entry::Happening(a), Entry::Happening(b)) => a.is(b),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        id::{UserId, Version},
        time::Instant,
    };

    fn note(id: u128, body: &str) -> Entry {
        Entry::Note(Note {
            id: ActivityId(uuid::Uuid::from_u128(id)),
            version: Version(1),
            body: body.to_owned(),
            pinned: false,
            at: Instant(1_000 + i64::try_from(id).unwrap_or_default()),
            by: UserId::NIL,
            by_name: String::new(),
            edited_at: None,
            deal: None,
        })
    }

    #[test]
    fn older_parts_stay_below_a_newer_first_part() {
        let before = vec![note(3, "c"), note(2, "b"), note(1, "a")];
        let (all, kept) = joined(vec![note(4, "d"), note(3, "c!")], before.clone());
        assert_eq!(all, [note(4, "d"), note(3, "c!"), note(2, "b"), note(1, "a")]);
        assert!(kept);
        let (all, kept) = joined(vec![note(9, "x")], before);
        assert_eq!(all, [note(9, "x")]);
        assert!(!kept);
    }
}
