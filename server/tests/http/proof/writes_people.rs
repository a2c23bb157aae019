//! The entries that change either kind of record, sent about a contact person.

use super::{
    record::operation,
    request::{Body, May},
    stage::Stage,
    world::root,
    writes::{administers, deletes, edits, form, hands_over, merges, shared, shares},
};
use domain::{
    merge::{MergeDraft, MergeKind, SeenRecord},
    note::Subject,
    share::ShareWith,
};
use serde_json::json;
use uuid::Uuid;

/// The ways there are besides those about customers.
pub const WAYS: [&str; 10] = [
    "set_contact of a person",
    "put_back of a person",
    "restore_from_bin of a person",
    "erase_from_bin of a person",
    "share_record of a person",
    "unshare of a person",
    "hand_over_record of a person",
    "reveal of a person",
    "merge_records of persons",
    "split_records of persons",
];

/// Two persons as they are now, to become one.
fn twins(stage: &mut Stage) -> MergeDraft {
    let kept = [stage.kept(false), stage.kept(false)];
    let [kept, other] = kept.map(|kept| {
        let person = stage.runtime.block_on(stage.db.person(&root(), kept.person_number)).unwrap();
        SeenRecord { id: person.id.0, version: person.version }
    });
    MergeDraft { kept, others: vec![other], choices: Vec::new(), left_out: Vec::new() }
}

/// One of these ways, about what the stage makes for it.
pub fn on_people(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    Some(match path {
        "set_contact of a person" => {
            let subject = Subject::Person(stage.kept(false).person);
            let body = json!({ "operation": operation(), "subject": subject, "point": null,
                "kind": "mobile", "raw": "13800138000", "expected": "" });
            (Body::Json(body), edits as May)
        }
        "put_back of a person" => {
            let of = Subject::Person(stage.kept(false).person);
            let point = json!({ "id": Uuid::now_v7(), "kind": "mobile", "raw": "13800138000",
                "norm": "+8613800138000", "is_primary": false });
            let contact = json!({ "of": of, "point": point, "place": 0 });
            (Body::Json(json!({ "removed": { "contact": contact } })), edits)
        }
        "restore_from_bin of a person" => {
            let id = stage.kept(true).person.to_string();
            (form(&[("kind", "people"), ("id", &id)]), deletes)
        }
        "erase_from_bin of a person" => {
            let id = stage.kept(true).person;
            (Body::Json(json!({ "kind": "people", "id": id })), administers)
        }
        "share_record of a person" => {
            let with = ShareWith::User(stage.colleague()).code();
            let subject = Subject::Person(stage.kept(false).person);
            let form = json!({ "with": with, "level": "see", "until": "" });
            (Body::Json(json!({ "subject": subject, "form": form })), shares)
        }
        "unshare of a person" => {
            let subject = Subject::Person(stage.kept(false).person);
            (Body::Json(json!({ "id": shared(stage, subject) })), shares)
        }
        "hand_over_record of a person" => {
            let to = stage.colleague().to_string();
            let subject = Subject::Person(stage.kept(false).person);
            let form = json!({ "to": to, "note": "x", "keep": true });
            let body = json!({ "operation": operation(), "subject": subject, "form": form });
            (Body::Json(body), hands_over)
        }
        "reveal of a person" => {
            let kept = stage.kept(false);
            let person = stage.runtime.block_on(stage.db.person(&root(), kept.person_number));
            let contact = person.unwrap().contacts[0].id;
            let subject = Subject::Person(kept.person);
            let veiled = json!({ "contact": contact });
            let body = json!({ "subject": subject, "veiled": veiled, "reason": "x" });
            (Body::Json(body), administers)
        }
        "merge_records of persons" => {
            (Body::Json(json!({ "kind": "people", "draft": twins(stage) })), merges)
        }
        "split_records of persons" => {
            let draft = twins(stage);
            let root = root();
            let merge = stage.db.merge(&root, MergeKind::People, &draft);
            let merge = stage.runtime.block_on(merge).unwrap();
            (Body::Json(json!({ "kind": "people", "merge": merge })), merges)
        }
        _ => return None,
    })
}
