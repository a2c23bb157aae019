//! What is exported imports back equal; what was refused comes back with its reason.

use crate::support::{import, noon, stored_account, stored_person};
use domain::{
    account::{AccountData, AccountDraft, AccountKind, AccountStatus, Level},
    address::AddressData,
    contact::{ContactDraft, ContactKind},
    date::Date,
    id::AccountNumber,
    lang::Lang,
    person::{Calendar, Employment, Gender, Person, PersonData, PersonRole},
};
use exchange::{
    error_file::{ErrorCsv, ErrorXlsx},
    export::{CsvExport, ExportOptions, XlsxExport},
    export_columns::ExportKind,
    row::ParsedRow,
    rows_out::CsvEncoding,
    template,
};
use std::{fs::File, path::PathBuf};

fn contact(kind: ContactKind, raw: &str) -> ContactDraft {
    ContactDraft { kind, raw: raw.to_owned() }
}

fn drafts() -> Vec<AccountDraft> {
    let company = AccountData {
        name: "=快讯, \"有限\"公司".to_owned(),
        short_name: "快讯".to_owned(),
        kind: AccountKind::Partner,
        credit_code: "91440300708461136T".to_owned(),
        industry: "软件".to_owned(),
        employees: Some(1_200),
        website: "https://kx.example/a?b=c".to_owned(),
        founded_year: Some(1999),
        annual_revenue_minor: Some(-1_234_567),
        value_minor: 990_000,
        status: AccountStatus::AtRisk,
        level: Some(Level::Vip),
        source: "-展会".to_owned(),
        birthday: None,
        job_title: String::new(),
        last_contact_at: noon(20_100),
        remark: "第一行\n\"第二行\", 完\r\n @末行".to_owned(),
        owner: None,
    };
    let individual = AccountData {
        name: "Ann Cole".to_owned(),
        kind: AccountKind::Individual,
        status: AccountStatus::Churned,
        birthday: Date::new(1985, 2, 28),
        job_title: "+Buyer".to_owned(),
        ..AccountData::default()
    };
    let phones = ["+86 152 8435 4094", "15284354095", "15284354096", "15284354097", "15284354098"];
    let mut contacts: Vec<ContactDraft> =
        phones.iter().map(|raw| contact(ContactKind::Mobile, raw)).collect();
    contacts.extend([
        contact(ContactKind::Phone, "021-62345678"),
        contact(ContactKind::Email, "Sales@Kx.Example"),
        contact(ContactKind::Wechat, "kx_1"),
        contact(ContactKind::Wechat, "kx_2"),
        contact(ContactKind::Wecom, "kx"),
        contact(ContactKind::Other, "QQ 12345"),
    ]);
    let address = AddressData {
        country: "中国".to_owned(),
        province: "江苏省".to_owned(),
        city: "南京市".to_owned(),
        district: "建邺区".to_owned(),
        street: "第1街9号, 3楼".to_owned(),
    };
    let further = AddressData {
        city: "南京市".to_owned(),
        street: "第2街".to_owned(),
        ..AddressData::default()
    };
    vec![
        AccountDraft {
            data: company,
            contacts,
            addresses: vec![address, further],
            tags: vec!["VIP".to_owned(), "华东".to_owned()],
            ..AccountDraft::default()
        },
        AccountDraft { data: individual, ..AccountDraft::default() },
        AccountDraft {
            data: AccountData { name: "X".to_owned(), ..AccountData::default() },
            ..AccountDraft::default()
        },
    ]
}

fn people() -> Vec<(PersonData, Option<&'static str>, Vec<ContactDraft>)> {
    let full = PersonData {
        full_name: "欧阳修文".to_owned(),
        title: "总经理".to_owned(),
        department: "采购部".to_owned(),
        gender: Some(Gender::Female),
        birthday: Date::new(1970, 5, 6),
        birthday_calendar: Calendar::Lunar,
        last_contact_at: noon(20_200),
        source: "官网".to_owned(),
        remark: "'=记".to_owned(),
        owner: None,
    };
    let alone = PersonData { full_name: "Bo".to_owned(), ..PersonData::default() };
    vec![
        (full, Some("快讯有限公司"), vec![contact(ContactKind::Mobile, "15284354094")]),
        (alone, None, vec![contact(ContactKind::Email, "bo@x.example")]),
    ]
}

fn persons() -> Vec<Person> {
    (1..)
        .zip(people())
        .map(|(number, (data, company, contacts))| {
            let mut person = stored_person(number, data, contacts);
            person.accounts = company
                .map(|name| Employment {
                    account: domain::id::AccountId::NIL,
                    number: AccountNumber(1),
                    name: name.to_owned(),
                    role: Some(PersonRole::Payer),
                    is_primary: true,
                })
                .into_iter()
                .collect();
            person
        })
        .collect()
}

/// Exports in every way there is and gives each to `check`.
fn every_way(kind: ExportKind, check: impl Fn(&[ParsedRow], &str)) {
    let folder = tempfile::tempdir().unwrap();
    for lang in [Lang::En, Lang::Zh] {
        let options =
            ExportOptions { lang, kind, decimals: 2, details: domain::policy::DetailRules::OPEN };
        for encoding in [CsvEncoding::Utf8, CsvEncoding::Gb18030] {
            let mut export = CsvExport::new(options, encoding);
            let mut bytes = export.head();
            match kind {
                ExportKind::Customers => (1..).zip(drafts()).for_each(|(number, draft)| {
                    bytes.extend(export.row(&stored_account(number, draft), "王芳"));
                }),
                ExportKind::People => persons().iter().for_each(|person| {
                    bytes.extend(export.row(person, "王芳"));
                }),
                ExportKind::Deals
                | ExportKind::Orders
                | ExportKind::Cases
                | ExportKind::Answers => {
                    panic!("they come back with what they name")
                }
            }
            assert_eq!(export.replaced(), 0);
            let path = folder.path().join("export.csv");
            std::fs::write(&path, bytes).unwrap();
            check(&import(&path).rows, &format!("{lang:?} {encoding:?}"));
        }
        let mut export = XlsxExport::new(options, folder.path()).unwrap();
        match kind {
            ExportKind::Customers => (1..).zip(drafts()).for_each(|(number, draft)| {
                export.row(&stored_account(number, draft), "王芳").unwrap();
            }),
            ExportKind::People => {
                for person in persons() {
                    export.row(&person, "王芳").unwrap();
                }
            }
            ExportKind::Deals | ExportKind::Orders | ExportKind::Cases | ExportKind::Answers => {
                panic!("they come back with what they name")
            }
        }
        let path: PathBuf = folder.path().join("export.xlsx");
        export.finish(File::create(&path).unwrap()).unwrap();
        check(&import(&path).rows, &format!("{lang:?} workbook"));
    }
}

#[test]
fn customers_import_back_equal() {
    every_way(ExportKind::Customers, |rows, way| {
        assert_eq!(rows.len(), 3, "{way}");
        for (row, want) in rows.iter().zip(drafts()) {
            assert_eq!(row.account.as_ref(), Some(&want), "{way}");
            assert!(row.errors.is_empty() && row.person.is_none(), "{way} {:?}", row.errors);
            assert_eq!(row.owner_name.as_deref(), Some("王芳"));
        }
        assert_eq!(rows[1].account_number, Some(AccountNumber(2)));
    });
}

#[test]
fn people_import_back_equal() {
    every_way(ExportKind::People, |rows, way| {
        assert_eq!(rows.len(), 2, "{way}");
        for (row, (data, company, contacts)) in rows.iter().zip(people()) {
            let person = row.person.as_ref().unwrap();
            assert_eq!(person.data, data, "{way}");
            assert_eq!(person.contacts, contacts, "{way}");
            let account = row.account.as_ref().map(|draft| draft.data.name.as_str());
            assert_eq!(account, company, "{way}");
            assert_eq!(person.role, company.map(|_| PersonRole::Payer), "{way}");
            assert_eq!(row.account_number, company.map(|_| AccountNumber(1)), "{way}");
            assert!(row.person_number.is_some(), "{way}");
            assert!(row.errors.is_empty(), "{way} {:?}", row.errors);
        }
    });
}

#[test]
fn templates_are_empty_files_with_headers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.xlsx");
    template::xlsx(Lang::Zh, folder.path(), File::create(&path).unwrap()).unwrap();
    let file = import(&path);
    assert_eq!(file.table.head.headers, template::headers(Lang::Zh));
    assert!(file.rows.is_empty());
    let path = folder.path().join("template.csv");
    std::fs::write(&path, template::csv(Lang::En)).unwrap();
    assert_eq!(import(&path).table.head.headers, template::headers(Lang::En));
}

#[test]
fn refused_rows_come_back_with_their_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    let good = "王五,快讯,w@kx.example,\n".repeat(30);
    let bad = "张三,快讯,=x,1988-02-30\n,,a@b.co,\n李四,,,,多\n";
    std::fs::write(&path, format!("姓名,公司,邮箱,生日\n{good}{bad}")).unwrap();
    let file = import(&path);
    let wrong: Vec<i64> =
        file.rows.iter().filter(|row| !row.errors.is_empty()).map(|row| row.number).collect();
    assert_eq!(wrong, [31, 32, 33]);
    let words = |error: &domain::import::CellError| format!("{}：{}", error.column, error.error);
    let headers = &file.table.head.headers;

    let mut csv = ErrorCsv::new(headers, Lang::Zh, &words);
    let mut bytes = csv.head();
    let mut xlsx = ErrorXlsx::new(headers, Lang::Zh, folder.path(), &words).unwrap();
    for (row, parsed) in file.raw.iter().zip(&file.rows).skip(30) {
        bytes.extend(csv.row(row, &parsed.errors));
        xlsx.row(row, &parsed.errors).unwrap();
    }
    let (csv_path, xlsx_path) = (folder.path().join("e.csv"), folder.path().join("e.xlsx"));
    std::fs::write(&csv_path, bytes).unwrap();
    xlsx.finish(File::create(&xlsx_path).unwrap()).unwrap();
    for path in [csv_path, xlsx_path] {
        let again = import(&path);
        assert_eq!(again.table.head.headers.last().map(String::as_str), Some("问题说明"));
        let reasons: Vec<&str> = again.raw.iter().map(|row| row.cell(headers.len())).collect();
        assert_eq!(reasons[0], "邮箱：not an e-mail address\n生日：not a date");
        assert_eq!(reasons[1], "公司：required");
        assert_eq!(reasons[2], "Column 5：not found\n多");
        assert_eq!(again.raw[0].cells[..4], file.raw[30].cells[..4]);
    }
}
