//! What is kept of a merge so that it can be taken back, as JSON: the record that stayed, before and after, and what
//! came to it from each of the others.

use crate::{
    error::{Result, StoreError},
    shares::MovedShares,
};
use domain::{
    account::{AccountData, AccountField},
    id::{ContactPointId, UserId},
    merge::OWN,
    person::{PersonData, PersonField},
    policy::{Detail, Object},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is known about a customer or a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Known {
    Account(AccountData),
    Person(PersonData),
}

/// The name of the field whose latest value counts.
const LAST_CONTACT: &str = AccountField::LastContact.code();

impl Known {
    /// What kind of record it is.
    pub(super) fn object(&self) -> Object {
        match self {
            Self::Account(_) => Object::Account,
            Self::Person(_) => Object::Person,
        }
    }

    /// The names of its fields, with the details that these are.
    pub(super) fn fields(&self) -> Vec<(&'static str, Option<Detail>)> {
        match self {
            Self::Account(_) => AccountField::ALL
                .iter()
                .map(|field| (field.code(), Detail::of_account_field(*field)))
                .collect(),
            Self::Person(_) => PersonField::ALL
                .iter()
                .map(|field| (field.code(), Detail::of_person_field(*field)))
                .collect(),
        }
    }

    /// A field as it is typed; empty for one that there is not.
    pub(super) fn get(&self, name: &str, decimals: u8) -> String {
        match self {
            Self::Account(data) => {
                AccountField::parse(name).map(|field| data.get(field, decimals)).unwrap_or_default()
            }
            Self::Person(data) => {
                PersonField::parse(name).map(|field| data.get(field)).unwrap_or_default()
            }
        }
    }

    /// Puts the value of a field in.
    pub(super) fn set(&mut self, name: &str, value: &str, decimals: u8) -> Result<()> {
        let done = match self {
            Self::Account(data) => {
                AccountField::parse(name).and_then(|field| data.set(field, value, decimals))
            }
            Self::Person(data) => PersonField::parse(name).and_then(|field| data.set(field, value)),
        };
        done.map_err(|error| StoreError::field(name, error))
    }

    /// Whether a field says anything that a new record does not; never for one that only a choice changes.
    pub(super) fn is_filled(&self, name: &str, decimals: u8) -> bool {
        let new = match self {
            Self::Account(_) => Self::Account(AccountData::default()),
            Self::Person(_) => Self::Person(PersonData::default()),
        };
        let own = OWN.contains(&name) || name == LAST_CONTACT;
        !own && self.get(name, decimals) != new.get(name, decimals)
    }

    /// Who is in charge.
    pub(super) fn owner(&self) -> Option<UserId> {
        match self {
            Self::Account(data) => data.owner,
            Self::Person(data) => data.owner,
        }
    }

    /// Puts somebody in charge.
    pub(super) fn set_owner(&mut self, owner: Option<UserId>) {
        match self {
            Self::Account(data) => data.owner = owner,
            Self::Person(data) => data.owner = owner,
        }
    }

    /// When the last contact was.
    pub(super) fn contacted(&self) -> Instant {
        match self {
            Self::Account(data) => data.last_contact_at,
            Self::Person(data) => data.last_contact_at,
        }
    }

    /// The last contact, to be read or changed.
    pub(super) fn last_contact(&mut self) -> &mut Instant {
        match self {
            Self::Account(data) => &mut data.last_contact_at,
            Self::Person(data) => &mut data.last_contact_at,
        }
    }
}

/// A contact that came over, and how it stood before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MovedPoint {
    pub id: ContactPointId,
    pub position: i64,
    pub is_primary: bool,
}

/// What came from one record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct From {
    pub id: Uuid,
    pub source_system: Option<String>,
    pub external_id: Option<String>,
    pub points: Vec<MovedPoint>,
    /// Addresses with their places.
    pub addresses: Vec<(Uuid, i64)>,
    /// Tags the record that stayed did not have.
    pub tags: Vec<Uuid>,
    /// Persons of a customer, or customers of a person, with whether that was the main job.
    pub jobs: Vec<(Uuid, bool)>,
    /// Persons of both customers, or customers of both persons, whose job was described here alone.
    pub roles: Vec<Uuid>,
    /// Persons of both customers whose main job was at this one.
    pub main_jobs: Vec<Uuid>,
    pub notes: Vec<Uuid>,
    pub shares: MovedShares,
    /// Customers that belonged to it.
    pub children: Vec<Uuid>,
    /// Records that had gone into it before.
    pub merged: Vec<Uuid>,
    /// Deals with it; merges of releases before there were any moved none.
    #[serde(default)]
    pub opportunities: Vec<Uuid>,
}

/// The whole of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Image {
    pub before: Known,
    pub after: Known,
    /// Where the record that stayed belonged before and after, of customers.
    pub parent: [Option<Uuid>; 2],
    pub from: Vec<From>,
}

impl Image {
    /// The records that the merge reached: those that became one, and those whose jobs it moved.
    pub(super) fn reached(&self, survivor: Uuid) -> Vec<Uuid> {
        let jobs = |from: &From| -> Vec<Uuid> {
            from.jobs
                .iter()
                .map(|(other, _)| *other)
                .chain(from.main_jobs.iter().copied())
                .collect()
        };
        let mut all: Vec<Uuid> =
            self.from.iter().flat_map(|from| [vec![from.id], jobs(from)].concat()).collect();
        all.push(survivor);
        all.sort_unstable();
        all.dedup();
        all
    }

    pub(super) fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|_| StoreError::Unreadable("merge_log.image"))
    }

    pub(super) fn parse(stored: &str) -> Result<Self> {
        serde_json::from_str(stored).map_err(|_| StoreError::Unreadable("merge_log.image"))
    }
}
