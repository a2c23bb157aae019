//! Server function of the list of all shares.

use crate::error::AppError;
use domain::{page::Page, share::ShareLine};
use leptos::{prelude::*, server_fn::codec::GetUrl};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond};
#[cfg(feature = "ssr")]
use domain::page::Cursor;

/// A page of all shares, newest first; `after` is a cursor as it stands in the address.
#[server(input = GetUrl)]
pub async fn list_shares(after: String) -> Result<Page<ShareLine>, AppError> {
    let (db, caller) = desk()?;
    let after = Cursor::decode(&after);
    respond(db.share_page(&caller, after.as_ref()).await.map_err(AppError::from))
}
