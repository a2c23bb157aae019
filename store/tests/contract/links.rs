//! Links that work once: who makes them, for whom they work, and when they no longer do.

use crate::support::{NOW, on_both, root, someone};
use domain::{
    failure::Failure,
    field::FieldError,
    link::{LinkPurpose, UserLink},
    policy::{Caller, Confirmed, Proof, Role},
    time::{HOUR, Instant, MINUTE},
    user::UserDraft,
};
use std::collections::BTreeSet;
use store::{Db, NewSession, Secret, StoreError};

fn refused<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> Failure {
    match answer {
        Err(StoreError::Refused(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

fn draft(email: &str) -> UserDraft {
    UserDraft {
        email: email.to_owned(),
        email_norm: email.to_lowercase(),
        name: "Wang Fang".to_owned(),
        roles: vec![Role::Staff.into()],
    }
}

pub fn secret(link: &UserLink) -> Secret {
    let (_, secret) = link.path.rsplit_once('/').unwrap();
    Secret::read(secret).unwrap()
}

async fn works(db: &Db, link: &UserLink, now: Instant) -> bool {
    db.link_for(&secret(link), link.purpose, now).await.unwrap().is_some()
}

async fn password(db: &Db, email: &str) -> Option<String> {
    db.sign_in_candidate(email).await.unwrap().map(|candidate| candidate.password)
}

on_both! {
    async fn whoever_is_invited_signs_in_only_after_choosing_a_password(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let link = db.invite_user(&admin, &draft("Wang@example.com")).await.unwrap();
        assert_eq!((link.purpose, &*link.email), (LinkPurpose::Invite, "Wang@example.com"));
        assert!(!format!("{link:?}").contains(&secret(&link).text()));
        let users = db.users(&admin).await.unwrap();
        let invited = users.iter().find(|user| user.email == "Wang@example.com").unwrap();
        assert!(invited.invited && !invited.disabled);
        assert_eq!(password(&db, "wang@example.com").await, None);
        assert_eq!(
            refused(db.invite_user(&admin, &draft("WANG@example.com")).await),
            Failure::field("email", FieldError::Taken)
        );
        // Another link for somebody who has no password yet is an invitation, and the only one that works.
        let second = db.make_user_link(&admin, invited.id).await.unwrap();
        assert_eq!(second.purpose, LinkPurpose::Invite);
        assert!(!works(&db, &link, NOW).await && works(&db, &second, NOW).await);
        assert!(works(&db, &second, NOW.plus(72 * HOUR - 1)).await);
        assert!(!works(&db, &second, NOW.plus(72 * HOUR)).await);
        let user = db.use_link(&secret(&second), LinkPurpose::Invite, "hash", NOW).await.unwrap();
        assert_eq!(user, invited.id);
        assert_eq!(password(&db, "wang@example.com").await.as_deref(), Some("hash"));
        assert!(!db.user(&admin, user).await.unwrap().unwrap().invited);
    }

    async fn a_link_is_used_once_and_ends_every_session(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        let new = NewSession {
            token_hash: [1; 32], address: "", user_agent: "", tries: &[], device: None, second: None,
 way: store::Way::Password,
        };
        db.open_session(&staff, &new).await.unwrap();
        let link = db.make_user_link(&admin, staff.user).await.unwrap();
        assert_eq!(link.purpose, LinkPurpose::Reset);
        assert!(works(&db, &link, NOW.plus(30 * MINUTE - 1)).await);
        assert!(!works(&db, &link, NOW.plus(30 * MINUTE)).await);
        // Not as the other kind, and nothing has happened yet.
        assert_eq!(
            refused(db.use_link(&secret(&link), LinkPurpose::Invite, "x", NOW).await),
            Failure::Gone
        );
        assert_eq!(password(&db, "staff@example.com").await.as_deref(), Some("no hash"));
        assert!(db.signed_in(&[1; 32], NOW).await.unwrap().is_some());

        db.use_link(&secret(&link), LinkPurpose::Reset, "new", NOW).await.unwrap();
        assert_eq!(password(&db, "staff@example.com").await.as_deref(), Some("new"));
        assert!(db.signed_in(&[1; 32], NOW).await.unwrap().is_none());
        let again = db.use_link(&secret(&link), LinkPurpose::Reset, "newer", NOW).await;
        assert_eq!(refused(again), Failure::Gone);
        assert_eq!(password(&db, "staff@example.com").await.as_deref(), Some("new"));
        let unknown = Secret::new().unwrap();
        let never = db.use_link(&unknown, LinkPurpose::Reset, "newer", NOW).await;
        assert_eq!(refused(never), Failure::Gone);
    }

    async fn of_fifty_uses_at_once_one_succeeds(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        let link = db.make_user_link(&admin, staff.user).await.unwrap();
        let text = secret(&link).text();
        let calls: Vec<_> = (0..50)
            .map(|number| {
                let (db, text) = (db.clone(), text.clone());
                tokio::spawn(async move {
                    let link = Secret::read(&text).unwrap();
                    let hash = format!("hash {number}");
                    store::retry(|| db.use_link(&link, LinkPurpose::Reset, &hash, NOW)).await.map(|_| hash)
                })
            })
            .collect();
        let mut won = BTreeSet::new();
        for call in calls {
            match call.await.unwrap() {
                Ok(hash) => { won.insert(hash); }
                Err(error) => assert_eq!(refused::<()>(Err(error)), Failure::Gone),
            }
        }
        assert_eq!(won.len(), 1, "{won:?}");
        assert_eq!(password(&db, "staff@example.com").await, won.pop_first());
    }

    async fn a_link_dies_with_what_it_was_made_for(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let mut staff = someone(&db, "staff@example.com", Role::Staff).await;
        let new = NewSession {
            token_hash: [1; 32], address: "", user_agent: "", tries: &[], device: None, second: None,
 way: store::Way::Password,
        };
        let dead = async |link: &UserLink, why: &str| {
            assert!(!works(&db, link, NOW).await, "{why}");
            let used = db.use_link(&secret(link), link.purpose, "stolen", NOW).await;
            assert_eq!(refused(used), Failure::Gone, "{why}");
        };
        let link = db.make_user_link(&admin, staff.user).await.unwrap();
        staff.session = Some(db.open_session(&staff, &new).await.unwrap());
        db.change_password(&staff, "changed").await.unwrap();
        dead(&link, "the password was changed").await;

        let link = db.make_user_link(&admin, staff.user).await.unwrap();
        db.set_user_disabled(&admin, staff.user, true).await.unwrap();
        dead(&link, "switched off").await;
        assert_eq!(refused(db.make_user_link(&admin, staff.user).await), Failure::Gone);
        db.set_user_disabled(&admin, staff.user, false).await.unwrap();
        dead(&link, "switched off and on again").await;

        let link = db.make_user_link(&admin, staff.user).await.unwrap();
        db.begin_second_step(&staff, b"sealed").await.unwrap();
        db.turn_on_second_step(&staff, b"sealed", 1, &[]).await.unwrap();
        dead(&link, "a second step was switched on").await;
        assert_eq!(password(&db, "staff@example.com").await.as_deref(), Some("changed"));
    }

    async fn links_are_made_by_administrators_who_have_just_shown_who_they_are(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        for failure in [
            refused(db.invite_user(&staff, &draft("x@example.com")).await),
            refused(db.make_user_link(&staff, admin.user).await),
            refused(db.make_user_link(&staff, staff.user).await),
        ] {
            assert!(matches!(failure, Failure::Denied { .. }), "{failure:?}");
        }
        let stale = Caller { confirmed: Confirmed::by_password(NOW.plus(-11 * MINUTE)), ..admin };
        let again = Failure::ConfirmIdentity { by: Proof::Password };
        assert_eq!(refused(db.invite_user(&stale, &draft("x@example.com")).await), again);
        assert_eq!(refused(db.make_user_link(&stale, staff.user).await), again);
        assert_eq!(refused(db.set_user_roles(&stale, staff.user, &[Role::Admin.into()]).await), again);
        assert_eq!(refused(db.set_user_disabled(&stale, staff.user, true).await), again);
        assert_eq!(refused(db.reset_password(&stale, staff.user, "hash").await), again);
        assert_eq!(refused(db.add_user(&stale, &draft("x@example.com"), "hash").await), again);
        assert_eq!(refused(db.remove_second_step(&stale, staff.user).await), again);
        assert_eq!(refused(db.require_second_step(&stale, None, &[Role::Staff.into()]).await), again);
        assert_eq!(
            refused(db.note_export(&stale, domain::policy::Object::Account, "", 0).await),
            again
        );
        assert_eq!(db.users(&stale).await.unwrap().len(), 2, "looking takes no proof");
    }

    async fn what_has_run_out_is_forgotten(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        db.make_user_link(&admin, staff.user).await.unwrap();
        let mut later = root();
        assert_eq!(db.forget_links(&later).await.unwrap(), 0);
        later.now = NOW.plus(HOUR);
        assert_eq!(db.forget_links(&later).await.unwrap(), 1);
    }
}
