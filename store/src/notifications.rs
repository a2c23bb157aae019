//! What somebody is told of by the bell. Owns every statement on `notification`. Rows hold ids; names and words are read
//! by the rights of the reader, and what is about a record out of their sight is not there for them.

use crate::{
    activities::seen_records,
    db::{Db, Reading, Tx, on_connection, on_tx},
    error::{Result, StoreError},
    rows::{choice, new_id},
};
use const_format::concatcp;
use domain::{
    id::{ActivityId, NotificationId, UserId},
    live::Notice,
    note::Subject,
    notification::{KEPT_FOR, MOST_SHOWN, Notification, NotificationKind},
    policy::{self, Action, Caller, Object},
    time::Instant,
};
use sqlx_macros::FromRow;
use uuid::Uuid;

const INSERT: &str = "INSERT INTO notification (id, user_id, kind, subject_id, subject_kind, activity_id, by_id, at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
/// An activity may have moved with its record, or be off the timeline.
const ROWS: &str = "SELECT n.id, n.kind, COALESCE(c.subject_id, n.subject_id) AS subject_id, \
     COALESCE(c.subject_kind, n.subject_kind) AS subject_kind, c.title, \
     (SELECT u.name FROM \"user\" u WHERE u.id = n.by_id) AS by_name, n.at, n.read_at FROM notification n \
     LEFT JOIN activity c ON c.id = n.activity_id WHERE n.user_id = $1 AND c.deleted_at IS NULL";
const NEWEST: &str = concatcp!(ROWS, " ORDER BY n.at DESC, n.id DESC LIMIT $2");
const UNREAD: &str = concatcp!(ROWS, " AND n.read_at = 0 ORDER BY n.at DESC, n.id DESC LIMIT $2");
const READ_ONE: &str =
    "UPDATE notification SET read_at = $1 WHERE user_id = $2 AND id = $3 AND read_at = 0";
const READ_ALL: &str =
    "UPDATE notification SET read_at = $1 WHERE user_id = $2 AND at <= $3 AND read_at = 0";
const FORGET: &str = "DELETE FROM notification WHERE at < $1";

#[derive(FromRow)]
struct Row {
    id: NotificationId,
    kind: String,
    subject_id: Uuid,
    subject_kind: String,
    title: Option<String>,
    by_name: Option<String>,
    at: Instant,
    read_at: Instant,
}

/// What somebody is told.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    pub kind: NotificationKind,
    pub subject: Subject,
    pub activity: Option<ActivityId>,
}

/// Tells `user` something inside of the transaction that makes it so. Nobody is told what they did themselves.
pub(crate) async fn tell(tx: &mut Tx, caller: &Caller, user: UserId, told: Told) -> Result<()> {
    if user == caller.user || user == UserId::NIL {
        return Ok(());
    }
    let by = (caller.user != UserId::NIL).then_some(caller.user);
    on_tx!(&mut *tx, |connection| {
        sqlx::query(INSERT)
            .bind(NotificationId(new_id()))
            .bind(user)
            .bind(told.kind.code())
            .bind(told.subject.id())
            .bind(told.subject.code())
            .bind(told.activity)
            .bind(by)
            .bind(caller.now)
            .execute(connection)
            .await
            .map(drop)
    })?;
    tx.unlogged.push(Notice::Of(user));
    Ok(())
}

/// Tells whoever was put in charge of a record.
pub(crate) async fn put_in_charge(
    tx: &mut Tx,
    caller: &Caller,
    subject: Subject,
    owner: Option<UserId>,
) -> Result<()> {
    let Some(owner) = owner else { return Ok(()) };
    let told = Told { kind: NotificationKind::InCharge, subject, activity: None };
    tell(tx, caller, owner, told).await
}

impl Db {
    /// The newest notifications of the caller, at most [`MOST_SHOWN`].
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for whoever sees no activities.
    pub async fn notifications(&self, caller: &Caller) -> Result<Vec<Notification>> {
        policy::view(caller, Object::Activity)?;
        self.told(caller, NEWEST).await
    }

    /// How many of the newest ones the caller did not read yet, at most [`MOST_SHOWN`].
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for whoever sees no activities.
    pub async fn unread_notifications(&self, caller: &Caller) -> Result<usize> {
        policy::view(caller, Object::Activity)?;
        Ok(self.told(caller, UNREAD).await?.len())
    }

    async fn told(&self, caller: &Caller, statement: &'static str) -> Result<Vec<Notification>> {
        let mut reading = self.reading().await?;
        let most = i64::try_from(MOST_SHOWN).unwrap_or(i64::MAX);
        let rows: Vec<Row> = on_connection!(reading.connection(), |connection| {
            sqlx::query_as(statement).bind(caller.user).bind(most).fetch_all(connection).await
        })?;
        named(&mut reading, caller, rows).await
    }

    /// Says that the caller read one notification, or all that came until `at`.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`]; [`domain::failure::Failure::ViewingAs`] for whoever looks as somebody else.
    pub async fn read_notifications(
        &self,
        caller: &Caller,
        one: Option<NotificationId>,
        at: Instant,
    ) -> Result<()> {
        policy::check_own(caller)?;
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |connection| match one {
            Some(id) => {
                let read = sqlx::query(READ_ONE).bind(caller.now).bind(caller.user).bind(id);
                read.execute(connection).await.map(drop)
            }
            None => {
                let read = sqlx::query(READ_ALL).bind(caller.now).bind(caller.user).bind(at);
                read.execute(connection).await.map(drop)
            }
        })?;
        tx.unlogged.push(Notice::Of(caller.user));
        tx.commit().await
    }

    /// Removes notifications that are older than [`KEPT_FOR`]; answers how many.
    ///
    /// # Errors
    /// [`domain::failure::Failure::Denied`] for anybody but the installation itself.
    pub async fn forget_notifications(&self, caller: &Caller) -> Result<u64> {
        policy::check(caller, Action::Administer, Object::System)?;
        let mut tx = self.begin().await?;
        let gone = on_tx!(&mut tx, |connection| {
            let forget = sqlx::query(FORGET).bind(caller.now.plus(-KEPT_FOR));
            forget.execute(connection).await?.rows_affected()
        });
        tx.commit().await?;
        Ok(gone)
    }
}

/// Rows with the names of their records, without those that are not for the caller.
async fn named(
    reading: &mut Reading,
    caller: &Caller,
    rows: Vec<Row>,
) -> Result<Vec<Notification>> {
    let subject = |row: &Row| {
        let subject = Subject::of_code(&row.subject_kind, row.subject_id);
        subject.ok_or(StoreError::Unreadable("notification.subject_kind"))
    };
    let subjects: Vec<Subject> = rows.iter().map(subject).collect::<Result<_>>()?;
    let named = seen_records(reading.connection(), caller, &subjects).await?;
    let mut told = Vec::with_capacity(rows.len());
    for (row, subject) in rows.into_iter().zip(subjects) {
        let Some(record) = named.get(&subject) else { continue };
        told.push(Notification {
            id: row.id,
            kind: choice(NotificationKind::parse(&row.kind), "notification.kind")?,
            record: record.clone(),
            title: row.title.unwrap_or_default(),
            by_name: row.by_name.unwrap_or_default(),
            at: row.at,
            read: row.read_at.is_set(),
        });
    }
    Ok(told)
}
