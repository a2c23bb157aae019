//! Sign-ins whose first proof fitted and that wait for the second. Owns every statement on `pending_sign_in`.
//! None of them is a session: they open nothing until the second step came.

use crate::{
    db::{Db, Tx, on_read, on_tx},
    error::Result,
    passkeys,
    provider::{Arriving, ProviderAccount, Way},
    second_steps,
    throttle::{self, Subject},
    users,
};
use const_format::concatcp;
use domain::{
    failure::Failure,
    id::UserId,
    policy::{self, Action, Caller, Object, Rights},
    time::{Instant, MINUTE},
};
use sqlx_macros::FromRow;

/// How long a sign-in may wait for its code (milliseconds).
const PENDING: i64 = 5 * MINUTE;

/// A sign-in whose password fitted, waiting for its code.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The user.
    pub user: UserId,
    /// Name shown to colleagues.
    pub name: String,
    /// What the user may do.
    pub rights: Rights,
    /// The sealed key of the code generator, if there is one.
    pub sealed_key: Option<Vec<u8>>,
    /// Whether there are passkeys.
    pub passkeys: bool,
}

#[derive(FromRow)]
struct PendingRow {
    id: UserId,
    name: String,
    roles: Option<String>,
    sealed_key: Option<Vec<u8>>,
    has_passkey: bool,
}

const WAIT: &str = "INSERT INTO pending_sign_in (token_hash, user_id, credential_version, expires_at) \
    SELECT $1, u.id, u.credential_version, $3 FROM \"user\" u JOIN credential c ON c.user_id = u.id \
    WHERE u.id = $2 AND NOT u.disabled AND c.kind = 'password' AND c.secret = $4";

const WAITING: &str = concatcp!(
    "SELECT \"user\".id, name, ",
    users::roles_of_user!(),
    ", (SELECT t.sealed_key FROM second_step t WHERE t.user_id = \"user\".id AND t.on_since > 0) AS sealed_key, ",
    passkeys::has_passkey!(),
    " AS has_passkey FROM pending_sign_in p JOIN \"user\" ON \"user\".id = p.user_id \
     WHERE p.token_hash = $1 AND p.expires_at > $2 AND NOT disabled \
     AND \"user\".credential_version = p.credential_version AND ",
    second_steps::has_second_step!()
);

const WAIT_ARRIVED: &str = "INSERT INTO pending_sign_in \
    (token_hash, user_id, credential_version, expires_at, issuer, subject) \
    SELECT $1, u.id, u.credential_version, $3, $5, $6 FROM \"user\" u \
    WHERE u.id = $2 AND NOT u.disabled AND u.credential_version = $4";

const PASS: &str = "DELETE FROM pending_sign_in WHERE token_hash = $1 AND user_id = $2 AND expires_at > $3 \
    AND credential_version = (SELECT u.credential_version FROM \"user\" u WHERE u.id = $2) \
    RETURNING issuer, subject";

impl Db {
    /// Lets a sign-in wait for its code in the browser whose cookie has this SHA-256; `password` is the stored hash
    /// that was found to fit, and `tries` counted for it are taken back. Takes no caller: nobody is signed in yet.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] when the user was switched off or the password was changed meanwhile.
    pub async fn await_code(
        &self,
        token_hash: &[u8; 32],
        user: UserId,
        password: &str,
        tries: &[Subject],
        now: Instant,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        let waits = on_tx!(&mut tx, |connection| {
            sqlx::query(WAIT)
                .bind(&token_hash[..])
                .bind(user)
                .bind(now.plus(PENDING))
                .bind(password)
                .execute(connection)
                .await?
                .rows_affected()
        });
        if waits != 1 {
            return Err(Failure::SignedOut.into());
        }
        throttle::forgive(&mut tx, tries).await?;
        tx.commit().await
    }

    /// As [`Db::await_code`] for somebody whom another system has sent. Takes no caller: nobody is signed in yet.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] when the user was switched off or the password was changed meanwhile.
    pub async fn await_code_of_arrived(
        &self,
        token_hash: &[u8; 32],
        who: &Arriving,
        account: ProviderAccount<'_>,
        now: Instant,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        let waits = on_tx!(&mut tx, |connection| {
            sqlx::query(WAIT_ARRIVED)
                .bind(&token_hash[..])
                .bind(who.user)
                .bind(now.plus(PENDING))
                .bind(who.credential_version)
                .bind(account.issuer)
                .bind(account.subject)
                .execute(connection)
                .await?
                .rows_affected()
        });
        if waits != 1 {
            return Err(Failure::SignedOut.into());
        }
        tx.commit().await
    }

    /// The sign-in that waits for its code in this browser. Takes no caller: nobody is signed in yet.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn pending_sign_in(
        &self,
        token_hash: &[u8; 32],
        now: Instant,
    ) -> Result<Option<Pending>> {
        let row: Option<PendingRow> = on_read!(self, |pool| {
            sqlx::query_as(WAITING).bind(&token_hash[..]).bind(now).fetch_optional(pool).await
        })?;
        let Some(row) = row else { return Ok(None) };
        let roles = users::roles(row.roles.as_deref())?;
        let rights = self.standing_now(row.id, &roles, now).await?.rights;
        Ok(Some(Pending {
            user: row.id,
            name: row.name,
            rights,
            sealed_key: row.sealed_key,
            passkeys: row.has_passkey,
        }))
    }
}

/// A sign-in that waited: the account at another system that it came by, or empty texts.
#[derive(FromRow)]
pub(crate) struct Waited {
    issuer: String,
    subject: String,
}

impl Waited {
    /// How it came.
    pub(crate) fn way(&self) -> Way<'_> {
        match &*self.subject {
            "" => Way::Password,
            subject => {
                let account = ProviderAccount { issuer: &self.issuer, subject };
                Way::Provider { account, vouched: false }
            }
        }
    }
}

/// Ends the waiting of a sign-in; each ends once.
///
/// # Errors
/// [`Failure::SignedOut`] when it waits no longer.
pub(crate) async fn pass(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    user: UserId,
    now: Instant,
) -> Result<Waited> {
    let passed: Option<Waited> = on_tx!(tx, |connection| {
        sqlx::query_as(PASS)
            .bind(&token_hash[..])
            .bind(user)
            .bind(now)
            .fetch_optional(connection)
            .await
    })?;
    passed.ok_or_else(|| Failure::SignedOut.into())
}

const FORGET: &str = "DELETE FROM pending_sign_in WHERE expires_at < $1";

impl Db {
    /// Removes half-done sign-ins that have run out; answers how many.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn forget_pending_sign_ins(&self, caller: &Caller) -> Result<u64> {
        policy::check(caller, Action::Administer, Object::System)?;
        let mut tx = self.begin().await?;
        let gone = on_tx!(&mut tx, |connection| {
            sqlx::query(FORGET).bind(caller.now).execute(connection).await?.rows_affected()
        });
        tx.commit().await?;
        Ok(gone)
    }
}
