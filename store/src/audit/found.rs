//! Lines that were written before there was a chain. They are moved into it once, as they are found, before anybody
//! is served: what was changed in them until then cannot be known.

use super::write::Pending;
use crate::{
    db::{Db, on_tx},
    dialect::{pieces, to_change},
    error::Result,
};
use const_format::concatcp;
use domain::{
    id::{UserId, Version},
    policy::{self, Action, Caller, Object},
    time::Instant,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use uuid::Uuid;

/// Lines of one transaction.
const ROWS: usize = 1_000;

#[derive(FromRow)]
struct Found {
    number: i64,
    at: Instant,
    user_id: UserId,
    origin: String,
    object: String,
    object_id: Uuid,
    event: String,
    version: Version,
    fields: String,
}

const NEXT: &str = concatcp!(
    "SELECT number, at, user_id, origin, object, object_id, event, version, fields FROM audit_found \
     ORDER BY number LIMIT ",
    ROWS
);

impl Db {
    /// Moves the lines of releases before the chain into it; `told` hears how many are done after each piece. Broken
    /// off, it goes on at the next start.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for anybody but an administrator.
    pub async fn seal_found_lines(&self, caller: &Caller, mut told: impl FnMut(u64)) -> Result<()> {
        policy::check(caller, Action::Administer, Object::System)?;
        let mut done = 0;
        loop {
            let mut tx = self.begin().await?;
            let statement = to_change!(tx, NEXT);
            let found: Vec<Found> = on_tx!(&mut tx, |connection| {
                sqlx::query_as(statement).fetch_all(connection).await
            })?;
            if found.is_empty() {
                return Ok(());
            }
            let numbers: Vec<i64> = found.iter().map(|line| line.number).collect();
            for numbers in pieces(&numbers) {
                on_tx!(&mut tx, |connection| {
                    let mut statement =
                        QueryBuilder::<Dialect>::new("DELETE FROM audit_found WHERE number IN (");
                    let mut list = statement.separated(", ");
                    for number in numbers {
                        list.push_bind(*number);
                    }
                    statement.push(")");
                    statement.build().execute(connection).await.map(drop)
                })?;
            }
            tx.lines.extend(found.into_iter().map(pending));
            tx.commit().await?;
            done += numbers.len() as u64;
            told(done);
        }
    }
}

fn pending(found: Found) -> Pending {
    Pending {
        at: found.at,
        user: found.user_id,
        on_behalf_of: None,
        origin: found.origin.into(),
        object: found.object.into(),
        object_id: found.object_id,
        event: found.event.into(),
        version: found.version,
        fields: found.fields,
        address: String::new(),
        agent: String::new(),
        erases: Vec::new(),
    }
}
