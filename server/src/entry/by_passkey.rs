//! Signing in by a passkey, the second step by one, and the fresh proof by one. Whoever is not let in reads the same
//! words whatever the reason; the log has the reason.

use super::{code, confirm, sign_in};
use crate::{
    client::Client,
    passkey::{Ceremony, Party},
    process::Shared,
    refusal::{line, own_path, retry_after, see_other},
    session,
};
use app::{
    entry::{Notice, PasskeysHere, ProofNotice},
    ssr::Visit,
};
use axum::{
    Extension, Form,
    extract::{State, rejection::FormRejection},
    response::Response,
};
use domain::{failure::Failure, id::UserId, passkey::Purpose, policy::Proof};
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use serde::Deserialize;
use serde_json::Value;
use store::{SecondProof, StoreError, StoredPasskey, Subject, Way};

/// What the forms send: ticket and answer in one field.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    answer: String,
    next: String,
}

/// What a browser is asked, or why it is not.
pub(super) fn asked(visit: &Visit, question: Result<Value, StoreError>) -> Response {
    match question {
        Ok(question) => {
            let mut response = line(StatusCode::OK, &question.to_string());
            let kind = HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response
        }
        Err(StoreError::Refused(Failure::RateLimited { retry_seconds })) => {
            let limited = line(StatusCode::TOO_MANY_REQUESTS, "Too many tries.");
            retry_after(limited, retry_seconds)
        }
        Err(StoreError::Refused(failure)) => {
            let status = StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::FORBIDDEN);
            line(status, "Not now.")
        }
        Err(error) => {
            tracing::warn!(%error, reference = visit.reference, "no question about a passkey");
            retry_after(line(StatusCode::SERVICE_UNAVAILABLE, "Try again in a moment."), 5)
        }
    }
}

/// Here are no passkeys.
pub(super) fn none_here() -> StoreError {
    Failure::Gone.into()
}

/// Somebody's passkeys for this name, unless there is none: asked for no one in particular, a browser would offer
/// anybody's.
fn usable(these: Vec<StoredPasskey>) -> Result<Vec<StoredPasskey>, StoreError> {
    if these.is_empty() { Err(none_here()) } else { Ok(these) }
}

/// What the passkeys of `user`, who is asked for a proof `by`, are good for at the address they come by. Where that
/// cannot be read none is offered: a recovery code always works.
pub(super) async fn passkeys_here(
    process: &Shared,
    visit: &Visit,
    user: UserId,
    by: Proof,
) -> PasskeysHere {
    if !by.takes_passkey() {
        return PasskeysHere::None;
    }
    let hosts = process.services.db.passkey_hosts(user).await.unwrap_or_default();
    match &visit.passkey_host {
        Some(here) if hosts.contains(here) => PasskeysHere::Asked,
        _ if hosts.is_empty() => PasskeysHere::None,
        _ => PasskeysHere::Elsewhere(hosts),
    }
}

/// Asks for any passkey. Nobody is named, so nothing tells who there is.
pub async fn ask(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Response {
    let question = async {
        let party = Party::at(client, &headers).ok_or_else(none_here)?;
        at_the_door(&process, &party).ask(party.ask_to_use(&[]), visit.now).await
    };
    asked(&visit, question.await)
}

fn at_the_door<'a>(process: &'a Shared, party: &'a Party) -> Ceremony<'a> {
    let db = &process.services.db;
    Ceremony { db, party, purpose: Purpose::Enter, bound_to: Vec::new() }
}

/// Signs in.
pub async fn enter(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = typed.map(|Form(typed)| typed).unwrap_or_default();
    let next = own_path(&typed.next).unwrap_or_default();
    let (status, notice, seconds) =
        match try_to_enter(&process, &visit, client, &headers, &typed.answer).await {
            Ok(entered) => return entered.go_to(if next.is_empty() { "/" } else { next }, client),
            Err(StoreError::Refused(Failure::RateLimited { retry_seconds })) => {
                let notice = Notice::Locked(retry_seconds);
                (StatusCode::TOO_MANY_REQUESTS, notice, Some(retry_seconds))
            }
            Err(StoreError::Refused(Failure::SignedOut)) => {
                (StatusCode::UNPROCESSABLE_ENTITY, Notice::PasskeyFailed, None)
            }
            Err(error) => {
                tracing::warn!(%error, reference = visit.reference, "no sign-in by a passkey");
                (StatusCode::SERVICE_UNAVAILABLE, Notice::Busy, Some(5))
            }
        };
    let shown = sign_in::show(&process, &visit, status, "", next, Some(notice)).await;
    match seconds {
        Some(seconds) => retry_after(shown, seconds),
        None => shown,
    }
}

/// [`Failure::SignedOut`] stands for everything that must not be told apart.
async fn try_to_enter(
    process: &Shared,
    visit: &Visit,
    client: Client,
    headers: &HeaderMap,
    typed: &str,
) -> Result<sign_in::Entered, StoreError> {
    let db = &process.services.db;
    let party = Party::at(client, headers).ok_or(Failure::SignedOut)?;
    let tries = [Subject::address(client.address)];
    store::retry(|| db.claim_try(&tries, visit.now)).await?;
    let via = session::via(client, headers);
    let (holder, used) = match at_the_door(process, &party).proved(typed, None, visit.now).await {
        Ok(proved) => proved,
        Err((user, error)) => {
            if matches!(error, StoreError::Refused(Failure::SignedOut)) {
                store::retry(|| db.note_failed_sign_in(user, via, visit.now)).await?;
            }
            return Err(error);
        }
    };
    let user = holder.passkey.user;
    let caller = sign_in::caller(visit, user, &holder.name, &holder.rights, via);
    let way = Way::Passkey(used);
    let entered = sign_in::open(process, &caller, client, headers, &tries, None, way).await?;
    // Whoever this browser was before, it is not any more.
    if let Some(before) = visit.behind() {
        db.close_session(before).await?;
    }
    Ok(entered)
}

/// Asks for one of the passkeys of whoever gave the password.
pub async fn ask_after_password(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Response {
    let question = async {
        let party = Party::at(client, &headers).ok_or_else(none_here)?;
        let waiting = code::waiting(&process, &visit, client, &headers).await?;
        let (hash, pending) = waiting.ok_or(Failure::SignedOut)?;
        let db = &process.services.db;
        let these = usable(db.passkeys_at(pending.user, &party.host).await?)?;
        let bound_to = hash.to_vec();
        let ceremony = Ceremony { db, party: &party, purpose: Purpose::SecondStep, bound_to };
        ceremony.ask(party.ask_to_use(&these), visit.now).await
    };
    asked(&visit, question.await)
}

/// The second step.
pub async fn enter_after_password(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = typed.map(|Form(typed)| typed).unwrap_or_default();
    let next = own_path(&typed.next).unwrap_or_default();
    let proof = async |hash: &[u8; 32], pending: &store::Pending| {
        let party = Party::at(client, &headers).ok_or(Failure::SignedOut)?;
        let db = &process.services.db;
        let bound_to = hash.to_vec();
        let ceremony = Ceremony { db, party: &party, purpose: Purpose::SecondStep, bound_to };
        let proved = ceremony.proved(&typed.answer, Some(pending.user), visit.now).await;
        let (_, used) = proved.map_err(|(_, error)| error)?;
        Ok(SecondProof::Passkey(used))
    };
    code::enter_by(&process, &visit, client, &headers, next, ProofNotice::WrongPasskey, proof).await
}

/// Asks for one of one's own passkeys, to prove who one is.
pub async fn ask_to_confirm(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Response {
    let question = async {
        let caller = visit.person().ok_or(Failure::SignedOut)?;
        let party = Party::at(client, &headers).ok_or_else(none_here)?;
        let db = &process.services.db;
        let these = usable(db.passkeys_at(caller.user, &party.host).await?)?;
        let ceremony = Ceremony::of_session(db, &party, Purpose::Confirm, caller);
        ceremony.ask(party.ask_to_use(&these), visit.now).await
    };
    asked(&visit, question.await)
}

/// The fresh proof.
pub async fn confirm(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    request: Parts,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = typed.map(|Form(typed)| typed).unwrap_or_default();
    let Some(caller) = visit.person() else { return see_other("/login") };
    let identity = &process.services.identity;
    let told = identity.confirm_by_passkey(caller.clone(), &request, typed.answer).await;
    confirm::told(&process, &visit, caller, &typed.next, ProofNotice::WrongPasskey, told).await
}
