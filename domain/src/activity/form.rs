//! What people type about activities: the form that puts one down, the one that says it is done, and what comes next.

use super::{ActivityData, ActivityKind, CallResult, Due, Reminder};
use crate::{
    account::{NAME_CHARS, REMARK_CHARS, SHORT_CHARS, day},
    date::Date,
    field::{FieldError, FormErrors},
    id::UserId,
    text,
    time::{Instant, ZoneOffsets},
};
use serde::{Deserialize, Serialize};

/// The form for an activity, as a browser sends it; absent fields are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ActivityForm {
    /// A code of [`ActivityKind`].
    pub kind: String,
    /// `done` for what happened already; otherwise it is planned.
    pub state: String,
    /// What it is about.
    pub title: String,
    /// What was said or is to be kept in mind.
    pub body: String,
    /// Where.
    pub place: String,
    /// A code of [`CallResult`].
    pub result: String,
    /// The day it is due, or was done.
    pub due_on: String,
    /// The time of that day.
    pub due_time: String,
    /// A code of [`Reminder`].
    pub remind: String,
    /// User id of who is to do it; empty for the caller.
    pub owner: String,
    /// What is to be done next about the record.
    pub next_title: String,
    /// The day of that.
    pub next_on: String,
}

/// An activity that was read and waits for its record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityDraft {
    /// What it says; the owner is the caller where the form named nobody.
    pub data: ActivityData,
    /// When it was done; nothing for a planned one.
    pub done_at: Option<Instant>,
    /// What is to be done after it.
    pub next: Option<NextStep>,
    /// The form it was read from: the same attempt sent again says the same.
    pub typed: ActivityForm,
}

/// How an open activity was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// What became of a call.
    pub result: Option<CallResult>,
    /// What is to be said about it.
    pub body: Option<String>,
    /// What is to be done after it.
    pub next: Option<NextStep>,
}

/// The form for what was done, as a browser sends it; absent fields are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CompletionForm {
    /// A code of [`CallResult`].
    pub result: String,
    /// What is to be said about it.
    pub body: String,
    /// What is to be done next.
    pub next_title: String,
    /// The day of that.
    pub next_on: String,
}

impl CompletionForm {
    /// Reads the form; `otherwise` words a next step that has a day alone.
    ///
    /// # Errors
    /// All fields that were not taken, with the reasons.
    pub fn parse(
        &self,
        otherwise: &str,
        now: Instant,
        zone: &ZoneOffsets,
    ) -> Result<Completion, FormErrors> {
        let mut errors = FormErrors::default();
        let result = errors.take("result", optional(&self.result, CallResult::parse)).flatten();
        let body = errors.take("body", text::paragraph(&self.body, REMARK_CHARS)).flatten();
        let next = NextStep::read(&self.next_title, &self.next_on, otherwise, now, zone);
        let next = errors.join(next).flatten();
        errors.into_result(Completion { result, body, next })
    }
}

/// What is to be done next, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    /// What.
    pub title: String,
    /// When.
    pub due: Due,
}

impl NextStep {
    /// The task it becomes.
    #[must_use]
    pub fn task(&self, owner: UserId) -> ActivityData {
        ActivityData {
            kind: ActivityKind::Task,
            title: self.title.clone(),
            body: String::new(),
            place: String::new(),
            result: None,
            due: Some(self.due),
            remind: None,
            remind_at: None,
            owner,
        }
    }

    /// Reads a next step; a day without words takes `otherwise` for them, words without a day fall due tomorrow.
    ///
    /// # Errors
    /// Under `next_title` and `next_on`.
    pub fn read(
        title: &str,
        on: &str,
        otherwise: &str,
        now: Instant,
        zone: &ZoneOffsets,
    ) -> Result<Option<Self>, FormErrors> {
        let mut errors = FormErrors::default();
        let title = errors.take("next_title", text::line(title, NAME_CHARS)).flatten();
        let date = errors.take("next_on", day(on)).flatten();
        let next = match (title, date) {
            (None, None) => None,
            (title, date) => {
                let tomorrow = || Date::from_days(zone.wall_clock(now).0.days() + 1);
                let title = title.unwrap_or_else(|| otherwise.to_owned());
                Some(Self { title, due: Due::on(date.unwrap_or_else(tomorrow), zone) })
            }
        };
        errors.into_result(next)
    }
}

impl ActivityForm {
    /// Reads the whole form. `caller` does it when nobody is named; `words` are for what has a day and no title.
    ///
    /// # Errors
    /// All fields that were not taken, with the reasons: a task needs a title, everything else that is planned a title or
    /// a day, and nothing is done before it happened.
    pub fn parse(
        &self,
        caller: UserId,
        words: &Words,
        now: Instant,
        zone: &ZoneOffsets,
    ) -> Result<ActivityDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let kind = errors.take("kind", ActivityKind::parse(&self.kind));
        let is_done = self.state == DONE;
        let title = errors.take("title", text::line(&self.title, NAME_CHARS)).flatten();
        let body = errors.take("body", text::paragraph(&self.body, REMARK_CHARS)).flatten();
        let place = errors.take("place", text::line(&self.place, SHORT_CHARS)).flatten();
        let result = errors.take("result", optional(&self.result, CallResult::parse)).flatten();
        let remind = errors.take("remind", optional(&self.remind, Reminder::parse)).flatten();
        let owner = errors.take("owner", crate::account::owner(&self.owner)).flatten();
        let due = errors.join(Due::read(&self.due_on, &self.due_time, now, zone)).flatten();
        let next = NextStep::read(&self.next_title, &self.next_on, words.follow_up, now, zone);
        let next = errors.join(next).flatten();
        if title.is_none() && (kind == Some(ActivityKind::Task) || (!is_done && due.is_none())) {
            errors.0.push(("title".to_owned(), FieldError::Required));
        }
        let done_at = is_done.then(|| match due {
            // A day that is not over yet: as late as can be said.
            Some(due) if due.minute.is_none() => due.at.min(now),
            Some(due) => due.at,
            None => now,
        });
        let later_day = due.is_some_and(|due| due.date > zone.wall_clock(now).0);
        if done_at.is_some_and(|at| at > now || later_day) {
            errors.0.push(("due_on".to_owned(), FieldError::Future));
        }
        let kind = kind.unwrap_or(ActivityKind::Task);
        let planned = due.filter(|_| !is_done);
        let title = title.unwrap_or_else(|| {
            // What is to be done has a name where only its name is shown.
            if is_done { String::new() } else { words.of(kind).to_owned() }
        });
        let remind = remind.filter(|_| planned.is_some());
        let data = ActivityData {
            kind,
            title,
            body: body.unwrap_or_default(),
            place: place.unwrap_or_default(),
            result: result.filter(|_| kind == ActivityKind::Call && is_done),
            due: planned,
            remind,
            remind_at: planned.zip(remind).map(|(due, remind)| remind.at(due, zone)),
            owner: owner.unwrap_or(caller),
        };
        errors.into_result(ActivityDraft {
            data,
            done_at,
            next: next.filter(|_| is_done),
            typed: self.clone(),
        })
    }
}

/// What [`ActivityForm::state`] says of what happened already.
pub const DONE: &str = "done";

/// Words for what people gave no title, in their language.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// A call.
    pub call: &'static str,
    /// A visit.
    pub visit: &'static str,
    /// A meeting.
    pub meeting: &'static str,
    /// What comes after something else.
    pub follow_up: &'static str,
}

impl Words {
    const fn of(&self, kind: ActivityKind) -> &'static str {
        match kind {
            ActivityKind::Call => self.call,
            ActivityKind::Visit => self.visit,
            ActivityKind::Meeting => self.meeting,
            ActivityKind::Task => self.follow_up,
        }
    }
}

/// Reads one of some choices, or nothing.
fn optional<T>(
    raw: &str,
    parse: impl Fn(&str) -> Result<T, FieldError>,
) -> Result<Option<T>, FieldError> {
    if raw.trim().is_empty() { Ok(None) } else { parse(raw.trim()).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{activity::time_of_day, time::HOUR};

    const WORDS: Words =
        Words { call: "Call", visit: "Visit", meeting: "Meeting", follow_up: "Follow up" };

    fn shanghai() -> ZoneOffsets {
        ZoneOffsets { name: "Asia/Shanghai".to_owned(), changes: vec![(Instant(0), 480)] }
    }

    /// 2026-11-29, 20:00 in Shanghai.
    const NOW: Instant = Instant(1_795_953_600_000);

    fn read(form: &ActivityForm) -> Result<ActivityDraft, FormErrors> {
        form.parse(UserId::NIL, &WORDS, NOW, &shanghai())
    }

    fn task(title: &str, on: &str, time: &str) -> ActivityForm {
        ActivityForm {
            kind: "task".to_owned(),
            title: title.to_owned(),
            due_on: on.to_owned(),
            due_time: time.to_owned(),
            ..ActivityForm::default()
        }
    }

    #[test]
    fn a_time_of_day_is_read_as_people_type_it() {
        for (raw, minutes) in [
            ("9:30", 570),
            ("09:30", 570),
            ("930", 570),
            ("0930", 570),
            ("9", 540),
            ("９：３０", 570),
            ("0:00", 0),
            ("23.59", 1439),
        ] {
            assert_eq!(time_of_day(raw), Ok(Some(minutes)), "{raw}");
        }
        assert_eq!(time_of_day("  "), Ok(None));
        for raw in [
            "24:00", "9:60", "x", "9:", ":30", "-1:30", "9:3x", "12345", "+9:30", "九点", "9:30:00",
        ] {
            assert_eq!(time_of_day(raw), Err(FieldError::NotATime), "{raw}");
        }
    }

    #[test]
    fn a_day_ends_where_its_zone_says() {
        let zone = shanghai();
        let due = Due::on(Date::parse("2026-11-29").unwrap(), &zone);
        assert!(due.at > NOW && due.at.plus(1) == Instant(NOW.0 + 4 * HOUR));
        assert_eq!(zone.wall_clock(due.at).0, due.date);
        assert_eq!(due.time(), "");
    }

    #[test]
    fn what_is_due_is_read_with_its_reminder() {
        let zone = shanghai();
        let draft = read(&ActivityForm {
            remind: "60".to_owned(),
            ..task("Send it", "2026-12-01", "9:30")
        });
        let data = draft.unwrap().data;
        let due = data.due.unwrap();
        assert_eq!((due.date.to_string().as_str(), due.time().as_str()), ("2026-12-01", "09:30"));
        assert_eq!(data.remind_at, Some(due.at.plus(-HOUR)));
        // On a day, from nine in the morning.
        let draft =
            read(&ActivityForm { remind: "0".to_owned(), ..task("Send it", "2026-12-01", "") });
        let at = draft.unwrap().data.remind_at.unwrap();
        assert_eq!(zone.wall_clock(at).1, 9);
        // A time alone is today's.
        let draft = read(&task("Send it", "", "23:00")).unwrap();
        assert_eq!(draft.data.due.unwrap().date.to_string(), "2026-11-29");
    }

    #[test]
    fn what_is_missing_or_wrong_is_said_by_field() {
        let wrong = read(&task(" ", "31/02", "25:00")).unwrap_err();
        assert_eq!(wrong.about("title"), Some(&FieldError::Required));
        assert_eq!(wrong.about("due_on"), Some(&FieldError::NotADate));
        assert_eq!(wrong.about("due_time"), Some(&FieldError::NotATime));
        let call = ActivityForm { kind: "call".to_owned(), ..ActivityForm::default() };
        assert_eq!(read(&call).unwrap_err().about("title"), Some(&FieldError::Required));
        let odd = ActivityForm { kind: "party".to_owned(), ..task("x", "", "") };
        assert_eq!(read(&odd).unwrap_err().about("kind"), Some(&FieldError::UnknownOption));
    }

    #[test]
    fn a_call_is_logged_in_one_step_with_what_comes_next() {
        let call = ActivityForm {
            kind: "call".to_owned(),
            state: "done".to_owned(),
            result: "no_answer".to_owned(),
            next_on: "2026-12-02".to_owned(),
            ..ActivityForm::default()
        };
        let draft = read(&call).unwrap();
        assert_eq!(draft.done_at, Some(NOW));
        assert_eq!(draft.data.result, Some(CallResult::NoAnswer));
        assert_eq!(draft.data.due, None);
        let next = draft.next.unwrap();
        assert_eq!((next.title.as_str(), next.due.minute), ("Follow up", None));
        let planned =
            ActivityForm { state: String::new(), due_on: "2026-12-02".to_owned(), ..call.clone() };
        let planned = read(&planned).unwrap();
        assert_eq!(
            (planned.data.title.as_str(), planned.data.result, planned.done_at),
            ("Call", None, None)
        );
        let later = ActivityForm { due_on: "2026-11-30".to_owned(), ..call.clone() };
        assert_eq!(read(&later).unwrap_err().about("due_on"), Some(&FieldError::Future));
        let today = ActivityForm { due_on: "2026-11-29".to_owned(), ..call };
        assert_eq!(read(&today).unwrap().done_at, Some(NOW));
    }
}
