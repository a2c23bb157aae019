//! The palette finds records of all kinds by their number, deals and cases by their words, and of each what the caller
//! sees.

use crate::{
    bin::after_the_bin,
    cases::{about, case, change},
    customers::{edit, form, make, operation},
    opportunities::{deal, make_deal},
    orders::{of, order},
    support::{on_both, root, someone},
};
use domain::{
    account::AccountForm,
    bin::BinKind,
    case::CaseForm,
    hit::{Hit, HitKind, named as named_in},
    opportunity::OpportunityForm,
    person::PersonForm,
    policy::{Action, Caller, Object, Reach, Rights, Role},
};
use store::Db;

async fn asked(db: &Db, caller: &Caller, typed: &str, kinds: &[HitKind]) -> Vec<Hit> {
    db.palette(caller, typed, kinds).await.unwrap()
}

/// The numbers of all hits.
async fn numbers(db: &Db, caller: &Caller, typed: &str) -> Vec<String> {
    asked(db, caller, typed, HitKind::ALL).await.into_iter().map(|hit| hit.number).collect()
}

/// The names of the deals and cases that are found.
async fn named(db: &Db, caller: &Caller, typed: &str) -> Vec<String> {
    let kinds = [HitKind::Opportunity, HitKind::Case];
    asked(db, caller, typed, &kinds).await.into_iter().map(|hit| hit.name).collect()
}

/// One record of each kind, all of `owner`'s customer.
async fn one_of_each(db: &Db, owner: &Caller, name: &str) {
    let owned = owner.user.to_string();
    let customer = make(db, &root(), &AccountForm { owner: owned.clone(), ..form(name) }).await;
    let person = PersonForm {
        full_name: format!("{name}经理"),
        account: customer.to_string(),
        owner: owned.clone(),
        ..PersonForm::default()
    };
    db.create_person(&root(), operation(), &person.parse().unwrap()).await.unwrap();
    let typed = OpportunityForm {
        account: customer.to_string(),
        owner: owned.clone(),
        ..deal(&format!("{name}续约"))
    };
    make_deal(db, &root(), &typed).await;
    order(db, &root(), &of(customer, "2026-11-02"), &[]).await;
    let typed =
        CaseForm { account: customer.to_string(), owner: owned, ..about(&format!("{name}投诉")) };
    case(db, &root(), &typed).await;
}

/// How many documents an index holds.
async fn documents(db: &Db, statement: &'static str) -> i64 {
    match db {
        Db::Sqlite { reader, .. } => sqlx::query_scalar(statement).fetch_one(reader).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(statement).fetch_one(pool).await.unwrap(),
    }
}

const DEALS: &str = "SELECT COUNT(*) FROM opportunity_search";
const CASES: &str = "SELECT COUNT(*) FROM case_search";

on_both! {
    async fn every_kind_is_found_by_its_number(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        one_of_each(&db, &lin, "华东").await;
        one_of_each(&db, &lin, "成都").await;
        let hits = asked(&db, &lin, "#2", HitKind::ALL).await;
        let shown: Vec<(&str, &str, &str)> =
            hits.iter().map(|h| (h.number.as_str(), h.name.as_str(), h.detail.as_str())).collect();
        assert_eq!(shown, [
            ("C-2", "成都", ""),
            ("P-2", "成都经理", "成都"),
            ("D-2", "成都续约", "成都"),
            ("O-2", "O-2", "成都"),
            ("F-2", "成都投诉", "成都"),
        ]);
        assert_eq!(hits.iter().map(|hit| hit.kind).collect::<Vec<_>>(), HitKind::ALL);
        for (typed, number) in [
            ("D-2", "D-2"), ("d2", "D-2"), ("Ｄ－２", "D-2"), ("o-1", "O-1"), ("f1", "F-1"),
            ("c-2", "C-2"), ("p-1", "P-1"), ("#f-2", "F-2"), ("# o2", "O-2"),
        ] {
            assert_eq!(numbers(&db, &lin, typed).await, [number], "{typed}");
        }
        for typed in ["#3", "D-3", "o9", "#zxm", "2", "S-1"] {
            assert!(numbers(&db, &lin, typed).await.is_empty(), "{typed}");
        }
        let orders = asked(&db, &lin, "#2", &[HitKind::Order]).await;
        assert_eq!(orders.iter().map(|hit| &*hit.number).collect::<Vec<_>>(), ["O-2"]);
    }

    async fn what_was_opened_before_is_named_as_far_as_it_is_seen_now(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let wang = someone(&db, "wang@example.com", Role::SalesRep).await;
        one_of_each(&db, &lin, "华东").await;
        one_of_each(&db, &wang, "成都").await;
        let recalled = async |caller: &Caller, numbers: &str| -> Vec<(String, String)> {
            let hits = db.recalled(caller, &named_in(numbers)).await.unwrap();
            hits.into_iter().map(|hit| (hit.number, hit.name)).collect()
        };
        let all = "F-1 O-1 D-2 C-1 D-1 P-1 F-2 O-2 C-9";
        let line = |number: &str, name: &str| (number.to_owned(), name.to_owned());
        let of_lin = [
            line("F-1", "华东投诉"),
            line("O-1", "O-1"),
            line("C-1", "华东"),
            line("D-1", "华东续约"),
            line("P-1", "华东经理"),
        ];
        assert_eq!(recalled(&lin, all).await, of_lin);
        // Eight at most, whoever asks.
        assert_eq!(recalled(&root(), all).await.len(), 8);
        assert_eq!(recalled(&lin, "").await, []);
        let rights = lin.rights.set(Object::Case, Action::View, Reach::None);
        let rights = rights.set(Object::Account, Action::View, Reach::None);
        let blind = Caller { rights, ..lin.clone() };
        let numbers: Vec<String> = recalled(&blind, all).await.into_iter().map(|one| one.0).collect();
        assert_eq!(numbers, ["D-1", "P-1"]);
    }

    async fn a_number_may_be_a_word_of_a_name(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        make(&db, &lin, &form("F1 Racing")).await;
        case(&db, &lin, &about("Late delivery")).await;
        case(&db, &lin, &about("F1 tyres")).await;
        assert_eq!(numbers(&db, &lin, "f1").await, ["C-1", "F-1", "F-2"]);
        assert_eq!(numbers(&db, &lin, "#f1").await, ["F-1"]);
    }

    async fn deals_and_cases_are_found_as_customers_are(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        make_deal(&db, &lin, &deal("华东电子年度框架")).await;
        make_deal(&db, &lin, &deal("Acme valves 2026")).await;
        case(&db, &lin, &about("快讯设备漏水")).await;
        case(&db, &lin, &about("Invoice of Acme is wrong")).await;
        for (typed, names) in [
            ("华东", vec!["华东电子年度框架"]),
            ("年度", vec!["华东电子年度框架"]),
            ("架", vec!["华东电子年度框架"]),
            ("huadong", vec!["华东电子年度框架"]),
            ("kuangjia", vec!["华东电子年度框架"]),
            ("ndkj", vec!["华东电子年度框架"]),
            ("漏水", vec!["快讯设备漏水"]),
            ("loushui", vec!["快讯设备漏水"]),
            ("kxsb", vec!["快讯设备漏水"]),
            ("wrong inv", vec!["Invoice of Acme is wrong"]),
            ("acme", vec!["Acme valves 2026", "Invoice of Acme is wrong"]),
            ("2026", vec!["Acme valves 2026"]),
            // One letter asks for beginnings of names alone.
            ("a", vec!["Acme valves 2026"]),
            ("i", vec!["Invoice of Acme is wrong"]),
        ] {
            assert_eq!(named(&db, &lin, typed).await, names, "{typed}");
        }
        for typed in ["东华", "nvoice", "xyz", "", "  "] {
            assert!(named(&db, &lin, typed).await.is_empty(), "{typed}");
        }
        assert!(asked(&db, &lin, "acme", &[HitKind::Account, HitKind::Person]).await.is_empty());
    }

    async fn beginnings_come_first_and_there_are_eight_of_a_kind(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        for name in ["新王记", "老王", "王安"] {
            make_deal(&db, &lin, &deal(name)).await;
        }
        assert_eq!(named(&db, &lin, "王").await, ["王安", "老王", "新王记"]);
        for n in 0..10 {
            case(&db, &lin, &about(&format!("赵{n}"))).await;
            make_deal(&db, &lin, &deal(&format!("小赵{n}"))).await;
        }
        assert_eq!(named(&db, &lin, "赵").await.len(), 16);
        assert_eq!(named(&db, &lin, "小赵").await[0], "小赵0");
    }

    async fn everybody_finds_what_their_lists_show(db: Db) {
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        let other = someone(&db, "other@example.com", Role::SalesRep).await;
        let auditor = someone(&db, "audit@example.com", Role::Auditor).await;
        one_of_each(&db, &other, "华东").await;
        one_of_each(&db, &rep, "华西").await;
        let (first, second) = (
            ["C-1", "P-1", "D-1", "O-1", "F-1"].map(str::to_owned),
            ["C-2", "P-2", "D-2", "O-2", "F-2"].map(str::to_owned),
        );
        for (caller, own, others) in [(&rep, &second, &first), (&other, &first, &second)] {
            let (mine, theirs) = (&own[0][2..], &others[0][2..]);
            assert_eq!(numbers(&db, caller, &format!("#{mine}")).await, own);
            assert!(numbers(&db, caller, &format!("#{theirs}")).await.is_empty());
            for number in others {
                assert!(numbers(&db, caller, number).await.is_empty(), "{number}");
            }
            // Orders have no words.
            let mut worded = own.to_vec();
            worded.retain(|number| !number.starts_with('O'));
            assert_eq!(numbers(&db, caller, "华").await, worded);
        }
        assert_eq!(numbers(&db, &auditor, "#1").await, first);
        assert_eq!(numbers(&db, &auditor, "华").await.len(), 8);
        let nobody = Caller { rights: Rights::default(), ..rep.clone() };
        for typed in ["#1", "#2", "D-2", "华"] {
            assert!(numbers(&db, &nobody, typed).await.is_empty(), "{typed}");
        }
    }

    async fn a_kind_that_is_not_seen_is_left_out_and_names_nobody(db: Db) {
        let rep = someone(&db, "rep@example.com", Role::SalesRep).await;
        one_of_each(&db, &rep, "华东").await;
        let seen = |objects: &[Object]| {
            let rights = objects.iter().fold(Rights::default(), |rights, object| {
                rights.set(*object, Action::View, Reach::All)
            });
            Caller { rights, ..rep.clone() }
        };
        for (objects, found) in [
            (vec![Object::Account], vec!["C-1"]),
            (vec![Object::Person], vec!["P-1"]),
            (vec![Object::Opportunity], vec!["D-1"]),
            (vec![Object::Case], vec!["F-1"]),
            // An order stands with its customer.
            (vec![Object::Order], vec![]),
            (vec![Object::Order, Object::Account], vec!["C-1", "O-1"]),
        ] {
            let caller = seen(&objects);
            assert_eq!(numbers(&db, &caller, "#1").await, found, "{objects:?}");
            let by_words: Vec<&str> =
                found.into_iter().filter(|number| !number.starts_with('O')).collect();
            assert_eq!(numbers(&db, &caller, "华东").await, by_words, "{objects:?}");
        }
        // Whoever sees a deal or a case and not its customer is not told the customer's name.
        for object in [Object::Opportunity, Object::Case] {
            for typed in ["#1", "华东"] {
                let hits = asked(&db, &seen(&[object]), typed, HitKind::ALL).await;
                assert_eq!(hits.iter().map(|hit| &*hit.detail).collect::<Vec<_>>(), [""], "{typed}");
            }
        }
    }

    async fn what_is_renamed_is_found_by_its_new_name_alone(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let made = make_deal(&db, &lin, &deal("旧框架")).await;
        let said = case(&db, &lin, &about("旧投诉")).await;
        let edits = [edit("name", "新合同")];
        db.edit_opportunity(&lin, made.id, made.version, &edits).await.unwrap();
        change(&db, &lin, &said, &[("subject", "新问题")]).await.unwrap();
        for typed in ["旧", "jkj", "旧框架", "旧投诉"] {
            assert!(named(&db, &lin, typed).await.is_empty(), "{typed}");
        }
        assert_eq!(named(&db, &lin, "新").await, ["新合同", "新问题"]);
        assert_eq!(named(&db, &lin, "xht").await, ["新合同"]);
        assert_eq!(named(&db, &lin, "问题").await, ["新问题"]);
        assert_eq!((documents(&db, DEALS).await, documents(&db, CASES).await), (1, 1));
    }

    async fn what_is_deleted_is_not_found_until_it_is_back(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        one_of_each(&db, &lin, "华东").await;
        let made = db.opportunity(&lin, domain::id::OpportunityNumber(1)).await.unwrap();
        let said = db.case(&lin, domain::id::CaseNumber(1)).await.unwrap();
        let bought = db.order(&lin, domain::id::OrderNumber(1)).await.unwrap();
        db.delete_opportunities(&lin, &[made.id]).await.unwrap();
        db.delete_case(&lin, said.id, true).await.unwrap();
        db.delete_order(&lin, bought.id, true).await.unwrap();
        assert_eq!(numbers(&db, &lin, "#1").await, ["C-1", "P-1"]);
        assert_eq!(numbers(&db, &lin, "华东").await, ["C-1", "P-1"]);
        db.restore_opportunities(&lin, &[made.id]).await.unwrap();
        db.delete_case(&lin, said.id, false).await.unwrap();
        db.delete_order(&lin, bought.id, false).await.unwrap();
        assert_eq!(numbers(&db, &lin, "#1").await.len(), 5);
        assert_eq!(numbers(&db, &lin, "华东").await, ["C-1", "P-1", "D-1", "F-1"]);
        // An order and a case leave the palette with their customer, and a deal names it no longer.
        let customer = db.account(&lin, domain::id::AccountNumber(1)).await.unwrap();
        db.delete_accounts(&lin, &[customer.id]).await.unwrap();
        assert!(numbers(&db, &lin, "O-1").await.is_empty());
        let hits = asked(&db, &lin, "D-1", &[HitKind::Opportunity]).await;
        assert_eq!(hits.iter().map(|hit| &*hit.detail).collect::<Vec<_>>(), [""]);
    }

    async fn what_leaves_the_bin_leaves_the_index(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::Admin).await;
        for name in ["华东", "华西", "华南"] {
            one_of_each(&db, &boss, name).await;
        }
        assert_eq!((documents(&db, DEALS).await, documents(&db, CASES).await), (3, 3));
        // By its days.
        let made = db.opportunity(&boss, domain::id::OpportunityNumber(1)).await.unwrap();
        let said = db.case(&boss, domain::id::CaseNumber(1)).await.unwrap();
        db.delete_opportunities(&boss, &[made.id]).await.unwrap();
        db.delete_case(&boss, said.id, true).await.unwrap();
        db.purge_bin(&after_the_bin()).await.unwrap();
        assert_eq!((documents(&db, DEALS).await, documents(&db, CASES).await), (2, 2));
        // Sooner, and a case with its customer.
        let made = db.opportunity(&boss, domain::id::OpportunityNumber(2)).await.unwrap();
        db.delete_opportunities(&boss, &[made.id]).await.unwrap();
        db.erase(&boss, BinKind::Opportunities, made.id.0).await.unwrap();
        let customer = db.account(&boss, domain::id::AccountNumber(2)).await.unwrap();
        db.delete_accounts(&boss, &[customer.id]).await.unwrap();
        db.erase(&boss, BinKind::Accounts, customer.id.0).await.unwrap();
        assert_eq!((documents(&db, DEALS).await, documents(&db, CASES).await), (1, 1));
        assert_eq!(named(&db, &boss, "华").await, ["华南续约", "华南投诉"]);
    }
}
