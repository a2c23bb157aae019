//! Links that work once, over plain forms: invitations and passwords set anew.

use crate::support::{Answer, Browser, PASSWORD, Place, Server};
use std::collections::BTreeMap;

const NEW: &str = "nine orange tractors";

/// Runs `rapport user COMMAND` and answers the path of the link it prints.
fn link(place: &Place, command: &str, email: &str) -> String {
    let mut command = place.command(&["user", command, "--email", email]);
    let output = command.args(["--public-url", "https://crm.example.com"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let (_, path) = printed.trim().rsplit_once("https://crm.example.com").unwrap();
    path.to_owned()
}

fn choose(browser: &mut Browser, path: &str, password: &str) -> Answer {
    browser.post(path, &[("password", password), ("password_again", password)])
}

#[test]
fn whoever_is_invited_chooses_a_password_without_javascript() {
    for place in Place::both() {
        let server = Server::start(&place);
        server.set_up();
        let path = link(&place, "invite", "wang@example.com");
        let mut browser = server.browser();
        let enter = |browser: &mut Browser, password: &str| {
            browser.post("/login", &[("email", "wang@example.com"), ("password", password)])
        };
        assert_eq!(enter(&mut browser, NEW).status, 422, "not before the password is set");
        let page = browser.get(&path);
        assert_eq!((page.status, page.header("referrer-policy")), (200, "no-referrer"));
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.body.contains("wang@example.com"), "{}", page.body);
        for (password, again, words) in [
            ("short", "short", "12"),
            (NEW, "nine orange tractor", "same"),
            ("wang@example.com", "wang@example.com", "Easy to guess"),
        ] {
            let typed = [("password", password), ("password_again", again)];
            let refused = browser.post(&path, &typed);
            assert_eq!(refused.status, 422, "{password}");
            assert!(refused.body.contains(words), "{password}: {}", refused.body);
            assert_eq!(refused.header("referrer-policy"), "no-referrer");
        }
        let done = choose(&mut browser, &path, NEW);
        assert_eq!((done.status, done.header("location")), (303, "/login?set=1"));
        assert_eq!(browser.session(), None, "a link signs nobody in");
        assert!(browser.get("/login?set=1").body.contains("Password set"));
        assert_eq!(enter(&mut browser, NEW).status, 303);
        assert_eq!(browser.get("/customers").status, 200);
    }
}

#[test]
fn a_link_that_does_not_work_looks_the_same_whatever_the_reason() {
    for place in Place::both() {
        let server = Server::start(&place);
        server.set_up();
        let used = link(&place, "invite", "wang@example.com");
        assert_eq!(choose(&mut server.browser(), &used, NEW).status, 303);
        let replaced = link(&place, "reset-link", "wang@example.com");
        let working = link(&place, "reset-link", "wang@example.com");
        let other_kind = working.replace("/reset/", "/invite/");
        let unknown = format!("/reset/{}", "0".repeat(64));
        let told: Vec<(u16, String)> =
            [&*used, &*replaced, &*other_kind, &*unknown, "/reset/x", "/invite/%00"]
                .iter()
                .flat_map(|path| {
                    let mut browser = server.browser();
                    [browser.get(path), choose(&mut browser, path, "eight red bicycles")]
                })
                .map(|answer| {
                    assert_eq!(answer.header("referrer-policy"), "no-referrer");
                    (answer.status, answer.body)
                })
                .collect();
        assert_eq!(told[0].0, 404);
        assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
        assert_eq!(server.browser().get(&working).status, 200);
    }
}

#[test]
fn a_password_set_by_a_link_signs_out_everywhere_and_works_once() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        let path = link(&place, "reset-link", "lin@example.com");
        assert_eq!(admin.get("/customers").status, 200, "a link alone changes nothing");
        let mut here = server.sign_in("lin@example.com");
        assert_eq!(choose(&mut here, &path, NEW).status, 303);
        assert_eq!((here.session(), admin.get("/customers").status), (None, 303));
        let enter = |password: &str| {
            server.browser().post("/login", &[("email", "lin@example.com"), ("password", password)])
        };
        assert_eq!(choose(&mut server.browser(), &path, "eight red bicycles").status, 404);
        assert_eq!((enter(PASSWORD).status, enter(NEW).status), (422, 303));
    }
}

#[test]
fn of_many_who_use_a_link_at_once_one_does() {
    for place in Place::both() {
        let server = Server::start(&place);
        server.set_up();
        let path = link(&place, "reset-link", "lin@example.com");
        // As many as may wait for a password to be hashed; the race of fifty is the store's.
        let answers: Vec<_> = (0..12)
            .map(|number| {
                let (mut browser, path) = (server.browser(), path.clone());
                std::thread::spawn(move || {
                    choose(&mut browser, &path, &format!("nine orange tractors {number}")).status
                })
            })
            .collect();
        let mut told = BTreeMap::new();
        for answer in answers {
            *told.entry(answer.join().unwrap()).or_insert(0) += 1;
        }
        assert_eq!(told, BTreeMap::from([(303, 1), (404, 11)]));
    }
}

#[test]
fn the_secret_of_a_link_is_never_logged() {
    let place = Place::sqlite();
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--no-rate-limits"]);
    command.env("RAPPORT_LOG", "trace");
    let server = Server::launch(command);
    server.set_up();
    let path = link(&place, "reset-link", "lin@example.com");
    server.browser().get(&path);
    choose(&mut server.browser(), &path, "short");
    choose(&mut server.browser(), &path, NEW);
    choose(&mut server.browser(), &path, NEW);
    let (_, secret) = path.rsplit_once('/').unwrap();
    let log = server.log();
    assert!(log.contains("/reset/{secret}"), "{log}");
    assert!(!log.contains(secret), "{log}");
}
