//! Server functions that change several records of a list in one step, and take that back.

use crate::error::AppError;
use domain::{
    at_once::{Reassigned, Tagged},
    bin::BinKind,
    id::{AccountId, UserId},
};
use leptos::{prelude::*, server_fn::codec::Json};
use uuid::Uuid;

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond};

/// Puts somebody, or nobody, in charge of records; answers those that went over, with who was in charge before.
#[server(input = Json)]
pub async fn assign_records(
    kind: BinKind,
    ids: Vec<Uuid>,
    to: Option<UserId>,
) -> Result<Vec<Reassigned>, AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.assign_records(&caller, kind, &ids, to)).await;
    respond(answer.map_err(AppError::from))
}

/// Takes that back for what is still in the hands of `from`; answers how many these were.
#[server(input = Json)]
pub async fn assign_back(
    kind: BinKind,
    from: Option<UserId>,
    went: Vec<Reassigned>,
) -> Result<u64, AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.assign_back(&caller, kind, from, &went)).await;
    respond(answer.map_err(AppError::from))
}

/// Puts tags on customers; answers those that got any, each with what it did not have before.
#[server(input = Json)]
pub async fn tag_accounts(ids: Vec<AccountId>, add: Vec<String>) -> Result<Vec<Tagged>, AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.tag_accounts(&caller, &ids, &add)).await;
    respond(answer.map_err(AppError::from))
}

/// Takes that back as far as it is still there; answers how many customers it was.
#[server(input = Json)]
pub async fn untag_accounts(tagged: Vec<Tagged>) -> Result<u64, AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.untag_accounts(&caller, &tagged)).await;
    respond(answer.map_err(AppError::from))
}
