//! Server functions of departments and teams.

use crate::error::AppError;
use domain::{
    id::{DepartmentId, TeamId, UserId},
    structure::{Place, Structure},
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond};

/// Departments, teams and who belongs where.
#[server(input = GetUrl)]
pub async fn open_structure() -> Result<Structure, AppError> {
    let (db, caller) = desk()?;
    respond(db.structure(&caller).await.map_err(AppError::from))
}

/// Makes a department, or changes its name and place in the tree.
#[server(input = Json)]
pub async fn save_department(
    id: Option<DepartmentId>,
    name: String,
    parent: Option<DepartmentId>,
) -> Result<DepartmentId, AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.put_department(&caller, id, &name, parent)).await;
    respond(answer.map_err(AppError::from))
}

/// Dissolves a department; its people and parts go up.
#[server(input = Json)]
pub async fn delete_department(id: DepartmentId) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.delete_department(&caller, id)).await;
    respond(answer.map_err(AppError::from))
}

/// Makes a team, or changes its name and people.
#[server(input = Json)]
pub async fn save_team(
    id: Option<TeamId>,
    name: String,
    people: Vec<UserId>,
) -> Result<TeamId, AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.put_team(&caller, id, &name, &people)).await;
    respond(answer.map_err(AppError::from))
}

/// Dissolves a team.
#[server(input = Json)]
pub async fn delete_team(id: TeamId) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.delete_team(&caller, id)).await;
    respond(answer.map_err(AppError::from))
}

/// Puts somebody into a department, or none, and into these teams and no others.
#[server(input = Json)]
pub async fn place_user(id: UserId, place: Place) -> Result<(), AppError> {
    let (db, caller) = desk()?;
    let answer = store::retry(|| db.place_user(&caller, id, &place)).await;
    respond(answer.map_err(AppError::from))
}
