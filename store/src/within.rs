//! Records within a scope: what every statement is told of the caller's rights, and whether one record is among them.
//! A contact person is within the scope of whoever is in charge of the person or of one of the person's customers.

use crate::{
    db::{Connection, Tx, on_connection},
    error::Result,
};
use const_format::concatcp;
use domain::{
    id::{PersonId, UserId},
    policy::{Grant, Rows, Scope},
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Ends with whoever is to be in charge of one of the customers of the person `p`.
const CUSTOMER_OF: &str = "EXISTS (SELECT 1 FROM account_person wp JOIN account wa ON wa.id = wp.account_id \
     WHERE wp.person_id = p.id AND wa.deleted_at IS NULL AND wa.owner_id = ";
const HAS_CUSTOMER_OF: &str =
    concatcp!("SELECT COUNT(*) FROM person p WHERE p.id = $1 AND ", CUSTOMER_OF, "$2)");

/// Appends a condition for the customers `a` within the scope, to others that stand there already.
pub(crate) fn push_accounts<D>(statement: &mut QueryBuilder<D>, scope: &Scope)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    match scope.rows() {
        Rows::All => {}
        Rows::OwnedBy(user) => {
            statement.push(" AND a.owner_id = ").push_bind(user);
        }
        Rows::None => {
            statement.push(" AND 1 = 0");
        }
    }
}

/// The same for the persons `p`.
pub(crate) fn push_people<D>(statement: &mut QueryBuilder<D>, scope: &Scope)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    match scope.rows() {
        Rows::All => {}
        Rows::OwnedBy(user) => {
            statement.push(" AND (p.owner_id = ").push_bind(user);
            statement.push(" OR ").push(CUSTOMER_OF).push_bind(user).push("))");
        }
        Rows::None => {
            statement.push(" AND 1 = 0");
        }
    }
}

/// Whether a person that `owner` is in charge of is within the scope.
pub(crate) async fn covers_person(
    held: Connection<'_>,
    scope: &Scope,
    person: PersonId,
    owner: Option<UserId>,
) -> Result<bool> {
    let user = match scope.rows() {
        Rows::OwnedBy(user) if !scope.covers(owner) => user,
        _ => return Ok(scope.covers(owner)),
    };
    let customers: i64 = on_connection!(held, |connection| {
        sqlx::query_scalar(HAS_CUSTOMER_OF).bind(person).bind(user).fetch_one(connection).await
    })?;
    Ok(customers > 0)
}

/// Refuses a person outside of what is granted.
pub(crate) async fn admit_person(
    tx: &mut Tx,
    grant: &Grant,
    person: PersonId,
    owner: Option<UserId>,
) -> Result<()> {
    if covers_person(tx.connection(), &grant.scope(), person, owner).await? {
        return Ok(());
    }
    let seen = covers_person(tx.connection(), &grant.seen(), person, owner).await?;
    Err(grant.refusal(seen).into())
}
