//! What somebody asks of the palette: the first character may narrow it.

/// A question, read from what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// Nothing yet.
    Nothing,
    /// Customers, persons, actions and pages.
    Anything(String),
    /// `>`: things to do.
    Action(String),
    /// `@`: persons only.
    Person(String),
    /// `#`: the records with this number, as they may be spelled.
    Number(Vec<String>),
}

impl Question {
    /// Reads what was typed. A narrowing sign of the Chinese keyboard counts as the Latin one.
    pub(super) fn of(typed: &str) -> Self {
        let typed = domain::text::half_width(typed.trim());
        let mut characters = typed.chars();
        let first = characters.next();
        let rest = characters.as_str().trim().to_owned();
        match first {
            None => Self::Nothing,
            Some('>' | '》') => Self::Action(rest),
            Some('@') if rest.is_empty() => Self::Nothing,
            Some('@') => Self::Person(rest),
            Some('#') if rest.is_empty() => Self::Nothing,
            Some('#') => Self::Number(numbers(&rest)),
            Some(_) => Self::Anything(typed),
        }
    }

    /// The words actions and pages are looked for by; nothing where they are left out.
    pub(super) fn own(&self) -> Option<&str> {
        match self {
            Self::Nothing => Some(""),
            Self::Anything(words) | Self::Action(words) => Some(words),
            Self::Person(_) | Self::Number(_) => None,
        }
    }
}

/// Digits alone may be a customer or a person.
fn numbers(typed: &str) -> Vec<String> {
    if typed.chars().all(|character| character.is_ascii_digit()) {
        ["C", "P"].map(|letter| format!("{letter}-{typed}")).to_vec()
    } else {
        vec![typed.to_ascii_uppercase()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sign_narrows_the_question() {
        let words = || "zxm".to_owned();
        assert_eq!(Question::of("  "), Question::Nothing);
        assert_eq!(Question::of(" zxm "), Question::Anything(words()));
        assert_eq!(Question::of(">zxm"), Question::Action(words()));
        assert_eq!(Question::of("＞ zxm"), Question::Action(words()));
        assert_eq!(Question::of("@ zxm"), Question::Person(words()));
        assert_eq!(Question::of("@"), Question::Nothing);
        let both = vec!["C-7".to_owned(), "P-7".to_owned()];
        assert_eq!(Question::of("#7"), Question::Number(both));
        assert_eq!(Question::of("#p-7"), Question::Number(vec!["P-7".to_owned()]));
    }

    #[test]
    fn people_and_numbers_leave_actions_out() {
        assert_eq!(Question::of("@zxm").own(), None);
        assert_eq!(Question::of("#7").own(), None);
        assert_eq!(Question::of(">new").own(), Some("new"));
        assert_eq!(Question::of("").own(), Some(""));
    }
}
