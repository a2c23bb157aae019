//! Who may do what, and to which records: one pure function, asked by the store before it reads or writes and by the
//! screen before it shows a button. A yes is a value that the store's writes and reads demand.

mod circle;
mod confirmed;
mod detail;
mod explain;
mod own_role;
mod owning;
mod rights;
mod role;
mod shared;
mod viewing;

pub use circle::{Circle, Few, Rows};
pub use confirmed::{CONFIRMED_FOR, Confirmed, Proof, check_confirmed, confirmed};
pub use detail::{Access, Detail, DetailRule, DetailRules, LOOKED_AT, Veiled};
pub use explain::{
    Ability, Because, EXPLAINED, Explanation, KeptBack, MissingStep, Near, ShareSeen, ShownTo,
    Sight, abilities_of, kept_back, missing_step, sight_of,
};
pub use own_role::{
    CHOOSABLE, Choosable, Held, OwnRole, RoleName, filled, offered_rules, own_rights,
};
pub use owning::{owner_of_new, owner_to_be, take_over};
pub use rights::{Reach, Rights};
pub use role::Role;
pub use shared::{Records, Shared};
pub use viewing::{Guise, VIEWED_FOR, by_oneself, check_own, check_own_confirmed, look};

use crate::{
    agent::Agent,
    failure::Failure,
    id::{SessionId, UserId},
    lang::Lang,
    note::Subject,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

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
    /// Deals, with their moves and lines.
    Opportunity,
    /// What is sold.
    Product,
    /// Pipelines and their stages.
    Pipeline,
    /// Import runs.
    Import,
    /// Users and their sessions.
    User,
    /// Departments, teams and roles, with who belongs where, and what is shared.
    Structure,
    /// The organisation and its settings.
    Organisation,
    /// The state of the installation.
    System,
    /// The audit log: who did what to all of these.
    Audit,
    /// What customers bought. Seen by whoever sees the customer, as far as the right is there at all.
    Order,
    /// What customers ask, suggest and complain about. Reached through whoever is in charge of it or of its customer.
    Case,
    /// What customers are asked and what they answer. Answers of a customer are seen by whoever sees the customer.
    /// [`Action::Create`] is for links by which one customer answers; surveys are made by whoever may edit them.
    Survey,
}

impl Object {
    /// Every object, for the allow/deny matrix test.
    pub const ALL: [Self; 15] = [
        Self::Account,
        Self::Person,
        Self::Activity,
        Self::Opportunity,
        Self::Product,
        Self::Pipeline,
        Self::Import,
        Self::User,
        Self::Structure,
        Self::Organisation,
        Self::System,
        Self::Audit,
        Self::Order,
        Self::Case,
        Self::Survey,
    ];

    /// As stored in the audit log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Person => "person",
            Self::Activity => "activity",
            Self::Opportunity => "opportunity",
            Self::Product => "product",
            Self::Pipeline => "pipeline",
            Self::Import => "import",
            Self::User => "user",
            Self::Structure => "structure",
            Self::Organisation => "organisation",
            Self::System => "system",
            Self::Audit => "audit",
            Self::Order => "order",
            Self::Case => "case",
            Self::Survey => "survey",
        }
    }

    /// From storage or an address.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|object| object.code() == code)
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
    /// Change many at once.
    BulkEdit,
    /// Remove it for good, before its days in the bin are over.
    Erase,
    /// Look at everything as another user sees it.
    ViewAs,
    /// See one detail whole that is otherwise shown in part.
    Reveal,
    /// Make one record of several that are the same.
    Merge,
}

impl Action {
    /// Every action, for the allow/deny matrix test.
    pub const ALL: [Self; 13] = [
        Self::View,
        Self::Create,
        Self::Edit,
        Self::Delete,
        Self::Assign,
        Self::Import,
        Self::Export,
        Self::Administer,
        Self::BulkEdit,
        Self::Erase,
        Self::ViewAs,
        Self::Reveal,
        Self::Merge,
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
            Self::BulkEdit => "bulk_edit",
            Self::Erase => "erase",
            Self::ViewAs => "view_as",
            Self::Reveal => "reveal",
            Self::Merge => "merge",
        }
    }

    /// From storage.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
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
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Web, Self::Import, Self::CommandLine, Self::System];

    /// From storage or an address.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.code() == code)
    }

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

/// Where a call comes from, as the audit log keeps it; nothing for the installation itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Via {
    /// The browser's address, as far as it can be known.
    pub address: Option<IpAddr>,
    /// The kind of browser.
    pub agent: Agent,
    /// Somebody in whose place the user acts.
    pub on_behalf_of: Option<UserId>,
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
    /// The colleagues whose records a right reaches that is good for a team or a department.
    pub circle: Circle,
    /// What is shared with the user now.
    pub shared: Shared,
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
    /// Where the call comes from.
    pub via: Via,
    /// Who looks at Rapport as [`Self::user`], if somebody does: nothing can be changed then. Whoever looks as a role
    /// stands in both places.
    pub viewer: Option<UserId>,
}

impl Caller {
    /// The installation acting by itself, or an administrator at its command line.
    #[must_use]
    pub fn system(now: Instant, origin: Origin) -> Self {
        Self {
            user: UserId::NIL,
            name: String::new(),
            rights: Rights::EVERYTHING,
            circle: Circle::default(),
            shared: Shared::default(),
            session: None,
            confirmed: Confirmed::by_password(now),
            lang: Lang::En,
            now,
            origin,
            house: House::default(),
            via: Via::default(),
            viewer: None,
        }
    }

    /// How far details of a record are open that `owner` is in charge of.
    #[must_use]
    pub fn details_of(&self, owner: Option<UserId>) -> DetailRules {
        self.rights.details().on(owner == Some(self.user))
    }

    /// The rows of `object` that `action` is good for.
    fn rows(&self, action: Action, object: Object) -> Rows {
        let shared = self.shared.adding_to(action, object);
        Rows::within(self.rights.reach(action, object), self.user, &self.circle, shared)
    }
}

/// Proof that [`check`] said yes. Writes and the audit log ask for one, so a write without a
/// check does not compile:
///
/// ```compile_fail,E0451
/// use domain::policy::{Action, Grant, Object};
/// fn forged(honest: Grant) -> Grant {
///     Grant { action: Action::Administer, object: Object::User, ..honest }
/// }
/// ```
///
/// ```compile_fail,E0277
/// use domain::policy::Grant;
/// let nothing_was_asked: Grant = serde_json::from_str("{}").unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Grant {
    user: UserId,
    action: Action,
    object: Object,
    origin: Origin,
    now: Instant,
    via: Via,
    viewer: Option<UserId>,
    rows: Rows,
    /// Those the same user sees.
    sees: Rows,
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

    /// From where.
    #[must_use]
    pub fn via(&self) -> Via {
        self.via
    }

    /// Who looks as [`Self::user`], if somebody does: such a grant is good for reading alone.
    #[must_use]
    pub fn viewer(&self) -> Option<UserId> {
        self.viewer
    }

    /// The records it is good for.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope { object: self.object, rows: self.rows.clone() }
    }

    /// The records the same user sees.
    #[must_use]
    pub fn seen(&self) -> Scope {
        Scope { object: self.object, rows: self.sees.clone() }
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

    /// The same grant for what shares do not count for: what makes a record somebody's own for longer than the share.
    #[must_use]
    pub fn without_shares(&self) -> Self {
        Self { rows: self.rows.without_shares(), ..self.clone() }
    }

    /// Refuses a record that `owner` is in charge of when it is outside of [`Self::scope`].
    ///
    /// # Errors
    /// As [`Self::refusal`] tells.
    pub fn admit(&self, record: Subject, owner: Option<UserId>) -> Result<(), Failure> {
        if self.rows.covers(record, owner) {
            Ok(())
        } else {
            Err(self.refusal(self.sees.covers(record, owner)))
        }
    }

    /// The same for a record of a kind that is not shared.
    ///
    /// # Errors
    /// As [`Self::refusal`] tells.
    pub fn admit_owner(&self, owner: Option<UserId>) -> Result<(), Failure> {
        if self.rows.covers_owner(owner) {
            Ok(())
        } else {
            Err(self.refusal(self.sees.covers_owner(owner)))
        }
    }
}

/// The rows a caller may see, or may do something with. Reads of the store demand one; only [`view`] and a
/// [`Grant`] make it, so a read without a check does not compile:
///
/// ```compile_fail,E0451
/// use domain::policy::{Object, Rows, Scope};
/// let everything = Scope { object: Object::Account, rows: Rows::All };
/// ```
#[derive(Clone, Debug)]
pub struct Scope {
    object: Object,
    rows: Rows,
}

impl Scope {
    /// What the rows are.
    #[must_use]
    pub fn object(&self) -> Object {
        self.object
    }

    /// Which they are, for statements.
    #[must_use]
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Whether a record that `owner` is in charge of is among them. A contact person is besides when one of their
    /// customers is.
    #[must_use]
    pub fn covers(&self, record: Subject, owner: Option<UserId>) -> bool {
        self.rows.covers(record, owner)
    }

    /// Whether what `owner` is in charge of is among them.
    #[must_use]
    pub fn covers_owner(&self, owner: Option<UserId>) -> bool {
        self.rows.covers_owner(owner)
    }

    /// The same without what is shared.
    #[must_use]
    pub fn without_shares(&self) -> Self {
        Self { object: self.object, rows: self.rows.without_shares() }
    }
}

/// Decides whether `caller` may do `action` on `object` at all; on which of them, [`Grant::scope`] tells. This is the
/// one place where whoever looks as somebody else is kept from everything but seeing; [`look`] and [`check_own`] are
/// for what needs another answer.
///
/// # Errors
/// [`Failure::Denied`] when the rights do not reach that far; [`Failure::ViewingAs`] for anything but
/// [`Action::View`] while somebody looks as the caller.
pub fn check(caller: &Caller, action: Action, object: Object) -> Result<Grant, Failure> {
    let grant = decide(caller, action, object)?;
    if action != Action::View {
        by_oneself(caller)?;
    }
    Ok(grant)
}

/// What the rights say, whoever looks.
fn decide(caller: &Caller, action: Action, object: Object) -> Result<Grant, Failure> {
    let rows = caller.rows(action, object);
    if rows == Rows::None {
        return Err(Failure::Denied { action, object });
    }
    let Caller { user, origin, now, via, viewer, .. } = *caller;
    let sees = caller.rows(Action::View, object);
    Ok(Grant { user, action, object, origin, now, via, viewer, rows, sees })
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
    Scope { object, rows: caller.rows(Action::View, object) }
}

/// Which customers and which persons `caller` sees, for what is found among both; of one kind there may be none.
///
/// # Errors
/// [`Failure::Denied`] for whoever sees neither.
pub fn view_either(caller: &Caller) -> Result<[Scope; 2], Failure> {
    let kinds = [Object::Account, Object::Person];
    if kinds.iter().all(|object| *sight(caller, *object).rows() == Rows::None) {
        view(caller, Object::Account)?;
    }
    Ok(kinds.map(|object| sight(caller, object)))
}

#[cfg(test)]
mod tests;
