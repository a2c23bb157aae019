//! What narrows deals `o` to those behind a figure: lists and dashboards say it by the same conditions, so that a list has
//! as many rows as the figure that led to it says.

use domain::{
    id::{PipelineId, ProductId, StageId, TeamId, UserId},
    opportunity::DealRequest,
    period::Span,
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Which of several columns of instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// When a deal began.
    Began,
    /// When it was won or lost.
    Closed,
}

/// Appends that something happened in a stretch of time.
pub(crate) fn push_span<D>(statement: &mut QueryBuilder<D>, moment: Moment, span: Span)
where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
{
    let column = match moment {
        Moment::Began => "o.created_at",
        Moment::Closed => {
            // A literal: only so does SQLite see that an index is about these rows.
            statement.push(" AND o.state <> 'open'");
            "o.closed_at"
        }
    };
    push_during(statement, column, span);
}

/// Appends that a column of instants lies in a stretch of time.
pub(crate) fn push_during<D>(statement: &mut QueryBuilder<D>, column: &'static str, span: Span)
where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
{
    statement.push(" AND ").push(column).push(" >= ").push_bind(span.from.0);
    statement.push(" AND ").push(column).push(" < ").push_bind(span.until.0);
}

/// Appends whose deals are meant, by the name of the column that says who is in charge.
pub(crate) fn push_people<D>(
    statement: &mut QueryBuilder<D>,
    column: &'static str,
    owner: Option<UserId>,
    team: Option<TeamId>,
) where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    if let Some(owner) = owner {
        statement.push(" AND ").push(column).push(" = ").push_bind(owner);
    }
    if let Some(team) = team {
        statement.push(" AND ").push(column);
        statement.push(" IN (SELECT tm.user_id FROM team_member tm WHERE tm.team_id = ");
        // To the databases each id is 16 bytes.
        statement.push_bind(UserId(team.0)).push(")");
    }
}

/// Appends of which pipeline.
pub(crate) fn push_pipeline<D>(statement: &mut QueryBuilder<D>, pipeline: Option<PipelineId>)
where
    D: Database,
    for<'q> PipelineId: Encode<'q, D> + Type<D>,
{
    if let Some(pipeline) = pipeline {
        statement.push(" AND o.pipeline_id = ").push_bind(pipeline);
    }
}

/// Appends what a list that a figure led to is narrowed by besides.
pub(super) fn push_figures<D>(statement: &mut QueryBuilder<D>, request: &DealRequest)
where
    D: Database,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> UserId: Encode<'q, D> + Type<D>,
    for<'q> ProductId: Encode<'q, D> + Type<D>,
    for<'q> StageId: Encode<'q, D> + Type<D>,
{
    push_people(statement, "o.owner_id", None, request.team);
    if let Some(days) = request.began {
        push_span(statement, Moment::Began, days.span(&request.zone));
    }
    if let Some(days) = request.closed {
        push_span(statement, Moment::Closed, days.span(&request.zone));
    }
    if let Some(product) = request.product {
        statement.push(
            " AND EXISTS (SELECT 1 FROM opportunity_product op WHERE op.opportunity_id = o.id AND op.product_id = ",
        );
        statement.push_bind(product).push(")");
    }
    if let Some(stage) = request.reached {
        push_reached(statement, stage);
    }
}

/// Appends that a deal came as far as a stage of its pipeline: what was won came through all open ones, every deal to the
/// first one.
fn push_reached<D>(statement: &mut QueryBuilder<D>, stage: StageId)
where
    D: Database,
    for<'q> StageId: Encode<'q, D> + Type<D>,
{
    statement.push(" AND EXISTS (SELECT 1 FROM stage w WHERE w.id = ").push_bind(stage);
    statement.push(
        " AND w.pipeline_id = o.pipeline_id AND (o.state = 'won' OR (w.kind = 'open' AND (NOT EXISTS (SELECT 1 FROM stage e \
         WHERE e.pipeline_id = w.pipeline_id AND e.kind = 'open' AND NOT e.archived AND e.position < w.position) \
         OR EXISTS (SELECT 1 FROM stage_change c JOIN stage s ON s.id = c.stage_id WHERE c.opportunity_id = o.id \
         AND s.pipeline_id = w.pipeline_id AND s.kind = 'open' AND s.position >= w.position)))))",
    );
}
