//! Lists of answers, newest first: of one survey or of all, narrowed by score, days and who was in charge, as far as the
//! reader sees the customers who gave them. Statements are put together from constants; every value is bound.

use super::{
    FIRST_ON_SCALE, RESPONSES, push_seen,
    rows::{RESPONSE_COLUMNS, ResponseRow, SAID_COLUMNS, SaidRow},
};
use crate::{
    db::{Db, on_read},
    dialect::push_limit,
    error::Result,
    opportunities::narrowed::{push_during, push_people},
    within,
};
use const_format::concatcp;
use domain::{
    id::{QuestionId, ResponseId, SurveyNumber, UserId},
    page::{COUNT_CAP, Count, Cursor, PAGE_ROWS, Page},
    policy::{self, Action, Caller, Object, Scope},
    survey::{AnswerSaid, ResponseRequest, ResponseSeen, ResponseState, ScoreKind},
};
use sqlx::{Database, Encode, QueryBuilder, Type};
use std::collections::HashMap;

const SAID: &str = concatcp!(
    "SELECT ",
    SAID_COLUMNS,
    " FROM survey_answer x JOIN survey_question q ON q.id = x.question_id WHERE x.response_id"
);
const NEWEST: &str = " ORDER BY r.submitted_at DESC, r.number DESC";

/// Appends that a response `r` has such a score.
fn push_score<D>(statement: &mut QueryBuilder<D>, request: &ResponseRequest)
where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> QuestionId: Encode<'q, D> + Type<D>,
{
    let asked = request.asked();
    if request.question.is_none() && asked.is_none() {
        return;
    }
    statement.push(
        " AND EXISTS (SELECT 1 FROM survey_answer x JOIN survey_question q ON q.id = x.question_id",
    );
    statement.push(" WHERE x.response_id = r.id AND x.score IS NOT NULL");
    statement.push(match asked {
        Some(ScoreKind::Nps) => " AND q.kind = 'nps'",
        Some(ScoreKind::Csat) => " AND q.kind = 'csat'",
        Some(ScoreKind::Ces) => " AND q.kind = 'ces'",
        None => "",
    });
    match request.question {
        Some(question) => {
            statement.push(" AND x.question_id = ").push_bind(question);
        }
        None => {
            statement.push(FIRST_ON_SCALE);
        }
    }
    if let Some((lowest, highest)) = request.span() {
        statement.push(" AND x.score >= ").push_bind(lowest);
        statement.push(" AND x.score <= ").push_bind(highest);
    }
    statement.push(")");
}

/// Appends which responses `r` of customers `a` a list has.
fn push_conditions<D>(statement: &mut QueryBuilder<D>, scope: &Scope, request: &ResponseRequest)
where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
    for<'q> SurveyNumber: Encode<'q, D> + Type<D>,
    for<'q> QuestionId: Encode<'q, D> + Type<D>,
{
    // Literals: only so does SQLite see that an index is about these rows.
    statement.push(match request.state {
        ResponseState::Accepted => "r.state = 'accepted'",
        ResponseState::Quarantined => "r.state = 'quarantined'",
        ResponseState::Rejected => "r.state = 'rejected'",
    });
    match request.survey {
        Some(number) => {
            statement
                .push(" AND r.survey_id = (SELECT s.id FROM survey s WHERE s.deleted_at IS NULL");
            statement.push(" AND s.number = ").push_bind(number).push(")");
        }
        None => {
            statement.push(" AND EXISTS (SELECT 1 FROM survey s WHERE s.id = r.survey_id");
            statement.push(" AND s.deleted_at IS NULL)");
        }
    }
    if let Some(days) = request.came {
        push_during(statement, "r.submitted_at", days.span(&request.zone));
    }
    push_people(statement, "r.owner_id", request.owner, request.team);
    push_score(statement, request);
    push_seen(statement, scope);
}

impl Db {
    /// A page of answers: those of customers that the caller sees, and of nobody in particular.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn response_page(
        &self,
        caller: &Caller,
        request: &ResponseRequest,
    ) -> Result<Page<ResponseSeen>> {
        policy::view(caller, Object::Survey)?;
        self.responses(&policy::sight(caller, Object::Account), request).await
    }

    /// The same for a file: those of customers that the caller may take out, and of nobody in particular.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for who may not export answers, or customers.
    pub async fn export_responses(
        &self,
        caller: &Caller,
        request: &ResponseRequest,
    ) -> Result<Page<ResponseSeen>> {
        policy::check(caller, Action::Export, Object::Survey)?;
        let scope = policy::check(caller, Action::Export, Object::Account)?.scope();
        self.responses(&scope.without_shares(), request).await
    }

    async fn responses(
        &self,
        scope: &Scope,
        request: &ResponseRequest,
    ) -> Result<Page<ResponseSeen>> {
        let rows: Vec<ResponseRow> = on_read!(self, |pool| {
            // The page is cut before surveys are named.
            let mut statement = QueryBuilder::<Dialect>::new(
                "SELECT r.*, s.number AS survey, s.title_en, s.title_zh FROM (SELECT ",
            );
            statement.push(RESPONSE_COLUMNS).push(RESPONSES).push(" WHERE ");
            push_conditions(&mut statement, scope, request);
            if let Some(after) = &request.after {
                let at: i64 = after.key.parse().unwrap_or(i64::MAX);
                statement.push(" AND (r.submitted_at, r.number) < (").push_bind(at);
                statement.push(", ").push_bind(after.number).push(")");
            }
            statement.push(NEWEST);
            push_limit(&mut statement, i64::from(PAGE_ROWS) + 1);
            statement.push(") r JOIN survey s ON s.id = r.survey_id").push(NEWEST);
            statement.build_query_as().fetch_all(pool).await
        })?;
        let place =
            |row: &ResponseRow| Cursor { key: row.submitted_at.0.to_string(), number: row.number };
        let mut page = Page::cut(rows, PAGE_ROWS, place).try_map(ResponseRow::response)?;
        let mut said = self.said_in(&page.rows).await?;
        for response in &mut page.rows {
            response.answers = said.remove(&response.id).unwrap_or_default();
        }
        Ok(page)
    }

    /// How many answers a list has, up to [`COUNT_CAP`]; `exact` counts on.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn response_count(
        &self,
        caller: &Caller,
        request: &ResponseRequest,
        exact: bool,
    ) -> Result<Count> {
        policy::view(caller, Object::Survey)?;
        let scope = policy::sight(caller, Object::Account);
        let limit = if exact { i64::MAX } else { COUNT_CAP + 1 };
        let number: i64 = on_read!(self, |pool| {
            let mut statement =
                QueryBuilder::<Dialect>::new("SELECT COUNT(*) FROM (SELECT 1 AS one");
            statement.push(RESPONSES).push(" WHERE ");
            push_conditions(&mut statement, &scope, request);
            push_limit(&mut statement, limit).push(") counted");
            statement.build_query_scalar().fetch_one(pool).await
        })?;
        Ok(Count::up_to(number, COUNT_CAP, exact))
    }

    /// What some people answered, question by question.
    async fn said_in(
        &self,
        responses: &[ResponseSeen],
    ) -> Result<HashMap<ResponseId, Vec<AnswerSaid>>> {
        let mut said: HashMap<ResponseId, Vec<AnswerSaid>> = HashMap::new();
        if responses.is_empty() {
            return Ok(said);
        }
        let rows: Vec<SaidRow> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(SAID);
            within::push_ids(&mut statement, responses.iter().map(|response| response.id.0));
            statement.push(" ORDER BY q.position, q.id");
            statement.build_query_as().fetch_all(pool).await
        })?;
        for row in rows {
            said.entry(row.response_id).or_default().push(row.said()?);
        }
        Ok(said)
    }
}
