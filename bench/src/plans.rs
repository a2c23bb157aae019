//! The statements the store sends, overheard from the database driver's log, and the plans the
//! database makes for them.

use crate::{Fault, place::Place};
use sqlx::{AssertSqlSafe, Connection, Row};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

/// Statements overheard.
#[derive(Clone, Debug, Default)]
pub struct Overheard(Arc<Mutex<Vec<String>>>);

impl Overheard {
    /// Begins to listen, for the rest of the process.
    ///
    /// # Errors
    /// When somebody listens already.
    pub fn begin() -> Result<Self, Fault> {
        let overheard = Self::default();
        tracing_subscriber::registry().with(overheard.clone()).try_init()?;
        Ok(overheard)
    }

    /// What was heard since the last time, each statement once.
    pub fn take(&self) -> Vec<String> {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<String> = Vec::new();
        for statement in heard.drain(..) {
            if !all.contains(&statement) {
                all.push(statement);
            }
        }
        all
    }
}

#[derive(Default)]
struct Statement {
    summary: String,
    text: String,
}

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.text),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

impl<S: Subscriber> Layer<S> for Overheard {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        if event.metadata().target() != "sqlx::query" {
            return;
        }
        let mut statement = Statement::default();
        event.record(&mut statement);
        let text =
            if statement.text.trim().is_empty() { statement.summary } else { statement.text };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }
}

/// The plan SQLite makes for a statement, whatever its values are. PostgreSQL plans by value: there
/// `auto_explain` tells more than could be asked for here.
///
/// # Errors
/// When the database does not answer.
pub async fn plan(place: &Place, statement: &str) -> Result<Vec<String>, Fault> {
    if place.address.is_some() {
        return Ok(Vec::new());
    }
    let file = place.folder.join("rapport.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
    let explain = format!("EXPLAIN QUERY PLAN {statement}");
    let rows = sqlx::query(AssertSqlSafe(explain)).fetch_all(&mut connection).await?;
    connection.close().await?;
    Ok(rows.iter().map(|row| row.get::<String, _>("detail")).collect())
}
