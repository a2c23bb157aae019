//! How every changing entry of the inventory is sent, and who may: valid in everything but the right, so that nothing
//! else refuses it. An entry without a line here fails the proofs.

use super::{
    record::operation,
    request::{Body, May, Request},
    stage::{Stage, wait_for_imports},
    state::LOG,
    world::{ASSIGN, CREATE, DELETE, EDIT, Seat, VIEW, acting, root},
    writes_activities::on_activities,
    writes_at_once::{WAYS as AT_ONCE, at_once},
    writes_cases::{WAYS as OF_CASES, on_cases},
    writes_deals::{WAYS as OF_DEALS, on_deals},
    writes_orders::{WAYS as OF_ORDERS, on_orders},
    writes_people::{WAYS as OF_PEOPLE, on_people},
    writes_surveys::on_surveys,
};
use crate::{
    inventory::all,
    support::{PASSWORD, function},
};
use domain::{
    id::{ShareId, UserId},
    merge::{MergeDraft, MergeKind, SeenRecord},
    note::Subject,
    policy::Rights,
    share::{ShareDraft, ShareLevel, ShareWith},
};
use serde_json::{Value, json};
use server::inventory::{Entry, Kind, Permission, Repeat};
use uuid::Uuid;

pub fn form(fields: &[(&str, &str)]) -> Body {
    Body::Form(
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    )
}

/// Everybody who is signed in.
pub fn anybody(_: &Seat, _: Option<UserId>) -> bool {
    true
}

/// Nobody: what is sent is wrong, whoever sends it.
fn nobody(_: &Seat, _: Option<UserId>) -> bool {
    false
}

pub fn administers(seat: &Seat, _: Option<UserId>) -> bool {
    seat.administers
}

fn imports(seat: &Seat, _: Option<UserId>) -> bool {
    seat.imports
}

fn creates(seat: &Seat, _: Option<UserId>) -> bool {
    seat.may(CREATE, &[None])
}

pub fn edits(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may(EDIT, &[owner])
}

pub fn deletes(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may(DELETE, &[owner])
}

/// Of the roles of the table these two merge, all customers.
pub fn merges(seat: &Seat, _: Option<UserId>) -> bool {
    ["admin", "sales_manager"].contains(&seat.name)
}

/// Two customers as they are now, to become one.
fn twins(stage: &mut Stage) -> MergeDraft {
    let kept = [stage.kept(false), stage.kept(false)];
    let [kept, other] = kept.map(|kept| {
        let account = stage.runtime.block_on(stage.db.account(&root(), kept.number)).unwrap();
        SeenRecord { id: account.id.0, version: account.version }
    });
    MergeDraft { kept, others: vec![other], choices: Vec::new(), left_out: Vec::new() }
}

pub fn writes_notes(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may(VIEW, &[owner]) && seat.notes.as_bytes()[1] == b'a'
}

fn edits_notes(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may(VIEW, &[owner]) && seat.notes.as_bytes()[2] == b'a'
}

/// Whoever administers notes may take those of others away.
pub fn deletes_notes(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may(VIEW, &[owner]) && seat.administers
}

/// The body of an entry and who may send it.
pub fn line(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    on_customers(path, stage)
        .or_else(|| on_people(path, stage))
        .or_else(|| on_deals(path, stage))
        .or_else(|| on_orders(path, stage))
        .or_else(|| on_cases(path, stage))
        .or_else(|| on_surveys(path, stage))
        .or_else(|| on_activities(path, stage))
        .or_else(|| at_once(path, stage))
        .or_else(|| on_parts(path, stage))
        .or_else(|| on_what_is_shown(path, stage))
        .or_else(|| on_notes_and_imports(path, stage))
        .or_else(|| on_administration(path, stage))
        .or_else(|| on_oneself(path, stage))
        .or_else(|| at_the_door(path))
}

fn on_customers(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    let attempt = operation().to_string();
    let owner = stage.owner.to_string();
    Some(match path {
        "create_account" => {
            let fields =
                [("operation", &*attempt), ("form[name]", "Neu"), ("form[kind]", "company")];
            (form(&fields), creates as May)
        }
        "create_person" => {
            // Working for a customer takes the right to change the customer as well.
            let number = stage.kept(false).number.to_string();
            let fields =
                [("operation", &*attempt), ("form[full_name]", "Neu"), ("form[account]", &number)];
            (form(&fields), |seat, owner| creates(seat, owner) && edits(seat, owner))
        }
        "edit_account" => {
            let kept = stage.kept(false);
            let seen =
                stage.runtime.block_on(stage.db.account(&root(), kept.number)).unwrap().version;
            let edits_ = [json!({ "field": "name", "value": "Fremd" })];
            (
                Body::Json(
                    json!({ "number": kept.number, "id": kept.account, "seen": seen, "edits": edits_ }),
                ),
                edits,
            )
        }
        "edit_person" => {
            let kept = stage.kept(false);
            let seen = stage
                .runtime
                .block_on(stage.db.person(&root(), kept.person_number))
                .unwrap()
                .version;
            let edits_ = [json!({ "field": "full_name", "value": "Fremd" })];
            (
                Body::Json(
                    json!({ "number": kept.person_number, "id": kept.person, "seen": seen, "edits": edits_ }),
                ),
                edits,
            )
        }
        "delete_accounts" => (Body::Json(json!({ "ids": [stage.kept(false).account] })), deletes),
        "delete_people" => (Body::Json(json!({ "ids": [stage.kept(false).person] })), deletes),
        "restore_accounts" => (Body::Json(json!({ "ids": [stage.kept(true).account] })), deletes),
        "restore_people" => (Body::Json(json!({ "ids": [stage.kept(true).person] })), deletes),
        "restore_from_bin" => {
            let id = stage.kept(true).account.to_string();
            (form(&[("kind", "accounts"), ("id", &id)]), deletes)
        }
        // The same entries in other ways: somebody else put in charge.
        "create_account for another" => {
            let fields =
                [("operation", &*attempt), ("form[name]", "Neu"), ("form[owner]", &*owner)];
            (form(&fields), |seat, owner| creates(seat, owner) && seat.may(ASSIGN, &[owner]))
        }
        "edit_account to another" => {
            let kept = stage.kept(false);
            let seen =
                stage.runtime.block_on(stage.db.account(&root(), kept.number)).unwrap().version;
            let edits_ = [json!({ "field": "owner", "value": "" })];
            let body =
                json!({ "number": kept.number, "id": kept.account, "seen": seen, "edits": edits_ });
            (Body::Json(body), |seat, owner| edits(seat, owner) && seat.may(ASSIGN, &[owner]))
        }
        _ => return None,
    })
}

fn on_parts(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    let attempt = operation();
    Some(match path {
        "set_contact" => {
            let subject = Subject::Account(stage.kept(false).account);
            (
                Body::Json(json!({
                    "operation": attempt, "subject": subject, "point": null, "kind": "mobile",
                    "raw": "13800138000", "expected": "",
                })),
                edits as May,
            )
        }
        "set_address" => {
            let empty =
                json!({ "country": "", "province": "", "city": "", "district": "", "street": "" });
            (
                Body::Json(json!({
                    "operation": attempt, "account": stage.kept(false).account, "address": null,
                    "form": { "city": "Kiel" }, "expected": empty,
                })),
                edits,
            )
        }
        "put_back" => {
            let kept = stage.kept(false);
            let account = stage.runtime.block_on(stage.db.account(&root(), kept.number)).unwrap();
            let point = json!({ "id": Uuid::now_v7(), "kind": "mobile", "raw": "13800138000",
                "norm": "+8613800138000", "is_primary": false });
            (
                Body::Json(json!({ "removed": { "contact": {
                "of": Subject::Account(account.id), "point": point, "place": 0,
            } } })),
                edits,
            )
        }
        "put_back a job" => {
            let (one, other) = (stage.kept(false), stage.kept(false));
            let job = json!({ "account": other.account, "number": other.number, "name": "", "role": null,
                "is_primary": false });
            (Body::Json(json!({ "removed": { "job": { "of": one.person, "job": job } } })), edits)
        }
        "set_tags" => {
            let account = stage.kept(false).account;
            (Body::Json(json!({ "account": account, "add": ["fremd"], "remove": [] })), edits)
        }
        "join_account" => {
            let (one, other) = (stage.kept(false), stage.kept(false));
            (
                Body::Json(json!({ "person": one.person, "account": other.number, "role": null })),
                edits,
            )
        }
        "link_person" => {
            let (one, other) = (stage.kept(false), stage.kept(false));
            (Body::Json(json!({ "person": one.person_number, "account": other.number })), edits)
        }
        "leave_account" => {
            let kept = stage.kept(false);
            (Body::Json(json!({ "person": kept.person, "account": kept.number })), edits)
        }
        _ => return None,
    })
}

/// Whoever changes a record and puts others in charge of it hands it over.
pub fn hands_over(seat: &Seat, owner: Option<UserId>) -> bool {
    edits(seat, owner) && seat.may(ASSIGN, &[owner])
}

/// Whoever puts others in charge shares a record, and whoever is in charge and changes it.
pub fn shares(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may(ASSIGN, &[owner]) || owner == Some(seat.user) && seat.may(EDIT, &[owner])
}

/// Shares a record with a colleague; answers the share.
pub fn shared(stage: &mut Stage, subject: Subject) -> ShareId {
    let with = ShareWith::User(stage.colleague());
    let share = ShareDraft { with, level: ShareLevel::See, end: None };
    let (db, root) = (stage.db, root());
    let shared = async {
        db.share_record(&root, subject, &share).await?;
        db.shares_of(&root, subject).await
    };
    stage.runtime.block_on(shared).unwrap().shares[0].id
}

fn on_what_is_shown(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    Some(match path {
        "share_record" => {
            let with = ShareWith::User(stage.colleague()).code();
            let subject = Subject::Account(stage.kept(false).account);
            let form = json!({ "with": with, "level": "see", "until": "" });
            (Body::Json(json!({ "subject": subject, "form": form })), shares as May)
        }
        "hand_over_record" => {
            let to = stage.colleague().to_string();
            let subject = Subject::Account(stage.kept(false).account);
            let form = json!({ "to": to, "note": "x", "keep": true });
            let body = json!({ "operation": operation(), "subject": subject, "form": form });
            (Body::Json(body), hands_over)
        }
        "unshare" => {
            let subject = Subject::Account(stage.kept(false).account);
            (Body::Json(json!({ "id": shared(stage, subject) })), shares)
        }
        // No role of the table but the one that may everything shows details in full.
        "reveal" => {
            let kept = stage.kept(false);
            let account = stage.runtime.block_on(stage.db.account(&root(), kept.number)).unwrap();
            let (subject, contact) = (Subject::Account(kept.account), account.contacts[0].id);
            let veiled = json!({ "contact": contact });
            (
                Body::Json(json!({ "subject": subject, "veiled": veiled, "reason": "x" })),
                administers,
            )
        }
        "merge_records" => {
            (Body::Json(json!({ "kind": "accounts", "draft": twins(stage) })), merges as May)
        }
        "split_records" => {
            let draft = twins(stage);
            let root = root();
            let merge = stage.db.merge(&root, MergeKind::Accounts, &draft);
            let merge = stage.runtime.block_on(merge).unwrap();
            (Body::Json(json!({ "kind": "accounts", "merge": merge })), merges)
        }
        "erase_from_bin" => {
            let id = stage.kept(true).account;
            (Body::Json(json!({ "kind": "accounts", "id": id })), administers)
        }
        _ => return None,
    })
}

fn on_notes_and_imports(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    let attempt = operation().to_string();
    Some(match path {
        "add_note" => {
            let id = stage.kept(false).account.to_string();
            let fields = [
                ("operation", &*attempt),
                ("subject_kind", "account"),
                ("subject_id", &id),
                ("body", "x"),
            ];
            (form(&fields), writes_notes as May)
        }
        // Its author alone may.
        "rewrite_note" => {
            let note = stage.kept(false).note;
            (Body::Json(json!({ "id": note, "seen": 1, "body": "fremd" })), nobody)
        }
        "pin_note" => {
            (Body::Json(json!({ "id": stage.kept(false).note, "pinned": true })), edits_notes)
        }
        "delete_activity" => {
            (Body::Json(json!({ "id": stage.kept(false).note, "deleted": true })), deletes_notes)
        }
        "/imports" => {
            stage.made += 1;
            let (name, made) = (Uuid::now_v7(), stage.made);
            let rows = format!("公司名称,电话\nkanari import {name} Ltd,1370{made:07}\n");
            (Body::File(vec![("file".to_owned(), rows)]), imports)
        }
        "map_import" | "choose_duplicates" | "start_import" | "undo_import" => {
            let import = stage.import();
            if ["start_import", "undo_import"].contains(&path) {
                stage.send("map_import", mapped(import));
            }
            // Taken back once it has run.
            if path == "undo_import" {
                stage.send("start_import", numbered(import, &[]));
                wait_for_imports(stage.runtime, stage.db);
            }
            let body = match path {
                "map_import" => mapped(import),
                "choose_duplicates" => numbered(import, &[("mode", "overwrite")]),
                _ => numbered(import, &[]),
            };
            (body, imports)
        }
        _ => return None,
    })
}

/// A form about an import.
fn numbered(import: i64, more: &[(&str, &str)]) -> Body {
    let number = import.to_string();
    form(&[&[("number", &*number)], more].concat())
}

/// How the columns of the file are read.
pub fn mapped(import: i64) -> Body {
    let columns = [
        ("form[rows]", "customers"),
        ("form[targets][0]", "account.name"),
        ("form[targets][1]", "contact.mobile"),
        ("form[then]", "check"),
    ];
    numbered(import, &columns)
}

fn on_administration(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    let json = |body: Value| Some((Body::Json(body), administers as May));
    let rights = Rights::default();
    match path {
        "invite_user" => {
            stage.made += 1;
            let email = format!("invited{}@house.example", stage.made);
            json(json!({ "email": email, "name": "Invited", "roles": ["staff"] }))
        }
        "end_device" => json(json!({ "id": stage.device() })),
        "make_user_link" | "sign_user_out" | "remove_second_step" => {
            json(json!({ "id": stage.colleague() }))
        }
        "set_user_roles" => json(json!({ "id": stage.colleague(), "roles": ["sales_rep"] })),
        "hand_over" => json(json!({ "id": stage.colleague(), "to": null })),
        "view_as" => json(json!({ "user": stage.colleague() })),
        "view_as_role" => json(json!({ "role": "sales_rep" })),
        "save_provider" => {
            let form = json!({
                "on": false, "issuer": "https://accounts.example.com", "client_id": "rapport",
                "client_secret": format!("secret {}", stage.made), "button_en": "Acme", "button_zh": "企业",
            });
            let root = root();
            let seen = stage.runtime.block_on(stage.db.provider(&root)).unwrap().version;
            json(json!({ "seen": seen, "form": form }))
        }
        "set_user_disabled" => json(json!({ "id": stage.colleague(), "disabled": true })),
        "place_user" => {
            let place = json!({ "department": stage.department(), "teams": [] });
            json(json!({ "id": stage.colleague(), "place": place }))
        }
        "save_role" => {
            stage.made += 1;
            json(json!({ "id": null, "name": format!("Role {}", stage.made), "rights": rights }))
        }
        "delete_role" => {
            stage.made += 1;
            let name = format!("Role {}", stage.made);
            let root = root();
            let made = stage.db.put_role(&root, None, &name, &rights);
            let id = stage.runtime.block_on(made).unwrap();
            json(json!({ "id": id }))
        }
        "save_department" => {
            stage.made += 1;
            json(json!({ "id": null, "name": format!("Part {}", stage.made), "parent": null }))
        }
        "delete_department" => json(json!({ "id": stage.department() })),
        "save_team" => {
            stage.made += 1;
            let name = format!("Team {}", stage.made);
            json(json!({ "id": null, "name": name, "people": [stage.colleague()] }))
        }
        "delete_team" => {
            stage.made += 1;
            let name = format!("Team {}", stage.made);
            let root = root();
            let made = stage.db.put_team(&root, None, &name, &[]);
            let id = stage.runtime.block_on(made).unwrap();
            json(json!({ "id": id }))
        }
        "require_second_step" => json(json!({ "seen": [], "roles": ["marketer"] })),
        "save_organisation" | "/setup/organisation" => {
            let seen = stage.organisation();
            let prefixed = path == "save_organisation";
            let name =
                |name: &str| if prefixed { format!("form[{name}]") } else { name.to_owned() };
            let mut fields = vec![
                (name("name_zh"), "灯塔".to_owned()),
                (name("name_en"), format!("Lighthouse {seen}")),
                (name("lang"), "en".to_owned()),
                (name("currency"), "EUR".to_owned()),
                (name("time_zone"), "Europe/Berlin".to_owned()),
                (name("region"), "DE".to_owned()),
            ];
            if prefixed {
                fields.insert(0, ("seen".to_owned(), seen));
            }
            Some((Body::Form(fields), administers))
        }
        "save_service" => {
            let stored = stage.runtime.block_on(stage.db.service_policy(&root())).unwrap();
            let typed = stored.0.typed();
            let mut fields = vec![("seen".to_owned(), stored.1.0.to_string())];
            for (place, target) in typed.targets.iter().enumerate() {
                let name = |name: &str| format!("form[targets][{place}][{name}]");
                fields.push((name("answer"), target.answer.clone()));
                fields.push((name("solve"), target.solve.clone()));
            }
            // Another one each time, so that something is changed.
            let category = format!("Lieferung {}", stored.1.0);
            fields.push(("form[categories]".to_owned(), category));
            Some((Body::Form(fields), administers))
        }
        "/setup/data" => Some((form(&[("start", "empty")]), administers)),
        _ => None,
    }
}

fn on_oneself(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    let right = stage.password == PASSWORD;
    let may = if right { anybody as May } else { nobody as May };
    Some(match path {
        "rename_myself" => (form(&[("name", "Ada")]), anybody as May),
        "end_other_sessions" | "/preferences" | "/logout" | "/second-step/begin"
        | "/view-as/stop" => (form(&[]), anybody),
        "change_password" => {
            let new = "four purple harbours";
            (form(&[("current", stage.password), ("new", new), ("again", new)]), may)
        }
        "end_session" => {
            let root = root();
            stage.runtime.block_on(super::world::session(stage.db, &acting(stage.session_of)));
            let sessions = stage.db.sessions_of(&root, stage.session_of);
            let sessions = stage.runtime.block_on(sessions).unwrap();
            (form(&[("id", &sessions[0].id.to_string())]), may)
        }
        "confirm_identity" => (Body::Json(json!({ "answer": stage.password })), may),
        "/confirm" => (form(&[("answer", stage.password), ("next", "/")]), may),
        // An address in figures has no passkeys, so none of these does anything there.
        "confirm_by_passkey" => (Body::Json(json!({ "answer": "0 {}" })), nobody),
        "/confirm/passkey" => (form(&[("answer", "0 {}"), ("next", "/")]), nobody),
        "/confirm/passkey/ask" | "/passkeys/ask" => (form(&[]), nobody),
        "/passkeys" => (form(&[("name", "Phone"), ("answer", "0 {}")]), nobody),
        "/passkeys/rename" | "/passkeys/remove" => {
            (form(&[("id", &Uuid::nil().to_string()), ("name", "Phone")]), nobody)
        }
        "/second-step/on" | "/second-step/codes" | "/second-step/off" => {
            (form(&[("code", "000000")]), nobody)
        }
        _ => return None,
    })
}

/// What needs no session: refused by what it holds.
fn at_the_door(path: &str) -> Option<(Body, May)> {
    let password =
        [("password", "four purple harbours"), ("password_again", "four purple harbours")];
    let body = match path {
        "/login" => form(&[("email", "admin@house.example"), ("password", "wrong")]),
        "/login/provider/return" => form(&[("state", "0"), ("code", "0")]),
        "/login/code" => form(&[("answer", "000000")]),
        "/login/passkey" | "/login/code/passkey" => form(&[("answer", "0 {}")]),
        "/login/passkey/ask" | "/login/code/passkey/ask" => form(&[]),
        "/invite/{secret}" | "/reset/{secret}" => form(&password),
        "/setup" => {
            let who = [("token", "wrong"), ("name", "Eve"), ("email", "eve@example.com")];
            form(&[&who[..], &password[..]].concat())
        }
        "/csp-report" => form(&[]),
        _ => return None,
    };
    Some((body, nobody))
}

/// The request of an entry, about what the stage makes for it. `way` names one of several.
pub fn request(entry: &'static Entry, way: &str, stage: &mut Stage) -> Request {
    stage.about.clear();
    let said = line(way, stage);
    let (body, may) =
        said.unwrap_or_else(|| panic!("{} {}: say how it is sent", entry.method, entry.path));
    let path = match (entry.kind, entry.path) {
        (Kind::Function, name) => function(name),
        // A secret counts as a password does: who is to be denied has none.
        (_, "/invite/{secret}" | "/reset/{secret}") if stage.password == PASSWORD => {
            stage.link(entry.path)
        }
        (_, path) => path.replace("{secret}", &"0".repeat(64)).replace("{token}", &"0".repeat(32)),
    };
    // A guess at a password or a code is a line of the log.
    let noted = [
        "/login",
        "/confirm",
        "/confirm/passkey",
        "confirm_identity",
        "confirm_by_passkey",
        "change_password",
    ];
    let is_noted = noted.contains(&entry.path);
    let notes: &[&str] = if is_noted { &LOG } else { &[] };
    Request { entry, path, body, may, notes }
}

/// Other ways to send an entry that has a line already.
const WAYS: [&str; 3] = ["create_account for another", "edit_account to another", "put_back a job"];

/// Every entry that changes something, with every way to send it.
pub fn entries() -> Vec<(&'static Entry, &'static str)> {
    let changing = all().filter(|entry| entry.repeat != Repeat::Reads);
    changing
        .flat_map(|entry| {
            let ways = WAYS.into_iter().chain(OF_PEOPLE).chain(OF_DEALS).chain(OF_ORDERS);
            let ways = ways.chain(OF_CASES).chain(AT_ONCE);
            let others = ways.filter(|way| way.split(' ').next() == Some(entry.path));
            std::iter::once((entry, entry.path)).chain(others.map(move |way| (entry, way)))
        })
        .collect()
}

/// Whether it takes a session at all.
pub fn takes_a_session(entry: &Entry) -> bool {
    matches!(
        entry.permission,
        Permission::SignedIn
            | Permission::Own
            | Permission::May(..)
            | Permission::MayAny(..)
            | Permission::Behind(..)
    )
}
