//! Processes that belong to no session: one that answers everybody, and ones kept ready to answer a single request.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, timeout};

use crate::{
    app::{App, EndsUnlessKept, NoProcess},
    child::Child,
    health::{self, Facts},
};

/// Between attempts to start a process again: doubled up to the last.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));
/// A process that ends sooner has failed, whatever it answered.
const TOO_SHORT: Duration = Duration::from_secs(10);

/// A process for everybody, started when it is needed, and again when it has ended.
#[derive(Default)]
pub(crate) struct Slot(tokio::sync::Mutex<Held>);

#[derive(Default)]
struct Held {
    process: Option<(Arc<Child>, Arc<Facts>, Instant)>,
    failures: u32,
    not_before: Option<Instant>,
}

impl Held {
    fn note_failure(&mut self) {
        self.failures = (self.failures + 1).min(16);
        let pause = (BACKOFF.0 * 2_u32.pow(self.failures - 1)).min(BACKOFF.1);
        self.not_before = Some(Instant::now() + pause);
    }

    /// The process if it still runs; else note is taken of how it went.
    fn running(&mut self) -> Option<(Arc<Child>, Arc<Facts>)> {
        let (child, facts, started) = self.process.as_ref()?;
        if !child.is_gone() {
            return Some((Arc::clone(child), Arc::clone(facts)));
        }
        let short = started.elapsed() < TOO_SHORT;
        self.process = None;
        if short {
            self.note_failure();
        } else {
            self.failures = 0;
        }
        None
    }
}

impl Slot {
    /// The process; `modern` says which era it is spoken to in.
    pub(crate) async fn get(
        &self,
        app: &App,
        era: health::Era,
    ) -> Result<(Arc<Child>, Arc<Facts>), NoProcess> {
        let mut held = self.0.lock().await;
        if let Some(running) = held.running() {
            return Ok(running);
        }
        if held.not_before.is_some_and(|at| at > Instant::now()) {
            return Err(NoProcess::Failed(
                "the server has failed, and is started again in a while".to_owned(),
            ));
        }
        let child = app.start_process().await?;
        let mut guard = EndsUnlessKept(Some(Arc::clone(&child)));
        let meeting = health::meet_in(&child, era);
        let facts = match timeout(app.config.start_timeout, meeting).await {
            Ok(Ok(facts)) => Arc::new(facts),
            Ok(Err(why)) => {
                held.note_failure();
                return Err(NoProcess::Failed(why));
            }
            Err(_) => {
                held.note_failure();
                return Err(NoProcess::Late);
            }
        };
        guard.0 = None;
        app.attend(&child);
        held.process = Some((Arc::clone(&child), Arc::clone(&facts), Instant::now()));
        Ok((child, facts))
    }

    /// Takes over a process that was met already, unless there is one.
    pub(crate) async fn put(&self, app: &App, child: &Arc<Child>, facts: &Facts) -> bool {
        let mut held = self.0.lock().await;
        if held.running().is_some() {
            return false;
        }
        app.attend(child);
        held.process = Some((Arc::clone(child), Arc::new(facts.clone()), Instant::now()));
        true
    }

    /// The process, if one runs.
    pub(crate) async fn running(&self) -> Option<(Arc<Child>, Arc<Facts>)> {
        self.0.lock().await.running()
    }
}

/// Processes that are started and introduced, and have answered nobody yet.
#[derive(Default)]
pub(crate) struct Spares(Mutex<Vec<Spare>>);

struct Spare {
    child: Arc<Child>,
    since: Instant,
    /// What it was told that the client can do.
    capabilities: String,
}

impl Spares {
    fn list(&self) -> MutexGuard<'_, Vec<Spare>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One of them that was told of such a client, or any.
    pub(crate) fn take(&self, capabilities: Option<&str>) -> Option<Arc<Child>> {
        let mut list = self.list();
        list.retain(|spare| !spare.child.is_gone());
        let at =
            list.iter().position(|spare| capabilities.is_none_or(|wanted| spare.capabilities == wanted))?;
        Some(list.swap_remove(at).child)
    }

    /// Those that nobody needed for so long.
    pub(crate) fn end_older(&self, than: Duration) {
        self.end_if(|spare| spare.child.is_gone() || spare.since.elapsed() >= than);
    }

    fn end_if(&self, over: impl Fn(&Spare) -> bool) {
        let old: Vec<_> = self.list().extract_if(.., |spare| over(spare)).collect();
        for spare in old {
            spare.child.end();
        }
    }

    /// Starts as many as there shall be for such clients, one after the other, where places are free.
    pub(crate) async fn refill(&self, app: &App, capabilities: &str) {
        // Clients of one kind are followed by others of the same.
        self.end_if(|spare| spare.capabilities != capabilities);
        while self.list().len() < app.config.spares {
            let Ok(child) = app.start_in_free_place() else { return };
            let mut guard = EndsUnlessKept(Some(Arc::clone(&child)));
            let met = timeout(app.config.start_timeout, health::initialize(&child, capabilities)).await;
            if !matches!(met, Ok(Ok(_))) || self.list().len() >= app.config.spares {
                return;
            }
            guard.0 = None;
            self.list().push(Spare { child, since: Instant::now(), capabilities: capabilities.to_owned() });
        }
    }
}
