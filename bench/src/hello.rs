//! An axum that answers "hello", in a process of its own: what any answer over HTTP costs.

use crate::{
    Fault,
    client::{Connection, Request},
    load::{Figure, Round},
    program::cpu_ms_of,
};
use axum::{Router, routing::get};
use std::{
    net::SocketAddr,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Answers "hello" until it is ended.
///
/// # Errors
/// When the address is taken.
pub async fn serve(listen: SocketAddr) -> Result<(), Fault> {
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let router = Router::new().route("/", get(|| async { "hello" }));
    axum::serve(listener, router).await?;
    Ok(())
}

/// Measures a bare axum in a process of its own.
///
/// # Errors
/// When it does not answer.
pub async fn figures(connections: &[usize], seconds: f64) -> Result<Vec<Figure>, Fault> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let address: SocketAddr = ([127, 0, 0, 1], port).into();
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--hello", &address.to_string()])
        .stdout(Stdio::null())
        .spawn()?;
    let mut figures = Vec::new();
    let mut fault = None;
    for number in connections {
        match round(address, child.id(), *number, seconds.min(3.0)).await {
            Ok(figure) => figures.push(figure),
            Err(error) => fault = Some(error),
        }
    }
    child.kill()?;
    child.wait()?;
    fault.map_or(Ok(figures), Err)
}

async fn round(
    address: SocketAddr,
    process: u32,
    connections: usize,
    seconds: f64,
) -> Result<Figure, Fault> {
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(patiently(address).await?);
    }
    let before = cpu_ms_of(process)?;
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
    Ok(sum.figure("bare axum: hello", connections, cpu_ms_of(process)? - before, 0.0))
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
