//! Surveys: what customers are asked by a public page, how a survey is put together, and what they answer. Scores are in
//! `score`, what a reader is shown in `results` and `responses`.

mod answer;
mod care;
mod form;
mod responses;
mod results;
mod score;

pub use answer::{Answer, AnswerValue, FeedbackTopic, field_name, read_answers};
pub use care::{case_of, needs_care};
pub use form::{QuestionDraft, QuestionForm, SurveyDraft, SurveyForm};
pub use responses::{AnswerSaid, ResponseRequest, ResponseSeen, ScoreClass};
pub use results::{
    AccountAnswer, Channel, Doubt, MonthScores, OwnerScores, QuestionResults, ResponseState,
    SurveyRequest, SurveyResults, SurveySummary,
};
pub use score::{Score, ScoreKind, Scores};

use crate::{
    account::choices,
    date::Date,
    id::{QuestionId, SurveyId, SurveyNumber, UserId, Version},
    label::Label,
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// Most characters of the title of a survey, in each language.
pub const TITLE_CHARS: usize = 120;
/// Most characters of what stands above the questions, in each language.
pub const INTRO_CHARS: usize = 1_000;
/// Most characters of a question, in each language.
pub const QUESTION_CHARS: usize = 300;
/// Most characters of a choice, in each language.
pub const OPTION_CHARS: usize = 120;
/// Most questions of a survey.
pub const MOST_QUESTIONS: usize = 20;
/// Most choices of a question.
pub const MOST_OPTIONS: usize = 20;
/// Most characters of an answer in words.
pub const ANSWER_CHARS: usize = 2_000;
/// Most characters of an answer of one line.
pub const LINE_CHARS: usize = 200;

choices! {
    /// What a survey is for, which says what it has to ask.
    SurveyKind {
        /// How likely people are to recommend: exactly one question from 0 to 10.
        Nps = "nps" [],
        /// How satisfied they are: exactly one question from 1 to 5.
        Csat = "csat" [],
        /// How easy it was: exactly one question from 1 to 7.
        Ces = "ces" [],
        /// Anything else.
        Form = "form" [],
        /// What is on people's minds: each answer is a complaint, a suggestion or a question of theirs.
        Feedback = "feedback" [],
    }
}

choices! {
    /// How far a survey is.
    SurveyStatus {
        /// Being written: nobody can answer.
        Draft = "draft" [],
        /// Answers are taken.
        Open = "open" [],
        /// No more answers are taken.
        Closed = "closed" [],
    }
}

choices! {
    /// How a question is answered.
    QuestionKind {
        /// From 0 to 10: how likely to recommend.
        Nps = "nps" [],
        /// From 1 to 5: how satisfied.
        Csat = "csat" [],
        /// From 1 to 7: how far people agree that it was easy.
        Ces = "ces" [],
        /// One of some choices.
        Single = "single" [],
        /// Any of some choices.
        Multi = "multi" [],
        /// In words.
        Text = "text" [],
        /// Whether it is a complaint, a suggestion or a question; in a survey for feedback alone.
        Topic = "topic" [],
        /// What it is about, in a line; in a survey for feedback alone.
        Subject = "subject" [],
        /// How to reach whoever writes, in a line; in a survey for feedback alone.
        Contact = "contact" [],
    }
}

impl QuestionKind {
    /// The lowest and the highest score, where it is answered by one.
    #[must_use]
    pub const fn scale(self) -> Option<(i64, i64)> {
        match self {
            Self::Nps => Some((0, 10)),
            Self::Csat => Some((1, 5)),
            Self::Ces => Some((1, 7)),
            _ => None,
        }
    }

    /// The score that answers come to, if they come to one.
    #[must_use]
    pub const fn score(self) -> Option<ScoreKind> {
        match self {
            Self::Nps => Some(ScoreKind::Nps),
            Self::Csat => Some(ScoreKind::Csat),
            Self::Ces => Some(ScoreKind::Ces),
            _ => None,
        }
    }

    /// Whether it is answered by choosing among what its survey offers.
    #[must_use]
    pub const fn has_options(self) -> bool {
        matches!(self, Self::Single | Self::Multi)
    }

    /// The kinds that any survey may ask besides its own.
    pub const FREE: [Self; 3] = [Self::Single, Self::Multi, Self::Text];

    /// The four questions of a survey for feedback, in their order.
    pub const OF_FEEDBACK: [Self; 4] = [Self::Topic, Self::Subject, Self::Text, Self::Contact];
}

impl SurveyKind {
    /// The kind of question that a survey of this kind asks exactly once.
    #[must_use]
    pub const fn asks(self) -> Option<QuestionKind> {
        match self {
            Self::Nps => Some(QuestionKind::Nps),
            Self::Csat => Some(QuestionKind::Csat),
            Self::Ces => Some(QuestionKind::Ces),
            Self::Form | Self::Feedback => None,
        }
    }

    /// The kinds of questions that can be added to such a survey.
    #[must_use]
    pub const fn offers(self) -> &'static [QuestionKind] {
        use QuestionKind::{Ces, Csat, Multi, Nps, Single, Text};
        match self {
            Self::Form => &[Nps, Csat, Ces, Single, Multi, Text],
            Self::Feedback => &[],
            Self::Nps | Self::Csat | Self::Ces => &QuestionKind::FREE,
        }
    }
}

/// A question as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Identity.
    pub id: QuestionId,
    /// How it is answered.
    pub kind: QuestionKind,
    /// What is asked.
    pub title: Label,
    /// Whether there has to be an answer.
    pub required: bool,
    /// What can be chosen, where it is answered so.
    pub options: Vec<Label>,
}

/// A survey as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// Identity.
    pub id: SurveyId,
    /// Number people use.
    pub number: SurveyNumber,
    /// Counts changes of it and its questions.
    pub version: Version,
    /// What it is for.
    pub kind: SurveyKind,
    /// How far it is.
    pub status: SurveyStatus,
    /// What it is called.
    pub title: Label,
    /// What stands above the questions.
    pub intro: Label,
    /// The last day that answers are taken on.
    pub closes_on: Option<Date>,
    /// When that day is over.
    pub closes_at: Option<Instant>,
    /// Whether a bad answer becomes a case of whoever serves the customer.
    pub opens_case: bool,
    /// Stands in the open link.
    pub token: String,
    /// Who is in charge.
    pub owner: Option<UserId>,
    /// What is asked, in order.
    pub questions: Vec<Question>,
    /// When it was made.
    pub created_at: Instant,
    /// By whom.
    pub created_by: UserId,
}

impl Survey {
    /// Whether answers are taken at `now`.
    #[must_use]
    pub fn is_open(&self, now: Instant) -> bool {
        self.status == SurveyStatus::Open && self.closes_at.is_none_or(|end| now < end)
    }

    /// The path of the page that a token leads to.
    #[must_use]
    pub fn path(token: &str) -> String {
        format!("/s/{token}")
    }
}
