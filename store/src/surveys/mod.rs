//! Surveys: made, changed, opened, closed and taken off; answered by whoever has a link; and what their answers come to.
//! Owns, with its parts, every statement on `survey` and its tables. The right over surveys is for all of them or none;
//! answers of a customer are within reach of whoever sees the customer.

mod answering;
mod care;
mod editing;
mod links;
mod list;
mod listed;
mod responses;
mod results;
mod rows;
mod token;

pub use answering::{Answered, Submission, ToAnswer};
pub use token::SurveyToken;

use crate::{
    db::{Connection, Db, Tx, on_connection, on_tx},
    dialect::to_change,
    error::Result,
    within,
};
use const_format::concatcp;
use domain::{
    failure::Failure,
    id::{SurveyId, SurveyNumber, UserId},
    policy::{self, Caller, Object, Scope},
    survey::{Question, Survey},
};
pub(crate) use responses::happened;
pub(crate) use results::{add_of_owner, most_first};
use rows::{COLUMNS, QuestionRow, Row};
use sqlx::{Database, Encode, QueryBuilder, Type};

const BY_NUMBER: &str = concatcp!(COLUMNS, " WHERE s.number = $1 AND s.deleted_at IS NULL");
const BY_ID: &str = concatcp!(COLUMNS, " WHERE s.id = $1");
const QUESTIONS: &str = "SELECT q.id, q.kind, q.title_en, q.title_zh, q.required, q.options_en, q.options_zh \
     FROM survey_question q WHERE q.survey_id = $1 ORDER BY q.position, q.id";

impl Db {
    /// A survey with its questions, by its number.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] for one that is not there or taken off.
    pub async fn survey(&self, caller: &Caller, number: SurveyNumber) -> Result<Survey> {
        policy::view(caller, Object::Survey)?;
        let mut reading = self.reading().await?;
        let row: Option<Row> = on_connection!(reading.connection(), |connection| {
            sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(connection).await
        })?;
        let row = row.ok_or(Failure::Gone)?;
        let questions = questions_of(reading.connection(), row.id).await?;
        row.survey(questions)
    }
}

/// The questions of a survey, in order.
async fn questions_of(held: Connection<'_>, id: SurveyId) -> Result<Vec<Question>> {
    let rows: Vec<QuestionRow> = on_connection!(held, |connection| {
        sqlx::query_as(QUESTIONS).bind(id).fetch_all(connection).await
    })?;
    rows.into_iter().map(QuestionRow::question).collect()
}

/// The row of a survey that is there or, with `taken_off`, taken off; held until the transaction ends.
async fn held(tx: &mut Tx, id: SurveyId, taken_off: bool) -> Result<Row> {
    let statement = to_change!(tx, BY_ID);
    let row: Option<Row> = on_tx!(tx, |connection| {
        sqlx::query_as(statement).bind(id).fetch_optional(connection).await
    })?;
    Ok(row.filter(|row| row.deleted_at.is_some() == taken_off).ok_or(Failure::Gone)?)
}

/// Where answers are read from, up to the condition.
const RESPONSES: &str = " FROM survey_response r LEFT JOIN account a ON a.id = r.account_id";
/// The same with what was answered to each question `x`.
pub(crate) const ANSWERED: &str =
    concatcp!(RESPONSES, " JOIN survey_answer x ON x.response_id = r.id");

/// That of the questions on one scale that a survey asks, a question `q` is the first: one person's answers count once, and
/// the list behind a figure has as many rows as it says.
pub(crate) const FIRST_ON_SCALE: &str = " AND NOT EXISTS (SELECT 1 FROM survey_question e WHERE e.survey_id = q.survey_id \
     AND e.kind = q.kind AND (e.position, e.id) < (q.position, q.id))";

/// Appends that a response `r` of customers `a` is for the caller to see: nobody's in particular, or of a customer within
/// the scope.
pub(crate) fn push_seen<D>(statement: &mut QueryBuilder<D>, scope: &Scope)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    statement.push(" AND (r.account_id IS NULL OR (a.deleted_at IS NULL");
    within::push_accounts(statement, scope);
    statement.push("))");
}
