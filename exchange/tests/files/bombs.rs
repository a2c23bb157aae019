//! Files meant to do harm: refused with a reason, in little memory and time.

use domain::failure::FileRefusal;
use exchange::{
    guarded,
    table::{ReadError, ReadOptions},
};
use std::{
    io::{Cursor, Write},
    time::{Duration, Instant},
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const PARTS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;

/// A workbook of one sheet with these cells, and further parts.
fn workbook(dimension: &str, rows: &str, parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>"#
    );
    let own: [(&str, &[u8]); 4] = [
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", PARTS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    for (name, content) in own.into_iter().chain(parts.iter().map(|(n, c)| (*n, c.as_slice()))) {
        zip.start_file(name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn cell(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn refused(bytes: &[u8]) -> Option<FileRefusal> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    let began = Instant::now();
    let done = guarded::convert(&path, &ReadOptions::default(), std::io::sink());
    assert!(
        began.elapsed() < Duration::from_secs(guarded::CHILD_SECONDS),
        "took {:?}",
        began.elapsed()
    );
    match done {
        Ok(()) => None,
        Err(ReadError::Refused(refusal)) => Some(refusal),
        Err(ReadError::Io(error)) => panic!("{error}"),
    }
}

fn honest_rows() -> String {
    format!(r#"<row r="1">{}</row><row r="2">{}</row>"#, cell("A1", "公司"), cell("A2", "快讯"))
}

#[test]
fn an_honest_workbook_passes() {
    assert_eq!(refused(&workbook("A1:A2", &honest_rows(), &[])), None);
    // Formatted columns make programs announce the whole sheet; nothing is in it.
    let styled = honest_rows() + r#"<row r="1048576"><c r="XFD1048576" s="1"/></row>"#;
    assert_eq!(refused(&workbook("A1:XFD1048576", &styled, &[])), None);
}

#[test]
fn what_unpacks_to_far_more_is_refused() {
    let zeros = vec![b' '; 60 * 1024 * 1024];
    let heavy = workbook("A1", &honest_rows(), &[("xl/media/a.bin", zeros)]);
    assert!(heavy.len() < 1024 * 1024);
    assert_eq!(refused(&heavy), Some(FileRefusal::Bomb));
}

#[test]
fn a_part_that_lies_about_its_size_is_refused() {
    let mut liar = workbook("A1", &honest_rows(), &[("xl/liar.bin", vec![b' '; 8 * 1024 * 1024])]);
    // The sizes stand at 24 of the entry in the directory and at 22 of the one before the data.
    for (magic, offset) in [(b"PK\x01\x02", 24), (b"PK\x03\x04", 22)] {
        let entries: Vec<usize> = (0..liar.len() - 4)
            .filter(|at| liar[*at..].starts_with(magic))
            .filter(|at| {
                let end = (*at + 80).min(liar.len());
                liar[*at..end].windows(8).any(|name| name == b"liar.bin")
            })
            .collect();
        for at in entries {
            liar[at + offset..at + offset + 4].copy_from_slice(&100_u32.to_le_bytes());
        }
    }
    assert!(matches!(refused(&liar), Some(FileRefusal::Bomb | FileRefusal::Unreadable)));
}

#[test]
fn thousands_of_parts_are_refused() {
    let parts: Vec<(String, Vec<u8>)> =
        (0..2_100).map(|n| (format!("xl/media/{n}.bin"), Vec::new())).collect();
    let parts: Vec<(&str, Vec<u8>)> =
        parts.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    assert_eq!(refused(&workbook("A1", &honest_rows(), &parts)), Some(FileRefusal::Bomb));
}

#[test]
fn an_announced_table_of_texts_takes_no_memory() {
    let table = br#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="99999999999999"><si><t>a</t></si></sst>"#;
    let parts = [("xl/sharedStrings.xml", table.to_vec())];
    assert_eq!(refused(&workbook("A1", &honest_rows(), &parts)), Some(FileRefusal::Bomb));
}

#[test]
fn one_text_used_a_million_times_is_refused() {
    let long = "长".repeat(30_000);
    let table = format!(
        r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1"><si><t>{long}</t></si></sst>"#
    );
    let rows = r#"<row><c t="s"><v>0</v></c></row>"#.repeat(8_000);
    let bytes = workbook("A1", &rows, &[("xl/sharedStrings.xml", table.into_bytes())]);
    assert_eq!(refused(&bytes), Some(FileRefusal::Bomb));
}

#[test]
fn deep_nesting_and_broken_markup_end() {
    let deep = "<row>".repeat(400_000);
    assert!(refused(&workbook("A1", &deep, &[])).is_some());
    let entities = r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>"#;
    let rows =
        format!(r#"{entities}<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>"#);
    assert_eq!(refused(&workbook("A1", &rows, &[])), Some(FileRefusal::Unreadable));
    let honest = workbook("A1", &honest_rows(), &[]);
    for length in [5, 40, honest.len() / 2, honest.len() - 10] {
        assert!(refused(&honest[..length]).is_some(), "cut at {length}");
    }
    let mut last = None;
    for at in (0..honest.len()).step_by(7) {
        let mut damaged = honest.clone();
        damaged[at] ^= 0x55;
        last = refused(&damaged);
    }
    assert!(last.is_some());
}

#[test]
fn far_corners_wide_rows_and_endless_sheets() {
    let corner = honest_rows() + &format!(r#"<row r="1048576">{}</row>"#, cell("A1048576", "x"));
    assert!(matches!(
        refused(&workbook("A1", &corner, &[])),
        Some(FileRefusal::TooManyRows { .. })
    ));
    let wide = format!(r#"<row r="1">{}{}</row>"#, cell("A1", "公司"), cell("XFD1", "x"));
    assert!(matches!(
        refused(&workbook("A1", &wide, &[])),
        Some(FileRefusal::TooManyColumns { max: 256 })
    ));
    let beyond = format!(r#"<row r="1">{}</row>"#, cell("ZZZZZZ99999999999999", "x"));
    assert!(refused(&workbook("A1", &beyond, &[])).is_some());
}

#[test]
fn text_files_are_bounded_too() {
    let endless = "姓名\n张三\n".to_owned() + &"李四\n".repeat(1_000_001);
    assert!(matches!(refused(endless.as_bytes()), Some(FileRefusal::TooManyRows { .. })));
    let mut open_quote = b"name,phone\nA,\"".to_vec();
    open_quote.resize(5 * 1024 * 1024, b'x');
    assert_eq!(refused(&open_quote), Some(FileRefusal::Unreadable));
    assert!(matches!(refused(&b"a,".repeat(1_000_000)), Some(FileRefusal::TooManyColumns { .. })));
    assert_eq!(refused(&vec![0; 100_000]), Some(FileRefusal::Unreadable));
    assert_eq!(refused(b"BEGIN:VCARD\r\n"), None);
    let sparse = tempfile::NamedTempFile::new().unwrap();
    sparse.as_file().set_len(65 * 1024 * 1024).unwrap();
    let done = guarded::convert(sparse.path(), &ReadOptions::default(), std::io::sink());
    assert!(matches!(done, Err(ReadError::Refused(FileRefusal::TooLarge { .. }))));
}
