//! Saved replies of the organisation. One setting; it is read with its version, so that two who change it are told.

use crate::{
    audit,
    db::{Db, on_tx},
    error::{Result, StoreError},
    settings,
};
use domain::{
    audit::{Event, FieldChange},
    failure::{Conflict, Failure},
    id::Version,
    policy::{self, Action, Caller, Object},
    reply::SavedReply,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The name of the setting.
const NAME: &str = "service.replies";
/// What its lines in the trail are about: there is one of it.
const ID: Uuid = Uuid::from_u128(2);
const GET: &str = "SELECT value FROM setting WHERE name = $1";

#[derive(Default, Serialize, Deserialize)]
struct Kept {
    version: i64,
    replies: Vec<SavedReply>,
}

fn read(stored: Option<String>) -> Result<Kept> {
    let Some(stored) = stored else { return Ok(Kept::default()) };
    serde_json::from_str(&stored).map_err(|_| StoreError::Unreadable("setting service.replies"))
}

impl Db {
    /// The saved replies by their titles, and the version that is; version 0 until somebody saves some.
    ///
    /// # Errors
    /// [`Failure::Denied`] for who sees no cases.
    pub async fn saved_replies(&self, caller: &Caller) -> Result<(Vec<SavedReply>, Version)> {
        policy::view(caller, Object::Case)?;
        let kept = read(settings::get(self, NAME).await?)?;
        Ok((kept.replies, Version(kept.version)))
    }

    /// Saves them all, over version `seen`; answers the new version.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Conflict`] when somebody else saved them meanwhile.
    pub async fn save_replies(
        &self,
        caller: &Caller,
        seen: Version,
        replies: &[SavedReply],
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Administer, Object::Organisation)?;
        let mut tx = self.begin().await?;
        // Whoever comes second waits here, and reads what the first one wrote.
        settings::lock(&mut tx, "replies.lock", caller.now).await?;
        let stored: Option<String> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(GET).bind(NAME).fetch_optional(connection).await
        })?;
        let before = read(stored)?;
        if before.version != seen.0 {
            let (_, by) = audit::changed_since(&mut tx, ID, seen).await?;
            let version = Version(before.version);
            return Err(Failure::Conflict(Conflict { version, by, fields: Vec::new() }).into());
        }
        let version = Version(seen.0 + 1);
        let kept = Kept { version: version.0, replies: replies.to_vec() };
        let json = serde_json::to_string(&kept)
            .map_err(|_| StoreError::Unreadable("setting service.replies"))?;
        settings::put(&mut tx, NAME, &json, caller.now).await?;
        let changes = changes(&before.replies, replies);
        audit::append(&mut tx, &grant, ID, Event::Changed, version, &changes).await?;
        tx.commit().await?;
        Ok(version)
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
