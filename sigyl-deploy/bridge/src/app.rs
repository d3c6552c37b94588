//! What all requests share: processes and their places, sessions, and what is known of the server.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
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
    child::{Bounds, Child, Refused},
    config::Config,
    health::{Facts, Health},
    log::Log,
    process::Launcher,
    session::Session,
    stream::Budget,
};

/// Random bytes of a session's id; the least that is asked for is 122 bits.
const ID_BYTES: usize = 24;
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

    /// A process with a place of its own; a session that is idle may have to go for it.
    pub(crate) async fn start_process(&self) -> Result<Arc<Child>, NoProcess> {
        let place = match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => place,
            Err(_) if self.evict() => {
                let patience = self.config.grace * 3 + TICK;
                match tokio::time::timeout(patience, Arc::clone(&self.places).acquire_owned()).await {
                    Ok(Ok(place)) => place,
                    _ => return Err(NoProcess::Full),
                }
            }
            Err(_) => return Err(NoProcess::Full),
        };
        self.start_at(place)
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

    /// Ends the session that is idle for longest, if it is for long enough.
    fn evict(&self) -> bool {
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
        let child = self.start_process().await?;
        // Whoever gives up waiting leaves no process behind.
        let mut guard = EndsUnlessKept(Some(Arc::clone(&child)));
        let mut bytes = [0; ID_BYTES];
        getrandom::fill(&mut bytes)
            .map_err(|error| NoProcess::Failed(format!("no random bytes: {error}")))?;
        let id = URL_SAFE_NO_PAD.encode(bytes);
        let session = Session::new(id, Arc::clone(&child), self.config.replay_max, &self.budget);
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
            Err(error) => return Ok(Err(error)),
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
        let places = u32::try_from(self.config.sessions_max).unwrap_or(u32::MAX);
        let _ = tokio::time::timeout(self.config.grace * 3 + TICK, self.places.acquire_many(places)).await;
    }
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
