//! How every entry that changes orders is sent, and who may: whoever has the right over orders, of customers that they see.

use super::{
    record::operation,
    request::{Body, May},
    stage::Stage,
    world::{CREATE, DELETE, EDIT, Seat, VIEW, root},
    writes::form,
};
use domain::id::{OrderNumber, UserId, Version};
use serde_json::json;

fn makes(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may_with_orders(CREATE) && seat.may(VIEW, &[owner])
}

fn edits(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may_with_orders(EDIT) && seat.may(VIEW, &[owner])
}

fn deletes(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may_with_orders(DELETE) && seat.may(VIEW, &[owner])
}

/// Other ways to send entries that have lines already.
pub const WAYS: [&str; 1] = ["delete_order back"];

fn version(stage: &Stage, number: OrderNumber) -> Version {
    stage.runtime.block_on(stage.db.order(&root(), number)).unwrap().version
}

pub fn on_orders(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    let attempt = operation().to_string();
    Some(match path {
        "create_order" => {
            let account = stage.kept(false).number.to_string();
            let fields = [
                ("operation", &*attempt),
                ("form[account]", &account),
                ("form[ordered_on]", "2026-11-20"),
                ("lines[0][name]", "Neu"),
                ("lines[0][price]", "5"),
            ];
            (form(&fields), makes as May)
        }
        "edit_order" => {
            let kept = stage.kept(false);
            let seen = version(stage, kept.order_number);
            let edit = [json!({ "field": "status", "value": "delivered" })];
            let body = json!({ "number": kept.order_number, "id": kept.order, "seen": seen, "edits": edit });
            (Body::Json(body), edits)
        }
        "set_order_lines" => {
            let kept = stage.kept(false);
            let seen = version(stage, kept.order_number);
            let forms = [json!({ "name": "Fremd", "quantity": "2", "price": "10" })];
            let body = json!({ "number": kept.order_number, "id": kept.order, "seen": seen, "forms": forms });
            (Body::Json(body), edits)
        }
        "delete_order" => {
            let body = json!({ "id": stage.kept(false).order, "deleted": true });
            (Body::Json(body), deletes)
        }
        "delete_order back" => {
            let id = stage.kept(false).order;
            stage.runtime.block_on(stage.db.delete_order(&root(), id, true)).unwrap();
            (Body::Json(json!({ "id": id, "deleted": false })), deletes)
        }
        _ => return None,
    })
}
