//! Orders: what customers are told to have bought equals what comes out of the file itself, worked out here apart from all
//! our code, and files of shops are read line by line.

use super::{House, house, plan, shared};
use domain::{
    field::FieldError,
    import::{ImportCounts, ImportNote, ImportState, OnDuplicate},
    lang::Lang,
    list::{ListRequest, Tab},
    order::{Order, OrderData, OrderLine, OrderRequest, OrderStatus},
};
use exchange::{
    export::{CsvExport, ExportOptions},
    export_columns::{Beside, ExportKind, Record},
    plan::Plan,
    rows_out::CsvEncoding,
    run,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// What a customer bought in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sums {
    orders: i64,
    cents: i64,
    first: String,
    last: String,
}

/// Adds the lines of a list of purchases up by customer.
fn by_customer(text: &str) -> BTreeMap<String, Sums> {
    let mut all: BTreeMap<String, Sums> = BTreeMap::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let (units, cents) = cells[4].split_once('.').unwrap();
        assert_eq!(cents.len(), 2);
        let day = format!("{}-{}-{}", &cells[2][..4], &cells[2][4..6], &cells[2][6..]);
        let sums = all.entry(cells[0].to_owned()).or_default();
        sums.orders += 1;
        sums.cents += units.parse::<i64>().unwrap() * 100 + cents.parse::<i64>().unwrap();
        if sums.first.is_empty() || day < sums.first {
            sums.first.clone_from(&day);
        }
        sums.last = sums.last.clone().max(day);
    }
    all
}

impl House {
    async fn order_count(&self) -> i64 {
        let all = OrderRequest::default();
        self.db.order_count(&self.caller, &all, true).await.unwrap().number
    }

    /// Numbers and names of all individuals or companies.
    async fn customers(&self, tab: Tab) -> Vec<(domain::id::AccountNumber, String)> {
        let mut request = ListRequest { tab, ..ListRequest::default() };
        let mut all = Vec::new();
        loop {
            let page = self.db.account_page(&self.caller, &request).await.unwrap();
            all.extend(page.rows.into_iter().map(|row| (row.number, row.name)));
            match page.next {
                Some(next) => request.after = Some(next),
                None => return all,
            }
        }
    }

    /// What the customers are told to have bought, in dollars, by the id in their name.
    async fn told(&self) -> BTreeMap<String, Sums> {
        let mut all = BTreeMap::new();
        for (number, name) in self.customers(Tab::Individuals).await {
            let totals = self.db.order_totals(&self.caller, number).await.unwrap();
            assert_eq!(totals.len(), 1, "one currency");
            assert_eq!(totals[0].currency.code(), "USD");
            let sums = Sums {
                orders: totals[0].count,
                cents: totals[0].total_minor,
                first: totals[0].first.to_string(),
                last: totals[0].last.to_string(),
            };
            let id = name.rsplit(' ').next().unwrap().to_owned();
            assert!(all.insert(id, sums).is_none(), "one customer each");
        }
        all
    }

    /// Every order of the first page, oldest first.
    async fn orders(&self) -> Vec<Order> {
        let page = self.db.order_page(&self.caller, &OrderRequest::default()).await.unwrap();
        let mut all = Vec::new();
        for row in page.rows.into_iter().rev() {
            all.push(self.db.order(&self.caller, row.number).await.unwrap());
        }
        all
    }
}

const DOLLARS: &str = "currency = \"USD\"\n";

/// Brings a list of purchases in as it is, recounts it, brings it in again and takes it back.
async fn equal(file: &Path) -> BTreeMap<String, Sums> {
    let house = house().await;
    let expected = by_customer(&std::fs::read_to_string(file).unwrap());
    let lines: i64 = expected.values().map(|sums| sums.orders).sum();
    let dollars = plan(OnDuplicate::Skip, DOLLARS);

    let opened = run::open(&house.reader, file, &dollars).await.unwrap();
    let check =
        run::check(&house.db, &house.caller, opened, run::CHECK_ROWS, |_| ()).await.unwrap();
    let job = house.run(file, &dollars).await;
    let what = |c: ImportCounts| (c.rows, c.created, c.updated, c.unchanged, c.warned, c.refused);
    assert_eq!(what(job.counts), (lines, lines, 0, 0, 0, 0));
    assert_eq!(what(check.counts), what(job.counts), "the check says what the run does");
    assert_eq!(house.order_count().await, lines);
    assert_eq!(house.told().await, expected);

    for mode in [OnDuplicate::Skip, OnDuplicate::FillEmpty, OnDuplicate::Overwrite] {
        let again = house.run(file, &plan(mode, DOLLARS)).await.counts;
        assert_eq!((again.created, again.updated, again.unchanged), (0, 0, lines), "{mode:?}");
    }
    assert_eq!(house.told().await, expected, "nothing is there twice");

    let undone = house.undo(&job).await;
    assert_eq!((undone.state, undone.note), (ImportState::Undone, None));
    assert_eq!(house.order_count().await, 0);
    assert_eq!(house.customers(Tab::Individuals).await, []);
    let afresh = house.run(file, &dollars).await.counts;
    assert_eq!((afresh.created, afresh.refused), (lines, 0), "and it can come again");
    expected
}

#[tokio::test(flavor = "multi_thread")]
async fn purchases_equal_what_a_list_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/purchases.txt");
    let sums = equal(&file).await;
    assert_eq!(sums.len(), 5);
    let one = &sums["00011"];
    assert_eq!((one.orders, one.cents), (3, 5_866));
    assert_eq!((one.first.as_str(), one.last.as_str()), ("2024-01-05", "2024-02-29"));
}

#[tokio::test(flavor = "multi_thread")]
async fn purchases_equal_what_the_list_of_a_shop_for_records_says() {
    let Some(file) = shared("cdnow/CDNOW_sample.txt") else { return };
    let sums = equal(&file).await;
    assert_eq!(sums.len(), 2_357);
    assert_eq!(sums.values().map(|sums| sums.orders).sum::<i64>(), 6_919);
}

const SHOP: &str = "Order number,Customer,Order date,Product,Quantity,Amount,Order status,Note\n\
     1001,Acme Ltd,2026-01-02,GTXPro,2,96.42,shipped,by sea\n\
     1001,,,Mount,1,5,,\n\
     1002,Ann Cole,2026-01-03 14:05,GTX Basic,3,,,\n\
     1003,Ann Cole,2026-01-03,GTX Basic,x,7,maybe,\n\
     1004,Ann Cole,,GTX Basic,1,7,,\n\
     1005,,2026-01-04,GTX Basic,1,7,,\n\
     1006,Ann Cole,2026-01-04,GTX Basic,1,-7,,\n\
     1007,Bo & Co,2026-01-04,Nothing we know,1,,,\n";
const PRODUCTS: &str = "product,series,sales_price\nGTX Basic,GTX,550\nGTX Pro,GTX,4821\n";

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_a_shop_become_orders_and_what_is_wrong_is_told_row_by_row() {
    let house = house().await;
    house.import(&house.file("a.csv", "account,sector\nAcme,software\n")).await;
    house.import(&house.file("p.csv", PRODUCTS)).await;
    let file = house.file("o.csv", SHOP);
    let opened = run::open(&house.reader, &file, &Plan::default()).await.unwrap();
    let check =
        run::check(&house.db, &house.caller, opened, run::CHECK_ROWS, |_| ()).await.unwrap();
    let job = house.run(&file, &Plan::default()).await;
    let what = |c: ImportCounts| (c.created, c.updated, c.unchanged, c.warned, c.refused);
    assert_eq!(what(job.counts), (3, 1, 0, 2, 4));
    assert_eq!(what(check.counts), what(job.counts));

    let orders = house.orders().await;
    let first = &orders[0];
    assert_eq!((first.account_name.as_str(), first.total_minor), ("Acme", 10_142));
    assert_eq!((first.data.status, first.data.note.as_str()), (OrderStatus::Delivering, "by sea"));
    let lines: Vec<_> = first
        .lines
        .iter()
        .map(|line| (line.name.as_str(), line.quantity, line.amount_minor, line.product.is_some()))
        .collect();
    assert_eq!(lines, [("GTX Pro", 2, 9_642, true), ("Mount", 1, 500, false)]);
    let second = &orders[1];
    assert_eq!((second.account_name.as_str(), second.total_minor), ("Ann Cole", 165_000));
    assert_eq!(second.data.status, OrderStatus::Delivered, "nothing else is said");
    assert_eq!(second.data.ordered_on.to_string(), "2026-01-03");
    assert_eq!(house.customers(Tab::Individuals).await.len(), 1, "made once");

    let remarks = house.remarks(&job).await;
    let told: Vec<(i64, &str, &FieldError)> = remarks
        .iter()
        .flat_map(|row| row.errors.iter().map(|e| (row.row, e.column.as_str(), &e.error)))
        .collect();
    let read_as = FieldError::ReadAs { value: "GTX Pro".to_owned() };
    let too_little = FieldError::OutOfRange { min: 0, max: domain::order::MOST_TOTAL };
    assert_eq!(
        told,
        [
            (1, "Product", &read_as),
            (4, "Quantity", &FieldError::NotANumber),
            (4, "Order status", &FieldError::UnknownOption),
            (5, "Order date", &FieldError::Required),
            (6, "Customer", &FieldError::Required),
            (7, "Amount", &too_little),
            (8, "Amount", &FieldError::Required),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_file_brings_orders_up_to_date_and_is_taken_back() {
    let house = house().await;
    let first = "订单号,买家姓名,下单时间,商品名称,数量,实付金额,订单状态\n\
         WX2026001,邓雷,2026-01-02,灯,1,10,已确认\nWX2026001,邓雷,2026-01-02,桌,1,20,已确认\n\
         WX2026002,林晓,2026-01-03,灯,1,10,已发货\n";
    let job = house.run(&house.file("1.csv", first), &Plan::default()).await;
    assert_eq!((job.counts.created, job.counts.updated, job.counts.refused), (2, 1, 0));
    let later =
        house.file("2.csv", &first.replace("已确认", "已签收").replace("桌,1,20", "桌,9,99"));
    let skipped = house.run(&later, &plan(OnDuplicate::Skip, "")).await.counts;
    assert_eq!((skipped.created, skipped.updated, skipped.unchanged), (0, 0, 3));
    let update = house.run(&later, &plan(OnDuplicate::Overwrite, "")).await;
    assert_eq!((update.counts.created, update.counts.updated), (0, 1));
    let stands = async || {
        let orders = house.orders().await;
        orders.iter().map(|one| (one.data.status, one.total_minor)).collect::<Vec<_>>()
    };
    let delivering = (OrderStatus::Delivering, 1_000);
    assert_eq!(stands().await, [(OrderStatus::Delivered, 3_000), delivering]);
    assert_eq!(house.undo(&update).await.note, None);
    assert_eq!(stands().await, [(OrderStatus::Confirmed, 3_000), delivering]);
    let kept = house.undo(&job).await.note;
    assert_eq!(kept, Some(ImportNote::Kept { records: 1 }), "another run changed one since");
    let left: Vec<String> =
        house.customers(Tab::Individuals).await.into_iter().map(|(_, name)| name).collect();
    assert_eq!(left, ["邓雷"], "whose order stays");
}

/// Every order of the first page, as an export writes them.
async fn export(house: &House, lang: Lang, name: &str) -> PathBuf {
    let details = domain::policy::DetailRules::OPEN;
    let options = ExportOptions { lang, kind: ExportKind::Orders, decimals: 2, details };
    let mut out = CsvExport::new(options, CsvEncoding::Utf8);
    let mut bytes = out.head();
    let ids: Vec<_> = house.orders().await.into_iter().map(|order| order.id).collect();
    for order in house.db.export_orders(&house.caller, &ids).await.unwrap() {
        for line in &order.lines {
            bytes.extend(out.row(Record::Order(&order, Some(line)), Beside::default()));
        }
    }
    house.file(name, std::str::from_utf8(&bytes).unwrap())
}

/// What orders say, whatever their ids are.
async fn said(house: &House) -> Vec<(String, String, OrderData, Vec<OrderLine>)> {
    let plain = |line: OrderLine| OrderLine { product: None, ..line };
    let told = |order: Order| {
        let lines = order.lines.into_iter().map(plain).collect();
        (order.account.to_string(), order.account_name, order.data, lines)
    };
    let mut all: Vec<_> = house.orders().await.into_iter().map(told).collect();
    all.sort_by_key(|(number, _, data, _)| (data.ordered_on, number.clone()));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_imports_back_without_a_change_and_into_another_house_equal() {
    let first = house().await;
    let accounts = "account,sector\nAcme,software\n=2+5,software\n";
    first.import(&first.file("a.csv", accounts)).await;
    first.import(&first.file("p.csv", PRODUCTS)).await;
    first.import(&first.file("o.csv", SHOP)).await;
    let more = "order number,customer,order date,product,quantity,amount,currency,order note\n\
         7,=2+5,2026-01-05,=Lamp,3,1000,jpy,\"two\nlines\"\n";
    first.import(&first.file("m.csv", more)).await;
    let said_first = said(&first).await;
    assert_eq!(said_first.len(), 4);
    let exported = export(&first, Lang::Zh, "zh.csv").await;
    for file in [&exported, &export(&first, Lang::En, "en.csv").await] {
        for mode in [OnDuplicate::Skip, OnDuplicate::FillEmpty, OnDuplicate::Overwrite] {
            let counts = first.run(file, &plan(mode, "")).await.counts;
            assert_eq!((counts.rows, counts.unchanged, counts.warned), (5, 5, 0), "{mode:?}");
        }
    }
    assert_eq!(said(&first).await, said_first);
    // Another house has the same customers and no order yet.
    let second = house().await;
    second.import(&second.file("a.csv", accounts)).await;
    let people = "name\nAnn Cole\n";
    second.import(&second.file("p.csv", PRODUCTS)).await;
    second.import(&second.file("i.csv", people)).await;
    let counts = second.import(&exported).await;
    assert_eq!((counts.created, counts.updated, counts.refused), (4, 1, 0));
    let plain = |all: Vec<(String, String, OrderData, Vec<OrderLine>)>| {
        all.into_iter().map(|(_, name, data, lines)| (name, data, lines)).collect::<Vec<_>>()
    };
    assert_eq!(plain(said(&second).await), plain(said_first));
}

/// A file whose last order is written half in one chunk and half in the next.
fn crossing(house: &House) -> PathBuf {
    let mut text = "order id,customer id,order date,amount\n".to_owned();
    for row in 1..store::CHUNK_ROWS {
        text.push_str(&format!("S-{row:05},{},2026-01-02,1\n", row % 7));
    }
    for amount in [2, 3, 4] {
        text.push_str(&format!("S-99999,3,2026-01-03,{amount}\n"));
    }
    house.file("many.csv", &text)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_on_in_the_next_chunk() {
    let house = house().await;
    let file = crossing(&house);
    let job = house.run(&file, &Plan::default()).await;
    let made = i64::try_from(store::CHUNK_ROWS).unwrap();
    assert_eq!((job.counts.created, job.counts.updated, job.counts.refused), (made, 2, 0));
    let last = house.orders().await.pop().unwrap();
    let amounts: Vec<i64> = last.lines.iter().map(|line| line.amount_minor).collect();
    assert_eq!((amounts, last.total_minor), (vec![200, 300, 400], 900));
    assert_eq!(house.customers(Tab::Individuals).await.len(), 7);
    let again = house.run(&file, &plan(OnDuplicate::Overwrite, "")).await.counts;
    assert_eq!((again.created, again.updated, again.unchanged), (0, 0, made + 2));
    let undone = house.undo(&job).await;
    assert_eq!((undone.note, house.order_count().await), (None, 0));
    assert_eq!(house.customers(Tab::Individuals).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_of_a_system_are_known_by_their_ids_and_their_names() {
    let house = house().await;
    let named = "source_system = \"shop\"\n";
    let file = "customer id,customer,order date,order no,amount\n7,张三,2026-01-02,1,1\n8,张三,2026-01-02,2,2\n";
    house.run(&house.file("1.csv", file), &plan(OnDuplicate::Skip, named)).await;
    let both = house.customers(Tab::Individuals).await;
    assert_eq!(both.len(), 2, "two ids are two people, whatever they are called");
    let next = "customer id,order date,order no,amount\n7,2026-02-02,3,1\n8,2026-02-02,4,2\n";
    let job = house.run(&house.file("2.csv", next), &plan(OnDuplicate::Skip, named)).await;
    assert_eq!((job.counts.created, job.counts.refused), (2, 0));
    for (number, _) in &both {
        let totals = house.db.order_totals(&house.caller, *number).await.unwrap();
        assert_eq!(totals[0].count, 2);
    }
}
