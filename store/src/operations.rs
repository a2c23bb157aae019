//! One attempt to write, by the client's name for it: sent twice, done once.
//! Owns every statement on `operation`; used inside the transaction that makes the thing.

use crate::{
    db::{Db, Tx, on_tx},
    error::{Result, StoreError},
};
use domain::{
    field::FieldError,
    id::{OperationId, Version},
    policy::{self, Action, Caller, Object},
    time::{DAY, Instant},
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx_macros::FromRow;
use std::str::FromStr;

/// How long an answer is kept (milliseconds).
const KEPT: i64 = DAY;

#[derive(FromRow)]
struct Known {
    body_hash: Vec<u8>,
    answer: String,
}

/// SHA-256 over what is asked for, so that one name cannot stand for two wishes.
fn body_hash(body: &impl Serialize) -> Result<[u8; 32]> {
    let body = serde_json::to_vec(body).map_err(|_| StoreError::Unreadable("operation body"))?;
    Ok(Sha256::digest(body).into())
}

// A second sender of the same name waits here until the first has committed or given up.
const CLAIM: &str = "INSERT INTO operation (user_id, operation_id, body_hash, answer, created_at) \
                     VALUES ($1, $2, $3, '', $4) ON CONFLICT (user_id, operation_id) DO NOTHING";

const KNOWN: &str =
    "SELECT body_hash, answer FROM operation WHERE user_id = $1 AND operation_id = $2";

/// Claims an attempt inside the writing transaction, and answers what it answered (as text) where it was made before:
/// then nothing is to be done. Whoever goes on calls [`finish_attempt`] before the commit.
///
/// # Errors
/// [`FieldError::Differs`] under `field` when the same name came with another `body`.
pub(crate) async fn made_before(
    tx: &mut Tx,
    caller: &Caller,
    operation: OperationId,
    body: &impl Serialize,
    field: &str,
) -> Result<Option<String>> {
    let body_hash = body_hash(body)?;
    let claimed = on_tx!(&mut *tx, |connection| {
        sqlx::query(CLAIM)
            .bind(caller.user)
            .bind(operation)
            .bind(&body_hash[..])
            .bind(caller.now)
            .execute(connection)
            .await?
            .rows_affected()
    });
    if claimed == 1 {
        return Ok(None);
    }
    let known: Known = on_tx!(tx, |connection| {
        sqlx::query_as(KNOWN).bind(caller.user).bind(operation).fetch_one(connection).await?
    });
    if known.body_hash != body_hash {
        return Err(StoreError::field(field, FieldError::Differs));
    }
    Ok(Some(known.answer))
}

const FINISH: &str = "UPDATE operation SET answer = $3 WHERE user_id = $1 AND operation_id = $2";

/// Keeps the answer of an attempt that [`made_before`] knew nothing of.
pub(crate) async fn finish_attempt(
    tx: &mut Tx,
    caller: &Caller,
    operation: OperationId,
    answer: &str,
) -> Result<()> {
    on_tx!(tx, |connection| {
        sqlx::query(FINISH)
            .bind(caller.user)
            .bind(operation)
            .bind(answer)
            .execute(connection)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// A number or an id as [`finish_attempt`] was given it.
pub(crate) fn answer<T: FromStr>(answer: &str) -> Result<T> {
    answer.parse().map_err(|_| StoreError::Unreadable("operation.answer"))
}

/// A version as [`finish_attempt`] was given it.
pub(crate) fn version(answer: &str) -> Result<Version> {
    self::answer(answer).map(Version)
}

const FORGET: &str = "DELETE FROM operation WHERE created_at < $1";

impl Db {
    /// Forgets attempts of more than a day ago; answers how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn forget_operations(&self, caller: &Caller) -> Result<u64> {
        policy::check(caller, Action::Administer, Object::System)?;
        let before: Instant = caller.now.plus(-KEPT);
        let mut tx = self.begin().await?;
        let gone = on_tx!(&mut tx, |connection| {
            sqlx::query(FORGET).bind(before).execute(connection).await?.rows_affected()
        });
        tx.commit().await?;
        Ok(gone)
    }
}
