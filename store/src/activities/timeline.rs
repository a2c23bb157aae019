//! The timeline of a record: what people wrote and did, and the changes the trail holds, in one order; above them what
//! is planned.

use super::{COLUMNS, Row};
use crate::{
    audit,
    db::{Db, on_connection},
    error::Result,
    related::Related,
    within,
};
use const_format::concatcp;
use domain::{
    audit::Change,
    note::{Entry, Subject, Timeline, TimelinePlace},
    policy::{self, Caller, DetailRules, Object},
};

/// Entries of one page of a timeline.
const ENTRIES: usize = 30;

const PAGE: &str = concatcp!(
    COLUMNS,
    "n.subject_id = $1 AND n.deleted_at IS NULL AND NOT n.is_open AND (n.at, n.id) < ($2, $3) \
     ORDER BY n.at DESC, n.id DESC LIMIT $4"
);
const PINNED: &str = concatcp!(
    COLUMNS,
    "n.subject_id = $1 AND n.deleted_at IS NULL AND n.pinned ORDER BY n.at DESC, n.id DESC LIMIT 10"
);
/// What is to be done some day comes behind what has a day.
const UPCOMING: &str = concatcp!(
    COLUMNS,
    "n.subject_id = $1 AND n.deleted_at IS NULL AND n.is_open ORDER BY n.due_at = 0, n.due_at, n.id LIMIT 50"
);

impl Db {
    /// One page of the timeline of a customer, a person or a deal.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`]; [`domain::failure::Failure::Gone`] for a record that is not there or in
    /// the bin.
    pub async fn timeline(
        &self,
        caller: &Caller,
        subject: Subject,
        after: Option<TimelinePlace>,
    ) -> Result<Timeline> {
        let scope = policy::view(caller, subject.object())?;
        policy::view(caller, Object::Activity)?;
        let mut reading = self.reading().await?;
        let owner = within::must_cover(&mut reading, &scope, subject).await?;
        let details = caller.details_of(owner);
        let place = after.unwrap_or(TimelinePlace::START);
        let limit = i64::try_from(ENTRIES + 1).unwrap_or(i64::MAX);
        let notes: Vec<Row> = on_connection!(reading.connection(), |connection| {
            sqlx::query_as(PAGE)
                .bind(subject.id())
                .bind(place.note_at)
                .bind(place.note)
                .bind(limit)
                .fetch_all(connection)
                .await
        })?;
        let changes =
            audit::history(reading.connection(), subject.id(), place.change, limit).await?;
        let customers = Related::seen_in(reading.connection(), caller, &changes).await?;
        let (mut pinned, mut upcoming) = (Vec::<Row>::new(), Vec::<Row>::new());
        if after.is_none() {
            for (rows, statement) in [(&mut pinned, PINNED), (&mut upcoming, UPCOMING)] {
                *rows = on_connection!(reading.connection(), |connection| {
                    sqlx::query_as(statement).bind(subject.id()).fetch_all(connection).await
                })?;
            }
        }
        let mut next = place;
        let mut entries = Vec::with_capacity(ENTRIES);
        let mut notes = notes.into_iter().peekable();
        let mut changes = changes.into_iter().peekable();
        while entries.len() < ENTRIES {
            let note_first = match (notes.peek(), changes.peek()) {
                (Some(note), Some((_, change))) => note.at >= change.at,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => break,
            };
            if note_first {
                if let Some(row) = notes.next() {
                    next.note_at = row.at;
                    next.note = row.id;
                    entries.push(row.entry()?);
                }
            } else if let Some((number, change)) = changes.next() {
                next.change = number;
                let change = seen(&details, &customers, subject.object(), change);
                entries.extend(change.map(Entry::Change));
            }
        }
        let more = notes.peek().is_some() || changes.peek().is_some();
        Ok(Timeline {
            pinned: pinned.into_iter().map(Row::note).collect(),
            upcoming: upcoming.into_iter().map(Row::activity).collect::<Result<_>>()?,
            entries,
            next: more.then_some(next),
        })
    }
}

/// What is seen of a change; nothing when it is about hidden details or customers alone.
fn seen(
    details: &DetailRules,
    customers: &Related,
    object: Object,
    mut change: Change,
) -> Option<Change> {
    let all = change.fields.len();
    change.fields = customers.told(details.changes(object, change.fields));
    (all == 0 || !change.fields.is_empty()).then_some(change)
}
