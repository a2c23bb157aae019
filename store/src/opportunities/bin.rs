//! Deals that are put into the bin, taken out of it again, and leave for good after their days.

use super::held_anyhow;
use crate::{
    audit,
    db::{Db, Tx, on_tx},
    dialect::to_change,
    error::Result,
};
use domain::{
    audit::Event,
    bin::AT_ONCE,
    failure::Failure,
    field::FieldError,
    id::{OpportunityId, Version},
    policy::{self, Action, Caller, Grant, Object},
    time::Instant,
};
use uuid::Uuid;

const DELETE: &str = "UPDATE opportunity SET deleted_at = $1, deleted_by = $2, version = version + 1, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const RESTORE: &str = "UPDATE opportunity SET deleted_at = NULL, deleted_by = NULL, version = version + 1, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NOT NULL RETURNING version";
const DUE: &str = "SELECT id, version FROM opportunity WHERE deleted_at < $1 ORDER BY deleted_at, number LIMIT 200";
const DROP: &str = "DELETE FROM opportunity WHERE id = $1";

impl Db {
    /// Puts deals into the bin. Those that are there already are left alone. Several at once take the right to change
    /// many besides.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Invalid`] for more than [`AT_ONCE`]; [`Failure::Gone`] when none of them was
    /// there, or one is not for the caller to see.
    pub async fn delete_opportunities(
        &self,
        caller: &Caller,
        ids: &[OpportunityId],
    ) -> Result<u64> {
        self.mark_opportunities(caller, ids, DELETE, Event::Deleted).await
    }

    /// Takes deals out of the bin; they stand where they stood.
    ///
    /// # Errors
    /// As [`Self::delete_opportunities`].
    pub async fn restore_opportunities(
        &self,
        caller: &Caller,
        ids: &[OpportunityId],
    ) -> Result<u64> {
        self.mark_opportunities(caller, ids, RESTORE, Event::Restored).await
    }

    async fn mark_opportunities(
        &self,
        caller: &Caller,
        ids: &[OpportunityId],
        statement: &'static str,
        event: Event,
    ) -> Result<u64> {
        let grant = policy::check(caller, Action::Delete, Object::Opportunity)?;
        let many = (ids.len() > 1)
            .then(|| policy::check(caller, Action::BulkEdit, Object::Opportunity))
            .transpose()?;
        if ids.len() > AT_ONCE {
            let max = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
            return Err(Failure::field("ids", FieldError::OutOfRange { min: 1, max }).into());
        }
        let mut tx = self.begin().await?;
        let mut marked = 0;
        for id in ids {
            let Some(row) = held_anyhow(&mut tx, *id).await? else { continue };
            for grant in [Some(&grant), many.as_ref()].into_iter().flatten() {
                grant.admit_owner(row.owner_id)?;
            }
            let version: Option<Version> = on_tx!(&mut tx, |connection| {
                sqlx::query_scalar(statement)
                    .bind(grant.now())
                    .bind(grant.user())
                    .bind(*id)
                    .fetch_optional(connection)
                    .await
            })?;
            if let Some(version) = version {
                audit::append(&mut tx, &grant, id.0, event, version, &[]).await?;
                marked += 1;
            }
        }
        if marked == 0 {
            return Err(Failure::Gone.into());
        }
        tx.commit().await?;
        Ok(marked)
    }
}

/// Removes some deals for good whose days in the bin were over before `before`, with what older lines of the audit log
/// say about them; answers how many.
pub(crate) async fn purge_due(tx: &mut Tx, grant: &Grant, before: Instant) -> Result<u64> {
    let statement = to_change!(tx, DUE);
    let due: Vec<(Uuid, Version)> = on_tx!(&mut *tx, |connection| {
        sqlx::query_as(statement).bind(before).fetch_all(connection).await
    })?;
    for (id, version) in &due {
        let lines = audit::lines_about(tx, *id).await?;
        on_tx!(&mut *tx, |connection| {
            sqlx::query(DROP).bind(*id).execute(connection).await.map(drop)
        })?;
        audit::append_purged(tx, grant, *id, *version, lines)?;
    }
    Ok(u64::try_from(due.len()).unwrap_or(0))
}
