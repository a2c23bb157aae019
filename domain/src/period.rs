//! Stretches of days that figures are about: named ones such as this quarter, and those between two days; with the
//! stretch each is compared with.

use crate::{
    account::choices,
    date::Date,
    time::{Instant, ZoneOffsets},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// DateRange from the first to the last, both among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DateRange {
    first: Date,
    last: Date,
}

impl DateRange {
    /// DateRange in their order, whichever is named first.
    #[must_use]
    pub fn new(one: Date, other: Date) -> Self {
        Self { first: one.min(other), last: one.max(other) }
    }

    /// The first day.
    #[must_use]
    pub fn first(self) -> Date {
        self.first
    }

    /// The last day.
    #[must_use]
    pub fn last(self) -> Date {
        self.last
    }

    /// How many days.
    #[must_use]
    pub fn count(self) -> i64 {
        self.last.days() - self.first.days() + 1
    }

    /// Whether a day is among them.
    #[must_use]
    pub fn has(self, day: Date) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// The same days as a stretch of time where clocks show `zone`.
    #[must_use]
    pub fn span(self, zone: &ZoneOffsets) -> Span {
        let after = Date::from_days(self.last.days() + 1);
        Span { from: zone.start_of(self.first), until: zone.start_of(after) }
    }

    /// The month that a day is in.
    #[must_use]
    pub fn month_of(day: Date) -> Self {
        Self::months(day, 1)
    }

    /// `count` whole months that end with the one a day is in.
    #[must_use]
    pub fn months(day: Date, count: i32) -> Self {
        let first = month_start(day, 1 - count);
        Self { first, last: Date::from_days(month_start(day, 1).days() - 1) }
    }

    /// The quarter that a day is in.
    #[must_use]
    pub fn quarter_of(day: Date) -> Self {
        let into = i32::from((day.month() - 1) % 3);
        Self { first: month_start(day, -into), last: before(month_start(day, 3 - into)) }
    }

    /// The year that a day is in.
    #[must_use]
    pub fn year_of(day: Date) -> Self {
        let into = i32::from(day.month() - 1);
        Self { first: month_start(day, -into), last: before(month_start(day, 12 - into)) }
    }

    /// The same months of the year before; the last day is at most the last of its month.
    #[must_use]
    pub fn a_year_before(self) -> Self {
        Self { first: same_day(self.first, -12), last: same_day(self.last, -12) }
    }
}

/// The first day of the month that is `months` after that of `day`.
fn month_start(day: Date, months: i32) -> Date {
    let count = i32::from(day.year()) * 12 + i32::from(day.month()) - 1 + months;
    let year = i16::try_from(count.div_euclid(12)).unwrap_or(i16::MAX);
    let month = u8::try_from(count.rem_euclid(12) + 1).unwrap_or(1);
    // Beyond the years there are, the day stays where it is.
    Date::new(year, month, 1).unwrap_or(day)
}

fn before(day: Date) -> Date {
    Date::from_days(day.days() - 1)
}

/// The same day of another month, or the last one that it has.
fn same_day(day: Date, months: i32) -> Date {
    let first = month_start(day, months);
    let last = before(month_start(first, 1));
    Date::from_days((first.days() + i64::from(day.day()) - 1).min(last.days()))
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

impl FromStr for DateRange {
    type Err = ();

    fn from_str(raw: &str) -> Result<Self, ()> {
        let (first, last) = raw.split_once("..").ok_or(())?;
        let day = |raw| Date::parse(raw).map_err(drop);
        Ok(Self::new(day(first)?, day(last)?))
    }
}

impl From<DateRange> for String {
    fn from(days: DateRange) -> Self {
        days.to_string()
    }
}

impl TryFrom<String> for DateRange {
    type Error = &'static str;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        raw.parse().map_err(|()| "no days")
    }
}

/// A stretch of time, the end not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it begins.
    pub from: Instant,
    /// When it is over.
    pub until: Instant,
}

impl Span {
    /// All time.
    pub const EVER: Self = Self { from: Instant(i64::MIN), until: Instant(i64::MAX) };

    /// Whether an instant is in it.
    #[must_use]
    pub fn has(self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }
}

choices! {
    /// A stretch of days that has a name, seen from today.
    Period {
        /// The month of today.
        ThisMonth = "this_month" [],
        /// The one before.
        LastMonth = "last_month" [],
        /// The quarter of today.
        ThisQuarter = "this_quarter" [],
        /// The one before.
        LastQuarter = "last_quarter" [],
        /// The year of today.
        ThisYear = "this_year" [],
        /// The one before.
        LastYear = "last_year" [],
        /// The month of today and the eleven before it.
        TwelveMonths = "twelve_months" [],
        /// All days there are.
        Ever = "ever" [],
    }
}

impl Period {
    /// Its days; none for all days there are.
    #[must_use]
    pub fn days(self, today: Date) -> Option<DateRange> {
        Some(match self {
            Self::ThisMonth => DateRange::month_of(today),
            Self::LastMonth => DateRange::month_of(month_start(today, -1)),
            Self::ThisQuarter => DateRange::quarter_of(today),
            Self::LastQuarter => DateRange::quarter_of(month_start(today, -3)),
            Self::ThisYear => DateRange::year_of(today),
            Self::LastYear => DateRange::year_of(month_start(today, -12)),
            Self::TwelveMonths => DateRange::months(today, 12),
            Self::Ever => return None,
        })
    }

    /// How many months it has.
    const fn months(self) -> i32 {
        match self {
            Self::ThisMonth | Self::LastMonth => 1,
            Self::ThisQuarter | Self::LastQuarter => 3,
            Self::ThisYear | Self::LastYear | Self::TwelveMonths => 12,
            Self::Ever => 0,
        }
    }
}

/// The days that figures are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// Those of a name.
    Named(Period),
    /// Those between two days.
    Between(DateRange),
}

impl Default for When {
    fn default() -> Self {
        Self::Named(Period::ThisQuarter)
    }
}

impl When {
    /// Its days; none for all days there are.
    #[must_use]
    pub fn days(self, today: Date) -> Option<DateRange> {
        match self {
            Self::Named(period) => period.days(today),
            Self::Between(days) => Some(days),
        }
    }

    /// The days it is compared with: as many months before, or as many days. Of a period that goes on, only as many days
    /// as have passed of it, so that like is held against like.
    #[must_use]
    pub fn compared(self, today: Date) -> Option<DateRange> {
        let days = self.days(today)?;
        let earlier = match self {
            Self::Named(period) => {
                let months = -period.months();
                DateRange { first: same_day(days.first, months), last: before(days.first) }
            }
            Self::Between(_) => DateRange {
                first: Date::from_days(days.first.days() - days.count()),
                last: before(days.first),
            },
        };
        if !days.has(today) || days.last == today {
            return Some(earlier);
        }
        let passed = today.days() - days.first.days();
        let last = Date::from_days((earlier.first.days() + passed).min(earlier.last.days()));
        Some(DateRange { first: earlier.first, last })
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(period) => f.write_str(period.code()),
            Self::Between(days) => days.fmt(f),
        }
    }
}

impl FromStr for When {
    type Err = ();

    fn from_str(raw: &str) -> Result<Self, ()> {
        let named = Period::ALL.iter().find(|period| period.code() == raw);
        named.map_or_else(|| raw.parse().map(Self::Between), |period| Ok(Self::Named(*period)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(raw: &str) -> Date {
        Date::parse(raw).unwrap()
    }

    #[test]
    fn periods_are_whole_months_seen_from_today() {
        let told = |period: Period| period.days(day("2026-02-28")).map(|days| days.to_string());
        for (period, days) in [
            (Period::ThisMonth, "2026-02-01..2026-02-28"),
            (Period::LastMonth, "2026-01-01..2026-01-31"),
            (Period::ThisQuarter, "2026-01-01..2026-03-31"),
            (Period::LastQuarter, "2025-10-01..2025-12-31"),
            (Period::ThisYear, "2026-01-01..2026-12-31"),
            (Period::LastYear, "2025-01-01..2025-12-31"),
            (Period::TwelveMonths, "2025-03-01..2026-02-28"),
        ] {
            assert_eq!(told(period).as_deref(), Some(days), "{period:?}");
        }
        assert_eq!(told(Period::Ever), None);
    }

    #[test]
    fn what_goes_on_is_compared_with_as_many_days_before() {
        let told = |raw: &str, today: &str| {
            raw.parse::<When>().unwrap().compared(day(today)).map(|days| days.to_string())
        };
        for (raw, today, days) in [
            ("this_month", "2026-03-31", "2026-02-01..2026-02-28"),
            ("this_month", "2026-03-10", "2026-02-01..2026-02-10"),
            ("last_month", "2026-03-10", "2026-01-01..2026-01-31"),
            ("this_quarter", "2026-05-20", "2026-01-01..2026-02-19"),
            ("last_year", "2026-05-20", "2024-01-01..2024-12-31"),
            ("2026-05-01..2026-05-10", "2026-06-01", "2026-04-21..2026-04-30"),
            ("2026-05-01..2026-05-10", "2026-05-03", "2026-04-21..2026-04-23"),
        ] {
            assert_eq!(told(raw, today).as_deref(), Some(days), "{raw} on {today}");
        }
        assert_eq!(told("ever", "2026-05-20"), None);
        assert_eq!(
            DateRange::year_of(day("2024-02-29")).a_year_before().to_string(),
            "2023-01-01..2023-12-31"
        );
        let leap = DateRange::new(day("2024-02-29"), day("2024-02-01"));
        assert_eq!(leap.a_year_before().to_string(), "2023-02-01..2023-02-28");
    }

    proptest! {
        #[test]
        fn every_day_is_in_the_stretches_named_after_it(days in 0_i64..40_000, other in 0_i64..40_000) {
            let today = Date::from_days(days);
            for of in [DateRange::month_of, DateRange::quarter_of, DateRange::year_of] {
                prop_assert!(of(today).has(today));
            }
            for period in Period::ALL {
                let when = When::Named(*period);
                prop_assert_eq!(when.to_string().parse(), Ok(when));
                let (Some(days), Some(compared)) = (when.days(today), when.compared(today)) else { continue };
                prop_assert!(compared.last() < days.first());
            }
            let when = When::Between(DateRange::new(today, Date::from_days(other)));
            prop_assert_eq!(when.to_string().parse(), Ok(when));
            let zone = ZoneOffsets::default();
            let span = DateRange::new(today, today).span(&zone);
            prop_assert_eq!(span.until.0 - span.from.0, crate::time::DAY);
        }
    }
}
