//! Somebody at work meanwhile: the list of customers, one of them and the inbox, over and over.

use crate::{
    Fault,
    client::{Connection, Request},
    load::Round,
    times::micros,
    work::page,
};
use std::{net::SocketAddr, time::Duration};
use tokio::time::{Instant, interval_at};

/// How often a page is asked for.
const EVERY: Duration = Duration::from_millis(200);

/// Works from one moment to another. A page that others had to wait for counts from when it was to be asked for.
pub async fn work(
    server: SocketAddr,
    cookie: String,
    customers: u64,
    (from, until): (Instant, Instant),
) -> Round {
    let mut round = Round::default();
    let mut connection = None;
    let mut turns = interval_at(from, EVERY);
    for turn in 0_u64.. {
        let planned = turns.tick().await;
        if planned >= until {
            break;
        }
        match ask(&mut connection, (server, &cookie), path(turn, customers)).await {
            Ok(()) => round.micros.push(micros(planned.elapsed())),
            Err(fault) => {
                // What is left of it is not to be read as the next answer.
                connection = None;
                round.errors += 1;
                if round.complaint.is_empty() {
                    round.complaint = fault.to_string().chars().take(200).collect();
                }
            }
        }
    }
    round.lasted = from.elapsed();
    round
}

fn path(turn: u64, customers: u64) -> String {
    match turn % 3 {
        0 => "/customers".to_owned(),
        // Multiplying by a number without common divisors visits customers far apart.
        1 => format!("/customers/C-{}", 1 + turn * 7_919 % customers.max(1)),
        _ => "/feedback".to_owned(),
    }
}

async fn ask(
    connection: &mut Option<Connection>,
    (server, cookie): (SocketAddr, &str),
    path: String,
) -> Result<(), Fault> {
    let open = match connection {
        Some(open) => open,
        None => connection.insert(Connection::open(server, cookie).await?),
    };
    page(&open.send(&Request::page(path)).await?).map(drop)
}
