//! My day: what somebody is to do, the most urgent first, each with the reason it stands there.

use crate::{
    activity::Activity,
    case::Clock,
    date::Date,
    id::{CaseId, OpportunityId},
    note::RecordName,
    time::{Instant, ZoneOffsets},
};
use serde::{Deserialize, Serialize};

/// Days ahead that are shown.
pub const DAYS_AHEAD: i64 = 7;

/// Why something stands where it does, in the order of urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It should have been done.
    Overdue,
    /// It is due today.
    Today,
    /// Nobody said what comes next about an open deal.
    NoNextStep,
    /// It is due tomorrow.
    Tomorrow,
    /// It is due within the next [`DAYS_AHEAD`] days.
    Soon,
    /// It has no day.
    SomeDay,
}

impl Reason {
    /// All, the most urgent first.
    pub const ALL: [Self; 6] =
        [Self::Overdue, Self::Today, Self::NoNextStep, Self::Tomorrow, Self::Soon, Self::SomeDay];

    /// As classes and addresses have it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::NoNextStep => "no_next_step",
            Self::Tomorrow => "tomorrow",
            Self::Soon => "soon",
            Self::SomeDay => "some_day",
        }
    }

    /// Of what is due on a day.
    fn of_day(date: Date, today: Date) -> Self {
        match date.days() - today.days() {
            ..0 => Self::Overdue,
            0 => Self::Today,
            1 => Self::Tomorrow,
            _ => Self::Soon,
        }
    }
}

/// The next step that somebody wrote on a deal, or that nobody did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealStep {
    /// The deal.
    pub id: OpportunityId,
    /// What is to be done; empty when nobody said.
    pub title: String,
    /// On which day.
    pub on: Option<Date>,
}

/// An open case whose time runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseDue {
    /// The case.
    pub id: CaseId,
    /// By when it is to be answered and solved.
    pub clock: Clock,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToDo {
    /// An activity that is planned.
    Activity(Activity),
    /// The next step of a deal on which nothing is planned.
    Deal(DealStep),
    /// A case to answer or to solve.
    Case(CaseDue),
}

/// One line of somebody's day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayItem {
    /// Why it is there.
    pub reason: Reason,
    /// What.
    pub to_do: ToDo,
    /// About which record.
    pub record: RecordName,
}

/// What somebody is to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyDay {
    /// The most urgent first.
    pub items: Vec<DayItem>,
    /// There is more than is shown.
    pub more: bool,
    /// How much was done today.
    pub done_today: i64,
}

/// The days that somebody's list is made for, in the zone of the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// Today.
    pub today: Date,
    /// Its first instant.
    pub start: Instant,
    /// The first instant that is not shown.
    pub end: Instant,
}

impl Days {
    /// Those around `now`.
    #[must_use]
    pub fn around(now: Instant, zone: &ZoneOffsets) -> Self {
        let today = zone.wall_clock(now).0;
        let day = |ahead: i64| zone.start_of(Date::from_days(today.days() + ahead));
        Self { today, start: day(0), end: day(DAYS_AHEAD + 1) }
    }

    /// The last day that is shown.
    #[must_use]
    pub fn last(self) -> Date {
        Date::from_days(self.today.days() + DAYS_AHEAD)
    }
}

/// Puts everything in order: by reason, within one the earliest first, at equal days what has a time before what has none.
/// A customer who was kept waiting comes before everything else that is late.
#[must_use]
pub fn ranked(
    activities: Vec<(Activity, RecordName)>,
    deals: Vec<(DealStep, RecordName)>,
    cases: Vec<(CaseDue, RecordName)>,
    now: Instant,
    zone: &ZoneOffsets,
) -> Vec<DayItem> {
    let today = zone.wall_clock(now).0;
    let of_activity = |(activity, record): (Activity, RecordName)| {
        let reason = match activity.data.due {
            None => Reason::SomeDay,
            Some(_) if activity.is_overdue(now) => Reason::Overdue,
            Some(due) => Reason::of_day(due.date, today),
        };
        let order = activity.data.due.map_or((0, 0), |due| (due.date.days(), due.at.0));
        (reason, order, DayItem { reason, to_do: ToDo::Activity(activity), record })
    };
    let of_deal = |(step, record): (DealStep, RecordName)| {
        let reason = step.on.map_or(Reason::NoNextStep, |on| Reason::of_day(on, today));
        // Behind what is due at a time of the same day.
        let order = step.on.map_or((0, 0), |on| (on.days(), i64::MAX));
        (reason, order, DayItem { reason, to_do: ToDo::Deal(step), record })
    };
    let of_case = |(case, record): (CaseDue, RecordName)| {
        let due = case.clock.due_at();
        let date = zone.wall_clock(due).0;
        let (reason, days) = if due < now {
            (Reason::Overdue, i64::MIN)
        } else {
            (Reason::of_day(date, today), date.days())
        };
        (reason, (days, due.0), DayItem { reason, to_do: ToDo::Case(case), record })
    };
    let mut all: Vec<_> = activities.into_iter().map(of_activity).collect();
    all.extend(deals.into_iter().map(of_deal));
    all.extend(cases.into_iter().map(of_case));
    all.sort_by_key(|(reason, order, _)| (*reason, *order));
    all.into_iter().map(|(_, _, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        activity::{ActivityData, ActivityKind, Due},
        id::{AccountId, ActivityId, UserId, Version},
        note::Subject,
        time::{DAY, HOUR},
    };

    fn record() -> RecordName {
        let subject = Subject::Account(AccountId::NIL);
        RecordName { subject, number: "C-1".to_owned(), name: "Acme".to_owned() }
    }

    fn activity(title: &str, due: Option<Due>) -> (Activity, RecordName) {
        let data = ActivityData {
            kind: ActivityKind::Task,
            title: title.to_owned(),
            body: String::new(),
            place: String::new(),
            result: None,
            due,
            remind: None,
            remind_at: None,
            owner: UserId::NIL,
        };
        let activity = Activity {
            id: ActivityId::NIL,
            version: Version(1),
            data,
            done_at: None,
            owner_name: String::new(),
            at: Instant(0),
            by: UserId::NIL,
            by_name: String::new(),
            deal: None,
        };
        (activity, record())
    }

    fn case(due: Instant) -> (CaseDue, RecordName) {
        let clock = Clock { first_due_at: due, solve_due_at: due.plus(DAY), ..Clock::default() };
        (CaseDue { id: CaseId::NIL, clock }, record())
    }

    fn deal(title: &str, on: Option<Date>) -> (DealStep, RecordName) {
        (DealStep { id: OpportunityId::NIL, title: title.to_owned(), on }, record())
    }

    #[test]
    fn what_is_late_comes_first_and_what_has_no_day_last() {
        let zone = ZoneOffsets { name: "Test/East".to_owned(), changes: vec![(Instant(0), 480)] };
        let now = Instant(20_000 * DAY + 2 * HOUR);
        let days = Days::around(now, &zone);
        let day = |ahead: i64| Date::from_days(days.today.days() + ahead);
        let at = |ahead, minute| Some(Due::at(day(ahead), minute, &zone));
        let activities = vec![
            activity("some day", None),
            activity("next week", Some(Due::on(day(7), &zone))),
            activity("today", Some(Due::on(day(0), &zone))),
            activity("today at eleven", at(0, 11 * 60)),
            activity("today at nine, missed", at(0, 9 * 60)),
            activity("last week", Some(Due::on(day(-7), &zone))),
            activity("tomorrow", at(1, 8 * 60)),
        ];
        let deals = vec![
            deal("", None),
            deal("deal today", Some(day(0))),
            deal("deal yesterday", Some(day(-1))),
        ];
        let cases =
            vec![case(now.plus(20 * HOUR)), case(now.plus(5 * HOUR)), case(now.plus(-HOUR))];
        let left = |due: Instant| format!("case in {} h", (due.0 - now.0) / HOUR);
        let said: Vec<(Reason, String)> = ranked(activities, deals, cases, now, &zone)
            .into_iter()
            .map(|item| match item.to_do {
                ToDo::Activity(activity) => (item.reason, activity.data.title),
                ToDo::Deal(step) => (item.reason, step.title),
                ToDo::Case(case) => (item.reason, left(case.clock.due_at())),
            })
            .collect();
        let titles: Vec<&str> = said.iter().map(|(_, title)| &**title).collect();
        let order = [
            "case in -1 h",
            "last week",
            "deal yesterday",
            "today at nine, missed",
            "today at eleven",
            "case in 5 h",
            "today",
            "deal today",
            "",
            "case in 20 h",
            "tomorrow",
            "next week",
            "some day",
        ];
        assert_eq!(titles, order);
        assert_eq!(said.iter().filter(|(reason, _)| *reason == Reason::Overdue).count(), 4);
        assert!(
            said.is_sorted_by_key(|(reason, _)| Reason::ALL.iter().position(|one| one == reason))
        );
        // The day of the zone, not that of UTC.
        assert_eq!(days.start, Instant(20_000 * DAY - 8 * HOUR));
        assert_eq!(days.end, days.start.plus(8 * DAY));
        assert_eq!(days.last(), day(7));
    }
}
