//! `rapport read-file`: reads a workbook or address book of a stranger in a process of its own,
//! with little memory and little time. What it is given can end it, and nothing else.

use crate::complaint::Complaint;
use exchange::guarded::{CHILD_MEMORY, CHILD_SECONDS, read_file};
use rlimit::{Resource, setrlimit};
use std::{
    io::{stderr, stdout},
    path::Path,
    process::ExitCode,
};

/// Limits this process, then reads.
///
/// # Errors
/// When the system does not let the process limit itself.
pub fn run(file: &Path, options: &str) -> Result<ExitCode, Complaint> {
    let limits = [
        (Resource::AS, CHILD_MEMORY),
        (Resource::CPU, CHILD_SECONDS),
        // It writes to what it was given and opens nothing but the file; a crash leaves no image.
        (Resource::CORE, 0),
    ];
    for (resource, most) in limits {
        setrlimit(resource, most, most).map_err(|error| {
            Complaint::new(format!("the system does not limit this process: {error}"))
        })?;
    }
    Ok(ExitCode::from(read_file(file, options, stdout().lock(), stderr().lock())))
}
