//! Address books: every vCard (2.1, RFC 2426, RFC 6350) becomes a row under fixed headers.
//! Cards are taken out of the stream one by one; pictures in them are passed over unread.

use crate::{
    encoding::{self, Decoding},
    format::Format,
    further,
    table::{ReadError, ReadOptions, Row, Table, TableHead, bounded},
};
use calcard::vcard::{VCard, VCardEntry, VCardParameterName, VCardProperty, VCardValue};
use domain::{
    account::AccountField, address::AddressData, contact::ContactKind, failure::FileRefusal,
    import::Target, person::PersonField, text,
};
use std::{
    fs::File,
    io::{self, BufRead, Read},
    path::Path,
};

/// Most bytes of one card without its pictures.
const MAX_CARD: usize = 1024 * 1024;
/// Properties that hold pictures, sounds and keys.
const PASSED_OVER: &[&str] = &["PHOTO", "LOGO", "SOUND", "KEY"];
/// Year that stands for "not known" in birthdays of some phones.
const NO_YEAR: u16 = 1604;

/// The columns of an address book and where each goes.
pub const COLUMNS: &[(&str, Target)] = &[
    ("FN", Target::Person(PersonField::FullName)),
    ("ORG", Target::Account(AccountField::Name)),
    ("ORG unit", Target::Person(PersonField::Department)),
    ("TITLE", Target::Person(PersonField::Title)),
    ("TEL cell", Target::Contact(ContactKind::Mobile)),
    ("TEL cell 2", Target::Contact(ContactKind::Mobile)),
    ("TEL cell 3", Target::Contact(ContactKind::Mobile)),
    ("TEL", Target::Contact(ContactKind::Phone)),
    ("TEL 2", Target::Contact(ContactKind::Phone)),
    ("TEL 3", Target::Contact(ContactKind::Phone)),
    ("EMAIL", Target::Contact(ContactKind::Email)),
    ("EMAIL 2", Target::Contact(ContactKind::Email)),
    ("EMAIL 3", Target::Contact(ContactKind::Email)),
    ("WECHAT", Target::Contact(ContactKind::Wechat)),
    ("IMPP", Target::Contact(ContactKind::Other)),
    ("ADR country", Target::Country),
    ("ADR region", Target::Province),
    ("ADR city", Target::City),
    ("ADR street", Target::Street),
    ("ADR further", Target::FurtherAddresses),
    ("BDAY", Target::Person(PersonField::Birthday)),
    ("GENDER", Target::Person(PersonField::Gender)),
    ("URL", Target::Account(AccountField::Website)),
    ("CATEGORIES", Target::Tags),
    ("NOTE", Target::Person(PersonField::Remark)),
    ("UID", Target::ExternalId),
];

/// Opens an address book.
///
/// # Errors
/// A refusal of the file, or the disk's error.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Table, ReadError> {
    let mut file = File::open(path)?;
    let encoding = match options.encoding.as_deref() {
        Some(name) => encoding::by_name(name).ok_or(FileRefusal::Unreadable)?,
        None => encoding::detect(&mut file)?,
    };
    let mut cards = Cards { text: Decoding::new(file, encoding) }.peekable();
    if cards.peek().is_none() {
        return Err(FileRefusal::Empty.into());
    }
    let rows = cards.zip(1_i64..).map(|(card, number)| {
        let card = card?;
        Ok(Row { number, cells: cells(&card) })
    });
    Ok(Table {
        head: TableHead {
            format: Format::Vcard,
            encoding: Some(encoding.name().to_owned()),
            delimiter: None,
            sheets: Vec::new(),
            sheet: None,
            header_row: 0,
            headers: COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect(),
        },
        rows: bounded(rows, options.limit),
    })
}

/// The texts of the cards in a stream.
struct Cards<R> {
    text: Decoding<R>,
}

impl<R: Read> Iterator for Cards<R> {
    type Item = Result<String, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut card = String::new();
        let (mut depth, mut passing) = (0_u32, false);
        loop {
            let line = match next_line(&mut self.text) {
                Ok(Some(line)) => line,
                // A card that the end of the file cut off is read as far as it goes.
                Ok(None) if depth > 0 => {
                    card.push_str("END:VCARD\r\n");
                    return Some(Ok(card));
                }
                Ok(None) => return None,
                Err(error) => return Some(Err(error.into())),
            };
            let bare = line.trim();
            if bare.eq_ignore_ascii_case("BEGIN:VCARD") {
                depth += 1;
                passing = false;
            }
            // A card inside a card (AGENT) is somebody else's.
            if depth == 1 {
                let folded = line.starts_with([' ', '\t']);
                passing = if folded { passing } else { is_passed_over(bare) };
                if !passing {
                    card.push_str(line.trim_end_matches(['\r', '\n']));
                    card.push_str("\r\n");
                }
            }
            if bare.eq_ignore_ascii_case("END:VCARD") && depth > 0 {
                depth -= 1;
                if depth == 0 {
                    return Some(Ok(card));
                }
            }
            if card.len() > MAX_CARD {
                return Some(Err(FileRefusal::Unreadable.into()));
            }
        }
    }
}

/// One line; of one longer than a card may be, no more than its start.
fn next_line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    loop {
        let ready = reader.fill_buf()?;
        if ready.is_empty() {
            break;
        }
        let end = ready.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(ready.len(), |at| at + 1);
        let room = (MAX_CARD + 1).saturating_sub(line.len()).min(used);
        line.extend_from_slice(&ready[..room]);
        reader.consume(used);
        if end.is_some() {
            break;
        }
    }
    Ok((!line.is_empty()).then(|| String::from_utf8_lossy(&line).into_owned()))
}

fn is_passed_over(line: &str) -> bool {
    let name = line.split([':', ';']).next().unwrap_or_default();
    let name = name.rsplit('.').next().unwrap_or_default();
    PASSED_OVER.iter().any(|passed| name.eq_ignore_ascii_case(passed))
}

/// The cells of a card, in the order of [`COLUMNS`].
fn cells(card: &str) -> Vec<String> {
    let Ok(card) = VCard::parse(card) else { return Vec::new() };
    let mut out = Columns::default();
    let mut name_parts = Vec::new();
    let mut nickname = String::new();
    let mut is_organisation = false;
    for entry in &card.entries {
        let values: Vec<String> = entry.values.iter().map(value_text).collect();
        let first = values.first().cloned().unwrap_or_default();
        let part = |index: usize| values.get(index).map(|part| part.trim()).unwrap_or_default();
        match &entry.name {
            VCardProperty::Fn => out.put("FN", &first),
            VCardProperty::N => name_parts = values,
            VCardProperty::Nickname => nickname = first,
            VCardProperty::Kind => is_organisation = first.eq_ignore_ascii_case("org"),
            VCardProperty::Org => {
                out.put("ORG", &first);
                out.put("ORG unit", &join(values.iter().skip(1), " / "));
            }
            VCardProperty::Title => out.add("TITLE", &first),
            VCardProperty::Tel if has_type(entry, "fax") || has_type(entry, "pager") => {
                out.add("IMPP", &first);
            }
            VCardProperty::Tel if has_type(entry, "cell") => out.number("TEL cell", &first),
            VCardProperty::Tel => out.number("TEL", &first),
            VCardProperty::Email => out.number("EMAIL", &first),
            VCardProperty::Impp | VCardProperty::Socialprofile => out.messenger(entry, &first),
            VCardProperty::Adr => out.address(AddressData {
                country: part(6).to_owned(),
                province: part(4).to_owned(),
                city: part(3).to_owned(),
                district: String::new(),
                street: street([part(0), part(1), part(2), part(5)]),
            }),
            VCardProperty::Bday => out.put("BDAY", &first),
            VCardProperty::Gender => out.put("GENDER", &first),
            VCardProperty::Url => out.put("URL", &first),
            VCardProperty::Categories => out.add("CATEGORIES", &join(values.iter(), ",")),
            VCardProperty::Note => out.add_line("NOTE", &first),
            VCardProperty::Uid => out.put("UID", &first),
            VCardProperty::Other(name) => {
                let name = name.to_ascii_uppercase();
                match name.as_str() {
                    "X-WECHAT" | "X-WEIXIN" => out.add("WECHAT", &first),
                    "X-QQ" => out.add("IMPP", &format!("QQ {first}")),
                    "X-ABSHOWAS" => is_organisation |= first.eq_ignore_ascii_case("company"),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    if out.get("FN").is_empty() {
        out.put("FN", &full_name(&name_parts));
        out.put("FN", &nickname);
    }
    if is_organisation {
        let name = std::mem::take(out.cell("FN"));
        out.put("ORG", &name);
    }
    out.cells
}

/// `N` as one name: family name first and without blanks where it is written in Han characters.
fn full_name(parts: &[String]) -> String {
    let part = |index: usize| parts.get(index).map(|part| part.trim()).unwrap_or_default();
    let (family, given, more) = (part(0), part(1), part(2));
    if [family, given].iter().any(|part| part.chars().any(text::is_han)) {
        [family, given].concat()
    } else {
        join([part(3), given, more, family, part(4)].iter(), " ")
    }
}

/// Box, flat, street and postal code in one line.
fn street(parts: [&str; 4]) -> String {
    join(parts.iter(), ", ")
}

fn join<T: AsRef<str>>(parts: impl Iterator<Item = T>, between: &str) -> String {
    let mut all = String::new();
    for part in parts {
        let part = part.as_ref().trim();
        if !part.is_empty() {
            if !all.is_empty() {
                all.push_str(between);
            }
            all.push_str(part);
        }
    }
    all
}

fn value_text(value: &VCardValue) -> String {
    match value {
        VCardValue::Text(text) => text.clone(),
        VCardValue::Component(parts) => join(parts.iter(), " "),
        VCardValue::Integer(number) => number.to_string(),
        VCardValue::Float(number) => number.to_string(),
        VCardValue::Boolean(yes) => yes.to_string(),
        VCardValue::PartialDateTime(date) => match (date.year, date.month, date.day) {
            (Some(year), Some(month), Some(day)) if year != NO_YEAR => {
                format!("{year:04}-{month:02}-{day:02}")
            }
            (_, Some(month), Some(day)) => format!("--{month:02}-{day:02}"),
            (Some(year), _, _) => year.to_string(),
            _ => String::new(),
        },
        VCardValue::Binary(_) => String::new(),
        VCardValue::Sex(_) | VCardValue::GramGender(_) | VCardValue::Kind(_) => {
            value.as_text().unwrap_or_default().to_owned()
        }
    }
}

fn has_type(entry: &VCardEntry, wanted: &str) -> bool {
    entry
        .parameters(&VCardParameterName::Type)
        .filter_map(|value| value.as_text())
        .any(|found| found.eq_ignore_ascii_case(wanted))
}

struct Columns {
    cells: Vec<String>,
    nothing: String,
}

impl Default for Columns {
    fn default() -> Self {
        Self { cells: vec![String::new(); COLUMNS.len()], nothing: String::new() }
    }
}

impl Columns {
    fn cell(&mut self, name: &str) -> &mut String {
        match COLUMNS.iter().position(|(column, _)| *column == name) {
            Some(at) => self.cells.get_mut(at).unwrap_or(&mut self.nothing),
            None => &mut self.nothing,
        }
    }

    fn get(&self, name: &str) -> &str {
        let at = COLUMNS.iter().position(|(column, _)| *column == name);
        at.and_then(|at| self.cells.get(at)).map(String::as_str).unwrap_or_default()
    }

    /// The first value stays.
    fn put(&mut self, name: &str, value: &str) {
        let cell = self.cell(name);
        if cell.is_empty() {
            value.trim().clone_into(cell);
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        let cell = self.cell(name);
        *cell = join([cell.as_str(), value].iter(), ", ");
    }

    fn add_line(&mut self, name: &str, value: &str) {
        let cell = self.cell(name);
        *cell = join([cell.as_str(), value].iter(), "\n");
    }

    /// Into the first free one of three columns; the fourth and on share the last.
    fn number(&mut self, name: &str, value: &str) {
        let value = value.trim();
        let value =
            value.get(..4).filter(|start| start.eq_ignore_ascii_case("tel:")).map_or(value, |_| {
                value.get(4..).and_then(|rest| rest.split(';').next()).unwrap_or_default()
            });
        for name in [name.to_owned(), format!("{name} 2")] {
            if self.get(&name).is_empty() {
                return self.put(&name, value);
            }
        }
        self.add_line(&format!("{name} 3"), value);
    }

    /// The first address of a card into columns of its own, the others line by line.
    fn address(&mut self, address: AddressData) {
        let columns = ["ADR country", "ADR region", "ADR city", "ADR street"];
        if address == AddressData::default() {
            return;
        }
        if columns.iter().all(|column| self.get(column).is_empty()) {
            let parts = [address.country, address.province, address.city, address.street];
            for (column, part) in columns.iter().zip(parts) {
                self.put(column, &part);
            }
        } else {
            self.add_line("ADR further", &further::address_line(&address));
        }
    }

    fn messenger(&mut self, entry: &VCardEntry, value: &str) {
        let (scheme, handle) = value.split_once(':').unwrap_or(("", value));
        let service = |name: &str| {
            scheme.eq_ignore_ascii_case(name)
                || has_type(entry, name)
                || entry
                    .params
                    .iter()
                    .filter_map(|param| param.value.as_text())
                    .any(|text| text.eq_ignore_ascii_case(name))
        };
        if service("wechat") || service("weixin") {
            self.add("WECHAT", handle);
        } else {
            self.add("IMPP", value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Vec<Vec<(String, String)>> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let table = open(file.path(), &ReadOptions::default()).unwrap();
        let headers = table.head.headers.clone();
        table
            .rows
            .map(|row| {
                let cells = row.unwrap().cells;
                headers.iter().cloned().zip(cells).filter(|(_, cell)| !cell.is_empty()).collect()
            })
            .collect()
    }

    fn pairs(want: &[(&str, &str)]) -> Vec<(String, String)> {
        want.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn version_three_as_phones_write_it() {
        let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:张;小明;;;\r\nFN:张小明\r\n\
            ORG:快讯有限责任公司;采购部\r\nTITLE:采购经理\r\nTEL;type=CELL;type=VOICE:152 8435 4094\r\n\
            TEL;type=WORK:021-62345678\r\nTEL;type=FAX:021-62345679\r\n\
            item1.EMAIL;type=INTERNET:zxm@example.com\r\nEMAIL:b@example.com\r\n\
            PHOTO;ENCODING=b;TYPE=JPEG:AAAAAAAA\r\n AAAAAAAA\r\n\
            ADR;type=WORK:;;南京东路1号;上海市;上海;200001;中国\r\nBDAY:1994-11-09\r\n\
            X-WECHAT:zhangxm\r\nNOTE:老客户\\, 喜欢\\n红茶\r\nURL:https://example.com\r\nUID:abc-1\r\n\
            END:VCARD\r\n";
        let want = pairs(&[
            ("FN", "张小明"),
            ("ORG", "快讯有限责任公司"),
            ("ORG unit", "采购部"),
            ("TITLE", "采购经理"),
            ("TEL cell", "152 8435 4094"),
            ("TEL", "021-62345678"),
            ("EMAIL", "zxm@example.com"),
            ("EMAIL 2", "b@example.com"),
            ("WECHAT", "zhangxm"),
            ("IMPP", "021-62345679"),
            ("ADR country", "中国"),
            ("ADR region", "上海"),
            ("ADR city", "上海市"),
            ("ADR street", "南京东路1号, 200001"),
            ("BDAY", "1994-11-09"),
            ("URL", "https://example.com"),
            ("NOTE", "老客户, 喜欢\n红茶"),
            ("UID", "abc-1"),
        ]);
        assert_eq!(rows(card.as_bytes()), [want]);
    }

    #[test]
    fn version_four_and_organisations() {
        let cards = "BEGIN:VCARD\nVERSION:4.0\nN:Smith;Ann;M.;Dr.;\nTEL;TYPE=cell;VALUE=uri:tel:+44-20-7946-0958\n\
            BDAY:--0314\nGENDER:F\nIMPP:wechat:ann_s\nEND:VCARD\n\
            BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Acme\nCATEGORIES:key,east\nEND:VCARD\n";
        let rows = rows(cards.as_bytes());
        assert_eq!(
            rows[0],
            pairs(&[
                ("FN", "Dr. Ann M. Smith"),
                ("TEL cell", "+44-20-7946-0958"),
                ("WECHAT", "ann_s"),
                ("BDAY", "--03-14"),
                ("GENDER", "F"),
            ])
        );
        assert_eq!(rows[1], pairs(&[("ORG", "Acme"), ("CATEGORIES", "key,east")]));
    }

    #[test]
    fn an_address_is_not_mixed_from_two() {
        let card = "BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nADR;TYPE=home:;;1 Hill Rd;;;;\n\
            ADR;TYPE=work:;;2 Dock St;London;;E1 6AN;UK\nEND:VCARD\n";
        assert_eq!(
            rows(card.as_bytes())[0],
            pairs(&[
                ("FN", "Ann"),
                ("ADR street", "1 Hill Rd"),
                ("ADR further", "UK |  | London |  | 2 Dock St, E1 6AN"),
            ])
        );
    }

    #[test]
    fn old_phones_and_cut_files() {
        let card = b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0=E4=B8=89\r\n\
            TEL;CELL:15284354094\r\nTEL;CELL:15284354095\r\nTEL;CELL:15284354096\r\nTEL;CELL:15284354097\r\n";
        assert_eq!(
            rows(card),
            [pairs(&[
                ("FN", "张三"),
                ("TEL cell", "15284354094"),
                ("TEL cell 2", "15284354095"),
                ("TEL cell 3", "15284354096\n15284354097"),
            ])]
        );
    }

    #[test]
    fn a_picture_of_any_size_costs_nothing() {
        let mut card = b"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nPHOTO;ENCODING=b:".to_vec();
        card.extend(std::iter::repeat_n(b'A', 5 * MAX_CARD));
        card.extend_from_slice(b"\nTITLE:Buyer\nEND:VCARD\n");
        assert_eq!(rows(&card), [pairs(&[("FN", "Ann"), ("TITLE", "Buyer")])]);
        let mut endless = b"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nNOTE:".to_vec();
        endless.extend(std::iter::repeat_n(b'A', 2 * MAX_CARD));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), endless).unwrap();
        let mut rows = open(file.path(), &ReadOptions::default()).unwrap().rows;
        assert!(matches!(rows.next(), Some(Err(ReadError::Refused(FileRefusal::Unreadable)))));
    }
}
