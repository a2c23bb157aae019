//! Users: adding, roles, switching off, passwords.

use crate::support::{on_both, root, someone};
use domain::{
    failure::Failure,
    field::FieldError,
    id::UserId,
    lang::Lang,
    policy::Role,
    user::UserDraft,
};
use store::{Appearance, Db, NewSession, StoreError};

fn refused<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> Failure {
    match answer {
        Err(StoreError::Refused(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

fn session(number: u8) -> NewSession<'static> {
    NewSession { token_hash: [number; 32], address: "192.0.2.1", user_agent: "test", tries: None }
}

on_both! {
    async fn one_e_mail_address_is_one_user(db: Db) {
        someone(&db, "lin@example.com", Role::Staff).await;
        let again = UserDraft {
            email: "Lin@Example.com".to_owned(),
            email_norm: "lin@example.com".to_owned(),
            name: "Lin".to_owned(),
            role: Role::Staff,
        };
        let taken = refused(store::add_user(&db, &root(), &again, "hash").await);
        assert_eq!(taken, Failure::field("email", FieldError::Taken));
        assert_eq!(store::users(&db, &root()).await.unwrap().len(), 1);
    }

    async fn the_last_administrator_stays(db: Db) {
        let one = someone(&db, "one@example.com", Role::Admin).await;
        let two = someone(&db, "two@example.com", Role::Admin).await;
        store::set_user_disabled(&db, &one, two.user, true).await.unwrap();
        let last = Failure::field("last_admin", FieldError::Required);
        assert_eq!(refused(store::set_user_disabled(&db, &one, one.user, true).await), last);
        assert_eq!(refused(store::set_user_role(&db, &one, one.user, Role::Staff).await), last);
        let users = store::users(&db, &one).await.unwrap();
        assert!(users.iter().any(|user| user.id == one.user && user.role == Role::Admin && !user.disabled));
    }

    async fn two_administrators_switching_each_other_off_leave_one(db: Db) {
        let mut one = someone(&db, "one@example.com", Role::Admin).await;
        for round in 0..10 {
            let two = someone(&db, &format!("two{round}@example.com"), Role::Admin).await;
            let (a, b) = tokio::join!(
                store::set_user_disabled(&db, &one, two.user, true),
                store::set_user_disabled(&db, &two, one.user, true),
            );
            assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
            one = if a.is_ok() { one } else { two };
        }
        let users = store::users(&db, &one).await.unwrap();
        assert_eq!(users.iter().filter(|user| !user.disabled).count(), 1);
    }

    async fn staff_administer_nobody(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        let denied = |failure: Failure| assert!(matches!(failure, Failure::Denied { .. }), "{failure:?}");
        denied(refused(store::users(&db, &staff).await));
        denied(refused(store::user(&db, &staff, admin.user).await));
        denied(refused(store::set_user_role(&db, &staff, staff.user, Role::Admin).await));
        denied(refused(store::set_user_disabled(&db, &staff, admin.user, true).await));
        denied(refused(store::reset_password(&db, &staff, admin.user, "hash").await));
        denied(refused(store::rename_user(&db, &staff, admin.user, "x").await));
        denied(refused(store::sessions_of(&db, &staff, admin.user).await));
        assert_eq!(store::user(&db, &staff, staff.user).await.unwrap().unwrap().email, "staff@example.com");
        let names: Vec<UserId> =
            store::colleagues(&db, &staff).await.unwrap().into_iter().map(|one| one.id).collect();
        assert_eq!(names.len(), 2);
    }

    async fn a_new_password_ends_the_other_sessions(db: Db) {
        let mut staff = someone(&db, "staff@example.com", Role::Staff).await;
        let this = store::open_session(&db, &staff, &session(1)).await.unwrap();
        store::open_session(&db, &staff, &session(2)).await.unwrap();
        staff.session = Some(this);
        assert_eq!(store::own_password(&db, &staff).await.unwrap(), "no hash");
        store::change_password(&db, &staff, "new hash").await.unwrap();
        assert_eq!(store::own_password(&db, &staff).await.unwrap(), "new hash");
        assert!(store::signed_in(&db, &[1; 32], staff.now).await.unwrap().is_some());
        assert!(store::signed_in(&db, &[2; 32], staff.now).await.unwrap().is_none());
        store::reset_password(&db, &root(), staff.user, "third").await.unwrap();
        assert!(store::signed_in(&db, &[1; 32], staff.now).await.unwrap().is_none());
        store::renew_hash(&db, &staff, "not it", "fourth").await.unwrap();
        assert_eq!(store::own_password(&db, &staff).await.unwrap(), "third");
        store::renew_hash(&db, &staff, "third", "fourth").await.unwrap();
        assert_eq!(store::own_password(&db, &staff).await.unwrap(), "fourth");
    }

    async fn guessing_ones_own_password_is_slowed_down(db: Db) {
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        for _ in 0..4 {
            store::own_password(&db, &staff).await.unwrap();
        }
        let limited = refused(store::own_password(&db, &staff).await);
        assert_eq!(limited, Failure::RateLimited { retry_seconds: 1 });
        store::change_password(&db, &staff, "new").await.unwrap();
        store::own_password(&db, &staff).await.unwrap();
    }

    async fn appearance_changes_only_what_is_named(db: Db) {
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        store::open_session(&db, &staff, &session(1)).await.unwrap();
        let theme = Appearance { theme: Some("dark".to_owned()), ..Appearance::default() };
        store::save_appearance(&db, &staff, &theme).await.unwrap();
        let lang = Appearance { lang: Some(Some(Lang::Zh)), ..Appearance::default() };
        store::save_appearance(&db, &staff, &lang).await.unwrap();
        let seen = store::signed_in(&db, &[1; 32], staff.now).await.unwrap().unwrap();
        assert_eq!((seen.lang, &*seen.theme, &*seen.density), (Some(Lang::Zh), "dark", "default"));
        let none = Appearance { lang: Some(None), ..Appearance::default() };
        store::save_appearance(&db, &staff, &none).await.unwrap();
        let seen = store::signed_in(&db, &[1; 32], staff.now).await.unwrap().unwrap();
        assert_eq!((seen.lang, &*seen.theme), (None, "dark"));
    }
}
