//! What somebody is to do, today and in the days that come: their open activities, their open deals on which nothing is
//! planned, and their open cases.

use super::{COLUMNS, Row, named};
use crate::{
    cases,
    db::{Db, Reading, on_connection},
    error::Result,
    opportunities,
};
use const_format::concatcp;
use domain::{
    activity::Activity,
    day::{Days, MyDay, ranked},
    note::{RecordName, Subject},
    policy::{self, Caller, Object},
    time::ZoneOffsets,
};

/// Most lines of one day, of what is due, what has no day, deals and cases each: the most urgent, which is more than anybody
/// does in one day, and a page that comes at once.
const MOST: usize = 30;
/// One more, to know whether there are more.
const AND_ONE: usize = MOST + 1;

const DUE: &str = concatcp!(
    COLUMNS,
    "n.owner_id = $1 AND n.is_open AND n.deleted_at IS NULL AND n.due_at > 0 AND n.due_at < $2 \
     ORDER BY n.due_at, n.id LIMIT ",
    AND_ONE
);
const SOME_DAY: &str = concatcp!(
    COLUMNS,
    "n.owner_id = $1 AND n.is_open AND n.deleted_at IS NULL AND n.due_at = 0 ORDER BY n.id LIMIT ",
    AND_ONE
);
const DONE: &str = "SELECT COUNT(*) FROM activity WHERE owner_id = $1 AND done_at >= $2 AND done_at > 0 \
     AND deleted_at IS NULL";

impl Db {
    /// The caller's day by the clocks of `zone`, the most urgent first. Only what is about records that they see.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for whoever sees no activities.
    pub async fn my_day(&self, caller: &Caller, zone: &ZoneOffsets) -> Result<MyDay> {
        policy::view(caller, Object::Activity)?;
        let days = Days::around(caller.now, zone);
        let mut reading = self.reading().await?;
        let (due, some_day): (Vec<Row>, Vec<Row>) =
            on_connection!(reading.connection(), |connection| {
                let due = sqlx::query_as(DUE).bind(caller.user).bind(days.end);
                let due = due.fetch_all(&mut *connection).await?;
                let some_day = sqlx::query_as(SOME_DAY).bind(caller.user);
                (due, some_day.fetch_all(&mut *connection).await?)
            });
        let done_today: i64 = on_connection!(reading.connection(), |connection| {
            sqlx::query_scalar(DONE).bind(caller.user).bind(days.start).fetch_one(connection).await
        })?;
        let (deals, more_deals) =
            opportunities::steps_of(&mut reading, caller, days.last(), MOST).await?;
        let (due_cases, more_cases) = cases::due_of(&mut reading, caller, days.end, MOST).await?;
        let more = more_deals || more_cases || due.len() > MOST || some_day.len() > MOST;
        let rows = due.into_iter().take(MOST).chain(some_day.into_iter().take(MOST));
        let activities = visible(&mut reading, caller, rows.collect()).await?;
        let items = ranked(activities, deals, due_cases, caller.now, zone);
        Ok(MyDay { items, more, done_today })
    }
}

/// Activities with the records they are about, without those whose record is not for the caller.
async fn visible(
    reading: &mut Reading,
    caller: &Caller,
    rows: Vec<Row>,
) -> Result<Vec<(Activity, RecordName)>> {
    let subjects: Vec<Subject> = rows.iter().map(Row::subject).collect::<Result<_>>()?;
    let named = named::seen(reading.connection(), caller, &subjects).await?;
    let mut visible = Vec::with_capacity(rows.len());
    for (row, subject) in rows.into_iter().zip(subjects) {
        if let Some(record) = named.get(&subject) {
            visible.push((row.activity()?, record.clone()));
        }
    }
    Ok(visible)
}
