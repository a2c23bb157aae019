//! The audit log at the command line: verified, anchored, and useless without its key.

use crate::support::{PASSWORD, Place, Server, function};
use std::{
    os::unix::fs::PermissionsExt,
    process::Output,
    time::{Duration, Instant},
};

fn said(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{out}{err}")
}

fn run(place: &Place, arguments: &[&str]) -> (bool, String) {
    let output = place.command(arguments).output().unwrap();
    (output.status.success(), said(&output))
}

fn add(place: &Place, email: &str) {
    let (done, told) = run(place, &["user", "add", "--role", "admin", "--email", email]);
    assert!(done, "{told}");
}

/// Changes the database behind the program's back.
fn tamper(place: &Place, statements: &[&'static str]) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let db = place.open().await;
        for statement in statements.iter().copied() {
            match &db {
                store::Db::Sqlite { writer, .. } => {
                    sqlx::query(statement).execute(writer).await.map(drop)
                }
                store::Db::Postgres { pool, .. } => {
                    sqlx::query(statement).execute(pool).await.map(drop)
                }
            }
            .unwrap();
        }
        let open = match &db {
            store::Db::Sqlite { .. } => &["DROP TRIGGER IF EXISTS audit_log_no_delete"][..],
            store::Db::Postgres { .. } => &["ALTER TABLE audit_log DISABLE TRIGGER USER"],
        };
        for statement in open.iter().copied() {
            match &db {
                store::Db::Sqlite { writer, .. } => {
                    sqlx::query(statement).execute(writer).await.map(drop)
                }
                store::Db::Postgres { pool, .. } => {
                    sqlx::query(statement).execute(pool).await.map(drop)
                }
            }
            .unwrap();
        }
        db.close().await;
    });
}

#[test]
fn a_log_is_verified_and_what_was_cut_off_is_found_by_an_anchor() {
    for place in Place::both() {
        assert!(!run(&place, &["audit", "anchor"]).0, "there is no database yet");
        assert!(run(&place, &["migrate"]).0);
        add(&place, "one@example.com");
        add(&place, "two@example.com");
        let key = place.folder().join("audit.key");
        assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(run(&place, &["audit", "verify"]), (true, "verified 1..2\n".to_owned()));
        assert_eq!(
            run(&place, &["audit", "verify", "--from", "2"]),
            (true, "verified 2..2\n".to_owned())
        );
        let (done, anchor) = run(&place, &["audit", "anchor"]);
        assert!(done && anchor.starts_with("rapport-audit-1 2 "), "{anchor}");
        let file = place.folder().join("anchors");
        std::fs::write(&file, &anchor).unwrap();
        let with_anchor = ["audit", "verify", "--anchor", file.to_str().unwrap()];
        assert_eq!(run(&place, &with_anchor), (true, "verified 1..2\n".to_owned()));
        let doctor = run(&place, &["doctor"]).1;
        assert!(doctor.contains("ok    audit key"), "{doctor}");

        tamper(&place, &[]);
        tamper(
            &place,
            &[
                "DELETE FROM audit_log WHERE number = 2",
                "UPDATE audit_head SET number = 1, seal = (SELECT seal FROM audit_log WHERE number = 1)",
            ],
        );
        assert!(run(&place, &["audit", "verify"]).0, "nothing in the database tells");
        let (done, told) = run(&place, &with_anchor);
        assert!(!done && told.contains("line 2 was there at the time of an anchor"), "{told}");

        std::fs::write(&file, anchor.replacen(" 2 ", " 1 ", 1)).unwrap();
        let (done, told) = run(&place, &with_anchor);
        assert!(!done && told.contains("not made with the key"), "{told}");
        std::fs::write(&file, "no anchor").unwrap();
        let (done, told) = run(&place, &with_anchor);
        assert!(!done && told.contains("line 1 is no anchor"), "{told}");
    }
}

#[test]
fn without_its_key_nothing_goes_on() {
    for place in Place::both() {
        assert!(run(&place, &["migrate"]).0);
        add(&place, "one@example.com");
        let key = place.folder().join("audit.key");
        let elsewhere = place.folder().join("elsewhere.key");
        std::fs::rename(&key, &elsewhere).unwrap();
        for arguments in [
            &["serve", "--listen", "127.0.0.1:0"][..],
            &["migrate"],
            &["audit", "verify"],
            &["audit", "anchor"],
            &["user", "add", "--email", "two@example.com"],
        ] {
            let (done, told) = run(&place, arguments);
            assert!(!done && told.contains("is missing"), "{arguments:?} {told}");
        }
        assert!(!key.exists(), "no other key took its place");
        let (healthy, told) = run(&place, &["doctor"]);
        assert!(!healthy && told.contains("LOOK  audit key"), "{told}");
        let named = elsewhere.to_str().unwrap();
        assert!(run(&place, &["audit", "verify", "--audit-key", named]).0);

        std::fs::write(&key, "0".repeat(64)).unwrap();
        let (done, told) = run(&place, &["migrate"]);
        assert!(!done && told.contains("is not the one"), "{told}");
        std::fs::write(&key, "short").unwrap();
        let (done, told) = run(&place, &["migrate"]);
        assert!(!done && told.contains("holds no key"), "{told}");
        std::fs::rename(&elsewhere, &key).unwrap();
        assert!(run(&place, &["migrate"]).0);
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
        let told = run(&place, &["doctor"]).1;
        assert!(told.contains("chmod 600"), "{told}");
    }
}

#[test]
fn a_server_adds_anchors_to_the_file_it_is_given() {
    let place = Place::sqlite();
    assert!(run(&place, &["migrate"]).0);
    add(&place, "one@example.com");
    let file = place.folder().join("anchors");
    let named = file.to_str().unwrap();
    let server = Server::start_with(&place, &["--no-rate-limits", "--audit-anchor", named]);
    let begin = Instant::now();
    while !std::fs::read_to_string(&file).is_ok_and(|text| text.ends_with('\n')) {
        assert!(begin.elapsed() < Duration::from_secs(30), "no anchor came");
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(server);
    assert!(run(&place, &["audit", "verify", "--anchor", named]).0);
    let doctor = run(&place, &["doctor"]).1;
    assert!(doctor.contains("was found to hold up to line 1"), "{doctor}");
}

#[test]
fn a_wrong_fresh_proof_is_a_line() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        let wrong = admin.call("confirm_identity", "{\"answer\":\"not the password\"}");
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        let wrong = admin.post("/confirm", &[("answer", "not this one either"), ("next", "/")]);
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        let lines = |admin: &mut crate::support::Browser| {
            let query = function("read_audit") + "?query=event%3Dproof_failed";
            let answer = admin.ask("GET", &query, &[("sec-fetch-site", "same-origin")], b"");
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert!(!answer.body.contains("not th"), "what was typed is kept nowhere");
            answer.body.matches("\"proof_failed\"").count()
        };
        assert_eq!(lines(&mut admin), 2);
        assert!(admin.get("/admin/audit?event=proof_failed").body.contains("Confirmation failed"));
        let right = format!("{{\"answer\":\"{PASSWORD}\"}}");
        assert_eq!(admin.call("confirm_identity", &right).status, 200);
        assert_eq!(lines(&mut admin), 2);
    }
}
