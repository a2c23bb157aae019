//! Tries to sign in: counted before the password is looked at, slowed down by account and address.

use crate::support::{NOW, on_both, root, someone};
use domain::{
    failure::Failure,
    policy::Role,
    time::{DAY, HOUR, Instant},
};
use store::{Db, NewSession, StoreError, Subject};

async fn wait(db: &Db, subject: &Subject, now: Instant) -> Option<u32> {
    match db.claim_try(std::slice::from_ref(subject), now).await {
        Ok(()) => None,
        Err(StoreError::Refused(Failure::RateLimited { retry_seconds })) => Some(retry_seconds),
        Err(other) => panic!("{other}"),
    }
}

on_both! {
    async fn pauses_double_up_to_a_quarter_of_an_hour(db: Db) {
        let subject = Subject::account("lin@example.com");
        let mut now = NOW;
        for _ in 0..Subject::FREE_BY_ACCOUNT {
            assert_eq!(wait(&db, &subject, now).await, None);
        }
        let mut pauses = Vec::new();
        for _ in 0..13 {
            assert_eq!(wait(&db, &subject, now).await, None);
            let pause = wait(&db, &subject, now).await.unwrap();
            pauses.push(pause);
            now = now.plus(i64::from(pause) * 1000);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        assert_eq!(wait(&db, &subject, now.plus(DAY + HOUR)).await, None);
        assert_eq!(wait(&db, &subject, now.plus(DAY + HOUR)).await, None);
    }

    async fn a_crowd_at_once_gets_no_more_tries_than_one_after_the_other(db: Db) {
        let subject = Subject::account("lin@example.com");
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..60 {
            let (db, subject) = (db.clone(), subject.clone());
            calls.spawn(async move { wait(&db, &subject, NOW).await });
        }
        let let_pass = calls.join_all().await.into_iter().filter(Option::is_none).count();
        assert_eq!(i64::try_from(let_pass).unwrap(), Subject::FREE_BY_ACCOUNT + 1);
    }

    async fn a_try_counts_for_all_or_for_none(db: Db) {
        let account = Subject::account("lin@example.com");
        let address = Subject::address("192.0.2.1".parse().unwrap());
        for _ in 0..=Subject::FREE_BY_ACCOUNT {
            assert_eq!(wait(&db, &account, NOW).await, None);
        }
        for _ in 0..100 {
            db.claim_try(&[address.clone(), account.clone()], NOW).await.unwrap_err();
        }
        assert_eq!(wait(&db, &address, NOW).await, None);
    }

    async fn a_success_frees_the_account_and_gives_the_address_one_try_back(db: Db) {
        let staff = someone(&db, "lin@example.com", Role::Staff).await;
        let account = Subject::account("lin@example.com");
        let address = Subject::address("192.0.2.1".parse().unwrap());
        for _ in 0..Subject::FREE_BY_ACCOUNT {
            db.claim_try(&[account.clone(), address.clone()], NOW).await.unwrap();
        }
        let new = NewSession {
            token_hash: [1; 32],
            address: "192.0.2.1",
            user_agent: "test",
            tries: Some((account.clone(), address.clone())),
        };
        db.open_session(&staff, &new).await.unwrap();
        for _ in 0..=Subject::FREE_BY_ACCOUNT {
            assert_eq!(wait(&db, &account, NOW).await, None);
        }
        assert_eq!(wait(&db, &account, NOW).await, Some(1));
        let counted = Subject::FREE_BY_ACCOUNT - 1;
        for _ in counted..=Subject::FREE_BY_ADDRESS {
            assert_eq!(wait(&db, &address, NOW).await, None);
        }
        assert_eq!(wait(&db, &address, NOW).await, Some(1));
    }

    async fn old_tries_are_forgotten(db: Db) {
        let subject = Subject::account("lin@example.com");
        wait(&db, &subject, NOW).await;
        assert_eq!(db.forget_tries(&root()).await.unwrap(), 0);
        let mut later = root();
        later.now = NOW.plus(2 * DAY);
        assert_eq!(db.forget_tries(&later).await.unwrap(), 1);
    }
}
