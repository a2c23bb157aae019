//! What somebody was to do goes to a colleague, as far as the colleague sees what it is about.

use crate::{
    db::{Tx, on_tx},
    dialect::push_limit,
    error::Result,
    within,
};
use domain::{
    id::{UserId, Version},
    policy::{self, Caller, Grant, Object},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

const OVER: &str = "UPDATE activity SET version = version + 1, owner_id = ";
const SOME: &str = " WHERE id IN (SELECT n.id FROM activity n WHERE n.is_open AND n.deleted_at IS NULL AND n.owner_id = ";
const OF_ACCOUNTS: &str = " AND ((n.subject_kind = 'account' AND EXISTS (SELECT 1 FROM account a WHERE a.id = n.subject_id";
const OF_PEOPLE: &str =
    ")) OR (n.subject_kind = 'person' AND EXISTS (SELECT 1 FROM person p WHERE p.id = n.subject_id";
const OF_DEALS: &str = ")) OR (n.subject_kind = 'opportunity' AND EXISTS (SELECT 1 FROM opportunity o WHERE o.id = n.subject_id";

/// Some of what `from` was to do, at most `limit`, goes to whoever is `theirs`. Answers with each in its new version.
pub(crate) async fn hand_some_over(
    tx: &mut Tx,
    grant: &Grant,
    from: UserId,
    theirs: &Caller,
    limit: i64,
) -> Result<Vec<(Uuid, Version)>> {
    let [accounts, people, deals] = [Object::Account, Object::Person, Object::Opportunity]
        .map(|object| policy::sight(theirs, object));
    Ok(on_tx!(tx, |connection| {
        let mut statement = QueryBuilder::<Dialect>::new(OVER);
        statement.push_bind(theirs.user).push(", updated_at = ").push_bind(grant.now());
        statement.push(", updated_by = ").push_bind(grant.user());
        statement.push(SOME).push_bind(from).push(OF_ACCOUNTS);
        within::push_accounts(&mut statement, &accounts);
        statement.push(OF_PEOPLE);
        within::push_people(&mut statement, &people);
        statement.push(OF_DEALS);
        within::push_opportunities(&mut statement, &deals);
        statement.push("))) ORDER BY n.id");
        push_limit(&mut statement, limit).push(") RETURNING id, version");
        statement.build_query_as().fetch_all(connection).await
    })?)
}
