//! One organisation for the proofs: a seat for every built-in role and for seven made here, and colleagues near and far.
//! What each role reaches is written out a second time, letter by letter, and never asked of the policy.

use super::record::{Kept, keep};
use crate::support::{Browser, Place, Server};
use domain::{
    id::{AccountId, DepartmentId, RoleId, UserId},
    lang::Lang,
    note::Subject,
    policy::{
        Access, Action, Caller, Detail, DetailRule, DetailRules, Held, Object, Origin, Reach,
        Rights, Role,
    },
    share::{ShareDraft, ShareLevel, ShareWith},
    structure::Place as Part,
    time::Instant,
    user::UserDraft,
};
use std::time::{SystemTime, UNIX_EPOCH};
use store::{Db, NewSession, Secret};

/// Places of the letters in [`Seat::customers`].
pub const VIEW: usize = 0;
pub const CREATE: usize = 1;
pub const EDIT: usize = 2;
pub const DELETE: usize = 3;
pub const ASSIGN: usize = 4;
pub const EXPORT: usize = 6;

/// What a role may do: with customers and contact persons (view, create, edit, delete, assign, import, export,
/// administer; all, department, team, own), with notes (view, create, edit, delete), whether it imports, with the audit
/// log (see it, take it out), and whether it administers.
type Line = (&'static str, &'static str, &'static str, bool, &'static str, bool);

const SEATS: [Line; 15] = [
    ("admin", "aaaaaaaa", "aaaa", true, "se", true),
    ("sales_manager", "aaaaaaa-", "aaaa", true, "--", false),
    ("team_lead", "daddd-d-", "aaaa", false, "--", false),
    ("sales_rep", "oaoo----", "aaaa", false, "--", false),
    ("service_agent", "aaa-a---", "aaaa", false, "--", false),
    ("marketer", "aaao-aa-", "aaaa", true, "--", false),
    ("auditor", "a-------", "a---", false, "se", false),
    ("staff", "aaaaa---", "aaaa", false, "--", false),
    ("of the team", "tato--o-", "aaaa", false, "se", false),
    ("of one's own", "oao---o-", "aaa-", false, "s-", false),
    ("sees all", "aaoo--o-", "aaaa", false, "s-", false),
    (MASKED, "aa----a-", "aaaa", false, "se", false),
    (OWN_WHOLE, "aaaaa-a-", "aaaa", false, "--", false),
    (SHOWN, "oaoo--o-", "aaaa", false, "--", false),
    // A team lead and a marketer: of each right the longer reach.
    (BOTH, "aaaddaa-", "aaaa", true, "--", false),
];

/// Whose role masks phones and hides e-mail addresses.
const MASKED: &str = "phones masked";
/// Whose role masks phones and e-mail addresses of what others are in charge of.
const OWN_WHOLE: &str = "phones masked unless own";
/// Whom a stranger's customer is shared with.
const SHOWN: &str = "shown one";
/// Who has two roles.
const BOTH: &str = "of two roles";

/// Somebody who asks.
pub struct Seat {
    /// The role.
    pub name: &'static str,
    /// What it may do with customers.
    pub customers: &'static str,
    /// What it may do with notes.
    pub notes: &'static str,
    /// Whether it imports.
    pub imports: bool,
    /// Whether it sees the audit log, and takes it out.
    pub audits: &'static str,
    /// Whether it administers.
    pub administers: bool,
    /// Who sits there.
    pub user: UserId,
    /// The browser's cookie.
    pub cookie: String,
    /// A customer that is shared with them, to be seen.
    shown: Option<AccountId>,
    team: Vec<UserId>,
    department: Vec<UserId>,
}

impl Seat {
    /// Whether a letter of the table reaches a record that `owner` is in charge of.
    pub fn reaches(&self, letter: u8, owner: Option<UserId>) -> bool {
        let among = |users: &[UserId]| owner.is_some_and(|owner| users.contains(&owner));
        match letter {
            b'a' => true,
            b'd' => among(&self.team) || among(&self.department),
            b't' => among(&self.team),
            b'o' => among(&[self.user]),
            _ => false,
        }
    }

    /// Whether a right over customers reaches one of the owners.
    pub fn may(&self, right: usize, owners: &[Option<UserId>]) -> bool {
        owners.iter().any(|owner| self.reaches(self.customers.as_bytes()[right], *owner))
    }

    /// What it may do with deals, as [`Self::customers`]: who helps customers and writes to them looks at deals alone.
    pub fn deals(&self) -> &'static str {
        match self.name {
            "service_agent" | "marketer" => "a-------",
            BOTH => "aaddd-d-",
            _ => self.customers,
        }
    }

    /// Whether a right over deals reaches one that `owner` is in charge of.
    pub fn may_with_deals(&self, right: usize, owner: Option<UserId>) -> bool {
        self.reaches(self.deals().as_bytes()[right], owner)
    }

    /// Whether it has a right over orders, which reaches those of every customer that it sees.
    pub fn may_with_orders(&self, right: usize) -> bool {
        match self.name {
            "service_agent" | "marketer" | "auditor" => right == VIEW,
            _ => self.customers.as_bytes()[right] != b'-',
        }
    }

    /// What it may do with cases, as [`Self::customers`]: who writes to customers writes down what they say.
    pub fn cases(&self) -> &'static str {
        match self.name {
            "marketer" => "aa------",
            BOTH => "aaddd---",
            _ => self.customers,
        }
    }

    /// Whether a right over cases reaches one that `owner` is in charge of, and of its customer.
    pub fn may_with_cases(&self, right: usize, owner: Option<UserId>) -> bool {
        self.reaches(self.cases().as_bytes()[right], owner)
    }

    /// Whether it has a right over surveys: who sells alone makes links, and says nothing of what is asked.
    pub fn may_with_surveys(&self, right: usize) -> bool {
        match self.name {
            "auditor" => right == VIEW,
            "sales_rep" => right == VIEW || right == CREATE,
            name if Role::from_code(name).is_some() || name == BOTH => true,
            _ => self.customers.as_bytes()[right] != b'-',
        }
    }

    /// Whether a right over customers reaches a record, by whoever is in charge or by being shown it.
    pub fn reaches_record(&self, right: usize, kept: &Kept) -> bool {
        self.may(right, &kept.owners) || right == VIEW && self.shown == Some(kept.account)
    }

    /// Whether several records are changed at once: no role made here may, and one that changes nothing may not either.
    pub fn changes_many(&self) -> bool {
        (Role::from_code(self.name).is_some() || self.name == BOTH) && self.name != "auditor"
    }

    /// Whether phones and e-mail addresses of a record are neither masked nor hidden from them.
    pub fn sees_contacts_of(&self, kept: &Kept) -> bool {
        match self.name {
            MASKED => false,
            OWN_WHOLE => kept.owners == [Some(self.user)],
            _ => true,
        }
    }

    /// Whoever takes the audit log out sees what its lines say, and so does whoever sees all customers.
    pub fn sees_values_of_the_log(&self) -> bool {
        let sees_all = self.customers.as_bytes()[VIEW] == b'a';
        self.audits.contains('e') || (self.audits.contains('s') && sees_all)
    }

    /// The browser.
    pub fn browser(&self, server: &Server) -> Browser {
        with_cookie(server, &self.cookie)
    }
}

/// A browser with the cookie of a session.
pub fn with_cookie(server: &Server, cookie: &str) -> Browser {
    let cookies = vec![("sid".to_owned(), cookie.to_owned())];
    Browser { address: server.address, cookies }
}

/// Who keeps records beside those who ask.
pub struct Colleagues {
    /// In a team with every seat, and in another department.
    pub mate: UserId,
    /// In the department of the seats.
    pub beside: UserId,
    /// In a department beneath it.
    pub below: UserId,
    /// In the department above it.
    pub above: UserId,
    /// In another one.
    pub stranger: UserId,
}

/// The organisation.
pub struct World {
    pub db: Db,
    pub seats: Vec<Seat>,
    pub colleagues: Colleagues,
    /// Records with a mark of their own each.
    pub records: Vec<Kept>,
}

/// Now, by this machine.
pub fn now() -> Instant {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Instant(i64::try_from(passed.as_millis()).unwrap())
}

/// The installation itself.
pub fn root() -> Caller {
    Caller::system(now(), Origin::CommandLine)
}

/// Somebody who may do everything, as `user`.
pub fn acting(user: UserId) -> Caller {
    Caller { user, ..Caller::system(now(), Origin::Web) }
}

pub async fn hire(db: &Db, name: &str, roles: Vec<Held>, department: DepartmentId) -> UserId {
    let email = format!("{}@house.example", name.replace([' ', '\''], "-"));
    let draft = UserDraft { email_norm: email.clone(), email, name: name.to_owned(), roles };
    let user = db.add_user(&root(), &draft, "no hash").await.unwrap();
    let place = Part { department: Some(department), teams: Vec::new() };
    db.place_user(&root(), user, &place).await.unwrap();
    user
}

/// Begins a session without looking at a password; answers its cookie.
pub async fn session(db: &Db, caller: &Caller) -> String {
    let secret = Secret::new().unwrap();
    let new = NewSession {
        token_hash: secret.hash(),
        address: "127.0.0.1",
        user_agent: "proof",
        tries: &[],
        device: None,
        second: None,
        way: store::Way::Password,
    };
    db.open_session(caller, &new).await.unwrap();
    secret.text()
}

/// The rights of a role made here, read from its line of the table.
fn rights(customers: &str, notes: &str, audits: &str) -> Rights {
    let reach = |letter| match letter {
        'a' => Reach::All,
        'd' => Reach::Department,
        't' => Reach::Team,
        'o' => Reach::Own,
        _ => Reach::None,
    };
    let mut rights = Rights::default();
    for object in [Object::Account, Object::Person, Object::Opportunity] {
        for (action, letter) in Action::ALL.into_iter().zip(customers.chars()) {
            rights = rights.set(object, action, reach(letter));
        }
    }
    // Over orders all or none, as far as over customers at all.
    for (action, letter) in
        Action::ALL.into_iter().zip(customers.chars().take(EDIT.max(DELETE) + 1))
    {
        let reach = if letter == '-' { Reach::None } else { Reach::All };
        rights = rights.set(Object::Order, action, reach).set(Object::Survey, action, reach);
    }
    if customers.as_bytes().get(EXPORT).is_some_and(|letter| *letter != b'-') {
        rights = rights.set(Object::Order, Action::Export, Reach::All);
    }
    for (action, letter) in Action::ALL.into_iter().zip(customers.chars().take(ASSIGN + 1)) {
        rights = rights.set(Object::Case, action, reach(letter));
    }
    for (action, letter) in Action::ALL.into_iter().zip(notes.chars()) {
        rights = rights.set(Object::Activity, action, reach(letter));
    }
    let audit = |letter| if audits.contains(letter) { Reach::All } else { Reach::None };
    let rights = rights.set(Object::Audit, Action::View, audit('s'));
    rights.set(Object::Audit, Action::Export, audit('e'))
}

/// Details as they are kept from the seats that do not see every contact.
fn details_of(seat: &str) -> DetailRules {
    let kept_back: [(Detail, DetailRule); 2] = match seat {
        MASKED => [(Detail::Phone, Access::Masked.into()), (Detail::Email, Access::Hidden.into())],
        OWN_WHOLE => [Detail::Phone, Detail::Email].map(|one| (one, DetailRule::MASKED_UNLESS_OWN)),
        _ => return DetailRules::OPEN,
    };
    let mut details = DetailRules::OPEN;
    for object in [Object::Account, Object::Person] {
        for (detail, rule) in kept_back {
            details = details.set(object, detail, rule);
        }
    }
    details
}

async fn roles(db: &Db, line: Line) -> Vec<Held> {
    let (name, customers, notes, _, audits, _) = line;
    if name == BOTH {
        return vec![Role::TeamLead.into(), Role::Marketer.into()];
    }
    match Role::from_code(name) {
        Some(role) => vec![role.into()],
        None => {
            let rights = rights(customers, notes, audits).with_details(details_of(name));
            let id: RoleId = db.put_role(&root(), None, name, &rights).await.unwrap();
            vec![Held::Own(id)]
        }
    }
}

impl World {
    /// Makes it in an empty database.
    pub async fn make(place: &Place) -> Self {
        let db = place.open().await;
        db.migrate().await.unwrap();
        let department = async |name: &str, parent| {
            db.put_department(&root(), None, name, parent).await.unwrap()
        };
        let house = department("House", None).await;
        let north = department("North", Some(house)).await;
        let coast = department("Coast", Some(north)).await;
        let south = department("South", Some(house)).await;
        let staff = || vec![Role::Staff.into()];
        let colleagues = Colleagues {
            mate: hire(&db, "mate", staff(), south).await,
            beside: hire(&db, "beside", staff(), north).await,
            below: hire(&db, "below", staff(), coast).await,
            above: hire(&db, "above", staff(), house).await,
            stranger: hire(&db, "stranger", staff(), south).await,
        };
        let mut seats = Vec::new();
        for line in SEATS {
            let (name, customers, notes, imports, audits, administers) = line;
            let held = roles(&db, line).await;
            let user = hire(&db, name, held, north).await;
            let team = vec![user, colleagues.mate];
            db.put_team(&root(), None, name, &team).await.unwrap();
            let rights = if administers { Role::Admin } else { Role::Staff }.rights();
            let cookie = session(&db, &Caller { rights, lang: Lang::En, ..acting(user) }).await;
            let department = Vec::new();
            seats.push(Seat {
                name,
                customers,
                notes,
                imports,
                audits,
                administers,
                user,
                cookie,
                shown: None,
                team,
                department,
            });
        }
        let north: Vec<UserId> = seats.iter().map(|seat| seat.user).collect();
        for seat in &mut seats {
            seat.department.clone_from(&north);
            seat.department.extend([colleagues.beside, colleagues.below]);
        }
        let mut world = Self { db, seats, colleagues, records: Vec::new() };
        world.fill().await;
        world
    }

    /// A record of everybody's and one in everybody's bin, and two of nobody's.
    async fn fill(&mut self) {
        let Colleagues { mate, beside, below, above, stranger } = self.colleagues;
        let near = [mate, beside, below, above, stranger].map(Some).into_iter().chain([None]);
        let owners: Vec<_> = near.chain(self.seats.iter().map(|seat| Some(seat.user))).collect();
        for owner in owners {
            for binned in [false, true] {
                let number = self.records.len();
                self.records.push(keep(&self.db, owner, number, binned).await);
            }
        }
        let shown = self.of(Some(stranger)).account;
        let seat = self.seats.iter_mut().find(|seat| seat.name == SHOWN).unwrap();
        let with = ShareWith::User(seat.user);
        let share = ShareDraft { with, level: ShareLevel::See, end: None };
        self.db.share_record(&root(), Subject::Account(shown), &share).await.unwrap();
        seat.shown = Some(shown);
    }

    /// The live record of somebody, or of nobody.
    pub fn of(&self, owner: Option<UserId>) -> &Kept {
        let live = self.records.iter().find(|kept| !kept.binned && kept.owners == [owner]);
        live.expect("everybody keeps a record")
    }

    /// Somebody's record in the bin.
    pub fn binned_of(&self, owner: Option<UserId>) -> &Kept {
        let binned = self.records.iter().find(|kept| kept.binned && kept.owners == [owner]);
        binned.expect("everybody has one in the bin")
    }
}
