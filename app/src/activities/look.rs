//! How activities are drawn and worded.

use crate::{
    boot::Boot,
    customers::list::joined,
    i18n::{Text, format, words},
};
use domain::{
    activity::{Activity, ActivityKind, Due, Words},
    date::Date,
    note::{RecordName, Subject},
    time::Instant,
};

/// Words for what has no title.
pub(crate) fn words(text: Text) -> Words {
    Words {
        call: text.choice_activity_call(),
        visit: text.choice_activity_visit(),
        meeting: text.choice_activity_meeting(),
        follow_up: text.activity_follow_up(),
    }
}

/// The icon of a kind.
pub(crate) const fn icon(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Call => "phone",
        ActivityKind::Visit => "map-pin",
        ActivityKind::Meeting => "users",
        ActivityKind::Task => "square-check",
    }
}

/// What is to be done or was done, in a few words.
pub(super) fn said(text: Text, activity: &Activity) -> String {
    let kind = words::activity_kind(text, activity.data.kind);
    if activity.data.title.is_empty() { kind.to_owned() } else { activity.data.title.clone() }
}

/// When something is due: the day as people say it, and the time.
pub(super) fn when(text: Text, due: Due, today: Date) -> String {
    let day = format::relative_day(text, due.date, today);
    let time = due.time();
    if time.is_empty() { day } else { format!("{day} {time}") }
}

/// Today, on the clocks of the organisation.
pub(super) fn today(boot: &Boot, now: Instant) -> Date {
    boot.zone.wall_clock(now).0
}

/// Some days later, as a form takes it.
pub(super) fn in_days(today: Date, days: i64) -> String {
    Date::from_days(today.days() + days).to_string()
}

/// The days of a next step that are one press away, in words.
pub(super) fn soon(text: Text) -> [(i64, &'static str); 3] {
    [(1, text.activity_tomorrow()), (3, text.activity_in_days()), (7, text.activity_in_a_week())]
}

/// The address of a record.
pub(crate) fn href(record: &RecordName) -> String {
    let folder = match record.subject {
        Subject::Account(_) => "customers",
        Subject::Person(_) => "people",
        Subject::Opportunity(_) => "deals",
        Subject::Case(_) => "feedback",
    };
    format!("/{folder}/{}", record.number)
}

/// What became of it, where, and who did it unless that is the reader.
pub(super) fn details(text: Text, boot: &Boot, activity: &Activity) -> String {
    let result = activity.data.result.map(|result| words::call_result(text, result));
    let owner = if activity.data.owner == boot.user { "" } else { &*activity.owner_name };
    joined(&[result.unwrap_or_default(), &activity.data.place, owner])
}
