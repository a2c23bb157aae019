//! The figures of a flood: kept beside the databases, and shown as a section of the page of figures.

use super::verdict::Verdict;
use crate::{Fault, report::thousands, times::Times};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

/// What pages of staff are to stay below meanwhile (milliseconds, 95 of a hundred).
const STAFF_MS: f64 = 500.0;

/// One kind of attack.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OfAttack {
    /// What it was.
    pub name: String,
    /// Whether it may wait to be looked at.
    pub may_wait: bool,
    /// How many there were.
    pub sent: u64,
    /// What came back, and how often.
    pub answers: BTreeMap<String, u64>,
    /// How many wait.
    pub waiting: u64,
}

/// What was found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figures {
    /// `SQLite` or `PostgreSQL`.
    pub engine: String,
    /// What it ran on.
    pub machine: String,
    /// Customers of the house.
    pub customers: u64,
    /// Open surveys.
    pub surveys: u64,
    /// For how long.
    pub seconds: u64,
    /// Requests a second that were planned.
    pub rate: u64,
    /// Requests that were sent.
    pub requests: u64,
    /// Most by which one was sent later than planned, milliseconds.
    pub late_ms: f64,
    /// Answers of people that were sent, those sent twice counted twice.
    pub answers_sent: u64,
    /// Answers of people that came with thanks.
    pub answers_thanked: u64,
    /// What people got instead of a page or thanks, and how often.
    pub refusals: BTreeMap<String, u64>,
    /// How it ended for people.
    pub verdict: Verdict,
    /// How it ended for the others.
    pub attacks: Vec<OfAttack>,
    /// How long the page of a survey took.
    pub pages: Times,
    /// How long an answer took.
    pub answers: Times,
    /// How long pages of staff took.
    pub staff: Times,
    /// Pages of staff that were not right.
    pub staff_errors: u64,
    /// The first complaint about one.
    pub staff_complaint: String,
    /// Processor time of the server, seconds.
    pub cpu_seconds: f64,
    /// The same of PostgreSQL.
    pub database_cpu_seconds: f64,
    /// Most resident memory of the server.
    pub peak_memory_kb: u64,
}

impl Figures {
    /// Keeps them.
    ///
    /// # Errors
    /// When the disk does not.
    pub fn keep(&self, folder: &Path) -> Result<(), Fault> {
        let name = format!("flood-{}.json", self.engine.to_lowercase());
        std::fs::write(folder.join(name), serde_json::to_vec_pretty(self)?)?;
        Ok(())
    }

    /// All that are kept, SQLite first.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn all(folder: &Path) -> Result<Vec<Self>, Fault> {
        let files = ["sqlite", "postgresql"].map(|name| folder.join(format!("flood-{name}.json")));
        let kept = files.iter().filter(|file| file.exists());
        kept.map(|file| Ok(serde_json::from_slice(&std::fs::read(file)?)?)).collect()
    }

    /// As a section of the page.
    pub fn table(&self) -> String {
        let parts = [self.head(), self.people(), self.hostile(), self.times()];
        format!("{}\n", parts.join("\n"))
    }

    fn head(&self) -> String {
        format!(
            "## Surveys under attack, {}\n\n{}.\n\n\
             {} requests a second to the open pages of {} surveys for {} s, whether answered or not, one in five hostile; a house \
             with {} customers. The server counts calls as it is delivered: this program stands in for the proxy that it trusts, \
             and everybody who sends something has an address of their own. {} requests were sent, the latest {:.0} ms after \
             its time.\n",
            self.engine,
            self.machine,
            self.rate,
            self.surveys,
            self.seconds,
            thousands(self.customers),
            thousands(self.requests),
            self.late_ms,
        )
    }

    fn people(&self) -> String {
        let verdict = &self.verdict;
        let rows = [
            ("people who answered", verdict.people),
            ("their answers that were sent, double taps counted twice", self.answers_sent),
            ("of these with thanks", self.answers_thanked),
            ("people who were thanked", verdict.thanked),
            ("stored once, as sent", verdict.once),
            ("stored once, the thanks got lost", verdict.unthanked),
            ("missing", verdict.missing),
            ("stored more than once", verdict.doubled),
            ("stored otherwise than sent", verdict.changed),
            ("made to wait", verdict.held),
            ("neither thanked nor stored", verdict.refused),
        ];
        let mut out = String::from("| People | |\n| --- | --- |\n");
        for (name, count) in rows {
            out.push_str(&format!("| {name} | {} |\n", thousands(count)));
        }
        if !self.refusals.is_empty() {
            out.push_str(&format!("| got something else | {} |\n", counted(&self.refusals)));
        }
        out
    }

    fn hostile(&self) -> String {
        let mut out = String::from(
            "| Hostile | Sent | Answered with | To be | Waiting in the store |\n| --- | --- | --- | --- | --- |\n",
        );
        for of in &self.attacks {
            let due = if of.may_wait { "waiting" } else { "refused" };
            let answers = counted(&of.answers);
            out.push_str(&format!(
                "| {} | {} | {answers} | {due} | {} |\n",
                of.name, of.sent, of.waiting
            ));
        }
        out.push_str(&format!(
            "\nHostile answers that count: {}; kept although to be refused: {}.\n",
            self.verdict.hostile_counts, self.verdict.hostile_kept
        ));
        out
    }

    fn times(&self) -> String {
        let mut out = String::from(
            "| Time | Number | p50 | p95 | p99 | p95 to reach |\n| --- | --- | --- | --- | --- | --- |\n",
        );
        let above = if self.staff.p95_ms > STAFF_MS { " (above)" } else { "" };
        let target = format!("{STAFF_MS:.0} ms{above}");
        let errors = match self.staff_errors {
            0 => String::new(),
            errors => format!(" ({errors} errors: {})", self.staff_complaint),
        };
        for (name, times, target) in [
            (format!("pages of staff{errors}"), self.staff, target.as_str()),
            ("page of a survey".to_owned(), self.pages, "-"),
            ("answer".to_owned(), self.answers, "-"),
        ] {
            out.push_str(&format!(
                "| {name} | {} | {:.1} ms | {:.1} ms | {:.1} ms | {target} |\n",
                thousands(times.count),
                times.p50_ms,
                times.p95_ms,
                times.p99_ms,
            ));
        }
        out.push_str(&format!(
            "\nThe server took {:.1} s of processor time, PostgreSQL {:.1} s; memory, most there was: {} MiB.\n",
            self.cpu_seconds,
            self.database_cpu_seconds,
            self.peak_memory_kb / 1_024,
        ));
        out
    }
}

/// What there was and how often.
fn counted(all: &BTreeMap<String, u64>) -> String {
    let parts: Vec<String> = all.iter().map(|(what, count)| format!("{what} x {count}")).collect();
    parts.join(", ")
}
