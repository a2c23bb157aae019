//! Links by which somebody sets a password: invitations and resets. Owns every statement on `one_time_link`.
//! A link works once, for a while, for one user, and only while what that user signs in with is as it was when the
//! link was made. The secret stands in the link and nowhere else.

use crate::{
    audit,
    db::{Db, Tx, on_read, on_tx},
    error::Result,
    passwords,
    secret::Secret,
    users,
};
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    id::{UserId, Version},
    link::{LinkPurpose, UserLink},
    policy::{self, Action, Caller, Grant, Object, Origin},
    time::Instant,
    user::UserDraft,
};
use sqlx_macros::FromRow;

impl Db {
    /// Adds a user without a password, who chooses one by the link that is answered.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`], or [`Failure::Invalid`] when the e-mail address is taken.
    pub async fn invite_user(&self, caller: &Caller, draft: &UserDraft) -> Result<UserLink> {
        let grant = policy::check_confirmed(caller, Action::Administer, Object::User)?;
        let mut tx = self.begin().await?;
        let id = users::insert(&mut tx, &grant, draft, None, None).await?;
        let link = make(&mut tx, &grant, id, LinkPurpose::Invite).await?;
        tx.commit().await?;
        Ok(told(&draft.name, &draft.email, LinkPurpose::Invite, &link))
    }

    /// Makes a link for a user: an invitation while there is no password yet, otherwise one to set another. Those made
    /// before no longer work; the password that is there does until the link is used.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`], or [`Failure::Gone`] for an unknown user or one who is
    /// switched off.
    pub async fn make_user_link(&self, caller: &Caller, id: UserId) -> Result<UserLink> {
        let grant = policy::check_confirmed(caller, Action::Administer, Object::User)?;
        let mut tx = self.begin().await?;
        let user = users::touch(&mut tx, id, caller.now).await?;
        if user.disabled {
            return Err(Failure::Gone.into());
        }
        let purpose = if user.invited { LinkPurpose::Invite } else { LinkPurpose::Reset };
        let link = make(&mut tx, &grant, id, purpose).await?;
        tx.commit().await?;
        Ok(told(&user.name, &user.email, purpose, &link))
    }
}

fn told(name: &str, email: &str, purpose: LinkPurpose, link: &Secret) -> UserLink {
    UserLink {
        name: name.to_owned(),
        email: email.to_owned(),
        purpose,
        path: format!("/{}/{}", purpose.code(), link.text()),
    }
}

const FORGET_OF: &str = "DELETE FROM one_time_link WHERE user_id = $1";

const MAKE: &str = "INSERT INTO one_time_link \
    (secret_hash, user_id, purpose, credential_version, made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";

async fn make(tx: &mut Tx, grant: &Grant, id: UserId, purpose: LinkPurpose) -> Result<Secret> {
    let secret = Secret::new().ok_or(Failure::Unavailable)?;
    let version = users::void_proofs(tx, id).await?;
    on_tx!(&mut *tx, |connection| {
        sqlx::query(FORGET_OF).bind(id).execute(connection).await.map(drop)
    })?;
    on_tx!(&mut *tx, |connection| {
        sqlx::query(MAKE)
            .bind(&secret.hash()[..])
            .bind(id)
            .bind(purpose.code())
            .bind(version)
            .bind(grant.now())
            .bind(grant.now().plus(purpose.lifetime()))
            .execute(connection)
            .await
            .map(drop)
    })?;
    let field = FieldChange {
        field: "link".to_owned(),
        before: String::new(),
        after: purpose.code().to_owned(),
    };
    audit::append(tx, grant, id.0, Event::LinkMade, Version(0), &[field]).await?;
    Ok(secret)
}

/// Whom a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkFor {
    /// The user.
    pub user: UserId,
    /// Name shown.
    pub name: String,
    /// E-mail address to sign in with.
    pub email: String,
}

#[derive(FromRow)]
struct LinkRow {
    id: UserId,
    name: String,
    email: String,
}

/// Conditions under which a link `l` of a user `u` works.
const WORKS: &str = "l.secret_hash = $1 AND l.purpose = $3 AND l.used_at = 0 AND l.expires_at > $2 \
    AND NOT u.disabled AND u.credential_version = l.credential_version";

const FIND: &str = const_format::concatcp!(
    "SELECT u.id, u.name, u.email FROM one_time_link l JOIN \"user\" u ON u.id = l.user_id WHERE ",
    WORKS
);

const USE: &str = const_format::concatcp!(
    "UPDATE one_time_link SET used_at = $2 WHERE secret_hash = $1 AND EXISTS \
     (SELECT 1 FROM one_time_link l JOIN \"user\" u ON u.id = l.user_id WHERE ",
    WORKS,
    ")"
);

impl Db {
    /// Whom a link is for, if it works. Takes no caller: the secret is the permission.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn link_for(
        &self,
        link: &Secret,
        purpose: LinkPurpose,
        now: Instant,
    ) -> Result<Option<LinkFor>> {
        let row: Option<LinkRow> = on_read!(self, |pool| {
            sqlx::query_as(FIND)
                .bind(&link.hash()[..])
                .bind(now)
                .bind(purpose.code())
                .fetch_optional(pool)
                .await
        })?;
        Ok(row.map(|row| LinkFor { user: row.id, name: row.name, email: row.email }))
    }

    /// Uses a link up and sets the password hashed as `password`; every browser of the user is signed out, and none is
    /// signed in. Of any number of calls at once exactly one succeeds. Takes no caller: the secret is the permission.
    ///
    /// # Errors
    /// [`Failure::Gone`] when the link does not work, whatever the reason.
    pub async fn use_link(
        &self,
        link: &Secret,
        purpose: LinkPurpose,
        password: &str,
        now: Instant,
    ) -> Result<UserId> {
        let user = self.link_for(link, purpose, now).await?.ok_or(Failure::Gone)?.user;
        let caller = Caller { user, ..Caller::system(now, Origin::Web) };
        let grant = policy::check(&caller, Action::Administer, Object::User)?;
        let mut tx = self.begin().await?;
        // The user's row is locked first: what is true of it then stays true until the end.
        let before = users::touch(&mut tx, user, now).await?;
        let used = on_tx!(&mut tx, |connection| {
            sqlx::query(USE)
                .bind(&link.hash()[..])
                .bind(now)
                .bind(purpose.code())
                .execute(connection)
                .await?
                .rows_affected()
        });
        if used != 1 {
            return Err(Failure::Gone.into());
        }
        passwords::put_new_password(&mut tx, &grant, &before, password).await?;
        audit::append(&mut tx, &grant, user.0, Event::LinkUsed, before.version, &[]).await?;
        tx.commit().await?;
        Ok(user)
    }
}

const FORGET: &str = "DELETE FROM one_time_link WHERE expires_at < $1";

impl Db {
    /// Removes links that have run out; answers how many.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database is too busy.
    pub async fn forget_links(&self, caller: &Caller) -> Result<u64> {
        policy::check(caller, Action::Administer, Object::System)?;
        let mut tx = self.begin().await?;
        let gone = on_tx!(&mut tx, |connection| {
            sqlx::query(FORGET).bind(caller.now).execute(connection).await?.rows_affected()
        });
        tx.commit().await?;
        Ok(gone)
    }
}
