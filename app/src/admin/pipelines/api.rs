//! Server functions of pipelines and their stages.

use crate::error::AppError;
use domain::{
    id::{OperationId, PipelineId, Version},
    pipeline::PipelineForm,
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond};
#[cfg(feature = "ssr")]
use domain::failure::Failure;

/// Puts all pipelines into an order.
#[server(input = Json)]
pub async fn order_pipelines(ids: Vec<PipelineId>) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let ordered = store::retry(|| db.order_pipelines(&caller, &ids)).await;
    respond(ordered.map_err(AppError::from))
}

/// Deletes a pipeline that no deal ever used.
#[server(input = Json)]
pub async fn delete_pipeline(id: PipelineId) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let deleted = store::retry(|| db.delete_pipeline(&caller, id)).await;
    respond(deleted.map_err(AppError::from))
}

/// Makes a pipeline, or changes the one that was looked at as `seen`. The same operation sent again changes nothing
/// more.
#[server(input = Json)]
pub async fn save_pipeline(
    operation: OperationId,
    known: Option<(PipelineId, Version)>,
    form: PipelineForm,
) -> Result<PipelineId, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let draft = form.parse().map_err(Failure::Invalid)?;
        Ok(store::retry(|| db.put_pipeline(&caller, operation, known, &draft)).await?)
    };
    respond(answer.await)
}
