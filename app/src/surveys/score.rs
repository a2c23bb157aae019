//! How scores are written and drawn.

use crate::{
    i18n::{Text, format},
    ui::chart::{Datum, ScoreBars, ScoreDatum},
};
use domain::survey::{QuestionKind, Score, ScoreKind};
use leptos::prelude::*;

/// A score as people read it: points, percent, or a mean.
pub(crate) fn said(kind: ScoreKind, value: i64) -> String {
    match kind {
        // A point is more exact than any number of answers is.
        ScoreKind::Nps => {
            let points = (value + if value < 0 { -5 } else { 5 }) / 10;
            if points > 0 { format!("+{points}") } else { points.to_string().replace('-', "−") }
        }
        ScoreKind::Csat => format::percent(value),
        ScoreKind::Ces => format::decimal(value, 2),
    }
}

/// The lowest and the highest that a score can be.
pub(crate) const fn ends(kind: ScoreKind) -> (i64, i64) {
    match kind {
        ScoreKind::Nps => (-1_000, 1_000),
        ScoreKind::Csat => (0, 1_000),
        ScoreKind::Ces => (100, 700),
    }
}

/// How exact a score is, in words.
pub(crate) fn exactness(text: Text, kind: ScoreKind, score: &Score) -> String {
    score.interval.map_or_else(
        || text.survey_no_interval().to_owned(),
        |(low, high)| text.survey_interval(&said(kind, low), &said(kind, high)),
    )
}

/// A score with what it is of.
pub(crate) struct ScoreOf {
    /// Whose answers, or from when.
    pub label: String,
    /// What they come to.
    pub score: Score,
    /// The list of these answers; empty where there is none.
    pub href: String,
}

/// Scores as bars on the whole of their scale, each with its interval, and a way to its answers.
pub(crate) fn bars(text: Text, kind: ScoreKind, scores: &[ScoreOf]) -> AnyView {
    let (lowest, highest) = ends(kind);
    let data = scores
        .iter()
        .map(|ScoreOf { label, score, href }| ScoreDatum {
            datum: Datum {
                label: label.clone(),
                said: format!(
                    "{} · {}",
                    said(kind, score.value),
                    text.survey_answer_count(score.answers)
                ),
                value: score.value,
                href: href.clone(),
                ..Datum::default()
            },
            interval: score.interval,
        })
        .collect::<Vec<_>>();
    let [first, last] = [lowest, highest].map(|end| said(kind, end));
    view! { <ScoreBars data=data lowest=lowest highest=highest first=first last=last /> }.into_any()
}

/// Scores as rows of a table: label, answers, score, interval.
pub(crate) fn rows(text: Text, kind: ScoreKind, scores: &[ScoreOf]) -> Vec<Vec<String>> {
    let row = |ScoreOf { label, score, .. }: &ScoreOf| {
        let interval = score.interval.map_or_else(
            || text.common_empty_value().to_owned(),
            |(low, high)| format!("{} – {}", said(kind, low), said(kind, high)),
        );
        let answers = format::integer(score.answers);
        vec![label.clone(), answers, said(kind, score.value), interval]
    };
    scores.iter().map(row).collect()
}

/// The heads of such a table; `first` says what the labels are.
pub(crate) fn heads(text: Text, first: &str) -> Vec<String> {
    [first, text.survey_answers(), text.survey_score(), "95 %"].map(str::to_owned).to_vec()
}

/// The formula in words.
pub(crate) fn formula(text: Text, kind: ScoreKind) -> &'static str {
    match kind {
        ScoreKind::Nps => text.survey_explain_nps(),
        ScoreKind::Csat => text.survey_explain_csat(),
        ScoreKind::Ces => text.survey_explain_ces(),
    }
}

/// A single answer on a scale: "9 / 10".
pub(crate) fn place(kind: QuestionKind, score: i64) -> String {
    kind.scale().map_or_else(|| score.to_string(), |(_, highest)| format!("{score} / {highest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_whole_and_rounded_away_from_nought() {
        let told = [-1_000, -345, -4, 0, 4, 345, 1_000].map(|value| said(ScoreKind::Nps, value));
        assert_eq!(told, ["−100", "−35", "0", "0", "0", "+35", "+100"]);
        assert_eq!(said(ScoreKind::Ces, 560), "5.60");
    }
}
