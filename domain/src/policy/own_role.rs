//! Roles an organisation makes itself, beside those that every installation has: which rights they may hold, and what
//! anybody holds who has one or the other.

use super::{Access, Action, Detail, DetailRule, DetailRules, Object, Reach, Rights, Role};
use crate::{
    field::{FieldError, FormErrors},
    id::RoleId,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A role that somebody holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Held {
    /// One that every installation has.
    BuiltIn(Role),
    /// One made here.
    Own(RoleId),
}

impl From<Role> for Held {
    fn from(role: Role) -> Self {
        Self::BuiltIn(role)
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(role) => f.write_str(role.code()),
            Self::Own(id) => id.fmt(f),
        }
    }
}

impl FromStr for Held {
    type Err = FieldError;

    fn from_str(code: &str) -> Result<Self, FieldError> {
        Role::from_code(code)
            .map(Self::BuiltIn)
            .or_else(|| code.parse().ok().map(Self::Own))
            .ok_or(FieldError::UnknownOption)
    }
}

impl From<Held> for String {
    fn from(held: Held) -> Self {
        held.to_string()
    }
}

impl TryFrom<String> for Held {
    type Error = FieldError;

    fn try_from(code: String) -> Result<Self, FieldError> {
        code.parse()
    }
}

/// A role made here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnRole {
    /// Identity.
    pub id: RoleId,
    /// Name shown.
    pub name: String,
    /// What it allows.
    pub rights: Rights,
}

/// A role as people read it: the words for one that every installation has are those of the catalogues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleName {
    /// One that every installation has.
    BuiltIn(Role),
    /// The name of one made here.
    Own(String),
}

/// A right that roles made here may hold, with the reaches there are for it, shortest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choosable {
    /// On what.
    pub object: Object,
    /// To do what.
    pub action: Action,
    /// How far; always begins with [`Reach::None`].
    pub reaches: &'static [Reach],
}

const ANY: &[Reach] = &Reach::ALL;
const ALL_OR_NONE: &[Reach] = &[Reach::None, Reach::All];

/// Every right that roles made here may hold, object by object. What concerns users, rights and settings stays with
/// administrators: whoever gives rights could give them all to themselves, and whoever looks as somebody else sees what
/// the own role does not show.
pub const CHOOSABLE: [Choosable; 52] = {
    const fn on(object: Object, action: Action, reaches: &'static [Reach]) -> Choosable {
        Choosable { object, action, reaches }
    }
    [
        on(Object::Account, Action::View, ANY),
        on(Object::Account, Action::Create, ALL_OR_NONE),
        on(Object::Account, Action::Edit, ANY),
        on(Object::Account, Action::BulkEdit, ANY),
        on(Object::Account, Action::Merge, ANY),
        on(Object::Account, Action::Delete, ANY),
        on(Object::Account, Action::Erase, ANY),
        on(Object::Account, Action::Assign, ANY),
        on(Object::Account, Action::Export, ANY),
        on(Object::Account, Action::Reveal, ANY),
        on(Object::Person, Action::View, ANY),
        on(Object::Person, Action::Create, ALL_OR_NONE),
        on(Object::Person, Action::Edit, ANY),
        on(Object::Person, Action::BulkEdit, ANY),
        on(Object::Person, Action::Merge, ANY),
        on(Object::Person, Action::Delete, ANY),
        on(Object::Person, Action::Erase, ANY),
        on(Object::Person, Action::Assign, ANY),
        on(Object::Person, Action::Export, ANY),
        on(Object::Person, Action::Reveal, ANY),
        on(Object::Activity, Action::Create, ALL_OR_NONE),
        on(Object::Activity, Action::Edit, ALL_OR_NONE),
        on(Object::Activity, Action::Delete, ALL_OR_NONE),
        on(Object::Opportunity, Action::View, ANY),
        on(Object::Opportunity, Action::Create, ALL_OR_NONE),
        on(Object::Opportunity, Action::Edit, ANY),
        on(Object::Opportunity, Action::BulkEdit, ANY),
        on(Object::Opportunity, Action::Delete, ANY),
        on(Object::Opportunity, Action::Erase, ANY),
        on(Object::Opportunity, Action::Assign, ANY),
        on(Object::Opportunity, Action::Export, ANY),
        on(Object::Order, Action::View, ALL_OR_NONE),
        on(Object::Order, Action::Create, ALL_OR_NONE),
        on(Object::Order, Action::Edit, ALL_OR_NONE),
        on(Object::Order, Action::Delete, ALL_OR_NONE),
        on(Object::Order, Action::Export, ALL_OR_NONE),
        on(Object::Case, Action::View, ANY),
        on(Object::Case, Action::Create, ALL_OR_NONE),
        on(Object::Case, Action::Edit, ANY),
        on(Object::Case, Action::Delete, ANY),
        on(Object::Case, Action::Assign, ANY),
        on(Object::Case, Action::Export, ANY),
        on(Object::Survey, Action::View, ALL_OR_NONE),
        on(Object::Survey, Action::Create, ALL_OR_NONE),
        on(Object::Survey, Action::Edit, ALL_OR_NONE),
        on(Object::Survey, Action::Delete, ALL_OR_NONE),
        on(Object::Survey, Action::Export, ALL_OR_NONE),
        on(Object::Product, Action::Create, ALL_OR_NONE),
        on(Object::Product, Action::Edit, ALL_OR_NONE),
        on(Object::Import, Action::Import, ALL_OR_NONE),
        on(Object::Audit, Action::View, ALL_OR_NONE),
        on(Object::Audit, Action::Export, ALL_OR_NONE),
    ]
};

impl Choosable {
    /// The name its complaints stand under, for instance `account.edit`.
    #[must_use]
    pub fn field(self) -> String {
        format!("{}.{}", self.object.code(), self.action.code())
    }

    /// The reaches that go with how far the role sees: what is not seen can be neither changed nor taken out, and a
    /// file may touch any customer.
    pub fn offered(self, rights: &Rights) -> impl Iterator<Item = Reach> {
        let seen = |object| rights.reach(Action::View, object);
        let longest = match self.action {
            Action::Edit
            | Action::BulkEdit
            | Action::Merge
            | Action::Delete
            | Action::Erase
            | Action::Assign
            | Action::Export
            | Action::Reveal
                if !matches!(self.object, Object::Activity | Object::Product) =>
            {
                seen(self.object)
            }
            Action::Import => seen(Object::Account).min(seen(Object::Person)),
            _ => Reach::All,
        };
        self.reaches.iter().copied().filter(move |reach| *reach <= longest)
    }
}

/// `rights` with those that `which` names as far as `wanted`, or as far below it as they are offered; the others are
/// shortened to what goes with that. Sight is decided before what follows from it.
#[must_use]
pub fn filled(rights: &Rights, which: impl Fn(Choosable) -> bool, wanted: Reach) -> Rights {
    CHOOSABLE.into_iter().fold(*rights, |rights, right| {
        let now = rights.reach(right.action, right.object);
        let longest = if which(right) { wanted } else { now };
        let reach = right.offered(&rights).filter(|reach| *reach <= longest).max();
        rights.set(right.object, right.action, reach.unwrap_or_default())
    })
}

/// Reads the rights of a role made here, and adds what goes with them: names of colleagues and of the organisation,
/// notes on what is seen, the rights on customers that an import needs, and what goes with the audit log.
///
/// # Errors
/// Complaints under [`Choosable::field`] for a right such a role may not hold so far, or that reaches further than
/// the role sees, and under [`Detail::field`] for a detail that cannot be open so far.
pub fn own_rights(typed: &Rights) -> Result<Rights, FormErrors> {
    let mut errors = FormErrors::default();
    let mut rights = Role::seen_by_all();
    let audit = typed.reach(Action::View, Object::Audit);
    let typed_oversight = Rights::default().set(Object::Audit, Action::View, audit).overseeing();
    for object in Object::ALL {
        for action in Action::ALL {
            let reach = typed.reach(action, object);
            let choosable = CHOOSABLE
                .into_iter()
                .find(|right| (right.object, right.action) == (object, action));
            let implied = rights.reach(action, object);
            match choosable {
                Some(right) if right.offered(typed).any(|offered| offered == reach) => {
                    rights = rights.with(object, &[action], reach);
                }
                None if reach <= implied
                    || is_of_import(object, action)
                    || reach <= typed_oversight.reach(action, object) => {}
                _ => {
                    let field = format!("{}.{}", object.code(), action.code());
                    errors.0.push((field, FieldError::UnknownOption));
                }
            }
        }
    }
    rights = rights.overseeing();
    if rights.reach(Action::Import, Object::Import) == Reach::All {
        let customers = [Object::Account, Object::Person];
        rights = rights.with(Object::Import, &[Action::View], Reach::All);
        rights = customers
            .into_iter()
            .fold(rights, |rights, object| rights.with(object, &[Action::Import], Reach::All));
    }
    let details = own_details(typed, rights.reach(Action::Import, Object::Import), &mut errors);
    errors.into_result(rights.with_details(details).asking_reason(typed.asks_reason()))
}

/// What a role with this reach of imports can say about a detail: a file writes all that is known of a customer.
pub fn offered_rules(detail: Detail, import: Reach) -> impl Iterator<Item = DetailRule> {
    let least = if import == Reach::None { Access::Hidden } else { Access::Edit };
    detail.choices().filter(move |rule| rule.others() >= least)
}

/// Reads how far details are open in a role made here.
fn own_details(typed: &Rights, import: Reach, errors: &mut FormErrors) -> DetailRules {
    for (object, detail, rule) in typed.details().restricted() {
        if !offered_rules(detail, import).any(|offered| offered == rule) {
            errors.0.push((detail.field(object), FieldError::UnknownOption));
        }
    }
    // What no record of the kind has is open, so that equal roles are equal.
    typed
        .details()
        .restricted()
        .fold(DetailRules::OPEN, |rules, (object, detail, rule)| rules.set(object, detail, rule))
}

/// Whether a right follows from the one to import.
fn is_of_import(object: Object, action: Action) -> bool {
    matches!(
        (object, action),
        (Object::Import, Action::View) | (Object::Account | Object::Person, Action::Import)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(rights: &[(Object, Action, Reach)]) -> Rights {
        let open = Rights::default().with_details(DetailRules::OPEN);
        rights
            .iter()
            .fold(open, |rights, (object, action, reach)| rights.with(*object, &[*action], *reach))
    }

    #[test]
    fn a_role_travels_by_its_code() {
        let own = Held::Own(RoleId(uuid::Uuid::from_u128(7)));
        for held in Role::ALL.into_iter().map(Held::from).chain([own]) {
            assert_eq!(held.to_string().parse(), Ok(held));
            let json = serde_json::to_string(&held).unwrap();
            assert_eq!(serde_json::from_str::<Held>(&json).unwrap(), held);
        }
        assert_eq!("boss".parse::<Held>(), Err(FieldError::UnknownOption));
    }

    #[test]
    fn every_right_has_its_choices_once_and_begins_with_none() {
        for (place, right) in CHOOSABLE.into_iter().enumerate() {
            assert_eq!(right.reaches[0], Reach::None);
            assert!(right.reaches.is_sorted());
            let fields = CHOOSABLE.map(Choosable::field);
            assert_eq!(fields.iter().position(|field| *field == right.field()), Some(place));
        }
    }

    #[test]
    fn nothing_reaches_further_than_the_role_sees() {
        let seen = (Object::Account, Action::View, Reach::Team);
        for action in [
            Action::Edit,
            Action::BulkEdit,
            Action::Merge,
            Action::Delete,
            Action::Erase,
            Action::Assign,
            Action::Export,
            Action::Reveal,
        ] {
            for reach in Reach::ALL {
                let typed = with(&[seen, (Object::Account, action, reach)]);
                match own_rights(&typed) {
                    Ok(rights) => {
                        assert!(reach <= Reach::Team);
                        assert_eq!(rights.reach(action, Object::Account), reach);
                    }
                    Err(errors) => {
                        assert!(reach > Reach::Team);
                        let field = format!("account.{}", action.code());
                        assert_eq!(errors.about(&field), Some(&FieldError::UnknownOption));
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_filled_can_be_saved_and_gives_no_more_than_was_wanted() {
        let chooses = |typed: &Rights| {
            let known = CHOOSABLE.into_iter().fold(Rights::default(), |rights, right| {
                rights.set(right.object, right.action, typed.reach(right.action, right.object))
            });
            known.with_details(DetailRules::OPEN)
        };
        for role in Role::ALL {
            for wanted in Reach::ALL {
                for object in Object::ALL {
                    let row =
                        filled(&chooses(&role.rights()), |right| right.object == object, wanted);
                    assert!(own_rights(&row).is_ok(), "{role:?} {object:?} {wanted:?}");
                    let of_row = CHOOSABLE.into_iter().filter(|right| right.object == object);
                    for right in of_row {
                        let reach = row.reach(right.action, object);
                        assert!(reach <= wanted);
                        let short = right.offered(&row).any(|more| more > reach && more <= wanted);
                        assert!(!short, "{role:?} {right:?} {wanted:?}");
                    }
                }
                for action in Action::ALL {
                    let column =
                        filled(&chooses(&role.rights()), |right| right.action == action, wanted);
                    assert!(own_rights(&column).is_ok(), "{role:?} {action:?} {wanted:?}");
                }
            }
        }
    }

    #[test]
    fn rights_over_users_and_settings_are_for_nobody_to_choose() {
        for object in [Object::User, Object::Structure, Object::Organisation, Object::System] {
            for action in Action::ALL {
                let typed = with(&[(object, action, Reach::All)]);
                let names =
                    matches!((object, action), (Object::User | Object::Organisation, Action::View));
                assert_eq!(own_rights(&typed).is_ok(), names, "{object:?} {action:?}");
            }
        }
        assert!(own_rights(&Rights::EVERYTHING).is_err());
    }

    #[test]
    fn whoever_reads_the_audit_log_reads_how_the_house_is_set_up_and_changes_nothing() {
        let rights = own_rights(&with(&[(Object::Audit, Action::View, Reach::All)])).unwrap();
        for object in [Object::Structure, Object::System] {
            let reaching = rights.reaching().filter(|(of, ..)| *of == object);
            assert_eq!(reaching.collect::<Vec<_>>(), [(object, Action::View, Reach::All)]);
        }
        assert!(!rights.administers());
        assert_eq!(own_rights(&rights).unwrap(), rights, "read again it is the same");
        // Without the log it cannot be chosen.
        assert!(own_rights(&with(&[(Object::System, Action::View, Reach::All)])).is_err());
    }

    #[test]
    fn what_goes_with_a_right_comes_with_it_and_stays() {
        let import = (Object::Import, Action::Import, Reach::All);
        assert!(own_rights(&with(&[import])).is_err(), "a file may touch any customer");
        let seen =
            [Object::Account, Object::Person].map(|object| (object, Action::View, Reach::All));
        let typed = with(&[import, seen[0], seen[1]]);
        let rights = own_rights(&typed).unwrap();
        assert_eq!(rights.reach(Action::Import, Object::Account), Reach::All);
        assert_eq!(rights.reach(Action::View, Object::User), Reach::All);
        assert_eq!(own_rights(&rights).unwrap(), rights, "read again it is the same");
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Admin) {
            assert_eq!(
                own_rights(&role.rights()).unwrap(),
                role.rights(),
                "{role:?} can be copied"
            );
        }
    }
}
