//! The command line, worded for an administrator, and the way into each command.

use crate::{
    audit_command, complaint::Complaint, demo, doctor, import_command, migrate, place::Place,
    read_file, serve, telemetry, user_command,
};
use clap::{Args, Parser, Subcommand};
use domain::date::Date;
use rustix::fs::Mode;
use std::{io::Write, path::PathBuf, process::ExitCode, time::Duration};

/// Rapport, a self-hosted CRM.
#[derive(Debug, Parser)]
#[command(
    name = "rapport",
    version,
    about = "Rapport, a self-hosted CRM: one program, SQLite or PostgreSQL.",
    long_about = "Rapport, a self-hosted CRM: one program, SQLite or PostgreSQL.\n\n\
        Start it with `rapport serve`; the first start prints a link to set it up in the browser.\n\
        Every command works on the folder --data (SQLite) or the server --database (PostgreSQL).",
    after_help = "Each command explains itself: rapport serve --help",
    disable_help_subcommand = true
)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server
    Serve(serve::Options),
    /// Bring the database up to date with this release, then stop
    ///
    /// `serve` does the same when it starts. Run it by itself when the role that serves may not change
    /// tables. Each step runs in a transaction of its own; make a backup before the first.
    Migrate(Place),
    /// Fill the database with an invented company, to look around or to measure
    ///
    /// The same --seed and --today make the same company. Prints the sign-ins of its people.
    Demo(Demo),
    /// Import customers from a CSV, Excel (.xlsx) or vCard file
    ///
    /// The same as the wizard in the browser, where the run is listed and can be taken back for 30 days.
    /// Running it again with the same file updates and creates nothing twice.
    Import(import_command::Options),
    /// Invite or add users, make links to set a password, or set a new one
    User(user_command::Options),
    /// Verify the audit log, or print where it ends
    Audit(audit_command::Options),
    /// Tell versions, database, disk and rights, and what is wrong with them
    ///
    /// Changes nothing. The exit code is 1 when something needs attention.
    Doctor(Place),
    /// Read a table in a process of its own (used by the server)
    #[command(hide = true)]
    ReadFile(ReadFile),
}

/// How long work in threads may still take when the command is done.
const LAST_WORK: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
struct Demo {
    #[command(flatten)]
    place: Place,
    /// Number of customers to invent
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=5_000_000))]
    customers: u64,
    /// Number that decides what is invented
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The day the company is invented for, such as 2026-11-22; today unless it is given
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<Date>,
}

fn day(text: &str) -> Result<Date, String> {
    Date::parse(text).map_err(|error| error.to_string())
}

#[derive(Debug, Args)]
struct ReadFile {
    /// How to read it, as JSON
    #[arg(long, value_name = "JSON")]
    options: String,
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Runs the program; what went wrong is one sentence on standard error and exit code 1.
pub fn main() -> ExitCode {
    match run(Line::parse().command) {
        Ok(code) => code,
        Err(complaint) => {
            // Nobody is left to tell when this fails.
            let _ = writeln!(std::io::stderr(), "rapport: {complaint}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Complaint> {
    if let Command::ReadFile(read) = command {
        return read_file::run(&read.file, &read.options);
    }
    let format = match &command {
        Command::Serve(options) => options.log,
        _ => telemetry::Format::Text,
    };
    telemetry::start(format);
    // Whatever is made from here on, database and uploads above all, is for this user alone.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Complaint::new(format!("the system gives no threads: {error}")))?;
    let done = runtime.block_on(async {
        match command {
            Command::Serve(options) => serve::run(options).await,
            Command::Migrate(place) => migrate::run(&place).await,
            Command::Demo(options) => {
                let house = options.place.open_alone().await?;
                demo::run(
                    &house.db,
                    options.customers,
                    options.seed,
                    options.today,
                    &mut std::io::stdout(),
                )
                .await?;
                house.close().await;
                Ok(ExitCode::SUCCESS)
            }
            Command::Import(options) => import_command::run(options).await,
            Command::User(options) => user_command::run(options).await,
            Command::Audit(options) => audit_command::run(options).await,
            Command::Doctor(place) => doctor::run(&place).await,
            Command::ReadFile(_) => Ok(ExitCode::SUCCESS),
        }
    });
    // Work in threads, such as hashing, is not waited for longer.
    runtime.shutdown_timeout(LAST_WORK);
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_command_is_well_formed_and_explained() {
        let mut line = Line::command();
        line.clone().debug_assert();
        line.build();
        for command in line.get_subcommands().filter(|command| !command.is_hide_set()) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some() || argument.is_hide_set(),
                    "{} {}",
                    command.get_name(),
                    argument.get_id()
                );
            }
        }
    }
}
