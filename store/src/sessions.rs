//! Signing in and signed-in browsers. Owns every statement on `session`.
//! The function that finds who a cookie stands for takes no caller: it is how a caller comes to be. Nothing here is
//! cached, so an end is an end at once.

use crate::{
    Secret, audit, confirmations,
    db::{Db, Tx, on_read, on_tx},
    devices::{self, Device},
    error::Result,
    house_facts::HouseState,
    passkeys, pending,
    provider::{self, Way},
    second_steps::{self, SecondProof},
    shares::shares_version,
    structure::{Standing, Versions, structure_version},
    throttle::{self, Subject},
    users, view_as,
};
use const_format::concatcp;
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    id::{SessionId, UserId, Version},
    lang::Lang,
    money::Currency,
    policy::{
        self, Action, Caller, Circle, Confirmed, Grant, Guise, House, Object, Proof, Rights, Shared,
    },
    time::{DAY, HOUR, Instant, MINUTE},
    user::Session,
};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// Signed-in browsers one user may have; a further one ends the one used longest ago.
const MOST_PER_USER: i64 = 10;
/// How often use is noted (milliseconds).
const TOUCH: i64 = MINUTE;
/// Characters kept of what a browser calls itself.
const USER_AGENT_MAX: usize = 300;

/// How long a session lives at most (milliseconds).
const fn longest(administers: bool) -> i64 {
    if administers { 12 * HOUR } else { 7 * DAY }
}

/// How long a session lives without being used (milliseconds).
const fn idle(administers: bool) -> i64 {
    if administers { HOUR } else { 12 * HOUR }
}

/// A browser that signs in.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    /// SHA-256 of the secret that becomes its cookie.
    pub token_hash: [u8; 32],
    /// Address it comes from.
    pub address: &'a str,
    /// What the browser calls itself.
    pub user_agent: &'a str,
    /// Tries counted against these are taken back.
    pub tries: &'a [Subject],
    /// What the browser is known by from now on; `None` leaves it a stranger.
    pub device: Option<Device>,
    /// The second step that was passed: SHA-256 of the cookie of the waiting sign-in, and what fitted.
    pub second: Option<([u8; 32], SecondProof)>,
    /// How they came; a waiting sign-in knows that itself.
    pub way: Way<'a>,
}

const OPEN: &str = concatcp!(
    "INSERT INTO session \
    (id, token_hash, user_id, created_at, last_seen_at, expires_at, address, user_agent, confirmed_at, way) \
    SELECT $1, $2, \"user\".id, $4, $4, $5, $6, $7, $9, $10 FROM \"user\" WHERE \"user\".id = $3 AND NOT disabled \
    AND ($8 OR NOT ",
    second_steps::has_second_step!(),
    ") AND ($11 IS NULL OR credential_version = $11)"
);

const TRIM: &str = "DELETE FROM session WHERE user_id = $1 AND id NOT IN \
    (SELECT id FROM session WHERE user_id = $1 ORDER BY last_seen_at DESC, id DESC LIMIT $2)";

const SEEN: &str = "UPDATE \"user\" SET last_seen_at = $2 WHERE id = $1";

impl Db {
    /// Signs `caller` in, whose password has just been found to fit, and whose second step, if there is one.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] when the user was switched off or the password changed meanwhile, when there is a second
    /// step that was not passed, or when what fitted was used before.
    pub async fn open_session(&self, caller: &Caller, new: &NewSession<'_>) -> Result<SessionId> {
        let grant = policy::check(caller, Action::View, Object::User)?;
        let id = SessionId(Uuid::now_v7());
        let user_agent: String = new.user_agent.chars().take(USER_AGENT_MAX).collect();
        let mut tx = self.begin().await?;
        let waited;
        let mut way = new.way;
        if let Some((waiting, proof)) = &new.second {
            waited = pending::pass(&mut tx, waiting, caller.user, caller.now).await?;
            way = waited.way();
            second_steps::spend(&mut tx, &grant, caller.user, proof).await?;
        }
        match way {
            Way::Provider { account, .. } => {
                provider::link(&mut tx, &grant, caller.user, account).await?;
            }
            Way::Passkey(used) => passkeys::spend(&mut tx, &grant, caller.user, used).await?,
            Way::Password | Way::Typed(_) => {}
        }
        let passed = new.second.is_some()
            || matches!(way, Way::Provider { vouched: true, .. } | Way::Passkey(_));
        // Nobody knows when somebody last typed a password elsewhere: what is worth most is asked for here.
        let elsewhere = new.second.is_none() && matches!(way, Way::Provider { .. });
        let confirmed = if elsewhere { Instant::NEVER } else { caller.now };
        let compared_at = if let Way::Typed(version) = way { Some(version) } else { None };
        let opened = on_tx!(&mut tx, |connection| {
            sqlx::query(OPEN)
                .bind(id)
                .bind(&new.token_hash[..])
                .bind(caller.user)
                .bind(caller.now)
                .bind(caller.now.plus(longest(caller.rights.administers())))
                .bind(new.address)
                .bind(user_agent)
                .bind(passed)
                .bind(confirmed)
                .bind(way.code())
                .bind(compared_at)
                .execute(connection)
                .await?
                .rows_affected()
        });
        if opened == 0 {
            return Err(Failure::SignedOut.into());
        }
        on_tx!(&mut tx, |connection| {
            sqlx::query(TRIM)
                .bind(caller.user)
                .bind(MOST_PER_USER)
                .execute(connection)
                .await
                .map(drop)
        })?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(SEEN).bind(caller.user).bind(caller.now).execute(connection).await.map(drop)
        })?;
        throttle::forgive(&mut tx, new.tries).await?;
        if let Some(device) = &new.device {
            devices::remember(&mut tx, caller.user, device, caller.now).await?;
        }
        let by = (!matches!(way, Way::Password | Way::Typed(_))).then(|| FieldChange {
            field: "way".to_owned(),
            before: String::new(),
            after: way.code().to_owned(),
        });
        let by = by.as_slice();
        audit::append(&mut tx, &grant, caller.user.0, Event::SignedIn, Version(0), by).await?;
        tx.commit().await?;
        Ok(id)
    }
}

/// Whom a cookie stands for.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: SessionId,
    /// The user.
    pub user: UserId,
    /// Name shown to colleagues.
    pub name: String,
    /// What the user may do, as of now.
    pub rights: Rights,
    /// The colleagues that some of these rights depend on.
    pub circle: Circle,
    /// What is shared with the user now.
    pub shared: Shared,
    /// When the user last proved who they are.
    pub confirmed: Confirmed,
    /// Whether a role demands a second step that is not there: nothing but setting it up is allowed.
    pub held: bool,
    /// Language chosen, if any.
    pub lang: Option<Lang>,
    /// Theme chosen.
    pub theme: String,
    /// Density chosen.
    pub density: String,
    /// Language of the organisation, for those who chose none.
    pub house_lang: Option<Lang>,
    /// How typed values are read here.
    pub house: House,
    /// What settings and colleagues are at, see [`crate::HouseFacts`].
    pub house_state: HouseState,
    /// Whether use is to be noted with [`Db::touch_session`].
    pub stale: bool,
    /// What the user looks at Rapport as, and since when; see [`Db::viewed`] and [`Db::viewed_role`].
    pub viewing: Option<(Guise, Instant)>,
}

#[derive(FromRow)]
struct SignedInRow {
    session: SessionId,
    id: UserId,
    name: String,
    roles: Option<String>,
    lang: Option<String>,
    theme: String,
    density: String,
    created_at: Instant,
    last_seen_at: Instant,
    confirmed_at: Instant,
    codes: bool,
    has_passkey: bool,
    held: bool,
    house_lang: Option<String>,
    currency: Option<String>,
    region: Option<String>,
    organisation_version: i64,
    people_versions: i64,
    structure_version: i64,
    shares_version: i64,
    viewed_user_id: Option<UserId>,
    viewed_since: Instant,
    viewed_role: Option<String>,
}

/// Whether the user of a session has to set a second step up before anything else.
const HELD: &str = concatcp!(
    "(",
    second_steps::needs_second_step!(),
    " AND NOT ",
    second_steps::has_second_step!(),
    " AND NOT ",
    provider::vouched_session!(),
    ")"
);

/// What is known of a session and its user; goes on with which session.
const SIGNED_IN: &str = concatcp!(
    "SELECT s.id AS session, \"user\".id, name, ",
    users::roles_of_user!(),
    ", \"user\".lang, theme, density, s.created_at, s.last_seen_at, s.confirmed_at, \
     s.viewed_user_id, s.viewed_since, s.viewed_role, ",
    second_steps::has_codes!(),
    " AS codes, ",
    passkeys::has_passkey!(),
    " AS has_passkey, ",
    HELD,
    " AS held, o.lang AS house_lang, o.currency, o.region, \
     COALESCE(o.version, 0) AS organisation_version, \
     (SELECT CAST(SUM(version) AS BIGINT) FROM \"user\") AS people_versions, ",
    structure_version!(),
    ", ",
    shares_version!(),
    " FROM session s JOIN \"user\" ON \"user\".id = s.user_id LEFT JOIN organisation o ON o.id = 1 \
     WHERE s.expires_at > $2 AND NOT disabled"
);

const BY_COOKIE: &str = concatcp!(SIGNED_IN, " AND s.token_hash = $1");
const BY_FORMER_COOKIE: &str =
    concatcp!(SIGNED_IN, " AND s.former_hash = $1 AND s.former_until > $2");

impl Db {
    /// Whom the cookie with this SHA-256 stands for, if it still does. One that was renewed a moment ago stands for
    /// somebody who has proved nothing.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn signed_in(&self, token_hash: &[u8; 32], now: Instant) -> Result<Option<SignedIn>> {
        let row = match self.session_by(BY_COOKIE, token_hash, now).await? {
            Some(row) => Some(row),
            None => self
                .session_by(BY_FORMER_COOKIE, token_hash, now)
                .await?
                .map(|row| SignedInRow { confirmed_at: Instant::NEVER, ..row }),
        };
        let Some(row) = row else { return Ok(None) };
        let roles = users::roles(row.roles.as_deref())?;
        let at = Versions { structure: row.structure_version, shares: row.shares_version };
        let Standing { rights, circle, shared } = self.standing(row.id, &roles, at, now).await?;
        let administers = rights.administers();
        // By the rights of now: whoever became an administrator since gets the shorter times.
        if now > row.last_seen_at.plus(idle(administers))
            || now > row.created_at.plus(longest(administers))
        {
            return Ok(None);
        }
        Ok(Some(SignedIn {
            session: row.session,
            user: row.id,
            name: row.name,
            rights,
            circle,
            shared,
            confirmed: Confirmed {
                at: row.confirmed_at,
                by: Proof::of(row.codes, row.has_passkey),
            },
            held: row.held,
            lang: row.lang.as_deref().and_then(Lang::from_tag),
            theme: row.theme,
            density: row.density,
            house_lang: row.house_lang.as_deref().and_then(Lang::from_tag),
            house: house(row.currency, row.region),
            house_state: HouseState {
                organisation: row.organisation_version,
                people: row.people_versions,
            },
            stale: now > row.last_seen_at.plus(TOUCH),
            viewing: row
                .viewed_user_id
                .map(|user| (view_as::guise(user, row.viewed_role.as_deref()), row.viewed_since)),
        }))
    }

    async fn session_by(
        &self,
        statement: &'static str,
        hash: &[u8; 32],
        now: Instant,
    ) -> Result<Option<SignedInRow>> {
        Ok(on_read!(self, |pool| {
            sqlx::query_as(statement).bind(&hash[..]).bind(now).fetch_optional(pool).await
        })?)
    }
}

#[derive(FromRow)]
struct StillRow {
    roles: Option<String>,
    structure_version: i64,
    shares_version: i64,
}

const STILL: &str = concatcp!(
    "SELECT ",
    users::roles_of_user!(),
    ", ",
    structure_version!(),
    ", ",
    shares_version!(),
    " FROM session s JOIN \"user\" ON \"user\".id = s.user_id \
     WHERE s.id = $1 AND s.expires_at > $2 AND NOT disabled AND s.viewed_user_id IS NULL AND NOT ",
    HELD
);

impl Db {
    /// The caller of an answer that goes out piece by piece, with the rights of `now`.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] once the session has ended, its user is switched off, has to set a second step up first or
    /// looks at Rapport as somebody.
    pub async fn still_signed_in(&self, caller: &Caller, now: Instant) -> Result<Caller> {
        let row: Option<StillRow> = on_read!(self, |pool| {
            sqlx::query_as(STILL).bind(caller.session).bind(now).fetch_optional(pool).await
        })?;
        let row = row.ok_or(Failure::SignedOut)?;
        let roles = users::roles(row.roles.as_deref())?;
        let at = Versions { structure: row.structure_version, shares: row.shares_version };
        let Standing { rights, circle, shared } =
            self.standing(caller.user, &roles, at, now).await?;
        Ok(Caller { rights, circle, shared, now, ..caller.clone() })
    }
}

fn house(currency: Option<String>, region: Option<String>) -> House {
    let default = House::default();
    House {
        decimals: currency
            .and_then(|code| Currency::try_from(code).ok())
            .map_or(default.decimals, Currency::decimals),
        region: region.unwrap_or(default.region),
    }
}

const TOUCH_SESSION: &str =
    "UPDATE session SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2";

impl Db {
    /// Notes that a session is in use; at most once a minute, see [`SignedIn::stale`].
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn touch_session(
        &self,
        session: SessionId,
        user: UserId,
        now: Instant,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(TOUCH_SESSION).bind(session).bind(now).execute(connection).await.map(drop)
        })?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(SEEN).bind(user).bind(now).execute(connection).await.map(drop)
        })?;
        tx.commit().await
    }
}

#[derive(FromRow)]
struct Line {
    id: SessionId,
    created_at: Instant,
    last_seen_at: Instant,
    address: String,
    user_agent: String,
}

const OF_USER: &str = "SELECT id, created_at, last_seen_at, address, user_agent FROM session \
                       WHERE user_id = $1 AND expires_at > $2 AND last_seen_at > $3 \
                       ORDER BY last_seen_at DESC, id DESC";

impl Db {
    /// Where a user is signed in: oneself, or anybody for an administrator; last used first.
    ///
    /// # Errors
    /// [`Failure::Denied`] for somebody else's.
    pub async fn sessions_of(&self, caller: &Caller, user: UserId) -> Result<Vec<Session>> {
        policy::by_oneself(caller)?;
        let owner = self.user(caller, user).await?.ok_or(Failure::Gone)?;
        let rights = self.standing_now(user, &owner.roles, caller.now).await?.rights;
        let lines: Vec<Line> = on_read!(self, |pool| {
            sqlx::query_as(OF_USER)
                .bind(user)
                .bind(caller.now)
                .bind(caller.now.plus(-idle(rights.administers())))
                .fetch_all(pool)
                .await
        })?;
        Ok(lines
            .into_iter()
            .map(|line| Session {
                id: line.id,
                created_at: line.created_at,
                last_seen_at: line.last_seen_at,
                address: line.address,
                user_agent: line.user_agent,
                is_this: Some(line.id) == caller.session,
            })
            .collect())
    }
}

const OWNER: &str = "SELECT user_id FROM session WHERE id = $1";

const END: &str = "DELETE FROM session WHERE id = $1 RETURNING viewed_user_id, viewed_role";

impl Db {
    /// Ends one session: one's own, or anybody's for an administrator.
    ///
    /// # Errors
    /// [`Failure::Gone`] when there is none, or it is not for the caller to see.
    pub async fn revoke_session(&self, caller: &Caller, session: SessionId) -> Result<()> {
        let grant = policy::check_own(caller)?;
        let mut tx = self.begin().await?;
        let owner: Option<UserId> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(OWNER).bind(session).fetch_optional(connection).await
        })?;
        let owner = owner
            .filter(|owner| {
                *owner == caller.user
                    || policy::check(caller, Action::Administer, Object::User).is_ok()
            })
            .ok_or(Failure::Gone)?;
        let viewed: Option<(Option<UserId>, Option<String>)> = on_tx!(&mut tx, |connection| {
            sqlx::query_as(END).bind(session).fetch_optional(connection).await
        })?;
        if let (Some((Some(viewed), role)), true) = (viewed, owner == caller.user) {
            view_as::note(&mut tx, caller, viewed, role.as_deref(), Event::ViewAsEnded).await?;
        }
        audit::append(&mut tx, &grant, owner.0, Event::SignedOut, Version(0), &[]).await?;
        tx.commit().await
    }

    /// Signs the caller's own browser out; nothing happens when it already is.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn close_session(&self, caller: &Caller) -> Result<()> {
        let Some(session) = caller.session else { return Ok(()) };
        match self.revoke_session(caller, session).await {
            Err(crate::StoreError::Refused(Failure::Gone)) => Ok(()),
            answer => answer,
        }
    }

    /// Ends all sessions of the caller but the one that asks, which gets another cookie; answers how many, and the
    /// secret of that cookie.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn revoke_others(&self, caller: &Caller) -> Result<(u64, Option<Secret>)> {
        let grant = policy::check_own(caller)?;
        let mut tx = self.begin().await?;
        let ended = end_all_noted(&mut tx, &grant, caller.user, caller.session).await?;
        let secret = confirmations::renew_own(&mut tx, caller).await?;
        tx.commit().await?;
        Ok((ended, secret))
    }

    /// Ends all sessions of a user; answers how many.
    ///
    /// # Errors
    /// [`Failure::Denied`] for somebody else's, unless an administrator asks.
    pub async fn revoke_all(&self, caller: &Caller, user: UserId) -> Result<u64> {
        if user != caller.user {
            policy::check(caller, Action::Administer, Object::User)?;
        }
        let grant = policy::check_own(caller)?;
        let mut tx = self.begin().await?;
        let ended = end_all_noted(&mut tx, &grant, user, None).await?;
        tx.commit().await?;
        Ok(ended)
    }
}

/// Ends the sessions of a user but one, with a line in the trail if there were any.
async fn end_all_noted(
    tx: &mut Tx,
    grant: &Grant,
    user: UserId,
    keep: Option<SessionId>,
) -> Result<u64> {
    let ended = end_all(tx, user, keep).await?;
    if ended > 0 {
        audit::append(tx, grant, user.0, Event::SignedOut, Version(0), &[]).await?;
    }
    Ok(ended)
}

const END_ALL: &str = "DELETE FROM session WHERE user_id = $1 AND id <> $2";

/// Ends a user's sessions inside a transaction, all but `keep`.
pub(crate) async fn end_all(tx: &mut Tx, user: UserId, keep: Option<SessionId>) -> Result<u64> {
    Ok(on_tx!(tx, |connection| {
        sqlx::query(END_ALL)
            .bind(user)
            .bind(keep.unwrap_or(SessionId::NIL))
            .execute(connection)
            .await?
            .rows_affected()
    }))
}

const FORGET: &str = "DELETE FROM session WHERE expires_at < $1 OR last_seen_at < $2";

impl Db {
    /// Removes sessions that have run out; answers how many.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn forget_sessions(&self, caller: &Caller) -> Result<u64> {
        policy::check(caller, Action::Administer, Object::System)?;
        let mut tx = self.begin().await?;
        let gone = on_tx!(&mut tx, |connection| {
            sqlx::query(FORGET)
                .bind(caller.now)
                .bind(caller.now.plus(-idle(false)))
                .execute(connection)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(gone)
    }
}
