//! Deals that are put into the bin, taken out of it again, and leave for good after their days.

use super::held_anyhow;
use crate::{
    audit,
    db::{Db, Tx, on_read, on_tx},
    dialect::{push_limit, to_change},
    error::Result,
    within,
};
use domain::{
    audit::Event,
    bin::{AT_ONCE, BIN_DAYS, Binned},
    failure::Failure,
    field::FieldError,
    id::{OpportunityId, OpportunityNumber, UserId, Version},
    page::{Cursor, PAGE_ROWS, Page},
    policy::{self, Action, Caller, Grant, Object},
    time::{DAY, Instant},
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use uuid::Uuid;

const DELETE: &str = "UPDATE opportunity SET deleted_at = $1, deleted_by = $2, version = version + 1, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const RESTORE: &str = "UPDATE opportunity SET deleted_at = NULL, deleted_by = NULL, version = version + 1, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NOT NULL RETURNING version";
const DUE: &str = "SELECT id, version FROM opportunity WHERE deleted_at < $1 ORDER BY deleted_at, number LIMIT 200";
const DROP: &str = "DELETE FROM opportunity WHERE id = $1";
const BINNED: &str = "SELECT o.id, o.number, o.name, o.deleted_at, o.deleted_by FROM opportunity o \
     WHERE o.deleted_at IS NOT NULL AND (o.deleted_at, o.number) < (";

#[derive(FromRow)]
struct BinRow {
    id: Uuid,
    number: OpportunityNumber,
    name: String,
    deleted_at: Instant,
    deleted_by: Option<UserId>,
}

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

    /// A page of the deals in the bin that the caller may take out of it, latest first.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn opportunity_bin_page(
        &self,
        caller: &Caller,
        after: Option<&Cursor>,
    ) -> Result<Page<Binned>> {
        policy::view(caller, Object::Opportunity)?;
        let scope = policy::look(caller, Action::Delete, Object::Opportunity)?.scope();
        let (at, number) = after
            .and_then(|cursor| Some((cursor.key.parse::<i64>().ok()?, cursor.number)))
            .unwrap_or((i64::MAX, i64::MAX));
        let rows: Vec<BinRow> = on_read!(self, |pool| {
            let mut statement = QueryBuilder::<Dialect>::new(BINNED);
            statement.push_bind(at).push(", ").push_bind(number).push(")");
            within::push_opportunities(&mut statement, &scope);
            statement.push(" ORDER BY o.deleted_at DESC, o.number DESC");
            push_limit(&mut statement, i64::from(PAGE_ROWS) + 1);
            statement.build_query_as().fetch_all(pool).await
        })?;
        let place =
            |row: &BinRow| Cursor { key: row.deleted_at.0.to_string(), number: row.number.0 };
        Ok(Page::cut(rows, PAGE_ROWS, place).map(|row| Binned {
            id: row.id,
            number: row.number.to_string(),
            name: row.name,
            is_person: false,
            deleted_at: row.deleted_at,
            deleted_by: row.deleted_by,
            leaves_at: row.deleted_at.plus(BIN_DAYS * DAY),
        }))
    }

    /// Removes a deal for good that is in the bin, before its days are over.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`]; [`Failure::Gone`] for one that is not in the bin or not for
    /// the caller to see.
    pub async fn erase_opportunity(&self, caller: &Caller, id: OpportunityId) -> Result<()> {
        let grant = policy::check_confirmed(caller, Action::Erase, Object::Opportunity)?;
        let mut tx = self.begin().await?;
        let row = held_anyhow(&mut tx, id).await?.ok_or(Failure::Gone)?;
        grant.admit_owner(row.owner_id)?;
        if row.deleted_at.is_none() {
            return Err(Failure::Gone.into());
        }
        drop_one(&mut tx, &grant, id.0, row.version).await?;
        tx.commit().await
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
        drop_one(tx, grant, *id, *version).await?;
    }
    Ok(u64::try_from(due.len()).unwrap_or(0))
}

async fn drop_one(tx: &mut Tx, grant: &Grant, id: Uuid, version: Version) -> Result<()> {
    let lines = audit::lines_about(tx, id).await?;
    on_tx!(&mut *tx, |connection| {
        sqlx::query(DROP).bind(id).execute(connection).await.map(drop)
    })?;
    audit::append_purged(tx, grant, id, version, lines)
}
