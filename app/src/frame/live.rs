//! Hears from the server that records changed elsewhere, and tells the screens which kind: they read again what they
//! show. Works on without it: when nothing is heard, a page is as old as it was before there was this.

use crate::boot::use_boot;
use domain::{
    id::Version,
    live::{END, FOLLOWED, Notice, place_of},
    policy::Object,
};
use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{EventSource, MessageEvent, js_sys::Function},
};
use std::{cell::RefCell, rc::Rc, time::Duration};
use uuid::Uuid;

/// What comes within this time is told together (milliseconds).
const PAUSE: f64 = 300.0;
/// The screens are told at most so often (milliseconds): each time they ask the server.
const AT_MOST: f64 = 2_000.0;
/// How long a page that nobody sees still listens (milliseconds). A browser has six connections to a server over
/// HTTP/1.1, and each listening page keeps one.
const UNSEEN: u64 = 5_000;
/// When nobody has touched the page for so long (milliseconds), nothing is read again until somebody does: a page that
/// was left open must not keep its session alive.
const UNTOUCHED: f64 = 30.0 * 60_000.0;
/// How long it waits before it tries again after the server refused (milliseconds), at first and at most.
const REFUSED: (u64, u64) = (5_000, 60_000);

/// What was heard of one kind of record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// How often so far.
    pub count: u64,
    /// Which ones, the last time, and their versions where those count.
    which: Vec<(Uuid, Option<Version>)>,
    /// Any of the kind may be another, the last time.
    any: bool,
}

impl Heard {
    /// Whether what was heard last is news about this record, of which `holds` tells the versions that are known.
    #[must_use]
    pub fn is_news_of(&self, id: Uuid, holds: impl Fn(Version) -> bool) -> bool {
        let news = |version: Option<Version>| version.is_none_or(|version| !holds(version));
        self.any || self.which.iter().any(|(one, version)| *one == id && news(*version))
    }

    /// Takes what was heard of a kind; whether there was anything.
    fn hear(&mut self, notices: &[Notice], object: Object) -> bool {
        let about = |notice: &&Notice| notice.object().is_none_or(|about| about == object);
        let mut of_kind = notices.iter().filter(about).peekable();
        if of_kind.peek().is_none() {
            return false;
        }
        self.count = self.count.wrapping_add(1);
        self.which.clear();
        self.any = false;
        for notice in of_kind {
            match notice {
                Notice::Record { id, version, .. } => self.which.push((*id, *version)),
                Notice::Kind(_) | Notice::Of(_) | Notice::Everything => self.any = true,
            }
        }
        true
    }
}

/// What was heard since the page was loaded, by kind.
#[derive(Clone, Copy)]
struct Live {
    topics: [RwSignal<Heard>; FOLLOWED.len()],
}

/// What was heard of one kind of record, followed by whoever reads it.
#[must_use]
pub fn use_heard(object: Object) -> Signal<Heard> {
    let topic =
        place_of(object).and_then(|place| use_context::<Live>()?.topics.get(place).copied());
    topic.map_or_else(|| Signal::stored(Heard::default()), Signal::from)
}

/// How often records of a kind changed elsewhere since the page was loaded; whoever reads it runs again the next time.
#[must_use]
pub fn use_live(object: Object) -> Signal<u64> {
    let heard = use_heard(object);
    Signal::derive(move || heard.with(|heard| heard.count))
}

/// Listens from the time on when the page works; call once in the frame.
pub(super) fn listen() {
    let live = Live { topics: FOLLOWED.map(|_| RwSignal::new(Heard::default())) };
    provide_context(live);
    let told = use_boot().with_value(|boot| boot.told);
    Effect::new(move |_| Line::begin(live, told));
}

/// What the browser calls; made once, because what it may call stays as long as the page.
struct Ears {
    message: Function,
    opened: Function,
    failed: Function,
}

impl Ears {
    fn of(line: &Shared) -> Self {
        let (heard, now_open, failed) = (line.clone(), line.clone(), line.clone());
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            hear(&heard, &event);
        });
        let opened = Closure::<dyn FnMut()>::new(move || opened(&now_open));
        let failed = Closure::<dyn FnMut()>::new(move || lost(&failed));
        Self {
            message: message.into_js_value().unchecked_into(),
            opened: opened.into_js_value().unchecked_into(),
            failed: failed.into_js_value().unchecked_into(),
        }
    }
}

/// The line to the server, kept as long as the page.
struct Line {
    live: Live,
    source: Option<EventSource>,
    ears: Option<Ears>,
    /// Up to which line of the server's log it was told.
    told: i64,
    /// What the screens have not been told yet.
    waiting: Vec<Notice>,
    /// They are going to be.
    due: bool,
    /// When they were last, and when somebody touched the page (milliseconds).
    raised: f64,
    touched: f64,
    /// How often the server refused in a row.
    refused: u32,
    /// It was open before.
    reopened: bool,
    /// The server ended it for good: who looked at this page is signed out, or may do something else by now.
    over: bool,
}

type Shared = Rc<RefCell<Line>>;

impl Line {
    fn begin(live: Live, told: i64) {
        let line = Self {
            live,
            source: None,
            ears: None,
            told,
            waiting: Vec::new(),
            due: false,
            raised: 0.0,
            touched: js_sys::Date::now(),
            refused: 0,
            reopened: false,
            over: false,
        };
        let line = Rc::new(RefCell::new(line));
        line.borrow_mut().ears = Some(Ears::of(&line));
        let turned = line.clone();
        let turn = Closure::<dyn FnMut()>::new(move || turn(&turned)).into_js_value();
        for name in ["visibilitychange", "pointerdown", "keydown"] {
            // Without them it listens all the same.
            let _ = document().add_event_listener_with_callback(name, turn.unchecked_ref());
        }
        open(&line);
    }
}

/// Whether nobody can see the page.
fn is_unseen() -> bool {
    document().hidden()
}

/// Somebody looks at the page again, touches it, or looks away.
fn turn(line: &Shared) {
    if is_unseen() {
        let line = line.clone();
        let close = move || {
            if is_unseen() {
                close(&line);
            }
        };
        set_timeout(close, Duration::from_millis(UNSEEN));
        return;
    }
    line.borrow_mut().touched = js_sys::Date::now();
    open(line);
    raise_soon(line);
}

fn close(line: &Shared) {
    if let Some(source) = line.borrow_mut().source.take() {
        source.close();
    }
}

/// Opens the line where there is none.
fn open(line: &Shared) {
    let mut line = line.borrow_mut();
    if line.source.is_some() || line.over || is_unseen() {
        return;
    }
    let Ok(source) = EventSource::new(&format!("/events?after={}", line.told)) else { return };
    if let Some(ears) = &line.ears {
        source.set_onmessage(Some(&ears.message));
        source.set_onopen(Some(&ears.opened));
        source.set_onerror(Some(&ears.failed));
    }
    line.source = Some(source);
}

fn hear(line: &Shared, event: &MessageEvent) {
    let data = event.data().as_string().unwrap_or_default();
    if data == END {
        line.borrow_mut().over = true;
        close(line);
        return;
    }
    let notice: Option<Notice> = data.parse().ok();
    {
        let mut line = line.borrow_mut();
        line.waiting.extend(notice);
        if let Ok(told) = event.last_event_id().parse() {
            line.told = told;
        }
    }
    raise_soon(line);
}

fn opened(line: &Shared) {
    {
        let mut line = line.borrow_mut();
        line.refused = 0;
        if std::mem::replace(&mut line.reopened, true) {
            // Places on a board and answers have no line in the log that one could go on from.
            line.waiting.extend([Object::Opportunity, Object::Survey].map(Notice::Kind));
        }
    }
    raise_soon(line);
}

/// The line was lost. A browser comes back by itself, unless the server refused it.
fn lost(line: &Shared) {
    let mut held = line.borrow_mut();
    if held.source.as_ref().is_some_and(|source| source.ready_state() != EventSource::CLOSED) {
        return;
    }
    held.source = None;
    let (first, most) = REFUSED;
    let wait = first.saturating_mul(1 << held.refused.min(6)).min(most);
    held.refused = held.refused.saturating_add(1);
    drop(held);
    let line = line.clone();
    set_timeout(move || open(&line), Duration::from_millis(wait));
}

/// Tells the screens in a moment, once for everything that comes until then.
fn raise_soon(line: &Shared) {
    let wait = {
        let mut line = line.borrow_mut();
        if line.due || line.waiting.is_empty() {
            return;
        }
        line.due = true;
        (line.raised + AT_MOST - js_sys::Date::now()).max(PAUSE)
    };
    let line = line.clone();
    set_timeout(move || raise(&line), Duration::from_secs_f64(wait.min(AT_MOST) / 1_000.0));
}

fn raise(line: &Shared) {
    let mut held = line.borrow_mut();
    held.due = false;
    let now = js_sys::Date::now();
    // It waits until somebody is there.
    if is_unseen() || now - held.touched > UNTOUCHED {
        return;
    }
    held.raised = now;
    let (live, notices) = (held.live, std::mem::take(&mut held.waiting));
    drop(held);
    for (topic, object) in live.topics.into_iter().zip(FOLLOWED) {
        let _ = topic.try_maybe_update(|heard| (heard.hear(&notices, object), ()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: u128, version: Option<i64>) -> Notice {
        let (object, id) = (Object::Account, Uuid::from_u128(id));
        Notice::Record { object, id, version: version.map(Version) }
    }

    #[test]
    fn a_record_is_news_unless_its_version_is_known_and_a_kind_is_news_of_each() {
        let mut heard = Heard::default();
        let one = Uuid::from_u128(1);
        let holds = |version: Version| version.0 <= 4;
        assert!(!heard.is_news_of(one, holds));
        heard.hear(&[record(1, Some(4)), record(2, Some(9))], Object::Account);
        assert!(!heard.is_news_of(one, holds), "the page wrote it itself");
        assert!(heard.is_news_of(Uuid::from_u128(2), holds));
        heard.hear(&[record(1, Some(5))], Object::Account);
        assert!(heard.is_news_of(one, holds));
        heard.hear(&[record(1, None)], Object::Account);
        assert!(heard.is_news_of(one, holds), "a note on it");
        heard.hear(&[Notice::Kind(Object::Account)], Object::Account);
        assert!(heard.is_news_of(one, holds));
        heard.hear(&[record(3, Some(1)), Notice::Kind(Object::Person)], Object::Account);
        assert!(!heard.is_news_of(one, holds) && heard.count == 5);
        heard.hear(&[Notice::Kind(Object::Person)], Object::Account);
        assert_eq!(heard.count, 5, "another kind");
        heard.hear(&[Notice::Everything], Object::Account);
        assert!(heard.is_news_of(one, holds));
    }
}
