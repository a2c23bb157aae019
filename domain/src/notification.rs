//! What the bell tells somebody: something is due, was given to them, or was done by somebody else. Kept as ids; what it
//! says is read by the rights of whoever reads it.

use crate::{
    account::choices,
    id::NotificationId,
    note::RecordName,
    time::{DAY, Instant},
};
use serde::{Deserialize, Serialize};

/// How long notifications are kept (milliseconds).
pub const KEPT_FOR: i64 = 90 * DAY;

/// Most notifications that the bell shows.
pub const MOST_SHOWN: usize = 50;

choices! {
    /// Why somebody is told.
    NotificationKind {
        /// Something they are to do is due soon.
        Due = "due" [],
        /// Somebody gave them something to do.
        Given = "given" [],
        /// Somebody did what they had put down.
        Done = "done" [],
        /// They are in charge of a record by now.
        InCharge = "in_charge" [],
        /// A case of theirs is not answered or solved in time.
        Overdue = "overdue" [],
    }
}

/// One notification, as its reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Identity.
    pub id: NotificationId,
    /// Why.
    pub kind: NotificationKind,
    /// The record it is about.
    pub record: RecordName,
    /// What is to be done, or empty.
    pub title: String,
    /// Who caused it; empty for the installation itself.
    pub by_name: String,
    /// When.
    pub at: Instant,
    /// It was read.
    pub read: bool,
}
