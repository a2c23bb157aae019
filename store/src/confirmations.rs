//! Proofs of who somebody is within a session, and the cookie that such a session gets anew: one that was stolen before
//! is worth nothing after.

use crate::{
    Secret,
    db::{Db, Tx, on_tx},
    error::{Result, StoreError},
    second_steps::{self, SecondProof},
    throttle::{self, Subject},
};
use const_format::concatcp;
use domain::{
    failure::Failure,
    id::SessionId,
    policy::{self, Caller},
    time::{Instant, MINUTE},
};

/// How long the cookie before is taken, for requests that are on their way, and for browsers that never got the answer
/// with the new one (milliseconds).
const FORMER: i64 = 5 * MINUTE;

const CONFIRM: &str = concatcp!(
    "UPDATE session SET confirmed_at = $3 WHERE id = $1 AND user_id = $2 AND EXISTS \
     (SELECT 1 FROM \"user\" WHERE \"user\".id = $2 AND NOT disabled AND ($4 OR NOT ",
    second_steps::has_second_step!(),
    "))"
);
const RENEW: &str =
    "UPDATE session SET former_hash = token_hash, former_until = $2, token_hash = $3 WHERE id = $1";

impl Db {
    /// Notes that the caller has just proved who they are: by a code or a passkey that fitted, or by the password where
    /// there is no second step. Tries counted for it are forgiven. Answers the secret of the cookie that stands for the
    /// session from now on.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] when the code was used before, when a code is needed, or without a session.
    pub async fn confirm_session(
        &self,
        caller: &Caller,
        proof: Option<&SecondProof>,
    ) -> Result<Secret> {
        let grant = policy::check_own(caller)?;
        let session = caller.session.ok_or(Failure::SignedOut)?;
        let mut tx = self.begin().await?;
        if let Some(proof) = proof {
            second_steps::spend(&mut tx, &grant, caller.user, proof).await?;
        }
        let confirmed = on_tx!(&mut tx, |connection| {
            sqlx::query(CONFIRM)
                .bind(session)
                .bind(caller.user)
                .bind(caller.now)
                .bind(proof.is_some())
                .execute(connection)
                .await?
                .rows_affected()
        });
        if confirmed != 1 {
            return Err(Failure::SignedOut.into());
        }
        let secret = renew(&mut tx, session, caller.now).await?;
        throttle::forgive(&mut tx, &[Subject::signed_in(caller.user)]).await?;
        tx.commit().await?;
        Ok(secret)
    }
}

/// Gives the session of the caller another cookie, if it is in one that they ask.
pub(crate) async fn renew_own(tx: &mut Tx, caller: &Caller) -> Result<Option<Secret>> {
    match caller.session {
        Some(session) => Ok(Some(renew(tx, session, caller.now).await?)),
        None => Ok(None),
    }
}

/// Gives a session another cookie.
async fn renew(tx: &mut Tx, session: SessionId, now: Instant) -> Result<Secret> {
    let secret = Secret::new().ok_or(StoreError::Refused(Failure::Unavailable))?;
    on_tx!(tx, |connection| {
        sqlx::query(RENEW)
            .bind(session)
            .bind(now.plus(FORMER))
            .bind(&secret.hash()[..])
            .execute(connection)
            .await
            .map(drop)
    })?;
    Ok(secret)
}
