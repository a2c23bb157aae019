//! What the values of a column look like, for headers that say too little.

use crate::{countries, table::is_blank};
use domain::{
    account::{AccountData, AccountField, AccountKind, AccountStatus, Level},
    contact::{ContactDraft, ContactKind},
    date::Date,
    import::Target,
    person::{PersonData, PersonField},
    text,
};

/// Words that mean "nothing" in a cell that is to hold a number, a date, a choice or a phone.
const PLACEHOLDERS: &[&str] = &[
    "-",
    "--",
    "---",
    "—",
    "——",
    "/",
    "\\",
    "?",
    "??",
    "*",
    "n/a",
    "na",
    "#n/a",
    "null",
    "(null)",
    "none",
    "nil",
    "unknown",
    "tbd",
    "无",
    "暂无",
    "没有",
    "未知",
    "不详",
    "待定",
    "空",
    "未填写",
];

/// Whether a cell that is no free text says nothing.
#[must_use]
pub fn is_placeholder(cell: &str) -> bool {
    is_blank(cell) || PLACEHOLDERS.contains(&text::fold(cell).as_str())
}

/// Whether a cell says that somebody works for no company.
#[must_use]
pub fn is_no_company(cell: &str) -> bool {
    const WORDS: [&str; 8] =
        ["个人", "私人", "自由职业", "无公司", "individual", "private", "self", "no company"];
    is_placeholder(cell) || WORDS.contains(&text::fold(cell).as_str())
}

/// Whether a cell is a value and no header: e-mail, date, number.
#[must_use]
pub fn looks_like_data(cell: &str) -> bool {
    let cell = cell.trim();
    let has_digit = !text::digits(cell).is_empty();
    let wordless = !cell.chars().any(char::is_alphabetic);
    is_email(cell) || (has_digit && (wordless || Date::parse(cell).is_ok()))
}

/// Whether a cell is an e-mail address.
#[must_use]
pub fn is_email(cell: &str) -> bool {
    text::email(cell).is_ok()
}

/// Whether a cell is a Chinese mobile number, or starts like an international number.
#[must_use]
pub fn is_mobile(cell: &str) -> bool {
    let digits = text::digits(cell);
    let national = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86"));
    let national = national.unwrap_or(&digits);
    national.len() == 11
        && national.starts_with('1')
        && national.chars().nth(1).is_some_and(|c| ('3'..='9').contains(&c))
        && !cell.chars().any(char::is_alphabetic)
}

/// Whether a cell could be a phone number: some digits, and little but digits.
#[must_use]
pub fn is_phone(cell: &str) -> bool {
    let half = text::half_width(cell);
    let digits = half.chars().filter(char::is_ascii_digit).count();
    let others = half.chars().filter(|c| !c.is_ascii_digit() && !" +-().#*/".contains(*c)).count();
    (7..=18).contains(&digits) && others <= 4 && !is_date(cell)
}

fn is_date(cell: &str) -> bool {
    Date::parse(cell).is_ok_and(|date| (1900..=2100).contains(&date.year()))
}

/// Whether a cell names a firm: by a word that only firms carry.
#[must_use]
pub fn is_firm(cell: &str) -> bool {
    let folded = text::fold(cell);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).collect();
    ["公司", "集团", "厂", "店", "中心", "大学", "学院", "医院", "银行", "事务所", "研究所", "协会"]
        .iter()
        .any(|ending| folded.ends_with(ending))
        || [
            "inc",
            "corp",
            "corporation",
            "llc",
            "ltd",
            "limited",
            "gmbh",
            "plc",
            "group",
            "company",
            "co",
            "holdings",
            "ag",
            "bank",
            "university",
            "technologies",
            "solutions",
            "systems",
        ]
        .iter()
        .any(|word| words.contains(word))
}

/// The share of the filled cells that pass, in percent; `None` for an empty column.
#[must_use]
pub fn share(cells: &[&str], test: impl Fn(&str) -> bool) -> Option<usize> {
    let filled: Vec<&&str> = cells.iter().filter(|cell| !is_placeholder(cell)).collect();
    if filled.is_empty() {
        return None;
    }
    Some(filled.iter().filter(|cell| test(cell)).count() * 100 / filled.len())
}

/// Whether a column's cells would be taken by a target; free text takes everything.
#[must_use]
pub fn fits(target: Target, cell: &str) -> bool {
    match target {
        Target::Account(AccountField::Kind) => AccountKind::parse(cell).is_ok(),
        Target::Account(AccountField::Status) => AccountStatus::parse(cell).is_ok(),
        Target::Account(AccountField::Level) => Level::parse(cell).is_ok(),
        Target::Account(field) => AccountData::default().set(field, cell, 2).is_ok(),
        Target::Person(field) => {
            field == PersonField::FullName || PersonData::default().set(field, cell).is_ok()
        }
        Target::Contact(kind) | Target::AccountContact(kind) => match kind {
            ContactKind::Email => cell.contains('@'),
            ContactKind::Mobile | ContactKind::Phone => {
                text::digits(cell).len() >= 5 && ContactDraft::parse(kind, cell).is_ok()
            }
            ContactKind::Wechat | ContactKind::Wecom | ContactKind::Other => true,
        },
        _ => true,
    }
}

/// What a column holds when its header says nothing, from unmistakable values only.
#[must_use]
pub fn target_of(cells: &[&str]) -> Option<Target> {
    let most = |test: fn(&str) -> bool| share(cells, test).is_some_and(|share| share >= 80);
    if most(is_email) {
        Some(Target::Contact(ContactKind::Email))
    } else if most(is_mobile) {
        Some(Target::Contact(ContactKind::Mobile))
    } else if most(|cell| text::credit_code(cell).is_ok_and(|code| code.is_some())) {
        Some(Target::Account(AccountField::CreditCode))
    } else if most(|cell| cell.starts_with("http://") || cell.starts_with("https://")) {
        Some(Target::Account(AccountField::Website))
    } else if most(countries::is_country) {
        Some(Target::Country)
    } else if most(countries::is_province) {
        Some(Target::Province)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_from_headers() {
        for cell in ["a@b.co", "15284354094", "2024-01-02", "1,200.5", "８８", "2026年1月2日"]
        {
            assert!(looks_like_data(cell), "{cell}");
        }
        for cell in ["", "手机", "Phone 2", "E-mail", "Q3 revenue", "名称"] {
            assert!(!looks_like_data(cell), "{cell}");
        }
    }

    #[test]
    fn a_column_speaks_through_most_of_its_cells() {
        let mail = ["a@b.co", "", "c@d.org", "n/a"];
        assert_eq!(target_of(&mail), Some(Target::Contact(ContactKind::Email)));
        let phones = ["152 8435 4094", "+8615284354095", "１５２８４３５４０９６"];
        assert_eq!(target_of(&phones), Some(Target::Contact(ContactKind::Mobile)));
        assert_eq!(target_of(&["x", "y@z.co"]), None);
        assert_eq!(target_of(&["", "无"]), None);
    }

    #[test]
    fn firms_are_told_from_people() {
        for name in ["快讯有限责任公司", "Acme Corp.", "Bank of X", "华山医院"] {
            assert!(is_firm(name), "{name}");
        }
        for name in ["张三", "Ann Cole", "Marco"] {
            assert!(!is_firm(name), "{name}");
        }
    }
}
