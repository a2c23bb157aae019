//! What a reader is shown of surveys and of what they came to, and what lists of surveys are asked for.

use super::{QuestionKind, Scores, SurveyKind, SurveyStatus};
use crate::{
    account::choices,
    date::Date,
    id::{QuestionId, SurveyId, SurveyNumber, UserId, Version},
    label::Label,
    page::Cursor,
    period::DateRange,
    time::Instant,
};
use serde::{Deserialize, Serialize};

choices! {
    /// What became of an answer.
    ResponseState {
        /// It counts.
        Accepted = "accepted" [],
        /// It waits to be looked at, and counts nowhere.
        Quarantined = "quarantined" [],
        /// Somebody looked at it and did not take it.
        Rejected = "rejected" [],
    }
}

choices! {
    /// By which way an answer came.
    Channel {
        /// The open link.
        Link = "link" [],
        /// The code on a poster.
        Code = "code" [],
        /// A link of one customer.
        Personal = "personal" [],
    }
}

choices! {
    /// Why an answer waits to be looked at.
    Doubt {
        /// A field was filled that people do not see.
        Trap = "trap" [],
        /// It came sooner than anybody reads and answers.
        Fast = "fast" [],
        /// Its page was not ours.
        Stamp = "stamp" [],
        /// Many came from one place.
        Often = "often" [],
    }
}

/// A survey as a row shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveySummary {
    /// Identity.
    pub id: SurveyId,
    /// Number people use.
    pub number: SurveyNumber,
    /// Counts changes.
    pub version: Version,
    /// What it is for.
    pub kind: SurveyKind,
    /// How far it is.
    pub status: SurveyStatus,
    /// What it is called.
    pub title: Label,
    /// The last day that answers are taken on.
    pub closes_on: Option<Date>,
    /// When that day is over.
    pub closes_at: Option<Instant>,
    /// Answers that count, of those the reader sees.
    pub answers: i64,
    /// Answers that wait to be looked at, of those the reader sees.
    pub waiting: i64,
}

/// What a list of surveys is asked for. They stand newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyRequest {
    /// How far they are; `None` for all.
    pub status: Option<SurveyStatus>,
    /// Where to go on; `None` from the start.
    pub after: Option<Cursor>,
}

impl SurveyRequest {
    /// From the query of a URL; whatever cannot be read falls back to the default.
    pub fn from_query<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        Self {
            status: get("status").and_then(|raw| SurveyStatus::parse(raw).ok()),
            after: get("after").and_then(Cursor::decode),
        }
    }

    /// As pairs for the query of a URL, defaults left out; [`Self::from_query`] reads it back.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        [
            ("status", self.status.map(|status| status.code().to_owned())),
            ("after", self.after.as_ref().map(Cursor::encode)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

/// What a customer answered to a survey, in brief.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountAnswer {
    /// When.
    pub at: Instant,
    /// The survey's number.
    pub survey: SurveyNumber,
    /// What the survey is called.
    pub title: Label,
    /// The first score that was given, with the scale it is on.
    pub score: Option<(QuestionKind, i64)>,
    /// The first words that were given.
    pub comment: String,
}

/// Scores of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthScores {
    /// The month.
    pub days: DateRange,
    /// What was answered in it.
    pub scores: Scores,
}

/// Scores of the customers that somebody was in charge of when they answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerScores {
    /// Who; `None` for answers of nobody in particular, and of customers of nobody.
    pub owner: Option<UserId>,
    /// What these answered.
    pub scores: Scores,
}

/// What was answered to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionResults {
    /// The question.
    pub question: QuestionId,
    /// How often each place of its scale, or each of its choices, was chosen.
    pub scores: Scores,
    /// How many answered it.
    pub answers: i64,
    /// The last twelve months, where it has a scale.
    pub months: Vec<MonthScores>,
    /// By who is in charge, where it has a scale: most answers first.
    pub owners: Vec<OwnerScores>,
}

/// What a survey came to, of the answers the reader sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyResults {
    /// Answers that count.
    pub answers: i64,
    /// Answers that wait to be looked at.
    pub waiting: i64,
    /// Question by question, in their order.
    pub questions: Vec<QuestionResults>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_address_holds_the_whole_request() {
        let request = SurveyRequest {
            status: Some(SurveyStatus::Closed),
            after: Some(Cursor { key: String::new(), number: 9 }),
        };
        let pairs: BTreeMap<_, _> = request.to_query().into_iter().collect();
        assert_eq!(SurveyRequest::from_query(|key| pairs.get(key).map(String::as_str)), request);
        assert!(SurveyRequest::default().to_query().is_empty());
    }
}
