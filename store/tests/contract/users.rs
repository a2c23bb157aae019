//! Users: adding, roles, switching off, passwords.

use crate::{
    links::secret,
    support::{NOW, on_both, root, someone},
};
use domain::{
    failure::Failure, field::FieldError, id::UserId, lang::Lang, link::LinkPurpose, policy::Role,
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
    NewSession {
        token_hash: [number; 32],
        address: "192.0.2.1",
        user_agent: "test",
        tries: &[],
        device: None,
        second: None,
        way: store::Way::Password,
    }
}

on_both! {
    async fn one_e_mail_address_is_one_user(db: Db) {
        someone(&db, "lin@example.com", Role::Staff).await;
        let again = UserDraft {
            email: "Lin@Example.com".to_owned(),
            email_norm: "lin@example.com".to_owned(),
            name: "Lin".to_owned(),
            roles: vec![Role::Staff.into()],
        };
        let taken = refused(db.add_user(&root(), &again, "hash").await);
        assert_eq!(taken, Failure::field("email", FieldError::Taken));
        assert_eq!(db.users(&root()).await.unwrap().len(), 1);
    }

    async fn the_last_administrator_stays(db: Db) {
        let one = someone(&db, "one@example.com", Role::Admin).await;
        let two = someone(&db, "two@example.com", Role::Admin).await;
        db.set_user_disabled(&one, two.user, true).await.unwrap();
        let last = Failure::field("last_admin", FieldError::Required);
        assert_eq!(refused(db.set_user_disabled(&one, one.user, true).await), last);
        assert_eq!(refused(db.set_user_roles(&one, one.user, &[Role::Staff.into()]).await), last);
        let users = db.users(&one).await.unwrap();
        assert!(users.iter().any(|user| user.id == one.user && user.roles == [Role::Admin.into()] && !user.disabled));
    }

    async fn an_administrator_who_is_only_invited_is_not_the_last(db: Db) {
        let one = someone(&db, "one@example.com", Role::Admin).await;
        let invited = UserDraft {
            email: "two@example.com".to_owned(),
            email_norm: "two@example.com".to_owned(),
            name: "Two".to_owned(),
            roles: vec![Role::Admin.into()],
        };
        let link = db.invite_user(&one, &invited).await.unwrap();
        let last = Failure::field("last_admin", FieldError::Required);
        assert_eq!(refused(db.set_user_disabled(&one, one.user, true).await), last);
        assert_eq!(refused(db.set_user_roles(&one, one.user, &[Role::Staff.into()]).await), last);
        // Other roles leave an invitation as it is.
        let users = db.users(&one).await.unwrap();
        let two = users.iter().find(|user| user.invited).unwrap().id;
        db.set_user_roles(&one, two, &[Role::Admin.into(), Role::Staff.into()]).await.unwrap();
        db.use_link(&secret(&link), LinkPurpose::Invite, "a hash", NOW).await.unwrap();
        db.set_user_disabled(&one, one.user, true).await.unwrap();
    }

    async fn a_password_that_was_changed_while_it_was_compared_opens_nothing(db: Db) {
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        let candidate = async || db.sign_in_candidate("staff@example.com").await.unwrap().unwrap();
        let typed = |version| NewSession { way: store::Way::Typed(version), ..session(1) };
        let before = candidate().await.credential_version;
        db.reset_password(&root(), staff.user, "another hash").await.unwrap();
        assert_eq!(refused(db.open_session(&staff, &typed(before)).await), Failure::SignedOut);
        // The same password in a stronger form is no other one.
        let after = candidate().await;
        db.renew_hash(&staff, &after.password, "stronger hash").await.unwrap();
        assert_eq!(candidate().await.password, "stronger hash");
        db.open_session(&staff, &typed(after.credential_version)).await.unwrap();
    }

    async fn two_administrators_switching_each_other_off_leave_one(db: Db) {
        let mut one = someone(&db, "one@example.com", Role::Admin).await;
        for round in 0..10 {
            let two = someone(&db, &format!("two{round}@example.com"), Role::Admin).await;
            let (a, b) = tokio::join!(
                db.set_user_disabled(&one, two.user, true),
                db.set_user_disabled(&two, one.user, true),
            );
            assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
            one = if a.is_ok() { one } else { two };
        }
        let users = db.users(&one).await.unwrap();
        assert_eq!(users.iter().filter(|user| !user.disabled).count(), 1);
    }

    async fn staff_administer_nobody(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        let denied = |failure: Failure| assert!(matches!(failure, Failure::Denied { .. }), "{failure:?}");
        denied(refused(db.users(&staff).await));
        denied(refused(db.user(&staff, admin.user).await));
        denied(refused(db.set_user_roles(&staff, staff.user, &[Role::Admin.into()]).await));
        denied(refused(db.set_user_disabled(&staff, admin.user, true).await));
        denied(refused(db.reset_password(&staff, admin.user, "hash").await));
        denied(refused(db.rename_user(&staff, admin.user, "x").await));
        denied(refused(db.sessions_of(&staff, admin.user).await));
        assert_eq!(db.user(&staff, staff.user).await.unwrap().unwrap().email, "staff@example.com");
        let names: Vec<UserId> =
            db.colleagues(&staff).await.unwrap().into_iter().map(|one| one.id).collect();
        assert_eq!(names.len(), 2);
    }

    async fn a_new_password_ends_the_other_sessions(db: Db) {
        let mut staff = someone(&db, "staff@example.com", Role::Staff).await;
        let this = db.open_session(&staff, &session(1)).await.unwrap();
        db.open_session(&staff, &session(2)).await.unwrap();
        staff.session = Some(this);
        assert_eq!(db.own_password(&staff).await.unwrap(), "no hash");
        db.change_password(&staff, "new hash").await.unwrap();
        assert_eq!(db.own_password(&staff).await.unwrap(), "new hash");
        assert!(db.signed_in(&[1; 32], staff.now).await.unwrap().is_some());
        assert!(db.signed_in(&[2; 32], staff.now).await.unwrap().is_none());
        db.reset_password(&root(), staff.user, "third").await.unwrap();
        assert!(db.signed_in(&[1; 32], staff.now).await.unwrap().is_none());
        db.renew_hash(&staff, "not it", "fourth").await.unwrap();
        assert_eq!(db.own_password(&staff).await.unwrap(), "third");
        db.renew_hash(&staff, "third", "fourth").await.unwrap();
        assert_eq!(db.own_password(&staff).await.unwrap(), "fourth");
    }

    async fn guessing_ones_own_password_is_slowed_down(db: Db) {
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        for _ in 0..4 {
            db.own_password(&staff).await.unwrap();
        }
        let limited = refused(db.own_password(&staff).await);
        assert_eq!(limited, Failure::RateLimited { retry_seconds: 1 });
        db.change_password(&staff, "new").await.unwrap();
        db.own_password(&staff).await.unwrap();
    }

    async fn appearance_changes_only_what_is_named(db: Db) {
        let staff = someone(&db, "staff@example.com", Role::Staff).await;
        db.open_session(&staff, &session(1)).await.unwrap();
        let theme = Appearance { theme: Some("dark".to_owned()), ..Appearance::default() };
        db.save_appearance(&staff, &theme).await.unwrap();
        let lang = Appearance { lang: Some(Some(Lang::Zh)), ..Appearance::default() };
        db.save_appearance(&staff, &lang).await.unwrap();
        let seen = db.signed_in(&[1; 32], staff.now).await.unwrap().unwrap();
        assert_eq!((seen.lang, &*seen.theme, &*seen.density), (Some(Lang::Zh), "dark", "default"));
        let none = Appearance { lang: Some(None), ..Appearance::default() };
        db.save_appearance(&staff, &none).await.unwrap();
        let seen = db.signed_in(&[1; 32], staff.now).await.unwrap().unwrap();
        assert_eq!((seen.lang, &*seen.theme), (None, "dark"));
    }

    async fn a_reset_password_works_at_once(db: Db) {
        let admin = someone(&db, "boss@example.com", Role::Admin).await;
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let account = [store::Subject::account("lin@example.com")];
        while db.claim_try(&account, admin.now).await.is_ok() {}
        db.reset_password(&admin, lin.user, "new hash").await.unwrap();
        assert!(db.claim_try(&account, admin.now).await.is_ok());
    }
}
