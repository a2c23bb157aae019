//! The first administrator, and only one.

use crate::support::{NOW, as_user, on_both, root};
use domain::{
    failure::Failure,
    lang::Lang,
    policy::{Role, Via},
    user::UserDraft,
};
use store::{Db, StoreError};

fn draft(number: usize) -> UserDraft {
    UserDraft {
        email: format!("first{number}@example.com"),
        email_norm: format!("first{number}@example.com"),
        name: "First".to_owned(),
        roles: vec![Role::Staff.into()],
    }
}

fn via() -> Via {
    Via { address: Some([192, 0, 2, 7].into()), ..Via::default() }
}

on_both! {
    async fn a_hundred_set_ups_at_once_make_one_administrator(db: Db) {
        assert!(db.arm_setup(&root(), "secret").await.unwrap());
        let mut calls = tokio::task::JoinSet::new();
        for number in 0..100 {
            let db = db.clone();
            calls.spawn(async move {
                db.set_up("secret", &draft(number), Lang::Zh, "hash", via(), NOW).await
            });
        }
        let mut made = 0;
        while let Some(answer) = calls.join_next().await {
            match answer.unwrap() {
                Ok(_) => made += 1,
                Err(StoreError::Refused(Failure::Gone)) => {}
                // A crowd may find the database busy; it never finds it open twice.
                Err(StoreError::Unavailable(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(made, 1);
        let users = db.users(&root()).await.unwrap();
        assert_eq!(users.len(), 1);
        assert_eq!(users[0].roles, [Role::Admin.into()]);
        assert_eq!(users[0].lang, Some(Lang::Zh));
        assert!(!db.arm_setup(&root(), "another").await.unwrap());
        assert!(!db.setup_secret_fits("secret").await.unwrap());
    }

    async fn a_later_link_replaces_the_earlier_one(db: Db) {
        db.arm_setup(&root(), "old").await.unwrap();
        db.arm_setup(&root(), "new").await.unwrap();
        assert!(!db.setup_secret_fits("old").await.unwrap());
        assert!(db.setup_secret_fits("new").await.unwrap());
        let wrong = db.set_up("old", &draft(1), Lang::En, "hash", via(), NOW).await;
        assert!(matches!(wrong, Err(StoreError::Refused(Failure::Gone))));
        assert!(!db.any_user().await.unwrap());
    }

    async fn the_later_pages_are_closed_once_and_by_an_administrator(db: Db) {
        db.arm_setup(&root(), "secret").await.unwrap();
        let first = db.set_up("secret", &draft(1), Lang::En, "hash", via(), NOW).await.unwrap();
        let admin = as_user(first, Role::Admin);
        let staff = as_user(first, Role::Staff);
        assert!(db.setup_open(&admin).await.unwrap());
        let denied = db.close_setup(&staff).await;
        assert!(matches!(denied, Err(StoreError::Refused(Failure::Denied { .. }))));
        db.close_setup(&admin).await.unwrap();
        assert!(!db.setup_open(&admin).await.unwrap());
        let again = db.close_setup(&admin).await;
        assert!(matches!(again, Err(StoreError::Refused(Failure::Gone))));
    }
}
