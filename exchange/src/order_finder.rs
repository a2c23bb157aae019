//! Files of orders: told by their headers or, without any, by the shape of their columns, and what each column holds.

use crate::{
    deal_finder::{holds_numbers, is_one_of, joined, meant},
    format::Format,
    mapping::{ColumnMap, Confidence},
    sniff,
    synonyms::{self, Meaning},
    table::{Row, TableHead},
};
use domain::{
    date::{Date, DayOrder},
    id::{AccountNumber, OrderNumber},
    import::Target,
    money,
    order::OrderColumn as O,
    product::MOST_PIECES,
};
use std::collections::BTreeMap;

/// Headers that only files of orders have.
const ONLY_ORDERS: &str = "order number|order no|order id|order date|order status|order time|invoice number|invoice no|invoice date|\
     purchase date|订单号|订单编号|订单id|订单日期|订单时间|订单状态|下单日期|下单时间|购买日期|购买时间";

const ORDERS: &[(Target, &str)] = &[
    (
        Target::ExternalId,
        "order number|order no|order id|order|order name|order code|order reference|invoice number|invoice no|invoice|\
         transaction id|external id|id|订单号|订单编号|订单id|订单|单号|销售单号|交易号|编号|外部编号",
    ),
    (
        Target::Order(O::Account),
        "customer|customer name|account|account name|client|client name|company|company name|buyer|buyer name|\
         billing name|客户|客户名称|客户姓名|公司|公司名称|单位名称|买家|买家姓名|买家昵称|购买方|收货人",
    ),
    (
        Target::Order(O::AccountId),
        "customer id|customer number|customer no|client id|buyer id|account id|account number|user id|member id|\
         客户id|客户编号|客户号|会员号|会员编号|会员id|买家id|用户id",
    ),
    (
        Target::Order(O::OrderedOn),
        "order date|ordered on|ordered at|order time|date|day|created at|created|invoice date|purchase date|purchased on|\
         purchased at|transaction date|paid at|下单日期|下单时间|订单日期|订单时间|订单创建时间|购买日期|购买时间|交易日期|\
         成交日期|日期",
    ),
    (
        Target::Order(O::Product),
        "product|product name|product code|item|item name|lineitem name|sku|stock code|article|description|产品|产品名称|\
         商品|商品名称|商品编码|货号|品名",
    ),
    (
        Target::Order(O::Quantity),
        "quantity|qty|units|pieces|lineitem quantity|number of items|数量|件数|商品数量|购买数量",
    ),
    (Target::Order(O::Price), "unit price|price|lineitem price|单价|价格"),
    (
        Target::Order(O::Amount),
        "amount|line total|total|order total|order amount|dollar amount|sales|revenue|value|金额|总金额|订单金额|总价|合计|\
         小计|实付金额|实付款|成交金额",
    ),
    (Target::Order(O::Currency), "currency|order currency|币种|货币"),
    (
        Target::Order(O::Status),
        "status|order status|fulfillment status|financial status|订单状态|状态",
    ),
    (Target::Order(O::Note), "order note|order remark|订单备注|买家留言"),
];

/// Whether the headers are those of a file of orders: one that only such files have, a customer and a day.
pub(crate) fn is_about_orders(head: &TableHead) -> bool {
    let found: Vec<Target> =
        head.headers.iter().filter_map(|header| meant(ORDERS, header)).collect();
    let has = |column| found.contains(&Target::Order(column));
    head.headers.iter().any(|header| is_one_of(ONLY_ORDERS, &joined(header)))
        && (has(O::Account) || has(O::AccountId))
        && has(O::OrderedOn)
}

/// Whether a cell is a header of such a file, word for word.
pub(crate) fn is_known(cell: &str) -> bool {
    meant(ORDERS, cell).is_some()
}

/// Maps the columns of a file of orders.
pub(crate) fn find(head: &TableHead, sample: &[Row]) -> Vec<ColumnMap> {
    let shape = shape(head, sample);
    let mut taken: Vec<Target> = Vec::new();
    let column = |(at, header): (usize, &String)| {
        let (order, open) = DayOrder::of(sample.iter().map(|row| row.cell(at)));
        let target = match &shape {
            Some(shape) => shape
                .iter()
                .find(|(_, place)| *place == at)
                .map(|(column, _)| Target::Order(*column)),
            None => meant(ORDERS, header)
                .map(|target| own_number(target, sample, at))
                .or_else(|| remark(header)),
        };
        let target = target.filter(|target| !taken.contains(target));
        taken.extend(target);
        let unsure = shape.is_some()
            || (target == Some(Target::Order(O::OrderedOn)) && open && order.is_none());
        let confidence = match target {
            None => Confidence::None,
            Some(_) if unsure => Confidence::Guess,
            Some(_) => Confidence::Sure,
        };
        ColumnMap {
            header: header.clone(),
            target,
            confidence,
            values: BTreeMap::new(),
            day_order: order.unwrap_or_default(),
        }
    };
    head.headers.iter().enumerate().map(column).collect()
}

/// What is called a remark in files of any kind.
fn remark(header: &str) -> Option<Target> {
    let meaning = synonyms::lookup(header)?.0;
    let is_note = matches!(meaning, Meaning::Remark | Meaning::Is(Target::Note));
    is_note.then_some(Target::Order(O::Note))
}

/// A column of ids that are all numbers of this installation.
fn own_number(target: Target, sample: &[Row], at: usize) -> Target {
    match target {
        Target::ExternalId if holds_numbers::<OrderNumber>(sample, at) => Target::Order(O::Number),
        Target::Order(O::AccountId) if holds_numbers::<AccountNumber>(sample, at) => {
            Target::Order(O::AccountNumber)
        }
        other => other,
    }
}

/// Whether a file without headers has the shape of a list of purchases.
pub(crate) fn is_shaped(head: &TableHead, sample: &[Row]) -> bool {
    shape(head, sample).is_some()
}

/// Of so many rows of a sample, one may be spoilt.
const ONE_IN: usize = 20;

/// The columns of a file without headers that can be nothing but purchases: who it was, by an id, one day, how many and,
/// with decimals, how much, in this order. Further ids before the day stay out.
fn shape(head: &TableHead, sample: &[Row]) -> Option<Vec<(O, usize)>> {
    if head.header_row != 0 || head.format == Format::Vcard || sample.is_empty() {
        return None;
    }
    let every = |at: usize, test: fn(&str) -> bool| {
        let spoilt = sample.iter().filter(|row| !test(row.cell(at).trim())).count();
        spoilt * ONE_IN <= sample.len()
    };
    let width = head.headers.len();
    let mut days = (0..width).filter(|at| every(*at, is_day));
    let day = days.next().filter(|at| *at > 0)?;
    let later = |from: usize, test| (from..width).find(|at| every(*at, test));
    let quantity = later(day + 1, is_count)?;
    let amount = later(quantity + 1, is_amount)?;
    let with_cents = |cell: &str| cell.contains(['.', ',']);
    let cells: Vec<&str> = sample.iter().map(|row| row.cell(amount).trim()).collect();
    let is_it = days.next().is_none()
        && (0..day).all(|at| every(at, is_id))
        && amount + 1 == width
        && sniff::share(&cells, with_cents).is_some_and(|share| share >= 80);
    is_it.then(|| {
        vec![(O::AccountId, 0), (O::OrderedOn, day), (O::Quantity, quantity), (O::Amount, amount)]
    })
}

fn is_day(cell: &str) -> bool {
    Date::parse(cell).is_ok_and(|date| (1900..=2100).contains(&date.year()))
}

fn is_id(cell: &str) -> bool {
    !cell.is_empty()
        && cell.len() <= 32
        && cell.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && cell.chars().any(|c| c.is_ascii_digit())
}

fn is_count(cell: &str) -> bool {
    cell.parse().is_ok_and(|count: i64| (1..=MOST_PIECES).contains(&count))
}

fn is_amount(cell: &str) -> bool {
    money::parse_minor(cell, 2).is_ok_and(|minor| minor >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::{Mapping, RowKind};

    fn head(headers: &[&str], header_row: u64) -> TableHead {
        TableHead {
            format: Format::Csv,
            encoding: None,
            delimiter: None,
            sheets: Vec::new(),
            sheet: None,
            header_row,
            headers: headers.iter().map(|header| (*header).to_owned()).collect(),
        }
    }

    fn rows(cells: &[&[&str]]) -> Vec<Row> {
        let row = |(number, cells): (i64, &&[&str])| Row {
            number,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        };
        (1..).zip(cells).map(row).collect()
    }

    fn codes(mapping: &Mapping) -> Vec<String> {
        let code = |column: &ColumnMap| column.target.map(Target::code).unwrap_or_default();
        mapping.columns.iter().map(code).collect()
    }

    #[test]
    fn every_word_means_one_thing() {
        let mut seen = std::collections::HashSet::new();
        for synonym in ORDERS.iter().flat_map(|(_, list)| list.split('|')) {
            assert_eq!(synonyms::words(synonym), synonym, "as compared");
            assert!(seen.insert(synonym.replace(' ', "")), "{synonym} twice");
        }
    }

    #[test]
    fn headers_of_shops_are_read_in_both_languages() {
        let english = head(
            &[
                "InvoiceNo",
                "StockCode",
                "Quantity",
                "InvoiceDate",
                "UnitPrice",
                "CustomerID",
                "Country",
            ],
            1,
        );
        let mapping = Mapping::automatic(&english, &[]);
        assert_eq!(mapping.rows, RowKind::Orders);
        assert_eq!(
            codes(&mapping),
            [
                "external_id",
                "order.product",
                "order.quantity",
                "order.ordered_on",
                "order.price",
                "order.account_id",
                ""
            ]
        );
        let chinese = head(
            &["订单号", "买家姓名", "下单时间", "商品名称", "数量", "实付金额", "订单状态", "备注"],
            1,
        );
        let mapping = Mapping::automatic(&chinese, &[]);
        assert_eq!(mapping.rows, RowKind::Orders);
        assert_eq!(
            codes(&mapping),
            [
                "external_id",
                "order.account",
                "order.ordered_on",
                "order.product",
                "order.quantity",
                "order.amount",
                "order.status",
                "order.note"
            ]
        );
        for headers in [&["公司", "最近联系", "金额"][..], &["name", "order", "phone"]] {
            assert_ne!(Mapping::automatic(&head(headers, 1), &[]).rows, RowKind::Orders);
        }
    }

    #[test]
    fn numbers_of_this_installation_are_told_from_those_of_another() {
        let headers = head(&["Order number", "Customer number", "Order date"], 1);
        let own = rows(&[&["O-12", "C-7", "2026-01-02"]]);
        let mapping = Mapping::automatic(&headers, &own);
        assert_eq!(codes(&mapping), ["order.number", "order.account_number", "order.ordered_on"]);
        let others = rows(&[&["1001", "7", "2026-01-02"]]);
        let mapping = Mapping::automatic(&headers, &others);
        assert_eq!(codes(&mapping), ["external_id", "order.account_id", "order.ordered_on"]);
    }

    #[test]
    fn purchases_without_headers_are_known_by_their_columns() {
        let columns = head(&["Column 1", "Column 2", "Column 3", "Column 4", "Column 5"], 0);
        let purchases = rows(&[
            &["00004", "0001", "19970101", "2", "29.33"],
            &["00021", "0002", "19970101", "3", "0.00"],
        ]);
        let mapping = Mapping::automatic(&columns, &purchases);
        assert_eq!(mapping.rows, RowKind::Orders);
        assert_eq!(
            codes(&mapping),
            ["order.account_id", "", "order.ordered_on", "order.quantity", "order.amount"]
        );
        assert!(mapping.columns.iter().all(|column| column.confidence < Confidence::Likely));
        let two_days = rows(&[&["00004", "19970102", "19970101", "2", "29.33"]]);
        let names = rows(&[&["Ann", "0001", "19970101", "2", "29.33"]]);
        let whole = rows(&[&["00004", "0001", "19970101", "2", "29"]]);
        for other in [&two_days, &names, &whole] {
            assert_ne!(Mapping::automatic(&columns, other).rows, RowKind::Orders);
        }
        let under_headers = TableHead { header_row: 1, ..columns };
        assert_ne!(Mapping::automatic(&under_headers, &purchases).rows, RowKind::Orders);
    }
}
