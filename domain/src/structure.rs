//! How the organisation is divided: a tree of departments, teams across them, who belongs where, and its own roles.
//! From it follows whose records a right reaches that is good for a team or a department.

use crate::{
    field::{FieldError, FormErrors},
    id::{DepartmentId, RoleId, TeamId, UserId},
    policy::{Circle, Held, OwnRole, Rights, RoleName},
    text,
};
use serde::{Deserialize, Serialize};

/// Most characters of a name.
pub const NAME_MAX: usize = 60;
/// Most departments, and most teams.
pub const MOST_PARTS: usize = 500;
/// Most departments on a way from the top down.
pub const DEEPEST: usize = 10;

/// A part of the organisation that others may be part of. Everybody belongs to one at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Identity.
    pub id: DepartmentId,
    /// Name shown.
    pub name: String,
    /// What it is a part of; none for one at the top.
    pub parent: Option<DepartmentId>,
    /// Who belongs to it, not counting the departments below; in the order of their ids.
    pub people: Vec<UserId>,
}

/// People who work together, whatever department they belong to. Everybody belongs to any number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Identity.
    pub id: TeamId,
    /// Name shown.
    pub name: String,
    /// Who belongs to it, in the order of their ids.
    pub people: Vec<UserId>,
}

/// Where somebody belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Place {
    /// Department, if any.
    pub department: Option<DepartmentId>,
    /// Teams.
    pub teams: Vec<TeamId>,
}

/// The whole organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Structure {
    /// Each after the one it is part of, see [`Structure::sorted`].
    pub departments: Vec<Department>,
    /// By name.
    pub teams: Vec<Team>,
    /// Roles made here, by name.
    pub roles: Vec<OwnRole>,
}

impl Structure {
    /// Puts departments into the order of a tree read from the top: each followed by its parts, and parts of the same
    /// one in the order they came in.
    #[must_use]
    pub fn sorted(departments: Vec<Department>, teams: Vec<Team>, roles: Vec<OwnRole>) -> Self {
        let mut sorted = Vec::with_capacity(departments.len());
        push_parts(&departments, None, 0, &mut sorted);
        Self { departments: sorted, teams, roles }
    }

    /// A department.
    #[must_use]
    pub fn department(&self, id: DepartmentId) -> Option<&Department> {
        self.departments.iter().find(|department| department.id == id)
    }

    /// A team.
    #[must_use]
    pub fn team(&self, id: TeamId) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == id)
    }

    /// How many departments stand above one.
    #[must_use]
    pub fn depth(&self, id: DepartmentId) -> usize {
        self.upwards(id).count().saturating_sub(1)
    }

    /// A department and those it is part of, from it up to the top.
    pub fn upwards(&self, id: DepartmentId) -> impl Iterator<Item = &Department> {
        let first = self.department(id);
        std::iter::successors(first, |department| {
            department.parent.and_then(|parent| self.department(parent))
        })
        // No tree is deeper; a ring, which no store lets happen, ends all the same.
        .take(DEEPEST + 1)
    }

    /// Whether a department is `above` or part of it.
    #[must_use]
    pub fn is_within(&self, id: DepartmentId, above: DepartmentId) -> bool {
        self.upwards(id).any(|department| department.id == above)
    }

    /// The department somebody belongs to.
    #[must_use]
    pub fn department_of(&self, user: UserId) -> Option<&Department> {
        self.departments.iter().find(|department| department.people.contains(&user))
    }

    /// The teams somebody belongs to.
    pub fn teams_of(&self, user: UserId) -> impl Iterator<Item = &Team> {
        self.teams.iter().filter(move |team| team.people.contains(&user))
    }

    /// Where somebody belongs.
    #[must_use]
    pub fn place(&self, user: UserId) -> Place {
        Place {
            department: self.department_of(user).map(|department| department.id),
            teams: self.teams_of(user).map(|team| team.id).collect(),
        }
    }

    /// Whose records somebody's rights reach that are good for a team or a department.
    #[must_use]
    pub fn circle(&self, user: UserId) -> Circle {
        let team = self.teams_of(user).flat_map(|team| &team.people).copied();
        let own = self.department_of(user).map(|department| department.id);
        let below = self
            .departments
            .iter()
            .filter(|department| own.is_some_and(|own| self.is_within(department.id, own)))
            .flat_map(|department| &department.people)
            .copied();
        Circle::new(user, team, below)
    }

    /// A role made here.
    #[must_use]
    pub fn role(&self, id: RoleId) -> Option<&OwnRole> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// What a role allows; nothing for one that is no more.
    #[must_use]
    pub fn rights(&self, held: Held) -> Rights {
        match held {
            Held::BuiltIn(role) => role.rights(),
            Held::Own(id) => self.role(id).map(|role| role.rights).unwrap_or_default(),
        }
    }

    /// What somebody who holds all of these roles may do.
    #[must_use]
    pub fn rights_of(&self, roles: &[Held]) -> Rights {
        roles.iter().fold(Rights::default(), |sum, held| sum.and(&self.rights(*held)))
    }

    /// A role as people read it; without a name for one that is no more.
    #[must_use]
    pub fn role_name(&self, held: Held) -> RoleName {
        match held {
            Held::BuiltIn(role) => RoleName::BuiltIn(role),
            Held::Own(id) => {
                RoleName::Own(self.role(id).map(|role| role.name.clone()).unwrap_or_default())
            }
        }
    }

    /// Whether a department may become a part of `parent`: not of itself or of one of its own parts, and nothing may
    /// come to stand deeper than [`DEEPEST`].
    ///
    /// # Errors
    /// [`FieldError::UnknownOption`] for a parent that is none or lies within, [`FieldError::OutOfRange`] for a tree
    /// too deep.
    pub fn may_be_part_of(
        &self,
        id: Option<DepartmentId>,
        parent: Option<DepartmentId>,
    ) -> Result<(), FieldError> {
        let Some(parent) = parent else { return Ok(()) };
        if self.department(parent).is_none() || id.is_some_and(|id| self.is_within(parent, id)) {
            return Err(FieldError::UnknownOption);
        }
        let above = self.depth(parent) + 1;
        let below = id.map_or(0, |id| {
            let own = self.depth(id);
            let within = self.departments.iter().filter(|part| self.is_within(part.id, id));
            within.map(|part| self.depth(part.id) - own).max().unwrap_or(0)
        });
        if above + below < DEEPEST {
            Ok(())
        } else {
            Err(FieldError::OutOfRange { min: 1, max: i64::try_from(DEEPEST).unwrap_or(i64::MAX) })
        }
    }
}

fn push_parts(
    all: &[Department],
    parent: Option<DepartmentId>,
    depth: usize,
    sorted: &mut Vec<Department>,
) {
    if depth > DEEPEST {
        return;
    }
    for department in all.iter().filter(|department| department.parent == parent) {
        sorted.push(department.clone());
        push_parts(all, Some(department.id), depth + 1, sorted);
    }
}

/// Reads the name of a department or team.
///
/// # Errors
/// Complaints under `name`.
pub fn name(raw: &str) -> Result<String, FormErrors> {
    let mut errors = FormErrors::default();
    let name = text::line(raw, NAME_MAX).and_then(|name| name.ok_or(FieldError::Required));
    let name = errors.take("name", name).unwrap_or_default();
    errors.into_result(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Reach, Records, Rows};
    use proptest::prelude::*;
    use uuid::Uuid;

    /// A department by its number, and teams.
    type Seat = (usize, Vec<usize>);

    fn user(number: u128) -> UserId {
        UserId(Uuid::from_u128(number))
    }

    fn department(number: u128, parent: Option<u128>, people: &[u128]) -> Department {
        Department {
            id: DepartmentId(Uuid::from_u128(number)),
            name: format!("D{number}"),
            parent: parent.map(|parent| DepartmentId(Uuid::from_u128(parent))),
            people: people.iter().copied().map(user).collect(),
        }
    }

    /// Sales (1) with North (2) and South (3), South with Harbour (4); Service (5).
    fn house() -> Structure {
        let departments = vec![
            department(4, Some(3), &[40]),
            department(5, None, &[50]),
            department(1, None, &[10]),
            department(3, Some(1), &[30, 31]),
            department(2, Some(1), &[20]),
        ];
        let team = Team {
            id: TeamId(Uuid::from_u128(9)),
            name: "Fair".to_owned(),
            people: vec![user(20), user(50)],
        };
        Structure::sorted(departments, vec![team], Vec::new())
    }

    fn reached(structure: &Structure, who: u128, reach: Reach) -> Vec<u128> {
        match Rows::within(reach, user(who), &structure.circle(user(who)), Records::default()) {
            Rows::Few(few) => few.owners.iter().map(|owner| owner.0.as_u128()).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_department_is_read_with_what_is_below_it_and_a_team_across() {
        let house = house();
        let names: Vec<&str> =
            house.departments.iter().map(|department| department.name.as_str()).collect();
        assert_eq!(names, ["D5", "D1", "D3", "D4", "D2"]);
        assert_eq!(reached(&house, 10, Reach::Department), [10, 20, 30, 31, 40]);
        assert_eq!(reached(&house, 30, Reach::Department), [30, 31, 40]);
        assert_eq!(reached(&house, 30, Reach::Team), [30]);
        assert_eq!(reached(&house, 20, Reach::Team), [20, 50]);
        // A department covers the team as well, as every longer reach covers the shorter ones.
        assert_eq!(reached(&house, 20, Reach::Department), [20, 50]);
        assert_eq!(reached(&house, 99, Reach::Department), [99]);
        assert_eq!(reached(&house, 10, Reach::Own), [10]);
    }

    #[test]
    fn a_tree_stays_one() {
        let house = house();
        let id = |number| DepartmentId(Uuid::from_u128(number));
        let refused = Err(FieldError::UnknownOption);
        assert_eq!(house.may_be_part_of(Some(id(1)), Some(id(4))), refused);
        assert_eq!(house.may_be_part_of(Some(id(1)), Some(id(1))), refused);
        assert_eq!(house.may_be_part_of(None, Some(id(77))), refused);
        assert_eq!(house.may_be_part_of(Some(id(1)), Some(id(5))), Ok(()));
        assert_eq!(house.may_be_part_of(Some(id(4)), None), Ok(()));
        let chain = (1..=DEEPEST as u128)
            .map(|number| department(number, (number > 1).then(|| number - 1), &[]))
            .chain([department(50, None, &[]), department(51, Some(50), &[])])
            .collect();
        let chain = Structure::sorted(chain, Vec::new(), Vec::new());
        let deepest = DEEPEST as u128;
        assert!(chain.may_be_part_of(None, Some(id(deepest))).is_err());
        assert_eq!(chain.may_be_part_of(None, Some(id(deepest - 1))), Ok(()));
        assert!(chain.may_be_part_of(Some(id(50)), Some(id(deepest - 1))).is_err());
        assert_eq!(chain.may_be_part_of(Some(id(50)), Some(id(deepest - 2))), Ok(()));
    }

    proptest! {
        #[test]
        fn a_longer_reach_covers_the_rows_of_each_before_it(
            places in prop::collection::vec((0..6_usize, prop::collection::vec(0..4_usize, 0..3)), 1..20)
        ) {
            let shape = [None, Some(0), Some(0), Some(1), Some(2), None];
            let belongs = |test: &dyn Fn(&Seat) -> bool| -> Vec<UserId> {
                places.iter().zip(1..).filter(|(place, _)| test(place)).map(|(_, n)| user(n)).collect()
            };
            let departments = (0..5_u128).map(|number| Department {
                people: belongs(&|place| place.0 as u128 == number),
                ..department(number, shape[number as usize], &[])
            }).collect();
            let teams = (0..4).map(|number| Team {
                id: TeamId(Uuid::from_u128(number as u128)),
                name: String::new(),
                people: belongs(&|place| place.1.contains(&number)),
            }).collect();
            let house = Structure::sorted(departments, teams, Vec::new());
            for me in (1..).take(places.len()).map(user) {
                let circle = house.circle(me);
                for owner in (1..).take(places.len()).map(user).map(Some).chain([None]) {
                    let seen = Reach::ALL.map(|reach| Rows::within(reach, me, &circle, Records::default()).covers_owner(owner));
                    prop_assert!(seen.is_sorted(), "{seen:?}");
                    prop_assert_eq!((seen[0], seen[4]), (false, true));
                    prop_assert_eq!(seen[1], owner == Some(me));
                }
            }
        }
    }
}
