//! How the organisation helps its customers: when time counts, how soon a case is answered and solved by its priority, and
//! the categories cases are sorted into.

mod hours;

pub use hours::{BusinessHours, Stretch};

use crate::{
    account::SHORT_CHARS,
    activity::time_of_day,
    case::CasePriority,
    date::Date,
    field::{FieldError, FormErrors},
    text,
    time::{HOUR, MINUTE},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most categories there are.
pub const MOST_CATEGORIES: usize = 100;
/// Most holidays and extra working days that are kept.
const MOST_DAYS: usize = 1_000;
/// The longest time until something is due, in minutes: two thousand hours.
const LONGEST: i64 = 120_000;

/// How soon a case is answered and solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Minutes of business hours until the first answer.
    pub answer: i64,
    /// Minutes of business hours until the solution.
    pub solve: i64,
}

/// How the organisation helps its customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServicePolicy {
    /// When time counts.
    pub hours: BusinessHours,
    /// By priority, in the order of [`CasePriority::ALL`].
    pub targets: [Target; 4],
    /// What cases are sorted into, as people call it.
    pub categories: Vec<String>,
}

impl Default for ServicePolicy {
    fn default() -> Self {
        let hours = |answer: i64, solve: i64| Target { answer: answer * 60, solve: solve * 60 };
        Self {
            hours: BusinessHours::usual(),
            targets: [hours(1, 8), hours(4, 18), hours(9, 27), hours(18, 45)],
            categories: Vec::new(),
        }
    }
}

impl ServicePolicy {
    /// How soon a case of this priority is answered and solved.
    #[must_use]
    pub fn target(&self, priority: CasePriority) -> Target {
        let [urgent, high, normal, low] = self.targets;
        match priority {
            CasePriority::Urgent => urgent,
            CasePriority::High => high,
            CasePriority::Normal => normal,
            CasePriority::Low => low,
        }
    }

    /// As the form has it, so that [`ServiceForm::parse`] reads it back equal.
    #[must_use]
    pub fn typed(&self) -> ServiceForm {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let days = |days: &BTreeSet<Date>| {
            days.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        ServiceForm {
            week: self
                .hours
                .week
                .iter()
                .map(|day| DayForm {
                    from: day.map(|day| clock(day.from)).unwrap_or_default(),
                    until: day.map(|day| clock(day.until)).unwrap_or_default(),
                })
                .collect(),
            holidays: days(&self.hours.holidays),
            extra_days: days(&self.hours.extra_days),
            targets: self
                .targets
                .iter()
                .map(|target| TargetForm { answer: span(target.answer), solve: span(target.solve) })
                .collect(),
            categories: self.categories.join("\n"),
        }
    }
}

/// Minutes as the form has them: `4` hours or `0:30`.
fn span(minutes: i64) -> String {
    match minutes % 60 {
        0 => (minutes / 60).to_string(),
        rest => format!("{}:{rest:02}", minutes / 60),
    }
}

/// Reads hours as typed, `4`, `0.5` or `1:30`, into minutes.
fn read_span(raw: &str) -> Result<i64, FieldError> {
    let typed = text::half_width(raw.trim());
    let number = |digits: &str| {
        let plain = !digits.is_empty() && digits.len() <= 4;
        let number = digits.parse::<i64>().ok().filter(|number| plain && *number >= 0);
        number.ok_or(FieldError::NotANumber)
    };
    let minutes = match typed.split_once([':', '.']) {
        _ if typed.is_empty() => return Err(FieldError::Required),
        None => number(&typed)? * HOUR / MINUTE,
        Some((hours, minutes)) if typed.contains(':') => number(hours)? * 60 + number(minutes)?,
        Some((hours, part)) => {
            let hours = if hours.is_empty() { 0 } else { number(hours)? };
            let places = u32::try_from(part.len()).unwrap_or(u32::MAX);
            hours * 60 + number(part)? * 60 / 10_i64.checked_pow(places).unwrap_or(i64::MAX)
        }
    };
    if (1..=LONGEST).contains(&minutes) {
        Ok(minutes)
    } else {
        Err(FieldError::OutOfRange { min: 1, max: LONGEST / 60 })
    }
}

/// A day of the week as the form has it; both empty when it is not worked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DayForm {
    /// It begins, as `09:00`.
    pub from: String,
    /// It is over.
    pub until: String,
}

impl DayForm {
    fn read(&self) -> Result<Option<Stretch>, FieldError> {
        let until = match text::half_width(self.until.trim()).as_str() {
            "24:00" | "24" => Some(1_440),
            typed => time_of_day(typed)?,
        };
        match (time_of_day(&self.from)?, until) {
            (None, None) => Ok(None),
            (Some(from), Some(until)) if from < until => Ok(Some(Stretch { from, until })),
            _ => Err(FieldError::NotATime),
        }
    }
}

/// The times of a priority as the form has them, in hours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TargetForm {
    /// Until the first answer.
    pub answer: String,
    /// Until the solution.
    pub solve: String,
}

/// The settings as they are typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceForm {
    /// Monday to Sunday.
    pub week: Vec<DayForm>,
    /// A day a line.
    pub holidays: String,
    /// A day a line.
    pub extra_days: String,
    /// By priority, the most urgent first.
    pub targets: Vec<TargetForm>,
    /// A category a line.
    pub categories: String,
}

impl ServiceForm {
    /// Reads the form.
    ///
    /// # Errors
    /// Every complaint at once: `week.0`, `targets.0.answer`, `holidays` and so on.
    pub fn parse(&self) -> Result<ServicePolicy, FormErrors> {
        let mut errors = FormErrors::default();
        let mut policy = ServicePolicy::default();
        for (place, day) in policy.hours.week.iter_mut().enumerate() {
            let typed = self.week.get(place).cloned().unwrap_or_default();
            *day = errors.take(&format!("week.{place}"), typed.read()).flatten();
        }
        policy.hours.holidays = errors.take("holidays", days(&self.holidays)).unwrap_or_default();
        policy.hours.extra_days =
            errors.take("extra_days", days(&self.extra_days)).unwrap_or_default();
        for (place, target) in policy.targets.iter_mut().enumerate() {
            let typed = self.targets.get(place).cloned().unwrap_or_default();
            let mut read = |name: &str, raw: &str| {
                let minutes = errors.take(&format!("targets.{place}.{name}"), read_span(raw));
                minutes.unwrap_or(1)
            };
            *target = Target {
                answer: read("answer", &typed.answer),
                solve: read("solve", &typed.solve),
            };
        }
        policy.categories =
            errors.take("categories", categories(&self.categories)).unwrap_or_default();
        errors.into_result(policy)
    }
}

fn days(raw: &str) -> Result<BTreeSet<Date>, FieldError> {
    let words = raw.split([',', ';', '，', '；', '、']).flat_map(str::split_whitespace);
    let days: BTreeSet<Date> = words.map(Date::parse).collect::<Result<_, _>>()?;
    if days.len() > MOST_DAYS { Err(FieldError::TooMany { max: MOST_DAYS }) } else { Ok(days) }
}

fn categories(raw: &str) -> Result<Vec<String>, FieldError> {
    let mut names: Vec<String> = Vec::new();
    for line in raw.lines() {
        if let Some(name) = text::line(line, SHORT_CHARS)?
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    if names.len() > MOST_CATEGORIES {
        return Err(FieldError::TooMany { max: MOST_CATEGORIES });
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_settings_are_read_back_as_they_were_typed() {
        let mut policy = ServicePolicy {
            categories: vec!["Delivery".to_owned(), "售后".to_owned()],
            ..ServicePolicy::default()
        };
        policy.hours.holidays.insert(Date::parse("2026-10-01").unwrap());
        policy.hours.week[6] = Some(Stretch { from: 0, until: 1_440 });
        policy.targets[0].answer = 30;
        assert_eq!(policy.typed().parse(), Ok(policy));
    }

    #[test]
    fn every_complaint_is_told_by_its_place() {
        let mut form = ServicePolicy::default().typed();
        form.week[0].until = "8:00".to_owned();
        form.week[1].from = String::new();
        form.targets[3].solve = "0".to_owned();
        form.targets[2].answer = "soon".to_owned();
        form.holidays = "2026-10-01 2026-13-01".to_owned();
        let errors = form.parse().unwrap_err();
        let names: Vec<&str> = errors.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["week.0", "week.1", "holidays", "targets.2.answer", "targets.3.solve"]);
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        for (raw, minutes) in [("4", 240), ("0.5", 30), (".25", 15), ("1:30", 90), ("２", 120)] {
            assert_eq!(read_span(raw), Ok(minutes), "{raw}");
        }
        for raw in ["", "-1", "0", "x", "1:x", "99999", "1.99999999999999999999"] {
            assert!(read_span(raw).is_err(), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn nothing_typed_breaks_it(raw in ".{0,40}") {
            let _ = read_span(&raw);
            let form = ServiceForm { holidays: raw.clone(), categories: raw, ..ServiceForm::default() };
            let _ = form.parse();
        }

        #[test]
        fn a_span_reads_back(minutes in 1_i64..=LONGEST) {
            prop_assert_eq!(read_span(&span(minutes)), Ok(minutes));
        }
    }
}
