//! Signing in by the account of another system: its settings, whose account there is whose here, and ways that came
//! back. Owns every statement on `sign_in_provider`, `provider_link` and `provider_return`.
//! Whether the other system really said so is decided where it is asked.

use crate::{
    audit,
    db::{Db, Tx, on_read, on_tx},
    error::{Result, StoreError},
    passkeys::UsedPasskey,
    second_steps,
    structure::{Versions, structure_version},
    users,
};
use const_format::concatcp;
use domain::{
    audit::{Event, FieldChange},
    failure::{Conflict, Failure},
    field::FieldError,
    id::{UserId, Version},
    policy::{self, Action, Caller, Grant, Object, Rights},
    provider::{Provider, StoredProvider},
    time::{Instant, MINUTE},
};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// How long somebody may be away at the other system (milliseconds).
const AWAY: i64 = 10 * MINUTE;

/// Whether the session `s` was opened by a provider that checked a second step, and whose word for it still counts.
macro_rules! vouched_session {
    () => {
        "(s.way = 'provider_vouched' AND EXISTS \
          (SELECT 1 FROM sign_in_provider v WHERE v.switched_on AND v.checks_second_step))"
    };
}
pub(crate) use vouched_session;

#[derive(FromRow)]
struct Row {
    switched_on: bool,
    issuer: String,
    client_id: String,
    sealed_secret: Vec<u8>,
    button_zh: String,
    button_en: String,
    checks_second_step: bool,
    version: Version,
}

/// The other system with its sealed secret, for whoever asks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedProvider {
    /// The settings.
    pub provider: Provider,
    /// Their version.
    pub version: Version,
    /// The secret, sealed.
    pub sealed_secret: Vec<u8>,
}

impl From<Row> for SealedProvider {
    fn from(row: Row) -> Self {
        let provider = Provider {
            on: row.switched_on,
            issuer: row.issuer,
            client_id: row.client_id,
            button_zh: row.button_zh,
            button_en: row.button_en,
            checks_second_step: row.checks_second_step,
        };
        Self { provider, version: row.version, sealed_secret: row.sealed_secret }
    }
}

const GET: &str = "SELECT switched_on, issuer, client_id, sealed_secret, button_zh, button_en, checks_second_step, \
                   version FROM sign_in_provider WHERE id = 1";

impl Db {
    /// The settings; those of nobody while there are none.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator.
    pub async fn provider(&self, caller: &Caller) -> Result<StoredProvider> {
        let stored = self.sealed_provider(caller).await?;
        Ok(stored.map_or_else(
            || StoredProvider {
                provider: Provider::default(),
                version: Version(0),
                has_secret: false,
            },
            |stored| StoredProvider {
                provider: stored.provider,
                version: stored.version,
                has_secret: true,
            },
        ))
    }

    /// The settings with the sealed secret, to be tried out.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator.
    pub async fn sealed_provider(&self, caller: &Caller) -> Result<Option<SealedProvider>> {
        policy::look(caller, Action::Administer, Object::Organisation)?;
        self.stored_provider().await
    }

    /// The other system that the sign-in page offers, if it does. Takes no caller: nobody is signed in yet.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn provider_at_the_door(&self) -> Result<Option<SealedProvider>> {
        Ok(self.stored_provider().await?.filter(|stored| stored.provider.on))
    }

    async fn stored_provider(&self) -> Result<Option<SealedProvider>> {
        let row: Option<Row> =
            on_read!(self, |pool| sqlx::query_as(GET).fetch_optional(pool).await)?;
        Ok(row.map(SealedProvider::from))
    }
}

const SAVE: &str = "INSERT INTO sign_in_provider AS p \
    (id, switched_on, issuer, client_id, sealed_secret, button_zh, button_en, checks_second_step, version, updated_at) \
    VALUES (1, $1, $2, $3, $4, $5, $6, $7, 1, $8) \
    ON CONFLICT (id) DO UPDATE SET switched_on = excluded.switched_on, issuer = excluded.issuer, \
      client_id = excluded.client_id, sealed_secret = excluded.sealed_secret, button_zh = excluded.button_zh, \
      button_en = excluded.button_en, checks_second_step = excluded.checks_second_step, \
      version = p.version + 1, updated_at = excluded.updated_at \
    WHERE p.version = $9 RETURNING version";

const END_ITS_SESSIONS: &str =
    "DELETE FROM session WHERE way IN ('provider', 'provider_vouched') AND id <> $1";
const END_VOUCHED: &str = "DELETE FROM session WHERE way = 'provider_vouched' AND id <> $1";

impl Db {
    /// Saves the settings over version `seen` (0 for the first time); answers the new version. Without `sealed_secret`
    /// the one there is stays, unless the address is another: what one system was told is not shown to the next.
    /// Once a system is no longer asked, whoever came in by it is signed out, but for the caller; once it is no longer
    /// believed about second steps, whoever came in without one of ours.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`], a complaint about `client_secret`, or [`Failure::Conflict`]
    /// when somebody else saved meanwhile.
    pub async fn save_provider(
        &self,
        caller: &Caller,
        seen: Version,
        provider: &Provider,
        sealed_secret: Option<&[u8]>,
    ) -> Result<Version> {
        let grant = policy::check_confirmed(caller, Action::Administer, Object::Organisation)?;
        let mut tx = self.begin().await?;
        let before: Option<Row> =
            on_tx!(&mut tx, |connection| sqlx::query_as(GET).fetch_optional(connection).await)?;
        let before = before.map(SealedProvider::from);
        let kept = before.as_ref().filter(|before| before.provider.issuer == provider.issuer);
        let sealed = match (sealed_secret, kept) {
            (Some(sealed), _) => sealed,
            (None, Some(kept)) => &*kept.sealed_secret,
            (None, None) => return Err(StoreError::field("client_secret", FieldError::Required)),
        };
        let saved: Option<Version> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(SAVE)
                .bind(provider.on)
                .bind(&provider.issuer)
                .bind(&provider.client_id)
                .bind(sealed)
                .bind(&provider.button_zh)
                .bind(&provider.button_en)
                .bind(provider.checks_second_step)
                .bind(caller.now)
                .bind(seen)
                .fetch_optional(connection)
                .await?
        });
        let old = before.as_ref().map(|before| &before.provider);
        let Some(version) = saved else {
            let version = before.map_or(Version(0), |before| before.version);
            let conflict = Conflict { version, by: String::new(), fields: Vec::new() };
            return Err(Failure::Conflict(conflict).into());
        };
        let gone = old.is_some_and(|old| old.on && (!provider.on || old.issuer != provider.issuer));
        let doubted = old.is_some_and(|old| old.checks_second_step && !provider.checks_second_step);
        if let Some(statement) =
            gone.then_some(END_ITS_SESSIONS).or_else(|| doubted.then_some(END_VOUCHED))
        {
            on_tx!(&mut tx, |connection| {
                sqlx::query(statement)
                    .bind(caller.session.unwrap_or(domain::id::SessionId::NIL))
                    .execute(connection)
                    .await
                    .map(drop)
            })?;
        }
        let mut changed = audit::differences(fields(old), fields(Some(provider)));
        if sealed_secret.is_some() {
            changed.push(FieldChange {
                field: "provider_secret".to_owned(),
                before: String::new(),
                after: "•••".to_owned(),
            });
        }
        audit::append(&mut tx, &grant, Uuid::nil(), Event::Changed, Version(0), &changed).await?;
        tx.commit().await?;
        Ok(version)
    }
}

fn fields(provider: Option<&Provider>) -> Vec<(&'static str, String)> {
    let text = |value: fn(&Provider) -> &str| {
        provider.map(|provider| value(provider).to_owned()).unwrap_or_default()
    };
    let yes = |on: fn(&Provider) -> bool| {
        let on = provider.is_some_and(on);
        if on { "true".to_owned() } else { String::new() }
    };
    vec![
        ("provider_on", yes(|p| p.on)),
        ("provider_issuer", text(|p| &p.issuer)),
        ("provider_client_id", text(|p| &p.client_id)),
        ("provider_button_zh", text(|p| &p.button_zh)),
        ("provider_button_en", text(|p| &p.button_en)),
        ("provider_checks_second_step", yes(|p| p.checks_second_step)),
    ]
}

/// Somebody's account at the other system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProviderAccount<'a> {
    /// The other system, as it calls itself.
    pub issuer: &'a str,
    /// The account, by the name that never changes.
    pub subject: &'a str,
}

/// How somebody showed at the door who they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way<'a> {
    /// By the password, as the set-up says and a sign-in that waited.
    #[default]
    Password,
    /// By a password that was typed: the [`crate::Candidate::credential_version`] it was compared at, which must be
    /// that of the user still.
    Typed(i64),
    /// By the word of another system.
    Provider {
        /// Their account there.
        account: ProviderAccount<'a>,
        /// Whether its word is taken for the second step as well.
        vouched: bool,
    },
    /// By a passkey, which is a second step as well.
    Passkey(UsedPasskey),
}

impl Way<'_> {
    /// As stored with the session.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Password | Self::Typed(_) => "password",
            Self::Provider { vouched: false, .. } => "provider",
            Self::Provider { vouched: true, .. } => "provider_vouched",
            Self::Passkey(_) => "passkey",
        }
    }
}

/// Who the other system says is coming.
#[derive(Clone, Debug)]
pub struct Arriving {
    /// The user.
    pub user: UserId,
    /// Name shown to colleagues.
    pub name: String,
    /// What the user may do.
    pub rights: Rights,
    /// Whether signing in is refused.
    pub disabled: bool,
    /// Whether there is a second step here.
    pub second_step: bool,
    /// The version of what proves who they are.
    pub credential_version: i64,
}

#[derive(FromRow)]
struct ArrivingRow {
    id: UserId,
    name: String,
    roles: Option<String>,
    structure_version: i64,
    disabled: bool,
    second_step: bool,
    credential_version: i64,
}

const ARRIVING: &str = concatcp!(
    "SELECT \"user\".id, name, ",
    users::roles_of_user!(),
    ", ",
    structure_version!(),
    ", disabled, ",
    second_steps::has_second_step!(),
    " AS second_step, credential_version FROM \"user\" WHERE "
);

const BY_SUBJECT: &str = concatcp!(
    ARRIVING,
    "\"user\".id = (SELECT user_id FROM provider_link WHERE issuer = $1 AND subject = $2)"
);

// An invitation that was not taken up is not enough, and an address that another account there has come by before is
// somebody else's now.
const BY_EMAIL: &str = concatcp!(
    ARRIVING,
    "email_norm = $2 AND EXISTS (SELECT 1 FROM credential c WHERE c.user_id = \"user\".id) AND NOT EXISTS \
     (SELECT 1 FROM provider_link l WHERE l.user_id = \"user\".id AND l.issuer = $1)"
);

impl Db {
    /// Whom an account of the other system stands for: the user it was linked to, or else whoever has the verified
    /// e-mail address. Takes no caller: nobody is signed in yet.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn arriving(
        &self,
        account: ProviderAccount<'_>,
        verified_email: Option<&str>,
    ) -> Result<Option<Arriving>> {
        let linked = self.arriving_by(BY_SUBJECT, account.issuer, account.subject).await?;
        match (linked, verified_email) {
            (Some(linked), _) => Ok(Some(linked)),
            (None, Some(email)) => self.arriving_by(BY_EMAIL, account.issuer, email).await,
            (None, None) => Ok(None),
        }
    }

    async fn arriving_by(
        &self,
        statement: &'static str,
        issuer: &str,
        name: &str,
    ) -> Result<Option<Arriving>> {
        let row: Option<ArrivingRow> = on_read!(self, |pool| {
            sqlx::query_as(statement).bind(issuer).bind(name).fetch_optional(pool).await
        })?;
        let Some(row) = row else { return Ok(None) };
        let roles = users::roles(row.roles.as_deref())?;
        // Signing in reaches nothing that is shared.
        let at = Versions { structure: row.structure_version, shares: 0 };
        let rights = self.standing(row.id, &roles, at, Instant::NEVER).await?.rights;
        Ok(Some(Arriving {
            user: row.id,
            name: row.name,
            rights,
            disabled: row.disabled,
            second_step: row.second_step,
            credential_version: row.credential_version,
        }))
    }
}

const LINK: &str = "INSERT INTO provider_link (issuer, subject, user_id, linked_at) VALUES ($1, $2, $3, $4) \
                    ON CONFLICT DO NOTHING";
const LINKED: &str = "SELECT user_id FROM provider_link WHERE issuer = $1 AND subject = $2";

/// Links an account of the other system to a user, once and for good.
///
/// # Errors
/// [`Failure::SignedOut`] when it is somebody else's, or the user has another one there.
pub(crate) async fn link(
    tx: &mut Tx,
    grant: &Grant,
    user: UserId,
    account: ProviderAccount<'_>,
) -> Result<()> {
    let made = on_tx!(&mut *tx, |connection| {
        sqlx::query(LINK)
            .bind(account.issuer)
            .bind(account.subject)
            .bind(user)
            .bind(grant.now())
            .execute(connection)
            .await?
            .rows_affected()
    });
    let owner: Option<UserId> = on_tx!(&mut *tx, |connection| {
        sqlx::query_scalar(LINKED)
            .bind(account.issuer)
            .bind(account.subject)
            .fetch_optional(connection)
            .await
    })?;
    if owner != Some(user) {
        return Err(Failure::SignedOut.into());
    }
    if made == 1 {
        let change = FieldChange {
            field: "provider".to_owned(),
            before: String::new(),
            after: account.issuer.to_owned(),
        };
        audit::append(tx, grant, user.0, Event::Changed, Version(0), &[change]).await?;
    }
    Ok(())
}

const UNLINK: &str = "DELETE FROM provider_link WHERE user_id = $1";

/// Takes the accounts of other systems off a user, for instance because somebody else may have had one of them.
pub(crate) async fn unlink(tx: &mut Tx, user: UserId) -> Result<()> {
    on_tx!(tx, |connection| {
        sqlx::query(UNLINK).bind(user).execute(connection).await.map(drop)
    })?;
    Ok(())
}

const RETURN: &str = "INSERT INTO provider_return (state_hash, expires_at) VALUES ($1, $2) \
                      ON CONFLICT (state_hash) DO NOTHING";

const FORGET: &str = "DELETE FROM provider_return WHERE expires_at < $1";

impl Db {
    /// Notes that somebody came back from the other system with the state of this SHA-256; whether it is the first
    /// time. Takes no caller: nobody is signed in yet.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn claim_return(&self, state_hash: &[u8; 32], now: Instant) -> Result<bool> {
        let mut tx = self.begin().await?;
        let first = on_tx!(&mut tx, |connection| {
            sqlx::query(RETURN)
                .bind(&state_hash[..])
                .bind(now.plus(AWAY))
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(first == 1)
    }

    /// Forgets ways that could not come back any more anyway; answers how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn forget_returns(&self, caller: &Caller) -> Result<u64> {
        policy::check(caller, Action::Administer, Object::System)?;
        let mut tx = self.begin().await?;
        let gone = on_tx!(&mut tx, |connection| {
            sqlx::query(FORGET).bind(caller.now).execute(connection).await?.rows_affected()
        });
        tx.commit().await?;
        Ok(gone)
    }
}
