//! Server function of the status page.

use crate::error::AppError;
use domain::{audit::AuditState, time::Instant};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond, services, visit};
#[cfg(feature = "ssr")]
use domain::policy::{self, Action, Object};

/// State of the installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemState {
    /// Version of the program.
    pub version: String,
    /// When it was started.
    pub started_at: Instant,
    /// When this was looked at.
    pub now: Instant,
    /// Where the data is.
    pub data: String,
    /// Whether this very page came over HTTPS.
    pub https: bool,
    /// The database; `None` while it does not answer.
    pub database: Option<DatabaseState>,
    /// Free and all bytes of the disk, where the system tells.
    pub disk: Option<(u64, u64)>,
    /// What was found when the audit log was looked at last; `None` while the database does not answer.
    pub audit: Option<AuditState>,
}

/// State of the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseState {
    /// `SQLite` or `PostgreSQL`.
    pub engine: String,
    /// Its version.
    pub version: String,
    /// Bytes on disk.
    pub bytes: u64,
    /// Number of the newest migration.
    pub migration: i64,
    /// Whether a write works right now.
    pub writable: bool,
    /// How long the answer took (milliseconds).
    pub took: i64,
}

/// Looks at the installation.
#[server(input = GetUrl)]
pub async fn system_status() -> Result<SystemState, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        policy::check(&caller, Action::View, Object::System)?;
        let (services, visit) = (services()?, visit()?);
        let begin = std::time::Instant::now();
        let database = match db.health().await {
            Ok(health) => Some(DatabaseState {
                engine: health.engine.to_owned(),
                version: health.version,
                bytes: u64::try_from(health.bytes).unwrap_or(0),
                migration: health.migration,
                writable: health.writable,
                took: i64::try_from(begin.elapsed().as_millis()).unwrap_or(i64::MAX),
            }),
            Err(error) => {
                tracing::warn!(%error, "no answer from the database");
                None
            }
        };
        Ok(SystemState {
            version: services.installation.version.to_owned(),
            started_at: services.installation.started_at,
            now: visit.now,
            data: services.installation.data.clone(),
            https: visit.https,
            database,
            audit: db.audit_state(&caller).await.ok(),
            disk: (services.room)().map(|room| (room.free, room.total)),
        })
    };
    respond(answer.await)
}
