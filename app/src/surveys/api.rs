//! Server functions of surveys: caller, parse, one store call.
//! All are public endpoints; the store asks the policy again for every one of them.

use crate::error::AppError;
use domain::{
    id::{OperationId, ResponseId, SurveyId, SurveyNumber, Version},
    page::{Count, Page},
    survey::{
        AccountAnswer, ResponseSeen, Survey, SurveyForm, SurveyResults, SurveyStatus, SurveySummary,
    },
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::answer::{AnswerPage, Typed};
#[cfg(feature = "ssr")]
use crate::ssr::{Visit, desk, is_plain, pairs, request, respond, site_address, zone};
#[cfg(feature = "ssr")]
use domain::{
    case::Counting,
    failure::Failure,
    field::FormErrors,
    id::AccountNumber,
    lang::Lang,
    policy::{self, Action, Caller, Object},
    survey::{ResponseRequest, SurveyRequest},
};

/// A survey and where it is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyScreen {
    /// The survey.
    pub survey: Survey,
    /// The address of this site, which links begin with.
    pub site: String,
}

/// What a customer answered, and what they can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSurveys {
    /// Answers, newest first.
    pub answers: Vec<AccountAnswer>,
    /// Surveys that take answers.
    pub open: Vec<SurveySummary>,
}

#[cfg(feature = "ssr")]
fn site() -> Result<String, AppError> {
    let request = request()?;
    let https = request.extensions.get::<Visit>().is_some_and(|visit| visit.https);
    Ok(site_address(&request.headers, https))
}

/// A page of the list of surveys; `query` is the query of its URL.
#[server(input = GetUrl)]
pub async fn list_surveys(query: String) -> Result<Page<SurveySummary>, AppError> {
    let (db, caller) = desk()?;
    let pairs = pairs(&query);
    let asked = SurveyRequest::from_query(|key| pairs.get_str(key));
    respond(db.survey_page(&caller, &asked).await.map_err(AppError::from))
}

/// A survey, by number (`S-3`).
#[server(input = GetUrl)]
pub async fn open_survey(number: String) -> Result<SurveyScreen, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let number: SurveyNumber = number.parse().map_err(|()| Failure::Gone)?;
        let survey = db.survey(&caller, number).await?;
        Ok(SurveyScreen { survey, site: site()? })
    };
    respond(answer.await)
}

/// What the answers to a survey come to.
#[server(input = GetUrl)]
pub async fn results_of_survey(survey: SurveyId) -> Result<SurveyResults, AppError> {
    let (db, caller) = desk()?;
    let answer = async { Ok(db.survey_results(&caller, survey, &zone(&caller).await?).await?) };
    respond(answer.await)
}

#[cfg(feature = "ssr")]
async fn asked(caller: &Caller, query: &str) -> Result<ResponseRequest, AppError> {
    let pairs = pairs(query);
    let asked = ResponseRequest::from_query(|key| pairs.get_str(key));
    let dated = asked.came.is_some();
    Ok(if dated { ResponseRequest { zone: zone(caller).await?, ..asked } } else { asked })
}

/// A page of the list of answers; `query` is the query of its URL.
#[server(input = GetUrl)]
pub async fn list_responses(query: String) -> Result<Page<ResponseSeen>, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let asked = asked(&caller, &query).await?;
        Ok(db.response_page(&caller, &asked).await?)
    };
    respond(answer.await)
}

/// How many answers the list of a URL has; without `exact` the count stops at a cap.
#[server(input = GetUrl)]
pub async fn count_responses(query: String, exact: bool) -> Result<Count, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let asked = asked(&caller, &query).await?;
        Ok(db.response_count(&caller, &asked, exact).await?)
    };
    respond(answer.await)
}

/// What a customer answered, and the surveys they can be asked by.
#[server(input = GetUrl)]
pub async fn surveys_of_account(account: String) -> Result<AccountSurveys, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let account: AccountNumber = account.parse().map_err(|()| Failure::Gone)?;
        let answers = db.survey_answers_of(&caller, account).await?;
        Ok(AccountSurveys { answers, open: db.open_surveys(&caller).await? })
    };
    respond(answer.await)
}

/// Makes a survey, or changes the one with the id that was looked at as `seen`; answers with its number and leads to its
/// page. The same operation sent again changes nothing more.
#[server]
pub async fn save_survey(
    operation: OperationId,
    #[server(default)] id: String,
    #[server(default)] seen: i64,
    form: SurveyForm,
) -> Result<SurveyNumber, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let draft = form.parse().map_err(Failure::Invalid)?;
        let known = match id.as_str() {
            "" => None,
            id => Some((id.parse().map_err(|_| Failure::Gone)?, Version(seen))),
        };
        let zone = zone(&caller).await?;
        let number =
            store::retry(|| db.put_survey(&caller, operation, known, &draft, &zone)).await?;
        leptos_axum::redirect(&super::address::of(number));
        Ok(number)
    };
    respond(answer.await)
}

/// The page that customers would see of what is being written, in a language: nothing is stored.
#[server(input = Json)]
pub async fn preview_survey(form: SurveyForm, lang: String) -> Result<String, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        policy::check(&caller, Action::Edit, Object::Survey)?;
        let lang = Lang::from_tag(&lang).unwrap_or(caller.lang);
        let organisation = db.organisation(&caller).await?;
        let shown = AnswerPage {
            lang,
            organisation: organisation.name(lang),
            survey: &form.as_typed(),
            is_personal: false,
            typed: &Typed::default(),
            errors: &FormErrors::default(),
            notice: None,
            is_preview: true,
        };
        Ok(shown.html())
    };
    respond(answer.await)
}

/// Opens a survey for answers, or closes it.
#[server]
pub async fn set_survey_status(
    id: SurveyId,
    seen: Version,
    status: SurveyStatus,
) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.set_survey_status(&caller, id, seen, status)).await;
    respond(answer.map_err(AppError::from))
}

/// Takes a survey off the lists, or puts it back.
#[server(input = Json)]
pub async fn delete_survey(id: SurveyId, deleted: bool) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.delete_survey(&caller, id, deleted)).await;
    respond(answer.map_err(AppError::from))
}

/// Makes a link by which one customer answers once; answers with its whole address. Without scripts it leads to the page of
/// the survey, which shows it.
#[server]
pub async fn make_survey_link(
    id: SurveyId,
    number: SurveyNumber,
    #[server(default)] account: String,
) -> Result<String, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let unknown = || Failure::field("account", domain::field::FieldError::Unknown);
        let customer: AccountNumber = account.parse().map_err(|()| unknown())?;
        let token = store::retry(|| db.make_survey_link(&caller, id, customer)).await?;
        let path = Survey::path(&token.text());
        if is_plain() {
            let query =
                crate::frame::address::query([("made", path.as_str()), ("account", &account)]);
            leptos_axum::redirect(&format!("{}?{query}", super::address::of(number)));
        }
        Ok(format!("{}{path}", site()?))
    };
    respond(answer.await)
}

/// Takes an answer that waits to be looked at, or does not take it.
#[server]
pub async fn decide_response(id: ResponseId, accept: bool) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let (policy, zone) = (db.service_policy(&caller).await?.0, zone(&caller).await?);
        let counting = Counting { policy: &policy, zone: &zone };
        Ok(store::retry(|| db.decide_response(&caller, id, accept, counting)).await?)
    };
    respond(answer.await)
}
