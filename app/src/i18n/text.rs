//! The words of the screens in one language: a method per key of app/i18n, made by build.rs.
//! `[list] count` is `text.list_count(n)`: `n` first, other placeholders in alphabetical order.

use super::format;
use domain::lang::Lang;

/// The words in one language. Small and `Copy`: pass it by value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text {
    lang: Lang,
}

impl Text {
    /// The words in `lang`.
    #[must_use]
    pub const fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// The language.
    #[must_use]
    pub const fn lang(self) -> Lang {
        self.lang
    }

    /// The text of a key that is only known at run time, such as `field.account.name` or
    /// `choice.level.vip`. Only keys under [`super::CODE_PREFIXES`] without placeholders are
    /// found, so that the browser carries the names of no others.
    #[must_use]
    pub fn by_code(self, key: &str) -> Option<&'static str> {
        let at = CODES.binary_search_by(|(known, _)| (*known).cmp(key)).ok()?;
        let (_, [english, chinese]) = CODES.get(at)?;
        Some(self.pick(english, chinese))
    }

    const fn pick(self, english: &'static str, chinese: &'static str) -> &'static str {
        match self.lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }

    fn fill(self, english: &'static str, chinese: &'static str, given: &[&str]) -> String {
        fill(self.pick(english, chinese), "", given)
    }

    /// Takes the form that fits the number. English has one and other; Chinese has one form.
    fn count(
        self,
        n: i64,
        english: [&'static str; 2],
        chinese: [&'static str; 2],
        given: &[&str],
    ) -> String {
        let at = usize::from(n != 1);
        fill(self.pick(english[at], chinese[at]), &format::integer(n), given)
    }
}

/// Puts the number for `{0}` and what was given for `{1}` onwards, in one pass: braces in what
/// people typed stay as they are.
fn fill(template: &str, number: &str, given: &[&str]) -> String {
    let length = template.len() + number.len() + given.iter().map(|part| part.len()).sum::<usize>();
    let mut out = String::with_capacity(length);
    let mut parts = template.split('{');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (slot, words) = part.split_once('}').unwrap_or(("", part));
        let value = match slot.parse::<usize>() {
            Ok(0) => number,
            Ok(at) => given.get(at - 1).copied().unwrap_or_default(),
            Err(_) => "",
        };
        out.push_str(value);
        out.push_str(words);
    }
    out
}

include!(concat!(env!("OUT_DIR"), "/text.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [Text; 2] = [Text::new(Lang::En), Text::new(Lang::Zh)];

    #[test]
    fn the_form_follows_the_number() {
        let [english, chinese] = BOTH;
        assert_eq!(english.list_count(1), "1 customer");
        assert_eq!(english.list_count(0), "0 customers");
        assert_eq!(english.list_count(12_345), "12,345 customers");
        assert_eq!(chinese.list_count(1), "1 位客户");
        assert_eq!(chinese.list_count(12_345), "12,345 位客户");
    }

    #[test]
    fn what_people_typed_is_not_read_as_a_placeholder() {
        assert_eq!(BOTH[0].toast_deleted("{0}{1}{name}"), "Deleted {0}{1}{name}");
        assert_eq!(
            BOTH[1].timeline_changed("{1}", "{2}", "名称", "{who}"),
            "{who}将名称由“{2}”改为“{1}”"
        );
    }

    #[test]
    fn codes_are_found_and_nothing_else_is() {
        assert!(CODES.is_sorted_by_key(|(key, _)| *key));
        for (key, [english, chinese]) in CODES {
            assert_eq!(BOTH[0].by_code(key), Some(*english));
            assert_eq!(BOTH[1].by_code(key), Some(*chinese));
        }
        assert_eq!(BOTH[0].by_code("choice.level.vip"), Some("VIP"));
        assert_eq!(BOTH[1].by_code("choice.level.vip"), Some("重点"));
        assert_eq!(BOTH[0].by_code("choice.level.gold"), None);
        assert_eq!(BOTH[0].by_code(""), None);
    }
}
