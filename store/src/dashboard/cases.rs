//! Figures of cases: how many are open, how many came and of which kind, and how many were answered and solved in time.

use super::{ALWAYS, Asked, push_kinds, push_stretches};
use crate::{
    db::{Reading, on_connection},
    error::Result,
    opportunities::narrowed::push_people,
    rows::choice,
    within::push_cases,
};
use domain::{
    case::{CaseKind, CasePriority},
    dashboard::{CaseFigures, MonthCount, Solved},
    period::Span,
    policy::{Caller, Scope},
    time::Instant,
};
use sqlx::QueryBuilder;
use std::ops::RangeInclusive;

/// Each counted by itself, by an index: to group them would put all cases in order first.
const CAME: &str = "SELECT span.place_no, kind.code, (SELECT COUNT(*) FROM feedback_case c WHERE c.deleted_at IS NULL \
     AND c.kind = kind.code AND c.created_at >= span.begins AND c.created_at < span.ends";
const CAME_TAIL: &str = ") FROM span CROSS JOIN kind";
const SOLVED: &str = "SELECT span.place_no, COUNT(*), CAST(SUM(CASE WHEN c.paused_since <= c.solve_due_at THEN 1 ELSE 0 END) AS BIGINT), \
     CAST(SUM(CASE WHEN c.first_answered_at <= c.first_due_at THEN 1 ELSE 0 END) AS BIGINT) FROM span JOIN feedback_case c \
     ON c.solved_at >= span.begins AND c.solved_at < span.ends WHERE NOT c.is_open AND c.deleted_at IS NULL";
const OPEN: &str = "SELECT c.priority, COUNT(*), CAST(SUM(CASE WHEN c.due_at < ";
const OPEN_TAIL: &str =
    " THEN 1 ELSE 0 END) AS BIGINT) FROM feedback_case c WHERE c.is_open AND c.deleted_at IS NULL";

const LAST_DUE: &str = "SELECT MAX(c.due_at) FROM feedback_case c WHERE c.is_open AND c.deleted_at IS NULL AND c.due_at < $1";
const NEXT_DUE: &str = "SELECT MIN(c.due_at) FROM feedback_case c WHERE c.is_open AND c.deleted_at IS NULL AND c.due_at >= $1";

/// The instants at which the same cases are overdue as now.
pub(super) async fn same_overdue(
    reading: &mut Reading,
    now: Instant,
) -> Result<RangeInclusive<Instant>> {
    let mut ends = [None::<Instant>; 2];
    for (end, statement) in ends.iter_mut().zip([LAST_DUE, NEXT_DUE]) {
        *end = on_connection!(reading.connection(), |connection| {
            sqlx::query_scalar(statement).bind(now).fetch_one(connection).await
        })?;
    }
    let [last, next] = ends;
    // What is due is overdue a millisecond later.
    Ok(last.map_or(*ALWAYS.start(), |last| last.plus(1))..=next.unwrap_or(*ALWAYS.end()))
}

/// All figures of cases.
pub(super) async fn figures(
    reading: &mut Reading,
    caller: &Caller,
    scope: &Scope,
    asked: &Asked<'_>,
) -> Result<CaseFigures> {
    let months = asked.months();
    let mut spans: Vec<Span> = asked.spans(&months);
    spans.push(asked.span());
    spans.extend(asked.compared());
    let came = came(reading, scope, asked, &spans).await?;
    let of = |place: usize, kind: CaseKind| -> i64 {
        let rows =
            came.iter().filter(|(no, of, _)| usize::try_from(*no) == Ok(place) && *of == kind);
        rows.map(|(.., count)| count).sum()
    };
    let all = |place| CaseKind::ALL.iter().map(|kind| of(place, *kind)).sum();
    let now = months.len();
    let [solved, solved_before] = solved(reading, scope, asked).await?;
    let (open, overdue) = open(reading, caller, scope, asked).await?;
    Ok(CaseFigures {
        open,
        overdue,
        came: CaseKind::ALL.iter().map(|kind| (*kind, of(now, *kind))).collect(),
        came_before: asked.compared().map(|_| all(now + 1)),
        months: months
            .iter()
            .enumerate()
            .map(|(place, days)| MonthCount { days: *days, count: all(place) })
            .collect(),
        solved: solved.unwrap_or_default(),
        solved_before,
    })
}

/// How many came in each stretch, by kind.
async fn came(
    reading: &mut Reading,
    scope: &Scope,
    asked: &Asked<'_>,
    spans: &[Span],
) -> Result<Vec<(i64, CaseKind, i64)>> {
    let request = asked.request;
    let rows: Vec<(i64, String, i64)> = on_connection!(reading.connection(), |connection| {
        let mut statement = QueryBuilder::<Dialect>::new("");
        push_stretches(&mut statement, spans);
        push_kinds(&mut statement, CaseKind::ALL.iter().map(|kind| kind.code()));
        statement.push(CAME);
        push_people(&mut statement, "c.owner_id", request.owner, request.team);
        push_cases(&mut statement, scope);
        statement.push(CAME_TAIL);
        statement.build_query_as().fetch_all(connection).await
    })?;
    let read = |(place, kind, count): (i64, String, i64)| {
        Ok((place, choice(CaseKind::parse(&kind), "feedback_case.kind")?, count))
    };
    rows.into_iter().map(read).collect()
}

/// What was solved in the days asked for, and in those these are compared with.
async fn solved(
    reading: &mut Reading,
    scope: &Scope,
    asked: &Asked<'_>,
) -> Result<[Option<Solved>; 2]> {
    let request = asked.request;
    let mut spans = vec![asked.span()];
    spans.extend(asked.compared());
    let rows: Vec<(i64, i64, i64, i64)> = on_connection!(reading.connection(), |connection| {
        let mut statement = QueryBuilder::<Dialect>::new("");
        push_stretches(&mut statement, &spans);
        statement.push(SOLVED);
        push_people(&mut statement, "c.owner_id", request.owner, request.team);
        push_cases(&mut statement, scope);
        statement.push(" GROUP BY span.place_no");
        statement.build_query_as().fetch_all(connection).await
    })?;
    let of = |place: usize| {
        (place < spans.len()).then(|| {
            let row = rows.iter().find(|(no, ..)| usize::try_from(*no) == Ok(place));
            row.map_or_else(Solved::default, |(_, count, in_time, answered_in_time)| Solved {
                count: *count,
                in_time: *in_time,
                answered_in_time: *answered_in_time,
            })
        })
    };
    Ok([of(0), of(1)])
}

/// What is open now by priority, and how much of it is overdue.
async fn open(
    reading: &mut Reading,
    caller: &Caller,
    scope: &Scope,
    asked: &Asked<'_>,
) -> Result<(Vec<(CasePriority, i64)>, i64)> {
    let request = asked.request;
    let rows: Vec<(String, i64, i64)> = on_connection!(reading.connection(), |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(OPEN);
        statement.push_bind(caller.now.0).push(OPEN_TAIL);
        push_people(&mut statement, "c.owner_id", request.owner, request.team);
        push_cases(&mut statement, scope);
        statement.push(" GROUP BY c.priority");
        statement.build_query_as().fetch_all(connection).await
    })?;
    let of = |priority: &CasePriority| {
        let row = rows.iter().find(|(code, ..)| code == priority.code());
        (*priority, row.map_or(0, |(_, count, _)| *count))
    };
    let overdue = rows.iter().map(|(.., overdue)| overdue).sum();
    Ok((CasePriority::ALL.iter().map(of).collect(), overdue))
}
