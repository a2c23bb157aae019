//! Attempts to write by their names: sent twice, done once, forgotten after a day.

use crate::{
    customers::{form, make, operation},
    support::{NOW, on_both, root, someone},
};
use domain::{
    address::{AddressData, AddressForm},
    contact::ContactKind,
    failure::Failure,
    field::FieldError,
    note::Subject,
    policy::{Caller, Role},
    time::{DAY, HOUR},
};
use store::{Db, StoreError};

on_both! {
    async fn a_contact_or_address_is_added_once(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let account = db.account(&caller, number).await.unwrap().id;
        let subject = Subject::Account(account);
        let attempt = operation();
        let add = |raw: &'static str| {
            let (db, caller) = (db.clone(), caller.clone());
            async move {
                db.set_contact(&caller, attempt, subject, None, ContactKind::Mobile, raw, "").await
            }
        };
        let first = add("13800138000").await.unwrap();
        assert_eq!(add("13800138000").await.unwrap(), first);
        let Err(StoreError::Refused(refused)) = add("13800138001").await else { panic!("taken") };
        assert_eq!(refused, Failure::field("contact", FieldError::Differs));
        let (attempt, there) = (operation(), AddressForm { city: "Kiel".to_owned(), ..AddressForm::default() });
        for _ in 0..2 {
            let nothing = AddressData::default();
            db.set_address(&caller, attempt, account, None, &there, &nothing).await.unwrap();
        }
        let stored = db.account(&caller, number).await.unwrap();
        assert_eq!((stored.contacts.len(), stored.addresses.len()), (1, 1));
        assert_eq!(stored.version.0, 3);
    }

    async fn attempts_are_forgotten_after_a_day(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let (attempt, draft) = (operation(), form("Acme").parse(2).unwrap());
        db.create_account(&caller, attempt, &draft).await.unwrap();
        let at = |time: i64| Caller { now: NOW.plus(time), ..root() };
        assert_eq!(db.forget_operations(&at(DAY - HOUR)).await.unwrap(), 0);
        assert_eq!(db.forget_operations(&at(DAY + HOUR)).await.unwrap(), 1);
        assert_eq!(db.forget_operations(&at(DAY + HOUR)).await.unwrap(), 0);
        let second = db.create_account(&caller, attempt, &draft).await.unwrap();
        assert_eq!(second.0, 2);
        assert!(db.forget_operations(&caller).await.is_err());
    }
}
