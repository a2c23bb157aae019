//! Lists of answers: what they are asked for, and what a reader is shown of each.

use super::{AnswerValue, Channel, Doubt, QuestionKind, ResponseState, ScoreKind};
use crate::{
    account::choices,
    id::{AccountNumber, QuestionId, ResponseId, SurveyNumber, TeamId, UserId},
    label::Label,
    lang::Lang,
    page::Cursor,
    period::DateRange,
    time::{Instant, ZoneOffsets},
};
use serde::{Deserialize, Serialize};

choices! {
    /// How good a score is, in the classes that people speak of.
    ScoreClass {
        /// 9 and 10 of 10 on recommending.
        Promoter = "promoter" [],
        /// 7 and 8.
        Passive = "passive" [],
        /// 0 to 6.
        Detractor = "detractor" [],
        /// 4 and 5 of 5 on satisfaction.
        Satisfied = "satisfied" [],
        /// 1 to 3.
        Dissatisfied = "dissatisfied" [],
    }
}

impl ScoreClass {
    /// The scale that it is a part of.
    #[must_use]
    pub const fn scale(self) -> ScoreKind {
        match self {
            Self::Promoter | Self::Passive | Self::Detractor => ScoreKind::Nps,
            Self::Satisfied | Self::Dissatisfied => ScoreKind::Csat,
        }
    }

    /// Its lowest and its highest score.
    #[must_use]
    pub const fn span(self) -> (i64, i64) {
        match self {
            Self::Promoter => (9, 10),
            Self::Passive => (7, 8),
            Self::Detractor => (0, 6),
            Self::Satisfied => (4, 5),
            Self::Dissatisfied => (1, 3),
        }
    }
}

/// Which answers a list shows. They stand newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseRequest {
    /// To which survey; `None` for all.
    pub survey: Option<SurveyNumber>,
    /// What became of them. Of all surveys together only what counts is listed.
    pub state: ResponseState,
    /// With a score on this question of the survey.
    pub question: Option<QuestionId>,
    /// With a score on the first question of their survey that is asked on this scale.
    pub scale: Option<ScoreKind>,
    /// With a score of this class.
    pub class: Option<ScoreClass>,
    /// With exactly this score.
    pub score: Option<i64>,
    /// Of customers that somebody was in charge of then.
    pub owner: Option<UserId>,
    /// Of customers that colleagues in one team were in charge of then.
    pub team: Option<TeamId>,
    /// Given on these days.
    pub came: Option<DateRange>,
    /// Where to go on; `None` from the start.
    pub after: Option<Cursor>,
    /// The clocks that days go by; the server's to say, no part of an address.
    pub zone: ZoneOffsets,
}

impl Default for ResponseRequest {
    fn default() -> Self {
        Self {
            survey: None,
            state: ResponseState::Accepted,
            question: None,
            scale: None,
            class: None,
            score: None,
            owner: None,
            team: None,
            came: None,
            after: None,
            zone: ZoneOffsets::default(),
        }
    }
}

impl ResponseRequest {
    /// From the query of a URL; whatever cannot be read falls back to the default.
    pub fn from_query<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let survey: Option<SurveyNumber> = get("survey").and_then(|raw| raw.parse().ok());
        let state = get("state").and_then(|raw| ResponseState::parse(raw).ok());
        let scale = get("scale").and_then(|raw| QuestionKind::parse(raw).ok());
        Self {
            survey,
            state: state.filter(|_| survey.is_some()).unwrap_or(ResponseState::Accepted),
            question: get("question").and_then(|raw| raw.parse().ok()),
            scale: scale.and_then(QuestionKind::score),
            class: get("class").and_then(|raw| ScoreClass::parse(raw).ok()),
            score: get("score").and_then(|raw| raw.parse().ok()),
            owner: get("owner").and_then(|raw| raw.parse().ok()),
            team: get("team").and_then(|raw| raw.parse().ok()),
            came: get("came").and_then(|raw| raw.parse().ok()),
            after: get("after").and_then(Cursor::decode),
            zone: ZoneOffsets::default(),
        }
    }

    /// As pairs for the query of a URL, defaults left out; [`Self::from_query`] reads it back.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let state = (self.state != ResponseState::Accepted).then(|| self.state.code().to_owned());
        [
            ("survey", self.survey.map(|number| number.to_string())),
            ("state", state),
            ("question", self.question.map(|question| question.to_string())),
            ("scale", self.scale.map(|scale| scale.question().code().to_owned())),
            ("class", self.class.map(|class| class.code().to_owned())),
            ("score", self.score.map(|score| score.to_string())),
            ("owner", self.owner.map(|owner| owner.to_string())),
            ("team", self.team.map(|team| team.to_string())),
            ("came", self.came.map(|days| days.to_string())),
            ("after", self.after.as_ref().map(Cursor::encode)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// The scale that a score has to be on; a class has its own.
    #[must_use]
    pub fn asked(&self) -> Option<ScoreKind> {
        self.class.map(ScoreClass::scale).or(self.scale)
    }

    /// The lowest and the highest score that is listed.
    #[must_use]
    pub fn span(&self) -> Option<(i64, i64)> {
        self.score.map(|score| (score, score)).or_else(|| self.class.map(ScoreClass::span))
    }

    /// The same list from its start.
    #[must_use]
    pub fn from_start(&self) -> Self {
        Self { after: None, ..self.clone() }
    }
}

/// One person's answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseSeen {
    /// Identity.
    pub id: ResponseId,
    /// In the order they came.
    pub number: i64,
    /// The survey's number.
    pub survey: SurveyNumber,
    /// What the survey is called.
    pub title: Label,
    /// When they came.
    pub at: Instant,
    /// What became of them.
    pub state: ResponseState,
    /// Why they wait or waited.
    pub doubt: Option<Doubt>,
    /// By which way.
    pub channel: Channel,
    /// The language they were given in.
    pub lang: Lang,
    /// Whose they are, number and name, where that is known.
    pub account: Option<(AccountNumber, String)>,
    /// Who was in charge of the customer then.
    pub owner: Option<UserId>,
    /// What was answered.
    pub answers: Vec<AnswerSaid>,
}

/// An answer with what it is to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerSaid {
    /// The question.
    pub question: QuestionId,
    /// How it is answered.
    pub kind: QuestionKind,
    /// What was asked.
    pub asked: Label,
    /// The answer.
    pub value: AnswerValue,
    /// The choices that were made, in words.
    pub chosen: Vec<Label>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_address_holds_the_whole_request() {
        let request = ResponseRequest {
            survey: Some(SurveyNumber(3)),
            state: ResponseState::Quarantined,
            question: Some(QuestionId(uuid::Uuid::from_u128(5))),
            scale: Some(ScoreKind::Nps),
            class: Some(ScoreClass::Detractor),
            score: Some(4),
            owner: Some(UserId(uuid::Uuid::from_u128(7))),
            team: Some(TeamId(uuid::Uuid::from_u128(9))),
            came: "2026-11-01..2026-11-30".parse().ok(),
            after: Some(Cursor { key: "5".to_owned(), number: 9 }),
            zone: ZoneOffsets::default(),
        };
        let read = |request: &ResponseRequest| {
            let pairs: BTreeMap<_, _> = request.to_query().into_iter().collect();
            ResponseRequest::from_query(|key| pairs.get(key).map(String::as_str))
        };
        assert_eq!(read(&request), request);
        assert!(ResponseRequest::default().to_query().is_empty());
        let nonsense = ResponseRequest::from_query(|_| Some("'; DROP TABLE"));
        assert_eq!(nonsense, ResponseRequest::default());
        // What waits is listed survey by survey.
        let every = ResponseRequest { survey: None, ..request };
        assert_eq!(read(&every).state, ResponseState::Accepted);
    }

    #[test]
    fn classes_share_out_their_scale() {
        for scale in [ScoreKind::Nps, ScoreKind::Csat] {
            let (lowest, highest) = scale.question().scale().unwrap();
            for score in lowest..=highest {
                let holds = |class: &&ScoreClass| {
                    let (from, until) = class.span();
                    class.scale() == scale && (from..=until).contains(&score)
                };
                assert_eq!(ScoreClass::ALL.iter().filter(holds).count(), 1, "{score}");
            }
        }
        let asked = ResponseRequest {
            class: Some(ScoreClass::Satisfied),
            scale: Some(ScoreKind::Nps),
            ..ResponseRequest::default()
        };
        assert_eq!((asked.asked(), asked.span()), (Some(ScoreKind::Csat), Some((4, 5))));
    }
}
