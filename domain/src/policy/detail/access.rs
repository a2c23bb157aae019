//! How far a detail of a record is open to somebody, and what a role says about it.

use serde::{Deserialize, Serialize};

/// How far a detail is open. A later one allows what each before it does.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Not there: nobody can tell whether a record has one.
    #[default]
    Hidden,
    /// Seen in part, such as 138****8000.
    Masked,
    /// Seen.
    Read,
    /// Seen and changed.
    Edit,
}

impl Access {
    /// Every step, least first.
    pub const ALL: [Self; 4] = [Self::Hidden, Self::Masked, Self::Read, Self::Edit];

    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Masked => "masked",
            Self::Read => "read",
            Self::Edit => "edit",
        }
    }

    /// From storage or a form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.code() == code)
    }
}

/// What a role says about a detail: how far it is open on records that others are in charge of, and on one's own, never
/// less. Those that open less come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DetailRule {
    others: Access,
    own: Access,
}

impl From<Access> for DetailRule {
    /// As far everywhere.
    fn from(access: Access) -> Self {
        Self::everywhere(access)
    }
}

impl DetailRule {
    /// Seen and changed everywhere.
    pub const OPEN: Self = Self::everywhere(Access::Edit);
    /// Seen in part, except by whoever is in charge of the record.
    pub const MASKED_UNLESS_OWN: Self = Self { others: Access::Masked, own: Access::Edit };
    /// What two roles add up to, one of which masks it unless the record is one's own and the other lets it be read.
    const READ_UNLESS_OWN: Self = Self { others: Access::Read, own: Access::Edit };
    /// What a role can say of a detail of which a part can be shown, least first.
    pub const CHOOSABLE: [Self; 5] = [
        Self::everywhere(Access::Hidden),
        Self::everywhere(Access::Masked),
        Self::MASKED_UNLESS_OWN,
        Self::everywhere(Access::Read),
        Self::OPEN,
    ];
    /// Every rule there is, least first.
    pub const ALL: [Self; 6] = [
        Self::everywhere(Access::Hidden),
        Self::everywhere(Access::Masked),
        Self::MASKED_UNLESS_OWN,
        Self::everywhere(Access::Read),
        Self::READ_UNLESS_OWN,
        Self::everywhere(Access::Edit),
    ];

    const fn everywhere(access: Access) -> Self {
        Self { others: access, own: access }
    }

    /// How far it is open on records that others are in charge of, or nobody.
    #[must_use]
    pub const fn others(self) -> Access {
        self.others
    }

    /// How far it is open on a record, by whether it is one's own.
    #[must_use]
    pub const fn on(self, own: bool) -> Access {
        if own { self.own } else { self.others }
    }

    /// What is open by either of two rules.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { others: self.others.max(other.others), own: self.own.max(other.own) }
    }

    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match (self.others, self.own) {
            (Access::Masked, Access::Edit) => "masked_unless_own",
            (Access::Read, Access::Edit) => "read_unless_own",
            (others, _) => others.code(),
        }
    }

    /// From storage or a form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// One letter, as it travels to the browser.
    pub(super) const fn letter(self) -> char {
        match (self.others, self.own) {
            (Access::Masked, Access::Edit) => 'o',
            (Access::Read, Access::Edit) => 'p',
            (Access::Hidden, _) => 'h',
            (Access::Masked, _) => 'm',
            (Access::Read, _) => 'r',
            (Access::Edit, _) => 'e',
        }
    }
}
