//! Looking at Rapport as somebody else: which session does, since when, and what the audit log says about it.
//! What may be done meanwhile is the policy's business (`domain/src/policy/viewing.rs`).

use crate::{
    audit,
    db::{Db, Tx, on_tx},
    error::{Result, StoreError},
};
use domain::{
    audit::Event,
    failure::Failure,
    field::FieldError,
    id::{UserId, Version},
    policy::{self, Action, Caller, Object, Via},
};

const START: &str = "UPDATE session SET viewed_user_id = $3, viewed_since = $4 \
                     WHERE id = $1 AND user_id = $2 AND viewed_user_id IS NULL";

const STOP: &str = "UPDATE session SET viewed_user_id = NULL, viewed_since = 0 \
                    WHERE id = $1 AND user_id = $2 AND viewed_user_id = $3";

impl Db {
    /// Lets the caller's browser look at everything as `user` from now on.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator, [`Failure::ConfirmIdentity`], [`Failure::Gone`] for a user
    /// who is unknown or switched off, a complaint about the field `user` for oneself and for somebody who may do what
    /// the caller may not, [`Failure::SignedOut`] without a session of one's own.
    pub async fn start_viewing(&self, caller: &Caller, user: UserId) -> Result<()> {
        policy::check_confirmed(caller, Action::ViewAs, Object::User)?;
        let session = caller.session.ok_or(Failure::SignedOut)?;
        let known = self.acting_for(caller, user).await?.ok_or(Failure::Gone)?;
        if !may_look_as(caller, &known) {
            return Err(StoreError::field("user", FieldError::UnknownOption));
        }
        let mut tx = self.begin().await?;
        let started = on_tx!(&mut tx, |connection| {
            sqlx::query(START)
                .bind(session)
                .bind(caller.user)
                .bind(user)
                .bind(caller.now)
                .execute(connection)
                .await?
                .rows_affected()
        });
        if started != 1 {
            return Err(Failure::SignedOut.into());
        }
        note(&mut tx, caller, user, Event::ViewAsStarted).await?;
        tx.commit().await
    }

    /// Ends it; nothing happens when it has ended.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn stop_viewing(&self, caller: &Caller, user: UserId) -> Result<()> {
        policy::check_own(caller)?;
        let Some(session) = caller.session else { return Ok(()) };
        let mut tx = self.begin().await?;
        let stopped = on_tx!(&mut tx, |connection| {
            sqlx::query(STOP)
                .bind(session)
                .bind(caller.user)
                .bind(user)
                .execute(connection)
                .await?
                .rows_affected()
        });
        if stopped == 1 {
            note(&mut tx, caller, user, Event::ViewAsEnded).await?;
        }
        tx.commit().await
    }

    /// The caller who looks as `user`: with the rights `user` has now, for reading alone. `None` when that is no longer
    /// to be: either of them is switched off or has lost or won rights meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn viewed(&self, caller: &Caller, user: UserId) -> Result<Option<Caller>> {
        if policy::check(caller, Action::ViewAs, Object::User).is_err() {
            return Ok(None);
        }
        let seen = match self.acting_for(caller, user).await {
            Err(StoreError::Refused(_)) => None,
            answer => answer?,
        };
        let seen = seen.filter(|seen| may_look_as(caller, seen));
        Ok(seen.map(|seen| Caller { viewer: Some(caller.user), ..seen }))
    }
}

/// Nobody learns by it what they may not see themselves.
fn may_look_as(caller: &Caller, seen: &Caller) -> bool {
    seen.user != caller.user && caller.rights.include(&seen.rights)
}

/// Appends the line that looking as `user` began or ended; both are named.
pub(crate) async fn note(tx: &mut Tx, caller: &Caller, user: UserId, event: Event) -> Result<()> {
    let via = Via { on_behalf_of: Some(user), ..caller.via };
    let caller = Caller { via, ..caller.clone() };
    let grant = policy::check_own(&caller)?;
    audit::append(tx, &grant, user.0, event, Version(0), &[]).await
}
