//! A session of the older era: its streams, and which answer belongs on which.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::value::RawValue;
use tokio::{
    sync::{OwnedSemaphorePermit, oneshot},
    time::Instant,
};

use crate::{
    adapt::{self, Listening, Made, Newer},
    app::App,
    child::{Child, Listener, Outcome, Refused, Sink},
    health::Era,
    rpc::{self, Body},
    stream::{Budget, Replay, Stream, Weight},
};

/// The stream that a GET without `Last-Event-ID` reads.
const OWN_STREAM: u64 = 0;
/// Most streams that are kept after their end, for clients that lost their connection. Chosen.
const ENDED_KEPT: usize = 16;
/// Most requests of the server that wait for a client's answer at a time. Chosen.
const ASKED_MAX: usize = 256;

/// What has nothing to do with any request, and goes onto the session's own stream.
const NEVER_RELATED: [&str; 6] = [
    "notifications/tools/list_changed",
    "notifications/prompts/list_changed",
    "notifications/resources/list_changed",
    "notifications/resources/updated",
    "notifications/elicitation/complete",
    "notifications/tasks/status",
];

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
    link: Link,
    /// The version of the protocol that was agreed on.
    pub(crate) version: OnceLock<String>,
    replay_max: usize,
    budget: Arc<Budget>,
    created: Instant,
    /// Connections and requests that are open.
    open: AtomicUsize,
    state: Mutex<State>,
}

struct State {
    streams: BTreeMap<u64, Arc<Stream>>,
    last_stream: u64,
    /// Requests of the client, by their ids as written.
    asked: HashMap<String, InFlight>,
    /// Questions of the bridge's own to the client, by their ids as written.
    questions: HashMap<String, oneshot::Sender<adapt::Told>>,
    last_question: u64,
    /// Subscriptions that the bridge holds for it, by what they are of.
    listening: HashMap<String, Listening>,
    /// Resources that it wants to hear of, where the process is not its own.
    resources: HashSet<String>,
    /// Requests of the server, by their ids as written, that the client may still answer.
    asking: HashSet<String>,
    initialized: bool,
    seen: Instant,
    ended: bool,
}

struct InFlight {
    stream: Arc<Stream>,
    /// Who was asked, and the bridge's id.
    at: Option<(Arc<Child>, u64)>,
}

/// Why a request is not taken.
pub(crate) enum NotTaken {
    /// Another request in flight has its id.
    SameId,
    /// Its parameters are no object.
    NoObject,
    Refused(Refused),
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

    fn own_child(&self) -> Option<&Arc<Child>> {
        match &self.link {
            Link::Own(child) => Some(child),
            Link::Shared(_) | Link::Newer(_) => None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
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

    /// Passes on a request of the client.
    pub(crate) async fn request(
        self: &Arc<Session>,
        stream: &Arc<Stream>,
        (id, method, params): (&RawValue, &str, Option<&RawValue>),
        room: Option<OwnedSemaphorePermit>,
    ) -> Result<(), NotTaken> {
        let token =
            rpc::meta_of(params).and_then(|meta| meta.progress_token).map(|token| token.get().to_owned());
        if token.is_some() && rpc::with_token(params, "0").is_none() {
            return Err(NotTaken::NoObject);
        }
        {
            let mut state = self.state();
            if state.asked.contains_key(id.get()) {
                return Err(NotTaken::SameId);
            }
            state.asked.insert(id.get().to_owned(), InFlight { stream: Arc::clone(stream), at: None });
        }
        let call = (id, method, params);
        let answer = match &self.link {
            Link::Own(_) => None,
            Link::Shared(app) => self.answer_here(app, call).await,
            Link::Newer(newer) => adapt::answer_here(self, newer, call).await,
        };
        if let Some(answer) = answer {
            self.state().asked.remove(id.get());
            stream.push(&answer, Weight::Answer);
            return Ok(());
        }
        let made = Made { method: method.to_owned(), params: params.map(ToOwned::to_owned), rounds: 0 };
        self.make(stream, id, made, room).await
    }

    /// Makes a request that is noted already, for the first time or once more.
    pub(crate) async fn make(
        self: &Arc<Session>,
        stream: &Arc<Stream>,
        id: &RawValue,
        made: Made,
        room: Option<OwnedSemaphorePermit>,
    ) -> Result<(), NotTaken> {
        let params = made.params.clone();
        let params = params.as_deref();
        let token =
            rpc::meta_of(params).and_then(|meta| meta.progress_token).map(|token| token.get().to_owned());
        let method = made.method.clone();
        let called = async {
            let child = self.child().await?;
            let newer = if let Link::Newer(newer) = &self.link { Some(newer) } else { None };
            let sink = Arc::new(Requested {
                session: Arc::downgrade(self),
                stream: Arc::clone(stream),
                id: id.to_owned(),
                token: token.clone(),
                again: newer.map(|_| made),
            });
            child
                .call(sink, room, |own| {
                    let own_text = own.to_string();
                    if let Some(asked) = self.state().asked.get_mut(id.get()) {
                        asked.at = Some((Arc::clone(&child), own));
                    }
                    let token = token.as_ref().map(|_| own_text.as_str());
                    let edited = match newer {
                        Some(newer) => newer.params(params, token),
                        None => token.and_then(|token| rpc::with_token(params, token)),
                    };
                    let params = edited.as_deref().or(params.map(|params| params.get()));
                    rpc::call(Some(&own_text), &method, params)
                })
                .await
        };
        called.await.map(drop).map_err(|refused| {
            self.state().asked.remove(id.get());
            NotTaken::Refused(refused)
        })
    }

    /// What is not asked of a process that answers everybody, because it would concern everybody.
    async fn answer_here(
        &self,
        app: &Weak<App>,
        (id, method, params): (&RawValue, &str, Option<&RawValue>),
    ) -> Option<Vec<u8>> {
        match method {
            "ping" | "logging/setLevel" => Some(rpc::result(id, "{}")),
            "resources/subscribe" | "resources/unsubscribe" => {
                let app = app.upgrade()?;
                let uri = rpc::text_of(&rpc::members(params)?, "uri")?;
                let child = self.child().await.ok()?;
                if method == "resources/unsubscribe" {
                    if self.state().resources.remove(&uri) {
                        app.interests.leave(&child, &[uri]);
                    }
                } else if self.state().resources.insert(uri.clone()) {
                    app.interests.join(&child, &[uri]).await;
                }
                Some(rpc::result(id, "{}"))
            }
            // A task is found by its id alone, whoever began it.
            _ if method.starts_with("tasks/") => {
                Some(rpc::error(Some(id), rpc::METHOD_NOT_FOUND, "no tasks where a process is shared", None))
            }
            _ => None,
        }
    }

    /// Passes on a notification of the client.
    pub(crate) async fn notify(
        self: &Arc<Session>,
        method: &str,
        params: Option<&RawValue>,
        room: Option<OwnedSemaphorePermit>,
    ) -> Result<(), Refused> {
        match method {
            "notifications/cancelled" => {
                self.cancel(params);
                return Ok(());
            }
            "notifications/initialized" => self.state().initialized = true,
            _ => {}
        }
        // Whatever else there is concerns the session, and a shared process knows none.
        let Some(child) = self.own_child() else {
            if let (Link::Newer(newer), "notifications/initialized") = (&self.link, method)
                && let Some(app) = newer.app.upgrade()
                && let Ok((_, facts)) = app.native.get(&app, Era::Modern).await
            {
                adapt::listen_to_lists(self, newer, &facts).await;
            }
            return Ok(());
        };
        child.send(rpc::call(None, method, params.map(|params| params.get())), room).await
    }

    fn cancel(&self, params: Option<&RawValue>) {
        let Some(params) = rpc::members(params) else { return };
        let Some(id) = params.get("requestId") else { return };
        let asked = self.state().asked.remove(id.get());
        if let Some(asked) = asked {
            if let Some((child, number)) = asked.at {
                child.cancel(number, params.get("reason").map(|reason| &**reason));
            }
            // Nobody waits for the answer, and it is the only one but in a batch.
            asked.stream.skip();
            self.settle();
        }
    }

    /// Passes on a client's answer to a request of the server; whether there was such a request.
    pub(crate) async fn answer(
        &self,
        id: &RawValue,
        body: Body<'_>,
        room: Option<OwnedSemaphorePermit>,
    ) -> Result<bool, Refused> {
        let question = self.state().questions.remove(id.get());
        if let Some(question) = question {
            return Ok(question.send(adapt::told(body)).is_ok());
        }
        let Some(child) = self.own_child().filter(|_| self.state().asking.remove(id.get())) else {
            return Ok(false);
        };
        child.send(rpc::answer(id, body), room).await.map(|()| true)
    }

    /// Where a message goes that names no request: onto the stream of the only request in flight, else onto the
    /// session's own where somebody reads that, else onto the oldest that somebody reads.
    fn stream_for(&self, method: &str) -> Option<Arc<Stream>> {
        let state = self.state();
        if NEVER_RELATED.contains(&method) {
            return state.streams.get(&OWN_STREAM).cloned();
        }
        let mut in_flight =
            state.streams.values().filter(|stream| stream.number != OWN_STREAM && !stream.is_ended());
        let own = state.streams.get(&OWN_STREAM);
        match (in_flight.next(), in_flight.next(), own) {
            (Some(only), None, _) => Some(only),
            (Some(first), Some(_), Some(own)) if !own.is_connected() => {
                Some(state.streams.values().find(|s| s.is_connected() && !s.is_ended()).unwrap_or(first))
            }
            (_, _, own) => own,
        }
        .cloned()
    }

    /// Asks the client on behalf of a server that does not itself; on the stream of the request that needs it.
    pub(crate) fn ask_client(
        &self,
        stream: &Stream,
        method: &str,
        params: Option<&RawValue>,
        answer: oneshot::Sender<adapt::Told>,
    ) -> Option<()> {
        let id = {
            let mut state = self.state();
            if state.ended || state.questions.len() >= ASKED_MAX {
                return None;
            }
            state.last_question += 1;
            let id = format!("\"sigyl-{}\"", state.last_question);
            state.questions.insert(id.clone(), answer);
            id
        };
        let line = rpc::call(Some(&id), method, params.map(|params| params.get()));
        for dropped in stream.push(&line, Weight::Asked(id)) {
            self.state().questions.remove(&dropped);
        }
        Some(())
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

    /// Ends a request with a message of the bridge's own.
    pub(crate) fn finish_with(&self, stream: &Stream, id: &RawValue, message: &[u8]) {
        self.state().asked.remove(id.get());
        stream.answer(id, message);
        self.settle();
    }

    /// A subscription that ends with the session, or with the next of the same.
    pub(crate) fn note_listening(&self, what: &str, child: Arc<Child>, own: u64) {
        let before = {
            let mut state = self.state();
            if state.ended {
                Some((child, own))
            } else {
                state.listening.insert(what.to_owned(), (child, own))
            }
        };
        if let Some((child, own)) = before {
            child.cancel(own, None);
        }
    }

    pub(crate) fn stop_listening(&self, what: &str) {
        let listening = self.state().listening.remove(what);
        if let Some((child, own)) = listening {
            child.cancel(own, None);
        }
    }

    pub(crate) fn put(&self, method: &str, message: &str, weight: Weight) {
        let dropped = match self.stream_for(method) {
            Some(stream) => stream.push(&rpc::flat(message), weight),
            None => match weight {
                Weight::Asked(id) => vec![id],
                _ => Vec::new(),
            },
        };
        for id in dropped {
            {
                let mut state = self.state();
                state.asking.remove(&id);
                state.questions.remove(&id);
            }
            let Some(child) = self.own_child() else { continue };
            child.try_send(rpc::error(
                Some(&rpc::raw(id)),
                rpc::INTERNAL_ERROR,
                "the client did not read the request",
                None,
            ));
        }
    }

    /// Lets go of streams that ended, the oldest first, beyond what is kept.
    fn settle(&self) {
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
    fn cancel_all(&self) {
        let (asked, listening) = {
            let mut state = self.state();
            (std::mem::take(&mut state.asked), std::mem::take(&mut state.listening))
        };
        let asked = asked.into_values().filter_map(|asked| asked.at);
        for (child, number) in asked.chain(listening.into_values()) {
            child.cancel(number, None);
        }
    }

    fn close(&self) {
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

impl Listener for Session {
    fn notification(&self, method: &str, params: Option<&RawValue>, line: &str) {
        if method == "notifications/cancelled"
            && let Some(id) = rpc::members(params).and_then(|mut params| params.shift_remove("requestId"))
        {
            self.state().asking.remove(id.get());
        }
        if matches!(self.link, Link::Shared(_)) && method == "notifications/resources/updated" {
            let uri = rpc::members(params).and_then(|params| rpc::text_of(&params, "uri"));
            if !uri.is_some_and(|uri| self.state().resources.contains(&uri)) {
                return;
            }
        }
        self.put(method, line, Weight::Light);
    }

    fn request(&self, id: &RawValue, method: &str, line: &str) -> Option<Vec<u8>> {
        {
            let mut state = self.state();
            if state.ended || state.asking.len() >= ASKED_MAX || !state.asking.insert(id.get().to_owned()) {
                return Some(rpc::error(Some(id), rpc::INTERNAL_ERROR, "too many requests", None));
            }
        }
        self.put(method, line, Weight::Asked(id.get().to_owned()));
        None
    }

    fn gone(&self, _: &str) {
        self.close();
    }
}

/// A client's request in flight.
struct Requested {
    session: Weak<Session>,
    stream: Arc<Stream>,
    id: Box<RawValue>,
    /// The client's progress token, as written.
    token: Option<String>,
    /// The request itself, where it may have to be made again.
    again: Option<Made>,
}

impl Sink for Requested {
    fn progress(&self, params: &RawValue) {
        let Some(token) = &self.token else { return };
        let Some(mut members) = rpc::members(Some(params)) else { return };
        members.insert("progressToken".to_owned(), rpc::raw(token.clone()));
        let line = rpc::call(None, "notifications/progress", Some(&rpc::object(&members)));
        self.stream.push(&line, Weight::Light);
    }

    fn finish(&self, outcome: Outcome<'_>) {
        let message = match (outcome, &self.again) {
            (Outcome::Told(Body::Result(value)), Some(made)) => match adapt::result(value) {
                Some(value) => rpc::result(&self.id, &value),
                None => {
                    if let Some(session) = self.session.upgrade() {
                        let (stream, id) = (Arc::clone(&self.stream), self.id.clone());
                        tokio::spawn(adapt::go_on(session, stream, id, made.clone(), value.to_owned()));
                    }
                    return;
                }
            },
            (Outcome::Told(body), _) => rpc::answer(&self.id, body),
            (Outcome::Lost(why), _) => rpc::error(Some(&self.id), rpc::INTERNAL_ERROR, why, None),
        };
        if let Some(session) = self.session.upgrade() {
            session.state().asked.remove(self.id.get());
            self.stream.answer(&self.id, &message);
            session.settle();
            session.state().seen = Instant::now();
        } else {
            self.stream.answer(&self.id, &message);
        }
    }
}
