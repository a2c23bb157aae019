//! Server function of the palette.

use crate::error::AppError;
use domain::list::Hit;
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// The best hits for what was typed.
#[server(input = GetUrl)]
pub async fn find(typed: String) -> Result<Vec<Hit>, AppError> {
    let (db, caller) = crate::ssr::desk()?;
    crate::ssr::respond(db.palette(&caller, &typed).await.map_err(AppError::from))
}
