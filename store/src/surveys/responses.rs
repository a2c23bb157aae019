//! What was answered, person by person: a customer's answers, and those that wait to be looked at.

use super::{
    care::{Counts, take_care},
    held, questions_of,
    rows::AnswerRow,
};
use crate::{
    accounts, audit,
    db::{Connection, Db, Tx, on_connection, on_read, on_tx},
    dialect::{push_limit, to_change},
    error::Result,
    rows::choice,
    within,
};
use domain::{
    audit::{Event, FieldChange},
    case::Counting,
    failure::Failure,
    happening::{Happened, Happening},
    id::{AccountId, AccountNumber, ResponseId, SurveyId, SurveyNumber, Version},
    label::Label,
    lang::Lang,
    policy::{self, Action, Caller, Object},
    survey::{AccountAnswer, QuestionKind, ResponseState},
    time::Instant,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;

const ANSWERS_OF: &str = "SELECT x.question_id, x.score, x.options, x.text FROM survey_answer x \
     JOIN survey_question q ON q.id = x.question_id WHERE x.response_id = $1 ORDER BY q.position, q.id";
const OF_ACCOUNT: &str = "SELECT r.submitted_at, r.number AS response, s.number, s.title_en, s.title_zh, \
     (SELECT q.kind FROM survey_answer x JOIN survey_question q ON q.id = x.question_id WHERE x.response_id = r.id \
     AND x.score IS NOT NULL ORDER BY q.position LIMIT 1) AS kind, \
     (SELECT x.score FROM survey_answer x JOIN survey_question q ON q.id = x.question_id WHERE x.response_id = r.id \
     AND x.score IS NOT NULL ORDER BY q.position LIMIT 1) AS score, \
     (SELECT x.text FROM survey_answer x JOIN survey_question q ON q.id = x.question_id WHERE x.response_id = r.id \
     AND q.kind = 'text' ORDER BY q.position LIMIT 1) AS comment \
     FROM survey_response r JOIN account a ON a.id = r.account_id JOIN survey s ON s.id = r.survey_id \
     WHERE r.state = 'accepted' AND s.deleted_at IS NULL AND a.deleted_at IS NULL AND a.";
/// Rows of a customer's answers.
const MOST_OF_ACCOUNT: i64 = 10;
const WAITING: &str = "SELECT r.id, r.survey_id, r.lang, r.account_id, r.state, r.send_id IS NOT NULL AS is_personal FROM survey_response r \
     WHERE r.id = $1 AND EXISTS (SELECT 1 FROM survey s WHERE s.id = r.survey_id AND s.deleted_at IS NULL)";
const DECIDE: &str =
    "UPDATE survey_response SET state = $1, decided_at = $2, decided_by = $3 WHERE id = $4";
const FREE: &str = "UPDATE survey_send SET answered_at = NULL WHERE id = (SELECT send_id FROM survey_response WHERE id = $1)";
const UNTIE: &str = "UPDATE survey_response SET send_id = NULL WHERE id = $1";

#[derive(FromRow)]
struct OfAccountRow {
    submitted_at: Instant,
    response: i64,
    number: SurveyNumber,
    title_en: String,
    title_zh: String,
    kind: Option<String>,
    score: Option<i64>,
    comment: Option<String>,
}

impl OfAccountRow {
    fn answer(self) -> Result<AccountAnswer> {
        let kind = self.kind.map(|kind| choice(QuestionKind::parse(&kind), "survey_question.kind"));
        Ok(AccountAnswer {
            at: self.submitted_at,
            survey: self.number,
            title: Label { en: self.title_en, zh: self.title_zh },
            score: kind.transpose()?.zip(self.score),
            comment: self.comment.unwrap_or_default(),
        })
    }
}

/// Answers of a customer before a place, the latest first, for their timeline. The caller sees the customer, and surveys.
pub(crate) async fn happened(
    held: Connection<'_>,
    account: AccountId,
    (at, number): (Instant, i64),
    limit: i64,
) -> Result<Vec<Happening>> {
    let rows: Vec<OfAccountRow> = on_connection!(held, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(OF_ACCOUNT);
        statement.push("id = ").push_bind(account);
        statement.push(" AND (r.submitted_at, r.number) < (").push_bind(at);
        statement.push(", ").push_bind(number).push(")");
        statement.push(" ORDER BY r.submitted_at DESC, r.number DESC");
        push_limit(&mut statement, limit);
        statement.build_query_as().fetch_all(connection).await
    })?;
    let happening = |row: OfAccountRow| {
        let (at, number) = (row.submitted_at, row.response);
        Ok(Happening { at, number, what: Happened::Answer(row.answer()?) })
    };
    rows.into_iter().map(happening).collect()
}

#[derive(FromRow)]
struct WaitingRow {
    id: ResponseId,
    survey_id: SurveyId,
    lang: String,
    account_id: Option<AccountId>,
    state: String,
    is_personal: bool,
}

impl Db {
    /// What a customer answered last, newest first; nothing of a customer that the caller does not see.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn survey_answers_of(
        &self,
        caller: &Caller,
        account: AccountNumber,
    ) -> Result<Vec<AccountAnswer>> {
        policy::view(caller, Object::Survey)?;
        let scope = policy::view(caller, Object::Account)?;
        let rows: Vec<OfAccountRow> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(OF_ACCOUNT);
            statement.push("number = ").push_bind(account);
            within::push_accounts(&mut statement, &scope);
            statement.push(" ORDER BY r.submitted_at DESC, r.number DESC");
            push_limit(&mut statement, MOST_OF_ACCOUNT);
            statement.build_query_as().fetch_all(pool).await
        })?;
        rows.into_iter().map(OfAccountRow::answer).collect()
    }

    /// Takes an answer that waits, and opens a case by `counting` where it needs care; or does not take it: then the link
    /// it came by works again.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] for one that does not wait, or of a customer that the caller does not see.
    pub async fn decide_response(
        &self,
        caller: &Caller,
        id: ResponseId,
        accept: bool,
        counting: Counting<'_>,
    ) -> Result<()> {
        let grant = policy::check(caller, Action::Edit, Object::Survey)?;
        let mut tx = self.begin().await?;
        let row = waiting(&mut tx, caller, id).await?;
        let state = if accept { ResponseState::Accepted } else { ResponseState::Rejected };
        on_tx!(&mut tx, |connection| {
            sqlx::query(DECIDE)
                .bind(state.code())
                .bind(grant.now())
                .bind(grant.user())
                .bind(id)
                .execute(connection)
                .await
                .map(drop)
        })?;
        if !accept && row.is_personal {
            for statement in [FREE, UNTIE] {
                on_tx!(&mut tx, |connection| {
                    sqlx::query(statement).bind(id).execute(connection).await.map(drop)
                })?;
            }
        }
        if accept {
            counts_now(&mut tx, &row, counting, grant.now()).await?;
        }
        let change = FieldChange {
            field: "response_state".to_owned(),
            before: row.state,
            after: state.code().to_owned(),
        };
        audit::append(&mut tx, &grant, row.id.0, Event::Changed, Version(0), &[change]).await?;
        tx.commit().await
    }
}

/// An answer that waits, of a customer that the caller sees; both are held until the transaction ends.
async fn waiting(tx: &mut Tx, caller: &Caller, id: ResponseId) -> Result<WaitingRow> {
    let statement = to_change!(tx, WAITING);
    let row: Option<WaitingRow> = on_tx!(&mut *tx, |connection| {
        sqlx::query_as(statement).bind(id).fetch_optional(connection).await
    })?;
    let row = row.filter(|row| row.state == ResponseState::Quarantined.code());
    let row = row.ok_or(Failure::Gone)?;
    if let Some(account) = row.account_id {
        let seen = policy::check(caller, Action::View, Object::Account)?;
        accounts::held(tx, &seen, account).await?;
    }
    Ok(row)
}

/// Opens a case for an answer that waited and counts from now on, if it needs care.
async fn counts_now(
    tx: &mut Tx,
    row: &WaitingRow,
    counting: Counting<'_>,
    now: Instant,
) -> Result<()> {
    let survey = held(tx, row.survey_id, false).await?;
    let questions = questions_of(tx.connection(), row.survey_id).await?;
    let survey = &survey.survey(questions)?;
    let stored: Vec<AnswerRow> = on_tx!(&mut *tx, |connection| {
        sqlx::query_as(ANSWERS_OF).bind(row.id).fetch_all(connection).await
    })?;
    let answers = &stored.into_iter().map(AnswerRow::answer).collect::<Result<Vec<_>>>()?[..];
    let lang = Lang::from_tag(&row.lang).unwrap_or_default();
    let counts = Counts { survey, answers, account: row.account_id, lang };
    take_care(tx, counts, counting, now).await
}
