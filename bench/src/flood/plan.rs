//! Who sends what when. All of it is laid down before the first request: a server that gets slow is sent no less.

use std::{cmp::Reverse, collections::BinaryHeap, time::Duration};

/// One of so many requests is hostile.
pub const HOSTILE: u64 = 5;
/// One of so many answers is sent twice.
const TWICE: u64 = 10;
/// How long the quickest reads before answering (milliseconds).
const READS: u64 = 2_500;
/// How much longer the slowest do (milliseconds).
const DAWDLES: u64 = 4_000;

/// Somebody who opens a page, counted from the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// When the page is opened.
    pub opens: Duration,
    /// When it is answered; never by those who open it too late.
    pub answers: Option<Duration>,
    /// When the same answer is sent once more, as by a double tap.
    pub again: Option<Duration>,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// People.
    pub visits: Vec<Visit>,
    /// When something hostile is sent.
    pub attacks: Vec<Duration>,
}

impl Plan {
    /// So many requests a second, each in its turn.
    pub fn new(rate: u64, seconds: u64) -> Self {
        let mut plan = Self::default();
        // Those who read, by when they are done.
        let mut readers: BinaryHeap<Reverse<(Duration, usize)>> = BinaryHeap::new();
        let mut answers: u64 = 0;
        let mut taps_again = None;
        for turn in 0..rate * seconds {
            let at = Duration::from_micros(turn * 1_000_000 / rate);
            if turn % HOSTILE == HOSTILE - 1 {
                plan.attacks.push(at);
                continue;
            }
            if let Some(visit) = taps_again.take().and_then(|who: usize| plan.visits.get_mut(who)) {
                visit.again = Some(at);
                continue;
            }
            let done = readers.peek().filter(|Reverse((done, _))| *done <= at).copied();
            if let Some(Reverse((_, who))) = done {
                readers.pop();
                if let Some(visit) = plan.visits.get_mut(who) {
                    visit.answers = Some(at);
                }
                answers += 1;
                taps_again = answers.is_multiple_of(TWICE).then_some(who);
                continue;
            }
            // Multiplying by a number without common divisors spreads them evenly.
            let dawdles = plan.visits.len() as u64 * 1_237 % DAWDLES;
            let done = at + Duration::from_millis(READS + dawdles);
            readers.push(Reverse((done, plan.visits.len())));
            plan.visits.push(Visit { opens: at, answers: None, again: None });
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_turn_has_one_request_and_one_in_five_is_hostile() {
        let plan = Plan::new(50, 60);
        let mut all = plan.attacks.clone();
        for visit in &plan.visits {
            all.push(visit.opens);
            all.extend(visit.answers.into_iter().chain(visit.again));
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!((all.len(), plan.attacks.len()), (3_000, 600));
        let answers = plan.visits.iter().filter(|visit| visit.answers.is_some()).count();
        let twice = plan.visits.iter().filter(|visit| visit.again.is_some()).count();
        assert!((1_000..1_200).contains(&answers), "{answers}");
        // Time may be up before the last of them taps again.
        assert!(answers / 10 - twice <= 1, "{twice}");
    }

    #[test]
    fn nobody_answers_before_reading_and_a_double_tap_is_quick() {
        for visit in Plan::new(50, 60).visits {
            let Some(answers) = visit.answers else { continue };
            assert!(answers >= visit.opens + Duration::from_millis(READS));
            assert!(visit.again.is_none_or(|again| again < answers + Duration::from_millis(50)));
        }
    }
}
