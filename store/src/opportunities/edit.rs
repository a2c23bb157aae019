//! Changing fields of a deal: two who change different ones both win, two who change the same one are told.

use super::{Links, Row, held, lines, links, people, search, values};
use crate::{
    accounts::{check_owner, stale},
    audit,
    collision::{self, Both},
    db::{Db, Tx, on_tx},
    dialect::Index,
    error::Result,
    notifications, pipelines,
};
use domain::{
    account::FieldEdit,
    at_once::Reassigned,
    audit::{Event, FieldChange},
    field::{FieldError, FormErrors},
    id::{OpportunityId, UserId, Version},
    note::Subject,
    opportunity::{OpportunityData, OpportunityField, missing},
    pinyin,
    pipeline::Stage,
    policy::{self, Action, Caller, Grant, Object, Rows},
    text,
};

const UPDATE: &str = "UPDATE opportunity SET name = $1, name_sort = $2, name_fold = $3, account_id = $4, person_id = $5, \
     value_minor = $6, currency = $7, expected_close = $8, next_step = $9, next_step_on = $10, source = $11, owner_id = $12, \
     version = version + 1, updated_at = $13, updated_by = $14 WHERE id = $15 AND version = $16 AND deleted_at IS NULL \
     RETURNING version";
const TOUCH: &str = "UPDATE opportunity SET version = version + 1, updated_at = $1, updated_by = $2 WHERE id = $3 \
     RETURNING version";

impl Db {
    /// Changes fields of a deal. `seen` is the version the caller looked at: fields that others changed since are merged
    /// when they differ from these, and refused when they are the same and say something else. What its stage asked for
    /// cannot be emptied.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`], [`domain::failure::Failure::Gone`],
    /// [`domain::failure::Failure::Invalid`], or [`domain::failure::Failure::Conflict`] with both values.
    pub async fn edit_opportunity(
        &self,
        caller: &Caller,
        id: OpportunityId,
        seen: Version,
        edits: &[FieldEdit],
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Opportunity)?;
        let mut tx = self.begin().await?;
        let row = held(&mut tx, &grant, id).await?;
        let before = row.whole()?;
        let after = apply(&before, edits)?;
        if let Some(stage) = pipelines::stage(tx.connection(), row.stage_id).await? {
            keeps(&before, &after, &stage)?;
        }
        if row.version != seen {
            collide(&mut tx, caller, &row, seen, edits, &after).await?;
        }
        let links = admitted(&mut tx, caller, &row, &before, &after).await?;
        let changes = audit::differences(values(&before), values(&after));
        if changes.is_empty() {
            return Ok(row.version);
        }
        let version = write(&mut tx, &grant, &row, &after, links).await?;
        audit::append(&mut tx, &grant, id.0, Event::Changed, version, &changes).await?;
        tx.commit().await?;
        Ok(version)
    }
}

/// Puts somebody, or nobody, in charge of a deal that every one of `grants` reaches, if whoever is now is `meant`. It is
/// written with the first of them. Answers who was.
pub(crate) async fn put_in_charge(
    tx: &mut Tx,
    caller: &Caller,
    grants: &[&Grant],
    id: OpportunityId,
    to: Option<UserId>,
    meant: &(dyn Fn(Option<UserId>) -> bool + Send + Sync),
) -> Result<Option<Reassigned>> {
    policy::check(caller, Action::Assign, Object::Opportunity)?;
    let Some(grant) = grants.first() else { return Ok(None) };
    let row = held(tx, grant, id).await?;
    for grant in grants {
        grant.admit_owner(row.owner_id)?;
    }
    let before = row.whole()?;
    if before.owner == to || !meant(before.owner) {
        return Ok(None);
    }
    let after = OpportunityData { owner: to, ..before.clone() };
    if let Some(stage) = pipelines::stage(tx.connection(), row.stage_id).await? {
        keeps(&before, &after, &stage)?;
    }
    let links = admitted(tx, caller, &row, &before, &after).await?;
    let version = write(tx, grant, &row, &after, links).await?;
    let changes = audit::differences(values(&before), values(&after));
    audit::append(tx, grant, id.0, Event::Changed, version, &changes).await?;
    Ok(Some(Reassigned { id: id.0, before: before.owner }))
}

/// What the deal is after the edits.
pub(super) fn apply(before: &OpportunityData, edits: &[FieldEdit]) -> Result<OpportunityData> {
    let mut after = before.clone();
    let mut errors = FormErrors::default();
    for edit in edits {
        let field = OpportunityField::parse(&edit.field);
        errors.take(&edit.field, field.and_then(|field| after.set(field, &edit.value)));
    }
    Ok(errors.into_result(after)?)
}

/// Refuses to empty what the stage asked for; what was missing before may stay so.
pub(super) fn keeps(
    before: &OpportunityData,
    after: &OpportunityData,
    stage: &Stage,
) -> Result<()> {
    let lost = missing(after, stage).filter(|field| !before.get(*field).is_empty());
    let errors = lost.map(|field| (field.code().to_owned(), FieldError::Required)).collect();
    Ok(FormErrors(errors).into_result(())?)
}

/// Asks whether whoever changes a deal may name its new owner, customer and person.
pub(super) async fn admitted(
    tx: &mut Tx,
    caller: &Caller,
    row: &Row,
    before: &OpportunityData,
    after: &OpportunityData,
) -> Result<Links> {
    if after.owner != before.owner {
        let assign = policy::check(caller, Action::Assign, Object::Opportunity)?;
        assign.admit_owner(before.owner)?;
        policy::owner_to_be(caller, Object::Opportunity, after.owner)?;
        check_owner(tx, after.owner).await?;
        let subject = Subject::Opportunity(row.id);
        notifications::put_in_charge(tx, caller, subject, after.owner).await?;
    }
    links(tx, caller, after, Some((before, row.links()))).await
}

/// Refuses edits of fields that somebody else changed since `seen` to something else. A customer or person is not named
/// to who does not see all of them.
pub(super) async fn collide(
    tx: &mut Tx,
    caller: &Caller,
    row: &Row,
    seen: Version,
    edits: &[FieldEdit],
    mine: &OpportunityData,
) -> Result<()> {
    let theirs = row.whole()?;
    let told = |field: OpportunityField| {
        let object = match field {
            OpportunityField::Account => Object::Account,
            OpportunityField::Person => Object::Person,
            _ => return true,
        };
        *policy::sight(caller, object).rows() == Rows::All
    };
    let both = |name: &str| {
        let field = OpportunityField::parse(name).ok()?;
        let (theirs, mine) = (theirs.get(field), mine.get(field));
        Some(Both { field: field.code(), theirs, mine, told: told(field) })
    };
    collision::collide(tx, row.id.0, row.version, seen, edits, both).await
}

/// Writes all fields of a deal that is held, what it is found by, and its lines in another currency; answers with the new
/// version. The line in the trail is the caller's.
pub(super) async fn write(
    tx: &mut Tx,
    grant: &Grant,
    row: &Row,
    after: &OpportunityData,
    links: Links,
) -> Result<Version> {
    let version: Option<Version> = on_tx!(tx, |connection| {
        sqlx::query_scalar(UPDATE)
            .bind(&after.name)
            .bind(pinyin::sort_key(&after.name))
            .bind(text::fold(&after.name))
            .bind(links.account)
            .bind(links.person)
            .bind(after.value_minor)
            .bind(after.currency.code())
            .bind(after.expected_close.map(String::from).unwrap_or_default())
            .bind(&after.next_step)
            .bind(after.next_step_on.map(String::from).unwrap_or_default())
            .bind(&after.source)
            .bind(after.owner)
            .bind(grant.now())
            .bind(grant.user())
            .bind(row.id)
            .bind(row.version)
            .fetch_optional(connection)
            .await
    })?;
    let version = version.ok_or_else(stale)?;
    if row.name != after.name {
        Index::Opportunities.put(tx, &[(row.number.0, search::document(&after.name))]).await?;
    }
    lines::in_currency(tx, row.id, row.whole()?.currency, after.currency).await?;
    people::keep_former(tx, row, links).await?;
    Ok(version)
}

/// Counts a change to what hangs on a deal that is held; answers with the new version.
pub(super) async fn touch(tx: &mut Tx, grant: &Grant, id: OpportunityId) -> Result<Version> {
    Ok(on_tx!(tx, |connection| {
        sqlx::query_scalar(TOUCH)
            .bind(grant.now())
            .bind(grant.user())
            .bind(id)
            .fetch_one(connection)
            .await
    })?)
}

/// One field of a line in the trail.
pub(super) fn change(field: &str, before: String, after: String) -> FieldChange {
    FieldChange { field: field.to_owned(), before, after }
}
