//! The scores that answers come to, each with the number of answers and a 95 % interval: what the score would be if
//! everybody had been asked lies within it for nineteen of twenty such surveys.

use super::QuestionKind;
use serde::{Deserialize, Serialize};

/// Which formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ScoreKind {
    /// Net Promoter Score: the share of 9 and 10 less the share of 0 to 6, in points from −100 to 100. F. Reichheld, "The
    /// One Number You Need to Grow", Harvard Business Review 81 (12), 2003.
    Nps,
    /// Customer satisfaction: the share of 4 and 5 ("top two boxes") among answers from 1 to 5.
    Csat,
    /// Customer Effort Score: the mean of answers from 1 to 7. M. Dixon, K. Freeman, N. Toman, "Stop Trying to Delight
    /// Your Customers", Harvard Business Review 88 (7), 2010, in its second form of 2013.
    Ces,
}

impl ScoreKind {
    /// The kind of question whose answers come to it.
    #[must_use]
    pub const fn question(self) -> QuestionKind {
        match self {
            Self::Nps => QuestionKind::Nps,
            Self::Csat => QuestionKind::Csat,
            Self::Ces => QuestionKind::Ces,
        }
    }
}

/// How often each place of a scale was chosen, from the lowest on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scores(pub Vec<i64>);

/// A score. Points of the NPS and percents of CSAT are in tenths, means of the CES in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Answers it is made from.
    pub answers: i64,
    /// The score.
    pub value: i64,
    /// Lower and upper end of the 95 % interval; none where the answers are too few to tell, or all the same.
    pub interval: Option<(i64, i64)>,
}

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The 97.5 % points of Student's t for 1 to 30 degrees of freedom. NIST/SEMATECH e-Handbook of Statistical Methods,
/// 1.3.6.7.2.
const T: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
];

/// The 97.5 % point of Student's t; beyond the table by its expansion, which is right to four digits there (M. Abramowitz,
/// I. Stegun, Handbook of Mathematical Functions, 26.7.5).
fn t(freedom: i64) -> f64 {
    let known = usize::try_from(freedom - 1).ok().and_then(|place| T.get(place));
    let more = || {
        let many = float(freedom);
        Z + (Z.powi(3) + Z) / (4.0 * many)
            + (5.0 * Z.powi(5) + 16.0 * Z.powi(3) + 3.0 * Z) / (96.0 * many * many)
    };
    known.copied().unwrap_or_else(more)
}

fn float(count: i64) -> f64 {
    f64::from(u32::try_from(count.max(0)).unwrap_or(u32::MAX))
}

#[expect(clippy::cast_possible_truncation, reason = "a score of a few thousand at most")]
fn rounded(value: f64) -> i64 {
    value.round() as i64
}

impl Scores {
    /// No answers yet, on the scale of a question; nothing for a question without one.
    #[must_use]
    pub fn none(kind: QuestionKind) -> Self {
        let (lowest, highest) = kind.scale().unwrap_or((0, -1));
        Self(vec![0; usize::try_from(highest - lowest + 1).unwrap_or_default()])
    }

    /// Counts answers at a place of the scale of `kind`.
    pub fn add(&mut self, kind: QuestionKind, score: i64, count: i64) {
        let lowest = kind.scale().map_or(0, |(lowest, _)| lowest);
        let place = usize::try_from(score - lowest).ok();
        if let Some(counted) = place.and_then(|place| self.0.get_mut(place)) {
            *counted += count;
        }
    }

    /// How many answers there are.
    #[must_use]
    pub fn answers(&self) -> i64 {
        self.0.iter().sum()
    }

    /// How many answers lie from one place to another, counted from the lowest.
    #[must_use]
    pub fn between(&self, first: usize, last: usize) -> i64 {
        self.0.iter().take(last + 1).skip(first).sum()
    }

    /// Detractors, passives and promoters of a scale from 0 to 10.
    #[must_use]
    pub fn promoters(&self) -> [i64; 3] {
        [self.between(0, 6), self.between(7, 8), self.between(9, 10)]
    }

    /// The score they come to; nothing without answers.
    #[must_use]
    pub fn score(&self, kind: ScoreKind) -> Option<Score> {
        if self.answers() == 0 {
            return None;
        }
        Some(match kind {
            ScoreKind::Nps => self.nps(),
            ScoreKind::Csat => self.csat(),
            ScoreKind::Ces => self.ces(),
        })
    }

    /// The normal interval of the mean of −1, 0 and 1: of variance p₊ + p₋ − (p₊ − p₋)², as of any difference of two
    /// shares of one sample.
    fn nps(&self) -> Score {
        let [detractors, _, promoters] = self.promoters().map(float);
        let answers = self.answers();
        let many = float(answers);
        let (up, down) = (promoters / many, detractors / many);
        let mean = up - down;
        let variance = up + down - mean * mean;
        let half = Z * (variance / many).sqrt();
        let tenths = |share: f64| rounded(share.clamp(-1.0, 1.0) * 1_000.0);
        let told = answers > 1 && variance > 1e-12;
        let interval = told.then(|| (tenths(mean - half), tenths(mean + half)));
        Score { answers, value: tenths(mean), interval }
    }

    /// Wilson's interval, which holds also for few answers and for shares near 0 and 1. E. B. Wilson, "Probable Inference,
    /// the Law of Succession, and Statistical Inference", JASA 22 (158), 1927; recommended by L. Brown, T. Cai, A.
    /// DasGupta, "Interval Estimation for a Binomial Proportion", Statistical Science 16 (2), 2001.
    fn csat(&self) -> Score {
        let answers = self.answers();
        let many = float(answers);
        let share = float(self.between(3, 4)) / many;
        let square = Z * Z;
        let middle = (share + square / (2.0 * many)) / (1.0 + square / many);
        let spread = share * (1.0 - share) / many + square / (4.0 * many * many);
        let half = Z / (1.0 + square / many) * spread.sqrt();
        let tenths = |share: f64| rounded(share.clamp(0.0, 1.0) * 1_000.0);
        let interval = Some((tenths(middle - half), tenths(middle + half)));
        Score { answers, value: tenths(share), interval }
    }

    /// Student's interval of a mean. NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.2.
    fn ces(&self) -> Score {
        let answers = self.answers();
        let many = float(answers);
        let places = || (1_i64..).zip(&self.0).map(|(score, count)| (float(score), float(*count)));
        let mean = places().map(|(score, count)| score * count).sum::<f64>() / many;
        let squares: f64 = places().map(|(score, count)| count * (score - mean).powi(2)).sum();
        let told = answers > 1 && squares > 1e-9;
        let hundredths = |mean: f64| rounded(mean.clamp(1.0, 7.0) * 100.0);
        let interval = told.then(|| {
            let half = t(answers - 1) * (squares / (many - 1.0) / many).sqrt();
            (hundredths(mean - half), hundredths(mean + half))
        });
        Score { answers, value: hundredths(mean), interval }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counted(kind: QuestionKind, answers: &[i64]) -> Scores {
        let mut scores = Scores::none(kind);
        for score in answers {
            scores.add(kind, *score, 1);
        }
        scores
    }

    fn told(kind: QuestionKind, answers: &[i64]) -> (i64, Option<(i64, i64)>) {
        let score = counted(kind, answers).score(kind.score().unwrap()).unwrap();
        assert_eq!(score.answers, i64::try_from(answers.len()).unwrap());
        (score.value, score.interval)
    }

    /// Worked out by hand, or by R: `prop.test(7, 10, correct = FALSE)` and `t.test(c(5, 6, 7, 4, 6))`.
    #[test]
    fn the_scores_are_those_of_the_books() {
        // 5 promoters, 2 passives, 3 detractors: 20; sd 0.8718 of ten.
        let nps = told(QuestionKind::Nps, &[10, 9, 9, 10, 9, 8, 7, 6, 0, 3]);
        assert_eq!(nps, (200, Some((-340, 740))));
        let csat = told(QuestionKind::Csat, &[5, 5, 4, 4, 4, 5, 4, 3, 1, 2]);
        assert_eq!(csat, (700, Some((397, 892))));
        let ces = told(QuestionKind::Ces, &[5, 6, 7, 4, 6]);
        assert_eq!(ces, (560, Some((418, 700))));
    }

    #[test]
    fn few_answers_and_equal_ones_say_no_more_than_they_can() {
        for kind in [QuestionKind::Nps, QuestionKind::Csat, QuestionKind::Ces] {
            assert_eq!(Scores::none(kind).score(kind.score().unwrap()), None);
        }
        assert_eq!(told(QuestionKind::Nps, &[9]), (1_000, None));
        assert_eq!(told(QuestionKind::Nps, &[9, 10, 9]), (1_000, None));
        assert_eq!(told(QuestionKind::Ces, &[4]), (400, None));
        assert_eq!(told(QuestionKind::Ces, &[4, 4]), (400, None));
        assert_eq!(told(QuestionKind::Csat, &[5]), (1_000, Some((207, 1_000))));
        assert_eq!(told(QuestionKind::Csat, &[1]), (0, Some((0, 793))));
    }

    #[test]
    fn t_goes_on_from_the_table() {
        assert!((t(30) - 2.042).abs() < 1e-9);
        assert!((t(31) - 2.0395).abs() < 1e-3);
        assert!((t(120) - 1.9799).abs() < 1e-3);
        assert!((t(1_000_000) - Z).abs() < 1e-4);
    }

    proptest! {
        #[test]
        fn a_score_is_the_naive_one_and_its_interval_holds_it(
            answers in proptest::collection::vec(0_i64..=10, 1..60),
        ) {
            let many = i64::try_from(answers.len()).unwrap();
            let of = |from: i64, to: i64| -> i64 {
                i64::try_from(answers.iter().filter(|score| (from..=to).contains(score)).count()).unwrap()
            };
            let (nps, interval) = told(QuestionKind::Nps, &answers);
            let naive = (of(9, 10) - of(0, 6)) * 1_000;
            prop_assert!((nps * many - naive).abs() * 2 <= many);
            prop_assert!((-1_000..=1_000).contains(&nps));
            if let Some((low, high)) = interval {
                prop_assert!((-1_000..=nps).contains(&low) && (nps..=1_000).contains(&high));
            }
            let five: Vec<i64> = answers.iter().map(|score| score % 5 + 1).collect();
            let (csat, interval) = told(QuestionKind::Csat, &five);
            let top = i64::try_from(five.iter().filter(|score| **score >= 4).count()).unwrap();
            prop_assert!((csat * many - top * 1_000).abs() * 2 <= many);
            let (low, high) = interval.unwrap();
            prop_assert!(0 <= low && low <= csat && csat <= high && high <= 1_000 && low < high);
            let seven: Vec<i64> = answers.iter().map(|score| score % 7 + 1).collect();
            let (ces, interval) = told(QuestionKind::Ces, &seven);
            prop_assert!((ces * many - seven.iter().sum::<i64>() * 100).abs() * 2 <= many);
            if let Some((low, high)) = interval {
                prop_assert!(100 <= low && low <= ces && ces <= high && high <= 700);
            }
        }

        #[test]
        fn more_of_the_same_answers_say_it_more_exactly(
            answers in proptest::collection::vec(1_i64..=5, 2..20),
        ) {
            let width = |times: usize, kind: QuestionKind| {
                let (_, interval) = told(kind, &answers.repeat(times));
                interval.map(|(low, high)| high - low)
            };
            for kind in [QuestionKind::Csat, QuestionKind::Ces] {
                prop_assert!(width(4, kind) <= width(1, kind));
            }
        }
    }
}
