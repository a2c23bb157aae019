//! Texts that break software go out and come in to the letter.

use crate::support::{fixture, import, named, shared, stored_account, street};
use domain::{
    account::{AccountDraft, AccountField},
    contact::{ContactDraft, ContactKind},
    field::FieldError,
    lang::Lang,
    text,
};
use exchange::{
    export::{CsvExport, ExportOptions, XlsxExport},
    export_columns::ExportKind,
    rows_out::CsvEncoding,
};
use std::{fs::File, path::Path};

/// A customer that carries the text wherever a text may stand.
fn carrier(hostile: &str) -> AccountDraft {
    let mut data = named("x");
    for field in [
        AccountField::Name,
        AccountField::ShortName,
        AccountField::Industry,
        AccountField::Source,
        AccountField::Remark,
    ] {
        match data.set(field, hostile, 2) {
            Ok(()) | Err(FieldError::Required | FieldError::TooLong { .. }) => {}
            Err(error) => panic!("{hostile:?}: {error}"),
        }
    }
    let address = text::line(hostile, 300).ok().flatten().map(|line| street(&line));
    // Several lines are several ways to reach somebody.
    let one_line = !hostile.contains(['\n', '\r']);
    let contact = ContactDraft::parse(ContactKind::Other, hostile).ok().flatten();
    AccountDraft {
        data,
        contacts: contact.filter(|_| one_line).into_iter().collect(),
        addresses: address.into_iter().collect(),
        ..AccountDraft::default()
    }
}

fn survive(list: &[String]) {
    let drafts: Vec<AccountDraft> = list.iter().map(|hostile| carrier(hostile)).collect();
    let folder = tempfile::tempdir().unwrap();
    let options = ExportOptions {
        lang: Lang::En,
        kind: ExportKind::Customers,
        decimals: 2,
        details: domain::policy::DetailRules::OPEN,
    };
    let mut csv = CsvExport::new(options, CsvEncoding::Utf8);
    let mut bytes = csv.head();
    let mut xlsx = XlsxExport::new(options, folder.path()).unwrap();
    for (number, draft) in (1..).zip(&drafts) {
        let account = stored_account(number, draft.clone());
        bytes.extend(csv.row(&account, ""));
        xlsx.row(&account, "").unwrap();
    }
    let (csv_path, xlsx_path) = (folder.path().join("x.csv"), folder.path().join("x.xlsx"));
    std::fs::write(&csv_path, bytes).unwrap();
    xlsx.finish(File::create(&xlsx_path).unwrap()).unwrap();
    for path in [csv_path, xlsx_path] {
        let file = import(&path);
        assert_eq!(file.rows.len(), drafts.len());
        for ((row, want), hostile) in file.rows.iter().zip(&drafts).zip(list) {
            let mut got = row.account.clone().unwrap();
            got.external_id = None;
            assert_eq!(&got, want, "{hostile:?} in {}", path.display());
            assert!(row.errors.is_empty(), "{hostile:?}: {:?}", row.errors);
        }
    }
}

fn list(path: &Path) -> Vec<String> {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn our_own_list() {
    let list = list(&fixture("hostile.json"));
    assert!(list.len() >= 60);
    survive(&list);
}

#[test]
fn the_big_list() {
    let Some(path) = shared("hostile/blns.json") else { return };
    let list = list(&path);
    assert_eq!(list.len(), 515);
    survive(&list);
}

#[test]
fn a_column_of_hostile_texts_is_a_file_like_any_other() {
    let mut list = list(&fixture("hostile.json"));
    if let Some(path) = shared("hostile/blns.json") {
        list.extend(self::list(&path));
    }
    list.retain(|hostile| text::line(hostile, 200).is_ok_and(|line| line.is_some()));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("raw.csv");
    let quoted = |text: &String| format!("\"{}\",1\r\n", text.replace('"', "\"\""));
    let body: String = list.iter().map(quoted).collect();
    std::fs::write(&path, format!("company,phone\r\n{body}")).unwrap();
    let file = import(&path);
    assert_eq!(file.rows.len(), list.len());
    for (row, hostile) in file.rows.iter().zip(&list) {
        let want = exchange::formula::unguard(hostile).trim();
        assert_eq!(row.account.as_ref().map(|draft| draft.data.name.as_str()), Some(want));
    }
}
