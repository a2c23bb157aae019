//! Whole records, many at once: as they are read one by one, in the order that was asked for.

use crate::{
    customers::{form, make, operation},
    support::{on_both, someone},
};
use domain::{
    account::AccountForm,
    failure::Failure,
    list::{ListRequest, Tab},
    note::NoteBody,
    person::PersonForm,
    policy::Role,
};
use store::{Db, Load, LoadedNote, LoadedPerson, StoreError};

on_both! {
    async fn exported_records_are_the_stored_ones(db: Db) {
        let admin = someone(&db, "boss@example.com", Role::Admin).await;
        let full = AccountForm {
            phone: "13800138000".to_owned(),
            email: "a@example.com".to_owned(),
            city: "Kiel".to_owned(),
            tags: "VIP, 华东".to_owned(),
            ..form("Acme")
        };
        let (mut accounts, mut people) = (Vec::new(), Vec::new());
        for typed in [full, form("Second"), form("Gone")] {
            let number = make(&db, &admin, &typed).await;
            accounts.push(db.account(&admin, number).await.unwrap());
        }
        for name in ["Ada", "Bo"] {
            let typed = PersonForm {
                full_name: name.to_owned(),
                phone: "13800138001".to_owned(),
                account: accounts[0].number.to_string(),
                ..PersonForm::default()
            };
            let number = db.create_person(&admin, operation(), &typed.parse().unwrap()).await.unwrap();
            people.push(db.person(&admin, number).await.unwrap());
        }
        db.delete_accounts(&admin, &[accounts[2].id]).await.unwrap();
        let ids: Vec<_> = accounts.iter().rev().map(|account| account.id).collect();
        let want = [accounts[1].clone(), accounts[0].clone()];
        assert_eq!(db.export_accounts(&admin, &ids).await.unwrap(), want);
        let ids: Vec<_> = people.iter().rev().map(|person| person.id).collect();
        people.reverse();
        assert_eq!(db.export_people(&admin, &ids).await.unwrap(), people);
        assert!(db.export_people(&admin, &[]).await.unwrap().is_empty());
        let staff = someone(&db, "lin@example.com", Role::Staff).await;
        for answer in [
            db.export_accounts(&staff, &[]).await.map(drop),
            db.export_people(&staff, &[]).await.map(drop),
        ] {
            assert!(matches!(answer, Err(StoreError::Refused(Failure::Denied { .. }))));
        }
    }

    async fn loaded_customers_come_with_people_and_notes(db: Db) {
        let admin = someone(&db, "boss@example.com", Role::Admin).await;
        let person = PersonForm { full_name: "Ada".to_owned(), ..PersonForm::default() };
        let load = Load {
            made_at: admin.now,
            made_by: admin.user,
            accounts: vec![form("Acme").parse(2).unwrap(), form("Other").parse(2).unwrap()],
            people: vec![LoadedPerson { works_for: 1, draft: person.parse().unwrap() }],
            notes: vec![LoadedNote {
                about: 1,
                body: NoteBody::parse("hello").unwrap(),
                at: admin.now,
                by: admin.user,
                pinned: true,
            }],
        };
        let loaded = db.load_customers(&admin, std::slice::from_ref(&load)).await.unwrap();
        assert_eq!((loaded.accounts, loaded.people, loaded.notes), (2, 1, 1));
        let list = ListRequest { tab: Tab::People, ..ListRequest::default() };
        let page = db.person_page(&admin, &list).await.unwrap();
        let (number, name) = page.rows[0].account.clone().unwrap();
        assert_eq!(name, "Other");
        let account = db.account(&admin, number).await.unwrap();
        let subject = domain::note::Subject::Account(account.id);
        assert_eq!(db.timeline(&admin, subject, None).await.unwrap().pinned[0].body, "hello");
        let mut wrong = load;
        wrong.people[0].works_for = 9;
        assert!(db.load_customers(&admin, &[wrong]).await.is_err());
        assert_eq!(db.list_count(&admin, &ListRequest::default(), true).await.unwrap().number, 2);
    }
}
