//! Passkeys: whose they are, that no answer counts twice, and what they are worth as a second step.

use crate::support::{NOW, on_both, someone};
use domain::{
    failure::Failure,
    field::FieldError,
    passkey::{ANSWER_WITHIN, MOST, Purpose},
    policy::{Caller, Confirmed, Proof, Role},
    time::MINUTE,
};
use store::{
    Challenge, Db, NewPasskey, NewSession, SecondProof, StoreError, StoredPasskey, UsedPasskey, Way,
};

fn refused<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> Failure {
    match answer {
        Err(StoreError::Refused(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

fn session(
    number: u8,
    second: Option<([u8; 32], SecondProof)>,
    way: Way<'static>,
) -> NewSession<'static> {
    let token_hash = [number; 32];
    NewSession { token_hash, address: "", user_agent: "", tries: &[], device: None, second, way }
}

fn new(credential_id: &[u8], counter: u32) -> NewPasskey<'_> {
    let host = "crm.example.com";
    NewPasskey { name: "Phone", host, credential_id, credential: "{}", counter }
}

const CODES: [[u8; 32]; 2] = [[100; 32], [101; 32]];

/// Somebody signed in with the browser of that number.
async fn signed_in(db: &Db, email: &str, role: Role, browser: u8) -> Caller {
    let mut caller = someone(db, email, role).await;
    let session = session(browser, None, Way::Password);
    caller.session = Some(db.open_session(&caller, &session).await.unwrap());
    caller
}

async fn made(db: &Db, caller: &Caller, credential_id: &[u8], counter: u32) -> StoredPasskey {
    db.make_passkey(caller, &new(credential_id, counter), &CODES).await.unwrap();
    let holder = db.passkey_holder(credential_id, "crm.example.com", NOW).await.unwrap();
    holder.unwrap().passkey
}

fn used(passkey: &StoredPasskey, counter: u32) -> UsedPasskey {
    UsedPasskey { id: passkey.id, counter }
}

on_both! {
    async fn a_challenge_comes_out_once_and_for_what_it_was_asked(db: Db) {
        let asked = Challenge {
            ticket_hash: &[1; 32],
            purpose: Purpose::Confirm,
            bound_to: b"session",
            host: "crm.example.com",
        };
        db.keep_challenge(asked, "state", NOW).await.unwrap();
        for other in [
            Challenge { purpose: Purpose::Enter, ..asked },
            Challenge { purpose: Purpose::Make, ..asked },
            Challenge { bound_to: b"another", ..asked },
            Challenge { bound_to: b"", ..asked },
            Challenge { host: "example.com", ..asked },
            Challenge { ticket_hash: &[2; 32], ..asked },
        ] {
            assert_eq!(db.take_challenge(other, NOW).await.unwrap(), None, "{other:?}");
        }
        let late = NOW.plus(ANSWER_WITHIN);
        assert_eq!(db.take_challenge(asked, late).await.unwrap(), None);
        let calls: Vec<_> = (0..10)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move {
                    let asked = Challenge {
                        ticket_hash: &[1; 32],
                        purpose: Purpose::Confirm,
                        bound_to: b"session",
                        host: "crm.example.com",
                    };
                    store::retry(|| db.take_challenge(asked, NOW)).await.unwrap()
                })
            })
            .collect();
        let mut taken = 0;
        for call in calls {
            taken += usize::from(call.await.unwrap().as_deref() == Some("state"));
        }
        assert_eq!(taken, 1);

        db.keep_challenge(asked, "state", NOW).await.unwrap();
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        assert_eq!(db.forget_challenges(&admin).await.unwrap(), 0);
        let later = Caller { now: NOW.plus(ANSWER_WITHIN + 1), ..admin };
        assert_eq!(db.forget_challenges(&later).await.unwrap(), 1);
    }

    async fn a_passkey_opens_a_session_alone_and_its_counter_never_goes_back(db: Db) {
        let staff = signed_in(&db, "staff@example.com", Role::Staff, 1).await;
        let passkey = made(&db, &staff, b"one", 5).await;
        assert_eq!((passkey.user, passkey.counter), (staff.user, 5));
        assert!(db.passkey_holder(b"one", "example.com", NOW).await.unwrap().is_none());
        assert!(db.passkey_holder(b"two", "crm.example.com", NOW).await.unwrap().is_none());
        let enter = async |browser: u8, used| {
            db.open_session(&staff, &session(browser, None, Way::Passkey(used))).await
        };
        for back in [0, 4, 5] {
            let answer = enter(2, used(&passkey, back)).await;
            assert_eq!(refused(answer), Failure::SignedOut, "{back}");
        }
        enter(2, used(&passkey, 6)).await.unwrap();
        assert_eq!(refused(enter(3, used(&passkey, 6)).await), Failure::SignedOut);
        let seen = db.signed_in(&[2; 32], NOW).await.unwrap().unwrap();
        assert_eq!(seen.confirmed, Confirmed { at: NOW, by: Proof::Passkey });
        assert_eq!(db.own_passkeys(&staff).await.unwrap()[0].last_used_at, NOW);
        // One that does not count passes each time.
        let plain = made(&db, &staff, b"plain", 0).await;
        enter(4, used(&plain, 0)).await.unwrap();
        enter(5, used(&plain, 0)).await.unwrap();
        // It is nobody else's.
        let other = signed_in(&db, "other@example.com", Role::Staff, 6).await;
        let answer = db.open_session(&other, &session(7, None, Way::Passkey(used(&plain, 1)))).await;
        assert_eq!(refused(answer), Failure::SignedOut);
        // Nor for somebody who is switched off.
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        db.set_user_disabled(&admin, staff.user, true).await.unwrap();
        assert_eq!(refused(enter(8, used(&plain, 0)).await), Failure::SignedOut);
        assert!(db.passkey_holder(b"plain", "crm.example.com", NOW).await.unwrap().unwrap().disabled);
    }

    async fn a_passkey_is_a_second_step_after_the_password(db: Db) {
        let staff = signed_in(&db, "staff@example.com", Role::Staff, 1).await;
        db.open_session(&staff, &session(2, None, Way::Password)).await.unwrap();
        assert!(db.make_passkey(&staff, &new(b"one", 0), &CODES).await.unwrap(), "first codes");
        assert!(db.signed_in(&[1; 32], NOW).await.unwrap().is_some());
        assert!(db.signed_in(&[2; 32], NOW).await.unwrap().is_none(), "other browsers are out");
        assert!(!db.make_passkey(&staff, &new(b"two", 0), &[[9; 32]]).await.unwrap());
        assert_eq!(db.own_second_step(&staff).await.unwrap().codes_left, 2);
        assert!(db.sign_in_candidate("staff@example.com").await.unwrap().unwrap().second_step);
        let alone = db.open_session(&staff, &session(3, None, Way::Password)).await;
        assert_eq!(refused(alone), Failure::SignedOut);

        let wait = async |browser: u8| {
            db.await_code(&[browser; 32], staff.user, "no hash", &[], NOW).await.unwrap();
        };
        wait(9).await;
        let pending = db.pending_sign_in(&[9; 32], NOW).await.unwrap().unwrap();
        assert_eq!((pending.sealed_key, pending.passkeys), (None, true));
        let one = db.passkeys_at(staff.user, "crm.example.com").await.unwrap().remove(0);
        let proof = SecondProof::Passkey(used(&one, 3));
        db.open_session(&staff, &session(3, Some(([9; 32], proof)), Way::Password)).await.unwrap();
        wait(10).await;
        let again = db.open_session(&staff, &session(4, Some(([10; 32], proof)), Way::Password)).await;
        assert_eq!(refused(again), Failure::SignedOut);
        for (browser, code) in [(10, CODES[0]), (11, CODES[1])] {
            if browser > 10 {
                wait(browser).await;
            }
            let lost = Some(([browser; 32], SecondProof::Recovery(code)));
            db.open_session(&staff, &session(browser + 40, lost, Way::Password)).await.unwrap();
        }
        // With all of them used up, the next passkey brings new ones.
        assert_eq!(db.own_second_step(&staff).await.unwrap().codes_left, 0);
        assert!(db.make_passkey(&staff, &new(b"three", 0), &[[9; 32], [8; 32]]).await.unwrap());
        assert_eq!(db.own_second_step(&staff).await.unwrap().codes_left, 2);

        // The fresh proof: not by the password.
        assert_eq!(refused(db.confirm_session(&staff, None).await), Failure::SignedOut);
        let later = Caller { now: NOW.plus(MINUTE), ..staff.clone() };
        let proof = SecondProof::Passkey(used(&one, 4));
        let cookie = db.confirm_session(&later, Some(&proof)).await.unwrap().hash();
        let seen = db.signed_in(&cookie, NOW).await.unwrap().unwrap();
        assert_eq!(seen.confirmed, Confirmed { at: later.now, by: Proof::Passkey });
        db.begin_second_step(&staff, b"sealed").await.unwrap();
        db.turn_on_second_step(&staff, b"sealed", 50, &CODES).await.unwrap();
        let seen = db.signed_in(&cookie, NOW).await.unwrap().unwrap();
        assert_eq!(seen.confirmed.by, Proof::CodeOrPasskey);
    }

    async fn passkeys_are_ones_own_and_take_a_fresh_proof(db: Db) {
        let staff = signed_in(&db, "staff@example.com", Role::Staff, 1).await;
        let other = signed_in(&db, "other@example.com", Role::Staff, 2).await;
        let stale = Caller { confirmed: Confirmed::by_password(NOW.plus(-11 * MINUTE)), ..staff.clone() };
        let again = Failure::ConfirmIdentity { by: Proof::Password };
        assert_eq!(refused(db.make_passkey(&stale, &new(b"one", 0), &CODES).await), again);
        let one = made(&db, &staff, b"one", 0).await;
        let taken = refused(db.make_passkey(&other, &new(b"one", 0), &CODES).await);
        assert_eq!(taken, Failure::field("passkey", FieldError::Taken));
        assert!(db.own_passkeys(&other).await.unwrap().is_empty());
        assert_eq!(refused(db.rename_passkey(&other, one.id, "Mine").await), Failure::Gone);
        assert_eq!(refused(db.remove_passkey(&other, one.id).await), Failure::Gone);
        assert_eq!(refused(db.remove_passkey(&stale, one.id).await), again);
        db.rename_passkey(&staff, one.id, "Blue phone").await.unwrap();
        assert_eq!(db.own_passkeys(&staff).await.unwrap()[0].name, "Blue phone");
        assert_eq!(db.passkey_hosts(staff.user).await.unwrap(), ["crm.example.com"]);
        assert_eq!(db.passkey_hosts(other.user).await.unwrap(), Vec::<String>::new());
        let elsewhere = NewPasskey { host: "crm.example.net", ..new(b"other", 0) };
        db.make_passkey(&other, &elsewhere, &CODES).await.unwrap();
        assert_eq!(db.passkey_hosts(other.user).await.unwrap(), ["crm.example.net"]);
        for number in 1..MOST {
            db.make_passkey(&staff, &new(format!("{number}").as_bytes(), 0), &CODES).await.unwrap();
        }
        let full = refused(db.make_passkey(&staff, &new(b"more", 0), &CODES).await);
        assert_eq!(full, Failure::field("passkey", FieldError::TooMany { max: MOST }));
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let seen = db.user(&admin, staff.user).await.unwrap().unwrap();
        assert_eq!((seen.passkeys, seen.second_step), (20, true));
        // An administrator takes all of them, and the codes, at once.
        db.remove_second_step(&admin, staff.user).await.unwrap();
        assert_eq!(refused(db.remove_second_step(&admin, staff.user).await), Failure::Gone);
        assert!(db.own_passkeys(&staff).await.unwrap().is_empty());
        assert_eq!(db.own_second_step(&staff).await.unwrap().codes_left, 0);
        assert!(db.signed_in(&[1; 32], NOW).await.unwrap().is_none());
    }

    async fn who_must_have_a_second_step_keeps_the_last_passkey(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let staff = signed_in(&db, "staff@example.com", Role::Staff, 1).await;
        db.require_second_step(&admin, None, &[Role::Staff.into()]).await.unwrap();
        let held = async || db.signed_in(&[1; 32], NOW).await.unwrap().unwrap().held;
        assert!(held().await);
        let one = made(&db, &staff, b"one", 0).await;
        assert!(!held().await);
        let needed = Failure::field("second_step", FieldError::Required);
        assert_eq!(refused(db.remove_passkey(&staff, one.id).await), needed);
        assert_eq!(db.own_passkeys(&staff).await.unwrap().len(), 1, "nothing of it happened");
        let two = made(&db, &staff, b"two", 0).await;
        db.remove_passkey(&staff, one.id).await.unwrap();
        db.begin_second_step(&staff, b"sealed").await.unwrap();
        db.turn_on_second_step(&staff, b"sealed", 50, &CODES).await.unwrap();
        // Either may go while the other stays.
        db.turn_off_second_step(&staff).await.unwrap();
        assert_eq!(db.own_second_step(&staff).await.unwrap().codes_left, 2);
        assert!(!held().await);
        db.require_second_step(&admin, None, &[]).await.unwrap();
        db.remove_passkey(&staff, two.id).await.unwrap();
        assert_eq!(db.own_second_step(&staff).await.unwrap().codes_left, 0);
        db.open_session(&staff, &session(3, None, Way::Password)).await.unwrap();
    }
}
