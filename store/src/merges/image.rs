//! What is kept of a merge so that it can be taken back, as JSON: the record that stayed, before and after, and what
//! came to it from each of the others.

use crate::error::{Result, StoreError};
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
    /// Persons of both customers whose main job was at this one.
    pub main_jobs: Vec<Uuid>,
    pub notes: Vec<Uuid>,
    pub shares: Vec<Uuid>,
    /// Customers that belong to it.
    pub children: Vec<Uuid>,
    /// Whether the record that stayed belonged to it.
    pub was_parent: bool,
    /// Records that had gone into it before.
    pub merged: Vec<Uuid>,
}

/// The whole of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Image {
    pub before: Known,
    pub after: Known,
    pub from: Vec<From>,
}

impl Image {
    /// Another merge into the same record was taken back: what this one found there came from it, and is not to come
    /// back with this one. Says whether that changed anything.
    pub(super) fn without(&mut self, other: &Self, decimals: u8) -> Result<bool> {
        let old = self.clone();
        for (name, _) in other.before.fields() {
            let [was, made] = [&other.before, &other.after].map(|known| known.get(name, decimals));
            let [found, left] = [&self.before, &self.after].map(|known| known.get(name, decimals));
            if was != made && found == made {
                self.before.set(name, &was, decimals)?;
                if left == found {
                    self.after.set(name, &was, decimals)?;
                }
            }
        }
        // To the moment, which the field does not say.
        let [was, made] = [other.before.contacted(), other.after.contacted()];
        let [found, left] = [old.before.contacted(), old.after.contacted()];
        *self.before.last_contact() = if found == made { was } else { found };
        *self.after.last_contact() = if found == made && left == found { was } else { left };
        Ok(*self != old)
    }

    pub(super) fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|_| StoreError::Unreadable("merge_log.image"))
    }

    pub(super) fn parse(stored: &str) -> Result<Self> {
        serde_json::from_str(stored).map_err(|_| StoreError::Unreadable("merge_log.image"))
    }
}
