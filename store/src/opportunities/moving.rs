//! Moving a deal: to another stage, to another place in its stage, closed, and open again.

use super::{Row, bring::Stand, edit, enter, held, place, values};
use crate::{
    audit,
    db::{Db, Tx, on_tx},
    error::{Result, StoreError},
    pipelines,
};
use domain::{
    audit::{Event, FieldChange},
    failure::{Conflict, ConflictField, Failure},
    field::FieldError,
    id::{OpportunityId, PipelineId, StageId, Version},
    live::Notice,
    opportunity::{Closing, Place, StageMove, closing},
    pipeline::{Stage, StageKind},
    policy::{self, Action, Caller, Grant, Object},
    time::Instant,
};

/// The name a stage has in the trail and in conflicts; its value is the id of the stage.
const STAGE: &str = "stage";

const PUT: &str = "UPDATE opportunity SET position = $1 WHERE id = $2";
const MOVE: &str = "UPDATE opportunity SET pipeline_id = $1, stage_id = $2, state = $3, position = $4, stage_since = $5, \
     closed_at = $6, close_reason = $7, close_note = $8 WHERE id = $9";
const LEAVE: &str =
    "UPDATE stage_change SET left_at = $1 WHERE opportunity_id = $2 AND left_at = 0";
const UNVISIT: &str = "DELETE FROM stage_change WHERE opportunity_id = $1 AND left_at = 0";
const STAY: &str = "UPDATE stage_change SET left_at = 0 WHERE id = (SELECT id FROM stage_change WHERE opportunity_id = $1 \
     ORDER BY entered_at DESC, id DESC LIMIT 1)";

impl Db {
    /// Moves a deal to a stage and a place in it, with what the stage asks for; a stage that closes asks why, and an
    /// open one opens it again. `seen` is the version the caller looked at: whoever moves a deal that somebody else moved
    /// elsewhere meanwhile is told. Another place in the same stage is no change of the deal and leaves no line.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`]; [`Failure::Invalid`] with `stage` for one that is not there or out of use,
    /// each field that is missing, `reason` and `note`; [`Failure::Conflict`] with `stage` (ids of stages) or the fields
    /// that collide.
    pub async fn move_opportunity(
        &self,
        caller: &Caller,
        id: OpportunityId,
        seen: Version,
        moved: &StageMove,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Opportunity)?;
        let mut tx = self.begin().await?;
        let row = held(&mut tx, &grant, id).await?;
        let (pipeline, stage) = pipelines::held_stage(&mut tx, Some(moved.stage))
            .await?
            .ok_or_else(|| StoreError::field(STAGE, FieldError::Unknown))?;
        let before = row.whole()?;
        let after = edit::apply(&before, &moved.edits)?;
        let same_stage = row.stage_id == stage.id;
        if row.version != seen {
            if !same_stage {
                collide(&mut tx, &row, seen, stage.id).await?;
            }
            edit::collide(&mut tx, caller, &row, seen, &moved.edits, &after).await?;
        }
        if same_stage && before == after && moved.reason.is_empty() {
            put(&mut tx, id, stage.id, moved).await?;
            let object = Object::Opportunity;
            tx.unlogged.push(Notice::Record { object, id: id.0, version: None });
            tx.commit().await?;
            return Ok(row.version);
        }
        let closing = closing(&after, row.state()?, &stage, moved)?;
        let closing = if same_stage && closing.is_none() { row.closing()? } else { closing };
        let links = edit::admitted(&mut tx, caller, &row, &before, &after).await?;
        let mut changes = audit::differences(values(&before), values(&after));
        changes.extend(moves(&row, &stage, closing.as_ref())?);
        if changes.is_empty() {
            return Ok(row.version);
        }
        let version = edit::write(&mut tx, &grant, &row, &after, links).await?;
        let step = Step { pipeline, stage: &stage, closing: closing.as_ref(), moved };
        step.write(&mut tx, &grant, &row).await?;
        audit::append(&mut tx, &grant, id.0, Event::Changed, version, &changes).await?;
        tx.commit().await?;
        Ok(version)
    }
}

/// What the trail says of coming into a stage.
pub(super) fn stage_change(from: Option<StageId>, to: StageId) -> FieldChange {
    edit::change(STAGE, from.map(|id| id.to_string()).unwrap_or_default(), to.to_string())
}

/// What the trail says of a move and of what closes the deal.
fn moves(row: &Row, stage: &Stage, closing: Option<&Closing>) -> Result<Vec<FieldChange>> {
    let told = |closing: Option<&Closing>| {
        let (reason, note) =
            closing.map_or(("", ""), |closing| (closing.reason.code(), closing.note.as_str()));
        [("close_reason", reason.to_owned()), ("close_note", note.to_owned())]
    };
    let mut changes: Vec<FieldChange> = Vec::new();
    if row.stage_id != stage.id {
        changes.push(stage_change(Some(row.stage_id), stage.id));
    }
    changes.extend(audit::differences(told(row.closing()?.as_ref()), told(closing)));
    Ok(changes)
}

/// Refuses to move a deal that somebody else moved since to another stage than this one.
async fn collide(tx: &mut Tx, row: &Row, seen: Version, to: StageId) -> Result<()> {
    let (changed, by) = audit::changed_since(tx, row.id.0, seen).await?;
    if !changed.iter().any(|field| field == STAGE) {
        return Ok(());
    }
    let field = ConflictField {
        field: STAGE.to_owned(),
        theirs: row.stage_id.to_string(),
        mine: to.to_string(),
    };
    Err(Failure::Conflict(Conflict { version: row.version, by, fields: vec![field] }).into())
}

/// Puts a card into another place of its stage.
async fn put(tx: &mut Tx, id: OpportunityId, stage: StageId, moved: &StageMove) -> Result<()> {
    let position = place::find(tx, id, stage, moved.place).await?;
    on_tx!(tx, |connection| {
        sqlx::query(PUT).bind(position).bind(id).execute(connection).await.map(drop)
    })?;
    Ok(())
}

/// Writes down that a deal left the stage where it stood.
pub(super) async fn leave(tx: &mut Tx, id: OpportunityId, at: Instant) -> Result<()> {
    on_tx!(tx, |connection| {
        sqlx::query(LEAVE).bind(at).bind(id).execute(connection).await.map(drop)
    })?;
    Ok(())
}

/// Takes away where a deal stands as if it had never come there: it never left where it stood before.
pub(super) async fn unvisit(tx: &mut Tx, id: OpportunityId) -> Result<()> {
    for statement in [UNVISIT, STAY] {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(statement).bind(id).execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

/// Writes where a deal stands, at the bottom of a stage that it comes into.
pub(super) async fn stand(
    tx: &mut Tx,
    id: OpportunityId,
    stand: &Stand,
    moved: bool,
    position: i64,
) -> Result<()> {
    let position =
        if moved { place::find(tx, id, stand.stage, Place::Bottom).await? } else { position };
    let (reason, note) = stand
        .closing
        .as_ref()
        .map_or(("", ""), |closing| (closing.reason.code(), closing.note.as_str()));
    on_tx!(tx, |connection| {
        sqlx::query(MOVE)
            .bind(stand.pipeline)
            .bind(stand.stage)
            .bind(stand.state.code())
            .bind(position)
            .bind(stand.since)
            .bind(stand.closed_at)
            .bind(reason)
            .bind(note)
            .bind(id)
            .execute(connection)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// A step of a deal, as it is written.
struct Step<'a> {
    pipeline: PipelineId,
    stage: &'a Stage,
    closing: Option<&'a Closing>,
    moved: &'a StageMove,
}

impl Step<'_> {
    /// Writes it to a deal that is held and whose fields have been written already.
    async fn write(&self, tx: &mut Tx, grant: &Grant, row: &Row) -> Result<()> {
        let same_stage = row.stage_id == self.stage.id;
        let position = if same_stage {
            row.position
        } else {
            place::find(tx, row.id, self.stage.id, self.moved.place).await?
        };
        let closed_at = match self.stage.kind {
            StageKind::Open => Instant::NEVER,
            StageKind::Won | StageKind::Lost if same_stage => row.closed_at,
            StageKind::Won | StageKind::Lost => grant.now(),
        };
        let (reason, note) =
            self.closing.map_or(("", ""), |closing| (closing.reason.code(), closing.note.as_str()));
        let since = if same_stage { row.stage_since } else { grant.now() };
        on_tx!(&mut *tx, |connection| {
            sqlx::query(MOVE)
                .bind(self.pipeline)
                .bind(self.stage.id)
                .bind(self.stage.kind.code())
                .bind(position)
                .bind(since)
                .bind(closed_at)
                .bind(reason)
                .bind(note)
                .bind(row.id)
                .execute(connection)
                .await
                .map(drop)
        })?;
        if same_stage {
            return Ok(());
        }
        leave(tx, row.id, grant.now()).await?;
        enter(tx, grant, row.id, self.stage.id, Some(row.stage_id)).await
    }
}
