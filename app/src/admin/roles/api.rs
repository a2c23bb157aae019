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
#[cfg(feature = "ssr")]
use std::collections::BTreeMap;

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
    /// What these hold besides, summed up, and how many of them do.
    pub others: Vec<(Rights, i64)>,
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
            let mut others: BTreeMap<Vec<Held>, i64> = BTreeMap::new();
            for user in users.iter().filter(|user| !user.disabled && user.roles.contains(&held)) {
                let besides = user.roles.iter().copied().filter(|other| *other != held);
                *others.entry(besides.collect()).or_default() += 1;
            }
            let sum = |(roles, number): (Vec<Held>, i64)| (structure.rights_of(&roles), number);
            RoleLine {
                held,
                name: structure.role_name(held),
                rights: structure.rights(held),
                people: others.values().sum(),
                others: others.into_iter().map(sum).collect(),
            }
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
