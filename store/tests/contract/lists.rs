//! Lists: every order pages through every row once, filters hold, counts stop at the cap.

use crate::{
    customers::{form, make},
    support::{NOW, on_both, someone},
};
use domain::{
    account::AccountForm,
    list::{Filter, ListRequest, Sort, Tab},
    policy::{Caller, Role},
    time::DAY,
};
use std::collections::BTreeSet;
use store::Db;

/// 120 companies with repeated names, values and contact days, so that ties cross page borders.
async fn many(db: &Db, caller: &Caller) {
    for n in 0..120_i64 {
        let typed = AccountForm {
            value: (n % 7 * 100).to_string(),
            level: if n % 10 == 0 { "vip".to_owned() } else { String::new() },
            status: if n % 6 == 0 { "at_risk".to_owned() } else { String::new() },
            owner: if n % 3 == 0 { caller.user.to_string() } else { String::new() },
            tags: if n % 4 == 0 { "华东".to_owned() } else { String::new() },
            ..form(&format!(
                "{}{}",
                ["张", "Acme ", "李", "zoe "][usize::try_from(n % 4).unwrap()],
                n % 13
            ))
        };
        make(db, caller, &typed).await;
    }
}

async fn walk(db: &Db, caller: &Caller, mut request: ListRequest) -> Vec<i64> {
    let mut all = Vec::new();
    loop {
        let page = db.account_page(caller, &request).await.unwrap();
        all.extend(page.rows.iter().map(|row| row.number.0));
        assert!(page.rows.len() <= 50);
        match page.next {
            Some(next) => request.after = Some(next),
            None => return all,
        }
    }
}

on_both! {
    async fn every_order_visits_every_row_once_both_ways(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        many(&db, &caller).await;
        for sort in Sort::ALL.iter().copied() {
            let there = walk(&db, &caller, ListRequest { sort, ..ListRequest::default() }).await;
            let back = ListRequest { sort, reverse: true, ..ListRequest::default() };
            let mut back = walk(&db, &caller, back).await;
            assert_eq!(there.len(), 120, "{sort:?}");
            assert_eq!(there.iter().collect::<BTreeSet<_>>().len(), 120, "{sort:?}");
            back.reverse();
            assert_eq!(there, back, "{sort:?}");
        }
    }

    async fn names_come_in_pinyin_order(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        for name in ["王芳", "Acme 10", "张小明", "Acme 9", "曾国", "阿里", "zoe"] {
            make(&db, &caller, &form(name)).await;
        }
        let page = db.account_page(&caller, &ListRequest::default()).await.unwrap();
        let names: Vec<&str> = page.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["阿里", "Acme 9", "Acme 10", "王芳", "曾国", "张小明", "zoe"]);
    }

    async fn filters_narrow_and_counts_agree_with_the_rows(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        many(&db, &caller).await;
        let request = |filters: &[Filter], tag: &str| ListRequest {
            filters: filters.to_vec(),
            tag: tag.to_owned(),
            ..ListRequest::default()
        };
        for (request, want) in [
            (request(&[Filter::Mine], ""), 40),
            (request(&[Filter::Unassigned], ""), 80),
            (request(&[Filter::Vip], ""), 12),
            (request(&[Filter::Mine, Filter::Vip], ""), 4),
            (request(&[Filter::AtRisk], ""), 20),
            (request(&[Filter::AtRisk, Filter::Vip], ""), 4),
            (request(&[Filter::Quiet], ""), 120),
            (request(&[], "华东"), 30),
            (request(&[], "nowhere"), 0),
        ] {
            assert_eq!(walk(&db, &caller, request.clone()).await.len(), want, "{request:?}");
            let count = db.list_count(&caller, &request, false).await.unwrap();
            assert_eq!(count.number, i64::try_from(want).unwrap(), "{request:?}");
        }
        let individuals = ListRequest { tab: Tab::Individuals, ..ListRequest::default() };
        assert!(walk(&db, &caller, individuals).await.is_empty());
    }

    async fn quiet_means_thirty_days(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let number = make(&db, &caller, &form("Acme")).await;
        let account = db.account(&caller, number).await.unwrap();
        let quiet = ListRequest { filters: vec![Filter::Quiet], ..ListRequest::default() };
        let day = domain::date::Date::from_days(NOW.0.div_euclid(DAY) - 10).to_string();
        let edits = [crate::customers::edit("last_contact", &day)];
        db.edit_account(&caller, account.id, account.version, &edits).await.unwrap();
        assert!(walk(&db, &caller, quiet.clone()).await.is_empty());
        let mut later = caller.clone();
        later.now = NOW.plus(21 * DAY);
        assert_eq!(walk(&db, &later, quiet).await, [number.0]);
    }
}
