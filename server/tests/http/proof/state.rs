//! The whole content of a database, so that two moments can be compared: every table, every row, every column. What
//! did not change since the last look is not read again.

use crate::support::Place;
use serde_json::{Map, Value};
use sqlx::{Connection, PgConnection, SqliteConnection};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// One row: its columns.
pub type Columns = Map<String, Value>;
/// The rows of every table as JSON, one a line.
pub type Tables = BTreeMap<String, Arc<str>>;

/// Columns that even a refused request may move: that a browser is in use is noted once a minute, whatever it asks.
const PASSING: [(&str, &str); 2] = [("session", "last_seen_at"), ("user", "last_seen_at")];

/// What SQLite's index of words is kept in: it is merged now and then, whatever is written, and holds nothing of its own.
const INDEX: [&str; 2] = ["_search_data", "_search_idx"];

/// A table that refused tries to sign in or to prove who one is are counted in; nothing else may move it.
pub const TRIES: &str = "sign_in_throttle";
/// Where a refused sign-in is noted.
pub const LOG: [&str; 2] = ["audit_log", "audit_head"];

enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    /// One value of a statement.
    async fn one(&mut self, statement: &'static str) -> String {
        match self {
            Self::Sqlite(connection) => sqlx::query_scalar(statement).fetch_one(connection).await,
            Self::Postgres(connection) => sqlx::query_scalar(statement).fetch_one(connection).await,
        }
        .unwrap()
    }

    /// Pairs of a table and what a statement says of it.
    async fn of_tables(&mut self, statement: &'static str) -> Vec<(String, String)> {
        match self {
            Self::Sqlite(connection) => sqlx::query_as(statement).fetch_all(connection).await,
            Self::Postgres(connection) => sqlx::query_as(statement).fetch_all(connection).await,
        }
        .unwrap()
    }
}

/// Statements that tell what is there.
struct Statements {
    /// A mark of all of it, another one whenever something was written.
    mark: &'static str,
    /// A mark of each table.
    marks: &'static str,
    /// The rows of each.
    rows_of: BTreeMap<String, &'static str>,
}

/// Reads a database beside the server.
pub struct State {
    database: Database,
    statements: Statements,
    /// The marks at the last look.
    mark: String,
    marks: BTreeMap<String, String>,
    /// As it was at the last look.
    seen: Tables,
}

/// How the search index lays out its words is left out, since that follows from when it merges them; which rows it
/// holds, and how long they are, is not.
const SQLITE_COLUMNS: &str = "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.sql NOT LIKE 'CREATE VIRTUAL%' \
    AND m.name NOT LIKE '%\\_search\\_data' ESCAPE '\\' AND m.name NOT LIKE '%\\_search\\_idx' ESCAPE '\\' \
    AND m.name <> 'proof_mark'";
const POSTGRES_TABLES: &str = "SELECT table_name::text FROM information_schema.tables \
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";

/// Moves whenever another connection has committed something.
const SQLITE_MARK: &str = "SELECT CAST(data_version AS TEXT) FROM pragma_data_version";
/// Where the log of writes ends: nothing is written without it.
const POSTGRES_MARK: &str = "SELECT pg_current_wal_insert_lsn()::text";

/// sqlx takes only text that lives as long as the program.
fn kept(text: String) -> &'static str {
    text.leak()
}

async fn on_sqlite(place: &Place) -> (Database, Statements) {
    let file = place.folder().join("rapport.db");
    let address = format!("sqlite://{}", file.display());
    let mut connection = SqliteConnection::connect(&address).await.unwrap();
    let columns: Vec<(String, String)> =
        sqlx::query_as(SQLITE_COLUMNS).fetch_all(&mut connection).await.unwrap();
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column) in columns {
        let passing = PASSING.contains(&(&*table, &*column));
        if passing || INDEX.iter().any(|index| table.ends_with(index)) {
            continue;
        }
        let pair = format!("'{column}', quote(\"{column}\")");
        tables.entry(table).or_default().push(pair);
    }
    // Each row that is written counts, by a trigger; what the search index writes by itself runs none.
    let (indexes, own): (Vec<&String>, Vec<&String>) =
        tables.keys().partition(|table| table.contains("_search_"));
    let mut watch = String::from(
        "CREATE TABLE IF NOT EXISTS proof_mark (name TEXT PRIMARY KEY, times INTEGER NOT NULL);",
    );
    for table in own {
        watch += &format!("INSERT OR IGNORE INTO proof_mark VALUES ('{table}', 0);");
        for what in ["INSERT", "UPDATE", "DELETE"] {
            watch += &format!(
                "CREATE TRIGGER IF NOT EXISTS proof_{table}_{what} AFTER {what} ON \"{table}\" \
                 BEGIN UPDATE proof_mark SET times = times + 1 WHERE name = '{table}'; END;"
            );
        }
    }
    sqlx::raw_sql(kept(watch)).execute(&mut connection).await.unwrap();
    let mut marks = String::from("SELECT name, CAST(times AS TEXT) FROM proof_mark");
    for table in indexes {
        marks += &format!(" UNION ALL SELECT '{table}', ({SQLITE_MARK})");
    }
    let rows_of = tables.iter().map(|(table, pairs)| {
        let pairs = pairs.join(", ");
        let rows = format!(
            "SELECT coalesce(group_concat(json_object({pairs}), char(10)), '') FROM \"{table}\""
        );
        (table.clone(), kept(rows))
    });
    let rows_of = rows_of.collect();
    (Database::Sqlite(connection), Statements { mark: SQLITE_MARK, marks: kept(marks), rows_of })
}

async fn on_postgres(address: &str) -> (Database, Statements) {
    let mut connection = PgConnection::connect(address).await.unwrap();
    let tables: Vec<String> =
        sqlx::query_scalar(POSTGRES_TABLES).fetch_all(&mut connection).await.unwrap();
    // Whatever is written makes another version of a row, which has a place and a transaction of its own.
    let marks = tables.iter().map(|table| {
        format!(
            "SELECT '{table}' AS name, count(*)::text || ' ' || \
             coalesce(sum(hashtextextended(ctid::text || ' ' || xmin::text, 0)), 0)::text AS digest FROM \"{table}\""
        )
    });
    let marks = kept(marks.collect::<Vec<_>>().join(" UNION ALL "));
    let rows_of = tables.iter().map(|table| {
        let passing = PASSING.iter().filter(|(of, _)| of == table);
        let without: String = passing.map(|(_, column)| format!(" - '{column}'")).collect();
        // As jsonb only where a column is taken out, since that sorts the names in each row.
        let row = if without.is_empty() { "row_to_json(t)" } else { "to_jsonb(t)" };
        let rows = format!(
            "SELECT coalesce(string_agg(({row}{without})::text, E'\\n'), '') FROM \"{table}\" t"
        );
        (table.clone(), kept(rows))
    });
    let rows_of = rows_of.collect();
    (Database::Postgres(connection), Statements { mark: POSTGRES_MARK, marks, rows_of })
}

impl State {
    /// Opens it; the tables are those there are.
    pub async fn open(place: &Place) -> Self {
        let (database, statements) = match place.address() {
            Some(address) => on_postgres(address).await,
            None => on_sqlite(place).await,
        };
        let marks = BTreeMap::new();
        Self { database, statements, mark: String::new(), marks, seen: Tables::new() }
    }

    /// Everything that is there now.
    pub async fn read(&mut self) -> Tables {
        // Before the rows: what is written while they are read is another mark at the next look.
        let mark = self.database.one(self.statements.mark).await;
        if self.mark != mark {
            for (table, mark) in self.database.of_tables(self.statements.marks).await {
                if self.marks.get(&table) != Some(&mark) {
                    let rows = self.database.one(self.statements.rows_of[&table]).await;
                    if self.seen.get(&table).is_none_or(|seen| **seen != *rows) {
                        self.seen.insert(table.clone(), rows.into());
                    }
                    self.marks.insert(table, mark);
                }
            }
            self.mark = mark;
        }
        self.seen.clone()
    }
}

/// Rows of one moment that the other lacks, each way. Most stand first or last in both and are passed over unread.
fn differing<'a>(before: &'a str, after: &'a str) -> (BTreeSet<&'a str>, BTreeSet<&'a str>) {
    let [mut before, mut after] = [before, after].map(str::lines);
    let (mut gone, mut come) = (BTreeSet::new(), BTreeSet::new());
    loop {
        match (before.next(), after.next()) {
            (None, None) => break,
            (one, other) if one == other => {}
            (one, other) => {
                gone.extend(one);
                come.extend(other);
                let (mut last, mut new_last) = (before.next_back(), after.next_back());
                while last.is_some() && last == new_last {
                    (last, new_last) = (before.next_back(), after.next_back());
                }
                gone.extend(before.by_ref().chain(last));
                come.extend(after.by_ref().chain(new_last));
            }
        }
    }
    let both: Vec<&str> = gone.intersection(&come).copied().collect();
    for row in both {
        gone.remove(row);
        come.remove(row);
    }
    (gone, come)
}

/// Tables whose content differs.
pub fn moved(before: &Tables, after: &Tables) -> BTreeSet<String> {
    let same = |name: &String| match (before.get(name), after.get(name)) {
        (Some(before), Some(after)) => {
            Arc::ptr_eq(before, after) || {
                let (gone, come) = differing(before, after);
                gone.is_empty() && come.is_empty()
            }
        }
        (before, after) => before.is_none() && after.is_none(),
    };
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| !same(name)).cloned().collect()
}

/// What a request did.
#[derive(Debug, Default)]
pub struct Changes {
    /// Columns that differ, as `table.column`; rows that came or went, as `table +` and `table -`.
    pub moved: BTreeSet<String>,
    /// Rows as they are now, with their tables.
    come: Vec<(String, Columns)>,
}

/// Compares two moments, column by column.
pub fn changes(before: &Tables, after: &Tables) -> Changes {
    let mut all = Changes::default();
    let read = |row: &&str| -> Columns { serde_json::from_str(row).unwrap() };
    for table in moved(before, after) {
        let [before, after] =
            [before, after].map(|tables| tables.get(&table).map_or("", |rows| &**rows));
        let (gone, come) = differing(before, after);
        let mut gone: Vec<Columns> = gone.iter().map(read).collect();
        for new in come.iter().map(read) {
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
    let names =
        ["id", "name", "subject", "token_hash", "number", "user_id", "account_id", "person_id"];
    names.into_iter().find_map(|name| row.get(name))
}

impl Changes {
    /// Whether a session, or whom it belongs to, is another one now.
    pub fn of_a_session(&self) -> bool {
        self.come.iter().any(|(table, _)| matches!(&**table, "session" | "user"))
            || self.moved.contains("session -")
    }

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
