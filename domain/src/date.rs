//! Civil dates without a time zone: birthdays, foundation years, due days.
//! Calendar arithmetic after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013).

use crate::field::FieldError;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A day of the proleptic Gregorian calendar; stored and sent as `2026-11-22`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: i16,
    month: u8,
    day: u8,
}

impl Date {
    /// A day that exists, in the years 1 to 9999.
    #[must_use]
    pub fn new(year: i16, month: u8, day: u8) -> Option<Self> {
        let real = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && day >= 1
            && day <= days_in(year, month);
        real.then_some(Self { year, month, day })
    }

    /// Year, 1 to 9999.
    #[must_use]
    pub fn year(self) -> i16 {
        self.year
    }

    /// Month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// Day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn days(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let month = (i64::from(self.month) + 9) % 12;
        let of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The day `days` after 1970-01-01, clamped to the years 1 to 9999.
    #[must_use]
    pub fn from_days(days: i64) -> Self {
        let days = days.clamp(-719_162, 2_932_896) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Self {
            year: i16::try_from(year).unwrap_or(9999),
            month: u8::try_from(month).unwrap_or(1),
            day: u8::try_from(day).unwrap_or(1),
        }
    }

    /// Day of the week, 0 = Monday .. 6 = Sunday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        u8::try_from((self.days() + 3).rem_euclid(7)).unwrap_or(0)
    }

    /// Reads a day as people write it: `2026-11-22`, `2026/11/22`, `2026.11.22`, `20261122`,
    /// `2026年11月22日`, `22/11/2026` (day first, or month first where only that is a day), with
    /// full-width digits and a time behind it ignored.
    ///
    /// # Errors
    /// [`FieldError::NotADate`] when it names no day.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        Self::parse_ordered(raw, DayOrder::DayFirst)
    }

    /// The same, where a day such as `3/4/2026` is read in the order that is usual where it comes
    /// from. An order that gives no day gives way to the other.
    ///
    /// # Errors
    /// [`FieldError::NotADate`] when it names no day.
    pub fn parse_ordered(raw: &str, order: DayOrder) -> Result<Self, FieldError> {
        let text = digits_only(raw);
        let parts: Vec<&str> = text.split(' ').filter(|part| !part.is_empty()).collect();
        let number = |part: &str| part.parse::<i16>().ok();
        let triple = match parts.as_slice() {
            [all] if all.len() == 8 && all.is_ascii() => {
                [number(&all[..4]), number(&all[4..6]), number(&all[6..])]
            }
            [a, b, c] if a.len() == 4 => [number(a), number(b), number(c)],
            [a, b, c] if c.len() == 4 => {
                let (first, second) = (number(a), number(b));
                let month_first =
                    second > Some(12) || (order == DayOrder::MonthFirst && first <= Some(12));
                if month_first { [number(c), first, second] } else { [number(c), second, first] }
            }
            _ => return Err(FieldError::NotADate),
        };
        let [Some(year), Some(month), Some(day)] = triple else {
            return Err(FieldError::NotADate);
        };
        let small = |n: i16| u8::try_from(n).ok();
        small(month)
            .zip(small(day))
            .and_then(|(month, day)| Self::new(year, month, day))
            .ok_or(FieldError::NotADate)
    }
}

/// Whether the day or the month stands first in `3/4/2026`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DayOrder {
    /// 3 April, as in most of the world.
    #[default]
    DayFirst,
    /// 4 March, as in the United States.
    MonthFirst,
}

impl DayOrder {
    /// The order that the days of one column agree on: one whose first number cannot be a month
    /// settles it, as does one whose second cannot. `None` where nothing settles it, and the second
    /// value of the result is whether anything would have had to.
    #[must_use]
    pub fn of<'a>(cells: impl Iterator<Item = &'a str>) -> (Option<Self>, bool) {
        let (mut day_first, mut month_first, mut open) = (0_u32, 0_u32, false);
        for cell in cells {
            let text = digits_only(cell);
            let parts: Vec<&str> = text.split(' ').filter(|part| !part.is_empty()).collect();
            let [a, b, year] = parts.as_slice() else { continue };
            let (Ok(first), Ok(second)) = (a.parse::<u32>(), b.parse::<u32>()) else { continue };
            if year.len() != 4 || a.len() > 2 || b.len() > 2 {
                continue;
            }
            day_first += u32::from(first > 12);
            month_first += u32::from(second > 12);
            open |= first != second;
        }
        match day_first.cmp(&month_first) {
            std::cmp::Ordering::Greater => (Some(Self::DayFirst), open),
            std::cmp::Ordering::Less => (Some(Self::MonthFirst), open),
            std::cmp::Ordering::Equal => (None, open),
        }
    }
}

/// The numbers of a day between single blanks, without a time behind it.
fn digits_only(raw: &str) -> String {
    let text = crate::text::half_width(raw.trim());
    let text = text.split(['T', ' ']).next().unwrap_or_default();
    text.chars().map(|c| if c.is_ascii_digit() { c } else { ' ' }).collect()
}

fn days_in(year: i16, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = FieldError;

    fn try_from(raw: String) -> Result<Self, FieldError> {
        Self::parse(&raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let want = Date::new(2026, 11, 22).unwrap();
        for raw in [
            "2026-11-22",
            "2026/11/22",
            "2026.11.22",
            "20261122",
            "2026年11月22日",
            "22/11/2026",
            "11/22/2026",
            "２０２６－１１－２２",
            "2026-11-22 14:05:00",
            "2026-11-22T00:00:00Z",
        ] {
            assert_eq!(Date::parse(raw), Ok(want), "{raw}");
        }
        for raw in ["", "2026", "2026-13-01", "2026-02-30", "soon", "22-11", "0000-01-01"] {
            assert!(Date::parse(raw).is_err(), "{raw}");
        }
        assert_eq!(want.weekday(), 6);
    }

    #[test]
    fn a_column_settles_whether_the_day_stands_first() {
        let of = |cells: &[&str]| DayOrder::of(cells.iter().copied());
        assert_eq!(of(&["03/04/2026", "04/25/2026"]), (Some(DayOrder::MonthFirst), true));
        assert_eq!(of(&["03/04/2026", "25.04.2026"]), (Some(DayOrder::DayFirst), true));
        assert_eq!(of(&["03/04/2026", "05/06/2026"]), (None, true));
        assert_eq!(of(&["2026-03-04", "3/3/2026", "soon", ""]), (None, false));
        let month_first = |raw| Date::parse_ordered(raw, DayOrder::MonthFirst).unwrap();
        assert_eq!(month_first("03/04/2026"), Date::new(2026, 3, 4).unwrap());
        assert_eq!(month_first("25/04/2026"), Date::new(2026, 4, 25).unwrap());
        assert_eq!(month_first("2026-04-03"), Date::new(2026, 4, 3).unwrap());
        assert_eq!(Date::parse("03/04/2026"), Ok(Date::new(2026, 4, 3).unwrap()));
    }

    proptest! {
        #[test]
        fn days_and_dates_are_two_names_for_the_same(days in -719_162_i64..2_932_896) {
            let date = Date::from_days(days);
            prop_assert_eq!(date.days(), days);
            prop_assert_eq!(Date::parse(&date.to_string()), Ok(date));
        }
    }
}
