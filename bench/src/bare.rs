//! The floor below the figures: the same queries through sqlx with nothing around them, and an
//! axum that answers "hello".

use crate::{
    Fault,
    client::{Connection, Request},
    load::{Figure, Round},
    place::Place,
    program::own_cpu_ms,
};
use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};
use sqlx::{
    AssertSqlSafe, Executor, PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    net::SocketAddr,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// One bare query.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Query {
    /// What it does.
    pub name: String,
    /// Half of them took no longer, milliseconds.
    pub p50_ms: f64,
    /// Processor time of this process for each, milliseconds; PostgreSQL's is not in it.
    pub cpu_ms: f64,
}

const LIST: &str = "SELECT number, id, version, name, kind, status, level, industry, job_title, value_minor, owner_id, \
     last_contact_at, created_at, name_sort, name_fold FROM account WHERE deleted_at IS NULL AND is_individual = FALSE \
     ORDER BY name_sort, number LIMIT 51";
const ONE: &str = "SELECT number, id, version, name, kind, status, level, industry, remark, owner_id FROM account WHERE number = $1";
const WRITE: &str = "UPDATE account SET updated_at = updated_at + 1 WHERE number = $1";

/// What the queries are.
const QUERIES: [(&str, &str, bool); 3] = [
    ("bare query: list page of 51 rows", LIST, false),
    ("bare query: one record", ONE, true),
    ("bare query: one field and commit", WRITE, true),
];

/// Either database, opened as plainly as possible.
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Measures the bare queries, one after the other on one connection.
///
/// # Errors
/// When the database does not answer.
pub async fn queries(place: &Place, seconds: f64, customers: u64) -> Result<Vec<Query>, Fault> {
    let pool = match &place.address {
        Some(address) => {
            Pool::Postgres(PgPoolOptions::new().max_connections(1).connect(address).await?)
        }
        None => {
            let options = SqliteConnectOptions::new()
                .filename(place.folder.join("rapport.db"))
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full);
            Pool::Sqlite(SqlitePoolOptions::new().max_connections(1).connect_with(options).await?)
        }
    };
    let mut all = Vec::new();
    for (name, text, by_number) in QUERIES {
        let length = Duration::from_secs_f64((seconds / 2.0).clamp(0.5, 3.0));
        let mut times = Vec::new();
        let before = own_cpu_ms()?;
        let began = Instant::now();
        let mut number: i64 = 1;
        while began.elapsed() < length {
            number = (number + 7_919) % i64::try_from(customers)?.max(1) + 1;
            let asked = Instant::now();
            let rows = match &pool {
                Pool::Sqlite(pool) => {
                    let query = sqlx::query(AssertSqlSafe(text));
                    let query = if by_number { query.bind(number) } else { query };
                    pool.fetch_all(query).await?.len()
                }
                Pool::Postgres(pool) => {
                    let query = sqlx::query(AssertSqlSafe(text));
                    let query = if by_number { query.bind(number) } else { query };
                    pool.fetch_all(query).await?.len()
                }
            };
            if !by_number && rows != 51 {
                return Err(format!("{name}: {rows} rows").into());
            }
            times.push(asked.elapsed());
        }
        times.sort_unstable();
        let half = times.get(times.len() / 2).copied().unwrap_or_default();
        all.push(Query {
            name: name.to_owned(),
            p50_ms: half.as_secs_f64() * 1_000.0,
            cpu_ms: (own_cpu_ms()? - before) / f64::from(u32::try_from(times.len())?.max(1)),
        });
    }
    Ok(all)
}

/// Answers "hello" until it is ended.
///
/// # Errors
/// When the address is taken.
pub async fn hello(listen: SocketAddr) -> Result<(), Fault> {
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let router = Router::new().route("/", get(|| async { "hello" }));
    axum::serve(listener, router).await?;
    Ok(())
}

/// Measures a bare axum in a process of its own.
///
/// # Errors
/// When it does not answer.
pub async fn hello_figures(connections: &[usize], seconds: f64) -> Result<Vec<Figure>, Fault> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let address: SocketAddr = ([127, 0, 0, 1], port).into();
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--hello", &address.to_string()])
        .stdout(Stdio::null())
        .spawn()?;
    let mut figures = Vec::new();
    let mut fault = None;
    for number in connections {
        match hello_round(address, child.id(), *number, seconds.min(3.0)).await {
            Ok(figure) => figures.push(figure),
            Err(error) => fault = Some(error),
        }
    }
    child.kill()?;
    child.wait()?;
    fault.map_or(Ok(figures), Err)
}

async fn hello_round(
    address: SocketAddr,
    process: u32,
    connections: usize,
    seconds: f64,
) -> Result<Figure, Fault> {
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(patiently(address).await?);
    }
    let before = crate::program::cpu_ms_of(process)?;
    let began = Instant::now();
    let end = began + Duration::from_secs_f64(seconds);
    let mut running = tokio::task::JoinSet::new();
    for mut connection in open {
        running.spawn(async move {
            let mut round = Round::default();
            let request = Request::page("/".to_owned());
            while Instant::now() < end {
                let asked = Instant::now();
                match connection.send(&request).await {
                    Ok(answer) if answer.body == b"hello" => {
                        round.micros.push(u64::try_from(asked.elapsed().as_micros()).unwrap_or(0));
                    }
                    _ => round.errors += 1,
                }
            }
            round
        });
    }
    let mut sum = Round::default();
    while let Some(round) = running.join_next().await {
        sum.add(round?);
    }
    sum.lasted = began.elapsed();
    Ok(sum.figure(
        "bare axum: hello",
        connections,
        crate::program::cpu_ms_of(process)? - before,
        0.0,
    ))
}

async fn patiently(address: SocketAddr) -> Result<Connection, Fault> {
    let began = Instant::now();
    loop {
        match Connection::open(address, "").await {
            Ok(connection) => return Ok(connection),
            Err(fault) if began.elapsed() > Duration::from_secs(5) => return Err(fault),
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}
