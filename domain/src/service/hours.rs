//! Business hours: when time counts by which something is due, on the clocks of the organisation. Outside of them, and on
//! holidays, it stands still; on extra working days (调休) it runs.

use crate::{
    date::Date,
    time::{Instant, ZoneOffsets},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Minutes after midnight from which and until which a day is worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// It begins.
    pub from: u16,
    /// It is over; later than `from`, 1,440 at most.
    pub until: u16,
}

/// When time counts. Without a single worked day of the week it always does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessHours {
    /// Monday to Sunday.
    pub week: [Option<Stretch>; 7],
    /// Days that are not worked although their weekday is.
    pub holidays: BTreeSet<Date>,
    /// Days that are worked although their weekday is not, as the first weekday that is.
    pub extra_days: BTreeSet<Date>,
}

/// Days that are looked through for time that counts, before it is taken that none comes: ten years.
const FARTHEST: i64 = 3_653;

impl BusinessHours {
    /// Nine to six from Monday to Friday.
    #[must_use]
    pub fn usual() -> Self {
        let worked = Some(Stretch { from: 9 * 60, until: 18 * 60 });
        let week = std::array::from_fn(|day| worked.filter(|_| day < 5));
        Self { week, ..Self::default() }
    }

    /// When a day is worked; nothing when it is not.
    fn on(&self, date: Date) -> Option<Stretch> {
        if self.holidays.contains(&date) {
            return None;
        }
        let usual = self.week.get(usize::from(date.weekday())).copied().flatten();
        let extra = || self.week.iter().flatten().next().copied();
        usual.or_else(|| if self.extra_days.contains(&date) { extra() } else { None })
    }

    fn never_closed(&self) -> bool {
        self.week.iter().all(Option::is_none)
    }

    /// The worked instants of a day, from the first one to the one it is over at.
    fn span(&self, date: Date, zone: &ZoneOffsets) -> Option<(Instant, Instant)> {
        let stretch = self.on(date)?;
        let until = if stretch.until >= 1_440 {
            zone.start_of(Date::from_days(date.days() + 1))
        } else {
            zone.at(date, stretch.until)
        };
        Some((zone.at(date, stretch.from), until))
    }

    /// The instant at which `counted` milliseconds of business hours are over, counted from `from`. Where no worked day
    /// comes within ten years the clock runs through.
    #[must_use]
    pub fn after(&self, from: Instant, counted: i64, zone: &ZoneOffsets) -> Instant {
        if self.never_closed() {
            return from.plus(counted);
        }
        let first = zone.wall_clock(from).0.days();
        let mut left = counted.max(0);
        for day in first..first + FARTHEST {
            let Some((begin, end)) = self.span(Date::from_days(day), zone) else { continue };
            let begin = begin.max(from);
            let there = (end.0 - begin.0).max(0);
            if left <= there && there > 0 {
                return begin.plus(left);
            }
            left -= there;
        }
        from.plus(counted)
    }

    /// Milliseconds of business hours between two instants; 0 when `until` is not later.
    #[must_use]
    pub fn between(&self, from: Instant, until: Instant, zone: &ZoneOffsets) -> i64 {
        if until <= from {
            return 0;
        }
        if self.never_closed() {
            return until.0 - from.0;
        }
        let first = zone.wall_clock(from).0.days();
        let last = zone.wall_clock(until).0.days().min(first + FARTHEST);
        (first..=last)
            .filter_map(|day| self.span(Date::from_days(day), zone))
            .map(|(begin, end)| (end.min(until).0 - begin.max(from).0).max(0))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DAY, HOUR};
    use proptest::prelude::*;

    fn shanghai() -> ZoneOffsets {
        ZoneOffsets { name: "Asia/Shanghai".to_owned(), changes: vec![(Instant(0), 480)] }
    }

    fn at(date: &str, hour: i64) -> Instant {
        shanghai().start_of(Date::parse(date).unwrap()).plus(hour * HOUR)
    }

    #[test]
    fn time_stands_still_overnight_on_weekends_and_on_holidays() {
        let (mut hours, zone) = (BusinessHours::usual(), shanghai());
        // 2026-11-27 is a Friday.
        let after = |hours: &BusinessHours, from, counted| hours.after(from, counted, &zone);
        assert_eq!(after(&hours, at("2026-11-27", 10), 2 * HOUR), at("2026-11-27", 12));
        assert_eq!(after(&hours, at("2026-11-27", 17), 2 * HOUR), at("2026-11-30", 10));
        assert_eq!(after(&hours, at("2026-11-28", 3), HOUR), at("2026-11-30", 10));
        assert_eq!(after(&hours, at("2026-11-27", 20), 0), at("2026-11-30", 9));
        hours.holidays.insert(Date::parse("2026-11-30").unwrap());
        assert_eq!(after(&hours, at("2026-11-27", 17), 2 * HOUR), at("2026-12-01", 10));
        hours.extra_days.insert(Date::parse("2026-11-29").unwrap());
        assert_eq!(after(&hours, at("2026-11-27", 17), 2 * HOUR), at("2026-11-29", 10));
        assert_eq!(hours.between(at("2026-11-27", 12), at("2026-11-29", 12), &zone), 9 * HOUR);
        assert_eq!(hours.between(at("2026-11-29", 12), at("2026-11-27", 12), &zone), 0);
    }

    #[test]
    fn without_business_hours_time_always_counts() {
        let (hours, zone) = (BusinessHours::default(), shanghai());
        let from = at("2026-11-28", 3);
        assert_eq!(hours.after(from, 5 * HOUR, &zone), from.plus(5 * HOUR));
        assert_eq!(hours.between(from, from.plus(DAY), &zone), DAY);
        // Holidays without end: the clock runs through rather than never.
        let first = zone.wall_clock(from).0.days();
        let holidays = (first..first + FARTHEST + 2).map(Date::from_days).collect();
        let never = BusinessHours { holidays, ..BusinessHours::usual() };
        assert_eq!(never.after(from, HOUR, &zone), from.plus(HOUR));
    }

    proptest! {
        #[test]
        fn what_is_added_lies_between(
            from in 1_700_000_000_000_i64..1_900_000_000_000,
            counted in 0_i64..(40 * 9 * HOUR),
            offset in -12_i32..14,
            open in proptest::collection::vec(proptest::option::of((0_u16..700, 701_u16..=1_440)), 7),
            closed in proptest::collection::btree_set(19_000_i64..22_000, 0..40),
        ) {
            let zone = ZoneOffsets { name: "X".to_owned(), changes: vec![(Instant(0), offset * 60)] };
            let mut hours = BusinessHours {
                holidays: closed.into_iter().map(Date::from_days).collect(),
                ..BusinessHours::default()
            };
            for (day, open) in hours.week.iter_mut().zip(open) {
                *day = open.map(|(from, until)| Stretch { from, until });
            }
            let from = Instant(from);
            let due = hours.after(from, counted, &zone);
            prop_assert!(due >= from);
            prop_assert_eq!(hours.between(from, due, &zone), counted);
        }
    }
}
