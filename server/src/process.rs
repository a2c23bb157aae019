//! What the whole process shares, made once at the start.

use crate::{
    clock, events::Streams, hosts::Hosts, inventory::Inventory, provider::Providers, rates::Rates,
    vault::Vault,
};
use app::ssr::Services;
use domain::policy::{Caller, Origin};
use ipnet::IpNet;
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64},
    },
    thread::available_parallelism,
};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Screens that are made at the same time: four for each core. Each takes memory while it is made and none is ready
/// sooner when more are begun than processor and database can work on; the others wait their turn.
pub fn screens_at_once() -> usize {
    4 * available_parallelism().map_or(1, usize::from)
}

/// Shared by listener, layers, routes and jobs.
pub struct Process {
    /// What screens are given.
    pub services: Services,
    /// Seals the keys of code generators.
    pub vault: Arc<Vault>,
    /// Asks the system that signs people in.
    pub providers: Arc<Providers>,
    /// Names this server answers to.
    pub hosts: Hosts,
    /// Proxies whose word about the browser counts.
    pub proxies: Vec<IpNet>,
    /// Counters of calls; none while measuring.
    pub rates: Option<Rates>,
    /// Every way in.
    pub inventory: Inventory,
    /// Folder with the files of the site, if there is one.
    pub site: Option<PathBuf>,
    /// Port at which pages hear that they changed, under `cargo leptos watch`.
    pub reload_port: Option<u16>,
    /// File that anchors of the audit log are written to.
    pub audit_anchor: Option<PathBuf>,
    /// Folder whose disk is watched.
    pub data: PathBuf,
    /// Work under way: requests go on here when their browser is gone.
    pub work: TaskTracker,
    /// Set when the process is to end.
    pub stopping: CancellationToken,
    /// Streams by which browsers hear of changes.
    pub streams: Streams,
    /// Places for screens that are being made.
    pub screens_at_once: Semaphore,
    /// Whether new work is welcome.
    pub ready: AtomicBool,
    /// Panics caught since the start.
    pub panics: AtomicU64,
}

/// The process, shared.
pub type Shared = Arc<Process>;

impl Process {
    /// The installation acting by itself, now.
    pub fn itself(&self) -> Caller {
        Caller::system(clock::now(), Origin::System)
    }
}
