//! Notes: written once, their authors' own, with every change in the trail, and only while the record
//! they hang on is there.

use crate::{
    customers::{form, make, operation},
    support::{on_both, root, someone},
};
use domain::{
    audit::{AuditRequest, Event, LineValues},
    failure::Failure,
    field::FieldError,
    id::Version,
    note::{Entry, NoteBody, Subject},
    policy::{Object, Role},
};
use store::{Db, StoreError};

fn refusal<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> Failure {
    match answer {
        Err(StoreError::Refused(failure)) => failure,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

on_both! {
    async fn the_same_attempt_writes_one_note(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let subject = Subject::Account(db.account(&caller, number).await.unwrap().id);
        let (attempt, body) = (operation(), NoteBody::parse("hello").unwrap());
        let first = db.add_note(&caller, attempt, subject, &body).await.unwrap();
        assert_eq!(db.add_note(&caller, attempt, subject, &body).await.unwrap(), first);
        let other = NoteBody::parse("other").unwrap();
        let differs = refusal(db.add_note(&caller, attempt, subject, &other).await);
        assert_eq!(differs, Failure::field("body", FieldError::Differs));
        let page = db.timeline(&caller, subject, None).await.unwrap();
        let notes = page.entries.iter().filter(|entry| matches!(entry, Entry::Note(_)));
        assert_eq!(notes.count(), 1);
    }

    async fn a_note_that_is_written_is_a_line_of_the_audit_log(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &lin, &form("Acme")).await;
        let subject = Subject::Account(db.account(&lin, number).await.unwrap().id);
        let body = NoteBody::parse("Wants the big one.").unwrap();
        let note = db.add_note(&lin, operation(), subject, &body).await.unwrap();
        let only = AuditRequest { object: Some(Object::Activity), ..AuditRequest::default() };
        let lines = db.audit_page(&root(), &only, None, None, 10).await.unwrap().rows;
        assert_eq!((lines.len(), lines[0].event, lines[0].user), (1, Event::Created, lin.user));
        let LineValues::Shown(fields) = &lines[0].values else { panic!("{lines:?}") };
        assert_eq!((&*fields[0].field, &*fields[0].after), ("body", "Wants the big one."));
        // Its own timeline has the note itself, and the line is not told twice.
        let entries = db.timeline(&lin, subject, None).await.unwrap().entries;
        let notes = entries.iter().filter(|entry| matches!(entry, Entry::Note(found) if found.id == note));
        assert_eq!((notes.count(), entries.len()), (1, 2));
    }

    async fn only_the_author_and_administrators_put_a_note_back(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let wang = someone(&db, "wang@example.com", Role::Staff).await;
        let boss = someone(&db, "boss@example.com", Role::Admin).await;
        let number = make(&db, &lin, &form("Acme")).await;
        let account = db.account(&lin, number).await.unwrap();
        let subject = Subject::Account(account.id);
        let body = NoteBody::parse("hello").unwrap();
        let id = db.add_note(&lin, operation(), subject, &body).await.unwrap();
        db.delete_activity(&lin, id, true).await.unwrap();
        assert!(matches!(refusal(db.delete_activity(&wang, id, false).await), Failure::Denied { .. }));
        assert_eq!(refusal(db.pin_note(&lin, id, true).await), Failure::Gone);
        assert_eq!(refusal(db.delete_activity(&lin, id, true).await), Failure::Gone);
        db.delete_activity(&boss, id, false).await.unwrap();
        db.delete_activity(&lin, id, true).await.unwrap();
        db.delete_activity(&lin, id, false).await.unwrap();
        assert_eq!(refusal(db.delete_activity(&lin, id, false).await), Failure::Gone);
        // What happens to a note is no change of the record: nobody is named for it in a conflict.
        db.pin_note(&wang, id, true).await.unwrap();
        let one = [crate::customers::edit("industry", "wood")];
        db.edit_account(&lin, account.id, account.version, &one).await.unwrap();
        db.pin_note(&wang, id, false).await.unwrap();
        let other = [crate::customers::edit("industry", "steel")];
        let refused = refusal(db.edit_account(&boss, account.id, account.version, &other).await);
        let Failure::Conflict(conflict) = refused else { panic!("{refused:?}") };
        assert_eq!(conflict.by, "Name of lin@example.com");
    }

    async fn notes_rest_while_their_record_is_in_the_bin(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let id = db.account(&caller, number).await.unwrap().id;
        let subject = Subject::Account(id);
        let body = NoteBody::parse("hello").unwrap();
        let note = db.add_note(&caller, operation(), subject, &body).await.unwrap();
        db.delete_accounts(&caller, &[id]).await.unwrap();
        assert_eq!(refusal(db.timeline(&caller, subject, None).await), Failure::Gone);
        assert_eq!(refusal(db.rewrite_note(&caller, note, Version(1), &body).await), Failure::Gone);
        assert_eq!(refusal(db.pin_note(&caller, note, true).await), Failure::Gone);
        assert_eq!(refusal(db.delete_activity(&caller, note, true).await), Failure::Gone);
        db.restore_accounts(&caller, &[id]).await.unwrap();
        assert_eq!(db.pin_note(&caller, note, true).await.unwrap(), Version(2));
    }
}
