//! Cases whose time is over, for the worker that tells whoever is in charge.

use crate::{
    db::{Db, on_read, on_tx},
    error::Result,
    notifications::{self, Told},
};
use domain::{
    id::{CaseId, UserId},
    note::Subject,
    notification::NotificationKind,
    policy::{self, Action, Caller, Object},
};

/// Claims them, so that of several nodes one tells.
const CLAIM: &str = "UPDATE feedback_case SET told_overdue = TRUE WHERE id IN (SELECT id FROM feedback_case WHERE is_open \
     AND NOT told_overdue AND deleted_at IS NULL AND due_at <= $1 ORDER BY due_at LIMIT 200) AND NOT told_overdue \
     RETURNING id, owner_id";
const ANY: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM feedback_case WHERE is_open AND NOT told_overdue AND deleted_at IS NULL \
     AND due_at <= $1 LIMIT 1) AS one";

impl Db {
    /// Tells whoever is in charge of cases that are overdue by now, once for each time they are due at; answers how many
    /// cases.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for anybody but an administrator.
    pub async fn tell_overdue(&self, caller: &Caller) -> Result<u64> {
        policy::check(caller, Action::Administer, Object::System)?;
        let any: i64 = on_read!(self, |pool| {
            sqlx::query_scalar(ANY).bind(caller.now).fetch_one(pool).await
        })?;
        if any == 0 {
            return Ok(0);
        }
        let mut tx = self.begin().await?;
        let rows: Vec<(CaseId, Option<UserId>)> = on_tx!(&mut tx, |connection| {
            sqlx::query_as(CLAIM).bind(caller.now).fetch_all(connection).await
        })?;
        for (id, owner) in &rows {
            let Some(owner) = owner else { continue };
            let subject = Subject::Case(*id);
            let told = Told { kind: NotificationKind::Overdue, subject, activity: None };
            notifications::tell(&mut tx, caller, *owner, told).await?;
        }
        tx.commit().await?;
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }
}
