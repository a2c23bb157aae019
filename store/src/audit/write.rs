//! The one door through which lines come into the audit log. A transaction collects them; when it commits, they are
//! numbered, sealed and stored as its last statements. So the row that all writers meet at is the last that each of
//! them waits for, and is held shortest.

use super::chain::{BYTES, Kept, Personal, SALT, ranges};
use crate::{
    db::{Held, Tx, on_tx},
    dialect::{pieces, to_change},
    error::{Result, StoreError},
    feed::CHANNEL,
};
use const_format::concatcp;
use domain::{
    id::{UserId, Version},
    time::Instant,
};
use sqlx::QueryBuilder;
use sqlx_macros::FromRow;
use std::borrow::Cow;
use uuid::Uuid;

/// A line that waits for its transaction to commit.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub at: Instant,
    pub user: UserId,
    pub on_behalf_of: Option<UserId>,
    pub origin: Cow<'static, str>,
    pub object: Cow<'static, str>,
    pub object_id: Uuid,
    pub event: Cow<'static, str>,
    pub version: Version,
    /// JSON of the changed fields.
    pub fields: String,
    pub address: String,
    pub agent: String,
    /// Lines whose personal part goes with this one, ascending.
    pub erases: Vec<i64>,
}

/// The end of the log.
#[derive(FromRow)]
pub(super) struct Head {
    pub number: i64,
    pub seal: Vec<u8>,
    pub key_check: Vec<u8>,
}

pub(super) const HEAD: &str = "SELECT number, seal, key_check FROM audit_head WHERE id = 1";
const MOVE: &str = "UPDATE audit_head SET number = $1, seal = $2, key_check = $3 WHERE id = 1";
/// The same on PostgreSQL, which tells all nodes when it commits that the log grew. One statement: the row is held.
const MOVE_AND_TELL: &str =
    concatcp!(MOVE, " RETURNING CAST(pg_notify('", CHANNEL, "', '') AS TEXT)");
const INSERT: &str = "INSERT INTO audit_log (number, at, user_id, on_behalf_of, origin, object, object_id, event, version, \
    erases, personal_digest, seal, salt, fields, address, agent) ";
const ERASE: &str = "UPDATE audit_log SET fields = '[]', address = '', agent = '', salt = ";

struct Sealed {
    number: i64,
    line: Pending,
    erases: String,
    personal: [u8; BYTES],
    seal: [u8; BYTES],
    salt: Vec<u8>,
}

/// Stores what a transaction has collected.
pub(crate) async fn flush(tx: &mut Tx) -> Result<()> {
    let lines = std::mem::take(&mut tx.lines);
    if lines.is_empty() {
        return Ok(());
    }
    let statement = to_change!(tx, HEAD);
    let head: Option<Head> =
        on_tx!(&mut *tx, |connection| sqlx::query_as(statement).fetch_optional(connection).await)?;
    let head = head.ok_or(StoreError::Unreadable("audit_head"))?;
    let key = tx.key.clone();
    // A line sealed with another key would break the chain for good.
    if !head.key_check.is_empty() && !key.fits(&head.key_check) {
        return Err(StoreError::Unreadable("audit_head.key_check"));
    }
    let mut salts = vec![0; SALT * lines.len()];
    getrandom::fill(&mut salts).map_err(|_| StoreError::Unreadable("system randomness"))?;
    let mut before: [u8; BYTES] =
        head.seal.try_into().map_err(|_| StoreError::Unreadable("audit_head.seal"))?;
    let mut number = head.number;
    let mut sealed = Vec::with_capacity(lines.len());
    for (line, salt) in lines.into_iter().zip(salts.chunks(SALT)) {
        number += 1;
        let erases = ranges(&line.erases);
        let personal = personal(&line, salt).digest();
        before = key.seal(number, &before, &kept(&line, &erases).digest(), &personal);
        let salt = salt.to_vec();
        sealed.push(Sealed { number, line, erases, personal, seal: before, salt });
    }
    insert(tx, &sealed).await?;
    for Sealed { number, line, .. } in &sealed {
        erase(tx, *number, &line.erases).await?;
    }
    let statement = match &tx.held {
        Held::Sqlite(_) => MOVE,
        Held::Postgres(_) => MOVE_AND_TELL,
    };
    let moved = on_tx!(tx, |connection| {
        sqlx::query(statement)
            .bind(number)
            .bind(before.to_vec())
            .bind(key.check().to_vec())
            .execute(connection)
            .await?
            .rows_affected()
    });
    if moved == 1 { Ok(()) } else { Err(StoreError::Unreadable("audit_head")) }
}

fn kept<'a>(line: &'a Pending, erases: &'a str) -> Kept<'a> {
    Kept {
        at: line.at.0,
        user: line.user.0,
        on_behalf_of: line.on_behalf_of.map(|user| user.0),
        origin: &line.origin,
        object: &line.object,
        object_id: line.object_id,
        event: &line.event,
        version: line.version.0,
        erases,
    }
}

fn personal<'a>(line: &'a Pending, salt: &'a [u8]) -> Personal<'a> {
    Personal { salt, fields: &line.fields, address: &line.address, agent: &line.agent }
}

async fn insert(tx: &mut Tx, sealed: &[Sealed]) -> Result<()> {
    for sealed in pieces(sealed) {
        on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(INSERT);
            statement.push_values(sealed, |mut row, sealed| {
                let line = &sealed.line;
                row.push_bind(sealed.number)
                    .push_bind(line.at)
                    .push_bind(line.user)
                    .push_bind(line.on_behalf_of)
                    .push_bind(line.origin.to_string())
                    .push_bind(line.object.to_string())
                    .push_bind(line.object_id)
                    .push_bind(line.event.to_string())
                    .push_bind(line.version)
                    .push_bind(sealed.erases.clone())
                    .push_bind(sealed.personal.to_vec())
                    .push_bind(sealed.seal.to_vec())
                    .push_bind(sealed.salt.clone())
                    .push_bind(line.fields.clone())
                    .push_bind(line.address.clone())
                    .push_bind(line.agent.clone());
            });
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

/// Takes the personal part of lines away; the line `by` names them.
async fn erase(tx: &mut Tx, by: i64, lines: &[i64]) -> Result<()> {
    for lines in pieces(lines) {
        on_tx!(&mut *tx, |connection| {
            let mut statement = QueryBuilder::<Dialect>::new(ERASE);
            statement.push_bind(Vec::<u8>::new()).push(", erased_by = ").push_bind(by);
            statement.push(" WHERE erased_by IS NULL AND number IN (");
            let mut list = statement.separated(", ");
            for number in lines {
                list.push_bind(*number);
            }
            statement.push(")");
            statement.build().execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}
