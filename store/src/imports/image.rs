//! What is kept of a row so that it can be taken back, and what is said about a run: JSON columns.

use crate::{
    error::{Result, StoreError},
    opportunities::bring::Stand,
};
use domain::{
    address::AddressData,
    id::{AccountId, ActivityId, AddressId, ContactPointId, PersonId},
    import::ImportNote,
    product::LineDraft,
};
use serde::{Deserialize, Serialize};

/// What a row changed besides making records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Image {
    /// Name of the customer the row's customer belongs to, while it has not been looked up.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub parent: String,
    /// What the parent was and became.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<(Option<AccountId>, AccountId)>,
    /// The customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Changed>,
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Changed>,
    /// The deal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deal: Option<DealImage>,
    /// The fields of the order: which, what stood there, what stands there now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<(String, String, String)>,
    /// The fields of the case: which, what stood there, what stands there now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub case: Vec<(String, String, String)>,
    /// The fields of the product: which, what stood there, what stands there now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub product: Vec<(String, String, String)>,
}

/// What was changed about a deal: each what it was, and what it became.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct DealImage {
    /// Field, what stood there, what stands there now.
    pub fields: Vec<(String, String, String)>,
    /// The customer.
    pub account: Option<(Option<AccountId>, Option<AccountId>)>,
    /// The person.
    pub person: Option<(Option<PersonId>, Option<PersonId>)>,
    /// Where it stood and stands.
    pub stand: Option<(Stand, Stand)>,
    /// What was and is on offer.
    pub lines: Option<(Vec<LineDraft>, Vec<LineDraft>)>,
}

/// What was changed about one record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Changed {
    /// Field, what stood there, what stands there now.
    pub fields: Vec<(String, String, String)>,
    /// Contact points that were added, as typed.
    pub points: Vec<(ContactPointId, String)>,
    /// Tags that were put on, by name.
    pub tags: Vec<String>,
    /// Addresses: which, and what stood there (`None` for an added one), and what stands there now.
    pub addresses: Vec<(AddressId, Option<AddressData>, AddressData)>,
    /// Notes that were written.
    pub notes: Vec<ActivityId>,
    /// Customers a person was said to work for.
    pub jobs: Vec<(AccountId, PersonId)>,
}

impl Changed {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Image {
    pub(super) fn to_json(&self) -> Result<String> {
        if *self == Self::default() { Ok(String::new()) } else { encode(self) }
    }

    pub(super) fn parse(stored: &str) -> Result<Self> {
        if stored.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(stored).map_err(|_| StoreError::Unreadable("import_row.before_image"))
    }
}

pub(super) fn encode(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|_| StoreError::Unreadable("import"))
}

/// What is said about a run, from its column.
pub(super) fn note_of(stored: &str) -> Result<Option<ImportNote>> {
    if stored.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(stored).map(Some).map_err(|_| StoreError::Unreadable("import_job.error"))
}
