//! The `rapport` program as its users run it: filling, serving, importing; and what the system
//! says it cost.

use crate::{
    Fault,
    client::{Connection, Request},
    place::Place,
};
use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// Who the measurement signs in as.
pub const EMAIL: &str = "admin@example.com";
/// With this; the databases hold nothing but inventions.
pub const PASSWORD: &str = "measure twice, cut once 7";

/// Milliseconds of one tick of `/proc/*/stat`: Linux counts 100 a second towards programs.
const TICK_MS: f64 = 10.0;

/// The program.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
}

impl Program {
    /// The one given, or the one beside this, brought up to date in the same profile.
    ///
    /// # Errors
    /// When building fails.
    pub fn find(given: Option<PathBuf>) -> Result<Self, Fault> {
        if let Some(path) = given {
            return Ok(Self { path: path.canonicalize()? });
        }
        let beside = std::env::current_exe()?.with_file_name("rapport");
        let folder = beside.parent().and_then(Path::file_name).and_then(|name| name.to_str());
        // The one profile whose folder has another name.
        let profile = folder.map_or("release", |name| if name == "debug" { "dev" } else { name });
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--profile", profile, "-p", "server"])
            .status()
            .map_err(|error| format!("cargo did not start: {error}"))?;
        if !built.success() {
            return Err("rapport could not be built".into());
        }
        Ok(Self { path: beside.canonicalize()? })
    }

    /// The profile it was built with: the name of its folder.
    pub fn profile(&self) -> &str {
        let folder = self.path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
        folder.unwrap_or("unknown")
    }

    fn command(&self, command: &[&str], place: &Place) -> Command {
        let mut run = Command::new(&self.path);
        run.args(command).args(place.arguments()).stdin(Stdio::null());
        run
    }

    /// Invents the customers unless they are there; answers the seconds it took.
    ///
    /// # Errors
    /// When the program fails, or another number of customers is there.
    pub async fn fill(
        &self,
        place: &Place,
        customers: u64,
        out: &mut dyn Write,
    ) -> Result<Option<f64>, Fault> {
        let db = place.open().await?;
        let there = db.any_user().await?;
        db.close().await;
        if there {
            writeln!(out, "already filled: {}", place.folder.display())?;
            return Ok(None);
        }
        let began = Instant::now();
        let number = customers.to_string();
        let mut run = self.command(&["demo"], place);
        let done = run.args(["--customers", &number, "--seed", "1"]).status()?;
        if !done.success() {
            return Err("rapport demo failed".into());
        }
        Ok(Some(began.elapsed().as_secs_f64()))
    }

    /// Gives the administrator of the invented company the password of this program.
    ///
    /// # Errors
    /// When the program fails.
    pub fn set_password(&self, place: &Place) -> Result<(), Fault> {
        let mut child = self
            .command(&["user", "reset-password", "--email", EMAIL], place)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(PASSWORD.as_bytes())?;
        }
        if child.wait()?.success() { Ok(()) } else { Err("the password was not set".into()) }
    }

    /// Imports a file; answers seconds on the clock and of the processor.
    ///
    /// # Errors
    /// When the program fails.
    pub fn import(&self, place: &Place, file: &Path) -> Result<(f64, f64), Fault> {
        let before = children_cpu_ms()?;
        let began = Instant::now();
        let mut run = self.command(&["import"], place);
        let done = run.arg(file).stdout(Stdio::null()).status()?;
        if !done.success() {
            return Err("rapport import failed".into());
        }
        Ok((began.elapsed().as_secs_f64(), (children_cpu_ms()? - before) / 1_000.0))
    }

    /// Serves with these flags, and waits for the first answer.
    ///
    /// # Errors
    /// When there is none within 30 seconds.
    pub async fn serve(&self, place: &Place, flags: &[&str]) -> Result<Server, Fault> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address: SocketAddr = ([127, 0, 0, 1], port).into();
        let log = std::fs::File::create(place.folder.join("server.log"))?;
        let began = Instant::now();
        let child = self
            .command(&["serve", "--listen", &address.to_string()], place)
            .args(flags)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        let mut server = Server { child, address, start_ms: 0.0, place: place.clone() };
        while began.elapsed() < Duration::from_secs(30) {
            if let Ok(mut connection) = Connection::open(address, "").await
                && let Ok(answer) = connection.send(&Request::page("/login".to_owned())).await
                && answer.status == 200
            {
                server.start_ms = began.elapsed().as_secs_f64() * 1_000.0;
                return Ok(server);
            }
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        Err("the server does not answer; see server.log in the folder of its data".into())
    }
}

/// A running server. It is stopped when this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    start_ms: f64,
    place: Place,
}

impl Server {
    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Milliseconds from start to first answer.
    pub fn start_ms(&self) -> f64 {
        self.start_ms
    }

    /// Processor time so far, user and system, of the server and of its PostgreSQL backends.
    ///
    /// # Errors
    /// When the system does not tell.
    pub async fn cpu_ms(&self) -> Result<(f64, f64), Fault> {
        let database = match &self.place.address {
            Some(address) => database_cpu_ms(address).await?,
            None => 0.0,
        };
        Ok((cpu_ms_of(self.child.id())?, database))
    }

    /// Resident memory.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn memory_kb(&self) -> Result<u64, Fault> {
        status_kb(self.child.id(), "VmRSS:")
    }

    /// Most resident memory there has been.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn peak_memory_kb(&self) -> Result<u64, Fault> {
        status_kb(self.child.id(), "VmHWM:")
    }

    /// Ends it in order.
    ///
    /// # Errors
    /// When it cannot be told to.
    pub fn stop(&mut self) -> Result<(), Fault> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Ended already, or ends now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The processes of PostgreSQL that work for the server; they are on this machine too.
async fn backends(address: &str) -> Result<Vec<u32>, Fault> {
    use sqlx::Connection;
    let mut connection = sqlx::PgConnection::connect(address).await?;
    let pids: Vec<i32> = sqlx::query_scalar(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'rapport' AND datname = current_database()",
    )
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    Ok(pids.into_iter().filter_map(|pid| u32::try_from(pid).ok()).collect())
}

fn stat(pid: &str) -> Result<Vec<u64>, Fault> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name of the program stands in brackets and may hold anything.
    let (_, rest) = text.rsplit_once(')').ok_or("unreadable /proc/*/stat")?;
    Ok(rest.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect())
}

#[expect(clippy::cast_precision_loss, reason = "ticks of a few hours")]
fn ticks_ms(fields: &[u64], places: [usize; 2]) -> f64 {
    places.iter().filter_map(|place| fields.get(*place)).map(|ticks| *ticks as f64 * TICK_MS).sum()
}

/// Processor time of a process, user and system.
///
/// # Errors
/// When the system does not tell.
pub fn cpu_ms_of(pid: u32) -> Result<f64, Fault> {
    Ok(ticks_ms(&stat(&pid.to_string())?, [11, 12]))
}

/// Processor time of this process and its threads so far. Threads that ended are not in it, so it
/// is for work whose threads stay.
///
/// # Errors
/// When the system does not tell.
pub fn own_cpu_ms() -> Result<f64, Fault> {
    let mut sum = 0.0;
    for thread in std::fs::read_dir("/proc/self/task")? {
        sum += scheduled_ms(&thread?.path().join("schedstat"))?;
    }
    Ok(sum)
}

/// Processor time of the processes of PostgreSQL that work for `address`: one thread each.
///
/// # Errors
/// When PostgreSQL does not answer.
pub async fn database_cpu_ms(address: &str) -> Result<f64, Fault> {
    let mut sum = 0.0;
    for backend in backends(address).await? {
        // One that ended meanwhile did nothing for this measurement.
        sum += scheduled_ms(Path::new(&format!("/proc/{backend}/schedstat"))).unwrap_or(0.0);
    }
    Ok(sum)
}

/// Milliseconds on a processor, which the kernel counts in nanoseconds.
#[expect(clippy::cast_precision_loss, reason = "nanoseconds of a few hours")]
fn scheduled_ms(path: &Path) -> Result<f64, Fault> {
    let text = std::fs::read_to_string(path)?;
    let nanoseconds: u64 = text.split(' ').next().unwrap_or_default().parse()?;
    Ok(nanoseconds as f64 / 1_000_000.0)
}

fn children_cpu_ms() -> Result<f64, Fault> {
    Ok(ticks_ms(&stat("self")?, [13, 14]))
}

fn status_kb(pid: u32, field: &str) -> Result<u64, Fault> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(field)).ok_or("no such field")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}
