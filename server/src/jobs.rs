//! Work nobody waits for: imports, reminders, the emptying of the bin, and the forgetting of what has run out.

use crate::{audit_watch, imports, process::Shared};
use std::{
    future::Future,
    time::{Duration, Instant},
};
use store::{Health, StoreError};

/// How often it is looked whether there is something to do, when nothing wakes the worker.
const LOOK: Duration = Duration::from_secs(5);
/// How often what has run out is forgotten.
const HOURLY: Duration = Duration::from_secs(60 * 60);
/// How often the bin is emptied and the database tidied.
const DAILY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long after the start the first daily round is made: a process that restarts often is spared.
const FIRST_DAILY: Duration = Duration::from_secs(10 * 60);

/// Works until the process stops.
pub async fn work(process: Shared) {
    let mut hourly = Instant::now();
    let mut daily = Instant::now() + FIRST_DAILY;
    loop {
        tokio::select! {
            () = process.stopping.cancelled() => return,
            () = process.services.wake.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
        imports::run_waiting(&process).await;
        if let Err(error) = process.services.db.remind(&process.itself()).await {
            tracing::warn!(%error, "reminders were not sent; tried again soon");
        }
        if let Err(error) = process.services.db.tell_overdue(&process.itself()).await {
            tracing::warn!(%error, "nobody was told what is overdue; tried again soon");
        }
        let now = Instant::now();
        if now >= hourly {
            hourly = now + HOURLY;
            audit_watch::begin(&process, false);
            forget(&process).await;
        }
        if now >= daily {
            daily = now + DAILY;
            tidy(&process).await;
            audit_watch::begin(&process, true);
        }
    }
}

async fn forget(process: &Shared) {
    let (db, itself) = (&process.services.db, process.itself());
    told("notifications", db.forget_notifications(&itself)).await;
    told("sessions", db.forget_sessions(&itself)).await;
    told("shares that ended", db.forget_shares(&itself)).await;
    told("known browsers", db.forget_devices(&itself)).await;
    told("links", db.forget_links(&itself)).await;
    told("half-done sign-ins", db.forget_pending_sign_ins(&itself)).await;
    told("challenges of passkeys", db.forget_challenges(&itself)).await;
    told("ways to another system", db.forget_returns(&itself)).await;
    told("tries to sign in", db.forget_tries(&itself)).await;
    told("operations", db.forget_operations(&itself)).await;
    imports::remove_files(process).await;
    if let Err(error) = db.merge_words().await {
        tracing::warn!(%error, "the index of words was not merged");
    }
    if let Ok(health) = db.health().await
        && health.log_bytes > Health::LOG_MAX
    {
        let megabytes = health.log_bytes >> 20;
        tracing::warn!(megabytes, "the write-ahead log is long: something reads without an end");
    }
    if let Some(rates) = &process.rates {
        rates.forget_the_quiet();
    }
    tracing::debug!("what had run out was looked for");
}

async fn tidy(process: &Shared) {
    let (db, itself) = (&process.services.db, process.itself());
    told("records and notes of the bin", db.purge_bin(&itself)).await;
    told("cells kept of imports", db.forget_import_values(&itself)).await;
    optimize(process).await;
}

/// Has the database tidy itself after much was written.
pub async fn optimize(process: &Shared) {
    if let Err(error) = process.services.db.optimize().await {
        tracing::warn!(%error, "the database was not tidied");
    }
}

async fn told(what: &'static str, done: impl Future<Output = Result<u64, StoreError>>) {
    match done.await {
        Ok(0) => {}
        Ok(gone) => tracing::info!(what, gone, "removed what had run out"),
        Err(error) => tracing::warn!(what, %error, "not removed; tried again later"),
    }
}
