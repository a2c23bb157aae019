//! Signing in by the account of another system: who is let in, what of its word does not hold, and its settings.

use crate::{
    openid::{Provider, Signed, parameters},
    support::{Answer, Browser, PASSWORD, Place, Server, function},
};
use serde_json::{Value, json};
use std::{io::Write, process::Stdio};

/// What everybody reads who is not let in.
const REFUSED: &str = "be signed in this way";

fn hire(place: &Place, email: &str, role: &str) {
    let mut add = place.command(&["user", "add", "--email", email, "--role", role]);
    let mut add = add.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    add.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(add.wait().unwrap().success());
}

fn save(admin: &mut Browser, seen: i64, form: &Value) -> Answer {
    admin.call("save_provider", &json!({ "seen": seen, "form": form }).to_string())
}

/// A house where that provider may sign people in; the browser of its administrator.
fn house(place: &Place, provider: &Provider, more: Value) -> (Server, Browser) {
    let server = Server::start(place);
    let mut admin = server.set_up();
    let saved = save(&mut admin, 0, &provider.form(more));
    assert_eq!((saved.status, &*saved.body), (200, "1"));
    (server, admin)
}

/// Goes to the provider; the address there.
fn go(browser: &mut Browser) -> String {
    let sent = browser.get("/login/provider?next=/customers");
    assert_eq!(sent.status, 303, "{}", sent.body);
    sent.header("location").to_owned()
}

/// Comes back from the provider with these claims.
fn come(server: &Server, provider: &Provider, claims: Value) -> (Browser, Answer) {
    let mut browser = server.browser();
    let address = go(&mut browser);
    let answer = browser.get(&provider.let_in(&address, claims));
    (browser, answer)
}

/// Everybody there is.
fn users(admin: &mut Browser) -> Vec<Value> {
    let list = admin.ask("GET", &function("list_users"), &[("sec-fetch-site", "same-origin")], b"");
    let list: Value = serde_json::from_str(&list.body).unwrap();
    list["users"].as_array().unwrap().clone()
}

fn person(subject: &str, email: &str) -> Value {
    json!({ "sub": subject, "email": email })
}

#[track_caller]
fn refused(answer: &Answer, browser: &Browser) {
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.body.contains(REFUSED), "{}", answer.body);
    assert_eq!(browser.session(), None);
    assert!(!browser.cookies.iter().any(|(name, _)| name == "travel"), "it travels no more");
}

#[test]
fn whoever_is_here_already_comes_in_and_is_known_by_the_account_from_then_on() {
    for place in Place::both() {
        let provider = Provider::start();
        let (server, mut admin) = house(&place, &provider, json!({}));
        hire(&place, "wang@example.com", "staff");
        let mut page = server.browser();
        let english = page.get("/login?next=/customers");
        assert!(english.body.contains("Sign in with Acme"), "{}", english.body);
        assert!(
            english.body.contains("href=\"/login/provider?next=%2Fcustomers\"")
                || english.body.contains("href=\"/login/provider?next=/customers\""),
            "{}",
            english.body
        );
        page.cookies.push(("lang".to_owned(), "zh-CN".to_owned()));
        assert!(page.get("/login").body.contains("使用企业账号登录"));

        let (mut wang, answer) = come(&server, &provider, person("w-1", "Wang@Example.com"));
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, "/customers"),
            "{}",
            answer.body
        );
        assert_eq!(wang.get("/customers").status, 200);
        // The address may change there; the account counts.
        let (_, answer) = come(&server, &provider, person("w-1", "married@example.com"));
        assert_eq!(answer.status, 303);
        let nothing = json!({ "sub": "w-1", "email_verified": null });
        assert_eq!(come(&server, &provider, nothing).1.status, 303);
        // Somebody else who got the address does not.
        let (browser, answer) = come(&server, &provider, person("w-2", "wang@example.com"));
        refused(&answer, &browser);
        // What is worth most takes a proof given here.
        let changed = wang.post("/second-step/begin", &[]);
        assert!(changed.header("location").starts_with("/confirm"), "{changed:?}");

        let (browser, answer) = come(&server, &provider, person("x-1", "nobody@example.com"));
        refused(&answer, &browser);
        assert_eq!(users(&mut admin).len(), 2, "nobody was made");
        let log = admin.get("/admin/audit?event=signed_in");
        assert!(log.body.contains("another account"), "{}", log.body);
        assert!(!log.body.contains(crate::openid::SECRET));
    }
}

#[test]
fn invited_switched_off_and_unverified_people_stay_out() {
    let place = Place::sqlite();
    let provider = Provider::start();
    let (server, mut admin) = house(&place, &provider, json!({}));
    for email in ["off@example.com", "here@example.com"] {
        hire(&place, email, "staff");
    }
    let invited =
        place.command(&["user", "invite", "--email", "new@example.com"]).output().unwrap();
    assert!(invited.status.success());
    assert_eq!(come(&server, &provider, person("o-1", "off@example.com")).1.status, 303);
    let off =
        users(&mut admin).into_iter().find(|user| user["email"] == "off@example.com").unwrap();
    let disabled = json!({ "id": off["id"], "disabled": true }).to_string();
    assert_eq!(admin.call("set_user_disabled", &disabled).status, 200);
    let unverified = |verified: Value| json!({ "sub": "h-1", "email": "here@example.com", "email_verified": verified });
    for claims in [
        person("n-1", "new@example.com"),
        person("o-1", "off@example.com"),
        person("o-2", "off@example.com"),
        unverified(json!(false)),
        unverified(json!(null)),
        json!({ "sub": "h-1" }),
        json!({ "sub": "", "email": "here@example.com" }),
    ] {
        let (browser, answer) = come(&server, &provider, claims.clone());
        assert_eq!(answer.status, 422, "{claims}");
        refused(&answer, &browser);
    }
    // Asked for beside the token, where it holds no address.
    for (told, status) in [
        (json!({ "sub": "h-1", "email": "here@example.com", "email_verified": false }), 422),
        (json!({ "sub": "h-2", "email": "here@example.com", "email_verified": true }), 422),
        (json!({ "sub": "h-1", "email": "here@example.com", "email_verified": true }), 303),
    ] {
        let mut browser = server.browser();
        let address = go(&mut browser);
        let back = provider.answer(&address, json!({ "sub": "h-1" }), told, Signed::Well);
        assert_eq!(browser.get(&back).status, status);
    }
    // Whoever came by it is out once it is switched off, but not who switched it off.
    let (mut browser, _) = come(&server, &provider, person("h-1", "here@example.com"));
    assert_eq!(browser.get("/customers").status, 200);
    let off = save(&mut admin, 1, &provider.form(json!({ "on": false, "client_secret": "" })));
    assert_eq!(off.body, "2");
    assert_eq!(browser.get("/customers").status, 303);
    assert_eq!(admin.get("/customers").status, 200);
    assert!(!server.browser().get("/login").body.contains("Acme"));
    assert_eq!(server.browser().get("/login/provider").header("location"), "/login");
}

#[test]
fn a_word_that_does_not_hold_opens_nothing() {
    let place = Place::sqlite();
    let provider = Provider::start();
    let (server, _) = house(&place, &provider, json!({}));
    let lin = |more: Value| {
        let mut claims = person("l-1", "lin@example.com");
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        claims
    };
    for wrong in [
        json!({ "nonce": "another nonce than was asked for" }),
        json!({ "nonce": null }),
        json!({ "iss": "https://elsewhere.example.com" }),
        json!({ "aud": "another client" }),
        json!({ "aud": ["rapport", "another client"] }),
        json!({ "exp": 1_700_000_000 }),
        json!({ "exp": null }),
    ] {
        let (browser, answer) = come(&server, &provider, lin(wrong.clone()));
        assert_eq!(answer.status, 422, "{wrong}");
        refused(&answer, &browser);
    }
    for signed in [Signed::Foreign, Signed::Not, Signed::WithSecret] {
        let mut browser = server.browser();
        let address = go(&mut browser);
        let answer = browser.get(&provider.let_in_signed(&address, lin(json!({})), signed));
        assert_eq!(answer.status, 422, "{signed:?}");
        refused(&answer, &browser);
    }
    // A key that is new there is looked for once.
    provider.change_key();
    assert_eq!(come(&server, &provider, lin(json!({}))).1.status, 303);
}

#[test]
fn a_way_back_is_good_once_and_in_the_browser_that_went_out() {
    for place in Place::both() {
        let provider = Provider::start();
        let (server, mut admin) = house(&place, &provider, json!({}));
        let lin = || person("l-1", "lin@example.com");
        let mut browser = server.browser();
        let back = provider.let_in(&go(&mut browser), lin());
        let before = browser.clone();
        // Another browser, and one that never went out.
        let mut other = server.browser();
        let others = go(&mut other);
        refused(&other.get(&back), &other);
        let mut stranger = server.browser();
        refused(&stranger.get(&back), &stranger);
        assert_eq!(browser.get(&back).status, 303);
        let mut again = before.clone();
        refused(&again.get(&back), &again);
        // The state is used up even with a code of its own.
        let mut again = before;
        let fresh = provider.let_in(&others, lin());
        let code = parameters(&fresh)["code"].clone();
        let state = parameters(&back)["state"].clone();
        refused(&again.get(&format!("/login/provider/return?code={code}&state={state}")), &again);

        for wrong in [
            "error=access_denied",
            "code=made-up",
            "code=",
            "iss=https%3A%2F%2Felsewhere.example.com&code=x",
        ] {
            let mut browser = server.browser();
            let state = parameters(&go(&mut browser))["state"].clone();
            let answer = browser.get(&format!("/login/provider/return?{wrong}&state={state}"));
            refused(&answer, &browser);
        }
        // Settings that changed meanwhile.
        let mut browser = server.browser();
        let back = provider.let_in(&go(&mut browser), lin());
        assert_eq!(save(&mut admin, 1, &provider.form(json!({}))).body, "2");
        refused(&browser.get(&back), &browser);
        // Several at once with one way back: one is in.
        let mut browser = server.browser();
        let back = provider.let_in(&go(&mut browser), lin());
        let passed: usize = std::thread::scope(|scope| {
            let calls: Vec<_> = (0..6)
                .map(|_| {
                    let (mut browser, back) = (browser.clone(), back.clone());
                    scope.spawn(move || usize::from(browser.get(&back).status == 303))
                })
                .collect();
            calls.into_iter().map(|call| call.join().unwrap()).sum()
        });
        assert_eq!(passed, 1);
    }
}

#[test]
fn a_second_step_follows_unless_the_provider_is_said_to_check_one() {
    for place in Place::both() {
        let provider = Provider::start();
        let (server, mut admin) = house(&place, &provider, json!({}));
        hire(&place, "held@example.com", "auditor");
        let required = admin.call("require_second_step", "{\"seen\":[],\"roles\":[\"auditor\"]}");
        assert_eq!(required.status, 200, "{}", required.body);
        let held = || person("h-1", "held@example.com");
        let (mut browser, answer) = come(&server, &provider, held());
        assert_eq!(answer.status, 303);
        assert_eq!(browser.get("/customers").header("location"), "/second-step");
        let (_, _) = crate::second_step::set_up(&mut admin);
        let (lin, answer) = come(&server, &provider, person("l-1", "lin@example.com"));
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, "/login/code?next=/customers")
        );
        assert_eq!(lin.session(), None);

        let form = provider.form(json!({ "checks_second_step": true, "client_secret": "" }));
        assert_eq!(save(&mut admin, 1, &form).body, "2");
        let (mut browser, _) = come(&server, &provider, held());
        assert_eq!(browser.get("/customers").status, 200);
        let (mut lin, answer) = come(&server, &provider, person("l-1", "lin@example.com"));
        assert_eq!((answer.status, answer.header("location")), (303, "/customers"));
        assert_eq!(lin.get("/customers").status, 200);
        // Its word counts as long as the administrator says so: who came in by it comes in anew.
        let form = provider.form(json!({ "client_secret": "" }));
        assert_eq!(save(&mut admin, 2, &form).body, "3");
        assert_eq!(browser.get("/customers").header("location"), "/login?next=/customers");
        assert_eq!(lin.get("/customers").header("location"), "/login?next=/customers");
        let (mut browser, _) = come(&server, &provider, held());
        assert_eq!(browser.get("/customers").header("location"), "/second-step");
    }
}

#[test]
fn the_settings_are_tried_out_in_words_and_the_secret_stays_with_its_system() {
    let place = Place::sqlite();
    let provider = Provider::start();
    let server = Server::start(&place);
    let mut admin = server.set_up();
    let mut test = |more: Value| {
        let form = provider.form(more);
        let answer = admin.call("test_provider", &json!({ "form": form }).to_string());
        (answer.status, answer.body)
    };
    let found = |fault: &str| (200, fault.to_owned());
    assert_eq!(test(json!({})), found("null"));
    assert_eq!(test(json!({ "client_secret": "x" })), found("\"client\""));
    assert_eq!(test(json!({ "client_id": "x" })), found("\"client\""));
    let below = |path: &str| json!({ "issuer": format!("{}{path}", provider.issuer()) });
    let named = format!("{{\"other_name\":\"{}\"}}", provider.issuer());
    assert_eq!(test(below("/")), found(&named));
    assert_eq!(test(below("/nowhere")), found("{\"no_description\":404}"));
    assert_eq!(test(below("/elsewhere")), found("\"redirects\""));
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(test(json!({ "issuer": format!("http://{nobody}") })), found("\"unreachable\""));
    for (said, fault) in [
        (json!({ "token_endpoint": "http://192.0.2.1/token" }), "\"not_encrypted\""),
        (json!({ "token_endpoint": null }), "\"unfit\""),
        (json!({ "id_token_signing_alg_values_supported": ["HS256"] }), "\"unfit\""),
        (json!({ "response_types_supported": ["id_token"] }), "\"unfit\""),
        (json!({ "jwks_uri": null }), "\"unreadable\""),
    ] {
        provider.describe(said);
        assert_eq!(test(json!({})), found(fault));
    }
    provider.describe(json!({}));
    for plain in ["http://login.example.com", "https://a@b", "file:///etc/passwd"] {
        let (status, body) = test(json!({ "issuer": plain }));
        assert_eq!(status, 422, "{plain}: {body}");
        assert!(body.contains("not_an_issuer"), "{body}");
    }
    // The secret is needed once, and again for another address.
    let without = |more: Value| {
        let mut form = provider.form(json!({ "client_secret": "" }));
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        form
    };
    let needed = save(&mut admin, 0, &without(json!({})));
    assert!(needed.status == 422 && needed.body.contains("client_secret"), "{}", needed.body);
    assert_eq!(save(&mut admin, 0, &provider.form(json!({}))).body, "1");
    assert_eq!(save(&mut admin, 0, &provider.form(json!({}))).status, 409, "somebody else saved");
    assert_eq!(save(&mut admin, 1, &without(json!({}))).body, "2");
    let moved = without(json!({ "issuer": "https://id.example.com" }));
    assert_eq!(save(&mut admin, 2, &moved).status, 422);
    let asked = admin.call("test_provider", &json!({ "form": moved }).to_string());
    assert_eq!(asked.status, 422, "{}", asked.body);
    let page = admin.get("/admin/sign-in");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("/login/provider/return"), "{}", page.body);
    assert!(!page.body.contains("s3cret"), "never shown again");
    assert!(!server.log().contains("s3cret"));
}
