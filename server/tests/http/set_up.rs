//! The first set-up: one link, one administrator, gone afterwards.

use crate::support::{PASSWORD, Place, Server, form, function, raw};
use std::thread;

fn request(server: &Server, token: &str, number: usize) -> Vec<u8> {
    let email = format!("first{number}@example.com");
    let body = form(&[
        ("token", token),
        ("name", "First"),
        ("email", &email),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
    ]);
    format!(
        "POST /setup HTTP/1.1\r\nhost: {}\r\nsec-fetch-site: same-origin\r\naccept: text/html\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        server.address,
        body.len()
    )
    .into_bytes()
}

#[test]
fn a_hundred_posts_at_once_make_one_administrator() {
    for place in Place::both() {
        let server = Server::start(&place);
        let token = server.token.clone().unwrap();
        let posts: Vec<_> = (0..100)
            .map(|number| {
                let (address, request) = (server.address, request(&server, &token, number));
                thread::spawn(move || raw(address, &request).status)
            })
            .collect();
        let answers: Vec<u16> = posts.into_iter().map(|post| post.join().unwrap()).collect();
        assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
        // The rest came too late, or were more than can be hashed at once.
        assert!(answers.iter().all(|status| matches!(status, 303 | 404 | 503)), "{answers:?}");
        let users = tokio::runtime::Runtime::new().unwrap().block_on(async {
            let db = place.open().await;
            let root = domain::policy::Caller::system(
                domain::time::Instant(1),
                domain::policy::Origin::CommandLine,
            );
            let users = db.users(&root).await.unwrap();
            db.close().await;
            users
        });
        assert_eq!(users.len(), 1);
        let late = raw(server.address, &request(&server, &token, 200));
        assert_eq!(late.status, 404);
        assert_eq!(server.browser().get(&format!("/setup?token={token}")).status, 404);
        assert_eq!(server.browser().get("/setup").status, 404);
    }
}

#[test]
fn the_wizard_goes_from_account_to_data_without_javascript() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let token = server.token.clone().unwrap();
    let mut browser = server.browser();
    let page = browser.get("/");
    assert_eq!((page.status, page.header("location")), (303, "/login"));
    assert!(browser.get("/login").body.contains("set-up link"));
    let page = browser.get(&format!("/setup?token={token}"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains("name=\"password_again\""));

    let short = browser.post(
        "/setup",
        &[
            ("token", &token),
            ("name", ""),
            ("email", "x"),
            ("password", "short"),
            ("password_again", "other"),
        ],
    );
    assert_eq!(short.status, 422);
    assert_eq!(short.body.matches("data-error").count(), 4, "{}", short.body);
    assert_eq!(browser.session(), None);

    let mut browser = server.set_up();
    assert!(browser.session().is_some());
    let page = browser.get("/setup/organisation");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("value=\"Asia/Shanghai\""));
    let organisation = |zone: &'static str| {
        [
            ("name_zh", "明灯商贸"),
            ("name_en", ""),
            ("lang", "zh-CN"),
            ("currency", "CNY"),
            ("time_zone", zone),
            ("region", "CN"),
        ]
    };
    let wrong = browser.post("/setup/organisation", &organisation("Mars/Olympus"));
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("明灯商贸"), "what was typed is kept");
    let saved = browser.post("/setup/organisation", &organisation("Asia/Shanghai"));
    assert_eq!((saved.status, saved.header("location")), (303, "/setup/data"));
    assert_eq!(browser.get("/setup/data").status, 200);
    let done = browser.post("/setup/data", &[("start", "sample")]);
    assert_eq!((done.status, done.header("location")), (303, "/customers"));
    for closed in ["/setup", "/setup/organisation", "/setup/data"] {
        assert_eq!(browser.get(closed).status, 404, "{closed}");
    }
    assert_eq!(browser.post("/setup/data", &[("start", "sample")]).status, 404);
    assert!(server.browser().get("/login").body.contains("明灯商贸"));
    let list = browser.get("/customers");
    assert_eq!(list.status, 200);
}

#[test]
fn powerful_accounts_take_a_second_step_from_the_first_day_on() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut browser = server.set_up();
        // Ticked as the page comes; whoever sends it as it is has chosen it.
        let page = browser.get("/setup/data").body;
        let at = page.find("name=\"second_step\"").unwrap();
        assert!(page[at..at + 60].contains("checked"), "{}", &page[at..at + 60]);
        let done = browser.post("/setup/data", &[("start", "empty"), ("second_step", "on")]);
        assert_eq!((done.status, done.header("location")), (303, "/"));
        assert_eq!(browser.get("/").header("location"), "/second-step");
        crate::second_step::set_up(&mut browser);
        assert_eq!(browser.get("/").status, 200);
        let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
        let screen = browser.ask("GET", &function("open_sign_in"), &headers, b"").body;
        let screen: serde_json::Value = serde_json::from_str(&screen).unwrap();
        let mut roles: Vec<_> = screen["second_step_roles"]
            .as_array()
            .unwrap()
            .iter()
            .map(|role| role.as_str().unwrap().to_owned())
            .collect();
        roles.sort_unstable();
        assert_eq!(roles, ["admin", "auditor", "marketer", "sales_manager", "team_lead"]);
    }
}

#[test]
fn only_the_printed_link_opens_the_set_up() {
    let place = Place::sqlite();
    let mut server = Server::start(&place);
    let old = server.token.clone().unwrap();
    for wrong in ["0".repeat(64), "x".to_owned(), String::new(), format!("{old}0")] {
        let page = server.browser().get(&format!("/setup?token={wrong}"));
        assert_eq!(page.status, 403, "{wrong}");
        let post = raw(server.address, &request(&server, &wrong, 1));
        assert_eq!(post.status, 403, "{wrong}");
    }
    server.stop();
    let again = Server::start(&place);
    assert_ne!(again.token.clone().unwrap(), old);
    assert_eq!(again.browser().get(&format!("/setup?token={old}")).status, 403);
    drop(server);
    let browser = again.set_up();
    assert!(browser.session().is_some());
    drop(again);
    assert_eq!(Server::start(&place).token, None, "nobody is offered a second set-up");
}

#[test]
fn the_later_pages_are_for_the_administrator() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    for path in ["/setup/organisation", "/setup/data"] {
        let page = server.browser().get(path);
        assert_eq!(page.status, 303, "{path}");
        assert!(page.header("location").starts_with("/login"));
    }
    server.set_up();
    let post = server.browser().post("/setup/data", &[("start", "empty")]);
    assert_eq!(post.status, 303);
    assert!(post.header("location").starts_with("/login"));
}
