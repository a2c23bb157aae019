//! Answers from the public page. Whoever has a link needs no account here: the token is the permission. One transaction
//! looks whether the survey still takes answers, whether this attempt was made before, and stores the answer.

use super::{
    care::{Counts, take_care},
    questions_of,
    rows::{COLUMNS, Row, columns},
    token::SurveyToken,
};
use crate::{
    db::{Connection, Db, Tx, on_connection, on_read, on_tx},
    dialect::to_change,
    error::{Result, StoreError},
    rows::new_id,
    within,
};
use const_format::concatcp;
use domain::{
    case::Counting,
    failure::Failure,
    field::FieldError,
    id::{AccountId, OperationId, ResponseId, SurveyId, SurveySendId, UserId},
    lang::Lang,
    live::Notice,
    note::Subject,
    policy::Object,
    survey::{Answer, Channel, Doubt, Question, ResponseState, Survey},
    time::Instant,
};
use sqlx_macros::FromRow;

/// Most answers of a survey that wait to be looked at: who floods it fills this, and nothing else.
const MOST_WAITING: i64 = 500;

const BY_TOKEN: &str = concatcp!(COLUMNS, " WHERE s.token = $1 AND s.deleted_at IS NULL");
const BY_ID: &str = concatcp!(COLUMNS, " WHERE s.id = $1 AND s.deleted_at IS NULL");
const SEND: &str =
    "SELECT id, survey_id, account_id, answered_at FROM survey_send WHERE token_hash = $1";
const BEFORE: &str = "SELECT survey_id FROM survey_response WHERE operation_id = $1";
const WAS_ANSWERED: &str = "SELECT COUNT(*) FROM survey_response r WHERE r.operation_id = $1 AND (r.survey_id = \
     (SELECT s.id FROM survey s WHERE s.token = $2) OR r.send_id = (SELECT d.id FROM survey_send d WHERE d.token_hash = $3))";
const WAITING: &str = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM survey_response WHERE survey_id = $1 \
     AND state = 'quarantined' LIMIT 500) waiting";
const INSERT: &str = "INSERT INTO survey_response (id, survey_id, send_id, operation_id, account_id, owner_id, lang, channel, \
     state, reason, submitted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const INSERT_ANSWER: &str = "INSERT INTO survey_answer (id, response_id, question_id, score, options, text) \
     VALUES ($1, $2, $3, $4, $5, $6)";
const USE_UP: &str = "UPDATE survey_send SET answered_at = $1 WHERE id = $2";

/// An answer that has been read and found well.
#[derive(Clone, Debug)]
pub struct Submission {
    /// What was answered.
    pub answers: Vec<Answer>,
    /// The language of the page.
    pub lang: Lang,
    /// Whether the page was opened by the code on a poster.
    pub by_code: bool,
    /// Why it is to be looked at before it counts.
    pub doubt: Option<Doubt>,
}

/// A survey that somebody is about to answer.
#[derive(Clone, Debug)]
pub struct ToAnswer {
    /// The survey.
    pub survey: Survey,
    /// Whether the link is one customer's.
    pub is_personal: bool,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It counts.
    Taken,
    /// It waits to be looked at.
    Waits,
    /// The same attempt was made before, and counts once.
    Before,
    /// It was dropped: too many wait to be looked at.
    Dropped,
}

#[derive(FromRow)]
struct Send {
    id: SurveySendId,
    survey_id: SurveyId,
    account_id: AccountId,
    answered_at: Option<Instant>,
}

/// What a token leads to.
struct Found {
    row: Row,
    send: Option<Send>,
}

impl Found {
    /// Whether an answer would be taken.
    fn is_open(&self, now: Instant) -> Result<bool> {
        let open = self.row.status()? == domain::survey::SurveyStatus::Open;
        let over = self.row.closes_at.is_some_and(|end| end <= now);
        let used = self.send.as_ref().is_some_and(|send| send.answered_at.is_some());
        Ok(open && !over && !used)
    }
}

impl Db {
    /// The survey that a link leads to, while it takes answers. Takes no caller: the token is the permission. Nothing is
    /// written.
    ///
    /// # Errors
    /// [`Failure::Gone`] for a link that nobody can answer by, whatever the reason.
    pub async fn survey_to_answer(&self, token: &str, now: Instant) -> Result<ToAnswer> {
        let token = SurveyToken::read(token).ok_or(Failure::Gone)?;
        let mut reading = self.reading().await?;
        let mut found: Option<Row> = row(reading.connection(), &token).await?;
        let mut send = None;
        if found.is_none() {
            send = send_of(reading.connection(), &token, SEND).await?;
            if let Some(send) = &send {
                found = on_connection!(reading.connection(), |connection| {
                    sqlx::query_as(BY_ID).bind(send.survey_id).fetch_optional(connection).await
                })?;
            }
        }
        let found = Found { row: found.ok_or(Failure::Gone)?, send };
        if !found.is_open(now)? {
            return Err(Failure::Gone.into());
        }
        let questions = questions_of(reading.connection(), found.row.id).await?;
        let is_personal = found.send.is_some();
        Ok(ToAnswer { survey: found.row.survey(questions)?, is_personal })
    }

    /// Whether an attempt has been stored before by a link, which may take no more answers since. Takes no caller: the
    /// token is the permission. Nothing is written.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn was_answered(&self, token: &str, operation: OperationId) -> Result<bool> {
        let Some(token) = SurveyToken::read(token) else { return Ok(false) };
        let count: i64 = on_read!(self, |pool| {
            sqlx::query_scalar(WAS_ANSWERED)
                .bind(operation)
                .bind(token.text())
                .bind(&token.hash()[..])
                .fetch_one(pool)
                .await
        })?;
        Ok(count > 0)
    }

    /// Stores an answer, and opens a case by `counting` where it needs care. Takes no caller: the token is the permission. Of any number of calls by one `operation` one
    /// answer is stored.
    ///
    /// # Errors
    /// [`Failure::Gone`] for a link that nobody can answer by, whatever the reason; [`Failure::Invalid`] for answers to
    /// other questions.
    pub async fn answer_survey(
        &self,
        token: &str,
        operation: OperationId,
        submission: &Submission,
        counting: Counting<'_>,
        now: Instant,
    ) -> Result<Answered> {
        let token = SurveyToken::read(token).ok_or(Failure::Gone)?;
        let mut tx = self.begin().await?;
        let found = hold(&mut tx, &token).await?.ok_or(Failure::Gone)?;
        let before: Option<SurveyId> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(BEFORE).bind(operation).fetch_optional(connection).await
        })?;
        match before {
            Some(survey) if survey == found.row.id => return Ok(Answered::Before),
            Some(_) => return Err(Failure::Gone.into()),
            None => {}
        }
        if !found.is_open(now)? {
            return Err(Failure::Gone.into());
        }
        if submission.doubt.is_some() {
            let waiting: i64 = on_tx!(&mut tx, |connection| {
                sqlx::query_scalar(WAITING).bind(found.row.id).fetch_one(connection).await
            })?;
            if waiting >= MOST_WAITING {
                return Ok(Answered::Dropped);
            }
        }
        let questions = questions_of(tx.connection(), found.row.id).await?;
        must_fit(&questions, &submission.answers)?;
        store(&mut tx, &found, operation, submission, now).await?;
        // One that waits opens a case when it is taken (`responses`).
        if submission.doubt.is_none() {
            let account = found.send.as_ref().map(|send| send.account_id);
            let survey = &found.row.survey(questions)?;
            let (answers, lang) = (&submission.answers, submission.lang);
            take_care(&mut tx, Counts { survey, answers, account, lang }, counting, now).await?;
        }
        // Nobody is in charge of an answer, and the log has no line of it.
        tx.unlogged.push(Notice::Kind(Object::Survey));
        tx.commit().await?;
        Ok(if submission.doubt.is_none() { Answered::Taken } else { Answered::Waits })
    }
}

async fn row(held: Connection<'_>, token: &SurveyToken) -> Result<Option<Row>> {
    Ok(on_connection!(held, |connection| {
        sqlx::query_as(BY_TOKEN).bind(token.text()).fetch_optional(connection).await
    })?)
}

async fn send_of(
    held: Connection<'_>,
    token: &SurveyToken,
    statement: &'static str,
) -> Result<Option<Send>> {
    Ok(on_connection!(held, |connection| {
        sqlx::query_as(statement).bind(&token.hash()[..]).fetch_optional(connection).await
    })?)
}

/// What a token leads to, held until the transaction ends: so nobody closes it meanwhile, and nobody else answers by the
/// same link.
async fn hold(tx: &mut Tx, token: &SurveyToken) -> Result<Option<Found>> {
    let statement = to_change!(tx, SEND);
    let send = send_of(tx.connection(), token, statement).await?;
    let row: Option<Row> = if let Some(send) = &send {
        let statement = to_change!(tx, BY_ID);
        on_tx!(tx, |connection| {
            sqlx::query_as(statement).bind(send.survey_id).fetch_optional(connection).await
        })?
    } else {
        let statement = to_change!(tx, BY_TOKEN);
        on_tx!(tx, |connection| {
            sqlx::query_as(statement).bind(token.text()).fetch_optional(connection).await
        })?
    };
    Ok(row.map(|row| Found { row, send }))
}

/// Refuses answers to questions that the survey does not ask, or two to one.
fn must_fit(questions: &[Question], answers: &[Answer]) -> Result<()> {
    let mut left: Vec<&Question> = questions.iter().collect();
    for answer in answers {
        let place = left.iter().position(|question| question.id == answer.question);
        let place = place.ok_or_else(|| StoreError::field("q0", FieldError::Unknown))?;
        left.remove(place);
    }
    Ok(())
}

async fn store(
    tx: &mut Tx,
    found: &Found,
    operation: OperationId,
    submission: &Submission,
    now: Instant,
) -> Result<ResponseId> {
    let account = found.send.as_ref().map(|send| send.account_id);
    let owner: Option<UserId> = match account {
        Some(account) => within::owner(tx.connection(), Subject::Account(account))
            .await?
            .and_then(|(owner, _)| owner),
        None => None,
    };
    let channel = match (&found.send, submission.by_code) {
        (Some(_), _) => Channel::Personal,
        (None, true) => Channel::Code,
        (None, false) => Channel::Link,
    };
    let state = match submission.doubt {
        None => ResponseState::Accepted,
        Some(_) => ResponseState::Quarantined,
    };
    let id = ResponseId(new_id());
    on_tx!(&mut *tx, |connection| {
        sqlx::query(INSERT)
            .bind(id)
            .bind(found.row.id)
            .bind(found.send.as_ref().map(|send| send.id))
            .bind(operation)
            .bind(account)
            .bind(owner)
            .bind(submission.lang.tag())
            .bind(channel.code())
            .bind(state.code())
            .bind(submission.doubt.map(Doubt::code).unwrap_or_default())
            .bind(now)
            .execute(connection)
            .await
            .map(drop)
    })?;
    for answer in &submission.answers {
        let (score, options, text) = columns(&answer.value);
        on_tx!(&mut *tx, |connection| {
            sqlx::query(INSERT_ANSWER)
                .bind(new_id())
                .bind(id)
                .bind(answer.question)
                .bind(score)
                .bind(options)
                .bind(text)
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    if let Some(send) = &found.send {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(USE_UP).bind(now).bind(send.id).execute(connection).await.map(drop)
        })?;
    }
    Ok(id)
}
