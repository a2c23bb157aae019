//! Time zones: the offsets around now of a zone by its IANA name, from the table that is built in.

use domain::time::{DAY, HOUR, Instant, ZoneOffsets};
use jiff::{Timestamp, tz::TimeZone};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Years before and after now that are covered (milliseconds).
const REACH: i64 = 5 * 366 * DAY;
/// Most changes of a zone that are sent to a browser.
const MOST: usize = 24;

/// Zones asked for, with when they were worked out.
#[derive(Debug, Default)]
pub struct Zones(Mutex<HashMap<String, (Instant, ZoneOffsets)>>);

impl Zones {
    /// The offsets of `name` over five years before and after `now`; `None` for an unknown zone.
    pub fn around(&self, name: &str, now: Instant) -> Option<ZoneOffsets> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, offsets)) = known.get(name)
            && (now.0 - at.0).abs() < HOUR
        {
            return Some(offsets.clone());
        }
        let offsets = work_out(name, now)?;
        known.insert(offsets.name.clone(), (now, offsets.clone()));
        Some(offsets)
    }
}

fn work_out(name: &str, now: Instant) -> Option<ZoneOffsets> {
    let zone = TimeZone::get(name).ok()?;
    // Names are matched without regard to case; the table's spelling is kept.
    let name = zone.iana_name()?.to_owned();
    let (from, to) = (now.plus(-REACH), now.plus(REACH));
    let start = Timestamp::from_millisecond(from.0).ok()?;
    let mut changes = vec![(from, minutes(zone.to_offset(start)))];
    for change in zone.following(start) {
        let at = Instant(change.timestamp().as_millisecond());
        let east = minutes(change.offset());
        if at > to || changes.len() >= MOST {
            break;
        }
        if changes.last().is_none_or(|(_, before)| *before != east) {
            changes.push((at, east));
        }
    }
    Some(ZoneOffsets { name, changes })
}

fn minutes(offset: jiff::tz::Offset) -> i32 {
    offset.seconds().div_euclid(60)
}

/// The zones to choose from: those named after a place, in order.
pub fn names() -> Vec<String> {
    const PLACES: [&str; 10] = [
        "Africa/",
        "America/",
        "Antarctica/",
        "Arctic/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    ];
    let mut names: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.as_str().to_owned())
        .filter(|name| PLACES.iter().any(|place| name.starts_with(place)))
        .chain(["UTC".to_owned()])
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant(1_795_305_600_000); // 2026-11-22

    #[test]
    fn shanghai_never_changes_and_berlin_twice_a_year() {
        let zones = Zones::default();
        let shanghai = zones.around("Asia/Shanghai", NOW).unwrap();
        assert_eq!(shanghai.changes.len(), 1);
        assert_eq!(shanghai.offset_minutes(NOW), 480);
        let berlin = zones.around("Europe/Berlin", NOW).unwrap();
        assert!((20..=MOST).contains(&berlin.changes.len()), "{}", berlin.changes.len());
        assert_eq!(berlin.offset_minutes(NOW), 60);
        assert_eq!(berlin.offset_minutes(NOW.plus(-150 * DAY)), 120);
        assert_eq!(zones.around("europe/berlin", NOW).unwrap().name, "Europe/Berlin");
        assert_eq!(zones.around("Europe/Atlantis", NOW), None);
        assert_eq!(zones.around("../../etc/passwd", NOW), None);
    }

    #[test]
    fn there_is_a_list_to_choose_from() {
        let names = names();
        assert!(names.len() > 300);
        for name in ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"] {
            assert!(names.iter().any(|known| known == name), "{name}");
        }
    }
}
