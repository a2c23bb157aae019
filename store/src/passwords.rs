//! Passwords as they are kept: set by their owner, by an administrator or behind a link. They arrive here as hashes
//! only; whether one fits is decided where they are hashed.

use crate::{
    Secret, audit, confirmations,
    db::{Db, Tx, on_read, on_tx},
    devices,
    error::Result,
    provider, sessions,
    throttle::{self, Subject},
    users,
};
use domain::{
    audit::Event,
    failure::Failure,
    id::UserId,
    policy::{self, Action, Caller, Grant, Object},
    text,
    time::Instant,
    user::User,
};

/// Sets the password of a user whose row is locked, for somebody who need not be signed in: every browser is signed
/// out and forgotten, an account of another system is no longer theirs until they come in by it again, and tries so far
/// are forgiven. A second step stays as it is.
pub(crate) async fn put_new_password(
    tx: &mut Tx,
    grant: &Grant,
    user: &User,
    password: &str,
) -> Result<()> {
    put_password(tx, user.id, password, grant.now()).await?;
    sessions::end_all(tx, user.id, None).await?;
    devices::forget_of(tx, user.id).await?;
    provider::unlink(tx, user.id).await?;
    let account = text::email(&user.email).unwrap_or_else(|_| text::fold(&user.email));
    let tries = [Subject::account(&account), Subject::signed_in(user.id)];
    throttle::forgive(tx, &tries).await?;
    audit::append(tx, grant, user.id.0, Event::PasswordSet, user.version, &[]).await
}

const OWN_PASSWORD: &str = "SELECT secret FROM credential WHERE user_id = $1 AND kind = 'password'";

impl Db {
    /// Sets somebody's password to the one hashed as `password`; every browser of theirs is signed out.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator, [`Failure::ConfirmIdentity`], [`Failure::Gone`] for an
    /// unknown user.
    pub async fn reset_password(&self, caller: &Caller, id: UserId, password: &str) -> Result<()> {
        let grant = policy::check_confirmed(caller, Action::Administer, Object::User)?;
        let mut tx = self.begin().await?;
        let user = users::touch(&mut tx, id, caller.now).await?;
        put_new_password(&mut tx, &grant, &user, password).await?;
        tx.commit().await
    }
}

impl Db {
    /// The stored hash of one's own password, to compare a typed one with; counts as a try, so that a
    /// borrowed browser is no place to guess. Nobody who is not signed in can use these tries up.
    ///
    /// # Errors
    /// [`Failure::RateLimited`] after too many tries, [`Failure::Gone`] where there is no password.
    pub async fn own_password(&self, caller: &Caller) -> Result<String> {
        policy::check_own(caller)?;
        let secret: Option<String> = on_read!(self, |pool| {
            sqlx::query_scalar(OWN_PASSWORD).bind(caller.user).fetch_optional(pool).await
        })?;
        let secret = secret.ok_or(Failure::Gone)?;
        self.claim_try(&[Subject::signed_in(caller.user)], caller.now).await?;
        Ok(secret)
    }

    /// Takes back the try that [`Db::own_password`] counted, because nobody could look at it.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn take_back_own_try(&self, caller: &Caller) -> Result<()> {
        self.take_back_try(&[Subject::signed_in(caller.user)]).await
    }

    /// Sets one's own password after [`Db::own_password`] was found to fit; all other browsers are signed
    /// out, and this one gets another cookie, whose secret is the answer.
    ///
    /// # Errors
    /// [`Failure::Gone`] when the user is no longer there.
    pub async fn change_password(&self, caller: &Caller, password: &str) -> Result<Option<Secret>> {
        let grant = policy::check_own(caller)?;
        let mut tx = self.begin().await?;
        let user = users::touch(&mut tx, caller.user, caller.now).await?;
        put_password(&mut tx, caller.user, password, caller.now).await?;
        sessions::end_all(&mut tx, caller.user, caller.session).await?;
        let secret = confirmations::renew_own(&mut tx, caller).await?;
        throttle::forgive(&mut tx, &[Subject::signed_in(caller.user)]).await?;
        audit::append(&mut tx, &grant, caller.user.0, Event::PasswordSet, user.version, &[])
            .await?;
        tx.commit().await?;
        Ok(secret)
    }
}

const PUT_PASSWORD: &str = "INSERT INTO credential (user_id, kind, secret, changed_at) \
    VALUES ($1, 'password', $2, $3) \
    ON CONFLICT (user_id, kind) DO UPDATE SET secret = excluded.secret, changed_at = excluded.changed_at";

pub(crate) async fn put_password(
    tx: &mut Tx,
    id: UserId,
    secret: &str,
    now: Instant,
) -> Result<()> {
    users::void_proofs(tx, id).await?;
    on_tx!(tx, |connection| {
        sqlx::query(PUT_PASSWORD)
            .bind(id)
            .bind(secret)
            .bind(now)
            .execute(connection)
            .await
            .map(drop)
    })?;
    Ok(())
}

const RENEW: &str = "UPDATE credential SET secret = $3 \
                     WHERE user_id = $1 AND kind = 'password' AND secret = $2";

impl Db {
    /// Replaces the hash of a password that has just been found to fit by one made with today's
    /// parameters, unless the password was changed meanwhile.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn renew_hash(&self, caller: &Caller, old: &str, new: &str) -> Result<()> {
        policy::check_own(caller)?;
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(RENEW)
                .bind(caller.user)
                .bind(old)
                .bind(new)
                .execute(connection)
                .await
                .map(drop)
        })?;
        tx.commit().await
    }
}
