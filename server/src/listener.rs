//! The accept loop: takes connections up to the caps, and ends those that dawdle. A head must come
//! within ten seconds, and while it is the browser's turn something must move at least once a minute.

use crate::{
    client::Peer,
    counted::{Counted, Counts},
    process::Shared,
    rates::Who,
};
use axum::{Router, body::Body};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    convert::Infallible,
    io,
    net::IpAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::Instant,
};
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// Connections at once, where the system gives as many files.
const MOST: usize = 1024;
/// Files kept for everything that is no connection: the database, uploads, the log.
const OTHER_FILES: u64 = 200;
/// Connections at once from one address.
const MOST_PER_ADDRESS: usize = 64;
/// How long a head may take (milliseconds).
const HEAD: u64 = 10_000;
/// How long nothing may move between requests and while an answer waits for its reader
/// (milliseconds). How fast a body comes in is watched where it is read.
const IDLE: u64 = 60_000;
/// How often dawdlers are looked for.
const LOOK: Duration = Duration::from_secs(1);

/// Asks the system for as many files as it gives, and answers how many connections that is enough for.
pub fn most_connections() -> usize {
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or_else(|error| {
        tracing::debug!(%error, "the limit on open files stays as it is");
        rlimit::getrlimit(rlimit::Resource::NOFILE).map_or(0, |(soft, _)| soft)
    });
    let most = connections_for(files);
    if most < MOST {
        tracing::warn!(files, most, "few open files are allowed, so fewer connections are taken");
    }
    most
}

/// Connections that fit into so many open files.
fn connections_for(files: u64) -> usize {
    // Never none: a server that answers slowly is better than one that does not.
    let room = files.saturating_sub(OTHER_FILES).max(16);
    usize::try_from(room).unwrap_or(MOST).min(MOST)
}

/// Takes connections until the process stops; answers with the tracker of those still open.
pub async fn accept(
    listener: TcpListener,
    router: Router,
    process: Shared,
    limit_loopback: bool,
) -> TaskTracker {
    let connections = TaskTracker::new();
    let places = Arc::new(Semaphore::new(most_connections()));
    let by_address: Counts<Who> = Arc::default();
    loop {
        let place = tokio::select! {
            place = places.clone().acquire_owned() => place,
            () = process.stopping.cancelled() => break,
        };
        let Ok(place) = place else { break };
        let (stream, from) = tokio::select! {
            taken = listener.accept() => match taken {
                Ok(taken) => taken,
                Err(error) => {
                    tracing::warn!(%error, "a connection was not taken");
                    // Out of file descriptors, most likely: those in use come back.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = process.stopping.cancelled() => break,
        };
        let address = from.ip().to_canonical();
        let free = (address.is_loopback() && !limit_loopback)
            || process.proxies.iter().any(|net| net.contains(&address));
        let who = Who::new(None, address);
        let counted = if free { None } else { Some(Counted::new(&by_address, who)) };
        if counted.as_ref().is_some_and(|counted| counted.number > MOST_PER_ADDRESS) {
            tracing::debug!("too many connections from one address");
            continue;
        }
        let (router, process) = (router.clone(), process.clone());
        connections.spawn(async move {
            serve(stream, address, router, process).await;
            drop((place, counted));
        });
    }
    connections.close();
    connections
}

async fn serve(stream: TcpStream, from: IpAddr, router: Router, process: Shared) {
    let to = stream.local_addr().map_or(from, |to| to.ip());
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "small answers may be slow");
    }
    let pace = Arc::new(Pace::default());
    let peer = Peer { from, to };
    let service = hyper::service::service_fn({
        let pace = pace.clone();
        move |request: http::Request<Incoming>| {
            pace.head_is_here();
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(peer);
            let (router, pace) = (router.clone(), pace.clone());
            async move {
                let response = router.oneshot(request).await?;
                let (parts, body) = response.into_parts();
                let body = crate::body::counted(body, move |_| pace.answer_is_out());
                Ok::<_, Infallible>(http::Response::from_parts(parts, body))
            }
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(IDLE))
        .max_headers(64)
        .max_buf_size(64 * 1024)
        .half_close(false)
        .serve_connection(TokioIo::new(Paced { stream, pace: pace.clone() }), service);
    let mut connection = std::pin::pin!(connection);
    let mut look = tokio::time::interval(LOOK);
    let mut stopping = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "connection ended");
                }
                return;
            }
            _ = look.tick() => if pace.is_too_slow() {
                tracing::debug!("connection cut: too slow");
                return;
            },
            () = process.stopping.cancelled(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// How a connection is getting on. Moments are milliseconds since it began; 0 in `head` is "no
/// head awaited". While the server works on an answer nobody dawdles.
struct Pace {
    began: Instant,
    moved: AtomicU64,
    head: AtomicU64,
    /// The answer is out and the next request has not begun.
    between: AtomicBool,
    /// Bytes wait for the browser to read.
    full: AtomicBool,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            moved: AtomicU64::new(0),
            // The first head is awaited from the start.
            head: AtomicU64::new(1),
            between: AtomicBool::new(false),
            full: AtomicBool::new(false),
        }
    }
}

impl Pace {
    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
    }

    fn bytes_came(&self) {
        let now = self.now();
        self.moved.store(now, Ordering::Relaxed);
        // The first byte after an answer begins the next head.
        if self.between.swap(false, Ordering::Relaxed) {
            self.head.store(now, Ordering::Relaxed);
        }
    }

    fn wrote(&self, polled: &Poll<io::Result<usize>>) {
        match polled {
            Poll::Ready(Ok(1..)) => {
                self.full.store(false, Ordering::Relaxed);
                self.moved.store(self.now(), Ordering::Relaxed);
            }
            Poll::Pending => self.begin(&self.full),
            Poll::Ready(_) => {}
        }
    }

    /// From now on it is the browser's turn.
    fn begin(&self, turn: &AtomicBool) {
        if !turn.swap(true, Ordering::Relaxed) {
            self.moved.store(self.now(), Ordering::Relaxed);
        }
    }

    fn head_is_here(&self) {
        self.head.store(0, Ordering::Relaxed);
        self.between.store(false, Ordering::Relaxed);
    }

    fn answer_is_out(&self) {
        self.begin(&self.between);
    }

    fn is_too_slow(&self) -> bool {
        let now = self.now();
        let head = self.head.load(Ordering::Relaxed);
        let awaited = self.between.load(Ordering::Relaxed) || self.full.load(Ordering::Relaxed);
        (head != 0 && now.saturating_sub(head) > HEAD)
            || (awaited && now.saturating_sub(self.moved.load(Ordering::Relaxed)) > IDLE)
    }
}

/// A stream that notes when something moves.
struct Paced {
    stream: TcpStream,
    pace: Arc<Pace>,
}

impl AsyncRead for Paced {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.pace.bytes_came();
        }
        polled
    }
}

impl AsyncWrite for Paced {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.pace.wrote(&polled);
        polled
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.pace.wrote(&polled);
        polled
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_number_of_connections_and_gives_them_back() {
        let counts = Counts::<Who>::default();
        let new = |address: &str| Counted::new(&counts, Who::new(None, address.parse().unwrap()));
        let (one, two) = (new("192.0.2.1"), new("192.0.2.1"));
        assert_eq!((one.number, two.number), (1, 2));
        // One subscriber has a whole /64.
        let (three, four) = (new("2001:db8:1:2::1"), new("2001:db8:1:2::ffff"));
        assert_eq!((three.number, four.number), (1, 2));
        drop((one, two, three, four));
        assert!(counts.lock().unwrap().is_empty());
    }

    #[test]
    fn connections_leave_files_for_the_rest() {
        assert_eq!(connections_for(u64::MAX), MOST);
        assert_eq!(connections_for(1024), 824);
        assert_eq!(connections_for(0), 16);
    }

    #[tokio::test(start_paused = true)]
    async fn heads_have_ten_seconds_and_silence_a_minute() {
        let pace = Pace::default();
        tokio::time::advance(Duration::from_secs(9)).await;
        pace.bytes_came();
        assert!(!pace.is_too_slow());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(pace.is_too_slow(), "a head that trickles");
        pace.head_is_here();
        assert!(!pace.is_too_slow());
        pace.answer_is_out();
        tokio::time::advance(Duration::from_secs(55)).await;
        assert!(!pace.is_too_slow(), "between requests");
        pace.bytes_came();
        tokio::time::advance(Duration::from_secs(11)).await;
        assert!(pace.is_too_slow(), "the second head");
        pace.head_is_here();
        tokio::time::advance(Duration::from_secs(300)).await;
        assert!(!pace.is_too_slow(), "the server works on the answer");
        pace.wrote(&Poll::Ready(Ok(10)));
        pace.wrote(&Poll::Pending);
        tokio::time::advance(Duration::from_secs(59)).await;
        assert!(!pace.is_too_slow());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(pace.is_too_slow(), "nobody reads the answer");
        pace.wrote(&Poll::Ready(Ok(10)));
        tokio::time::advance(Duration::from_secs(300)).await;
        assert!(!pace.is_too_slow(), "the rest is not there yet");
        pace.answer_is_out();
        tokio::time::advance(Duration::from_secs(61)).await;
        assert!(pace.is_too_slow(), "no further request");
    }
}
