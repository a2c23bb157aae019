//! What a run found, kept beside the databases, so that the page can show several runs together.

use crate::{Fault, load::Figure, reads::Read};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// One database measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Run {
    /// `SQLite` or `PostgreSQL`.
    pub engine: String,
    /// Customers in it.
    pub customers: u64,
    /// Work over HTTP.
    pub figures: Vec<Figure>,
    /// A bare axum in the same run.
    pub hello: Vec<Figure>,
    /// Reads of the store without a server around them.
    pub reads: Vec<Read>,
    /// Milliseconds from start to first answer.
    pub start_ms: f64,
    /// Resident memory after the start.
    pub memory_at_start_kb: u64,
    /// Resident memory after all the work.
    pub memory_after_kb: u64,
    /// Most there was in between.
    pub peak_memory_kb: u64,
    /// Seconds it took to invent the customers; nothing when they were there already.
    pub fill_seconds: Option<f64>,
    /// The import of a file.
    pub import: Option<Import>,
    /// Hits of the search with 800 to 1700 hits.
    pub common_hits: i64,
    /// Hits of the search with very many.
    pub frequent_hits: i64,
    /// What it ran on.
    pub machine: String,
}

/// An import measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Import {
    /// Rows of the file.
    pub rows: u64,
    /// Seconds on the clock.
    pub seconds: f64,
    /// Seconds of the processor, the program's own.
    pub cpu_seconds: f64,
}

impl Run {
    /// Keeps it.
    ///
    /// # Errors
    /// When the disk does not.
    pub fn keep(&self, folder: &Path) -> Result<(), Fault> {
        std::fs::create_dir_all(folder)?;
        let name = format!("result-{}-{:08}.json", self.engine.to_lowercase(), self.customers);
        std::fs::write(folder.join(name), serde_json::to_vec_pretty(self)?)?;
        Ok(())
    }

    /// All runs kept, SQLite first, fewer customers first.
    ///
    /// # Errors
    /// When there is none, or one cannot be read.
    pub fn all(folder: &Path) -> Result<Vec<Self>, Fault> {
        let mut all: Vec<Self> = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            if name.is_some_and(|name| name.starts_with("result-") && name.ends_with(".json")) {
                all.push(serde_json::from_slice(&std::fs::read(path)?)?);
            }
        }
        if all.is_empty() {
            return Err("no figures are kept; measure first".into());
        }
        all.sort_by(|a, b| b.engine.cmp(&a.engine).then(a.customers.cmp(&b.customers)));
        Ok(all)
    }

    /// The figure of some work at some number of connections.
    pub fn figure(&self, work: &str, connections: usize) -> Option<&Figure> {
        self.figures.iter().find(|f| f.work == work && f.connections == connections)
    }
}

/// Processor and number of cores.
pub fn machine() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map(|line| line.trim_start_matches([' ', '\t', ':']).to_owned())
        .unwrap_or_else(|| "unknown processor".to_owned());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("{model}, {cores} cores")
}
