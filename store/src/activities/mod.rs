//! What people do about a record: notes they write, calls, visits, meetings and tasks they plan and do. Owns, with its
//! parts, every statement on `activity`. What hangs on a record is seen by whoever sees the record.

mod day;
mod handing;
pub(crate) mod list;
mod named;
mod notes;
mod of_deals;
mod planned;
mod reminding;
mod taker;
mod timeline;

pub(crate) use handing::hand_some_over;
pub(crate) use named::seen as seen_records;
pub(crate) use notes::write as write_note;
pub(crate) use planned::soonest;

use crate::{
    accounts, audit,
    db::{Db, Tx, on_tx},
    error::{Result, StoreError},
    opportunities, people,
    rows::choice,
};
use const_format::concatcp;
use domain::{
    activity::{Activity, ActivityData, ActivityKind, CallResult, Due, Reminder},
    audit::Event,
    date::Date,
    failure::Failure,
    id::{ActivityId, UserId, Version},
    live::Notice,
    note::{Entry, Note, Subject},
    policy::{self, Action, Caller, Object},
    time::Instant,
};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// What notes are stored as.
pub(crate) const NOTE: &str = "note";

/// Everything about an activity `n`, up to the condition.
const COLUMNS: &str = "SELECT n.id, n.kind, n.version, n.title, n.body, n.place, n.result, n.owner_id, \
     (SELECT o.name FROM \"user\" o WHERE o.id = n.owner_id) AS owner_name, n.is_open, n.due_at, n.due_on, n.due_minute, \
     n.remind, n.remind_at, n.done_at, n.pinned, n.at, n.edited_at, n.created_by, \
     (SELECT u.name FROM \"user\" u WHERE u.id = n.created_by) AS name, n.subject_id, n.subject_kind, n.deleted_at \
     FROM activity n WHERE ";
const ONE: &str = concatcp!(COLUMNS, "n.id = $1");
const DELETE: &str = "UPDATE activity SET deleted_at = $1, deleted_by = $2, updated_at = $1, updated_by = $2, \
     version = version + 1 WHERE id = $3 AND deleted_at IS NULL RETURNING version";
const RESTORE: &str = "UPDATE activity SET deleted_at = NULL, deleted_by = NULL, updated_at = $1, updated_by = $2, \
     version = version + 1 WHERE id = $3 AND deleted_at IS NOT NULL RETURNING version";

#[derive(Clone, Debug, FromRow)]
struct Row {
    id: ActivityId,
    kind: String,
    version: Version,
    title: String,
    body: String,
    place: String,
    result: String,
    owner_id: Option<UserId>,
    owner_name: Option<String>,
    is_open: bool,
    due_at: Instant,
    due_on: String,
    due_minute: i64,
    remind: String,
    remind_at: Instant,
    done_at: Instant,
    pinned: bool,
    at: Instant,
    edited_at: Option<Instant>,
    created_by: UserId,
    name: Option<String>,
    subject_id: Uuid,
    subject_kind: String,
    deleted_at: Option<Instant>,
}

/// The record an activity is about, from its row.
fn subject(kind: &str, id: Uuid) -> Result<Subject> {
    Subject::of_code(kind, id).ok_or(StoreError::Unreadable("activity.subject_kind"))
}

impl Row {
    fn subject(&self) -> Result<Subject> {
        subject(&self.subject_kind, self.subject_id)
    }

    fn is_note(&self) -> bool {
        self.kind == NOTE
    }

    fn note(self) -> Note {
        Note {
            id: self.id,
            version: self.version,
            body: self.body,
            pinned: self.pinned,
            at: self.at,
            by: self.created_by,
            by_name: self.name.unwrap_or_default(),
            edited_at: self.edited_at,
            deal: None,
        }
    }

    fn data(&self) -> Result<ActivityData> {
        let result = match self.result.as_str() {
            "" => None,
            code => Some(choice(CallResult::parse(code), "activity.result")?),
        };
        let due = match self.due_on.as_str() {
            "" => None,
            on => {
                let date = choice(Date::parse(on), "activity.due_on")?;
                Some(Due { at: self.due_at, date, minute: u16::try_from(self.due_minute).ok() })
            }
        };
        let remind = match self.remind.as_str() {
            "" => None,
            code => Some(choice(Reminder::parse(code), "activity.remind")?),
        };
        Ok(ActivityData {
            kind: choice(ActivityKind::parse(&self.kind), "activity.kind")?,
            title: self.title.clone(),
            body: self.body.clone(),
            place: self.place.clone(),
            result,
            due,
            remind,
            remind_at: self.remind_at.is_set().then_some(self.remind_at),
            owner: self.owner_id.unwrap_or(self.created_by),
        })
    }

    fn activity(self) -> Result<Activity> {
        Ok(Activity {
            data: self.data()?,
            id: self.id,
            version: self.version,
            done_at: (!self.is_open).then_some(self.done_at),
            owner_name: self.owner_name.unwrap_or_default(),
            at: self.at,
            by: self.created_by,
            by_name: self.name.unwrap_or_default(),
            deal: None,
        })
    }

    fn entry(self) -> Result<Entry> {
        if self.is_note() {
            Ok(Entry::Note(self.note()))
        } else {
            self.activity().map(Entry::Activity)
        }
    }

    /// Whether the caller may change what it says: whoever put it down or is to do it may, and who administers.
    fn must_be_of(&self, caller: &Caller, action: Action) -> Result<()> {
        let owns = self.owner_id == Some(caller.user) && !self.is_note();
        if self.created_by != caller.user && !owns {
            policy::check(caller, Action::Administer, Object::Activity)
                .map_err(|_| Failure::Denied { action, object: Object::Activity })?;
        }
        Ok(())
    }
}

impl Db {
    /// Takes a note or an activity off the timeline (`deleted`), or puts it back.
    ///
    /// # Errors
    /// [`Failure::Denied`], also for somebody else's unless the caller administers; [`Failure::Gone`].
    pub async fn delete_activity(
        &self,
        caller: &Caller,
        id: ActivityId,
        deleted: bool,
    ) -> Result<()> {
        let grant = policy::check(caller, Action::Delete, Object::Activity)?;
        let mut tx = self.begin().await?;
        let row = entry(&mut tx, id, !deleted).await?;
        let subject = row.subject()?;
        alive(&mut tx, caller, subject).await?;
        row.must_be_of(caller, Action::Delete)?;
        let (statement, event) =
            if deleted { (DELETE, Event::Deleted) } else { (RESTORE, Event::Restored) };
        let version: Option<Version> = on_tx!(&mut tx, |connection| {
            sqlx::query_scalar(statement)
                .bind(caller.now)
                .bind(caller.user)
                .bind(id)
                .fetch_optional(connection)
                .await
        })?;
        let version = version.ok_or(Failure::Gone)?;
        // Under its own id: its version says nothing about the record it hangs on.
        audit::append(&mut tx, &grant, id.0, event, version, &[]).await?;
        if let Some(owner) = row.owner_id {
            tx.unlogged.push(Notice::Of(owner));
        }
        if row.is_open {
            let data = row.data()?;
            if deleted {
                planned::step_follows(&mut tx, caller, subject, Some(&data), None).await?;
            } else {
                planned::step_follows(&mut tx, caller, subject, None, Some(&data)).await?;
            }
        }
        tx.commit().await
    }
}

/// A note or an activity, on the timeline or, with `taken_off`, off it.
async fn entry(tx: &mut Tx, id: ActivityId, taken_off: bool) -> Result<Row> {
    let row: Option<Row> =
        on_tx!(tx, |connection| sqlx::query_as(ONE).bind(id).fetch_optional(connection).await)?;
    Ok(row.filter(|row| row.deleted_at.is_some() == taken_off).ok_or(Failure::Gone)?)
}

/// Refuses what is about a record that the caller does not see, that is not there or in the bin. It is held: while
/// something is put down about it, it is not merged into another.
async fn alive(tx: &mut Tx, caller: &Caller, subject: Subject) -> Result<()> {
    let grant = policy::check(caller, Action::View, subject.object())?;
    match subject {
        Subject::Account(id) => accounts::held(tx, &grant, id).await.map(drop),
        Subject::Person(id) => people::held(tx, &grant, id).await.map(drop),
        Subject::Opportunity(id) => opportunities::must_be_there(tx, &grant, id).await,
        // A case has a thread of its own.
        Subject::Case(_) => Err(Failure::Gone.into()),
    }
}
