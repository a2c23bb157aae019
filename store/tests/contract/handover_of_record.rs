//! One record handed over to a colleague: in charge, with a note, shared with whoever gave it; or nothing of it.

use crate::{
    customers::{form, make, operation, refusal},
    support::{on_both, root, someone},
};
use domain::{
    account::AccountForm,
    failure::Failure,
    field::FieldError,
    handover::{RecordHandover, RecordHandoverForm},
    id::UserId,
    note::{Entry, NoteBody, Subject},
    person::PersonForm,
    policy::{Action, Caller, Detail, DetailRule, Object, Reach, Role},
};
use store::Db;

fn wanted(to: UserId, keep: bool) -> RecordHandover {
    RecordHandover { to, note: Some(NoteBody::parse("calls on Monday").unwrap()), keep }
}

/// Somebody who may hand over what they are in charge of, and sees nothing else.
async fn giver(db: &Db) -> Caller {
    let caller = someone(db, "grace@example.com", Role::SalesRep).await;
    let rights = [Object::Account, Object::Person]
        .into_iter()
        .fold(caller.rights, |rights, object| rights.set(object, Action::Assign, Reach::All));
    Caller { rights, ..caller }
}

on_both! {
    async fn a_record_goes_over_with_a_note_and_stays_shared(db: Db) {
        let grace = giver(&db).await;
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        for keep in [true, false] {
            let typed = AccountForm { owner: grace.user.to_string(), ..form("Acme") };
            let number = make(&db, &grace, &typed).await;
            let account = db.account(&grace, number).await.unwrap();
            let record = Subject::Account(account.id);
            let attempt = operation();
            for _ in 0..2 {
                db.hand_over_record(&grace, attempt, record, &wanted(lin.user, keep)).await.unwrap();
            }
            let theirs = db.account(&lin, number).await.unwrap();
            assert_eq!(theirs.data.owner, Some(lin.user));
            let told = db.timeline(&lin, record, None).await.unwrap();
            let notes: Vec<_> = told.entries.iter().filter_map(|entry| match entry {
                Entry::Note(note) => Some((note.body.as_str(), note.by)),
                Entry::Change(_) | Entry::Activity(_) | Entry::Happening(_) => None,
            }).collect();
            assert_eq!(notes, [("calls on Monday", grace.user)], "sent twice, written once");
            let now = db.acting_for(&root(), grace.user).await.unwrap().unwrap();
            let rights = db.record_rights(&now, record).await;
            if keep {
                assert!(rights.unwrap().edit, "still to be changed");
            } else {
                assert_eq!(refusal(rights), Failure::Gone);
            }
            let other = db.hand_over_record(&grace, attempt, record, &wanted(lin.user, !keep)).await;
            assert_eq!(refusal(other), Failure::field("to", FieldError::Differs));
        }
        let typed = PersonForm { full_name: "Ada".to_owned(), owner: grace.user.to_string(), ..PersonForm::default() };
        let ada = db.create_person(&grace, operation(), &typed.parse().unwrap()).await.unwrap();
        let ada = db.person(&grace, ada).await.unwrap();
        db.hand_over_record(&grace, operation(), Subject::Person(ada.id), &wanted(lin.user, true)).await.unwrap();
        assert_eq!(db.person(&lin, ada.number).await.unwrap().data.owner, Some(lin.user));
        db.verify_audit(&root(), 1, &[], |_| {}).await.unwrap().unwrap();
    }

    async fn who_may_not_or_to_whom_it_cannot_go_leaves_everything_as_it_is(db: Db) {
        let grace = giver(&db).await;
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let off = someone(&db, "off@example.com", Role::SalesRep).await;
        someone(&db, "admin@example.com", Role::Admin).await;
        db.set_user_disabled(&root(), off.user, true).await.unwrap();
        let typed = AccountForm { owner: grace.user.to_string(), ..form("Acme") };
        let account = db.account(&grace, make(&db, &grace, &typed).await).await.unwrap();
        let record = Subject::Account(account.id);
        let try_it = |caller: Caller, to: UserId| {
            let db = db.clone();
            async move { refusal(db.hand_over_record(&caller, operation(), record, &wanted(to, true)).await) }
        };
        let denied = |action, object| Failure::Denied { action, object };
        let rep = Caller { rights: Role::SalesRep.rights(), ..grace.clone() };
        assert_eq!(try_it(rep, lin.user).await, denied(Action::Assign, Object::Account));
        let mute = grace.rights.set(Object::Activity, Action::Create, Reach::None);
        let mute = Caller { rights: mute, ..grace.clone() };
        assert_eq!(try_it(mute, lin.user).await, denied(Action::Create, Object::Activity));
        assert_eq!(try_it(lin.clone(), lin.user).await, denied(Action::Assign, Object::Account));
        let stranger = Caller { rights: grace.rights, ..lin.clone() };
        assert_eq!(try_it(stranger, off.user).await, Failure::Gone);
        assert_eq!(try_it(grace.clone(), grace.user).await, Failure::field("to", FieldError::UnknownOption));
        assert_eq!(try_it(grace.clone(), off.user).await, Failure::field("to", FieldError::Unknown));
        assert_eq!(try_it(grace.clone(), UserId::NIL).await, Failure::field("to", FieldError::Unknown));
        let own = Caller { rights: grace.rights.set(Object::Account, Action::Assign, Reach::Own), ..grace.clone() };
        assert_eq!(try_it(own, lin.user).await, denied(Action::Assign, Object::Account));
        assert_eq!(db.account(&grace, account.number).await.unwrap(), account);
        assert_eq!(db.timeline(&grace, record, None).await.unwrap().entries.len(), 1);
        // Taking over what would be shown whole then takes the right to show it.
        let details = grace.rights.details().set(Object::Account, Detail::Phone, DetailRule::MASKED_UNLESS_OWN);
        let rights = lin.rights.set(Object::Account, Action::View, Reach::All);
        let rights = rights.set(Object::Account, Action::Edit, Reach::All).set(Object::Account, Action::Assign, Reach::All);
        let taker = Caller { rights: rights.with_details(details), ..lin.clone() };
        assert_eq!(try_it(taker, lin.user).await, denied(Action::Reveal, Object::Account));
    }
}

#[test]
fn a_form_says_what_is_wrong_with_it() {
    let form = |to: &str, note: &str| RecordHandoverForm {
        to: to.to_owned(),
        note: note.to_owned(),
        keep: false,
    };
    let about =
        |form: RecordHandoverForm, field: &str| form.parse().unwrap_err().about(field).cloned();
    assert_eq!(about(form("", ""), "to"), Some(FieldError::Required));
    assert_eq!(about(form("nobody", ""), "to"), Some(FieldError::UnknownOption));
    let long = "x".repeat(20_001);
    assert!(about(form(&UserId::NIL.to_string(), &long), "note").is_some());
    let plain = form(&UserId::NIL.to_string(), " ").parse().unwrap();
    assert_eq!((plain.to, plain.note), (UserId::NIL, None));
}
