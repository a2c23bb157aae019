//! What can be asked for on the command line.

use crate::{Fault, place::Place};
use clap::{Args, Parser, Subcommand};
use std::{net::SocketAddr, path::PathBuf};

/// Measures Rapport: fills databases, starts the server, asks for each kind of work, and writes the
/// figures down.
#[derive(Debug, Parser)]
#[command(name = "bench", args_conflicts_with_subcommands = true)]
pub struct Options {
    /// What to do instead of measuring each kind of work
    #[command(subcommand)]
    pub task: Option<Task>,
    /// Numbers of customers to measure with
    #[arg(long, value_delimiter = ',', default_value = "100000,1000000")]
    pub customers: Vec<u64>,
    /// `sqlite`, or the address of a PostgreSQL server on this machine; databases named
    /// `rapport_bench_N` are made there
    #[arg(long, global = true, default_value = "sqlite")]
    pub database: String,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 5.0)]
    pub seconds: f64,
    /// Times each measurement is made, spread over the run; the middle one counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// Connections at once
    #[arg(long, value_delimiter = ',', default_value = "1,16,64")]
    pub connections: Vec<usize>,
    /// Where databases and figures are kept, to be used again
    #[arg(long, global = true, default_value = "target/bench")]
    pub data: PathBuf,
    /// The `rapport` program; found beside this one, or built
    #[arg(long, global = true)]
    pub program: Option<PathBuf>,
    /// Where the page of figures is written
    #[arg(long, default_value = "docs/performance.md")]
    pub out: PathBuf,
    /// Also import a file of 100,000 rows into an empty database
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set)]
    pub import: bool,
    /// Only write the page anew from the figures kept
    #[arg(long)]
    pub report_only: bool,
    /// Print the plan and the time of every read of the store instead
    #[arg(long)]
    pub explain: bool,
    /// Answer "hello" on this address (what the program starts itself with)
    #[arg(long, hide = true)]
    pub hello: Option<SocketAddr>,
}

/// Other measurements.
#[derive(Clone, Debug, Subcommand)]
pub enum Task {
    /// Sends answers to surveys, one request in five hostile, while somebody signed in works; looks afterwards whether each
    /// good answer is stored once and none of the others counts
    Flood(Flood),
}

/// How much of it.
#[derive(Clone, Debug, Args)]
pub struct Flood {
    /// Customers of the house
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    pub customers: u64,
    /// For how long
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(10..))]
    pub seconds: u64,
    /// Requests a second to the open pages, whether answered or not
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(5..=1_000))]
    pub rate: u64,
}

impl Options {
    /// The database for so many customers.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn place(&self, customers: u64) -> Result<Place, Fault> {
        Place::new(&self.database, &self.data, &format!("{customers}")).await
    }
}
