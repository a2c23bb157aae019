//! What a person decided about a file, as a run keeps it: the mapping, and what the check said.

use crate::map_file::MapFile;
use domain::import::{ImportCounts, RowReport};
use serde::{Deserialize, Serialize};

/// The options of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// How the file is read and where its columns go; what it does not say is found out.
    pub map: MapFile,
    /// What the check of exactly this mapping said.
    pub check: Option<Check>,
}

/// What would become of the rows of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Rows; `created` are those that are new, `unchanged` those that are there already.
    pub counts: ImportCounts,
    /// Whether every row was looked at.
    pub whole: bool,
    /// The first rows with remarks.
    pub remarks: Vec<RowReport>,
}

impl Plan {
    /// From storage; what an older release wrote and this one does not know is found out anew.
    #[must_use]
    pub fn parse(stored: &str) -> Self {
        serde_json::from_str(stored).unwrap_or_default()
    }

    /// For storage.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Maps of texts and numbers cannot fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}
