//! What is shown of a value that is seen in part: enough to tell one from another, too little to use it.

/// Stands for what is not shown, however much it is.
const HIDDEN: &str = "****";

/// A phone number with its first digits, five at most, and its last four, at least four hidden between them, such as
/// 138****8000; a short one shows its last two. What people put between the digits stays. More digits than a number
/// has (E.164: fifteen) are several numbers, of which nothing is shown.
pub(super) fn phone(typed: &str) -> String {
    let digits = typed.chars().filter(|c| c.is_numeric()).count();
    let (shown_behind, hidden) = match digits {
        0..8 => (2, digits),
        8..16 => (4, digits - 4 - (digits - 8).min(5)),
        _ => (0, digits),
    };
    let mut left = digits;
    typed
        .chars()
        .map(|c| {
            if !c.is_numeric() {
                return c;
            }
            left -= 1;
            let is_hidden = left >= shown_behind && left < shown_behind + hidden;
            if is_hidden { '*' } else { c }
        })
        .collect()
}

/// An address with the first letter of its name, such as z****@acme.com.
pub(super) fn email(typed: &str) -> String {
    match typed.rsplit_once('@') {
        Some((name, domain)) => format!("{}@{domain}", ends(name, 1, 0)),
        None => ends(typed, 1, 0),
    }
}

/// A text with its first and last characters, as long as more than half of it stays hidden.
pub(super) fn ends(text: &str, front: usize, back: usize) -> String {
    if text.is_empty() {
        return String::new();
    }
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= 2 * (front + back) {
        return HIDDEN.to_owned();
    }
    let front: String = chars.iter().take(front).collect();
    let back: String = chars.iter().skip(chars.len() - back).collect();
    format!("{front}{HIDDEN}{back}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn phones_show_their_ends() {
        for (typed, shown) in [
            ("13800138000", "138****8000"),
            ("138-0013-8000", "138-****-8000"),
            ("+86 138 0013 8000", "+86 138 **** 8000"),
            ("６２３４５６７８", "****５６７８"),
            ("13800138000 13900139000", "*********** ***********"),
            ("+4915112345678901", "+****************"),
            ("95588", "***88"),
            ("110", "*10"),
            ("", ""),
        ] {
            assert_eq!(phone(typed), shown);
        }
    }

    #[test]
    fn addresses_and_names_show_little() {
        assert_eq!(email("zhang.min@acme.com"), "z****@acme.com");
        assert_eq!(email("z@acme.com"), "****@acme.com");
        assert_eq!(email("rubbish"), "r****");
        assert_eq!(ends("91310000MA1FL3LB0Q", 4, 2), "9131****0Q");
        assert_eq!(ends("lily", 1, 1), "****");
        assert_eq!(ends("lily88", 1, 1), "l****8");
        assert_eq!(ends("", 1, 1), "");
    }

    proptest! {
        #[test]
        fn half_of_a_text_stays_hidden(text in "[a-z王小明]{1,40}", front in 0_usize..5, back in 0_usize..5) {
            let shown = ends(&text, front, back);
            let kept = shown.chars().count() - HIDDEN.len();
            prop_assert!(kept * 2 < text.chars().count() || kept == 0);
        }

        #[test]
        fn four_digits_of_a_number_are_never_shown(typed in "\\+?[0-9 \\-]{8,24}") {
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
            let gone = digits(&typed) - digits(&phone(&typed));
            let all = digits(&typed);
            prop_assert!(gone >= 4 && all - gone <= 9 || all < 8 && gone == all.saturating_sub(2));
        }
    }
}
