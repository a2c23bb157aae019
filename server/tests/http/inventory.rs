//! Every way in of the inventory, asked by strangers and by people without the right.

use crate::support::{Answer, Browser, PASSWORD, Place, Server, function};
use domain::policy::{Object, Reach, Role};
use server::inventory::{Entry, FUNCTIONS, Kind, Permission, ROUTES, SCREENS, STREAMS, TRANSFERS};
use std::io::Write;
use std::process::Stdio;

/// Asks a way in with an empty body of the kind it takes.
pub fn ask(browser: &mut Browser, entry: &Entry, accept: &str, more: &[(&str, &str)]) -> Answer {
    let path = match entry.kind {
        Kind::Function => function(entry.path),
        _ => entry
            .path
            .replace("{number}", "C-1")
            .replace("{secret}", &"0".repeat(64))
            .replace("{token}", &"0".repeat(32)),
    };
    let kind = match entry.kind {
        Kind::Transfer => "multipart/form-data; boundary=x",
        Kind::Function => "application/json",
        _ => "application/x-www-form-urlencoded",
    };
    let mut headers = vec![("accept", accept)];
    if !more.iter().any(|(name, _)| matches!(*name, "sec-fetch-site" | "origin")) {
        headers.push(("sec-fetch-site", "same-origin"));
    }
    if entry.method == "POST" && !more.iter().any(|(name, _)| *name == "content-type") {
        headers.push(("content-type", kind));
    }
    headers.extend(more);
    browser.ask(entry.method, &path, &headers, b"")
}

/// Everything that is listed.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    ROUTES.iter().chain(TRANSFERS).chain(STREAMS).chain(SCREENS).chain(FUNCTIONS)
}

#[test]
fn strangers_get_nothing_but_the_way_to_the_door() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    server.set_up();
    let mut asked = 0;
    for entry in all().filter(|entry| {
        matches!(
            entry.permission,
            Permission::SignedIn | Permission::May(..) | Permission::MayAny(..)
        )
    }) {
        asked += 1;
        let page = ask(&mut server.browser(), entry, "text/html", &[]);
        assert_eq!(page.status, 303, "{} {}", entry.method, entry.path);
        assert!(page.header("location").starts_with("/login"), "{}", entry.path);
        let answer = ask(&mut server.browser(), entry, "application/json", &[]);
        assert_eq!(answer.status, 401, "{} {}", entry.method, entry.path);
        if entry.kind == Kind::Function {
            assert_eq!(answer.body, "{\"Failure\":\"signed_out\"}", "{}", entry.path);
        }
        let mut forged = server.browser();
        forged.cookies.push(("sid".to_owned(), "0".repeat(64)));
        assert_eq!(ask(&mut forged, entry, "application/json", &[]).status, 401, "{}", entry.path);
    }
    assert!(asked > 40, "{asked}");
}

/// Every role but the administrator's, at every way in that its rights do not open.
#[test]
fn roles_get_what_the_policy_gives_them() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    server.set_up();
    let mut refused = 0;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Admin) {
        let email = format!("{}@example.com", role.code());
        let mut add = place.command(&["user", "add", "--email", &email, "--role", role.code()]);
        let mut add = add.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        add.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
        assert!(add.wait().unwrap().success());
        let mut user = server.sign_in(&email);
        let rights = role.rights();
        for entry in all() {
            let opens = |action, object| rights.reach(action, object) != Reach::None;
            let opened = match entry.permission {
                Permission::May(action, object) => opens(action, object),
                Permission::MayAny(action) => {
                    opens(action, Object::Account) || opens(action, Object::Person)
                }
                _ => continue,
            };
            if opened {
                continue;
            }
            refused += 1;
            let answer = ask(&mut user, entry, "application/json", &[]);
            assert_eq!(answer.status, 403, "{role:?} {} {}", entry.method, entry.path);
            let page = ask(&mut user, entry, "text/html", &[]);
            assert_eq!(page.status, 403, "{role:?} {} {}", entry.method, entry.path);
        }
        assert_eq!(user.get("/").status, 200, "{role:?} is still signed in");
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn screens_answer_those_who_may() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut admin = server.set_up();
    for entry in SCREENS.iter().filter(|entry| !entry.path.contains('{')) {
        let page = admin.get(entry.path);
        assert_eq!(page.status, 200, "{}", entry.path);
        assert!(page.body.starts_with("<!DOCTYPE html>"), "{}", entry.path);
    }
}
