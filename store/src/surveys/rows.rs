//! Rows of surveys and what belongs to them as the database gives them, and their way to domain values.

use crate::{
    error::{Result, StoreError},
    rows::choice,
};
use domain::{
    date::Date,
    id::{AccountNumber, QuestionId, ResponseId, SurveyId, SurveyNumber, UserId, Version},
    label::Label,
    lang::Lang,
    survey::{
        Answer, AnswerSaid, AnswerValue, Channel, Doubt, Question, QuestionKind, ResponseSeen,
        ResponseState, Survey, SurveyKind, SurveyStatus, SurveySummary,
    },
    time::Instant,
};
use sqlx_macros::FromRow;

/// Everything about surveys `s`, up to the condition.
pub(super) const COLUMNS: &str = "SELECT s.number, s.id, s.version, s.kind, s.status, s.title_en, s.title_zh, s.intro_en, \
     s.intro_zh, s.closes_on, s.closes_at, s.opens_case, s.token, s.owner_id, s.created_at, s.created_by, s.deleted_at FROM survey s";

#[derive(Clone, Debug, FromRow)]
pub(super) struct Row {
    pub number: SurveyNumber,
    pub id: SurveyId,
    pub version: Version,
    pub kind: String,
    pub status: String,
    pub title_en: String,
    pub title_zh: String,
    pub intro_en: String,
    pub intro_zh: String,
    pub closes_on: Option<String>,
    pub closes_at: Option<Instant>,
    pub opens_case: bool,
    pub token: String,
    pub owner_id: Option<UserId>,
    pub created_at: Instant,
    pub created_by: UserId,
    pub deleted_at: Option<Instant>,
}

fn day(stored: Option<&str>) -> Result<Option<Date>> {
    stored.map(|day| choice(Date::parse(day), "survey.closes_on")).transpose()
}

impl Row {
    pub(super) fn status(&self) -> Result<SurveyStatus> {
        choice(SurveyStatus::parse(&self.status), "survey.status")
    }

    pub(super) fn survey(self, questions: Vec<Question>) -> Result<Survey> {
        Ok(Survey {
            kind: choice(SurveyKind::parse(&self.kind), "survey.kind")?,
            status: self.status()?,
            closes_on: day(self.closes_on.as_deref())?,
            id: self.id,
            number: self.number,
            version: self.version,
            title: Label { en: self.title_en, zh: self.title_zh },
            intro: Label { en: self.intro_en, zh: self.intro_zh },
            closes_at: self.closes_at,
            opens_case: self.opens_case,
            token: self.token,
            owner: self.owner_id,
            questions,
            created_at: self.created_at,
            created_by: self.created_by,
        })
    }

    /// Without its answers, which a page counts together.
    pub(super) fn summary(self) -> Result<SurveySummary> {
        Ok(SurveySummary {
            kind: choice(SurveyKind::parse(&self.kind), "survey.kind")?,
            status: self.status()?,
            closes_on: day(self.closes_on.as_deref())?,
            id: self.id,
            number: self.number,
            version: self.version,
            title: Label { en: self.title_en, zh: self.title_zh },
            closes_at: self.closes_at,
            answers: 0,
            waiting: 0,
        })
    }
}

#[derive(Clone, Debug, FromRow)]
pub(super) struct QuestionRow {
    pub id: QuestionId,
    pub kind: String,
    pub title_en: String,
    pub title_zh: String,
    pub required: bool,
    pub options_en: String,
    pub options_zh: String,
}

/// Choices as they are stored: an option a line, in each language that has any.
pub(super) fn option_lines(options: &[Label]) -> [String; 2] {
    let lines = |pick: fn(&Label) -> &String| {
        let lines: Vec<&str> = options.iter().map(|label| pick(label).as_str()).collect();
        if lines.iter().all(|line| line.is_empty()) { String::new() } else { lines.join("\n") }
    };
    [lines(|label| &label.en), lines(|label| &label.zh)]
}

impl QuestionRow {
    pub(super) fn question(self) -> Result<Question> {
        let [en, zh] = [&self.options_en, &self.options_zh]
            .map(|stored| stored.lines().map(str::to_owned).collect::<Vec<_>>());
        let place = |all: &[String], at: usize| all.get(at).cloned().unwrap_or_default();
        let options = (0..en.len().max(zh.len()))
            .map(|at| Label { en: place(&en, at), zh: place(&zh, at) })
            .collect();
        Ok(Question {
            id: self.id,
            kind: choice(QuestionKind::parse(&self.kind), "survey_question.kind")?,
            title: Label { en: self.title_en, zh: self.title_zh },
            required: self.required,
            options,
        })
    }
}

#[derive(Debug, FromRow)]
pub(super) struct AnswerRow {
    pub question_id: QuestionId,
    pub score: Option<i64>,
    pub options: String,
    pub text: String,
}

/// Places of choices as they are stored.
pub(super) fn places(stored: &str) -> Result<Vec<usize>> {
    let place =
        |raw: &str| raw.parse().map_err(|_| StoreError::Unreadable("survey_answer.options"));
    stored.split(',').map(place).collect()
}

/// Score, options and text of an answer, as the columns hold them.
pub(super) fn columns(value: &AnswerValue) -> (Option<i64>, String, String) {
    match value {
        AnswerValue::Score(score) => (Some(*score), String::new(), String::new()),
        AnswerValue::Options(places) => {
            let places: Vec<String> = places.iter().map(ToString::to_string).collect();
            (None, places.join(","), String::new())
        }
        AnswerValue::Text(text) => (None, String::new(), text.clone()),
    }
}

impl AnswerRow {
    pub(super) fn answer(self) -> Result<Answer> {
        let value = match self.score {
            Some(score) => AnswerValue::Score(score),
            None if self.options.is_empty() => AnswerValue::Text(self.text),
            None => AnswerValue::Options(places(&self.options)?),
        };
        Ok(Answer { question: self.question_id, value })
    }
}

/// What is read of an answer `x` with its question `q`.
pub(super) const SAID_COLUMNS: &str = "x.response_id, x.question_id, x.score, x.options, x.text, q.kind, q.title_en, q.title_zh, \
     q.options_en, q.options_zh";

#[derive(Debug, FromRow)]
pub(super) struct SaidRow {
    pub response_id: ResponseId,
    question_id: QuestionId,
    score: Option<i64>,
    options: String,
    text: String,
    kind: String,
    title_en: String,
    title_zh: String,
    options_en: String,
    options_zh: String,
}

impl SaidRow {
    pub(super) fn said(self) -> Result<AnswerSaid> {
        let asked = QuestionRow {
            id: self.question_id,
            kind: self.kind,
            title_en: self.title_en,
            title_zh: self.title_zh,
            required: false,
            options_en: self.options_en,
            options_zh: self.options_zh,
        };
        let asked = asked.question()?;
        let answer = AnswerRow {
            question_id: self.question_id,
            score: self.score,
            options: self.options,
            text: self.text,
        };
        let value = answer.answer()?.value;
        let chosen = match &value {
            AnswerValue::Options(places) => {
                places.iter().filter_map(|place| asked.options.get(*place).cloned()).collect()
            }
            _ => Vec::new(),
        };
        Ok(AnswerSaid { question: asked.id, kind: asked.kind, asked: asked.title, value, chosen })
    }
}

/// What a row shows of responses `r` with customers `a`; the survey comes from beside.
pub(super) const RESPONSE_COLUMNS: &str = "r.number, r.id, r.survey_id, r.owner_id, r.submitted_at, r.state, r.reason, r.channel, \
     r.lang, a.number AS account_number, a.name AS account_name";

#[derive(Debug, FromRow)]
pub(super) struct ResponseRow {
    pub number: i64,
    pub id: ResponseId,
    pub survey: SurveyNumber,
    pub title_en: String,
    pub title_zh: String,
    pub owner_id: Option<UserId>,
    pub submitted_at: Instant,
    pub state: String,
    pub reason: String,
    pub channel: String,
    pub lang: String,
    pub account_number: Option<AccountNumber>,
    pub account_name: Option<String>,
}

impl ResponseRow {
    /// Without its answers, which a page reads together.
    pub(super) fn response(self) -> Result<ResponseSeen> {
        let doubt = match self.reason.as_str() {
            "" => None,
            reason => Some(choice(Doubt::parse(reason), "survey_response.reason")?),
        };
        Ok(ResponseSeen {
            id: self.id,
            number: self.number,
            survey: self.survey,
            title: Label { en: self.title_en, zh: self.title_zh },
            at: self.submitted_at,
            state: choice(ResponseState::parse(&self.state), "survey_response.state")?,
            doubt,
            channel: choice(Channel::parse(&self.channel), "survey_response.channel")?,
            lang: Lang::from_tag(&self.lang).unwrap_or_default(),
            account: self.account_number.zip(self.account_name),
            owner: self.owner_id,
            answers: Vec::new(),
        })
    }
}
