//! How far each right of a user reaches: a table of objects and actions, the sum of the roles somebody holds.
//! Pure and small, so that the browser asks the same table that the store obeys.

use super::{Action, DetailRules, Object};
use serde::{Deserialize, Serialize};

/// The rows a right is good for. A later one covers the rows of each before it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// No row: the right is not there.
    #[default]
    None,
    /// Records the user is in charge of.
    Own,
    /// Those, and the records of whoever shares a team with the user.
    Team,
    /// Those, and the records of everybody in the user's department and below it.
    Department,
    /// Every record.
    All,
}

impl Reach {
    /// Every reach, shortest first.
    pub const ALL: [Self; 5] = [Self::None, Self::Own, Self::Team, Self::Department, Self::All];

    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Own => "own",
            Self::Team => "team",
            Self::Department => "department",
            Self::All => "all",
        }
    }

    /// From storage or a form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reach| reach.code() == code)
    }

    /// One letter, as it travels to the browser.
    const fn letter(self) -> char {
        match self {
            Self::None => '-',
            Self::Own => 'o',
            Self::Team => 't',
            Self::Department => 'd',
            Self::All => 'a',
        }
    }
}

const OBJECTS: usize = Object::ALL.len();
const ACTIONS: usize = Action::ALL.len();

/// All rights of a user. Travels as one letter for each right, objects first, then one for each detail, and `?` when a
/// reason is asked for before one is revealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Rights {
    reaches: [[Reach; ACTIONS]; OBJECTS],
    details: DetailRules,
    asks_reason: bool,
}

/// Stands last where a reason is asked for.
const REASON: char = '?';
/// Stands there otherwise.
const NO_REASON: char = '-';

impl Rights {
    /// Everything on everything.
    pub(super) const EVERYTHING: Self = Self {
        reaches: [[Reach::All; ACTIONS]; OBJECTS],
        details: DetailRules::OPEN,
        asks_reason: false,
    };

    /// How far `action` on `object` reaches.
    #[must_use]
    pub fn reach(&self, action: Action, object: Object) -> Reach {
        let row = self.reaches.get(object as usize);
        row.and_then(|row| row.get(action as usize)).copied().unwrap_or_default()
    }

    /// The same rights, and `action` on `object` as far as `reach`.
    #[must_use]
    pub fn with(mut self, object: Object, actions: &[Action], reach: Reach) -> Self {
        for action in actions {
            let row = self.reaches.get_mut(object as usize);
            if let Some(cell) = row.and_then(|row| row.get_mut(*action as usize)) {
                *cell = (*cell).max(reach);
            }
        }
        self
    }

    /// The same rights, and `action` on `object` exactly as far as `reach`.
    #[must_use]
    pub fn set(mut self, object: Object, action: Action, reach: Reach) -> Self {
        let row = self.reaches.get_mut(object as usize);
        if let Some(cell) = row.and_then(|row| row.get_mut(action as usize)) {
            *cell = reach;
        }
        self
    }

    /// The same rights with what goes with the audit log: whoever reads what was done to users, roles, the structure and
    /// the installation reads how these stand.
    #[must_use]
    pub fn overseeing(self) -> Self {
        let reach = self.reach(Action::View, Object::Audit);
        [Object::Structure, Object::System]
            .into_iter()
            .fold(self, |rights, object| rights.with(object, &[Action::View], reach))
    }

    /// How far each detail of a record is open.
    #[must_use]
    pub fn details(&self) -> &DetailRules {
        &self.details
    }

    /// The same rights over details that are open so far.
    #[must_use]
    pub fn with_details(mut self, details: DetailRules) -> Self {
        self.details = details;
        self
    }

    /// Whether a detail is revealed to whoever says why.
    #[must_use]
    pub fn asks_reason(&self) -> bool {
        self.asks_reason
    }

    /// The same rights, with or without a reason.
    #[must_use]
    pub fn asking_reason(mut self, asks: bool) -> Self {
        self.asks_reason = asks;
        self
    }

    /// Whether any detail can be revealed by them.
    fn reveals(&self) -> bool {
        Object::ALL.into_iter().any(|object| self.reach(Action::Reveal, object) != Reach::None)
    }

    /// How far details are open of records that are seen or made by these rights: a role that shows no customers opens
    /// no details of those that another one shows.
    pub(super) fn details_of_records(&self) -> DetailRules {
        let there = |object| {
            [Action::View, Action::Create]
                .into_iter()
                .any(|action| self.reach(action, object) != Reach::None)
        };
        self.details.only(there)
    }

    /// What somebody with both may do: of each right the longer reach, of each detail the more. A reason is asked for
    /// unless one of them reveals without.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.asks_reason = match (self.reveals(), other.reveals()) {
            (true, true) => self.asks_reason && other.asks_reason,
            (true, false) => self.asks_reason,
            (false, true) => other.asks_reason,
            (false, false) => false,
        };
        self.details = self.details_of_records().and(&other.details_of_records());
        let theirs = other.reaches.iter().flatten();
        for (mine, theirs) in self.reaches.iter_mut().flatten().zip(theirs) {
            *mine = (*mine).max(*theirs);
        }
        self
    }

    /// Whether `other` allows nothing that these do not.
    #[must_use]
    pub fn include(&self, other: &Self) -> bool {
        self.and(other) == *self
    }

    /// Every right that reaches any record, and how far.
    pub fn reaching(&self) -> impl Iterator<Item = (Object, Action, Reach)> {
        let all =
            Object::ALL.into_iter().flat_map(|object| Action::ALL.map(|action| (object, action)));
        all.map(|(object, action)| (object, action, self.reach(action, object)))
            .filter(|(_, _, reach)| *reach != Reach::None)
    }

    /// Whether any of them depends on who the user's colleagues are.
    #[must_use]
    pub fn know_colleagues(&self) -> bool {
        self.reaches.iter().flatten().any(|reach| matches!(reach, Reach::Team | Reach::Department))
    }

    /// Whether whoever has them is to be guarded by a second step: who administers, and who takes data out.
    #[must_use]
    pub fn to_be_guarded(&self) -> bool {
        self.takes_more_than(&Self::default())
    }

    /// Whether more is to be guarded than with `before`: who administers now, or takes more out.
    #[must_use]
    pub fn takes_more_than(&self, before: &Self) -> bool {
        let exports =
            |object| self.reach(Action::Export, object) > before.reach(Action::Export, object);
        self.administers() && !before.administers() || Object::ALL.into_iter().any(exports)
    }

    /// Whether the user can change what others may do; such a user is signed out sooner.
    #[must_use]
    pub fn administers(&self) -> bool {
        self.reach(Action::Administer, Object::User) != Reach::None
    }
}

impl From<Rights> for String {
    fn from(rights: Rights) -> Self {
        let reaches = rights.reaches.iter().flatten().map(|reach| reach.letter());
        let last = if rights.asks_reason { REASON } else { NO_REASON };
        reaches.chain(rights.details.letters()).chain([last]).collect()
    }
}

impl TryFrom<String> for Rights {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut rights = Self::default();
        let mut letters = text.chars();
        for cell in rights.reaches.iter_mut().flatten() {
            let letter = letters.next().ok_or("too few rights")?;
            *cell = Reach::ALL
                .into_iter()
                .find(|reach| reach.letter() == letter)
                .ok_or("an unknown reach")?;
        }
        rights.details = DetailRules::read(&mut letters)?;
        rights.asks_reason = match letters.next() {
            Some(REASON) => true,
            Some(NO_REASON) => false,
            _ => return Err("too few rights"),
        };
        if letters.next().is_some() { Err("too many rights") } else { Ok(rights) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Role;
    use proptest::prelude::*;

    #[test]
    fn objects_and_actions_are_counted_from_nought() {
        for (place, object) in Object::ALL.into_iter().enumerate() {
            assert_eq!(object as usize, place);
        }
        for (place, action) in Action::ALL.into_iter().enumerate() {
            assert_eq!(action as usize, place);
        }
    }

    #[test]
    fn rights_travel_and_nothing_else_is_taken_for_them() {
        for role in Role::ALL {
            let letters = String::from(role.rights());
            assert_eq!(Rights::try_from(letters.clone()), Ok(role.rights()));
            assert!(Rights::try_from(letters.clone() + "a").is_err());
            assert!(Rights::try_from(letters.get(1..).unwrap_or_default().to_owned()).is_err());
            assert!(Rights::try_from(letters.replace(['-', 'o', 't', 'd', 'a'], "x")).is_err());
        }
    }

    proptest! {
        #[test]
        fn two_roles_give_what_either_gives(one in 0..Role::ALL.len(), other in 0..Role::ALL.len()) {
            let [one, other] = [one, other].map(|place| Role::ALL[place].rights());
            let both = one.and(&other);
            prop_assert_eq!(both, other.and(&one));
            prop_assert!(both.include(&one) && both.include(&other));
            prop_assert_eq!(one.include(&other), both == one);
            for object in Object::ALL {
                for action in Action::ALL {
                    let reaches = [one.reach(action, object), other.reach(action, object)];
                    prop_assert_eq!(Some(both.reach(action, object)), reaches.into_iter().max());
                }
            }
        }
    }
}
