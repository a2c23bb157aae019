//! The whole content of a database, so that two moments can be compared: every table, every row, every column.

use crate::support::Place;
use serde_json::{Map, Value};
use sqlx::{Connection, PgConnection, Row, SqliteConnection};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    time::Duration,
};

/// One row: its columns.
pub type Columns = Map<String, Value>;
/// The rows of every table, as JSON.
pub type Tables = BTreeMap<String, HashSet<String>>;

/// Columns that even a refused request may move: that a browser is in use is noted once a minute, whatever it asks.
const PASSING: [(&str, &str); 2] = [("session", "last_seen_at"), ("user", "last_seen_at")];

/// A table that refused tries to sign in or to prove who one is are counted in; nothing else may move it.
pub const TRIES: &str = "sign_in_throttle";
/// Where a refused sign-in is noted.
pub const LOG: [&str; 2] = ["audit_log", "audit_head"];

enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Reads a database beside the server.
pub struct State {
    database: Database,
    /// sqlx takes only text that lives as long as the program.
    everything: &'static str,
}

/// How the search index lays out its words is left out, since that follows from when it merges them; which rows it
/// holds, and how long they are, is not.
const SQLITE_COLUMNS: &str = "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.sql NOT LIKE 'CREATE VIRTUAL%' \
    AND m.name NOT LIKE '%\\_search\\_data' ESCAPE '\\' AND m.name NOT LIKE '%\\_search\\_idx' ESCAPE '\\'";
const POSTGRES_TABLES: &str = "SELECT table_name::text FROM information_schema.tables \
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";

impl State {
    /// Opens it; the tables are those there are.
    pub async fn open(place: &Place) -> Self {
        match place.address() {
            Some(address) => {
                let mut connection = PgConnection::connect(address).await.unwrap();
                let tables: Vec<String> =
                    sqlx::query_scalar(POSTGRES_TABLES).fetch_all(&mut connection).await.unwrap();
                let selects = tables.iter().map(|table| {
                    let passing = PASSING.iter().filter(|(of, _)| of == table);
                    let without: String =
                        passing.map(|(_, column)| format!(" - '{column}'")).collect();
                    format!(
                        "SELECT '{table}' AS name, (to_jsonb(t){without})::text AS content FROM \"{table}\" t"
                    )
                });
                let everything = selects.collect::<Vec<_>>().join(" UNION ALL ").leak();
                Self { database: Database::Postgres(connection), everything }
            }
            None => {
                let file = place.folder().join("rapport.db");
                let address = format!("sqlite://{}", file.display());
                let mut connection = SqliteConnection::connect(&address).await.unwrap();
                let columns: Vec<(String, String)> =
                    sqlx::query_as(SQLITE_COLUMNS).fetch_all(&mut connection).await.unwrap();
                let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
                for (table, column) in columns {
                    if PASSING.contains(&(&*table, &*column)) {
                        continue;
                    }
                    let pair = format!("'{column}', quote(\"{column}\")");
                    tables.entry(table).or_default().push(pair);
                }
                let selects = tables.iter().map(|(table, pairs)| {
                    let pairs = pairs.join(", ");
                    format!(
                        "SELECT '{table}' AS name, json_object({pairs}) AS content FROM \"{table}\""
                    )
                });
                let everything = selects.collect::<Vec<_>>().join(" UNION ALL ").leak();
                Self { database: Database::Sqlite(connection), everything }
            }
        }
    }

    /// Everything that is there now.
    pub async fn read(&mut self) -> Tables {
        let statement = self.everything;
        let rows: Vec<(String, String)> = match &mut self.database {
            Database::Sqlite(connection) => {
                let rows = sqlx::query(statement).fetch_all(connection).await.unwrap();
                rows.iter().map(|row| (row.get(0), row.get(1))).collect()
            }
            Database::Postgres(connection) => {
                let rows = sqlx::query(statement).fetch_all(connection).await.unwrap();
                rows.iter().map(|row| (row.get(0), row.get(1))).collect()
            }
        };
        let mut tables = Tables::new();
        for (table, content) in rows {
            tables.entry(table).or_default().insert(content);
        }
        tables
    }

    /// Waits until the first round of what the server does by itself is over; it begins some seconds after the start.
    pub async fn settled(&mut self) {
        let mut before = self.read().await;
        loop {
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            let now = self.read().await;
            let looked_at_the_log = now
                .get("setting")
                .is_some_and(|rows| rows.iter().any(|row| row.contains("audit.state")));
            if looked_at_the_log && moved(&before, &now).is_empty() {
                return;
            }
            before = now;
        }
    }
}

/// Tables whose content differs.
pub fn moved(before: &Tables, after: &Tables) -> BTreeSet<String> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

/// What a request did.
#[derive(Debug, Default)]
pub struct Changes {
    /// Columns that differ, as `table.column`; rows that came or went, as `table +` and `table -`.
    pub moved: BTreeSet<String>,
    /// Rows as they are now, with their tables.
    come: Vec<(String, Columns)>,
}

/// Compares two moments.
pub fn changes(before: &Tables, after: &Tables) -> Changes {
    let mut all = Changes::default();
    let none = HashSet::new();
    let read = |row: &String| -> Columns { serde_json::from_str(row).unwrap() };
    for table in moved(before, after) {
        let [before, after] = [before, after].map(|tables| tables.get(&table).unwrap_or(&none));
        let mut gone: Vec<Columns> = before.difference(after).map(read).collect();
        let come: Vec<Columns> = after.difference(before).map(read).collect();
        for new in come {
            let same = gone.iter().position(|old| key(old).is_some() && key(old) == key(&new));
            match same.map(|place| gone.swap_remove(place)) {
                Some(old) => {
                    let differing =
                        new.iter().filter(|(name, value)| old.get(*name) != Some(value));
                    all.moved.extend(differing.map(|(name, _)| format!("{table}.{name}")));
                }
                None => {
                    all.moved.insert(format!("{table} +"));
                }
            }
            all.come.push((table.clone(), new));
        }
        if !gone.is_empty() {
            all.moved.insert(format!("{table} -"));
        }
    }
    all
}

/// By what a row is known again.
fn key(row: &Columns) -> Option<&Value> {
    let names = ["id", "name", "subject", "token_hash", "user_id", "account_id", "person_id"];
    names.into_iter().find_map(|name| row.get(name))
}

impl Changes {
    /// Where a value stands now that did not before, in whatever way the databases write it.
    pub fn places_of(&self, value: &str) -> Vec<String> {
        let plain = value.replace('-', "").to_lowercase();
        let holds = |content: &Value| {
            let text = content.as_str().map_or_else(|| content.to_string(), str::to_lowercase);
            text.replace('-', "").contains(&plain)
        };
        let cells = self
            .come
            .iter()
            .flat_map(|(table, row)| row.iter().map(move |(name, content)| (table, name, content)));
        let found = cells.filter(|(.., content)| holds(content));
        found.map(|(table, name, _)| format!("{table}.{name}")).collect()
    }
}
