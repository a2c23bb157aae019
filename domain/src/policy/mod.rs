//! Who may do what: one pure function, asked by the store before it reads or writes and by the
//! screen before it shows a button. A yes is a value that the store's writes and reads demand.

use crate::{
    failure::Failure,
    id::{SessionId, UserId},
    lang::Lang,
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// What a person is to the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, including users, settings, import and export.
    Admin,
    /// Daily work with customers.
    Staff,
}

impl Role {
    /// Every role, for menus and for the allow/deny matrix test.
    pub const ALL: [Self; 2] = [Self::Admin, Self::Staff];

    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Staff => "staff",
        }
    }

    /// From storage or a form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// What a right is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Object {
    /// Customers, with their contact points, addresses and tags.
    Account,
    /// Contact persons.
    Person,
    /// Timeline entries.
    Activity,
    /// Import runs.
    Import,
    /// Users and their sessions.
    User,
    /// The organisation and its settings.
    Organisation,
    /// The state of the installation.
    System,
}

impl Object {
    /// Every object, for the allow/deny matrix test.
    pub const ALL: [Self; 7] = [
        Self::Account,
        Self::Person,
        Self::Activity,
        Self::Import,
        Self::User,
        Self::Organisation,
        Self::System,
    ];

    /// As stored in the audit log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Person => "person",
            Self::Activity => "activity",
            Self::Import => "import",
            Self::User => "user",
            Self::Organisation => "organisation",
            Self::System => "system",
        }
    }
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// See it, find it, count it.
    View,
    /// Make a new one.
    Create,
    /// Change it.
    Edit,
    /// Put it into the bin, or take it out again.
    Delete,
    /// Bring many in from a file.
    Import,
    /// Take many out as a file.
    Export,
    /// Set up, grant, configure.
    Administer,
}

impl Action {
    /// Every action, for the allow/deny matrix test.
    pub const ALL: [Self; 7] = [
        Self::View,
        Self::Create,
        Self::Edit,
        Self::Delete,
        Self::Import,
        Self::Export,
        Self::Administer,
    ];

    /// As stored in the audit log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Import => "import",
            Self::Export => "export",
            Self::Administer => "administer",
        }
    }
}

/// By which way a change came in; stored with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A person at a screen.
    Web,
    /// A run of an import.
    Import,
    /// The command line of the server.
    CommandLine,
    /// The installation itself, for instance the emptying of the bin.
    System,
}

impl Origin {
    /// As stored in the audit log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Import => "import",
            Self::CommandLine => "command_line",
            Self::System => "system",
        }
    }
}

/// What the organisation decided that typed values are read by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct House {
    /// Decimals of the currency the books are kept in.
    pub decimals: u8,
    /// ISO 3166 alpha-2 country that phones without a country code belong to.
    pub region: String,
}

impl Default for House {
    fn default() -> Self {
        Self { decimals: 2, region: "CN".to_owned() }
    }
}

impl From<&crate::organisation::Organisation> for House {
    fn from(organisation: &crate::organisation::Organisation) -> Self {
        Self { decimals: organisation.currency.decimals(), region: organisation.region.clone() }
    }
}

/// Who calls, and when: every function of the store takes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The user; [`UserId::NIL`] for the installation itself.
    pub user: UserId,
    /// Name shown to colleagues.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// The signed-in browser, if that is where the call comes from.
    pub session: Option<SessionId>,
    /// Language of answers.
    pub lang: Lang,
    /// Now, by the server's clock.
    pub now: Instant,
    /// By which way.
    pub origin: Origin,
    /// How typed values are read here.
    pub house: House,
}

impl Caller {
    /// The installation acting by itself, or an administrator at its command line.
    #[must_use]
    pub fn system(now: Instant, origin: Origin) -> Self {
        Self {
            user: UserId::NIL,
            name: String::new(),
            role: Role::Admin,
            session: None,
            lang: Lang::En,
            now,
            origin,
            house: House::default(),
        }
    }
}

/// Proof that [`check`] said yes. Writes and the audit log ask for one, so a write without a
/// check does not compile.
#[derive(Clone, Debug)]
pub struct Grant {
    user: UserId,
    action: Action,
    object: Object,
    origin: Origin,
    now: Instant,
}

impl Grant {
    /// Who was allowed.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.user
    }
    /// To do what.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }
    /// On what.
    #[must_use]
    pub fn object(&self) -> Object {
        self.object
    }
    /// By which way.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }
    /// When.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }
}

/// The rows a caller may see. Reads of the store demand one; only [`view`] makes it.
#[derive(Clone, Debug)]
pub struct Scope {
    object: Object,
}

impl Scope {
    /// What the rows are.
    #[must_use]
    pub fn object(&self) -> Object {
        self.object
    }
}

/// Whether `role` may do `action` on `object` at all.
#[must_use]
pub fn allows(role: Role, action: Action, object: Object) -> bool {
    match role {
        Role::Admin => true,
        Role::Staff => match object {
            Object::Account | Object::Person | Object::Activity => {
                matches!(action, Action::View | Action::Create | Action::Edit | Action::Delete)
            }
            // Names of colleagues and of the organisation stand on every record.
            Object::User | Object::Organisation => action == Action::View,
            Object::Import | Object::System => false,
        },
    }
}

/// Decides whether `caller` may do `action` on `object`.
///
/// # Errors
/// [`Failure::Denied`] when the role does not reach that far.
pub fn check(caller: &Caller, action: Action, object: Object) -> Result<Grant, Failure> {
    if allows(caller.role, action, object) {
        Ok(Grant { user: caller.user, action, object, origin: caller.origin, now: caller.now })
    } else {
        Err(Failure::Denied { action, object })
    }
}

/// Which rows of `object` `caller` may see.
///
/// # Errors
/// [`Failure::Denied`] when none.
pub fn view(caller: &Caller, object: Object) -> Result<Scope, Failure> {
    check(caller, Action::View, object).map(|grant| Scope { object: grant.object })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole matrix, written out: what staff may do. Admins may do everything.
    const STAFF: &[(Object, &[Action])] = &[
        (Object::Account, &[Action::View, Action::Create, Action::Edit, Action::Delete]),
        (Object::Person, &[Action::View, Action::Create, Action::Edit, Action::Delete]),
        (Object::Activity, &[Action::View, Action::Create, Action::Edit, Action::Delete]),
        (Object::Import, &[]),
        (Object::User, &[Action::View]),
        (Object::Organisation, &[Action::View]),
        (Object::System, &[]),
    ];

    #[test]
    fn staff_may_do_what_the_matrix_says_and_nothing_else() {
        assert_eq!(STAFF.len(), Object::ALL.len());
        for (object, actions) in STAFF {
            for action in Action::ALL {
                assert_eq!(
                    allows(Role::Staff, action, *object),
                    actions.contains(&action),
                    "{action:?} {object:?}"
                );
                assert!(allows(Role::Admin, action, *object));
            }
        }
    }
}
