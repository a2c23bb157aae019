//! Who may do what, and to which records: one pure function, asked by the store before it reads or writes and by the
//! screen before it shows a button. A yes is a value that the store's writes and reads demand.

mod confirmed;
mod explain;
mod rights;
mod role;

pub use confirmed::{CONFIRMED_FOR, Confirmed, Proof, check_confirmed, confirmed};
pub use explain::{Because, Sight, sight_of};
pub use rights::{Reach, Rights};
pub use role::Role;

use crate::{
    failure::Failure,
    id::{SessionId, UserId},
    lang::Lang,
    time::Instant,
};
use serde::{Deserialize, Serialize};

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
    /// Put somebody else in charge of it.
    Assign,
    /// Bring many in from a file.
    Import,
    /// Take many out as a file.
    Export,
    /// Set up, grant, configure.
    Administer,
}

impl Action {
    /// Every action, for the allow/deny matrix test.
    pub const ALL: [Self; 8] = [
        Self::View,
        Self::Create,
        Self::Edit,
        Self::Delete,
        Self::Assign,
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
            Self::Assign => "assign",
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
    pub rights: Rights,
    /// The signed-in browser, if that is where the call comes from.
    pub session: Option<SessionId>,
    /// When the user last proved who they are.
    pub confirmed: Confirmed,
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
            rights: Rights::EVERYTHING,
            session: None,
            confirmed: Confirmed::by_password(now),
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
    reach: Reach,
    /// How far the same user sees.
    sees: Reach,
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

    /// The records it is good for.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope { object: self.object, user: self.user, reach: self.reach }
    }

    /// The records the same user sees.
    #[must_use]
    pub fn seen(&self) -> Scope {
        Scope { object: self.object, user: self.user, reach: self.sees }
    }

    /// Why a record outside of [`Self::scope`] is refused; `seen` tells whether the user sees it at least. What may
    /// not be seen answers as if it were not there.
    #[must_use]
    pub fn refusal(&self, seen: bool) -> Failure {
        if seen {
            Failure::Denied { action: self.action, object: self.object }
        } else {
            Failure::Gone
        }
    }

    /// Refuses a record that `owner` is in charge of when it is outside of [`Self::scope`].
    ///
    /// # Errors
    /// As [`Self::refusal`] tells.
    pub fn admit(&self, owner: Option<UserId>) -> Result<(), Failure> {
        if self.scope().covers(owner) {
            Ok(())
        } else {
            Err(self.refusal(self.seen().covers(owner)))
        }
    }
}

/// The rows a caller may see, or may do something with. Reads of the store demand one; only [`view`] and a
/// [`Grant`] make it.
#[derive(Clone, Debug)]
pub struct Scope {
    object: Object,
    user: UserId,
    reach: Reach,
}

impl Scope {
    /// What the rows are.
    #[must_use]
    pub fn object(&self) -> Object {
        self.object
    }

    /// Which they are, for statements.
    #[must_use]
    pub fn rows(&self) -> Rows {
        match self.reach {
            Reach::None => Rows::None,
            Reach::Own => Rows::OwnedBy(self.user),
            Reach::All => Rows::All,
        }
    }

    /// Whether a record that `owner` is in charge of is among them. A contact person is besides when one of their
    /// customers is.
    #[must_use]
    pub fn covers(&self, owner: Option<UserId>) -> bool {
        self.reach.covers(self.user, owner)
    }
}

/// Rows of a [`Scope`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// None at all.
    None,
    /// Those a user is in charge of.
    OwnedBy(UserId),
    /// Every row.
    All,
}

/// Decides whether `caller` may do `action` on `object` at all; on which of them, [`Grant::scope`] tells.
///
/// # Errors
/// [`Failure::Denied`] when the rights do not reach that far.
pub fn check(caller: &Caller, action: Action, object: Object) -> Result<Grant, Failure> {
    let reach = caller.rights.reach(action, object);
    if reach == Reach::None {
        return Err(Failure::Denied { action, object });
    }
    let Caller { user, origin, now, .. } = *caller;
    let sees = caller.rights.reach(Action::View, object);
    Ok(Grant { user, action, object, origin, now, reach, sees })
}

/// Which rows of `object` `caller` may see.
///
/// # Errors
/// [`Failure::Denied`] when none.
pub fn view(caller: &Caller, object: Object) -> Result<Scope, Failure> {
    check(caller, Action::View, object).map(|grant| grant.scope())
}

/// Which rows of `object` `caller` sees; none without the right. For what stands beside something else: a record
/// shows the names of others only as far as these are seen.
#[must_use]
pub fn sight(caller: &Caller, object: Object) -> Scope {
    Scope { object, user: caller.user, reach: caller.rights.reach(Action::View, object) }
}

/// Who is in charge of a new record when `wanted` is asked for. Without the right to see everybody's, nobody means
/// oneself: one would lose sight of it.
///
/// # Errors
/// [`Failure::Denied`] for somebody else without the right to assign.
pub fn owner_of_new(
    caller: &Caller,
    object: Object,
    wanted: Option<UserId>,
) -> Result<Option<UserId>, Failure> {
    match wanted {
        None if sight(caller, object).rows() != Rows::All => Ok(Some(caller.user)),
        Some(owner) if owner != caller.user => {
            check(caller, Action::Assign, object).map(|_| wanted)
        }
        _ => Ok(wanted),
    }
}

#[cfg(test)]
mod tests;
