//! What every answer carries, and the policy of pages.

use crate::{
    inventory::{all, ask},
    support::{Answer, Place, Server, raw},
};
use server::inventory::{Entry, Kind, SCREENS};
use std::collections::HashSet;

fn check(answer: &Answer, what: &str) {
    // An address that holds a secret is told to nobody.
    let secret = what.contains("{secret}") || what.contains(" /s/");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", if secret { "no-referrer" } else { "same-origin" }),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
        assert_eq!(answer.all(name).len(), 1, "{what}: {name}");
    }
    assert!(answer.header("permissions-policy").contains("camera=()"), "{what}");
    assert_eq!(answer.header("x-request-id").len(), 32, "{what}");
    assert_eq!(answer.header("server"), "", "{what}");
    assert_eq!(answer.header("strict-transport-security"), "", "{what}: plain http");
    let policies = answer.all("content-security-policy");
    assert_eq!(policies.len(), 1, "{what}: {policies:?}");
    assert!(policies[0].starts_with("default-src 'none'"), "{what}");
    assert!(policies[0].contains("frame-ancestors 'none'"), "{what}");
    assert!(
        !policies[0].contains("unsafe-inline") && !policies[0].contains("'unsafe-eval'"),
        "{what}"
    );
}

fn nonce(answer: &Answer) -> &str {
    let policy = answer.header("content-security-policy");
    let (_, rest) =
        policy.split_once("script-src 'self' 'nonce-").unwrap_or_else(|| panic!("{policy}"));
    rest.split('\'').next().unwrap()
}

#[test]
fn every_way_in_answers_with_the_headers_of_operation() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut admin = server.set_up();
    // Signing out would end it for the others, and a stream does not end.
    let answers = |entry: &&Entry| entry.path != "/logout" && entry.kind != Kind::Stream;
    for entry in all().filter(answers) {
        for answer in [
            ask(&mut admin, entry, "text/html", &[]),
            ask(&mut server.browser(), entry, "application/json", &[]),
        ] {
            check(&answer, &format!("{} {}", entry.method, entry.path));
            assert_eq!(answer.header("cache-control"), "no-store", "{}", entry.path);
        }
    }
    let mut stranger = server.browser();
    for (method, path) in [
        ("GET", "/nothing/here"),
        ("GET", "/nothing.js"),
        ("PUT", "/login"),
        ("TRACE", "/"),
        ("OPTIONS", "/"),
        ("DELETE", "/customers"),
        ("GET", "/pkg/../rapport.db"),
        ("GET", "/%2e%2e/rapport.db"),
        ("POST", "/nothing"),
    ] {
        let answer = stranger.ask(method, path, &[("sec-fetch-site", "same-origin")], b"");
        assert!(matches!(answer.status, 400..=499 | 303), "{method} {path}: {}", answer.status);
        check(&answer, &format!("{method} {path}"));
    }
    check(
        &raw(server.address, b"GET / HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n"),
        "host",
    );
}

#[test]
fn every_page_load_has_a_nonce_of_its_own_and_every_script_carries_it() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut admin = server.set_up();
    let mut seen = HashSet::new();
    let pages: Vec<&str> =
        SCREENS.iter().map(|entry| entry.path).filter(|path| !path.contains('{')).collect();
    for number in 0..200 {
        let path = pages[number % pages.len()];
        let page = admin.get(path);
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        let nonce = nonce(&page);
        assert!(nonce.len() >= 20, "{nonce}");
        assert!(seen.insert(nonce.to_owned()), "{path}: {nonce} came twice");
        for tag in ["<script", "<style"] {
            for (at, _) in page.body.match_indices(tag) {
                let tag: String = page.body[at..].chars().take_while(|c| *c != '>').collect();
                assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: {tag}");
            }
        }
        assert!(!page.body.contains(" style=\""), "{path}: a style attribute breaks the policy");
        assert!(!page.body.contains(" onclick=") && !page.body.contains("javascript:"), "{path}");
    }
    assert_eq!(seen.len(), 200);
}

#[test]
fn pages_without_script_have_the_policy_that_allows_none() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    server.set_up();
    for path in ["/login", "/login?next=/customers", "/setup", "/nothing/here"] {
        let page = server.browser().get(path);
        let policy = page.header("content-security-policy");
        assert!(
            !policy.contains("script-src") && policy.contains("form-action 'self'"),
            "{path}: {policy}"
        );
        assert!(
            !page.body.contains("<script") && page.header("content-type").starts_with("text/html"),
            "{path}"
        );
    }
}

#[test]
fn the_log_holds_no_personal_data_and_every_request_once() {
    let place = Place::sqlite();
    let server = Server::start_with(&place, &["--no-rate-limits", "--log", "json"]);
    let mut admin = server.set_up();
    let canaries = ["canary-search", "canary-mail", "canary-pass", "C-4711", "canary-agent"];
    admin.get("/customers?q=canary-search");
    admin.get("/customers/C-4711");
    admin.post("/login", &[("email", "canary-mail@example.com"), ("password", "canary-pass")]);
    let answer = admin.ask(
        "GET",
        "/login",
        &[("user-agent", "canary-agent"), ("cookie", "sid=canary-cookie")],
        b"",
    );
    let log = server.log();
    for canary in canaries.iter().chain(&["canary-cookie", "lin@example.com", "127.0.0.1"]) {
        let lines = log.lines().filter(|line| !line.contains("listening"));
        assert!(!lines.into_iter().any(|line| line.contains(canary)), "{canary}: {log}");
    }
    if let Some(session) = admin.session() {
        assert!(!log.contains(session));
    }
    let reference = answer.header("x-request-id");
    let line = log.lines().find(|line| line.contains(reference)).unwrap_or_else(|| panic!("{log}"));
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(
        (&line["route"], &line["status"], &line["method"]),
        (&"/login".into(), &200.into(), &"GET".into())
    );
    assert!(line["ms"].is_number() && line["bytes"].as_u64().unwrap() > 0);
    assert!(log.contains("/customers/{number}"));
}

#[cfg(debug_assertions)]
#[test]
fn under_cargo_leptos_pages_name_its_files_and_load_themselves_again() {
    let place = Place::sqlite();
    let site = place.folder().join("site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    std::fs::write(site.join("pkg/rapport.css"), "a{}").unwrap();
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--no-rate-limits"]);
    command.env("LEPTOS_SITE_ROOT", &site).envs([
        ("LEPTOS_OUTPUT_NAME", "rapport"),
        ("LEPTOS_SITE_PKG_DIR", "pkg"),
        ("LEPTOS_RELOAD_PORT", "7301"),
        ("LEPTOS_HASH_FILES", "false"),
        ("LEPTOS_WATCH", "true"),
    ]);
    let server = Server::launch(command);
    let mut admin = server.set_up();
    let page = admin.get("/customers");
    for named in ["/pkg/rapport.js", "/pkg/rapport.wasm", "/pkg/rapport.css", "live_reload"] {
        assert!(page.body.contains(named), "{named}: {}", page.body);
    }
    let policy = page.header("content-security-policy");
    assert!(policy.contains("connect-src 'self' ws://*:7301;"), "{policy}");
    let sheet = admin.get("/pkg/rapport.css");
    assert_eq!((sheet.status, sheet.header("cache-control")), (200, "no-cache"));
}
