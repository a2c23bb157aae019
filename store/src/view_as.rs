//! Looking at Rapport as somebody else: which session does, since when, and what the audit log says about it.
//! What may be done meanwhile is the policy's business (`domain/src/policy/viewing.rs`).

use crate::{
    audit,
    db::{Db, Tx, on_tx},
    error::{Result, StoreError},
    structure::Standing,
};
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    field::FieldError,
    id::{SessionId, UserId, Version},
    policy::{self, Action, Caller, Guise, Held, Object, RoleName, Via},
};

const START: &str = "UPDATE session SET viewed_user_id = $3, viewed_since = $4, viewed_role = $5 \
                     WHERE id = $1 AND user_id = $2 AND viewed_user_id IS NULL";

const ROLE: &str =
    "SELECT viewed_role FROM session WHERE id = $1 AND user_id = $2 AND viewed_user_id = $3";

const STOP: &str = "UPDATE session SET viewed_user_id = NULL, viewed_since = 0, viewed_role = NULL \
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
        self.begin_looking(caller, session, user, None).await
    }

    /// Lets the caller's browser look at everything as somebody with this role and no other from now on, who is in
    /// charge of what the caller is and has the same colleagues.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator, [`Failure::ConfirmIdentity`], [`Failure::Gone`] for a role
    /// that is not there, a complaint about the field `role` for one that allows what the caller may not,
    /// [`Failure::SignedOut`] without a session of one's own.
    pub async fn start_viewing_role(&self, caller: &Caller, role: Held) -> Result<()> {
        policy::check_confirmed(caller, Action::ViewAs, Object::User)?;
        let session = caller.session.ok_or(Failure::SignedOut)?;
        let (seen, _) = self.with_role(caller, role).await?.ok_or(Failure::Gone)?;
        if !caller.rights.include(&seen.rights) {
            return Err(StoreError::field("role", FieldError::UnknownOption));
        }
        self.begin_looking(caller, session, caller.user, Some(role)).await
    }

    async fn begin_looking(
        &self,
        caller: &Caller,
        session: SessionId,
        user: UserId,
        role: Option<Held>,
    ) -> Result<()> {
        let role = role.map(|role| role.to_string());
        let mut tx = self.begin().await?;
        let started = on_tx!(&mut tx, |connection| {
            sqlx::query(START)
                .bind(session)
                .bind(caller.user)
                .bind(user)
                .bind(caller.now)
                .bind(role.as_deref())
                .execute(connection)
                .await?
                .rows_affected()
        });
        if started != 1 {
            return Err(Failure::SignedOut.into());
        }
        note(&mut tx, caller, user, role.as_deref(), Event::ViewAsStarted).await?;
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
        let role: Option<Option<String>> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(ROLE)
                .bind(session)
                .bind(caller.user)
                .bind(user)
                .fetch_optional(connection)
                .await
        })?;
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
            note(&mut tx, caller, user, role.flatten().as_deref(), Event::ViewAsEnded).await?;
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

    /// The caller who looks as a role, and what that is called: with the rights it gives now, for reading alone. `None`
    /// when that is no longer to be: the role is gone, or one of them has lost or won rights meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn viewed_role(
        &self,
        caller: &Caller,
        role: Held,
    ) -> Result<Option<(Caller, RoleName)>> {
        if policy::check(caller, Action::ViewAs, Object::User).is_err() {
            return Ok(None);
        }
        let seen = self.with_role(caller, role).await?;
        let seen = seen.filter(|(seen, _)| caller.rights.include(&seen.rights));
        Ok(seen.map(|(seen, name)| (Caller { viewer: Some(caller.user), ..seen }, name)))
    }

    /// The caller with the rights of one role alone, and its name; `None` for one that is not there.
    async fn with_role(&self, caller: &Caller, role: Held) -> Result<Option<(Caller, RoleName)>> {
        let Some(name) = self.known_role(role).await? else { return Ok(None) };
        let Standing { rights, circle, shared } =
            self.standing_now(caller.user, &[role], caller.now).await?;
        Ok(Some((Caller { rights, circle, shared, ..caller.clone() }, name)))
    }
}

/// Nobody learns by it what they may not see themselves.
fn may_look_as(caller: &Caller, seen: &Caller) -> bool {
    seen.user != caller.user && caller.rights.include(&seen.rights)
}

const NAME: &str = "SELECT name FROM role WHERE id = $1";

/// Appends the line that looking as `user` began or ended; both are named. Of looking as a role, the role is.
pub(crate) async fn note(
    tx: &mut Tx,
    caller: &Caller,
    user: UserId,
    role: Option<&str>,
    event: Event,
) -> Result<()> {
    let on_behalf_of = Some(user).filter(|user| *user != caller.user);
    let via = Via { on_behalf_of, ..caller.via };
    let caller = Caller { via, ..caller.clone() };
    let grant = policy::check_own(&caller)?;
    let mut fields = Vec::new();
    if let Some(code) = role {
        let name: Option<String> = match code.parse() {
            Ok(Held::Own(id)) => on_tx!(&mut *tx, |connection| {
                sqlx::query_scalar(NAME).bind(id).fetch_optional(connection).await
            })?,
            _ => None,
        };
        fields.push(FieldChange {
            field: "roles".to_owned(),
            before: String::new(),
            after: name.unwrap_or_else(|| code.to_owned()),
        });
    }
    audit::append(tx, &grant, user.0, event, Version(0), &fields).await
}

/// What a session looks as, from its columns. A role that cannot be read is nobody's: it ends.
pub(crate) fn guise(user: UserId, role: Option<&str>) -> Guise {
    role.and_then(|code| code.parse().ok()).map_or(Guise::User(user), Guise::Role)
}
