//! Whose records: the colleagues around a user, and the rows that a reach comes to with them.
//! What is not known to be near is not reached, so an empty circle shows own records only.

use super::{Reach, Records};
use crate::{id::UserId, note::Subject};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The colleagues that a user shares a team or a department with. Both lists hold the user, and stand in the order of
/// the ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Near", into = "Near")]
pub struct Circle {
    /// Of the same teams.
    team: Arc<[UserId]>,
    /// Of the same department and those below it, and of the same teams.
    department: Arc<[UserId]>,
}

impl Circle {
    /// The circle of `user`, of whoever belongs to the teams and departments named.
    #[must_use]
    pub fn new(
        user: UserId,
        team: impl Iterator<Item = UserId>,
        department: impl Iterator<Item = UserId>,
    ) -> Self {
        let team = distinct(team.chain([user]).collect());
        let department = distinct(department.chain(team.iter().copied()).collect());
        Self { team: team.into(), department: department.into() }
    }
}

/// A circle as it travels.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Near {
    team: Vec<UserId>,
    department: Vec<UserId>,
}

impl From<Circle> for Near {
    fn from(circle: Circle) -> Self {
        Self { team: circle.team.to_vec(), department: circle.department.to_vec() }
    }
}

impl From<Near> for Circle {
    fn from(near: Near) -> Self {
        Self { team: near.team.into(), department: near.department.into() }
    }
}

fn distinct(mut users: Vec<UserId>) -> Vec<UserId> {
    users.sort_unstable();
    users.dedup();
    users
}

/// Rows that a right comes to which is not good for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Few {
    /// Whoever is in charge of them; in the order of the ids.
    pub owners: Arc<[UserId]>,
    /// What shares add.
    pub shared: Records,
}

/// Rows that a right comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// None at all.
    None,
    /// Those that some users are in charge of, and what is shared besides.
    Few(Few),
    /// Every row.
    All,
}

impl Rows {
    /// What `reach` comes to for a user with a circle, with what is `shared` besides. Without any reach a share adds
    /// nothing: it widens a right and gives none.
    #[must_use]
    pub fn within(reach: Reach, user: UserId, circle: &Circle, shared: Records) -> Self {
        let owners = match reach {
            Reach::None => return Self::None,
            Reach::All => return Self::All,
            Reach::Own => [user].into(),
            Reach::Team => Arc::clone(&circle.team),
            Reach::Department => Arc::clone(&circle.department),
        };
        let owners = if owners.is_empty() { [user].into() } else { owners };
        Self::Few(Few { owners, shared })
    }

    /// The same without what is shared.
    #[must_use]
    pub fn without_shares(&self) -> Self {
        match self {
            Self::Few(few) => {
                Self::Few(Few { owners: Arc::clone(&few.owners), shared: Records::default() })
            }
            other => other.clone(),
        }
    }

    /// Whether what `owner` is in charge of is among them.
    #[must_use]
    pub fn covers_owner(&self, owner: Option<UserId>) -> bool {
        match self {
            Self::None => false,
            Self::Few(few) => owner.is_some_and(|owner| few.owners.binary_search(&owner).is_ok()),
            Self::All => true,
        }
    }

    /// Whether a record that `owner` is in charge of is among them.
    #[must_use]
    pub fn covers(&self, record: Subject, owner: Option<UserId>) -> bool {
        match self {
            Self::Few(few) if few.shared.contains(record) => true,
            _ => self.covers_owner(owner),
        }
    }
}
