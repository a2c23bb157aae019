//! What colleagues need of a survey's public page: how it will look, its code, and the sheet with the code to put up.

use super::{Asked, organisation, told};
use crate::{
    client::Client,
    inventory::Kind,
    process::Shared,
    refusal::{self, refuse},
};
use app::{
    entry::Face,
    qr::Code,
    ssr::{Visit, site_address},
    surveys::answer::{AnswerPage, Typed, poster_page},
};
use axum::{
    Extension,
    body::Body,
    extract::{Path, Query, State},
    response::Response,
};
use domain::{failure::Failure, field::FormErrors, lang::Lang, survey::Survey};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use store::StoreError;

/// The survey of a number, for who is signed in.
async fn survey(process: &Shared, visit: &Visit, number: &str) -> Result<Survey, StoreError> {
    let caller = visit.caller.as_ref().ok_or(Failure::SignedOut)?;
    let number = number.parse().map_err(|()| Failure::Gone)?;
    process.services.db.survey(caller, number).await
}

fn refused(process: &Shared, visit: &Visit, error: StoreError) -> Response {
    let failure = match error {
        StoreError::Refused(failure) => failure,
        other => {
            tracing::warn!(error = %other, reference = visit.reference, "a survey could not be shown");
            Failure::Unavailable
        }
    };
    let face = Face::of(visit, &process.services.files);
    let asked = refusal::Asked { kind: Kind::Form, html: true, face };
    refuse(
        &asked,
        StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::NOT_FOUND),
        &failure,
    )
}

/// The language asked for in the address, or that of whoever looks.
fn lang(asked: &Asked, visit: &Visit) -> Lang {
    Lang::from_tag(&asked.lang).unwrap_or(visit.lang)
}

/// How the page looks to customers; nothing can be sent from it.
pub async fn preview(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let survey = match survey(&process, &visit, &number).await {
        Ok(survey) => survey,
        Err(error) => return refused(&process, &visit, error),
    };
    let lang = lang(&asked, &visit);
    let shown = AnswerPage {
        lang,
        organisation: &organisation(&process, lang).await,
        survey: &survey,
        is_personal: false,
        typed: &Typed::default(),
        errors: &FormErrors::default(),
        notice: None,
        is_preview: true,
    };
    told(StatusCode::OK, shown.html())
}

/// The address that a code of a survey leads to.
fn address(headers: &HeaderMap, client: Client, survey: &Survey) -> String {
    let site = site_address(headers, client.https);
    format!("{site}{}?via=code", Survey::path(&survey.token))
}

fn drawn(headers: &HeaderMap, client: Client, survey: &Survey) -> Result<Code, StoreError> {
    Code::of(&address(headers, client, survey)).ok_or_else(|| Failure::Unavailable.into())
}

/// The code of a survey as a drawing.
pub async fn picture(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Response {
    let found = survey(&process, &visit, &number).await;
    let drawn = match found.and_then(|survey| drawn(&headers, client, &survey)) {
        Ok(code) => code,
        Err(error) => return refused(&process, &visit, error),
    };
    let mut response = Response::new(Body::from(drawn.svg("QR").into_string()));
    let kind = HeaderValue::from_static("image/svg+xml");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// The sheet to be printed.
pub async fn poster(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let found = survey(&process, &visit, &number).await;
    let found = found.and_then(|survey| Ok((drawn(&headers, client, &survey)?, survey)));
    let (code, survey) = match found {
        Ok(found) => found,
        Err(error) => return refused(&process, &visit, error),
    };
    let lang = lang(&asked, &visit);
    let site = site_address(&headers, client.https);
    let address = format!("{site}{}", Survey::path(&survey.token));
    let name = organisation(&process, lang).await;
    told(StatusCode::OK, poster_page(lang, &name, &survey, &address, &code))
}
