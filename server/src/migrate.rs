//! `rapport migrate`: brings the database up to date and stops.

use crate::{complaint::Complaint, place::Place};
use std::{io::Write, process::ExitCode};

/// Runs the command.
///
/// # Errors
/// With a sentence for the terminal.
pub async fn run(place: &Place) -> Result<ExitCode, Complaint> {
    let opened = place.open_alone().await?;
    let health = opened.db.health().await?;
    writeln!(
        std::io::stdout(),
        "{} is up to date at step {} ({} {})",
        place.shown(),
        health.migration,
        health.engine,
        health.version
    )?;
    opened.close().await;
    Ok(ExitCode::SUCCESS)
}
