//! An administrator looks at Rapport as a rep, without scripts: pages are the rep's, and every way to change something,
//! to take something out, or to learn about the rep's own account is closed.

use crate::support::{Browser, PASSWORD, Place, Server, function};
use serde_json::{Value, json};
use server::inventory::{
    Entry, FUNCTIONS, FreshProof, Kind, Permission, ROUTES, Repeat, SCREENS, TRANSFERS,
};
use std::{io::Write, process::Stdio};

const BANNER: &str = "You are looking at Rapport as Rita";
const CLOSED: &str = "{\"Failure\":\"viewing_as\"}";

fn add(place: &Place, email: &str, name: &str, role: &str) {
    let arguments = ["user", "add", "--email", email, "--name", name, "--role", role];
    let mut add = place.command(&arguments);
    let mut add = add.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    add.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(add.wait().unwrap().success());
}

fn users(browser: &mut Browser) -> Value {
    let answer =
        browser.ask("GET", &function("list_users"), &[("sec-fetch-site", "same-origin")], b"");
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn id_of(browser: &mut Browser, email: &str) -> Value {
    let users = users(browser);
    let all = users["users"].as_array().unwrap();
    all.iter().find(|user| user["email"] == email).unwrap()["id"].clone()
}

fn look_as(browser: &mut Browser, email: &str) {
    let id = id_of(browser, email);
    let answer = browser.call("view_as", &json!({ "user": id }).to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
}

pub fn create(browser: &mut Browser, name: &str) {
    create_for(browser, name, "");
}

fn create_for(browser: &mut Browser, name: &str, owner: &str) {
    let operation = uuid::Uuid::now_v7().to_string();
    let fields = [
        ("operation", &*operation),
        ("form[name]", name),
        ("form[kind]", "company"),
        ("form[owner]", owner),
    ];
    send(browser, "create_account", &fields);
}

/// What a screen sends of a form.
pub fn send(browser: &mut Browser, name: &str, fields: &[(&str, &str)]) {
    let headers =
        [("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")];
    let body = crate::support::form(fields);
    let answer = browser.ask("POST", &function(name), &headers, body.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[test]
fn pages_are_those_of_whom_one_looks_as_until_one_stops() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        add(&place, "rita@example.com", "Rita", "sales_rep");
        create(&mut admin, "Heron Optics");
        let mut rita = server.sign_in("rita@example.com");
        create(&mut rita, "Plover Foods");
        assert!(admin.get("/customers").body.contains("Heron Optics"));
        look_as(&mut admin, "rita@example.com");
        let list = admin.get("/customers");
        assert!(list.body.contains(BANNER) && list.body.contains("/view-as/stop"));
        assert!(list.body.contains("Plover Foods") && !list.body.contains("Heron Optics"));
        let gone = admin.get("/customers/C-1");
        assert_eq!((gone.status, gone.body.contains(BANNER)), (404, true));
        for entry in SCREENS.iter().filter(|entry| entry.permission == Permission::SignedIn) {
            if entry.path.contains('{') {
                continue;
            }
            let page = admin.get(entry.path);
            let status = if entry.path == "/profile" { 403 } else { 200 };
            assert_eq!(page.status, status, "{}", entry.path);
            assert!(page.body.contains(BANNER), "{}", entry.path);
        }
        assert_eq!(admin.get("/admin/users").status, 403, "the rep has no such page");
        assert!(!rita.get("/customers").body.contains(BANNER), "the rep is not concerned");
        // Why the rep does not see the other one, without leaving.
        let user = id_of(&mut server.sign_in("lin@example.com"), "rita@example.com");
        let typed = json!({ "user": user, "typed": "C-1" }).to_string();
        let why = admin.call("explain_record", &typed);
        assert_eq!(why.status, 200, "{}", why.body);
        assert!(why.body.contains("Heron Optics") && why.body.contains("out_of_reach"));
        assert_eq!(rita.call("explain_record", &typed).status, 403);
        // A record in the bin is not one that there never was.
        let mut other = server.sign_in("lin@example.com");
        let opened = other.ask(
            "GET",
            &(function("open_account") + "?number=C-1"),
            &[("sec-fetch-site", "same-origin")],
            b"",
        );
        let opened: Value = serde_json::from_str(&opened.body).unwrap();
        let ids = json!({ "ids": [opened["account"]["id"]] }).to_string();
        assert_eq!(other.call("delete_accounts", &ids).status, 200);
        let why = admin.call("explain_record", &typed);
        assert!(why.status == 200 && why.body.contains("\"binned\""), "{}", why.body);
        let unknown = json!({ "user": user, "typed": "C-99" }).to_string();
        assert_eq!(admin.call("explain_record", &unknown).status, 404);
        assert_eq!(other.call("restore_accounts", &ids).status, 200);
        // The look is one's own, and stopping leads back to the page.
        assert_eq!(admin.post("/preferences", &[("theme", "dark"), ("next", "/")]).status, 303);
        assert!(admin.get("/").body.contains("data-theme=\"dark\""));
        assert!(!rita.get("/").body.contains("data-theme=\"dark\""));
        let stopped = admin.post("/view-as/stop", &[("next", "/customers/C-1")]);
        assert_eq!((stopped.status, stopped.header("location")), (303, "/customers/C-1"));
        let own = admin.get("/customers/C-1");
        assert!(own.status == 200 && !own.body.contains(BANNER));
        assert_eq!(admin.post("/view-as/stop", &[]).status, 303, "twice is once");
    }
}

/// With the administrator's own customers, and nothing else of what an administrator may do.
#[test]
fn a_role_is_looked_at_with_what_one_is_in_charge_of_until_it_is_gone() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        let me = id_of(&mut admin, "lin@example.com");
        create(&mut admin, "Heron Optics");
        create_for(&mut admin, "Plover Foods", me.as_str().unwrap());
        let as_role = |browser: &mut Browser, role: &Value| {
            let answer = browser.call("view_as_role", &json!({ "role": role }).to_string());
            assert_eq!(answer.status, 200, "{}", answer.body);
        };
        as_role(&mut admin, &json!("sales_rep"));
        let list = admin.get("/customers");
        assert!(list.body.contains("You are looking at Rapport as the role Sales rep"));
        assert!(list.body.contains("Plover Foods") && !list.body.contains("Heron Optics"));
        for page in ["/admin/roles", "/admin/audit", "/export/customers", "/profile"] {
            assert_eq!(admin.get(page).status, 403, "{page}");
        }
        let answer = admin.call("view_as_role", &json!({ "role": "staff" }).to_string());
        assert_eq!(answer.status, 403);
        let typed = json!({ "user": me, "role": "sales_rep", "typed": "C-1" }).to_string();
        let why = admin.call("explain_record", &typed);
        assert!(why.status == 200 && why.body.contains("out_of_reach"), "{}", why.body);
        assert_eq!(admin.post("/view-as/stop", &[("next", "/admin/roles")]).status, 303);
        // One made here, as long as it is there.
        let rights: String = domain::policy::Role::SalesRep.rights().into();
        let role = json!({ "id": null, "name": "Desk", "rights": rights }).to_string();
        let made: Value = serde_json::from_str(&admin.call("save_role", &role).body).unwrap();
        as_role(&mut admin, &made);
        assert!(admin.get("/").body.contains("as the role Desk"));
        let mut second = server.sign_in("lin@example.com");
        let gone = second.call("delete_role", &json!({ "id": made }).to_string());
        assert_eq!(gone.status, 200, "{}", gone.body);
        let page = admin.get("/customers");
        assert!(page.body.contains("Heron Optics") && !page.body.contains("as the role"));
        let log = admin.get("/admin/audit?event=view_as_started");
        assert!(log.body.contains("Sales rep") && log.body.contains("Desk"));
    }
}

/// As another administrator, so that no right is missing: what is refused is refused because somebody looks.
#[test]
fn every_way_to_change_or_take_out_is_closed() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        add(&place, "rita@example.com", "Rita", "admin");
        look_as(&mut admin, "rita@example.com");
        let (mut closed, mut open) = (0, 0);
        for entry in ROUTES.iter().chain(TRANSFERS).chain(FUNCTIONS).chain(SCREENS) {
            let stays = matches!(
                entry.permission,
                Permission::Public | Permission::Secret | Permission::Behind(..)
            );
            if stays {
                continue;
            }
            let reads = entry.repeat == Repeat::Reads
                && entry.kind != Kind::Transfer
                && entry.proof != FreshProof::Needed
                && entry.permission != Permission::Own;
            let answer = ask(&mut admin, entry);
            if reads {
                open += 1;
                let own = ["/profile", "open_profile"].contains(&entry.path);
                assert!(own || answer.1 != CLOSED, "{}: {answer:?}", entry.path);
            } else {
                closed += 1;
                assert_eq!(answer.0, 403, "{}: {answer:?}", entry.path);
                if entry.kind == Kind::Function {
                    assert_eq!(answer.1, CLOSED, "{}", entry.path);
                }
            }
        }
        assert!(closed > 50 && open > 30, "{closed} {open}");
        let page = admin.get("/export/customers");
        assert!(
            page.status == 403 && page.body.contains("looking at Rapport as a colleague or a role")
        );
        assert_eq!(admin.get("/admin/users").status, 200);
        // Signing out works, and ends it.
        assert_eq!(admin.post("/logout", &[]).status, 303);
        let mut again = server.sign_in("lin@example.com");
        assert!(!again.get("/").body.contains(BANNER));
    }
}

fn ask(browser: &mut Browser, entry: &Entry) -> (u16, String) {
    let path = entry.path.replace("{number}", "1").replace("{topic}", "overview");
    let path = if entry.kind == Kind::Function { function(entry.path) } else { path };
    let headers = [
        ("accept", "application/json"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/json"),
    ];
    let body: &[u8] = if entry.method == "POST" { b"{}" } else { b"" };
    let answer = browser.ask(entry.method, &path, &headers, body);
    (answer.status, answer.body)
}

#[test]
fn it_ends_when_either_of_them_loses_what_it_takes() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        add(&place, "rita@example.com", "Rita", "sales_rep");
        look_as(&mut admin, "rita@example.com");
        assert!(admin.get("/").body.contains(BANNER));
        let mut second = server.sign_in("lin@example.com");
        let id = id_of(&mut second, "rita@example.com");
        let off = json!({ "id": id, "disabled": true }).to_string();
        assert_eq!(second.call("set_user_disabled", &off).status, 200);
        let page = admin.get("/customers");
        assert!(page.status == 200 && !page.body.contains(BANNER));
        let on = json!({ "id": id, "disabled": false }).to_string();
        assert_eq!(second.call("set_user_disabled", &on).status, 200);
        assert!(!admin.get("/customers").body.contains(BANNER), "it does not begin again");
        let log = admin.get("/admin/audit");
        assert!(log.body.contains("View as started") && log.body.contains("View as ended"));
    }
}
