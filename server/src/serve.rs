//! `rapport serve`: puts the process together, runs it, and ends it in order.

use crate::{
    clock,
    complaint::Complaint,
    disk,
    hosts::{Hosts, PublicUrl},
    inventory::Inventory,
    jobs, listener,
    password::Argon,
    place::{Opened, Place},
    process::{Process, Shared},
    rates::Rates,
    router::router,
    session::Secret,
    site, telemetry,
    zone::{self, Zones},
};
use app::{
    boot::SiteFiles,
    ssr::{DiskRoom, Installation, Services},
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
    signal::unix::{SignalKind, signal},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long work under way may take to end.
const DRAIN: Duration = Duration::from_secs(25);

/// What `rapport serve` takes.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    place: Place,
    /// Address and port to answer on; 0.0.0.0:7300 answers the whole network
    #[arg(long, value_name = "ADDR", env = "RAPPORT_LISTEN", default_value = "127.0.0.1:7300")]
    listen: SocketAddr,
    /// Folder with the built files for browsers; found by itself beside the program
    #[arg(long, value_name = "DIR", env = "RAPPORT_SITE")]
    site: Option<PathBuf>,
    /// Where browsers find this server, for instance `https://crm.example.com`; repeat for more names
    ///
    /// Names given here are the only ones the server answers to, besides localhost and addresses of
    /// private networks. With https the session cookie is sent over encrypted connections only.
    #[arg(long, value_name = "URL", env = "RAPPORT_PUBLIC_URL", value_delimiter = ',')]
    public_url: Vec<PublicUrl>,
    /// Proxy whose X-Forwarded-For and X-Forwarded-Proto are believed, for instance 10.0.0.0/8; repeat for more
    #[arg(long, value_name = "CIDR", env = "RAPPORT_TRUSTED_PROXY", value_delimiter = ',', value_parser = network)]
    trusted_proxy: Vec<IpNet>,
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
        .map_err(|_| "it looks like 10.0.0.0/8 or 127.0.0.1".to_owned())
}

/// Serves until told to stop.
///
/// # Errors
/// With a sentence for the terminal.
pub async fn run(options: Options) -> Result<ExitCode, Complaint> {
    let opened = if options.no_migrate {
        options.place.open_alone_as_it_is().await?
    } else {
        options.place.open_alone().await?
    };
    let process = Arc::new(assemble(&options, &opened)?);
    let listener = TcpListener::bind(options.listen).await.map_err(|error| {
        Complaint::new(format!(
            "cannot answer on {}: {error}. Stop what answers there, or choose another address with --listen",
            options.listen
        ))
    })?;
    let address = listener.local_addr()?;
    announce(&process, address).await?;
    let worker = process.work.spawn(jobs::work(process.clone()));
    let mut accepting = tokio::spawn(listener::accept(
        listener,
        router(&process),
        process.clone(),
        options.limit_loopback,
    ));
    tokio::select! {
        stopped = stop_signal() => stopped?,
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
    if drained.await.is_err() {
        tracing::warn!("stopped before all work was finished");
        worker.abort();
    }
    opened.close().await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

fn assemble(options: &Options, opened: &Opened) -> Result<Process, Complaint> {
    let site = site::folder(options.site.clone());
    let files = match &site {
        Some(folder) => site::names(folder)?,
        None => {
            tracing::warn!(
                "the files for browsers were not found: pages will look bare. Name their folder with --site"
            );
            SiteFiles::default()
        }
    };
    let zones = Zones::default();
    let folder = options.place.data.clone();
    let program = std::env::current_exe()
        .map_err(|error| Complaint::new(format!("cannot find this very program: {error}")))?;
    let uploads = options.place.data.join("uploads");
    std::fs::create_dir_all(&uploads).map_err(|error| {
        Complaint::new(format!(
            "cannot make the folder {}: {error}. Check that this user may write to it",
            uploads.display()
        ))
    })?;
    let services = Services {
        db: opened.db.clone(),
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
        passwords: Arc::new(Argon::default()),
        room: Arc::new(move || {
            disk::room(&folder).map(|room| DiskRoom { free: room.free, total: room.total })
        }),
        zone_names: Arc::new(zone::names),
    };
    Ok(Process {
        services,
        hosts: Hosts::new(options.public_url.clone()),
        proxies: options.trusted_proxy.clone(),
        rates: (!options.no_rate_limits).then(Rates::default),
        inventory: Inventory::new(server_fn::axum::server_fn_paths()),
        site,
        data: options.place.data.clone(),
        work: TaskTracker::new(),
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

async fn stop_signal() -> Result<(), Complaint> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
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
