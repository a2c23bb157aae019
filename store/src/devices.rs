//! Browsers that somebody has signed in with before. Owns every statement on `device`.
//! Such a browser is no session: it proves nothing but that its tries are counted by themselves,
//! so that strangers who guess cannot keep its people out.

use crate::{
    db::{Db, Tx, on_read, on_tx},
    error::Result,
    throttle::Subject,
};
use domain::{
    id::UserId,
    policy::{self, Action, Caller, Object},
    time::{DAY, Instant},
};

/// Browsers kept for one user; a further one takes the place of the one used longest ago.
const MOST_PER_USER: i64 = 20;
/// How long a browser is known without a sign-in (milliseconds).
const KEPT: i64 = 365 * DAY;

/// What a browser that signs in is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// SHA-256 of the secret it came with, if it had one.
    pub before: Option<[u8; 32]>,
    /// SHA-256 of the secret it goes with: a new one each time, so that one planted by a stranger
    /// is worth nothing afterwards.
    pub after: [u8; 32],
}

const KNOWN: &str = "SELECT COUNT(*) FROM device d JOIN \"user\" u ON u.id = d.user_id \
                     WHERE d.token_hash = $1 AND u.email_norm = $2 AND d.last_seen_at > $3";

impl Db {
    /// Whom tries to sign in are counted for: the browser, if this account has signed in with it
    /// before, otherwise the account and the address. Takes no caller, because nobody is signed in yet.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn subjects_of_try(
        &self,
        email_norm: &str,
        address: std::net::IpAddr,
        device: Option<&[u8; 32]>,
        now: Instant,
    ) -> Result<Vec<Subject>> {
        if let Some(device) = device {
            let known: i64 = on_read!(self, |pool| {
                sqlx::query_scalar(KNOWN)
                    .bind(&device[..])
                    .bind(email_norm)
                    .bind(now.plus(-KEPT))
                    .fetch_one(pool)
                    .await?
            });
            if known > 0 {
                return Ok(vec![Subject::device(email_norm, device)]);
            }
        }
        Ok(vec![
            Subject::account(email_norm),
            Subject::address(address),
            Subject::network(address),
            Subject::everybody(),
        ])
    }
}

const RENAME: &str = "UPDATE device SET token_hash = $2 WHERE token_hash = $1";

const REMEMBER: &str = "INSERT INTO device (token_hash, user_id, last_seen_at) VALUES ($1, $2, $3) \
                        ON CONFLICT (token_hash, user_id) DO UPDATE SET last_seen_at = excluded.last_seen_at";

const TRIM: &str = "DELETE FROM device WHERE user_id = $1 AND token_hash NOT IN \
    (SELECT token_hash FROM device WHERE user_id = $1 ORDER BY last_seen_at DESC, token_hash DESC LIMIT $2)";

/// Remembers the browser that `user` has just signed in with.
pub(crate) async fn remember(
    tx: &mut Tx,
    user: UserId,
    device: &Device,
    now: Instant,
) -> Result<()> {
    if let Some(before) = &device.before {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(RENAME)
                .bind(&before[..])
                .bind(&device.after[..])
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    on_tx!(&mut *tx, |connection| {
        sqlx::query(REMEMBER)
            .bind(&device.after[..])
            .bind(user)
            .bind(now)
            .execute(connection)
            .await
            .map(drop)
    })?;
    on_tx!(tx, |connection| {
        sqlx::query(TRIM).bind(user).bind(MOST_PER_USER).execute(connection).await.map(drop)
    })?;
    Ok(())
}

const FORGET_OF: &str = "DELETE FROM device WHERE user_id = $1";

/// Knows no browser of a user any more: one of them may be in other hands.
pub(crate) async fn forget_of(tx: &mut Tx, user: UserId) -> Result<()> {
    on_tx!(tx, |connection| {
        sqlx::query(FORGET_OF).bind(user).execute(connection).await.map(drop)
    })?;
    Ok(())
}

const FORGET: &str = "DELETE FROM device WHERE last_seen_at < $1";

impl Db {
    /// Forgets browsers nobody signed in with for a year; answers how many.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn forget_devices(&self, caller: &Caller) -> Result<u64> {
        policy::check(caller, Action::Administer, Object::System)?;
        let before = caller.now.plus(-KEPT);
        let mut tx = self.begin().await?;
        let gone = on_tx!(&mut tx, |connection| {
            sqlx::query(FORGET).bind(before).execute(connection).await?.rows_affected()
        });
        tx.commit().await?;
        Ok(gone)
    }
}
