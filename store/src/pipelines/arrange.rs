//! The order of pipelines, which is that of the screens, and their end: one that no deal ever used is deleted.

use super::STAGES_OF;
use crate::{
    audit,
    db::{Db, Tx, on_tx},
    dialect::to_change,
    error::{Result, StoreError},
};
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    field::FieldError,
    id::{PipelineId, Version},
    policy::{self, Action, Caller, Grant, Object},
};
use sqlx_macros::FromRow;

const IN_ORDER: &str = "SELECT id, name_en, name_zh, position, version FROM pipeline ORDER BY position, created_at, id";
const PUT: &str = "UPDATE pipeline SET position = $1 WHERE id = $2";
const COUNT: &str = "UPDATE pipeline SET version = version + 1, updated_at = $1, updated_by = $2 WHERE id = $3 \
     RETURNING version";
/// Deals that stand in a pipeline, those in the bin among them, or stood in it before they went another way.
const USED: &str = "SELECT COUNT(*) FROM (SELECT o.id FROM opportunity o WHERE o.pipeline_id = $1 \
     UNION SELECT c.opportunity_id FROM stage s JOIN stage_change c ON c.stage_id = s.id WHERE s.pipeline_id = $1 \
     UNION SELECT c.opportunity_id FROM stage s JOIN stage_change c ON c.from_stage_id = s.id WHERE s.pipeline_id = $1) used";
const DELETE: &str = "DELETE FROM pipeline WHERE id = $1";

#[derive(FromRow)]
struct Row {
    id: PipelineId,
    name_en: String,
    name_zh: String,
    position: i64,
    version: Version,
}

impl Db {
    /// Puts all pipelines into an order.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator; [`Failure::Invalid`] under `pipelines` for an order that is
    /// not of those there are: somebody made or deleted one meanwhile.
    pub async fn order_pipelines(&self, caller: &Caller, order: &[PipelineId]) -> Result<()> {
        let grant = policy::check(caller, Action::Administer, Object::Pipeline)?;
        let mut tx = self.begin().await?;
        let before = all(&mut tx).await?;
        let place = |id: PipelineId| order.iter().position(|other| *other == id);
        if order.len() != before.len() || before.iter().any(|row| place(row.id).is_none()) {
            return Err(StoreError::field("pipelines", FieldError::UnknownOption));
        }
        for (stood, row) in before.iter().enumerate() {
            let stands = place(row.id).unwrap_or(stood);
            put(&mut tx, row, stands).await?;
            if stands != stood {
                let change = FieldChange {
                    field: "position".to_owned(),
                    before: (stood + 1).to_string(),
                    after: (stands + 1).to_string(),
                };
                moved(&mut tx, &grant, row, change).await?;
            }
        }
        tx.commit().await
    }

    /// Deletes a pipeline with its stages, if no deal ever used it.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator; [`Failure::Gone`]; [`Failure::Invalid`] under `pipeline` with
    /// the number of deals that stand or stood in it, and for the last one that there is.
    pub async fn delete_pipeline(&self, caller: &Caller, id: PipelineId) -> Result<()> {
        let grant = policy::check(caller, Action::Administer, Object::Pipeline)?;
        let mut tx = self.begin().await?;
        let pipelines = all(&mut tx).await?;
        let row = pipelines.iter().find(|row| row.id == id).ok_or(Failure::Gone)?;
        // Held, so that no deal comes into one of its stages between the look and the end.
        let stages = to_change!(tx, STAGES_OF);
        on_tx!(&mut tx, |connection| {
            sqlx::query(stages).bind(id).fetch_all(connection).await.map(drop)
        })?;
        let deals: i64 = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(USED).bind(id).fetch_one(connection).await
        })?;
        if deals > 0 {
            return Err(StoreError::field("pipeline", FieldError::UsedBy { deals }));
        }
        if pipelines.len() == 1 {
            return Err(StoreError::field("pipeline", FieldError::Required));
        }
        on_tx!(&mut tx, |connection| {
            sqlx::query(DELETE).bind(id).execute(connection).await.map(drop)
        })?;
        let named = [("name_en", row.name_en.clone()), ("name_zh", row.name_zh.clone())];
        let nothing = named.iter().map(|(field, _)| (*field, String::new()));
        let changes = audit::differences(named.clone(), nothing);
        let version = Version(row.version.0 + 1);
        audit::append(&mut tx, &grant, id.0, Event::Deleted, version, &changes).await?;
        tx.commit().await
    }
}

/// Every pipeline in its order, held: none comes or goes meanwhile that another change of their order would not see.
async fn all(tx: &mut Tx) -> Result<Vec<Row>> {
    let statement = to_change!(tx, IN_ORDER);
    Ok(on_tx!(tx, |connection| sqlx::query_as(statement).fetch_all(connection).await)?)
}

/// Numbers are closed up where pipelines were deleted, which is no change to anybody.
async fn put(tx: &mut Tx, row: &Row, stands: usize) -> Result<()> {
    let position = i64::try_from(stands).unwrap_or(i64::MAX);
    if row.position == position {
        return Ok(());
    }
    on_tx!(tx, |connection| {
        sqlx::query(PUT).bind(position).bind(row.id).execute(connection).await.map(drop)
    })?;
    Ok(())
}

async fn moved(tx: &mut Tx, grant: &Grant, row: &Row, change: FieldChange) -> Result<()> {
    let version: Version = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(COUNT)
            .bind(grant.now())
            .bind(grant.user())
            .bind(row.id)
            .fetch_one(connection)
            .await
    })?;
    audit::append(tx, grant, row.id.0, Event::Changed, version, &[change]).await
}
