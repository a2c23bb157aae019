//! One row at a time: what becomes of every cell, and that none is lost without a word.

use domain::{
    account::{AccountField, AccountKind, AccountStatus},
    field::FieldError,
    import::{RowResult, Target},
    person::PersonField,
};
use exchange::{
    format::Format,
    map_file::MapFile,
    mapping::{Mapping, RowKind},
    row::{ParsedRow, RowReader},
    table::{Row, TableHead},
};
use proptest::prelude::*;

fn head(headers: &[&str]) -> TableHead {
    TableHead {
        format: Format::Csv,
        encoding: None,
        delimiter: None,
        sheets: Vec::new(),
        sheet: None,
        header_row: 1,
        headers: headers.iter().map(|header| (*header).to_owned()).collect(),
    }
}

fn read(mapping: &Mapping, cells: &[&str]) -> ParsedRow {
    let cells = cells.iter().map(|cell| (*cell).to_owned()).collect();
    RowReader::new(mapping, "CN", 2).read(&Row { number: 7, cells })
}

fn errors(row: &ParsedRow) -> Vec<(&str, &FieldError)> {
    row.errors.iter().map(|error| (error.column.as_str(), &error.error)).collect()
}

#[test]
fn words_of_the_house_are_translated() {
    let head = head(&["公司", "客户状态"]);
    let mut mapping = Mapping::automatic(&head, &[]);
    let unread = read(&mapping, &["快讯", "铁粉"]);
    assert_eq!(errors(&unread), [("客户状态", &FieldError::UnknownOption)]);
    assert_eq!(unread.account.as_ref().unwrap().data.status, AccountStatus::Potential);
    assert_eq!(unread.account_fields, [AccountField::Name], "what is not read is not filled");
    assert_eq!(unread.result(), RowResult::Warning);
    let file = MapFile::parse("[values.status]\n\"铁 粉\" = \"x\"\n\"铁粉\" = \"loyal\"").unwrap();
    file.apply(&mut mapping, &head).unwrap();
    let row = read(&mapping, &["快讯", " 铁粉 "]);
    assert_eq!(row.account.unwrap().data.status, AccountStatus::Loyal);
    assert!(row.errors.is_empty());
}

#[test]
fn what_an_individual_has_no_field_for_becomes_a_note() {
    let head = head(&["姓名", "公司", "性别", "部门", "职位", "备注", "跟进记录", "生日历法"]);
    let mapping = Mapping::automatic(&head, &[]);
    let row = read(&mapping, &["张三", "", "女", "财务部", "会计", "老友", "来过", "公历"]);
    let account = row.account.unwrap();
    assert!(row.person.is_none());
    assert_eq!(account.data.kind, AccountKind::Individual);
    assert_eq!((account.data.job_title.as_str(), account.data.remark.as_str()), ("会计", "老友"));
    assert_eq!(row.note.as_deref(), Some("性别: 女\n部门: 财务部\n跟进记录: 来过"));
    let row = read(&mapping, &["张三", "快讯", "女", "财务部", "", "", "", ""]);
    assert_eq!(row.note, None);
    assert_eq!(row.person.unwrap().data.department, "财务部");
    assert_eq!(
        row.person_fields,
        [PersonField::FullName, PersonField::Gender, PersonField::Department]
    );
}

#[test]
fn a_list_of_people_makes_no_customers() {
    let head = head(&["联系人编号", "姓名", "公司", "手机", "地址", "标签", "来源"]);
    let mapping = Mapping::automatic(&head, &[]);
    assert_eq!(mapping.rows, RowKind::People);
    let row = read(&mapping, &["9", "张三", "", "15284354094", "南京路1号", "华东", "展会"]);
    assert!(row.account.is_none());
    let person = row.person.unwrap();
    assert_eq!((person.data.source.as_str(), person.contacts.len()), ("展会", 1));
    assert_eq!(row.note.as_deref(), Some("地址: 南京路1号\n标签: 华东"));
    assert_eq!(row.external_id.as_deref(), Some("9"));
}

#[test]
fn only_a_missing_name_refuses_a_row() {
    let head = head(&["公司", "联系人", "手机", "职位", "城市", "地址", "标签"]);
    let mapping = Mapping::automatic(&head, &[]);
    let long = "长".repeat(301);
    let tags = (0..21).map(|n| n.to_string()).collect::<Vec<_>>().join(",");

    let row = read(&mapping, &["快讯", &long, "15284354094", "会计", "南京", &long, &tags]);
    let account = row.account.clone().unwrap();
    assert!(row.person.is_none() && !row.refused);
    assert_eq!(account.contacts.len(), 1, "the company keeps the phone");
    assert_eq!((account.addresses[0].city.as_str(), account.tags.len()), ("南京", 0));
    assert_eq!(row.note.as_deref(), Some("职位: 会计"));
    assert_eq!(
        errors(&row),
        [
            ("联系人", &FieldError::TooLong { max: 200 }),
            ("地址", &FieldError::TooLong { max: 300 }),
            ("标签", &FieldError::OutOfRange { min: 0, max: 20 }),
        ]
    );
    assert_eq!(row.errors[0].value.chars().count(), 200);

    let row = read(&mapping, &[&long, "张三", "", "", "", "", ""]);
    assert!(row.refused && row.account.is_none() && row.person.is_none());
    assert_eq!(errors(&row), [("公司", &FieldError::TooLong { max: 200 })]);
    let row = read(&mapping, &[" ", "\u{3000}", "15284354094"]);
    assert_eq!((row.refused, errors(&row)), (true, vec![("公司", &FieldError::Required)]));
    assert_eq!(row.number, 7);
}

#[test]
fn a_dash_is_no_number_and_no_complaint() {
    let head = head(&["公司", "员工人数", "网址", "最近联系", "简称", "电话", "公司电话"]);
    let mapping = Mapping::automatic(&head, &[]);
    let row = read(&mapping, &["快讯", "-", "无", "N/A", "-", "/", "021-62345678"]);
    assert!(row.errors.is_empty(), "{:?}", row.errors);
    let account = row.account.unwrap();
    assert_eq!((account.data.employees, account.data.short_name.as_str()), (None, "-"));
    assert_eq!(account.contacts.len(), 1);
}

/// A mapping in which every target has a column.
fn everything() -> Mapping {
    let targets = Target::all();
    let headers: Vec<String> = targets.iter().map(|target| target.code()).collect();
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let mut mapping = Mapping::automatic(&head(&headers), &[]);
    for (column, target) in targets.into_iter().enumerate() {
        mapping.set_target(column, Some(target));
    }
    mapping.check().unwrap();
    mapping
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_row_breaks_the_reading(
        cells in proptest::collection::vec("(|[ \\PC\\n\\t\\x00]{0,12}|[0-9+ -]{0,16}|2024-0[0-9]-[0-9]{2})", 0..60),
        people in any::<bool>(),
    ) {
        let mut mapping = everything();
        if people {
            mapping.rows = RowKind::People;
        }
        let reader = RowReader::new(&mapping, "CN", 2);
        let row = Row { number: 1, cells };
        let read = reader.read(&row);
        prop_assert_eq!(&reader.read(&row), &read);
        prop_assert_eq!(read.refused, read.account.is_none() && read.person.is_none());
        prop_assert!(!read.refused || !read.errors.is_empty());
        prop_assert!(read.errors.iter().all(|error| error.value.chars().count() <= 200));
        if let Some(account) = &read.account {
            prop_assert!(!account.data.name.is_empty());
            prop_assert_eq!(account.contacts.len(), read.account_norms.len());
        }
        if let Some(person) = &read.person {
            prop_assert!(!person.data.full_name.is_empty());
            prop_assert_eq!(person.contacts.len(), read.person_norms.len());
        }
    }
}
