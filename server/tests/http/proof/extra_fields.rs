//! What is sent besides the fields of a request has no effect: every changing entry is sent by an administrator with
//! thirty fields more, beside its own and inside of them, and moves the same columns as without. Where all of them at
//! once are refused, each is sent alone. It is the reading of the request that refuses them, before any database is asked:
//! on PostgreSQL one entry in four is tried, and none field by field.

use super::{
    request::{Body, Request},
    stage::{Stage, wait_for_imports},
    state::{Changes, State, Tables, changes},
    world::World,
    writes::{entries, request},
};
use crate::support::{Answer, Browser, PASSWORD, Place, Server};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, phc::PasswordHash},
};
use serde_json::{Map, Value, json};
use server::inventory::Entry;
use std::collections::HashSet;
use store::Db;
use tokio::runtime::Runtime;

/// Fields that nobody may set by sending them, each with a value that would be seen wherever it got to.
fn foreign() -> Vec<(&'static str, Value)> {
    let id = |last: u8| json!(format!("0199dead-beef-7000-8000-0000000000{last:02x}"));
    let number = |last: i64| json!(8_765_432_100 + last);
    vec![
        ("owner_id", id(1)),
        ("id", id(2)),
        ("uuid", id(3)),
        ("user_id", id(4)),
        ("created_by", id(5)),
        ("updated_by", id(6)),
        ("deleted_by", id(7)),
        ("merged_into", id(8)),
        ("parent_id", id(9)),
        ("department_id", id(10)),
        ("team_id", id(11)),
        ("tenant_id", id(12)),
        ("organisation_id", id(13)),
        ("session", id(14)),
        ("on_behalf_of", id(15)),
        ("number", number(1)),
        ("version", number(2)),
        ("created_at", number(3)),
        ("updated_at", number(4)),
        ("deleted_at", number(5)),
        ("confirmed_at", number(6)),
        ("credential_version", number(7)),
        ("tenant", json!("poison tenant")),
        ("role", json!("poison role")),
        ("password_hash", json!("poison hash")),
        ("email_norm", json!("poison@example.com")),
        ("external_id", json!("poison system")),
        ("origin", json!("poison origin")),
        ("is_admin", json!(true)),
        ("disabled", json!(true)),
    ]
}

/// Refused without more in them as well: by a secret that is wrong, because the set-up is over, because there are no
/// passkeys at an address in figures, because nothing is there to take off, because the link of a survey leads nowhere
/// (`surveys.rs` sends them to one that is open). What they take besides must move nothing all the same.
const REFUSED_ANYWAY: [&str; 16] = [
    "/login",
    "/login/code/passkey/ask",
    "/login/passkey",
    "/login/passkey/ask",
    "/login/provider/return",
    "/confirm/passkey",
    "/confirm/passkey/ask",
    "/passkeys",
    "/passkeys/ask",
    "/second-step/on",
    "/s/{token}",
    "/setup",
    "/setup/organisation",
    "/setup/data",
    "confirm_by_passkey",
    "remove_second_step",
];

/// Where the fields are put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Top,
    Inside,
}

/// The fields that an object lacks, or one of them.
fn put(object: &mut Map<String, Value>, only: Option<&str>) -> usize {
    let mut added = 0;
    for (name, value) in foreign() {
        if only.is_none_or(|only| only == name) && !object.contains_key(name) {
            object.insert(name.to_owned(), value);
            added += 1;
        }
    }
    added
}

/// Puts them into every object inside of a value.
fn put_inside(value: &mut Value, only: Option<&str>, depth: usize) -> usize {
    match value {
        Value::Object(object) => {
            let deeper: usize =
                object.values_mut().map(|value| put_inside(value, only, depth + 1)).sum();
            if depth > 0 { deeper + put(object, only) } else { deeper }
        }
        Value::Array(values) => {
            values.iter_mut().map(|value| put_inside(value, only, depth + 1)).sum()
        }
        _ => 0,
    }
}

/// A body with more in it, and how many fields more; `None` where there is no such place.
fn with_more(body: &Body, at: At, only: Option<&str>) -> Option<(Body, usize)> {
    let (body, added) = match (body, at) {
        (Body::Json(json), At::Top) => {
            let mut object = json.as_object()?.clone();
            let added = put(&mut object, only);
            (Body::Json(Value::Object(object)), added)
        }
        (Body::Json(json), At::Inside) => {
            let mut json = json.clone();
            let added = put_inside(&mut json, only, 0);
            (Body::Json(json), added)
        }
        (Body::Form(fields) | Body::File(fields), at) => {
            let prefix = match at {
                At::Top => "",
                At::Inside => {
                    let inner = fields.iter().find_map(|(name, _)| name.split_once('['));
                    inner.map(|(outer, _)| outer)?
                }
            };
            let mut more = fields.clone();
            for (name, value) in foreign() {
                let name_at =
                    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}[{name}]") };
                let there = fields.iter().any(|(known, _)| *known == name_at);
                if only.is_none_or(|only| only == name) && !there {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    more.push((name_at, text));
                }
            }
            let added = more.len() - fields.len();
            let body =
                if matches!(body, Body::File(_)) { Body::File(more) } else { Body::Form(more) };
            (body, added)
        }
    };
    (added > 0).then_some((body, added))
}

fn is_refused(answer: &Answer) -> bool {
    answer.status >= 400
}

struct Proof<'a> {
    runtime: &'a Runtime,
    db: &'a Db,
    state: State,
    /// What is there now, as long as nothing was made since it was read.
    known: Option<Tables>,
    /// Whether each is sent alone where all at once are refused.
    one_by_one: bool,
    /// Whether what was sent touched sessions or users since the administrator signed in.
    worn: bool,
    cases: usize,
    /// What was refused also without anything more.
    refused: Vec<&'static str>,
    wrong: Vec<String>,
}

impl Proof<'_> {
    /// Sends a request; answers how it was answered and what it did.
    fn sent(&mut self, request: &Request, browser: &mut Browser) -> (Answer, Changes) {
        let known = self.known.take();
        let before = known.unwrap_or_else(|| self.runtime.block_on(self.state.read()));
        let answer = request.send(browser);
        if request.entry.path.ends_with("_import") {
            wait_for_imports(self.runtime, self.db);
        }
        let after = self.runtime.block_on(self.state.read());
        let did = changes(&before, &after);
        self.worn |= did.of_a_session();
        self.known = Some(after);
        (answer, did)
    }

    /// A request that nothing was done with yet, and somebody to send it.
    fn made(
        &mut self,
        entry: &'static Entry,
        way: &'static str,
        stage: &mut Stage,
        sender: &Sender,
    ) -> Request {
        if std::mem::take(&mut self.worn) {
            stage.admin = sender.browser();
        }
        self.known = None;
        request(entry, way, stage)
    }

    /// Sends an entry with more than it takes: everything at once, and what is refused for one of them each alone.
    fn tried(
        &mut self,
        entry: &'static Entry,
        way: &'static str,
        stage: &mut Stage,
        sender: &Sender,
    ) {
        let plain = self.made(entry, way, stage, sender);
        let (answer, mut usual) = self.sent(&plain, &mut stage.admin.clone());
        // Twice: what the first makes the second changes.
        let again = self.made(entry, way, stage, sender);
        usual.moved.extend(self.sent(&again, &mut stage.admin.clone()).1.moved);
        if is_refused(&answer) {
            self.refused.push(way);
        }
        for at in [At::Top, At::Inside] {
            let mut own = self.made(entry, way, stage, sender);
            let each = foreign().into_iter().map(|(name, _)| Some(name));
            let mut rounds = vec![None];
            while let Some(only) = rounds.pop() {
                let Some((body, added)) = with_more(&own.body, at, only) else { continue };
                let more_of_it = Request { body, ..own.clone() };
                let (more, did) = self.sent(&more_of_it, &mut stage.admin.clone());
                self.judge(&format!("{way} {at:?} {only:?} {}", more.status), &usual, &did);
                if more.status >= 500 {
                    self.wrong.push(format!("{way} {at:?} {only:?}: {}", more.status));
                }
                // Refused for one of them: each is sent alone.
                if is_refused(&more) && !is_refused(&answer) && only.is_none() && self.one_by_one {
                    rounds.extend(each.clone());
                } else {
                    self.cases += added;
                }
                if !did.moved.is_empty() {
                    own = self.made(entry, way, stage, sender);
                }
            }
        }
    }

    fn judge(&mut self, what: &str, usual: &Changes, did: &Changes) {
        let beyond: Vec<_> = did.moved.difference(&usual.moved).collect();
        let values = foreign().into_iter().map(|(_, value)| value);
        let texts = values
            .filter(|value| !value.is_boolean())
            .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        let found: Vec<String> = texts.flat_map(|text| did.places_of(&text)).collect();
        if !beyond.is_empty() || !found.is_empty() {
            self.wrong.push(format!("{what}: {beyond:?} {found:?}"));
        }
    }
}

/// What an administrator who is newly signed in sends: some of the requests end other sessions, or change the password.
struct Sender<'a> {
    runtime: &'a Runtime,
    world: &'a World,
    server: &'a Server,
    hash: String,
}

impl Sender<'_> {
    fn browser(&self) -> Browser {
        let admin = self.world.seats[0].user;
        let db = &self.world.db;
        self.runtime.block_on(async {
            db.reset_password(&super::world::root(), admin, &self.hash).await.unwrap();
            let cookie = super::world::session(db, &super::world::acting(admin)).await;
            super::world::with_cookie(self.server, &cookie)
        })
    }
}

/// A hash that costs little: it is compared again and again.
fn cheap_hash(password: &str) -> String {
    let params = Params::new(8, 1, 1, None).unwrap();
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = argon.hash_password(password.as_bytes()).unwrap();
    hash.to_string()
}

fn nothing_else_is_taken(place: &Place) {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::make(place));
    let server = Server::start(place);
    let hash = cheap_hash(PASSWORD);
    let sender = Sender { runtime: &runtime, world: &world, server: &server, hash };
    let admin = world.seats[0].user;
    let mut stage = Stage {
        runtime: &runtime,
        db: &world.db,
        admin: sender.browser(),
        owner: admin,
        session_of: admin,
        password: PASSWORD,
        made: 100,
        about: Vec::new(),
        canaries: HashSet::new(),
    };
    server.settle();
    let mut proof = Proof {
        runtime: &runtime,
        db: &world.db,
        state: runtime.block_on(State::open(place)),
        known: None,
        one_by_one: place.address().is_none(),
        worn: false,
        cases: 0,
        refused: Vec::new(),
        wrong: Vec::new(),
    };
    let began = std::time::Instant::now();
    let sample = if proof.one_by_one { 1 } else { 4 };
    let mut refused = Vec::new();
    for (entry, way) in entries().into_iter().step_by(sample) {
        proof.tried(entry, way, &mut stage, &sender);
        refused.extend(REFUSED_ANYWAY.into_iter().filter(|known| *known == way));
    }
    assert_eq!(proof.refused, refused);
    assert!(sample > 1 || refused == REFUSED_ANYWAY, "{refused:?}");
    println!("{} fields in {:?}", proof.cases, began.elapsed());
    assert!(proof.wrong.is_empty(), "{:#?}", proof.wrong);
    assert!(proof.cases >= 2_000 / sample, "{} fields", proof.cases);
    runtime.block_on(world.db.close());
}

#[test]
fn nothing_else_is_taken_on_sqlite() {
    nothing_else_is_taken(&Place::sqlite());
}

#[test]
fn nothing_else_is_taken_on_postgres() {
    if let Some(place) = Place::postgres() {
        nothing_else_is_taken(&place);
    }
}
