//! A denied change leaves the database as it was and tells of nothing: every changing entry of the inventory is sent by
//! every seat that may not, and by browsers that are nobody's; every table is compared before and after, every answer is
//! searched for the marks of what is out of reach, and held against the answer about nothing.

use super::{
    alike::without_what_passes,
    record::{Kept, canaries_in},
    request::Request,
    stage::Stage,
    state::{State, TRIES, Tables, changes, moved},
    world::{EDIT, Seat, VIEW, World, acting, now, root, session, with_cookie},
    writes::{entries, request, takes_a_session},
};
use crate::support::{Answer, Browser, Place, Server};
use domain::{id::UserId, policy::Caller, time::HOUR};
use serde_json::{Value, json};
use server::inventory::{FreshProof, Kind};
use std::collections::HashSet;
use store::Db;
use tokio::runtime::Runtime;

/// Somebody who must be denied.
struct Denied<'a> {
    name: String,
    browser: Browser,
    /// The role, for those who are signed in.
    seat: Option<&'a Seat>,
    /// Whether it is the proof of who they are that is too old.
    proved_long_ago: bool,
    /// Canaries of the records of the world that they may not see.
    unseen: HashSet<String>,
}

impl Denied<'_> {
    /// Whether they may see what somebody is in charge of.
    fn sees(&self, owner: UserId) -> bool {
        self.proved_long_ago || self.seat.is_some_and(|seat| seat.may(VIEW, &[Some(owner)]))
    }
}

/// Canaries of what a seat, or who is nobody, may not see.
fn unseen(world: &World, seat: Option<&Seat>) -> HashSet<String> {
    let seen = |kept: &&Kept| seat.is_some_and(|seat| seat.reaches_record(VIEW, kept));
    world.records.iter().filter(|kept| !seen(kept)).flat_map(Kept::canaries).collect()
}

/// Who is not signed in, whatever their browser holds.
async fn nobodies(world: &World, server: &Server) -> Vec<(String, Browser)> {
    let db = &world.db;
    let admin = world.seats[0].user;
    let mut all = vec![("a stranger".to_owned(), server.browser())];
    all.push(("a forged cookie".to_owned(), with_cookie(server, &"ab".repeat(32))));
    let long_ago = Caller { now: now().plus(-200 * HOUR), ..acting(admin) };
    all.push((
        "a session that ran out".to_owned(),
        with_cookie(server, &session(db, &long_ago).await),
    ));
    let ended = session(db, &acting(world.colleagues.beside)).await;
    db.revoke_all(&root(), world.colleagues.beside).await.unwrap();
    all.push(("a session that was ended".to_owned(), with_cookie(server, &ended)));
    let off = session(db, &acting(world.colleagues.above)).await;
    db.set_user_disabled(&root(), world.colleagues.above, true).await.unwrap();
    all.push(("a user who is switched off".to_owned(), with_cookie(server, &off)));
    all
}

/// Signed in as an administrator, whose proof of who they are is older than allowed.
async fn proved_long_ago(db: &Db, seat: &Seat, server: &Server) -> Browser {
    let before = Caller { now: now().plus(-HOUR / 2), ..acting(seat.user) };
    with_cookie(server, &session(db, &before).await)
}

struct Proof<'a> {
    runtime: &'a Runtime,
    state: State,
    sent: usize,
    /// Answers that had to be those about nothing.
    alike: usize,
    wrong: Vec<String>,
}

impl Proof<'_> {
    fn now(&mut self) -> Tables {
        self.runtime.block_on(self.state.read())
    }

    /// Sends a request that must be denied; answers what the database holds afterwards.
    fn denied(
        &mut self,
        request: &Request,
        denied: &mut Denied,
        stage: &Stage,
        before: Tables,
    ) -> Tables {
        let path = request.entry.path;
        let answer = request.send(&mut denied.browser);
        if !denied.sees(stage.owner) {
            self.tells_nothing(request, denied, stage, &answer);
        }
        let after = self.now();
        let mut tables = moved(&before, &after);
        tables.retain(|table| table != TRIES && !request.notes.contains(&&**table));
        if !tables.is_empty() {
            let changed = changes(&before, &after).moved;
            self.wrong.push(format!("{} {path}: {} moved {changed:?}", denied.name, answer.status));
        }
        if request.entry.kind == Kind::Function && answer.status < 400 {
            self.wrong.push(format!("{} {path}: {}", denied.name, answer.status));
        }
        let asked_for_a_proof = answer.body.contains("confirm_identity")
            || answer.header("location").starts_with("/confirm");
        if denied.proved_long_ago && !asked_for_a_proof {
            self.wrong
                .push(format!("{} {path}: not for want of a proof: {}", denied.name, answer.body));
        }
        self.sent += 1;
        after
    }

    /// An answer to somebody who may not see what it is about: it names nothing that was not sent, and is the one that
    /// is given about nothing.
    fn tells_nothing(
        &mut self,
        request: &Request,
        denied: &mut Denied,
        stage: &Stage,
        answer: &Answer,
    ) {
        let path = request.entry.path;
        let sent = canaries_in(&request.text());
        let told = canaries_in(&answer.body);
        let out_of_reach =
            |canary: &&String| stage.canaries.contains(*canary) || denied.unseen.contains(*canary);
        let told: Vec<&String> = told.difference(&sent).filter(out_of_reach).collect();
        if !told.is_empty() {
            self.wrong.push(format!("{} {path} is told {told:?}", denied.name));
        }
        let Some(about_nothing) = request.about_nothing(&stage.about) else { return };
        let nothing = about_nothing.send(&mut denied.browser);
        let told = stage.about.iter().fold(answer.clone(), |answer, kept| {
            let (status, body) = without_what_passes(&answer, kept);
            Answer { status, body, ..answer }
        });
        let nothing = without_what_passes(&nothing, &Kept::unknown());
        if (told.status, &told.body) != (nothing.0, &nothing.1) {
            self.wrong
                .push(format!("{} {path}: {told:?}, about nothing: {nothing:?}", denied.name));
        }
        self.alike += 1;
    }
}

/// Every way to say that a person works, or does not work, for a customer.
fn relations(person: &Kept, account: &Kept) -> [(&'static str, Value); 4] {
    let job = json!({ "account": account.account, "number": account.number, "name": "", "role": null,
        "is_primary": false });
    [
        (
            "join_account",
            json!({ "person": person.person, "account": account.number, "role": null }),
        ),
        ("link_person", json!({ "person": person.person_number, "account": account.number })),
        ("leave_account", json!({ "person": person.person, "account": account.number })),
        ("put_back", json!({ "removed": { "job": { "of": person.person, "job": job } } })),
    ]
}

/// Somebody who may change one end of a relation but not the other.
fn one_end_is_not_enough(seat: &Seat, world: &World, server: &Server, proof: &mut Proof) {
    let (own, theirs) = (world.of(Some(seat.user)), world.of(Some(world.colleagues.stranger)));
    if seat.may(EDIT, &theirs.owners) {
        return;
    }
    let mut browser = seat.browser(server);
    let mut before = proof.now();
    for (person, account) in [(own, theirs), (theirs, own)] {
        for (name, body) in relations(person, account) {
            let answer = browser.call(name, &body.to_string());
            let after = proof.now();
            let tables = moved(&before, &after);
            if answer.status < 400 || !tables.is_empty() {
                let status = answer.status;
                proof.wrong.push(format!("{} {name} at one end: {status} {tables:?}", seat.name));
            }
            proof.sent += 1;
            before = after;
        }
    }
}

fn a_denied_change_changes_nothing(place: &Place) {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::make(place));
    let server = Server::start(place);
    let mut stage = Stage {
        runtime: &runtime,
        db: &world.db,
        admin: world.seats[0].browser(&server),
        owner: world.colleagues.stranger,
        session_of: world.colleagues.stranger,
        password: "not the password",
        made: 500,
        about: Vec::new(),
        canaries: HashSet::new(),
    };
    server.settle();
    let state = runtime.block_on(State::open(place));
    let mut all: Vec<Denied> = runtime
        .block_on(nobodies(&world, &server))
        .into_iter()
        .map(|(name, browser)| Denied {
            name,
            browser,
            seat: None,
            proved_long_ago: false,
            unseen: unseen(&world, None),
        })
        .collect();
    all.extend(world.seats.iter().map(|seat| Denied {
        name: seat.name.to_owned(),
        browser: seat.browser(&server),
        seat: Some(seat),
        proved_long_ago: false,
        unseen: unseen(&world, Some(seat)),
    }));
    let late = runtime.block_on(proved_long_ago(&world.db, &world.seats[0], &server));
    let name = "who proved it long ago".to_owned();
    let unseen = HashSet::new();
    all.push(Denied { name, browser: late, seat: None, proved_long_ago: true, unseen });
    let mut proof = Proof { runtime: &runtime, state, sent: 0, alike: 0, wrong: Vec::new() };
    let began = std::time::Instant::now();
    for (entry, way) in entries() {
        let request = request(entry, way, &mut stage);
        let mut before = proof.now();
        let sent = proof.sent;
        for denied in &mut all {
            let must = match denied.seat {
                Some(seat) => !(request.may)(seat, Some(stage.owner)),
                None if denied.proved_long_ago => entry.proof == FreshProof::Needed,
                None => true,
            };
            if must {
                before = proof.denied(&request, denied, &stage, before);
            }
        }
        assert!(proof.sent > sent, "{way} is denied to nobody");
        assert!(takes_a_session(entry) || matches!(entry.kind, Kind::Form | Kind::Open), "{way}");
    }
    for seat in &world.seats {
        one_end_is_not_enough(seat, &world, &server, &mut proof);
    }
    println!("{} denied, {} alike in {:?}", proof.sent, proof.alike, began.elapsed());
    assert!(proof.wrong.is_empty(), "{:#?}", proof.wrong);
    assert!(proof.sent >= 700, "{} denied", proof.sent);
    assert!(proof.alike >= 200, "{} held against answers about nothing", proof.alike);
    runtime.block_on(world.db.close());
}

#[test]
fn a_denied_change_changes_nothing_on_sqlite() {
    a_denied_change_changes_nothing(&Place::sqlite());
}

#[test]
fn a_denied_change_changes_nothing_on_postgres() {
    if let Some(place) = Place::postgres() {
        a_denied_change_changes_nothing(&place);
    }
}
