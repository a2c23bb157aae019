//! Figures of deals: what is open, how far what began came, and, from beside, what closed.

use super::{
    Asked,
    closed::{Reader, median, numbers},
};
use crate::{
    db::{Connection, Reading, on_connection},
    error::{Result, StoreError},
    opportunities::{
        board::sums,
        narrowed::{Moment, push_people, push_span},
    },
    pipelines,
    rows::choice,
    within::push_opportunities,
};
use domain::{
    dashboard::{DealFigures, Step},
    failure::Failure,
    id::{PipelineId, StageId, UserId},
    money::{CURRENCIES, Currency},
    opportunity::BoardRequest,
    pipeline::{Pipeline, StageKind},
    policy::{Caller, Scope},
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// How far each deal came: to the place of the furthest open stage it stood in, beyond all of them when it was won.
const FURTHEST: &str = "SELECT f.furthest, COUNT(*) FROM (SELECT CASE WHEN o.state = 'won' THEN 1000000 ELSE \
     COALESCE((SELECT MAX(";
const FURTHEST_OF: &str = ") FROM stage_change c WHERE c.opportunity_id = o.id), -1) END AS furthest FROM opportunity o \
     WHERE o.deleted_at IS NULL AND o.pipeline_id = ";

/// How long deals stood in each open stage that they left, as text: the time, and in the last three digits which stage.
const STAYS: &str = "SELECT STRING_AGG(CAST((c.left_at - c.entered_at) * 1000 + ";
const STAYS_OF: &str = " AS TEXT), ',') FROM opportunity o JOIN stage_change c ON c.opportunity_id = o.id \
     WHERE o.deleted_at IS NULL AND c.left_at <> 0 AND o.pipeline_id = ";

/// Stages of a pipeline that can be told apart in [`STAYS`].
const STAGES: i64 = 1_000;

const PLACES: &str = "SELECT id, position FROM stage WHERE pipeline_id = $1 AND kind = 'open' ORDER BY position, id LIMIT 1000";

/// All figures of deals.
pub(super) async fn figures(
    reading: &mut Reading,
    caller: &Caller,
    scope: &Scope,
    asked: &Asked<'_>,
) -> Result<DealFigures> {
    let pipelines = pipelines::all(reading.connection()).await?;
    let wanted =
        |pipeline: &&Pipeline| asked.request.pipeline.is_none_or(|wanted| wanted == pipeline.id);
    let pipeline = pipelines.iter().find(wanted).ok_or(Failure::Gone)?;
    let currencies = currencies(reading.connection(), scope, asked.house).await?;
    let currency =
        asked.request.currency.or_else(|| currencies.first().copied()).unwrap_or(asked.house);
    let reader = Reader { scope, asked, currency };
    let (closed, groups) = reader.groups(reading).await?;
    let closed_before = match asked.compared() {
        Some(span) => Some(reader.closed(reading.connection(), span).await?),
        None => None,
    };
    let board = BoardRequest { owner: asked.request.owner, ..BoardRequest::default() };
    let team = asked.request.team;
    Ok(DealFigures {
        pipeline: pipeline.id,
        open: sums(reading.connection(), scope, caller, pipeline, &board, team).await?,
        funnel: funnel(reading, &reader, pipeline).await?,
        months: reader.months(reading).await?,
        groups,
        closed,
        closed_before,
        currencies,
        currency,
        pipelines,
    })
}

/// The currencies that deals in sight have, that of the organisation first.
async fn currencies(held: Connection<'_>, scope: &Scope, house: Currency) -> Result<Vec<Currency>> {
    let found: Vec<String> = on_connection!(held, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new("WITH known (code) AS (");
        statement.push_values(CURRENCIES, |mut row, (code, ..)| {
            row.push_bind(*code);
        });
        statement.push(
            ") SELECT known.code FROM known WHERE EXISTS (SELECT 1 FROM opportunity o WHERE o.deleted_at IS NULL \
             AND o.currency = known.code",
        );
        push_opportunities(&mut statement, scope);
        statement.push(") ORDER BY known.code");
        statement.build_query_scalar().fetch_all(connection).await
    })?;
    let mut all = found
        .into_iter()
        .map(|code| choice(Currency::try_from(code), "opportunity.currency"))
        .collect::<Result<Vec<_>>>()?;
    all.sort_by_key(|currency| *currency != house);
    Ok(all)
}

/// How far what began in the days asked for came, and how long it stood where.
async fn funnel(
    reading: &mut Reading,
    reader: &Reader<'_>,
    pipeline: &Pipeline,
) -> Result<Vec<Step>> {
    let places: Vec<(StageId, i64)> = on_connection!(reading.connection(), |connection| {
        sqlx::query_as(PLACES).bind(pipeline.id).fetch_all(connection).await
    })?;
    let furthest: Vec<(i64, i64)> = on_connection!(reading.connection(), |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(FURTHEST);
        push_of_stage(&mut statement, places.iter().copied());
        push_began(statement.push(FURTHEST_OF), reader, pipeline.id);
        statement.push(") f GROUP BY f.furthest").build_query_as().fetch_all(connection).await
    })?;
    let stays: Option<String> = on_connection!(reading.connection(), |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(STAYS);
        push_of_stage(&mut statement, places.iter().map(|(stage, _)| *stage).zip(0..));
        push_began(statement.push(STAYS_OF), reader, pipeline.id);
        statement.build_query_scalar().fetch_one(connection).await
    })?;
    let mut took: Vec<Vec<i64>> = vec![Vec::new(); places.len()];
    for stay in numbers(stays.as_deref())? {
        let of = usize::try_from(stay.rem_euclid(STAGES)).ok().and_then(|at| took.get_mut(at));
        of.ok_or(StoreError::Unreadable("stage_change"))?.push(stay.div_euclid(STAGES));
    }
    let mut at = |stage: StageId| {
        let at = places.iter().position(|(id, _)| *id == stage)?;
        Some((places.get(at)?.1, median(took.get_mut(at)?)))
    };
    let first = pipeline.columns().next().map(|stage| stage.id);
    let steps = pipeline.columns().chain(pipeline.closing(StageKind::Won));
    steps
        .map(|stage| {
            let (place, time_in_stage) = match stage.kind {
                StageKind::Won => (1_000_000, None),
                StageKind::Open | StageKind::Lost => {
                    at(stage.id).ok_or(StoreError::Unreadable("stage.position"))?
                }
            };
            // Whatever began came as far as the first one.
            let least = if Some(stage.id) == first { i64::MIN } else { place };
            let reached = furthest.iter().filter(|(at, _)| *at >= least).map(|(_, count)| count);
            Ok(Step { stage: stage.id, reached: reached.sum(), time_in_stage })
        })
        .collect()
}

/// Appends the number of the open stage that `c` is about; nothing for another.
fn push_of_stage<D>(statement: &mut QueryBuilder<D>, numbers: impl Iterator<Item = (StageId, i64)>)
where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> StageId: Encode<'q, D> + Type<D>,
{
    statement.push("CASE WHEN c.stage_id IS NULL THEN CAST(NULL AS BIGINT)");
    for (stage, number) in numbers {
        statement.push(" WHEN c.stage_id = ").push_bind(stage).push(" THEN ").push_bind(number);
    }
    statement.push(" END");
}

/// Appends which deals: those of a pipeline that began in the days asked for.
fn push_began<D>(statement: &mut QueryBuilder<D>, reader: &Reader<'_>, pipeline: PipelineId)
where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
    for<'q> PipelineId: Encode<'q, D> + Type<D>,
{
    let request = reader.asked.request;
    statement.push_bind(pipeline);
    push_span(statement, Moment::Began, reader.asked.span());
    push_people(statement, "o.owner_id", request.owner, request.team);
    push_opportunities(statement, reader.scope);
}
