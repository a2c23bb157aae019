//! Saved replies of the organisation. One setting; it is read with its version, so that two who change it are told.

use crate::{db::Db, error::Result, settings::Versioned};
use domain::{
    audit::FieldChange,
    id::Version,
    policy::{self, Action, Caller, Object},
    reply::SavedReply,
};
use std::collections::BTreeMap;
use uuid::Uuid;

const REPLIES: Versioned =
    Versioned { name: "service.replies", lock: "replies.lock", id: Uuid::from_u128(2) };

impl Db {
    /// The saved replies by their titles, and the version that is; version 0 until somebody saves some.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for who sees no cases.
    pub async fn saved_replies(&self, caller: &Caller) -> Result<(Vec<SavedReply>, Version)> {
        policy::view(caller, Object::Case)?;
        REPLIES.get(self).await
    }

    /// Saves them all, over version `seen`; answers the new version.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`]; [`domain::failure::Failure::Conflict`] when somebody else saved them meanwhile.
    pub async fn save_replies(
        &self,
        caller: &Caller,
        seen: Version,
        replies: &[SavedReply],
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Administer, Object::Organisation)?;
        let changes = |before: &Vec<SavedReply>, after: &Vec<SavedReply>| changes(before, after);
        REPLIES.save(self.begin().await?, &grant, seen, &replies.to_vec(), changes).await
    }
}

/// What was added, taken away or said differently, a line for each title.
fn changes(before: &[SavedReply], after: &[SavedReply]) -> Vec<FieldChange> {
    let told = |replies: &[SavedReply]| -> BTreeMap<String, String> {
        let line = |reply: &SavedReply| {
            (reply.title.clone(), format!("{}: {}", reply.title, reply.body.replace('\n', " ")))
        };
        replies.iter().map(line).collect()
    };
    let (before, after) = (told(before), told(after));
    let titles: Vec<&String> = before.keys().chain(after.keys()).collect();
    let mut changes: Vec<FieldChange> = Vec::new();
    for title in titles {
        let of = |all: &BTreeMap<String, String>| all.get(title).cloned().unwrap_or_default();
        let change =
            FieldChange { field: "saved_reply".to_owned(), before: of(&before), after: of(&after) };
        if change.before != change.after && !changes.contains(&change) {
            changes.push(change);
        }
    }
    changes
}
