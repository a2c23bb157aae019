//! The files people bring, as they are: read, mapped and checked without a word from anybody.

use crate::support::{Imported, fixture, import, import_with, noon, shared};
use domain::{
    account::{AccountKind, Level},
    contact::ContactKind,
    date::Date,
    field::FieldError,
    import::RowResult,
};
use exchange::{
    identity::Identities,
    table::{ReadOptions, Row},
};
use std::collections::HashSet;

const CUSTOMER_TARGETS: [&str; 11] = [
    "person.full_name",
    "account.name",
    "contact.mobile",
    "contact.email",
    "person.title",
    "address.street",
    "person.birthday",
    "person.source",
    "account.level",
    "person.last_contact",
    "person.remark",
];

fn count(imported: &Imported, result: RowResult) -> usize {
    imported.rows.iter().filter(|row| row.result() == result).count()
}

#[test]
fn five_thousand_chinese_customers() {
    let Some(path) = shared("chinese/customers_gb18030.csv") else { return };
    let file = import(&path);
    assert_eq!(file.table.head.encoding.as_deref(), Some("gb18030"));
    assert_eq!(file.table.head.header_row, 1);
    assert_eq!(file.targets(), CUSTOMER_TARGETS);
    assert_eq!(file.rows.len(), 5_000);
    assert_eq!(count(&file, RowResult::Refused), 0);
    assert_eq!(count(&file, RowResult::Warning), 0);

    let first = &file.rows[0];
    let (account, person) = (first.account.as_ref().unwrap(), first.person.as_ref().unwrap());
    assert_eq!(account.data.name, "快讯有限责任公司");
    assert_eq!(account.data.kind, AccountKind::Company);
    assert_eq!(account.addresses[0].street, "澳门特别行政区柳州市牧野辛集街K座");
    assert_eq!(person.data.full_name, "邓雷");
    assert_eq!(person.data.birthday, Date::new(1994, 11, 9));
    assert_eq!(person.data.last_contact_at, noon(Date::new(2025, 7, 17).unwrap().days()));
    assert_eq!(person.contacts[0].kind, ContactKind::Mobile);
    assert_eq!(first.person_norms, ["+8615284354094", "tao23@yahoo.com"]);
    assert_eq!(file.rows[1].person_norms[0], "+8618280684657");
    assert_eq!(file.rows[2].account.as_ref().unwrap().data.level, Some(Level::Low));

    let phones = file.rows.iter().flat_map(|row| &row.person_norms);
    assert_eq!(phones.filter(|mark| mark.starts_with("+861")).count(), 5_000 - 140);
    let mut identities = Identities::default();
    let (mut accounts, mut people) = (HashSet::new(), HashSet::new());
    for mut row in file.rows.clone() {
        identities.identify(&mut row, &file.mapping);
        accounts.insert(row.account.unwrap().external_id.unwrap());
        people.insert(row.person.unwrap().external_id.unwrap());
    }
    assert_eq!(accounts.len(), 694);
    assert_eq!(people.len(), 5_000);
}

#[test]
fn eighty_five_accounts() {
    let Some(path) = shared("sales-opportunities/accounts.csv") else { return };
    let file = import(&path);
    assert_eq!(
        file.targets(),
        [
            "account.name",
            "account.industry",
            "account.founded_year",
            "account.annual_revenue",
            "account.employees",
            "address.country",
            "parent",
        ]
    );
    assert_eq!(file.rows.len(), 85);
    assert_eq!(count(&file, RowResult::Created), 85);
    let acme = file.rows[0].account.as_ref().unwrap();
    assert_eq!(acme.data.name, "Acme Corporation");
    assert_eq!(acme.data.annual_revenue_minor, Some(110_004));
    assert_eq!(acme.data.employees, Some(2_822));
    assert_eq!(acme.addresses[0].country, "United States");
    assert_eq!(file.rows.iter().filter(|row| row.parent.is_some()).count(), 15);
}

#[test]
fn people_with_names_in_two_columns() {
    let Some(path) = shared("febrl/dataset1.csv") else { return };
    let file = import(&path);
    assert_eq!(file.rows.len(), 1_000);
    let of = |header: &str| {
        let at = file.table.head.headers.iter().position(|known| known == header).unwrap();
        file.targets()[at].clone()
    };
    assert_eq!(of("rec_id"), "external_id");
    assert_eq!(of("given_name"), "person.full_name");
    assert_eq!(of("surname"), "person.full_name");
    assert_eq!(of("postcode"), "address.street");
    assert_eq!(of("date_of_birth"), "person.birthday");
    let row = file.raw.iter().position(|row| row.cell(0) == "rec-223-org").unwrap();
    let account = file.rows[row].account.as_ref().unwrap();
    assert_eq!(account.data.kind, AccountKind::Individual);
    assert_eq!(account.data.name, "waller");
    assert_eq!(account.addresses[0].street, "6 tullaroop street, willaroo, 4011");
}

#[test]
fn our_own_customers_in_two_encodings() {
    let file = import(&fixture("customers_gb18030.csv"));
    assert_eq!(file.table.head.encoding.as_deref(), Some("gb18030"));
    assert_eq!(file.targets(), CUSTOMER_TARGETS);
    assert_eq!(file.rows.len(), 40);
    assert_eq!(count(&file, RowResult::Refused), 1);
    assert_eq!(count(&file, RowResult::Warning), 2);

    let nobody = &file.rows[38];
    assert!(nobody.refused && nobody.account.is_none() && nobody.person.is_none());
    assert_eq!(nobody.errors[0].column, "单位名称");
    assert_eq!(nobody.errors[0].error, FieldError::Required);
    let mail = &file.rows[20];
    assert_eq!(mail.errors[0].error, FieldError::NotAnEmail);
    assert_eq!(mail.errors[0].value, "user20@example");
    let kept = mail.person.as_ref().unwrap().contacts.iter().any(|c| c.raw == "user20@example");
    assert!(kept, "what cannot be read is kept as typed");
    assert_eq!(file.rows[21].errors[0].error, FieldError::NotADate);
    assert!(file.rows[21].person.as_ref().unwrap().data.birthday.is_none());

    let company = &file.rows[36];
    assert!(company.person.is_none());
    assert_eq!(company.account_norms, ["+8613900000001"]);
    let individual = file.rows[37].account.as_ref().unwrap();
    assert!(file.rows[37].person.is_none());
    assert_eq!(individual.data.kind, AccountKind::Individual);
    assert_eq!(individual.data.name, "欧阳修文");
    assert_eq!(individual.data.job_title, "总经理");
    assert_eq!(individual.data.birthday, Date::new(1970, 5, 6));
    assert_eq!(individual.data.source, "官网");
    assert_eq!(individual.data.level, Some(Level::High));
    assert_eq!(file.rows[3].person, file.rows[39].person);
    assert_eq!(file.rows[3].person.as_ref().unwrap().data.remark, "多行\n备注, 带逗号和\"引号\"");

    let tabs = import(&fixture("customers_utf16.tsv"));
    assert_eq!(tabs.table.head.encoding.as_deref(), Some("UTF-16LE"));
    assert_eq!(tabs.table.head.delimiter, Some('\t'));
    assert_eq!(tabs.rows, file.rows);
}

#[test]
fn companies_under_the_headers_of_another_crm() {
    let file = import(&fixture("accounts_semicolon.csv"));
    assert_eq!(file.table.head.delimiter, Some(';'));
    assert_eq!(file.table.head.encoding.as_deref(), Some("windows-1252"));
    assert_eq!(
        file.targets(),
        [
            "account.name",
            "address.street",
            "address.city",
            "address.province",
            "address.street",
            "address.country",
            "contact.phone",
            "account.website",
            "account.industry",
            "account.annual_revenue",
            "account.employees",
            "account.kind",
            "owner_name",
            "parent",
            "external_id",
        ]
    );
    let harbour = file.rows[0].account.as_ref().unwrap();
    assert_eq!(harbour.data.annual_revenue_minor, Some(125_000_050));
    assert_eq!(harbour.addresses[0].street, "12 Quay Road, BS1 4TR");
    assert_eq!(file.rows[0].owner_name.as_deref(), Some("Ann Cole"));
    assert_eq!(file.rows[1].account.as_ref().unwrap().data.kind, AccountKind::Partner);
    assert_eq!(file.rows[2].parent.as_deref(), Some("Müller GmbH"));
    assert_eq!(file.rows[2].account.as_ref().unwrap().data.annual_revenue_minor, None);
    let wrong: Vec<&FieldError> = file.rows[3].errors.iter().map(|error| &error.error).collect();
    assert_eq!(wrong, [&FieldError::NotAUrl, &FieldError::NotANumber]);
    assert_eq!(file.rows[3].external_id.as_deref(), Some("0010D"));
}

#[test]
fn address_books() {
    let file = import(&fixture("contacts_v3.vcf"));
    let lin = &file.rows[0];
    assert_eq!(lin.account.as_ref().unwrap().data.name, "青石软件有限公司");
    assert_eq!(lin.person.as_ref().unwrap().data.department, "市场部");
    assert_eq!(lin.person.as_ref().unwrap().data.remark, "在展会上认识, 想要报价\n下周回电");
    assert_eq!(
        lin.person_norms,
        ["+8613912345670", "+862558001234", "lin.xiaoyan@example.com", "lin_xiaoyan"]
    );
    assert_eq!(lin.external_id.as_deref(), Some("fixture-1"));
    let ann = &file.rows[1];
    assert_eq!(ann.account.as_ref().unwrap().data.kind, AccountKind::Individual);
    assert_eq!(ann.errors[0].value, "--07-20", "a birthday without a year");

    let file = import(&fixture("contacts_v4.vcf"));
    let firm = file.rows[0].account.as_ref().unwrap();
    assert!(file.rows[0].person.is_none());
    assert_eq!((firm.data.kind, firm.tags.len()), (AccountKind::Company, 2));
    assert_eq!(firm.data.website, "https://jianghai.example");
    let marie = file.rows[1].person.as_ref().unwrap();
    assert_eq!(marie.data.full_name, "Marie Curie-Dubois");
    assert_eq!(marie.data.birthday, Date::new(1967, 11, 7));
    assert_eq!(marie.data.remark, "A long line that is folded over two lines");
    assert_eq!(file.rows[1].person_norms, ["+33612345678", "marie@leveque.example", "marie_cd"]);
}

#[test]
fn reading_twice_gives_the_same() {
    let path = fixture("customers_gb18030.csv");
    let (first, second) = (import(&path), import(&path));
    assert_eq!(first.rows, second.rows);
    let again: Vec<Row> = first.table.open().unwrap().rows.map(Result::unwrap).collect();
    assert_eq!(again, first.raw);
    let wrong = ReadOptions { encoding: Some("windows-1252".to_owned()), ..ReadOptions::default() };
    let file = import_with(&path, &ReadOptions { header_row: Some(1), ..ReadOptions::default() });
    assert_eq!(file.rows, first.rows);
    let table = exchange::csv_file::open(&path, &wrong).unwrap();
    assert!(!table.head.headers[0].contains("客户"), "an override is obeyed");
}
