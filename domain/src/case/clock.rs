//! The clock of a case: by when it is to be answered and solved, when it stands still, and whether it was in time. Pure:
//! the store keeps what comes out of it, so that lists and figures read it from an index.

use super::{CasePriority, CaseStatus};
use crate::{
    service::ServicePolicy,
    time::{Instant, MINUTE, ZoneOffsets},
};
use serde::{Deserialize, Serialize};

/// Stands for nothing that is due: behind every instant that is.
pub const NOTHING_DUE: Instant = Instant(253_402_300_799_999);

/// The times of a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// When it came in.
    pub began_at: Instant,
    /// By when it is to be answered first.
    pub first_due_at: Instant,
    /// When it was; never yet when not set.
    pub first_answered_at: Instant,
    /// By when it is to be solved.
    pub solve_due_at: Instant,
    /// When it was; not set while it is open.
    pub solved_at: Instant,
    /// Since when time stands still: it waits for the customer, or is done. Not set while time counts.
    pub paused_since: Instant,
    /// How long time stood still before, in milliseconds of business hours.
    pub paused_for: i64,
}

/// How a case stands against the time it is due at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueState {
    /// More than a quarter of the time is left.
    OnTrack,
    /// A quarter or less is left.
    Soon,
    /// The time is over.
    Overdue,
    /// It waits for the customer.
    Paused,
    /// It is done, in time.
    InTime,
    /// It is done, too late.
    TooLate,
}

impl DueState {
    /// As classes have it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OnTrack => "on_track",
            Self::Soon => "soon",
            Self::Overdue => "overdue",
            Self::Paused => "paused",
            Self::InTime => "in_time",
            Self::TooLate => "too_late",
        }
    }
}

/// What of a case is due next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueNext {
    /// That somebody answers the customer.
    Answer,
    /// That it is solved.
    Solution,
}

/// By what time is counted.
#[derive(Clone, Copy, Debug)]
pub struct Counting<'a> {
    /// How soon, and when time counts.
    pub policy: &'a ServicePolicy,
    /// The clocks of the organisation.
    pub zone: &'a ZoneOffsets,
}

impl Counting<'_> {
    fn after(self, from: Instant, counted: i64) -> Instant {
        self.policy.hours.after(from, counted, self.zone)
    }

    fn between(self, from: Instant, until: Instant) -> i64 {
        self.policy.hours.between(from, until, self.zone)
    }
}

impl Clock {
    /// The clock of a case that comes in now.
    #[must_use]
    pub fn begin(now: Instant, priority: CasePriority, counting: Counting<'_>) -> Self {
        Self { began_at: now, ..Self::default() }.due_again(priority, counting)
    }

    /// With the times it is due at counted anew.
    fn due_again(mut self, priority: CasePriority, counting: Counting<'_>) -> Self {
        let target = counting.policy.target(priority);
        if !self.first_answered_at.is_set() {
            self.first_due_at = counting.after(self.began_at, target.answer * MINUTE);
        }
        let counted = (target.solve * MINUTE).saturating_add(self.paused_for);
        self.solve_due_at = counting.after(self.began_at, counted);
        self
    }

    /// The clock once the customer was answered. The first answer counts.
    #[must_use]
    pub fn answered(mut self, now: Instant) -> Self {
        if !self.first_answered_at.is_set() {
            self.first_answered_at = now;
        }
        self
    }

    /// The clock once status or priority are others. While it waits for the customer, and while it is done, time stands
    /// still: what was left before is left afterwards. Whoever solves it has answered it.
    #[must_use]
    pub fn changed(
        mut self,
        before: (CaseStatus, CasePriority),
        after: (CaseStatus, CasePriority),
        now: Instant,
        counting: Counting<'_>,
    ) -> Self {
        let (runs, goes_on) = (before.0.runs(), after.0.runs());
        if after.0.is_open() {
            self.solved_at = Instant::NEVER;
        } else {
            self = self.answered(now);
            if !self.solved_at.is_set() {
                self.solved_at = now;
            }
        }
        if runs && !goes_on {
            self.paused_since = now;
        }
        if !runs && goes_on {
            let stood = counting.between(self.paused_since, now);
            self.paused_for = self.paused_for.saturating_add(stood);
            self.paused_since = Instant::NEVER;
        }
        if before.1 != after.1 || !runs && goes_on {
            self = self.due_again(after.1, counting);
        }
        self
    }

    /// What is due next, first answer or solution; [`NOTHING_DUE`] while time stands still.
    #[must_use]
    pub fn due_at(&self) -> Instant {
        if self.paused_since.is_set() {
            NOTHING_DUE
        } else if self.first_answered_at.is_set() {
            self.solve_due_at
        } else {
            self.first_due_at.min(self.solve_due_at)
        }
    }

    /// Which of both that is.
    #[must_use]
    pub fn due_next(&self) -> DueNext {
        if self.first_answered_at.is_set() || self.solve_due_at < self.first_due_at {
            DueNext::Solution
        } else {
            DueNext::Answer
        }
    }

    /// Whether it was, or until now is, answered first in time.
    #[must_use]
    pub fn answered_in_time(&self, now: Instant) -> bool {
        let at = if self.first_answered_at.is_set() { self.first_answered_at } else { now };
        at <= self.first_due_at
    }

    /// Whether it was, or until now is, solved in time: what counts is when time stopped.
    #[must_use]
    pub fn solved_in_time(&self, now: Instant) -> bool {
        let at = if self.paused_since.is_set() { self.paused_since } else { now };
        at <= self.solve_due_at
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self, now: Instant) -> DueState {
        if self.solved_at.is_set() {
            return if self.solved_in_time(now) { DueState::InTime } else { DueState::TooLate };
        }
        if self.paused_since.is_set() {
            return DueState::Paused;
        }
        let due = self.due_at();
        let (left, all) = (due.0 - now.0, due.0 - self.began_at.0);
        match left {
            ..0 => DueState::Overdue,
            _ if left.saturating_mul(4) <= all => DueState::Soon,
            _ => DueState::OnTrack,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{date::Date, time::HOUR};
    use CasePriority::{High, Normal, Urgent};
    use CaseStatus::{Closed, InProgress, New, Resolved, Waiting};
    use proptest::prelude::*;

    fn at(date: &str, hour: i64) -> Instant {
        ZoneOffsets::default().start_of(Date::parse(date).unwrap()).plus(hour * HOUR)
    }

    #[test]
    fn waiting_for_the_customer_takes_no_time() {
        let (policy, zone) = (ServicePolicy::default(), ZoneOffsets::default());
        let counting = Counting { policy: &policy, zone: &zone };
        // Friday at ten: eight hours to solve.
        let clock = Clock::begin(at("2026-11-27", 10), Urgent, counting);
        assert_eq!(clock.first_due_at, at("2026-11-27", 11));
        assert_eq!(clock.solve_due_at, at("2026-11-27", 18));
        assert_eq!((clock.due_at(), clock.due_next()), (clock.first_due_at, DueNext::Answer));
        assert_eq!(clock.state(at("2026-11-27", 10)), DueState::OnTrack);
        assert_eq!(clock.state(clock.first_due_at), DueState::Soon);
        assert_eq!(clock.state(clock.first_due_at.plus(1)), DueState::Overdue);
        let clock = clock.answered(at("2026-11-27", 11)).answered(at("2026-11-27", 15));
        assert!(clock.answered_in_time(NOTHING_DUE));
        assert_eq!((clock.due_at(), clock.due_next()), (at("2026-11-27", 18), DueNext::Solution));
        let waits =
            clock.changed((InProgress, Urgent), (Waiting, Urgent), at("2026-11-27", 16), counting);
        assert_eq!((waits.due_at(), waits.state(NOTHING_DUE)), (NOTHING_DUE, DueState::Paused));
        // Monday at eleven: two hours on Friday and two on Monday went by; two are left.
        let goes_on =
            waits.changed((Waiting, Urgent), (InProgress, Urgent), at("2026-11-30", 11), counting);
        assert_eq!(goes_on.paused_for, 4 * HOUR);
        assert_eq!(goes_on.solve_due_at, at("2026-11-30", 13));
        let done = goes_on.changed(
            (InProgress, Urgent),
            (Resolved, Urgent),
            at("2026-11-30", 13),
            counting,
        );
        assert_eq!(
            (done.solved_at, done.state(NOTHING_DUE)),
            (at("2026-11-30", 13), DueState::InTime)
        );
        let closed =
            done.changed((Resolved, Urgent), (Closed, Urgent), at("2026-12-02", 13), counting);
        assert_eq!(
            (closed.solved_at, closed.state(NOTHING_DUE)),
            (done.solved_at, DueState::InTime)
        );
        let again =
            closed.changed((Closed, Urgent), (InProgress, Urgent), at("2026-12-02", 13), counting);
        assert_eq!(again.solved_at, Instant::NEVER);
        assert_eq!(again.due_at(), at("2026-12-02", 13));
    }

    #[test]
    fn another_priority_is_counted_from_the_beginning() {
        let (policy, zone) = (ServicePolicy::default(), ZoneOffsets::default());
        let counting = Counting { policy: &policy, zone: &zone };
        let began = at("2026-11-27", 9);
        let clock = Clock::begin(began, Normal, counting);
        let higher = clock.changed((New, Normal), (New, High), at("2026-11-27", 12), counting);
        assert_eq!(higher, Clock::begin(began, High, counting));
        // Solved without another answer: that was the first one.
        let late = higher.changed((New, High), (Resolved, High), at("2026-12-02", 12), counting);
        assert_eq!(late.state(NOTHING_DUE), DueState::TooLate);
        assert!(!late.answered_in_time(NOTHING_DUE));
    }

    proptest! {
        #[test]
        fn time_left_is_the_same_before_and_after_a_pause(
            began in 1_790_000_000_000_i64..1_800_000_000_000,
            worked in 0_i64..(26 * HOUR),
            stood in 0_i64..(400 * HOUR),
        ) {
            let (policy, zone) = (ServicePolicy::default(), ZoneOffsets::default());
            let counting = Counting { policy: &policy, zone: &zone };
            let clock = Clock::begin(Instant(began), Normal, counting).answered(Instant(began));
            let pause = counting.after(clock.began_at, worked);
            let left = counting.between(pause, clock.solve_due_at);
            let waits = clock.changed((New, Normal), (Waiting, Normal), pause, counting);
            let on = pause.plus(stood);
            let goes_on = waits.changed((Waiting, Normal), (InProgress, Normal), on, counting);
            prop_assert_eq!(counting.between(on, goes_on.due_at()), left);
        }
    }
}
