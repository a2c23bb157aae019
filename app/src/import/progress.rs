//! How far a run is. Asked every second while somebody looks; the run goes on without anybody.

use super::api::import_progress;
use crate::{
    i18n::{format, use_text},
    ui::{Card, ProgressBar},
};
use domain::import::{ImportJob, ImportNote, ImportState};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// Whether the worker has something to do with it.
pub(super) fn is_at_work(job: &ImportJob) -> bool {
    job.state == ImportState::Running || job.note == Some(ImportNote::Undoing)
}

/// The bar of a run at work; `changed` is called when it has ended.
pub(super) fn progress(job: ImportJob, changed: Callback<()>) -> AnyView {
    let text = use_text();
    let number = job.number;
    let undoing = job.note == Some(ImportNote::Undoing);
    let now = RwSignal::new(job);
    Effect::new(move || {
        let asking = StoredValue::new(false);
        let ask = move || {
            if asking.try_get_value() != Some(false) {
                return;
            }
            asking.set_value(true);
            spawn_local(async move {
                let answer = import_progress(number).await;
                asking.try_set_value(false);
                // Without an answer the next second asks again.
                if let Ok(job) = answer {
                    let ended = !is_at_work(&job);
                    now.try_set(job);
                    if ended {
                        changed.try_run(());
                    }
                }
            });
        };
        if let Ok(timer) = set_interval_with_handle(ask, Duration::from_secs(1)) {
            on_cleanup(move || timer.clear());
        }
    });
    let percent = Signal::derive(move || {
        let counts = now.read().counts;
        if undoing || counts.rows == 0 || counts.done == 0 {
            return None;
        }
        u8::try_from(counts.done.saturating_mul(100) / counts.rows.max(1)).ok().map(|p| p.min(100))
    });
    let label = if undoing { text.import_undoing() } else { text.import_step_run() };
    let words = Signal::derive(move || {
        let counts = now.read().counts;
        if undoing {
            String::new()
        } else if counts.done == 0 {
            text.import_run_waiting().to_owned()
        } else {
            text.import_running(&format::integer(counts.done), &format::integer(counts.rows))
        }
    });
    view! {
        <Card title=label>
            <ProgressBar label=label percent=percent text=words />
            <p class="muted">{text.import_running_hint()}</p>
        </Card>
    }
    .into_any()
}
