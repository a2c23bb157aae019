//! Bodies under watch: what comes in stays within its limit and its time; what goes out is counted.

use axum::body::Body;
use hyper::body::{Body as _, Bytes, Frame, SizeHint};
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// Fewest bytes a second a browser may send at, from [`PATIENCE`] on.
const SLOWEST: u64 = 1024;
/// How long anything goes.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked at afterwards.
const LOOK: Duration = Duration::from_secs(5);

/// What became of a body that came in.
#[derive(Clone, Debug, Default)]
pub struct Verdict(Arc<AtomicU8>);

const TOO_LARGE: u8 = 1;
const TOO_SLOW: u8 = 2;

impl Verdict {
    /// It was longer than its limit.
    pub fn too_large(&self) -> bool {
        self.0.load(Ordering::Relaxed) == TOO_LARGE
    }

    /// It came too slowly.
    pub fn too_slow(&self) -> bool {
        self.0.load(Ordering::Relaxed) == TOO_SLOW
    }
}

/// A body that ends with an error once it is longer than `limit` bytes or trickles.
pub fn watched(inner: Body, limit: u64) -> (Body, Verdict) {
    let verdict = Verdict::default();
    if inner.is_end_stream() {
        return (inner, verdict);
    }
    let began = Instant::now();
    let body = Watched {
        inner,
        limit,
        read: 0,
        began,
        look: Box::pin(sleep_until(began + PATIENCE)),
        verdict: verdict.clone(),
    };
    (Body::new(body), verdict)
}

struct Watched {
    inner: Body,
    limit: u64,
    read: u64,
    began: Instant,
    look: Pin<Box<Sleep>>,
    verdict: Verdict,
}

impl Watched {
    fn refuse(&self, why: u8) -> axum::Error {
        self.verdict.0.store(why, Ordering::Relaxed);
        axum::Error::new(std::io::Error::other(if why == TOO_LARGE {
            "the body is larger than its limit"
        } else {
            "the body comes too slowly"
        }))
    }
}

impl hyper::body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) {
            if let Some(Ok(frame)) = &frame {
                let length = frame.data_ref().map_or(0, Bytes::len);
                self.read = self.read.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
                if self.read > self.limit {
                    return Poll::Ready(Some(Err(self.refuse(TOO_LARGE))));
                }
            }
            return Poll::Ready(frame);
        }
        while self.look.as_mut().poll(context).is_ready() {
            if self.read < self.began.elapsed().as_secs().saturating_mul(SLOWEST) {
                return Poll::Ready(Some(Err(self.refuse(TOO_SLOW))));
            }
            self.look.as_mut().reset(Instant::now() + LOOK);
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A body that goes out; `done` is given the bytes that went when it ends, however it ends.
pub fn counted(inner: Body, done: impl FnOnce(u64) + Send + 'static) -> Body {
    Body::new(Counted { inner, sent: 0, done: Some(Box::new(done)) })
}

struct Counted {
    inner: Body,
    sent: u64,
    done: Option<Box<dyn FnOnce(u64) + Send>>,
}

impl hyper::body::Body for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.inner).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &frame {
            let length = frame.data_ref().map_or(0, Bytes::len);
            self.sent = self.sent.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some(done) = self.done.take() {
            done(self.sent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{StreamExt, stream};
    use http_body_util::BodyExt;
    use std::{convert::Infallible, sync::atomic::AtomicU64};

    fn chunks(number: usize, pause: Duration) -> Body {
        Body::from_stream(stream::iter(0..number).then(move |_| async move {
            tokio::time::sleep(pause).await;
            Ok::<_, Infallible>(Bytes::from_static(&[0; 100]))
        }))
    }

    #[tokio::test]
    async fn the_limit_is_exact_also_without_a_length() {
        let (body, verdict) = watched(chunks(3, Duration::ZERO), 300);
        assert_eq!(body.collect().await.unwrap().to_bytes().len(), 300);
        assert!(!verdict.too_large());
        let (body, verdict) = watched(chunks(3, Duration::ZERO), 299);
        assert!(body.collect().await.is_err());
        assert!(verdict.too_large());
    }

    #[tokio::test(start_paused = true)]
    async fn who_trickles_is_cut_after_half_a_minute() {
        let began = Instant::now();
        let (body, verdict) = watched(chunks(1000, Duration::from_secs(1)), u64::MAX);
        assert!(body.collect().await.is_err());
        assert!(verdict.too_slow());
        assert_eq!(began.elapsed().as_secs(), 30);
        let (body, verdict) = watched(chunks(700, Duration::from_millis(90)), u64::MAX);
        assert!(body.collect().await.is_ok());
        assert!(!verdict.too_slow());
    }

    #[tokio::test]
    async fn what_goes_out_is_counted_also_when_it_is_cut_short() {
        let sent = Arc::new(AtomicU64::new(u64::MAX));
        let note = sent.clone();
        let mut body =
            counted(chunks(3, Duration::ZERO), move |bytes| note.store(bytes, Ordering::SeqCst));
        body.frame().await.unwrap().unwrap();
        drop(body);
        assert_eq!(sent.load(Ordering::SeqCst), 100);
    }
}
