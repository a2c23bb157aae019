//! The public page of a survey: open to whoever has its link. It knows nobody: no session is looked up, no cookie read or
//! set, and what is sent is taken whatever page it comes from, because it can do no more than anybody with the link can.
//! Opening it writes nothing.

pub mod office;
mod stamp;

use crate::{
    client::Client,
    clock,
    gate::TooOften,
    process::Shared,
    rates::Who,
    refusal::{page, retry_after, see_other},
};
use app::error::AppError;
use app::surveys::answer::{AnswerNotice, AnswerPage, STYLE, Typed, no_answers_page, thanks_page};
use axum::{
    Extension, Form,
    extract::{Path, Query, State, rejection::FormRejection},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    case::Counting,
    failure::Failure,
    field::FormErrors,
    id::OperationId,
    lang::Lang,
    organisation::Organisation,
    survey::{Doubt, field_name, read_answers},
    time::Instant,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;
use store::{Answered, StoreError, Submission, ToAnswer};
use uuid::Uuid;

/// Where whoever answered is led.
const THANKS: &str = "/s/thanks";

/// The source that a policy names to allow the style of these pages.
pub static STYLE_SOURCE: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!("'sha256-{hash}'")
});

/// The policy of these pages: their own style by its hash, a form that is sent here, and nothing else.
static POLICY: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    let style = STYLE_SOURCE.as_str();
    HeaderValue::from_str(&format!(
        "default-src 'none'; style-src {style}; img-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'; report-to csp"
    ))
    .ok()
});

/// What the address of the page says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    lang: String,
    via: String,
    score: String,
}

impl Asked {
    fn lang(&self, headers: &HeaderMap) -> Lang {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Lang::from_tag(&self.lang).unwrap_or_else(|| Lang::negotiate(accepted.unwrap_or_default()))
    }

    fn by_code(&self) -> bool {
        self.via == "code"
    }
}

/// A page of these, which no other site learns the address of and nobody keeps.
fn told(status: StatusCode, html: String) -> Response {
    let mut response = page(status, html);
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Some(policy) = POLICY.clone() {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Who asks, as the page of a language names them.
async fn organisation(process: &Shared, lang: Lang) -> String {
    let known = process.services.db.organisation_at_the_door().await;
    let organisation: Organisation = known.unwrap_or_default();
    organisation.name(lang).to_owned()
}

/// What stands in the place of a survey that cannot be shown.
async fn refused(process: &Shared, lang: Lang, error: &StoreError) -> Response {
    if matches!(error, StoreError::Refused(_)) {
        let name = organisation(process, lang).await;
        return told(StatusCode::NOT_FOUND, no_answers_page(lang, &name));
    }
    tracing::warn!(%error, "a survey could not be shown");
    let line =
        crate::refusal::line(StatusCode::SERVICE_UNAVAILABLE, &Failure::Unavailable.to_string());
    retry_after(line, 5)
}

/// The thanks for an answer: the same page after every answer.
pub async fn thanks(
    State(process): State<Shared>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let lang = asked.lang(&headers);
    told(StatusCode::OK, thanks_page(lang, &organisation(&process, lang).await))
}

/// The page of a survey.
pub async fn show(
    State(process): State<Shared>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let lang = asked.lang(&headers);
    let now = clock::now();
    let found = match process.services.db.survey_to_answer(&token, now).await {
        Ok(found) => found,
        Err(error) => return refused(&process, lang, &error).await,
    };
    let mut typed = Typed {
        operation: Uuid::now_v7().to_string(),
        stamp: stamp::write(&process.vault, &token, now).unwrap_or_default(),
        by_code: asked.by_code(),
        ..Typed::default()
    };
    // A score in a link out of a mail is chosen already; programs that look at links answer nothing by it.
    if let Some(place) =
        found.survey.questions.iter().position(|asked| asked.kind.scale().is_some())
    {
        typed.sent.insert(field_name(place), vec![asked.score]);
    }
    form(&process, lang, &found, &typed, &FormErrors::default(), None, StatusCode::OK).await
}

async fn form(
    process: &Shared,
    lang: Lang,
    found: &ToAnswer,
    typed: &Typed,
    errors: &FormErrors,
    notice: Option<AnswerNotice>,
    status: StatusCode,
) -> Response {
    let organisation = organisation(process, lang).await;
    let shown = AnswerPage {
        lang,
        organisation: &organisation,
        survey: &found.survey,
        is_personal: found.is_personal,
        typed,
        errors,
        notice,
        is_preview: false,
    };
    let response = told(status, shown.html());
    match notice {
        Some(AnswerNotice::TooOften(wait)) => retry_after(response, wait),
        Some(AnswerNotice::Away) => retry_after(response, 5),
        _ => response,
    }
}

/// What was sent, field by field.
fn read(pairs: Vec<(String, String)>, by_code: bool) -> (Typed, bool) {
    let mut typed = Typed { by_code, ..Typed::default() };
    let mut trapped = false;
    for (name, value) in pairs {
        match &*name {
            "operation" => typed.operation = value,
            "stamp" => typed.stamp = value,
            "website" => trapped |= !value.is_empty(),
            _ => typed.sent.entry(name).or_default().push(value),
        }
    }
    (typed, trapped)
}

/// Takes an answer.
pub async fn answer(
    State(process): State<Shared>,
    Extension(client): Extension<Client>,
    too_often: Option<Extension<TooOften>>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    sent: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let pairs = match sent {
        Ok(Form(pairs)) => pairs,
        Err(rejection) => return rejection.into_response(),
    };
    let lang = asked.lang(&headers);
    let now = clock::now();
    let (mut typed, trapped) = read(pairs, asked.by_code());
    let attempt = typed.operation.parse::<OperationId>().ok();
    let found = match process.services.db.survey_to_answer(&token, now).await {
        Ok(found) => found,
        // The same answer sent twice finds its link used up by itself.
        Err(StoreError::Refused(Failure::Gone)) => {
            // Whoever tries many links learns no more about them.
            if let Some(Extension(TooOften(wait))) = too_often {
                let name = organisation(&process, lang).await;
                let html = no_answers_page(lang, &name);
                return retry_after(told(StatusCode::TOO_MANY_REQUESTS, html), wait);
            }
            return match before(&process, &token, attempt, lang).await {
                Some(response) => response,
                None => refused(&process, lang, &Failure::Gone.into()).await,
            };
        }
        Err(error) => return refused(&process, lang, &error).await,
    };
    let who = Who::new(None, client.address);
    let none = FormErrors::default();
    if let Some(Extension(TooOften(wait))) = too_often {
        let notice = Some(AnswerNotice::TooOften(wait));
        return form(&process, lang, &found, &typed, &none, notice, StatusCode::TOO_MANY_REQUESTS)
            .await;
    }
    let Some(attempt) = attempt else {
        typed.operation = Uuid::now_v7().to_string();
        let notice = Some(AnswerNotice::Again);
        return form(
            &process,
            lang,
            &found,
            &typed,
            &none,
            notice,
            StatusCode::UNPROCESSABLE_ENTITY,
        )
        .await;
    };
    let answers = read_answers(&found.survey.questions, |place| {
        typed.sent.get(&field_name(place)).cloned().unwrap_or_default()
    });
    let answers = match answers {
        Ok(answers) => answers,
        Err(errors) => {
            let notice = Some(AnswerNotice::LookAgain);
            return form(
                &process,
                lang,
                &found,
                &typed,
                &errors,
                notice,
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await;
        }
    };
    // Only whole answers count against the survey: else whoever sends nonsense would keep everybody else out.
    if let Some(wait) =
        process.rates.as_ref().and_then(|rates| rates.count_form(found.survey.id).err())
    {
        let notice = Some(AnswerNotice::TooOften(wait));
        return form(&process, lang, &found, &typed, &none, notice, StatusCode::TOO_MANY_REQUESTS)
            .await;
    }
    let often =
        process.rates.as_ref().is_some_and(|rates| rates.count_answers(found.survey.id, who));
    let doubt = doubt(&process, &token, &typed, trapped, often, now);
    let submission = Submission { answers, lang, by_code: typed.by_code, doubt };
    let db = &process.services.db;
    let system = process.itself();
    let service = async {
        let (policy, _) = db.service_policy(&system).await?;
        Ok::<_, AppError>((policy, process.services.zone_of(&system).await?))
    };
    let Ok((policy, zone)) = service.await else {
        let notice = Some(AnswerNotice::Away);
        return form(
            &process,
            lang,
            &found,
            &typed,
            &none,
            notice,
            StatusCode::SERVICE_UNAVAILABLE,
        )
        .await;
    };
    let counting = Counting { policy: &policy, zone: &zone };
    match store::retry(|| db.answer_survey(&token, attempt, &submission, counting, now)).await {
        Ok(Answered::Taken | Answered::Waits | Answered::Before | Answered::Dropped) => {
            to_thanks(lang)
        }
        Err(error @ StoreError::Refused(_)) => refused(&process, lang, &error).await,
        Err(error) => {
            tracing::warn!(%error, "an answer was not stored");
            let notice = Some(AnswerNotice::Away);
            form(&process, lang, &found, &typed, &none, notice, StatusCode::SERVICE_UNAVAILABLE)
                .await
        }
    }
}

/// Thanks whoever sent an answer before by a link that takes no more since.
async fn before(
    process: &Shared,
    token: &str,
    attempt: Option<OperationId>,
    lang: Lang,
) -> Option<Response> {
    let known = process.services.db.was_answered(token, attempt?).await.ok()?;
    known.then(|| to_thanks(lang))
}

/// Why an answer is to be looked at before it counts, if it is.
fn doubt(
    process: &Shared,
    token: &str,
    typed: &Typed,
    trapped: bool,
    often: bool,
    now: Instant,
) -> Option<Doubt> {
    if trapped {
        return Some(Doubt::Trap);
    }
    match stamp::read(&process.vault, token, &typed.stamp) {
        None => Some(Doubt::Stamp),
        Some(opened) if now.0 - opened.0 < stamp::SOONEST => Some(Doubt::Fast),
        Some(_) => often.then_some(Doubt::Often),
    }
}

fn to_thanks(lang: Lang) -> Response {
    let mut response = see_other(&format!("{THANKS}?lang={}", lang.tag()));
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
