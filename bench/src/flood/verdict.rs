//! What was sent beside what is stored: each answer of a person once, and nothing of the rest counts.

use super::{
    attack::{Attack, Due},
    house::House,
    stored::Stored,
    visit::{Visited, score, who},
};
use domain::survey::ResponseState;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// How many there are of each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// People who sent an answer or meant to.
    pub people: u64,
    /// People who were thanked.
    pub thanked: u64,
    /// Thanked, and stored once as it was sent.
    pub once: u64,
    /// Thanked, and not stored.
    pub missing: u64,
    /// Stored more than once.
    pub doubled: u64,
    /// Stored otherwise than it was sent.
    pub changed: u64,
    /// Sent by a person, and made to wait.
    pub held: u64,
    /// Neither thanked nor stored.
    pub refused: u64,
    /// Stored once, and nobody was thanked: the answer got lost on its way back.
    pub unthanked: u64,
    /// Hostile, and counts.
    pub hostile_counts: u64,
    /// Hostile and to be refused, and stored all the same.
    pub hostile_kept: u64,
}

impl Verdict {
    /// What is not as it has to be.
    pub fn faults(&self) -> Vec<String> {
        let all = [
            (self.missing, "answers with thanks are missing"),
            (self.doubled, "answers are stored more than once"),
            (self.changed, "answers are not stored as they were sent"),
            (self.held, "answers of people wait to be looked at"),
            (self.refused, "answers of people were not taken"),
            (self.hostile_counts, "hostile answers count"),
            (self.hostile_kept, "hostile answers are kept that had to be refused"),
            (u64::from(self.thanked == 0), "run in which nobody was thanked proves nothing"),
        ];
        all.iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect()
    }
}

/// Compares; answers also how many of each attack wait.
pub fn find(
    house: &House,
    visits: &[Visited],
    stored: &[Stored],
) -> (Verdict, BTreeMap<Attack, u64>) {
    let place = |person| house.link(person).map(|link| link.survey);
    compare(place, visits, stored)
}

fn compare(
    survey: impl Fn(usize) -> Option<usize>,
    visits: &[Visited],
    stored: &[Stored],
) -> (Verdict, BTreeMap<Attack, u64>) {
    let mut verdict = Verdict::default();
    let mut waiting = BTreeMap::new();
    let mut accepted: HashMap<usize, Vec<&Stored>> = HashMap::new();
    for one in stored {
        let attack = Attack::of_words(&one.words);
        match (who(&one.words), one.state) {
            (Some(person), ResponseState::Accepted) => {
                accepted.entry(person).or_default().push(one);
            }
            (Some(_), _) => verdict.held += 1,
            (None, ResponseState::Accepted) => verdict.hostile_counts += 1,
            (None, _) => match attack {
                Some(attack) if attack.due() == Due::Waits => {
                    *waiting.entry(attack).or_insert(0) += 1;
                }
                _ => verdict.hostile_kept += 1,
            },
        }
    }
    for visit in visits.iter().filter(|visit| visit.means_to_answer) {
        let found = accepted.remove(&visit.person).unwrap_or_default();
        let as_sent = |one: &Stored| {
            Some(one.survey) == survey(visit.person) && one.score == Some(score(visit.person))
        };
        let is_thanked = visit.thanked > 0;
        verdict.people += 1;
        verdict.thanked += u64::from(is_thanked);
        let counter = match found.as_slice() {
            [] if is_thanked => &mut verdict.missing,
            [] => &mut verdict.refused,
            [one] if !as_sent(one) => &mut verdict.changed,
            [_] if is_thanked => &mut verdict.once,
            [_] => &mut verdict.unthanked,
            _ => &mut verdict.doubled,
        };
        *counter += 1;
    }
    // Whoever never meant to answer did not.
    verdict.hostile_counts += accepted.values().map(|of| of.len() as u64).sum::<u64>();
    (verdict, waiting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flood::visit::words;

    fn visit(person: usize, thanked: u64) -> Visited {
        Visited { person, means_to_answer: true, thanked, ..Visited::default() }
    }

    fn stored(words: String, state: ResponseState, score: i64) -> Stored {
        Stored { survey: 0, state, score: Some(score), words }
    }

    #[test]
    fn each_answer_is_to_be_there_once_and_as_it_was_sent() {
        let accepted = |person: usize, by: i64| {
            stored(words(person), ResponseState::Accepted, score(person) + by)
        };
        let visits = [visit(0, 1), visit(1, 2), visit(2, 1), visit(3, 1), visit(4, 0), visit(5, 0)];
        let stored = [
            accepted(0, 0),
            accepted(1, 0),
            accepted(1, 0),
            accepted(3, 1),
            accepted(4, 0),
            accepted(99, 0),
        ];
        let (verdict, _) = compare(|_| Some(0), &visits, &stored);
        let expected = Verdict {
            people: 6,
            thanked: 4,
            once: 1,
            doubled: 1,
            missing: 1,
            changed: 1,
            unthanked: 1,
            refused: 1,
            hostile_counts: 1,
            ..Verdict::default()
        };
        assert_eq!(verdict, expected);
        assert_eq!(verdict.faults().len(), 5);
    }

    #[test]
    fn of_what_is_hostile_some_may_wait_and_nothing_may_count() {
        let hostile = |attack: Attack, state: ResponseState| stored(attack.words(), state, 0);
        let stored = [
            hostile(Attack::Trap, ResponseState::Quarantined),
            hostile(Attack::Trap, ResponseState::Accepted),
            hostile(Attack::TooLong, ResponseState::Quarantined),
            stored(words(0), ResponseState::Quarantined, 0),
            stored(words(0), ResponseState::Accepted, 0),
        ];
        let (verdict, waiting) = compare(|_| Some(0), &[visit(0, 1)], &stored);
        assert_eq!(waiting, BTreeMap::from([(Attack::Trap, 1)]));
        assert_eq!((verdict.hostile_counts, verdict.hostile_kept), (1, 1));
        assert_eq!((verdict.held, verdict.once), (1, 1));
        let good = compare(|_| Some(0), &[visit(0, 1)], &stored[4..]).0;
        assert!(good.faults().is_empty());
    }
}
