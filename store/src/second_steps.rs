//! Second steps of a sign-in: whether somebody has one, who has to, and what is kept of code generators. Owns every
//! statement on `second_step`, `recovery_code` and `second_step_role`.
//! Whether a code fits is decided where the key can be opened; that none is taken twice is decided here.

use crate::{
    Secret, accounts, audit, confirmations,
    db::{Db, Tx, on_read, on_tx},
    error::{Result, StoreError},
    passkeys::{self, UsedPasskey},
    sessions,
    throttle::{self, Subject},
    users,
};
use const_format::concatcp;
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    field::FieldError,
    id::{SessionId, UserId, Version},
    policy::{self, Action, Caller, Grant, Held, Object},
    time::Instant,
};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// Whether the user of `"user"` gets codes from a generator.
macro_rules! has_codes {
    () => {
        "EXISTS (SELECT 1 FROM second_step t WHERE t.user_id = \"user\".id AND t.on_since > 0)"
    };
}
pub(crate) use has_codes;

/// Whether the user of `"user"` has a second step: a code generator or a passkey.
macro_rules! has_second_step {
    () => {
        "(EXISTS (SELECT 1 FROM second_step t WHERE t.user_id = \"user\".id AND t.on_since > 0) \
          OR EXISTS (SELECT 1 FROM passkey k WHERE k.user_id = \"user\".id))"
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
    /// A passkey.
    Passkey(UsedPasskey),
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
    /// What is kept of the code generator, if anything.
    pub step: Option<SecondStep>,
    /// Recovery codes that were not used.
    pub codes_left: i64,
    /// How many passkeys there are.
    pub passkeys: i64,
    /// Whether a role of one's own demands it.
    pub required: bool,
}

impl OwnSecondStep {
    /// Whether codes come from a generator.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.step.as_ref().is_some_and(|step| step.on_since.is_set())
    }
}

const STEP: &str = "SELECT sealed_key, on_since FROM second_step WHERE user_id = $1";

const CODES_LEFT: &str = "SELECT COUNT(*) FROM recovery_code WHERE user_id = $1 AND used_at = 0";

const REQUIRED: &str = concatcp!(
    "SELECT ",
    needs_second_step!(),
    " AS required, ",
    passkeys::passkeys_of_user!(),
    " FROM \"user\" WHERE id = $1"
);

#[derive(Default, FromRow)]
struct Standing {
    required: bool,
    passkeys: i64,
}

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
        let standing: Option<Standing> = on_read!(self, |pool| {
            sqlx::query_as(REQUIRED).bind(user).fetch_optional(pool).await
        })?;
        let Standing { required, passkeys } = standing.unwrap_or_default();
        Ok(OwnSecondStep { step, codes_left, passkeys, required })
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
    /// Answers the secret of the cookie that stands for the session from now on.
    ///
    /// # Errors
    /// [`Failure::ConfirmIdentity`], [`Failure::Gone`] when it is on already or was begun anew meanwhile.
    pub async fn turn_on_second_step(
        &self,
        caller: &Caller,
        sealed_key: &[u8],
        step: i64,
        codes: &[[u8; 32]],
    ) -> Result<Option<Secret>> {
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
        let secret = confirmations::renew_own(&mut tx, caller).await?;
        throttle::forgive(&mut tx, &[Subject::second_step(caller.user)]).await?;
        note(&mut tx, &grant, caller.user, Event::SecondStepOn).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Puts other recovery codes, given by their hashes, in the place of those there were.
    ///
    /// # Errors
    /// [`Failure::ConfirmIdentity`], [`Failure::Gone`] without a second step.
    pub async fn renew_recovery_codes(&self, caller: &Caller, codes: &[[u8; 32]]) -> Result<()> {
        let grant = policy::check_own_confirmed(caller)?;
        let mut tx = self.begin().await?;
        // Locks the row of the user, so that two calls at once leave the codes of one.
        if !users::touch(&mut tx, caller.user, caller.now).await?.second_step {
            return Err(Failure::Gone.into());
        }
        put_codes(&mut tx, caller.user, codes).await?;
        note(&mut tx, &grant, caller.user, Event::RecoveryCodesMade).await?;
        tx.commit().await
    }

    /// Switches one's own code generator off.
    ///
    /// # Errors
    /// [`Failure::ConfirmIdentity`], [`Failure::Gone`] without one, a complaint about `second_step` when a role of
    /// the caller demands a second step and there is no passkey.
    pub async fn turn_off_second_step(&self, caller: &Caller) -> Result<()> {
        let grant = policy::check_own_confirmed(caller)?;
        let mut tx = self.begin().await?;
        users::touch(&mut tx, caller.user, caller.now).await?;
        if !take_generator(&mut tx, &grant, caller.user).await? {
            return Err(Failure::Gone.into());
        }
        settle(&mut tx, caller.user).await?;
        end_proofs(&mut tx, caller.user, caller.session).await?;
        tx.commit().await
    }

    /// Takes the code generator and all passkeys off somebody who lost them; they are signed out everywhere.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`], [`Failure::Gone`] for a user without one.
    pub async fn remove_second_step(&self, caller: &Caller, user: UserId) -> Result<()> {
        let grant = policy::check_confirmed(caller, Action::Administer, Object::User)?;
        let mut tx = self.begin().await?;
        users::touch(&mut tx, user, caller.now).await?;
        let generator = take_generator(&mut tx, &grant, user).await?;
        if passkeys::remove_all(&mut tx, &grant, user).await? == 0 && !generator {
            return Err(Failure::Gone.into());
        }
        put_codes(&mut tx, user, &[]).await?;
        end_proofs(&mut tx, user, None).await?;
        tx.commit().await
    }
}

/// Takes the code generator away, if there is one.
async fn take_generator(tx: &mut Tx, grant: &Grant, user: UserId) -> Result<bool> {
    let taken = on_tx!(&mut *tx, |connection| {
        sqlx::query(TURN_OFF).bind(user).execute(connection).await?.rows_affected()
    });
    if taken == 1 {
        note(tx, grant, user, Event::SecondStepOff).await?;
    }
    Ok(taken == 1)
}

/// Nothing that was proved before the second step went counts any more, in any browser but `keep`.
async fn end_proofs(tx: &mut Tx, user: UserId, keep: Option<SessionId>) -> Result<()> {
    users::void_proofs(tx, user).await?;
    sessions::end_all(tx, user, keep).await?;
    throttle::forgive(tx, &[Subject::second_step(user)]).await
}

const LEFT: &str = concatcp!(
    "SELECT ",
    has_second_step!(),
    " AS has, ",
    needs_second_step!(),
    " AS needs FROM \"user\" WHERE id = $1"
);

#[derive(Default, FromRow)]
struct Left {
    has: bool,
    needs: bool,
}

/// After one of the second steps of a user went: refuses where the last one is demanded, and lets the recovery codes
/// go with it.
///
/// # Errors
/// A complaint about `second_step` when a role of the user demands it.
pub(crate) async fn settle(tx: &mut Tx, user: UserId) -> Result<()> {
    let left: Option<Left> = on_tx!(&mut *tx, |connection| {
        sqlx::query_as(LEFT).bind(user).fetch_optional(connection).await
    })?;
    match left.unwrap_or_default() {
        Left { has: true, .. } => Ok(()),
        Left { needs: true, .. } => Err(StoreError::field("second_step", FieldError::Required)),
        _ => put_codes(tx, user, &[]).await,
    }
}

const ANY_CODE: &str =
    "SELECT EXISTS (SELECT 1 FROM recovery_code WHERE user_id = $1 AND used_at = 0)";

/// Puts recovery codes where none is left; answers whether it did.
pub(crate) async fn put_first_codes(tx: &mut Tx, user: UserId, codes: &[[u8; 32]]) -> Result<bool> {
    let any: bool = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(ANY_CODE).bind(user).fetch_one(connection).await
    })?;
    if !any {
        put_codes(tx, user, codes).await?;
    }
    Ok(!any)
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

const SPEND_CODE: &str = concatcp!(
    "UPDATE recovery_code SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at = 0 \
     AND EXISTS (SELECT 1 FROM \"user\" WHERE \"user\".id = $1 AND ",
    has_second_step!(),
    ")"
);

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
        SecondProof::Passkey(used) => return passkeys::spend(tx, grant, user, *used).await,
    };
    if spent != 1 {
        return Err(Failure::SignedOut.into());
    }
    if matches!(proof, SecondProof::Recovery(_)) {
        note(tx, grant, user, Event::RecoveryCodeUsed).await?;
    }
    throttle::forgive(tx, &[Subject::second_step(user)]).await
}

const KEYS: &str =
    "SELECT user_id, sealed_key FROM second_step WHERE on_since > 0 ORDER BY user_id";

#[derive(FromRow)]
struct KeyRow {
    user_id: UserId,
    sealed_key: Vec<u8>,
}

impl Db {
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

const GUARD: &str = "INSERT INTO second_step_role (role) SELECT $1 \
     WHERE EXISTS (SELECT 1 FROM second_step_role WHERE role = 'admin') ON CONFLICT DO NOTHING";
const LET_GO: &str = "DELETE FROM second_step_role WHERE role = $1";

/// Passed by one transaction at a time that says which roles need a second step.
const ROLES_LOCK: &str = "lock.second_step_roles";

/// Lets a role demand a second step in a company where administrators need one. Whether it did not before.
pub(crate) async fn guard(tx: &mut Tx, role: Held, now: Instant) -> Result<bool> {
    crate::settings::lock(tx, ROLES_LOCK, now).await?;
    let guarded = on_tx!(tx, |connection| {
        sqlx::query(GUARD).bind(role.to_string()).execute(connection).await?.rows_affected()
    });
    Ok(guarded > 0)
}

/// Forgets a role that is no more.
pub(crate) async fn let_go(tx: &mut Tx, role: Held) -> Result<()> {
    on_tx!(tx, |connection| {
        sqlx::query(LET_GO).bind(role.to_string()).execute(connection).await.map(drop)
    })?;
    Ok(())
}

impl Db {
    /// The roles that demand a second step.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator.
    pub async fn second_step_roles(&self, caller: &Caller) -> Result<Vec<Held>> {
        policy::look(caller, Action::Administer, Object::Organisation)?;
        let codes = on_read!(self, |pool| sqlx::query_scalar(ROLES).fetch_all(pool).await)?;
        Ok(sorted(codes))
    }

    /// Lets these roles and no others demand a second step. Whoever holds one and has none can do nothing but set it
    /// up from the next request on. `seen` are those that the caller looked at, if any: a role that was guarded since
    /// stays so.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`]; [`Failure::Conflict`] when other roles demand it than were
    /// seen.
    pub async fn require_second_step(
        &self,
        caller: &Caller,
        seen: Option<&[Held]>,
        roles: &[Held],
    ) -> Result<()> {
        let grant = policy::check_confirmed(caller, Action::Administer, Object::Organisation)?;
        let mut roles = roles.to_vec();
        roles.sort_unstable();
        roles.dedup();
        let mut tx = self.begin().await?;
        crate::settings::lock(&mut tx, ROLES_LOCK, caller.now).await?;
        let codes = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(ROLES).fetch_all(connection).await
        })?;
        let before = sorted(codes);
        if seen.is_some_and(|seen| sorted(seen.iter().map(Held::to_string).collect()) != before) {
            return Err(accounts::stale());
        }
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

/// Roles by their codes, in order, each once.
fn sorted(codes: Vec<String>) -> Vec<Held> {
    let mut roles: Vec<Held> = codes.iter().filter_map(|code| code.parse().ok()).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}
