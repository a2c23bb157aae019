//! Server functions of roles.

use crate::error::AppError;
use domain::{
    id::RoleId,
    policy::{Held, Rights, RoleName},
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond};
#[cfg(feature = "ssr")]
use domain::policy::Role;

/// A role with what it allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleLine {
    /// Which.
    pub held: Held,
    /// As people read it.
    pub name: RoleName,
    /// What it allows.
    pub rights: Rights,
    /// How many hold it and may sign in.
    pub people: i64,
}

/// Every role: those that every installation has, then those made here.
#[server(input = GetUrl)]
pub async fn list_roles() -> Result<Vec<RoleLine>, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let structure = db.structure(&caller).await?;
        let users = db.users(&caller).await?;
        let built_in = Role::ALL.into_iter().map(Held::from);
        let own = structure.roles.iter().map(|role| Held::Own(role.id));
        let line = |held| {
            let holds = users.iter().filter(|user| !user.disabled && user.roles.contains(&held));
            let people = i64::try_from(holds.count()).unwrap_or(i64::MAX);
            let (name, rights) = (structure.role_name(held), structure.rights(held));
            RoleLine { held, name, rights, people }
        };
        Ok(built_in.chain(own).map(line).collect())
    };
    respond(answer.await)
}

/// Makes a role, or changes its name and rights.
#[server(input = Json)]
pub async fn save_role(
    id: Option<RoleId>,
    name: String,
    rights: Rights,
) -> Result<RoleId, AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.put_role(&caller, id, &name, &rights)).await;
    respond(answer.map_err(AppError::from))
}

/// Takes a role away that nobody holds.
#[server(input = Json)]
pub async fn delete_role(id: RoleId) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.delete_role(&caller, id)).await;
    respond(answer.map_err(AppError::from))
}
