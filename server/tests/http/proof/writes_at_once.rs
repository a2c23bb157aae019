//! The entries that change several records of a list in one step, and that take it back: about one record, and about
//! two, which takes a right of its own.

use super::{
    request::{Body, May},
    stage::Stage,
    world::{Seat, root},
    writes::{edits, hands_over},
};
use domain::id::UserId;
use serde_json::json;

/// The ways there are besides those about one customer.
pub const WAYS: [&str; 6] = [
    "assign_records of customers",
    "assign_records of a person",
    "assign_records of persons",
    "assign_back of a person",
    "tag_accounts of customers",
    "untag_accounts of customers",
];

fn edits_many(seat: &Seat, owner: Option<UserId>) -> bool {
    edits(seat, owner) && seat.changes_many()
}

fn hands_many_over(seat: &Seat, owner: Option<UserId>) -> bool {
    hands_over(seat, owner) && seat.changes_many()
}

/// One of these entries or ways, about what the stage makes for it.
pub fn at_once(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    let tagged = |stage: &mut Stage| {
        let kept = stage.kept(false);
        let account = stage.runtime.block_on(stage.db.account(&root(), kept.number)).unwrap();
        json!({ "account": kept.account, "tags": account.tags })
    };
    Some(match path {
        "assign_records" => {
            let (to, id) = (stage.colleague(), stage.kept(false).account);
            (Body::Json(json!({ "kind": "accounts", "ids": [id], "to": to })), hands_over as May)
        }
        "assign_records of customers" => {
            let to = stage.colleague();
            let ids = [stage.kept(false).account, stage.kept(false).account];
            (Body::Json(json!({ "kind": "accounts", "ids": ids, "to": to })), hands_many_over)
        }
        "assign_records of a person" => {
            let (to, id) = (stage.colleague(), stage.kept(false).person);
            (Body::Json(json!({ "kind": "people", "ids": [id], "to": to })), hands_over)
        }
        "assign_records of persons" => {
            let to = stage.colleague();
            let ids = [stage.kept(false).person, stage.kept(false).person];
            (Body::Json(json!({ "kind": "people", "ids": ids, "to": to })), hands_many_over)
        }
        "assign_back" => {
            let went = json!([{ "id": stage.kept(false).account, "before": stage.colleague() }]);
            let body = json!({ "kind": "accounts", "from": stage.owner, "went": went });
            (Body::Json(body), hands_over)
        }
        "assign_back of a person" => {
            let went = json!([{ "id": stage.kept(false).person, "before": stage.colleague() }]);
            let body = json!({ "kind": "people", "from": stage.owner, "went": went });
            (Body::Json(body), hands_over)
        }
        "tag_accounts" => {
            let account = stage.kept(false).account;
            (Body::Json(json!({ "ids": [account], "add": ["fremd"] })), edits)
        }
        "tag_accounts of customers" => {
            let ids = [stage.kept(false).account, stage.kept(false).account];
            (Body::Json(json!({ "ids": ids, "add": ["fremd"] })), edits_many)
        }
        "untag_accounts" => (Body::Json(json!({ "tagged": [tagged(stage)] })), edits),
        "untag_accounts of customers" => {
            let both = [tagged(stage), tagged(stage)];
            (Body::Json(json!({ "tagged": both })), edits_many)
        }
        _ => return None,
    })
}
