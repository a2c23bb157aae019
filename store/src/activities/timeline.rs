//! The timeline of a record: what people wrote and did, the changes the trail holds, and orders, cases and answers, in one
//! order; above them what is planned.

use super::{COLUMNS, Row};
use crate::{
    audit,
    cases::story as cases,
    db::{Db, Reading, on_connection},
    error::Result,
    orders::story as orders,
    related::Related,
    surveys, within,
};
use const_format::concatcp;
use domain::{
    audit::Change,
    happening::Happening,
    id::ActivityId,
    note::{Entry, Subject, Timeline, TimelinePlace},
    policy::{self, Caller, DetailRules, Object},
    time::Instant,
};
use std::collections::VecDeque;

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
        let mut streams = vec![Stream::new(
            notes
                .into_iter()
                .map(|row| Ok((row.at, Mark::Note(row.id), Some(row.entry()?))))
                .collect::<Result<_>>()?,
        )];
        let change = |(number, change): (i64, Change)| {
            let at = change.at;
            let told = seen(&details, &customers, subject.object(), change);
            (at, Mark::Change(number), told.map(Entry::Change))
        };
        streams.push(Stream::new(changes.into_iter().map(change).collect()));
        streams.extend(happenings(&mut reading, caller, subject, place, limit).await?);
        let (entries, next) = merged(streams, place);
        Ok(Timeline {
            pinned: pinned.into_iter().map(Row::note).collect(),
            upcoming: upcoming.into_iter().map(Row::activity).collect::<Result<_>>()?,
            entries,
            next,
        })
    }
}

/// Where an entry stands among those of its kind.
#[derive(Clone, Copy, Debug)]
enum Mark {
    Note(ActivityId),
    Change(i64),
    Order(i64),
    Case(i64),
    Answer(i64),
}

/// Entries of one kind, newest first; nothing in the place of one that is not for the reader.
struct Stream {
    rows: VecDeque<(Instant, Mark, Option<Entry>)>,
    /// Whether there may be older ones that were not read.
    cut: bool,
}

impl Stream {
    fn new(rows: VecDeque<(Instant, Mark, Option<Entry>)>) -> Self {
        Self { cut: rows.len() > ENTRIES, rows }
    }
}

/// What happened besides, as far as the caller sees it.
async fn happenings(
    reading: &mut Reading,
    caller: &Caller,
    subject: Subject,
    place: TimelinePlace,
    limit: i64,
) -> Result<Vec<Stream>> {
    let mut streams = Vec::new();
    let stream = |all: Vec<Happening>, mark: fn(i64) -> Mark| {
        let row = |one: Happening| (one.at, mark(one.number), Some(Entry::Happening(one)));
        Stream::new(all.into_iter().map(row).collect())
    };
    if let Subject::Account(account) = subject {
        if policy::view(caller, Object::Order).is_ok() {
            let before = (place.order_at, place.order);
            let all = orders::happened(reading.connection(), account, before, limit).await?;
            streams.push(stream(all, Mark::Order));
        }
        if policy::view(caller, Object::Survey).is_ok() {
            let before = (place.answer_at, place.answer);
            let all = surveys::happened(reading.connection(), account, before, limit).await?;
            streams.push(stream(all, Mark::Answer));
        }
    }
    if let Ok(scope) = policy::view(caller, Object::Case) {
        let before = (place.case_at, place.case);
        let all = cases::happened(reading.connection(), &scope, subject, before, limit).await?;
        streams.push(stream(all, Mark::Case));
    }
    Ok(streams)
}

/// One page of all of them, newest first, and where the next one starts. It ends where older entries of a kind were not
/// read: they come before what is older still of another.
fn merged(
    mut streams: Vec<Stream>,
    mut place: TimelinePlace,
) -> (Vec<Entry>, Option<TimelinePlace>) {
    let mut entries = Vec::with_capacity(ENTRIES);
    while entries.len() < ENTRIES {
        if streams.iter().any(|stream| stream.cut && stream.rows.is_empty()) {
            return (entries, Some(place));
        }
        let mut newest: Option<(Instant, &mut Stream)> = None;
        for stream in &mut streams {
            let Some(at) = stream.rows.front().map(|row| row.0) else { continue };
            if newest.as_ref().is_none_or(|(known, _)| at > *known) {
                newest = Some((at, stream));
            }
        }
        let Some((at, mark, entry)) = newest.and_then(|(_, stream)| stream.rows.pop_front()) else {
            return (entries, None);
        };
        match mark {
            Mark::Note(id) => (place.note_at, place.note) = (at, id),
            Mark::Change(number) => place.change = number,
            Mark::Order(number) => (place.order_at, place.order) = (at, number),
            Mark::Case(number) => (place.case_at, place.case) = (at, number),
            Mark::Answer(number) => (place.answer_at, place.answer) = (at, number),
        }
        entries.extend(entry);
    }
    let more = streams.iter().any(|stream| !stream.rows.is_empty());
    (entries, more.then_some(place))
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
