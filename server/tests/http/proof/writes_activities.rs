//! How every entry that changes activities is sent, and who may.

use super::{
    record::{operation, plan},
    request::{Body, May},
    stage::Stage,
    world::root,
    writes::{anybody, deletes_notes, writes_notes},
};
use domain::{id::ActivityId, note::Subject};
use serde_json::json;

/// One that somebody else put down and is to do: whoever administers may change it.
fn planned(stage: &mut Stage) -> ActivityId {
    let subject = Subject::Account(stage.kept(false).account);
    stage.runtime.block_on(plan(stage.db, &root(), subject, "fremd"))
}

pub fn on_activities(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    let form = json!({ "kind": "task", "title": "Fremd" });
    Some(match path {
        "add_activity" => {
            let account = stage.kept(false).account;
            let body = json!({
                "operation": operation(), "subject_kind": "account", "subject_id": account, "form": form,
            });
            (Body::Json(body), writes_notes as May)
        }
        "edit_activity" => {
            let id = planned(stage);
            (Body::Json(json!({ "id": id, "seen": 1, "form": form })), deletes_notes)
        }
        "complete_activity" => {
            let id = planned(stage);
            (Body::Json(json!({ "id": id, "form": {} })), deletes_notes)
        }
        "reopen_activity" => {
            let id = planned(stage);
            let done = domain::activity::Completion::default();
            stage.runtime.block_on(stage.db.complete_activity(&root(), id, &done)).unwrap();
            (Body::Json(json!({ "id": id })), deletes_notes)
        }
        "read_notifications" => (Body::Json(json!({ "one": null, "at": 1 })), anybody),
        _ => return None,
    })
}
