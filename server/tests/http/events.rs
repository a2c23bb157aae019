//! The stream by which open browsers hear of changes: who hears what, and when it ends.

use crate::{
    proof::{
        record::{Kept, keep, operation},
        world::{acting, hire, root, session, with_cookie},
    },
    support::{Browser, Place, Server},
};
use domain::{
    account::{AccountForm, FieldEdit},
    id::{UserId, Version},
    live::{END, Notice},
    policy::{Object, Role},
};
use serde_json::json;
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};
use store::Db;
use tokio::runtime::Runtime;

/// How long something may take that happens at once.
const SOON: Duration = Duration::from_secs(4);
/// The same where only a look at the log finds it.
const LATER: Duration = Duration::from_secs(9);

/// An open stream.
struct Stream {
    connection: TcpStream,
    text: String,
    read: usize,
}

impl Stream {
    /// Opens one; the head of the answer is the first that is read.
    fn open(browser: &Browser, more: &str) -> Self {
        Self::open_at(browser.address, &browser.cookies, more)
    }

    fn open_at(address: SocketAddr, cookies: &[(String, String)], more: &str) -> Self {
        let cookies: Vec<String> =
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut connection = TcpStream::connect(address).unwrap();
        let head = format!(
            "GET /events{more} HTTP/1.1\r\nhost: {address}\r\naccept: text/event-stream\r\n\
             sec-fetch-site: same-origin\r\ncookie: {}\r\n\r\n",
            cookies.join("; ")
        );
        connection.write_all(head.as_bytes()).unwrap();
        let mut stream = Self { connection, text: String::new(), read: 0 };
        assert!(stream.until("\r\n\r\n", SOON), "{}", stream.text);
        stream
    }

    /// Reads until this comes; whether it did in time.
    fn until(&mut self, what: &str, patience: Duration) -> bool {
        let end = Instant::now() + patience;
        let mut buffer = [0; 4096];
        loop {
            if let Some(at) = self.text[self.read..].find(what) {
                self.read += at + what.len();
                return true;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            self.connection.set_read_timeout(Some(left)).unwrap();
            match self.connection.read(&mut buffer) {
                Ok(read @ 1..) => self.text.push_str(&String::from_utf8_lossy(&buffer[..read])),
                Ok(_) => return false,
                Err(_) => {}
            }
        }
    }

    /// Whether the next that is told is this notice.
    fn tells(&mut self, notice: Notice, patience: Duration) -> bool {
        self.until("data: ", patience) && self.until("\n", patience) && {
            let told = self.text[..self.read].trim_end().rsplit("data: ").next().unwrap();
            assert_eq!(told, notice.to_string());
            true
        }
    }

    /// Whether it ends in time, with nothing told before but what says why.
    fn ends(&mut self, why: &str, patience: Duration) -> bool {
        let from = self.read;
        // The last piece of a body that comes in pieces.
        let ended = self.until("\r\n0\r\n\r\n", patience);
        let told: Vec<&str> = self.text[from..].split("data: ").skip(1).collect();
        ended
            && told.iter().all(|data| data.starts_with(why))
            && told.len() == usize::from(!why.is_empty())
    }
}

fn record(kept: &Kept, version: i64) -> Notice {
    Notice::Record { object: Object::Account, id: kept.account.0, version: Some(Version(version)) }
}

/// Somebody with a role in a department of their own, at a server.
fn somebody(
    server: &Server,
    db: &Db,
    runtime: &Runtime,
    name: &str,
    role: Role,
) -> (UserId, Browser) {
    runtime.block_on(async {
        let department = db.put_department(&root(), None, name, None).await.unwrap();
        let user = hire(db, name, vec![role.into()], department).await;
        (user, with_cookie(server, &session(db, &acting(user)).await))
    })
}

/// Changes a customer by the screen's own function.
fn edit(admin: &mut Browser, kept: &Kept, version: i64, industry: &str) {
    let edits = [FieldEdit { field: "industry".to_owned(), value: industry.to_owned() }];
    let arguments =
        json!({ "number": kept.number, "id": kept.account, "seen": version, "edits": edits });
    let answer = admin.call("edit_account", &arguments.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[test]
fn a_change_is_told_to_who_may_know_of_it_and_only_as_much_as_they_may_know() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        let runtime = Runtime::new().unwrap();
        let db = runtime.block_on(place.open());
        let (_, rep) = somebody(&server, &db, &runtime, "rita", Role::SalesRep);
        let (_, helper) = somebody(&server, &db, &runtime, "otto", Role::Auditor);
        // What is made beside the server is found by a look at the log, and several changes of a record are told as one.
        // A change that is told alone is the last of all.
        let mut watch = Stream::open(&admin, "");
        let kept = runtime.block_on(keep(&db, None, 1, false));
        let alone = ["Coffee", "Cocoa", "Milk"].into_iter().any(|industry| {
            edit(&mut admin, &kept, runtime.block_on(version(&db, &kept)), industry);
            let last = record(&kept, runtime.block_on(version(&db, &kept)));
            watch.until(&format!("data: {last}\n"), SOON)
        });
        assert!(alone, "{}", watch.text);
        drop(watch);
        let mut streams = [&admin, &rep, &helper].map(|browser| Stream::open(browser, ""));
        for stream in &streams {
            let head = stream.text.to_lowercase();
            assert!(head.starts_with("http/1.1 200"), "{head}");
            for header in [
                "content-type: text/event-stream",
                "cache-control: no-store",
                "x-accel-buffering: no",
                "x-content-type-options: nosniff",
            ] {
                assert!(head.contains(header), "{header}: {head}");
            }
        }
        edit(&mut admin, &kept, runtime.block_on(version(&db, &kept)), "Tea");
        let now = runtime.block_on(version(&db, &kept));
        let [of_admin, of_rep, of_helper] = &mut streams;
        assert!(of_admin.tells(record(&kept, now), SOON), "{}", of_admin.text);
        assert!(of_admin.text.contains("\nid: "), "{}", of_admin.text);
        // Not which one: it is out of their reach.
        assert!(of_rep.tells(Notice::Kind(Object::Account), SOON), "{}", of_rep.text);
        assert!(of_helper.tells(record(&kept, now), SOON), "{}", of_helper.text);
        for stream in &streams {
            assert!(!stream.text.contains("Tea") && !stream.text.contains(&kept.mark));
        }
        runtime.block_on(db.close());
    }
}

async fn version(db: &Db, kept: &Kept) -> i64 {
    db.account(&root(), kept.number).await.unwrap().version.0
}

#[test]
fn who_comes_back_hears_what_was_missed_and_what_another_process_does() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        let runtime = Runtime::new().unwrap();
        let db = runtime.block_on(place.open());
        let page = admin.get("/customers").body;
        let told = page.split("\"told\":").nth(1).or(page.split("\\\"told\\\":").nth(1)).unwrap();
        let told: String = told.chars().take_while(char::is_ascii_digit).collect();
        let draft = AccountForm { name: "Acme".to_owned(), ..AccountForm::default() };
        let draft = draft.parse(2).unwrap();
        runtime.block_on(db.create_account(&root(), operation(), &draft)).unwrap();
        let mut missed = Stream::open(&admin, &format!("?after={told}"));
        assert!(missed.tells(Notice::Kind(Object::Account), SOON), "{}", missed.text);
        let mut lost = Stream::open(&admin, "?after=-1");
        assert!(lost.tells(Notice::Everything, SOON), "{}", lost.text);

        let mut stream = Stream::open(&admin, "");
        // Found by a look at the log at the latest, or heard: listening begins with the server, too.
        runtime.block_on(db.create_account(&root(), operation(), &draft)).unwrap();
        assert!(stream.until("data: account", LATER), "{}", stream.text);
        // The next look is five seconds away: before it only who listens can know.
        runtime.block_on(db.create_account(&root(), operation(), &draft)).unwrap();
        let patience = if place.is_postgres() { SOON } else { LATER };
        assert!(stream.until("data: account", patience), "{}", stream.text);
        runtime.block_on(db.close());
    }
}

#[test]
fn a_stream_ends_with_the_session_with_the_account_and_with_the_rights() {
    for place in Place::both() {
        let mut server = Server::start(&place);
        let mut admin = server.set_up();
        let runtime = Runtime::new().unwrap();
        let db = runtime.block_on(place.open());
        let (user, mut rep) = somebody(&server, &db, &runtime, "rita", Role::SalesRep);
        let open = |browser: &Browser| Stream::open(browser, "");

        let mut stream = open(&rep);
        assert_eq!(rep.post("/logout", &[]).status, 303);
        assert!(stream.ends(END, SOON), "signed out: {}", stream.text);
        let refused = rep.ask("GET", "/events", &[("sec-fetch-site", "same-origin")], b"");
        assert_eq!(refused.status, 401);

        let mut rep = with_cookie(&server, &runtime.block_on(session(&db, &acting(user))));
        let (mut stream, mut bystander) = (open(&rep), open(&admin));
        let roles = json!({ "id": user, "roles": ["auditor"] });
        assert_eq!(admin.call("set_user_roles", &roles.to_string()).status, 200);
        assert!(stream.ends(END, SOON), "other rights: {}", stream.text);

        rep = with_cookie(&server, &runtime.block_on(session(&db, &acting(user))));
        let mut stream = open(&rep);
        let disabled = json!({ "id": user, "disabled": true });
        assert_eq!(admin.call("set_user_disabled", &disabled.to_string()).status, 200);
        assert!(stream.ends(END, SOON), "disabled: {}", stream.text);

        // That was about somebody else; and an open stream keeps nobody from stopping.
        let began = Instant::now();
        assert_eq!(server.stop(), Some(0));
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        assert!(bystander.ends("", SOON), "{}", bystander.text);
        runtime.block_on(db.close());
    }
}

#[test]
fn a_browser_has_so_many_streams_and_no_more() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let admin = server.set_up();
    let streams: Vec<Stream> = (0..4).map(|_| Stream::open(&admin, "")).collect();
    assert!(streams.iter().all(|stream| stream.text.starts_with("HTTP/1.1 200")));
    let fifth = Stream::open(&admin, "");
    assert!(fifth.text.starts_with("HTTP/1.1 429"), "{}", fifth.text);
    drop(streams);
    // The server notices when it writes next; until then they count.
    let mut again = admin.clone();
    assert_eq!(again.get("/customers").status, 200, "everything else goes on");
}
