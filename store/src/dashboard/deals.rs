//! Figures of deals: what is open, how far what began came, and, from beside, what closed.

use super::{Asked, closed::Reader};
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
    id::{PipelineId, StageId},
    money::{CURRENCIES, Currency},
    opportunity::BoardRequest,
    pipeline::{Pipeline, StageKind},
    policy::{Caller, Scope},
};
use sqlx::QueryBuilder;

/// How far each deal came: to the place of the furthest open stage it stood in, beyond all of them when it was won.
const FURTHEST: &str = "SELECT f.furthest, COUNT(*) FROM (SELECT o.id, MAX(CASE WHEN o.state = 'won' THEN 1000000 \
     WHEN s.kind = 'open' AND s.pipeline_id = o.pipeline_id THEN s.position ELSE -1 END) AS furthest FROM opportunity o \
     JOIN stage_change c ON c.opportunity_id = o.id JOIN stage s ON s.id = c.stage_id WHERE o.deleted_at IS NULL \
     AND o.pipeline_id = ";

/// How long deals stood in each stage that they left: the two in the middle.
const STAYS: &str = "SELECT r.stage_id, MIN(r.took) FILTER (WHERE r.place = (r.many + 1) / 2) AS lower_middle, \
     MIN(r.took) FILTER (WHERE r.place = (r.many + 2) / 2) AS upper_middle FROM (SELECT c.stage_id, \
     c.left_at - c.entered_at AS took, ROW_NUMBER() OVER (PARTITION BY c.stage_id ORDER BY c.left_at - c.entered_at) AS place, \
     COUNT(*) OVER (PARTITION BY c.stage_id) AS many FROM opportunity o JOIN stage_change c ON c.opportunity_id = o.id \
     WHERE o.deleted_at IS NULL AND c.left_at <> 0 AND o.pipeline_id = ";

const PLACES: &str = "SELECT id, position FROM stage WHERE pipeline_id = $1";

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
    let closed = reader.closed(reading.connection(), asked.span()).await?;
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
        groups: reader.groups(reading).await?,
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
    let furthest: Vec<(i64, i64)> =
        began(reading, reader, FURTHEST, pipeline.id, " GROUP BY o.id) f GROUP BY f.furthest")
            .await?;
    let stays: Vec<(StageId, Option<i64>, Option<i64>)> =
        began(reading, reader, STAYS, pipeline.id, ") r GROUP BY r.stage_id").await?;
    let took = |stage: StageId| {
        let (_, lower, upper) = stays.iter().find(|(id, ..)| *id == stage)?;
        lower.zip(*upper).map(|(lower, upper)| i64::midpoint(lower, upper))
    };
    let first = pipeline.columns().next().map(|stage| stage.id);
    let steps = pipeline.columns().chain(pipeline.closing(StageKind::Won));
    steps
        .map(|stage| {
            let place = places.iter().find(|(id, _)| *id == stage.id).map(|(_, place)| *place);
            let place = place.ok_or(StoreError::Unreadable("stage.position"))?;
            let least = match stage.kind {
                // Whatever began came as far as the first one.
                _ if Some(stage.id) == first => i64::MIN,
                StageKind::Won => 1_000_000,
                StageKind::Open | StageKind::Lost => place,
            };
            let reached = furthest.iter().filter(|(at, _)| *at >= least).map(|(_, count)| count);
            let time_in_stage = if stage.kind == StageKind::Open { took(stage.id) } else { None };
            Ok(Step { stage: stage.id, reached: reached.sum(), time_in_stage })
        })
        .collect()
}

/// Rows about the deals of a pipeline that began in the days asked for.
async fn began<T>(
    reading: &mut Reading,
    reader: &Reader<'_>,
    head: &'static str,
    pipeline: PipelineId,
    end: &'static str,
) -> Result<Vec<T>>
where
    T: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>
        + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>
        + Send
        + Unpin,
{
    let request = reader.asked.request;
    Ok(on_connection!(reading.connection(), |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(head);
        statement.push_bind(pipeline);
        push_span(&mut statement, Moment::Began, reader.asked.span());
        push_people(&mut statement, "o.owner_id", request.owner, request.team);
        push_opportunities(&mut statement, reader.scope);
        statement.push(end);
        statement.build_query_as().fetch_all(connection).await
    })?)
}
