//! Instants: milliseconds since 1970-01-01T00:00:00 UTC.
//! The clock is the server's; everything here takes the time as a value.

use serde::{Deserialize, Serialize};

/// A point in time, in milliseconds since 1970 UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "sqlx", derive(sqlx_macros::Type), sqlx(transparent))]
#[serde(transparent)]
pub struct Instant(pub i64);

/// Milliseconds in one second.
pub const SECOND: i64 = 1_000;
/// Milliseconds in one minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Milliseconds in one hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Milliseconds in one day.
pub const DAY: i64 = 24 * HOUR;

impl Instant {
    /// "Never": what a column that has no instant yet holds.
    pub const NEVER: Self = Self(0);

    /// This instant moved by `milliseconds`, saturating.
    #[must_use]
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Whether anything ever happened.
    #[must_use]
    pub fn is_set(self) -> bool {
        self.0 != 0
    }
}

/// The offsets of one time zone over some years, so that the browser converts without a zone table.
///
/// Each pair is the instant from which an offset (minutes east of UTC) holds; sorted by instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneOffsets {
    /// IANA name, for instance `Asia/Shanghai`.
    pub name: String,
    /// (from, minutes east of UTC), ascending.
    pub changes: Vec<(Instant, i32)>,
}

impl Default for ZoneOffsets {
    fn default() -> Self {
        Self { name: "UTC".to_owned(), changes: Vec::new() }
    }
}

impl ZoneOffsets {
    /// Minutes east of UTC that hold at `at`.
    #[must_use]
    pub fn offset_minutes(&self, at: Instant) -> i32 {
        let after = self.changes.partition_point(|(from, _)| *from <= at);
        let index = after.saturating_sub(1);
        self.changes.get(index).map_or(0, |(_, minutes)| *minutes)
    }

    /// The first instant of a day.
    #[must_use]
    pub fn start_of(&self, date: crate::date::Date) -> Instant {
        self.at(date, 0)
    }

    /// The instant at which clocks show `minute` (after midnight) of a day; where they are set forward over it, as much
    /// later.
    #[must_use]
    pub fn at(&self, date: crate::date::Date, minute: u16) -> Instant {
        let local = date.days().saturating_mul(DAY).saturating_add(i64::from(minute) * MINUTE);
        let back = |at: Instant| {
            Instant(local.saturating_sub(i64::from(self.offset_minutes(at)) * MINUTE))
        };
        // The offset in force there is looked up with the one that holds at the same reading in UTC.
        back(back(Instant(local)))
    }

    /// The wall clock at `at`: civil date, hour, minute.
    #[must_use]
    pub fn wall_clock(&self, at: Instant) -> (crate::date::Date, u8, u8) {
        let local = at.0.saturating_add(i64::from(self.offset_minutes(at)) * MINUTE);
        let day = local.div_euclid(DAY);
        let minute_of_day = local.rem_euclid(DAY) / MINUTE;
        let hour = u8::try_from(minute_of_day / 60).unwrap_or(0);
        let minute = u8::try_from(minute_of_day % 60).unwrap_or(0);
        (crate::date::Date::from_days(day), hour, minute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wall_clock_follows_the_offset_in_force() {
        let zone = ZoneOffsets {
            name: "Test/Zone".to_owned(),
            changes: vec![(Instant(0), 60), (Instant(10 * DAY), 120)],
        };
        assert_eq!(zone.wall_clock(Instant(0)).1, 1);
        assert_eq!(zone.wall_clock(Instant(10 * DAY)).1, 2);
        assert_eq!(zone.wall_clock(Instant(10 * DAY - 1)).1, 0);
        let day = |days: i64| zone.start_of(crate::date::Date::from_days(days));
        assert_eq!(day(5), Instant(5 * DAY - HOUR));
        assert_eq!(day(11), Instant(11 * DAY - 2 * HOUR));
    }
}
