//! Pools, transactions and migrations of the two databases.
//! Knows no table but the ones it checks the health of.

use crate::{
    audit::{self, AuditKey, Pending},
    dashboard::KeptFigures,
    dialect::Index,
    error::Result,
    feed::{self, Feed},
    open::OpenError,
    structure::StructureAtHand,
    word_shares::WordShares,
};
use domain::live::Notice;
use sqlx::{
    Executor, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction,
    migrate::Migrator, pool::PoolConnection,
};
use std::{path::PathBuf, sync::Arc, time::Duration};

static SQLITE_MIGRATIONS: Migrator = sqlx_macros::migrate!("../migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx_macros::migrate!("../migrations/postgres");

/// An open database. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Db {
    /// One file: many readers, one writer.
    Sqlite {
        /// Connections that cannot write.
        reader: SqlitePool,
        /// The one connection that can.
        writer: SqlitePool,
        /// The database file.
        file: PathBuf,
        /// Seals the audit log.
        key: AuditKey,
        /// Departments and teams as they were read last.
        structure: Arc<StructureAtHand>,
        /// Figures of dashboards as they were counted last.
        figures: Arc<KeptFigures>,
        /// Tells who listens what changed.
        feed: Feed,
    },
    /// A server.
    Postgres {
        /// Its connections.
        pool: PgPool,
        /// How frequent words are there.
        shares: Arc<WordShares>,
        /// Seals the audit log.
        key: AuditKey,
        /// Departments and teams as they were read last.
        structure: Arc<StructureAtHand>,
        /// Figures of dashboards as they were counted last.
        figures: Arc<KeptFigures>,
        /// Tells who listens what changed.
        feed: Feed,
    },
}

/// A writing transaction, the lines of the audit log that it stores when it commits, and whom it tells.
pub(crate) struct Tx {
    pub held: Held,
    pub lines: Vec<Pending>,
    /// Changes that are told and leave no line.
    pub unlogged: Vec<Notice>,
    pub key: AuditKey,
    pub feed: Feed,
}

/// The driver's transaction.
pub(crate) enum Held {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A connection for reads that belong together. Whoever takes one anew for each read waits for the database twice
/// more: before it lends a connection out again, the pool asks the database whether it is in order.
pub(crate) enum Reading {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// The connection of a transaction or of some reads.
pub(crate) enum Connection<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

/// One expression, in which `Dialect` is the driver's type.
macro_rules! on_driver {
    ($driver:ty, $body:expr) => {{
        #[allow(dead_code, reason = "only statements that are put together name it")]
        type Dialect = $driver;
        $body
    }};
}

/// Runs one expression against the reading side of either database. The expression is expanded
/// twice, so the compiler checks every bind and every row type against both drivers. `$pool` is
/// the pool, `Dialect` the driver's type.
macro_rules! on_read {
    ($db:expr, |$pool:ident| $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite { reader: $pool, .. } => {
                $crate::db::on_driver!(sqlx::Sqlite, $body)
            }
            $crate::db::Db::Postgres { pool: $pool, .. } => {
                $crate::db::on_driver!(sqlx::Postgres, $body)
            }
        }
    };
}

/// The same on one [`Connection`]; `$connection` is `&mut` the driver's connection.
macro_rules! on_connection {
    ($held:expr, |$connection:ident| $body:expr) => {
        match $held {
            $crate::db::Connection::Sqlite($connection) => {
                $crate::db::on_driver!(sqlx::Sqlite, $body)
            }
            $crate::db::Connection::Postgres($connection) => {
                $crate::db::on_driver!(sqlx::Postgres, $body)
            }
        }
    };
}

/// The same inside a writing transaction.
macro_rules! on_tx {
    ($tx:expr, |$connection:ident| $body:expr) => {
        $crate::db::on_connection!($tx.connection(), |$connection| $body)
    };
}

pub(crate) use {on_connection, on_driver, on_read, on_tx};

/// State of a database, for the status page and `rapport doctor`.
#[derive(Clone, Debug)]
pub struct Health {
    /// `SQLite` or `PostgreSQL`.
    pub engine: &'static str,
    /// Version of the engine.
    pub version: String,
    /// Bytes on disk, write-ahead log included where that is known.
    pub bytes: i64,
    /// Bytes of SQLite's write-ahead log; 0 on PostgreSQL.
    pub log_bytes: i64,
    /// Number of the newest migration applied.
    pub migration: i64,
    /// Whether a write is taken right now. It is tried and taken back.
    pub writable: bool,
}

impl Health {
    /// Bytes from which on the write-ahead log is too long: something reads without an end.
    pub const LOG_MAX: i64 = 256 << 20;
}

/// Steps of the schema, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// The newest that was applied; 0 for none.
    pub applied: i64,
    /// The newest this program knows.
    pub known: i64,
}

/// PostgreSQL keeps up to 256 KiB of each index for later.
const MERGE_WORDS: &str = "SELECT gin_clean_pending_list('account_search_document'), \
     gin_clean_pending_list('person_search_document'), gin_clean_pending_list('opportunity_search_document'), \
     gin_clean_pending_list('case_search_document')";

impl Db {
    /// Brings the schema up to date. Each step runs in a transaction of its own.
    ///
    /// # Errors
    /// [`OpenError::Newer`] when a newer release was here, [`OpenError::Migration`] otherwise.
    pub async fn migrate(&self) -> std::result::Result<(), OpenError> {
        let done = match self {
            Self::Sqlite { writer, .. } => SQLITE_MIGRATIONS.run(writer).await,
            Self::Postgres { pool, .. } => POSTGRES_MIGRATIONS.run(pool).await,
        };
        done.map_err(|error| match error {
            sqlx::migrate::MigrateError::VersionMissing(_) => OpenError::Newer,
            other => OpenError::Migration(other),
        })
    }

    /// How far the schema is. Changes nothing.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when it does not answer.
    pub async fn steps(&self) -> Result<Steps> {
        let known = match self {
            Self::Sqlite { .. } => &SQLITE_MIGRATIONS,
            Self::Postgres { .. } => &POSTGRES_MIGRATIONS,
        };
        let known = known.iter().map(|step| step.version).max().unwrap_or(0);
        // The migrator makes this table with its first step.
        let begun: i64 = match self {
            Self::Sqlite { reader, .. } => {
                sqlx::query_scalar(
                    "SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'",
                )
                .fetch_one(reader)
                .await?
            }
            Self::Postgres { pool, .. } => {
                sqlx::query_scalar(
                    "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('_sqlx_migrations')",
                )
                .fetch_one(pool)
                .await?
            }
        };
        let applied = if begun == 0 { 0 } else { self.applied().await? };
        Ok(Steps { applied, known })
    }

    async fn applied(&self) -> Result<i64> {
        Ok(on_read!(self, |pool| {
            sqlx::query_scalar("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations")
                .fetch_one(pool)
                .await?
        }))
    }

    /// What the audit log is sealed with.
    pub(crate) fn audit_key(&self) -> &AuditKey {
        match self {
            Self::Sqlite { key, .. } | Self::Postgres { key, .. } => key,
        }
    }

    /// Figures of dashboards as they were counted last.
    pub(crate) fn kept_figures(&self) -> &KeptFigures {
        match self {
            Self::Sqlite { figures, .. } | Self::Postgres { figures, .. } => figures,
        }
    }

    /// Tells who listens what changed.
    pub(crate) fn feed(&self) -> &Feed {
        match self {
            Self::Sqlite { feed, .. } | Self::Postgres { feed, .. } => feed,
        }
    }

    /// Takes a connection for reads that belong together.
    pub(crate) async fn reading(&self) -> Result<Reading> {
        Ok(match self {
            Self::Sqlite { reader, .. } => Reading::Sqlite(reader.acquire().await?),
            Self::Postgres { pool, .. } => Reading::Postgres(pool.acquire().await?),
        })
    }

    /// Opens a writing transaction: `BEGIN IMMEDIATE` on SQLite, so that it never fails half-way
    /// for want of the lock.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        let held = match self {
            Self::Sqlite { writer, .. } => {
                Held::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)
            }
            Self::Postgres { pool, .. } => Held::Postgres(pool.begin().await?),
        };
        let (key, feed) = (self.audit_key().clone(), self.feed().clone());
        Ok(Tx { held, lines: Vec::new(), unlogged: Vec::new(), key, feed })
    }

    /// State of the database.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when it does not answer.
    pub async fn health(&self) -> Result<Health> {
        let migration = self.applied().await?;
        let writable = self.probe_write(false).await.is_ok();
        Ok(match self {
            Self::Sqlite { reader, file, .. } => {
                let [file_bytes, log_bytes] = ["", "-wal"].map(|end| {
                    let mut name = file.clone().into_os_string();
                    name.push(end);
                    std::fs::metadata(name)
                        .map_or(0, |data| i64::try_from(data.len()).unwrap_or(i64::MAX))
                });
                Health {
                    engine: "SQLite",
                    version: sqlx::query_scalar("SELECT sqlite_version()")
                        .fetch_one(reader)
                        .await?,
                    bytes: file_bytes.saturating_add(log_bytes),
                    log_bytes,
                    migration,
                    writable,
                }
            }
            Self::Postgres { pool, .. } => Health {
                engine: "PostgreSQL",
                version: sqlx::query_scalar("SELECT current_setting('server_version')")
                    .fetch_one(pool)
                    .await?,
                bytes: sqlx::query_scalar("SELECT pg_database_size(current_database())")
                    .fetch_one(pool)
                    .await?,
                log_bytes: 0,
                migration,
                writable,
            },
        })
    }

    /// Whether a write reaches the disk. Leaves a row behind that counts these questions.
    pub async fn takes_writes(&self) -> bool {
        self.probe_write(true).await.is_ok()
    }

    /// Takes the write lock and writes one row; `keep` decides whether it stays written.
    async fn probe_write(&self, keep: bool) -> Result<()> {
        const PROBE: &str = "INSERT INTO setting (name, value, updated_at) VALUES ('probe', '0', 0) \
                             ON CONFLICT (name) DO UPDATE SET updated_at = setting.updated_at + 1";
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |connection| sqlx::query(PROBE).execute(connection).await.map(drop))?;
        if keep { tx.commit().await } else { tx.roll_back().await }
    }

    /// Lets the database refresh what its planner knows, and merge its index of words; daily and after much was
    /// written.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when it is too busy.
    pub async fn optimize(&self) -> Result<()> {
        match self {
            Self::Sqlite { writer, .. } => {
                writer.execute("PRAGMA optimize").await?;
                for index in Index::ALL {
                    index.merge(writer, true).await?;
                }
            }
            Self::Postgres { pool, shares, .. } => {
                pool.execute("ANALYZE").await?;
                shares.forget();
                self.merge_words().await?;
            }
        }
        Ok(())
    }

    /// Has the database merge what was written last into its index of words; hourly. Every search looks into what
    /// waits for that.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] when it is too busy.
    pub async fn merge_words(&self) -> Result<()> {
        match self {
            Self::Sqlite { writer, .. } => {
                for index in Index::ALL {
                    index.merge(writer, false).await?;
                }
            }
            Self::Postgres { pool, .. } => {
                pool.execute(MERGE_WORDS).await?;
            }
        }
        Ok(())
    }

    /// Closes all connections; SQLite's write-ahead log is folded into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { reader, writer, .. } => {
                reader.close().await;
                if let Err(error) = writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").await {
                    tracing::warn!(%error, "write-ahead log left for the next start");
                }
                writer.close().await;
            }
            Self::Postgres { pool, .. } => pool.close().await,
        }
    }
}

impl Reading {
    /// The connection.
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(connection) => Connection::Sqlite(connection),
            Self::Postgres(connection) => Connection::Postgres(connection),
        }
    }
}

impl Connection<'_> {
    /// The same connection, for one of several reads.
    pub(crate) fn again(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(connection) => Connection::Sqlite(connection),
            Self::Postgres(connection) => Connection::Postgres(connection),
        }
    }
}

impl Tx {
    /// Its connection.
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match &mut self.held {
            Held::Sqlite(transaction) => Connection::Sqlite(transaction),
            Held::Postgres(transaction) => Connection::Postgres(transaction),
        }
    }

    /// Makes everything of this transaction last, its lines of the audit log last of all, and has it told.
    pub(crate) async fn commit(mut self) -> Result<()> {
        let logged = !self.lines.is_empty();
        feed::tell_unlogged(&mut self).await?;
        audit::flush(&mut self).await?;
        match self.held {
            Held::Sqlite(transaction) => transaction.commit().await?,
            Held::Postgres(transaction) => transaction.commit().await?,
        }
        self.feed.committed(logged, &self.unlogged);
        Ok(())
    }

    /// Takes everything of this transaction back, and waits until that is done.
    async fn roll_back(self) -> Result<()> {
        match self.held {
            Held::Sqlite(transaction) => transaction.rollback().await?,
            Held::Postgres(transaction) => transaction.rollback().await?,
        }
        Ok(())
    }
}

/// Makes a call again, up to five times, when PostgreSQL ended its transaction in favour of
/// another one. SQLite never asks for it.
///
/// # Errors
/// Whatever the last try answered.
pub async fn retry<T, F>(mut call: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    for wait in [5_u64, 15, 40, 90, 200] {
        match call().await {
            Err(error) if error.is_collision() => {
                tokio::time::sleep(Duration::from_millis(wait)).await;
            }
            answer => return answer,
        }
    }
    call().await
}
