//! Signing in by another system: whose account there is whose here, ways back, and the settings.

use crate::support::{NOW, on_both, root, someone};
use domain::{
    failure::Failure,
    field::FieldError,
    id::Version,
    policy::{Caller, Role},
    provider::Provider,
    time::{Instant, MINUTE},
};
use store::{Db, NewSession, ProviderAccount, SecondProof, StoreError, Way};

const ISSUER: &str = "https://id.example.com";

fn refused<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> Failure {
    match answer {
        Err(StoreError::Refused(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

fn account(subject: &str) -> ProviderAccount<'_> {
    ProviderAccount { issuer: ISSUER, subject }
}

fn provider() -> Provider {
    Provider {
        on: true,
        issuer: ISSUER.to_owned(),
        client_id: "rapport".to_owned(),
        button_zh: String::new(),
        button_en: "Sign in with Acme".to_owned(),
        checks_second_step: false,
    }
}

async fn enter(
    db: &Db,
    caller: &Caller,
    browser: u8,
    subject: &str,
    vouched: bool,
) -> Result<(), StoreError> {
    let new = NewSession {
        token_hash: [browser; 32],
        address: "",
        user_agent: "",
        tries: &[],
        device: None,
        second: None,
        way: Way::Provider { account: account(subject), vouched },
    };
    store::retry(|| db.open_session(caller, &new)).await.map(drop)
}

on_both! {
    async fn an_account_belongs_to_one_user_and_a_user_to_one_account(db: Db) {
        let wang = someone(&db, "wang@example.com", Role::Staff).await;
        let li = someone(&db, "li@example.com", Role::Staff).await;
        let by = async |subject: &str, email: Option<&str>| {
            db.arriving(account(subject), email).await.unwrap().map(|who| who.user)
        };
        assert_eq!(by("w-1", Some("wang@example.com")).await, Some(wang.user));
        assert_eq!(by("w-1", None).await, None);
        assert_eq!(by("w-1", Some("nobody@example.com")).await, None);
        enter(&db, &wang, 1, "w-1", false).await.unwrap();
        assert_eq!(by("w-1", None).await, Some(wang.user));
        assert_eq!(by("w-1", Some("li@example.com")).await, Some(wang.user), "the account counts");
        assert_eq!(by("w-2", Some("wang@example.com")).await, None, "the address is somebody else's now");
        assert_eq!(refused(enter(&db, &wang, 2, "w-2", false).await), Failure::SignedOut);
        assert_eq!(refused(enter(&db, &li, 3, "w-1", false).await), Failure::SignedOut);
        assert!(db.signed_in(&[2; 32], NOW).await.unwrap().is_none());
        enter(&db, &wang, 4, "w-1", false).await.unwrap();
        // What was proved elsewhere is no fresh proof here.
        let seen = db.signed_in(&[4; 32], NOW).await.unwrap().unwrap();
        assert_eq!(seen.confirmed.at, Instant::NEVER);
    }

    async fn of_two_accounts_at_once_one_is_linked(db: Db) {
        let wang = someone(&db, "wang@example.com", Role::Staff).await;
        let calls: Vec<_> = (0..8_u8)
            .map(|number| {
                let (db, wang) = (db.clone(), wang.clone());
                tokio::spawn(async move {
                    enter(&db, &wang, number + 1, &format!("w-{}", number % 4), false).await.is_ok()
                })
            })
            .collect();
        let mut passed = 0;
        for call in calls {
            passed += usize::from(call.await.unwrap());
        }
        assert_eq!(passed, 2, "both browsers of one account");
    }

    async fn a_code_still_follows_and_the_link_is_made_with_it(db: Db) {
        let wang = someone(&db, "wang@example.com", Role::Staff).await;
        enter(&db, &wang, 1, "w-1", false).await.unwrap();
        let mut here = wang.clone();
        here.session = db.signed_in(&[1; 32], NOW).await.unwrap().map(|seen| seen.session);
        db.begin_second_step(&here, b"sealed").await.unwrap();
        db.turn_on_second_step(&here, b"sealed", 50, &[]).await.unwrap();
        assert_eq!(refused(enter(&db, &wang, 2, "w-1", false).await), Failure::SignedOut);
        enter(&db, &wang, 3, "w-1", true).await.unwrap();
        let who = db.arriving(account("w-1"), None).await.unwrap().unwrap();
        assert!(who.second_step);
        let stale = store::Arriving { credential_version: who.credential_version - 1, ..who.clone() };
        let wait = db.await_code_of_arrived(&[8; 32], &stale, account("w-1"), NOW).await;
        assert_eq!(refused(wait), Failure::SignedOut);
        db.await_code_of_arrived(&[9; 32], &who, account("w-1"), NOW).await.unwrap();
        let new = NewSession {
            token_hash: [9; 32], address: "", user_agent: "", tries: &[], device: None,
            second: Some(([9; 32], SecondProof::Step(51))), way: Way::Password,
        };
        db.open_session(&wang, &new).await.unwrap();
        assert_eq!(db.signed_in(&[9; 32], NOW).await.unwrap().unwrap().confirmed.at, NOW);
    }

    async fn a_way_back_is_claimed_once(db: Db) {
        assert!(db.claim_return(&[1; 32], NOW).await.unwrap());
        assert!(!db.claim_return(&[1; 32], NOW).await.unwrap());
        assert!(db.claim_return(&[2; 32], NOW).await.unwrap());
        assert_eq!(db.forget_returns(&root()).await.unwrap(), 0);
        let mut later = root();
        later.now = NOW.plus(11 * MINUTE);
        assert_eq!(db.forget_returns(&later).await.unwrap(), 2);
    }

    async fn settings_are_for_administrators_who_have_just_shown_who_they_are(db: Db) {
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        let mut admin = someone(&db, "admin@example.com", Role::Admin).await;
        let save = async |caller: &Caller, seen: i64, provider: &Provider, secret: Option<&[u8]>| {
            db.save_provider(caller, Version(seen), provider, secret).await
        };
        assert!(matches!(refused(db.provider(&staff).await), Failure::Denied { .. }));
        assert!(matches!(refused(save(&staff, 0, &provider(), Some(b"s")).await), Failure::Denied { .. }));
        let fresh = admin.confirmed;
        admin.confirmed.at = Instant::NEVER;
        let asked = refused(save(&admin, 0, &provider(), Some(b"s")).await);
        assert!(matches!(asked, Failure::ConfirmIdentity { .. }));
        admin.confirmed = fresh;
        let needed = Failure::field("client_secret", FieldError::Required);
        assert_eq!(refused(save(&admin, 0, &provider(), None).await), needed);
        assert_eq!(save(&admin, 0, &provider(), Some(b"s")).await.unwrap(), Version(1));
        assert!(matches!(refused(save(&admin, 0, &provider(), None).await), Failure::Conflict(_)));
        let off = Provider { on: false, ..provider() };
        enter(&db, &staff, 1, "s-1", false).await.unwrap();
        assert_eq!(save(&admin, 1, &off, None).await.unwrap(), Version(2));
        assert!(db.signed_in(&[1; 32], NOW).await.unwrap().is_none(), "signed out with it");
        assert_eq!(db.provider_at_the_door().await.unwrap(), None);
        assert_eq!(db.sealed_provider(&admin).await.unwrap().unwrap().sealed_secret, b"s");
        let moved = Provider { issuer: "https://other.example.com".to_owned(), ..provider() };
        assert_eq!(refused(save(&admin, 2, &moved, None).await), needed);
        assert_eq!(save(&admin, 2, &moved, Some(b"t")).await.unwrap(), Version(3));
    }
}
