//! The ways to do harm, and what the server is to make of each.

/// A way to do harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attack {
    /// A body that is no form.
    Nonsense,
    /// No name of an attempt.
    NoAttempt,
    /// No answer to what has to be answered.
    NoScore,
    /// A score that there is not.
    WrongScore,
    /// More words than fit.
    TooLong,
    /// More bytes than are taken.
    TooLarge,
    /// Content of another kind.
    OtherKind,
    /// A link that was guessed.
    Guess,
    /// Answers in the address, as programs that look at links would send them.
    InAddress,
    /// Somebody else's attempt with other answers.
    Replay,
    /// Somebody else's attempt at another survey.
    ReplayElsewhere,
    /// Every field filled in, also the one that people do not see.
    Trap,
    /// Sooner than anybody reads.
    Hasty,
    /// The stamp of another page.
    ForeignStamp,
}

/// What the server is to make of an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing is stored.
    Refused,
    /// It may wait to be looked at, but counts nowhere.
    Waits,
}

impl Attack {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Nonsense,
        Self::NoAttempt,
        Self::NoScore,
        Self::WrongScore,
        Self::TooLong,
        Self::TooLarge,
        Self::OtherKind,
        Self::Guess,
        Self::InAddress,
        Self::Replay,
        Self::ReplayElsewhere,
        Self::Trap,
        Self::Hasty,
        Self::ForeignStamp,
    ];

    /// As the table calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nonsense => "a body that is no form",
            Self::NoAttempt => "without the name of an attempt",
            Self::NoScore => "without what has to be answered",
            Self::WrongScore => "a score that there is not",
            Self::TooLong => "more words than fit",
            Self::TooLarge => "more than 64 KiB",
            Self::OtherKind => "another kind of content",
            Self::Guess => "a guessed link",
            Self::InAddress => "answers in the address",
            Self::Replay => "somebody's attempt again, other answers",
            Self::ReplayElsewhere => "somebody's attempt at another survey",
            Self::Trap => "the hidden field filled in",
            Self::Hasty => "faster than anybody reads, from one address",
            Self::ForeignStamp => "the stamp of another page",
        }
    }

    /// What the server is to make of it.
    pub fn due(self) -> Due {
        match self {
            Self::Trap | Self::Hasty | Self::ForeignStamp => Due::Waits,
            _ => Due::Refused,
        }
    }

    /// The words that are sent, by which it is known again.
    pub fn words(self) -> String {
        // The dot tells one from another whose name goes on.
        format!("hostile {self:?}.")
    }

    /// Which one sent these words.
    pub fn of_words(words: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|attack| words.starts_with(&attack.words()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_known_by_its_words() {
        for attack in Attack::ALL {
            assert_eq!(Attack::of_words(&attack.words()), Some(attack));
            assert_eq!(Attack::of_words(&format!("{}xx", attack.words())), Some(attack));
        }
        assert_eq!(Attack::of_words("person 3"), None);
    }
}
