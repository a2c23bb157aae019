//! What runs leave behind and nobody needs any more: uploaded files, and what rows kept of cells.

use super::image;
use crate::{
    db::{Db, on_read, on_tx},
    error::Result,
};
use domain::{
    id::ImportId,
    import::{ImportNote, UNDO_DAYS},
    policy::{self, Action, Caller, Object},
    time::{DAY, Instant},
};

/// Rows of one transaction.
const SPAN: i64 = 2_000;

const IDLE_FILES: &str = "SELECT id FROM import_job WHERE state <> 'running' AND NOT file_removed AND \
     ((state = 'uploaded' AND created_at < $1) OR (state <> 'uploaded' AND finished_at < $1)) ORDER BY number LIMIT 500";
const FILE_REMOVED: &str = "UPDATE import_job SET file_removed = TRUE WHERE id = $1";
const SETTLED: &str = "SELECT id FROM import_job WHERE state IN ('done', 'failed', 'undone') AND NOT values_removed \
     AND error <> $2 AND finished_at < $1 ORDER BY number LIMIT 50";
const LAST_ROW: &str = "SELECT COALESCE(MAX(row), 0) FROM import_row WHERE import_id = $1";
const FORGET: &str = "UPDATE import_row SET before_image = '', errors = CASE WHEN errors = '' THEN '' ELSE '[]' END \
     WHERE import_id = $1 AND row > $2 AND row <= $3 AND (before_image <> '' OR errors NOT IN ('', '[]'))";
const VALUES_REMOVED: &str = "UPDATE import_job SET values_removed = TRUE WHERE id = $1";

impl Db {
    /// Runs whose uploaded file nobody needs any more, at most 500: never started, or ended, before
    /// `before`, and not yet said to be removed by [`Db::import_file_removed`].
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn imports_without_need(
        &self,
        caller: &Caller,
        before: Instant,
    ) -> Result<Vec<ImportId>> {
        policy::check(caller, Action::Administer, Object::System)?;
        Ok(on_read!(self, |pool| {
            sqlx::query_scalar(IDLE_FILES).bind(before).fetch_all(pool).await
        })?)
    }

    /// Notes that the uploaded file of a run is gone.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn import_file_removed(&self, caller: &Caller, id: ImportId) -> Result<()> {
        policy::check(caller, Action::Administer, Object::System)?;
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(FILE_REMOVED).bind(id).execute(connection).await.map(drop)
        })?;
        tx.commit().await
    }

    /// Removes what the rows of runs kept of cells once the runs cannot be taken back any more; answers
    /// of how many runs.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`].
    pub async fn forget_import_values(&self, caller: &Caller) -> Result<u64> {
        policy::check(caller, Action::Administer, Object::System)?;
        let before = caller.now.plus(-UNDO_DAYS * DAY);
        let undoing = image::encode(&ImportNote::Undoing)?;
        let mut gone = 0;
        loop {
            let settled: Vec<ImportId> = on_read!(self, |pool| {
                sqlx::query_scalar(SETTLED).bind(before).bind(&undoing).fetch_all(pool).await
            })?;
            if settled.is_empty() {
                return Ok(gone);
            }
            for id in settled {
                self.forget_values_of(id).await?;
                gone += 1;
            }
        }
    }

    async fn forget_values_of(&self, id: ImportId) -> Result<()> {
        let last: i64 =
            on_read!(self, |pool| sqlx::query_scalar(LAST_ROW).bind(id).fetch_one(pool).await)?;
        let mut from = 0;
        while from < last {
            let mut tx = self.begin().await?;
            on_tx!(&mut tx, |connection| {
                sqlx::query(FORGET)
                    .bind(id)
                    .bind(from)
                    .bind(from + SPAN)
                    .execute(connection)
                    .await
                    .map(drop)
            })?;
            tx.commit().await?;
            from += SPAN;
        }
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(VALUES_REMOVED).bind(id).execute(connection).await.map(drop)
        })?;
        tx.commit().await
    }
}
