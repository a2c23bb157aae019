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

    async fn a_look_alike_is_found_among_hundreds_of_the_same_town(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Admin).await;
        let town = |n: u32| {
            let middle: String =
                [n / 26 % 26, n % 26].iter().filter_map(|n| char::from_u32(0x4e10 + n)).collect();
            form(&format!("上海{middle}科技有限公司"))
        };
        let drafts: Vec<_> = (0..600).map(|n| town(n).parse(2).unwrap()).collect();
        let load = store::Load {
            made_at: caller.now,
            made_by: caller.user,
            accounts: drafts,
            people: Vec::new(),
            notes: Vec::new(),
        };
        let loaded = db.load_customers(&caller, &[load]).await.unwrap();
        assert_eq!((loaded.accounts, loaded.people, loaded.notes), (600, 0, 0));
        for (name, typed) in [("上海龙腾科技", "上海龙滕科技"), ("上海齐鲁", "上海齐虏"), ("上海黄河贸易", "上海皇河贸易")] {
            let number = make(&db, &caller, &form(name)).await;
            let probe = Probe { name: typed.to_owned(), ..Probe::default() };
            let found = db.duplicates(&caller, &probe).await.unwrap();
            assert!(found.iter().any(|candidate| candidate.number == number.to_string()), "{typed}: {found:?}");
            let own = Probe { except: number.to_string(), ..probe };
            let found = db.duplicates(&caller, &own).await.unwrap();
            assert!(found.iter().all(|candidate| candidate.number != number.to_string()));
        }
    }

    async fn more_reasons_come_first_then_the_lower_number(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        for n in 0..12 {
            let name = if n == 11 { "Acme".to_owned() } else { format!("Other {n}") };
            let typed = AccountForm { phone: "13800138000".to_owned(), ..form(&name) };
            make(&db, &caller, &typed).await;
        }
        let probe = Probe {
            name: "ACME Ltd".to_owned(),
            phones: vec!["13800138000".to_owned()],
            ..Probe::default()
        };
        let found = db.duplicates(&caller, &probe).await.unwrap();
        let numbers: Vec<&str> = found.iter().map(|c| c.number.as_str()).collect();
        assert_eq!(numbers, ["C-12", "C-1", "C-2", "C-3", "C-4"]);
        assert_eq!(found[0].reasons, [Reason::Phone, Reason::Name]);
        let own = Probe { except: "C-1".to_owned(), ..probe };
        let found = db.duplicates(&caller, &own).await.unwrap();
        let numbers: Vec<&str> = found.iter().map(|c| c.number.as_str()).collect();
        assert_eq!(numbers, ["C-12", "C-2", "C-3", "C-4", "C-5"]);
    }
}
