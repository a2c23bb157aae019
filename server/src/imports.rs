//! The worker's part of imports: takes waiting runs on, one after the other, and removes uploaded
//! files that nobody needs any more.

use crate::{clock, jobs, process::Shared};
use domain::time::DAY;
use exchange::run::{Clock, Reader, file_of, work};
use std::io::ErrorKind;

/// How long an uploaded file is kept after its run ended, or was never started (milliseconds).
const KEPT: i64 = DAY;

/// Brings every waiting run to an end, or stops in good order when the process stops.
pub async fn run_waiting(process: &Shared) {
    let services = &process.services;
    let reader =
        Reader { program: Some(services.program.clone()), folder: services.uploads.clone() };
    let stop = || process.stopping.is_cancelled();
    let mut worked = false;
    while !stop() {
        let system = process.itself();
        let clock = Clock { now: &clock::now, zone: &*services.zone };
        match work(&services.db, &system, &services.uploads, &reader, clock, &stop).await {
            Ok(true) => worked = true,
            Ok(false) => break,
            Err(error) => {
                tracing::warn!(%error, "an import waits for the database");
                return;
            }
        }
    }
    if worked && !stop() {
        jobs::optimize(process).await;
    }
}

/// Removes the files of runs that ended, or were never started, a day ago.
pub async fn remove_files(process: &Shared) {
    let itself = process.itself();
    let db = &process.services.db;
    let before = itself.now.plus(-KEPT);
    let unneeded = match db.imports_without_need(&itself, before).await {
        Ok(unneeded) => unneeded,
        Err(error) => {
            tracing::warn!(%error, "uploaded files were not looked through");
            return;
        }
    };
    for id in unneeded {
        match tokio::fs::remove_file(file_of(&process.services.uploads, id)).await {
            Ok(()) => tracing::info!(import = %id, "removed an uploaded file"),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                tracing::warn!(%error, "an uploaded file was not removed");
                continue;
            }
        }
        if let Err(error) = db.import_file_removed(&itself, id).await {
            tracing::warn!(%error, "an uploaded file is looked for again");
        }
    }
}
