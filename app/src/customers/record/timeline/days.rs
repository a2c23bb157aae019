//! A timeline by day, with runs of changes drawn together: eight fields filled in one sitting are
//! one entry, not eight.

use domain::{
    audit::{Change, Event},
    date::Date,
    note::{Entry, Note},
    time::{Instant, MINUTE, ZoneOffsets},
};

/// Changes of one person that are at most this far apart are one sitting (milliseconds).
const SITTING: i64 = 10 * MINUTE;

/// One entry as it is drawn.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A note.
    Note(Note),
    /// One change, or a sitting of them, newest first.
    Changes(Vec<Change>),
}

/// The entries of one day.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Day {
    /// The day on the clocks of the zone.
    pub date: Date,
    /// Its entries, newest first.
    pub items: Vec<Item>,
}

/// Groups entries that are in order, newest first.
pub(super) fn days(entries: Vec<Entry>, zone: &ZoneOffsets) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for entry in entries {
        let date = zone.wall_clock(entry.at()).0;
        if days.last().is_none_or(|day| day.date != date) {
            days.push(Day { date, items: Vec::new() });
        }
        let Some(day) = days.last_mut() else { continue };
        match entry {
            Entry::Note(note) => day.items.push(Item::Note(note)),
            Entry::Change(change) => match day.items.last_mut() {
                Some(Item::Changes(run)) if belongs(run, &change) => run.push(change),
                _ => day.items.push(Item::Changes(vec![change])),
            },
        }
    }
    days
}

fn belongs(run: &[Change], next: &Change) -> bool {
    let near = |earlier: Instant, later: Instant| later.0 - earlier.0 <= SITTING;
    run.last().is_some_and(|last| {
        last.event == Event::Changed
            && next.event == Event::Changed
            && last.by == next.by
            && last.origin == next.origin
            && near(next.at, last.at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        id::{UserId, Version},
        time::HOUR,
    };

    fn change(at: i64, by: u128, event: Event) -> Entry {
        Entry::Change(Change {
            event,
            at: Instant(at),
            by: UserId(uuid::Uuid::from_u128(by)),
            by_name: String::new(),
            origin: "web".to_owned(),
            version: Version(1),
            fields: Vec::new(),
        })
    }

    fn shape(entries: Vec<Entry>) -> Vec<Vec<usize>> {
        let size = |item: &Item| match item {
            Item::Note(_) => 1,
            Item::Changes(run) => run.len(),
        };
        days(entries, &ZoneOffsets::default())
            .iter()
            .map(|day| day.items.iter().map(size).collect())
            .collect()
    }

    #[test]
    fn a_sitting_is_one_entry() {
        let changed = Event::Changed;
        let run = vec![change(3 * MINUTE, 1, changed), change(2 * MINUTE, 1, changed)];
        assert_eq!(shape(run), [[2]]);
        let two = vec![change(3 * MINUTE, 1, changed), change(2 * MINUTE, 2, changed)];
        assert_eq!(shape(two), [[1, 1]]);
        let apart = vec![change(HOUR, 1, changed), change(0, 1, changed)];
        assert_eq!(shape(apart), [[1, 1]]);
        let made = vec![change(2, 1, changed), change(1, 1, Event::Created)];
        assert_eq!(shape(made), [[1, 1]]);
    }

    #[test]
    fn midnight_parts_days() {
        let entries =
            vec![change(25 * HOUR, 1, Event::Created), change(23 * HOUR, 1, Event::Created)];
        assert_eq!(shape(entries), [[1], [1]]);
    }
}
