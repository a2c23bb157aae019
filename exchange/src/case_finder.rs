//! Files of cases, which other programs call tickets: told by their headers, and what each column holds.

use crate::{
    deal_finder::{holds_numbers, is_one_of, joined, meant},
    mapping::{ColumnMap, Confidence},
    table::{Row, TableHead},
};
use domain::{
    case::CaseColumn as C,
    date::DayOrder,
    id::{AccountNumber, CaseNumber},
    import::Target,
};
use std::collections::BTreeMap;

/// Headers that only files of cases have.
const ONLY_CASES: &str = "case number|case id|case subject|case status|case|ticket|ticket id|ticket number|ticket no|ticket name|\
     ticket subject|ticket status|feedback number|feedback subject|feedback kind|complaint|工单|工单号|工单编号|工单主题|\
     工单标题|反馈编号|反馈主题|反馈类型|投诉内容|投诉编号";

const CASES: &[(Target, &str)] = &[
    (
        Target::ExternalId,
        "case number|case id|ticket id|ticket number|ticket no|ticket|feedback number|record id|id|external id|工单号|\
         工单编号|反馈编号|投诉编号|编号|外部编号",
    ),
    (
        Target::Case(C::Subject),
        "feedback subject|case subject|ticket subject|ticket name|case|subject|title|topic|summary|反馈主题|工单主题|\
         工单标题|工单|主题|标题",
    ),
    (
        Target::Case(C::Kind),
        "feedback kind|kind|type|case type|ticket type|issue type|反馈类型|工单类型|类型",
    ),
    (
        Target::Case(C::Category),
        "category|case category|case reason|ticket category|product area|分类|问题分类|工单分类|类别",
    ),
    (
        Target::Case(C::Priority),
        "priority|case priority|ticket priority|urgency|severity|优先级|紧急程度",
    ),
    (
        Target::Case(C::Status),
        "status|case status|ticket status|state|feedback status|状态|工单状态|处理状态|反馈状态",
    ),
    (
        Target::Case(C::Channel),
        "channel|came by|case origin|origin|ticket source|source|via|渠道|来源渠道|来源|受理渠道",
    ),
    (
        Target::Case(C::Account),
        "customer|customer name|account|account name|company|company name|organization|organisation|client|客户|客户名称|\
         公司|公司名称|单位名称|单位",
    ),
    (
        Target::Case(C::AccountId),
        "customer number|customer id|account id|account number|organization id|company id|客户编号|客户id|客户号",
    ),
    (
        Target::Case(C::Person),
        "person|contact person|contact name|requester|requester name|reporter|contact|联系人|联系人姓名|反馈人|提单人",
    ),
    (
        Target::Case(C::Contact),
        "reached by|requester email|contact email|email|phone|contact phone|mobile|联系方式|联系电话|电话|手机|邮箱",
    ),
    (
        Target::Case(C::CameOn),
        "came on|created|created at|created on|created date|create date|opened|opened at|date opened|received|received on|\
         date|收到日期|反馈日期|反馈时间|创建日期|创建时间|提交时间|日期",
    ),
    (
        Target::Case(C::SolvedOn),
        "solved on|solved at|solved|resolved at|resolved on|resolved|closed|closed at|closed date|close date|date closed|\
         解决日期|解决时间|关闭日期|关闭时间|完成时间",
    ),
    (
        Target::Case(C::Body),
        "what the customer said|description|details|message|body|content|ticket description|反馈内容|客户反馈内容|工单内容|\
         问题描述|投诉内容|描述|内容",
    ),
    (Target::Case(C::Cause), "cause|root cause|原因|问题原因"),
    (
        Target::Case(C::Solution),
        "what was done|solution|resolution|resolution notes|answer|处理结果|解决方案|处理意见|回复内容",
    ),
    (
        Target::OwnerName,
        "owner|case owner|ticket owner|assignee|assigned to|agent|负责人|处理人|受理人|客服",
    ),
    (Target::Note, "internal note|notes|note|remark|remarks|内部备注|备注"),
];

/// Whether the headers are those of a file of cases: one that only such files have, and what each is about.
pub(crate) fn is_about_cases(head: &TableHead) -> bool {
    let found: Vec<Target> =
        head.headers.iter().filter_map(|header| meant(CASES, header)).collect();
    let tells = [C::Subject, C::Body].iter().any(|column| found.contains(&Target::Case(*column)));
    let only = |header: &String| is_one_of(ONLY_CASES, &joined(header));
    head.headers.iter().any(only) && tells && found.len() > 2
}

/// Whether a cell is a header of such a file, word for word.
pub(crate) fn is_known(cell: &str) -> bool {
    meant(CASES, cell).is_some()
}

/// Maps the columns of a file of cases.
pub(crate) fn find(head: &TableHead, sample: &[Row]) -> Vec<ColumnMap> {
    let mut taken: Vec<Target> = Vec::new();
    let column = |(at, header): (usize, &String)| {
        let (order, open) = DayOrder::of(sample.iter().map(|row| row.cell(at)));
        let target = meant(CASES, header).map(|target| own_number(target, sample, at));
        let target = target.filter(|target| !taken.contains(target) || *target == Target::Note);
        taken.extend(target);
        let is_day = matches!(target, Some(Target::Case(C::CameOn | C::SolvedOn)));
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
    match target {
        Target::ExternalId if holds_numbers::<CaseNumber>(sample, at) => Target::Case(C::Number),
        Target::Case(C::AccountId) if holds_numbers::<AccountNumber>(sample, at) => {
            Target::Case(C::AccountNumber)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        format::Format,
        mapping::{Mapping, RowKind},
        synonyms,
    };

    fn mapped(headers: &[&str], rows: &[&[&str]]) -> (RowKind, Vec<String>) {
        let head = TableHead {
            format: Format::Csv,
            encoding: None,
            delimiter: None,
            sheets: Vec::new(),
            sheet: None,
            header_row: 1,
            headers: headers.iter().map(|header| (*header).to_owned()).collect(),
        };
        let row = |(number, cells): (i64, &&[&str])| Row {
            number,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        };
        let sample: Vec<Row> = (1..).zip(rows).map(row).collect();
        let mapping = Mapping::automatic(&head, &sample);
        let code = |column: &ColumnMap| column.target.map(Target::code).unwrap_or_default();
        (mapping.rows, mapping.columns.iter().map(code).collect())
    }

    #[test]
    fn every_word_means_one_thing() {
        let mut seen = std::collections::HashSet::new();
        for synonym in CASES.iter().flat_map(|(_, list)| list.split('|')) {
            assert_eq!(synonyms::words(synonym), synonym, "as compared");
            assert!(seen.insert(synonym.replace(' ', "")), "{synonym} twice");
        }
    }

    #[test]
    fn headers_of_help_desks_are_read_in_both_languages() {
        let english =
            ["Ticket ID", "Subject", "Requester", "Status", "Priority", "Created at", "Assignee"];
        let codes = [
            "external_id",
            "case.subject",
            "case.person",
            "case.status",
            "case.priority",
            "case.came_on",
            "owner_name",
        ];
        assert_eq!(mapped(&english, &[]), (RowKind::Cases, codes.map(str::to_owned).to_vec()));
        let chinese = [
            "工单编号",
            "客户名称",
            "问题描述",
            "优先级",
            "处理人",
            "创建时间",
            "解决时间",
            "处理结果",
        ];
        let codes = [
            "external_id",
            "case.account",
            "case.body",
            "case.priority",
            "owner_name",
            "case.came_on",
            "case.solved_on",
            "case.solution",
        ];
        assert_eq!(mapped(&chinese, &[]), (RowKind::Cases, codes.map(str::to_owned).to_vec()));
    }

    #[test]
    fn other_files_are_not_taken_for_cases() {
        for headers in [
            &["Name", "Phone", "Email", "Status"][..],
            &["公司", "联系人", "手机", "备注"],
            &["Deal name", "Stage", "Amount"],
            &["Order number", "Customer", "Order date", "Amount"],
            &["Subject", "Status", "Owner"],
        ] {
            assert_ne!(mapped(headers, &[]).0, RowKind::Cases, "{headers:?}");
        }
    }

    #[test]
    fn numbers_of_this_installation_are_told_from_those_of_another() {
        let headers = ["Feedback number", "Feedback subject", "Customer number"];
        let own = mapped(&headers, &[&["F-12", "Late", "C-7"]]).1;
        assert_eq!(own, ["case.number", "case.subject", "case.account_number"]);
        let others = mapped(&headers, &[&["12", "Late", "7"]]).1;
        assert_eq!(others, ["external_id", "case.subject", "case.account_id"]);
    }
}
