//! Where data lives: the folder or the database server a command works on, opened with the guards
//! of operation: no network file systems under SQLite, no two processes on one folder.

use crate::{clock, complaint::Complaint, disk};
use clap::Args;
use domain::policy::{Caller, House, Origin};
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};
use store::{AuditKey, Db, Steps};

/// Where data lives.
#[derive(Clone, Debug, Args)]
pub struct Place {
    /// Folder of the SQLite database and of uploaded files
    #[arg(long, value_name = "DIR", env = "RAPPORT_DATA", default_value = "data")]
    pub data: PathBuf,
    /// Use a PostgreSQL server (15 or later) instead of SQLite: `postgres://user:password@host/database`
    ///
    /// Better given as RAPPORT_DATABASE, because other users of this machine can read command lines.
    /// --data then holds uploaded files only.
    #[arg(long, value_name = "URL", env = "RAPPORT_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// File with the key that seals the audit log; `audit.key` in the --data folder unless it is given
    ///
    /// Made at the first start. Several servers on one database share one. Keep a copy apart from the
    /// backups of the database: without it the audit log can be neither continued nor verified.
    #[arg(long, value_name = "FILE", env = "RAPPORT_AUDIT_KEY")]
    pub audit_key: Option<PathBuf>,
}

/// An open database, and the lock that keeps other processes from its folder.
pub struct Opened {
    /// The database.
    pub db: Db,
    /// Held until the end; the system lets go of it even when the process is killed.
    _lock: Option<File>,
    /// Where the key of the audit log is.
    key_file: PathBuf,
    /// A key that stands in no file yet.
    new_key: Option<[u8; 32]>,
}

impl Opened {
    /// Closes the database in order.
    pub async fn close(self) {
        self.db.close().await;
    }

    async fn bring_up_to_date(&self) -> Result<(), Complaint> {
        self.db.migrate().await?;
        self.renew().await
    }

    /// What a new release does once to what is stored, before anybody is served.
    async fn renew(&self) -> Result<(), Complaint> {
        self.settle_audit_key().await?;
        self.seal_found_lines().await?;
        self.renew_keys().await
    }

    /// Whether the key in the file, if there is one, is the one the audit log was sealed with; nothing before the
    /// first line.
    ///
    /// # Errors
    /// With a sentence for the terminal when it is missing or another one.
    pub async fn check_audit_key(&self) -> Result<Option<()>, Complaint> {
        let file = self.key_file.display();
        match (self.db.audit_key_fits().await?, self.new_key) {
            (Some(_), Some(_)) => Err(Complaint::new(format!(
                "the key of the audit log, {file}, is missing. Put it back from where you keep it, or name it with \
                 --audit-key: without it the log can be neither continued nor verified"
            ))),
            (Some(false), None) => Err(Complaint::new(format!(
                "the key in {file} is not the one that the audit log of this database was sealed with. Put the right \
                 one there, or name it with --audit-key"
            ))),
            (Some(true), None) => Ok(Some(())),
            (None, _) => Ok(None),
        }
    }

    /// Keeps a new key, before the first line is sealed with it.
    async fn settle_audit_key(&self) -> Result<(), Complaint> {
        let begun = self.check_audit_key().await?;
        let (None, Some(bytes)) = (begun, self.new_key) else { return Ok(()) };
        let kept = self.key_file.parent().map_or(Ok(()), store::private_folder);
        kept.and_then(|()| AuditKey::keep(&self.key_file, &bytes)).map_err(|cause| {
            Complaint::new(format!(
                "cannot keep the key of the audit log in {}: {cause}. Check that this user may write there, and start again",
                self.key_file.display()
            ))
        })
    }

    /// Takes the lines that releases before the chain wrote into it.
    async fn seal_found_lines(&self) -> Result<(), Complaint> {
        /// Lines between two lines on the terminal.
        const STEP: u64 = 100_000;
        let caller = Caller::system(clock::now(), Origin::CommandLine);
        let mut next = STEP;
        let told = |done: u64| {
            if done >= next {
                next = done + STEP;
                eprintln!("{done} lines of the audit log are sealed");
            }
        };
        Ok(self.db.seal_found_lines(&caller, told).await?)
    }

    /// Works out anew what records are found and sorted by, when this release does it in another way.
    async fn renew_keys(&self) -> Result<(), Complaint> {
        /// Records between two lines on the terminal.
        const STEP: u64 = 10_000;
        let caller = Caller::system(clock::now(), Origin::CommandLine);
        let mut next = STEP;
        let told = |done: u64| {
            // Pieces need not end at a whole step: the last of the customers seldom does.
            if done >= next {
                next = done + STEP;
                eprintln!("names and search of {done} records are up to date for this release");
            }
        };
        Ok(self.db.renew_keys(&caller, told).await?)
    }

    /// The administrator at the terminal, who reads typed values as the organisation does.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn administrator(&self) -> Result<Caller, Complaint> {
        let mut caller = Caller::system(clock::now(), Origin::CommandLine);
        let organisation = self.db.organisation(&caller).await?;
        caller.house = House::from(&organisation);
        caller.lang = organisation.lang;
        Ok(caller)
    }
}

impl Place {
    /// Opens the database beside whatever else is running, and brings it up to date.
    ///
    /// # Errors
    /// With a sentence for the terminal.
    pub async fn open(&self) -> Result<Opened, Complaint> {
        let opened = self.open_as_it_is().await?;
        opened.bring_up_to_date().await?;
        Ok(opened)
    }

    /// As [`Self::open`], but refuses while another process works on the same folder.
    ///
    /// # Errors
    /// With a sentence for the terminal.
    pub async fn open_alone(&self) -> Result<Opened, Complaint> {
        let opened = self.open_alone_as_it_is().await?;
        opened.bring_up_to_date().await?;
        Ok(opened)
    }

    /// As [`Self::open_alone`], without bringing it up to date: it has to be already.
    ///
    /// # Errors
    /// With a sentence for the terminal.
    pub async fn open_alone_up_to_date(&self) -> Result<Opened, Complaint> {
        let opened = self.open_alone_as_it_is().await?;
        let Steps { applied, known } = opened.db.steps().await?;
        if applied > known {
            return Err(store::OpenError::Newer.into());
        }
        if applied < known {
            return Err(Complaint::new(format!(
                "{} is at step {applied}, this release needs step {known}. Run `rapport migrate` first, as a role that may change tables",
                self.shown()
            )));
        }
        opened.renew().await?;
        Ok(opened)
    }

    /// As [`Self::open`], but makes no database where there is none.
    ///
    /// # Errors
    /// With a sentence for the terminal.
    pub async fn open_existing(&self) -> Result<Opened, Complaint> {
        if !self.is_there() {
            return Err(Complaint::new(format!(
                "there is no database in the folder {}. Name the folder of your installation with --data, \
                 or start a new one: `rapport serve`, or `rapport migrate`",
                self.data.display()
            )));
        }
        self.open().await
    }

    /// Whether there is a database, as far as it can be known without asking a server.
    pub fn is_there(&self) -> bool {
        self.database.is_some() || self.data.join("rapport.db").is_file()
    }

    async fn open_alone_as_it_is(&self) -> Result<Opened, Complaint> {
        if self.database.is_some() {
            return self.open_as_it_is().await;
        }
        let lock = lock(&self.data)?;
        let mut opened = self.open_as_it_is().await?;
        opened._lock = Some(lock);
        Ok(opened)
    }

    /// Opens the database without bringing it up to date.
    ///
    /// # Errors
    /// With a sentence for the terminal.
    pub async fn open_as_it_is(&self) -> Result<Opened, Complaint> {
        let key_file = self.audit_key_file();
        let found = AuditKey::in_file(&key_file).map_err(|cause| {
            Complaint::new(format!(
                "cannot read the key of the audit log in {}: {cause}",
                key_file.display()
            ))
        })?;
        let (key, new_key) = match found {
            Some(key) => (key, None),
            None => {
                let (key, bytes) = AuditKey::random()?;
                (key, Some(bytes))
            }
        };
        let db = match &self.database {
            Some(address) => Db::open_address(address, key).await?,
            None => {
                refuse_network_folder(&self.data)?;
                Db::open_folder(&self.data, key).await?
            }
        };
        Ok(Opened { db, _lock: None, key_file, new_key })
    }

    /// The file with the key of the audit log.
    pub fn audit_key_file(&self) -> PathBuf {
        self.audit_key.clone().unwrap_or_else(|| self.data.join("audit.key"))
    }

    /// The place as the administrator gave it, without a password.
    pub fn shown(&self) -> String {
        match &self.database {
            None => self.data.display().to_string(),
            Some(address) => {
                let rest = address.split_once("://").map_or(&**address, |(_, rest)| rest);
                let server = rest.rsplit_once('@').map_or(rest, |(_, server)| server);
                let server = server.split('?').next().unwrap_or_default();
                format!("postgres://{server}")
            }
        }
    }
}

/// Takes the folder for this process.
fn lock(folder: &Path) -> Result<File, Complaint> {
    let problem = |cause: &std::io::Error| {
        Complaint::new(format!(
            "cannot use the folder {}: {cause}. Check that it exists or can be made, and that this user may write to it",
            folder.display()
        ))
    };
    store::private_folder(folder).map_err(|cause| problem(&cause))?;
    refuse_network_folder(folder)?;
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("rapport.lock"))
        .map_err(|cause| problem(&cause))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Complaint::new(format!(
            "another Rapport works on the folder {}. Stop it first, or give another --data folder",
            folder.display()
        ))),
        Err(TryLockError::Error(cause)) => Err(problem(&cause)),
    }
}

fn refuse_network_folder(folder: &Path) -> Result<(), Complaint> {
    match disk::network_file_system(folder) {
        Some(kind) => Err(Complaint::new(format!(
            "the folder {} is on a network file system ({kind}), where SQLite can lose data. \
             Use a folder on a disk of this machine, or PostgreSQL with --database",
            folder.display()
        ))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_address_has_no_password() {
        let shown = |address: &str| {
            let data = PathBuf::from("data");
            Place { data, database: Some(address.to_owned()), audit_key: None }.shown()
        };
        assert_eq!(
            shown("postgres://me:p@ss:w0rd@db.example:5432/crm"),
            "postgres://db.example:5432/crm"
        );
        assert_eq!(shown("postgres://db/crm?password=secret"), "postgres://db/crm");
    }

    #[test]
    fn a_folder_is_for_one_process() {
        let folder = tempfile::tempdir().unwrap();
        let first = lock(folder.path()).unwrap();
        let second = lock(folder.path()).unwrap_err().to_string();
        assert!(second.contains("another Rapport"), "{second}");
        drop(first);
        lock(folder.path()).unwrap();
    }
}
