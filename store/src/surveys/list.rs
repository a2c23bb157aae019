//! The list of surveys, newest first, with how many answers each has.

use super::{
    RESPONSES, push_seen,
    rows::{COLUMNS, Row},
};
use crate::{
    db::{Db, on_read},
    dialect::push_limit,
    error::Result,
    within,
};
use const_format::concatcp;
use domain::{
    id::SurveyId,
    page::{Cursor, PAGE_ROWS, Page},
    policy::{self, Caller, Object},
    survey::{ResponseState, SurveyRequest, SurveyStatus, SurveySummary},
};
use sqlx::QueryBuilder;

const PAGE: &str = concatcp!(COLUMNS, " WHERE s.deleted_at IS NULL");
const COUNTS: &str =
    concatcp!("SELECT r.survey_id, r.state, COUNT(*)", RESPONSES, " WHERE r.survey_id");

impl Db {
    /// A page of surveys, newest first; answers are counted as far as the caller sees whose they are.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn survey_page(
        &self,
        caller: &Caller,
        request: &SurveyRequest,
    ) -> Result<Page<SurveySummary>> {
        policy::view(caller, Object::Survey)?;
        let rows: Vec<Row> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(PAGE);
            if let Some(status) = request.status {
                statement.push(" AND s.status = ").push_bind(status.code());
            }
            if let Some(after) = &request.after {
                statement.push(" AND s.number < ").push_bind(after.number);
            }
            statement.push(" ORDER BY s.number DESC");
            push_limit(&mut statement, i64::from(PAGE_ROWS) + 1);
            statement.build_query_as().fetch_all(pool).await
        })?;
        let place = |row: &Row| Cursor { key: String::new(), number: row.number.0 };
        let mut page = Page::cut(rows, PAGE_ROWS, place).try_map(Row::summary)?;
        self.count_answers(caller, &mut page.rows).await?;
        Ok(page)
    }

    /// The surveys that customers can be asked by now, newest first; some of them.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn open_surveys(&self, caller: &Caller) -> Result<Vec<SurveySummary>> {
        policy::view(caller, Object::Survey)?;
        let open = SurveyRequest { status: Some(SurveyStatus::Open), after: None };
        let page = self.survey_page(caller, &open).await?;
        let is_open = |survey: &SurveySummary| survey.closes_at.is_none_or(|end| caller.now < end);
        Ok(page.rows.into_iter().filter(is_open).collect())
    }

    async fn count_answers(&self, caller: &Caller, surveys: &mut [SurveySummary]) -> Result<()> {
        if surveys.is_empty() {
            return Ok(());
        }
        let scope = policy::sight(caller, Object::Account);
        let counts: Vec<(SurveyId, String, i64)> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(COUNTS);
            within::push_ids(&mut statement, surveys.iter().map(|survey| survey.id.0));
            push_seen(&mut statement, &scope);
            statement.push(" GROUP BY r.survey_id, r.state");
            statement.build_query_as().fetch_all(pool).await
        })?;
        for (id, state, count) in counts {
            let Some(survey) = surveys.iter_mut().find(|survey| survey.id == id) else { continue };
            match ResponseState::parse(&state) {
                Ok(ResponseState::Accepted) => survey.answers = count,
                Ok(ResponseState::Quarantined) => survey.waiting = count,
                _ => {}
            }
        }
        Ok(())
    }
}
