//! Search: what is found, in which order, and that both databases agree.

use crate::{
    customers::{form, make, operation},
    support::{on_both, someone},
};
use domain::{
    account::AccountForm,
    hit::HitKind,
    list::{ListRequest, Tab},
    person::PersonForm,
    policy::{Caller, Role},
};
use store::Db;

async fn found(db: &Db, caller: &Caller, typed: &str) -> Vec<String> {
    let mut request = ListRequest { search: typed.to_owned(), ..ListRequest::default() };
    let mut names = Vec::new();
    loop {
        let page = db.account_page(caller, &request).await.unwrap();
        names.extend(page.rows.into_iter().map(|row| row.name));
        match page.next {
            Some(next) => request.after = Some(next),
            None => return names,
        }
    }
}

on_both! {
    async fn customers_are_found_whatever_tab_the_address_names(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        make(&db, &caller, &form("灰雀仪器")).await;
        for search in ["灰雀", "仪器", "hq", ""] {
            let request =
                ListRequest { tab: Tab::People, search: search.to_owned(), ..ListRequest::default() };
            assert_eq!(db.account_page(&caller, &request).await.unwrap().rows.len(), 1, "{search}");
            let request = ListRequest { tab: Tab::Companies, ..request };
            assert!(db.person_page(&caller, &request).await.unwrap().rows.is_empty(), "{search}");
        }
    }

    async fn customers_are_found_by_everything_people_remember(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let full = AccountForm {
            short_name: "KX".to_owned(),
            phone: "+86 152 8435 4094".to_owned(),
            email: "Tao23@Yahoo.com".to_owned(),
            wechat: "kx_88".to_owned(),
            credit_code: "91440300708461136T".to_owned(),
            ..form("快讯科技有限责任公司")
        };
        make(&db, &caller, &full).await;
        make(&db, &caller, &form("Acme Valves Ltd")).await;
        make(&db, &caller, &form("曾氏电子")).await;
        let kx = ["快讯科技有限责任公司"];
        for typed in [
            "快", "讯", "科技", "讯科", "快讯科技有限责任公司", "kuaixunkeji", "xunkeji", "keji",
            "kxkj", "xkj", "KX", "4094", "8435 4094", "15284354094", "+86 152-8435-4094",
            "４０９４", "4354", "tao23@yahoo.com", "tao23", "yahoo", "kx_88",
            "C-1", "c1", "91440300708461136t", "科技 kx",
        ] {
            assert_eq!(found(&db, &caller, typed).await, kx, "{typed}");
        }
        for (typed, name) in [("acme", "Acme Valves Ltd"), ("valves acme", "Acme Valves Ltd"),
            ("zengshi", "曾氏电子"), ("cengshi", "曾氏电子"), ("zsdz", "曾氏电子")] {
            assert_eq!(found(&db, &caller, typed).await, [name], "{typed}");
        }
        for typed in ["讯快", "acmee", "12345", "094", "xyz", "公有", "' OR 1=1 --", "\"", "*", "NEAR("] {
            assert!(found(&db, &caller, typed).await.is_empty(), "{typed}");
        }
    }

    async fn merging_the_index_loses_nothing_and_leaves_one_piece(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        for n in 0..20 {
            make(&db, &caller, &form(&format!("华东电子{n}厂"))).await;
        }
        db.merge_words().await.unwrap();
        assert_eq!(found(&db, &caller, "东电").await.len(), 20);
        make(&db, &caller, &form("华东电子20厂")).await;
        db.optimize().await.unwrap();
        assert_eq!(found(&db, &caller, "东电").await.len(), 21);
        assert_eq!(found(&db, &caller, "电子7厂").await, ["华东电子7厂"]);
        if let Db::Sqlite { reader, .. } = &db {
            let pieces: i64 = sqlx::query_scalar("SELECT COUNT(DISTINCT segid) FROM account_search_idx")
                .fetch_one(reader)
                .await
                .unwrap();
            assert_eq!(pieces, 1);
        }
    }

    async fn beginnings_come_first_then_the_newest(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        for name in ["新王记", "王氏", "老王", "王", "王安"] {
            make(&db, &caller, &form(name)).await;
        }
        assert_eq!(found(&db, &caller, "王").await, ["王", "王安", "王氏", "老王", "新王记"]);
    }

    async fn hits_page_without_gaps_or_repeats(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        for n in 0..70 {
            make(&db, &caller, &form(&format!("王{n:02}"))).await;
            make(&db, &caller, &form(&format!("小王{n:02}"))).await;
        }
        let names = found(&db, &caller, "王").await;
        let mut want: Vec<String> = (0..70).map(|n| format!("王{n:02}")).collect();
        want.extend((0..70).rev().map(|n| format!("小王{n:02}")));
        assert_eq!(names, want);
        let request = ListRequest { search: "王".to_owned(), ..ListRequest::default() };
        assert_eq!(db.list_count(&caller, &request, false).await.unwrap().number, 140);
    }

    async fn whole_words_come_before_begun_ones_on_every_page(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        for n in 0..60 {
            make(&db, &caller, &form(&format!("Big Alpha Valves {n:02}"))).await;
            make(&db, &caller, &form(&format!("Big Alpha Valve {n:02}"))).await;
        }
        make(&db, &caller, &form("Alpha Valve")).await;
        let mut want = vec!["Alpha Valve".to_owned()];
        want.extend((0..60).rev().map(|n| format!("Big Alpha Valve {n:02}")));
        want.extend((0..60).rev().map(|n| format!("Big Alpha Valves {n:02}")));
        assert_eq!(found(&db, &caller, "alpha valve").await, want);
        // Once more with what is known of the words: nearly all records hold them.
        db.optimize().await.unwrap();
        assert_eq!(found(&db, &caller, "alpha valve").await, want);
        let request = ListRequest { search: "alpha valve".to_owned(), ..ListRequest::default() };
        assert_eq!(db.list_count(&caller, &request, false).await.unwrap().number, 121);
        assert_eq!(db.list_count(&caller, &request, true).await.unwrap().number, 121);
    }

    async fn a_page_behind_hits_that_went_meanwhile_has_what_is_left(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        for n in 0..50 {
            make(&db, &caller, &form(&format!("Big Alpha Valve {n:02}"))).await;
        }
        make(&db, &caller, &form("Big Alpha Valves")).await;
        let mut request = ListRequest { search: "alpha valve".to_owned(), ..ListRequest::default() };
        let page = db.account_page(&caller, &request).await.unwrap();
        let ids: Vec<_> = page.rows.iter().map(|row| row.id).collect();
        db.delete_accounts(&caller, &ids).await.unwrap();
        request.after = page.next;
        assert!(request.after.is_some());
        let page = db.account_page(&caller, &request).await.unwrap();
        let names: Vec<&str> = page.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["Big Alpha Valves"]);
    }

    async fn letters_that_share_a_capital_find_each_other(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        for name in ["µTech GmbH", "Acme µTech", "Γιώργος Ltd"] {
            make(&db, &caller, &form(name)).await;
        }
        // The sign for a millionth on keyboards, and the Greek letter.
        for (typed, want) in [
            ("µt", vec!["µTech GmbH", "Acme µTech"]),
            ("\u{3bc}tech", vec!["µTech GmbH", "Acme µTech"]),
            ("ΓΙΏΡΓΟΣ", vec!["Γιώργος Ltd"]),
            ("γιώργος ltd", vec!["Γιώργος Ltd"]),
        ] {
            assert_eq!(found(&db, &caller, typed).await, want, "{typed}");
            let request = ListRequest { search: typed.to_owned(), ..ListRequest::default() };
            let count = db.list_count(&caller, &request, false).await.unwrap();
            assert_eq!(count.number, i64::try_from(want.len()).unwrap(), "{typed}");
        }
    }

    async fn rare_and_frequent_words_are_found_together(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        for n in 0..300 {
            make(&db, &caller, &form(&format!("Steel {n:03} Chemicals GmbH"))).await;
        }
        make(&db, &caller, &form("Zumwald & Sons Chemicals GmbH")).await;
        make(&db, &caller, &form("Zumwaldner Chemical Works GmbHolding")).await;
        db.optimize().await.unwrap();
        let (one, other) = ("Zumwald & Sons Chemicals GmbH", "Zumwaldner Chemical Works GmbHolding");
        for (typed, want) in [
            ("Zumwald & Sons Chemicals GmbH", vec![one]),
            ("gmbh zumwald", vec![one, other]),
            ("chemical zumwald", vec![other, one]),
            ("zumwaldner gmbh", vec![other]),
            ("chemicals zumwaldner", vec![]),
            ("sons gmbh", vec![one]),
            ("works gmbhold", vec![other]),
            ("gmbh zzz", vec![]),
            ("steel 007 gmbh", vec!["Steel 007 Chemicals GmbH"]),
            ("gmbh chemicals 007", vec!["Steel 007 Chemicals GmbH"]),
        ] {
            assert_eq!(found(&db, &caller, typed).await, want, "{typed}");
            let request = ListRequest { search: typed.to_owned(), ..ListRequest::default() };
            let count = db.list_count(&caller, &request, false).await.unwrap();
            assert_eq!((count.number, count.more), (i64::try_from(want.len()).unwrap(), false), "{typed}");
        }
        let mut all: Vec<String> = (0..300).rev().map(|n| format!("Steel {n:03} Chemicals GmbH")).collect();
        all.insert(0, one.to_owned());
        all.push(other.to_owned());
        assert_eq!(found(&db, &caller, "gmbh").await, all);
        let request = ListRequest { search: "gmbh".to_owned(), ..ListRequest::default() };
        let count = db.list_count(&caller, &request, false).await.unwrap();
        assert_eq!((count.number, count.more), (200, true));
        assert_eq!(db.list_count(&caller, &request, true).await.unwrap().number, 302);
        let request = ListRequest { search: "sons gmb".to_owned(), ..ListRequest::default() };
        let hit = db.account_page(&caller, &request).await.unwrap().rows.into_iter().next().unwrap();
        db.delete_accounts(&caller, &[hit.id]).await.unwrap();
        assert!(found(&db, &caller, "sons gmb").await.is_empty(), "what is in the bin is not found");
        assert_eq!(found(&db, &caller, "gmbh zumwald").await, [other]);
    }

    async fn a_changed_name_is_found_and_the_old_one_is_not(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let account = db.account(&caller, number).await.unwrap();
        let edits = [crate::customers::edit("name", "华东电子")];
        db.edit_account(&caller, account.id, account.version, &edits).await.unwrap();
        assert!(found(&db, &caller, "acme").await.is_empty());
        assert_eq!(found(&db, &caller, "hddz").await, ["华东电子"]);
        db.delete_accounts(&caller, &[account.id]).await.unwrap();
        assert!(found(&db, &caller, "hddz").await.is_empty());
    }

    async fn the_palette_finds_customers_and_people(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("明日科技")).await;
        let typed = PersonForm {
            full_name: "张小明".to_owned(),
            title: "经理".to_owned(),
            account: number.to_string(),
            ..PersonForm::default()
        };
        db.create_person(&caller, operation(), &typed.parse().unwrap()).await.unwrap();
        let hits = db.palette(&caller, "明", HitKind::ALL).await.unwrap();
        let shown: Vec<(&str, &str, &str)> =
            hits.iter().map(|h| (h.number.as_str(), h.name.as_str(), h.detail.as_str())).collect();
        assert_eq!(shown, [("C-1", "明日科技", ""), ("P-1", "张小明", "经理 · 明日科技")]);
        assert_eq!(db.palette(&caller, "zxm", HitKind::ALL).await.unwrap().len(), 1);
        assert!(db.palette(&caller, "  ", HitKind::ALL).await.unwrap().is_empty());
        let people = ListRequest {
            tab: Tab::People,
            search: "xiaoming".to_owned(),
            ..ListRequest::default()
        };
        assert_eq!(db.person_page(&caller, &people).await.unwrap().rows.len(), 1);
    }

    async fn places_numbers_and_single_letters_are_found_as_people_type_them(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        for name in ["成都瑞恒", "厦门银行", "B超设备", "Ⓐ团队", "Acme Valves"] {
            make(&db, &caller, &form(name)).await;
        }
        let phone = AccountForm { phone_2: "+86 21 6234 5678".to_owned(), ..form("Shanghai Ltd") };
        make(&db, &caller, &phone).await;
        for (typed, name) in [
            ("chengdu", "成都瑞恒"),
            ("xiamenyinhang", "厦门银行"),
            ("xmyh", "厦门银行"),
            ("B超", "B超设备"),
            ("a团", "Ⓐ团队"),
            ("valves a", "Acme Valves"),
            ("021-6234 5678", "Shanghai Ltd"),
            ("6234–5678", "Shanghai Ltd"),
            ("6234/5678", "Shanghai Ltd"),
        ] {
            assert_eq!(found(&db, &caller, typed).await, [name], "{typed}");
        }
    }

    async fn individuals_are_searched_among_individuals(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        make(&db, &caller, &form("王氏电子")).await;
        make(&db, &caller, &AccountForm { kind: "individual".to_owned(), ..form("王小明") }).await;
        let individuals = ListRequest {
            tab: Tab::Individuals,
            search: "wang".to_owned(),
            ..ListRequest::default()
        };
        let page = db.account_page(&caller, &individuals).await.unwrap();
        let names: Vec<&str> = page.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["王小明"]);
        assert_eq!(db.list_count(&caller, &individuals, false).await.unwrap().number, 1);
        assert_eq!(found(&db, &caller, "wang").await, ["王氏电子"]);
    }
}
