//! Roles an organisation makes itself. Owns every statement on `role` and `role_right`; who holds them stands in
//! `user_role`, which `users.rs` writes.

use crate::{
    db::{Connection, Db, Tx, on_connection, on_tx},
    dialect::to_change,
    error::{Result, StoreError},
    second_steps,
    structure::{change, room_for_one},
};
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    field::FieldError,
    id::RoleId,
    pinyin,
    policy::{
        Action, Caller, Detail, DetailRule, DetailRules, Held, Object, OwnRole, Reach, Rights,
        own_rights,
    },
    structure, text,
};
use std::collections::BTreeMap;
use uuid::Uuid;

const ALL: &str = "SELECT id, name, asks_reason FROM role";
const RIGHTS: &str = "SELECT role_id, object, action, reach FROM role_right";
const DETAILS: &str = "SELECT role_id, object, detail, access FROM role_detail";

/// A role, what it is about, which right or detail, and how far that goes.
type Line = (RoleId, String, String, String);

/// Every role made here, by name. A right that this release does not know gives nothing; an access it does not know
/// shows nothing.
pub(crate) async fn all(held: Connection<'_>) -> Result<Vec<OwnRole>> {
    type Parts = (Vec<(RoleId, String, bool)>, Vec<Line>, Vec<Line>);
    let (mut roles, rows, restricted): Parts = on_connection!(held, |connection| {
        (
            sqlx::query_as(ALL).fetch_all(&mut *connection).await?,
            sqlx::query_as(RIGHTS).fetch_all(&mut *connection).await?,
            sqlx::query_as(DETAILS).fetch_all(&mut *connection).await?,
        )
    });
    let mut details: BTreeMap<RoleId, DetailRules> = BTreeMap::new();
    for (role, object, detail, access) in restricted {
        if let (Some(object), Some(detail)) =
            (Object::from_code(&object), Detail::from_code(&detail))
        {
            let rules = details.entry(role).or_insert(DetailRules::OPEN);
            let rule = DetailRule::from_code(&access).unwrap_or_default();
            *rules = rules.set(object, detail, rule);
        }
    }
    let mut rights: BTreeMap<RoleId, Rights> = BTreeMap::new();
    for (role, object, action, reach) in rows {
        let codes =
            (Object::from_code(&object), Action::from_code(&action), Reach::from_code(&reach));
        if let (Some(object), Some(action), Some(reach)) = codes {
            let sum = rights.entry(role).or_default();
            *sum = sum.set(object, action, reach);
        }
    }
    roles.sort_by_cached_key(|(id, name, _)| (pinyin::sort_key(name), id.0));
    Ok(roles
        .into_iter()
        .map(|(id, name, asks_reason)| OwnRole {
            id,
            name,
            rights: rights
                .get(&id)
                .copied()
                .unwrap_or_default()
                // Also of roles that were made before this went with the audit log.
                .overseeing()
                .with_details(details.get(&id).copied().unwrap_or(DetailRules::OPEN))
                .asking_reason(asks_reason),
        })
        .collect())
}

const KNOWN: &str = "SELECT 1 FROM role WHERE id = $1";

/// Refuses a role made here that is no more; those that are stay until the transaction ends.
pub(crate) async fn must_know(tx: &mut Tx, roles: &[Held]) -> Result<()> {
    for held in roles {
        let Held::Own(id) = held else { continue };
        let statement = to_change!(&*tx, KNOWN);
        let found: Option<i32> = on_tx!(tx, |connection| {
            sqlx::query_scalar(statement).bind(*id).fetch_optional(connection).await
        })?;
        if found.is_none() {
            return Err(StoreError::field("roles", FieldError::UnknownOption));
        }
    }
    Ok(())
}

const PUT: &str = "INSERT INTO role (id, name, asks_reason) VALUES ($1, $2, $3) \
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, asks_reason = excluded.asks_reason";
const NO_RIGHTS: &str = "DELETE FROM role_right WHERE role_id = $1";
const PUT_RIGHT: &str =
    "INSERT INTO role_right (role_id, object, action, reach) VALUES ($1, $2, $3, $4)";
const NO_DETAILS: &str = "DELETE FROM role_detail WHERE role_id = $1";
const PUT_DETAIL: &str =
    "INSERT INTO role_detail (role_id, object, detail, access) VALUES ($1, $2, $3, $4)";
const DELETE: &str = "DELETE FROM role WHERE id = $1";
const HOLDERS: &str = "SELECT COUNT(*) FROM user_role WHERE role = $1";

impl Db {
    /// Makes a role, or gives one another name and other rights. Whoever holds it has them from the next request on. A
    /// role that comes to administer or to take data out demands a second step where administrators need one.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`], [`Failure::Gone`], or complaints about `name` and about rights, as
    /// [`own_rights`] names them.
    pub async fn put_role(
        &self,
        caller: &Caller,
        id: Option<RoleId>,
        name: &str,
        rights: &Rights,
    ) -> Result<RoleId> {
        let name = structure::name(name)?;
        let rights = own_rights(rights)?;
        let mut changing = self.change_structure(caller, Object::Structure).await?;
        let before = &changing.before;
        let old = match id {
            Some(id) => Some(before.role(id).ok_or(Failure::Gone)?.clone()),
            None => None,
        };
        let fold = text::fold(&name);
        if before.roles.iter().any(|other| Some(other.id) != id && text::fold(&other.name) == fold)
        {
            return Err(StoreError::field("name", FieldError::Taken));
        }
        if id.is_none() {
            room_for_one(before.roles.len())?;
        }
        let new = id.unwrap_or_else(|| RoleId(Uuid::now_v7()));
        on_tx!(&mut changing.tx, |connection| {
            sqlx::query(PUT)
                .bind(new)
                .bind(&name)
                .bind(rights.asks_reason())
                .execute(connection)
                .await
                .map(drop)
        })?;
        put_rights(&mut changing.tx, new, &rights).await?;
        let event = if old.is_some() { Event::Changed } else { Event::Created };
        let old_name = old.as_ref().map_or("", |old| &old.name);
        // A new role is told by what it keeps back, as by what it allows.
        let nothing = Rights::default().with_details(DetailRules::OPEN);
        let old_rights = old.as_ref().map_or(nothing, |old| old.rights);
        let mut fields = vec![change("role", old_name, &name)];
        fields.extend(differences(&old_rights, &rights).into_iter().map(Some));
        if rights.takes_more_than(&old_rights) {
            // As the roles that are there from the first day: an administrator may say otherwise afterwards.
            let guarded = second_steps::guard(&mut changing.tx, Held::Own(new), caller.now).await?;
            fields.push(change("second_step", "", if guarded { "true" } else { "" }));
        }
        changing.finish(new.0, event, fields).await?;
        Ok(new)
    }

    /// Takes a role away that nobody holds any more.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::ConfirmIdentity`] or [`Failure::Gone`]; a complaint about `people` while somebody holds it.
    pub async fn delete_role(&self, caller: &Caller, id: RoleId) -> Result<()> {
        let mut changing = self.change_structure(caller, Object::Structure).await?;
        let name = changing.before.role(id).ok_or(Failure::Gone)?.name.clone();
        // The row goes first: whoever is giving it to somebody waits for the end of this, or this for them.
        on_tx!(&mut changing.tx, |connection| {
            sqlx::query(DELETE).bind(id).execute(connection).await.map(drop)
        })?;
        let holders: i64 = on_tx!(&mut changing.tx, |connection| {
            sqlx::query_scalar(HOLDERS).bind(Held::Own(id).to_string()).fetch_one(connection).await
        })?;
        if holders > 0 {
            return Err(StoreError::field("people", FieldError::Taken));
        }
        second_steps::let_go(&mut changing.tx, Held::Own(id)).await?;
        changing.finish(id.0, Event::Deleted, [change("role", &name, "")]).await
    }
}

async fn put_rights(tx: &mut Tx, role: RoleId, rights: &Rights) -> Result<()> {
    for statement in [NO_RIGHTS, NO_DETAILS] {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(statement).bind(role).execute(connection).await.map(drop)
        })?;
    }
    let reaching = rights
        .reaching()
        .map(|(object, action, reach)| (PUT_RIGHT, object, action.code(), reach.code()));
    let restricted = rights
        .details()
        .restricted()
        .map(|(object, detail, rule)| (PUT_DETAIL, object, detail.code(), rule.code()));
    for (statement, object, about, far) in reaching.chain(restricted) {
        on_tx!(&mut *tx, |connection| {
            sqlx::query(statement)
                .bind(role)
                .bind(object.code())
                .bind(about)
                .bind(far)
                .execute(connection)
                .await
                .map(drop)
        })?;
    }
    Ok(())
}

/// Rights that changed, as the trail keeps them: `account.edit` from `own` to `team`, `account.phone.access` from `edit`
/// to `masked`.
fn differences(before: &Rights, after: &Rights) -> Vec<FieldChange> {
    let mut all = Vec::new();
    for object in Object::ALL {
        for action in Action::ALL {
            let field = format!("{}.{}", object.code(), action.code());
            let reaches = [before, after].map(|rights| rights.reach(action, object).code());
            all.extend(change(&field, reaches[0], reaches[1]));
        }
        for detail in Detail::of(object) {
            let rules = [before, after].map(|rights| rights.details().rule(object, *detail).code());
            all.extend(change(&detail.field(object), rules[0], rules[1]));
        }
    }
    let [asked, asks] =
        [before, after].map(|rights| if rights.asks_reason() { "true" } else { "" });
    all.extend(change("reveal.reason", asked, asks));
    all
}
