//! Activities: calls, visits, meetings and tasks about a customer, a person or a deal; planned with a time they are due
//! at, or done with a result. What is read here decides what a form, an import and the store take.

mod form;
mod list;

pub use form::{ActivityDraft, ActivityForm, Completion, CompletionForm, DONE, NextStep, Words};
pub use list::{DoneKind, DoneRequest, DoneSummary, SAID_CHARS};

use crate::{
    account::{choices, day},
    date::Date,
    field::{FieldError, FormErrors},
    id::{ActivityId, UserId, Version},
    note::RecordName,
    text,
    time::{DAY, HOUR, Instant, MINUTE, ZoneOffsets},
};
use serde::{Deserialize, Serialize};

choices! {
    /// What somebody does. Notes have no time of their own and are kept apart: [`crate::note::Note`].
    ActivityKind {
        /// A talk by phone.
        Call = "call" ["电话", "phone call"],
        /// Going there.
        Visit = "visit" ["拜访"],
        /// Sitting together, here or by video.
        Meeting = "meeting" ["会议"],
        /// Anything else that is to be done.
        Task = "task" ["任务", "to-do"],
    }
}

choices! {
    /// What became of a call.
    CallResult {
        /// They spoke.
        Reached = "reached" ["接通", "已接通"],
        /// Nobody answered.
        NoAnswer = "no_answer" ["未接", "未接通", "no answer"],
        /// Somebody or something took a message.
        LeftMessage = "left_message" ["留言", "left message"],
    }
}

choices! {
    /// How long before it is due somebody is reminded. What is due on a day counts from nine in the morning of that day.
    Reminder {
        /// At the time itself.
        AtTime = "0" [],
        /// Ten minutes before.
        TenMinutes = "10" [],
        /// An hour before.
        Hour = "60" [],
        /// A day before.
        Day = "1440" [],
    }
}

impl Reminder {
    /// How long before (milliseconds).
    #[must_use]
    pub const fn before(self) -> i64 {
        match self {
            Self::AtTime => 0,
            Self::TenMinutes => 10 * MINUTE,
            Self::Hour => HOUR,
            Self::Day => DAY,
        }
    }

    /// When somebody is reminded of what is due then.
    #[must_use]
    pub fn at(self, due: Due, zone: &ZoneOffsets) -> Instant {
        let from = if due.minute.is_some() { due.at } else { zone.at(due.date, MORNING) };
        from.plus(-self.before())
    }
}

/// Minutes after midnight at which the day's reminders come.
const MORNING: u16 = 9 * 60;

/// When something is to be done by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// From then on it is late: the time that was set, or the last millisecond of the day.
    pub at: Instant,
    /// The day, on the clocks of the organisation.
    pub date: Date,
    /// Minutes after midnight there; nothing for what is due on a day, at no time of it.
    pub minute: Option<u16>,
}

impl Due {
    /// Due on a day.
    #[must_use]
    pub fn on(date: Date, zone: &ZoneOffsets) -> Self {
        let next = zone.start_of(Date::from_days(date.days() + 1));
        Self { at: next.plus(-1), date, minute: None }
    }

    /// Due at a time of a day.
    #[must_use]
    pub fn at(date: Date, minute: u16, zone: &ZoneOffsets) -> Self {
        Self { at: zone.at(date, minute), date, minute: Some(minute) }
    }

    /// The time of day as `09:30`; empty when it is due on a day.
    #[must_use]
    pub fn time(self) -> String {
        self.minute
            .map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60))
            .unwrap_or_default()
    }

    /// Reads a day and a time of it as typed; no time means that day, no day means today's for a time and nothing
    /// otherwise.
    ///
    /// # Errors
    /// Under `due_on` and `due_time`.
    fn read(
        day_typed: &str,
        time_typed: &str,
        now: Instant,
        zone: &ZoneOffsets,
    ) -> Result<Option<Self>, FormErrors> {
        let mut errors = FormErrors::default();
        let date = errors.take("due_on", day(day_typed)).flatten();
        let minute = errors.take("due_time", time_of_day(time_typed)).flatten();
        let due = match (date, minute) {
            (Some(date), None) => Some(Self::on(date, zone)),
            (None, None) => None,
            (date, Some(minute)) => {
                Some(Self::at(date.unwrap_or_else(|| zone.wall_clock(now).0), minute, zone))
            }
        };
        errors.into_result(due)
    }
}

/// Reads a time of day as `9:30`, `09:30` or `930` into minutes after midnight; nothing for blanks.
///
/// # Errors
/// [`FieldError::NotATime`].
pub fn time_of_day(raw: &str) -> Result<Option<u16>, FieldError> {
    let typed = text::half_width(raw.trim());
    if typed.is_empty() {
        return Ok(None);
    }
    let (hour, minute) = match typed.split_once([':', '.']) {
        Some(parts) => parts,
        None if typed.len() <= 2 => (&*typed, "0"),
        None => typed.split_at_checked(typed.len() - 2).ok_or(FieldError::NotATime)?,
    };
    let number = |digits: &str, below: u16| {
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse::<u16>().ok().filter(|number| plain && *number < below);
        number.ok_or(FieldError::NotATime)
    };
    Ok(Some(number(hour, 24)? * 60 + number(minute, 60)?))
}

/// What people say of an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityData {
    /// Which kind.
    pub kind: ActivityKind,
    /// What it is about, up to [`crate::account::NAME_CHARS`] characters; never empty for a task.
    pub title: String,
    /// What was said or is to be kept in mind, or empty.
    pub body: String,
    /// Where, for a visit or a meeting, or empty.
    pub place: String,
    /// What became of a call.
    pub result: Option<CallResult>,
    /// When it is due; nothing for what is to be done some day, and for what was only logged.
    pub due: Option<Due>,
    /// How long before that its owner is reminded.
    pub remind: Option<Reminder>,
    /// When that is; nothing once they were.
    pub remind_at: Option<Instant>,
    /// Who is to do it, or did it.
    pub owner: UserId,
}

impl ActivityData {
    /// Whether the customer was spoken to by it.
    #[must_use]
    pub fn is_contact(&self) -> bool {
        self.kind != ActivityKind::Task && self.result != Some(CallResult::NoAnswer)
    }

    /// From when on it is late; [`Instant::NEVER`] for what is to be done some day.
    #[must_use]
    pub fn due_at(&self) -> Instant {
        self.due.map(|due| due.at).unwrap_or_default()
    }

    /// The day it is due, or empty.
    #[must_use]
    pub fn due_on(&self) -> String {
        self.due.map(|due| due.date.to_string()).unwrap_or_default()
    }

    /// Minutes after midnight, -1 for no time.
    #[must_use]
    pub fn due_minute(&self) -> i64 {
        self.due.and_then(|due| due.minute).map_or(-1, i64::from)
    }

    /// The code of its reminder, or empty.
    #[must_use]
    pub fn remind_code(&self) -> &'static str {
        self.remind.map_or("", Reminder::code)
    }
}

/// What the trail keeps of an activity, by field.
#[must_use]
pub fn values(data: &ActivityData) -> Vec<(&'static str, String)> {
    vec![
        ("kind", data.kind.code().to_owned()),
        ("title", data.title.clone()),
        ("body", data.body.clone()),
        ("place", data.place.clone()),
        ("result", data.result.map_or("", CallResult::code).to_owned()),
        ("due_on", data.due_on()),
        ("due_time", data.due.map(Due::time).unwrap_or_default()),
        ("remind", data.remind_code().to_owned()),
        ("owner", data.owner.to_string()),
    ]
}

/// A stored activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Identity.
    pub id: ActivityId,
    /// Counts changes.
    pub version: Version,
    /// What people say of it.
    pub data: ActivityData,
    /// When it was done; nothing while it is open.
    pub done_at: Option<Instant>,
    /// Name of who is to do it.
    pub owner_name: String,
    /// Its place on a timeline: when it was done, or put down.
    pub at: Instant,
    /// Who put it down.
    pub by: UserId,
    /// Their name.
    pub by_name: String,
    /// The deal it is about, where it is told on the page of the deal's customer.
    pub deal: Option<Box<RecordName>>,
}

impl Activity {
    /// Whether it should have been done by now.
    #[must_use]
    pub fn is_overdue(&self, now: Instant) -> bool {
        self.done_at.is_none() && self.data.due.is_some_and(|due| due.at < now)
    }
}
