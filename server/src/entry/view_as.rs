//! Ending to look at Rapport as somebody else: a plain form, so that it works on every page and without scripts.

use crate::{
    process::Shared,
    refusal::{line, own_path, retry_after, see_other},
};
use app::ssr::Visit;
use axum::{
    Extension, Form,
    extract::{State, rejection::FormRejection},
    response::Response,
};
use http::StatusCode;
use serde::Deserialize;

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Left {
    /// Path to go on to.
    next: String,
}

/// Shows the page that is open as oneself again.
pub async fn stop(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    left: Result<Form<Left>, FormRejection>,
) -> Response {
    let db = &process.services.db;
    if let (Some(viewer), Some(seen)) = (&visit.viewer, &visit.caller)
        && let Err(error) = store::retry(|| db.stop_viewing(viewer, seen.user)).await
    {
        tracing::warn!(%error, reference = visit.reference, "looking as somebody was not ended");
        let body = "Nothing has changed: the database did not answer. Try again in a moment.";
        return retry_after(line(StatusCode::SERVICE_UNAVAILABLE, body), 5);
    }
    let left = left.map(|Form(left)| left).unwrap_or_default();
    see_other(own_path(&left.next).unwrap_or("/"))
}
