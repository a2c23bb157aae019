//! `rapport serve`: puts the process together, runs it, and ends it in order.

use crate::{
    clock,
    complaint::Complaint,
    disk,
    events::Streams,
    hosts::{Hosts, PublicUrl},
    identity::Identity,
    inventory::Inventory,
    jobs, listener,
    password::Argon,
    place::{Opened, Place},
    process::{Process, Shared, screens_at_once},
    provider::Providers,
    rates::Rates,
    router::router,
    session::Secret,
    site, telemetry,
    vault::Vault,
    watch::Watch,
    zone::{self, Zones},
};
use app::{
    boot::SiteFiles,
    ssr::{DiskRoom, Installation, PasswordHasher, Services},
};
use clap::Args;
use ipnet::IpNet;
use std::{
    io::Write,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long work under way may take to end. With [`CLOSE`] and what the runtime takes it stays
/// below the 30 seconds after which service managers kill.
const DRAIN: Duration = Duration::from_secs(25);
/// How long the database may take to close.
const CLOSE: Duration = Duration::from_secs(3);

/// What `rapport serve` takes.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    place: Place,
    /// Address or name, and port, to answer on; 0.0.0.0:7300 answers the whole network
    #[arg(long, value_name = "ADDR", env = "RAPPORT_LISTEN", default_value = "127.0.0.1:7300", value_parser = listen)]
    listen: String,
    /// Folder with the built files for browsers; found by itself beside the program
    #[arg(long, value_name = "DIR", env = "RAPPORT_SITE")]
    site: Option<PathBuf>,
    /// Where browsers find this server, for instance `https://crm.example.com`; repeat for more names
    ///
    /// Names given here are the only ones the server answers to, besides localhost and addresses of
    /// private networks. With https the session cookie is sent over encrypted connections only.
    #[arg(long, value_name = "URL", env = "RAPPORT_PUBLIC_URL", value_delimiter = ',')]
    public_url: Vec<PublicUrl>,
    /// Proxy whose X-Forwarded-For and X-Forwarded-Proto are believed, for instance 127.0.0.1; repeat for more
    ///
    /// Name the proxies and nothing else: whoever has an address given here can claim any other
    /// address, and so gets around every limit on tries and calls.
    #[arg(long, value_name = "CIDR", env = "RAPPORT_TRUSTED_PROXY", value_delimiter = ',', value_parser = network)]
    trusted_proxy: Vec<IpNet>,
    /// File to which an anchor of the audit log is added every hour; best on another machine or disk
    ///
    /// An anchor says where the log ended; `rapport audit verify --anchor FILE` then finds what was cut off.
    #[arg(long, value_name = "FILE", env = "RAPPORT_AUDIT_ANCHOR")]
    audit_anchor: Option<PathBuf>,
    /// How log lines look on standard error
    #[arg(long, value_enum, env = "RAPPORT_LOG_FORMAT", default_value = "text")]
    pub log: telemetry::Format,
    /// Do not bring the database up to date; for a database role that may not change tables
    #[arg(long)]
    no_migrate: bool,
    /// Count no calls; for measuring only
    #[arg(long, hide = true)]
    no_rate_limits: bool,
    /// Cap connections from this machine as those from others; for testing only
    #[arg(long, hide = true)]
    limit_loopback: bool,
}

/// A network, or one address.
fn network(raw: &str) -> Result<IpNet, String> {
    raw.parse::<IpNet>()
        .or_else(|_| raw.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "it looks like 127.0.0.1 or 10.1.2.0/30".to_owned())
}

/// Whether a network is wider than a few proxies need: more than 256 addresses.
fn is_wide(net: &IpNet) -> bool {
    net.max_prefix_len() - net.prefix_len() > 8
}

/// A host and a port. The host is looked up when the server starts.
fn listen(raw: &str) -> Result<String, String> {
    let wrong = || "it looks like 127.0.0.1:7300, [::1]:7300 or localhost:7300".to_owned();
    let (host, port) = raw.rsplit_once(':').ok_or_else(wrong)?;
    let bare = host.is_empty() || (host.contains(':') && !host.ends_with(']'));
    if bare || port.parse::<u16>().is_err() { Err(wrong()) } else { Ok(raw.to_owned()) }
}

/// Serves until told to stop.
///
/// # Errors
/// With a sentence for the terminal.
pub async fn run(options: Options) -> Result<ExitCode, Complaint> {
    let mut signals = Signals::listen()?;
    let opened = if options.no_migrate {
        options.place.open_alone_up_to_date().await?
    } else {
        options.place.open_alone().await?
    };
    let process = Arc::new(assemble(&options, &opened)?);
    let listener = TcpListener::bind(&options.listen).await.map_err(|error| {
        Complaint::new(format!(
            "cannot answer on {}: {error}. Stop what answers there, or choose another address with --listen",
            options.listen
        ))
    })?;
    let address = listener.local_addr()?;
    announce(&process, address).await?;
    let worker = process.work.spawn(jobs::work(process.clone()));
    process.work.spawn(follow(process.clone()));
    let mut accepting = tokio::spawn(listener::accept(
        listener,
        router(&process),
        process.clone(),
        options.limit_loopback,
    ));
    tokio::select! {
        () = signals.next() => {}
        ended = &mut accepting => {
            return Err(Complaint::new(format!("the server ended by itself: {ended:?}")));
        }
    }
    tracing::info!("stopping: work under way is finished first");
    process.ready.store(false, Ordering::Relaxed);
    process.stopping.cancel();
    let drained = tokio::time::timeout(DRAIN, async {
        if let Ok(connections) = accepting.await {
            connections.wait().await;
        }
        process.work.close();
        process.work.wait().await;
    });
    tokio::select! {
        biased;
        drained = drained => if drained.is_err() {
            tracing::warn!("stopped before all work was finished");
            worker.abort();
        },
        () = signals.next() => {
            tracing::warn!("told twice: stopped at once");
            return Ok(ExitCode::FAILURE);
        }
    }
    // Work that was given up may still hold a connection.
    if tokio::time::timeout(CLOSE, opened.close()).await.is_err() {
        tracing::warn!("the database was not closed in order; the next start looks after it");
    }
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Has open browsers told of changes until the process stops.
async fn follow(process: Shared) {
    tokio::select! {
        () = process.services.db.follow() => {}
        () = process.stopping.cancelled() => {}
    }
}

fn assemble(options: &Options, opened: &Opened) -> Result<Process, Complaint> {
    let watch = Watch::of_environment().filter(|_| options.site.is_none());
    let site = match &watch {
        Some(watch) => Some(watch.site.clone()),
        None => site::folder(options.site.clone()),
    };
    let files = match (&watch, &site) {
        (Some(watch), _) => watch.files.clone(),
        (None, Some(folder)) => site::names(folder)?,
        (None, None) => {
            tracing::warn!(
                "the files for browsers were not found: pages will look bare. Name their folder with --site"
            );
            SiteFiles::default()
        }
    };
    for net in options.trusted_proxy.iter().filter(|net| is_wide(net)) {
        tracing::warn!(%net, "every address of this network is believed as a proxy; name the proxies alone");
    }
    let zones = Zones::default();
    let folder = options.place.data.clone();
    let program = std::env::current_exe()
        .map_err(|error| Complaint::new(format!("cannot find this very program: {error}")))?;
    let uploads = options.place.data.join("uploads");
    store::private_folder(&uploads).map_err(|error| {
        Complaint::new(format!(
            "cannot make the folder {}: {error}. Check that this user may write to it",
            uploads.display()
        ))
    })?;
    let passwords: Arc<dyn PasswordHasher> = Arc::new(Argon::default());
    let vault = Arc::new(Vault::of(&options.place.data));
    let providers = Arc::new(Providers::new(vault.clone()));
    let identity =
        Identity { db: opened.db.clone(), passwords: passwords.clone(), vault: vault.clone() };
    let services = Services {
        db: opened.db.clone(),
        house: Arc::default(),
        uploads,
        program,
        zone: Arc::new(move |name| zones.around(name, clock::now())),
        wake: Arc::default(),
        files: Arc::new(files),
        installation: Arc::new(Installation {
            version: env!("CARGO_PKG_VERSION"),
            started_at: clock::now(),
            data: options.place.shown(),
            https: options.public_url.first().is_some_and(PublicUrl::is_https),
        }),
        passwords,
        identity: Arc::new(identity),
        provider: providers.clone(),
        room: Arc::new(move || {
            disk::room(&folder).map(|room| DiskRoom { free: room.free, total: room.total })
        }),
        zone_names: Arc::new(zone::names),
    };
    Ok(Process {
        services,
        vault,
        providers,
        hosts: Hosts::new(options.public_url.clone()),
        proxies: options.trusted_proxy.clone(),
        rates: (!options.no_rate_limits).then(Rates::default),
        inventory: Inventory::new(server_fn::axum::server_fn_paths()),
        site,
        reload_port: watch.map(|watch| watch.port),
        audit_anchor: options.audit_anchor.clone(),
        data: options.place.data.clone(),
        work: TaskTracker::new(),
        screens_at_once: Semaphore::new(screens_at_once()),
        streams: Streams::default(),
        stopping: CancellationToken::new(),
        ready: AtomicBool::new(true),
        panics: AtomicU64::new(0),
    })
}

/// Tells the terminal where the server is and, before the first user, how to set it up.
async fn announce(process: &Shared, address: SocketAddr) -> Result<(), Complaint> {
    let base = match process.hosts.first() {
        Some(public) => public.to_string(),
        None if address.ip().is_unspecified() => format!("http://localhost:{}", address.port()),
        None => format!("http://{address}"),
    };
    tracing::info!(%address, "listening");
    let mut out = std::io::stdout();
    writeln!(out, "Rapport {} answers on {base}/", process.services.installation.version)?;
    let secret = Secret::new().ok_or_else(|| Complaint::new("the system gives no randomness"))?;
    if process.services.db.arm_setup(&process.itself(), &secret.hash_text()).await? {
        writeln!(out, "Set it up: {base}/setup?token={}", secret.text())?;
    }
    out.flush()?;
    Ok(())
}

/// The two signals that ask the process to stop. Heard from the start on, so that none is missed.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> Result<Self, Complaint> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// A process without a network, for the tests of its layers.
#[cfg(test)]
pub async fn process_for_tests(folder: &std::path::Path) -> Shared {
    use clap::Parser;
    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }
    let folder = folder.to_str().unwrap();
    let line = Line::parse_from(["test", "--data", folder]);
    let opened = line.options.place.open().await.unwrap();
    Arc::new(assemble(&line.options, &opened).unwrap())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_to_answer_is_a_host_and_a_port() {
        for good in ["127.0.0.1:7300", "[::1]:7300", "localhost:7300", "0.0.0.0:0"] {
            assert_eq!(listen(good), Ok(good.to_owned()));
        }
        for wrong in ["", ":7300", "7300", "localhost", "localhost:", "::1:7300", "a:70000", "a:b"]
        {
            assert!(listen(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_few_proxies_are_no_whole_network() {
        let wide = |net: &str| is_wide(&network(net).unwrap());
        assert!(!wide("127.0.0.1") && !wide("10.1.2.0/24") && !wide("::1"));
        assert!(wide("10.0.0.0/8") && wide("0.0.0.0/0") && wide("fd00::/64"));
    }
}
