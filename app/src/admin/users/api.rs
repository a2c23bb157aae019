//! Server functions of user administration. Nobody chooses a password for somebody else: whoever is added or locked
//! out gets a link to set one.

use crate::error::AppError;
use domain::{
    handover::{Handed, Holdings},
    id::{SessionId, UserId},
    link::UserLink,
    policy::Held,
    structure::Structure,
    user::{Session, User},
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond};
#[cfg(feature = "ssr")]
use domain::{
    failure::Failure,
    policy::{self, Action, Object},
    user::UserForm,
};

/// Users, and where they belong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserList {
    /// Every user, those who may sign in first.
    pub users: Vec<User>,
    /// Departments and teams.
    pub structure: Structure,
}

/// Every user, and where they belong.
#[server(input = GetUrl)]
pub async fn list_users() -> Result<UserList, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let users = db.users(&caller).await?;
        Ok(UserList { users, structure: db.structure(&caller).await? })
    };
    respond(answer.await)
}

/// Adds a user who chooses a password by the link that is answered.
#[server(input = Json)]
pub async fn invite_user(
    email: String,
    name: String,
    roles: Vec<String>,
) -> Result<UserLink, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        policy::check(&caller, Action::Administer, Object::User)?;
        let form = UserForm { email, name, roles, password: String::new() };
        let draft = form.parse_without_password().map_err(Failure::Invalid)?;
        Ok(store::retry(|| db.invite_user(&caller, &draft)).await?)
    };
    respond(answer.await)
}

/// Makes a link by which a user sets a password: the first, or another.
#[server(input = Json)]
pub async fn make_user_link(id: UserId) -> Result<UserLink, AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.make_user_link(&caller, id)).await.map_err(AppError::from))
}

/// Gives a user these roles and no others.
#[server(input = Json)]
pub async fn set_user_roles(id: UserId, roles: Vec<Held>) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.set_user_roles(&caller, id, &roles)).await;
    respond(answer.map(drop).map_err(AppError::from))
}

/// Switches a user off or on.
#[server(input = Json)]
pub async fn set_user_disabled(id: UserId, disabled: bool) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.set_user_disabled(&caller, id, disabled)).await;
    respond(answer.map(drop).map_err(AppError::from))
}

/// What hangs on a user.
#[server(input = Json)]
pub async fn holdings_of(id: UserId) -> Result<Holdings, AppError> {
    let (db, caller) = desk()?;
    respond(db.holdings(&caller, id).await.map_err(AppError::from))
}

/// Puts somebody else, or nobody, in charge of what a user is in charge of, as far as one call goes.
#[server(input = Json)]
pub async fn hand_over(id: UserId, to: Option<UserId>) -> Result<Handed, AppError> {
    let (db, caller) = desk()?;
    respond(db.hand_over(&caller, id, to).await.map_err(AppError::from))
}

/// Takes the second step off a user who lost it.
#[server(input = Json)]
pub async fn remove_second_step(id: UserId) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    respond(store::retry(|| db.remove_second_step(&caller, id)).await.map_err(AppError::from))
}

/// Where a user is signed in, last used first.
#[server(input = GetUrl)]
pub async fn devices_of(user: UserId) -> Result<Vec<Session>, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        // One's own are on the profile, for everybody; here they are an administrator's to see.
        policy::check(&caller, Action::Administer, Object::User)?;
        Ok(db.sessions_of(&caller, user).await?)
    };
    respond(answer.await)
}

/// Signs one browser of a user out.
#[server(input = Json)]
pub async fn end_device(id: SessionId) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        policy::check_confirmed(&caller, Action::Administer, Object::User)?;
        Ok(store::retry(|| db.revoke_session(&caller, id)).await?)
    };
    respond(answer.await)
}

/// Signs a user out everywhere.
#[server(input = Json)]
pub async fn sign_user_out(id: UserId) -> Result<u64, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        policy::check(&caller, Action::Administer, Object::User)?;
        Ok(store::retry(|| db.revoke_all(&caller, id)).await?)
    };
    respond(answer.await)
}
