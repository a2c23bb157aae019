//! Opening the two databases with the settings of operation, and what to do when that fails.

use crate::{audit::AuditKey, db::Db, feed::Feed};
use sqlx::{
    Connection, Executor, SqliteConnection, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

/// The oldest SQLite that is free of the WAL-reset corruption (sqlite.org/wal.html#walresetbug).
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// The oldest PostgreSQL that every behaviour is tested on.
const OLDEST_POSTGRES: u32 = 15;

/// How long a connection to PostgreSQL counts as alive without being asked again.
const STILL_THERE: Duration = Duration::from_secs(1);

/// `application_id` of our SQLite files: "RAPP".
const APPLICATION_ID: i64 = 0x5241_5050;

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
    /// The server does not answer or refuses.
    #[error(
        "the database cannot be opened: {0}. Check that it runs, and name, password and rights in its address"
    )]
    Server(sqlx::Error),
    /// The server is too old.
    #[error("PostgreSQL {0} answers there; Rapport needs 15 or later")]
    OldPostgres(String),
    /// SQLite cannot use the file.
    #[error("cannot use {file}: {cause}. {remedy}")]
    Sqlite {
        /// The file.
        file: PathBuf,
        /// What SQLite says.
        cause: sqlx::Error,
        /// What to do about it.
        remedy: &'static str,
    },
    /// A migration failed; the database is as it was before it.
    #[error(
        "bringing the database up to date failed: {0}. Nothing was changed by the step that failed; run `rapport doctor` and look at what it names"
    )]
    Migration(sqlx::migrate::MigrateError),
}

/// Makes a folder, and those above it, for this user alone; one that is there stays as it is.
///
/// # Errors
/// What the system says.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Either an answer for the administrator, or an error of SQLite that needs its remedy.
enum Problem {
    Known(OpenError),
    Sqlite(sqlx::Error),
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        Self::Known(error)
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Problem {
    fn about(self, file: &Path) -> OpenError {
        match self {
            Self::Known(error) => error,
            Self::Sqlite(cause) => {
                OpenError::Sqlite { file: file.to_owned(), remedy: sqlite_remedy(&cause), cause }
            }
        }
    }
}

/// What to do about an error of SQLite, by its code (sqlite.org/rescode.html).
fn sqlite_remedy(error: &sqlx::Error) -> &'static str {
    let code = match error {
        sqlx::Error::Database(error) => error.code().and_then(|code| code.parse::<u32>().ok()),
        _ => None,
    };
    // The lower byte is the kind, the rest says more.
    match code.map(|code| code & 0xff) {
        Some(3 | 8 | 14 | 23) => "Check that this user may read and write the file and its folder",
        Some(5 | 6) => "Another program holds it; stop that, then try again",
        Some(10) => "The disk gives errors; look at the system's log, and have a backup at hand",
        Some(11) => "It is damaged; restore the newest backup",
        Some(13) => "The disk is full; free some space, then try again",
        Some(26) => "It is no SQLite database; give another --data folder, or restore a backup",
        _ => "Run `rapport doctor` and keep this line for the report",
    }
}

impl Db {
    /// Opens (and if need be makes) the SQLite file `rapport.db` in `folder`. Applies nothing. `key` seals the audit log.
    ///
    /// # Errors
    /// [`OpenError`], worded for the administrator.
    pub async fn open_folder(folder: &Path, key: AuditKey) -> std::result::Result<Self, OpenError> {
        private_folder(folder)
            .map_err(|cause| OpenError::Path { path: folder.to_owned(), cause })?;
        let file = folder.join("rapport.db");
        open_file(&file, key).await.map_err(|problem| problem.about(&file))
    }

    /// Opens a PostgreSQL database by its address. Applies nothing. `key` seals the audit log.
    ///
    /// A `begin` that is cancelled half-way would hand back a connection inside a transaction
    /// (transact-rs/sqlx #4385). The server therefore runs every request in a task of its own that
    /// a disconnecting browser does not cancel; the idle time-out here closes what is left.
    ///
    /// # Errors
    /// [`OpenError`], worded for the administrator; the address is not repeated, it may hold a
    /// password.
    pub async fn open_address(
        address: &str,
        key: AuditKey,
    ) -> std::result::Result<Self, OpenError> {
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
            // One of them listens.
            .max_connections(11)
            .acquire_timeout(Duration::from_secs(5))
            .max_lifetime(Duration::from_mins(30))
            // Each was asked whether it is in order when it came back.
            .test_before_acquire(false)
            .before_acquire(|connection, state| {
                Box::pin(async move {
                    if state.idle_for > STILL_THERE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await
            .map_err(OpenError::Server)?;
        let version: String = sqlx::query_scalar("SELECT current_setting('server_version')")
            .fetch_one(&pool)
            .await
            .map_err(OpenError::Server)?;
        if is_old_postgres(&version) {
            return Err(OpenError::OldPostgres(version));
        }
        Ok(Self::Postgres {
            pool,
            shares: Arc::default(),
            structure: Arc::default(),
            figures: Arc::default(),
            feed: Feed::default(),
            key,
        })
    }
}

/// Whether a `server_version`, such as `15.20 (Debian 15.20-1)`, is before [`OLDEST_POSTGRES`].
fn is_old_postgres(version: &str) -> bool {
    let major = version.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    major.parse::<u32>().is_ok_and(|major| major < OLDEST_POSTGRES)
}

/// Pages that a connection keeps, in negative KiB. Every connection has a cache of its own, and behind all of
/// them stands the system's: small ones keep the program below 100 MB (docs/decisions.md).
const READER_CACHE: &str = "-2048";
/// The same for the one connection that writes: what a transaction changes should fit.
const WRITER_CACHE: &str = "-4096";

async fn open_file(file: &Path, key: AuditKey) -> std::result::Result<Db, Problem> {
    // Before any setting is made: a database of another program stays as it is.
    let is_there = std::fs::metadata(file).is_ok_and(|about| about.len() > 0);
    let is_ours = is_there && is_ours(file).await?;
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let readers = u32::try_from((2 * cores).min(8)).unwrap_or(4);
    let pool = |most: u32| {
        SqlitePoolOptions::new()
            .max_connections(most)
            .acquire_timeout(Duration::from_secs(5))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
    };
    let writer = sqlite_options(file).pragma("cache_size", WRITER_CACHE);
    let writer = pool(1).min_connections(1).connect_with(writer).await?;
    check_version(&writer).await?;
    if !is_ours {
        // Dynamic only in the constant above: PRAGMA takes no bound values.
        writer.execute("PRAGMA application_id = 1380012112").await?;
    }
    let reader = sqlite_options(file).pragma("query_only", "ON").pragma("cache_size", READER_CACHE);
    let reader = pool(readers).connect_with(reader).await?;
    Ok(Db::Sqlite {
        reader,
        writer,
        file: file.to_owned(),
        structure: Arc::default(),
        figures: Arc::default(),
        feed: Feed::default(),
        key,
    })
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
        .pragma("wal_autocheckpoint", "1000")
        .pragma("journal_size_limit", "67108864")
}

async fn check_version(pool: &SqlitePool) -> std::result::Result<(), Problem> {
    let found: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(pool).await?;
    let mut parts = found.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST_SQLITE {
        let (major, minor, patch) = OLDEST_SQLITE;
        return Err(
            OpenError::OldSqlite { found, needed: format!("{major}.{minor}.{patch}") }.into()
        );
    }
    Ok(())
}

/// Whether a file carries our mark; an empty database has none yet.
async fn is_ours(file: &Path) -> std::result::Result<bool, Problem> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .busy_timeout(Duration::from_secs(5));
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let id: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut connection).await?;
    let tables: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master").fetch_one(&mut connection).await?;
    connection.close().await?;
    match id {
        APPLICATION_ID => Ok(true),
        // Killed while it was made.
        0 if tables == 0 => Ok(false),
        _ => Err(OpenError::Foreign(file.to_owned()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> AuditKey {
        AuditKey::new(&[7; 32]).unwrap()
    }

    #[test]
    fn postgres_is_old_before_15() {
        assert!(is_old_postgres("14.9") && is_old_postgres("9.6.24"));
        assert!(!is_old_postgres("15.20 (Debian 15.20-1)") && !is_old_postgres("18beta4"));
    }

    #[tokio::test]
    async fn what_sqlite_cannot_use_is_told_with_its_own_remedy_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rapport.db");
        let open = async || Db::open_folder(folder.path(), key()).await.unwrap_err().to_string();
        let junk = "this is no database, ".repeat(100);
        std::fs::write(&file, &junk).unwrap();
        let said = open().await;
        assert!(said.contains("It is no SQLite database") && !said.contains("address"), "{said}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), junk);

        std::fs::remove_file(&file).unwrap();
        let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
        let mut other = SqliteConnection::connect_with(&options).await.unwrap();
        other.execute("CREATE TABLE song (name TEXT)").await.unwrap();
        other.close().await.unwrap();
        let before = std::fs::read(&file).unwrap();
        assert!(open().await.contains("of another program"));
        assert_eq!(std::fs::read(&file).unwrap(), before, "not even its journal mode changed");
    }

    #[tokio::test]
    async fn a_new_folder_is_for_its_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("new/data");
        let db = Db::open_folder(&folder, key()).await.unwrap();
        for folder in [&*folder, folder.parent().unwrap()] {
            assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        }
        db.close().await;
        // Made and not migrated is still ours.
        Db::open_folder(&folder, key()).await.unwrap().close().await;
    }
}
