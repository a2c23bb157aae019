//! Administration and profile over HTTP: who may call what, and what the answers say.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::missing_panics_doc,
    reason = "a test stops by panicking and says what it skipped"
)]

mod house;

use domain::policy::{Action, Object, Reach, Role};
use house::{ADMIN, House, PASSWORD, STAFF, function};
use serde_json::json;
use server::inventory::{FUNCTIONS, Permission, SCREENS};

/// Whether the policy lets staff do it.
fn allows(action: Action, object: Object) -> bool {
    Role::Staff.rights().reach(action, object) != Reach::None
}

#[test]
fn what_only_administrators_may_do_is_refused_to_everybody_else() {
    let house = House::open();
    let (staff, stranger) = (house.signed_in(STAFF), house.stranger());
    let mut refused = Vec::new();
    for entry in FUNCTIONS {
        let open = match entry.permission {
            Permission::May(action, object) => allows(action, object),
            Permission::MayAny(action) => {
                allows(action, Object::Account) || allows(action, Object::Person)
            }
            _ => continue,
        };
        let call = |browser: &house::Browser| match entry.method {
            "GET" => browser.read(entry.path, "").status,
            _ => browser.call(entry.path, &json!({})).status,
        };
        assert_eq!(call(&stranger), 401, "{}", entry.path);
        if !open {
            assert_eq!(call(&staff), 403, "{}", entry.path);
            refused.push(entry.path);
        }
    }
    for name in
        ["list_users", "invite_user", "make_user_link", "save_organisation", "system_status"]
    {
        assert!(refused.contains(&name), "{name} is open to staff");
    }
    for entry in SCREENS {
        if let Permission::May(action, object) = entry.permission
            && !allows(action, object)
        {
            assert_eq!(
                staff.page(&entry.path.replace("{number}", "1")).status,
                403,
                "{}",
                entry.path
            );
        }
    }
}

#[test]
fn the_pages_of_administration_come_whole() {
    let house = House::open();
    let admin = house.signed_in(ADMIN);
    for (path, words) in [
        ("/admin/users", STAFF),
        ("/admin/organisation", "Asia/Shanghai"),
        ("/admin/status", "SQLite"),
        ("/profile", "This device"),
        ("/bin", "The bin is empty"),
        ("/bin?tab=people", "The bin is empty"),
    ] {
        let page = admin.page(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(page.body.contains(words), "{path}: {}", page.body);
    }
    let status = admin.read("system_status", "").json();
    assert_eq!(status["https"], false);
    assert_eq!(status["database"]["engine"], "SQLite");
    assert_eq!(status["database"]["writable"], true);
}

#[test]
fn a_user_is_added_moved_shut_out_and_let_in_again() {
    let house = House::open();
    let admin = house.signed_in(ADMIN);
    let form = json!({ "email": "New@Example.com", "name": "新同事", "roles": ["staff"] });
    let added = admin.call("invite_user", &form);
    assert_eq!(added.status, 200, "{}", added.body);
    let again = admin.call("invite_user", &form);
    assert_eq!((again.status, again.body.contains("taken")), (422, true), "{}", again.body);
    let set = |link: &house::Answer, password: &str| {
        let path = link.json()["path"].as_str().unwrap().to_owned();
        let typed = password.replace(' ', "+");
        let form = format!("password={typed}&password_again={typed}");
        let answer = house.stranger().fill(&path, &form);
        assert_eq!(answer.header("location"), Some("/login?set=1"), "{}", answer.body);
    };
    let password = "nine orange tractors".to_owned();
    set(&added, &password);

    let new = house.stranger().sign_in("new@example.com", &password).unwrap();
    assert_eq!(new.page("/customers").status, 200);
    let users = admin.read("list_users", "").json();
    let id = |email: &str| {
        let user = users["users"].as_array().unwrap().iter().find(|user| user["email"] == email);
        user.unwrap()["id"].clone()
    };
    let changed =
        admin.call("set_user_roles", &json!({ "id": id("New@Example.com"), "roles": ["admin"] }));
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(new.page("/customers").status, 303, "another role asks for another sign-in");

    let off = |on: bool| json!({ "id": id("New@Example.com"), "disabled": on });
    let new = house.stranger().sign_in("new@example.com", &password).unwrap();
    assert_eq!(admin.call("set_user_disabled", &off(true)).status, 200);
    assert_eq!(new.page("/customers").status, 303);
    assert!(house.stranger().sign_in("new@example.com", &password).is_err());
    // The only administrator who is left has to stay.
    for (name, arguments) in [
        ("set_user_roles", json!({ "id": id(ADMIN), "roles": ["staff"] })),
        ("set_user_disabled", json!({ "id": id(ADMIN), "disabled": true })),
    ] {
        let refused = admin.call(name, &arguments);
        assert_eq!(refused.status, 422, "{name}: {}", refused.body);
        assert!(refused.body.contains("last_admin"), "{}", refused.body);
    }
    assert_eq!(admin.call("set_user_disabled", &off(false)).status, 200);
    let link = admin.call("make_user_link", &json!({ "id": id("New@Example.com") }));
    assert!(house.stranger().sign_in("new@example.com", &password).is_ok(), "until it is used");
    let second = "four purple harbours";
    set(&link, second);
    assert!(house.stranger().sign_in("new@example.com", &password).is_err());
    assert!(house.stranger().sign_in("new@example.com", second).is_ok());
}

#[test]
fn a_new_password_signs_the_other_browsers_out() {
    let house = House::open();
    let (here, elsewhere) = (house.signed_in(STAFF), house.signed_in(STAFF));
    let profile = here.read("open_profile", "").json();
    assert_eq!(profile["sessions"].as_array().unwrap().len(), 2);
    let form = |current: &str, new: &str, again: &str| {
        format!("current={current}&new={new}&again={again}").replace(' ', "+")
    };
    let wrong = here.submit(
        "change_password",
        &form("not the right one", "eight red bicycles", "eight red bicycles"),
    );
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    assert!(wrong.body.contains("current"), "{}", wrong.body);
    let short = here.submit("change_password", &form(PASSWORD, "short", "short"));
    assert!(short.body.contains("too_short"), "{}", short.body);
    assert_eq!(elsewhere.page("/customers").status, 200);

    // A plain form is led back to the page, which says that it is done.
    let done =
        here.post("change_password", &form(PASSWORD, "eight red bicycles", "eight red bicycles"));
    assert_eq!(done.header("location"), Some("/profile?done=password"), "{done:?}");
    assert_eq!(here.page("/profile?done=password").status, 200);
    assert_eq!(elsewhere.page("/customers").status, 303);
    assert!(house.stranger().sign_in(STAFF, PASSWORD).is_err());
    assert!(house.stranger().sign_in(STAFF, "eight red bicycles").is_ok());
}

#[test]
fn devices_are_signed_out_from_afar_but_only_ones_own() {
    let house = House::open();
    let (admin, staff, second) =
        (house.signed_in(ADMIN), house.signed_in(STAFF), house.signed_in(STAFF));
    let of = |browser: &house::Browser, this: bool| {
        let profile = browser.read("open_profile", "").json();
        let sessions = profile["sessions"].as_array().unwrap().clone();
        let found = sessions.iter().find(|session| session["is_this"] == this).unwrap();
        found["id"].as_str().unwrap().to_owned()
    };
    let admins = of(&admin, true);
    assert_eq!(staff.submit("end_session", &format!("id={admins}")).status, 404);
    // Neither may an administrator, on the page of the own devices.
    let staffs = of(&staff, true);
    assert_eq!(admin.submit("end_session", &format!("id={staffs}")).status, 404);
    assert_eq!(admin.page("/profile").status, 200);

    let other = of(&staff, false);
    assert_eq!(staff.submit("end_session", &format!("id={other}")).status, 200);
    assert_eq!(second.page("/customers").status, 303);
    let third = house.signed_in(STAFF);
    assert_eq!(staff.submit("end_other_sessions", "").json(), 1);
    assert_eq!(third.page("/customers").status, 303);
    assert_eq!(staff.page("/customers").status, 200);
}

#[test]
fn two_who_save_the_organisation_do_not_overwrite_each_other() {
    let house = House::open();
    let admin = house.signed_in(ADMIN);
    let seen =
        |browser: &house::Browser| browser.read("open_organisation", "").json()["version"].clone();
    let form = |seen: &serde_json::Value, zone: &str| {
        format!(
            "seen={seen}&form[name_zh]=&form[name_en]=Lighthouse&form[lang]=en&form[currency]=EUR\
             &form[time_zone]={zone}&form[region]=DE"
        )
    };
    let first = seen(&admin);
    let nowhere = admin.submit("save_organisation", &form(&first, "Europe/Atlantis"));
    assert_eq!(nowhere.status, 422, "{}", nowhere.body);
    assert!(nowhere.body.contains("time_zone"), "{}", nowhere.body);
    let saved = admin.submit("save_organisation", &form(&first, "europe/berlin"));
    assert_eq!(saved.status, 200, "{}", saved.body);
    let now = admin.read("open_organisation", "").json();
    assert_eq!(now["organisation"]["time_zone"], "Europe/Berlin");
    assert_ne!(now["version"], first);
    let late = admin.submit("save_organisation", &form(&first, "UTC"));
    assert_eq!(late.status, 409, "{}", late.body);
    let plain = admin.post("save_organisation", &form(&now["version"], "UTC"));
    assert_eq!(plain.header("location"), Some("/admin/organisation?saved=yes"), "{plain:?}");
}

#[test]
fn a_deleted_customer_comes_back_by_a_plain_form() {
    let house = House::open();
    let staff = house.signed_in(STAFF);
    let operation = "operation=018f0000-0000-7000-8000-000000000001";
    let made =
        staff.submit("create_account", &format!("{operation}&form[name]=Acme&form[kind]=company"));
    assert_eq!(made.status, 200, "{}", made.body);
    let number = made.json().as_i64().unwrap();
    let opened = staff.read("open_account", &format!("number=C-{number}")).json();
    let id = opened["account"]["id"].as_str().unwrap().to_owned();
    assert_eq!(staff.call("delete_accounts", &json!({ "ids": [id] })).status, 200);
    let bin = staff.page("/bin");
    assert!(bin.body.contains("Acme") && bin.body.contains("30 days left"), "{}", bin.body);
    assert!(bin.body.contains(function("restore_from_bin").0));

    let back = staff.post("restore_from_bin", &format!("kind=accounts&id={id}"));
    assert_eq!(back.status, 302, "{back:?}");
    assert!(!staff.page("/bin").body.contains("Acme"));
    assert_eq!(staff.page(&format!("/customers/C-{number}")).status, 200);
    let again = staff.submit("restore_from_bin", &format!("kind=accounts&id={id}"));
    assert_eq!(again.status, 404);
}

/// What a write that is done once is sent with; the account is there.
fn once(name: &str, account: &str, colleague: &str) -> serde_json::Value {
    let operation = uuid::Uuid::now_v7().to_string();
    match name {
        "create_order" => json!(format!(
            "operation={operation}&form[account]=C-1&form[ordered_on]=2026-11-20&lines[0][name]=Valve&lines[0][price]=5"
        )),
        "save_survey" => json!(format!(
            "operation={operation}&form[kind]=form&form[title_en]=Neu&form[questions][0][kind]=text&form[questions][0][title_en]=Neu"
        )),
        "set_contact" => json!({
            "operation": operation, "subject": { "account": account }, "point": null,
            "kind": "mobile", "raw": "13800138000", "expected": "",
        }),
        "set_address" => json!({
            "operation": operation, "account": account, "address": null,
            "form": { "city": "Kiel" },
            "expected": { "country": "", "province": "", "city": "", "district": "", "street": "" },
        }),
        "hand_over_record" => json!({
            "operation": operation, "subject": { "account": account },
            "form": { "to": colleague, "note": "", "keep": false },
        }),
        "add_note" => json!(format!(
            "operation={operation}&subject_kind=account&subject_id={account}&body=hello"
        )),
        "add_activity" => json!({ "operation": operation, "subject_kind": "account",
            "subject_id": account, "form": { "kind": "task", "title": "Ring" } }),
        "save_pipeline" => json!({ "operation": operation, "known": null, "form": {
            "name_en": "Partners", "name_zh": "", "stages": [
                { "name_en": "New", "kind": "open" }, { "name_en": "Won", "kind": "won" },
                { "name_en": "Lost", "kind": "lost" },
            ] } }),
        "create_product" => json!({ "operation": operation,
            "form": { "code": "A-1", "name": "Valve", "price": "1", "currency": "" } }),
        "create_opportunity" => json!(format!("operation={operation}&form[name]=Other")),
        "create_account" => json!(format!("operation={operation}&form[name]=Other")),
        "create_person" => json!(format!("operation={operation}&form[full_name]=Ada")),
        other => panic!("{other} is done once: say what it is sent with"),
    }
}

#[test]
fn what_is_done_once_is_done_once() {
    let house = House::open();
    let staff = house.signed_in(STAFF);
    let form = format!("operation={}&form[name]=Acme", uuid::Uuid::now_v7());
    let number = staff.submit("create_account", &form).json().as_i64().unwrap();
    let opened = || staff.read("open_account", &format!("number=C-{number}")).json();
    let id = opened()["account"]["id"].as_str().unwrap().to_owned();
    let admin = house.signed_in(ADMIN);
    let users = admin.read("list_users", "").json();
    let others = users["users"].as_array().unwrap().iter();
    let mut others = others.filter(|user| user["id"] != opened()["account"]["data"]["owner"]);
    let colleague = others.next().unwrap()["id"].as_str().unwrap().to_owned();
    let mut sent = 0;
    for entry in server::inventory::FUNCTIONS {
        if entry.repeat != server::inventory::Repeat::Once {
            continue;
        }
        let body = once(entry.path, &id, &colleague);
        // What is sold is not for everybody to change.
        let is_setting = ["create_product", "save_pipeline"].contains(&entry.path);
        let sender = if is_setting { &admin } else { &staff };
        let send = || match &body {
            serde_json::Value::String(form) => sender.submit(entry.path, form),
            json => sender.call(entry.path, json),
        };
        let (first, second) = (send(), send());
        assert_eq!(first.status, 200, "{}: {}", entry.path, first.body);
        assert_eq!((second.status, &second.body), (200, &first.body), "{}", entry.path);
        sent += 1;
    }
    assert!(sent >= 5, "{sent}");
    let now = opened();
    assert_eq!(now["account"]["contacts"].as_array().unwrap().len(), 1);
    assert_eq!(now["account"]["addresses"].as_array().unwrap().len(), 1);
    let entries = now["timeline"]["entries"].as_array().unwrap();
    assert_eq!(entries.iter().filter(|entry| !entry["Note"].is_null()).count(), 1);
    let accounts = staff.read("count_list", "query=&exact=true").json();
    assert_eq!(accounts["number"], 2);
}
