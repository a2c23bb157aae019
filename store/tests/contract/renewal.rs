//! Keys that an older release worked out are brought up to date, once, and what people typed stays as it is.

use crate::{
    cases::{about, case},
    customers::{form, make},
    opportunities::{deal, make_deal},
    support::{on_both, someone},
};
use domain::{
    hit::HitKind,
    list::{ListRequest, Sort},
    policy::{Caller, Origin, Role},
    time::Instant,
};
use store::Db;

async fn change(db: &Db, statement: &'static str) {
    match db {
        Db::Sqlite { writer, .. } => {
            sqlx::query(statement).execute(writer).await.unwrap();
        }
        Db::Postgres { pool, .. } => {
            sqlx::query(statement).execute(pool).await.unwrap();
        }
    }
}

async fn names(db: &Db, caller: &Caller, request: &ListRequest) -> Vec<String> {
    db.account_page(caller, request).await.unwrap().rows.into_iter().map(|row| row.name).collect()
}

on_both! {
    async fn old_keys_are_worked_out_anew_once(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        make(&db, &caller, &form("成都食品厂")).await;
        make(&db, &caller, &form("北京云帆科技有限公司")).await;
        // As a release might have left them that knew neither pinyin nor search.
        change(&db, "UPDATE account SET name_sort = 'x', name_fold = 'x', name_core = 'x', name_back = 'x'").await;
        change(&db, "DELETE FROM account_search").await;
        let search = |typed: &str| ListRequest { search: typed.to_owned(), ..ListRequest::default() };
        let by_name = ListRequest { sort: Sort::Name, ..ListRequest::default() };
        assert_eq!(names(&db, &caller, &search("云帆")).await, Vec::<String>::new());

        let system = Caller::system(Instant(9), Origin::CommandLine);
        let mut told = Vec::new();
        db.renew_keys(&system, |done| told.push(done)).await.unwrap();
        assert_eq!(told, [2]);
        for typed in ["云帆", "yunfan", "北京云帆科技有限公司"] {
            assert_eq!(names(&db, &caller, &search(typed)).await, ["北京云帆科技有限公司"], "{typed}");
        }
        assert_eq!(names(&db, &caller, &by_name).await, ["北京云帆科技有限公司", "成都食品厂"]);

        // Once: at the next start there is nothing to do.
        db.renew_keys(&system, |done| panic!("{done} records were done again")).await.unwrap();
        // And only by the program itself or an administrator.
        assert!(db.renew_keys(&caller, |_| ()).await.is_err());
    }

    async fn deals_and_cases_of_an_older_house_are_indexed_once(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        make(&db, &caller, &form("成都食品厂")).await;
        for name in ["成都框架", "Acme renewal"] {
            make_deal(&db, &caller, &deal(name)).await;
        }
        case(&db, &caller, &about("成都投诉")).await;
        let system = Caller::system(Instant(9), Origin::CommandLine);
        db.renew_keys(&system, |_| {}).await.unwrap();
        // As the release before left them, which found customers and persons alone.
        change(&db, "UPDATE setting SET value = '4' WHERE name = 'keys.edition'").await;
        change(&db, "UPDATE opportunity SET name_fold = ''").await;
        change(&db, "UPDATE feedback_case SET subject_fold = ''").await;
        change(&db, "DELETE FROM opportunity_search").await;
        change(&db, "DELETE FROM case_search").await;
        let found = async |typed: &str| -> Vec<String> {
            let hits = db.palette(&caller, typed, HitKind::ALL).await.unwrap();
            hits.into_iter().map(|hit| hit.number).collect()
        };
        assert_eq!(found("成都").await, ["C-1"]);
        assert_eq!(found("#1").await, ["C-1", "D-1", "F-1"]);

        let mut told = Vec::new();
        db.renew_keys(&system, |done| told.push(done)).await.unwrap();
        assert_eq!(told, [2, 3], "customers are as they were");
        for typed in ["成都", "cd", "chengdu"] {
            assert_eq!(found(typed).await, ["C-1", "D-1", "F-1"], "{typed}");
        }
        assert_eq!(found("a").await, ["D-2"]);
        db.renew_keys(&system, |done| panic!("{done} records were done again")).await.unwrap();
    }
}
