//! Tells whoever listens in this process that records changed, once a change is committed, wherever it was made. What is
//! told is read from the end of the audit log; commits of this process and notifications of PostgreSQL only say when.

use crate::{
    audit,
    db::{Db, Held, Tx},
    error::Result,
};
use const_format::concatcp;
use domain::live::Notice;
use sqlx::{PgPool, postgres::PgListener};
use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Mutex, Notify, broadcast};
use uuid::Uuid;

/// How often the end of the log is looked at when nothing says that it moved: another process may write to the same
/// file, and a connection may be lost without a word.
const LOOK: Duration = Duration::from_secs(5);
/// What comes within this time is read together.
const PAUSE: Duration = Duration::from_millis(40);
/// News that wait for a slow listener; whoever is further behind is told to read everything again.
const MOST_WAITING: usize = 256;
/// Lines that somebody who comes back is told the kinds of; behind more, everything is read again.
const MOST_MISSED: i64 = 5_000;
/// The channel of PostgreSQL's notifications. An empty one says that the log grew; the statement that moves its end
/// sends it. Any other carries a notice that has no line, behind the id of the process that sent it.
pub(crate) const CHANNEL: &str = "rapport_changes";
const TELL: &str = concatcp!("SELECT pg_notify('", CHANNEL, "', $1)");

/// What listeners hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// Records changed.
    Change(Notice),
    /// What somebody may do changed, or somebody was signed out: whoever listens for others looks again whether they may.
    Rights,
}

impl From<Notice> for News {
    fn from(notice: Notice) -> Self {
        Self::Change(notice)
    }
}

/// The way from commits to listeners. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Feed(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Tells notifications of this process from those of others.
    process: Uuid,
    news: broadcast::Sender<News>,
    /// The log has grown.
    grown: Notify,
    /// Up to which line it was told, once that is known; held while it is read on.
    reading: Mutex<Option<i64>>,
    /// The same for whoever only wants to know; -1 before.
    told: AtomicI64,
}

impl Default for Feed {
    fn default() -> Self {
        Self(Arc::new(Inner {
            process: Uuid::now_v7(),
            news: broadcast::channel(MOST_WAITING).0,
            grown: Notify::new(),
            reading: Mutex::new(None),
            told: AtomicI64::new(-1),
        }))
    }
}

impl Feed {
    fn say(&self, news: News) {
        // Nobody may be listening.
        let _ = self.0.news.send(news);
    }

    /// A transaction of this process is committed: with lines in the log, and with notices that have none.
    pub(crate) fn committed(&self, logged: bool, unlogged: &[Notice]) {
        for notice in unlogged {
            self.say(News::Change(*notice));
        }
        if logged {
            self.0.grown.notify_one();
        }
    }

    /// A notification of PostgreSQL.
    fn heard(&self, payload: &str) {
        let Some((process, notice)) = payload.split_once(' ') else {
            self.0.grown.notify_one();
            return;
        };
        let is_own = process.parse() == Ok(self.0.process);
        match notice.parse() {
            Ok(notice) if !is_own => self.say(News::Change(notice)),
            _ => {}
        }
    }
}

/// Has PostgreSQL tell the other nodes, when it commits, what has no line in the log. SQLite has no other nodes.
pub(crate) async fn tell_unlogged(tx: &mut Tx) -> Result<()> {
    let Held::Postgres(transaction) = &mut tx.held else { return Ok(()) };
    for notice in &tx.unlogged {
        let payload = format!("{} {notice}", tx.feed.0.process);
        sqlx::query(TELL).bind(payload).execute(&mut **transaction).await?;
    }
    Ok(())
}

impl Db {
    /// Hears of every change from now on, as long as somebody [follows](Self::follow) the log.
    pub fn news(&self) -> broadcast::Receiver<News> {
        self.feed().0.news.subscribe()
    }

    /// Up to which line of the audit log it was told. Costs nothing; may be a moment behind.
    pub fn told_up_to(&self) -> i64 {
        self.feed().0.told.load(Ordering::Acquire)
    }

    /// What somebody missed who was told up to the line `after`: kinds, never which records.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database does not answer.
    pub async fn missed_since(&self, after: i64) -> Result<Vec<News>> {
        let end = audit::end(self).await?;
        if after < 0 || end.saturating_sub(after) > MOST_MISSED {
            return Ok(vec![Notice::Everything.into()]);
        }
        if end <= after { Ok(Vec::new()) } else { audit::kinds_between(self, after, end).await }
    }

    /// Tells what came into the log since it was looked at last; the first look only notes where it ends.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when the database does not answer: the next look finds the same.
    pub async fn catch_up(&self) -> Result<()> {
        let feed = self.feed();
        let mut reading = feed.0.reading.lock().await;
        let (end, news) = match *reading {
            // Nobody hears it.
            Some(_) if feed.0.news.receiver_count() == 0 => (audit::end(self).await?, Vec::new()),
            Some(number) => audit::news_since(self, number).await?,
            None => (audit::end(self).await?, Vec::new()),
        };
        *reading = Some(end);
        for news in news {
            feed.say(news);
        }
        // Afterwards: whoever was told up to there has it waiting.
        feed.0.told.store(end, Ordering::Release);
        Ok(())
    }

    /// Follows the log for as long as it is awaited; once in a process.
    pub async fn follow(&self) {
        tokio::join!(self.read_on(), self.listen());
    }

    async fn read_on(&self) {
        loop {
            if let Err(error) = self.catch_up().await {
                tracing::debug!(%error, "changes are told later");
            }
            tokio::select! {
                () = self.feed().0.grown.notified() => tokio::time::sleep(PAUSE).await,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn listen(&self) {
        let Self::Postgres { pool, feed, .. } = self else { return };
        let mut was_lost = false;
        loop {
            let Err(error) = hear(pool, feed, was_lost).await;
            tracing::debug!(%error, "the database does not say when records change; it is looked at instead");
            was_lost = true;
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// Listens until that fails.
async fn hear(
    pool: &PgPool,
    feed: &Feed,
    was_lost: bool,
) -> std::result::Result<Infallible, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    // What has a line in the log is not lost; what has none may be.
    if was_lost {
        feed.say(Notice::Everything.into());
    }
    loop {
        match listener.try_recv().await? {
            Some(notification) => feed.heard(notification.payload()),
            None => feed.say(Notice::Everything.into()),
        }
    }
}
