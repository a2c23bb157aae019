//! Roles of an organisation's own: what they may hold, who has them at once, and when they may go.

use crate::{
    customers::{form, make, refusal},
    support::{now, on_both, root, someone},
};
use domain::{
    account::AccountForm,
    failure::Failure,
    field::FieldError,
    id::RoleId,
    list::ListRequest,
    policy::{Action, Caller, Held, Object, Reach, Rights, Role},
};
use store::Db;

/// Views customers as far as `seen`, edits own ones.
fn desk(seen: Reach) -> Rights {
    Rights::default()
        .set(Object::Account, Action::View, seen)
        .set(Object::Account, Action::Edit, Reach::Own)
        .set(Object::Account, Action::Create, Reach::All)
}

async fn give(db: &Db, user: &Caller, held: Held) -> Caller {
    db.set_user_roles(&root(), user.user, &[held]).await.unwrap();
    now(db, user).await
}

on_both! {
    async fn an_own_role_gives_what_it_says_from_the_next_request_on(db: Db) {
        someone(&db, "admin@example.com", Role::Admin).await;
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let grace = someone(&db, "grace@example.com", Role::Staff).await;
        let theirs = AccountForm { owner: grace.user.to_string(), ..form("Theirs") };
        let theirs = make(&db, &root(), &theirs).await;
        let role = db.put_role(&root(), None, " 柜台 ", &desk(Reach::Own)).await.unwrap();
        let lin = give(&db, &lin, Held::Own(role)).await;
        assert_eq!(refusal(db.account(&lin, theirs).await), Failure::Gone);
        let mine = make(&db, &lin, &form("Mine")).await;
        let mine = db.account(&lin, mine).await.unwrap();
        assert_eq!(mine.data.owner, Some(lin.user));
        let denied = Failure::Denied { action: Action::Delete, object: Object::Account };
        assert_eq!(refusal(db.delete_accounts(&lin, &[mine.id]).await), denied);
        let people = Failure::Denied { action: Action::View, object: Object::Person };
        let list = ListRequest { tab: domain::list::Tab::People, ..ListRequest::default() };
        assert_eq!(refusal(db.person_page(&lin, &list).await), people);
        // Changed, it holds for whoever has it; in a team it reaches the team.
        db.put_role(&root(), Some(role), "Desk", &desk(Reach::Team)).await.unwrap();
        let lin = now(&db, &lin).await;
        assert_eq!(refusal(db.account(&lin, theirs).await), Failure::Gone);
        db.put_team(&root(), None, "Fair", &[lin.user, grace.user]).await.unwrap();
        let lin = now(&db, &lin).await;
        assert!(db.account(&lin, theirs).await.is_ok());
        // Beside a built-in one the longer reach counts.
        let both = [Held::Own(role), Role::Auditor.into()];
        db.set_user_roles(&root(), lin.user, &both).await.unwrap();
        let lin = now(&db, &lin).await;
        assert_eq!(lin.rights.reach(Action::View, Object::Person), Reach::All);
        assert_eq!(lin.rights.reach(Action::Edit, Object::Account), Reach::Own);
        let stored = db.user(&root(), lin.user).await.unwrap().unwrap().roles;
        assert_eq!(stored, [Role::Auditor.into(), Held::Own(role)]);
        let names = db.own_roles(&lin).await.unwrap();
        assert_eq!(format!("{names:?}"), "[BuiltIn(Auditor), Own(\"Desk\")]");
    }

    async fn an_own_role_holds_nothing_it_may_not(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesManager).await;
        let structure = Failure::Denied { action: Action::Administer, object: Object::Structure };
        assert_eq!(refusal(db.put_role(&lin, None, "X", &desk(Reach::All)).await), structure);
        assert_eq!(refusal(db.delete_role(&lin, RoleId::NIL).await), structure);
        for (object, action) in [
            (Object::User, Action::Administer),
            (Object::Structure, Action::Administer),
            (Object::Organisation, Action::Administer),
            (Object::System, Action::View),
        ] {
            let rights = desk(Reach::All).set(object, action, Reach::All);
            let refused = refusal(db.put_role(&root(), None, "X", &rights).await);
            let field = format!("{}.{}", object.code(), action.code());
            assert_eq!(refused, Failure::field(&field, FieldError::UnknownOption));
        }
        let further = desk(Reach::Own).set(Object::Account, Action::Export, Reach::Team);
        let refused = refusal(db.put_role(&root(), None, "X", &further).await);
        assert_eq!(refused, Failure::field("account.export", FieldError::UnknownOption));
        let nameless = refusal(db.put_role(&root(), None, " ", &desk(Reach::All)).await);
        assert_eq!(nameless, Failure::field("name", FieldError::Required));
        assert!(db.structure(&root()).await.unwrap().roles.is_empty());
    }

    async fn a_role_goes_when_nobody_holds_it(db: Db) {
        someone(&db, "admin@example.com", Role::Admin).await;
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let role = db.put_role(&root(), None, "Desk", &desk(Reach::All)).await.unwrap();
        let taken = refusal(db.put_role(&root(), None, "ＤＥＳＫ", &desk(Reach::All)).await);
        assert_eq!(taken, Failure::field("name", FieldError::Taken));
        give(&db, &lin, Held::Own(role)).await;
        let held = refusal(db.delete_role(&root(), role).await);
        assert_eq!(held, Failure::field("people", FieldError::Taken));
        assert_eq!(db.structure(&root()).await.unwrap().roles.len(), 1);
        give(&db, &lin, Role::Staff.into()).await;
        db.delete_role(&root(), role).await.unwrap();
        assert_eq!(refusal(db.delete_role(&root(), role).await), Failure::Gone);
        assert_eq!(refusal(db.put_role(&root(), Some(role), "X", &desk(Reach::All)).await), Failure::Gone);
        let unknown = [Held::Own(role)];
        let refused = refusal(db.set_user_roles(&root(), lin.user, &unknown).await);
        assert_eq!(refused, Failure::field("roles", FieldError::UnknownOption));
    }

    async fn giving_a_role_and_taking_it_away_at_once_leaves_nobody_without_one(db: Db) {
        someone(&db, "admin@example.com", Role::Admin).await;
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        for round in 0..12 {
            let name = format!("Desk {round}");
            let role = db.put_role(&root(), None, &name, &desk(Reach::All)).await.unwrap();
            let held = [Held::Own(role)];
            let system = root();
            let (given, taken) = tokio::join!(
                store::retry(|| db.set_user_roles(&system, lin.user, &held)),
                store::retry(|| db.delete_role(&system, role)),
            );
            assert_ne!(given.is_ok(), taken.is_ok(), "{given:?} {taken:?}");
            let stored = db.user(&root(), lin.user).await.unwrap().unwrap().roles;
            let known = db.structure(&root()).await.unwrap();
            assert!(stored.iter().all(|held| match held {
                Held::Own(id) => known.role(*id).is_some(),
                Held::BuiltIn(_) => true,
            }));
            db.set_user_roles(&root(), lin.user, &[Role::Staff.into()]).await.unwrap();
        }
    }
}
