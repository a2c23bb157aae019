//! Pools, transactions and migrations of the two databases, with the settings of operation.
//! Knows no table but the ones it checks the health of.

use crate::error::Result;
use sqlx::{
    Connection, Executor, PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/postgres");

/// The oldest SQLite that is free of the WAL-reset corruption (sqlite.org/wal.html#walresetbug).
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// `application_id` of our SQLite files: "RAPP".
const APPLICATION_ID: i64 = 0x5241_5050;

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
    },
    /// A server.
    Postgres(PgPool),
}

/// A writing transaction.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs one expression against the reading side of either database. The expression is expanded
/// twice, so the compiler checks every bind and every row type against both drivers. `$pool` is
/// the pool, `Dialect` the driver's type.
macro_rules! on_read {
    ($db:expr, |$pool:ident| $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite { reader: $pool, .. } => {
                #[allow(dead_code, reason = "only statements that are put together name it")]
                type Dialect = sqlx::Sqlite;
                $body
            }
            $crate::db::Db::Postgres($pool) => {
                #[allow(dead_code, reason = "only statements that are put together name it")]
                type Dialect = sqlx::Postgres;
                $body
            }
        }
    };
}

/// The same inside a writing transaction; `$connection` is `&mut` the driver's connection.
macro_rules! on_tx {
    ($tx:expr, |$connection:ident| $body:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(transaction) => {
                #[allow(dead_code, reason = "only statements that are put together name it")]
                type Dialect = sqlx::Sqlite;
                let $connection = &mut **transaction;
                $body
            }
            $crate::db::Tx::Postgres(transaction) => {
                #[allow(dead_code, reason = "only statements that are put together name it")]
                type Dialect = sqlx::Postgres;
                let $connection = &mut **transaction;
                $body
            }
        }
    };
}

pub(crate) use {on_read, on_tx};

/// Why a database was not opened. The text is for the administrator at the terminal.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder or file cannot be used.
    #[error(
        "cannot use {path}: {cause}. Check that the folder exists and that this user may write to it."
    )]
    Path {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The address cannot be read.
    #[error(
        "the database address is not understood: {0}. It looks like postgres://user:password@host/name"
    )]
    Address(String),
    /// The library is one of those that can corrupt a database.
    #[error(
        "SQLite {found} is built in, at least {needed} is needed; build with the Cargo.lock of this release"
    )]
    OldSqlite {
        /// Version found.
        found: String,
        /// Version needed.
        needed: String,
    },
    /// A newer release has been here.
    #[error(
        "the database was written by a newer release of Rapport; start that release, or restore a backup made before it"
    )]
    Newer,
    /// Something else's file.
    #[error("{0} is a database of another program; give another --data folder")]
    Foreign(PathBuf),
    /// The database does not answer or refuses.
    #[error(
        "the database cannot be opened: {0}. Check that it runs, and name, password and rights in its address"
    )]
    Database(#[from] sqlx::Error),
    /// A migration failed; the database is as it was before it.
    #[error(
        "bringing the database up to date failed: {0}. Nothing was changed by the step that failed"
    )]
    Migration(sqlx::migrate::MigrateError),
}

/// State of a database, for the status page and `rapport doctor`.
#[derive(Clone, Debug)]
pub struct Health {
    /// `SQLite` or `PostgreSQL`.
    pub engine: &'static str,
    /// Version of the engine.
    pub version: String,
    /// Bytes on disk, write-ahead log included where that is known.
    pub bytes: i64,
    /// Number of the newest migration applied.
    pub migration: i64,
    /// Whether a write works right now.
    pub writable: bool,
}

impl Db {
    /// Opens (and if need be makes) the SQLite file `rapport.db` in `folder`. Applies nothing.
    ///
    /// # Errors
    /// [`OpenError`], worded for the administrator.
    pub async fn open_folder(folder: &Path) -> std::result::Result<Self, OpenError> {
        let problem = |cause| OpenError::Path { path: folder.to_owned(), cause };
        tokio::fs::create_dir_all(folder).await.map_err(problem)?;
        let file = folder.join("rapport.db");
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let readers = u32::try_from((2 * cores).min(8)).unwrap_or(4);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(5))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(sqlite_options(&file))
            .await?;
        check_version(&writer).await?;
        check_application(&writer, &file).await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(readers)
            .acquire_timeout(Duration::from_secs(5))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(sqlite_options(&file).pragma("query_only", "ON"))
            .await?;
        Ok(Self::Sqlite { reader, writer, file })
    }

    /// Opens a PostgreSQL database by its address. Applies nothing.
    ///
    /// A `begin` that is cancelled half-way would hand back a connection inside a transaction
    /// (transact-rs/sqlx #4385). The server therefore runs every request in a task of its own that
    /// a disconnecting browser does not cancel; the idle time-out here closes what is left.
    ///
    /// # Errors
    /// [`OpenError`], worded for the administrator; the address is not repeated, it may hold a
    /// password.
    pub async fn open_address(address: &str) -> std::result::Result<Self, OpenError> {
        if !address.starts_with("postgres://") && !address.starts_with("postgresql://") {
            let scheme = address.split("://").next().unwrap_or_default();
            return Err(OpenError::Address(scheme.chars().take(20).collect()));
        }
        let options = PgConnectOptions::from_str(address)
            .map_err(|_| OpenError::Address("malformed".to_owned()))?
            .application_name("rapport")
            .options([
                ("statement_timeout", "15s"),
                ("lock_timeout", "5s"),
                ("idle_in_transaction_session_timeout", "15s"),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(10)
            .acquire_timeout(Duration::from_secs(5))
            .max_lifetime(Duration::from_mins(30))
            .connect_with(options)
            .await?;
        Ok(Self::Postgres(pool))
    }

    /// Brings the schema up to date. Each step runs in a transaction of its own.
    ///
    /// # Errors
    /// [`OpenError::Newer`] when a newer release was here, [`OpenError::Migration`] otherwise.
    pub async fn migrate(&self) -> std::result::Result<(), OpenError> {
        let done = match self {
            Self::Sqlite { writer, .. } => SQLITE_MIGRATIONS.run(writer).await,
            Self::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await,
        };
        done.map_err(|error| match error {
            sqlx::migrate::MigrateError::VersionMissing(_) => OpenError::Newer,
            other => OpenError::Migration(other),
        })
    }

    /// Opens a writing transaction: `BEGIN IMMEDIATE` on SQLite, so that it never fails half-way
    /// for want of the lock.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// State of the database.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not answer.
    pub async fn health(&self) -> Result<Health> {
        let migration: i64 = on_read!(self, |pool| {
            sqlx::query_scalar("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations")
                .fetch_one(pool)
                .await?
        });
        let writable = self.probe_write().await.is_ok();
        Ok(match self {
            Self::Sqlite { reader, file, .. } => Health {
                engine: "SQLite",
                version: sqlx::query_scalar("SELECT sqlite_version()").fetch_one(reader).await?,
                bytes: ["", "-wal"]
                    .iter()
                    .filter_map(|end| {
                        let mut name = file.clone().into_os_string();
                        name.push(end);
                        std::fs::metadata(name).ok()
                    })
                    .map(|data| i64::try_from(data.len()).unwrap_or(i64::MAX))
                    .sum(),
                migration,
                writable,
            },
            Self::Postgres(pool) => Health {
                engine: "PostgreSQL",
                version: sqlx::query_scalar("SELECT current_setting('server_version')")
                    .fetch_one(pool)
                    .await?,
                bytes: sqlx::query_scalar("SELECT pg_database_size(current_database())")
                    .fetch_one(pool)
                    .await?,
                migration,
                writable,
            },
        })
    }

    /// Takes the write lock, writes one row and gives it back.
    async fn probe_write(&self) -> Result<()> {
        const PROBE: &str = "INSERT INTO setting (name, value, updated_at) VALUES ('probe', '0', 0) \
                             ON CONFLICT (name) DO UPDATE SET updated_at = setting.updated_at + 1";
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |connection| sqlx::query(PROBE).execute(connection).await.map(drop))?;
        tx.commit().await
    }

    /// Lets SQLite refresh what its planner knows; daily.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it is too busy.
    pub async fn optimize(&self) -> Result<()> {
        match self {
            Self::Sqlite { writer, .. } => {
                writer.execute("PRAGMA optimize").await?;
            }
            Self::Postgres(pool) => {
                pool.execute("ANALYZE").await?;
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
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes everything of this transaction last.
    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Postgres(transaction) => transaction.commit().await?,
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

fn sqlite_options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        .statement_cache_capacity(200)
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("secure_delete", "ON")
        .pragma("mmap_size", "0")
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-65536")
        .pragma("wal_autocheckpoint", "1000")
        .pragma("journal_size_limit", "67108864")
}

async fn check_version(pool: &SqlitePool) -> std::result::Result<(), OpenError> {
    let found: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(pool).await?;
    let mut parts = found.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST_SQLITE {
        let (major, minor, patch) = OLDEST_SQLITE;
        return Err(OpenError::OldSqlite { found, needed: format!("{major}.{minor}.{patch}") });
    }
    Ok(())
}

async fn check_application(pool: &SqlitePool, file: &Path) -> std::result::Result<(), OpenError> {
    let mut connection = pool.acquire().await?;
    let id: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
    let tables: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master")
        .fetch_one(&mut *connection)
        .await?;
    match id {
        APPLICATION_ID => Ok(()),
        0 if tables == 0 => {
            // Dynamic only in the constant above: PRAGMA takes no bound values.
            connection.execute("PRAGMA application_id = 1380012112").await?;
            connection.ping().await?;
            Ok(())
        }
        _ => Err(OpenError::Foreign(file.to_owned())),
    }
}
