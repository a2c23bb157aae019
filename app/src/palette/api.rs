//! Server functions of the palette.

use crate::error::AppError;
use domain::hit::{Hit, HitKind};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// The best hits for what was typed, among records of all kinds or of one.
#[server(input = GetUrl)]
pub async fn find(typed: String, only: Option<HitKind>) -> Result<Vec<Hit>, AppError> {
    let (db, caller) = crate::ssr::desk()?;
    let kinds = only.as_ref().map_or(HitKind::ALL, std::slice::from_ref);
    crate::ssr::respond(db.palette(&caller, &typed, kinds).await.map_err(AppError::from))
}

/// Records that were opened before, by their numbers (`D-5 F-9`): those that the caller sees now.
#[server(input = GetUrl)]
pub async fn recall(numbers: String) -> Result<Vec<Hit>, AppError> {
    let (db, caller) = crate::ssr::desk()?;
    let wanted = domain::hit::named(&numbers);
    crate::ssr::respond(db.recalled(&caller, &wanted).await.map_err(AppError::from))
}
