//! Imports taken back: over several pages, by whoever asks, and what people did since stays.

use crate::{
    customers::{edit, form, make, operation},
    imports::{LATER, firm, import, importer, names, start},
    support::{on_both, root, someone},
};
use domain::{
    contact::ContactKind,
    failure::Failure,
    id::AccountNumber,
    import::{ImportNote, ImportState, OnDuplicate},
    list::Tab,
    note::{Entry, Subject},
    policy::{Caller, Origin, Role},
    time::{Instant, MINUTE},
};
use store::{Checker, Db, ImportRow, StoreError};

const MUCH_LATER: Instant = Instant(LATER.0 + MINUTE);

/// Takes a run back a while after it ended, page by page.
async fn undo_later(db: &Db, caller: &Caller, id: domain::id::ImportId) -> u32 {
    let caller = Caller { now: LATER, ..caller.clone() };
    db.ask_undo_import(&caller, id).await.unwrap();
    let (mut below, mut pages) = (i64::MAX, 0);
    while let Some(row) = db.undo_import_page(&caller, id, below, MUCH_LATER).await.unwrap() {
        below = row;
        pages += 1;
    }
    pages
}

on_both! {
    async fn what_the_run_itself_changed_is_no_work_of_people(db: Db) {
        let caller = importer(&db).await;
        let old = make(&db, &caller, &form("Old Ltd")).await;
        let rows: Vec<ImportRow> = (1..=500).map(|n| firm(n, &format!("Firm {n}"), "", "")).collect();
        // The second chunk changes customers that the first one made, and one that was there.
        let changed = [
            firm(501, "Firm 1", "steel", "+8613800138001"),
            firm(502, "Firm 500", "steel", ""),
            firm(503, "Old", "steel", "+8613800138002"),
        ];
        let mode = OnDuplicate::Overwrite;
        let (id, _) = start(&db, &caller, mode).await;
        db.write_chunk(&caller, id, mode, 0, LATER, &rows).await.unwrap();
        let counts = db.write_chunk(&caller, id, mode, 500, LATER, &changed).await.unwrap();
        assert_eq!(counts.updated, 3);
        db.finish_import(&caller, id, &|| LATER).await.unwrap();
        assert_eq!(undo_later(&db, &caller, id).await, 2);
        let job = db.import_by_id(&caller, id).await.unwrap().job;
        assert_eq!((job.state, job.note), (ImportState::Undone, None));
        let account = db.account(&caller, old).await.unwrap();
        assert_eq!((account.data.industry.as_str(), account.contacts.len()), ("", 0));
        assert_eq!(names(&db, &caller, Tab::Companies).await.len(), 1);
    }

    async fn a_corrected_phone_stays_and_a_removed_one_is_in_the_trail(db: Db) {
        let caller = importer(&db).await;
        let mut numbers = Vec::new();
        for name in ["One Ltd", "Two Ltd"] {
            numbers.push(make(&db, &caller, &form(name)).await);
        }
        let rows = [firm(1, "One", "", "+8613800138001"), firm(2, "Two", "", "+8613800138002")];
        let (id, _) = import(&db, &caller, OnDuplicate::FillEmpty, &rows).await;
        let one = db.account(&caller, numbers[0]).await.unwrap();
        let point = Some(one.contacts[0].id);
        let (mobile, typed) = (ContactKind::Mobile, one.contacts[0].raw.clone());
        let at_screen = Caller { origin: Origin::Web, now: LATER, ..caller.clone() };
        db.set_contact(&at_screen, operation(), Subject::Account(one.id), point, mobile, "13800138009", &typed)
            .await
            .unwrap();
        undo_later(&db, &caller, id).await;
        let one = db.account(&caller, numbers[0]).await.unwrap();
        assert_eq!(one.contacts[0].norm, "+8613800138009");
        let two = db.account(&caller, numbers[1]).await.unwrap();
        assert!(two.contacts.is_empty());
        let timeline = db.timeline(&caller, Subject::Account(two.id), None).await.unwrap();
        let Some(Entry::Change(last)) = timeline.entries.first() else { panic!("no change") };
        let fields: Vec<(&str, &str, &str)> = last
            .fields
            .iter()
            .map(|f| (f.field.as_str(), f.before.as_str(), f.after.as_str()))
            .collect();
        assert_eq!(fields, [("contact.mobile", "+8613800138002", "")]);
    }

    async fn whoever_asks_takes_it_back_and_a_failure_can_be_asked_again(db: Db) {
        let caller = importer(&db).await;
        let other = someone(&db, "other@example.com", Role::Admin).await;
        let (id, _) = import(&db, &caller, OnDuplicate::Skip, &[firm(1, "Acme", "", "")]).await;
        db.set_user_disabled(&root(), caller.user, true).await.unwrap();
        let other = Caller { now: LATER, ..other };
        db.ask_undo_import(&other, id).await.unwrap();
        let twice = db.ask_undo_import(&other, id).await;
        assert!(matches!(twice, Err(StoreError::Refused(Failure::Gone))));
        let run = db.import_by_id(&other, id).await.unwrap();
        assert_eq!((run.undo_by, run.created_by), (Some(other.user), caller.user));
        let system = Caller { now: LATER, ..root() };
        assert!(db.import_caller(&system, caller.user).await.is_err());
        // The worker could not: the run is as it was, and nobody takes it on.
        db.fail_import(&system, id, &ImportNote::Denied).await.unwrap();
        let job = db.import_by_id(&other, id).await.unwrap().job;
        assert_eq!((job.state, job.note, job.can_undo), (ImportState::Done, Some(ImportNote::Denied), true));
        assert_eq!(db.claim_import(&system, MINUTE).await.unwrap(), None);
        db.ask_undo_import(&other, id).await.unwrap();
        let acting = db.import_caller(&system, other.user).await.unwrap();
        assert_eq!(db.undo_import_page(&acting, id, i64::MAX, MUCH_LATER).await.unwrap(), Some(1));
        assert_eq!(db.undo_import_page(&acting, id, 1, MUCH_LATER).await.unwrap(), None);
        assert!(names(&db, &other, Tab::Companies).await.is_empty());
    }

    async fn a_kept_customer_keeps_what_later_rows_gave_it(db: Db) {
        let caller = importer(&db).await;
        let mode = OnDuplicate::FillEmpty;
        let (id, _) = start(&db, &caller, mode).await;
        db.write_chunk(&caller, id, mode, 0, LATER, &[firm(1, "Kept", "", "")]).await.unwrap();
        db.write_chunk(&caller, id, mode, 1, LATER, &[firm(2, "Kept", "steel", "")]).await.unwrap();
        db.finish_import(&caller, id, &|| LATER).await.unwrap();
        let kept = db.account(&caller, AccountNumber(1)).await.unwrap();
        let at_screen = Caller { origin: Origin::Web, now: LATER, ..caller.clone() };
        db.edit_account(&at_screen, kept.id, kept.version, &[edit("source", "fair")]).await.unwrap();
        undo_later(&db, &caller, id).await;
        let kept = db.account(&caller, AccountNumber(1)).await.unwrap();
        assert_eq!((kept.data.industry.as_str(), kept.data.source.as_str()), ("steel", "fair"));
    }

    async fn the_last_phase_holds_its_run(db: Db) {
        let caller = importer(&db).await;
        let (id, _) = start(&db, &caller, OnDuplicate::Skip).await;
        db.write_chunk(&caller, id, OnDuplicate::Skip, 0, LATER, &[firm(1, "Acme", "", "")]).await.unwrap();
        db.link_parents(&caller, id, OnDuplicate::Skip, "parent", &|| MUCH_LATER).await.unwrap();
        let later = Caller { now: LATER.plus(1), ..root() };
        assert_eq!(db.claim_import(&later, MINUTE).await.unwrap(), None);
        db.finish_import(&caller, id, &|| MUCH_LATER).await.unwrap();
        for again in [
            db.link_parents(&caller, id, OnDuplicate::Skip, "parent", &|| MUCH_LATER).await,
            db.finish_import(&caller, id, &|| MUCH_LATER).await,
        ] {
            assert!(matches!(again, Err(StoreError::Refused(Failure::Gone))), "{again:?}");
        }
    }

    async fn a_check_counts_what_is_there(db: Db) {
        let caller = importer(&db).await;
        make(&db, &caller, &form("Old Ltd")).await;
        let mut rows = [firm(1, "Old", "", ""), firm(2, "New", "", ""), firm(3, "New", "", "")];
        let mut checker = Checker::new(OnDuplicate::Skip);
        assert_eq!(checker.look_up(&db, &caller, &mut rows).await.unwrap().there, 2);
        let mut more = [firm(4, "New", "", "")];
        assert_eq!(checker.look_up(&db, &caller, &mut more).await.unwrap().there, 1);
        assert_eq!(names(&db, &caller, Tab::Companies).await, ["Old Ltd"]);
    }
}
