//! The place of a card in its stage: numbers with room between them. A move writes one number; only where there is no room
//! left, a stage is numbered anew. Whoever looks for a place holds the stage.

use crate::{
    db::{Tx, on_tx},
    error::Result,
};
use domain::{
    id::{OpportunityId, StageId},
    opportunity::Place,
};

/// Room between two cards when nothing stands between them yet: twenty cards in a row fit into the same gap.
pub(super) const GAP: i64 = 1 << 20;

const TOP: &str =
    "SELECT MIN(position) FROM opportunity WHERE stage_id = $1 AND id <> $2 AND deleted_at IS NULL";
const BOTTOM: &str =
    "SELECT MAX(position) FROM opportunity WHERE stage_id = $1 AND id <> $2 AND deleted_at IS NULL";
const OF: &str =
    "SELECT position FROM opportunity WHERE id = $1 AND stage_id = $2 AND deleted_at IS NULL";
const ABOVE: &str = "SELECT MAX(position) FROM opportunity WHERE stage_id = $1 AND id <> $2 AND position < $3 \
     AND deleted_at IS NULL";
const BELOW: &str = "SELECT MIN(position) FROM opportunity WHERE stage_id = $1 AND id <> $2 AND position > $3 \
     AND deleted_at IS NULL";
const RENUMBER: &str = "UPDATE opportunity SET position = placed.place * 1048576 FROM (SELECT id, ROW_NUMBER() OVER \
     (ORDER BY position, number) AS place FROM opportunity WHERE stage_id = $1) AS placed WHERE opportunity.id = placed.id";

/// The position that puts the card `id` where it is wanted.
pub(super) async fn find(
    tx: &mut Tx,
    id: OpportunityId,
    stage: StageId,
    place: Place,
) -> Result<i64> {
    let other = match place {
        Place::Top | Place::Bottom => None,
        Place::Above(other) | Place::Below(other) => position_of(tx, other, stage).await?,
    };
    match (place, other) {
        (Place::Bottom, _) => {
            let last = edge(tx, BOTTOM, stage, id).await?;
            Ok(last.map_or(0, |last| last.saturating_add(GAP)))
        }
        (Place::Above(beside) | Place::Below(beside), Some(position)) if beside != id => {
            let between = between(tx, id, stage, place, position).await?;
            if let Some(between) = between {
                return Ok(between);
            }
            on_tx!(&mut *tx, |connection| {
                sqlx::query(RENUMBER).bind(stage).execute(connection).await.map(drop)
            })?;
            let position = position_of(tx, beside, stage).await?.unwrap_or(position);
            let room = self::between(tx, id, stage, place, position).await?;
            Ok(room.unwrap_or(position))
        }
        (Place::Top | Place::Above(_) | Place::Below(_), _) => {
            let first = edge(tx, TOP, stage, id).await?;
            Ok(first.map_or(0, |first| first.saturating_sub(GAP)))
        }
    }
}

/// The number between a card at `position` and the one on its other side, if there is one.
async fn between(
    tx: &mut Tx,
    id: OpportunityId,
    stage: StageId,
    place: Place,
    position: i64,
) -> Result<Option<i64>> {
    let above = matches!(place, Place::Above(_));
    let statement = if above { ABOVE } else { BELOW };
    let neighbour: Option<i64> = on_tx!(tx, |connection| {
        sqlx::query_scalar(statement)
            .bind(stage)
            .bind(id)
            .bind(position)
            .fetch_one(connection)
            .await
    })?;
    Ok(match neighbour {
        None if above => Some(position.saturating_sub(GAP)),
        None => Some(position.saturating_add(GAP)),
        Some(neighbour) if (neighbour - position).abs() < 2 => None,
        Some(neighbour) => Some(position + (neighbour - position) / 2),
    })
}

async fn edge(
    tx: &mut Tx,
    statement: &'static str,
    stage: StageId,
    id: OpportunityId,
) -> Result<Option<i64>> {
    Ok(on_tx!(tx, |connection| {
        sqlx::query_scalar(statement).bind(stage).bind(id).fetch_one(connection).await
    })?)
}

async fn position_of(tx: &mut Tx, id: OpportunityId, stage: StageId) -> Result<Option<i64>> {
    Ok(on_tx!(tx, |connection| {
        sqlx::query_scalar(OF).bind(id).bind(stage).fetch_optional(connection).await
    })?)
}
