//! What is kept of a merge so that it can be taken back, as JSON: the record that stayed, before and after, and what
//! came to it from each of the others.

use crate::{
    error::{Result, StoreError},
    held::Known,
    shares::MovedShares,
};
use domain::id::ContactPointId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    /// Deals that a person is on besides; as of deals.
    #[serde(default)]
    pub on_deals: Vec<Uuid>,
    /// Orders of a customer; as of deals.
    #[serde(default)]
    pub orders: Vec<Uuid>,
    /// Cases of it; as of deals.
    #[serde(default)]
    pub cases: Vec<Uuid>,
    /// Links of a customer to surveys; as of deals.
    #[serde(default)]
    pub survey_sends: Vec<Uuid>,
    /// What a customer answered to surveys; as of deals.
    #[serde(default)]
    pub survey_responses: Vec<Uuid>,
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
