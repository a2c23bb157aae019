//! Departments, teams and who belongs where. Owns every statement on `department`, `team`, `team_member` and
//! `structure`; every request whose rights depend on colleagues or on a role made here asks for what is kept here.

use crate::{
    audit,
    db::{Connection, Db, Tx, on_connection, on_read, on_tx},
    error::{Result, StoreError},
    roles,
    shares::SharesAtHand,
    users,
};
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    field::FieldError,
    id::{DepartmentId, TeamId, UserId, Version},
    pinyin,
    policy::{self, Action, Caller, Circle, Grant, Held, Object, Rights, RoleName, Shared},
    structure::{self, Department, MOST_PARTS, Place, Structure, Team},
    text,
    time::Instant,
};
use sqlx_macros::FromRow;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// The structure read last with the version it was read at, for all requests of this process. Whoever is signed in
/// comes with the version of now, so none is ever old.
#[derive(Debug, Default)]
pub struct StructureAtHand {
    structure: Mutex<Option<(i64, Arc<Structure>)>>,
    /// The shares likewise.
    pub(crate) shares: SharesAtHand,
}

/// The versions that structure and shares are at.
#[derive(Clone, Copy, Debug, FromRow)]
pub(crate) struct Versions {
    #[sqlx(rename = "structure_version")]
    pub structure: i64,
    #[sqlx(rename = "shares_version")]
    pub shares: i64,
}

/// What somebody may do, and whose records that reaches.
pub(crate) struct Standing {
    pub rights: Rights,
    pub circle: Circle,
    pub shared: Shared,
}

/// A subquery with the version of the structure, for [`Db::standing`].
macro_rules! structure_version {
    () => {
        "(SELECT version FROM structure WHERE id = 1) AS structure_version"
    };
}
pub(crate) use structure_version;

const DEPARTMENTS: &str = "SELECT id, name, parent_id FROM department";
const DEPARTMENT_PEOPLE: &str =
    "SELECT department_id, id FROM \"user\" WHERE department_id IS NOT NULL ORDER BY id";
const TEAMS: &str = "SELECT id, name FROM team";
const TEAM_PEOPLE: &str = "SELECT team_id, user_id FROM team_member ORDER BY user_id";

pub(crate) async fn read(mut held: Connection<'_>) -> Result<Structure> {
    type Parts = (
        Vec<(DepartmentId, String, Option<DepartmentId>)>,
        Vec<(DepartmentId, UserId)>,
        Vec<(TeamId, String)>,
        Vec<(TeamId, UserId)>,
    );
    let roles = roles::all(held.again()).await?;
    let (mut departments, placed, mut teams, members): Parts = on_connection!(held, |connection| {
        (
            sqlx::query_as(DEPARTMENTS).fetch_all(&mut *connection).await?,
            sqlx::query_as(DEPARTMENT_PEOPLE).fetch_all(&mut *connection).await?,
            sqlx::query_as(TEAMS).fetch_all(&mut *connection).await?,
            sqlx::query_as(TEAM_PEOPLE).fetch_all(&mut *connection).await?,
        )
    });
    departments.sort_by_cached_key(|(id, name, _)| (pinyin::sort_key(name), id.0));
    teams.sort_by_cached_key(|(id, name)| (pinyin::sort_key(name), id.0));
    let departments = departments.into_iter().map(|(id, name, parent)| {
        let people = placed.iter().filter(|(of, _)| *of == id).map(|(_, user)| *user).collect();
        Department { id, name, parent, people }
    });
    let teams = teams.into_iter().map(|(id, name)| {
        let people = members.iter().filter(|(of, _)| *of == id).map(|(_, user)| *user).collect();
        Team { id, name, people }
    });
    Ok(Structure::sorted(departments.collect(), teams.collect(), roles))
}

const VERSIONS: &str =
    "SELECT version AS structure_version, shares AS shares_version FROM structure WHERE id = 1";

impl Db {
    pub(crate) fn at_hand(&self) -> &StructureAtHand {
        match self {
            Self::Sqlite { structure, .. } | Self::Postgres { structure, .. } => structure,
        }
    }

    /// The structure as of `version`, read from the database only when that is another than last time.
    async fn structure_at(&self, version: i64) -> Result<Arc<Structure>> {
        let kept = &self.at_hand().structure;
        if let Some((known, structure)) = &*kept.lock().unwrap_or_else(PoisonError::into_inner)
            && *known == version
        {
            return Ok(Arc::clone(structure));
        }
        let structure = Arc::new(read(self.reading().await?.connection()).await?);
        *kept.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((version, Arc::clone(&structure)));
        Ok(structure)
    }

    /// What somebody with these roles may do, and the colleagues that some of it depends on; for whom
    /// [`structure_version`] has just been asked, and what is shared with them at `now`. Nothing is looked up where the
    /// roles that every installation has say it all and nothing was ever shared.
    pub(crate) async fn standing(
        &self,
        user: UserId,
        roles: &[Held],
        at: Versions,
        now: Instant,
    ) -> Result<Standing> {
        let built_in = roles.iter().all(|held| matches!(held, Held::BuiltIn(_)));
        let rights = Structure::default().rights_of(roles);
        if built_in && !rights.know_colleagues() && at.shares == 0 {
            let (circle, shared) = (Circle::default(), Shared::default());
            return Ok(Standing { rights, circle, shared });
        }
        let structure = self.structure_at(at.structure).await?;
        let rights = structure.rights_of(roles);
        let circle =
            if rights.know_colleagues() { structure.circle(user) } else { Circle::default() };
        let shared = if at.shares == 0 {
            Shared::default()
        } else {
            let teams: Vec<TeamId> = structure.teams_of(user).map(|team| team.id).collect();
            self.shared_with(user, &teams, at.shares, now).await?
        };
        Ok(Standing { rights, circle, shared })
    }

    /// The same for somebody who is not at the door, for instance whoever started an import.
    pub(crate) async fn standing_now(
        &self,
        user: UserId,
        roles: &[Held],
        now: Instant,
    ) -> Result<Standing> {
        self.standing(user, roles, self.versions().await?, now).await
    }

    async fn versions(&self) -> Result<Versions> {
        Ok(on_read!(self, |pool| sqlx::query_as(VERSIONS).fetch_one(pool).await)?)
    }

    /// What a role is called; `None` for one that is not there.
    pub(crate) async fn known_role(&self, role: Held) -> Result<Option<RoleName>> {
        let Held::Own(id) = role else {
            return Ok(Some(Structure::default().role_name(role)));
        };
        let structure = self.structure_at(self.versions().await?.structure).await?;
        Ok(structure.role(id).map(|_| structure.role_name(role)))
    }

    /// One's own roles, as people read them.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] when the user is no more.
    pub async fn own_roles(&self, caller: &Caller) -> Result<Vec<RoleName>> {
        let user = self.user(caller, caller.user).await?.ok_or(Failure::SignedOut)?;
        let structure = self.structure_at(self.versions().await?.structure).await?;
        Ok(user.roles.iter().map(|held| structure.role_name(*held)).collect())
    }

    /// Departments, teams and who belongs where.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but administrators and auditors.
    pub async fn structure(&self, caller: &Caller) -> Result<Structure> {
        policy::view(caller, Object::Structure)?;
        read(self.reading().await?.connection()).await
    }
}

const TOUCH: &str = "UPDATE structure SET version = version + 1 WHERE id = 1";

/// A change that is under way: no other one is, and the structure is as it was before.
pub(crate) struct Changing {
    pub tx: Tx,
    pub grant: Grant,
    pub before: Structure,
}

impl Db {
    /// Begins a change of `object`, which takes a fresh proof: the structure, or where a user belongs.
    pub(crate) async fn change_structure(
        &self,
        caller: &Caller,
        object: Object,
    ) -> Result<Changing> {
        let grant = policy::check_confirmed(caller, Action::Administer, object)?;
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |connection| sqlx::query(TOUCH).execute(connection).await.map(drop))?;
        let before = read(tx.connection()).await?;
        Ok(Changing { tx, grant, before })
    }
}

/// A field of the line in the trail, if it changed.
pub(crate) fn change(field: &str, before: &str, after: &str) -> Option<FieldChange> {
    (before != after).then(|| FieldChange {
        field: field.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
    })
}

impl Changing {
    /// Commits with a line in the trail; with nothing changed, neither.
    pub(crate) async fn finish(
        mut self,
        id: Uuid,
        event: Event,
        fields: impl IntoIterator<Item = Option<FieldChange>>,
    ) -> Result<()> {
        let fields: Vec<FieldChange> = fields.into_iter().flatten().collect();
        if fields.is_empty() {
            return Ok(());
        }
        audit::append(&mut self.tx, &self.grant, id, event, Version(0), &fields).await?;
        self.tx.commit().await
    }

    fn department_name(&self, id: Option<DepartmentId>) -> &str {
        id.and_then(|id| self.before.department(id)).map_or("", |department| &department.name)
    }

    fn team_names(&self, teams: &[TeamId]) -> String {
        let known = self.before.teams.iter().filter(|team| teams.contains(&team.id));
        known.map(|team| team.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Refuses a further department or team past [`MOST_PARTS`].
pub(crate) fn room_for_one(number: usize) -> Result<()> {
    if number < MOST_PARTS {
        return Ok(());
    }
    let max = i64::try_from(MOST_PARTS).unwrap_or(i64::MAX);
    Err(StoreError::field("name", FieldError::OutOfRange { min: 0, max }))
}

const PUT_DEPARTMENT: &str = "INSERT INTO department (id, name, parent_id) VALUES ($1, $2, $3) \
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, parent_id = excluded.parent_id";
const DEPARTMENT_UP: &str = "UPDATE \"user\" SET department_id = $2 WHERE department_id = $1";
const PARTS_UP: &str = "UPDATE department SET parent_id = $2 WHERE parent_id = $1";
const DELETE_DEPARTMENT: &str = "DELETE FROM department WHERE id = $1";

impl Db {
    /// Makes a department, or gives one another name or place in the tree.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`], [`Failure::Gone`], or complaints about `name` and `parent`.
    pub async fn put_department(
        &self,
        caller: &Caller,
        id: Option<DepartmentId>,
        name: &str,
        parent: Option<DepartmentId>,
    ) -> Result<DepartmentId> {
        let name = structure::name(name)?;
        let mut changing = self.change_structure(caller, Object::Structure).await?;
        let before = &changing.before;
        let old = match id {
            Some(id) => Some(before.department(id).ok_or(Failure::Gone)?.clone()),
            None => None,
        };
        before.may_be_part_of(id, parent).map_err(|error| StoreError::field("parent", error))?;
        let fold = text::fold(&name);
        let mut beside = before.departments.iter().filter(|other| other.parent == parent);
        if beside.any(|other| Some(other.id) != id && text::fold(&other.name) == fold) {
            return Err(StoreError::field("name", FieldError::Taken));
        }
        if id.is_none() {
            room_for_one(before.departments.len())?;
        }
        let new = id.unwrap_or_else(|| DepartmentId(Uuid::now_v7()));
        on_tx!(&mut changing.tx, |connection| {
            sqlx::query(PUT_DEPARTMENT)
                .bind(new)
                .bind(&name)
                .bind(parent)
                .execute(connection)
                .await
                .map(drop)
        })?;
        let old_name = old.as_ref().map_or("", |old| &old.name).to_owned();
        let old_parent = old.as_ref().and_then(|old| old.parent);
        let event = if old.is_some() { Event::Changed } else { Event::Created };
        let fields = [
            change("department", &old_name, &name),
            change(
                "parent",
                changing.department_name(old_parent),
                changing.department_name(parent),
            ),
        ];
        changing.finish(new.0, event, fields).await?;
        Ok(new)
    }

    /// Dissolves a department. Its people and parts go to the one it was part of; without one they stand alone.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`] or [`Failure::Gone`]; a complaint about `name` when a part has a namesake there.
    pub async fn delete_department(&self, caller: &Caller, id: DepartmentId) -> Result<()> {
        let mut changing = self.change_structure(caller, Object::Structure).await?;
        let old = changing.before.department(id).ok_or(Failure::Gone)?.clone();
        let all = &changing.before.departments;
        let beside: Vec<String> = all
            .iter()
            .filter(|other| other.parent == old.parent && other.id != id)
            .map(|other| text::fold(&other.name))
            .collect();
        let mut parts = all.iter().filter(|part| part.parent == Some(id));
        if parts.any(|part| beside.contains(&text::fold(&part.name))) {
            return Err(StoreError::field("name", FieldError::Taken));
        }
        for statement in [DEPARTMENT_UP, PARTS_UP] {
            on_tx!(&mut changing.tx, |connection| {
                sqlx::query(statement).bind(id).bind(old.parent).execute(connection).await.map(drop)
            })?;
        }
        on_tx!(&mut changing.tx, |connection| {
            sqlx::query(DELETE_DEPARTMENT).bind(id).execute(connection).await.map(drop)
        })?;
        changing.finish(id.0, Event::Deleted, [change("department", &old.name, "")]).await
    }
}

const PUT_TEAM: &str = "INSERT INTO team (id, name) VALUES ($1, $2) \
    ON CONFLICT (id) DO UPDATE SET name = excluded.name";
const DELETE_TEAM: &str = "DELETE FROM team WHERE id = $1";
const JOIN_TEAM: &str = "INSERT INTO team_member (team_id, user_id) VALUES ($1, $2)";
const LEAVE_TEAM: &str = "DELETE FROM team_member WHERE team_id = $1 AND user_id = $2";

impl Db {
    /// Makes a team, or gives one another name and other people.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`], [`Failure::Gone`], or complaints about `name` and `people`.
    pub async fn put_team(
        &self,
        caller: &Caller,
        id: Option<TeamId>,
        name: &str,
        people: &[UserId],
    ) -> Result<TeamId> {
        let name = structure::name(name)?;
        let mut changing = self.change_structure(caller, Object::Structure).await?;
        let before = &changing.before;
        let old = match id {
            Some(id) => Some(before.team(id).ok_or(Failure::Gone)?.clone()),
            None => None,
        };
        let fold = text::fold(&name);
        if before.teams.iter().any(|other| Some(other.id) != id && text::fold(&other.name) == fold)
        {
            return Err(StoreError::field("name", FieldError::Taken));
        }
        if id.is_none() {
            room_for_one(before.teams.len())?;
        }
        let names = users::names(&mut changing.tx).await?;
        let name_of = |user: &UserId| names.iter().find(|(id, _)| id == user);
        if people.iter().any(|user| name_of(user).is_none()) {
            return Err(StoreError::field("people", FieldError::UnknownOption));
        }
        let new = id.unwrap_or_else(|| TeamId(Uuid::now_v7()));
        on_tx!(&mut changing.tx, |connection| {
            sqlx::query(PUT_TEAM).bind(new).bind(&name).execute(connection).await.map(drop)
        })?;
        let old_people = old.as_ref().map_or(&[][..], |old| &old.people);
        seat(&mut changing.tx, new, old_people, people).await?;
        let listed = |people: &[UserId]| {
            let all = names.iter().filter(|(id, _)| people.contains(id));
            all.map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let event = if old.is_some() { Event::Changed } else { Event::Created };
        let fields = [
            change("team", old.as_ref().map_or("", |old| &old.name), &name),
            change("people", &listed(old_people), &listed(people)),
        ];
        changing.finish(new.0, event, fields).await?;
        Ok(new)
    }

    /// Dissolves a team.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`] or [`Failure::Gone`].
    pub async fn delete_team(&self, caller: &Caller, id: TeamId) -> Result<()> {
        let mut changing = self.change_structure(caller, Object::Structure).await?;
        let name = changing.before.team(id).ok_or(Failure::Gone)?.name.clone();
        on_tx!(&mut changing.tx, |connection| {
            sqlx::query(DELETE_TEAM).bind(id).execute(connection).await.map(drop)
        })?;
        changing.finish(id.0, Event::Deleted, [change("team", &name, "")]).await
    }
}

/// Has those join a team and leave it that make `before` into `after`.
async fn seat(tx: &mut Tx, team: TeamId, before: &[UserId], after: &[UserId]) -> Result<()> {
    let mut after = after.to_vec();
    after.sort_unstable();
    after.dedup();
    let join = after.iter().filter(|user| !before.contains(user)).map(|user| (JOIN_TEAM, user));
    let leave = before.iter().filter(|user| !after.contains(user)).map(|user| (LEAVE_TEAM, user));
    for (statement, user) in join.chain(leave) {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(statement).bind(team).bind(*user).execute(connection).await.map(drop)
        })?;
    }
    Ok(())
}

const PLACE: &str = "UPDATE \"user\" SET department_id = $2 WHERE id = $1";

impl Db {
    /// Puts somebody into a department, or none, and into these teams and no others.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`], [`Failure::Gone`], or complaints about `department` and `teams`.
    pub async fn place_user(&self, caller: &Caller, user: UserId, place: &Place) -> Result<()> {
        let mut changing = self.change_structure(caller, Object::User).await?;
        let old = changing.before.place(user);
        if place.department.is_some_and(|id| changing.before.department(id).is_none()) {
            return Err(StoreError::field("department", FieldError::UnknownOption));
        }
        if place.teams.iter().any(|id| changing.before.team(*id).is_none()) {
            return Err(StoreError::field("teams", FieldError::UnknownOption));
        }
        let found = on_tx!(&mut changing.tx, |connection| {
            sqlx::query(PLACE)
                .bind(user)
                .bind(place.department)
                .execute(connection)
                .await?
                .rows_affected()
        });
        if found == 0 {
            return Err(Failure::Gone.into());
        }
        for team in changing.before.teams.clone() {
            let (was, is) = (team.people.contains(&user), place.teams.contains(&team.id));
            let one = [user];
            let seats = |there: bool| if there { &one[..] } else { &[] };
            seat(&mut changing.tx, team.id, seats(was), seats(is)).await?;
        }
        let fields = [
            change(
                "department",
                changing.department_name(old.department),
                changing.department_name(place.department),
            ),
            change("teams", &changing.team_names(&old.teams), &changing.team_names(&place.teams)),
        ];
        changing.finish(user.0, Event::Changed, fields).await
    }
}
