//! `rapport doctor`: looks at what an installation stands on and says what needs attention.

use crate::{complaint::Complaint, disk, place::Place, site};
use std::{io::Write, process::ExitCode};

/// Free part of the disk (percent) below which something should be done.
const LITTLE: u64 = 10;

/// What was found, line by line, and how much of it is wrong.
#[derive(Default)]
struct Findings {
    lines: Vec<String>,
    wrong: usize,
}

impl Findings {
    fn good(&mut self, what: &str, found: &str) {
        self.lines.push(format!("ok    {what:<12} {found}"));
    }

    fn wrong(&mut self, what: &str, found: &str) {
        self.wrong += 1;
        self.lines.push(format!("LOOK  {what:<12} {found}"));
    }
}

/// Runs the command.
///
/// # Errors
/// When nothing can be written to the terminal.
pub async fn run(place: &Place) -> Result<ExitCode, Complaint> {
    let mut findings = Findings::default();
    findings.good("version", env!("CARGO_PKG_VERSION"));
    data(&mut findings, place);
    files(&mut findings);
    database(&mut findings, place).await;
    let mut out = std::io::stdout();
    for line in &findings.lines {
        writeln!(out, "{line}")?;
    }
    if findings.wrong == 0 {
        writeln!(out, "Everything is in order.")?;
        Ok(ExitCode::SUCCESS)
    } else {
        writeln!(out, "{} to look at.", findings.wrong)?;
        Ok(ExitCode::FAILURE)
    }
}

fn data(findings: &mut Findings, place: &Place) {
    let folder = &place.data;
    let shown = folder.display();
    let made = if place.database.is_some() || folder.is_dir() {
        std::fs::create_dir_all(folder)
    } else {
        Err(std::io::Error::other("it is not there; `rapport serve` makes it"))
    };
    let written = made.and_then(|()| {
        let probe = folder.join(".rapport-doctor");
        std::fs::write(&probe, b"probe")?;
        std::fs::remove_file(probe)
    });
    match written {
        Ok(()) => findings.good("rights", &format!("{shown} can be written to")),
        Err(error) => findings.wrong("rights", &format!("{shown} cannot be written to: {error}")),
    }
    if place.database.is_none()
        && let Some(kind) = disk::network_file_system(folder)
    {
        findings.wrong(
            "disk",
            &format!("{shown} is on a network file system ({kind}); use a disk of this machine"),
        );
    }
    match disk::room(folder) {
        Some(room) if room.percent() < LITTLE => {
            findings.wrong("disk", &format!("{} % free; free some space", room.percent()));
        }
        Some(room) => {
            findings.good("disk", &format!("{} MB free ({} %)", room.free >> 20, room.percent()));
        }
        None => findings.good("disk", "the system does not tell how much is free"),
    }
}

fn files(findings: &mut Findings) {
    let named = std::env::var_os("RAPPORT_SITE").map(Into::into);
    match site::folder(named) {
        None => findings.wrong(
            "site",
            "the files for browsers are not found; name their folder with --site or RAPPORT_SITE",
        ),
        Some(folder) => match site::names(&folder) {
            Ok(_) => findings.good("site", &folder.display().to_string()),
            Err(complaint) => findings.wrong("site", &complaint.to_string()),
        },
    }
}

async fn database(findings: &mut Findings, place: &Place) {
    if place.database.is_none() && !place.data.join("rapport.db").is_file() {
        findings.wrong("database", "there is none yet; `rapport serve` makes it");
        return;
    }
    let opened = match place.open_as_it_is().await {
        Ok(opened) => opened,
        Err(complaint) => {
            findings.wrong("database", &complaint.to_string());
            return;
        }
    };
    match opened.db.health().await {
        Ok(health) => {
            let about = format!(
                "{} {}, {} MB, step {}",
                health.engine,
                health.version,
                health.bytes >> 20,
                health.migration
            );
            findings.good("database", &about);
            if !health.writable {
                findings.wrong("database", "it cannot be written to; look at rights and disk");
            }
        }
        Err(error) => findings.wrong(
            "database",
            &format!("{error}. If it was never used, `rapport migrate` prepares it"),
        ),
    }
    opened.close().await;
}
