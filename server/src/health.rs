//! Questions of machines: is the process alive, is it ready for work.

use crate::{disk, process::Shared, refusal};
use axum::{extract::State, response::Response};
use http::StatusCode;
use serde::Serialize;
use std::sync::atomic::Ordering;

/// Free part of the disk (percent) below which no work is taken.
const LEAST_DISK: u64 = 5;

/// Alive: asks nothing of anybody.
pub async fn livez() -> Response {
    refusal::line(StatusCode::OK, "alive")
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    version: &'static str,
    database: bool,
    migration: i64,
    disk_free_percent: Option<u64>,
}

/// Ready: a write reaches the database, there is room on the disk, and nobody asked to stop.
pub async fn readyz(State(process): State<Shared>) -> Response {
    let health = process.services.db.health().await.ok();
    let room = disk::room(&process.data).map(disk::Room::percent);
    let database = health.is_some() && process.services.db.takes_writes().await;
    let ready = database
        && room.is_none_or(|percent| percent >= LEAST_DISK)
        && process.ready.load(Ordering::Relaxed);
    let readiness = Readiness {
        ready,
        version: process.services.installation.version,
        database,
        migration: health.map_or(0, |health| health.migration),
        disk_free_percent: room,
    };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let text = serde_json::to_string(&readiness).unwrap_or_default();
    let mut response = refusal::line(status, &text);
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    response
}
