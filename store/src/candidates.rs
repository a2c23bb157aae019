//! Who might be signing in, before it is known whether the password fits, and the line of a sign-in that failed.
//! These functions take no caller: they are how a caller comes to be.

use crate::{
    audit,
    db::{Db, on_read},
    error::Result,
    second_steps,
    structure::{Versions, structure_version},
    users,
};
use const_format::concatcp;
use domain::{
    audit::Event,
    id::{UserId, Version},
    lang::Lang,
    policy::{self, Action, Caller, Held, Object, Origin, Rights, Via},
    time::Instant,
};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// Who might be signing in: what is needed to compare the password.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The user.
    pub user: UserId,
    /// Name shown to colleagues.
    pub name: String,
    /// Language chosen, if any.
    pub lang: Option<Lang>,
    /// Whether signing in is refused, whatever the password.
    pub disabled: bool,
    /// Whether a code has to follow the password.
    pub second_step: bool,
    /// The stored hash.
    pub password: String,
    /// What it belongs to: another one after each change of what proves who they are.
    pub credential_version: i64,
    /// What the rights are made of; see [`Db::rights_of_candidate`].
    roles: Vec<Held>,
    structure_version: i64,
}

#[derive(FromRow)]
struct CandidateRow {
    id: UserId,
    name: String,
    roles: Option<String>,
    structure_version: i64,
    lang: Option<String>,
    disabled: bool,
    second_step: bool,
    credential_version: i64,
    secret: String,
}

const CANDIDATE: &str = concatcp!(
    "SELECT \"user\".id, name, ",
    users::roles_of_user!(),
    ", ",
    structure_version!(),
    ", lang, disabled, ",
    second_steps::has_second_step!(),
    " AS second_step, credential_version, c.secret FROM \"user\" \
     JOIN credential c ON c.user_id = \"user\".id AND c.kind = 'password' WHERE email_norm = $1"
);

impl Db {
    /// Who an e-mail address stands for, after [`Db::claim_try`] has let the try pass.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn sign_in_candidate(&self, email_norm: &str) -> Result<Option<Candidate>> {
        let row: Option<CandidateRow> = on_read!(self, |pool| {
            sqlx::query_as(CANDIDATE).bind(email_norm).fetch_optional(pool).await
        })?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Candidate {
            user: row.id,
            name: row.name,
            lang: row.lang.as_deref().and_then(Lang::from_tag),
            disabled: row.disabled,
            second_step: row.second_step,
            password: row.secret,
            credential_version: row.credential_version,
            roles: users::roles(row.roles.as_deref())?,
            structure_version: row.structure_version,
        }))
    }

    /// What somebody may do whose password fits. Asked only then: what it takes depends on who it is, and a failed
    /// sign-in has to be the same work whoever is meant.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn rights_of_candidate(&self, candidate: &Candidate) -> Result<Rights> {
        let Candidate { user, roles, structure_version, .. } = candidate;
        // Signing in reaches nothing that is shared.
        let at = Versions { structure: *structure_version, shares: 0 };
        Ok(self.standing(*user, roles, at, Instant::NEVER).await?.rights)
    }

    /// Writes a failed sign-in into the trail; the try itself was counted before. An unknown name is
    /// not kept: people type passwords there.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn note_failed_sign_in(
        &self,
        user: Option<UserId>,
        via: Via,
        now: Instant,
    ) -> Result<()> {
        let caller = Caller { via, ..Caller::system(now, Origin::Web) };
        let grant = policy::check(&caller, Action::View, Object::User)?;
        let id = user.map_or(Uuid::nil(), |user| user.0);
        let mut tx = self.begin().await?;
        audit::append(&mut tx, &grant, id, Event::SignInFailed, Version(0), &[]).await?;
        tx.commit().await
    }

    /// Writes into the trail that whoever is signed in failed to prove who they are; the try itself was counted before.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn note_failed_proof(&self, caller: &Caller) -> Result<()> {
        let grant = policy::check_own(caller)?;
        let mut tx = self.begin().await?;
        audit::append(&mut tx, &grant, caller.user.0, Event::ProofFailed, Version(0), &[]).await?;
        tx.commit().await
    }
}
