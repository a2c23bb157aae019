//! The second step over plain forms: set-up, the code after the password, recovery codes, who has to have one, and
//! the fresh proof before what is worth most.

use crate::{
    inventory::{all, ask},
    support::{Answer, Browser, PASSWORD, Place, Server},
};
use server::inventory::{FreshProof, Kind};
use std::{
    process::Stdio,
    time::{SystemTime, UNIX_EPOCH},
};
use totp_rs::{Builder, Secret, Totp};

const EMAIL: &str = "lin@example.com";

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// Waits until an interval is young enough for the test to end within it.
fn begin_of_interval() {
    while now() % 30 > 18 {
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

/// The code generator that was told the key on the page.
fn generator(page: &Answer) -> Totp {
    let (_, key) = page.body.split_once("second-step-key").unwrap();
    let (_, key) = key.split_once('>').unwrap();
    let key = key.split('<').next().unwrap().replace(' ', "");
    Builder::new()
        .with_secret(Secret::try_from_base32(key).unwrap())
        .with_account_name("x")
        .build()
        .unwrap()
}

/// The codes that work now: of the last interval, this one and the next, oldest first.
fn codes(generator: &Totp) -> [String; 3] {
    [now() - 30, now(), now() + 30].map(|at| generator.generate(at).to_string())
}

/// Sets it up with the oldest code that works; answers the generator and the recovery codes.
pub fn set_up(browser: &mut Browser) -> (Totp, Vec<String>) {
    let begun = browser.post("/second-step/begin", &[]);
    assert_eq!((begun.status, begun.header("location")), (303, "/second-step"), "{}", begun.body);
    let page = browser.get("/second-step");
    assert!(page.body.contains("class=\"qr\""), "{}", page.body);
    let generator = generator(&page);
    let wrong = browser.post("/second-step/on", &[("code", "000000")]);
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    let done = browser.post("/second-step/on", &[("code", &codes(&generator)[0])]);
    assert_eq!(done.status, 200, "{}", done.body);
    let codes: Vec<String> = done
        .body
        .split("<code class=\"num\">")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect();
    assert_eq!(codes.len(), 10, "{}", done.body);
    (generator, codes)
}

fn password(server: &Server, email: &str) -> Browser {
    let mut browser = server.browser();
    let answer = browser.post("/login", &[("email", email), ("password", PASSWORD)]);
    assert_eq!((answer.status, answer.header("location")), (303, "/login/code"));
    assert_eq!(browser.session(), None, "the password alone is no session");
    browser
}

fn code(browser: &mut Browser, code: &str) -> u16 {
    browser.post("/login/code", &[("answer", code)]).status
}

#[test]
fn a_code_follows_the_password_and_passes_once_on_all_nodes() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut here = server.set_up();
        begin_of_interval();
        let (generator, recovery) = set_up(&mut here);
        assert_eq!(here.get("/customers").status, 200);
        assert!(here.get("/second-step").body.contains("10 recovery codes"));
        let [first, second, third] = codes(&generator);

        let mut browser = password(&server, EMAIL);
        let cookie = browser.cookies.iter().find(|(name, _)| name == "pending").cloned();
        assert_eq!(cookie.unwrap().1.len(), 64);
        for path in ["/", "/customers", "/second-step", "/confirm"] {
            assert_eq!(
                browser.get(path).header("location").split('?').next(),
                Some("/login"),
                "{path}"
            );
        }
        assert_eq!(browser.get("/login/code").status, 200);
        assert_eq!(code(&mut browser, &first), 422, "used when it was set up");
        assert_eq!(code(&mut browser, &second), 303);
        assert_eq!(browser.get("/customers").status, 200);
        assert!(!browser.cookies.iter().any(|(name, _)| name == "pending"));
        assert_eq!(code(&mut browser.clone(), &third), 303, "to the sign-in page: it waits once");
        let mut again = password(&server, EMAIL);
        assert_eq!(code(&mut again, &second), 422, "the same code a second time");
        assert_eq!(again.session(), None);

        // A second node with the same data, where there can be one.
        let nodes = if place.is_postgres() { vec![Server::start(&place)] } else { Vec::new() };
        let mut waiting: Vec<Browser> = nodes
            .iter()
            .chain([&server])
            .cycle()
            .take(6)
            .map(|node| password(node, EMAIL))
            .collect();
        let passed: Vec<u16> = std::thread::scope(|scope| {
            let calls: Vec<_> = waiting
                .iter_mut()
                .map(|browser| {
                    let third = third.clone();
                    scope.spawn(move || code(browser, &third))
                })
                .collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        assert_eq!(passed.iter().filter(|status| **status == 303).count(), 1, "{passed:?}");

        // One recovery code is used once, written as people write it.
        let mut lost = password(&server, EMAIL);
        let written = recovery[3].to_uppercase().replace('-', " ");
        assert!(matches!(code(&mut lost, &written), 303 | 429));
    }
}

#[test]
fn a_recovery_code_works_once_and_guessing_stops() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let (_, recovery) = set_up(&mut server.set_up());
    let mut lost = password(&server, EMAIL);
    let written = recovery[3].to_uppercase().replace('-', " ");
    assert_eq!(code(&mut lost, &written), 303);
    assert!(lost.get("/second-step").body.contains("9 recovery codes"));
    let mut again = password(&server, EMAIL);
    assert_eq!(code(&mut again, &recovery[3]), 422);
    let tries = (0..20).take_while(|_| code(&mut again, "123456") == 422).count();
    assert_eq!(tries, 4, "five with the one before");
    let limited = again.post("/login/code", &[("answer", &recovery[4])]);
    assert_eq!((limited.status, limited.header("retry-after")), (429, "300"));

    // A password set by a link does not skip it, and the key file lost leaves the recovery codes.
    std::fs::remove_file(place.folder().join("secrets.key")).unwrap();
    let doctor = place.command(&["doctor"]).output().unwrap();
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(said.contains("LOOK  second step"), "{said}");
}

#[test]
fn a_new_password_does_not_skip_it_and_an_administrator_takes_it_off() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut admin = server.set_up();
    add(&place, "ann@example.com");
    let (_, recovery) = set_up(&mut server.sign_in("ann@example.com"));
    let reset = place.command(&["user", "reset-link", "--email", "ann@example.com"]).output();
    let printed = String::from_utf8(reset.unwrap().stdout).unwrap();
    let (_, path) = printed.trim().rsplit_once("7300").unwrap();
    let form = [("password", PASSWORD), ("password_again", PASSWORD)];
    assert_eq!(server.browser().post(path, &form).status, 303);
    let mut ann = password(&server, "ann@example.com");
    assert_eq!(code(&mut ann, &recovery[0]), 303);

    let users = admin.ask(
        "GET",
        &crate::support::function("list_users"),
        &[("sec-fetch-site", "same-origin")],
        b"",
    );
    let users: serde_json::Value = serde_json::from_str(&users.body).unwrap();
    let of =
        users["users"].as_array().unwrap().iter().find(|user| user["email"] == "ann@example.com");
    assert_eq!(of.unwrap()["second_step"], true);
    let id = of.unwrap()["id"].as_str().unwrap();
    let taken = admin.call("remove_second_step", &format!("{{\"id\":\"{id}\"}}"));
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert_eq!(ann.get("/customers").status, 303, "signed out");
    assert_eq!(server.sign_in("ann@example.com").get("/customers").status, 200);

    // Whoever has the server can take it off as well, for when nobody can sign in any more.
    set_up(&mut server.sign_in("ann@example.com"));
    let off = || {
        place
            .command(&["user", "remove-second-step", "--email", "ann@example.com"])
            .output()
            .unwrap()
    };
    let done = off();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(server.sign_in("ann@example.com").get("/customers").status, 200);
    let none = off();
    assert!(String::from_utf8_lossy(&none.stderr).contains("has no second step"));
}

/// Adds a colleague.
pub fn add(place: &Place, email: &str) {
    use std::io::Write;
    let mut command = place.command(&["user", "add", "--email", email, "--role", "staff"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn who_has_to_have_one_can_do_nothing_else_first() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        add(&place, "ann@example.com");
        let mut ann = server.sign_in("ann@example.com");
        assert_eq!(ann.get("/customers").status, 200);
        let required = admin.call("require_second_step", "{\"seen\":[],\"roles\":[\"staff\"]}");
        assert_eq!(required.status, 200, "{}", required.body);
        // From the next request on, also where she was signed in before.
        for mut browser in [ann.clone(), server.sign_in("ann@example.com")] {
            for entry in all().filter(|entry| {
                !matches!(
                    entry.permission,
                    server::inventory::Permission::Public
                        | server::inventory::Permission::Secret
                        | server::inventory::Permission::Own
                )
            }) {
                let page = ask(&mut browser, entry, "text/html", &[]);
                assert_eq!(
                    (page.status, page.header("location")),
                    (303, "/second-step"),
                    "{}",
                    entry.path
                );
                let answer = ask(&mut browser, entry, "application/json", &[]);
                assert_eq!(answer.status, 401, "{}", entry.path);
            }
            assert_eq!(browser.get("/login").header("location"), "/second-step");
        }
        assert!(ann.get("/second-step").body.contains("Your role needs a second step"));
        set_up(&mut ann);
        assert_eq!(ann.get("/customers").status, 200);
        let kept = ann.post("/second-step/off", &[]);
        assert_eq!(kept.header("location"), "/second-step");
        assert!(
            ann.get("/second-step").body.contains("can&#x27;t be turned off")
                || ann.get("/second-step").body.contains("can't be turned off")
        );
    }
}

/// Lets every proof in the database be from long ago.
pub fn age(place: &Place) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let db = place.open().await;
        let statement = "UPDATE session SET confirmed_at = confirmed_at - 660000";
        match &db {
            store::Db::Sqlite { writer, .. } => {
                sqlx::query(statement).execute(writer).await.map(drop).unwrap();
            }
            store::Db::Postgres { pool, .. } => {
                sqlx::query(statement).execute(pool).await.map(drop).unwrap();
            }
        }
        db.close().await;
    });
}

#[test]
fn what_is_worth_most_to_a_thief_asks_who_one_is() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        age(&place);
        let mut asked = 0;
        for entry in all().filter(|entry| entry.proof == FreshProof::Needed) {
            asked += 1;
            let answer = ask(&mut admin, entry, "application/json", &[]);
            assert_eq!(answer.status, 403, "{}", entry.path);
            if entry.kind == Kind::Function {
                let told = "{\"Failure\":{\"confirm_identity\":{\"by\":\"password\"}}}";
                assert_eq!(answer.body, told, "{}", entry.path);
            }
            let page = ask(&mut admin, entry, "text/html", &[]);
            let to = page.header("location").split('?').next();
            assert_eq!((page.status, to), (303, Some("/confirm")), "{}", entry.path);
        }
        assert!(asked >= 10, "{asked}");
        assert_eq!(admin.get("/admin/users").status, 200, "looking takes no proof");

        let export = admin.get("/export/customers?format=csv");
        assert_eq!(export.header("location"), "/confirm?next=/export/customers%3Fformat%3Dcsv");
        assert!(admin.get(export.header("location")).body.contains("/export/customers?format=csv"));
        let next = ("next", "/export/customers?format=csv");
        let wrong = admin.post("/confirm", &[("answer", "not it"), next]);
        assert_eq!(wrong.status, 422);
        assert_eq!(admin.get("/export/customers?format=csv").status, 303);
        let mut thief = Browser { address: server.address, cookies: admin.cookies.clone() };
        let right = admin.post("/confirm", &[("answer", PASSWORD), next]);
        assert_eq!(right.status, 200, "{}", right.body);
        // A cookie that was stolen before the proof has nothing of it.
        assert_ne!(admin.session(), thief.session());
        assert_eq!(thief.get("/customers").status, 200, "what was on its way arrives");
        assert_eq!(thief.get("/export/customers?format=csv").status, 303);
        assert!(right.body.contains("href=\"/export/customers?format=csv\""), "{}", right.body);
        assert_eq!(admin.get("/export/customers?format=csv").status, 200);
        let elsewhere = [("answer", PASSWORD), ("next", "//evil.example/")];
        assert_eq!(admin.post("/confirm", &elsewhere).header("location"), "/");

        // With a second step the password is not enough.
        begin_of_interval();
        let (generator, recovery) = set_up(&mut admin);
        age(&place);
        let call = |admin: &mut Browser, answer: &str| {
            admin.call("confirm_identity", &format!("{{\"answer\":\"{answer}\"}}"))
        };
        let password = call(&mut admin, PASSWORD);
        assert_eq!(password.status, 422, "{}", password.body);
        assert!(password.body.contains("answer"), "{}", password.body);
        assert_eq!(call(&mut admin, &codes(&generator)[1]).status, 200);
        assert_eq!(admin.get("/export/customers?format=csv").status, 200);
        age(&place);
        assert_eq!(call(&mut admin, &codes(&generator)[1]).status, 422, "used");
        assert_eq!(call(&mut admin, &recovery[0]).status, 200);
        // Guessing is slowed down.
        age(&place);
        let tries = (0..20).take_while(|_| call(&mut admin, "000000").status == 422).count();
        assert_eq!(tries, 5);
        assert_eq!(call(&mut admin, &recovery[1]).status, 429);
    }
}
