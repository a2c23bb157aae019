//! How every changing entry of the inventory is sent, and who may: valid in everything but the right, so that nothing
//! else refuses it. An entry without a line here fails the proofs.

use super::{
    record::{Kept, keep, operation},
    state::LOG,
    world::{ASSIGN, CREATE, DELETE, EDIT, Seat, VIEW, acting, hire, root},
};
use crate::{
    inventory::all,
    support::{Answer, Browser, PASSWORD, function},
};
use domain::{
    id::{DepartmentId, UserId},
    note::Subject,
    policy::{Rights, Role},
    share::{ShareDraft, ShareLevel, ShareWith},
};
use serde_json::{Value, json};
use server::inventory::{Entry, Kind, Permission, Repeat};
use store::Db;
use tokio::runtime::Runtime;
use uuid::Uuid;

/// A body as its entry takes it.
#[derive(Clone, Debug)]
pub enum Body {
    Json(Value),
    Form(Vec<(String, String)>),
    /// A file of rows.
    File(Vec<(String, String)>),
}

/// Whether a seat may, on what somebody keeps.
pub type May = fn(&Seat, Option<UserId>) -> bool;

/// A request.
#[derive(Clone)]
pub struct Request {
    pub entry: &'static Entry,
    pub path: String,
    pub body: Body,
    pub may: May,
    /// Tables that it moves also when it is refused.
    pub notes: &'static [&'static str],
}

const BOUNDARY: &str = "3fa9c1";

impl Request {
    /// Sends it.
    pub fn send(&self, browser: &mut Browser) -> Answer {
        let (kind, body) = match &self.body {
            Body::Json(json) => ("application/json".to_owned(), json.to_string()),
            Body::Form(fields) => {
                let fields: Vec<(&str, &str)> =
                    fields.iter().map(|(name, value)| (&**name, &**value)).collect();
                ("application/x-www-form-urlencoded".to_owned(), crate::support::form(&fields))
            }
            Body::File(fields) => {
                let mut body = String::new();
                for (name, value) in fields {
                    let file = if name == "file" {
                        "; filename=\"a.csv\"\r\nContent-Type: text/csv"
                    } else {
                        ""
                    };
                    body += &format!(
                        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n"
                    );
                }
                body += &format!("--{BOUNDARY}--\r\n");
                (format!("multipart/form-data; boundary={BOUNDARY}"), body)
            }
        };
        let accept = if self.entry.kind == Kind::Form { "text/html" } else { "application/json" };
        let headers =
            [("accept", accept), ("sec-fetch-site", "same-origin"), ("content-type", &kind)];
        browser.ask(self.entry.method, &self.path, &headers, body.as_bytes())
    }
}

/// What the requests are about: made for each of them, so that none finds what another left.
pub struct Stage<'a> {
    pub runtime: &'a Runtime,
    pub db: &'a Db,
    /// Somebody who may do everything.
    pub admin: Browser,
    /// Who is in charge of what they are about.
    pub owner: UserId,
    /// Whose sessions they are about.
    pub session_of: UserId,
    /// Given where the password is asked for.
    pub password: &'static str,
    pub made: usize,
}

impl Stage<'_> {
    fn kept(&mut self, binned: bool) -> Kept {
        self.made += 1;
        self.runtime.block_on(keep(self.db, Some(self.owner), self.made, binned))
    }

    fn colleague(&mut self) -> UserId {
        self.made += 1;
        let name = format!("colleague {}", self.made);
        let department = self.department();
        self.runtime.block_on(hire(self.db, &name, vec![Role::Staff.into()], department))
    }

    fn department(&mut self) -> DepartmentId {
        self.made += 1;
        let name = format!("Part {}", self.made);
        let root = root();
        let made = self.db.put_department(&root, None, &name, None);
        self.runtime.block_on(made).unwrap()
    }

    fn import(&mut self) -> i64 {
        let line = line("/imports", self).unwrap();
        let entry = all().find(|entry| entry.path == "/imports").unwrap();
        let request =
            Request { entry, path: "/imports".to_owned(), body: line.0, may: line.1, notes: &[] };
        let answer = request.send(&mut self.admin);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let (_, number) = answer.body.split_once("I-").unwrap();
        let number: String = number.chars().take_while(char::is_ascii_digit).collect();
        number.parse().unwrap()
    }

    fn organisation(&mut self) -> String {
        let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
        let answer = self.admin.ask("GET", &function("open_organisation"), &headers, b"");
        let screen: Value = serde_json::from_str(&answer.body).unwrap();
        screen["version"].to_string()
    }
}

fn form(fields: &[(&str, &str)]) -> Body {
    Body::Form(
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    )
}

/// Everybody who is signed in.
fn anybody(_: &Seat, _: Option<UserId>) -> bool {
    true
}

/// Nobody: what is sent is wrong, whoever sends it.
fn nobody(_: &Seat, _: Option<UserId>) -> bool {
    false
}

fn administers(seat: &Seat, _: Option<UserId>) -> bool {
    seat.administers
}

fn imports(seat: &Seat, _: Option<UserId>) -> bool {
    seat.imports
}

fn creates(seat: &Seat, _: Option<UserId>) -> bool {
    seat.may(CREATE, &[None])
}

fn edits(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may(EDIT, &[owner])
}

fn deletes(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may(DELETE, &[owner])
}

fn writes_notes(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may(VIEW, &[owner]) && seat.notes.as_bytes()[1] == b'a'
}

fn edits_notes(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may(VIEW, &[owner]) && seat.notes.as_bytes()[2] == b'a'
}

/// Whoever administers notes may take those of others away.
fn deletes_notes(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may(VIEW, &[owner]) && seat.administers
}

/// The body of an entry and who may send it.
fn line(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    on_customers(path, stage)
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

/// Whoever puts others in charge shares a record, and whoever is in charge and changes it.
fn shares(seat: &Seat, owner: Option<UserId>) -> bool {
    seat.may(ASSIGN, &[owner]) || owner == Some(seat.user) && seat.may(EDIT, &[owner])
}

fn on_what_is_shown(path: &str, stage: &mut Stage) -> Option<(Body, May)> {
    Some(match path {
        "share_record" => {
            let with = ShareWith::User(stage.colleague()).code();
            let subject = Subject::Account(stage.kept(false).account);
            let form = json!({ "with": with, "level": "see", "until": "" });
            (Body::Json(json!({ "subject": subject, "form": form })), shares as May)
        }
        "unshare" => {
            let with = ShareWith::User(stage.colleague());
            let subject = Subject::Account(stage.kept(false).account);
            let share = ShareDraft { with, level: ShareLevel::See, end: None };
            let (db, root) = (stage.db, root());
            let shared = async {
                db.share_record(&root, subject, &share).await?;
                db.shares_of(&root, subject).await
            };
            let of = stage.runtime.block_on(shared).unwrap();
            (Body::Json(json!({ "id": of.shares[0].id })), shares)
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
        "delete_note" => {
            (Body::Json(json!({ "id": stage.kept(false).note, "deleted": true })), deletes_notes)
        }
        "/imports" => {
            let rows = format!("公司名称,电话\nkanari import {} Ltd,13900000000\n", Uuid::now_v7());
            (Body::File(vec![("file".to_owned(), rows)]), imports)
        }
        "map_import" | "choose_duplicates" | "start_import" | "undo_import" => {
            let number = stage.import().to_string();
            let mut fields = vec![("number", &*number)];
            match path {
                "map_import" => fields.extend([
                    ("form[rows]", "customers"),
                    ("form[targets][0]", "account.name"),
                    ("form[targets][1]", "contact.mobile"),
                    ("form[then]", "check"),
                ]),
                "choose_duplicates" => fields.push(("mode", "overwrite")),
                _ => {}
            }
            (form(&fields), imports)
        }
        _ => return None,
    })
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
        "make_user_link" | "sign_user_out" | "remove_second_step" => {
            json(json!({ "id": stage.colleague() }))
        }
        "set_user_roles" => json(json!({ "id": stage.colleague(), "roles": ["sales_rep"] })),
        "hand_over" => json(json!({ "id": stage.colleague(), "to": null })),
        // As somebody who is not there: a browser that looks as somebody does nothing more.
        "view_as" => Some((Body::Json(json!({ "user": Uuid::nil() })), nobody as May)),
        "save_provider" => Some((Body::Json(json!({ "seen": 0, "form": {} })), nobody as May)),
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
        "require_second_step" => json(json!({ "roles": ["marketer"] })),
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
    let said = line(way, stage);
    let (body, may) =
        said.unwrap_or_else(|| panic!("{} {}: say how it is sent", entry.method, entry.path));
    let path = match entry.kind {
        Kind::Function => function(entry.path),
        _ => entry.path.replace("{secret}", &"0".repeat(64)),
    };
    let notes: &[&str] = if entry.path == "/login" { &LOG } else { &[] };
    Request { entry, path, body, may, notes }
}

/// Other ways to send an entry that has a line already.
const WAYS: [&str; 3] = ["create_account for another", "edit_account to another", "put_back a job"];

/// Every entry that changes something, with every way to send it.
pub fn entries() -> Vec<(&'static Entry, &'static str)> {
    let changing = all().filter(|entry| entry.repeat != Repeat::Reads);
    changing
        .flat_map(|entry| {
            let others = WAYS.into_iter().filter(|way| way.split(' ').next() == Some(entry.path));
            std::iter::once((entry, entry.path)).chain(others.map(move |way| (entry, way)))
        })
        .collect()
}

/// Whether it takes a session at all.
pub fn takes_a_session(entry: &Entry) -> bool {
    matches!(
        entry.permission,
        Permission::SignedIn | Permission::Own | Permission::May(..) | Permission::Behind(..)
    )
}
