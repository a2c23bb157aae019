//! The timeline of a record: what people wrote and did, the changes the trail holds, and orders, cases and answers, in one
//! order; above them what is planned. That of a customer's deals stands among the customer's.

use super::{COLUMNS, Row, of_deals};
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
    activity::Activity,
    audit::Change,
    happening::Happening,
    id::{AccountId, ActivityId},
    note::{Entry, RecordName, Subject, Timeline, TimelinePlace},
    policy::{self, Caller, DetailRules, Object, Scope},
    time::Instant,
};
use std::collections::{HashMap, VecDeque};

/// Entries of one page of a timeline.
const ENTRIES: usize = 30;
/// How much of what is planned it has.
const PLANNED: i64 = 50;

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
    "n.subject_id = $1 AND n.deleted_at IS NULL AND n.is_open ORDER BY n.due_at = 0, n.due_at, n.id LIMIT $2"
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
        let mut notes: Vec<Row> = on_connection!(reading.connection(), |connection| {
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
            pinned = on_connection!(reading.connection(), |connection| {
                sqlx::query_as(PINNED).bind(subject.id()).fetch_all(connection).await
            })?;
            upcoming = on_connection!(reading.connection(), |connection| {
                let planned = sqlx::query_as(UPCOMING).bind(subject.id()).bind(PLANNED);
                planned.fetch_all(connection).await
            })?;
        }
        if let Some((account, scope)) = with_deals(caller, subject) {
            let held = reading.connection();
            of_deals::join_happened(held, &scope, account, place, limit, &mut notes).await?;
            if after.is_none() {
                let held = reading.connection();
                of_deals::join_planned(held, &scope, account, PLANNED, &mut upcoming).await?;
            }
        }
        let deals = of_deals::names(&mut reading, caller, subject, &[&notes, &upcoming]).await?;
        let note = |row: Row| Ok((row.at, Mark::Note(row.id), Some(told(row, &deals)?)));
        let mut streams = vec![Stream::new(notes.into_iter().map(note).collect::<Result<_>>()?)];
        let change = |(number, change): (i64, Change)| {
            let at = change.at;
            let told = seen(&details, &customers, subject.object(), change);
            (at, Mark::Change(number), told.map(Entry::Change))
        };
        streams.push(Stream::new(changes.into_iter().map(change).collect()));
        streams.extend(happenings(&mut reading, caller, subject, place, limit).await?);
        let (entries, next) = merged(streams, place);
        let planned = |row: Row| {
            let deal = deals.get(&row.subject()?).cloned().map(Box::new);
            row.activity().map(|activity| Activity { deal, ..activity })
        };
        Ok(Timeline {
            pinned: pinned.into_iter().map(Row::note).collect(),
            upcoming: upcoming.into_iter().map(planned).collect::<Result<_>>()?,
            entries,
            next,
        })
    }
}

/// The customer whose timeline it is and the deals that the caller sees; nothing for other records, and for whoever sees
/// no deals.
fn with_deals(caller: &Caller, subject: Subject) -> Option<(AccountId, Scope)> {
    let Subject::Account(account) = subject else { return None };
    policy::view(caller, Object::Opportunity).ok().map(|scope| (account, scope))
}

/// A note or what somebody did, with the deal it is about.
fn told(row: Row, deals: &HashMap<Subject, RecordName>) -> Result<Entry> {
    let deal = deals.get(&row.subject()?).cloned();
    let entry = row.entry()?;
    Ok(match deal {
        Some(name) => entry.of_deal(name),
        None => entry,
    })
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
    if policy::view(caller, Object::Order).is_ok() {
        let before = (place.order_at, place.order);
        let customers = policy::sight(caller, Object::Account);
        let all =
            orders::happened(reading.connection(), &customers, subject, before, limit).await?;
        streams.push(stream(all, Mark::Order));
    }
    if let Subject::Account(account) = subject
        && policy::view(caller, Object::Survey).is_ok()
    {
        let before = (place.answer_at, place.answer);
        let all = surveys::happened(reading.connection(), account, before, limit).await?;
        streams.push(stream(all, Mark::Answer));
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
