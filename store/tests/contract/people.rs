//! Contact persons: made, linked, changed, listed with where they work.

use crate::{
    customers::{edit, form, make, operation},
    support::{NOW, on_both, root, someone},
};
use domain::{
    account::AccountForm,
    contact::ContactKind,
    failure::Failure,
    field::FieldError,
    id::AccountNumber,
    list::{Filter, ListRequest, Tab},
    note::{Entry, Subject},
    person::{PersonForm, PersonRole},
    policy::{Caller, Role},
    time::DAY,
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

    async fn a_timeline_tells_of_customers_that_the_reader_sees(db: Db) {
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let typed = PersonForm { owner: rep.user.to_string(), ..person("Ada") };
        let number = db.create_person(&root(), operation(), &typed.parse().unwrap()).await.unwrap();
        let ada = db.person(&root(), number).await.unwrap().id;
        let owned = AccountForm { owner: rep.user.to_string(), ..form("Mine") };
        let mine = make(&db, &root(), &owned).await;
        let theirs = make(&db, &root(), &form("Theirs")).await;
        for customer in [mine, theirs] {
            db.join_account(&root(), ada, customer, None).await.unwrap();
        }
        let told = async |caller: &Caller| {
            let timeline = db.timeline(caller, Subject::Person(ada), None).await.unwrap();
            let fields = timeline.entries.into_iter().filter_map(|entry| match entry {
                Entry::Change(change) => Some(change.fields),
                Entry::Note(_) | Entry::Activity(_) | Entry::Happening(_) => None,
            });
            let joined = fields.flatten().filter(|change| change.field == "account");
            joined.map(|change| change.after).collect::<Vec<_>>()
        };
        assert_eq!(told(&root()).await, [theirs.to_string(), mine.to_string()]);
        assert_eq!(told(&rep).await, [mine.to_string()]);
        let entries = db.timeline(&rep, Subject::Person(ada), None).await.unwrap().entries;
        assert_eq!(entries.len(), 2, "made and joined: what is left out leaves no empty line");
    }

    async fn a_list_shows_the_phone_that_stands_first(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let typed = PersonForm { phone: "13800138000".to_owned(), ..person("Ada") };
        let number = db.create_person(&caller, operation(), &typed.parse().unwrap()).await.unwrap();
        let points = async || db.person(&caller, number).await.unwrap();
        let ada = points().await;
        let set = async |point, raw: &str, seen: &str| {
            let subject = Subject::Person(ada.id);
            db.set_contact(&caller, operation(), subject, point, ContactKind::Mobile, raw, seen).await.unwrap();
        };
        // The second and the third stand in the same place after the first went; the second is then written anew.
        set(None, "13800138001", "").await;
        set(Some(ada.contacts[0].id), "", "13800138000").await;
        set(None, "13800138002", "").await;
        set(Some(points().await.contacts[0].id), "13800138003", "13800138001").await;
        let raws: Vec<String> = points().await.contacts.into_iter().map(|point| point.raw).collect();
        assert_eq!(raws, ["13800138003", "13800138002"]);
        let list = ListRequest { tab: Tab::People, ..ListRequest::default() };
        assert_eq!(db.person_page(&caller, &list).await.unwrap().rows[0].phone, raws[0]);
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

    async fn contacts_of_a_person_are_set_like_those_of_a_customer(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = db.create_person(&caller, operation(), &person("Ada").parse().unwrap()).await.unwrap();
        let ada = db.person(&caller, number).await.unwrap();
        let subject = Subject::Person(ada.id);
        let set = |point, raw: &'static str, expected: &'static str| {
            let (db, caller) = (db.clone(), caller.clone());
            async move {
                let kind = ContactKind::Mobile;
                db.set_contact(&caller, operation(), subject, point, kind, raw, expected).await
            }
        };
        set(None, "13800138000", "").await.unwrap();
        let point = db.person(&caller, number).await.unwrap().contacts[0].clone();
        assert_eq!((point.norm.as_str(), point.is_primary), ("+8613800138000", true));
        set(Some(point.id), "13800138001", "13800138000").await.unwrap();
        let list = |search: &str| ListRequest { tab: Tab::People, search: search.to_owned(), ..ListRequest::default() };
        assert_eq!(db.person_page(&caller, &list("8001")).await.unwrap().rows.len(), 1);
        assert!(db.person_page(&caller, &list("8000")).await.unwrap().rows.is_empty());
        set(Some(point.id), "", "13800138001").await.unwrap();
        assert!(db.person(&caller, number).await.unwrap().contacts.is_empty());
        let bad = PersonForm { phone: "1528435409".to_owned(), ..person("Bo") }.parse().unwrap();
        let refused = db.create_person(&caller, operation(), &bad).await;
        let Err(StoreError::Refused(failure)) = refused else { panic!("{refused:?}") };
        assert_eq!(failure, Failure::field("phone", FieldError::NotAPhone));
    }

    async fn one_of_the_jobs_is_the_main_one(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let mut firms = Vec::new();
        for name in ["First", "Second", "Third"] {
            firms.push(make(&db, &caller, &form(name)).await);
        }
        let typed = PersonForm { account: firms[0].to_string(), ..person("Ada") };
        let number = db.create_person(&caller, operation(), &typed.parse().unwrap()).await.unwrap();
        let ada = db.person(&caller, number).await.unwrap().id;
        for (step, firm) in (1..).zip(&firms[1..]) {
            let later = Caller { now: NOW.plus(step), ..caller.clone() };
            db.join_account(&later, ada, *firm, None).await.unwrap();
        }
        let jobs = || async {
            let jobs = db.person(&caller, number).await.unwrap().accounts;
            jobs.into_iter().map(|job| (job.name, job.is_primary, job.role)).collect::<Vec<_>>()
        };
        db.leave_account(&caller, ada, firms[0]).await.unwrap();
        let second = ("Second".to_owned(), true, None);
        let third = ("Third".to_owned(), false, None);
        assert_eq!(jobs().await, [second, third]);
        // A job that is there already gets the role.
        db.join_account(&caller, ada, firms[2], Some(PersonRole::Payer)).await.unwrap();
        assert_eq!(jobs().await[1], ("Third".to_owned(), false, Some(PersonRole::Payer)));
        // The main customer leaves for good.
        let second = db.account(&caller, firms[1]).await.unwrap().id;
        db.delete_accounts(&caller, &[second]).await.unwrap();
        let later = Caller { now: NOW.plus(31 * DAY), ..root() };
        db.purge_bin(&later).await.unwrap();
        assert_eq!(jobs().await, [("Third".to_owned(), true, Some(PersonRole::Payer))]);
    }

    async fn filters_hold_for_people(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        for (name, owner, birthday) in
            [("Ada", caller.user.to_string(), "1990-11-02"), ("Bo", String::new(), "1990-03-02")]
        {
            let typed = PersonForm { owner, birthday: birthday.to_owned(), ..person(name) };
            db.create_person(&caller, operation(), &typed.parse().unwrap()).await.unwrap();
        }
        let named = |filters: &[Filter]| {
            let (db, caller, filters) = (db.clone(), caller.clone(), filters.to_vec());
            async move {
                let list = ListRequest { tab: Tab::People, filters, ..ListRequest::default() };
                let page = db.person_page(&caller, &list).await.unwrap();
                let count = db.list_count(&caller, &list, false).await.unwrap().number;
                assert_eq!(i64::try_from(page.rows.len()).unwrap(), count);
                page.rows.into_iter().map(|row| row.full_name).collect::<Vec<_>>()
            }
        };
        assert_eq!(named(&[Filter::Mine]).await, ["Ada"]);
        assert_eq!(named(&[Filter::Unassigned]).await, ["Bo"]);
        // The tests' now is in November.
        assert_eq!(named(&[Filter::Birthday]).await, ["Ada"]);
        assert_eq!(named(&[Filter::Quiet]).await, ["Ada", "Bo"]);
        assert_eq!(named(&[Filter::Vip]).await, ["Ada", "Bo"]);
        assert!(named(&[Filter::Mine, Filter::Unassigned]).await.is_empty());
    }
}
