//! Passkeys over the wire, with a device in software: making, signing in, the second step, the fresh proof, and
//! everything that has to be refused with the same words.

use crate::{
    authenticator::{Authenticator, PRESENT},
    second_step::{add, age},
    support::{Answer, Browser, PASSWORD, Place, Server, form, function},
};
use serde_json::Value;

const EMAIL: &str = "lin@example.com";

/// A browser that came by a name: browsers know no passkeys for addresses in figures.
struct Visitor {
    browser: Browser,
    host: String,
}

impl Visitor {
    fn of(browser: Browser) -> Self {
        let host = format!("localhost:{}", browser.address.port());
        Self { browser, host }
    }

    fn device(&self) -> Authenticator {
        Authenticator::at(&format!("http://{}", self.host))
    }

    fn get(&mut self, path: &str) -> Answer {
        let headers =
            [("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("host", &*self.host)];
        self.browser.ask("GET", path, &headers, b"")
    }

    fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let headers = [
            ("accept", "text/html"),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("host", &*self.host),
        ];
        self.browser.ask("POST", path, &headers, form(fields).as_bytes())
    }

    /// What the script is told to ask the browser.
    fn asked(&mut self, path: &str) -> Value {
        let headers = [
            ("accept", "application/json"),
            ("sec-fetch-site", "same-origin"),
            ("host", &*self.host),
        ];
        let answer = self.browser.ask("POST", path, &headers, b"");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/json");
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Makes a passkey on a new device.
    fn make(&mut self, name: &str) -> (Authenticator, Answer) {
        let mut device = self.device();
        let answer = device.make(&self.asked("/passkeys/ask"));
        let made = self.post("/passkeys", &[("name", name), ("answer", &answer)]);
        (device, made)
    }

    fn enter(&mut self, answer: &str) -> Answer {
        self.post("/login/passkey", &[("answer", answer), ("next", "/customers")])
    }

    /// Signs in by the passkey of a device.
    fn enter_with(&mut self, device: &mut Authenticator) -> Answer {
        let answer = device.sign(&self.asked("/login/passkey/ask"));
        self.enter(&answer)
    }

    fn password(server: &Server, email: &str) -> Self {
        let mut visitor = Self::of(server.browser());
        visitor.post("/login", &[("email", email), ("password", PASSWORD)]);
        visitor
    }
}

/// The ids of the passkeys on the page.
fn ids(page: &Answer) -> Vec<String> {
    let forms = page.body.split("action=\"/passkeys/remove\"").skip(1);
    let id = |form: &str| {
        let (_, rest) = form.split_once("value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    forms.map(id).collect()
}

fn codes(page: &Answer) -> Vec<String> {
    let codes = page.body.split("<code class=\"num\">").skip(1);
    codes.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

#[test]
fn a_passkey_is_made_signs_in_alone_and_is_removed() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut lin = Visitor::of(server.set_up());
        let page = lin.get("/passkeys");
        assert!(page.header("content-security-policy").contains("script-src 'self';"));
        let (mut device, made) = lin.make("Blue phone");
        assert_eq!(made.status, 200, "{}", made.body);
        // The first second step comes with recovery codes.
        let codes = codes(&made);
        assert_eq!(codes.len(), 10, "{}", made.body);
        let page = lin.get("/passkeys");
        assert!(page.body.contains("Blue phone") && page.body.contains("not used yet"));

        let mut entered = Visitor::of(server.browser());
        let answer = device.sign(&entered.asked("/login/passkey/ask"));
        let answered = entered.enter(&answer);
        assert_eq!((answered.status, answered.header("location")), (303, "/customers"));
        assert_eq!(entered.get("/customers").status, 200);
        let used = entered.get("/passkeys");
        assert!(!used.body.contains("not used yet"), "{}", used.body);
        // It is a fresh proof as well.
        assert_eq!(entered.post("/second-step/begin", &[]).header("location"), "/second-step");

        // The password alone is not enough any more; a recovery code or the passkey is.
        let mut waiting = Visitor::password(&server, EMAIL);
        assert_eq!(waiting.browser.session(), None);
        let page = waiting.get("/login/code");
        assert!(page.body.contains("data-passkey=\"/login/code/passkey/ask\""), "{}", page.body);
        let answer = device.sign(&waiting.asked("/login/code/passkey/ask"));
        let passed = waiting.post("/login/code/passkey", &[("answer", &answer), ("next", "/bin")]);
        assert_eq!((passed.status, passed.header("location")), (303, "/bin"), "{}", passed.body);
        assert_eq!(waiting.get("/customers").status, 200);
        let mut lost = Visitor::password(&server, EMAIL);
        assert_eq!(lost.post("/login/code", &[("answer", "000000")]).status, 422);
        assert_eq!(lost.post("/login/code", &[("answer", &codes[0])]).status, 303);

        // A second one needs no further codes.
        let (_, made) = lin.make("");
        assert_eq!((made.status, made.header("location")), (303, "/passkeys?done=made"));
        let page = lin.get("/passkeys");
        let ids = ids(&page);
        assert_eq!(ids.len(), 2);
        assert!(page.body.contains("Unknown device"), "{}", page.body);
        let form = [("id", &*ids[1]), ("name", "Spare key")];
        assert_eq!(lin.post("/passkeys/rename", &form).status, 303);
        assert!(lin.get("/passkeys").body.contains("Spare key"));
        let form = [("id", &*ids[1]), ("name", " ")];
        assert_eq!(lin.post("/passkeys/rename", &form).status, 422);
        assert_eq!(lin.post("/passkeys/remove", &[("id", &ids[0])]).status, 303);
        assert_eq!(entered.get("/customers").status, 303, "signed out elsewhere");
        let mut late = Visitor::of(server.browser());
        assert_eq!(late.enter_with(&mut device).status, 422, "removed");
        assert_eq!(lin.post("/passkeys/remove", &[("id", &ids[1])]).status, 303);
        assert_eq!(Visitor::password(&server, EMAIL).get("/customers").status, 200);
    }
}

#[test]
fn whatever_is_wrong_with_a_passkey_is_told_in_the_same_words() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut lin = Visitor::of(server.set_up());
        let (mut device, _) = lin.make("Phone");
        add(&place, "ann@example.com");
        let mut ann = Visitor::password(&server, "ann@example.com");
        let (mut anns, made) = ann.make("Phone");
        assert_eq!(made.status, 200);

        let mut stranger = Visitor::of(server.browser());
        let mut told = Vec::new();
        let mut refused = |what: &str, answer: Answer| {
            assert_eq!(answer.status, 422, "{what}: {}", answer.body);
            told.push(answer.body);
        };
        let asked = stranger.asked("/login/passkey/ask");
        assert_eq!(asked["options"]["publicKey"]["allowCredentials"], serde_json::json!([]));
        let good = device.sign(&asked);
        let mut browser = Visitor::of(server.browser());
        assert_eq!(browser.enter(&good).status, 303);
        refused("a second time", stranger.enter(&good));
        refused("nothing", stranger.enter(""));
        refused("no ticket", stranger.enter("{}"));

        // Asked for something else, or for somebody else.
        let asked = lin.asked("/confirm/passkey/ask");
        refused("another purpose", stranger.enter(&device.sign(&asked)));
        let mut unknown = stranger.device();
        unknown.user = device.user.clone();
        refused("unknown", stranger.enter_with(&mut unknown));
        let owner = std::mem::replace(&mut device.user, anns.user.clone());
        refused("said to be somebody else", stranger.enter_with(&mut device));
        device.user = Vec::new();
        refused("said to be nobody", stranger.enter_with(&mut device));
        device.user = owner;
        let origin = std::mem::replace(&mut device.origin, "http://evil.example".to_owned());
        refused("another origin", stranger.enter_with(&mut device));
        device.origin = origin;
        device.flags = PRESENT;
        refused("not verified", stranger.enter_with(&mut device));
        device.flags = anns.flags;
        device.counter = 0;
        refused("a counter that goes back", stranger.enter_with(&mut device));
        device.counter = 100;
        assert_eq!(stranger.enter_with(&mut device).status, 303);

        // Switched off.
        assert_eq!(Visitor::of(server.browser()).enter_with(&mut anns).status, 303);
        let id = user(&mut lin.browser, "ann@example.com")["id"].as_str().unwrap().to_owned();
        let off = format!("{{\"id\":\"{id}\",\"disabled\":true}}");
        assert_eq!(lin.browser.call("set_user_disabled", &off).status, 200);
        let mut stranger = Visitor::of(server.browser());
        refused("switched off", stranger.enter_with(&mut anns));

        let first = told[0].clone();
        assert!(
            first.contains("passkey doesn&#x27;t work here")
                || first.contains("passkey doesn't work here")
        );
        for body in &told {
            assert_eq!(*body, first);
        }
        // Guessing is slowed down, by address.
        let limited = (0..30).map(|_| stranger.enter("")).find(|answer| answer.status == 429);
        assert!(!limited.unwrap().header("retry-after").is_empty());
    }
}

fn user(admin: &mut Browser, email: &str) -> Value {
    let headers = [("sec-fetch-site", "same-origin")];
    let users = admin.ask("GET", &function("list_users"), &headers, b"");
    let users: Value = serde_json::from_str(&users.body).unwrap();
    let mut users = users["users"].as_array().unwrap().iter();
    users.find(|user| user["email"] == email).unwrap().clone()
}

#[test]
fn making_one_is_for_the_session_that_asked_and_takes_a_fresh_proof() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut lin = Visitor::of(server.set_up());
    let mut other = Visitor::of(server.sign_in(EMAIL));
    let mut device = lin.device();
    let answer = device.make(&lin.asked("/passkeys/ask"));
    let form = [("name", "Phone"), ("answer", &*answer)];
    assert_eq!(other.post("/passkeys", &form).status, 422, "another session");
    assert_eq!(lin.post("/passkeys", &form).status, 200);
    assert_eq!(lin.post("/passkeys", &form).status, 422, "a second time");
    // One that signs in makes no passkey, and the other way round.
    let answer = device.sign(&lin.asked("/login/passkey/ask"));
    assert_eq!(lin.post("/passkeys", &[("answer", &answer)]).status, 422);
    // Not verified, or for another origin.
    let asked = lin.asked("/passkeys/ask");
    let mut careless = lin.device();
    careless.flags = PRESENT;
    assert_eq!(lin.post("/passkeys", &[("answer", &careless.make(&asked))]).status, 422);
    let asked = lin.asked("/passkeys/ask");
    let mut elsewhere = Authenticator::at("http://evil.example");
    assert_eq!(lin.post("/passkeys", &[("answer", &elsewhere.make(&asked))]).status, 422);

    age(&place);
    let headers =
        [("accept", "application/json"), ("sec-fetch-site", "same-origin"), ("host", &*lin.host)];
    assert_eq!(lin.browser.ask("POST", "/passkeys/ask", &headers, b"").status, 403);
    let wrong = lin.post("/confirm", &[("answer", PASSWORD), ("next", "/passkeys")]);
    assert_eq!(wrong.status, 422, "the password is not enough any more");
    let page = lin.get("/confirm?next=/passkeys");
    assert!(page.body.contains("data-passkey=\"/confirm/passkey/ask\""), "{}", page.body);
    let answer = device.sign(&lin.asked("/confirm/passkey/ask"));
    let right = lin.post("/confirm/passkey", &[("answer", &answer), ("next", "/passkeys")]);
    assert_eq!((right.status, right.header("location")), (303, "/passkeys"), "{}", right.body);
    lin.asked("/passkeys/ask");
    // The screens ask for it as well.
    age(&place);
    let answer = device.sign(&lin.asked("/confirm/passkey/ask"));
    let json = serde_json::json!({ "answer": answer }).to_string();
    let call = |lin: &mut Visitor| {
        let headers = [
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/json"),
            ("host", &*lin.host),
        ];
        lin.browser.ask("POST", &function("confirm_by_passkey"), &headers, json.as_bytes()).status
    };
    assert_eq!(call(&mut lin), 200);
    assert_eq!(call(&mut lin), 422, "a second time");
    lin.asked("/passkeys/ask");
}

#[test]
fn a_passkey_is_the_second_step_that_a_role_demands_until_an_administrator_takes_it_off() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        add(&place, "ann@example.com");
        let required = admin.call("require_second_step", "{\"seen\":[],\"roles\":[\"staff\"]}");
        assert_eq!(required.status, 200, "{}", required.body);
        let mut ann = Visitor::password(&server, "ann@example.com");
        assert_eq!(ann.get("/customers").header("location"), "/second-step");
        assert!(ann.get("/second-step").body.contains("href=\"/passkeys\""));
        let (mut device, made) = ann.make("Phone");
        assert_eq!(made.status, 200);
        assert_eq!(ann.get("/customers").status, 200);
        let id = ids(&ann.get("/passkeys")).remove(0);
        let kept = ann.post("/passkeys/remove", &[("id", &id)]);
        assert_eq!(kept.status, 422);
        assert!(kept.body.contains("this is your last one"), "{}", kept.body);
        let mut entered = Visitor::of(server.browser());
        assert_eq!(entered.enter_with(&mut device).status, 303);
        assert_eq!(entered.get("/customers").status, 200);

        // Where they cannot work, the page says where they do, and asks for none.
        let mut by_number = server.browser();
        let fields = [("email", "ann@example.com"), ("password", PASSWORD)];
        assert_eq!(by_number.post("/login", &fields).header("location"), "/login/code");
        let page = by_number.get("/login/code").body;
        assert!(page.contains("Your passkeys work at localhost only"), "{page}");
        assert!(!page.contains("data-passkey") && !page.contains("<script"), "{page}");
        assert_eq!(by_number.post("/login/code/passkey/ask", &[]).status, 404);

        let told = user(&mut admin, "ann@example.com");
        assert_eq!((&told["second_step"], &told["passkeys"]), (&true.into(), &1.into()));
        let json = format!("{{\"id\":{}}}", told["id"]);
        assert_eq!(admin.call("remove_second_step", &json).status, 200);
        assert_eq!(entered.get("/customers").status, 303, "signed out");
        assert_eq!(Visitor::of(server.browser()).enter_with(&mut device).status, 422);
        let mut again = Visitor::password(&server, "ann@example.com");
        assert_eq!(again.get("/customers").header("location"), "/second-step");
    }
}

#[test]
fn at_an_address_in_figures_there_are_none() {
    let place = Place::sqlite();
    let server = Server::start(&place);
    let mut admin = server.set_up();
    let page = admin.get("/passkeys");
    assert!(page.body.contains("Passkeys need an address with a name"), "{}", page.body);
    assert!(!page.body.contains("<script"));
    assert!(!page.header("content-security-policy").contains("script-src"));
    assert!(!server.browser().get("/login").body.contains("data-passkey"));
    assert_eq!(admin.post("/passkeys/ask", &[]).status, 404);
    assert_eq!(server.browser().post("/login/passkey/ask", &[]).status, 404);
    assert_eq!(server.browser().post("/login/passkey", &[("answer", "0 {}")]).status, 422);
    // Under the name there are.
    let page = Visitor::of(server.browser()).get("/login");
    assert!(page.body.contains("data-passkey=\"/login/passkey/ask\""), "{}", page.body);
    let policy = page.header("permissions-policy");
    assert!(policy.contains("publickey-credentials-get=(self)"), "{policy}");
    assert!(policy.contains("publickey-credentials-create=(self)"), "{policy}");
}
