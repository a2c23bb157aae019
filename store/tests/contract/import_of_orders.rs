//! Imports of orders: customers found or made as the caller may, orders made once, and taken back but for what people did.

use crate::{
    customers::{form, make},
    imports::{LATER, import, importer, names, start, undo},
    merges::draft,
    orders::{of, order},
    support::{on_both, root, someone},
};
use domain::{
    date::Date,
    failure::Failure,
    field::FieldError,
    import::{ImportNote, OnDuplicate, Target},
    list::Tab,
    merge::MergeKind,
    money::Currency,
    order::{OrderColumn, OrderData, OrderField, OrderRequest, OrderStatus, OrderSummary},
    policy::{Action, Caller, Object, Origin, Reach, Role},
};
use std::{collections::HashMap, sync::Arc};
use store::{Buyer, Checker, Db, ImportRow, OrderRow, StoreError};

/// A row about an order of somebody, by name.
fn row(number: i64, key: &str, buyer: &str, amount_minor: i64) -> ImportRow {
    let day = Date::new(2026, 1, 2).unwrap();
    let data = OrderData::on(day, Currency::default());
    let columns = HashMap::from([(Target::Order(OrderColumn::Account), "who".to_owned())]);
    ImportRow {
        number,
        order: Some(Box::new(OrderRow {
            data,
            fields: vec![OrderField::OrderedOn, OrderField::Status],
            number: None,
            buyer: Buyer {
                name: buyer.to_owned(),
                key: format!("key of {buyer}"),
                shown: buyer.to_owned(),
                is_person: true,
                ..Buyer::default()
            },
            product: "Lamp".to_owned(),
            quantity: 1,
            amount_minor: Some(amount_minor),
            source_system: "file".to_owned(),
            external_id: key.to_owned(),
        })),
        columns: Arc::new(columns),
        ..ImportRow::default()
    }
}

fn said(row: &mut ImportRow) -> &mut OrderRow {
    row.order.as_deref_mut().unwrap()
}

/// The orders, by number.
async fn orders(db: &Db, caller: &Caller) -> Vec<OrderSummary> {
    let page = db.order_page(caller, &OrderRequest::default()).await.unwrap();
    let mut rows = page.rows;
    rows.sort_by_key(|row| row.number);
    rows
}

/// Somebody who imports and makes orders.
async fn seller(db: &Db) -> Caller {
    let rights = Role::Marketer.rights().and(&Role::Staff.rights());
    Caller { rights, origin: Origin::Import, ..someone(db, "s@example.com", Role::Staff).await }
}

fn is_denied<T: std::fmt::Debug>(answer: std::result::Result<T, StoreError>) -> bool {
    matches!(answer.unwrap_err(), StoreError::Refused(Failure::Denied { .. }))
}

on_both! {
    async fn orders_of_a_file_are_made_once_with_their_lines_and_customers(db: Db) {
        let caller = importer(&db).await;
        let acme = make(&db, &caller, &form("Acme Ltd")).await;
        let mut other_currency = row(5, "b", "Ann", 1);
        said(&mut other_currency).data.currency = Currency::try_from("USD".to_owned()).unwrap();
        let rows = [
            row(1, "a", "ACME", 100),
            row(2, "a", "ACME", 50),
            row(3, "b", "Ann", 0),
            row(4, "c", "Ann", 7),
            other_currency,
        ];
        let (id, counts) = import(&db, &caller, OnDuplicate::Skip, &rows).await;
        assert_eq!(counts, (3, 1, 0));
        let all = orders(&db, &caller).await;
        let told: Vec<_> = all.iter().map(|one| (one.account_name.as_str(), one.total_minor, one.line_count)).collect();
        assert_eq!(told, [("Acme Ltd", 150, 2), ("Ann", 0, 1), ("Ann", 7, 1)]);
        assert_eq!((all[0].account, all[1].account), (acme, all[2].account));
        let remarks = db.import_remarks(&caller, id, 0, 10).await.unwrap();
        assert_eq!((remarks.len(), &remarks[0].errors[0].error), (1, &FieldError::OtherRow));

        let (again, counts) = import(&db, &caller, OnDuplicate::Overwrite, &rows[..4]).await;
        assert_eq!(counts, (0, 0, 4));
        let found = db.import_matches(&caller, again, 0, 10).await.unwrap();
        assert_eq!((found.len(), found[0].order), (4, Some(all[0].number)));
        assert_eq!(found[0].account.as_ref().map(|(number, _)| *number), Some(acme));
        assert_eq!(orders(&db, &caller).await, all);

        undo(&db, &caller, id).await;
        assert_eq!(orders(&db, &caller).await, []);
        assert_eq!(names(&db, &caller, Tab::Individuals).await, [] as [&str; 0]);
        assert_eq!(names(&db, &caller, Tab::Companies).await, ["Acme Ltd"]);
        let (_, counts) = import(&db, &caller, OnDuplicate::Skip, &rows[..4]).await;
        assert_eq!(counts, (3, 1, 0));
    }

    async fn what_people_did_with_orders_and_their_customers_since_stays(db: Db) {
        let caller = importer(&db).await;
        let rows = [row(1, "a", "Ann", 1), row(2, "b", "Bo", 2), row(3, "c", "Cy", 3), row(4, "d", "Dee", 4)];
        let (id, _) = import(&db, &caller, OnDuplicate::Skip, &rows).await;
        let at_screen = Caller { origin: Origin::Web, now: LATER, ..caller.clone() };
        let all = orders(&db, &caller).await;
        let edit = domain::account::FieldEdit { field: "note".to_owned(), value: "Call".to_owned() };
        db.edit_order(&at_screen, all[0].id, all[0].version, &[edit]).await.unwrap();
        order(&db, &at_screen, &of(all[1].account, "2026-03-01"), &[]).await;
        // Cy's order is taken off by hand; Cy is nobody's business any more.
        db.delete_order(&at_screen, all[2].id, true).await.unwrap();
        undo(&db, &caller, id).await;
        let job = db.import_by_id(&caller, id).await.unwrap().job;
        assert_eq!(job.note, Some(ImportNote::Kept { records: 2 }));
        let left: Vec<_> = orders(&db, &caller).await.into_iter().map(|one| one.account_name).collect();
        assert_eq!(left, ["Ann", "Bo"]);
        let mut there = names(&db, &caller, Tab::Individuals).await;
        there.sort_unstable();
        assert_eq!(there, ["Ann", "Bo"], "who has orders stays with them");
    }

    async fn a_stored_order_is_brought_up_to_date_where_the_file_says_so(db: Db) {
        let caller = importer(&db).await;
        import(&db, &caller, OnDuplicate::Skip, &[row(1, "a", "Ann", 1)]).await;
        let mut later = row(1, "a", "Ann", 99);
        said(&mut later).data.status = OrderStatus::Cancelled;
        for (mode, changed) in
            [(OnDuplicate::Skip, 0), (OnDuplicate::FillEmpty, 0), (OnDuplicate::Create, 0), (OnDuplicate::Overwrite, 1)]
        {
            let (id, counts) = import(&db, &caller, mode, &[later.clone(), ImportRow { number: 2, ..later.clone() }]).await;
            assert_eq!(counts, (0, changed, 2 - changed), "{mode:?}");
            let one = orders(&db, &caller).await.remove(0);
            assert_eq!(one.status == OrderStatus::Cancelled, changed == 1);
            assert_eq!((one.total_minor, one.line_count), (1, 1), "its lines stay");
            undo(&db, &caller, id).await;
            assert_eq!(orders(&db, &caller).await[0].status, OrderStatus::Confirmed);
        }
        // What somebody says after the run is not taken back with it.
        let (id, _) = import(&db, &caller, OnDuplicate::Overwrite, &[later]).await;
        let one = orders(&db, &caller).await.remove(0);
        let at_screen = Caller { origin: Origin::Web, now: LATER, ..caller.clone() };
        let edit = domain::account::FieldEdit { field: "status".to_owned(), value: "delivering".to_owned() };
        db.edit_order(&at_screen, one.id, one.version, &[edit]).await.unwrap();
        undo(&db, &caller, id).await;
        assert_eq!(orders(&db, &caller).await[0].status, OrderStatus::Delivering);
    }

    async fn a_number_leads_to_the_order_where_customer_and_day_say_so_too(db: Db) {
        let caller = importer(&db).await;
        let acme = make(&db, &caller, &form("Acme Ltd")).await;
        let there = order(&db, &caller, &of(acme, "2026-01-02"), &[]).await;
        let mut same = row(1, "x", "Acme", 1);
        said(&mut same).number = Some(there.number);
        said(&mut same).buyer.number = Some(acme);
        let mut another_day = ImportRow { number: 2, ..same.clone() };
        said(&mut another_day).data.ordered_on = Date::new(2026, 1, 3).unwrap();
        said(&mut another_day).external_id = "y".to_owned();
        let (_, counts) = import(&db, &caller, OnDuplicate::Skip, &[same, another_day]).await;
        assert_eq!(counts, (1, 0, 1));
    }

    async fn who_may_not_make_orders_brings_none(db: Db) {
        let marketer = someone(&db, "m@example.com", Role::Marketer).await;
        let marketer = Caller { origin: Origin::Import, ..marketer };
        let (id, _) = start(&db, &marketer, OnDuplicate::Skip).await;
        let mut rows = [row(1, "a", "Ann", 1)];
        assert!(is_denied(db.write_chunk(&marketer, id, OnDuplicate::Skip, 0, LATER, &rows).await));
        assert!(is_denied(Checker::new(OnDuplicate::Skip).look_up(&db, &marketer, &mut rows).await));
        assert_eq!(orders(&db, &root()).await, []);
        assert_eq!(names(&db, &root(), Tab::Individuals).await, [] as [&str; 0]);
    }

    async fn who_may_not_make_customers_brings_orders_of_those_that_are_there(db: Db) {
        let seller = seller(&db).await;
        make(&db, &root(), &form("Acme Ltd")).await;
        let rights = seller.rights.set(Object::Account, Action::Create, Reach::None);
        let without = Caller { rights, ..seller.clone() };
        let mut rows = [row(1, "a", "Acme", 1), row(2, "b", "Ann", 1)];
        let check = Checker::new(OnDuplicate::Skip).look_up(&db, &without, &mut rows.clone()).await;
        assert_eq!(check.unwrap().there, 0);
        let (id, _) = start(&db, &without, OnDuplicate::Skip).await;
        let counts = db.write_chunk(&without, id, OnDuplicate::Skip, 0, LATER, &rows).await.unwrap();
        assert_eq!((counts.created, counts.refused), (1, 1));
        let remarks = db.import_remarks(&root(), id, 0, 10).await.unwrap();
        let error = &remarks[0].errors[0];
        assert_eq!((error.column.as_str(), error.value.as_str()), ("who", "Ann"));
        assert_eq!(error.error, FieldError::Unknown);
        Checker::new(OnDuplicate::Skip).look_up(&db, &without, &mut rows).await.unwrap();
        assert!(!rows[0].refused && rows[1].refused, "the check says so before");
        assert_eq!(names(&db, &root(), Tab::Individuals).await, [] as [&str; 0]);
        // Whoever may makes them, and is in charge as of any new customer.
        let (id, _) = start(&db, &seller, OnDuplicate::Skip).await;
        let counts = db.write_chunk(&seller, id, OnDuplicate::Skip, 0, LATER, &[row(1, "b", "Ann", 1)]).await.unwrap();
        assert_eq!((counts.created, counts.refused), (1, 0));
        assert_eq!(names(&db, &root(), Tab::Individuals).await, ["Ann"]);
    }

    async fn customers_that_were_merged_stay_one_in_the_next_file(db: Db) {
        let caller = importer(&db).await;
        let with_id = |number, key: &str, id: &str| {
            let mut row = row(number, key, "Ann", 1);
            let buyer = &mut said(&mut row).buyer;
            (buyer.id, buyer.key) = (id.to_owned(), id.to_owned());
            row
        };
        let rows = [with_id(1, "a", "7"), with_id(2, "b", "8")];
        import(&db, &caller, OnDuplicate::Skip, &rows).await;
        let all = orders(&db, &caller).await;
        assert_ne!(all[0].account, all[1].account, "two ids are two people");
        let one = db.account(&caller, all[0].account).await.unwrap();
        let two = db.account(&caller, all[1].account).await.unwrap();
        let at_screen = Caller { origin: Origin::Web, ..caller.clone() };
        db.merge(&at_screen, MergeKind::Accounts, &draft(&one, &[&two])).await.unwrap();
        let next = [with_id(1, "c", "7"), with_id(2, "d", "8")];
        let (_, counts) = import(&db, &caller, OnDuplicate::Skip, &next).await;
        assert_eq!(counts, (2, 0, 0));
        let totals = db.order_totals(&caller, all[0].account).await.unwrap();
        assert_eq!((totals.len(), totals[0].count), (1, 4));
    }
}
