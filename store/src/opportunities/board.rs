//! Boards: the open deals of a pipeline in their columns, with the figures above each.

use super::{
    list::push_filters,
    narrowed::push_people,
    rows::{PAGE_HEAD, PAGE_TAIL, SUMMARY_COLUMNS, SummaryRow},
};
use crate::{
    db::{Connection, Db, on_connection},
    dialect::push_limit,
    error::{Result, StoreError},
    pipelines,
    rows::choice,
    within,
};
use domain::{
    failure::Failure,
    id::{StageId, TeamId},
    money::Currency,
    opportunity::{Board, BoardRequest, Column, OpportunitySummary, StageSums, Sum},
    page::{Cursor, PAGE_ROWS, Page},
    pipeline::Pipeline,
    policy::{self, Caller, Object, Scope},
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;

/// Cards of each column to begin with: more than a screen shows, and little to send on the road.
const FIRST_CARDS: u16 = 25;

const SUMS: &str = "SELECT o.stage_id, o.currency, COUNT(*) AS deals, CAST(COALESCE(SUM(o.value_minor), 0) AS BIGINT) AS \
     value_minor FROM opportunity o WHERE o.deleted_at IS NULL AND o.state = 'open' AND o.pipeline_id = ";

#[derive(FromRow)]
struct SumRow {
    stage_id: StageId,
    currency: String,
    deals: i64,
    value_minor: i64,
}

impl Db {
    /// A board: the columns of a pipeline with their figures and the first cards of each.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] for a pipeline that is not there.
    pub async fn board(&self, caller: &Caller, request: &BoardRequest) -> Result<Board> {
        let scope = policy::view(caller, Object::Opportunity)?;
        let mut reading = self.reading().await?;
        let pipeline = pipeline(reading.connection(), request).await?;
        let heads = sums(reading.connection(), &scope, caller, &pipeline, request, None).await?;
        let mut columns = Vec::with_capacity(heads.len());
        for head in heads {
            let cards = if head.count == 0 {
                Page { rows: Vec::new(), next: None }
            } else {
                cards(reading.connection(), &scope, caller, request, head.stage, None).await?
            };
            columns.push(Column { head, cards });
        }
        Ok(Board { pipeline, columns })
    }

    /// The figures above the columns of a board, for whoever has its cards already.
    ///
    /// # Errors
    /// As [`Self::board`].
    pub async fn board_sums(
        &self,
        caller: &Caller,
        request: &BoardRequest,
    ) -> Result<Vec<StageSums>> {
        let scope = policy::view(caller, Object::Opportunity)?;
        let mut reading = self.reading().await?;
        let pipeline = pipeline(reading.connection(), request).await?;
        sums(reading.connection(), &scope, caller, &pipeline, request, None).await
    }

    /// More cards of one stage, from the top down. A stage that closes has cards, too.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn board_cards(
        &self,
        caller: &Caller,
        request: &BoardRequest,
        stage: StageId,
        after: Option<&Cursor>,
    ) -> Result<Page<OpportunitySummary>> {
        let scope = policy::view(caller, Object::Opportunity)?;
        let mut reading = self.reading().await?;
        cards(reading.connection(), &scope, caller, request, stage, after).await
    }
}

async fn pipeline(held: Connection<'_>, request: &BoardRequest) -> Result<Pipeline> {
    let wanted = |pipeline: &Pipeline| request.pipeline.is_none_or(|id| id == pipeline.id);
    let all = pipelines::all(held).await?;
    Ok(all.into_iter().find(wanted).ok_or(Failure::Gone)?)
}

/// The figures of every column, all from one look at the index; with `team` of what its members are in charge of.
pub(crate) async fn sums(
    held: Connection<'_>,
    scope: &Scope,
    caller: &Caller,
    pipeline: &Pipeline,
    request: &BoardRequest,
    team: Option<TeamId>,
) -> Result<Vec<StageSums>> {
    let rows: Vec<SumRow> = on_connection!(held, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(SUMS);
        statement.push_bind(pipeline.id);
        within::push_opportunities(&mut statement, scope);
        let today = request.zone.wall_clock(caller.now).0;
        push_filters(&mut statement, caller, &request.filters, request.owner, today);
        push_people(&mut statement, "o.owner_id", None, team);
        statement.push(" GROUP BY o.stage_id, o.currency ORDER BY o.currency");
        statement.build_query_as().fetch_all(connection).await
    })?;
    let mut heads: Vec<StageSums> = pipeline
        .columns()
        .map(|stage| StageSums { stage: stage.id, count: 0, sums: Vec::new() })
        .collect();
    for row in rows {
        // Open deals in a stage out of use cannot be: it is taken out of use only when none stands in it.
        let Some(head) = heads.iter_mut().find(|head| head.stage == row.stage_id) else { continue };
        let stage = pipeline.stage(row.stage_id).ok_or(StoreError::Unreadable("stage_id"))?;
        let currency = choice(Currency::try_from(row.currency), "opportunity.currency")?;
        head.count += row.deals;
        head.sums.push(Sum::of(currency, row.deals, row.value_minor, stage.probability));
    }
    Ok(heads)
}

/// One page of the cards of a stage.
async fn cards(
    held: Connection<'_>,
    scope: &Scope,
    caller: &Caller,
    request: &BoardRequest,
    stage: StageId,
    after: Option<&Cursor>,
) -> Result<Page<OpportunitySummary>> {
    let after = after.and_then(|after| Some((after.key.parse::<i64>().ok()?, after.number)));
    let most = if after.is_none() { FIRST_CARDS } else { PAGE_ROWS };
    let rows: Vec<SummaryRow> = on_connection!(held, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(PAGE_HEAD);
        statement.push(SUMMARY_COLUMNS);
        statement.push(" FROM opportunity o WHERE o.deleted_at IS NULL AND o.stage_id = ");
        statement.push_bind(stage);
        within::push_opportunities(&mut statement, scope);
        let today = request.zone.wall_clock(caller.now).0;
        push_filters(&mut statement, caller, &request.filters, request.owner, today);
        if let Some((position, number)) = after {
            statement.push(" AND (o.position, o.number) > (").push_bind(position);
            statement.push(", ").push_bind(number).push(")");
        }
        statement.push(" ORDER BY o.position, o.number");
        push_limit(&mut statement, i64::from(most) + 1).push(PAGE_TAIL);
        within::push_accounts(&mut statement, &policy::sight(caller, Object::Account));
        statement.push(" ORDER BY o.position, o.number");
        statement.build_query_as().fetch_all(connection).await
    })?;
    let place = |row: &SummaryRow| Cursor { key: row.position.to_string(), number: row.number.0 };
    Page::cut(rows, most, place).try_map(SummaryRow::summary)
}
