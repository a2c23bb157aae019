//! Planning, doing and changing calls, visits, meetings and tasks, and what follows from it: the next step of a deal, the
//! last contact of a customer, and who is told.

use super::{Row, alive, entry};
use crate::{
    accounts::{self, stale},
    audit,
    db::{Db, Tx, on_tx},
    error::Result,
    notifications::{self, Told},
    operations, opportunities, people,
    rows::new_id,
};
use domain::{
    activity::{
        ActivityData, ActivityDraft, ActivityKind, CallResult, Completion, NextStep, values,
    },
    audit::{Event, FieldChange},
    failure::Failure,
    id::{ActivityId, OperationId, UserId, Version},
    live::Notice,
    note::Subject,
    notification::NotificationKind,
    policy::{self, Action, Caller, Grant, Object},
    time::Instant,
};

const INSERT: &str = "INSERT INTO activity (id, kind, subject_id, subject_kind, title, body, place, result, owner_id, is_open, \
     due_at, due_on, due_minute, remind, remind_at, done_at, at, created_at, created_by, updated_at, updated_by) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $18, $19)";
const WRITE: &str = "UPDATE activity SET kind = $1, title = $2, body = $3, place = $4, result = $5, owner_id = $6, due_at = $7, \
     due_on = $8, due_minute = $9, remind = $10, remind_at = $11, is_open = $12, done_at = $13, at = $14, updated_at = $15, \
     updated_by = $16, version = version + 1 WHERE id = $17 AND version = $18 AND deleted_at IS NULL RETURNING version";

const SOONEST: &str = "SELECT title, due_on FROM activity WHERE subject_id = $1 AND is_open AND deleted_at IS NULL \
     ORDER BY due_at = 0, due_at, id LIMIT 1";

/// Where an activity stands: open, or done at a time.
#[derive(Clone, Copy)]
struct State {
    done_at: Option<Instant>,
    /// Its place on the timeline.
    at: Instant,
}

impl Db {
    /// Puts down an activity about a record, planned or done, and the next step that comes after it. `operation` names the
    /// attempt: the same one sent again answers with the activity it made the first time.
    ///
    /// # Errors
    /// [`Failure::Denied`], [`Failure::Gone`]; [`Failure::Invalid`] under `owner` for somebody who may not sign in or does
    /// not see the record, and under `title` when the same attempt comes back with other content.
    pub async fn add_activity(
        &self,
        caller: &Caller,
        operation: OperationId,
        subject: Subject,
        draft: &ActivityDraft,
    ) -> Result<ActivityId> {
        let grant = policy::check(caller, Action::Create, Object::Activity)?;
        let taker = self.taker(caller, draft.data.owner).await?;
        let mut tx = self.begin().await?;
        let made =
            operations::made_before(&mut tx, caller, operation, &(subject, &draft.typed), "title")
                .await?;
        if let Some(answer) = made {
            return operations::answer(&answer);
        }
        alive(&mut tx, caller, subject).await?;
        taker.must_see(&mut tx, caller, subject).await?;
        let at = draft.done_at.unwrap_or(caller.now);
        let state = State { done_at: draft.done_at, at };
        let id = insert(&mut tx, caller, &grant, subject, &draft.data, state).await?;
        follow_up(&mut tx, caller, &grant, subject, &draft.data, draft.next.as_ref()).await?;
        if let Some(at) = draft.done_at {
            contacted(&mut tx, subject, &draft.data, at).await?;
        }
        operations::finish_attempt(&mut tx, caller, operation, &id.0.to_string()).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes what an open activity says: when it is due, who is to do it, what it is about.
    ///
    /// # Errors
    /// [`Failure::Denied`], also for somebody else's; [`Failure::Gone`] for one that is done or not there;
    /// [`Failure::Conflict`] when it was changed since `seen`; [`Failure::Invalid`] under `owner` for another one who may not
    /// sign in or does not see the record.
    pub async fn edit_activity(
        &self,
        caller: &Caller,
        id: ActivityId,
        seen: Version,
        data: &ActivityData,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Activity)?;
        let taker = self.taker(caller, data.owner).await?;
        let mut tx = self.begin().await?;
        let row = open(&mut tx, caller, id, true).await?;
        let before = row.data()?;
        let mut data = data.clone();
        if (data.due, data.remind) == (before.due, before.remind) {
            // Whoever was reminded already is not reminded again because a word changed.
            data.remind_at = before.remind_at;
        }
        if before == data {
            return Ok(row.version);
        }
        if row.version != seen {
            return Err(stale());
        }
        if data.owner != before.owner {
            taker.must_see(&mut tx, caller, row.subject()?).await?;
        }
        let (subject, state) = (row.subject()?, State { done_at: None, at: row.at });
        let changes = audit::differences(values(&before), values(&data));
        let version = write(&mut tx, &grant, &row, &data, state, &changes).await?;
        step_follows(&mut tx, caller, subject, Some(&before), Some(&data)).await?;
        if data.owner != before.owner {
            given(&mut tx, caller, subject, id, data.owner).await?;
        }
        tx.commit().await?;
        Ok(version)
    }

    /// Says that an open activity is done, what became of it, and what is done next.
    ///
    /// # Errors
    /// [`Failure::Denied`], also for somebody else's; [`Failure::Gone`] for one that is done already or not there.
    pub async fn complete_activity(
        &self,
        caller: &Caller,
        id: ActivityId,
        done: &Completion,
    ) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Activity)?;
        let mut tx = self.begin().await?;
        let row = open(&mut tx, caller, id, true).await?;
        let (before, subject) = (row.data()?, row.subject()?);
        let mut after = before.clone();
        after.result = done.result.filter(|_| before.kind == ActivityKind::Call);
        after.remind_at = None;
        if let Some(said) = &done.body {
            after.body = if before.body.is_empty() {
                said.clone()
            } else {
                format!("{}\n\n{said}", before.body)
            };
        }
        let state = State { done_at: Some(caller.now), at: caller.now };
        let mut changes = audit::differences(values(&before), values(&after));
        changes.push(done_change(true));
        let version = write(&mut tx, &grant, &row, &after, state, &changes).await?;
        step_follows(&mut tx, caller, subject, Some(&before), None).await?;
        if done.next.is_some() {
            let grant = policy::check(caller, Action::Create, Object::Activity)?;
            follow_up(&mut tx, caller, &grant, subject, &after, done.next.as_ref()).await?;
        }
        contacted(&mut tx, subject, &after, caller.now).await?;
        if row.created_by != caller.user {
            let told = Told { kind: NotificationKind::Done, subject, activity: Some(id) };
            notifications::tell(&mut tx, caller, row.created_by, told).await?;
        }
        tx.commit().await?;
        Ok(version)
    }

    /// Takes back that an activity is done.
    ///
    /// # Errors
    /// As [`Db::complete_activity`]; [`Failure::Gone`] for one that is open.
    pub async fn reopen_activity(&self, caller: &Caller, id: ActivityId) -> Result<Version> {
        let grant = policy::check(caller, Action::Edit, Object::Activity)?;
        let mut tx = self.begin().await?;
        let row = open(&mut tx, caller, id, false).await?;
        let mut data = row.data()?;
        data.result = None;
        let state = State { done_at: None, at: row.at };
        let version = write(&mut tx, &grant, &row, &data, state, &[done_change(false)]).await?;
        step_follows(&mut tx, caller, row.subject()?, None, Some(&data)).await?;
        tx.commit().await?;
        Ok(version)
    }
}

/// The activity that somebody wants to change, open or done, about a record that they see.
async fn open(tx: &mut Tx, caller: &Caller, id: ActivityId, is_open: bool) -> Result<Row> {
    let row = entry(tx, id, false).await?;
    alive(tx, caller, row.subject()?).await?;
    if row.is_note() || row.is_open != is_open {
        return Err(Failure::Gone.into());
    }
    row.must_be_of(caller, Action::Edit)?;
    Ok(row)
}

fn done_change(done: bool) -> FieldChange {
    let yes_no = |on: bool| if on { "true".to_owned() } else { String::new() };
    FieldChange { field: "done".to_owned(), before: yes_no(!done), after: yes_no(done) }
}

/// Puts down an activity with its line in the trail. A planned one becomes the next step of a deal, and whoever is to do
/// it is told.
async fn insert(
    tx: &mut Tx,
    caller: &Caller,
    grant: &Grant,
    subject: Subject,
    data: &ActivityData,
    state: State,
) -> Result<ActivityId> {
    let id = ActivityId(new_id());
    on_tx!(&mut *tx, |connection| {
        let row = sqlx::query(INSERT).bind(id).bind(data.kind.code()).bind(subject.id());
        let row = row.bind(subject.code()).bind(&data.title).bind(&data.body).bind(&data.place);
        let row = row.bind(data.result.map_or("", CallResult::code)).bind(data.owner);
        let row = row.bind(state.done_at.is_none()).bind(data.due_at()).bind(data.due_on());
        let row = row.bind(data.due_minute()).bind(data.remind_code());
        row.bind(data.remind_at.unwrap_or_default())
            .bind(state.done_at.unwrap_or_default())
            .bind(state.at)
            .bind(grant.now())
            .bind(grant.user())
            .execute(connection)
            .await
            .map(drop)
    })?;
    let nothing = values(data).into_iter().map(|(field, _)| (field, String::new()));
    let mut changes = audit::differences(nothing, values(data));
    if state.done_at.is_some() {
        changes.push(done_change(true));
    }
    audit::append(tx, grant, id.0, Event::Created, Version(1), &changes).await?;
    tx.unlogged.push(Notice::Of(data.owner));
    if state.done_at.is_none() {
        step_follows(tx, caller, subject, None, Some(data)).await?;
        given(tx, caller, subject, id, data.owner).await?;
    }
    Ok(id)
}

async fn write(
    tx: &mut Tx,
    grant: &Grant,
    row: &Row,
    data: &ActivityData,
    state: State,
    changes: &[FieldChange],
) -> Result<Version> {
    let version: Option<Version> = on_tx!(&mut *tx, |connection| {
        let to = sqlx::query_scalar(WRITE).bind(data.kind.code()).bind(&data.title);
        let to = to.bind(&data.body).bind(&data.place);
        let to = to.bind(data.result.map_or("", CallResult::code)).bind(data.owner);
        let to = to.bind(data.due_at()).bind(data.due_on()).bind(data.due_minute());
        to.bind(data.remind_code())
            .bind(data.remind_at.unwrap_or_default())
            .bind(state.done_at.is_none())
            .bind(state.done_at.unwrap_or_default())
            .bind(state.at)
            .bind(grant.now())
            .bind(grant.user())
            .bind(row.id)
            .bind(row.version)
            .fetch_optional(connection)
            .await
    })?;
    let version = version.ok_or_else(stale)?;
    audit::append(tx, grant, row.id.0, Event::Changed, version, changes).await?;
    for owner in [row.owner_id, Some(data.owner)].into_iter().flatten() {
        tx.unlogged.push(Notice::Of(owner));
    }
    Ok(version)
}

/// Plans what comes after an activity, for whoever was to do that one.
async fn follow_up(
    tx: &mut Tx,
    caller: &Caller,
    grant: &Grant,
    subject: Subject,
    after: &ActivityData,
    next: Option<&NextStep>,
) -> Result<()> {
    let Some(next) = next else { return Ok(()) };
    let state = State { done_at: None, at: caller.now };
    insert(tx, caller, grant, subject, &next.task(after.owner), state).await.map(drop)
}

/// Tells somebody that something was given to them to do.
async fn given(
    tx: &mut Tx,
    caller: &Caller,
    subject: Subject,
    id: ActivityId,
    owner: UserId,
) -> Result<()> {
    if owner == caller.user {
        return Ok(());
    }
    let told = Told { kind: NotificationKind::Given, subject, activity: Some(id) };
    notifications::tell(tx, caller, owner, told).await
}

/// Notes when a customer, a person, and the customers they work for were last spoken to.
async fn contacted(tx: &mut Tx, subject: Subject, data: &ActivityData, at: Instant) -> Result<()> {
    if !data.is_contact() {
        return Ok(());
    }
    let (account, person) = match subject {
        Subject::Account(id) => (Some(id), None),
        Subject::Person(id) => (None, Some(id)),
        Subject::Opportunity(id) => opportunities::with_whom(tx, id).await?,
        Subject::Case(_) => (None, None),
    };
    if let Some(account) = account {
        accounts::contacted(tx, account, at).await?;
    }
    if let Some(person) = person {
        people::contacted(tx, person, at).await?;
    }
    Ok(())
}

/// What of the open activities about a record is due first, with its day or an empty one.
pub(crate) async fn soonest(tx: &mut Tx, subject: Subject) -> Result<Option<(String, String)>> {
    Ok(on_tx!(tx, |connection| {
        sqlx::query_as(SOONEST).bind(subject.id()).fetch_optional(connection).await
    })?)
}

/// Lets the next step of a deal follow its open activities: what was planned `before` is planned as `after` says by now,
/// or no longer. Whoever may not change the deal leaves it alone.
pub(super) async fn step_follows(
    tx: &mut Tx,
    caller: &Caller,
    subject: Subject,
    before: Option<&ActivityData>,
    after: Option<&ActivityData>,
) -> Result<()> {
    let Subject::Opportunity(id) = subject else { return Ok(()) };
    let step = |data: &ActivityData| (data.title.clone(), data.due.map(|due| due.date));
    opportunities::step_follows(tx, caller, id, before.map(step), after.map(step)).await
}
