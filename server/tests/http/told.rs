//! What people hear of without asking: who takes data out, who tries to get in, and a line in the log for every file.

use crate::{
    proof::world::{acting, now, session, with_cookie},
    support::{Answer, Browser, PASSWORD, Place, Server, form, function},
    view_as::create,
};
use domain::{policy::Caller, time::MINUTE};
use std::{io::Write, process::Stdio};

#[test]
fn exports_and_failed_sign_ins_are_told_on_home() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        let words = ["user", "add", "--email", "rita@example.com", "--role", "sales_manager"];
        let mut add = place.command(&words);
        let mut add = add.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        add.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
        assert!(add.wait().unwrap().success());
        assert!(!admin.get("/").body.contains("class=\"banner\""));

        // Each file is a line of the log, and a notice for who reads the log, but not for who took it.
        let mut rita = server.sign_in("rita@example.com");
        let files = [
            "/export/customers?format=csv",
            "/export/people?format=xlsx",
            "/export/deals?state=all&format=xlsx",
            "/export/orders?format=csv",
            "/export/feedback?format=csv",
            "/export/answers?format=csv",
        ];
        for path in files {
            assert_eq!(rita.get(path).status, 200, "{path}");
        }
        assert_eq!(admin.get("/export/audit").status, 200);
        let asked = format!("{}?query=event%3Dexported", function("read_audit"));
        let log = admin.ask("GET", &asked, &[("sec-fetch-site", "same-origin")], b"").body;
        assert_eq!(log.matches("\"exported\"").count(), 7, "{log}");
        let home = admin.get("/").body;
        assert!(home.contains("Colleagues took out 6 files in the last 7 days"), "{home}");
        assert!(home.contains("href=\"/admin/audit?event=exported\""));
        assert!(!rita.get("/").body.contains("class=\"banner\""));

        // Three wrong passwords: told to whom they are about, with the address, and to nobody else.
        for wrong in ["a guess", "another guess", "one more guess"] {
            let fields = [("email", "rita@example.com"), ("password", wrong)];
            let answer = server.browser().post("/login", &fields);
            assert!(answer.status >= 400, "{}", answer.status);
        }
        let home = rita.get("/").body;
        assert!(home.contains("3 failed sign-ins to your account in the last 7 days"), "{home}");
        let profile = rita.get("/profile").body;
        assert!(profile.contains("3 failed sign-ins to your account in the last 30 days"));
        assert!(profile.contains("from 127.0.0.1"));
        assert_eq!(rita.post("/preferences", &[("lang", "zh-CN"), ("next", "/")]).status, 303);
        assert!(rita.get("/").body.contains("最近 7 天，你的账号有 3 次登录失败"));
        assert!(!admin.get("/profile").body.contains("failed sign-in"));
    }
}

/// Lets an export take out so many rows.
fn allow(admin: &mut Browser, most: &str) -> Answer {
    let same_origin = [("sec-fetch-site", "same-origin")];
    let screen = admin.ask("GET", &function("open_organisation"), &same_origin, b"").body;
    let screen: serde_json::Value = serde_json::from_str(&screen).unwrap();
    let fields = form(&[
        ("seen", &*screen["version"].to_string()),
        ("form[name_en]", "Lighthouse"),
        ("form[lang]", "en"),
        ("form[currency]", "EUR"),
        ("form[time_zone]", "UTC"),
        ("form[region]", "DE"),
        ("form[export_rows]", most),
    ]);
    let headers = [
        ("accept", "application/json"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    admin.ask("POST", &function("save_organisation"), &headers, fields.as_bytes())
}

#[test]
fn one_export_takes_out_as_many_rows_as_the_organisation_allows() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        for name in ["One Ltd", "Two Ltd"] {
            create(&mut admin, name);
        }
        assert_eq!(allow(&mut admin, "1").status, 200);
        for format in ["csv", "xlsx"] {
            let refused = admin.get(&format!("/export/customers?format={format}"));
            assert_eq!(refused.status, 422);
            assert!(refused.body.contains("more than 1 rows"), "{}", refused.body);
            assert!(!refused.body.contains("One Ltd"));
        }
        assert_eq!(admin.get("/export/customers?format=csv&q=two").status, 200, "narrowed");
        assert_eq!(allow(&mut admin, "2").status, 200);
        let whole = admin.get("/export/customers?format=csv");
        assert!(whole.body.contains("One Ltd") && whole.body.contains("Two Ltd"));
        let asked = format!("{}?query=event%3Dexported", function("read_audit"));
        let log = admin.ask("GET", &asked, &[("sec-fetch-site", "same-origin")], b"").body;
        assert_eq!(log.matches("\"exported\"").count(), 2, "what was refused went nowhere: {log}");
        // What somebody searched by may be a name, and a line of the log outlives whoever has it.
        assert!(!log.contains("two") && log.contains("q=%E2%80%A6"), "{log}");
    }
}

#[test]
fn letting_exports_take_more_out_takes_a_fresh_proof() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        assert_eq!(allow(&mut admin, "10").status, 200);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let cookie = runtime.block_on(async {
            let db = place.open().await;
            let user = db.colleagues(&crate::proof::world::root()).await.unwrap()[0].id;
            let before = Caller { now: now().plus(-11 * MINUTE), ..acting(user) };
            let cookie = session(&db, &before).await;
            db.close().await;
            cookie
        });
        let mut late = with_cookie(&server, &cookie);
        for more in ["11", ""] {
            let refused = allow(&mut late, more);
            assert_eq!(refused.status, 403, "{}", refused.body);
            assert!(refused.body.contains("confirm_identity"), "{}", refused.body);
        }
        assert_eq!(allow(&mut late, "9").status, 200, "less is no matter");
        let proof = serde_json::json!({ "answer": PASSWORD }).to_string();
        assert_eq!(late.call("confirm_identity", &proof).status, 200);
        assert_eq!(allow(&mut late, "11").status, 200);
    }
}
