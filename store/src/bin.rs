//! The bin: deleting is a mark that can be taken back for 30 days, then the row leaves for good.

use crate::{
    audit,
    db::{Db, Tx, on_read, on_tx},
    error::Result,
};
use domain::{
    audit::Event,
    bin::{AT_ONCE, BIN_DAYS, BinKind, Binned},
    failure::Failure,
    field::FieldError,
    id::{AccountId, PersonId, UserId, Version},
    page::{Cursor, PAGE_ROWS, Page},
    policy::{self, Action, Caller, Grant},
    time::{DAY, Instant},
};
use sqlx::FromRow;
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    name: String,
    deleted_at: Instant,
    deleted_by: Option<UserId>,
}

const ACCOUNTS: &str = "SELECT id, number, name, deleted_at, deleted_by FROM account \
     WHERE deleted_at IS NOT NULL AND (deleted_at, number) < ($1, $2) ORDER BY deleted_at DESC, number DESC LIMIT $3";
const PEOPLE: &str = "SELECT id, number, full_name AS name, deleted_at, deleted_by FROM person \
     WHERE deleted_at IS NOT NULL AND (deleted_at, number) < ($1, $2) ORDER BY deleted_at DESC, number DESC LIMIT $3";
const DELETE_ACCOUNT: &str = "UPDATE account SET deleted_at = $1, deleted_by = $2, version = version + 1, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const DELETE_PERSON: &str = "UPDATE person SET deleted_at = $1, deleted_by = $2, version = version + 1, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const RESTORE_ACCOUNT: &str = "UPDATE account SET deleted_at = NULL, deleted_by = NULL, version = version + 1, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NOT NULL RETURNING version";
const RESTORE_PERSON: &str = "UPDATE person SET deleted_at = NULL, deleted_by = NULL, version = version + 1, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NOT NULL RETURNING version";

impl Db {
    /// Puts customers into the bin. Those that are there already are left alone.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Invalid`] for more than [`AT_ONCE`]; [`Failure::Gone`] when
    /// none of them was there.
    pub async fn delete_accounts(&self, caller: &Caller, ids: &[AccountId]) -> Result<u64> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        self.mark(caller, BinKind::Accounts, &ids, DELETE_ACCOUNT, Event::Deleted).await
    }

    /// Takes customers out of the bin.
    ///
    /// # Errors
    /// As [`Self::delete_accounts`].
    pub async fn restore_accounts(&self, caller: &Caller, ids: &[AccountId]) -> Result<u64> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        self.mark(caller, BinKind::Accounts, &ids, RESTORE_ACCOUNT, Event::Restored).await
    }

    /// Puts persons into the bin.
    ///
    /// # Errors
    /// As [`Self::delete_accounts`].
    pub async fn delete_people(&self, caller: &Caller, ids: &[PersonId]) -> Result<u64> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        self.mark(caller, BinKind::People, &ids, DELETE_PERSON, Event::Deleted).await
    }

    /// Takes persons out of the bin.
    ///
    /// # Errors
    /// As [`Self::delete_accounts`].
    pub async fn restore_people(&self, caller: &Caller, ids: &[PersonId]) -> Result<u64> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        self.mark(caller, BinKind::People, &ids, RESTORE_PERSON, Event::Restored).await
    }

    async fn mark(
        &self,
        caller: &Caller,
        kind: BinKind,
        ids: &[Uuid],
        statement: &'static str,
        event: Event,
    ) -> Result<u64> {
        let grant = policy::check(caller, Action::Delete, kind.object())?;
        if ids.len() > AT_ONCE {
            let max = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
            return Err(Failure::field("ids", FieldError::OutOfRange { min: 1, max }).into());
        }
        let mut tx = self.begin().await?;
        let mut marked = 0;
        for id in ids {
            if let Some(version) = mark_one(&mut tx, &grant, *id, statement).await? {
                audit::append(&mut tx, &grant, *id, event, version, &[]).await?;
                marked += 1;
            }
        }
        if marked == 0 {
            return Err(Failure::Gone.into());
        }
        tx.commit().await?;
        Ok(marked)
    }

    /// A page of the bin, latest first.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn bin_page(
        &self,
        caller: &Caller,
        kind: BinKind,
        after: Option<&Cursor>,
    ) -> Result<Page<Binned>> {
        policy::view(caller, kind.object())?;
        policy::check(caller, Action::Delete, kind.object())?;
        let (at, number) = after
            .and_then(|cursor| Some((cursor.key.parse::<i64>().ok()?, cursor.number)))
            .unwrap_or((i64::MAX, i64::MAX));
        let (statement, letter) = match kind {
            BinKind::Accounts => (ACCOUNTS, 'C'),
            BinKind::People => (PEOPLE, 'P'),
        };
        let rows: Vec<Row> = on_read!(self, |pool| {
            sqlx::query_as(statement)
                .bind(at)
                .bind(number)
                .bind(i64::from(PAGE_ROWS) + 1)
                .fetch_all(pool)
                .await
        })?;
        let page = Page::cut(rows, PAGE_ROWS, |row| Cursor {
            key: row.deleted_at.0.to_string(),
            number: row.number,
        });
        let rows = page.rows.into_iter().map(|row| Binned {
            id: row.id,
            number: format!("{letter}-{}", row.number),
            name: row.name,
            is_person: kind == BinKind::People,
            deleted_at: row.deleted_at,
            deleted_by: row.deleted_by,
            leaves_at: row.deleted_at.plus(BIN_DAYS * DAY),
        });
        Ok(Page { rows: rows.collect(), next: page.next })
    }
}

async fn mark_one(
    tx: &mut Tx,
    grant: &Grant,
    id: Uuid,
    statement: &'static str,
) -> Result<Option<Version>> {
    Ok(on_tx!(tx, |connection| {
        sqlx::query_scalar(statement)
            .bind(grant.now())
            .bind(grant.user())
            .bind(id)
            .fetch_optional(connection)
            .await
    })?)
}
