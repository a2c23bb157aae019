//! The proof that is asked for before what is worth most to a thief of an open session: the page for browsers without
//! script, and for downloads.

use super::by_passkey::passkeys_here;
use crate::{
    process::Shared,
    refusal::{own_path, page as html, page_with_script, retry_after, see_other},
};
use app::{
    entry::{ConfirmPage, Face, PasskeysHere, ProofNotice, confirm_page, download_page},
    ssr::Visit,
};
use axum::{
    Extension, Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    response::Response,
};
use domain::{failure::Failure, policy::Caller};
use http::StatusCode;
use serde::Deserialize;
use store::{Secret, StoreError};

/// What the address of the page carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub(super) next: String,
}

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub(super) answer: String,
    pub(super) next: String,
}

/// The page.
pub async fn page(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = query.map(|Query(asked)| asked).unwrap_or_default();
    let Some(caller) = visit.person() else { return see_other("/login") };
    show(&process, &visit, caller, StatusCode::OK, path(&asked.next), None).await
}

/// The form.
pub async fn confirm(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = typed.map(|Form(typed)| typed).unwrap_or_default();
    let Some(caller) = visit.person() else { return see_other("/login") };
    let told_by = process.services.identity.confirm(caller.clone(), typed.answer).await;
    told(&process, &visit, caller, &typed.next, ProofNotice::Wrong, told_by).await
}

/// The answer to a proof; `wrong` says that it was none.
pub(super) async fn told(
    process: &Shared,
    visit: &Visit,
    caller: &Caller,
    next: &str,
    wrong: ProofNotice,
    told: Result<Secret, StoreError>,
) -> Response {
    let next = path(next);
    let told = told.map(|secret| visit.renew_cookie(secret));
    match told {
        Ok(()) if next.starts_with("/export/") => {
            html(StatusCode::OK, download_page(&Face::of(visit, &process.services.files), next))
        }
        Ok(()) => see_other(next),
        Err(StoreError::Refused(Failure::Invalid(_))) => {
            show(process, visit, caller, StatusCode::UNPROCESSABLE_ENTITY, next, Some(wrong)).await
        }
        Err(StoreError::Refused(Failure::RateLimited { retry_seconds })) => {
            let notice = Some(ProofNotice::Locked(retry_seconds));
            let status = StatusCode::TOO_MANY_REQUESTS;
            retry_after(show(process, visit, caller, status, next, notice).await, retry_seconds)
        }
        Err(error) => {
            if !matches!(error, StoreError::Refused(_)) {
                tracing::warn!(%error, reference = visit.reference, "a proof without database");
            }
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let notice = Some(ProofNotice::Busy);
            retry_after(show(process, visit, caller, status, next, notice).await, 5)
        }
    }
}

fn path(next: &str) -> &str {
    own_path(next).unwrap_or("/")
}

async fn show(
    process: &Shared,
    visit: &Visit,
    caller: &Caller,
    status: StatusCode,
    next: &str,
    notice: Option<ProofNotice>,
) -> Response {
    let face = Face::of(visit, &process.services.files);
    let by = caller.confirmed.by;
    let passkeys = passkeys_here(process, visit, caller.user, by).await;
    let script = passkeys == PasskeysHere::Asked;
    let page = ConfirmPage { by, passkeys, next: next.to_owned(), notice };
    let shown = confirm_page(&face, &page);
    if script { page_with_script(status, shown) } else { html(status, shown) }
}
