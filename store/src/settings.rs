//! Settings of the installation by name, and the first set-up: open until its one-time link is used.
//! Owns every statement on `setting`.

use crate::{
    audit,
    db::{Db, Tx, on_read, on_tx},
    error::{Result, StoreError},
    users,
};
use domain::{
    audit::{Event, FieldChange},
    failure::{Conflict, Failure},
    id::{UserId, Version},
    lang::Lang,
    policy::{self, Action, Caller, Grant, Object, Origin, Role, Via},
    time::Instant,
    user::UserDraft,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// Holds the SHA-256 of the secret in the one-time set-up link.
const SETUP_SECRET: &str = "setup.secret";
/// There while the wizard's later pages are open.
const SETUP_OPEN: &str = "setup.open";

const GET: &str = "SELECT value FROM setting WHERE name = $1";

pub(crate) async fn get(db: &Db, name: &str) -> Result<Option<String>> {
    Ok(on_read!(db, |pool| sqlx::query_scalar(GET).bind(name).fetch_optional(pool).await)?)
}

const PUT: &str = "INSERT INTO setting (name, value, updated_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at";

pub(crate) async fn put(tx: &mut Tx, name: &str, value: &str, now: Instant) -> Result<()> {
    on_tx!(tx, |connection| {
        sqlx::query(PUT).bind(name).bind(value).bind(now).execute(connection).await.map(drop)
    })?;
    Ok(())
}

/// Lets one transaction at a time pass `name`, on both databases, until it ends.
pub(crate) async fn lock(tx: &mut Tx, name: &str, now: Instant) -> Result<()> {
    put(tx, name, "0", now).await
}

/// A setting that is one whole, read with its version, so that two who change it are told. Owned by whoever names it.
pub(crate) struct Versioned {
    /// Its name.
    pub name: &'static str,
    /// What is held while it changes.
    pub lock: &'static str,
    /// What its lines in the trail are about: there is one of it.
    pub id: Uuid,
}

#[derive(Default, Serialize, Deserialize)]
struct Kept<T> {
    version: i64,
    /// By the names it had when each such setting was written by itself.
    #[serde(rename = "policy", alias = "replies")]
    value: T,
}

impl Versioned {
    fn read<T: Default + DeserializeOwned>(&self, stored: Option<String>) -> Result<Kept<T>> {
        let Some(stored) = stored else { return Ok(Kept::default()) };
        serde_json::from_str(&stored).map_err(|_| StoreError::Unreadable(self.name))
    }

    /// The value and the version that is; version 0 until somebody sets it.
    pub(crate) async fn get<T: Default + DeserializeOwned>(&self, db: &Db) -> Result<(T, Version)> {
        let kept = self.read(get(db, self.name).await?)?;
        Ok((kept.value, Version(kept.version)))
    }

    /// Sets it over version `seen`, with a line in the trail that says what `changes` tells of before and after; answers the
    /// new version.
    ///
    /// # Errors
    /// [`Failure::Conflict`] when somebody else set it meanwhile.
    pub(crate) async fn save<T: Clone + Default + Serialize + DeserializeOwned>(
        &self,
        mut tx: Tx,
        grant: &Grant,
        seen: Version,
        value: &T,
        changes: impl FnOnce(&T, &T) -> Vec<FieldChange>,
    ) -> Result<Version> {
        // Whoever comes second waits here, and reads what the first one wrote.
        lock(&mut tx, self.lock, grant.now()).await?;
        let stored: Option<String> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(GET).bind(self.name).fetch_optional(connection).await
        })?;
        let before = self.read::<T>(stored)?;
        if before.version != seen.0 {
            let (_, by) = audit::changed_since(&mut tx, self.id, seen).await?;
            let version = Version(before.version);
            return Err(Failure::Conflict(Conflict { version, by, fields: Vec::new() }).into());
        }
        let version = Version(seen.0 + 1);
        let kept = Kept { version: version.0, value: value.clone() };
        let json = serde_json::to_string(&kept).map_err(|_| StoreError::Unreadable(self.name))?;
        put(&mut tx, self.name, &json, grant.now()).await?;
        let changes = changes(&before.value, value);
        audit::append(&mut tx, grant, self.id, Event::Changed, version, &changes).await?;
        tx.commit().await?;
        Ok(version)
    }
}

const TAKE: &str = "DELETE FROM setting WHERE name = $1 AND value = $2";

async fn take(tx: &mut Tx, name: &str, value: &str) -> Result<bool> {
    Ok(on_tx!(tx, |connection| {
        sqlx::query(TAKE).bind(name).bind(value).execute(connection).await?.rows_affected()
    }) == 1)
}

impl Db {
    /// Opens the first set-up with a new secret, unless somebody can sign in already; the link of an
    /// earlier start no longer works. `secret_hash` is the secret's SHA-256 in hexadecimal.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn arm_setup(&self, caller: &Caller, secret_hash: &str) -> Result<bool> {
        policy::check(caller, Action::Administer, Object::System)?;
        if self.any_user().await? {
            return Ok(false);
        }
        let mut tx = self.begin().await?;
        put(&mut tx, SETUP_SECRET, secret_hash, caller.now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Whether this is the secret of the open set-up. Takes no caller: there is nobody yet.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn setup_secret_fits(&self, secret_hash: &str) -> Result<bool> {
        // Hashes are compared, so the time it takes tells nothing about the secret.
        Ok(get(self, SETUP_SECRET).await?.is_some_and(|stored| stored == secret_hash))
    }

    /// Makes the first administrator and uses the link up: of any number of calls at once exactly one
    /// succeeds. Takes no caller: there is nobody yet; the secret is the permission.
    ///
    /// # Errors
    /// [`Failure::Gone`] when the set-up is over or the secret is not the one printed.
    pub async fn set_up(
        &self,
        secret_hash: &str,
        draft: &UserDraft,
        lang: Lang,
        password: &str,
        via: Via,
        now: Instant,
    ) -> Result<UserId> {
        let mut tx = self.begin().await?;
        // The row is the ticket: whoever deletes it goes on, all others find nothing.
        if !take(&mut tx, SETUP_SECRET, secret_hash).await?
            || users::any_user_within(&mut tx).await?
        {
            return Err(Failure::Gone.into());
        }
        let caller = Caller { via, ..Caller::system(now, Origin::Web) };
        let grant = policy::check(&caller, Action::Administer, Object::User)?;
        let draft = UserDraft { roles: vec![Role::Admin.into()], ..draft.clone() };
        let user = users::insert(&mut tx, &grant, &draft, Some(lang), Some(password)).await?;
        put(&mut tx, SETUP_OPEN, "1", now).await?;
        tx.commit().await?;
        Ok(user)
    }

    /// Whether the later pages of the set-up are still to be gone through.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator.
    pub async fn setup_open(&self, caller: &Caller) -> Result<bool> {
        policy::check(caller, Action::Administer, Object::Organisation)?;
        Ok(get(self, SETUP_OPEN).await?.is_some())
    }

    /// Closes the set-up for good.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator, [`Failure::Gone`] when it is closed.
    pub async fn close_setup(&self, caller: &Caller) -> Result<()> {
        policy::check(caller, Action::Administer, Object::Organisation)?;
        let mut tx = self.begin().await?;
        if !take(&mut tx, SETUP_OPEN, "1").await? {
            return Err(Failure::Gone.into());
        }
        tx.commit().await
    }
}
