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

const CAME: &str = "SELECT span.place_no, a.is_individual, COUNT(*) FROM span JOIN account a ON a.created_at >= span.begins \
     AND a.created_at < span.ends WHERE a.deleted_at IS NULL";

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
        statement.push(" GROUP BY span.place_no, a.is_individual");
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
