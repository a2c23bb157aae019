//! Second steps: what passes, that nothing passes twice, and who has to have one.

use crate::support::{NOW, on_both, someone};
use domain::{
    failure::Failure,
    field::FieldError,
    policy::{Action, Caller, Confirmed, Held, Object, Proof, Reach, Rights, Role},
    time::{Instant, MINUTE},
};
use store::{Db, NewSession, SecondProof, StoreError, Subject};

const KEY: &[u8] = b"sealed";

fn refused<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> Failure {
    match answer {
        Err(StoreError::Refused(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

fn session(number: u8, second: Option<([u8; 32], SecondProof)>) -> NewSession<'static> {
    NewSession {
        token_hash: [number; 32],
        address: "",
        user_agent: "",
        tries: &[],
        device: None,
        second,
        way: store::Way::Password,
    }
}

/// Somebody with a second step and ten recovery codes, signed in with the browser of that number.
async fn careful(db: &Db, email: &str, role: Role, browser: u8) -> Caller {
    let mut caller = someone(db, email, role).await;
    caller.session = Some(db.open_session(&caller, &session(browser, None)).await.unwrap());
    db.begin_second_step(&caller, KEY).await.unwrap();
    let codes: Vec<[u8; 32]> = (100..110).map(|number| [number; 32]).collect();
    db.turn_on_second_step(&caller, KEY, 50, &codes).await.unwrap();
    caller
}

/// Lets a sign-in wait for its code in the browser of that number.
async fn wait(db: &Db, caller: &Caller, browser: u8) {
    db.await_code(&[browser; 32], caller.user, "no hash", &[], NOW).await.unwrap();
}

on_both! {
    async fn the_password_alone_opens_nothing(db: Db) {
        let staff = careful(&db, "staff@example.com", Role::Staff, 1).await;
        assert!(db.sign_in_candidate("staff@example.com").await.unwrap().unwrap().second_step);
        assert_eq!(refused(db.open_session(&staff, &session(2, None)).await), Failure::SignedOut);
        wait(&db, &staff, 9).await;
        assert!(db.signed_in(&[9; 32], NOW).await.unwrap().is_none(), "waiting is no session");
        let pending = db.pending_sign_in(&[9; 32], NOW).await.unwrap().unwrap();
        assert_eq!((pending.user, pending.sealed_key.as_deref()), (staff.user, Some(KEY)));
        assert!(!pending.passkeys);
        assert!(db.pending_sign_in(&[9; 32], NOW.plus(5 * MINUTE)).await.unwrap().is_none());
        let step = SecondProof::Step(51);
        // Nothing waits in that browser.
        let other = db.open_session(&staff, &session(2, Some(([8; 32], step)))).await;
        assert_eq!(refused(other), Failure::SignedOut);
        db.open_session(&staff, &session(2, Some(([9; 32], step)))).await.unwrap();
        let seen = db.signed_in(&[2; 32], NOW).await.unwrap().unwrap();
        assert_eq!(seen.confirmed, Confirmed { at: NOW, by: Proof::Code });
        assert!(db.pending_sign_in(&[9; 32], NOW).await.unwrap().is_none(), "it waited once");
    }

    async fn no_code_passes_twice(db: Db) {
        let staff = careful(&db, "staff@example.com", Role::Staff, 1).await;
        let enter = async |browser: u8, proof: SecondProof| {
            wait(&db, &staff, browser).await;
            db.open_session(&staff, &session(browser, Some(([browser; 32], proof)))).await
        };
        // The code that switched it on is used up, and so is every earlier one.
        assert_eq!(refused(enter(10, SecondProof::Step(50)).await), Failure::SignedOut);
        assert_eq!(refused(enter(11, SecondProof::Step(49)).await), Failure::SignedOut);
        enter(12, SecondProof::Step(51)).await.unwrap();
        assert_eq!(refused(enter(13, SecondProof::Step(51)).await), Failure::SignedOut);
        enter(14, SecondProof::Recovery([100; 32])).await.unwrap();
        assert_eq!(refused(enter(15, SecondProof::Recovery([100; 32])).await), Failure::SignedOut);
        assert_eq!(refused(enter(16, SecondProof::Recovery([99; 32])).await), Failure::SignedOut);
        assert_eq!(db.own_second_step(&staff).await.unwrap().codes_left, 9);
        // A refused code leaves the sign-in waiting.
        assert!(db.pending_sign_in(&[13; 32], NOW).await.unwrap().is_some());
    }

    async fn of_many_who_give_one_code_at_once_one_passes(db: Db) {
        let staff = careful(&db, "staff@example.com", Role::Staff, 1).await;
        for proof in [SecondProof::Step(60), SecondProof::Recovery([101; 32])] {
            for browser in 20..40 {
                wait(&db, &staff, browser).await;
            }
            let calls: Vec<_> = (20..40)
                .map(|browser| {
                    let (db, staff) = (db.clone(), staff.clone());
                    tokio::spawn(async move {
                        let new = session(browser, Some(([browser; 32], proof)));
                        store::retry(|| db.open_session(&staff, &new)).await
                    })
                })
                .collect();
            let mut passed = 0;
            for call in calls {
                match call.await.unwrap() {
                    Ok(_) => passed += 1,
                    Err(error) => assert_eq!(refused::<()>(Err(error)), Failure::SignedOut),
                }
            }
            assert_eq!(passed, 1, "{proof:?}");
            db.revoke_all(&staff, staff.user).await.unwrap();
            for browser in 20..40 {
                // What still waits goes, for the next round.
                let _ = db.open_session(&staff, &session(browser, Some(([browser; 32],
                    SecondProof::Step(i64::from(browser) + 100))))).await;
            }
            db.revoke_all(&staff, staff.user).await.unwrap();
            if matches!(proof, SecondProof::Step(_)) {
                assert_eq!(db.own_second_step(&staff).await.unwrap().codes_left, 10);
            }
        }
    }

    async fn what_waits_ends_with_the_password_and_the_account(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let staff = careful(&db, "staff@example.com", Role::Staff, 1).await;
        let enter = async |browser: u8, step: i64| {
            let proof = Some(([browser; 32], SecondProof::Step(step)));
            db.open_session(&staff, &session(browser, proof)).await
        };
        wait(&db, &staff, 10).await;
        db.reset_password(&admin, staff.user, "other").await.unwrap();
        assert!(db.pending_sign_in(&[10; 32], NOW).await.unwrap().is_none());
        assert_eq!(refused(enter(10, 60).await), Failure::SignedOut);
        let stale = db.await_code(&[11; 32], staff.user, "no hash", &[], NOW).await;
        assert_eq!(refused(stale), Failure::SignedOut, "the password that fitted is another one");
        db.await_code(&[12; 32], staff.user, "other", &[], NOW).await.unwrap();
        assert!(db.own_second_step(&staff).await.unwrap().is_on(), "a new password does not skip it");
        db.set_user_disabled(&admin, staff.user, true).await.unwrap();
        assert_eq!(refused(enter(12, 61).await), Failure::SignedOut);
        let off = db.await_code(&[13; 32], staff.user, "other", &[], NOW).await;
        assert_eq!(refused(off), Failure::SignedOut);
    }

    async fn guessing_codes_stops_at_the_fifth(db: Db) {
        let staff = careful(&db, "staff@example.com", Role::Staff, 1).await;
        for _ in 0..5 {
            db.claim_own_code(&staff).await.unwrap();
        }
        let wait = refused(db.claim_own_code(&staff).await);
        assert_eq!(wait, Failure::RateLimited { retry_seconds: 300 });
        let mut now = NOW.plus(5 * MINUTE);
        // From then on one try at a time.
        for _ in 0..3 {
            let later = Caller { now, ..staff.clone() };
            db.claim_own_code(&later).await.unwrap();
            let wait = refused(db.claim_own_code(&later).await);
            assert!(matches!(wait, Failure::RateLimited { retry_seconds: 300..=900 }), "{wait:?}");
            now = now.plus(15 * MINUTE);
        }
        // A code that fits forgives them.
        db.confirm_session(&staff, Some(&SecondProof::Step(99))).await.unwrap();
        assert!(db.claim_try(&[Subject::second_step(staff.user)], NOW).await.is_ok());
    }

    async fn a_fresh_proof_is_a_code_for_who_has_a_second_step(db: Db) {
        let plain = {
            let mut plain = someone(&db, "plain@example.com", Role::Staff).await;
            plain.session = Some(db.open_session(&plain, &session(3, None)).await.unwrap());
            Caller { now: NOW.plus(MINUTE), ..plain }
        };
        let seen = async |cookie: [u8; 32]| db.signed_in(&cookie, NOW).await.unwrap().unwrap().confirmed;
        assert_eq!(seen([3; 32]).await, Confirmed { at: NOW, by: Proof::Password });
        let cookie = db.confirm_session(&plain, None).await.unwrap().hash();
        assert_eq!(seen(cookie).await, Confirmed { at: plain.now, by: Proof::Password });

        let staff = careful(&db, "staff@example.com", Role::Staff, 1).await;
        let staff = Caller { now: NOW.plus(MINUTE), ..staff };
        assert_eq!(refused(db.confirm_session(&staff, None).await), Failure::SignedOut);
        let used = db.confirm_session(&staff, Some(&SecondProof::Step(50))).await;
        assert_eq!(refused(used), Failure::SignedOut);
        // Turning it on gave the session another cookie: the one before has proved nothing.
        assert_eq!(seen([1; 32]).await, Confirmed { at: Instant::NEVER, by: Proof::Code });
        let cookie = db.confirm_session(&staff, Some(&SecondProof::Step(51))).await.unwrap().hash();
        assert_eq!(seen(cookie).await, Confirmed { at: staff.now, by: Proof::Code });
        // Nobody confirms the browser of somebody else.
        let thief = Caller { session: staff.session, ..plain.clone() };
        assert_eq!(refused(db.confirm_session(&thief, None).await), Failure::SignedOut);
    }

    async fn a_cookie_from_before_a_proof_is_worth_nothing_of_it_and_ends_soon(db: Db) {
        let mut lin = someone(&db, "lin@example.com", Role::Staff).await;
        lin.session = Some(db.open_session(&lin, &session(3, None)).await.unwrap());
        let seen = async |cookie: [u8; 32], now| db.signed_in(&cookie, now).await.unwrap();
        let proved = Caller { now: NOW.plus(MINUTE), ..lin.clone() };
        let first = db.confirm_session(&proved, None).await.unwrap().hash();
        let (soon, late) = (proved.now.plus(5 * MINUTE - 1), proved.now.plus(5 * MINUTE));
        let former = seen([3; 32], soon).await.expect("for what was on its way");
        assert_eq!((former.session, former.confirmed.at), (lin.session.unwrap(), Instant::NEVER));
        assert!(seen([3; 32], late).await.is_none());
        assert_eq!(seen(first, late).await.unwrap().confirmed.at, proved.now);
        // A changed password does the same; of two one after the other only the last stands beside.
        let second = db.change_password(&lin, "hash").await.unwrap().unwrap().hash();
        assert!(seen([3; 32], NOW).await.is_none());
        assert_eq!(seen(first, NOW).await.unwrap().confirmed.at, Instant::NEVER);
        assert!(seen(second, late).await.is_some());
        db.revoke_session(&lin, lin.session.unwrap()).await.unwrap();
        for cookie in [first, second] {
            assert!(seen(cookie, NOW).await.is_none());
        }
    }

    async fn switching_it_on_and_off_takes_a_fresh_proof_and_ends_other_browsers(db: Db) {
        let mut staff = someone(&db, "staff@example.com", Role::Staff).await;
        staff.session = Some(db.open_session(&staff, &session(1, None)).await.unwrap());
        db.open_session(&staff, &session(2, None)).await.unwrap();
        let stale = Caller { confirmed: Confirmed::by_password(NOW.plus(-11 * MINUTE)), ..staff.clone() };
        let again = Failure::ConfirmIdentity { by: Proof::Password };
        assert_eq!(refused(db.begin_second_step(&stale, KEY).await), again);
        db.begin_second_step(&staff, b"first").await.unwrap();
        assert!(!db.own_second_step(&staff).await.unwrap().is_on());
        db.begin_second_step(&staff, KEY).await.unwrap();
        // The page of the first set-up is still open somewhere.
        assert_eq!(refused(db.turn_on_second_step(&staff, b"first", 1, &[]).await), Failure::Gone);
        assert_eq!(refused(db.turn_on_second_step(&stale, KEY, 1, &[]).await), again);
        db.turn_on_second_step(&staff, KEY, 1, &[[7; 32]]).await.unwrap();
        assert_eq!(refused(db.turn_on_second_step(&staff, KEY, 2, &[]).await), Failure::Gone);
        assert_eq!(refused(db.begin_second_step(&staff, b"third").await), Failure::Gone);
        assert!(db.signed_in(&[1; 32], NOW).await.unwrap().is_some());
        assert!(db.signed_in(&[2; 32], NOW).await.unwrap().is_none());
        assert_eq!(refused(db.renew_recovery_codes(&stale, &[[8; 32]]).await), again);
        db.renew_recovery_codes(&staff, &[[8; 32], [9; 32]]).await.unwrap();
        assert_eq!(db.own_second_step(&staff).await.unwrap().codes_left, 2);
        assert_eq!(refused(db.turn_off_second_step(&stale).await), again);
        db.turn_off_second_step(&staff).await.unwrap();
        assert_eq!(refused(db.turn_off_second_step(&staff).await), Failure::Gone);
        assert_eq!(refused(db.renew_recovery_codes(&staff, &[[8; 32]]).await), Failure::Gone);
        let own = db.own_second_step(&staff).await.unwrap();
        assert!(own.step.is_none() && own.codes_left == 0);
        db.open_session(&staff, &session(4, None)).await.unwrap();
    }

    async fn a_role_that_takes_data_out_is_guarded_where_administrators_are(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let sees = Rights::default().with(Object::Account, &[Action::View], Reach::All);
        let exports = sees.with(Object::Account, &[Action::Export], Reach::Own);
        let free = db.put_role(&admin, None, "Free", &exports).await.unwrap();
        assert!(db.second_step_roles(&admin).await.unwrap().is_empty(), "nobody is guarded here");
        db.require_second_step(&admin, None, &[Role::Admin.into()]).await.unwrap();
        let made = db.put_role(&admin, None, "Export", &exports).await.unwrap();
        let grown = db.put_role(&admin, None, "Look", &sees).await.unwrap();
        let guarded = async || {
            let all = db.second_step_roles(&admin).await.unwrap();
            [made, grown, free].map(|role| all.contains(&Held::Own(role)))
        };
        assert_eq!(guarded().await, [true, false, false]);
        db.put_role(&admin, Some(grown), "Look", &exports).await.unwrap();
        assert_eq!(guarded().await, [true, true, false]);
        // An administrator who says otherwise is not overruled by the next change.
        db.require_second_step(&admin, None, &[Role::Admin.into(), Held::Own(made)]).await.unwrap();
        db.put_role(&admin, Some(grown), "Look again", &exports).await.unwrap();
        assert_eq!(guarded().await, [true, false, false]);
        // One that was there before takes more out from now on.
        let more = exports.set(Object::Account, Action::Export, Reach::All);
        db.put_role(&admin, Some(free), "Free", &more).await.unwrap();
        assert_eq!(guarded().await, [true, false, true]);
        db.require_second_step(&admin, None, &[Role::Admin.into(), Held::Own(made)]).await.unwrap();
        // Whoever looked before a role was guarded does not take the guard away.
        let seen = [Role::Admin.into()];
        let late = refused(db.require_second_step(&admin, Some(&seen), &seen).await);
        assert!(matches!(late, Failure::Conflict(_)), "{late:?}");
        let seen = [Held::Own(made), Role::Admin.into()];
        db.require_second_step(&admin, Some(&seen), &seen).await.unwrap();
        db.delete_role(&admin, made).await.unwrap();
        assert_eq!(db.second_step_roles(&admin).await.unwrap(), [Role::Admin.into()]);
    }

    async fn who_must_have_one_is_held_until_it_is_there(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let mut staff = someone(&db, "staff@example.com", Role::Staff).await;
        staff.session = Some(db.open_session(&staff, &session(1, None)).await.unwrap());
        let held = async |browser: u8| db.signed_in(&[browser; 32], NOW).await.unwrap().unwrap().held;
        assert!(!held(1).await);
        let denied = refused(db.require_second_step(&staff, None, &[]).await);
        assert!(matches!(denied, Failure::Denied { .. }));
        db.require_second_step(&admin, None, &[Role::Staff.into(), Role::Auditor.into(), Role::Staff.into()]).await.unwrap();
        assert_eq!(db.second_step_roles(&admin).await.unwrap(), [Role::Auditor.into(), Role::Staff.into()]);
        assert!(held(1).await, "from the next request on");
        db.begin_second_step(&staff, KEY).await.unwrap();
        assert!(held(1).await, "begun is not done");
        db.turn_on_second_step(&staff, KEY, 1, &[]).await.unwrap();
        assert!(!held(1).await);
        let needed = refused(db.turn_off_second_step(&staff).await);
        assert_eq!(needed, Failure::field("second_step", FieldError::Required));
        // An administrator takes it off somebody who lost it; that browser is out.
        let denied = refused(db.remove_second_step(&staff, admin.user).await);
        assert!(matches!(denied, Failure::Denied { .. }));
        assert!(db.user(&admin, staff.user).await.unwrap().unwrap().second_step);
        db.remove_second_step(&admin, staff.user).await.unwrap();
        assert_eq!(refused(db.remove_second_step(&admin, staff.user).await), Failure::Gone);
        assert!(db.signed_in(&[1; 32], NOW).await.unwrap().is_none());
        db.open_session(&staff, &session(2, None)).await.unwrap();
        assert!(held(2).await, "and is led to set it up again");
        db.require_second_step(&admin, None, &[]).await.unwrap();
        assert!(!held(2).await);
    }
}
