//! The code after the password. Until it came there is no session, only a sign-in that waits in this browser.

use super::{
    confirm::{Asked, Typed},
    sign_in::{self, Entered},
};
use crate::{
    client::Client,
    process::Shared,
    refusal::{own_path, page as html, retry_after, see_other},
    second_step, session,
};
use app::{
    entry::{CodePage, Face, ProofNotice, code_page},
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
use domain::failure::Failure;
use http::{HeaderMap, StatusCode, header};
use store::{Pending, StoreError, Subject, Way};

/// The sign-in that waits in this browser, with the hash of its cookie.
async fn waiting(
    process: &Shared,
    visit: &Visit,
    client: Client,
    headers: &HeaderMap,
) -> Result<Option<([u8; 32], Pending)>, StoreError> {
    let Some(cookie) = session::pending(headers, client.https) else { return Ok(None) };
    let hash = cookie.hash();
    let pending = process.services.db.pending_sign_in(&hash, visit.now).await?;
    Ok(pending.map(|pending| (hash, pending)))
}

/// The page.
pub async fn page(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    query: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = query.map(|Query(asked)| asked).unwrap_or_default();
    let next = own_path(&asked.next).unwrap_or_default();
    match waiting(&process, &visit, client, &headers).await {
        Ok(Some(_)) => show(&process, &visit, StatusCode::OK, next, None).await,
        Ok(None) => see_other("/login"),
        Err(error) => busy(&process, &visit, next, &error).await,
    }
}

/// The form.
pub async fn enter(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = typed.map(|Form(typed)| typed).unwrap_or_default();
    let next = own_path(&typed.next).unwrap_or_default().to_owned();
    let (hash, pending) = match waiting(&process, &visit, client, &headers).await {
        Ok(Some(waiting)) => waiting,
        Ok(None) => return see_other("/login"),
        Err(error) => return busy(&process, &visit, &next, &error).await,
    };
    match try_code(&process, &visit, client, &headers, (hash, &pending), &typed.answer).await {
        Ok(entered) => {
            let mut response = entered.go_to(if next.is_empty() { "/" } else { &next }, client);
            if let Some(cookie) = session::forget_pending(client.https) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(StoreError::Refused(Failure::RateLimited { retry_seconds })) => {
            let notice = Some(ProofNotice::Locked(retry_seconds));
            let status = StatusCode::TOO_MANY_REQUESTS;
            retry_after(show(&process, &visit, status, &next, notice).await, retry_seconds)
        }
        Err(StoreError::Refused(Failure::SignedOut)) => {
            let via = session::via(client, &headers);
            let noted = process.services.db.note_failed_sign_in(Some(pending.user), via, visit.now);
            if let Err(error) = noted.await {
                tracing::warn!(%error, reference = visit.reference, "a failed code was not noted");
            }
            let notice = Some(ProofNotice::Wrong);
            show(&process, &visit, StatusCode::UNPROCESSABLE_ENTITY, &next, notice).await
        }
        Err(error) => busy(&process, &visit, &next, &error).await,
    }
}

/// The secrets of the session that begins; [`Failure::SignedOut`] stands for every code that does not do.
async fn try_code(
    process: &Shared,
    visit: &Visit,
    client: Client,
    headers: &HeaderMap,
    (hash, pending): ([u8; 32], &Pending),
    answer: &str,
) -> Result<Entered, StoreError> {
    let db = &process.services.db;
    let tries = [Subject::second_step(pending.user)];
    store::retry(|| db.claim_try(&tries, visit.now)).await?;
    let (user, key) = (pending.user, &pending.sealed_key);
    let proof = second_step::read(&process.vault, user, key, answer, visit.now);
    let proof = proof.ok_or(Failure::SignedOut)?;
    let via = crate::session::via(client, headers);
    let caller = sign_in::caller(visit, user, &pending.name, pending.rights, via);
    let second = Some((hash, proof));
    let way = Way::Password;
    let entered = sign_in::open(process, &caller, client, headers, &[], second, way).await?;
    // Whoever this browser was before, it is not any more.
    if let Some(before) = visit.behind() {
        db.close_session(before).await?;
    }
    Ok(entered)
}

async fn show(
    process: &Shared,
    visit: &Visit,
    status: StatusCode,
    next: &str,
    notice: Option<ProofNotice>,
) -> Response {
    let face = Face::of(visit, &process.services.files);
    let organisation = process.services.db.organisation_at_the_door().await.unwrap_or_default();
    let organisation = organisation.name(visit.lang).to_owned();
    html(status, code_page(&face, &CodePage { organisation, next: next.to_owned(), notice }))
}

async fn busy(process: &Shared, visit: &Visit, next: &str, error: &StoreError) -> Response {
    if !matches!(error, StoreError::Refused(_)) {
        tracing::warn!(%error, reference = visit.reference, "a code without database");
    }
    let status = StatusCode::SERVICE_UNAVAILABLE;
    retry_after(show(process, visit, status, next, Some(ProofNotice::Busy)).await, 5)
}
