//! What somebody was to do goes to a colleague, as far as the colleague sees what it is about.

use super::list::{Bin, push_in_sight, subjects};
use crate::{
    db::{Tx, on_tx},
    dialect::push_limit,
    error::Result,
};
use domain::{
    id::{UserId, Version},
    policy::{Caller, Grant},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

const OVER: &str = "UPDATE activity SET version = version + 1, owner_id = ";
const SOME: &str = " WHERE id IN (SELECT n.id FROM activity n WHERE n.is_open AND n.deleted_at IS NULL AND n.owner_id = ";

/// Some of what `from` was to do, at most `limit`, goes to whoever is `theirs`. Answers with each in its new version.
pub(crate) async fn hand_some_over(
    tx: &mut Tx,
    grant: &Grant,
    from: UserId,
    theirs: &Caller,
    limit: i64,
) -> Result<Vec<(Uuid, Version)>> {
    let seen = subjects(theirs);
    Ok(on_tx!(tx, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(OVER);
        statement.push_bind(theirs.user).push(", updated_at = ").push_bind(grant.now());
        statement.push(", updated_by = ").push_bind(grant.user());
        statement.push(SOME).push_bind(from);
        push_in_sight(&mut statement, &seen, Bin::Included);
        statement.push(" ORDER BY n.id");
        push_limit(&mut statement, limit).push(") RETURNING id, version");
        statement.build_query_as().fetch_all(connection).await
    })?)
}
