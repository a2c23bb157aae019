//! Server functions of user administration. Passwords are made here and shown once; nobody chooses
//! one for somebody else.

use crate::error::AppError;
use domain::{id::UserId, policy::Held, structure::Structure, user::User};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::first_password::first_password;
#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond, services};
#[cfg(feature = "ssr")]
use domain::{
    failure::Failure,
    policy::{self, Action, Object},
    user::UserForm,
};

/// What a user signs in with for the first time, told once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// Name shown.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// The password.
    pub password: String,
}

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

/// Adds a user with a password that is made up here.
#[server(input = Json)]
pub async fn add_user(
    email: String,
    name: String,
    roles: Vec<String>,
) -> Result<Credentials, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        policy::check(&caller, Action::Administer, Object::User)?;
        let password = first_password(&[&email, &name])?;
        let form = UserForm { email, name, roles, password };
        let draft = form.parse().map_err(Failure::Invalid)?;
        let hash = services()?.passwords.hash(form.password.clone()).await?;
        store::retry(|| db.add_user(&caller, &draft, &hash)).await?;
        Ok(Credentials { name: draft.name, email: draft.email, password: form.password })
    };
    respond(answer.await)
}

/// Gives a user another password, made up here; signs the user out everywhere.
#[server(input = Json)]
pub async fn reset_user_password(id: UserId) -> Result<Credentials, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        policy::check(&caller, Action::Administer, Object::User)?;
        let user = db.user(&caller, id).await?.ok_or(Failure::Gone)?;
        let password = first_password(&[&user.email, &user.name])?;
        let hash = services()?.passwords.hash(password.clone()).await?;
        store::retry(|| db.reset_password(&caller, id, &hash)).await?;
        Ok(Credentials { name: user.name, email: user.email, password })
    };
    respond(answer.await)
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
