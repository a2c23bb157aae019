//! The floor below the figures: one plain statement for each kind of work, through sqlx with nothing around it.

use crate::{
    Fault,
    place::Place,
    program::{database_cpu_ms, own_cpu_ms},
    sample::Sample,
    work::{Work, pick},
};
use domain::search::Query;
use sqlx::{
    AssertSqlSafe, Database, Encode, Executor, IntoArguments, Pool, Postgres, Sqlite, Type,
    pool::PoolOptions,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
    str::FromStr,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// Statements at once: as many as SQLite's readers on two cores.
const AT_ONCE: u32 = 4;

/// What a row of a list shows.
macro_rules! list {
    ($rest:literal) => {
        concat!(
            "SELECT a.number, a.id, a.version, a.name, a.kind, a.status, a.level, a.industry, a.job_title, \
             a.value_minor, a.owner_id, a.last_contact_at, a.created_at, a.name_sort, a.name_fold FROM ",
            $rest,
            " LIMIT 51"
        )
    };
}

const FIRST_PAGE: &str = list!(
    "account a WHERE a.deleted_at IS NULL AND a.is_individual = FALSE ORDER BY a.number DESC"
);
const DEEP_PAGE: &str = list!(
    "account a WHERE a.deleted_at IS NULL AND a.is_individual = FALSE AND a.number < $1 ORDER BY a.number DESC"
);
const BY_NAME: &str = list!(
    "account a WHERE a.deleted_at IS NULL AND a.is_individual = FALSE ORDER BY a.name_sort, a.number"
);
const SQLITE_SEARCH: &str = list!(
    "account_search CROSS JOIN account a WHERE account_search MATCH $1 AND a.number = account_search.rowid \
     AND a.deleted_at IS NULL AND a.is_individual = FALSE ORDER BY account_search.rowid DESC"
);
const POSTGRES_SEARCH: &str = list!(
    "account_search s JOIN account a ON a.number = s.number WHERE s.document @@ $1::tsquery \
     AND a.deleted_at IS NULL AND a.is_individual = FALSE ORDER BY s.number DESC"
);
const OPEN: &str = "SELECT number, id, version, name, kind, status, level, industry, remark, owner_id FROM account WHERE number = $1";
const UPDATE: &str = "UPDATE account SET updated_at = updated_at + 1 WHERE number = $1";

/// What a statement asks for.
#[derive(Clone, Debug)]
enum Value {
    None,
    Number(i64),
    Text(String),
}

/// A database, opened as plainly as possible.
pub struct Bare {
    place: Place,
    pools: Pools,
}

enum Pools {
    Sqlite { reader: Pool<Sqlite>, writer: Pool<Sqlite> },
    Postgres(Pool<Postgres>),
}

impl Bare {
    /// Opens it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open(place: &Place) -> Result<Self, Fault> {
        let pools = if let Some(address) = &place.address {
            // The name under which the processor time of PostgreSQL's processes is found.
            let options = PgConnectOptions::from_str(address)?.application_name("rapport");
            let pool = PoolOptions::new().max_connections(AT_ONCE).test_before_acquire(false);
            Pools::Postgres(pool.connect_with(options).await?)
        } else {
            let options = SqliteConnectOptions::new()
                .filename(place.folder.join("rapport.db"))
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full);
            let pool = |most| PoolOptions::new().max_connections(most).test_before_acquire(false);
            Pools::Sqlite {
                reader: pool(AT_ONCE).connect_with(options.clone()).await?,
                writer: pool(1).connect_with(options).await?,
            }
        };
        Ok(Self { place: place.clone(), pools })
    }

    /// Processor time of one statement, PostgreSQL's processes included, milliseconds; `None` for the work that is
    /// not one statement.
    ///
    /// # Errors
    /// When the database does not answer, or with fewer rows than there must be.
    pub async fn cpu_ms(
        &self,
        work: Work,
        sample: &Sample,
        length: Duration,
    ) -> Result<Option<f64>, Fault> {
        let search = match &self.pools {
            Pools::Sqlite { .. } => SQLITE_SEARCH,
            Pools::Postgres(_) => POSTGRES_SEARCH,
        };
        let typed = |typed: &str| Value::Text(self.companies(typed));
        let numbers = || {
            sample.records.iter().map(|account| Value::Number(account.number.0)).collect::<Vec<_>>()
        };
        // The statement, and what it is asked with in turn.
        let (text, values) = match work {
            Work::FirstPage => (FIRST_PAGE, vec![Value::None]),
            Work::ByName => (BY_NAME, vec![Value::None]),
            Work::DeepPage => {
                let steps = (0..100).map(|step| sample.deep(step));
                let numbers = steps.filter_map(|number| i64::try_from(number).ok());
                (DEEP_PAGE, numbers.map(Value::Number).collect())
            }
            Work::Search => (search, vec![typed(&sample.fragment.0)]),
            Work::SearchFrequent => (search, vec![typed(&sample.frequent.0)]),
            Work::SearchOne => {
                (search, sample.lone.iter().map(|account| typed(&account.data.name)).collect())
            }
            Work::Open => (OPEN, numbers()),
            Work::Update => (UPDATE, numbers()),
            Work::Create
            | Work::TeamFirstPage
            | Work::TeamDeepPage
            | Work::TeamByName
            | Work::Board
            | Work::MoveDeal
            | Work::Inbox
            | Work::LongTimeline
            | Work::Dashboard
            | Work::DashboardAfterMove => return Ok(None),
        };
        let rows = match work {
            Work::SearchOne | Work::Open => 1,
            Work::Update => 0,
            _ => 50,
        };
        let before = self.spent_ms().await?;
        let done = match (&self.pools, work) {
            (Pools::Sqlite { writer, .. }, Work::Update) => {
                ask(writer, text, values, rows, length).await?
            }
            (Pools::Sqlite { reader, .. }, _) => ask(reader, text, values, rows, length).await?,
            (Pools::Postgres(pool), _) => ask(pool, text, values, rows, length).await?,
        };
        Ok(Some((self.spent_ms().await? - before) / f64::from(done.max(1))))
    }

    async fn spent_ms(&self) -> Result<f64, Fault> {
        let database = match &self.place.address {
            Some(address) => database_cpu_ms(address).await?,
            None => 0.0,
        };
        Ok(own_cpu_ms()? + database)
    }

    /// What was typed as the words of companies, in the language of the index.
    fn companies(&self, typed: &str) -> String {
        let terms = Query::parse(typed).map(|query| query.terms).unwrap_or_default();
        let words = |between: &str, quote: &str| -> Vec<String> {
            let word = |token: &String| format!("{quote}c{token}{quote}");
            let term =
                |tokens: &[String]| tokens.iter().map(word).collect::<Vec<_>>().join(between);
            terms.iter().map(|words| term(&words.tokens)).collect()
        };
        match self.pools {
            Pools::Sqlite { .. } => words(" + ", "\"").join(" AND "),
            Pools::Postgres(_) => words(" <-> ", "'").join(" & "),
        }
    }
}

/// Runs a statement for some time, as often as it goes; answers how often that was.
async fn ask<D>(
    pool: &Pool<D>,
    text: &'static str,
    values: Vec<Value>,
    rows: usize,
    length: Duration,
) -> Result<u32, Fault>
where
    D: Database,
    for<'c> &'c Pool<D>: Executor<'c, Database = D>,
    for<'q> D::Arguments: IntoArguments<D>,
    for<'q> i64: Encode<'q, D> + Type<D>,
    for<'q> String: Encode<'q, D> + Type<D>,
{
    let end = Instant::now() + length;
    let mut running = JoinSet::new();
    for place in 0..AT_ONCE as usize {
        let (pool, values) = (pool.clone(), values.clone());
        running.spawn(async move {
            let mut done = 0;
            let mut turn = place * 17;
            while Instant::now() < end {
                turn += 1;
                let query = sqlx::query::<D>(AssertSqlSafe(text));
                let query = match pick(&values, turn).cloned() {
                    Some(Value::Number(number)) => query.bind(number),
                    Some(Value::Text(text)) => query.bind(text),
                    Some(Value::None) | None => query,
                };
                let found = query.fetch_all(&pool).await?.len();
                if found < rows {
                    return Err(Fault::from(format!("{found} rows: {text}")));
                }
                done += 1;
            }
            Ok::<u32, Fault>(done)
        });
    }
    let mut sum = 0;
    while let Some(done) = running.join_next().await {
        sum += done??;
    }
    Ok(sum)
}
