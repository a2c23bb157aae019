//! The two schemas are one: the same tables, columns, nullability and indexes in both databases.

use crate::support::{key, on_postgres, on_sqlite};
use sqlx::Row;
use sqlx_macros::FromRow;
use std::collections::{BTreeMap, BTreeSet};
use store::Db;

/// Column name -> whether it may be NULL, by table; and the names of all indexes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Schema {
    tables: BTreeMap<String, BTreeMap<String, bool>>,
    indexes: BTreeSet<String>,
}

/// Tables the full-text engines and the migrator keep for themselves, or that are shaped by them.
fn is_own(name: &str) -> bool {
    !name.starts_with("account_search")
        && !name.starts_with("person_search")
        && !name.starts_with("opportunity_search")
        && !name.starts_with("case_search")
        && !name.starts_with("_sqlx")
        && !name.starts_with("sqlite_")
}

#[derive(FromRow)]
struct Named {
    name: String,
}

async fn sqlite_schema(db: Db) -> Schema {
    let Db::Sqlite { reader, .. } = &db else { panic!("SQLite expected") };
    let mut schema = Schema::default();
    let names: Vec<Named> = sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'table'")
        .fetch_all(reader)
        .await
        .unwrap();
    for Named { name } in names.into_iter().filter(|table| is_own(&table.name)) {
        let rows = sqlx::query("SELECT name, \"notnull\" FROM pragma_table_xinfo($1)")
            .bind(&name)
            .fetch_all(reader)
            .await
            .unwrap();
        let columns = rows
            .into_iter()
            .map(|row| (row.get::<String, _>(0), row.get::<i64, _>(1) == 0))
            .collect();
        schema.tables.insert(name, columns);
    }
    let names: Vec<Named> =
        sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
            .fetch_all(reader)
            .await
            .unwrap();
    schema.indexes = names.into_iter().map(|index| index.name).collect();
    schema
}

async fn postgres_schema(db: Db) -> Schema {
    let Db::Postgres { pool, .. } = &db else { panic!("PostgreSQL expected") };
    let mut schema = Schema::default();
    let rows = sqlx::query(
        "SELECT table_name::text, column_name::text, is_nullable = 'YES' \
         FROM information_schema.columns WHERE table_schema = 'public'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    for row in rows {
        let table: String = row.get(0);
        if is_own(&table) {
            schema.tables.entry(table).or_default().insert(row.get(1), row.get(2));
        }
    }
    // Keys that a table's own lines declare have names made up by the server: SQLite has none.
    let names: Vec<Named> = sqlx::query_as(
        "SELECT indexname::text AS name FROM pg_indexes WHERE schemaname = 'public' \
         AND indexname NOT LIKE '%\\_pkey' AND indexname NOT LIKE '%\\_key'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    schema.indexes =
        names.into_iter().map(|index| index.name).filter(|name| is_own(name)).collect();
    schema
}

#[test]
fn both_databases_have_the_same_schema() {
    let mut sqlite = None;
    let found = &mut sqlite;
    on_sqlite(Box::new(|db| Box::pin(async { *found = Some(sqlite_schema(db).await) })));
    let sqlite = sqlite.unwrap();
    assert!(sqlite.tables.len() >= 15, "{:?}", sqlite.tables.keys());
    on_postgres(
        "both_databases_have_the_same_schema",
        Box::new(move |db| {
            Box::pin(async move {
                let postgres = postgres_schema(db).await;
                assert_eq!(sqlite.tables, postgres.tables);
                assert_eq!(sqlite.indexes, postgres.indexes);
            })
        }),
    );
}

/// Every migration has a twin of the same name.
#[test]
fn migrations_come_in_pairs() {
    let names = |dialect: &str| -> BTreeSet<String> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
        std::fs::read_dir(folder.join(dialect))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    let sqlite = names("sqlite");
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, names("postgres"));
}

/// A file of another program, and one of a newer release, are left alone.
#[tokio::test]
async fn foreign_and_newer_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open_folder(folder.path(), key()).await.unwrap();
    db.migrate().await.unwrap();
    let Db::Sqlite { writer, .. } = &db else { panic!("SQLite expected") };
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'from the future', TRUE, x'00', 0)",
    )
    .execute(writer)
    .await
    .unwrap();
    assert!(matches!(db.migrate().await, Err(store::OpenError::Newer)));
    sqlx::query("PRAGMA application_id = 7").execute(writer).await.unwrap();
    db.close().await;
    assert!(matches!(
        Db::open_folder(folder.path(), key()).await,
        Err(store::OpenError::Foreign(_))
    ));
}
