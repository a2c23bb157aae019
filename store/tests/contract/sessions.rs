//! Signed-in browsers: how long they live and how they end.

use crate::support::{NOW, now, on_both, root, someone};
use domain::{
    failure::Failure,
    policy::{Action, Caller, Held, Object, Reach, Rights, Role},
    time::{DAY, HOUR, Instant, MINUTE},
};
use store::{Db, NewSession, StoreError};

async fn open(db: &Db, caller: &Caller, number: u8, now: Instant) -> Caller {
    let new = NewSession {
        token_hash: [number; 32],
        address: "192.0.2.1",
        user_agent: "测试".repeat(1000).leak(),
        tries: &[],
        device: None,
        second: None,
        way: store::Way::Password,
    };
    let mut caller = Caller { now, ..caller.clone() };
    caller.session = Some(db.open_session(&caller, &new).await.unwrap());
    caller
}

async fn lives(db: &Db, number: u8, now: Instant) -> bool {
    db.signed_in(&[number; 32], now).await.unwrap().is_some()
}

on_both! {
    async fn a_session_lives_by_role_and_use(db: Db) {
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        open(&db, &staff, 1, NOW).await;
        open(&db, &admin, 2, NOW).await;
        assert!(lives(&db, 1, NOW.plus(12 * HOUR)).await);
        assert!(!lives(&db, 1, NOW.plus(12 * HOUR + 1)).await);
        assert!(lives(&db, 2, NOW.plus(HOUR)).await);
        assert!(!lives(&db, 2, NOW.plus(HOUR + 1)).await);
        for (number, step, last) in [(1, 11 * HOUR, 7 * DAY), (2, HOUR / 2, 12 * HOUR)] {
            let mut now = NOW;
            while now.plus(step) < NOW.plus(last) {
                now = now.plus(step);
                let seen = db.signed_in(&[number; 32], now).await.unwrap().unwrap();
                assert!(seen.stale);
                db.touch_session(seen.session, seen.user, now).await.unwrap();
            }
            assert!(!lives(&db, number, NOW.plus(last)).await);
        }
        assert!(!lives(&db, 9, NOW).await);
    }

    async fn use_is_noted_once_a_minute(db: Db) {
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        open(&db, &staff, 1, NOW).await;
        let seen = |now| { let db = db.clone(); async move {
            db.signed_in(&[1; 32], now).await.unwrap().unwrap().stale
        }};
        assert!(!seen(NOW.plus(MINUTE)).await);
        assert!(seen(NOW.plus(MINUTE + 1)).await);
    }

    async fn the_eleventh_browser_ends_the_one_used_longest_ago(db: Db) {
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        for number in 0..10 {
            open(&db, &staff, number, NOW.plus(i64::from(number))).await;
        }
        let first = db.signed_in(&[0; 32], NOW).await.unwrap().unwrap();
        db.touch_session(first.session, first.user, NOW.plus(MINUTE)).await.unwrap();
        let last = open(&db, &staff, 10, NOW.plus(2 * MINUTE)).await;
        assert!(lives(&db, 0, NOW.plus(2 * MINUTE)).await);
        assert!(!lives(&db, 1, NOW.plus(2 * MINUTE)).await);
        assert!(lives(&db, 10, NOW.plus(2 * MINUTE)).await);
        let list = db.sessions_of(&last, staff.user).await.unwrap();
        assert_eq!(list.len(), 10);
        assert_eq!(list.iter().filter(|one| one.is_this).count(), 1);
        assert!(list[0].is_this);
        assert_eq!(list[0].user_agent.chars().count(), 300);
    }

    async fn fifty_sessions_end_with_the_account(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let mut sessions = Vec::new();
        for number in 0..5 {
            let staff = someone(&db, &format!("staff{number}@example.com"), Role::Staff).await;
            for browser in 0..10 {
                let id = number * 10 + browser;
                open(&db, &staff, id, NOW).await;
                sessions.push(id);
            }
            db.set_user_disabled(&admin, staff.user, true).await.unwrap();
            let denied = db.open_session(&staff, &NewSession {
                token_hash: [200; 32], address: "", user_agent: "", tries: &[], device: None, second: None,
 way: store::Way::Password,
            }).await;
            assert!(matches!(denied, Err(StoreError::Refused(Failure::SignedOut))));
        }
        for id in sessions {
            assert!(!lives(&db, id, NOW).await);
        }
    }

    async fn another_role_asks_for_a_new_sign_in(db: Db) {
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        someone(&db, "admin@example.com", Role::Admin).await;
        open(&db, &staff, 1, NOW).await;
        db.set_user_roles(&root(), staff.user, &[Role::Admin.into()]).await.unwrap();
        assert!(!lives(&db, 1, NOW).await);
    }

    async fn people_end_their_own_sessions_and_nobody_elses(db: Db) {
        let one = someone(&db, "one@example.com", Role::Staff).await;
        let two = someone(&db, "two@example.com", Role::Staff).await;
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let first = open(&db, &one, 1, NOW).await;
        open(&db, &one, 2, NOW).await;
        open(&db, &one, 3, NOW).await;
        let session = first.session.unwrap();
        let gone = db.revoke_session(&two, session).await;
        assert!(matches!(gone, Err(StoreError::Refused(Failure::Gone))));
        assert!(lives(&db, 1, NOW).await);
        assert_eq!(db.revoke_others(&first).await.unwrap().0, 2);
        assert!(lives(&db, 1, NOW).await && !lives(&db, 2, NOW).await && !lives(&db, 3, NOW).await);
        db.close_session(&first).await.unwrap();
        db.close_session(&first).await.unwrap();
        assert!(!lives(&db, 1, NOW).await);
        let fourth = open(&db, &one, 4, NOW).await.session.unwrap();
        open(&db, &one, 5, NOW).await;
        db.sessions_of(&two, one.user).await.unwrap_err();
        assert_eq!(db.sessions_of(&admin, one.user).await.unwrap().len(), 2);
        db.revoke_session(&admin, fourth).await.unwrap();
        assert!(!lives(&db, 4, NOW).await && lives(&db, 5, NOW).await);
        open(&db, &one, 4, NOW).await;
        db.revoke_all(&two, one.user).await.unwrap_err();
        assert_eq!(db.revoke_all(&admin, one.user).await.unwrap(), 2);
        assert!(!lives(&db, 4, NOW).await);
    }

    async fn a_long_answer_goes_on_with_the_rights_of_now_and_ends_with_the_session(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let rights = Rights::default().with(Object::Account, &[Action::View], Reach::All);
        let role = db.put_role(&root(), None, "Desk", &rights).await.unwrap();
        let desk = someone(&db, "desk@example.com", Role::Staff).await;
        db.set_user_roles(&root(), desk.user, &[Held::Own(role)]).await.unwrap();
        let desk = open(&db, &now(&db, &desk).await, 1, NOW).await;
        let reach = |caller: &Caller| caller.rights.reach(Action::View, Object::Account);
        let later = NOW.plus(MINUTE);
        let still = db.still_signed_in(&desk, later).await.unwrap();
        assert_eq!((reach(&still), still.now), (Reach::All, later));
        let less = rights.set(Object::Account, Action::View, Reach::Own);
        db.put_role(&root(), Some(role), "Desk", &less).await.unwrap();
        assert_eq!(reach(&db.still_signed_in(&desk, later).await.unwrap()), Reach::Own);
        let ended = async |caller: &Caller, at| {
            matches!(
                db.still_signed_in(caller, at).await,
                Err(StoreError::Refused(Failure::SignedOut))
            )
        };
        assert!(ended(&desk, NOW.plus(8 * DAY)).await, "no session is for ever");
        db.revoke_all(&admin, desk.user).await.unwrap();
        assert!(ended(&desk, later).await);
        let again = open(&db, &desk, 2, NOW).await;
        db.set_user_disabled(&root(), desk.user, true).await.unwrap();
        assert!(ended(&again, later).await);
        assert!(ended(&Caller { session: None, ..admin }, later).await, "no browser, no answer");
    }

    async fn what_has_run_out_is_removed(db: Db) {
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        open(&db, &staff, 1, NOW).await;
        open(&db, &staff, 2, NOW.plus(6 * HOUR)).await;
        let mut later = root();
        later.now = NOW.plus(13 * HOUR);
        assert_eq!(db.forget_sessions(&later).await.unwrap(), 1);
        assert!(lives(&db, 2, NOW.plus(13 * HOUR)).await);
    }
}
