//! Server function of the question who sees a record.

use crate::error::AppError;
use domain::{note::Subject, policy::Sight};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond};

/// Who sees a record and who does not, with the reason; for administrators.
#[server(input = Json)]
pub async fn who_sees(subject: Subject) -> Result<Vec<Sight>, AppError> {
    let (db, caller) = desk()?;
    respond(db.who_sees(&caller, subject).await.map_err(AppError::from))
}
