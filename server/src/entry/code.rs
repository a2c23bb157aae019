//! The code after the password. Until it came there is no session, only a sign-in that waits in this browser.

use super::{
    by_passkey::passkeys_here,
    confirm::{Asked, Typed},
    sign_in::{self, Entered},
};
use crate::{
    client::Client,
    process::Shared,
    refusal::{own_path, page as html, page_with_script, retry_after, see_other},
    second_step, session,
};
use app::{
    entry::{CodePage, Face, PasskeysHere, ProofNotice, code_page},
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
use domain::{failure::Failure, policy::Proof};
use http::{HeaderMap, StatusCode, header};
use store::{Pending, SecondProof, StoreError, Subject, Way};

/// The sign-in that waits in this browser, with the hash of its cookie.
pub(super) async fn waiting(
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
        Ok(Some((_, pending))) => {
            show(&process, &visit, Some(&pending), StatusCode::OK, next, None).await
        }
        Ok(None) => see_other("/login"),
        Err(error) => busy(&process, &visit, None, next, &error).await,
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
    let next = own_path(&typed.next).unwrap_or_default();
    let proof = async |_: &[u8; 32], pending: &Pending| {
        let (user, key) = (pending.user, pending.sealed_key.as_deref());
        let proof = second_step::read(&process.vault, user, key, &typed.answer, visit.now);
        Ok(proof.ok_or(Failure::SignedOut)?)
    };
    enter_by(&process, &visit, client, &headers, next, ProofNotice::Wrong, proof).await
}

/// Lets the sign-in that waits in this browser pass by what `proof` finds, which is asked after the try was counted;
/// [`Failure::SignedOut`] stands for everything that does not do, and `wrong` says so.
pub(super) async fn enter_by(
    process: &Shared,
    visit: &Visit,
    client: Client,
    headers: &HeaderMap,
    next: &str,
    wrong: ProofNotice,
    proof: impl AsyncFnOnce(&[u8; 32], &Pending) -> Result<SecondProof, StoreError>,
) -> Response {
    let (hash, pending) = match waiting(process, visit, client, headers).await {
        Ok(Some(waiting)) => waiting,
        Ok(None) => return see_other("/login"),
        Err(error) => return busy(process, visit, None, next, &error).await,
    };
    match try_proof(process, visit, client, headers, (hash, &pending), proof).await {
        Ok(entered) => {
            let mut response = entered.go_to(if next.is_empty() { "/" } else { next }, client);
            if let Some(cookie) = session::forget_pending(client.https) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(StoreError::Refused(Failure::RateLimited { retry_seconds })) => {
            let notice = Some(ProofNotice::Locked(retry_seconds));
            let status = StatusCode::TOO_MANY_REQUESTS;
            let shown = show(process, visit, Some(&pending), status, next, notice).await;
            retry_after(shown, retry_seconds)
        }
        Err(StoreError::Refused(Failure::SignedOut)) => {
            let via = session::via(client, headers);
            let noted = process.services.db.note_failed_sign_in(Some(pending.user), via, visit.now);
            if let Err(error) = noted.await {
                tracing::warn!(%error, reference = visit.reference, "a failed code was not noted");
            }
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            show(process, visit, Some(&pending), status, next, Some(wrong)).await
        }
        Err(error) => busy(process, visit, Some(&pending), next, &error).await,
    }
}

/// The secrets of the session that begins.
async fn try_proof(
    process: &Shared,
    visit: &Visit,
    client: Client,
    headers: &HeaderMap,
    (hash, pending): ([u8; 32], &Pending),
    proof: impl AsyncFnOnce(&[u8; 32], &Pending) -> Result<SecondProof, StoreError>,
) -> Result<Entered, StoreError> {
    let db = &process.services.db;
    let tries = [Subject::second_step(pending.user)];
    store::retry(|| db.claim_try(&tries, visit.now)).await?;
    let proof = proof(&hash, pending).await?;
    let via = session::via(client, headers);
    let caller = sign_in::caller(visit, pending.user, &pending.name, &pending.rights, via);
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
    pending: Option<&Pending>,
    status: StatusCode,
    next: &str,
    notice: Option<ProofNotice>,
) -> Response {
    let face = Face::of(visit, &process.services.files);
    let organisation = process.services.db.organisation_at_the_door().await.unwrap_or_default();
    let organisation = organisation.name(visit.lang).to_owned();
    // Where it could not be read what there is, a code is asked for: a recovery code always works.
    let by = pending
        .map_or(Proof::Code, |pending| Proof::of(pending.sealed_key.is_some(), pending.passkeys));
    let passkeys = match pending {
        Some(pending) => passkeys_here(process, visit, pending.user, by).await,
        None => PasskeysHere::None,
    };
    let script = passkeys == PasskeysHere::Asked;
    let page = CodePage { organisation, by, passkeys, next: next.to_owned(), notice };
    let shown = code_page(&face, &page);
    if script { page_with_script(status, shown) } else { html(status, shown) }
}

async fn busy(
    process: &Shared,
    visit: &Visit,
    pending: Option<&Pending>,
    next: &str,
    error: &StoreError,
) -> Response {
    if !matches!(error, StoreError::Refused(_)) {
        tracing::warn!(%error, reference = visit.reference, "a code without database");
    }
    let status = StatusCode::SERVICE_UNAVAILABLE;
    retry_after(show(process, visit, pending, status, next, Some(ProofNotice::Busy)).await, 5)
}
