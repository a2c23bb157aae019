//! Cells a spreadsheet would run as a formula: an apostrophe put before them on the way out as CSV,
//! and taken away again on the way in (OWASP, "CSV Injection"). Both ways are exact.

use std::borrow::Cow;

/// Characters that start a formula, and the wide and small forms spreadsheets read alike.
fn starts_formula(c: char) -> bool {
    matches!(
        c,
        '=' | '+'
            | '-'
            | '@'
            | '＝'
            | '＋'
            | '－'
            | '＠'
            | '\u{fe66}'
            | '\u{fe62}'
            | '\u{fe63}'
            | '\u{fe6b}'
            | '\u{2212}'
    )
}

/// What a spreadsheet may skip before it looks for a formula.
fn is_skipped(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(u32::from(c),
            0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180e
            | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfeff | 0xffa0)
}

/// Whether a spreadsheet could take the text for a formula.
#[must_use]
pub fn is_dangerous(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n'])
        || text.chars().find(|c| !is_skipped(*c)).is_some_and(starts_formula)
}

/// The text as it is written to a CSV.
#[must_use]
pub fn guard(text: &str) -> Cow<'_, str> {
    // Apostrophes of the text itself get one more, or reading would take theirs away.
    if is_dangerous(text.trim_start_matches('\'')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text of a CSV cell as it was before [`guard`].
#[must_use]
pub fn unguard(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_dangerous(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_hundred_payloads_are_text_and_come_back_equal() {
        let before = ["", " ", "\t", "\r\n", "\u{feff}", "\u{200b}", "\u{a0}", "\u{3000}", "\u{1}"];
        let starts = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\u{2212}"];
        let bodies = ["1+1", "cmd|' /C calc'!A0", "HYPERLINK(\"http://x\",\"y\")"];
        let mut count = 0;
        for before in before {
            for start in starts {
                for body in bodies {
                    let payload = format!("{before}{start}{body}");
                    let guarded = guard(&payload);
                    assert!(guarded.starts_with('\''), "{payload:?}");
                    assert!(!is_dangerous(&guarded), "{payload:?}");
                    assert_eq!(unguard(&guarded), payload);
                    count += 1;
                }
            }
        }
        assert!(count >= 200, "{count}");
    }

    #[test]
    fn plain_text_is_left_alone() {
        for text in ["", "'", "''", "'s-Hertogenbosch", "O'Neil", "张三", "a=b", "'quoted'", "1-2"]
        {
            assert_eq!(guard(text), text);
            assert_eq!(unguard(text), text);
        }
        assert_eq!(unguard("'+8615284354094"), "+8615284354094");
        assert_eq!(guard("'=1"), "''=1");
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(text in "['=+@ \t\r\n\u{feff}a1-]{0,8}") {
            let guarded = guard(&text).into_owned();
            prop_assert_eq!(unguard(&guarded), text.as_str());
        }
    }
}
