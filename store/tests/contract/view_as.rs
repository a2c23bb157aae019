//! Looking as somebody else: what is seen is theirs, nothing changes, and the log says who looked as whom.

use crate::{
    customers::{form, make, refusal},
    support::{NOW, on_both, root, someone},
};
use domain::{
    account::AccountForm,
    audit::{AuditRequest, Event, LineValues},
    failure::Failure,
    id::UserId,
    list::ListRequest,
    note::{NoteBody, Subject},
    policy::{
        Action, Because, Caller, Guise, Held, MissingStep, Object, Role, RoleName, VIEWED_FOR,
    },
    time::{Instant, MINUTE},
};
use store::{Appearance, Db, NewSession};

async fn signed_in(db: &Db, caller: &Caller, number: u8) -> Caller {
    let new = NewSession {
        token_hash: [number; 32],
        address: "192.0.2.1",
        user_agent: "",
        tries: &[],
        device: None,
        second: None,
        way: store::Way::Password,
    };
    let session = db.open_session(caller, &new).await.unwrap();
    Caller { session: Some(session), ..caller.clone() }
}

async fn viewing(db: &Db, number: u8) -> Option<(Guise, Instant)> {
    db.signed_in(&[number; 32], NOW).await.unwrap().unwrap().viewing
}

/// Who began or ended to look as whom, latest first.
async fn told(db: &Db) -> Vec<(Event, UserId, Option<UserId>)> {
    let lines = db.audit_page(&root(), &AuditRequest::default(), None, None, 50).await.unwrap();
    lines
        .rows
        .into_iter()
        .filter(|line| matches!(line.event, Event::ViewAsStarted | Event::ViewAsEnded))
        .map(|line| (line.event, line.user, line.on_behalf_of))
        .collect()
}

on_both! {
    async fn whoever_looks_as_somebody_sees_theirs_and_changes_nothing(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let admin = signed_in(&db, &admin, 1).await;
        let mine = AccountForm { owner: rep.user.to_string(), ..form("Of the rep") };
        let mine = make(&db, &admin, &mine).await;
        let foreign = make(&db, &admin, &form("Of nobody")).await;
        db.start_viewing(&admin, rep.user).await.unwrap();
        assert_eq!(viewing(&db, 1).await, Some((Guise::User(rep.user), NOW)));
        let seen = db.viewed(&admin, rep.user).await.unwrap().unwrap();
        assert_eq!((seen.user, seen.viewer, seen.rights), (rep.user, Some(admin.user), rep.rights));
        let account = db.account(&seen, mine).await.unwrap();
        assert_eq!(refusal(db.account(&seen, foreign).await), Failure::Gone);
        let list = db.account_page(&seen, &ListRequest::default()).await.unwrap();
        assert_eq!(list.rows.len(), 1);
        let before = told(&db).await;
        // Changes of records, of the own account, and those the rep may not make at all.
        let closed = Failure::ViewingAs;
        let body = NoteBody::parse("Hello").unwrap();
        let subject = Subject::Account(account.id);
        let operation = crate::customers::operation();
        assert_eq!(refusal(db.add_note(&seen, operation, subject, &body).await), closed);
        assert_eq!(refusal(db.delete_accounts(&seen, &[account.id]).await), closed);
        assert_eq!(refusal(db.rename_user(&seen, seen.user, "Other").await), closed);
        assert_eq!(refusal(db.change_password(&seen, "no hash").await), closed);
        assert_eq!(refusal(db.own_password(&seen).await), closed);
        assert_eq!(refusal(db.sessions_of(&seen, seen.user).await), closed);
        assert_eq!(refusal(db.revoke_others(&seen).await), closed);
        assert_eq!(refusal(db.confirm_session(&seen, None).await), closed);
        assert_eq!(refusal(db.save_appearance(&seen, &Appearance::default()).await), closed);
        assert_eq!(refusal(db.own_second_step(&seen).await), closed);
        assert_eq!(refusal(db.begin_second_step(&seen, b"key").await), closed);
        assert_eq!(refusal(db.renew_recovery_codes(&seen, &[]).await), closed);
        let denied = Failure::Denied { action: Action::Export, object: Object::Account };
        assert_eq!(refusal(db.note_export(&seen, Object::Account, "", 1).await), denied);
        assert_eq!(told(&db).await, before);
        let own = Caller { session: rep.session, ..rep.clone() };
        assert_eq!(db.account(&own, mine).await.unwrap().version, account.version);
        // As an administrator sees it, files are closed, too, and so is looking further.
        let other = someone(&db, "other@example.com", Role::Admin).await;
        let seen = db.viewed(&admin, other.user).await.unwrap().unwrap();
        assert_eq!(refusal(db.note_export(&seen, Object::Account, "", 1).await), closed);
        assert_eq!(refusal(db.start_viewing(&seen, rep.user).await), closed);
        assert_eq!(refusal(db.set_user_disabled(&seen, rep.user, true).await), closed);
        assert_eq!(db.users(&seen).await.unwrap().len(), 3, "pages of theirs are there");
    }

    async fn whoever_looks_as_a_role_keeps_their_own_records_and_no_other_right(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let admin = signed_in(&db, &admin, 1).await;
        let mine = AccountForm { owner: admin.user.to_string(), ..form("Of the admin") };
        let mine = make(&db, &admin, &mine).await;
        let foreign = make(&db, &admin, &form("Of nobody")).await;
        let rep = Held::from(Role::SalesRep);
        db.start_viewing_role(&admin, rep).await.unwrap();
        assert_eq!(viewing(&db, 1).await, Some((Guise::Role(rep), NOW)));
        let (seen, name) = db.viewed_role(&admin, rep).await.unwrap().unwrap();
        assert_eq!(name, RoleName::BuiltIn(Role::SalesRep));
        assert_eq!((seen.user, seen.viewer), (admin.user, Some(admin.user)));
        assert_eq!(seen.rights, Role::SalesRep.rights());
        let account = db.account(&seen, mine).await.unwrap();
        assert_eq!(refusal(db.account(&seen, foreign).await), Failure::Gone);
        let closed = Failure::ViewingAs;
        assert_eq!(refusal(db.delete_accounts(&seen, &[account.id]).await), closed);
        assert_eq!(refusal(db.rename_user(&seen, seen.user, "Other").await), closed);
        assert_eq!(refusal(db.sessions_of(&seen, seen.user).await), closed);
        assert_eq!(refusal(db.start_viewing_role(&seen, rep).await), Failure::Denied { action: Action::ViewAs, object: Object::User });
        let (chief, _) = db.viewed_role(&admin, Role::Admin.into()).await.unwrap().unwrap();
        assert_eq!(refusal(db.note_export(&chief, Object::Account, "", 1).await), closed);
        assert_eq!(refusal(db.start_viewing_role(&chief, rep).await), closed);
        let told_of = db.abilities_with(&admin, rep, Subject::Account(account.id)).await.unwrap();
        let may = |action| told_of.abilities.iter().any(|told| told.action == action && told.may);
        assert!(may(Action::Edit) && !may(Action::Export));
        db.stop_viewing(&admin, admin.user).await.unwrap();
        assert_eq!(viewing(&db, 1).await, None);
        assert_eq!(told(&db).await, [(Event::ViewAsEnded, admin.user, None), (Event::ViewAsStarted, admin.user, None)]);
        // A role of one's own ends it when it goes, and signing out does.
        let own = Held::Own(db.put_role(&admin, None, "Desk", &Role::SalesRep.rights()).await.unwrap());
        db.start_viewing_role(&admin, own).await.unwrap();
        assert_eq!(db.viewed_role(&admin, own).await.unwrap().unwrap().1, RoleName::Own("Desk".to_owned()));
        let Held::Own(id) = own else { unreachable!() };
        db.close_session(&admin).await.unwrap();
        let named = |line: &domain::audit::AuditLine| match &line.values {
            LineValues::Shown(fields) => fields.iter().any(|field| field.after == "Desk"),
            _ => false,
        };
        let lines = db.audit_page(&root(), &AuditRequest::default(), None, None, 50).await.unwrap().rows;
        let of_views = |line: &&domain::audit::AuditLine| matches!(line.event, Event::ViewAsStarted | Event::ViewAsEnded);
        assert_eq!(lines.iter().filter(of_views).filter(|line| named(line)).count(), 2);
        db.delete_role(&admin, id).await.unwrap();
        assert!(db.viewed_role(&admin, own).await.unwrap().is_none());
        assert_eq!(refusal(db.start_viewing_role(&admin, own).await), Failure::Gone);
        // Neither more than the own rights, nor without the right and a fresh proof.
        let less = admin.rights.set(Object::Account, Action::Export, domain::policy::Reach::Team);
        let less = Caller { rights: less, ..admin.clone() };
        assert!(db.viewed_role(&less, Role::SalesManager.into()).await.unwrap().is_none());
        assert!(matches!(refusal(db.start_viewing_role(&less, Role::SalesManager.into()).await), Failure::Invalid(_)));
        let stale = Caller { now: NOW.plus(11 * MINUTE), ..admin.clone() };
        assert!(matches!(refusal(db.start_viewing_role(&stale, rep).await), Failure::ConfirmIdentity { .. }));
        let staff = Caller { rights: Role::Staff.rights(), ..admin.clone() };
        assert!(db.viewed_role(&staff, rep).await.unwrap().is_none());
    }

    async fn it_ends_by_itself_and_both_names_are_kept(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let admin = signed_in(&db, &admin, 1).await;
        db.start_viewing(&admin, rep.user).await.unwrap();
        let started = (Event::ViewAsStarted, admin.user, Some(rep.user));
        let ended = (Event::ViewAsEnded, admin.user, Some(rep.user));
        assert_eq!(told(&db).await, [started]);
        // Twice is once, and somebody else's browser is not concerned.
        let elsewhere = signed_in(&db, &admin, 2).await;
        db.stop_viewing(&elsewhere, rep.user).await.unwrap();
        assert!(viewing(&db, 1).await.is_some());
        db.stop_viewing(&admin, rep.user).await.unwrap();
        db.stop_viewing(&admin, rep.user).await.unwrap();
        assert_eq!((viewing(&db, 1).await, told(&db).await), (None, vec![ended, started]));
        // Signing out ends it, too.
        db.start_viewing(&admin, rep.user).await.unwrap();
        db.close_session(&admin).await.unwrap();
        assert_eq!(told(&db).await, [ended, started, ended, started]);
        // Whoever is switched off is no longer looked at; neither is anything for who lost the right.
        assert!(db.viewed(&admin, rep.user).await.unwrap().is_some());
        let staff = Caller { rights: Role::Staff.rights(), ..admin.clone() };
        assert!(db.viewed(&staff, rep.user).await.unwrap().is_none());
        db.set_user_disabled(&admin, rep.user, true).await.unwrap();
        assert!(db.viewed(&admin, rep.user).await.unwrap().is_none());
        assert_eq!(VIEWED_FOR, 60 * MINUTE);
    }

    async fn only_administrators_look_and_never_with_more_than_their_own_rights(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let admin = signed_in(&db, &admin, 1).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let refused = |answer: Result<(), store::StoreError>| match refusal(answer) {
            Failure::Invalid(errors) => errors.about("user").is_some(),
            other => panic!("{other:?}"),
        };
        assert!(refused(db.start_viewing(&admin, admin.user).await));
        let unknown = UserId(uuid::Uuid::from_u128(7));
        assert_eq!(refusal(db.start_viewing(&admin, unknown).await), Failure::Gone);
        let stale = Caller { now: NOW.plus(11 * MINUTE), ..admin.clone() };
        let again = refusal(db.start_viewing(&stale, rep.user).await);
        assert!(matches!(again, Failure::ConfirmIdentity { .. }));
        // Somebody with the right, but without one that is looked at.
        let less = admin.rights.set(Object::Account, Action::Export, domain::policy::Reach::Team);
        let less = Caller { rights: less, ..admin.clone() };
        let chief = someone(&db, "chief@example.com", Role::SalesManager).await;
        assert!(refused(db.start_viewing(&less, chief.user).await));
        db.start_viewing(&less, rep.user).await.unwrap();
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Admin) {
            let caller = Caller { rights: role.rights(), ..admin.clone() };
            let denied = Failure::Denied { action: Action::ViewAs, object: Object::User };
            assert_eq!(refusal(db.start_viewing(&caller, rep.user).await), denied);
        }
    }

    async fn why_somebody_may_do_what_with_a_record_is_told(db: Db) {
        let admin = someone(&db, "admin@example.com", Role::Admin).await;
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let mine = AccountForm { owner: rep.user.to_string(), ..form("Of the rep") };
        let mine = make(&db, &admin, &mine).await;
        let account = db.account(&admin, mine).await.unwrap();
        let subject = Subject::Account(account.id);
        let all = db.abilities(&admin, rep.user, subject).await.unwrap();
        assert_eq!(all.kept_back, [], "reps see all of it");
        for ability in &all.abilities {
            let may = matches!(ability.action, Action::View | Action::Edit | Action::BulkEdit | Action::Delete);
            let because = if may { Because::InCharge } else { Because::NoRight };
            assert_eq!((ability.may, &ability.because), (may, &because), "{:?}", ability.action);
        }
        assert_eq!(all.missing_step, None);
        // A role that demands a second step keeps everything from whoever has none.
        let demanding = [Held::from(Role::SalesRep)];
        db.require_second_step(&admin, None, &demanding).await.unwrap();
        let role = RoleName::BuiltIn(Role::SalesRep);
        let missing = Some(MissingStep { role, unless_vouched: false });
        assert_eq!(db.abilities(&admin, rep.user, subject).await.unwrap().missing_step, missing);
        let told = db.abilities_with(&admin, demanding[0], subject).await.unwrap();
        assert_eq!(told.missing_step, missing, "the caller has none either");
        assert_eq!(db.abilities(&admin, admin.user, subject).await.unwrap().missing_step, None);
        let unknown = UserId(uuid::Uuid::from_u128(7));
        assert_eq!(refusal(db.abilities(&admin, unknown, subject).await), Failure::Gone);
        let denied = Failure::Denied { action: Action::ViewAs, object: Object::User };
        assert_eq!(refusal(db.abilities(&rep, rep.user, subject).await), denied);
        db.delete_accounts(&admin, &[account.id]).await.unwrap();
        assert_eq!(refusal(db.abilities(&admin, rep.user, subject).await), Failure::Gone);
    }
}
