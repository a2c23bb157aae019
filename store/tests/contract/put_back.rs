//! Undoing a removal: what comes back is what was there.

use crate::{
    customers::{form, make, operation, refusal},
    support::{on_both, someone},
};
use domain::{
    account::AccountForm,
    address::{AddressData, AddressForm},
    failure::Failure,
    list::ListRequest,
    note::Subject,
    person::{PersonForm, PersonRole},
    policy::Role,
    removed::Removed,
};
use store::Db;

on_both! {
    async fn a_contact_comes_back_to_its_place(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let typed = AccountForm {
            phone: "13800138000".to_owned(),
            email: "a@example.com".to_owned(),
            email_2: "b@example.com".to_owned(),
            ..form("Acme")
        };
        let number = make(&db, &caller, &typed).await;
        let before = db.account(&caller, number).await.unwrap();
        let (of, point) = (Subject::Account(before.id), before.contacts[0].clone());
        assert!(point.is_primary);
        let (kind, raw) = (point.kind, point.raw.clone());
        db.set_contact(&caller, operation(), of, Some(point.id), kind, "", &raw).await.unwrap();
        assert_eq!(db.account(&caller, number).await.unwrap().contacts.len(), 2);
        let removed = Removed::Contact { of, point, place: 0 };
        db.put_back(&caller, &removed).await.unwrap();
        assert_eq!(db.account(&caller, number).await.unwrap().contacts, before.contacts);
        // Found by it again, and not put back twice.
        let search = ListRequest { search: "13800138000".to_owned(), ..ListRequest::default() };
        assert_eq!(db.account_page(&caller, &search).await.unwrap().rows.len(), 1);
        assert_eq!(refusal(db.put_back(&caller, &removed).await), Failure::Gone);
    }

    async fn an_address_comes_back_to_its_place(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let typed = AccountForm { city: "Kiel".to_owned(), ..form("Acme") };
        let number = make(&db, &caller, &typed).await;
        let id = db.account(&caller, number).await.unwrap().id;
        let bonn = AddressForm { city: "Bonn".to_owned(), ..AddressForm::default() };
        db.set_address(&caller, operation(), id, None, &bonn, &AddressData::default()).await.unwrap();
        let before = db.account(&caller, number).await.unwrap().addresses;
        let (nothing, first) = (AddressForm::default(), before[0].clone());
        db.set_address(&caller, operation(), id, Some(first.id), &nothing, &first.data).await.unwrap();
        let removed = Removed::Address { of: id, address: first, place: 0 };
        db.put_back(&caller, &removed).await.unwrap();
        assert_eq!(db.account(&caller, number).await.unwrap().addresses, before);
    }

    async fn a_job_comes_back_with_role_and_rank(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &caller, &form("Acme")).await;
        let other = make(&db, &caller, &form("Other")).await;
        let typed = PersonForm {
            full_name: "张小明".to_owned(),
            account: acme.to_string(),
            role: "决策人".to_owned(),
            ..PersonForm::default()
        };
        let draft = typed.parse().unwrap();
        let number = db.create_person(&caller, operation(), &draft).await.unwrap();
        let id = db.person(&caller, number).await.unwrap().id;
        db.join_account(&caller, id, other, None).await.unwrap();
        let before = db.person(&caller, number).await.unwrap().accounts;
        db.leave_account(&caller, id, acme).await.unwrap();
        let removed = Removed::Job { of: id, job: before[0].clone() };
        db.put_back(&caller, &removed).await.unwrap();
        let after = db.person(&caller, number).await.unwrap().accounts;
        assert_eq!(after, before);
        assert_eq!((after[0].role, after[0].is_primary), (Some(PersonRole::Decider), true));
    }
}
