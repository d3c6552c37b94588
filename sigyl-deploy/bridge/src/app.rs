//! What all requests share: processes and their places, sessions, and what is known of the server.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::value::RawValue;
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, watch},
    time::Instant,
};

use crate::{
    adapt::Newer,
    child::{Bounds, Child, Refused},
    config::{Config, Mode},
    health::{self, Era, Facts, Health},
    listen::Interests,
    log::Log,
    modern::Everybody,
    process::Launcher,
    rounds::{Parked, Rounds},
    rpc,
    session::{Link, Session},
    slot::{Slot, Spares},
    stream::Budget,
};

/// Random bytes of a session's id; the least that is asked for is 122 bits.
const ID_BYTES: usize = 24;
/// Sessions of a shared process, for each place: they cost little more than what they have not read.
const SHARED_FACTOR: usize = 100;
/// Longest wait for a place by a request without a session. Chosen.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between looks at sessions that may be over.
const TICK: Duration = Duration::from_secs(1);

/// Everything.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) log: Log,
    pub(crate) launcher: Launcher,
    /// Bytes on their way to clients.
    pub(crate) budget: Arc<Budget>,
    /// Bytes on their way to processes.
    pub(crate) inbound: Arc<Semaphore>,
    /// Requests in flight.
    pub(crate) requests: Arc<Semaphore>,
    /// Processes.
    places: Arc<Semaphore>,
    /// The process that answers everybody, of a server of the older era, in shared mode.
    pub(crate) shared: Slot,
    /// The process that answers everybody, of a server of the newer era.
    pub(crate) native: Slot,
    /// Who hears of changes from the shared process.
    pub(crate) everybody: Arc<Everybody>,
    pub(crate) interests: Interests,
    /// Whether the server has refused `initialize` and speaks the newer era.
    only_newer: AtomicBool,
    spares: Spares,
    pub(crate) parked: Parked,
    refilling: Semaphore,
    sessions: Mutex<HashMap<String, Arc<Session>>>,
    processes: AtomicU64,
    pub(crate) health: watch::Sender<Health>,
    /// Asks for another exchange with the server.
    pub(crate) recheck: Notify,
    pub(crate) stopping: watch::Sender<bool>,
}

/// Why there is no process.
pub(crate) enum NoProcess {
    /// All places are taken.
    Full,
    /// It does not start, or ended before it answered.
    Failed(String),
    /// It did not answer in time.
    Late,
}

impl App {
    pub(crate) fn new(config: Config, log: Log, launcher: Launcher) -> Arc<App> {
        Arc::new(App {
            budget: Budget::new(config.buffer_max),
            inbound: Arc::new(Semaphore::new(config.inbound_max)),
            requests: Arc::new(Semaphore::new(config.requests_max)),
            places: Arc::new(Semaphore::new(config.sessions_max)),
            shared: Slot::default(),
            native: Slot::default(),
            everybody: Arc::default(),
            interests: Interests::default(),
            only_newer: AtomicBool::new(false),
            spares: Spares::default(),
            parked: Parked::default(),
            refilling: Semaphore::new(1),
            sessions: Mutex::default(),
            processes: AtomicU64::new(0),
            health: watch::Sender::new(Health::Starting),
            recheck: Notify::new(),
            stopping: watch::Sender::new(false),
            config,
            log,
            launcher,
        })
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Arc<Session>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A process with a place of its own; a process that is idle may have to go for it.
    pub(crate) async fn start_process(&self) -> Result<Arc<Child>, NoProcess> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return self.start_at(place);
        }
        if !self.evict() {
            return Err(NoProcess::Full);
        }
        let patience = self.config.grace * 3 + TICK;
        match tokio::time::timeout(patience, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(place)) => self.start_at(place),
            _ => Err(NoProcess::Full),
        }
    }

    /// A process that was introduced and has answered nobody: for one request, or one subscriber.
    pub(crate) async fn fresh(self: &Arc<App>, capabilities: &str) -> Result<Arc<Child>, NoProcess> {
        let ready = self.spares.take(Some(capabilities));
        let (app, wanted) = (Arc::clone(self), capabilities.to_owned());
        tokio::spawn(async move {
            // One after the other, and none waits for its turn: whoever is at it sees to all.
            if let Ok(_turn) = app.refilling.try_acquire() {
                app.spares.refill(&app, &wanted).await;
            }
        });
        if let Some(child) = ready {
            return Ok(child);
        }
        let child = match self.start_process().await {
            Err(NoProcess::Full) => {
                // Requests are short: a place is likely to be free soon.
                match tokio::time::timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await {
                    Ok(Ok(place)) => self.start_at(place)?,
                    _ => return Err(NoProcess::Full),
                }
            }
            started => started?,
        };
        let mut guard = EndsUnlessKept(Some(Arc::clone(&child)));
        match tokio::time::timeout(self.config.start_timeout, health::initialize(&child, capabilities)).await
        {
            Ok(Ok(_)) => guard.0 = None,
            Ok(Err(why)) => return Err(NoProcess::Failed(why)),
            Err(_) => return Err(NoProcess::Late),
        }
        Ok(child)
    }

    /// Keeps a request whose client was told what is needed; the word by which it is found again.
    pub(crate) fn park(&self, rounds: Arc<Rounds>) -> Option<String> {
        let word = new_id().ok()?;
        self.parked.put(word.clone(), rounds);
        Some(word)
    }

    /// Hears what a process says that answers everybody, and asks for another when it ends.
    pub(crate) fn attend(&self, child: &Arc<Child>) {
        let everybody: Weak<Everybody> = Arc::downgrade(&self.everybody);
        child.listen(everybody);
        self.interests.renew(child);
    }

    /// A process if a place is free.
    pub(crate) fn start_in_free_place(&self) -> Result<Arc<Child>, NoProcess> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| NoProcess::Full)?;
        self.start_at(place)
    }

    fn start_at(&self, place: OwnedSemaphorePermit) -> Result<Arc<Child>, NoProcess> {
        if *self.stopping.borrow() {
            return Err(NoProcess::Full);
        }
        let number = self.processes.fetch_add(1, Ordering::Relaxed) + 1;
        let bounds = Bounds {
            line_max: self.config.line_max,
            requests_max: self.config.requests_max,
            request_timeout: self.config.request_timeout,
        };
        Child::start(&self.launcher, number, bounds, &self.log, Some(place))
            .map_err(|error| NoProcess::Failed(format!("the server does not start: {error}")))
    }

    /// Ends a process that was kept ready, or the session that is idle for longest, if it is for long enough.
    fn evict(&self) -> bool {
        if let Some(spare) = self.spares.take(None) {
            spare.end();
            return true;
        }
        if self.parked.end_older(self.config.evict_idle) {
            return true;
        }
        let now = Instant::now();
        let mut sessions = self.sessions();
        let oldest = sessions
            .values()
            .map(|session| (session.idle(now), session))
            .filter(|(idle, _)| *idle >= self.config.evict_idle)
            .max_by_key(|(idle, _)| *idle)
            .map(|(_, session)| Arc::clone(session));
        let Some(session) = oldest else { return false };
        sessions.remove(&session.id);
        drop(sessions);
        session.end();
        true
    }

    /// The session that a client names.
    pub(crate) fn session(&self, id: &str) -> Option<Arc<Session>> {
        self.sessions().get(id).filter(|session| !session.is_ended()).cloned()
    }

    /// Opens a session: starts a process and passes on the client's `initialize`. The answer may be the server's error;
    /// there is no session then.
    pub(crate) async fn open_session(
        self: &Arc<App>,
        params: &str,
    ) -> Result<Result<(Arc<Session>, Box<RawValue>), Box<RawValue>>, NoProcess> {
        let id = new_id().map_err(|error| NoProcess::Failed(format!("no random bytes: {error}")))?;
        if self.config.mode == Mode::Shared {
            return self.open_shared_session(id, params).await.map(Ok);
        }
        if self.only_newer.load(Ordering::Relaxed)
            && let Ok((_, facts)) = self.native.get(self, Era::Modern).await
        {
            return self.open_own_session(id, params, &facts).map(Ok);
        }
        let child = self.start_process().await?;
        // Whoever gives up waiting leaves no process behind.
        let mut guard = EndsUnlessKept(Some(Arc::clone(&child)));
        let session = Session::new(id, Link::Own(Arc::clone(&child)), self.config.replay_max, &self.budget);
        let asked = tokio::time::timeout(self.config.start_timeout, child.ask("initialize", params)).await;
        let told = match asked {
            Ok(Ok(told)) => told,
            Ok(Err(refused)) => {
                self.recheck.notify_one();
                return Err(match refused {
                    Refused::Gone(why) => NoProcess::Failed(why),
                    Refused::Busy => NoProcess::Full,
                });
            }
            Err(_) => {
                self.recheck.notify_one();
                return Err(NoProcess::Late);
            }
        };
        let result = match told {
            Ok(result) => result,
            Err(error) => {
                // A server of the newer era alone has none of this.
                if self.speaks_newer()
                    && let Ok((_, facts)) = self.native.get(self, Era::Modern).await
                {
                    self.only_newer.store(true, Ordering::Relaxed);
                    return self.open_own_session(session.id.clone(), params, &facts).map(Ok);
                }
                return Ok(Err(error));
            }
        };
        let Some(facts) = Facts::of_initialize(&result) else {
            self.recheck.notify_one();
            return Err(NoProcess::Failed("the server's answer to initialize is none".to_owned()));
        };
        let _ = session.version.set(facts.version.clone());
        self.note_exchange(facts);
        self.sessions().insert(session.id.clone(), Arc::clone(&session));
        guard.0 = None;
        Ok(Ok((session, result)))
    }

    /// Opens a session with the process that answers everybody; what that said of itself is told again.
    async fn open_shared_session(
        self: &Arc<App>,
        id: String,
        params: &str,
    ) -> Result<(Arc<Session>, Box<RawValue>), NoProcess> {
        self.met().await;
        if self.only_newer.load(Ordering::Relaxed) {
            let (_, facts) = self.native.get(self, Era::Modern).await?;
            return self.open_own_session(id, params, &facts);
        }
        let facts = match self.shared.get(self, Era::Legacy).await {
            Ok((_, facts)) => facts,
            Err(NoProcess::Failed(_)) if self.speaks_newer() => {
                let (_, facts) = self.native.get(self, Era::Modern).await?;
                self.only_newer.store(true, Ordering::Relaxed);
                return self.open_own_session(id, params, &facts);
            }
            Err(why) => return Err(why),
        };
        self.open_linked(id, params, Link::Shared(Arc::downgrade(self)), &facts)
    }

    /// Opens a session in front of a server that knows none.
    fn open_own_session(
        self: &Arc<App>,
        id: String,
        params: &str,
        facts: &Facts,
    ) -> Result<(Arc<Session>, Box<RawValue>), NoProcess> {
        let newer = Newer::new(Arc::downgrade(self), &rpc::raw(params.to_owned()));
        self.open_linked(id, params, Link::Newer(newer), facts)
    }

    fn open_linked(
        self: &Arc<App>,
        id: String,
        params: &str,
        link: Link,
        facts: &Facts,
    ) -> Result<(Arc<Session>, Box<RawValue>), NoProcess> {
        if self.count() >= self.config.sessions_max * SHARED_FACTOR && !self.evict() {
            return Err(NoProcess::Full);
        }
        let session = Session::new(id, link, self.config.replay_max, &self.budget);
        let (version, result) = facts.initialize_result(params);
        let _ = session.version.set(version);
        self.sessions().insert(session.id.clone(), Arc::clone(&session));
        Ok((session, result))
    }

    /// Waits until something is known of the server, but not forever.
    pub(crate) async fn met(&self) -> Health {
        let mut health = self.health.subscribe();
        let known = health.wait_for(|health| !matches!(health, Health::Starting));
        let _ = tokio::time::timeout(self.config.start_timeout, known).await;
        self.health.borrow().clone()
    }

    fn speaks_newer(&self) -> bool {
        matches!(&*self.health.borrow(), Health::Up(facts, _) if facts.era == Era::Modern)
    }

    /// An exchange with the server went well.
    fn note_exchange(&self, facts: Facts) {
        self.health.send_if_modified(|health| match health {
            Health::Up(_, at) => {
                *at = Instant::now();
                false
            }
            _ => {
                *health = Health::Up(Arc::new(facts), Instant::now());
                true
            }
        });
    }

    /// A client has no more use for its session.
    pub(crate) fn close_session(&self, id: &str) {
        let session = self.sessions().remove(id);
        if let Some(session) = session {
            session.end();
        }
    }

    /// How many sessions there are.
    pub(crate) fn count(&self) -> usize {
        self.sessions().len()
    }

    /// Ends sessions that are over, for as long as the bridge runs.
    pub(crate) async fn watch_sessions(self: Arc<App>) {
        let mut tick = tokio::time::interval(TICK.min(self.config.idle));
        loop {
            tick.tick().await;
            let now = Instant::now();
            let config = &self.config;
            let over: Vec<_> = self
                .sessions()
                .extract_if(|_, session| {
                    let handshake = session.idle(now) >= config.start_timeout && !session.is_initialized();
                    session.is_ended()
                        || handshake
                        || session.idle(now) >= config.idle
                        || session.age(now) >= config.lifetime
                })
                .collect();
            for (_, session) in over {
                session.end();
            }
            self.spares.end_older(self.config.idle);
            self.parked.end_older(self.config.idle);
        }
    }

    /// Ends everything, and waits until nothing is left.
    pub(crate) async fn stop(&self) {
        self.stopping.send_replace(true);
        let all = u32::try_from(self.config.requests_max).unwrap_or(u32::MAX);
        // What is in flight may still be answered.
        let _ = tokio::time::timeout(self.config.grace, self.requests.acquire_many(all)).await;
        let sessions: Vec<_> = self.sessions().drain().collect();
        for (_, session) in &sessions {
            session.end();
        }
        self.spares.end_older(Duration::ZERO);
        self.parked.end_older(Duration::ZERO);
        for slot in [&self.shared, &self.native] {
            if let Some((child, _)) = slot.running().await {
                child.end();
            }
        }
        let places = u32::try_from(self.config.sessions_max).unwrap_or(u32::MAX);
        let _ = tokio::time::timeout(self.config.grace * 3 + TICK, self.places.acquire_many(places)).await;
    }
}

/// An id that nobody guesses.
fn new_id() -> Result<String, getrandom::Error> {
    let mut bytes = [0; ID_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Ends a process when dropped.
pub(crate) struct EndsUnlessKept(pub(crate) Option<Arc<Child>>);

impl Drop for EndsUnlessKept {
    fn drop(&mut self) {
        if let Some(child) = &self.0 {
            child.end();
        }
    }
}
