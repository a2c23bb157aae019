//! Second steps of a sign-in: whether somebody has one, what is kept of it, and half-done sign-ins. Owns every
//! statement on `second_step`, `recovery_code`, `pending_sign_in` and `second_step_role`.
//! Whether a code fits is decided where the key can be opened; that none is taken twice is decided here.

use crate::{
    audit,
    db::{Db, Tx, on_read, on_tx},
    error::{Result, StoreError},
    provider::{Arriving, ProviderAccount, Way},
    sessions,
    throttle::{self, Subject},
    users,
};
use const_format::concatcp;
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    field::FieldError,
    id::{UserId, Version},
    policy::{self, Action, Caller, Grant, Held, Object, Rights},
    time::{Instant, MINUTE},
};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// How long a sign-in may wait for its code (milliseconds).
const PENDING: i64 = 5 * MINUTE;

/// Whether the user of `"user"` has a second step.
macro_rules! has_second_step {
    () => {
        "EXISTS (SELECT 1 FROM second_step t WHERE t.user_id = \"user\".id AND t.on_since > 0)"
    };
}
pub(crate) use has_second_step;

/// Whether a role of the user of `"user"` demands a second step.
macro_rules! needs_second_step {
    () => {
        "EXISTS (SELECT 1 FROM user_role r JOIN second_step_role n ON n.role = r.role WHERE r.user_id = \"user\".id)"
    };
}
pub(crate) use needs_second_step;

/// What fits the second step of somebody, as it was found by whoever can open the key. It is good once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondProof {
    /// The code of this interval of 30 seconds since 1970.
    Step(i64),
    /// The recovery code with this SHA-256.
    Recovery([u8; 32]),
}

/// The second step of somebody, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct SecondStep {
    /// The key, sealed.
    pub sealed_key: Vec<u8>,
    /// Since when it is on; [`Instant::NEVER`] while it is being set up.
    pub on_since: Instant,
}

/// One's own second step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSecondStep {
    /// What is kept, if anything.
    pub step: Option<SecondStep>,
    /// Recovery codes that were not used.
    pub codes_left: i64,
    /// Whether a role of one's own demands it.
    pub required: bool,
}

impl OwnSecondStep {
    /// Whether signing in takes it.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.step.as_ref().is_some_and(|step| step.on_since.is_set())
    }
}

const STEP: &str = "SELECT sealed_key, on_since FROM second_step WHERE user_id = $1";

const CODES_LEFT: &str = "SELECT COUNT(*) FROM recovery_code WHERE user_id = $1 AND used_at = 0";

const REQUIRED: &str =
    concatcp!("SELECT ", needs_second_step!(), " AS required FROM \"user\" WHERE id = $1");

impl Db {
    /// One's own second step.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn own_second_step(&self, caller: &Caller) -> Result<OwnSecondStep> {
        policy::check_own(caller)?;
        let user = caller.user;
        let step: Option<SecondStep> =
            on_read!(self, |pool| sqlx::query_as(STEP).bind(user).fetch_optional(pool).await)?;
        let codes_left: i64 = on_read!(self, |pool| {
            sqlx::query_scalar(CODES_LEFT).bind(user).fetch_one(pool).await
        })?;
        let required: Option<bool> = on_read!(self, |pool| {
            sqlx::query_scalar(REQUIRED).bind(user).fetch_optional(pool).await
        })?;
        Ok(OwnSecondStep { step, codes_left, required: required.unwrap_or(false) })
    }

    /// Counts a try to give one's own code, so that a borrowed browser is no place to guess; see
    /// [`Subject::second_step`].
    ///
    /// # Errors
    /// [`Failure::RateLimited`] after too many tries.
    pub async fn claim_own_code(&self, caller: &Caller) -> Result<()> {
        policy::check_own(caller)?;
        self.claim_try(&[Subject::second_step(caller.user)], caller.now).await
    }
}

const BEGIN: &str = "INSERT INTO second_step (user_id, sealed_key, made_at) VALUES ($1, $2, $3) \
    ON CONFLICT (user_id) DO UPDATE SET sealed_key = excluded.sealed_key, made_at = excluded.made_at \
    WHERE second_step.on_since = 0";

const TURN_ON: &str = "UPDATE second_step SET on_since = $2, last_step = $3 \
                       WHERE user_id = $1 AND on_since = 0 AND sealed_key = $4";

const TURN_OFF: &str = "DELETE FROM second_step WHERE user_id = $1";

impl Db {
    /// Keeps the sealed key of a second step that is being set up; one that is not on yet makes way.
    ///
    /// # Errors
    /// [`Failure::ConfirmIdentity`], [`Failure::Gone`] when one is on already.
    pub async fn begin_second_step(&self, caller: &Caller, sealed_key: &[u8]) -> Result<()> {
        policy::check_own_confirmed(caller)?;
        let mut tx = self.begin().await?;
        let kept = on_tx!(&mut tx, |connection| {
            sqlx::query(BEGIN)
                .bind(caller.user)
                .bind(sealed_key)
                .bind(caller.now)
                .execute(connection)
                .await?
                .rows_affected()
        });
        if kept != 1 {
            return Err(Failure::Gone.into());
        }
        tx.commit().await
    }

    /// Switches the second step with this sealed key on, whose code of interval `step` was found to fit; `codes` are
    /// the hashes of the recovery codes. All other browsers of the caller are signed out.
    ///
    /// # Errors
    /// [`Failure::ConfirmIdentity`], [`Failure::Gone`] when it is on already or was begun anew meanwhile.
    pub async fn turn_on_second_step(
        &self,
        caller: &Caller,
        sealed_key: &[u8],
        step: i64,
        codes: &[[u8; 32]],
    ) -> Result<()> {
        let grant = policy::check_own_confirmed(caller)?;
        let mut tx = self.begin().await?;
        let turned = on_tx!(&mut tx, |connection| {
            sqlx::query(TURN_ON)
                .bind(caller.user)
                .bind(caller.now)
                .bind(step)
                .bind(sealed_key)
                .execute(connection)
                .await?
                .rows_affected()
        });
        if turned != 1 {
            return Err(Failure::Gone.into());
        }
        put_codes(&mut tx, caller.user, codes).await?;
        users::void_proofs(&mut tx, caller.user).await?;
        sessions::end_all(&mut tx, caller.user, caller.session).await?;
        throttle::forgive(&mut tx, &[Subject::second_step(caller.user)]).await?;
        note(&mut tx, &grant, caller.user, Event::SecondStepOn).await?;
        tx.commit().await
    }

    /// Puts other recovery codes, given by their hashes, in the place of those there were.
    ///
    /// # Errors
    /// [`Failure::ConfirmIdentity`], [`Failure::Gone`] without a second step.
    pub async fn renew_recovery_codes(&self, caller: &Caller, codes: &[[u8; 32]]) -> Result<()> {
        let grant = policy::check_own_confirmed(caller)?;
        let mut tx = self.begin().await?;
        // Locks the row of the user, so that two calls at once leave the codes of one.
        users::touch(&mut tx, caller.user, caller.now).await?;
        let step: Option<SecondStep> = on_tx!(&mut tx, |connection| {
            sqlx::query_as(STEP).bind(caller.user).fetch_optional(connection).await
        })?;
        if !step.is_some_and(|step| step.on_since.is_set()) {
            return Err(Failure::Gone.into());
        }
        put_codes(&mut tx, caller.user, codes).await?;
        note(&mut tx, &grant, caller.user, Event::RecoveryCodesMade).await?;
        tx.commit().await
    }

    /// Switches one's own second step off.
    ///
    /// # Errors
    /// [`Failure::ConfirmIdentity`], [`Failure::Gone`] without one, a complaint about `second_step` when a role of
    /// the caller demands it.
    pub async fn turn_off_second_step(&self, caller: &Caller) -> Result<()> {
        let grant = policy::check_own_confirmed(caller)?;
        if self.own_second_step(caller).await?.required {
            return Err(StoreError::field("second_step", FieldError::Required));
        }
        let mut tx = self.begin().await?;
        take_away(&mut tx, &grant, caller.user, caller.session).await?;
        tx.commit().await
    }

    /// Takes the second step off somebody who lost it; they are signed out everywhere.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`], [`Failure::Gone`] for a user without one.
    pub async fn remove_second_step(&self, caller: &Caller, user: UserId) -> Result<()> {
        let grant = policy::check_confirmed(caller, Action::Administer, Object::User)?;
        let mut tx = self.begin().await?;
        take_away(&mut tx, &grant, user, None).await?;
        tx.commit().await
    }
}

async fn take_away(
    tx: &mut Tx,
    grant: &Grant,
    user: UserId,
    keep: Option<domain::id::SessionId>,
) -> Result<()> {
    users::touch(tx, user, grant.now()).await?;
    let taken = on_tx!(&mut *tx, |connection| {
        sqlx::query(TURN_OFF).bind(user).execute(connection).await?.rows_affected()
    });
    if taken != 1 {
        return Err(Failure::Gone.into());
    }
    put_codes(tx, user, &[]).await?;
    users::void_proofs(tx, user).await?;
    sessions::end_all(tx, user, keep).await?;
    throttle::forgive(tx, &[Subject::second_step(user)]).await?;
    note(tx, grant, user, Event::SecondStepOff).await
}

async fn note(tx: &mut Tx, grant: &Grant, user: UserId, event: Event) -> Result<()> {
    audit::append(tx, grant, user.0, event, Version(0), &[]).await
}

const NO_CODES: &str = "DELETE FROM recovery_code WHERE user_id = $1";
const PUT_CODE: &str = "INSERT INTO recovery_code (user_id, code_hash) VALUES ($1, $2)";

async fn put_codes(tx: &mut Tx, user: UserId, codes: &[[u8; 32]]) -> Result<()> {
    on_tx!(&mut *tx, |connection| {
        sqlx::query(NO_CODES).bind(user).execute(connection).await.map(drop)
    })?;
    for code in codes {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(PUT_CODE).bind(user).bind(&code[..]).execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

// Compared and set in one statement: of two nodes that were given the same code one wins.
const SPEND_STEP: &str = "UPDATE second_step SET last_step = $2 \
                          WHERE user_id = $1 AND on_since > 0 AND last_step < $2";

const SPEND_CODE: &str = "UPDATE recovery_code SET used_at = $3 \
    WHERE user_id = $1 AND code_hash = $2 AND used_at = 0 \
    AND EXISTS (SELECT 1 FROM second_step t WHERE t.user_id = $1 AND t.on_since > 0)";

/// Uses a proof up, and forgives the tries it took.
///
/// # Errors
/// [`Failure::SignedOut`] when it was used before: words that tell nothing more.
pub(crate) async fn spend(
    tx: &mut Tx,
    grant: &Grant,
    user: UserId,
    proof: &SecondProof,
) -> Result<()> {
    let spent = match proof {
        SecondProof::Step(step) => on_tx!(&mut *tx, |connection| {
            sqlx::query(SPEND_STEP).bind(user).bind(step).execute(connection).await?.rows_affected()
        }),
        SecondProof::Recovery(hash) => on_tx!(&mut *tx, |connection| {
            sqlx::query(SPEND_CODE)
                .bind(user)
                .bind(&hash[..])
                .bind(grant.now())
                .execute(connection)
                .await?
                .rows_affected()
        }),
    };
    if spent != 1 {
        return Err(Failure::SignedOut.into());
    }
    if matches!(proof, SecondProof::Recovery(_)) {
        note(tx, grant, user, Event::RecoveryCodeUsed).await?;
    }
    throttle::forgive(tx, &[Subject::second_step(user)]).await
}

/// A sign-in whose password fitted, waiting for its code.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The user.
    pub user: UserId,
    /// Name shown to colleagues.
    pub name: String,
    /// What the user may do.
    pub rights: Rights,
    /// The sealed key.
    pub sealed_key: Vec<u8>,
}

#[derive(FromRow)]
struct PendingRow {
    id: UserId,
    name: String,
    roles: Option<String>,
    sealed_key: Vec<u8>,
}

const WAIT: &str = "INSERT INTO pending_sign_in (token_hash, user_id, credential_version, expires_at) \
    SELECT $1, u.id, u.credential_version, $3 FROM \"user\" u JOIN credential c ON c.user_id = u.id \
    WHERE u.id = $2 AND NOT u.disabled AND c.kind = 'password' AND c.secret = $4";

const WAITING: &str = concatcp!(
    "SELECT \"user\".id, name, ",
    users::roles_of_user!(),
    ", t.sealed_key FROM pending_sign_in p JOIN \"user\" ON \"user\".id = p.user_id \
     JOIN second_step t ON t.user_id = p.user_id AND t.on_since > 0 \
     WHERE p.token_hash = $1 AND p.expires_at > $2 AND NOT disabled \
     AND \"user\".credential_version = p.credential_version"
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
    /// [`StoreError::Unavailable`] when the database is too busy.
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
        Ok(Some(Pending { user: row.id, name: row.name, rights, sealed_key: row.sealed_key }))
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

const KEYS: &str =
    "SELECT user_id, sealed_key FROM second_step WHERE on_since > 0 ORDER BY user_id";

#[derive(FromRow)]
struct KeyRow {
    user_id: UserId,
    sealed_key: Vec<u8>,
}

impl Db {
    /// Removes half-done sign-ins that have run out; answers how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn forget_pending_sign_ins(&self, caller: &Caller) -> Result<u64> {
        policy::check(caller, Action::Administer, Object::System)?;
        let mut tx = self.begin().await?;
        let gone = on_tx!(&mut tx, |connection| {
            sqlx::query(FORGET).bind(caller.now).execute(connection).await?.rows_affected()
        });
        tx.commit().await?;
        Ok(gone)
    }

    /// Every sealed key in use, to see whether they can be opened.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator.
    pub async fn sealed_keys(&self, caller: &Caller) -> Result<Vec<(UserId, Vec<u8>)>> {
        policy::check(caller, Action::Administer, Object::System)?;
        let rows: Vec<KeyRow> = on_read!(self, |pool| sqlx::query_as(KEYS).fetch_all(pool).await)?;
        Ok(rows.into_iter().map(|row| (row.user_id, row.sealed_key)).collect())
    }
}

const ROLES: &str = "SELECT role FROM second_step_role ORDER BY role";
const NO_ROLES: &str = "DELETE FROM second_step_role";
const PUT_ROLE: &str = "INSERT INTO second_step_role (role) VALUES ($1)";

/// Passed by one transaction at a time that says which roles need a second step.
const ROLES_LOCK: &str = "lock.second_step_roles";

impl Db {
    /// The roles that demand a second step.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator.
    pub async fn second_step_roles(&self, caller: &Caller) -> Result<Vec<Held>> {
        policy::look(caller, Action::Administer, Object::Organisation)?;
        let codes: Vec<String> =
            on_read!(self, |pool| sqlx::query_scalar(ROLES).fetch_all(pool).await)?;
        let mut roles: Vec<Held> = codes.iter().filter_map(|code| code.parse().ok()).collect();
        roles.sort_unstable();
        Ok(roles)
    }

    /// Lets these roles and no others demand a second step. Whoever holds one and has none can do nothing but set it
    /// up from the next request on.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`].
    pub async fn require_second_step(&self, caller: &Caller, roles: &[Held]) -> Result<()> {
        let grant = policy::check_confirmed(caller, Action::Administer, Object::Organisation)?;
        let before = self.second_step_roles(caller).await?;
        let mut roles = roles.to_vec();
        roles.sort_unstable();
        roles.dedup();
        let mut tx = self.begin().await?;
        crate::settings::lock(&mut tx, ROLES_LOCK, caller.now).await?;
        on_tx!(&mut tx, |connection| sqlx::query(NO_ROLES).execute(connection).await.map(drop))?;
        for role in &roles {
            on_tx!(&mut tx, |connection| {
                sqlx::query(PUT_ROLE).bind(role.to_string()).execute(connection).await.map(drop)
            })?;
        }
        let words =
            |roles: &[Held]| roles.iter().map(Held::to_string).collect::<Vec<_>>().join(", ");
        let field = FieldChange {
            field: "second_step_roles".to_owned(),
            before: words(&before),
            after: words(&roles),
        };
        audit::append(&mut tx, &grant, Uuid::nil(), Event::Changed, Version(0), &[field]).await?;
        tx.commit().await
    }
}
