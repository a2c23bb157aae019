//! Files of deals and of products: told by their headers, and what each column holds.

use crate::{
    format::Format,
    mapping::{ColumnMap, Confidence, RowKind},
    synonyms::{self, Meaning},
    table::{Row, TableHead},
};
use domain::{
    account::AccountField, date::DayOrder, id::OpportunityNumber, import::Target,
    opportunity::DealColumn as D, person::PersonField, product::ProductField as P,
};
use std::{collections::BTreeMap, str::FromStr};

/// Headers that only files of deals have.
const ONLY_DEALS: &str = "deal name|deal|opportunity|opportunity name|deal id|opportunity id|deal number|\
     opportunity number|deal stage|opportunity stage|sales stage|deal value|deal amount|deal owner|opportunity owner|商机|\
     商机名称|商机编号|商机id|商机阶段|销售阶段|商机金额";

const DEALS: &[(Target, &str)] = &[
    (
        Target::Deal(D::Name),
        "deal name|opportunity name|deal|opportunity|name|title|subject|商机名称|商机|名称|项目名称",
    ),
    (
        Target::Deal(D::Account),
        "account|account name|customer|customer name|client|company|company name|organization|organisation|\
         associated company|客户|客户名称|公司|公司名称|单位名称|单位",
    ),
    (Target::Deal(D::AccountNumber), "customer number|account number|客户编号"),
    (
        Target::Deal(D::Person),
        "contact person|contact|contact name|person|primary contact|associated contact|联系人|联系人姓名",
    ),
    (Target::Deal(D::Pipeline), "pipeline|sales pipeline|销售管道|管道|销售流程"),
    (
        Target::Deal(D::Stage),
        "deal stage|opportunity stage|sales stage|stage|status|deal status|商机阶段|销售阶段|阶段|状态",
    ),
    (
        Target::Deal(D::Value),
        "close value|value|amount|deal value|deal amount|expected revenue|revenue|金额|商机金额|合同金额|预计金额|\
         成交金额",
    ),
    (Target::Deal(D::Currency), "currency|deal currency|币种|货币"),
    (
        Target::Deal(D::ExpectedClose),
        "expected close|expected close date|expected to close|estimated close date|forecast date|预计成交|预计成交日期|\
         预计签约日期|预计结束日期",
    ),
    (
        Target::Deal(D::Began),
        "began|engage date|engaged|start date|begin date|create date|created|created date|created at|opened|\
         open date|开始日期|创建日期|创建时间|商机日期",
    ),
    (
        Target::Deal(D::Closed),
        "closed|close date|closed date|closed at|closing date|won date|关闭日期|结束日期|成交日期|赢单日期|签约日期",
    ),
    (
        Target::Deal(D::Reason),
        "close reason|closed reason|reason|lost reason|loss reason|won reason|关闭原因|输单原因|赢单原因|原因",
    ),
    (Target::Deal(D::ClosingNote), "close note|关闭说明"),
    (Target::Deal(D::NextStep), "next step|next action|下一步|下一步计划"),
    (Target::Deal(D::NextStepOn), "next step on|next step date|下一步日期"),
    (Target::Deal(D::Source), "source|lead source|deal source|来源|商机来源|线索来源"),
    (
        Target::Deal(D::Products),
        "product|products|product name|item|items|sku|产品|产品名称|商品|商品名称",
    ),
    (Target::OwnerName, "deal owner|opportunity owner|商机负责人"),
    (
        Target::ExternalId,
        "deal id|opportunity id|deal number|opportunity number|record id|id|external id|商机编号|商机id|编号|外部编号",
    ),
];

const PRODUCTS: &[(Target, &str)] = &[
    (
        Target::Product(P::Name),
        "product|product name|name|item|item name|产品|产品名称|商品|商品名称|名称|品名",
    ),
    (
        Target::Product(P::Code),
        "product code|product number|product id|code|sku|item number|item code|产品编号|产品编码|商品编码|编码|货号|编号",
    ),
    (
        Target::Product(P::Price),
        "price|sales price|list price|unit price|standard price|单价|价格|售价|标准价|销售价",
    ),
    (Target::Product(P::Currency), "currency|币种|货币"),
    (Target::Product(P::Archived), "out of use|archived|停用|已停用"),
];

pub(crate) fn is_one_of(list: &str, joined: &str) -> bool {
    list.split('|').any(|synonym| synonym.replace(' ', "") == joined)
}

pub(crate) fn joined(header: &str) -> String {
    synonyms::words(header).replace(' ', "")
}

pub(crate) fn meant(table: &[(Target, &str)], header: &str) -> Option<Target> {
    let joined = joined(header);
    table.iter().find(|(_, list)| is_one_of(list, &joined)).map(|(target, _)| *target)
}

/// What the rows of a file stand for, by its headers.
pub(crate) fn kind_of(head: &TableHead) -> RowKind {
    if head.format == Format::Vcard {
        return RowKind::Customers;
    }
    let only = |header: &String| is_one_of(ONLY_DEALS, &joined(header));
    let known = |table: &[(Target, &str)]| {
        head.headers.iter().filter_map(|header| meant(table, header)).collect::<Vec<_>>()
    };
    let deal = known(DEALS);
    let names_deal = [D::Name, D::Account, D::Products]
        .iter()
        .any(|column| deal.contains(&Target::Deal(*column)));
    if head.headers.iter().any(only) && names_deal && deal.len() > 1 {
        return RowKind::Deals;
    }
    let product = known(PRODUCTS);
    let names_others =
        head.headers.iter().filter_map(|header| synonyms::lookup(header)).any(|(meaning, _)| {
            matches!(
                meaning,
                Meaning::Is(
                    Target::Account(AccountField::Name)
                        | Target::Person(PersonField::FullName)
                        | Target::Contact(_)
                        | Target::AccountContact(_)
                )
            )
        });
    let is_product = |field| product.contains(&Target::Product(field));
    if is_product(P::Name) && (is_product(P::Price) || is_product(P::Code)) && !names_others {
        let says_product = |header: &String| {
            let joined = joined(header);
            ["product", "sku", "item", "price"].iter().any(|word| joined.contains(word))
                || ["产品", "商品", "单价", "售价", "货号"].iter().any(|word| joined.contains(word))
        };
        if head.headers.iter().any(says_product) {
            return RowKind::Products;
        }
    }
    RowKind::Customers
}

/// Maps the columns of a file of deals or of products.
pub(crate) fn find(head: &TableHead, sample: &[Row], rows: RowKind) -> Vec<ColumnMap> {
    let table = if rows == RowKind::Products { PRODUCTS } else { DEALS };
    let mut taken: Vec<Target> = Vec::new();
    let column = |(at, header): (usize, &String)| {
        let (order, open) = DayOrder::of(sample.iter().map(|row| row.cell(at)));
        let target = meant(table, header).map(|target| own_number(target, sample, at));
        let target = target.or_else(|| of_others(header, rows));
        let target = target.filter(|target| !taken.contains(target));
        taken.extend(target.filter(|target| *target != Target::Note));
        let is_day = matches!(
            target,
            Some(Target::Deal(D::ExpectedClose | D::Began | D::Closed | D::NextStepOn))
        );
        let confidence = match target {
            None => Confidence::None,
            Some(_) if is_day && open && order.is_none() => Confidence::Guess,
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

/// A column of ids that are all numbers of this installation.
fn own_number(target: Target, sample: &[Row], at: usize) -> Target {
    let own = target == Target::ExternalId && holds_numbers::<OpportunityNumber>(sample, at);
    if own { Target::Deal(D::Number) } else { target }
}

/// Whether a column holds numbers of one kind of record and nothing else.
pub(crate) fn holds_numbers<N: FromStr>(sample: &[Row], at: usize) -> bool {
    let mut filled = sample.iter().map(|row| row.cell(at).trim()).filter(|cell| !cell.is_empty());
    let is_number = |cell: &str| cell.parse::<N>().is_ok();
    filled.next().is_some_and(is_number) && filled.all(is_number)
}

/// What deals have as customers do: who is in charge, and notes.
fn of_others(header: &str, rows: RowKind) -> Option<Target> {
    if rows != RowKind::Deals {
        return None;
    }
    match synonyms::lookup(header)?.0 {
        Meaning::Is(Target::OwnerName) => Some(Target::OwnerName),
        Meaning::Remark | Meaning::Is(Target::Note) => Some(Target::Note),
        _ => None,
    }
}

/// Whether a cell is a header of such a file, word for word.
pub(crate) fn is_known(cell: &str) -> bool {
    [DEALS, PRODUCTS].iter().any(|table| meant(table, cell).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(headers: &str) -> TableHead {
        TableHead {
            format: Format::Csv,
            encoding: None,
            delimiter: None,
            sheets: Vec::new(),
            sheet: None,
            header_row: 1,
            headers: headers.split(',').map(str::to_owned).collect(),
        }
    }

    #[test]
    fn headers_tell_what_a_file_is_about() {
        for (headers, want) in [
            ("opportunity_id,sales_agent,product,account,deal_stage,close_value", RowKind::Deals),
            ("商机名称,客户名称,金额,阶段", RowKind::Deals),
            ("product,series,sales_price", RowKind::Products),
            ("编码,名称,单价", RowKind::Products),
            ("account,sector,year_established,revenue", RowKind::Customers),
            ("name,code,phone", RowKind::Customers),
            ("name,company,status,value", RowKind::Customers),
            ("sales_agent,manager,regional_office", RowKind::Customers),
        ] {
            assert_eq!(kind_of(&head(headers)), want, "{headers}");
        }
    }

    #[test]
    fn every_word_means_one_thing() {
        for table in [DEALS, PRODUCTS] {
            let mut seen = std::collections::HashSet::new();
            for synonym in table.iter().flat_map(|(_, list)| list.split('|')) {
                assert_eq!(synonyms::words(synonym), synonym, "as compared");
                assert!(seen.insert(synonym.replace(' ', "")), "{synonym} twice");
            }
        }
    }

    #[test]
    fn the_columns_of_another_system_are_found() {
        let head = head(
            "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value,Notes",
        );
        let found = find(&head, &[], RowKind::Deals);
        let codes: Vec<String> = found
            .iter()
            .map(|column| column.target.map(Target::code).unwrap_or_default())
            .collect();
        assert_eq!(
            codes,
            [
                "external_id",
                "owner_name",
                "deal.products",
                "deal.account",
                "deal.stage",
                "deal.began",
                "deal.closed",
                "deal.value",
                "note",
            ]
        );
    }
}
