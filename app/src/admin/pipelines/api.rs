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
