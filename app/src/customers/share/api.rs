//! Server functions of shares: whom a record is shared with, sharing it, and taking a share back.

use crate::error::AppError;
use domain::{
    handover::RecordHandoverForm,
    id::{OperationId, ShareId},
    note::Subject,
    share::{ShareForm, SharesOf},
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond, zone};
#[cfg(feature = "ssr")]
use domain::failure::Failure;

/// Whom a record is shared with, and with whom the caller may share it.
#[server(input = Json)]
pub async fn read_shares(subject: Subject) -> Result<SharesOf, AppError> {
    let (db, caller) = desk()?;
    respond(db.shares_of(&caller, subject).await.map_err(AppError::from))
}

/// Shares a record, or changes a share; answers whom it is shared with then.
#[server(input = Json)]
pub async fn share_record(subject: Subject, form: ShareForm) -> Result<SharesOf, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let zone = zone(&caller).await?;
        let draft = form.parse(&zone, caller.now).map_err(Failure::Invalid)?;
        store::retry(|| db.share_record(&caller, subject, &draft)).await?;
        Ok(db.shares_of(&caller, subject).await?)
    };
    respond(answer.await)
}

/// Puts a colleague in charge of a record, with a note; answers whether the caller still sees it.
#[server(input = Json)]
pub async fn hand_over_record(
    operation: OperationId,
    subject: Subject,
    form: RecordHandoverForm,
) -> Result<bool, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let wanted = form.parse().map_err(Failure::Invalid)?;
        // A share that was kept is there from the next request on.
        let kept =
            store::retry(|| db.hand_over_record(&caller, operation, subject, &wanted)).await?;
        Ok(kept || db.record_rights(&caller, subject).await.is_ok())
    };
    respond(answer.await)
}

/// Takes a share back.
#[server(input = Json)]
pub async fn unshare(id: ShareId) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.unshare(&caller, id)).await.map_err(AppError::from))
}
