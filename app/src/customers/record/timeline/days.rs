//! A timeline by day, with runs of changes drawn together: eight fields filled in one sitting are
//! one entry, not eight.

use domain::{
    activity::Activity,
    audit::{Change, Event},
    date::Date,
    happening::Happening,
    id::{ActivityId, Version},
    note::{Entry, Note},
    time::{Instant, MINUTE, ZoneOffsets},
};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Changes of one person that are at most this far apart are one sitting (milliseconds).
const SITTING: i64 = 10 * MINUTE;

/// One entry as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A note.
    Note(Note),
    /// What somebody did.
    Activity(Activity),
    /// Something that happened besides.
    Happening(Happening),
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
        // A zone that sets its clocks back over midnight must not begin a day twice.
        let date = zone.wall_clock(entry.at()).0;
        let date = days.last().map_or(date, |day| day.date.min(date));
        if days.last().is_none_or(|day| day.date != date) {
            days.push(Day { date, items: Vec::new() });
        }
        let Some(day) = days.last_mut() else { continue };
        match entry {
            Entry::Note(note) => day.items.push(Item::Note(note)),
            Entry::Activity(activity) => day.items.push(Item::Activity(activity)),
            Entry::Happening(happening) => day.items.push(Item::Happening(happening)),
            Entry::Change(change) => match day.items.last_mut() {
                Some(Item::Changes(run)) if belongs(run, &change) => run.push(change),
                _ => day.items.push(Item::Changes(vec![change])),
            },
        }
    }
    days
}

/// What an entry is known by while the timeline is read again: newer changes join a sitting, so
/// it goes by its oldest. The number parts what would be alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// A note.
    Note(ActivityId, usize),
    /// What somebody did, in the version that is drawn.
    Activity(ActivityId, Version, usize),
    /// Something that happened, as it is drawn.
    Happening(u64, usize),
    /// A sitting.
    Changes(Version, Instant, usize),
}

/// The keys of a day's entries.
pub(super) fn keys(days: &[Day], date: Date) -> Vec<Key> {
    days.iter().find(|day| day.date == date).map(|day| keyed(&day.items)).unwrap_or_default()
}

fn keyed(items: &[Item]) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::with_capacity(items.len());
    for item in items {
        let key = |nth| match item {
            Item::Note(note) => Key::Note(note.id, nth),
            Item::Activity(activity) => Key::Activity(activity.id, activity.version, nth),
            Item::Happening(happening) => Key::Happening(looks(happening), nth),
            Item::Changes(run) => {
                let oldest = run.last().map(|change| (change.version, change.at));
                let (version, at) = oldest.unwrap_or_default();
                Key::Changes(version, at, nth)
            }
        };
        let nth = (0..items.len()).find(|nth| !keys.contains(&key(*nth))).unwrap_or_default();
        keys.push(key(nth));
    }
    keys
}

/// What a happening looks like, as a number: another look is drawn anew.
fn looks(happening: &Happening) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{happening:?}").hash(&mut hasher);
    hasher.finish()
}

/// The entry with this key.
pub(super) fn item(days: &[Day], date: Date, key: Key) -> Option<&Item> {
    let day = days.iter().find(|day| day.date == date)?;
    let at = keyed(&day.items).iter().position(|other| *other == key)?;
    day.items.get(at)
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
            Item::Note(_) | Item::Activity(_) | Item::Happening(_) => 1,
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
    fn a_sitting_keeps_its_key_while_it_grows() {
        let zone = ZoneOffsets::default();
        let date = zone.wall_clock(Instant(0)).0;
        let first = days(vec![change(MINUTE, 1, Event::Changed)], &zone);
        let entries =
            vec![change(2 * MINUTE, 1, Event::Changed), change(MINUTE, 1, Event::Changed)];
        let grown = days(entries, &zone);
        let key = keys(&first, date);
        assert_eq!(keys(&grown, date), key);
        let run = key.first().and_then(|key| item(&grown, date, *key));
        assert!(matches!(run, Some(Item::Changes(run)) if run.len() == 2));
        let twins = vec![change(5, 1, Event::Created), change(5, 1, Event::Created)];
        let keys = keys(&days(twins, &zone), date);
        assert_ne!(keys.first(), keys.last());
    }

    #[test]
    fn midnight_parts_days() {
        let entries =
            vec![change(25 * HOUR, 1, Event::Created), change(23 * HOUR, 1, Event::Created)];
        assert_eq!(shape(entries), [[1], [1]]);
    }
}
