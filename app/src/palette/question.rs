//! What somebody asks of the palette: the first character may narrow it.

/// A question, read from what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// Nothing yet.
    Nothing,
    /// Records of all kinds, actions and pages.
    Anything(String),
    /// `>`: things to do.
    Action(String),
    /// `@`: persons only.
    Person(String),
    /// `#`: the records with this number; the sign stands before it.
    Number(String),
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
            Some('#') => Self::Number(format!("#{rest}")),
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
        for (typed, asked) in [("#5", "#5"), ("＃ ５", "#5"), ("#o-3", "#o-3")] {
            assert_eq!(Question::of(typed), Question::Number(asked.to_owned()), "{typed}");
        }
        // Without the sign it may be a word of a name, too.
        assert_eq!(Question::of("o-3"), Question::Anything("o-3".to_owned()));
    }

    #[test]
    fn people_and_numbers_leave_actions_out() {
        assert_eq!(Question::of("@zxm").own(), None);
        assert_eq!(Question::of("#7").own(), None);
        assert_eq!(Question::of(">new").own(), Some("new"));
        assert_eq!(Question::of("").own(), Some(""));
    }
}
