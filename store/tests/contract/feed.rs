//! What is told of changes: once when they are committed, never when they are not, also to other processes.

use crate::{
    customers::{edit, form, make, operation, refusal},
    opportunities::{deal, make_deal, sales, to},
    orders::{of, order},
    support::{key, on_both, root, someone},
};
use domain::{
    failure::Failure,
    id::Version,
    live::Notice,
    note::{NoteBody, Subject},
    opportunity::{Place, StageMove},
    policy::{Object, Role},
};
use sqlx::ConnectOptions;
use std::time::Duration;
use store::{Db, News};
use tokio::sync::broadcast::Receiver;
use uuid::Uuid;

/// What was told so far and not heard yet.
fn heard(news: &mut Receiver<News>) -> Vec<News> {
    std::iter::from_fn(|| news.try_recv().ok()).collect()
}

/// The same after the end of the log was looked at.
async fn told(db: &Db, news: &mut Receiver<News>) -> Vec<News> {
    db.catch_up().await.unwrap();
    heard(news)
}

fn record(object: Object, id: Uuid, version: Option<i64>) -> News {
    Notice::Record { object, id, version: version.map(Version) }.into()
}

/// The same database as another process opens it.
async fn opened_again(db: &Db) -> Db {
    match db {
        Db::Sqlite { file, .. } => Db::open_folder(file.parent().unwrap(), key()).await.unwrap(),
        Db::Postgres { pool, .. } => {
            let address = pool.connect_options().to_url_lossy();
            Db::open_address(address.as_str(), key()).await.unwrap()
        }
    }
}

on_both! {
    async fn a_change_is_heard_once_when_it_is_committed_and_never_when_it_is_refused(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let mut news = db.news();
        assert_eq!(told(&db, &mut news).await, [], "what was before is nobody's news");
        let acme = make(&db, &caller, &form("Acme")).await;
        let acme = db.account(&caller, acme).await.unwrap();
        let created = record(Object::Account, acme.id.0, Some(acme.version.0));
        assert_eq!(told(&db, &mut news).await, [created]);
        assert_eq!(told(&db, &mut news).await, []);
        let two = [edit("industry", "Tea")];
        let version = db.edit_account(&caller, acme.id, acme.version, &two).await.unwrap();
        assert_eq!(told(&db, &mut news).await, [record(Object::Account, acme.id.0, Some(version.0))]);

        let clash = db.edit_account(&caller, acme.id, acme.version, &[edit("industry", "Wine")]).await;
        assert!(matches!(refusal(clash), Failure::Conflict(_)));
        assert_eq!(told(&db, &mut news).await, []);
        assert_eq!(db.missed_since(db.told_up_to()).await.unwrap(), []);
    }

    async fn a_note_is_told_by_its_record_and_a_place_on_a_board_without_a_line(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &caller, &form("Acme")).await;
        let acme = db.account(&caller, acme).await.unwrap().id;
        let (first, second) = (
            make_deal(&db, &caller, &deal("First")).await,
            make_deal(&db, &caller, &deal("Second")).await,
        );
        let stage = sales(&db).await.columns().next().unwrap().id;
        db.catch_up().await.unwrap();
        let mut news = db.news();
        let body = NoteBody::parse("They called").unwrap();
        db.add_note(&caller, operation(), Subject::Account(acme), &body).await.unwrap();
        assert_eq!(told(&db, &mut news).await, [record(Object::Account, acme.0, None)]);
        let below = StageMove { place: Place::Below(second.id), ..to(stage) };
        db.move_opportunity(&caller, first.id, first.version, &below).await.unwrap();
        // Nothing has to be read for it.
        assert_eq!(heard(&mut news), [record(Object::Opportunity, first.id.0, None)]);
        assert_eq!(told(&db, &mut news).await, []);
    }

    async fn an_order_is_told_by_its_customer(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &caller, &form("Acme")).await;
        let id = db.account(&caller, acme).await.unwrap().id;
        db.catch_up().await.unwrap();
        let (before, mut news) = (db.told_up_to(), db.news());
        let made = order(&db, &caller, &of(acme, "2026-11-03"), &[]).await;
        assert_eq!(told(&db, &mut news).await, [record(Object::Account, id.0, None)]);
        db.delete_order(&caller, made.id, true).await.unwrap();
        assert_eq!(told(&db, &mut news).await, [record(Object::Account, id.0, None)]);
        let customers = News::from(Notice::Kind(Object::Account));
        assert_eq!(db.missed_since(before).await.unwrap(), [customers]);
    }

    async fn many_at_once_are_told_as_a_kind_and_who_comes_back_hears_kinds(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        db.catch_up().await.unwrap();
        let (before, mut news) = (db.told_up_to(), db.news());
        let mut ids = Vec::new();
        for number in 0..25 {
            let made = make(&db, &caller, &form(&format!("Customer {number}"))).await;
            ids.push(db.account(&caller, made).await.unwrap().id);
        }
        let accounts = News::from(Notice::Kind(Object::Account));
        assert_eq!(told(&db, &mut news).await, [accounts]);
        for _ in 0..2 {
            db.delete_accounts(&caller, &ids).await.unwrap();
            db.restore_accounts(&caller, &ids).await.unwrap();
        }
        assert_eq!(told(&db, &mut news).await, [accounts], "more lines than are looked at");
        assert_eq!(db.missed_since(before).await.unwrap(), [accounts]);
        assert_eq!(db.missed_since(db.told_up_to()).await.unwrap(), []);
        assert_eq!(db.missed_since(-1).await.unwrap(), [Notice::Everything.into()]);
    }

    async fn a_change_of_rights_is_told_to_whoever_listens_for_others(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        someone(&db, "ada@example.com", Role::Admin).await;
        db.catch_up().await.unwrap();
        let mut news = db.news();
        db.set_user_disabled(&root(), caller.user, true).await.unwrap();
        assert_eq!(told(&db, &mut news).await, [News::Rights]);
    }

    async fn another_process_hears_it_too(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let other = opened_again(&db).await;
        other.catch_up().await.unwrap();
        let mut news = other.news();
        let following = other.clone();
        let following = tokio::spawn(async move { following.follow().await });
        if matches!(db, Db::Postgres { .. }) {
            // Listening takes a moment to begin; from then on nothing waits for the next look.
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let acme = make(&db, &caller, &form("Acme")).await;
        let acme = db.account(&caller, acme).await.unwrap().id;
        let created = record(Object::Account, acme.0, Some(1));
        let patience = match db {
            Db::Sqlite { .. } => Duration::from_secs(8),
            Db::Postgres { .. } => Duration::from_secs(2),
        };
        let first = tokio::time::timeout(patience, news.recv()).await;
        assert_eq!(first.expect("in time").unwrap(), created);
        if matches!(db, Db::Postgres { .. }) {
            let stage = sales(&db).await.columns().next().unwrap().id;
            let (one, two) = (
                make_deal(&db, &caller, &deal("One")).await,
                make_deal(&db, &caller, &deal("Two")).await,
            );
            tokio::time::sleep(Duration::from_millis(500)).await;
            heard(&mut news);
            let below = StageMove { place: Place::Below(two.id), ..to(stage) };
            db.move_opportunity(&caller, one.id, one.version, &below).await.unwrap();
            let moved = tokio::time::timeout(patience, news.recv()).await;
            assert_eq!(moved.expect("in time").unwrap(), record(Object::Opportunity, one.id.0, None));
        }
        assert_eq!(heard(&mut news), [], "once");
        following.abort();
        other.close().await;
    }
}
