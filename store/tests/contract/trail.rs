//! What the audit log tells to whoever may read it: who did what, to what, from what to what.

use crate::{
    customers::{form, make, operation},
    imports::{firm, import, importer, undo},
    support::{NOW, on_both, root, someone},
};
use domain::{
    audit::{AuditLine, AuditRequest, Event, FailedSignIns, LineValues, TakenOut},
    failure::Failure,
    id::{UserId, Version},
    import::OnDuplicate,
    note::{NoteBody, Subject},
    organisation::Organisation,
    page::Page,
    policy::{Action, Caller, Confirmed, Object, Origin, Reach, Rights, Role, Via},
    time::{DAY, Instant},
};
use store::{Db, NewSession, StoreError};

async fn page(db: &Db, caller: &Caller, request: &AuditRequest) -> Page<AuditLine> {
    db.audit_page(caller, request, None, None, 50).await.unwrap()
}

async fn lines(db: &Db, request: AuditRequest) -> Vec<AuditLine> {
    page(db, &root(), &request).await.rows
}

/// The changed fields of a line, as (field, before, after).
fn fields(line: &AuditLine) -> Vec<(&str, &str, &str)> {
    let LineValues::Shown(fields) = &line.values else { panic!("{line:?}") };
    fields
        .iter()
        .map(|change| (change.field.as_str(), change.before.as_str(), change.after.as_str()))
        .collect()
}

fn about(object: Object) -> AuditRequest {
    AuditRequest { object: Some(object), ..AuditRequest::default() }
}

on_both! {
    async fn signing_in_and_what_becomes_of_users_is_told(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let via = Via { address: Some([192, 0, 2, 7].into()), ..Via::default() };
        let new = NewSession { token_hash: [1; 32], address: "192.0.2.7", user_agent: "", tries: &[], device: None, second: None, way: store::Way::Password };
        let mut signed_in = Caller { via, ..lin.clone() };
        signed_in.session = Some(db.open_session(&signed_in, &new).await.unwrap());
        db.close_session(&signed_in).await.unwrap();
        db.note_failed_sign_in(Some(lin.user), via, NOW).await.unwrap();
        db.set_user_roles(&admin, lin.user, &[Role::SalesRep.into(), Role::Auditor.into()]).await.unwrap();
        db.reset_password(&admin, lin.user, "another hash").await.unwrap();
        db.set_user_disabled(&admin, lin.user, true).await.unwrap();
        let request = AuditRequest { record: lin.user.to_string(), ..AuditRequest::default() };
        let told = lines(&db, request).await;
        let events: Vec<Event> = told.iter().rev().map(|line| line.event).collect();
        assert_eq!(events[..5], [Event::Created, Event::SignedIn, Event::SignedOut, Event::SignInFailed, Event::Changed]);
        assert!(events[5..].contains(&Event::PasswordSet) && events[5..].contains(&Event::Changed), "{events:?}");
        let roles = told.iter().find(|line| line.event == Event::Changed && fields(line)[0].0 == "roles").unwrap();
        assert_eq!(fields(roles), [("roles", "staff", "sales_rep, auditor")]);
        assert_eq!(roles.user, admin.user);
        assert_eq!(fields(&told[0]), [("disabled", "", "true")]);
        for line in told.iter().filter(|line| matches!(line.event, Event::SignedIn | Event::SignInFailed)) {
            assert_eq!(line.address, "192.0.2.7", "{line:?}");
        }
        // Neither a password nor what it is stored as.
        let all = format!("{:?}", lines(&db, AuditRequest::default()).await);
        assert!(!all.contains("hash"), "{all}");
    }

    async fn notes_and_records_out_of_reach_are_not_told(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &admin, &form("Secret House")).await;
        let id = db.account(&admin, number).await.unwrap().id;
        let body = NoteBody::parse("Secret note").unwrap();
        let note = db.add_note(&admin, operation(), Subject::Account(id), &body).await.unwrap();
        let body = NoteBody::parse("Another secret").unwrap();
        db.rewrite_note(&admin, note, Version(1), &body).await.unwrap();
        let rights = Rights::default()
            .with(Object::Account, &[Action::View], Reach::Own)
            .with(Object::Person, &[Action::View], Reach::All)
            .with(Object::Activity, &[Action::View], Reach::All)
            .with(Object::Audit, &[Action::View], Reach::All);
        let reader = Caller { rights, ..lin };
        let seen = page(&db, &reader, &AuditRequest::default()).await;
        assert!(seen.rows.iter().any(|line| line.object == Object::Activity));
        let told = format!("{:?}", seen.rows);
        assert!(!told.to_lowercase().contains("secret"), "{told}");
        let request = AuditRequest { record: number.to_string(), ..AuditRequest::default() };
        assert_eq!(db.audit_count(&reader, &request, None, None).await.unwrap(), 0);
        assert!(db.audit_count(&admin, &request, None, None).await.unwrap() > 0);
    }

    async fn people_hear_of_what_others_take_out_and_of_failed_sign_ins(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let since = NOW.plus(-DAY);
        let none = TakenOut::default();
        assert_eq!(db.taken_out(&admin, since).await.unwrap(), none);
        let lead = someone(&db, "lead@example.com", Role::Admin).await;
        for at in [NOW.plus(-2 * DAY), NOW, NOW] {
            let lead = Caller { now: at, confirmed: Confirmed::by_password(at), ..lead.clone() };
            db.note_export(&lead, Object::Account, "", 12).await.unwrap();
        }
        assert_eq!(db.taken_out(&admin, since).await.unwrap(), TakenOut { exports: 2, erased: 0 });
        assert_eq!(db.taken_out(&lead, since).await.unwrap(), none, "one's own are no news");
        let denied = db.taken_out(&lin, since).await.unwrap_err();
        assert!(matches!(denied, StoreError::Refused(Failure::Denied { action: Action::View, object: Object::Audit })));

        let via = |last: u8| Via { address: Some([192, 0, 2, last].into()), ..Via::default() };
        assert_eq!(db.failed_sign_ins(&lin, since).await.unwrap(), FailedSignIns::default());
        for (last, at) in [(1, NOW.plus(-2 * DAY)), (2, NOW.plus(-5)), (3, NOW)] {
            db.note_failed_sign_in(Some(lin.user), via(last), at).await.unwrap();
        }
        db.note_failed_sign_in(Some(admin.user), via(4), NOW).await.unwrap();
        let failed = db.failed_sign_ins(&lin, since).await.unwrap();
        assert_eq!((failed.number.number, failed.number.more), (2, false));
        assert_eq!(failed.last, Some((NOW, "192.0.2.3".to_owned())));
        for _ in 0..100 {
            db.note_failed_sign_in(Some(lin.user), via(5), NOW.plus(1)).await.unwrap();
        }
        let failed = db.failed_sign_ins(&lin, since).await.unwrap();
        assert_eq!((failed.number.number, failed.number.more), (100, true));
        let looked_at = Caller { viewer: Some(admin.user), ..lin.clone() };
        let closed = db.failed_sign_ins(&looked_at, since).await.unwrap_err();
        assert!(matches!(closed, StoreError::Refused(Failure::ViewingAs)));
    }

    async fn imports_exports_and_settings_are_told(db: Db) {
        let caller = importer(&db).await;
        let (id, _) = import(&db, &caller, OnDuplicate::Create, &[firm(1, "Acme", "steel", "")]).await;
        undo(&db, &caller, id).await;
        let told = lines(&db, about(Object::Import)).await;
        let told: Vec<(&str, &str)> = told.iter().rev().map(|line| {
            let (field, _, after) = fields(line)[0];
            (field, after)
        }).collect();
        assert_eq!(told, [("file", "a.csv"), ("state", "running"), ("state", "done"), ("state", "undoing"), ("state", "undone")]);
        let by_import = AuditRequest { origin: Some(Origin::Import), ..about(Object::Account) };
        let made = lines(&db, by_import).await;
        assert!(made.iter().any(|line| line.event == Event::Created));
        assert!(made.iter().any(|line| line.event == Event::Deleted));

        db.note_export(&caller, Object::Account, "filter=vip", 12).await.unwrap();
        let exported = AuditRequest { event: Some(Event::Exported), ..AuditRequest::default() };
        let told = lines(&db, exported).await;
        assert_eq!((told[0].object, fields(&told[0])), (Object::Account, vec![("query", "", "filter=vip"), ("rows", "", "12")]));

        let organisation = Organisation { name_en: "Lantern".to_owned(), ..Organisation::default() };
        db.save_organisation(&root(), Version(0), &organisation).await.unwrap();
        let told = lines(&db, about(Object::Organisation)).await;
        assert!(fields(&told[0]).contains(&("name_en", "", "Lantern")));
    }

    async fn every_filter_leaves_what_it_says(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let other = make(&db, &lin, &form("Other")).await;
        let later = Caller { now: NOW.plus(DAY), ..lin.clone() };
        let account = db.account(&lin, acme).await.unwrap();
        db.set_tags(&later, account.id, &["VIP".to_owned()], &[]).await.unwrap();
        let number = |number: &str| AuditRequest { record: number.to_owned(), ..AuditRequest::default() };
        let told = lines(&db, number(&acme.to_string())).await;
        assert_eq!(told.iter().map(|line| line.event).collect::<Vec<_>>(), [Event::Changed, Event::Created]);
        assert_eq!(told[0].record.as_ref().map(|record| record.name.as_str()), Some("Acme"));
        assert_eq!(told[0].record.as_ref().map(|record| record.number.as_str()), Some(&*acme.to_string()));
        assert_eq!(lines(&db, number(&account.id.to_string())).await.len(), 2);
        assert_eq!(lines(&db, number(&other.to_string())).await.len(), 1);
        for nothing in ["C-999", "P-1", "rubbish"] {
            assert_eq!(lines(&db, number(nothing)).await, [], "{nothing}");
        }
        let by = |user| AuditRequest { user: Some(user), ..AuditRequest::default() };
        assert_eq!(lines(&db, by(lin.user)).await.len(), 3);
        assert_eq!(lines(&db, by(UserId::NIL)).await.len(), 1);
        let days = |from: Option<Instant>, until: Option<Instant>| { let db = db.clone(); async move {
            db.audit_page(&root(), &AuditRequest::default(), from, until, 50).await.unwrap().rows.len()
        }};
        assert_eq!(days(Some(NOW.plus(1)), None).await, 1);
        assert_eq!(days(None, Some(NOW.plus(DAY))).await, 3);
        assert_eq!(days(Some(NOW), Some(NOW)).await, 0);
        let both = AuditRequest { event: Some(Event::Created), ..about(Object::Account) };
        assert_eq!(lines(&db, both).await.len(), 2);
    }

    async fn pages_follow_each_other_without_gap_or_repetition(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        for turn in 0..12_i64 {
            // The clock need not go on between two of them.
            let now = NOW.plus(turn / 3);
            make(&db, &Caller { now, ..lin.clone() }, &form(&format!("Firm {turn}"))).await;
        }
        let mut request = AuditRequest::default();
        let mut seen = Vec::new();
        loop {
            let page = db.audit_page(&root(), &request, None, None, 5).await.unwrap();
            seen.extend(page.rows.iter().map(|line| line.number));
            request.after = page.next;
            if request.after.is_none() {
                break;
            }
        }
        assert_eq!(seen, (1..=13).rev().collect::<Vec<i64>>());
    }

    async fn who_may_not_read_it_is_refused_and_values_follow_the_record(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let account = db.account(&lin, acme).await.unwrap();
        let note = NoteBody::parse("a secret").unwrap();
        let note = db.add_note(&lin, operation(), Subject::Account(account.id), &note).await.unwrap();
        db.pin_note(&lin, note, true).await.unwrap();
        for role in Role::ALL {
            let caller = someone(&db, &format!("{}@example.com", role.code()), role).await;
            let answer = db.audit_page(&caller, &AuditRequest::default(), None, None, 50).await;
            if matches!(role, Role::Admin | Role::Auditor) {
                let all = answer.unwrap().rows;
                assert!(all.iter().all(|line| line.values != LineValues::Hidden), "{role:?}");
                let pinned = all.iter().find(|line| line.object == Object::Activity).unwrap();
                assert_eq!(pinned.record.as_ref().map(|record| record.name.as_str()), Some("Acme"));
            } else {
                assert!(matches!(answer, Err(StoreError::Refused(Failure::Denied { .. }))), "{role:?}");
                assert!(db.note_export(&caller, Object::Audit, "", 0).await.is_err(), "{role:?}");
            }
        }
        let nobody = Caller { rights: Rights::default(), ..lin };
        assert!(db.audit_page(&nobody, &AuditRequest::default(), None, None, 50).await.is_err());
        // Erased with its record, a line says by which line.
        db.delete_accounts(&root(), &[account.id]).await.unwrap();
        db.purge_bin(&Caller { now: NOW.plus(31 * DAY), ..root() }).await.unwrap();
        let told = lines(&db, AuditRequest { record: account.id.to_string(), ..AuditRequest::default() }).await;
        assert_eq!(told[0].event, Event::Purged);
        assert!(told[1..].iter().all(|line| line.values == LineValues::Erased(told[0].number)));
    }
}

/// Lines of the measurement.
const MANY: i64 = 1_000_000;

async fn run(db: &Db, statement: String) {
    // sqlx takes only text that lives as long as the program.
    let statement: &'static str = statement.leak();
    match db {
        Db::Sqlite { writer, .. } => sqlx::query(statement).execute(writer).await.map(drop),
        Db::Postgres { pool, .. } => {
            let mut connection = pool.acquire().await.unwrap();
            sqlx::query("SET statement_timeout = 0").execute(&mut *connection).await.unwrap();
            sqlx::query(statement).execute(&mut *connection).await.map(drop)
        }
    }
    .unwrap();
}

/// How long a page takes in a log of a million lines, by filter, and how long sealing and verifying them takes. Run
/// with `cargo test -p store --test contract million -- --ignored --nocapture`.
async fn measured(db: Db) {
    let lin = someone(&db, "lin@example.com", Role::Staff).await;
    let (series, id) = match &db {
        Db::Sqlite { .. } => (
            format!(
                "(WITH RECURSIVE s (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM s WHERE n < {MANY}) SELECT n FROM s)"
            ),
            "CAST(printf('%016d', n / 5) AS BLOB)",
        ),
        Db::Postgres { .. } => {
            (format!("generate_series(2, {MANY}) AS s (n)"), "md5((n / 5)::text)::uuid")
        }
    };
    let user = match &db {
        Db::Sqlite { .. } => format!("x'{}'", lin.user.0.simple()),
        Db::Postgres { .. } => format!("'{}'::uuid", lin.user.0),
    };
    let nobody = match &db {
        Db::Sqlite { .. } => "zeroblob(16)",
        Db::Postgres { .. } => "'00000000-0000-0000-0000-000000000000'::uuid",
    };
    run(&db, format!(
        "INSERT INTO audit_found (number, at, user_id, origin, object, object_id, event, version, fields) SELECT n, \
         1700000000000 + n * 1000, CASE WHEN n % 100000 = 0 THEN {nobody} ELSE {user} END, \
         CASE WHEN n % 50000 = 0 THEN 'command_line' WHEN n % 3 = 0 THEN 'import' ELSE 'web' END, \
         CASE WHEN n % 20000 = 0 THEN 'organisation' WHEN n % 4 = 0 THEN 'person' ELSE 'account' END, {id}, \
         CASE WHEN n % 30000 = 0 THEN 'exported' ELSE 'changed' END, n % 5, \
         '[{{\"field\":\"industry\",\"before\":\"steel\",\"after\":\"wood\"}}]' FROM {series}"
    )).await;
    let begin = std::time::Instant::now();
    db.seal_found_lines(&root(), |_| ()).await.unwrap();
    println!("sealed in {:?}", begin.elapsed());
    db.optimize().await.unwrap();
    let begin = std::time::Instant::now();
    assert!(db.verify_audit(&root(), 1, &[], |_| ()).await.unwrap().is_ok());
    println!("verified in {:?}", begin.elapsed());
    let all = AuditRequest::default;
    let day = |days: i64| Some(Instant(1_700_000_000_000 + days * DAY));
    let cases = [
        ("all", all(), None, None),
        ("a day in the middle", all(), day(5), day(6)),
        ("an old week", all(), day(0), day(2)),
        ("rare user", AuditRequest { user: Some(UserId::NIL), ..all() }, None, None),
        ("frequent user", AuditRequest { user: Some(lin.user), ..all() }, None, None),
        ("rare event", AuditRequest { event: Some(Event::Exported), ..all() }, None, None),
        (
            "event that is not there",
            AuditRequest { event: Some(Event::Purged), ..all() },
            None,
            None,
        ),
        ("rare object", about(Object::Organisation), None, None),
        ("frequent object", about(Object::Account), None, None),
        ("rare origin", AuditRequest { origin: Some(Origin::CommandLine), ..all() }, None, None),
        (
            "two rare ones",
            AuditRequest { event: Some(Event::Exported), ..about(Object::Organisation) },
            None,
            None,
        ),
        (
            "frequent event, rare origin",
            AuditRequest {
                event: Some(Event::Changed),
                origin: Some(Origin::CommandLine),
                ..all()
            },
            None,
            None,
        ),
        (
            "frequent ones that never meet",
            AuditRequest {
                event: Some(Event::Created),
                user: Some(lin.user),
                ..about(Object::Account)
            },
            day(3),
            day(9),
        ),
        (
            "record by id",
            AuditRequest { record: "30303030-3030-3030-3031-323334353637".to_owned(), ..all() },
            None,
            None,
        ),
    ];
    for (name, request, from, until) in cases {
        let mut took = Vec::new();
        for _ in 0..15 {
            let begin = std::time::Instant::now();
            db.audit_page(&root(), &request, from, until, 50).await.unwrap();
            took.push(begin.elapsed());
        }
        took.sort();
        println!("{name}: median {:?}, worst {:?}", took[7], took[14]);
    }
    let begin = std::time::Instant::now();
    for _ in 0..200 {
        make(&db, &lin, &form("Acme")).await;
    }
    println!("a new customer: {:?}", begin.elapsed() / 200);
}

#[test]
#[ignore = "a measurement, not a test"]
fn a_million_lines_on_sqlite() {
    crate::support::on_sqlite(Box::new(|db| Box::pin(measured(db))));
}

#[test]
#[ignore = "a measurement, not a test"]
fn a_million_lines_on_postgres() {
    crate::support::on_postgres(
        "a_million_lines_on_postgres",
        Box::new(|db| Box::pin(measured(db))),
    );
}
