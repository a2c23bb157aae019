//! Changing a case: its fields, how far it is, and with these its clock. Two who change different fields both win, two who
//! change the same one are told.

use super::{Links, held, links, rows::Row, search, values};
use crate::{
    accounts::{check_owner, stale},
    audit,
    collision::{Both, collide},
    db::{Db, Tx, on_tx},
    dialect::Index,
    error::Result,
    notifications, within,
};
use domain::{
    account::FieldEdit,
    audit::Event,
    case::{CaseData, CaseField, Clock, Counting},
    field::FormErrors,
    id::{CaseId, Version},
    note::Subject,
    policy::{self, Action, Caller, Grant, Object, Rows},
    text,
};

const UPDATE: &str = "UPDATE feedback_case SET kind = $1, subject = $2, subject_fold = $3, category = $4, priority = $5, status = $6, \
     is_open = $7, channel = $8, account_id = $9, person_id = $10, contact = $11, cause = $12, solution = $13, owner_id = $14, \
     first_due_at = $15, first_answered_at = $16, solve_due_at = $17, solved_at = $18, paused_since = $19, paused_for = $20, \
     told_overdue = told_overdue AND due_at = $21, due_at = $21, version = version + 1, updated_at = $22, updated_by = $23 \
     WHERE id = $24 AND version = $25 AND deleted_at IS NULL RETURNING version";

impl Db {
    /// Changes fields of a case. `seen` is the version the caller looked at: fields that others changed since are merged
    /// when they differ from these, and refused when they are the same and say something else. What is resolved says what
    /// was done.
    ///
    /// # Errors
    /// As [`Db::edit_opportunity`].
    pub async fn edit_case(
        &self,
        caller: &Caller,
        id: CaseId,
        seen: Version,
        edits: &[FieldEdit],
        counting: Counting<'_>,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Case)?;
        let mut tx = self.begin().await?;
        let row = held(&mut tx, &grant, id, false).await?;
        let before = row.whole()?;
        let after = apply(&before, edits)?;
        if row.version != seen {
            let told = |field: CaseField| told(caller, field);
            let both = |name: &str| {
                let field = CaseField::parse(name).ok()?;
                let (theirs, mine) = (before.get(field), after.get(field));
                Some(Both { field: field.code(), theirs, mine, told: told(field) })
            };
            collide(&mut tx, id.0, row.version, seen, edits, both).await?;
        }
        after.must_be_whole()?;
        let links = admitted(&mut tx, caller, &row, &before, &after).await?;
        let changes = audit::differences(values(&before), values(&after));
        if changes.is_empty() {
            return Ok(row.version);
        }
        let (was, is) = ((before.status, before.priority), (after.status, after.priority));
        let clock = row.clock().changed(was, is, grant.now(), counting);
        let version = write(&mut tx, &grant, &row, &after, links, &clock).await?;
        audit::append(&mut tx, &grant, id.0, Event::Changed, version, &changes).await?;
        tx.commit().await?;
        Ok(version)
    }
}

/// Whether somebody may be told what stands in a field: a customer or person is not named to who does not see all of them.
fn told(caller: &Caller, field: CaseField) -> bool {
    let object = match field {
        CaseField::Account => Object::Account,
        CaseField::Person => Object::Person,
        _ => return true,
    };
    *policy::sight(caller, object).rows() == Rows::All
}

fn apply(before: &CaseData, edits: &[FieldEdit]) -> Result<CaseData> {
    let mut after = before.clone();
    let mut errors = FormErrors::default();
    for edit in edits {
        let field = CaseField::parse(&edit.field);
        errors.take(&edit.field, field.and_then(|field| after.set(field, &edit.value)));
    }
    Ok(errors.into_result(after)?)
}

/// Asks whether whoever changes a case may name its new owner, customer and person.
async fn admitted(
    tx: &mut Tx,
    caller: &Caller,
    row: &Row,
    before: &CaseData,
    after: &CaseData,
) -> Result<Links> {
    if after.owner != before.owner {
        let assign = policy::check(caller, Action::Assign, Object::Case)?;
        let subject = Subject::Case(row.id);
        within::admit(tx, &assign, subject, before.owner).await?;
        policy::owner_to_be(caller, Object::Case, after.owner)?;
        check_owner(tx, after.owner).await?;
        notifications::put_in_charge(tx, caller, subject, after.owner).await?;
    }
    let now = Links { account: row.account_id, person: row.person_id };
    links(tx, caller, after, Some((before, now))).await
}

/// Writes all fields of a case that is held, with its clock and what it is found by; answers with the new version. The
/// line in the trail is the caller's.
pub(super) async fn write(
    tx: &mut Tx,
    grant: &Grant,
    row: &Row,
    after: &CaseData,
    links: Links,
    clock: &Clock,
) -> Result<Version> {
    let version: Option<Version> = on_tx!(tx, |connection| {
        sqlx::query_scalar(UPDATE)
            .bind(after.kind.code())
            .bind(&after.subject)
            .bind(text::fold(&after.subject))
            .bind(&after.category)
            .bind(after.priority.code())
            .bind(after.status.code())
            .bind(after.status.is_open())
            .bind(after.channel.code())
            .bind(links.account)
            .bind(links.person)
            .bind(&after.contact)
            .bind(&after.cause)
            .bind(&after.solution)
            .bind(after.owner)
            .bind(clock.first_due_at)
            .bind(clock.first_answered_at)
            .bind(clock.solve_due_at)
            .bind(clock.solved_at)
            .bind(clock.paused_since)
            .bind(clock.paused_for)
            .bind(clock.due_at())
            .bind(grant.now())
            .bind(grant.user())
            .bind(row.id)
            .bind(row.version)
            .fetch_optional(connection)
            .await
    })?;
    let version = version.ok_or_else(stale)?;
    if row.subject != after.subject {
        Index::Cases.put(tx, &[(row.number.0, search::document(&after.subject))]).await?;
    }
    Ok(version)
}
