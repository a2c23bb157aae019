//! Headers of other programs, and of our own exports and templates, find their fields.

use domain::{import::Target, lang::Lang, policy::DetailRules};
use exchange::{
    error_file,
    export_columns::{Columns, ExportKind},
    format::Format,
    mapping::{Confidence, Mapping, MappingError, RowKind},
    table::{Row, TableHead},
    template,
};

fn mapping(headers: &[&str], rows: &[&[&str]]) -> Mapping {
    let head = TableHead {
        format: Format::Csv,
        encoding: None,
        delimiter: None,
        sheets: Vec::new(),
        sheet: None,
        header_row: 1,
        headers: headers.iter().map(|header| (*header).to_owned()).collect(),
    };
    let rows: Vec<Row> = (1..)
        .zip(rows)
        .map(|(number, cells)| Row {
            number,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        })
        .collect();
    Mapping::automatic(&head, &rows)
}

fn codes(mapping: &Mapping) -> Vec<String> {
    let columns = mapping.columns.iter();
    columns.map(|column| column.target.map(Target::code).unwrap_or_default()).collect()
}

#[test]
fn outlook_and_google_contacts() {
    let outlook = mapping(
        &[
            "First Name",
            "Last Name",
            "Company",
            "Department",
            "Job Title",
            "Business Street",
            "Business City",
            "Business State",
            "Business Postal Code",
            "Business Country/Region",
            "Home Phone",
            "Business Phone",
            "Mobile Phone",
            "E-mail Address",
            "E-mail 2 Address",
            "Birthday",
            "Gender",
            "Notes",
            "Web Page",
            "Categories",
        ],
        &[&["Ann", "Cole", "Harbour Ltd", "", "Buyer"]],
    );
    assert_eq!(
        codes(&outlook),
        [
            "person.full_name",
            "person.full_name",
            "account.name",
            "person.department",
            "person.title",
            "address.street",
            "address.city",
            "address.province",
            "address.street",
            "address.country",
            "contact.phone",
            "contact.phone",
            "contact.mobile",
            "contact.email",
            "contact.email",
            "person.birthday",
            "person.gender",
            "person.remark",
            "account.website",
            "tags"
        ]
    );
    let google = mapping(
        &[
            "Name",
            "Given Name",
            "Family Name",
            "Organization 1 - Name",
            "E-mail 1 - Value",
            "Phone 1 - Type",
            "Phone 1 - Value",
        ],
        &[&["Ann Cole", "Ann", "Cole", "Harbour Ltd", "ann@x.co", "Work", "+44 117 496 0123"]],
    );
    assert_eq!(
        codes(&google),
        ["person.full_name", "", "", "account.name", "contact.email", "", "contact.phone"]
    );
}

#[test]
fn crm_exports() {
    let hubspot = mapping(
        &[
            "Record ID",
            "First Name",
            "Last Name",
            "Email",
            "Phone Number",
            "Contact owner",
            "Lead Status",
            "Job Title",
            "Associated Company",
            "Create Date",
            "Last Activity Date",
        ],
        &[&[
            "1",
            "Ann",
            "Cole",
            "a@b.co",
            "+44 117 496 0123",
            "Bo",
            "Prospect",
            "Buyer",
            "X Ltd",
            "2024-01-01",
            "2024-02-01",
        ]],
    );
    assert_eq!(
        codes(&hubspot),
        [
            "external_id",
            "person.full_name",
            "person.full_name",
            "contact.email",
            "contact.phone",
            "owner_name",
            "account.status",
            "person.title",
            "account.name",
            "",
            "person.last_contact"
        ]
    );
    let chinese = mapping(
        &[
            "序号",
            "客户名称",
            "客户编码",
            "联系人",
            "联系电话",
            "所在地区",
            "客户类别",
            "所属行业",
            "跟进状态",
            "业务员",
            "最后跟进时间",
            "成交金额",
            "创建时间",
            "备注",
            "跟进记录",
        ],
        &[&[
            "1",
            "青石软件有限公司",
            "K001",
            "赵伟",
            "13912345670",
            "江苏",
            "企业",
            "软件",
            "潜在",
            "王芳",
            "2025-01-02",
            "12000",
            "2024-01-01",
            "",
            "已电话联系",
        ]],
    );
    assert_eq!(
        codes(&chinese),
        [
            "",
            "account.name",
            "external_id",
            "person.full_name",
            "contact.phone",
            "address.province",
            "account.kind",
            "account.industry",
            "account.status",
            "owner_name",
            "person.last_contact",
            "account.value",
            "",
            "person.remark",
            "note"
        ]
    );
}

#[test]
fn values_settle_what_headers_leave_open() {
    let people: &[&[&str]] = &[&["Ann Cole", "a@b.co"], &["Bo Diaz", "c@d.co"]];
    assert_eq!(
        codes(&mapping(&["Name", "Contact"], people)),
        ["person.full_name", "contact.email"]
    );
    let firms: &[&[&str]] = &[&["Harbour Ltd", "Kenya"], &["Betatech", "Japan"]];
    assert_eq!(codes(&mapping(&["Name", "Location"], firms)), ["account.name", "address.country"]);
    let contacts: &[&[&str]] = &[&["快讯有限公司", "张三"], &["云杉集团", "李四"]];
    assert_eq!(
        codes(&mapping(&["客户", "Contact"], contacts)),
        ["account.name", "person.full_name"]
    );
    let unknown: &[&[&str]] = &[&["张三", "15284354094", "x"], &["李四", "15284354095", "y"]];
    let guessed = mapping(&["甲", "乙", "丙"], unknown);
    assert_eq!(codes(&guessed), ["person.full_name", "contact.mobile", ""]);
    assert!(guessed.columns.iter().all(|column| column.confidence <= Confidence::Guess));
    let state: &[&[&str]] = &[&["X Ltd", "active"], &["Y Ltd", "lost"]];
    assert_eq!(codes(&mapping(&["Company", "State"], state)), ["account.name", "account.status"]);
    let against: &[&[&str]] = &[&["张三", "sales"], &["李四", "none of it"]];
    let doubtful = mapping(&["姓名", "电话"], against);
    assert_eq!(doubtful.columns[1].confidence, Confidence::Guess);
    let same_ids: &[&[&str]] = &[&["1", "张三"], &["1", "李四"]];
    assert_eq!(codes(&mapping(&["编号", "姓名"], same_ids))[0], "");
}

#[test]
fn one_target_takes_one_column() {
    let twice = mapping(&["公司", "单位名称", "手机", "手机号码", "邮箱"], &[]);
    assert_eq!(
        codes(&twice),
        ["account.name", "", "contact.mobile", "contact.mobile", "contact.email"]
    );
    let mut by_hand = twice.clone();
    by_hand.set_target(1, by_hand.columns[0].target);
    assert!(matches!(by_hand.check(), Err(MappingError::Twice { .. })));
    by_hand.set_target(0, None);
    assert_eq!(by_hand.check(), Ok(()));
    by_hand.set_target(1, None);
    assert_eq!(by_hand.check(), Err(MappingError::NoName));
}

#[test]
fn our_own_headers_are_certain() {
    for lang in [Lang::En, Lang::Zh] {
        let headers = template::headers(lang);
        let names: Vec<&str> = headers.iter().map(String::as_str).collect();
        let template = mapping(&names, &[]);
        assert!(template.columns.iter().all(|c| c.confidence == Confidence::Sure), "{lang:?}");
        template.check().unwrap();
        for kind in [ExportKind::Customers, ExportKind::People] {
            let headers = Columns::new(lang, kind, 2, &DetailRules::OPEN).headers();
            let names: Vec<&str> = headers.iter().map(String::as_str).collect();
            let number = |header: &&str| match *header {
                "Customer number" | "客户编号" | "Company number" | "公司编号" => "C-1",
                "Person number" | "联系人编号" => "P-1",
                _ => "",
            };
            let row: Vec<&str> = names.iter().map(number).collect();
            let export = mapping(&names, &[&row]);
            let (created, rest) =
                export.columns.split_last_chunk::<2>().map(|(a, b)| (b, a)).unwrap();
            assert!(created.iter().all(|column| column.target.is_none()), "{lang:?}");
            assert!(rest.iter().all(|c| c.confidence == Confidence::Sure), "{lang:?} {kind:?}");
            let people =
                if kind == ExportKind::People { RowKind::People } else { RowKind::Customers };
            assert_eq!(export.rows, people);
        }
        let english = codes(&mapping(
            &Columns::new(Lang::En, ExportKind::Customers, 2, &DetailRules::OPEN)
                .headers()
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
            &[],
        ));
        let words: Vec<String> =
            Columns::new(lang, ExportKind::Customers, 2, &DetailRules::OPEN).headers();
        let these = codes(&mapping(&words.iter().map(String::as_str).collect::<Vec<_>>(), &[]));
        assert_eq!(these, english, "both languages mean the same");
        let reason = mapping(&["姓名", error_file::reason_header(lang)], &[&["张三", "a@b.co"]]);
        assert_eq!(codes(&reason)[1], "");
    }
}
