//! The bin: its pages, and what leaves for good with everything that is known of it.

use crate::{
    cases,
    customers::{form, make, operation, refusal},
    imports::{firm, import, importer},
    orders,
    support::{NOW, on_both, on_postgres, root, someone},
};
use domain::{
    account::AccountForm,
    bin::BinKind,
    case::CaseForm,
    failure::Failure,
    field::FieldError,
    id::{PersonId, Version},
    import::{CellError, OnDuplicate},
    note::{NoteBody, Subject},
    person::PersonForm,
    policy::{Action, Caller, Object, Reach, Role},
    time::DAY,
};
use std::collections::BTreeSet;
use store::{Db, Load};
use uuid::Uuid;

/// How often a text stands in a column, whatever the database.
macro_rules! count {
    ($db:expr, $statement:expr, $value:expr) => {{
        let statement: &'static str = $statement;
        let count: i64 = match $db {
            Db::Sqlite { reader, .. } => {
                sqlx::query_scalar(statement).bind($value).fetch_one(reader).await.unwrap()
            }
            Db::Postgres { pool, .. } => {
                sqlx::query_scalar(statement).bind($value).fetch_one(pool).await.unwrap()
            }
        };
        count
    }};
}

pub(crate) fn after_the_bin() -> Caller {
    Caller { now: NOW.plus(31 * DAY), ..root() }
}

/// Makes that many customers and puts them into the bin.
async fn fill(db: &Db, caller: &Caller, firms: usize) -> BTreeSet<Uuid> {
    let accounts = (0..firms).map(|n| form(&format!("Firm {n}")).parse(2).unwrap()).collect();
    let load = Load {
        made_at: caller.now,
        made_by: caller.user,
        accounts,
        people: Vec::new(),
        notes: Vec::new(),
    };
    db.load_customers(caller, &[load]).await.unwrap();
    let mut ids = BTreeSet::new();
    let mut request = domain::list::ListRequest::default();
    loop {
        let page = db.account_page(caller, &request).await.unwrap();
        let some: Vec<_> = page.rows.iter().map(|row| row.id).collect();
        ids.extend(some.iter().map(|id| id.0));
        request.after = page.next;
        if request.after.is_none() {
            break;
        }
    }
    let all: Vec<_> = ids.iter().copied().map(domain::id::AccountId).collect();
    for some in all.chunks(200) {
        db.delete_accounts(caller, some).await.unwrap();
    }
    ids
}

on_both! {
    async fn pages_of_the_bin_show_every_record_once(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::Admin).await;
        let binned = fill(&db, &caller, 120).await;
        let (mut shown, mut after) = (Vec::new(), None);
        loop {
            let page = db.bin_page(&caller, BinKind::Accounts, after.as_ref()).await.unwrap();
            shown.extend(page.rows.iter().map(|row| row.id));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(shown.len(), 120);
        assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), binned);
    }

    async fn a_full_bin_is_emptied_in_one_go(db: Db) {
        let caller = someone(&db, "boss@example.com", Role::Admin).await;
        fill(&db, &caller, 1_250).await;
        assert_eq!(db.purge_bin(&after_the_bin()).await.unwrap(), 1_250);
        assert_eq!(db.purge_bin(&after_the_bin()).await.unwrap(), 0);
        let page = db.bin_page(&caller, BinKind::Accounts, None).await.unwrap();
        assert!(page.rows.is_empty());
    }

    async fn nothing_personal_stays_behind(db: Db) {
        let caller = importer(&db).await;
        let mut row = firm(1, "Acme", "steel", "+8613800138000");
        row.errors.push(CellError {
            column: "birthday".to_owned(),
            value: "secret of a cell".to_owned(),
            error: FieldError::NotADate,
        });
        let old = make(&db, &caller, &form("Acme Ltd")).await;
        let (run, _) = import(&db, &caller, OnDuplicate::FillEmpty, &[row]).await;
        assert_eq!(db.import_remarks(&caller, run, 0, 10).await.unwrap().len(), 1);
        let id = db.account(&caller, old).await.unwrap().id;
        let typed = PersonForm {
            full_name: "secret Ada".to_owned(),
            phone: "13800138000".to_owned(),
            ..PersonForm::default()
        };
        let ada = db.create_person(&caller, operation(), &typed.parse().unwrap()).await.unwrap();
        let ada: PersonId = db.person(&caller, ada).await.unwrap().id;
        for subject in [Subject::Account(id), Subject::Person(ada)] {
            let body = NoteBody::parse("secret of a note").unwrap();
            let note = db.add_note(&caller, operation(), subject, &body).await.unwrap();
            let other = NoteBody::parse("other").unwrap();
            db.rewrite_note(&caller, note, Version(1), &other).await.unwrap();
        }
        db.delete_accounts(&caller, &[id]).await.unwrap();
        db.delete_people(&caller, &[ada]).await.unwrap();
        assert_eq!(db.purge_bin(&after_the_bin()).await.unwrap(), 2);
        for statement in [
            "SELECT COUNT(*) FROM audit_log WHERE fields LIKE $1",
            "SELECT COUNT(*) FROM import_row WHERE before_image LIKE $1 OR errors LIKE $1",
            "SELECT COUNT(*) FROM activity WHERE body LIKE $1",
            "SELECT COUNT(*) FROM person WHERE full_name LIKE $1",
        ] {
            assert_eq!(count!(&db, statement, "%secret%"), 0, "{statement}");
        }
        assert_eq!(count!(&db, "SELECT COUNT(*) FROM contact_point WHERE value_norm = $1", "+8613800138000"), 0);
        assert!(db.import_remarks(&caller, run, 0, 10).await.unwrap().is_empty());
    }

    async fn a_note_that_was_taken_off_leaves_after_its_days(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &AccountForm { phone: "13800138000".to_owned(), ..form("Acme") }).await;
        let subject = Subject::Account(db.account(&caller, number).await.unwrap().id);
        let body = NoteBody::parse("secret").unwrap();
        let gone = db.add_note(&caller, operation(), subject, &body).await.unwrap();
        db.rewrite_note(&caller, gone, Version(1), &NoteBody::parse("other").unwrap()).await.unwrap();
        db.add_note(&caller, operation(), subject, &NoteBody::parse("stays").unwrap()).await.unwrap();
        db.delete_activity(&caller, gone, true).await.unwrap();
        assert_eq!(db.purge_bin(&Caller { now: NOW.plus(29 * DAY), ..root() }).await.unwrap(), 0);
        assert_eq!(db.purge_bin(&after_the_bin()).await.unwrap(), 1);
        assert!(db.delete_activity(&caller, gone, false).await.is_err());
        assert_eq!(count!(&db, "SELECT COUNT(*) FROM audit_log WHERE fields LIKE $1", "%secret%"), 0);
        assert_eq!(count!(&db, "SELECT COUNT(*) FROM activity WHERE body = $1", "stays"), 1);
    }

    async fn cells_of_a_file_are_forgotten_when_its_run_can_not_be_taken_back(db: Db) {
        let caller = importer(&db).await;
        let mut row = firm(1, "Acme", "steel", "+8613800138000");
        row.errors.push(CellError {
            column: "birthday".to_owned(),
            value: "secret of a cell".to_owned(),
            error: FieldError::NotADate,
        });
        let (run, _) = import(&db, &caller, OnDuplicate::Skip, &[row]).await;
        let early = Caller { now: NOW.plus(29 * DAY), ..root() };
        assert_eq!(db.forget_import_values(&early).await.unwrap(), 0);
        assert_eq!(db.forget_import_values(&after_the_bin()).await.unwrap(), 1);
        assert_eq!(db.forget_import_values(&after_the_bin()).await.unwrap(), 0);
        assert_eq!(count!(&db, "SELECT COUNT(*) FROM import_row WHERE errors LIKE $1", "%secret%"), 0);
        assert_eq!(db.import_by_id(&caller, run).await.unwrap().job.counts.warned, 1);
        // Files of runs are told once.
        let later = after_the_bin();
        assert_eq!(db.imports_without_need(&later, later.now).await.unwrap(), [run]);
        db.import_file_removed(&later, run).await.unwrap();
        assert!(db.imports_without_need(&later, later.now).await.unwrap().is_empty());
    }
}

/// A record that is taken out of the bin while it is being emptied stays, whole.
#[test]
fn a_restored_record_is_not_emptied_away() {
    on_postgres("a_restored_record", Box::new(|db| Box::pin(restored_meanwhile(db))));
}

async fn restored_meanwhile(db: Db) {
    let caller = someone(&db, "boss@example.com", Role::Admin).await;
    let ids = fill(&db, &caller, 1).await;
    let id = ids.into_iter().next().unwrap();
    let Db::Postgres { pool, .. } = &db else { panic!("PostgreSQL expected") };
    let mut restoring = pool.begin().await.unwrap();
    sqlx::query("UPDATE account SET deleted_at = NULL, deleted_by = NULL WHERE id = $1")
        .bind(id)
        .execute(&mut *restoring)
        .await
        .unwrap();
    let emptying = {
        let db = db.clone();
        tokio::spawn(async move { db.purge_bin(&after_the_bin()).await.unwrap() })
    };
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    restoring.commit().await.unwrap();
    assert_eq!(emptying.await.unwrap(), 0);
    assert!(db.account(&caller, domain::id::AccountNumber(1)).await.is_ok());
}

on_both! {
    async fn several_at_once_take_a_right_of_their_own(db: Db) {
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let first = make(&db, &rep, &form("First")).await;
        let second = make(&db, &rep, &form("Second")).await;
        let mut ids = Vec::new();
        for number in [first, second] {
            ids.push(db.account(&rep, number).await.unwrap().id);
        }
        let one_by_one = rep.rights.set(Object::Account, Action::BulkEdit, Reach::None);
        let one_by_one = Caller { rights: one_by_one, ..rep.clone() };
        let denied = Failure::Denied { action: Action::BulkEdit, object: Object::Account };
        assert_eq!(refusal(db.delete_accounts(&one_by_one, &ids).await), denied);
        assert_eq!(db.delete_accounts(&one_by_one, &ids[..1]).await.unwrap(), 1);
        assert_eq!(db.restore_accounts(&one_by_one, &ids[..1]).await.unwrap(), 1);
        // Own ones, as far as the right goes; a colleague's is not among them.
        let other = someone(&db, "other@example.com", Role::Staff).await;
        let wide = other.rights.set(Object::Account, Action::BulkEdit, Reach::Own);
        let wide = Caller { rights: wide, ..other };
        assert_eq!(
            refusal(db.delete_accounts(&wide, &ids).await),
            Failure::Denied { action: Action::BulkEdit, object: Object::Account }
        );
        assert_eq!(db.delete_accounts(&rep, &ids).await.unwrap(), 2);
    }

    async fn a_record_is_erased_before_its_days_are_over(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        let number = make(&db, &admin, &form("Walrus Foods")).await;
        let account = db.account(&admin, number).await.unwrap();
        let id = account.id.0;
        let erase = |caller: Caller| {
            let db = db.clone();
            async move { db.erase(&caller, BinKind::Accounts, id).await }
        };
        assert_eq!(refusal(erase(admin.clone()).await), Failure::Gone, "not in the bin");
        db.delete_accounts(&admin, &[account.id]).await.unwrap();
        let denied = Failure::Denied { action: Action::Erase, object: Object::Account };
        assert_eq!(refusal(erase(staff.clone()).await), denied);
        let stale = Caller { now: NOW.plus(DAY), ..admin.clone() };
        assert!(matches!(refusal(erase(stale).await), Failure::ConfirmIdentity { .. }));
        let own = staff.rights.set(Object::Account, Action::Erase, Reach::Own);
        let own = Caller { rights: own, ..staff };
        assert_eq!(refusal(erase(own).await), denied);
        erase(admin.clone()).await.unwrap();
        assert_eq!(refusal(erase(admin.clone()).await), Failure::Gone);
        assert_eq!(count!(&db, "SELECT COUNT(*) FROM account WHERE id = $1", id), 0);
        let said = "SELECT COUNT(*) FROM audit_log WHERE object_id = $1 AND fields <> '[]'";
        assert_eq!(count!(&db, said, id), 0, "what the log said of it is gone");
        let by = "SELECT COUNT(*) FROM audit_log WHERE event = 'purged' AND user_id = $1";
        assert_eq!(count!(&db, by, admin.user.0), 1);
    }

    async fn orders_and_cases_are_found_in_the_bin_within_reach_and_leave_it_both_ways(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let auditor = someone(&db, "auditor@example.com", Role::Auditor).await;
        let theirs = make(&db, &admin, &form("Walrus Foods")).await;
        let own = make(&db, &rep, &form("Acme")).await;
        let bought = [orders::of(theirs, "2026-11-03"), orders::of(own, "2026-11-04")];
        let mut sold = Vec::new();
        for form in &bought {
            let made = orders::order(&db, &admin, form, &[]).await;
            db.delete_order(&admin, made.id, true).await.unwrap();
            sold.push(made);
        }
        let mut said = Vec::new();
        for account in [theirs, own] {
            let about = CaseForm { account: account.to_string(), ..cases::about("Torn box") };
            let made = cases::case(&db, &admin, &about).await;
            db.delete_case(&admin, made.id, true).await.unwrap();
            said.push(made);
        }
        let shown = async |caller: &Caller, kind| -> Vec<(String, String)> {
            let page = db.bin_page(caller, kind, None).await.unwrap();
            page.rows.into_iter().map(|row| (row.number, row.name)).collect()
        };
        let pair = |number: &dyn ToString, name: &str| (number.to_string(), name.to_owned());
        let (walrus, acme) = (pair(&sold[0].number, "Walrus Foods"), pair(&sold[1].number, "Acme"));
        assert_eq!(shown(&admin, BinKind::Orders).await, [acme.clone(), walrus.clone()]);
        assert_eq!(shown(&rep, BinKind::Orders).await, [acme], "of own customers");
        let (first, second) = (pair(&said[0].number, "Torn box"), pair(&said[1].number, "Torn box"));
        assert_eq!(shown(&admin, BinKind::Cases).await, [second.clone(), first]);
        assert_eq!(shown(&rep, BinKind::Cases).await, [second], "of own customers");
        for (kind, object) in [(BinKind::Orders, Object::Order), (BinKind::Cases, Object::Case)] {
            let denied = Failure::Denied { action: Action::Delete, object };
            assert_eq!(refusal(db.bin_page(&auditor, kind, None).await), denied);
        }
        // What hangs on a customer comes back with that one, not before.
        let customer = db.account(&rep, own).await.unwrap().id;
        db.delete_accounts(&rep, &[customer]).await.unwrap();
        assert_eq!(shown(&admin, BinKind::Orders).await, [walrus]);
        assert_eq!(refusal(db.restore(&rep, BinKind::Orders, sold[1].id.0).await), Failure::Gone);
        db.restore(&rep, BinKind::Accounts, customer.0).await.unwrap();
        // Out of reach answers like one that is not there.
        for (kind, id) in [(BinKind::Orders, sold[0].id.0), (BinKind::Cases, said[0].id.0)] {
            assert_eq!(refusal(db.restore(&rep, kind, id).await), Failure::Gone);
            assert!(matches!(
                refusal(db.erase(&rep, kind, id).await),
                Failure::Denied { action: Action::Erase, .. }
            ));
            let stale = Caller { now: NOW.plus(DAY), ..admin.clone() };
            assert!(matches!(
                refusal(db.erase(&stale, kind, id).await),
                Failure::ConfirmIdentity { .. }
            ));
            db.restore(&admin, kind, id).await.unwrap();
            assert_eq!(refusal(db.erase(&admin, kind, id).await), Failure::Gone, "not in the bin");
        }
        assert_eq!(db.order(&admin, sold[0].number).await.unwrap().number, sold[0].number);
        assert_eq!(db.case(&admin, said[0].number).await.unwrap().number, said[0].number);
        for (kind, id) in [(BinKind::Orders, sold[1].id.0), (BinKind::Cases, said[1].id.0)] {
            db.erase(&admin, kind, id).await.unwrap();
            assert_eq!(refusal(db.erase(&admin, kind, id).await), Failure::Gone);
            assert_eq!(refusal(db.restore(&admin, kind, id).await), Failure::Gone);
            assert!(shown(&admin, kind).await.is_empty());
            let said = "SELECT COUNT(*) FROM audit_log WHERE object_id = $1 AND fields <> '[]'";
            assert_eq!(count!(&db, said, id), 0, "what the log said of it is gone");
        }
    }
}
