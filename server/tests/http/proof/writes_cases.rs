//! How every entry that changes cases is sent, and who may: whoever is reached by the right over cases.

use super::{
    record::operation,
    request::{Body, May},
    stage::Stage,
    world::{CREATE, DELETE, EDIT, Seat, VIEW, root},
    writes::{administers, form},
};
use domain::id::{CaseNumber, UserId, Version};
use serde_json::json;

fn makes(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may_with_cases(CREATE, owner) && seat.may(VIEW, &[owner])
}

fn edits(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may_with_cases(EDIT, owner)
}

fn deletes(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may_with_cases(DELETE, owner)
}

/// Other ways to send entries that have lines already.
pub const WAYS: [&str; 1] = ["delete_case back"];

fn version(stage: &Stage, number: CaseNumber) -> Version {
    stage.runtime.block_on(stage.db.case(&root(), number)).unwrap().version
}

pub fn on_cases(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    let attempt = operation().to_string();
    Some(match path {
        "create_case" => {
            let account = stage.kept(false).number.to_string();
            let fields = [
                ("operation", &*attempt),
                ("form[account]", &account),
                ("form[subject]", "Neu"),
                ("form[body]", "Fremd"),
            ];
            (form(&fields), makes as May)
        }
        "edit_case" => {
            let kept = stage.kept(false);
            let seen = version(stage, kept.case_number);
            let edit = [json!({ "field": "priority", "value": "low" })];
            let body =
                json!({ "number": kept.case_number, "id": kept.case, "seen": seen, "edits": edit });
            (Body::Json(body), edits)
        }
        "write_case_message" => {
            let kept = stage.kept(false);
            let (number, id) = (kept.case_number.0.to_string(), kept.case.to_string());
            let fields = [
                ("operation", &*attempt),
                ("number", &number),
                ("id", &id),
                ("kind", "note"),
                ("body", "Fremd"),
            ];
            (form(&fields), edits)
        }
        "delete_case" => {
            let body = json!({ "id": stage.kept(false).case, "deleted": true });
            (Body::Json(body), deletes)
        }
        "delete_case back" => {
            let id = stage.kept(false).case;
            stage.runtime.block_on(stage.db.delete_case(&root(), id, true)).unwrap();
            (Body::Json(json!({ "id": id, "deleted": false })), deletes)
        }
        "save_replies" => {
            let (_, seen) = stage.runtime.block_on(stage.db.saved_replies(&root())).unwrap();
            let seen = seen.0.to_string();
            let fields = [
                ("seen", &*seen),
                ("form[replies][0][title]", "Neu"),
                // Another one each time, so that something is changed.
                ("form[replies][0][body]", &*seen),
            ];
            (form(&fields), administers)
        }
        _ => return None,
    })
}
