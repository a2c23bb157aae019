//! `GET /events`: an open browser hears that records changed, as server-sent events. It is told kinds and ids only, as far
//! as its rights let it know, and asks for the rest as any page does; a stream ends when what it was opened with ends.

use crate::{
    client::{Client, Peer},
    clock,
    counted::{Counted, Counts},
    listener::most_connections,
    process::Shared,
    rates::Who,
    refusal, session,
};
use app::ssr::Visit;
use axum::{
    Extension,
    extract::{Query, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use domain::{
    id::{SessionId, UserId},
    live::{END, Notice},
    policy::Rights,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Deserialize;
use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};
use store::{News, StoreError};
use tokio::{
    sync::{
        OwnedSemaphorePermit, Semaphore,
        broadcast::{
            Receiver,
            error::{RecvError, TryRecvError},
        },
    },
    time::Instant,
};

/// Streams of one signed-in browser. Over HTTP/1.1 a browser has six connections to one server, and a stream keeps one.
const MOST_PER_SESSION: usize = 4;
/// Streams of one address that is no proxy: half of the connections that it may have.
const MOST_PER_ADDRESS: usize = 32;
/// What comes within this time is told together.
const PAUSE: Duration = Duration::from_millis(100);
/// How often it is looked whether a quiet stream may go on.
const LOOK: Duration = Duration::from_secs(25);
/// How often a quiet stream says that it is there: proxies end what is silent for a minute.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// After how long a browser that lost its stream comes back (milliseconds); they do not all come at once.
const RETRY: u64 = 3_000;

/// The streams that are open.
pub struct Streams {
    places: Arc<Semaphore>,
    by_session: Counts<SessionId>,
    by_address: Counts<Who>,
}

impl Default for Streams {
    fn default() -> Self {
        // The other half answers.
        let places = Arc::new(Semaphore::new(most_connections() / 2));
        Self { places, by_session: Counts::default(), by_address: Counts::default() }
    }
}

/// What a stream takes as long as it is open.
struct Place {
    _place: OwnedSemaphorePermit,
    _of_session: Counted<SessionId>,
    _of_address: Option<Counted<Who>>,
}

impl Streams {
    /// A place for one more, or how to refuse it.
    fn take(&self, session: SessionId, address: Option<Who>) -> Result<Place, StatusCode> {
        let of_session = Counted::new(&self.by_session, session);
        let of_address = address.map(|address| Counted::new(&self.by_address, address));
        let too_many_there =
            of_address.as_ref().is_some_and(|counted| counted.number > MOST_PER_ADDRESS);
        if of_session.number > MOST_PER_SESSION || too_many_there {
            return Err(StatusCode::TOO_MANY_REQUESTS);
        }
        let place = self.places.clone().try_acquire_owned();
        let place = place.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        Ok(Place { _place: place, _of_session: of_session, _of_address: of_address })
    }
}

/// From where on.
#[derive(Debug, Deserialize)]
pub struct From {
    /// Up to which line of the log the page was told already.
    after: Option<i64>,
}

/// Opens a stream.
pub async fn open(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    peer: Option<Extension<Peer>>,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Response {
    let Some(standing) = Standing::of(&visit) else {
        return refusal::line(StatusCode::UNAUTHORIZED, "signed out");
    };
    // An address that is believed to be a proxy, or this machine, stands for many people.
    let direct = peer.is_some_and(|peer| peer.from.to_canonical() == client.address)
        && !client.address.is_loopback();
    let address = direct.then(|| Who::new(None, client.address));
    let place = match process.streams.take(standing.session, address) {
        Ok(place) => place,
        Err(status) => {
            let refused = refusal::line(status, "Too many windows listen for changes.");
            return refusal::retry_after(refused, 30);
        }
    };
    // Before it is asked what was missed: what comes meanwhile is told twice rather than never.
    let news = process.services.db.news();
    let told = last_id(&headers).or(from.after);
    let missed = match told {
        Some(after) => process.services.db.missed_since(after).await,
        None => Ok(Vec::new()),
    };
    let Ok(missed) = missed else {
        let away = refusal::line(StatusCode::SERVICE_UNAVAILABLE, "no answer from the database");
        return refusal::retry_after(away, 5);
    };
    let spread = u64::from(standing.session.0.as_bytes()[15]) * 10;
    let retry = Event::default().retry(Duration::from_millis(RETRY + spread));
    let mut stream = Stream {
        ear: Ear(news),
        waiting: VecDeque::from([retry]),
        looked: Instant::now(),
        over: false,
        standing,
        client,
        headers,
        process,
        _place: place,
    };
    stream.tell(missed);
    let events = futures::stream::unfold(stream, |mut stream| async move {
        let event = stream.next().await?;
        Some((Ok::<_, Infallible>(event), stream))
    });
    let keep_alive = KeepAlive::new().interval(SIGN_OF_LIFE);
    let mut response = Sse::new(events).keep_alive(keep_alive).into_response();
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx passes on at once what says so.
    out.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// Where a browser that lost its stream was: the id of the last event it heard.
fn last_id(headers: &HeaderMap) -> Option<i64> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
}

/// For whom a stream was opened: when it is somebody else, or with other rights, it ends.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Standing {
    session: SessionId,
    user: UserId,
    viewer: Option<UserId>,
    rights: Rights,
}

impl Standing {
    fn of(visit: &Visit) -> Option<Self> {
        let caller = visit.caller.as_ref()?;
        Some(Self {
            session: visit.behind()?.session?,
            user: caller.user,
            viewer: caller.viewer,
            rights: caller.rights,
        })
    }
}

/// Hears news together that come together.
struct Ear(Receiver<News>);

/// What is told to whoever was too slow: what waits for them says less than that everything is to be read again.
const ALL_ANEW: [News; 2] = [News::Rights, News::Change(Notice::Everything)];

impl Ear {
    /// The first of some news, or everything; nothing when there will be none any more.
    async fn hear(&mut self) -> Option<Vec<News>> {
        match self.0.recv().await {
            Ok(news) => Some(vec![news]),
            Err(RecvError::Lagged(_)) => Some(self.start_anew()),
            Err(RecvError::Closed) => None,
        }
    }

    /// These, and what comes right behind them.
    async fn gather(&mut self, mut news: Vec<News>) -> Vec<News> {
        tokio::time::sleep(PAUSE).await;
        loop {
            match self.0.try_recv() {
                Ok(next) => news.push(next),
                Err(TryRecvError::Lagged(_)) => return self.start_anew(),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return news,
            }
        }
    }

    fn start_anew(&mut self) -> Vec<News> {
        self.0 = self.0.resubscribe();
        ALL_ANEW.to_vec()
    }
}

/// An open stream.
struct Stream {
    process: Shared,
    client: Client,
    /// Those it was opened with: what says who listens is in them.
    headers: HeaderMap,
    standing: Standing,
    ear: Ear,
    waiting: VecDeque<Event>,
    /// When it was looked last whether it may go on.
    looked: Instant,
    /// It may not.
    over: bool,
    _place: Place,
}

impl Stream {
    /// The next event; nothing at its end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            if self.over {
                return None;
            }
            let heard = tokio::select! {
                () = self.process.stopping.cancelled() => return None,
                heard = self.ear.hear() => Some(heard?),
                () = tokio::time::sleep_until(self.looked + LOOK) => None,
            };
            let is_look = heard.is_none();
            let news = match heard {
                Some(first) => self.ear.gather(first).await,
                None => Vec::new(),
            };
            // What is none of its business costs nothing.
            let concerns = |news: &News| match news {
                News::Change(notice) => {
                    notice.seen_by(self.standing.user, &self.standing.rights).is_some()
                }
                News::Rights => true,
            };
            if !is_look && !news.iter().any(concerns) {
                continue;
            }
            match self.may_go_on().await {
                Ok(true) => self.tell(news),
                Ok(false) => {
                    // So that the browser does not come back only to be refused.
                    self.waiting.push_back(Event::default().data(END));
                    self.over = true;
                }
                Err(error) => {
                    tracing::debug!(%error, "a stream ends: nobody knows who listens");
                    return None;
                }
            }
        }
    }

    /// Whether who opened it would be let in now, with the same rights.
    async fn may_go_on(&mut self) -> Result<bool, StoreError> {
        let now = clock::now();
        self.looked = Instant::now();
        let db = &self.process.services.db;
        let (visit, _) = session::visit(db, &self.headers, self.client, now, String::new()).await?;
        Ok(Standing::of(&visit) == Some(self.standing))
    }

    /// Puts what its listener may know in line, each once, under the number it can go on from.
    fn tell(&mut self, news: Vec<News>) {
        let mut notices = Vec::new();
        for one in news {
            let News::Change(notice) = one else { continue };
            if let Some(seen) = notice.seen_by(self.standing.user, &self.standing.rights)
                && !notices.contains(&seen)
            {
                notices.push(seen);
            }
        }
        if notices.contains(&Notice::Everything) {
            notices = vec![Notice::Everything];
        }
        let told = self.process.services.db.told_up_to();
        for notice in notices {
            let event = Event::default().data(notice.to_string());
            self.waiting.push_back(if told < 0 { event } else { event.id(told.to_string()) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::policy::Object;
    use tokio::sync::broadcast;
    use uuid::Uuid;

    #[tokio::test(start_paused = true)]
    async fn who_is_too_slow_is_told_to_read_everything_and_hears_on() {
        let (tell, news) = broadcast::channel(2);
        let mut ear = Ear(news);
        let of = |object| News::from(Notice::Kind(object));
        tell.send(of(Object::Account)).unwrap();
        tell.send(of(Object::Person)).unwrap();
        let first = ear.hear().await.unwrap();
        assert_eq!(ear.gather(first).await, [of(Object::Account), of(Object::Person)]);
        for _ in 0..5 {
            tell.send(of(Object::Account)).unwrap();
        }
        let first = ear.hear().await.unwrap();
        assert_eq!(ear.gather(first).await, ALL_ANEW);
        tell.send(of(Object::Opportunity)).unwrap();
        let first = ear.hear().await.unwrap();
        // While it gathers, more comes than is kept.
        for _ in 0..5 {
            tell.send(of(Object::Account)).unwrap();
        }
        assert_eq!(ear.gather(first).await, ALL_ANEW);
        drop(tell);
        assert!(ear.hear().await.is_none());
    }

    #[test]
    fn a_browser_and_an_address_have_so_many_streams_and_give_them_back() {
        let streams = Streams::default();
        let session = |number| SessionId(Uuid::from_u128(number));
        let taken: Vec<_> = (0..MOST_PER_SESSION).map(|_| streams.take(session(1), None)).collect();
        assert!(taken.iter().all(Result::is_ok));
        assert_eq!(streams.take(session(1), None).err(), Some(StatusCode::TOO_MANY_REQUESTS));
        assert!(streams.take(session(2), None).is_ok());
        drop(taken);
        assert!(streams.take(session(1), None).is_ok());

        let who = Some(Who::new(None, "192.0.2.1".parse().unwrap()));
        let of_one = |number: usize| streams.take(session(number as u128), who);
        let taken: Vec<_> = (0..MOST_PER_ADDRESS).map(of_one).collect();
        assert!(taken.iter().all(Result::is_ok));
        assert_eq!(of_one(99).err(), Some(StatusCode::TOO_MANY_REQUESTS));
        drop(taken);
        assert!(streams.by_session.lock().unwrap().is_empty());
        assert!(streams.by_address.lock().unwrap().is_empty());
    }
}
