//! What stands behind a front: the release that serves, those before it, and which one a request belongs to.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use hyper::header::HeaderValue;
use tokio::{sync::watch, time::Instant};

use super::{
    fronts::{Use, Waker},
    session::{Mark, tag},
};
use crate::backend::ReleaseNumber;

/// Releases that wait for their end at a time; the oldest is ended where nobody does. Chosen.
const BEFORE_MAX: usize = 4;

/// A process of a release, by its address.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// `10.0.3.2:8080`.
    pub(super) authority: String,
    /// What it is told that it is called: servers that check it know themselves by their port on their own machine.
    pub(super) called: HeaderValue,
    /// What sessions carry.
    pub(super) tag: String,
}

impl Origin {
    /// Reads `http://HOST:PORT`; `None` of anything else.
    pub(super) fn parse(origin: &str) -> Option<Self> {
        let authority = origin.strip_prefix("http://")?.trim_end_matches('/');
        let (host, port) = authority.rsplit_once(':')?;
        let port: u16 = port.parse().ok()?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        if host.is_empty() || !host.bytes().all(is_plain) {
            return None;
        }
        let called = HeaderValue::from_str(&format!("localhost:{port}")).ok()?;
        Some(Self { authority: authority.to_owned(), called, tag: tag(authority) })
    }
}

/// A release that answers, or did.
pub(super) struct Release {
    pub(super) number: ReleaseNumber,
    origins: Mutex<Arc<[Origin]>>,
    next: AtomicUsize,
    /// Requests that will end by themselves.
    begun: watch::Sender<usize>,
    /// Said when nothing may go on.
    cut: watch::Sender<bool>,
}

/// A request's place at a release; given back when dropped.
pub(super) struct Ticket {
    pub(super) release: Arc<Release>,
    pub(super) origin: Origin,
    /// A stream that a client holds open for whatever comes; it does not hold up the end of a release.
    pub(super) is_standing: bool,
    room: Arc<Room>,
}

impl Ticket {
    /// Returns when the release is over.
    pub(super) fn cut(&self) -> impl Future<Output = ()> + Send + Sync + 'static {
        let mut cut = self.release.cut.subscribe();
        async move {
            // The sender is held by the release, which the ticket holds.
            let _ = cut.wait_for(|is_cut| *is_cut).await;
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.is_standing {
            self.release.begun.send_modify(|begun| *begun -= 1);
        }
        let mut state = self.room.state();
        state.open -= 1;
        state.last = Instant::now();
    }
}

/// Whether a request may wake a release. One that has waited does not once more: what did not start then is not started
/// again by the same request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wakes {
    Yes,
    No,
}

/// Where a request goes.
pub(super) enum Choice {
    /// To this one.
    To(Ticket),
    /// Its session is over.
    SessionOver,
    /// Nothing is there; whom to wake, where nobody was yet.
    Nobody(Option<Waker>),
}

/// What stands behind one front.
pub(super) struct Room {
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

struct State {
    current: Option<Arc<Release>>,
    before: Vec<Arc<Release>>,
    parked: Parked,
    requests: u64,
    open: usize,
    last: Instant,
}

enum Parked {
    No,
    Asleep(Waker),
    Woken,
}

impl Room {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                current: None,
                before: Vec::new(),
                parked: Parked::No,
                requests: 0,
                open: 0,
                last: Instant::now(),
            }),
            changed: watch::Sender::new(()),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears of every switch from now on.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// A place for a request: of its session's release, or of the one that serves. `not` was tried in vain.
    pub(super) fn choose(
        self: &Arc<Self>,
        session: Option<&Mark>,
        is_standing: bool,
        not: Option<&Origin>,
        wakes: Wakes,
    ) -> Choice {
        let mut state = self.state();
        let found = match session {
            Some(mark) => {
                let release = state.all().find(|release| release.number == mark.release).cloned();
                let origin = release.as_ref().and_then(|release| release.origin_of(&mark.tag));
                release.zip(origin)
            }
            None => state.current.clone().and_then(|release| {
                let origin = release.next_origin(not)?;
                Some((release, origin))
            }),
        };
        let Some((release, origin)) = found else {
            return match session {
                Some(_) => Choice::SessionOver,
                None if wakes == Wakes::No => Choice::Nobody(None),
                None => Choice::Nobody(state.waker()),
            };
        };
        if not.is_none() {
            state.requests += 1;
        }
        state.open += 1;
        state.last = Instant::now();
        if !is_standing {
            release.begun.send_modify(|begun| *begun += 1);
        }
        Choice::To(Ticket { release, origin, is_standing, room: self.clone() })
    }

    /// New requests go to this release.
    pub(super) fn switch(&self, number: ReleaseNumber, origins: Vec<Origin>) {
        let mut state = self.state();
        let known = state.all().find(|release| release.number == number).cloned();
        let release = match known {
            Some(release) => {
                *release.origins.lock().unwrap_or_else(PoisonError::into_inner) = origins.into();
                release
            }
            None => Arc::new(Release {
                number,
                origins: Mutex::new(origins.into()),
                next: AtomicUsize::new(0),
                begun: watch::Sender::new(0),
                cut: watch::Sender::new(false),
            }),
        };
        state.before.retain(|before| before.number != number);
        if let Some(old) = state.current.replace(release).filter(|old| old.number != number) {
            state.put_before(old);
        }
        state.parked = Parked::No;
        drop(state);
        self.changed.send_replace(());
    }

    /// Nothing serves; the next request calls `waker`.
    pub(super) fn park(&self, waker: Waker) {
        let mut state = self.state();
        if let Some(old) = state.current.take() {
            state.put_before(old);
        }
        state.parked = Parked::Asleep(waker);
        drop(state);
        self.changed.send_replace(());
    }

    /// Nothing comes: requests that wait for it are refused, and no other one waits.
    pub(super) fn unpark(&self) {
        self.state().parked = Parked::No;
        self.changed.send_replace(());
    }

    /// Waits for the release's requests, and ends what is left of it.
    pub(super) async fn drain(&self, number: ReleaseNumber, at_most: Duration) {
        let release = {
            let mut state = self.state();
            let Some(release) = state.all().find(|release| release.number == number).cloned() else { return };
            if state.current.as_ref().is_some_and(|current| current.number == number) {
                state.current = None;
                state.put_before(release.clone());
            }
            release
        };
        let mut begun = release.begun.subscribe();
        // Over in time or not: what follows is the same.
        let _ = tokio::time::timeout(at_most, begun.wait_for(|begun| *begun == 0)).await;
        let mut state = self.state();
        // It may have been let in again meanwhile, by somebody who went back.
        let is_before = state.before.iter().any(|before| Arc::ptr_eq(before, &release));
        if is_before {
            state.before.retain(|before| !Arc::ptr_eq(before, &release));
            release.cut.send_replace(true);
        }
    }

    /// How it is used.
    pub(super) fn usage(&self) -> Use {
        let state = self.state();
        Use {
            requests: state.requests,
            open: state.open,
            idle: if state.open > 0 { Duration::ZERO } else { state.last.elapsed() },
            release: state.current.as_ref().map(|release| release.number),
        }
    }
}

impl State {
    fn all(&self) -> impl Iterator<Item = &Arc<Release>> {
        self.current.iter().chain(&self.before)
    }

    fn put_before(&mut self, release: Arc<Release>) {
        self.before.push(release);
        if self.before.len() > BEFORE_MAX {
            self.before.remove(0).cut.send_replace(true);
        }
    }

    fn waker(&mut self) -> Option<Waker> {
        match std::mem::replace(&mut self.parked, Parked::Woken) {
            Parked::Asleep(waker) => Some(waker),
            Parked::No => {
                self.parked = Parked::No;
                None
            }
            Parked::Woken => None,
        }
    }

    /// Whether somebody was asked to start a release.
    fn is_woken(&self) -> bool {
        matches!(self.parked, Parked::Woken)
    }
}

impl Room {
    /// Whether a release is on its way, so that waiting makes sense.
    pub(super) fn is_woken(&self) -> bool {
        self.state().is_woken()
    }
}

impl Release {
    fn origins(&self) -> Arc<[Origin]> {
        self.origins.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn origin_of(&self, tag: &str) -> Option<Origin> {
        self.origins().iter().find(|origin| origin.tag == tag).cloned()
    }

    /// In turn; one that was tried in vain only where there is no other.
    fn next_origin(&self, not: Option<&Origin>) -> Option<Origin> {
        let origins = self.origins();
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let mut in_turn = (0..origins.len()).filter_map(|step| origins.get((turn + step) % origins.len()));
        let first = in_turn.clone().next();
        in_turn.find(|origin| not.is_none_or(|not| not.tag != origin.tag)).or(first).cloned()
    }
}
