//! Figures of activities: how many were done, of which kind and by whom; only those about records in sight.

use super::{Asked, push_kinds, push_stretches};
use crate::{
    activities::list::{Bin, IN_BIN, WHO, push_in_sight},
    db::{Connection, Reading, on_connection},
    error::{Result, StoreError},
    opportunities::narrowed::push_people,
};
use const_format::concatcp;
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

/// Everybody who did something: each is looked up behind the one before, since to look at a million activities for some
/// dozen people takes longer.
const EVERYBODY: &str = ", who (id) AS (SELECT (SELECT COALESCE(n.owner_id, n.created_by) FROM activity n \
     WHERE n.deleted_at IS NULL AND NOT n.is_open ORDER BY COALESCE(n.owner_id, n.created_by) LIMIT 1) \
     UNION ALL SELECT (SELECT COALESCE(n.owner_id, n.created_by) FROM activity n WHERE n.deleted_at IS NULL AND NOT n.is_open \
     AND COALESCE(n.owner_id, n.created_by) > who.id ORDER BY COALESCE(n.owner_id, n.created_by) LIMIT 1) \
     FROM who WHERE who.id IS NOT NULL) ";
/// Each kind of each person counted by itself, by an index: to group them would put all activities in order first.
const DONE: &str = "SELECT kind.code, who.id, (SELECT COUNT(*) FROM activity n WHERE n.deleted_at IS NULL AND NOT n.is_open \
     AND COALESCE(n.owner_id, n.created_by) = who.id AND n.kind = kind.code AND n.at >= span.begins AND n.at < span.ends) \
     FROM span CROSS JOIN kind CROSS JOIN who WHERE who.id IS NOT NULL";
/// The same about records in the bin. `CROSS JOIN` tells SQLite to begin with these, which are few.
const DONE_WITH_GONE: &str = concatcp!(
    "SELECT n.kind, COALESCE(n.owner_id, n.created_by), COUNT(*) FROM span CROSS JOIN ",
    IN_BIN,
    " gone CROSS JOIN activity n WHERE n.subject_id = gone.id AND n.deleted_at IS NULL AND NOT n.is_open \
     AND n.at >= span.begins AND n.at < span.ends"
);
const DONE_IN_SIGHT: &str = "SELECT n.kind, COALESCE(n.owner_id, n.created_by), COUNT(*) FROM span JOIN activity n \
     ON n.at >= span.begins AND n.at < span.ends WHERE n.deleted_at IS NULL AND NOT n.is_open";
const BY_WHOM: &str = " GROUP BY n.kind, COALESCE(n.owner_id, n.created_by)";

/// A kind, who did it, and how many.
type Done = (String, UserId, i64);

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
    for (kind, who, count) in rows {
        let kind = DoneKind::from_code(&kind).ok_or(StoreError::Unreadable("activity.kind"))?;
        if let Some((_, sum)) = kinds.iter_mut().find(|(other, _)| *other == kind) {
            *sum += count;
        }
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
/// second is little. To look each record up costs many times as much.
async fn done(
    mut held: Connection<'_>,
    scopes: &[Scope; 3],
    asked: &Asked<'_>,
    span: Span,
) -> Result<Vec<Done>> {
    if scopes.iter().any(|scope| *scope.rows() != Rows::All) {
        return grouped(held, DONE_IN_SIGHT, Some(scopes), asked, span).await;
    }
    let gone = grouped(held.again(), DONE_WITH_GONE, None, asked, span).await?;
    let mut all = all(held, asked, span).await?;
    for (kind, who, count) in &mut all {
        let same = |other: &&Done| (&other.0, &other.1) == (&*kind, &*who);
        *count -= gone.iter().find(same).map_or(0, |(.., gone)| *gone);
    }
    all.retain(|(.., count)| *count > 0);
    Ok(all)
}

/// All there is.
async fn all(held: Connection<'_>, asked: &Asked<'_>, span: Span) -> Result<Vec<Done>> {
    let request = asked.request;
    Ok(on_connection!(held, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new("");
        push_stretches(&mut statement, &[span]);
        push_kinds(&mut statement, DoneKind::all().map(DoneKind::code));
        statement.push(EVERYBODY);
        push_people(statement.push(DONE), "who.id", request.owner, request.team);
        statement.build_query_as().fetch_all(connection).await
    })?)
}

/// What `head` begins with, within what `scopes` reach.
async fn grouped(
    held: Connection<'_>,
    head: &'static str,
    scopes: Option<&[Scope; 3]>,
    asked: &Asked<'_>,
    span: Span,
) -> Result<Vec<Done>> {
    let request = asked.request;
    Ok(on_connection!(held, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new("");
        push_stretches(&mut statement, &[span]);
        push_people(statement.push(head), WHO, request.owner, request.team);
        if let Some(scopes) = scopes {
            push_in_sight(&mut statement, scopes, Bin::LeftOut);
        }
        statement.push(BY_WHOM).build_query_as().fetch_all(connection).await
    })?)
}
