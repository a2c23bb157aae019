//! Pipelines and their stages. Owns, with its part, every statement on `pipeline` and `stage`.

mod arrange;

use crate::{
    audit,
    db::{Connection, Db, Tx, on_connection, on_tx},
    dialect::to_change,
    error::{Result, StoreError},
    operations,
    rows::{choice, new_id},
};
use const_format::concatcp;
use domain::{
    audit::{Event, FieldChange},
    failure::{Conflict, Failure},
    field::FieldError,
    id::{OperationId, PipelineId, StageId, Version},
    label::Label,
    pipeline::{Pipeline, PipelineDraft, Stage, StageDraft, StageKind, asked_for, asked_for_codes},
    policy::{self, Action, Caller, Grant, Object},
};
use sqlx_macros::FromRow;
use std::collections::BTreeSet;

const PIPELINES: &str =
    "SELECT id, name_en, name_zh, version FROM pipeline ORDER BY position, created_at, id";
const PIPELINE: &str = "SELECT id, name_en, name_zh, version FROM pipeline WHERE id = $1";
const STAGE_COLUMNS: &str = "SELECT id, pipeline_id, name_en, name_zh, kind, probability, max_days, required, archived \
     FROM stage";
const STAGES: &str = concatcp!(STAGE_COLUMNS, " ORDER BY archived, position, id");
const STAGES_OF: &str =
    concatcp!(STAGE_COLUMNS, " WHERE pipeline_id = $1 ORDER BY archived, position, id");
const STAGE: &str = concatcp!(STAGE_COLUMNS, " WHERE id = $1");
const FIRST_STAGE: &str = concatcp!(
    STAGE_COLUMNS,
    " WHERE id = (SELECT s.id FROM stage s JOIN pipeline p ON p.id = s.pipeline_id WHERE s.kind = 'open' AND NOT s.archived \
     ORDER BY p.position, p.created_at, p.id, s.position, s.id LIMIT 1)"
);
const INSERT: &str = "INSERT INTO pipeline (id, name_en, name_zh, position, created_at, created_by, updated_at, updated_by) \
     VALUES ($1, $2, $3, (SELECT COALESCE(MAX(position), -1) + 1 FROM pipeline), $4, $5, $4, $5)";
const UPDATE: &str = "UPDATE pipeline SET name_en = $1, name_zh = $2, version = version + 1, updated_at = $3, updated_by = $4 \
     WHERE id = $5 AND version = $6 RETURNING version";
const PUT_STAGE: &str = "INSERT INTO stage (id, pipeline_id, name_en, name_zh, kind, position, probability, max_days, required) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET name_en = excluded.name_en, \
     name_zh = excluded.name_zh, position = excluded.position, probability = excluded.probability, \
     max_days = excluded.max_days, required = excluded.required, archived = FALSE";
/// Those in the bin, too: taken out of it they would stand in a column that is not there.
const STANDING: &str = "SELECT COUNT(*) FROM opportunity WHERE stage_id = $1 AND state = 'open'";
const ARCHIVE: &str = "UPDATE stage SET archived = TRUE WHERE id = $1";
const DROP_UNUSED: &str = "DELETE FROM stage WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM opportunity o WHERE o.stage_id = $1) \
     AND NOT EXISTS (SELECT 1 FROM stage_change c WHERE c.stage_id = $1 OR c.from_stage_id = $1)";

#[derive(FromRow)]
struct PipelineRow {
    id: PipelineId,
    name_en: String,
    name_zh: String,
    version: Version,
}

#[derive(FromRow)]
struct StageRow {
    id: StageId,
    pipeline_id: PipelineId,
    name_en: String,
    name_zh: String,
    kind: String,
    probability: i64,
    max_days: i64,
    required: String,
    archived: bool,
}

impl StageRow {
    fn stage(self) -> Result<Stage> {
        Ok(Stage {
            id: self.id,
            name: Label { en: self.name_en, zh: self.name_zh },
            kind: choice(StageKind::parse(&self.kind), "stage.kind")?,
            probability: u8::try_from(self.probability)
                .map_err(|_| StoreError::Unreadable("stage.probability"))?,
            max_days: (self.max_days > 0).then_some(self.max_days),
            required: choice(asked_for(&self.required), "stage.required")?,
            archived: self.archived,
        })
    }
}

fn whole(row: PipelineRow, stages: Vec<Stage>) -> Pipeline {
    let name = Label { en: row.name_en, zh: row.name_zh };
    Pipeline { id: row.id, version: row.version, name, stages }
}

impl Db {
    /// Every pipeline with its stages, in the order people gave them.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn pipelines(&self, caller: &Caller) -> Result<Vec<Pipeline>> {
        policy::view(caller, Object::Pipeline)?;
        let mut reading = self.reading().await?;
        all(reading.connection()).await
    }

    /// Makes a pipeline, or changes one with its stages. Stages that are left out go out of use: those that no deal
    /// ever stood in leave for good. `seen` is the version whoever changes it looked at.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator; [`Failure::Gone`]; [`Failure::Conflict`] when somebody
    /// else changed it; [`Failure::Invalid`] under `stages` for a stage of another pipeline or of another kind, or when
    /// open deals stand in one that is left out.
    pub async fn put_pipeline(
        &self,
        caller: &Caller,
        operation: OperationId,
        known: Option<(PipelineId, Version)>,
        draft: &PipelineDraft,
    ) -> Result<PipelineId> {
        let grant = policy::check(caller, Action::Administer, Object::Pipeline)?;
        let mut tx = self.begin().await?;
        let made =
            operations::made_before(&mut tx, caller, operation, &(known, draft), "name_en").await?;
        if let Some(answer) = made {
            return operations::answer(&answer);
        }
        let (id, version, before) = match known {
            Some((id, seen)) => {
                let before = held(&mut tx, id).await?;
                let version = rename(&mut tx, &grant, &before, seen, &draft.name).await?;
                (id, version, Some(before))
            }
            None => (insert(&mut tx, &grant, &draft.name).await?, Version(1), None),
        };
        put_stages(&mut tx, id, before.as_ref(), draft).await?;
        let told = |pipeline: Option<(&Label, String)>| {
            let (name, stages) =
                pipeline.map(|(name, stages)| (name.clone(), stages)).unwrap_or_default();
            [("name_en", name.en), ("name_zh", name.zh), ("stages", stages)]
        };
        let after = told(Some((&draft.name, described(draft.stages.iter().map(Told::from)))));
        let before = told(before.as_ref().map(|before| {
            let stages = before.stages.iter().filter(|stage| !stage.archived);
            (&before.name, described(stages.map(Told::from)))
        }));
        let changes: Vec<FieldChange> = audit::differences(before, after);
        let event = if known.is_some() { Event::Changed } else { Event::Created };
        audit::append(&mut tx, &grant, id.0, event, version, &changes).await?;
        operations::finish_attempt(&mut tx, caller, operation, &id.to_string()).await?;
        tx.commit().await?;
        Ok(id)
    }
}

/// What the trail says of a stage.
struct Told<'a> {
    name: &'a Label,
    probability: u8,
    max_days: Option<i64>,
}

impl<'a> From<&'a Stage> for Told<'a> {
    fn from(stage: &'a Stage) -> Self {
        Self { name: &stage.name, probability: stage.probability, max_days: stage.max_days }
    }
}

impl<'a> From<&'a StageDraft> for Told<'a> {
    fn from(stage: &'a StageDraft) -> Self {
        Self { name: &stage.name, probability: stage.probability, max_days: stage.max_days }
    }
}

fn described<'a>(stages: impl Iterator<Item = Told<'a>>) -> String {
    let one = |stage: Told<'a>| {
        let names = [stage.name.en.as_str(), stage.name.zh.as_str()];
        let name = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join("/");
        let days = stage.max_days.map(|days| format!(" ≤ {days} d")).unwrap_or_default();
        format!("{name} {} %{days}", stage.probability)
    };
    stages.map(one).collect::<Vec<_>>().join(", ")
}

/// Every pipeline, for whoever has been checked.
pub(crate) async fn all(mut held: Connection<'_>) -> Result<Vec<Pipeline>> {
    let rows: Vec<PipelineRow> = on_connection!(held.again(), |connection| {
        sqlx::query_as(PIPELINES).fetch_all(connection).await
    })?;
    let stages: Vec<StageRow> =
        on_connection!(held, |connection| sqlx::query_as(STAGES).fetch_all(connection).await)?;
    let mut pipelines: Vec<Pipeline> = rows.into_iter().map(|row| whole(row, Vec::new())).collect();
    for row in stages {
        let of = row.pipeline_id;
        let pipeline = pipelines.iter_mut().find(|pipeline| pipeline.id == of);
        pipeline.ok_or(StoreError::Unreadable("stage.pipeline_id"))?.stages.push(row.stage()?);
    }
    Ok(pipelines)
}

/// A stage and the pipeline it belongs to, held: it stays as it is until the transaction ends, and only one card at a
/// time finds its place in it. Without an id the first one that deals begin in.
pub(crate) async fn held_stage(
    tx: &mut Tx,
    id: Option<StageId>,
) -> Result<Option<(PipelineId, Stage)>> {
    let row: Option<StageRow> = if let Some(id) = id {
        let statement = to_change!(tx, STAGE);
        on_tx!(tx, |connection| sqlx::query_as(statement)
            .bind(id)
            .fetch_optional(connection)
            .await)?
    } else {
        let statement = to_change!(tx, FIRST_STAGE);
        on_tx!(tx, |connection| sqlx::query_as(statement).fetch_optional(connection).await)?
    };
    row.map(|row| Ok((row.pipeline_id, row.stage()?))).transpose()
}

/// The same for whoever only reads it.
pub(crate) async fn stage(held: Connection<'_>, id: StageId) -> Result<Option<Stage>> {
    let row: Option<StageRow> = on_connection!(held, |connection| {
        sqlx::query_as(STAGE).bind(id).fetch_optional(connection).await
    })?;
    row.map(StageRow::stage).transpose()
}

async fn held(tx: &mut Tx, id: PipelineId) -> Result<Pipeline> {
    let statement = to_change!(tx, PIPELINE);
    let row: Option<PipelineRow> = on_tx!(&mut *tx, |connection| {
        sqlx::query_as(statement).bind(id).fetch_optional(connection).await
    })?;
    let row = row.ok_or(Failure::Gone)?;
    let stages: Vec<StageRow> = on_tx!(tx, |connection| {
        sqlx::query_as(STAGES_OF).bind(id).fetch_all(connection).await
    })?;
    let stages = stages.into_iter().map(StageRow::stage).collect::<Result<_>>()?;
    Ok(whole(row, stages))
}

async fn insert(tx: &mut Tx, grant: &Grant, name: &Label) -> Result<PipelineId> {
    let id = PipelineId(new_id());
    on_tx!(tx, |connection| {
        sqlx::query(INSERT)
            .bind(id)
            .bind(&name.en)
            .bind(&name.zh)
            .bind(grant.now())
            .bind(grant.user())
            .execute(connection)
            .await
            .map(drop)
    })?;
    Ok(id)
}

async fn rename(
    tx: &mut Tx,
    grant: &Grant,
    before: &Pipeline,
    seen: Version,
    name: &Label,
) -> Result<Version> {
    let version: Option<Version> = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(UPDATE)
            .bind(&name.en)
            .bind(&name.zh)
            .bind(grant.now())
            .bind(grant.user())
            .bind(before.id)
            .bind(seen)
            .fetch_optional(connection)
            .await
    })?;
    if let Some(version) = version {
        return Ok(version);
    }
    let (_, by) = audit::changed_since(tx, before.id.0, seen).await?;
    Err(Failure::Conflict(Conflict { version: before.version, by, fields: Vec::new() }).into())
}

/// Writes the stages in their order, and takes those out of use that are left out.
async fn put_stages(
    tx: &mut Tx,
    pipeline: PipelineId,
    before: Option<&Pipeline>,
    draft: &PipelineDraft,
) -> Result<()> {
    let stages = before.map_or(&[][..], |before| &before.stages);
    // A stage of another pipeline, or one that suddenly closes, would turn the past of its deals into something else.
    let fits = |stage: &StageDraft| {
        stage
            .id
            .is_none_or(|id| stages.iter().any(|known| known.id == id && known.kind == stage.kind))
    };
    if !draft.stages.iter().all(fits) {
        return Err(StoreError::field("stages", FieldError::UnknownOption));
    }
    let kept: BTreeSet<StageId> = draft.stages.iter().filter_map(|stage| stage.id).collect();
    for stage in stages.iter().filter(|stage| !kept.contains(&stage.id) && !stage.archived) {
        // Held, so that no deal moves in between the look and the end.
        held_stage(tx, Some(stage.id)).await?;
        let standing: i64 = on_tx!(&mut *tx, |connection| {
            sqlx::query_scalar(STANDING).bind(stage.id).fetch_one(connection).await
        })?;
        if standing > 0 {
            return Err(StoreError::field("stages", FieldError::TooMany { max: 0 }));
        }
        for statement in [ARCHIVE, DROP_UNUSED] {
            on_tx!(&mut *tx, |connection| {
                sqlx::query(statement).bind(stage.id).execute(connection).await.map(drop)
            })?;
        }
    }
    for (position, stage) in (0_i64..).zip(&draft.stages) {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(PUT_STAGE)
                .bind(stage.id.unwrap_or_else(|| StageId(new_id())))
                .bind(pipeline)
                .bind(&stage.name.en)
                .bind(&stage.name.zh)
                .bind(stage.kind.code())
                .bind(position)
                .bind(i64::from(stage.probability))
                .bind(stage.max_days.unwrap_or(0))
                .bind(asked_for_codes(&stage.required))
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    Ok(())
}
