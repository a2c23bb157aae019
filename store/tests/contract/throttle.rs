//! Tries to sign in: counted before the password is looked at, slowed down by account and address.

use crate::support::{NOW, on_both, root, someone};
use domain::{
    failure::Failure,
    policy::Role,
    time::{DAY, HOUR, Instant, MINUTE, SECOND},
};
use store::{Db, Device, NewSession, StoreError, Subject};

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
        for _ in 0..20 {
            assert_eq!(wait(&db, &subject, now).await, None);
            let pause = wait(&db, &subject, now).await.unwrap();
            pauses.push(pause);
            now = now.plus(i64::from(pause) * 1000);
        }
        assert_eq!(pauses[..10], [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
        // From here on a failure fades about as often as one is added.
        assert!(pauses[10..].iter().all(|pause| (256..=900).contains(pause)), "{pauses:?}");
        assert_eq!(wait(&db, &subject, now.plus(DAY + HOUR)).await, None);
        assert_eq!(wait(&db, &subject, now.plus(DAY + HOUR)).await, None);
    }

    async fn a_failure_fades_every_ten_minutes_also_while_others_come(db: Db) {
        let office = Subject::address("192.0.2.1".parse().unwrap());
        for _ in 0..Subject::FREE_BY_ADDRESS {
            assert_eq!(wait(&db, &office, NOW).await, None);
        }
        // A typing mistake every eleven minutes, for a day, keeps nobody waiting.
        let mut now = NOW;
        for _ in 0..130 {
            now = now.plus(11 * MINUTE);
            assert_eq!(wait(&db, &office, now).await, None);
        }
        assert_eq!(wait(&db, &office, now).await, None, "two at once are free as well");
        // Every six minutes is more than fades: at last there is a pause.
        let mut paused = false;
        for _ in 0..60 {
            now = now.plus(6 * MINUTE);
            paused |= wait(&db, &office, now).await.is_some() || wait(&db, &office, now).await.is_some();
        }
        assert!(paused);
        // And it is over with the time.
        now = now.plus(5 * HOUR);
        for _ in 0..10 {
            assert_eq!(wait(&db, &office, now).await, None);
        }
    }

    async fn a_try_nobody_looked_at_is_taken_back(db: Db) {
        let subject = Subject::account("lin@example.com");
        for _ in 0..50 {
            assert_eq!(wait(&db, &subject, NOW).await, None);
            db.take_back_try(std::slice::from_ref(&subject)).await.unwrap();
        }
        assert_eq!(wait(&db, &subject, NOW).await, None);
    }

    async fn strangers_cannot_lock_a_known_browser_out(db: Db) {
        let staff = someone(&db, "lin@example.com", Role::Staff).await;
        someone(&db, "wang@example.com", Role::Staff).await;
        let address = "192.0.2.1".parse().unwrap();
        let subjects = async |email: &str, token: u8| {
            db.subjects_of_try(email, address, Some(&[token; 32]), NOW).await.unwrap()
        };
        let stranger = db.subjects_of_try("lin@example.com", address, None, NOW).await.unwrap();
        assert_eq!(stranger.len(), 4, "account, address, network and all");
        assert_eq!(subjects("lin@example.com", 1).await, stranger);
        let new = |session: u8, before: Option<u8>, after: u8| NewSession {
            token_hash: [session; 32],
            address: "192.0.2.1",
            user_agent: "test",
            tries: &[],
            device: Some(Device { before: before.map(|byte| [byte; 32]), after: [after; 32] }),
            second: None,
 way: store::Way::Password,
        };
        db.open_session(&staff, &new(101, Some(1), 2)).await.unwrap();
        assert_eq!(subjects("lin@example.com", 1).await, stranger, "a planted secret is worth nothing");
        let known = subjects("lin@example.com", 2).await;
        assert_eq!(known.len(), 1);
        assert_eq!(subjects("wang@example.com", 2).await.len(), 4, "only for who signed in with it");

        // Somebody guesses from the same address until both are paused.
        for subject in &stranger {
            while wait(&db, subject, NOW).await.is_none() {}
        }
        db.claim_try(&known, NOW).await.unwrap();
        // The browser itself is no place to guess either.
        while wait(&db, &known[0], NOW).await.is_none() {}
        db.open_session(&staff, &new(102, Some(2), 3)).await.unwrap();
        assert_eq!(subjects("lin@example.com", 2).await.len(), 4, "the secret changes each time");
        assert_eq!(subjects("lin@example.com", 3).await.len(), 1);

        // A new password from an administrator: a browser may be in other hands.
        db.reset_password(&root(), staff.user, "other hash").await.unwrap();
        assert_eq!(subjects("lin@example.com", 3).await.len(), 4);
    }

    async fn passwords_known_from_elsewhere_are_not_tried_out_from_everywhere(db: Db) {
        // One try for each account, from an address each.
        let tries = async |number: u32, now: Instant| {
            let email = format!("somebody-{number}@example.com");
            let address = std::net::Ipv4Addr::from(number << 8).into();
            let subjects = db.subjects_of_try(&email, address, None, now).await.unwrap();
            db.claim_try(&subjects, now).await
        };
        let mut counted = 0_i64;
        for number in 0..400 {
            counted += i64::from(tries(number, NOW).await.is_ok());
        }
        assert_eq!(counted, Subject::FREE_BY_ALL + 1);
        // A minute of guessing, ten a second: one in four seconds is looked at, and somebody at a new browser gets in between.
        let mut looked_at = 0;
        for number in 0..600 {
            let now = NOW.plus(10 * SECOND + i64::from(number) * 100);
            looked_at += i32::from(tries(1_000 + number, now).await.is_ok());
        }
        assert!((10..=40).contains(&looked_at), "{looked_at}");
        assert!(tries(9_999, NOW.plus(75 * SECOND)).await.is_ok());
        // It passes by itself.
        assert!(tries(10_000, NOW.plus(HOUR)).await.is_ok());
        assert!(tries(10_001, NOW.plus(HOUR)).await.is_ok());
        // From one network, however large, nobody gets there.
        let crowd = async |number: u16| {
            let email = format!("nobody-{number}@example.com");
            let address = std::net::Ipv6Addr::new(0x2001, 0xdb8, 7, number, 0, 0, 0, 1).into();
            let subjects = db.subjects_of_try(&email, address, None, NOW.plus(DAY)).await.unwrap();
            db.claim_try(&subjects, NOW.plus(DAY)).await.is_ok()
        };
        let mut of_one = 0;
        for number in 0..100 {
            of_one += i64::from(crowd(number).await);
        }
        assert_eq!(of_one, Subject::FREE_BY_NETWORK + 1);
    }

    async fn known_browsers_are_few_and_fade(db: Db) {
        let staff = someone(&db, "lin@example.com", Role::Staff).await;
        let address = "192.0.2.1".parse().unwrap();
        for number in 0..25_u8 {
            let mut then = staff.clone();
            then.now = NOW.plus(i64::from(number));
            let new = NewSession {
                token_hash: [number; 32],
                address: "",
                user_agent: "",
                tries: &[],
                device: Some(Device { before: None, after: [number; 32] }),
                second: None,
 way: store::Way::Password,
            };
            db.open_session(&then, &new).await.unwrap();
        }
        let known = async |number: u8, now: Instant| {
            let token = [number; 32];
            db.subjects_of_try("lin@example.com", address, Some(&token), now).await.unwrap().len() == 1
        };
        assert!(!known(4, NOW).await && known(5, NOW).await && known(24, NOW).await);
        assert!(!known(24, NOW.plus(366 * DAY)).await);
        let mut later = root();
        later.now = NOW.plus(366 * DAY);
        assert_eq!(db.forget_devices(&later).await.unwrap(), 20);
    }

    async fn the_own_password_cannot_be_locked_from_outside(db: Db) {
        let staff = someone(&db, "lin@example.com", Role::Staff).await;
        let outside = Subject::account("lin@example.com");
        while wait(&db, &outside, NOW).await.is_none() {}
        for _ in 0..=Subject::FREE_BY_ACCOUNT {
            db.own_password(&staff).await.unwrap();
        }
        db.own_password(&staff).await.unwrap_err();
        db.take_back_own_try(&staff).await.unwrap();
        db.own_password(&staff).await.unwrap();
        db.change_password(&staff, "new hash").await.unwrap();
        db.own_password(&staff).await.unwrap();
        assert!(wait(&db, &outside, NOW).await.is_some(), "guessers gain nothing by it");
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

    // Each that is let pass is permission to compute one hash; what is counted here is therefore what guessing costs the
    // machine, and how many passwords are compared at all.
    async fn ten_thousand_guesses_from_two_hundred_addresses_are_a_hundred_at_most(db: Db) {
        const GUESSES: i64 = 10_000;
        let staff = someone(&db, "lin@example.com", Role::Staff).await;
        let known = NewSession {
            token_hash: [1; 32],
            address: "192.0.2.1",
            user_agent: "test",
            tries: &[],
            device: Some(Device { before: None, after: [7; 32] }),
            second: None,
            way: store::Way::Password,
        };
        db.open_session(&staff, &known).await.unwrap();
        let mut passed = 0;
        for guess in 0..GUESSES {
            let now = NOW.plus(guess * 10 * MINUTE / GUESSES);
            let address = format!("198.51.100.{}", guess % 200).parse().unwrap();
            // Whoever guesses has a secret of some other browser, or made one up.
            let made_up = [u8::try_from(8 + guess % 200).unwrap(); 32];
            let tries = db.subjects_of_try("lin@example.com", address, Some(&made_up), now).await.unwrap();
            if db.claim_try(&tries, now).await.is_ok() {
                passed += 1;
            }
        }
        assert!((4..=100).contains(&passed), "{passed} were let pass");
        // Meanwhile whoever the account belongs to comes in by the browser they had before.
        let now = NOW.plus(10 * MINUTE);
        let address = "198.51.100.1".parse().unwrap();
        let tries = db.subjects_of_try("lin@example.com", address, Some(&[7; 32]), now).await.unwrap();
        db.claim_try(&tries, now).await.unwrap();
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
            tries: &[account.clone(), address.clone()],
            device: None,
            second: None,
 way: store::Way::Password,
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
