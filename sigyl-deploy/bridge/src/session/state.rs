//! What a session holds, and for how long it lasts.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::value::RawValue;
use tokio::{sync::oneshot, time::Instant};

use crate::{
    adapt::{self, Listening, Newer},
    app::App,
    child::{Child, Refused},
    health::Era,
    stream::{Budget, Replay, Stream},
};

/// The stream that a GET without `Last-Event-ID` reads.
pub(super) const OWN_STREAM: u64 = 0;
/// Most streams that are kept after their end, for clients that lost their connection. Chosen.
const ENDED_KEPT: usize = 16;

/// Who answers a session.
pub(crate) enum Link {
    /// A process of its own.
    Own(Arc<Child>),
    /// The one that answers everybody.
    Shared(Weak<App>),
    /// The same, of a server that knows no sessions.
    Newer(Newer),
}

/// A client's session.
pub(crate) struct Session {
    /// What the client calls it: unguessable.
    pub(crate) id: String,
    pub(super) link: Link,
    /// The version of the protocol that was agreed on.
    pub(crate) version: OnceLock<String>,
    pub(super) replay_max: usize,
    pub(super) budget: Arc<Budget>,
    pub(super) created: Instant,
    /// Connections and requests that are open.
    pub(super) open: AtomicUsize,
    pub(super) state: Mutex<State>,
}

pub(super) struct State {
    pub(super) streams: BTreeMap<u64, Arc<Stream>>,
    pub(super) last_stream: u64,
    /// Requests of the client, by their ids as written.
    pub(super) asked: HashMap<String, InFlight>,
    /// Questions of the bridge's own to the client, by their ids as written.
    pub(super) questions: HashMap<String, oneshot::Sender<adapt::Told>>,
    pub(super) last_question: u64,
    /// Subscriptions that the bridge holds for it, by what they are of.
    pub(super) listening: HashMap<String, Listening>,
    /// Resources that it wants to hear of, where the process is not its own.
    pub(super) resources: HashSet<String>,
    /// Requests of the server, by their ids as written, that the client may still answer.
    pub(super) asking: HashSet<String>,
    pub(super) initialized: bool,
    pub(super) seen: Instant,
    pub(super) ended: bool,
}

pub(super) struct InFlight {
    pub(super) stream: Arc<Stream>,
    /// Who was asked, and the bridge's id.
    pub(super) at: Option<(Arc<Child>, u64)>,
}

impl Session {
    pub(crate) fn new(id: String, link: Link, replay_max: usize, budget: &Arc<Budget>) -> Arc<Session> {
        let own = Stream::new(OWN_STREAM, Replay::Keep(replay_max), None, budget);
        let now = Instant::now();
        let state = State {
            streams: BTreeMap::from([(OWN_STREAM, own)]),
            last_stream: OWN_STREAM,
            asked: HashMap::new(),
            questions: HashMap::new(),
            last_question: 0,
            listening: HashMap::new(),
            resources: HashSet::new(),
            asking: HashSet::new(),
            initialized: false,
            seen: now,
            ended: false,
        };
        let session = Arc::new(Session {
            id,
            link,
            version: OnceLock::new(),
            replay_max,
            budget: Arc::clone(budget),
            created: now,
            open: AtomicUsize::new(0),
            state: Mutex::new(state),
        });
        let weak: Weak<Session> = Arc::downgrade(&session);
        match &session.link {
            Link::Own(child) => child.listen(weak),
            Link::Newer(_) => {}
            Link::Shared(app) => {
                if let Some(app) = app.upgrade() {
                    app.everybody.add(weak);
                }
            }
        }
        session
    }

    pub(crate) async fn child(&self) -> Result<Arc<Child>, Refused> {
        match &self.link {
            Link::Newer(newer) => {
                let app = newer.app.upgrade().ok_or(Refused::Busy)?;
                let told = app.native.get(&app, Era::Modern).await;
                told.map(|(child, _)| child).map_err(|_| Refused::Busy)
            }
            Link::Own(child) => Ok(Arc::clone(child)),
            Link::Shared(app) => {
                let app = app.upgrade().ok_or(Refused::Busy)?;
                let told = app.shared.get(&app, Era::Legacy).await;
                told.map(|(child, _)| child).map_err(|_| Refused::Busy)
            }
        }
    }

    pub(super) fn own_child(&self) -> Option<&Arc<Child>> {
        match &self.link {
            Link::Own(child) => Some(child),
            Link::Shared(_) | Link::Newer(_) => None,
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A stream for so many answers.
    pub(crate) fn open_stream(&self, answers: usize) -> Arc<Stream> {
        let mut state = self.state();
        state.last_stream += 1;
        let number = state.last_stream;
        let stream = Stream::new(number, Replay::Keep(self.replay_max), Some(answers), &self.budget);
        state.streams.insert(number, Arc::clone(&stream));
        stream
    }

    /// The stream of a session's own messages.
    pub(crate) fn own_stream(&self) -> Option<Arc<Stream>> {
        self.state().streams.get(&OWN_STREAM).cloned()
    }

    /// The stream and place that an event's id names.
    pub(crate) fn find(&self, event: &str) -> Option<(Arc<Stream>, u64)> {
        let (stream, number) = event.split_once('-')?;
        let (stream, number) = (stream.parse().ok()?, number.parse().ok()?);
        let stream = self.state().streams.get(&stream).cloned()?;
        stream.had(number).then_some((stream, number))
    }

    /// An answered stream that nobody can come back to.
    pub(crate) fn forget(&self, stream: &Stream) {
        self.state().streams.remove(&stream.number);
    }

    /// Whether a request is still in flight: neither answered nor cancelled.
    pub(crate) fn waits_for(&self, id: &RawValue) -> bool {
        self.state().asked.contains_key(id.get())
    }

    /// For how long an answer may take.
    pub(crate) fn patience(&self) -> Option<Duration> {
        match &self.link {
            Link::Newer(newer) => newer.app.upgrade().map(|app| app.config.request_timeout),
            Link::Own(_) | Link::Shared(_) => None,
        }
    }

    /// Lets go of streams that ended, the oldest first, beyond what is kept.
    pub(super) fn settle(&self) {
        let mut state = self.state();
        let ended: Vec<_> = state.streams.values().filter(|stream| stream.is_ended()).cloned().collect();
        let mut bytes: usize = ended.iter().map(|stream| stream.bytes()).sum();
        let mut count = ended.len();
        for stream in ended {
            if count <= ENDED_KEPT && bytes <= self.replay_max {
                break;
            }
            // A connection that still reads holds the stream itself.
            bytes -= stream.bytes().min(bytes);
            count -= 1;
            state.streams.remove(&stream.number);
        }
    }

    /// Something of the client's is open for as long as what is returned.
    pub(crate) fn hold(self: &Arc<Session>) -> Held {
        self.open.fetch_add(1, Ordering::Relaxed);
        self.state().seen = Instant::now();
        Held(Arc::clone(self))
    }

    /// For how long nothing happened: no connection, no request in flight.
    pub(crate) fn idle(&self, now: Instant) -> Duration {
        let state = self.state();
        if self.open.load(Ordering::Relaxed) > 0 || !state.asked.is_empty() {
            return Duration::ZERO;
        }
        now.saturating_duration_since(state.seen)
    }

    pub(crate) fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.created)
    }

    pub(crate) fn is_initialized(&self) -> bool {
        self.state().initialized
    }

    /// Ends it, and its process with it.
    pub(crate) fn end(&self) {
        self.close();
        match &self.link {
            Link::Own(child) => child.end(),
            Link::Shared(app) => {
                let resources: Vec<_> = self.state().resources.drain().collect();
                if let Some(app) = app.upgrade().filter(|_| !resources.is_empty()) {
                    tokio::spawn(async move {
                        if let Some((child, _)) = app.shared.running().await {
                            app.interests.leave(&child, &resources);
                        }
                    });
                }
                self.cancel_all();
            }
            Link::Newer(_) => self.cancel_all(),
        }
    }

    /// Answers to what it asked would reach nobody.
    pub(super) fn cancel_all(&self) {
        let (asked, listening) = {
            let mut state = self.state();
            (std::mem::take(&mut state.asked), std::mem::take(&mut state.listening))
        };
        let asked = asked.into_values().filter_map(|asked| asked.at);
        for (child, number) in asked.chain(listening.into_values()) {
            child.cancel(number, None);
        }
    }

    pub(super) fn close(&self) {
        let streams = {
            let mut state = self.state();
            state.ended = true;
            state.asking.clear();
            state.questions.clear();
            std::mem::take(&mut state.streams)
        };
        for stream in streams.values() {
            stream.end();
        }
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.state().ended || self.own_child().is_some_and(|child| child.is_gone())
    }
}

/// Something that a client has open.
pub(crate) struct Held(Arc<Session>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
        self.0.state().seen = Instant::now();
    }
}
