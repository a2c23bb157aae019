//! The server function that takes a fresh proof of who somebody is.

use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use crate::ssr::{caller, request, respond, services, visit};

/// Takes the password, or a code of the second step; what asked for it is done again then.
#[server(input = Json)]
pub async fn confirm_identity(answer: String) -> Result<(), AppError> {
    let caller = caller()?;
    let identity = services()?.identity;
    let visit = visit()?;
    let renewed = identity.confirm(caller, answer).await;
    respond(renewed.map(|secret| visit.renew_cookie(secret)).map_err(AppError::from))
}

/// Takes what the browser says about a passkey of one's own.
#[server(input = Json)]
pub async fn confirm_by_passkey(answer: String) -> Result<(), AppError> {
    let caller = caller()?;
    let identity = services()?.identity;
    let request = request()?;
    let visit = visit()?;
    let renewed = identity.confirm_by_passkey(caller, &request, answer).await;
    respond(renewed.map(|secret| visit.renew_cookie(secret)).map_err(AppError::from))
}
