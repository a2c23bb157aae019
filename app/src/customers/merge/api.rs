//! Server functions of merging: several records become one, and are parted again.

use crate::error::AppError;
use domain::{
    id::MergeId,
    merge::MergeKind,
    merge::{MergeDraft, MergeSheet},
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond};

/// The records that are to become one, by their numbers with commas between them.
#[server(input = GetUrl)]
pub async fn open_merge(records: String) -> Result<MergeSheet, AppError> {
    let (db, caller) = desk()?;
    let numbers: Vec<&str> =
        records.split(',').map(str::trim).filter(|number| !number.is_empty()).collect();
    respond(db.merge_sheet(&caller, &numbers).await.map_err(AppError::from))
}

/// Makes one record of several; answers by what they are parted again.
#[server(input = Json)]
pub async fn merge_records(kind: MergeKind, draft: MergeDraft) -> Result<MergeId, AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.merge(&caller, kind, &draft)).await.map_err(AppError::from))
}

/// Parts records that were merged.
#[server(input = Json)]
pub async fn split_records(kind: MergeKind, merge: MergeId) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.split(&caller, kind, merge)).await.map_err(AppError::from))
}
