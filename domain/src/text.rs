//! Text as people type it, and the forms it is compared, sorted and searched in.
//! What was typed is always kept; nothing here replaces it.

use crate::field::FieldError;

/// Full-width letters, digits, punctuation and blanks to their half-width twins.
#[must_use]
pub fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{3000}' | '\u{a0}' | '\u{2002}'..='\u{200a}' => ' ',
            '。' => '.',
            '、' => ',',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '￥' => '¥',
            _ => c,
        })
        .collect()
}

/// Whether `c` is a Han character.
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(u32::from(c),
        0x3007 | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3134f)
}

/// What neither database can carry in a text.
fn is_unprintable(c: char) -> bool {
    c == '\0'
}

/// The form in which two texts are compared: half-width, lower case, Latin marks stripped,
/// blanks folded to one.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for c in half_width(text).chars() {
        if c.is_whitespace() || c.is_control() || is_invisible(c) {
            blank = blank || c.is_whitespace();
            continue;
        }
        if blank && !out.is_empty() {
            out.push(' ');
        }
        blank = false;
        for lower in c.to_lowercase().map(one_of_a_case) {
            match latin_base(lower) {
                Some(base) => out.push_str(base),
                None if is_combining(lower) => {}
                None => out.push(lower),
            }
        }
    }
    out
}

/// The one lower-case letter that stands for all that share its capital (Unicode's simple case folding, as far as it
/// differs from lower case): `Σ` is `σ` and `ς`. SQLite's tokenizer reads them so, too.
fn one_of_a_case(c: char) -> char {
    match c {
        'µ' => 'μ',
        'ſ' => 's',
        'ς' => 'σ',
        'ϐ' => 'β',
        'ϑ' => 'θ',
        'ϕ' => 'φ',
        'ϖ' => 'π',
        'ϰ' => 'κ',
        'ϱ' => 'ρ',
        'ϵ' => 'ε',
        'ẛ' => 'ṡ',
        '\u{1fbe}' => 'ι',
        _ => c,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(u32::from(c), 0xad | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x2064 | 0xfeff)
}

fn is_combining(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36f)
}

/// The unmarked letters of a marked lower-case Latin letter of the blocks Latin-1 and Extended-A.
fn latin_base(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' | 'ǎ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ǐ' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ǒ' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ß' => "ss",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'þ' => "th",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ǔ' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// One line of text: blanks around it trimmed, everything else as typed.
///
/// `None` for nothing. Odd characters stay: a name that looks strange is still the customer's name.
///
/// # Errors
/// [`FieldError::TooLong`] past `max` characters, [`FieldError::ControlCharacter`] for NUL, which
/// neither database can carry in text.
pub fn line(raw: &str, max: usize) -> Result<Option<String>, FieldError> {
    let text = raw.trim();
    if text.chars().any(is_unprintable) {
        return Err(FieldError::ControlCharacter);
    }
    if text.chars().count() > max {
        return Err(FieldError::TooLong { max });
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Several lines of text, kept to the letter apart from blanks at the end.
///
/// # Errors
/// As [`line()`].
pub fn paragraph(raw: &str, max: usize) -> Result<Option<String>, FieldError> {
    let text = raw.trim_end();
    if text.chars().any(is_unprintable) {
        return Err(FieldError::ControlCharacter);
    }
    if text.chars().count() > max {
        return Err(FieldError::TooLong { max });
    }
    Ok((!text.trim().is_empty()).then(|| text.to_owned()))
}

/// Endings that say what kind of firm it is and tell no two firms apart, longest first.
const COMPANY_ENDINGS: &[&str] = &[
    "股份有限责任公司",
    "集团股份有限公司",
    "集团有限公司",
    "有限责任公司",
    "股份有限公司",
    "有限合伙企业",
    "有限公司",
    "集团公司",
    "总公司",
    "分公司",
    "公司",
    "集团",
    "incorporated",
    "corporation",
    "company limited",
    "limited",
    "company",
    "holdings",
    "group",
    "gmbh",
    "corp",
    "pty",
    "llc",
    "ltd",
    "plc",
    "inc",
    "co",
    "ag",
    "sa",
    "bv",
    "oy",
    "ab",
    "kk",
];

/// The part of a name that tells it apart: folded, without punctuation and company endings.
///
/// `ACME Co., Ltd.` and `Acme` give the same; so do `快讯有限责任公司` and `快讯`. A name that is
/// nothing but an ending stays as it is.
#[must_use]
pub fn name_core(name: &str) -> String {
    let folded = fold(name);
    let mut words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    while words.len() > 1 && words.last().is_some_and(|last| COMPANY_ENDINGS.contains(last)) {
        words.pop();
    }
    let mut core = words.concat();
    loop {
        let kept = core.len() - han_ending(&core).len();
        if kept == 0 || kept == core.len() {
            break;
        }
        core.truncate(kept);
    }
    if core.is_empty() { folded.replace(' ', "") } else { core }
}

/// The Chinese company ending of a name, or nothing.
#[must_use]
pub fn han_ending(name: &str) -> &'static str {
    let han = COMPANY_ENDINGS.iter().filter(|ending| ending.chars().all(is_han));
    han.copied().find(|ending| name.ends_with(ending)).unwrap_or_default()
}

/// The digits of a text, full-width ones included.
#[must_use]
pub fn digits(text: &str) -> String {
    half_width(text).chars().filter(char::is_ascii_digit).collect()
}

/// An e-mail address as compared: trimmed, half-width, lower case.
///
/// # Errors
/// [`FieldError::NotAnEmail`] when it has no single `@` with something sensible on both sides,
/// [`FieldError::TooLong`] past 254 characters (RFC 5321, 4.5.3.1).
pub fn email(raw: &str) -> Result<String, FieldError> {
    let text = half_width(raw.trim()).to_lowercase();
    if text.chars().count() > 254 {
        return Err(FieldError::TooLong { max: 254 });
    }
    let well_formed = text.split_once('@').is_some_and(|(local, domain)| {
        let odd = |c: char| c.is_whitespace() || c.is_control() || "@<>()[],;:\\\"".contains(c);
        !local.is_empty()
            && local.len() <= 64
            && !local.chars().any(odd)
            && domain.contains('.')
            && domain.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            })
    });
    if well_formed { Ok(text) } else { Err(FieldError::NotAnEmail) }
}

/// A web address; `https://` is put before one that names no scheme.
///
/// # Errors
/// [`FieldError::NotAUrl`] for any other scheme or none that can be opened.
pub fn web_address(raw: &str) -> Result<Option<String>, FieldError> {
    let Some(text) = line(raw, 300)? else { return Ok(None) };
    let lower = text.to_ascii_lowercase();
    let rest =
        lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")).unwrap_or(&lower);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let fine = host.contains('.')
        && host.split('.').all(|label| !label.is_empty())
        && host.chars().all(|c| c.is_alphanumeric() || ".-:".contains(c))
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "\"'<>\\`".contains(c));
    if !fine {
        return Err(FieldError::NotAUrl);
    }
    let has_scheme = lower.starts_with("http://") || lower.starts_with("https://");
    Ok(Some(if has_scheme { text } else { format!("https://{text}") }))
}

/// A unified social credit code: 18 characters with a check character, GB 32100-2015.
///
/// # Errors
/// [`FieldError::NotACreditCode`] when the check character does not match.
pub fn credit_code(raw: &str) -> Result<Option<String>, FieldError> {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let text: String =
        half_width(raw).chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    if text.is_empty() {
        return Ok(None);
    }
    let places: Option<Vec<usize>> = text.chars().map(|c| ALPHABET.find(c)).collect();
    let places = places.filter(|p| p.len() == 18).ok_or(FieldError::NotACreditCode)?;
    let sum: usize = places.iter().zip(WEIGHTS).map(|(place, weight)| place * weight).sum();
    if (31 - sum % 31) % 31 == places[17] {
        Ok(Some(text))
    } else {
        Err(FieldError::NotACreditCode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folding_makes_equal_what_people_mean_as_equal() {
        for (a, b) in [
            ("ＡＣＭＥ　Ltd", "acme ltd"),
            ("Café  Zürich", "cafe zurich"),
            ("e\u{301}", "é"),
            ("\u{feff}张小明", "张小明"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} / {b}");
        }
    }

    #[test]
    fn the_core_of_a_name_leaves_the_kind_of_firm_out() {
        for (a, b) in [
            ("快讯有限责任公司", "快讯"),
            ("ACME Co., Ltd.", "Acme"),
            ("Acme Corporation", "acme"),
            ("华东（电子）有限公司", "华东电子"),
        ] {
            assert_eq!(name_core(a), name_core(b), "{a} / {b}");
        }
        assert_eq!(name_core("公司"), "公司");
        assert_eq!(name_core("!!!"), "!!!");
        assert_ne!(name_core("Cobalt"), name_core("Balt"));
    }

    #[test]
    fn lines_are_kept_as_typed() {
        assert_eq!(line("  李  ", 10), Ok(Some("李".to_owned())));
        assert_eq!(line(" \u{3000} ", 10), Ok(None));
        assert_eq!(line("abc", 2), Err(FieldError::TooLong { max: 2 }));
        assert_eq!(line("a\0b", 9), Err(FieldError::ControlCharacter));
    }

    #[test]
    fn e_mail_addresses() {
        assert_eq!(email(" YIQIANG@HOTMAIL.COM "), Ok("yiqiang@hotmail.com".to_owned()));
        assert_eq!(email("tao２３＠yahoo.com"), Ok("tao23@yahoo.com".to_owned()));
        for raw in ["", "a", "a@", "@b.c", "a@b", "a b@c.d", "a@@b.c", "a@b..c", "a@-b.c"] {
            assert_eq!(email(raw), Err(FieldError::NotAnEmail), "{raw}");
        }
    }

    #[test]
    fn web_addresses_open_nothing_but_web_pages() {
        assert_eq!(web_address("acme.com"), Ok(Some("https://acme.com".to_owned())));
        assert_eq!(web_address("HTTP://acme.com/x"), Ok(Some("HTTP://acme.com/x".to_owned())));
        for raw in ["javascript:alert(1)", "data:text/html,x", "acme", "http://", "//x", "a b.c"] {
            assert!(web_address(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn credit_codes_carry_a_check_character() {
        // The code of a listed company, as it prints it on its own pages.
        assert!(credit_code("91440300708461136T").is_ok());
        assert!(credit_code("91440300708461136Y").is_err());
        assert_eq!(credit_code("  "), Ok(None));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in ".{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn a_core_is_never_empty_for_a_name(text in "[a-z一-龥 .]{0,20}[a-z一-龥]") {
            prop_assert!(!name_core(&text).is_empty());
        }
    }
}
