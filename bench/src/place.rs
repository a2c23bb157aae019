//! Where a database to be measured lives.

use crate::Fault;
use sqlx::{Connection, PgConnection};
use std::path::{Path, PathBuf};
use store::{AuditKey, Db};

/// A database.
#[derive(Clone, Debug)]
pub struct Place {
    /// Folder of the SQLite file, or of what the server keeps beside PostgreSQL.
    pub folder: PathBuf,
    /// Address of the PostgreSQL database.
    pub address: Option<String>,
}

impl Place {
    /// The database `name` below `data`, or on the PostgreSQL server `database` names.
    ///
    /// # Errors
    /// When PostgreSQL does not let one be made.
    pub async fn new(database: &str, data: &Path, name: &str) -> Result<Self, Fault> {
        if database == "sqlite" {
            return Ok(Self { folder: data.join(format!("sqlite-{name}")), address: None });
        }
        let folder = data.join(format!("postgres-{name}"));
        std::fs::create_dir_all(&folder)?;
        let (server, _) = database.rsplit_once('/').ok_or("the address names no database")?;
        let own = format!("rapport_bench_{}", name.replace('-', "_"));
        let mut connection = PgConnection::connect(database).await?;
        let there: Option<i32> = sqlx::query_scalar("SELECT 1 FROM pg_database WHERE datname = $1")
            .bind(&own)
            .fetch_optional(&mut connection)
            .await?;
        if there.is_none() {
            // A name cannot be bound; this one is put together from digits and letters above.
            let statement = format!("CREATE DATABASE {own}");
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await?;
        }
        Ok(Self { folder, address: Some(format!("{server}/{own}")) })
    }

    /// Removes it with everything in it.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub async fn remove(&self, database: &str) -> Result<(), Fault> {
        std::fs::remove_dir_all(&self.folder)?;
        if let Some((_, own)) = self.address.as_deref().and_then(|address| address.rsplit_once('/'))
        {
            let statement = format!("DROP DATABASE {own} WITH (FORCE)");
            let mut connection = PgConnection::connect(database).await?;
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await?;
        }
        Ok(())
    }

    /// `SQLite` or `PostgreSQL`.
    pub fn engine(&self) -> &'static str {
        if self.address.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    /// As arguments of `rapport`.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--data".to_owned(), self.folder.display().to_string()];
        if let Some(address) = &self.address {
            arguments.extend(["--database".to_owned(), address.clone()]);
        }
        arguments
    }

    /// Opens it by the store.
    ///
    /// # Errors
    /// When the store does not.
    pub async fn open(&self) -> Result<Db, Fault> {
        std::fs::create_dir_all(&self.folder)?;
        let key = AuditKey::in_file_or_new(&self.folder.join("audit.key"))?;
        let db = match &self.address {
            Some(address) => Db::open_address(address, key).await?,
            None => Db::open_folder(&self.folder, key).await?,
        };
        db.migrate().await?;
        Ok(db)
    }
}
