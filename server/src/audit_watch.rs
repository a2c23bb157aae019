//! Looks after the audit log: hourly at the lines that came, daily at all of them; says each time where it ends.

use crate::{audit_command::sentence, process::Shared};
use store::StoreError;
use tokio::io::AsyncWriteExt;

/// Begins to look, beside everything else: a long log takes its time.
pub fn begin(process: &Shared, whole: bool) {
    let watched = process.clone();
    process.work.spawn(async move {
        tokio::select! {
            () = watched.stopping.cancelled() => {}
            () = look(&watched, whole) => {}
        }
    });
}

async fn look(process: &Shared, whole: bool) {
    match process.services.db.check_audit(&process.itself(), whole).await {
        Ok(state) => match state.fault {
            None => tracing::debug!(to = state.to, "the audit log holds"),
            Some(fault) => {
                let what = sentence(fault);
                tracing::error!(line = fault.number, what, "the audit log does not hold");
            }
        },
        Err(error) => tracing::warn!(%error, "the audit log was not verified"),
    }
    if let Err(error) = anchor(process).await {
        tracing::warn!(%error, "no anchor was written");
    }
}

/// Writes an anchor to the log, and to the file the administrator named.
async fn anchor(process: &Shared) -> Result<(), StoreError> {
    let anchor = process.services.db.audit_anchor(&process.itself()).await?.to_string();
    tracing::info!(anchor, "the audit log ends here");
    let Some(file) = &process.audit_anchor else { return Ok(()) };
    let written = async {
        let mut open = tokio::fs::OpenOptions::new().create(true).append(true).open(file).await?;
        open.write_all(format!("{anchor}\n").as_bytes()).await?;
        open.sync_all().await
    };
    if let Err(error) = written.await {
        tracing::warn!(%error, file = %file.display(), "the anchor was not written to its file");
    }
    Ok(())
}
