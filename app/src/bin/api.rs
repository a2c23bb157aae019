//! Server functions of the bin: a page of it, and taking a record out.

use crate::error::AppError;
use domain::{
    bin::{BinKind, Binned},
    page::Page,
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use uuid::Uuid;

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond};
#[cfg(feature = "ssr")]
use domain::page::Cursor;

/// A page of the bin, latest first; `after` is a cursor as it stands in the address.
#[server(input = GetUrl)]
pub async fn list_bin(kind: BinKind, after: String) -> Result<Page<Binned>, AppError> {
    let (db, caller) = desk()?;
    let after = Cursor::decode(&after);
    respond(db.bin_page(&caller, kind, after.as_ref()).await.map_err(AppError::from))
}

/// Takes a record out of the bin. Also posted by the plain form of a row.
#[server]
pub async fn restore_from_bin(kind: BinKind, id: Uuid) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.restore(&caller, kind, id)).await;
    respond(answer.map_err(AppError::from))
}

/// Removes a record from the bin for good, before its days are over.
#[server(input = Json)]
pub async fn erase_from_bin(kind: BinKind, id: Uuid) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.erase(&caller, kind, id)).await.map_err(AppError::from))
}
