//! Passkeys and the challenges that wait for an answer. Owns every statement on `passkey` and `passkey_challenge`.
//! Whether an answer is true is decided where it can be checked; that none counts twice is decided here.

use crate::{
    audit,
    db::{Db, Tx, on_read, on_tx},
    error::{Result, StoreError},
    second_steps, sessions,
    throttle::{self, Subject},
    users,
};
use const_format::concatcp;
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    field::FieldError,
    id::{PasskeyId, UserId, Version},
    passkey::{ANSWER_WITHIN, MOST, Passkey, Purpose},
    policy::{self, Action, Caller, Grant, Object, Rights},
    time::Instant,
};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// Whether the user of `"user"` has a passkey.
macro_rules! has_passkey {
    () => {
        "EXISTS (SELECT 1 FROM passkey k WHERE k.user_id = \"user\".id)"
    };
}
pub(crate) use has_passkey;

/// How many passkeys the user of `"user"` has.
macro_rules! passkeys_of_user {
    () => {
        "(SELECT COUNT(*) FROM passkey k WHERE k.user_id = \"user\".id) AS passkeys"
    };
}
pub(crate) use passkeys_of_user;

/// A use of a passkey that was found to be true, with the counter it came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedPasskey {
    /// Which.
    pub id: PasskeyId,
    /// Counts up with every use, or is always 0.
    pub counter: u32,
}

/// A passkey as it is checked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPasskey {
    /// Identity.
    pub id: PasskeyId,
    /// Whose it is.
    pub user: UserId,
    /// The public key and what belongs to it.
    pub credential: String,
    /// The newest counter.
    pub counter: u32,
}

#[derive(FromRow)]
struct StoredRow {
    id: PasskeyId,
    user_id: UserId,
    credential: String,
    counter: i64,
}

impl TryFrom<StoredRow> for StoredPasskey {
    type Error = StoreError;

    fn try_from(row: StoredRow) -> Result<Self> {
        let counter =
            u32::try_from(row.counter).map_err(|_| StoreError::Unreadable("passkey.counter"))?;
        Ok(Self { id: row.id, user: row.user_id, credential: row.credential, counter })
    }
}

/// A challenge that waits for its answer.
#[derive(Clone, Copy, Debug)]
pub struct Challenge<'a> {
    /// SHA-256 of what the answer comes with.
    pub ticket_hash: &'a [u8; 32],
    /// What the answer is for.
    pub purpose: Purpose,
    /// The session or the half-done sign-in it is for; empty while nobody is signed in.
    pub bound_to: &'a [u8],
    /// The name of the server it was asked at.
    pub host: &'a str,
}

const ASK: &str = "INSERT INTO passkey_challenge (ticket_hash, purpose, bound_to, host, state, expires_at) \
                   VALUES ($1, $2, $3, $4, $5, $6)";

const ANSWER: &str = "DELETE FROM passkey_challenge \
    WHERE ticket_hash = $1 AND purpose = $2 AND bound_to = $3 AND host = $4 AND expires_at > $5 RETURNING state";

const FORGET: &str = "DELETE FROM passkey_challenge WHERE expires_at < $1";

impl Db {
    /// Keeps a challenge until it is answered, for five minutes at most. Takes no caller: nobody has to be signed in.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn keep_challenge(
        &self,
        asked: Challenge<'_>,
        state: &str,
        now: Instant,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        // Anybody may ask: what nobody answers does not pile up.
        on_tx!(&mut tx, |connection| {
            sqlx::query(FORGET).bind(now).execute(connection).await.map(drop)
        })?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(ASK)
                .bind(&asked.ticket_hash[..])
                .bind(asked.purpose.code())
                .bind(asked.bound_to)
                .bind(asked.host)
                .bind(state)
                .bind(now.plus(ANSWER_WITHIN))
                .execute(connection)
                .await
                .map(drop)
        })?;
        tx.commit().await
    }

    /// Takes a challenge out to compare an answer with; each comes out once, whatever becomes of the answer. Takes no
    /// caller: nobody has to be signed in.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn take_challenge(
        &self,
        asked: Challenge<'_>,
        now: Instant,
    ) -> Result<Option<String>> {
        let mut tx = self.begin().await?;
        let state: Option<String> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(ANSWER)
                .bind(&asked.ticket_hash[..])
                .bind(asked.purpose.code())
                .bind(asked.bound_to)
                .bind(asked.host)
                .bind(now)
                .fetch_optional(connection)
                .await
        })?;
        tx.commit().await?;
        Ok(state)
    }

    /// Removes challenges that nobody answered; answers how many.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but the installation itself and administrators.
    pub async fn forget_challenges(&self, caller: &Caller) -> Result<u64> {
        policy::check(caller, Action::Administer, Object::System)?;
        let mut tx = self.begin().await?;
        let gone = on_tx!(&mut tx, |connection| {
            sqlx::query(FORGET).bind(caller.now).execute(connection).await?.rows_affected()
        });
        tx.commit().await?;
        Ok(gone)
    }
}

#[derive(FromRow)]
struct OwnRow {
    id: PasskeyId,
    name: String,
    host: String,
    made_at: Instant,
    last_used_at: Instant,
}

const OWN: &str = "SELECT id, name, host, made_at, last_used_at FROM passkey WHERE user_id = $1 \
                   ORDER BY made_at, id";

const AT_HOST: &str = "SELECT id, user_id, credential, counter FROM passkey \
                       WHERE user_id = $1 AND host = $2 ORDER BY made_at, id";

/// The holder of a passkey, whose answer is still to be checked.
#[derive(Clone, Debug)]
pub struct Holder {
    /// What the answer is checked with.
    pub passkey: StoredPasskey,
    /// Name shown to colleagues.
    pub name: String,
    /// What the user may do.
    pub rights: Rights,
    /// Whether signing in is refused.
    pub disabled: bool,
}

#[derive(FromRow)]
struct HolderRow {
    #[sqlx(flatten)]
    passkey: StoredRow,
    name: String,
    roles: Option<String>,
    disabled: bool,
}

const HOLDER: &str = concatcp!(
    "SELECT p.id, p.user_id, p.credential, p.counter, \"user\".name, disabled, ",
    users::roles_of_user!(),
    " FROM passkey p JOIN \"user\" ON \"user\".id = p.user_id WHERE p.credential_id = $1 AND p.host = $2"
);

impl Db {
    /// One's own passkeys, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn own_passkeys(&self, caller: &Caller) -> Result<Vec<Passkey>> {
        policy::check_own(caller)?;
        let rows: Vec<OwnRow> =
            on_read!(self, |pool| sqlx::query_as(OWN).bind(caller.user).fetch_all(pool).await)?;
        let read = |row: OwnRow| Passkey {
            id: row.id,
            name: row.name,
            host: row.host,
            made_at: row.made_at,
            last_used_at: row.last_used_at,
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// The passkeys of a user that work for a name of the server. Takes no caller: it is also asked for whoever has
    /// given the password and nothing more.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn passkeys_at(&self, user: UserId, host: &str) -> Result<Vec<StoredPasskey>> {
        let rows: Vec<StoredRow> = on_read!(self, |pool| {
            sqlx::query_as(AT_HOST).bind(user).bind(host).fetch_all(pool).await
        })?;
        rows.into_iter().map(StoredPasskey::try_from).collect()
    }

    /// The names of the server that passkeys of a user are for. Takes no caller, as [`Self::passkeys_at`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn passkey_hosts(&self, user: UserId) -> Result<Vec<String>> {
        Ok(on_read!(self, |pool| sqlx::query_scalar(HOSTS).bind(user).fetch_all(pool).await)?)
    }

    /// Who holds the passkey with this id at a name of the server. Takes no caller: nobody has to be signed in.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn passkey_holder(
        &self,
        credential_id: &[u8],
        host: &str,
        now: Instant,
    ) -> Result<Option<Holder>> {
        let row: Option<HolderRow> = on_read!(self, |pool| {
            sqlx::query_as(HOLDER).bind(credential_id).bind(host).fetch_optional(pool).await
        })?;
        let Some(row) = row else { return Ok(None) };
        let roles = users::roles(row.roles.as_deref())?;
        let rights = self.standing_now(row.passkey.user_id, &roles, now).await?.rights;
        let passkey = row.passkey.try_into()?;
        Ok(Some(Holder { passkey, name: row.name, rights, disabled: row.disabled }))
    }
}

/// A passkey that is being made.
#[derive(Clone, Copy, Debug)]
pub struct NewPasskey<'a> {
    /// What its owner calls it, read by [`domain::passkey::name`].
    pub name: &'a str,
    /// The name of the server that it works for.
    pub host: &'a str,
    /// What browsers call it.
    pub credential_id: &'a [u8],
    /// The public key and what belongs to it.
    pub credential: &'a str,
    /// The counter it came with.
    pub counter: u32,
}

const MAKE: &str = "INSERT INTO passkey (id, user_id, credential_id, credential, host, name, counter, made_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (credential_id) DO NOTHING";

const NAME: &str = "SELECT name FROM passkey WHERE id = $1 AND user_id = $2";

const RENAME: &str = "UPDATE passkey SET name = $3 WHERE id = $1 AND user_id = $2";

/// What somebody has before another passkey comes.
#[derive(FromRow)]
struct Standing {
    passkeys: i64,
    second_step: bool,
}

const STANDING: &str = concatcp!(
    "SELECT (SELECT COUNT(*) FROM passkey WHERE user_id = \"user\".id) AS passkeys, ",
    second_steps::has_second_step!(),
    " AS second_step FROM \"user\" WHERE \"user\".id = $1"
);

const HOSTS: &str = "SELECT DISTINCT host FROM passkey WHERE user_id = $1 ORDER BY host";

const REMOVE: &str = "DELETE FROM passkey WHERE id = $1 AND user_id = $2 RETURNING name";

impl Db {
    /// Makes a passkey of one's own. Where it is the first second step, all other browsers of the caller are signed
    /// out; where there were no recovery codes, those with the hashes `codes` are theirs from now on, and the answer
    /// is `true`.
    ///
    /// # Errors
    /// [`Failure::ConfirmIdentity`], a complaint about `passkey` when there are too many or somebody has it already.
    pub async fn make_passkey(
        &self,
        caller: &Caller,
        new: &NewPasskey<'_>,
        codes: &[[u8; 32]],
    ) -> Result<bool> {
        let grant = policy::check_own_confirmed(caller)?;
        let mut tx = self.begin().await?;
        // Locks the row of the user, so that two calls at once count each other. What the statement that waits for the
        // lock reads besides may be older than the lock, so it is read after it.
        users::touch(&mut tx, caller.user, caller.now).await?;
        let standing: Standing = on_tx!(&mut tx, |connection| {
            sqlx::query_as(STANDING).bind(caller.user).fetch_one(connection).await
        })?;
        if usize::try_from(standing.passkeys).is_ok_and(|passkeys| passkeys >= MOST) {
            return Err(StoreError::field("passkey", FieldError::TooMany { max: MOST }));
        }
        let id = PasskeyId(Uuid::now_v7());
        let made = on_tx!(&mut tx, |connection| {
            sqlx::query(MAKE)
                .bind(id)
                .bind(caller.user)
                .bind(new.credential_id)
                .bind(new.credential)
                .bind(new.host)
                .bind(new.name)
                .bind(i64::from(new.counter))
                .bind(caller.now)
                .execute(connection)
                .await?
                .rows_affected()
        });
        if made != 1 {
            return Err(StoreError::field("passkey", FieldError::Taken));
        }
        users::void_proofs(&mut tx, caller.user).await?;
        if !standing.second_step {
            sessions::end_all(&mut tx, caller.user, caller.session).await?;
        }
        let first_codes = second_steps::put_first_codes(&mut tx, caller.user, codes).await?;
        note(&mut tx, &grant, caller.user, Event::PasskeyMade, "", new.name).await?;
        tx.commit().await?;
        Ok(first_codes)
    }

    /// Gives a passkey of one's own another name, read by [`domain::passkey::name`].
    ///
    /// # Errors
    /// [`Failure::Gone`] when there is none of one's own.
    pub async fn rename_passkey(&self, caller: &Caller, id: PasskeyId, name: &str) -> Result<()> {
        let grant = policy::check_own(caller)?;
        policy::by_oneself(caller)?;
        let mut tx = self.begin().await?;
        let before: Option<String> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(NAME).bind(id).bind(caller.user).fetch_optional(connection).await
        })?;
        let before = before.ok_or(Failure::Gone)?;
        if before == name {
            return Ok(());
        }
        on_tx!(&mut tx, |connection| {
            sqlx::query(RENAME)
                .bind(id)
                .bind(caller.user)
                .bind(name)
                .execute(connection)
                .await
                .map(drop)
        })?;
        note(&mut tx, &grant, caller.user, Event::PasskeyRenamed, &before, name).await?;
        tx.commit().await
    }

    /// Removes a passkey of one's own; all other browsers of the caller are signed out.
    ///
    /// # Errors
    /// [`Failure::ConfirmIdentity`], [`Failure::Gone`] when there is none of one's own, a complaint about
    /// `second_step` when it is the last one and a role of the caller demands a second step.
    pub async fn remove_passkey(&self, caller: &Caller, id: PasskeyId) -> Result<()> {
        let grant = policy::check_own_confirmed(caller)?;
        let mut tx = self.begin().await?;
        users::touch(&mut tx, caller.user, caller.now).await?;
        let name: Option<String> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(REMOVE).bind(id).bind(caller.user).fetch_optional(connection).await
        })?;
        let name = name.ok_or(Failure::Gone)?;
        second_steps::settle(&mut tx, caller.user).await?;
        users::void_proofs(&mut tx, caller.user).await?;
        sessions::end_all(&mut tx, caller.user, caller.session).await?;
        note(&mut tx, &grant, caller.user, Event::PasskeyRemoved, &name, "").await?;
        tx.commit().await
    }
}

const REMOVE_ALL: &str = "DELETE FROM passkey WHERE user_id = $1 RETURNING name";

/// Takes all passkeys off a user; answers how many there were.
pub(crate) async fn remove_all(tx: &mut Tx, grant: &Grant, user: UserId) -> Result<usize> {
    let mut names: Vec<String> = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(REMOVE_ALL).bind(user).fetch_all(connection).await
    })?;
    names.sort_unstable();
    for name in &names {
        note(tx, grant, user, Event::PasskeyRemoved, name, "").await?;
    }
    Ok(names.len())
}

// Compared and set in one statement: of two nodes that were given one answer of a counting device one wins.
const SPEND: &str = "UPDATE passkey SET counter = $3, last_used_at = $4 WHERE id = $1 AND user_id = $2 \
                     AND (counter < $3 OR (counter = 0 AND $3 = 0)) RETURNING name";

/// Notes a use, and forgives the tries it took.
///
/// # Errors
/// [`Failure::SignedOut`] when the passkey was removed meanwhile or its counter goes back: words that tell nothing
/// more.
pub(crate) async fn spend(
    tx: &mut Tx,
    grant: &Grant,
    user: UserId,
    used: UsedPasskey,
) -> Result<()> {
    let name: Option<String> = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(SPEND)
            .bind(used.id)
            .bind(user)
            .bind(i64::from(used.counter))
            .bind(grant.now())
            .fetch_optional(connection)
            .await
    })?;
    let name = name.ok_or(Failure::SignedOut)?;
    note(tx, grant, user, Event::PasskeyUsed, "", &name).await?;
    throttle::forgive(tx, &[Subject::second_step(user)]).await
}

async fn note(
    tx: &mut Tx,
    grant: &Grant,
    user: UserId,
    event: Event,
    before: &str,
    after: &str,
) -> Result<()> {
    let name = FieldChange {
        field: "passkey".to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
    };
    audit::append(tx, grant, user.0, event, Version(0), &[name]).await
}
