//! The way to the system that signs people in, and the way back. Whoever is not let in reads the same words whatever
//! the reason; the log has the reason.

use super::sign_in::{self, Entered, Passed};
use crate::{
    client::Client,
    guard::LeavesSite,
    process::Shared,
    provider::{NotBelieved, Trip, cookie_of, trip_of},
    refusal::{own_path, retry_after, see_other},
    session::{self, Secret},
};
use app::{entry::Notice, ssr::Visit};
use axum::{
    Extension,
    body::Body,
    extract::{Query, State, rejection::QueryRejection},
    response::Response,
};
use domain::{
    failure::Failure,
    provider::{ProviderFault, RETURN_PATH},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use store::{ProviderAccount, SealedProvider, StoreError, Way};

/// Longest code that is handed on (bytes).
const CODE_MAX: usize = 4096;

/// What the address of the way out carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Out {
    next: String,
}

/// What the address of the way back carries.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Back {
    code: String,
    state: String,
    /// Who sends back (RFC 9207); not every system says so.
    iss: String,
}

/// The address that people are sent back to: at the name they came by, which the gate knows as one of ours.
fn back_address(client: Client, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = if client.https { "https" } else { "http" };
    format!("{scheme}://{host}{RETURN_PATH}")
}

/// Sends the browser to the system that signs people in.
pub async fn leave(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    query: Result<Query<Out>, QueryRejection>,
) -> Response {
    let asked = query.map(|Query(asked)| asked).unwrap_or_default();
    let next = own_path(&asked.next).unwrap_or_default();
    if visit.caller.is_some() {
        return see_other(if next.is_empty() { "/" } else { next });
    }
    let stored = match process.services.db.provider_at_the_door().await {
        Ok(Some(stored)) => stored,
        Ok(None) => return see_other("/login"),
        Err(error) => return away(&process, &visit, next, &error.to_string()).await,
    };
    let back = back_address(client, &headers);
    match process.providers.way_out(&stored, &back, next, visit.now).await {
        Ok((address, trip)) => match sent(&process, client, &address, &trip) {
            Some(response) => response,
            None => away(&process, &visit, next, "the trip could not be kept").await,
        },
        Err(fault) => away(&process, &visit, next, &format!("{fault:?}")).await,
    }
}

fn sent(process: &Shared, client: Client, address: &str, trip: &Trip) -> Option<Response> {
    let cookie = cookie_of(&process.vault, trip)?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.extensions_mut().insert(LeavesSite);
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_str(address).ok()?);
    headers.append(header::SET_COOKIE, session::travel(&cookie, client.https)?);
    Some(response)
}

/// Takes back whom the system has sent.
pub async fn arrive(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    query: Result<Query<Back>, QueryRejection>,
) -> Response {
    let said = query.map(|Query(said)| said).unwrap_or_default();
    let trip = session::travelling(&headers, client.https)
        .and_then(|cookie| trip_of(&process.vault, cookie))
        .filter(|trip| trip.fits(&said.state, visit.now));
    let next = trip.as_ref().map(|trip| trip.next.clone()).unwrap_or_default();
    let next = own_path(&next).unwrap_or_default();
    let mut response = match try_to_arrive(&process, &visit, client, &headers, trip, &said).await {
        Ok(passed) => passed.go_on(next, client),
        Err(StoreError::Refused(Failure::SignedOut)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            sign_in::show(&process, &visit, status, "", next, Some(Notice::ProviderFailed)).await
        }
        Err(error) => away(&process, &visit, next, &error.to_string()).await,
    };
    if let Some(cookie) = session::forget_travel(client.https) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// [`Failure::SignedOut`] stands for everything that must not be told apart.
async fn try_to_arrive(
    process: &Shared,
    visit: &Visit,
    client: Client,
    headers: &HeaderMap,
    trip: Option<Trip>,
    said: &Back,
) -> Result<Passed, StoreError> {
    let db = &process.services.db;
    let refused = |why: &str| {
        tracing::warn!(why, reference = visit.reference, "a sign-in by the provider was refused");
        StoreError::from(Failure::SignedOut)
    };
    let Some(trip) = trip else {
        return Err(refused("not sent out by this browser, or too long ago"));
    };
    let state = trip.state_hash();
    if !store::retry(|| db.claim_return(&state, visit.now)).await? {
        return Err(refused("came back before"));
    }
    let stored = db.provider_at_the_door().await?.filter(|now| now.version == trip.version);
    let Some(stored) = stored else { return Err(refused("the settings have changed")) };
    let issuer = &stored.provider.issuer;
    if !said.iss.is_empty() && said.iss != *issuer {
        return Err(refused("sent back by another system"));
    }
    if said.code.is_empty() || said.code.len() > CODE_MAX {
        return Err(refused("came back without a code"));
    }
    let back = back_address(client, headers);
    let told = process.providers.way_back(&stored, &back, &trip, said.code.clone()).await;
    let told = match told {
        Ok(told) => told,
        Err(NotBelieved::Provider(fault)) if fault != ProviderFault::Unfit => {
            tracing::warn!(?fault, reference = visit.reference, "the provider does not answer");
            return Err(Failure::Unavailable.into());
        }
        Err(why) => {
            let via = session::via(client, headers);
            store::retry(|| db.note_failed_sign_in(None, via, visit.now)).await?;
            return Err(refused(&why.to_string()));
        }
    };
    let account = ProviderAccount { issuer, subject: &told.subject };
    let who = db.arriving(account, told.verified_email.as_deref()).await?;
    let user = who.as_ref().map(|who| who.user);
    let Some(who) = who.filter(|who| !who.disabled) else {
        let via = session::via(client, headers);
        store::retry(|| db.note_failed_sign_in(user, via, visit.now)).await?;
        return Err(refused(match (user, &told.verified_email) {
            (Some(_), _) => "the user is switched off",
            (None, Some(_)) => "nobody here has that e-mail address, or came by another account",
            (None, None) => "the provider has not verified the e-mail address",
        }));
    };
    enter(process, visit, client, headers, &stored, account, &who).await
}

async fn enter(
    process: &Shared,
    visit: &Visit,
    client: Client,
    headers: &HeaderMap,
    stored: &SealedProvider,
    account: ProviderAccount<'_>,
    who: &store::Arriving,
) -> Result<Passed, StoreError> {
    let db = &process.services.db;
    let vouched = stored.provider.checks_second_step;
    if who.second_step && !vouched {
        let cookie = Secret::new().ok_or(Failure::Unavailable)?;
        let hash = cookie.hash();
        store::retry(|| db.await_code_of_arrived(&hash, who, account, visit.now)).await?;
        return Ok(Passed::Waits(cookie));
    }
    let via = session::via(client, headers);
    let caller = sign_in::caller(visit, who.user, &who.name, &who.rights, via);
    // Whoever this browser was before, it is not any more.
    if let Some(before) = visit.person() {
        db.close_session(before).await?;
    }
    let way = Way::Provider { account, vouched };
    let entered: Entered = sign_in::open(process, &caller, client, headers, &[], None, way).await?;
    Ok(Passed::In(entered))
}

async fn away(process: &Shared, visit: &Visit, next: &str, why: &str) -> Response {
    tracing::warn!(why, reference = visit.reference, "the provider cannot be asked");
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let notice = Some(Notice::ProviderAway);
    retry_after(sign_in::show(process, visit, status, "", next, notice).await, 30)
}
