//! How every entry that changes deals is sent, and who may.

use super::{
    record::operation,
    request::{Body, May},
    stage::Stage,
    world::{CREATE, DELETE, EDIT, Seat, VIEW, root},
    writes::form,
};
use domain::{
    id::{OpportunityNumber, PipelineId, UserId, Version},
    pipeline::{PipelineForm, StageForm},
};
use serde_json::json;

fn creates(seat: &Seat, _: Option<UserId>) -> bool {
    seat.may_with_deals(CREATE, None)
}

fn edits(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may_with_deals(EDIT, owner)
}

fn deletes(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may_with_deals(DELETE, owner)
}

/// Whoever changes the deal and sees the person.
fn puts_people(seat: &Seat, owner: Option<UserId>) -> bool {
    edits(seat, owner) && seat.may(VIEW, &[owner])
}

fn writes_notes(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may_with_deals(VIEW, owner) && seat.notes.as_bytes()[1] == b'a'
}

/// Of the roles of the table these two change what is sold.
fn sells(seat: &Seat, _: Option<UserId>) -> bool {
    ["admin", "sales_manager"].contains(&seat.name)
}

/// Other ways to send entries that have lines already.
pub const WAYS: [&str; 3] =
    ["add_note on a deal", "restore_from_bin a deal", "erase_from_bin a deal"];

fn version(stage: &Stage, number: OpportunityNumber) -> Version {
    stage.runtime.block_on(stage.db.opportunity(&root(), number)).unwrap().version
}

/// Another pipeline, behind all others, which no deal ever used.
fn unused(stage: &mut Stage) -> PipelineId {
    let form = |name: &str, kind: &str| StageForm {
        name_en: name.to_owned(),
        kind: kind.to_owned(),
        ..StageForm::default()
    };
    let stages = vec![form("New", "open"), form("Won", "won"), form("Lost", "lost")];
    let form = PipelineForm { name_en: "Unused".to_owned(), stages, ..PipelineForm::default() };
    let draft = form.parse().unwrap();
    stage.runtime.block_on(stage.db.put_pipeline(&root(), operation(), None, &draft)).unwrap()
}

pub fn on_deals(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    let attempt = operation().to_string();
    Some(match path {
        "create_opportunity" => {
            (form(&[("operation", &*attempt), ("form[name]", "Neu")]), creates as May)
        }
        "edit_opportunity" => {
            let kept = stage.kept(false);
            let seen = version(stage, kept.deal_number);
            let edit = [json!({ "field": "name", "value": "Fremd" })];
            let body =
                json!({ "number": kept.deal_number, "id": kept.deal, "seen": seen, "edits": edit });
            (Body::Json(body), edits)
        }
        "move_opportunity" => {
            let kept = stage.kept(false);
            let seen = version(stage, kept.deal_number);
            let stages = stage.runtime.block_on(stage.db.pipelines(&root())).unwrap();
            let second = stages[0].columns().nth(1).unwrap().id;
            let moved =
                json!({ "stage": second, "place": "top", "edits": [], "reason": "", "note": "" });
            (Body::Json(json!({ "id": kept.deal, "seen": seen, "moved": moved })), edits)
        }
        "set_opportunity_lines" => {
            let kept = stage.kept(false);
            let seen = version(stage, kept.deal_number);
            // Lines that stay as they are are no change: there has to be a product.
            let product = stage.product();
            let forms = [json!({ "product": product, "quantity": "2", "price": "10" })];
            let body = json!({ "number": kept.deal_number, "id": kept.deal, "seen": seen, "forms": forms });
            (Body::Json(body), edits)
        }
        "put_deal_person" => {
            let kept = stage.kept(false);
            let (number, person) = (kept.deal_number, kept.person_number);
            // As what they are already is no change.
            let body =
                json!({ "number": number, "id": kept.deal, "person": person, "role": "champion" });
            (Body::Json(body), puts_people)
        }
        "drop_deal_person" => {
            let kept = stage.kept(false);
            let (number, id, person) = (kept.deal_number, kept.deal, kept.person_number);
            stage.runtime.block_on(stage.db.put_deal_person(&root(), id, person, None)).unwrap();
            (Body::Json(json!({ "number": number, "id": id, "person": person })), puts_people)
        }
        "save_pipeline" => {
            let stage = |name: &str, kind: &str| {
                json!({ "id": "", "name_en": name, "name_zh": "", "kind": kind, "probability": "10",
                    "max_days": "", "required": "" })
            };
            let stages = [stage("New", "open"), stage("Won", "won"), stage("Lost", "lost")];
            let form = json!({ "name_en": "Partners", "name_zh": "", "stages": stages });
            let body = json!({ "operation": attempt, "known": null, "form": form });
            (Body::Json(body), |seat, _| seat.administers)
        }
        "order_pipelines" => {
            let last = [unused(stage), unused(stage)];
            let all = stage.runtime.block_on(stage.db.pipelines(&root())).unwrap();
            let first = all.iter().map(|pipeline| pipeline.id).filter(|id| !last.contains(id));
            let ids: Vec<PipelineId> = first.chain(last.into_iter().rev()).collect();
            (Body::Json(json!({ "ids": ids })), |seat, _| seat.administers)
        }
        "delete_pipeline" => {
            (Body::Json(json!({ "id": unused(stage) })), |seat, _| seat.administers)
        }
        "create_product" => {
            let form = json!({ "code": "Z-1", "name": "Ventil", "price": "5", "currency": "" });
            (Body::Json(json!({ "operation": attempt, "form": form })), sells)
        }
        "edit_product" => {
            let edit = [json!({ "field": "name", "value": "Fremd" })];
            let id = stage.product();
            (Body::Json(json!({ "id": id, "seen": 1, "edits": edit })), sells)
        }
        "delete_opportunities" => (Body::Json(json!({ "ids": [stage.kept(false).deal] })), deletes),
        "restore_opportunities" => (Body::Json(json!({ "ids": [stage.kept(true).deal] })), deletes),
        "add_note on a deal" => {
            let id = stage.kept(false).deal.to_string();
            let fields = [
                ("operation", &*attempt),
                ("subject_kind", "opportunity"),
                ("subject_id", &id),
                ("body", "x"),
            ];
            (form(&fields), writes_notes)
        }
        "restore_from_bin a deal" => {
            let id = stage.kept(true).deal.to_string();
            (form(&[("kind", "opportunities"), ("id", &id)]), deletes)
        }
        "erase_from_bin a deal" => {
            let id = stage.kept(true).deal;
            (Body::Json(json!({ "kind": "opportunities", "id": id })), |seat, _| seat.administers)
        }
        _ => return None,
    })
}
