//! Signing in and out over plain forms.

use crate::support::{Answer, PASSWORD, Place, Server};
use base64::Engine;
use std::process::Stdio;
use store::Db;

fn add_user(place: &Place, email: &str, role: &str) {
    use std::io::Write;
    let mut command = place.command(&["user", "add", "--email", email, "--role", role]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

/// What a person sees of an answer: without what differs from request to request.
fn shown(answer: &Answer, email: &str) -> (u16, String) {
    (answer.status, answer.body.replace(email, "EMAIL"))
}

#[test]
fn a_person_signs_in_and_out_without_javascript() {
    for place in Place::both() {
        let server = Server::start(&place);
        server.set_up();
        let mut browser = server.browser();
        let page = browser.get("/customers?tab=people");
        assert_eq!(page.header("location"), "/login?next=/customers%3Ftab%3Dpeople");
        assert!(browser.get(page.header("location")).body.contains("/customers?tab=people"));
        let answer = browser.post(
            "/login",
            &[
                ("email", " LIN@example.com "),
                ("password", PASSWORD),
                ("next", "/customers?tab=people"),
            ],
        );
        assert_eq!((answer.status, answer.header("location")), (303, "/customers?tab=people"));
        let cookie = answer.header("set-cookie");
        let (pair, flags) = cookie.split_once("; ").unwrap();
        assert!(pair.starts_with("sid=") && pair.len() == 4 + 64, "{cookie}");
        assert_eq!(flags, "HttpOnly; SameSite=Lax; Path=/");
        assert_eq!(browser.get("/").status, 200);
        assert_eq!(browser.get("/login").header("location"), "/");

        let before = browser.clone();
        let out = browser.post("/logout", &[]);
        assert_eq!((out.status, out.header("location")), (303, "/login?out=1"));
        assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
        assert_eq!(browser.session(), None);
        assert!(browser.get("/login?out=1").body.contains("You are signed out"));
        assert_eq!(before.clone().get("/").status, 303, "the old cookie is worth nothing");
    }
}

#[test]
fn a_new_sign_in_is_a_new_secret_and_ends_the_old_one() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut browser = server.set_up();
    let old = browser.clone();
    browser.cookies.push(("lang".to_owned(), "zh-CN".to_owned()));
    let answer = browser.post("/login", &[("email", "lin@example.com"), ("password", PASSWORD)]);
    assert_eq!(answer.status, 303);
    assert_ne!(browser.session(), old.session());
    assert_eq!(old.clone().get("/").status, 303);
    assert_eq!(browser.get("/").status, 200);
    // A secret that a stranger planted does not become a session.
    let mut planted = server.browser();
    planted.cookies.push(("sid".to_owned(), "ab".repeat(32)));
    planted.post("/login", &[("email", "lin@example.com"), ("password", PASSWORD)]);
    assert_ne!(planted.session(), Some(&*"ab".repeat(32)));
}

#[test]
fn what_the_database_holds_of_a_session_opens_nothing() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut browser = server.set_up();
        assert_eq!(browser.get("/").status, 200);
        let hashes = tokio::runtime::Runtime::new().unwrap().block_on(async {
            let db = place.open().await;
            let read = "SELECT token_hash FROM session";
            let hashes: Vec<Vec<u8>> = match &db {
                Db::Sqlite { writer, .. } => sqlx::query_scalar(read).fetch_all(writer).await,
                Db::Postgres { pool, .. } => sqlx::query_scalar(read).fetch_all(pool).await,
            }
            .unwrap();
            db.close().await;
            hashes
        });
        let [hash] = &*hashes else { panic!("one session: {hashes:?}") };
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex.len(), 64, "as long as a secret");
        assert_ne!(browser.session(), Some(&*hex));
        let base64 = base64::engine::general_purpose::STANDARD.encode(hash);
        for stolen in [hex.clone(), hex.to_uppercase(), base64, format!("\\x{hex}")] {
            let mut thief = server.browser();
            thief.cookies.push(("sid".to_owned(), stolen));
            let answer = thief.get("/customers");
            assert_eq!((answer.status, answer.header("location")), (303, "/login?next=/customers"));
        }
        // As bytes, without those that would end the line.
        let bytes: Vec<u8> = hash.iter().copied().filter(|byte| *byte > b' ').collect();
        let head = format!("GET /customers HTTP/1.1\r\nhost: {}\r\n", server.address);
        let rest =
            b"\r\naccept: text/html\r\nsec-fetch-site: same-origin\r\nconnection: close\r\n\r\n";
        let request = [head.as_bytes(), b"cookie: sid=", &bytes, rest].concat();
        let answer = crate::support::raw(server.address, &request);
        assert!([303, 400].contains(&answer.status), "{}", answer.status);
        assert_eq!(browser.get("/").status, 200, "the secret itself does");
    }
}

#[test]
fn over_https_the_cookie_is_for_this_host_and_encrypted_connections_only() {
    let place = Place::sqlite();
    let server = Server::start_with(&place, &["--no-rate-limits", "--trusted-proxy", "127.0.0.1"]);
    server.set_up();
    let https = [
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-for", "198.51.100.7"),
    ];
    let body = crate::support::form(&[("email", "lin@example.com"), ("password", PASSWORD)]);
    let mut browser = server.browser();
    let answer = browser.ask("POST", "/login", &https, body.as_bytes());
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-sid="), "{cookie}");
    assert!(cookie.ends_with("; Secure; HttpOnly; SameSite=Lax; Path=/"), "{cookie}");
    assert!(answer.header("strict-transport-security").starts_with("max-age=31536000"));
    assert_eq!(browser.ask("GET", "/", &https[..1], b"").status, 303, "not over plain http");
    assert_eq!(browser.ask("GET", "/", &https, b"").status, 200);
}

#[test]
fn unknown_wrong_and_switched_off_look_the_same() {
    for place in Place::both() {
        let server = Server::start(&place);
        server.set_up();
        add_user(&place, "off@example.com", "staff");
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let db = place.open().await;
            let root = domain::policy::Caller::system(
                domain::time::Instant(1),
                domain::policy::Origin::CommandLine,
            );
            let off = db.user_by_email(&root, "off@example.com").await.unwrap().unwrap();
            db.set_user_disabled(&root, off, true).await.unwrap();
            db.close().await;
        });
        let try_it = |email: &str, password: &str| {
            let answer =
                server.browser().post("/login", &[("email", email), ("password", password)]);
            assert_eq!(answer.all("set-cookie"), Vec::<&str>::new());
            shown(&answer, email)
        };
        let wrong = try_it("lin@example.com", "not the password");
        assert_eq!(wrong.0, 422);
        assert!(
            wrong.1.contains("E-mail or password doesn&#x27;t match") || wrong.1.contains("match")
        );
        assert_eq!(try_it("nobody@example.com", PASSWORD), wrong);
        assert_eq!(try_it("off@example.com", PASSWORD), wrong);
        assert_eq!(try_it("off@example.com", "not the password"), wrong);
        assert_eq!(try_it("lin@example.com", &"x".repeat(300)), wrong);
        assert_eq!(try_it("not an address", PASSWORD), wrong);
    }
}

#[test]
fn guessing_is_slowed_down_for_known_and_unknown_alike() {
    for place in Place::both() {
        let server = Server::start(&place);
        server.set_up();
        let locked_after = |email: &str| {
            let mut tries = 0;
            loop {
                let answer =
                    server.browser().post("/login", &[("email", email), ("password", "wrong")]);
                if answer.status == 429 {
                    assert_eq!(answer.header("retry-after"), "1");
                    return (tries, shown(&answer, email));
                }
                assert_eq!(answer.status, 422);
                tries += 1;
                assert!(tries < 50);
            }
        };
        let known = locked_after("lin@example.com");
        // The right password has to wait as well, and works after the pause.
        let right = [("email", "lin@example.com"), ("password", PASSWORD)];
        assert_eq!(server.browser().post("/login", &right).status, 429);
        assert_eq!(known.0, 4);
        assert_eq!(locked_after("nobody@example.com"), known);
        std::thread::sleep(std::time::Duration::from_millis(1100));
        assert_eq!(server.browser().post("/login", &right).status, 303);
    }
}

#[test]
fn who_signed_in_here_before_is_not_locked_out_by_a_guesser() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut known = server.set_up();
        let device = |browser: &crate::support::Browser| {
            browser.cookies.iter().find(|(name, _)| name == "device").map(|(_, v)| v.clone())
        };
        let first = device(&known).unwrap();
        assert_eq!(known.post("/logout", &[]).status, 303);
        let wrong = [("email", "lin@example.com"), ("password", "wrong")];
        while server.browser().post("/login", &wrong).status != 429 {}
        let right = [("email", "lin@example.com"), ("password", PASSWORD)];
        assert_eq!(server.browser().post("/login", &right).status, 429, "a stranger waits");
        let answer = known.post("/login", &right);
        assert_eq!(answer.status, 303);
        let cookie = answer.all("set-cookie")[1];
        assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000"), "{cookie}");
        assert_ne!(device(&known).unwrap(), first, "a new secret each time");
        // The known browser may guess as little as anybody.
        let tries = (0..50).take_while(|_| known.post("/login", &wrong).status == 422).count();
        assert_eq!(tries, 4);
    }
}

#[test]
fn guessing_ones_own_password_is_slowed_down_with_the_time_to_come_back() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut admin = server.set_up();
    // Whatever others do outside.
    let wrong = [("email", "lin@example.com"), ("password", "wrong")];
    while server.browser().post("/login", &wrong).status != 429 {}
    let path = crate::support::function("change_password");
    let new = "eight red bicycles";
    let body = crate::support::form(&[("current", "wrong"), ("new", new), ("again", new)]);
    let headers = [
        ("accept", "application/json"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    for _ in 0..4 {
        let answer = admin.ask("POST", &path, &headers, body.as_bytes());
        assert_eq!(answer.status, 422, "{}", answer.body);
    }
    let answer = admin.ask("POST", &path, &headers, body.as_bytes());
    assert_eq!((answer.status, answer.header("retry-after")), (429, "1"), "{}", answer.body);
}

#[test]
fn nobody_is_sent_to_another_site() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    server.set_up();
    let payloads = [
        "//evil.example",
        "///evil.example",
        "////evil.example/%2f..",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/\\/evil.example",
        "https://evil.example",
        "http://evil.example/",
        "HTTPS:evil.example",
        "https:/evil.example",
        "https:///evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/%09/evil.example ",
        "//evil.example@127.0.0.1",
        "https://127.0.0.1@evil.example",
        "//127.0.0.1.evil.example",
        "evil.example",
        "@evil.example",
        "?next=//evil.example",
        "#//evil.example",
        "//",
        "/\u{3002}evil.example",
        "//evil\u{3002}example",
        "/\u{2044}evil.example",
        "\u{0}//evil.example",
        "/a\r\nSet-Cookie: x=y",
        "ftp://evil.example",
        "//[::1]",
        "https://evil.example\\@127.0.0.1",
        "/\u{feff}/evil.example",
        "//evil.example:80",
        "https://evil.example#@a",
    ];
    for payload in payloads {
        let fields = [("email", "lin@example.com"), ("password", PASSWORD), ("next", payload)];
        let mut browser = server.browser();
        for answer in [
            browser.post("/login", &fields),
            browser.get(&format!("/login?{}", crate::support::form(&[("next", payload)]))),
            browser.post("/preferences", &[("theme", "dark"), ("next", payload)]),
        ] {
            let location = answer.header("location");
            assert_eq!(answer.status, 303, "{payload:?}");
            assert!(
                location.starts_with('/')
                    && !location.starts_with("//")
                    && !location.contains('\\'),
                "{payload:?} -> {location}"
            );
            assert!(!location.contains("evil"), "{payload:?} -> {location}");
        }
    }
}

#[test]
fn a_session_ends_at_once_when_it_is_ended_elsewhere() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        add_user(&place, "staff@example.com", "staff");
        let mut staff = server.sign_in("staff@example.com");
        let mut phone = server.sign_in("staff@example.com");
        assert_eq!((staff.get("/").status, phone.get("/").status), (200, 200));
        let reset = place
            .command(&["user", "reset-password", "--email", "staff@example.com"])
            .output()
            .unwrap();
        assert!(reset.status.success());
        let said = String::from_utf8(reset.stdout).unwrap();
        let password = said.lines().find_map(|line| line.strip_prefix("Password: ")).unwrap();
        assert_eq!((staff.get("/").status, phone.get("/").status), (303, 303));
        assert_eq!(admin.get("/").status, 200);
        let mut again = server.browser();
        let answer =
            again.post("/login", &[("email", "staff@example.com"), ("password", password)]);
        assert_eq!(answer.status, 303);
    }
}

#[test]
fn language_theme_and_density_are_kept_in_cookies_and_with_the_user() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut stranger = server.browser();
    let answer = stranger.post("/preferences", &[("lang", "zh-CN"), ("next", "/login")]);
    assert_eq!((answer.status, answer.header("location")), (303, "/login"));
    assert!(stranger.get("/login").body.contains("lang=\"zh-CN\""));
    let mut admin = server.set_up();
    admin.post("/preferences", &[("theme", "dark"), ("density", "compact"), ("lang", "zh-CN")]);
    let mut elsewhere = server.sign_in("lin@example.com");
    let page = elsewhere.get("/").body;
    for stamp in ["lang=\"zh-CN\"", "data-theme=\"dark\"", "data-density=\"compact\""] {
        assert!(page.contains(stamp), "{stamp}");
    }
    admin.post("/preferences", &[("theme", "\"><script>"), ("density", "x"), ("lang", "tlh")]);
    assert!(elsewhere.get("/").body.contains("data-theme=\"dark\""));
}

#[test]
fn keys_and_sidebar_stay_with_the_browser() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut admin = server.set_up();
    let facts = |page: String| page.replace('\\', "");
    let page = facts(admin.get("/").body);
    assert!(page.contains("\"single_keys\":true"), "{page}");
    assert!(!page.contains("data-sidebar"), "{page}");
    let answer = admin.post("/preferences", &[("keys", "off"), ("next", "/profile")]);
    assert_eq!((answer.status, answer.header("location")), (303, "/profile"));
    admin.cookies.push(("sidebar".to_owned(), "folded".to_owned()));
    let page = facts(admin.get("/").body);
    assert!(page.contains("\"single_keys\":false"), "{page}");
    assert!(page.contains("data-sidebar=\"folded\""), "{page}");
    admin.post("/preferences", &[("keys", "on"), ("next", "/profile")]);
    assert!(facts(admin.get("/").body).contains("\"single_keys\":true"));
    assert!(facts(server.browser().get("/login").body).contains("<form"));
}

#[test]
fn a_crowd_at_the_door_is_served_or_sent_away_and_the_rest_of_the_house_stays_open() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut admin = server.set_up();
    let crowd: Vec<_> = (0..120)
        .map(|number| {
            let mut browser = server.browser();
            std::thread::spawn(move || {
                let email = format!("guest{number}@example.com");
                browser.post("/login", &[("email", &email), ("password", "does not matter")]).status
            })
        })
        .collect();
    let began = std::time::Instant::now();
    assert_eq!(admin.get("/").status, 200);
    assert!(began.elapsed() < std::time::Duration::from_secs(5));
    let answers: Vec<u16> = crowd.into_iter().map(|one| one.join().unwrap()).collect();
    assert!(answers.iter().all(|status| matches!(status, 422 | 429 | 503)), "{answers:?}");
    assert!(answers.contains(&422));
}
