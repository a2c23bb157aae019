//! Why somebody sees a record, or does not: the rights that the store obeys, as a reason to be told.

use super::{Access, Action, Detail, Held, Object, Reach, Records, RoleName, Rows};
use crate::{
    date::Date,
    id::{AccountNumber, UserId},
    share::{ShareEnd, ShareLevel, ShareWith},
    structure::Structure,
    user::User,
};
use serde::{Deserialize, Serialize};

/// Why somebody sees a record, or does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// May not sign in at all.
    Deactivated,
    /// No role shows records of this kind.
    NoRight,
    /// This role shows all of them.
    SeesAll(RoleName),
    /// Is in charge of it.
    InCharge,
    /// Is in charge of this customer, whom the contact person works for.
    InChargeOf(AccountNumber),
    /// This role shows what colleagues of one's teams are in charge of.
    Team(Near),
    /// This role shows what everybody in one's department and below it is in charge of.
    Department(Near),
    /// It is shared with the user.
    Shared(ShownTo),
    /// This role shows no record of whoever is in charge, and none that nobody is in charge of.
    OutOfReach(RoleName, Reach),
}

/// By whom a record is near.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    /// The role that shows it.
    pub role: RoleName,
    /// Name of the team both belong to, or of the department of whoever looks.
    pub part: String,
    /// Who is in charge.
    pub owner: UserId,
    /// The customer of a contact person that it comes through, if any.
    pub through: Option<AccountNumber>,
}

/// A share by which a record is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareSeen {
    /// With whom.
    pub with: ShareWith,
    /// How much of it.
    pub level: ShareLevel,
    /// When it ends, if it does.
    pub end: Option<ShareEnd>,
    /// The customer of a contact person that is shared, unless it is the record itself.
    pub through: Option<AccountNumber>,
}

/// Why a share shows a record to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownTo {
    /// Name of the team it is shared with; empty for the user alone.
    pub team: String,
    /// Its last day, if it ends.
    pub until: Option<Date>,
    /// The customer of a contact person that it comes through, if any.
    pub through: Option<AccountNumber>,
}

/// Whether a user sees a record, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Whether they see it.
    pub sees: bool,
    /// Why.
    pub because: Because,
}

/// What is told about when somebody asks what a user may do with a record.
pub const EXPLAINED: [Action; 9] = [
    Action::View,
    Action::Edit,
    Action::BulkEdit,
    Action::Merge,
    Action::Assign,
    Action::Delete,
    Action::Erase,
    Action::Export,
    Action::Reveal,
];

/// Whether a user may do something with a record, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ability {
    /// What.
    pub action: Action,
    /// Whether they may.
    pub may: bool,
    /// Why; for anything but [`Action::View`] the reasons speak of what the role allows instead of what it shows.
    pub because: Because,
}

/// A detail that a user sees in part or not at all, and the role that says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptBack {
    /// Which.
    pub detail: Detail,
    /// How far it is open to them.
    pub access: Access,
    /// The role; of several the first that opens it as far.
    pub role: RoleName,
}

/// A second step that a user has to set up before anything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingStep {
    /// The role that demands it; of several the first.
    pub role: RoleName,
    /// Whether they may come without, by the system that checks a second step itself.
    pub unless_vouched: bool,
}

/// The second step that `user` has to set up: one of their roles is among those that demand it, and they have none.
/// `vouched` tells whether another system checks one for those who come by it.
#[must_use]
pub fn missing_step(
    user: &User,
    structure: &Structure,
    demanding: &[Held],
    vouched: bool,
) -> Option<MissingStep> {
    if user.disabled || user.second_step {
        return None;
    }
    let role = user.roles.iter().find(|held| demanding.contains(held))?;
    Some(MissingStep { role: structure.role_name(*role), unless_vouched: vouched })
}

/// What somebody is told who asks what a user may do with a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Each of [`EXPLAINED`].
    pub abilities: Vec<Ability>,
    /// What they do not see whole of it; empty where they see nothing of it.
    pub kept_back: Vec<KeptBack>,
    /// What keeps them from all of it so far, whatever their roles allow.
    pub missing_step: Option<MissingStep>,
}

/// The details of a kind of record that `owner` is in charge of which `user` does not see whole, each with the role that
/// opens it furthest.
#[must_use]
pub fn kept_back(
    user: &User,
    structure: &Structure,
    object: Object,
    owner: Option<UserId>,
) -> Vec<KeptBack> {
    let own = owner == Some(user.id);
    // A role that shows no such records hides nothing of them where another shows them.
    let shows = |held: &Held| {
        let rights = structure.rights(*held);
        [Action::View, Action::Create]
            .into_iter()
            .any(|action| rights.reach(action, object) != Reach::None)
    };
    let any = user.roles.iter().any(shows);
    let roles: Vec<_> = user
        .roles
        .iter()
        .filter(|held| !any || shows(held))
        .map(|held| (structure.rights(*held).details_of_records().on(own), *held))
        .collect();
    let kept_back = |detail: &Detail| {
        let access = roles.iter().map(|(rules, _)| rules.access(object, *detail)).max()?;
        let (_, held) = roles.iter().find(|(rules, _)| rules.access(object, *detail) == access)?;
        let role = structure.role_name(*held);
        (access < Access::Read).then_some(KeptBack { detail: *detail, access, role })
    };
    Detail::of(object).iter().filter_map(kept_back).collect()
}

/// What `user` may do with a record of [`sight_of`], each of [`EXPLAINED`] with its reason.
#[must_use]
pub fn abilities_of(
    user: &User,
    structure: &Structure,
    object: Object,
    owner: Option<UserId>,
    customers: &[(AccountNumber, Option<UserId>)],
    shares: &[ShareSeen],
) -> Vec<Ability> {
    let ability = |action| {
        let (may, because) = told(user, structure, (action, object), owner, customers, shares);
        Ability { action, may, because }
    };
    EXPLAINED.into_iter().map(ability).collect()
}

/// Whether `user` sees a record that `owner` is in charge of. `customers` are those a contact person works for, with
/// who is in charge of each; none for other records. `shares` are those of the record and of these customers that have
/// not ended.
#[must_use]
pub fn sight_of(
    user: &User,
    structure: &Structure,
    object: Object,
    owner: Option<UserId>,
    customers: &[(AccountNumber, Option<UserId>)],
    shares: &[ShareSeen],
) -> Sight {
    let (sees, because) = told(user, structure, (Action::View, object), owner, customers, shares);
    Sight { user: user.id, name: user.name.clone(), sees, because }
}

/// Whether the right of a user reaches a record, and why.
fn told(
    user: &User,
    structure: &Structure,
    (action, object): (Action, Object),
    owner: Option<UserId>,
    customers: &[(AccountNumber, Option<UserId>)],
    shares: &[ShareSeen],
) -> (bool, Because) {
    let reach_of = |held: Held| structure.rights(held).reach(action, object);
    let longest = user.roles.iter().copied().max_by_key(|held| reach_of(*held));
    let reach = longest.map(reach_of).unwrap_or_default();
    let longest = longest.map(|held| structure.role_name(held));
    let rows = Rows::within(reach, user.id, &structure.circle(user.id), Records::default());
    // The record itself first, then the customers it may be seen through; one's own before those of colleagues.
    let through = customers.iter().map(|(number, owner)| (Some(*number), *owner));
    let ways: Vec<(Option<AccountNumber>, UserId)> = [(None, owner)]
        .into_iter()
        .chain(through)
        .filter(|(_, owner)| rows.covers_owner(*owner))
        .filter_map(|(through, owner)| owner.map(|owner| (through, owner)))
        .collect();
    let own = ways.iter().find(|(_, owner)| *owner == user.id);
    match longest {
        _ if user.disabled => (false, Because::Deactivated),
        Some(role) if reach == Reach::All => (true, Because::SeesAll(role)),
        Some(role) if reach != Reach::None => match (own, ways.first()) {
            (Some((None, _)), _) => (true, Because::InCharge),
            (Some((Some(number), _)), _) => (true, Because::InChargeOf(*number)),
            (None, Some((through, owner))) => (true, near(user, structure, role, *owner, *through)),
            (None, None) => match shown(user, structure, action, shares) {
                Some(share) => (true, Because::Shared(share)),
                None => (false, Because::OutOfReach(role, reach)),
            },
        },
        _ => (false, Because::NoRight),
    }
}

/// The share that shows a record to the user; of several the one that lasts longest.
fn shown(
    user: &User,
    structure: &Structure,
    action: Action,
    shares: &[ShareSeen],
) -> Option<ShownTo> {
    let gives = |share: &&ShareSeen| match action {
        Action::View => true,
        Action::Edit => share.level == ShareLevel::Change,
        _ => false,
    };
    let team = |share: &ShareSeen| match share.with {
        ShareWith::User(id) => (id == user.id).then(String::new),
        ShareWith::Team(id) => structure
            .team(id)
            .filter(|team| team.people.contains(&user.id))
            .map(|team| team.name.clone()),
    };
    shares
        .iter()
        .filter(gives)
        .filter_map(|share| team(share).map(|team| (share, team)))
        .max_by_key(|(share, _)| {
            let end = share.end.map(|end| end.at);
            (end.is_none(), end, share.through.is_none())
        })
        .map(|(share, team)| ShownTo {
            team,
            until: share.end.map(|end| end.day),
            through: share.through,
        })
}

/// How a record of a colleague is near: by a team both are in, or else by the department.
fn near(
    user: &User,
    structure: &Structure,
    role: RoleName,
    owner: UserId,
    through: Option<AccountNumber>,
) -> Because {
    let team = structure.teams_of(user.id).find(|team| team.people.contains(&owner));
    let of = |part: &str| Near { role, part: part.to_owned(), owner, through };
    match (team, structure.department_of(user.id)) {
        (Some(team), _) => Because::Team(of(&team.name)),
        (None, department) => {
            Because::Department(of(department.map_or("", |department| &department.name)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Role;
    use crate::{
        id::{DepartmentId, TeamId, Version},
        structure::{Department, Team},
        time::{DAY, Instant},
    };
    use uuid::Uuid;

    fn id(number: u128) -> UserId {
        UserId(Uuid::from_u128(number))
    }

    fn user(number: u128, roles: &[Role]) -> User {
        User {
            id: id(number),
            version: Version(1),
            email: String::new(),
            name: format!("Nr {number}"),
            roles: roles.iter().copied().map(Held::from).collect(),
            lang: None,
            disabled: false,
            invited: false,
            second_step: false,
            passkeys: 0,
            last_seen_at: Instant::NEVER,
            created_at: Instant(1),
        }
    }

    #[test]
    fn the_reason_is_the_one_that_decides() {
        let (rep, other) = (user(1, &[Role::SalesRep]), id(2));
        let structure = Structure::default();
        let told = |user: &User, owner, customers: &[(AccountNumber, Option<UserId>)]| {
            let sight = sight_of(user, &structure, Object::Person, owner, customers, &[]);
            (sight.sees, sight.because)
        };
        let customer = AccountNumber(7);
        assert_eq!(told(&rep, Some(rep.id), &[]), (true, Because::InCharge));
        assert_eq!(
            told(&rep, Some(other), &[]),
            (false, Because::OutOfReach(RoleName::BuiltIn(Role::SalesRep), Reach::Own))
        );
        assert_eq!(
            told(&rep, None, &[]),
            (false, Because::OutOfReach(RoleName::BuiltIn(Role::SalesRep), Reach::Own))
        );
        let both = [(AccountNumber(5), Some(other)), (customer, Some(rep.id))];
        assert_eq!(told(&rep, Some(other), &both), (true, Because::InChargeOf(customer)));
        let mixed = user(1, &[Role::SalesRep, Role::Auditor]);
        assert_eq!(
            told(&mixed, None, &[]),
            (true, Because::SeesAll(RoleName::BuiltIn(Role::Auditor)))
        );
        assert_eq!(told(&user(1, &[]), None, &[]), (false, Because::NoRight));
        let off = User { disabled: true, ..user(1, &[Role::Admin]) };
        assert_eq!(told(&off, None, &[]), (false, Because::Deactivated));
    }

    #[test]
    fn each_thing_to_do_has_its_own_reason() {
        let (rep, other) = (user(1, &[Role::SalesRep, Role::Auditor]), id(2));
        let all =
            |owner| abilities_of(&rep, &Structure::default(), Object::Account, owner, &[], &[]);
        let rep_role = RoleName::BuiltIn(Role::SalesRep);
        let short = |action| (action, false, Because::OutOfReach(rep_role.clone(), Reach::Own));
        let none = |action| (action, false, Because::NoRight);
        let flat = |told: Vec<Ability>| -> Vec<(Action, bool, Because)> {
            told.into_iter().map(|told| (told.action, told.may, told.because)).collect()
        };
        let sees = (Action::View, true, Because::SeesAll(RoleName::BuiltIn(Role::Auditor)));
        let others = [
            sees.clone(),
            short(Action::Edit),
            short(Action::BulkEdit),
            none(Action::Merge),
            none(Action::Assign),
            short(Action::Delete),
            none(Action::Erase),
            none(Action::Export),
            none(Action::Reveal),
        ];
        assert_eq!(flat(all(Some(other))), others);
        let own = |action| (action, true, Because::InCharge);
        let mine = flat(all(Some(rep.id)));
        assert_eq!(mine[..3], [sees, own(Action::Edit), own(Action::BulkEdit)]);
        assert_eq!(mine[5], own(Action::Delete));
        for role in Role::ALL {
            let who = user(1, &[role]);
            for told in abilities_of(&who, &Structure::default(), Object::Person, None, &[], &[]) {
                let reach = role.rights().reach(told.action, Object::Person);
                assert_eq!(told.may, reach == Reach::All, "{role:?} {told:?}");
            }
        }
    }

    #[test]
    fn what_is_kept_back_names_the_role_that_opens_it_furthest() {
        use crate::{
            id::RoleId,
            policy::{DetailRules, OwnRole, Rights},
        };
        let role = |number: u128, name: &str, details: DetailRules| OwnRole {
            id: RoleId(Uuid::from_u128(number)),
            name: name.to_owned(),
            rights: Rights::default()
                .with(Object::Account, &[Action::View], Reach::All)
                .with_details(details),
        };
        let rules = |phone, email| {
            let rules = DetailRules::OPEN.set(Object::Account, Detail::Phone, phone);
            rules.set(Object::Account, Detail::Email, email)
        };
        let narrow = role(1, "Narrow", rules(Access::Hidden, Access::Hidden));
        let wider = role(2, "Wider", rules(Access::Masked, Access::Hidden));
        let held = [Held::Own(narrow.id), Held::Own(wider.id)];
        let mute = OwnRole {
            id: RoleId(Uuid::from_u128(3)),
            name: "Mute".to_owned(),
            rights: Rights::default(),
        };
        let silent = Held::Own(mute.id);
        let structure = Structure::sorted(Vec::new(), Vec::new(), vec![narrow, wider, mute]);
        let told = |roles: &[Held], object| -> Vec<(Detail, Access, String)> {
            let who = User { roles: roles.to_vec(), ..user(1, &[]) };
            let name = |role| match role {
                RoleName::Own(name) => name,
                RoleName::BuiltIn(role) => role.code().to_owned(),
            };
            let all = kept_back(&who, &structure, object, None);
            all.into_iter().map(|kept| (kept.detail, kept.access, name(kept.role))).collect()
        };
        let both = [
            (Detail::Phone, Access::Masked, "Wider".to_owned()),
            (Detail::Email, Access::Hidden, "Narrow".to_owned()),
        ];
        assert_eq!(told(&held, Object::Account), both);
        // A role that shows no customers is not what hides something of them.
        assert_eq!(told(&[silent, held[0], held[1]], Object::Account), both);
        let open = [held[0], Role::Auditor.into()];
        assert_eq!(told(&open, Object::Account), [], "another role opens it");
        // A role that shows no customers keeps none of them back from whom another one shows them.
        assert_eq!(told(&[Role::SalesRep.into()], Object::Person), []);
    }

    #[test]
    fn whoever_has_a_second_step_or_needs_none_misses_none() {
        let demanding = [Held::from(Role::Admin), Role::SalesManager.into()];
        let told =
            |user: &User, vouched| missing_step(user, &Structure::default(), &demanding, vouched);
        let boss = user(1, &[Role::SalesRep, Role::SalesManager]);
        let missing = |unless_vouched| {
            Some(MissingStep { role: RoleName::BuiltIn(Role::SalesManager), unless_vouched })
        };
        assert_eq!(told(&boss, false), missing(false));
        assert_eq!(told(&boss, true), missing(true));
        assert_eq!(told(&User { second_step: true, ..boss.clone() }, false), None);
        assert_eq!(told(&User { disabled: true, ..boss }, false), None, "that says it all");
        assert_eq!(told(&user(1, &[Role::SalesRep]), false), None);
    }

    #[test]
    fn colleagues_are_named_by_what_one_shares_with_them() {
        let department = Department {
            id: DepartmentId(Uuid::from_u128(20)),
            name: "North".to_owned(),
            parent: None,
            people: vec![id(1), id(2)],
        };
        let team = Team {
            id: TeamId(Uuid::from_u128(30)),
            name: "Fair".to_owned(),
            people: vec![id(1), id(3)],
        };
        let structure = Structure::sorted(vec![department], vec![team], Vec::new());
        let lead = user(1, &[Role::TeamLead, Role::SalesRep]);
        let told = |owner: u128, customers: &[(AccountNumber, Option<UserId>)]| {
            sight_of(&lead, &structure, Object::Person, Some(id(owner)), customers, &[]).because
        };
        let near = |part: &str, owner: u128, through| Near {
            role: RoleName::BuiltIn(Role::TeamLead),
            part: part.to_owned(),
            owner: id(owner),
            through,
        };
        assert_eq!(told(1, &[]), Because::InCharge);
        assert_eq!(told(2, &[]), Because::Department(near("North", 2, None)));
        assert_eq!(told(3, &[]), Because::Team(near("Fair", 3, None)));
        assert_eq!(
            told(4, &[]),
            Because::OutOfReach(RoleName::BuiltIn(Role::TeamLead), Reach::Department)
        );
        let through = [(AccountNumber(7), Some(id(3)))];
        let expected = Because::Team(near("Fair", 3, Some(AccountNumber(7))));
        assert_eq!(told(4, &through), expected);
        let own = [(AccountNumber(7), Some(id(3))), (AccountNumber(8), Some(id(1)))];
        assert_eq!(told(4, &own), Because::InChargeOf(AccountNumber(8)));
    }

    #[test]
    fn a_share_is_told_where_nothing_else_shows_the_record() {
        let team = Team {
            id: TeamId(Uuid::from_u128(30)),
            name: "Fair".to_owned(),
            people: vec![id(1), id(3)],
        };
        let structure = Structure::sorted(Vec::new(), vec![team], Vec::new());
        let (mine, fair) = (ShareWith::User(id(1)), ShareWith::Team(TeamId(Uuid::from_u128(30))));
        let level = ShareLevel::See;
        let share = |with, end, through| ShareSeen { with, level, end, through };
        let told = |user: &User, shares: &[ShareSeen]| {
            let sight = sight_of(user, &structure, Object::Person, Some(id(2)), &[], shares);
            (sight.sees, sight.because)
        };
        let rep = user(1, &[Role::SalesRep]);
        let end = ShareEnd { day: Date::from_days(9), at: Instant(10 * DAY) };
        let (soon, number) = (Some(end), Some(AccountNumber(7)));
        let shown = |team: &str, until, through| {
            (true, Because::Shared(ShownTo { team: team.to_owned(), until, through }))
        };
        assert_eq!(told(&rep, &[share(mine, soon, None)]), shown("", Some(end.day), None));
        let both = [share(mine, soon, None), share(fair, None, number)];
        assert_eq!(told(&rep, &both), shown("Fair", None, number), "the longest lasts");
        assert_eq!(told(&user(3, &[Role::SalesRep]), &both), shown("Fair", None, number));
        let stranger = told(&user(4, &[Role::SalesRep]), &both);
        assert!(!stranger.0, "{stranger:?}");
        assert_eq!(told(&user(1, &[]), &both), (false, Because::NoRight));
        let off = User { disabled: true, ..rep };
        assert_eq!(told(&off, &both), (false, Because::Deactivated));
    }
}
