//! `rapport doctor`: looks at what an installation stands on and says what needs attention. Changes
//! nothing: what it tries in the database is taken back.

use crate::{
    audit_command, clock,
    complaint::Complaint,
    disk,
    place::{Opened, Place},
    site,
    vault::{KEY_FILE, Vault},
};
use domain::policy::{Caller, Origin};
use rustix::fs::{Access, access};
use std::{cmp::Ordering, io::Write, os::unix::fs::PermissionsExt, path::Path, process::ExitCode};
use store::{Db, Health, Steps, StoreError};

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
    if folder.is_dir() {
        // Asked, not tried: nothing is written here.
        match access(folder, Access::WRITE_OK | Access::EXEC_OK) {
            Ok(()) => findings.good("rights", &format!("{shown} can be written to")),
            Err(error) => findings.wrong(
                "rights",
                &format!(
                    "{shown} cannot be written to: {error}. Give it to the user who runs Rapport"
                ),
            ),
        }
        private(findings, folder);
    } else if place.database.is_some() {
        findings.good("rights", &format!("{shown} is not there yet; `rapport serve` makes it"));
    } else {
        findings.wrong("rights", &format!("{shown} is not there; `rapport serve` makes it"));
    }
    if place.database.is_none()
        && let Some(kind) = disk::network_file_system(folder)
    {
        findings.wrong(
            "disk",
            &format!("{shown} is on a network file system ({kind}); use a disk of this machine"),
        );
    }
    match disk::room(&disk::existing(folder)) {
        Some(room) if room.percent() < LITTLE => {
            findings.wrong("disk", &format!("{} % free; free some space", room.percent()));
        }
        Some(room) => {
            findings.good("disk", &format!("{} MB free ({} %)", room.free >> 20, room.percent()));
        }
        None => findings.good("disk", "the system does not tell how much is free"),
    }
}

/// Whether others on this machine can come at the data. A closed folder closes what is in it.
fn private(findings: &mut Findings, folder: &Path) {
    let Ok(about) = folder.metadata() else { return };
    let open = about.permissions().mode() & 0o077;
    let shown = folder.display();
    if open == 0 {
        findings.good("private", &format!("{shown} is closed to other users of this machine"));
    } else {
        findings.wrong(
            "private",
            &format!(
                "other users of this machine can look into {shown}; close it: chmod -R go= {shown}"
            ),
        );
    }
}

fn files(findings: &mut Findings) {
    let named = std::env::var_os("RAPPORT_SITE").map(Into::into);
    match site::folder(named) {
        None => findings.wrong(
            "site",
            "the files for browsers are not found; name their folder with RAPPORT_SITE",
        ),
        Some(folder) => match site::names(&folder) {
            Ok(_) => findings.good("site", &folder.display().to_string()),
            Err(complaint) => findings.wrong("site", &complaint.to_string()),
        },
    }
}

async fn database(findings: &mut Findings, place: &Place) {
    if !place.is_there() {
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
    let looked = async {
        look(findings, &opened, &place.audit_key_file()).await?;
        keys(findings, place, &opened.db).await
    };
    if let Err(error) = looked.await {
        findings.wrong("database", &Complaint::from(error).to_string());
    }
    opened.close().await;
}

/// Whether the keys of second steps can be opened by the key file beside the database.
async fn keys(findings: &mut Findings, place: &Place, db: &Db) -> Result<(), StoreError> {
    let Steps { applied, known } = db.steps().await?;
    if applied != known {
        return Ok(());
    }
    let caller = Caller::system(clock::now(), Origin::CommandLine);
    let sealed = db.sealed_keys(&caller).await?;
    let vault = Vault::of(&place.data);
    let lost = sealed.iter().filter(|(user, key)| vault.open(*user, key).is_err()).count();
    if lost > 0 {
        findings.wrong(
            "second step",
            &format!(
                "the codes of {lost} users cannot be checked: {KEY_FILE} in {} is missing or another one. \
                 Put it back from a backup; until then recovery codes work, and an administrator can take the second step off",
                place.data.display()
            ),
        );
    } else if !sealed.is_empty() {
        findings.good("second step", &format!("the keys of {} users can be opened", sealed.len()));
    }
    Ok(())
}

async fn look(findings: &mut Findings, opened: &Opened, key_file: &Path) -> Result<(), StoreError> {
    let db = &opened.db;
    let Steps { applied, known } = db.steps().await?;
    if applied == 0 {
        findings.wrong("database", "it was never used; `rapport migrate` prepares it");
        return Ok(());
    }
    let health = db.health().await?;
    let about =
        format!("{} {}, {} MB, step {applied}", health.engine, health.version, health.bytes >> 20);
    findings.good("database", &about);
    match applied.cmp(&known) {
        Ordering::Equal => {}
        Ordering::Less => findings.wrong(
            "schema",
            &format!("this release needs step {known}; `rapport serve` and `rapport migrate` bring it there"),
        ),
        Ordering::Greater => findings.wrong(
            "schema",
            &format!("a newer release was here, this one knows step {known} at most; start that release"),
        ),
    }
    if applied == known {
        audit(findings, opened, key_file).await?;
    }
    if !health.writable {
        findings.wrong("database", "it cannot be written to; look at rights and disk");
    }
    if health.log_bytes > Health::LOG_MAX {
        findings.wrong(
            "database",
            &format!(
                "its write-ahead log has {} MB: something reads without an end; restart the server",
                health.log_bytes >> 20
            ),
        );
    }
    Ok(())
}

/// The key of the audit log, and what was found when the log was looked at last.
async fn audit(
    findings: &mut Findings,
    opened: &Opened,
    key_file: &Path,
) -> Result<(), StoreError> {
    let shown = key_file.display();
    match opened.check_audit_key().await {
        Err(complaint) => {
            findings.wrong("audit key", &complaint.to_string());
            return Ok(());
        }
        Ok(None) => findings.good("audit key", "no line is sealed yet"),
        Ok(Some(())) => {
            let open = key_file.metadata().map_or(0, |about| about.permissions().mode() & 0o077);
            if open == 0 {
                findings.good("audit key", &format!("{shown} is the one of this database"));
            } else {
                findings.wrong(
                    "audit key",
                    &format!("others on this machine can read it; close it: chmod 600 {shown}"),
                );
            }
        }
    }
    let caller = Caller::system(clock::now(), Origin::CommandLine);
    let state = opened.db.audit_state(&caller).await?;
    match state.fault {
        Some(fault) => findings.wrong("audit log", &audit_command::sentence(fault)),
        None if state.at.is_set() => {
            findings.good("audit log", &format!("was found to hold up to line {}", state.to));
        }
        None => findings.good("audit log", "was not verified yet; the server does so every hour"),
    }
    Ok(())
}
