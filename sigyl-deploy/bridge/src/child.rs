//! A conversation with one process of the server: requests under ids of the bridge's own, and who waits for what.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
    time::Duration,
};

use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::{
    io::AsyncWriteExt as _,
    process::{ChildStderr, ChildStdin, ChildStdout},
    sync::{OwnedSemaphorePermit, mpsc, oneshot, watch},
    time::Instant,
};

use crate::{
    line::{Line, Lines},
    log::{Log, Passing},
    process::{Launcher, Running},
    rpc::{self, Body, Message},
};

/// Messages that wait to be written to one process; more wait for a place.
const QUEUE: usize = 16;
/// Longest wait for such a place.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between looks at requests that may have waited too long.
const TICK: Duration = Duration::from_secs(1);
/// How long output is still read after the process ended; what it left running may hold the pipe.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What came of a request.
pub(crate) enum Outcome<'a> {
    /// The server's answer.
    Told(Body<'a>),
    /// There will be none.
    Lost(&'a str),
}

/// Who waits for an answer.
pub(crate) trait Sink: Send + Sync {
    /// A progress notification of the request; the token in it is the bridge's.
    fn progress(&self, params: &RawValue);
    /// The end; called once.
    fn finish(&self, outcome: Outcome<'_>);
    /// A notification that names the request as its subscription.
    fn subscribed(&self, _method: &str, _params: &RawValue) {}
    /// How long the answer may take, where a usual one may take so long.
    fn patience(&self, usual: Duration) -> Duration {
        usual
    }
}

/// Who hears everything that is no answer.
pub(crate) trait Listener: Send + Sync {
    fn notification(&self, method: &str, params: Option<&RawValue>, line: &str);
    /// A request of the server; the answer, where it can be given at once.
    fn request(&self, id: &RawValue, method: &str, line: &str) -> Option<Vec<u8>>;
    /// The process has ended.
    fn gone(&self, why: &str);
}

/// Why a request could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The process has ended.
    Gone(String),
    /// It does not read, or has too much to do.
    Busy,
}

/// A message on its way into a process, and the room that it takes.
struct Outgoing {
    line: Vec<u8>,
    _room: Option<OwnedSemaphorePermit>,
}

struct Waiting {
    sink: Arc<dyn Sink>,
    until: Instant,
}

#[derive(Default)]
struct State {
    last_id: u64,
    waiting: HashMap<u64, Waiting>,
    gone: Option<String>,
}

/// One process of the server.
pub(crate) struct Child {
    pub(crate) number: u64,
    input: Mutex<Option<mpsc::Sender<Outgoing>>>,
    state: Mutex<State>,
    listener: OnceLock<Weak<dyn Listener>>,
    ending: watch::Sender<bool>,
    gone: watch::Sender<bool>,
    requests_max: usize,
    request_timeout: Duration,
}

/// Bounds of a conversation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) line_max: usize,
    pub(crate) requests_max: usize,
    pub(crate) request_timeout: Duration,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Child {
    /// Starts a process. `place` is given back once nothing of it is left.
    pub(crate) fn start(
        launcher: &Launcher,
        number: u64,
        bounds: Bounds,
        log: &Log,
        place: Option<OwnedSemaphorePermit>,
    ) -> io::Result<Arc<Child>> {
        let (running, input, output, errors) = launcher.start(number)?;
        let (queue, queued) = mpsc::channel(QUEUE);
        let child = Arc::new(Child {
            number,
            input: Mutex::new(Some(queue)),
            state: Mutex::default(),
            listener: OnceLock::new(),
            ending: watch::Sender::new(false),
            gone: watch::Sender::new(false),
            requests_max: bounds.requests_max,
            request_timeout: bounds.request_timeout,
        });
        tokio::spawn(write(input, queued));
        tokio::spawn(pass_on(errors, Passing::new(log.clone(), number)));
        let passing = Passing::new(log.clone(), number);
        let reading = tokio::spawn(Arc::clone(&child).read(Lines::new(output, bounds.line_max), passing));
        tokio::spawn(Arc::clone(&child).supervise(running, reading, log.clone(), place));
        Ok(child)
    }

    /// Who hears from now on what is no answer.
    pub(crate) fn listen(&self, listener: Weak<dyn Listener>) {
        let _ = self.listener.set(listener);
    }

    fn listener(&self) -> Option<Arc<dyn Listener>> {
        self.listener.get().and_then(Weak::upgrade)
    }

    /// Makes a request, whose line `write` makes of its id. Returns the id.
    pub(crate) async fn call(
        &self,
        sink: Arc<dyn Sink>,
        room: Option<OwnedSemaphorePermit>,
        write: impl FnOnce(u64) -> Vec<u8>,
    ) -> Result<u64, Refused> {
        let place = self.place().await?;
        let mut state = lock(&self.state);
        if let Some(why) = &state.gone {
            return Err(Refused::Gone(why.clone()));
        }
        if state.waiting.len() >= self.requests_max {
            return Err(Refused::Busy);
        }
        state.last_id += 1;
        let id = state.last_id;
        let until = Instant::now() + sink.patience(self.request_timeout);
        state.waiting.insert(id, Waiting { sink, until });
        drop(state);
        place.send(Outgoing { line: write(id), _room: room });
        Ok(id)
    }

    /// Sends a message that nobody answers.
    pub(crate) async fn send(
        &self,
        line: Vec<u8>,
        room: Option<OwnedSemaphorePermit>,
    ) -> Result<(), Refused> {
        self.place().await?.send(Outgoing { line, _room: room });
        Ok(())
    }

    /// The same, at once or not at all.
    pub(crate) fn try_send(&self, line: Vec<u8>) -> bool {
        let input = lock(&self.input);
        input.as_ref().is_some_and(|input| input.try_send(Outgoing { line, _room: None }).is_ok())
    }

    async fn place(&self) -> Result<mpsc::OwnedPermit<Outgoing>, Refused> {
        let Some(input) = lock(&self.input).clone() else { return Err(self.why_gone()) };
        match tokio::time::timeout(PATIENCE, input.reserve_owned()).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) => Err(self.why_gone()),
            Err(_) => Err(Refused::Busy),
        }
    }

    fn why_gone(&self) -> Refused {
        Refused::Gone(lock(&self.state).gone.clone().unwrap_or_else(|| "is being ended".to_owned()))
    }

    /// A request of the bridge's own. The answer is a result, or the server's error.
    pub(crate) async fn ask(
        &self,
        method: &str,
        params: &str,
    ) -> Result<Result<Box<RawValue>, Box<RawValue>>, Refused> {
        let (answer, answered) = oneshot::channel();
        let sink = Arc::new(Asked(Mutex::new(Some(answer))));
        self.call(sink, None, |id| rpc::call(Some(&id.to_string()), method, Some(params))).await?;
        match answered.await {
            Ok(Ok(body)) => Ok(body),
            Ok(Err(why)) => Err(Refused::Gone(why)),
            Err(_) => Err(self.why_gone()),
        }
    }

    /// Nobody waits for this answer any more; the server is told.
    pub(crate) fn cancel(&self, id: u64, reason: Option<&RawValue>) {
        if lock(&self.state).waiting.remove(&id).is_some() {
            self.tell_cancelled(id, reason);
        }
    }

    fn tell_cancelled(&self, id: u64, reason: Option<&RawValue>) {
        let reason = reason.map(|reason| format!(",\"reason\":{}", reason.get())).unwrap_or_default();
        let params = format!("{{\"requestId\":{id}{reason}}}");
        self.try_send(rpc::call(None, "notifications/cancelled", Some(&params)));
    }

    pub(crate) fn is_gone(&self) -> bool {
        *self.ending.borrow() || *self.gone.borrow()
    }

    /// Begins its end: its input is closed, and what follows is a matter of time.
    pub(crate) fn end(&self) {
        lock(&self.input).take();
        self.ending.send_replace(true);
    }

    /// Waits until nothing of it is left.
    pub(crate) async fn ended(&self) {
        let _ = self.gone.subscribe().wait_for(|gone| *gone).await;
    }

    async fn read(self: Arc<Child>, mut lines: Lines<ChildStdout>, mut passing: Passing) {
        loop {
            match lines.next().await {
                None => break,
                Some(Line::TooLong) => self.lose_oversized(&mut passing),
                Some(Line::Whole(line)) => {
                    if let Err(rubbish) = self.take(line) {
                        passing.line(" stdout", rubbish);
                    }
                }
            }
        }
        // A server that closes its output has ended the conversation.
        self.end();
    }

    /// Takes one line of the server; gives it back when it is no message.
    fn take<'a>(&self, line: &'a [u8]) -> Result<(), &'a [u8]> {
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        let message = Message::read(line).map_err(|_| line)?;
        let text = std::str::from_utf8(line).map_err(|_| line)?;
        match message {
            Message::Answer { id, body } => {
                let waiting = id.get().parse().ok().and_then(|id: u64| lock(&self.state).waiting.remove(&id));
                if let Some(waiting) = waiting {
                    waiting.sink.finish(Outcome::Told(body));
                }
            }
            Message::Notification { method, params } if method == "notifications/progress" => {
                let Some(params) = params else { return Ok(()) };
                let token = serde_json::from_str::<Progress>(params.get()).ok().map(|p| p.token);
                let sink = token.and_then(|id| Some(Arc::clone(&lock(&self.state).waiting.get(&id)?.sink)));
                if let Some(sink) = sink {
                    sink.progress(params);
                }
            }
            Message::Notification { method, params } => {
                let of = rpc::meta_of(params).and_then(|meta| meta.subscription?.get().parse::<u64>().ok());
                let sink = of.and_then(|id| Some(Arc::clone(&lock(&self.state).waiting.get(&id)?.sink)));
                if let (Some(sink), Some(params)) = (sink, params) {
                    sink.subscribed(&method, params);
                } else if let Some(listener) = self.listener() {
                    listener.notification(&method, params, text);
                }
            }
            Message::Request { id, method, .. } => {
                let answer = match (&*method, self.listener()) {
                    ("ping", _) => Some(rpc::result(id, "{}")),
                    (_, Some(listener)) => listener.request(id, &method, text),
                    (_, None) => Some(refusal(id)),
                };
                if let Some(answer) = answer {
                    self.try_send(answer);
                }
            }
        }
        Ok(())
    }

    /// An answer was too long to be read, and whose it was is in what was not read: when one waits it is that one's,
    /// else all who wait are told.
    fn lose_oversized(&self, passing: &mut Passing) {
        passing.line(" stdout", b"a message longer than allowed was dropped");
        let waiting: Vec<_> = lock(&self.state).waiting.drain().collect();
        for (_, waiting) in waiting {
            waiting.sink.finish(Outcome::Lost("the server sent a message longer than allowed"));
        }
    }

    async fn supervise(
        self: Arc<Child>,
        mut running: Running,
        mut reading: tokio::task::JoinHandle<()>,
        log: Log,
        place: Option<OwnedSemaphorePermit>,
    ) {
        let mut ending = self.ending.subscribe();
        let mut tick = tokio::time::interval(TICK);
        let (told, unasked) = loop {
            tokio::select! {
                told = running.wait() => {
                    running.sweep(&[]).await;
                    break (told, !*self.ending.borrow());
                }
                _ = async { ending.wait_for(|ending| *ending).await.is_ok() } => {
                    break (running.end().await, false);
                }
                _ = tick.tick() => self.expire(),
            }
        };
        if tokio::time::timeout(LAST_WORDS, &mut reading).await.is_err() {
            reading.abort();
        }
        lock(&self.input).take();
        let why = format!("the server {told}");
        if unasked {
            log.say(&format!("process {} {told}", self.number));
        }
        let lost: Vec<_> = {
            let mut state = lock(&self.state);
            state.gone = Some(why.clone());
            state.waiting.drain().collect()
        };
        for (_, waiting) in lost {
            waiting.sink.finish(Outcome::Lost(&why));
        }
        if let Some(listener) = self.listener() {
            listener.gone(&why);
        }
        drop((running, place));
        self.gone.send_replace(true);
    }

    /// Gives up on answers that were waited for too long.
    fn expire(&self) {
        let now = Instant::now();
        let late: Vec<_> = lock(&self.state).waiting.extract_if(|_, waiting| waiting.until <= now).collect();
        for (id, waiting) in late {
            waiting.sink.finish(Outcome::Lost("the server did not answer in time"));
            self.tell_cancelled(id, None);
        }
    }
}

/// What the bridge says to a request of the server that it can bring to nobody.
pub(crate) fn refusal(id: &RawValue) -> Vec<u8> {
    rpc::error(Some(id), rpc::METHOD_NOT_FOUND, "no client that could answer", None)
}

#[derive(Deserialize)]
struct Progress {
    #[serde(rename = "progressToken")]
    token: u64,
}

/// What comes of a request of the bridge's own.
type Told = Result<Result<Box<RawValue>, Box<RawValue>>, String>;

struct Asked(Mutex<Option<oneshot::Sender<Told>>>);

impl Sink for Asked {
    fn progress(&self, _: &RawValue) {}

    fn finish(&self, outcome: Outcome<'_>) {
        let told = match outcome {
            Outcome::Told(Body::Result(value)) => Ok(Ok(value.to_owned())),
            Outcome::Told(Body::Error(value)) => Ok(Err(value.to_owned())),
            Outcome::Lost(why) => Err(why.to_owned()),
        };
        if let Some(answer) = lock(&self.0).take() {
            let _ = answer.send(told);
        }
    }
}

/// A task of its own, so that nobody who gives up waiting leaves half a line in the pipe.
async fn write(mut to: ChildStdin, mut queued: mpsc::Receiver<Outgoing>) {
    while let Some(Outgoing { mut line, _room }) = queued.recv().await {
        line.push(b'\n');
        if to.write_all(&line).await.is_err() {
            break;
        }
    }
}

async fn pass_on(from: ChildStderr, mut passing: Passing) {
    let mut lines = Lines::new(from, 8 * crate::log::LINE_MAX);
    while let Some(line) = lines.next().await {
        match line {
            Line::Whole(line) => passing.line("", line),
            Line::TooLong => passing.line("", b"a line longer than allowed was dropped"),
        }
    }
}
