//! Duplicates at entry: the same phone, e-mail, code or nearly the same name.

use crate::{
    customers::{form, make, operation},
    support::{on_both, someone},
};
use domain::{
    account::AccountForm,
    duplicate::{Probe, Reason},
    person::PersonForm,
    policy::Role,
};
use store::Db;

on_both! {
    async fn look_alikes_are_shown_with_their_reasons(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let typed = AccountForm {
            phone: "15284354094".to_owned(),
            credit_code: "91440300708461136T".to_owned(),
            ..form("快讯科技有限责任公司")
        };
        make(&db, &caller, &typed).await;
        let person = PersonForm {
            full_name: "张小明".to_owned(),
            email: "zxm@example.com".to_owned(),
            ..PersonForm::default()
        };
        db.create_person(&caller, operation(), &person.parse().unwrap()).await.unwrap();
        let ask = |probe: Probe| {
            let (db, caller) = (db.clone(), caller.clone());
            async move {
                let found = db.duplicates(&caller, &probe).await.unwrap();
                found.into_iter().map(|c| (c.number, c.reasons)).collect::<Vec<_>>()
            }
        };
        let named = |name: &str| Probe { name: name.to_owned(), ..Probe::default() };
        let c1 = |reason| vec![("C-1".to_owned(), vec![reason])];
        assert_eq!(ask(named("快讯科技")).await, c1(Reason::Name));
        for slip in ["快讯科枝有限公司", "央讯科技", "讯快科技", "快快讯科技"] {
            assert_eq!(ask(named(slip)).await, c1(Reason::SimilarName), "{slip}");
        }
        assert!(ask(named("快")).await.is_empty());
        let phones = Probe { phones: vec!["+86 152-8435-4094".to_owned()], ..Probe::default() };
        assert_eq!(ask(phones.clone()).await, c1(Reason::Phone));
        let both = Probe { credit_code: "91440300708461136t".to_owned(), ..phones.clone() };
        assert_eq!(ask(both).await, [("C-1".to_owned(), vec![Reason::CreditCode, Reason::Phone])]);
        let emails = Probe { emails: vec!["ZXM@Example.com".to_owned()], ..Probe::default() };
        assert_eq!(ask(emails).await, [("P-1".to_owned(), vec![Reason::Email])]);
        let own = Probe { except: "C-1".to_owned(), ..phones };
        assert!(ask(own).await.is_empty());
        let namesake = Probe { is_person: true, ..named("张小明") };
        assert_eq!(ask(namesake).await, [("P-1".to_owned(), vec![Reason::Name])]);
        let rubbish = Probe {
            phones: vec!["x".repeat(10_000)],
            emails: vec!["'; DROP TABLE account; --".to_owned()],
            ..Probe::default()
        };
        assert!(ask(rubbish).await.is_empty());
    }
}
