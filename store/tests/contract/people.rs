//! Contact persons: made, linked, changed, listed with where they work.

use crate::{
    customers::{edit, form, make, operation},
    support::{on_both, someone},
};
use domain::{
    failure::Failure,
    field::FieldError,
    id::AccountNumber,
    list::{ListRequest, Tab},
    person::{PersonForm, PersonRole},
    policy::Role,
};
use store::{Db, StoreError};

fn person(name: &str) -> PersonForm {
    PersonForm { full_name: name.to_owned(), ..PersonForm::default() }
}

on_both! {
    async fn a_person_works_for_customers(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &caller, &form("Acme")).await;
        let other = make(&db, &caller, &form("Other")).await;
        let typed = PersonForm {
            title: "采购经理".to_owned(),
            phone: "１３８００１３８０００".to_owned(),
            account: acme.to_string(),
            role: "决策人".to_owned(),
            ..person("张小明")
        };
        let draft = typed.parse().unwrap();
        let number = db.create_person(&caller, operation(), &draft).await.unwrap();
        let stored = db.person(&caller, number).await.unwrap();
        assert_eq!(stored.contacts[0].norm, "+8613800138000");
        assert_eq!(stored.accounts[0].role, Some(PersonRole::Decider));
        db.join_account(&caller, stored.id, other, None).await.unwrap();
        let stored = db.person(&caller, number).await.unwrap();
        let jobs: Vec<(&str, bool)> =
            stored.accounts.iter().map(|job| (job.name.as_str(), job.is_primary)).collect();
        assert_eq!(jobs, [("Acme", true), ("Other", false)]);
        let list = ListRequest { tab: Tab::People, ..ListRequest::default() };
        let page = db.person_page(&caller, &list).await.unwrap();
        assert_eq!(page.rows.len(), 1);
        assert_eq!(page.rows[0].account, Some((acme, "Acme".to_owned())));
        assert_eq!(page.rows[0].phone, "１３８００１３８０００");
        let account = db.account(&caller, other).await.unwrap();
        assert_eq!(db.people_of(&caller, account.id).await.unwrap().len(), 1);
        db.leave_account(&caller, stored.id, other).await.unwrap();
        assert!(db.people_of(&caller, account.id).await.unwrap().is_empty());
    }

    async fn a_customer_that_is_not_there_is_named(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let typed = PersonForm { account: "C-99".to_owned(), ..person("Ada") };
        let refused = db.create_person(&caller, operation(), &typed.parse().unwrap()).await;
        let Err(StoreError::Refused(failure)) = refused else { panic!("{refused:?}") };
        assert_eq!(failure, Failure::field("account", FieldError::Unknown));
        let list = ListRequest { tab: Tab::People, ..ListRequest::default() };
        assert_eq!(db.list_count(&caller, &list, true).await.unwrap().number, 0);
        assert_eq!("C-99".parse(), Ok(AccountNumber(99)));
    }

    async fn edits_of_people_merge_like_those_of_customers(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let draft = person("Ada").parse().unwrap();
        let number = db.create_person(&caller, operation(), &draft).await.unwrap();
        let seen = db.person(&caller, number).await.unwrap();
        db.edit_person(&caller, seen.id, seen.version, &[edit("title", "CEO")]).await.unwrap();
        db.edit_person(&caller, seen.id, seen.version, &[edit("full_name", "Ada L")]).await.unwrap();
        let refused = db.edit_person(&caller, seen.id, seen.version, &[edit("title", "CTO")]).await;
        assert!(matches!(refused, Err(StoreError::Refused(Failure::Conflict(_)))));
        let now = db.person(&caller, number).await.unwrap();
        assert_eq!((now.data.full_name.as_str(), now.data.title.as_str()), ("Ada L", "CEO"));
        db.delete_people(&caller, &[now.id]).await.unwrap();
        assert!(db.person(&caller, number).await.is_err());
        db.restore_people(&caller, &[now.id]).await.unwrap();
        assert!(db.person(&caller, number).await.is_ok());
    }
}
