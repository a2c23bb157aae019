//! Links by which one customer answers a survey. Each works once; the token stands in the link and nowhere else.

use super::{held, token::SurveyToken};
use crate::{
    audit,
    db::{Db, on_tx},
    error::Result,
    opportunities,
    rows::new_id,
};
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    id::{AccountNumber, SurveyId, SurveySendId, Version},
    policy::{self, Action, Caller, Object},
    survey::SurveyStatus,
};

const INSERT: &str = "INSERT INTO survey_send (id, survey_id, token_hash, account_id, created_at, created_by) \
     VALUES ($1, $2, $3, $4, $5, $6)";

impl Db {
    /// Makes a link by which a customer answers once.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] for a survey that is not there or not open; [`Failure::Invalid`] under
    /// `account` for a customer that is not there or not for the caller to see.
    pub async fn make_survey_link(
        &self,
        caller: &Caller,
        id: SurveyId,
        account: AccountNumber,
    ) -> Result<SurveyToken> {
        let grant = policy::check(caller, Action::Create, Object::Survey)?;
        let mut tx = self.begin().await?;
        let survey = held(&mut tx, id, false).await?;
        let over = survey.closes_at.is_some_and(|end| end <= caller.now);
        if survey.status()? != SurveyStatus::Open || over {
            return Err(Failure::Gone.into());
        }
        let customer = opportunities::account_to_link(&mut tx, caller, account).await?;
        let token = SurveyToken::new().ok_or(Failure::Unavailable)?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(INSERT)
                .bind(SurveySendId(new_id()))
                .bind(id)
                .bind(&token.hash()[..])
                .bind(customer)
                .bind(grant.now())
                .bind(grant.user())
                .execute(connection)
                .await
                .map(drop)
        })?;
        let field = FieldChange {
            field: "account".to_owned(),
            before: String::new(),
            after: account.to_string(),
        };
        audit::append(&mut tx, &grant, id.0, Event::LinkMade, Version(0), &[field]).await?;
        tx.commit().await?;
        Ok(token)
    }
}
