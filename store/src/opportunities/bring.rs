//! Deals that a file brings: many made in few statements, with the days the file gives them, and stored ones changed.

pub(crate) use super::{Links, NewVisit};
use super::{Row, edit, held_anyhow, insert_visits, lines, moving, place, search, values};
use crate::{
    audit,
    db::{Tx, on_tx},
    dialect::{Index, pieces},
    error::{Result, StoreError},
    imports::DealStage,
    pipelines,
};
use domain::{
    audit::{Event, FieldChange},
    id::{
        AccountId, AccountNumber, OpportunityId, PersonId, PersonNumber, PipelineId, StageId,
        Version,
    },
    opportunity::{Closing, OpportunityData, Place},
    pinyin,
    pipeline::StageKind,
    policy::Grant,
    product::{LineDraft, ProductLine},
    search::Document,
    text,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use sqlx::QueryBuilder;
use std::collections::{BTreeSet, HashMap};

/// The stages that rows name, held until the transaction ends.
#[derive(Debug)]
pub(crate) struct Placed {
    known: HashMap<StageId, (PipelineId, StageKind)>,
    /// Where deals begin, for stages that are no longer there.
    first: DealStage,
}

impl Placed {
    /// A stage as it is now.
    pub(crate) fn stage(&self, wanted: DealStage) -> DealStage {
        let Some((pipeline, kind)) = self.known.get(&wanted.stage) else { return self.first };
        let first =
            if self.known.contains_key(&wanted.first) { wanted.first } else { wanted.stage };
        DealStage { pipeline: *pipeline, stage: wanted.stage, kind: *kind, first }
    }
}

/// Holds stages, in the order of their ids.
pub(crate) async fn hold_stages(tx: &mut Tx, wanted: BTreeSet<StageId>) -> Result<Placed> {
    let mut known = HashMap::new();
    for id in wanted {
        if let Some((pipeline, stage)) = pipelines::held_stage(tx, Some(id)).await? {
            known.insert(id, (pipeline, stage.kind));
        }
    }
    let (pipeline, stage) = pipelines::held_stage(tx, None)
        .await?
        .ok_or_else(|| StoreError::Unreadable("stage of new deals"))?;
    let first = DealStage { pipeline, stage: stage.id, kind: stage.kind, first: stage.id };
    Ok(Placed { known, first })
}

/// A deal that is to be made as a file tells it.
#[derive(Clone, Debug)]
pub(crate) struct NewDeal {
    pub id: OpportunityId,
    pub data: OpportunityData,
    pub links: Links,
    pub stage: DealStage,
    /// When it began, if the file says so; now otherwise.
    pub began: Option<Instant>,
    /// When it was won or lost.
    pub closed_at: Option<Instant>,
    pub closing: Option<Closing>,
    pub lines: Vec<LineDraft>,
    pub source_system: String,
    pub external_id: String,
}

impl NewDeal {
    /// The stays that the file tells: where deals begin until it closed, and where it stands now.
    fn visits(&self, now: Instant) -> Vec<NewVisit> {
        let visit = |stage, from, entered_at, left_at| NewVisit {
            opportunity: self.id,
            stage,
            from,
            entered_at,
            left_at,
        };
        let stage = self.stage.stage;
        match (self.closed_at, self.began) {
            (Some(closed), Some(began)) => vec![
                visit(self.stage.first, None, began, closed),
                visit(stage, Some(self.stage.first), closed, Instant::NEVER),
            ],
            (Some(closed), None) => vec![visit(stage, None, closed, Instant::NEVER)],
            (None, began) => vec![visit(stage, None, began.unwrap_or(now), Instant::NEVER)],
        }
    }
}

const INSERT: &str = "INSERT INTO opportunity (id, name, name_sort, name_fold, account_id, person_id, pipeline_id, stage_id, state, position, \
     stage_since, value_minor, currency, expected_close, next_step, next_step_on, source, closed_at, close_reason, close_note, \
     owner_id, source_system, external_id, created_at, created_by, updated_at, updated_by) ";

/// Makes deals below those that stand in their stages, with a line each in the trail.
pub(crate) async fn insert(tx: &mut Tx, grant: &Grant, deals: &[NewDeal]) -> Result<()> {
    let mut bottoms: HashMap<StageId, i64> = HashMap::new();
    let mut placed = Vec::with_capacity(deals.len());
    for deal in deals {
        let stage = deal.stage.stage;
        let position = match bottoms.get(&stage) {
            Some(last) => last.saturating_add(place::GAP),
            None => place::find(tx, deal.id, stage, Place::Bottom).await?,
        };
        bottoms.insert(stage, position);
        placed.push((position, deal));
    }
    let now = grant.now();
    for placed in pieces(&placed) {
        let made: Vec<(i64, String)> = on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(INSERT);
            statement.push_values(placed, |mut row, (position, deal)| {
                let data = &deal.data;
                let began = deal.began.or(deal.closed_at).unwrap_or(now);
                let (reason, note) = told(deal.closing.as_ref());
                row.push_bind(deal.id)
                    .push_bind(data.name.clone())
                    .push_bind(pinyin::sort_key(&data.name))
                    .push_bind(text::fold(&data.name))
                    .push_bind(deal.links.account)
                    .push_bind(deal.links.person)
                    .push_bind(deal.stage.pipeline)
                    .push_bind(deal.stage.stage)
                    .push_bind(deal.stage.kind.code())
                    .push_bind(*position)
                    .push_bind(deal.closed_at.unwrap_or(began))
                    .push_bind(data.value_minor)
                    .push_bind(data.currency.code())
                    .push_bind(data.expected_close.map(String::from).unwrap_or_default())
                    .push_bind(data.next_step.clone())
                    .push_bind(data.next_step_on.map(String::from).unwrap_or_default())
                    .push_bind(data.source.clone())
                    .push_bind(deal.closed_at.unwrap_or(Instant::NEVER))
                    .push_bind(reason)
                    .push_bind(note)
                    .push_bind(data.owner)
                    .push_bind(deal.source_system.clone())
                    .push_bind(deal.external_id.clone())
                    .push_bind(began)
                    .push_bind(grant.user())
                    .push_bind(now)
                    .push_bind(grant.user());
            });
            statement.push(" RETURNING number, name");
            statement.build_query_as().fetch_all(connection).await
        })?;
        let documents: Vec<(i64, Document)> =
            made.into_iter().map(|(number, name)| (number, search::document(&name))).collect();
        Index::Opportunities.put(tx, &documents).await?;
    }
    let visits: Vec<NewVisit> = deals.iter().flat_map(|deal| deal.visits(now)).collect();
    insert_visits(tx, grant, &visits).await?;
    let offers = deals
        .iter()
        .flat_map(|deal| (0..).zip(&deal.lines).map(|(position, line)| (deal.id, position, *line)));
    lines::insert(tx, &offers.collect::<Vec<_>>()).await?;
    let made = |deal: &NewDeal| audit::Line {
        object_id: deal.id.0,
        event: Event::Created,
        version: Version(1),
        fields: vec![
            edit::change("name", String::new(), deal.data.name.clone()),
            moving::stage_change(None, deal.stage.stage),
        ],
    };
    let trail: Vec<audit::Line> = deals.iter().map(made).collect();
    audit::append_all(tx, grant, &trail).await
}

fn told(closing: Option<&Closing>) -> (String, String) {
    closing.map_or_else(Default::default, |closing| {
        (closing.reason.code().to_owned(), closing.note.clone())
    })
}

/// Where a deal stood, for taking back that a file moved it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stand {
    pub pipeline: PipelineId,
    pub stage: StageId,
    pub state: StageKind,
    pub since: Instant,
    pub closed_at: Instant,
    pub closing: Option<Closing>,
}

/// A stored deal, held until the transaction ends.
pub(crate) struct Standing {
    row: Row,
    pub data: OpportunityData,
    pub links: Links,
    pub stand: Stand,
    pub lines: Vec<LineDraft>,
    /// The same with the names of the products.
    on_offer: Vec<ProductLine>,
}

/// Holds a deal for being changed, also one that the grant does not reach; none for one in the bin.
pub(crate) async fn standing(tx: &mut Tx, id: OpportunityId) -> Result<Option<Standing>> {
    let row = held_anyhow(tx, id).await?.filter(|row| row.deleted_at.is_none());
    let Some(row) = row else { return Ok(None) };
    let on_offer = lines::of(tx.connection(), id).await?;
    let line = |line: &ProductLine| LineDraft {
        product: line.product,
        quantity: line.quantity,
        price_minor: line.price_minor,
    };
    Ok(Some(Standing {
        data: row.whole()?,
        links: row.links(),
        stand: Stand {
            pipeline: row.pipeline_id,
            stage: row.stage_id,
            state: row.state()?,
            since: row.stage_since,
            closed_at: row.closed_at,
            closing: row.closing()?,
        },
        lines: on_offer.iter().map(line).collect(),
        on_offer,
        row,
    }))
}

impl Standing {
    /// Whether the grant reaches it.
    pub(crate) fn is_reached(&self, grant: &Grant) -> bool {
        grant.admit_owner(self.data.owner).is_ok()
    }
}

/// What a deal becomes.
pub(crate) struct Becoming {
    pub data: OpportunityData,
    pub links: Links,
    pub stand: Stand,
    pub lines: Vec<LineDraft>,
}

/// Writes what a deal becomes, with its line in the trail. A stage it comes into is one more stay from `stand.since` on;
/// with `back` the last stay is taken away instead.
pub(crate) async fn turn(
    tx: &mut Tx,
    grant: &Grant,
    before: &Standing,
    after: &Becoming,
    back: bool,
) -> Result<()> {
    let id = before.row.id;
    let mut changes: Vec<FieldChange> =
        audit::differences(values(&before.data), values(&after.data));
    let stood = &before.stand;
    let moved = stood.stage != after.stand.stage;
    if moved {
        changes.push(moving::stage_change(Some(stood.stage), after.stand.stage));
    }
    let closing = |stand: &Stand| {
        let (reason, note) = told(stand.closing.as_ref());
        [("close_reason", reason), ("close_note", note)]
    };
    changes.extend(audit::differences(closing(stood), closing(&after.stand)));
    let version = edit::write(tx, grant, &before.row, &after.data, after.links).await?;
    if *stood != after.stand {
        moving::stand(tx, id, &after.stand, moved, before.row.position).await?;
    }
    if moved && back {
        moving::unvisit(tx, id).await?;
    } else if moved {
        moving::leave(tx, id, after.stand.since).await?;
        let visit = NewVisit {
            opportunity: id,
            stage: after.stand.stage,
            from: Some(stood.stage),
            entered_at: after.stand.since,
            left_at: Instant::NEVER,
        };
        insert_visits(tx, grant, &[visit]).await?;
    }
    if before.lines != after.lines {
        lines::replace(tx, id, &after.lines).await?;
        let now = lines::of(tx.connection(), id).await?;
        let was = lines::described(&before.on_offer, before.data.currency);
        let is = lines::described(&now, after.data.currency);
        changes.push(edit::change(lines::LINES, was, is));
    }
    let line = audit::Line { object_id: id.0, event: Event::Changed, version, fields: changes };
    audit::append_all(tx, grant, &[line]).await
}

const ACCOUNT_NOW: &str = "SELECT id, number FROM account WHERE deleted_at IS NULL AND id = COALESCE((SELECT m.survivor_id \
     FROM merged_record m WHERE m.record_id = $1), $1)";
const PERSON_NOW: &str = "SELECT id, number FROM person WHERE deleted_at IS NULL AND id = COALESCE((SELECT m.survivor_id \
     FROM merged_record m WHERE m.record_id = $1), $1)";

/// A customer as it is there now: the one it went into where it was merged; nothing for one that is gone.
pub(crate) async fn account_now(
    tx: &mut Tx,
    id: Option<AccountId>,
) -> Result<Option<(AccountId, AccountNumber)>> {
    let Some(id) = id else { return Ok(None) };
    Ok(on_tx!(tx, |connection| {
        sqlx::query_as(ACCOUNT_NOW).bind(id).fetch_optional(connection).await
    })?)
}

/// The same for a person.
pub(crate) async fn person_now(
    tx: &mut Tx,
    id: Option<PersonId>,
) -> Result<Option<(PersonId, PersonNumber)>> {
    let Some(id) = id else { return Ok(None) };
    Ok(on_tx!(tx, |connection| {
        sqlx::query_as(PERSON_NOW).bind(id).fetch_optional(connection).await
    })?)
}

const BIN: &str = "UPDATE opportunity SET version = version + 1, deleted_at = $1, deleted_by = $2, updated_at = $1, \
     updated_by = $2 WHERE id = $3 AND deleted_at IS NULL RETURNING version";

/// Puts a deal into the bin; answers whether it is there. One that the grant does not reach stays.
pub(crate) async fn bin(tx: &mut Tx, grant: &Grant, id: OpportunityId) -> Result<bool> {
    let Some(row) = held_anyhow(tx, id).await?.filter(|row| row.deleted_at.is_none()) else {
        return Ok(true);
    };
    if grant.admit_owner(row.owner_id).is_err() {
        return Ok(false);
    }
    let version: Option<Version> = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(BIN)
            .bind(grant.now())
            .bind(grant.user())
            .bind(id)
            .fetch_optional(connection)
            .await
    })?;
    if let Some(version) = version {
        audit::append(tx, grant, id.0, Event::Deleted, version, &[]).await?;
    }
    Ok(true)
}
