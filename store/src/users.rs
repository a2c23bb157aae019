//! Users: who they are, their roles, whether they may sign in. Owns every statement on `"user"` but those that look
//! for whoever is at the door; their passwords are those of `passwords`.

use crate::{
    audit,
    db::{Db, Tx, on_read, on_tx},
    error::{Result, StoreError},
    passkeys, passwords, roles as own_roles, second_steps, sessions, settings,
    structure::Standing,
};
use const_format::concatcp;
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    field::FieldError,
    id::{UserId, Version},
    lang::Lang,
    list::Colleague,
    pinyin,
    policy::{self, Action, Caller, Grant, Held, Object, Role},
    time::Instant,
    user::{self, User, UserDraft},
};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// Passed by one transaction at a time that could take away the last administrator.
const ADMINISTRATORS: &str = "lock.administrators";

#[derive(FromRow)]
struct Row {
    id: UserId,
    version: Version,
    email: String,
    name: String,
    roles: Option<String>,
    lang: Option<String>,
    disabled: bool,
    invited: bool,
    second_step: bool,
    passkeys: i64,
    last_seen_at: Instant,
    created_at: Instant,
}

impl Row {
    fn read(self) -> Result<User> {
        Ok(User {
            id: self.id,
            version: self.version,
            email: self.email,
            name: self.name,
            roles: roles(self.roles.as_deref())?,
            lang: self.lang.as_deref().and_then(Lang::from_tag),
            disabled: self.disabled,
            invited: self.invited,
            second_step: self.second_step,
            passkeys: self.passkeys,
            last_seen_at: self.last_seen_at,
            created_at: self.created_at,
        })
    }
}

/// A subquery with the roles of the user of `"user"`, for [`roles`].
macro_rules! roles_of_user {
    () => {
        "(SELECT STRING_AGG(r.role, ',') FROM user_role r WHERE r.user_id = \"user\".id) AS roles"
    };
}
pub(crate) use roles_of_user;

/// Roles as [`roles_of_user`] gives them, in the order of [`Held`].
pub(crate) fn roles(stored: Option<&str>) -> Result<Vec<Held>> {
    let codes = stored.unwrap_or_default().split(',').filter(|code| !code.is_empty());
    let unreadable = StoreError::Unreadable("user_role.role");
    let roles: std::result::Result<Vec<Held>, FieldError> = codes.map(str::parse).collect();
    let mut roles = roles.map_err(|_| unreadable)?;
    roles.sort_unstable();
    Ok(roles)
}

const ANY: &str = "SELECT EXISTS (SELECT 1 FROM \"user\")";

impl Db {
    /// Whether anybody can be signed in as at all. Takes no caller: asked before there is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn any_user(&self) -> Result<bool> {
        Ok(on_read!(self, |pool| sqlx::query_scalar(ANY).fetch_one(pool).await)?)
    }
}

impl Db {
    /// Whether an administrator can sign in.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator.
    pub async fn any_admin(&self, caller: &Caller) -> Result<bool> {
        policy::check(caller, Action::Administer, Object::User)?;
        let number: i64 = on_read!(self, |pool| sqlx::query_scalar(ADMINS).fetch_one(pool).await)?;
        Ok(number > 0)
    }
}

pub(crate) async fn any_user_within(tx: &mut Tx) -> Result<bool> {
    Ok(on_tx!(tx, |connection| sqlx::query_scalar(ANY).fetch_one(connection).await)?)
}

const COLUMNS: &str = concatcp!(
    "id, version, email, name, lang, disabled, last_seen_at, created_at, \
     NOT EXISTS (SELECT 1 FROM credential c WHERE c.user_id = \"user\".id) AS invited, ",
    second_steps::has_second_step!(),
    " AS second_step, ",
    passkeys::passkeys_of_user!(),
    ", ",
    roles_of_user!()
);
const ALL: &str = concatcp!("SELECT ", COLUMNS, " FROM \"user\" ORDER BY disabled, email_norm, id");

impl Db {
    /// Every user, those who may sign in first.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but administrators and auditors.
    pub async fn users(&self, caller: &Caller) -> Result<Vec<User>> {
        // Everybody sees the names of users; what roles they hold is part of the structure.
        policy::view(caller, Object::Structure)?;
        let rows: Vec<Row> = on_read!(self, |pool| sqlx::query_as(ALL).fetch_all(pool).await)?;
        rows.into_iter().map(Row::read).collect()
    }
}

const ONE: &str = concatcp!("SELECT ", COLUMNS, " FROM \"user\" WHERE id = $1");

impl Db {
    /// One user: oneself, or anybody for an administrator.
    ///
    /// # Errors
    /// [`Failure::Denied`] for somebody else.
    pub async fn user(&self, caller: &Caller, id: UserId) -> Result<Option<User>> {
        if id != caller.user {
            policy::look(caller, Action::Administer, Object::User)?;
        }
        let row: Option<Row> =
            on_read!(self, |pool| sqlx::query_as(ONE).bind(id).fetch_optional(pool).await)?;
        row.map(Row::read).transpose()
    }
}

impl Db {
    /// The caller that a user would be, with the rights of now; `None` for one who is unknown or switched off.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator.
    pub async fn acting_for(&self, caller: &Caller, user: UserId) -> Result<Option<Caller>> {
        policy::check(caller, Action::Administer, Object::User)?;
        self.in_place_of(caller, user).await
    }

    /// The same for whoever only asks whether somebody sees what they are to be given.
    pub(crate) async fn in_place_of(
        &self,
        caller: &Caller,
        user: UserId,
    ) -> Result<Option<Caller>> {
        policy::check_own(caller)?;
        let row: Option<Row> =
            on_read!(self, |pool| sqlx::query_as(ONE).bind(user).fetch_optional(pool).await)?;
        let user = row.map(Row::read).transpose()?;
        let Some(user) = user.filter(|user| !user.disabled) else {
            return Ok(None);
        };
        let Standing { rights, circle, shared } =
            self.standing_now(user.id, &user.roles, caller.now).await?;
        let name = user.name;
        Ok(Some(Caller { user: user.id, name, rights, circle, shared, ..caller.clone() }))
    }
}

#[derive(FromRow)]
struct Name {
    id: UserId,
    name: String,
}

const NAMES: &str = "SELECT id, name FROM \"user\"";

impl Db {
    /// Names of everybody, former colleagues included, for owner columns and pickers, in the order
    /// lists of names have.
    ///
    /// # Errors
    /// [`Failure::Denied`] for a role that may not see colleagues.
    pub async fn colleagues(&self, caller: &Caller) -> Result<Vec<Colleague>> {
        policy::view(caller, Object::User)?;
        let mut rows: Vec<Name> =
            on_read!(self, |pool| sqlx::query_as(NAMES).fetch_all(pool).await)?;
        rows.sort_by_cached_key(|row| (pinyin::sort_key(&row.name), row.id.0));
        Ok(rows.into_iter().map(|row| Colleague { id: row.id, name: row.name }).collect())
    }
}

/// Everybody's name, former colleagues included, in the order of their ids.
pub(crate) async fn names(tx: &mut Tx) -> Result<Vec<(UserId, String)>> {
    let mut names: Vec<(UserId, String)> =
        on_tx!(tx, |connection| sqlx::query_as(NAMES).fetch_all(connection).await)?;
    names.sort_unstable();
    Ok(names)
}

const ID_OF: &str = "SELECT id FROM \"user\" WHERE email_norm = $1";

impl Db {
    /// Who signs in with an e-mail address, already in its compared form.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator.
    pub async fn user_by_email(&self, caller: &Caller, email_norm: &str) -> Result<Option<UserId>> {
        policy::check(caller, Action::Administer, Object::User)?;
        Ok(on_read!(self, |pool| {
            sqlx::query_scalar(ID_OF).bind(email_norm).fetch_optional(pool).await
        })?)
    }
}

const INSERT: &str = "INSERT INTO \"user\" (id, email, email_norm, name, role, lang, created_at, updated_at) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";

/// Adds a user inside a transaction; without a password it is one who is invited.
pub(crate) async fn insert(
    tx: &mut Tx,
    grant: &Grant,
    draft: &UserDraft,
    lang: Option<Lang>,
    password: Option<&str>,
) -> Result<UserId> {
    let id = UserId(Uuid::now_v7());
    let added = on_tx!(&mut *tx, |connection| {
        sqlx::query(INSERT)
            .bind(id)
            .bind(&draft.email)
            .bind(&draft.email_norm)
            .bind(&draft.name)
            .bind(old_role(&draft.roles))
            .bind(lang.map(Lang::tag))
            .bind(grant.now())
            .execute(connection)
            .await
            .map(drop)
    });
    if let Err(error) = added {
        return Err(if StoreError::is_taken(&error) {
            StoreError::field("email", FieldError::Taken)
        } else {
            error.into()
        });
    }
    put_roles(tx, id, &draft.roles).await?;
    if let Some(password) = password {
        passwords::put_password(tx, id, password, grant.now()).await?;
    }
    let roles = in_words(&draft.roles);
    let fields = [("email", &draft.email), ("name", &draft.name), ("roles", &roles)]
        .map(|(field, after)| change(field, "", after));
    audit::append(tx, grant, id.0, Event::Created, Version(1), &fields).await?;
    Ok(id)
}

/// What the release before this one is to take somebody with these roles for.
fn old_role(roles: &[Held]) -> &'static str {
    if roles.contains(&Role::Admin.into()) { Role::Admin.code() } else { Role::Staff.code() }
}

/// Roles as the trail keeps them.
fn in_words(roles: &[Held]) -> String {
    roles.iter().map(Held::to_string).collect::<Vec<_>>().join(", ")
}

const NO_ROLES: &str = "DELETE FROM user_role WHERE user_id = $1";
const PUT_ROLE: &str = "INSERT INTO user_role (user_id, role) VALUES ($1, $2)";

/// Gives somebody these roles and no others.
async fn put_roles(tx: &mut Tx, id: UserId, roles: &[Held]) -> Result<()> {
    own_roles::must_know(tx, roles).await?;
    on_tx!(&mut *tx, |connection| {
        sqlx::query(NO_ROLES).bind(id).execute(connection).await.map(drop)
    })?;
    for role in roles {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(PUT_ROLE)
                .bind(id)
                .bind(role.to_string())
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    Ok(())
}

fn change(field: &str, before: &str, after: &str) -> FieldChange {
    FieldChange { field: field.to_owned(), before: before.to_owned(), after: after.to_owned() }
}

impl Db {
    /// Adds a user with the hash of a first password.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`], or [`Failure::Invalid`] when the e-mail address is taken.
    pub async fn add_user(
        &self,
        caller: &Caller,
        draft: &UserDraft,
        password: &str,
    ) -> Result<UserId> {
        let grant = policy::check_confirmed(caller, Action::Administer, Object::User)?;
        let mut tx = self.begin().await?;
        let id = insert(&mut tx, &grant, draft, None, Some(password)).await?;
        tx.commit().await?;
        Ok(id)
    }
}

const ONE_LOCKED: &str = concatcp!(
    "UPDATE \"user\" SET version = version + 1, updated_at = $2 WHERE id = $1 RETURNING ",
    COLUMNS
);

/// Counts the version up and answers the row, which stays locked until the transaction ends.
pub(crate) async fn touch(tx: &mut Tx, id: UserId, now: Instant) -> Result<User> {
    let row: Option<Row> = on_tx!(tx, |connection| {
        sqlx::query_as(ONE_LOCKED).bind(id).bind(now).fetch_optional(connection).await
    })?;
    row.ok_or(Failure::Gone)?.read()
}

const VOID_PROOFS: &str = "UPDATE \"user\" SET credential_version = credential_version + 1 \
                           WHERE id = $1 RETURNING credential_version";

/// Makes links and half-done sign-ins of a user worthless; answers the version of what proves who they are from now on.
pub(crate) async fn void_proofs(tx: &mut Tx, id: UserId) -> Result<i64> {
    let version: Option<i64> = on_tx!(tx, |connection| {
        sqlx::query_scalar(VOID_PROOFS).bind(id).fetch_optional(connection).await
    })?;
    Ok(version.ok_or(Failure::Gone)?)
}

/// Of those who have a way in: an invitation that nobody takes leaves nobody.
const ADMINS: &str = "SELECT COUNT(*) FROM user_role r JOIN \"user\" u ON u.id = r.user_id \
    WHERE r.role = 'admin' AND NOT u.disabled AND (EXISTS (SELECT 1 FROM credential c WHERE c.user_id = u.id) \
    OR EXISTS (SELECT 1 FROM passkey p WHERE p.user_id = u.id) \
    OR EXISTS (SELECT 1 FROM provider_link l WHERE l.user_id = u.id))";

/// Refuses to leave the installation without an administrator who can sign in.
async fn keep_an_admin(tx: &mut Tx) -> Result<()> {
    let left: i64 =
        on_tx!(tx, |connection| sqlx::query_scalar(ADMINS).fetch_one(connection).await)?;
    if left > 0 { Ok(()) } else { Err(StoreError::field("last_admin", FieldError::Required)) }
}

const SET_ROLE: &str = "UPDATE \"user\" SET role = $2 WHERE id = $1";

impl Db {
    /// Gives a user these roles, at least one, and takes all others away. Signed-in browsers of that user have to
    /// sign in again.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`], [`Failure::Gone`], a complaint about the field `roles` for
    /// none, or about `last_admin` when nobody would be left to administer.
    pub async fn set_user_roles(
        &self,
        caller: &Caller,
        id: UserId,
        roles: &[Held],
    ) -> Result<Version> {
        let grant = policy::check_confirmed(caller, Action::Administer, Object::User)?;
        let roles = user::distinct(roles.to_vec());
        let roles = roles.map_err(|error| StoreError::field("roles", error))?;
        let mut tx = self.begin().await?;
        settings::lock(&mut tx, ADMINISTRATORS, caller.now).await?;
        let before = touch(&mut tx, id, caller.now).await?;
        put_roles(&mut tx, id, &roles).await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(SET_ROLE)
                .bind(id)
                .bind(old_role(&roles))
                .execute(connection)
                .await
                .map(drop)
        })?;
        keep_an_admin(&mut tx).await?;
        if before.roles == roles {
            return Ok(Version(before.version.0 - 1));
        }
        // A link was made for somebody with other rights; an invitation is for whatever they get.
        if !before.invited {
            void_proofs(&mut tx, id).await?;
        }
        sessions::end_all(&mut tx, id, None).await?;
        let fields = [change("roles", &in_words(&before.roles), &in_words(&roles))];
        audit::append(&mut tx, &grant, id.0, Event::Changed, before.version, &fields).await?;
        tx.commit().await?;
        Ok(before.version)
    }
}

const SET_DISABLED: &str = "UPDATE \"user\" SET disabled = $2 WHERE id = $1";

impl Db {
    /// Switches a user off or on. Switched off, every signed-in browser is out at its next request.
    ///
    /// # Errors
    /// As [`Db::set_user_roles`].
    pub async fn set_user_disabled(
        &self,
        caller: &Caller,
        id: UserId,
        disabled: bool,
    ) -> Result<Version> {
        let grant = policy::check_confirmed(caller, Action::Administer, Object::User)?;
        let mut tx = self.begin().await?;
        settings::lock(&mut tx, ADMINISTRATORS, caller.now).await?;
        let before = touch(&mut tx, id, caller.now).await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(SET_DISABLED).bind(id).bind(disabled).execute(connection).await.map(drop)
        })?;
        keep_an_admin(&mut tx).await?;
        if before.disabled == disabled {
            return Ok(Version(before.version.0 - 1));
        }
        void_proofs(&mut tx, id).await?;
        if disabled {
            sessions::end_all(&mut tx, id, None).await?;
        }
        let yes_no = |on: bool| if on { "true" } else { "" };
        let fields = [change("disabled", yes_no(before.disabled), yes_no(disabled))];
        audit::append(&mut tx, &grant, id.0, Event::Changed, before.version, &fields).await?;
        tx.commit().await?;
        Ok(before.version)
    }
}

/// What a user chose about the screens. `None` leaves a thing as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appearance {
    /// Language; `Some(None)` asks the browser.
    pub lang: Option<Option<Lang>>,
    /// `light`, `dark` or `auto`.
    pub theme: Option<String>,
    /// `comfortable`, `default` or `compact`.
    pub density: Option<String>,
}

const SAVE_APPEARANCE: &str = "UPDATE \"user\" SET \
    lang = CASE WHEN $2 THEN $3 ELSE lang END, \
    theme = COALESCE($4, theme), density = COALESCE($5, density), updated_at = $6 WHERE id = $1";

impl Db {
    /// Keeps how one's own screens look. No line in the trail: it concerns nobody else.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is too busy.
    pub async fn save_appearance(&self, caller: &Caller, appearance: &Appearance) -> Result<()> {
        policy::check_own(caller)?;
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(SAVE_APPEARANCE)
                .bind(caller.user)
                .bind(appearance.lang.is_some())
                .bind(appearance.lang.flatten().map(Lang::tag))
                .bind(appearance.theme.as_deref())
                .bind(appearance.density.as_deref())
                .bind(caller.now)
                .execute(connection)
                .await
                .map(drop)
        })?;
        tx.commit().await
    }
}

const RENAME: &str = "UPDATE \"user\" SET name = $2 WHERE id = $1";

impl Db {
    /// Changes the name colleagues see: one's own, or anybody's for an administrator. `name` has been
    /// through [`domain::text::line`].
    ///
    /// # Errors
    /// [`Failure::Denied`] for somebody else, [`Failure::Gone`] for an unknown user.
    pub async fn rename_user(&self, caller: &Caller, id: UserId, name: &str) -> Result<Version> {
        let action = if id == caller.user { Action::View } else { Action::Administer };
        let grant = policy::check(caller, action, Object::User)?;
        policy::by_oneself(caller)?;
        let mut tx = self.begin().await?;
        let before = touch(&mut tx, id, caller.now).await?;
        on_tx!(&mut tx, |connection| {
            sqlx::query(RENAME).bind(id).bind(name).execute(connection).await.map(drop)
        })?;
        let fields = [change("name", &before.name, name)];
        audit::append(&mut tx, &grant, id.0, Event::Changed, before.version, &fields).await?;
        tx.commit().await?;
        Ok(before.version)
    }
}
