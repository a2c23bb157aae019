//! `rapport audit`: verifies the audit log, and says where it ends.

use crate::{
    clock,
    complaint::Complaint,
    place::{Opened, Place},
};
use clap::{Args, Subcommand};
use domain::{
    audit::{Fault, FaultKind},
    policy::{Caller, Origin},
};
use std::{
    io::{BufRead, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};
use store::{Anchor, Steps};

/// What `rapport audit` takes.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Verify the audit log from its first line to its last; the exit code is 1 when it does not hold
    ///
    /// Changes nothing, and may run beside the server. What was cut off the end is found with an anchor
    /// that was written before.
    Verify {
        #[command(flatten)]
        place: Place,
        /// File of anchors, one a line, that have to fit as well
        #[arg(long, value_name = "FILE")]
        anchor: Option<PathBuf>,
        /// Line to begin with; the one before it is trusted as it is
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..))]
        from: i64,
    },
    /// Print an anchor: one line that says where the audit log ends now
    ///
    /// Keep it where those who can change the database cannot.
    Anchor(Place),
}

/// Runs the command.
///
/// # Errors
/// With a sentence for the terminal.
pub async fn run(options: Options) -> Result<ExitCode, Complaint> {
    match options.command {
        Command::Verify { place, anchor, from } => {
            let anchors = anchor.as_deref().map(read_anchors).transpose()?.unwrap_or_default();
            let opened = open(&place).await?;
            let done = verify(&opened, from, &anchors).await;
            opened.close().await;
            done
        }
        Command::Anchor(place) => {
            let opened = open(&place).await?;
            let caller = Caller::system(clock::now(), Origin::CommandLine);
            let anchor = opened.db.audit_anchor(&caller).await;
            opened.close().await;
            writeln!(std::io::stdout(), "{}", anchor?)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Opens a database without changing anything in it.
async fn open(place: &Place) -> Result<Opened, Complaint> {
    if !place.is_there() {
        return Err(Complaint::new(format!("there is no database in {}", place.shown())));
    }
    let opened = place.open_as_it_is().await?;
    let Steps { applied, known } = opened.db.steps().await?;
    if applied != known {
        return Err(Complaint::new(format!(
            "{} is at step {applied}, this release works on step {known}. Run `rapport migrate` first",
            place.shown()
        )));
    }
    opened.check_audit_key().await?;
    Ok(opened)
}

async fn verify(opened: &Opened, from: i64, anchors: &[Anchor]) -> Result<ExitCode, Complaint> {
    /// Lines between two lines on the terminal.
    const STEP: i64 = 1_000_000;
    let caller = Caller::system(clock::now(), Origin::CommandLine);
    let mut next = from + STEP;
    let told = |line: i64| {
        if line >= next {
            next = line + STEP;
            eprintln!("up to line {line} everything holds");
        }
    };
    let mut out = std::io::stdout();
    match opened.db.verify_audit(&caller, from, anchors, told).await? {
        Ok(checked) => {
            writeln!(out, "verified {}..{}", checked.from, checked.to)?;
            if checked.erased > 0 {
                writeln!(
                    out,
                    "{} of them had their values erased, as later lines say",
                    checked.erased
                )?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            writeln!(out, "{}", sentence(fault))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

fn read_anchors(file: &Path) -> Result<Vec<Anchor>, Complaint> {
    let problem = |what: &dyn std::fmt::Display| {
        Complaint::new(format!("cannot read the anchors in {}: {what}", file.display()))
    };
    let open = std::fs::File::open(file).map_err(|error| problem(&error))?;
    let mut anchors = Vec::new();
    for (number, line) in std::io::BufReader::new(open).lines().enumerate() {
        let line = line.map_err(|error| problem(&error))?;
        if !line.trim().is_empty() {
            let wrong = || problem(&format!("line {} is no anchor", number + 1));
            anchors.push(line.parse().map_err(|()| wrong())?);
        }
    }
    if anchors.is_empty() {
        return Err(problem(&"there is none"));
    }
    Ok(anchors)
}

/// What is wrong, for the administrator at the terminal.
pub fn sentence(fault: Fault) -> String {
    let Fault { number, kind } = fault;
    match kind {
        FaultKind::Missing => format!("line {number} is missing"),
        FaultKind::Seal => format!("line {number} was changed, or is not in its place"),
        FaultKind::Values => format!("the values of line {number} were changed"),
        FaultKind::Erased => {
            format!("the values of line {number} are gone, and no line says that they were erased")
        }
        FaultKind::End => format!("the log does not end at line {number}, as it says it does"),
        FaultKind::Lost => format!("line {number} was there at the time of an anchor and is gone"),
        FaultKind::Replaced => format!("line {number} is not the one that was there before"),
        FaultKind::Anchor => {
            format!("the anchor for line {number} was not made with the key of this log")
        }
        FaultKind::Key => "the log was sealed with another key".to_owned(),
    }
}
