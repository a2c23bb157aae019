//! Figures of activities: how many were done, of which kind and by whom; only those about records in sight.

use super::Asked;
use crate::{
    activities::list::{Bin, WHO, push_in_sight},
    db::{Connection, Reading, on_connection},
    error::{Result, StoreError},
    opportunities::narrowed::push_people,
};
use domain::{
    activity::DoneKind,
    dashboard::ActivityFigures,
    id::UserId,
    period::Span,
    policy::{Rows, Scope},
};
use sqlx::QueryBuilder;

/// Most people that are told apart.
const MOST_PEOPLE: usize = 50;

const DONE: &str = "SELECT n.kind, n.created_by, n.owner_id, COUNT(*) FROM activity n WHERE n.deleted_at IS NULL \
     AND NOT n.is_open AND n.at >= ";
/// The same about records in the bin. `CROSS JOIN` tells SQLite to begin with these, which are few.
const DONE_WITH_GONE: &str = "SELECT n.kind, n.created_by, n.owner_id, COUNT(*) FROM \
     (SELECT id FROM account WHERE deleted_at IS NOT NULL UNION ALL SELECT id FROM person WHERE deleted_at IS NOT NULL \
     UNION ALL SELECT id FROM opportunity WHERE deleted_at IS NOT NULL) gone CROSS JOIN activity n \
     WHERE n.subject_id = gone.id AND n.deleted_at IS NULL AND NOT n.is_open AND n.at >= ";
const BY_WHOM: &str = " GROUP BY n.kind, n.created_by, n.owner_id";

/// A kind, who wrote it down, who is in charge of it, and how many.
type Done = (String, UserId, Option<UserId>, i64);

/// All figures of activities about what `scopes` reach: accounts, persons, deals.
pub(super) async fn figures(
    reading: &mut Reading,
    scopes: &[Scope; 3],
    asked: &Asked<'_>,
) -> Result<ActivityFigures> {
    let rows = done(reading.connection(), scopes, asked, asked.span()).await?;
    let before = match asked.compared() {
        Some(span) => {
            let rows = done(reading.connection(), scopes, asked, span).await?;
            Some(rows.iter().map(|(.., count)| count).sum())
        }
        None => None,
    };
    let mut kinds: Vec<(DoneKind, i64)> = DoneKind::all().map(|kind| (kind, 0)).collect();
    let mut people: Vec<(UserId, i64)> = Vec::new();
    for (kind, by, owner, count) in rows {
        let kind = DoneKind::from_code(&kind).ok_or(StoreError::Unreadable("activity.kind"))?;
        if let Some((_, sum)) = kinds.iter_mut().find(|(other, _)| *other == kind) {
            *sum += count;
        }
        let who = owner.unwrap_or(by);
        match people.iter_mut().find(|(other, _)| *other == who) {
            Some((_, sum)) => *sum += count,
            None => people.push((who, count)),
        }
    }
    people.sort_by_key(|(who, count)| (std::cmp::Reverse(*count), *who));
    people.truncate(MOST_PEOPLE);
    Ok(ActivityFigures { kinds, before, people })
}

/// What was done in a stretch of time, by kind and by whom. Who is in charge of it did it; a note is whose who wrote it.
///
/// Whoever sees every record is told all there is less what hangs on records in the bin: an index has the first, and the
/// second is little. To look each record up costs four times as much.
async fn done(
    mut held: Connection<'_>,
    scopes: &[Scope; 3],
    asked: &Asked<'_>,
    span: Span,
) -> Result<Vec<Done>> {
    if scopes.iter().any(|scope| *scope.rows() != Rows::All) {
        return done_in_sight(held, scopes, asked, span).await;
    }
    let request = asked.request;
    let mut counted = Vec::new();
    for head in [DONE, DONE_WITH_GONE] {
        let rows: Vec<Done> = on_connection!(held.again(), |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(head);
            statement.push_bind(span.from.0).push(" AND n.at < ").push_bind(span.until.0);
            push_people(&mut statement, WHO, request.owner, request.team);
            statement.push(BY_WHOM).build_query_as().fetch_all(connection).await
        })?;
        counted.push(rows);
    }
    let gone = counted.pop().unwrap_or_default();
    let mut all = counted.pop().unwrap_or_default();
    for (kind, by, owner, count) in &mut all {
        let same = |other: &&Done| (&other.0, &other.1, &other.2) == (&*kind, &*by, &*owner);
        *count -= gone.iter().find(same).map_or(0, |(.., gone)| *gone);
    }
    all.retain(|(.., count)| *count > 0);
    Ok(all)
}

/// The same about those records only that the scopes reach.
async fn done_in_sight(
    held: Connection<'_>,
    scopes: &[Scope; 3],
    asked: &Asked<'_>,
    span: Span,
) -> Result<Vec<Done>> {
    let request = asked.request;
    Ok(on_connection!(held, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(DONE);
        statement.push_bind(span.from.0).push(" AND n.at < ").push_bind(span.until.0);
        push_people(&mut statement, WHO, request.owner, request.team);
        push_in_sight(&mut statement, scopes, Bin::LeftOut);
        statement.push(BY_WHOM);
        statement.build_query_as().fetch_all(connection).await
    })?)
}
