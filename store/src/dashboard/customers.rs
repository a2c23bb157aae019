//! Figures of customers: how many came, and when.

use super::{Asked, push_stretches};
use crate::{
    db::{Reading, on_connection},
    error::Result,
    opportunities::narrowed::push_people,
    within::push_accounts,
};
use domain::{
    dashboard::{CustomerFigures, MonthCount},
    period::Span,
    policy::Scope,
};
use sqlx::QueryBuilder;

/// Each counted by itself, by an index: to group them would put all customers in order first.
const CAME: &str = "SELECT span.place_no, tab.is_individual, (SELECT COUNT(*) FROM account a WHERE a.deleted_at IS NULL \
     AND a.is_individual = tab.is_individual AND a.created_at >= span.begins AND a.created_at < span.ends";
const CAME_TAIL: &str =
    ") FROM span CROSS JOIN (SELECT FALSE AS is_individual UNION ALL SELECT TRUE) tab";

/// All figures of customers.
pub(super) async fn figures(
    reading: &mut Reading,
    scope: &Scope,
    asked: &Asked<'_>,
) -> Result<CustomerFigures> {
    let months = asked.months();
    let mut spans: Vec<Span> = asked.spans(&months);
    spans.push(asked.span());
    spans.extend(asked.compared());
    let request = asked.request;
    let rows: Vec<(i64, bool, i64)> = on_connection!(reading.connection(), |connection| {
        let mut statement = QueryBuilder::<Dialect>::new("");
        push_stretches(&mut statement, &spans);
        statement.push(CAME);
        push_people(&mut statement, "a.owner_id", request.owner, request.team);
        push_accounts(&mut statement, scope);
        statement.push(CAME_TAIL);
        statement.build_query_as().fetch_all(connection).await
    })?;
    let of = |place: usize, individual: bool| -> i64 {
        let row = rows.iter().find(|(no, is_individual, _)| {
            usize::try_from(*no) == Ok(place) && *is_individual == individual
        });
        row.map_or(0, |(.., count)| *count)
    };
    let both = |place| of(place, false) + of(place, true);
    let now = months.len();
    Ok(CustomerFigures {
        new: [of(now, false), of(now, true)],
        new_before: asked.compared().map(|_| both(now + 1)),
        months: months
            .iter()
            .enumerate()
            .map(|(place, days)| MonthCount { days: *days, count: both(place) })
            .collect(),
    })
}
