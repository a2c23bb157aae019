//! Reminders that have come due, for the worker that sends them.

use crate::{
    db::{Db, on_read, on_tx},
    error::Result,
    notifications::{self, Told},
};
use domain::{
    id::{ActivityId, UserId},
    note::Subject,
    notification::NotificationKind,
    policy::{self, Action, Caller, Object},
};
use uuid::Uuid;

/// Claims them, so that of several nodes one reminds.
const CLAIM: &str = "UPDATE activity SET remind_at = 0 WHERE id IN (SELECT id FROM activity WHERE is_open \
     AND deleted_at IS NULL AND remind_at > 0 AND remind_at <= $1 ORDER BY remind_at LIMIT 200) AND remind_at > 0 \
     RETURNING id, owner_id, subject_id, subject_kind";
const ANY: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM activity WHERE is_open AND deleted_at IS NULL AND remind_at > 0 \
     AND remind_at <= $1 LIMIT 1) AS one";

impl Db {
    /// Reminds of everything that is due to be reminded of by now; answers how many were.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for anybody but an administrator.
    pub async fn remind(&self, caller: &Caller) -> Result<u64> {
        policy::check(caller, Action::Administer, Object::System)?;
        let any: i64 = on_read!(self, |pool| {
            sqlx::query_scalar(ANY).bind(caller.now).fetch_one(pool).await
        })?;
        if any == 0 {
            return Ok(0);
        }
        let mut tx = self.begin().await?;
        let rows: Vec<(ActivityId, Option<UserId>, Uuid, String)> =
            on_tx!(&mut tx, |connection| {
                sqlx::query_as(CLAIM).bind(caller.now).fetch_all(connection).await
            })?;
        let mut reminded = 0;
        for (id, owner, subject, kind) in rows {
            let (Some(owner), Some(subject)) = (owner, Subject::of_code(&kind, subject)) else {
                continue;
            };
            let told = Told { kind: NotificationKind::Due, subject, activity: Some(id) };
            notifications::tell(&mut tx, caller, owner, told).await?;
            reminded += 1;
        }
        tx.commit().await?;
        Ok(reminded)
    }
}
