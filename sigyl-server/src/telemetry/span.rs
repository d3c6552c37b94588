//! Spans: begun, noted upon, ended.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sigyl_core::secret::random_bytes;

use super::Exporter;
use crate::{clock::Clock, config::Config};

/// Things that are noted of one span, at most. Chosen: nothing of ours notes a quarter of it.
const NOTES_MAX: usize = 32;

/// Longest text that is noted, bytes.
const TEXT_BYTES_MAX: usize = 200;

tokio::task_local! {
    /// The span that the task is in.
    static CURRENT: Arc<Open>;
}

/// What a span is of, by its number in OpenTelemetry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Work of the server's own.
    Internal = 1,
    /// The answer to a request.
    Server = 2,
    /// A question to another server.
    Client = 3,
}

/// A value that is noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Number(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        let end = text.floor_char_boundary(TEXT_BYTES_MAX);
        Self::Text(text[..end].to_owned())
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Self {
        Self::Number(number.into())
    }
}

/// What is noted of a span.
pub(crate) type Notes = Vec<(&'static str, Value)>;

/// The span of another program that called us: W3C Trace Context.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parent {
    trace: [u8; 16],
    span: [u8; 8],
    is_sampled: bool,
}

impl Parent {
    /// Reads `traceparent`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        // Later versions may have more behind these four parts.
        let fits = bytes.len() == 55 || (bytes.len() > 55 && bytes[55] == b'-' && !text.starts_with("00"));
        let dashes = [2, 35, 52].iter().all(|at| bytes.get(*at) == Some(&b'-'));
        if !text.is_ascii() || !fits || !dashes || text.starts_with("ff") {
            return None;
        }
        let [_] = unhex::<1>(&text[..2])?;
        let (trace, span, [flags]) = (unhex(&text[3..35])?, unhex(&text[36..52])?, unhex(&text[53..55])?);
        let is_one = trace != [0; 16] && span != [0; 8];
        is_one.then_some(Self { trace, span, is_sampled: flags & 1 == 1 })
    }
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let fine = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let mut out = [0; N];
    for (at, byte) in out.iter_mut().enumerate() {
        let pair = text.get(2 * at..2 * at + 2).filter(|pair| pair.bytes().all(fine))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(out)
}

/// A span that goes on.
struct Open {
    exporter: Arc<Exporter>,
    trace: [u8; 16],
    id: [u8; 8],
    parent: Option<[u8; 8]>,
    kind: Kind,
    begun_ns: u64,
    begun: Instant,
    notes: Mutex<Notes>,
}

/// A span that is over.
#[derive(Debug, Clone)]
pub(super) struct Span {
    pub(super) trace: [u8; 16],
    pub(super) id: [u8; 8],
    pub(super) parent: Option<[u8; 8]>,
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) begun_ns: u64,
    pub(super) ended_ns: u64,
    pub(super) notes: Notes,
    pub(super) is_error: bool,
}

/// How a span ended.
#[derive(Debug)]
pub(crate) struct Ended {
    name: String,
    is_error: bool,
    is_kept: bool,
}

impl Ended {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_error: false, is_kept: true }
    }

    /// Whether it failed.
    #[must_use]
    pub(crate) fn failed(self, is_error: bool) -> Self {
        Self { is_error, ..self }
    }

    /// Whether anybody wants to know: looking for work and finding none is no span.
    #[must_use]
    pub(crate) fn kept(self, is_kept: bool) -> Self {
        Self { is_kept, ..self }
    }
}

impl Open {
    fn end(&self, ended: Ended) {
        if !ended.is_kept {
            return;
        }
        let notes = std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner));
        self.exporter.put(Span {
            trace: self.trace,
            id: self.id,
            parent: self.parent,
            kind: self.kind,
            name: ended.name,
            begun_ns: self.begun_ns,
            ended_ns: self.begun_ns.saturating_add(nanos(self.begun.elapsed())),
            notes,
            is_error: ended.is_error,
        });
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Where spans begin: with the collector that the operator named, or without any.
pub(crate) struct Traces(Option<Sampled>);

struct Sampled {
    exporter: Arc<Exporter>,
    /// Spans without a parent whose trace's id is below this are traced.
    below: u64,
    clock: Clock,
}

impl Traces {
    pub(crate) fn new(config: &Config, clock: Clock) -> Self {
        let telemetry = &config.telemetry;
        if telemetry.endpoint.is_empty() {
            return Self(None);
        }
        let url = format!("{}/v1/traces", telemetry.endpoint.trim_end_matches('/'));
        match Exporter::new(url, telemetry.headers.clone()) {
            Ok(exporter) => Self::to(exporter, telemetry.sample_percent, clock),
            Err(error) => {
                tracing::warn!(reason = %error, "nothing is traced");
                Self(None)
            }
        }
    }

    pub(super) fn to(exporter: Exporter, sample_percent: u32, clock: Clock) -> Self {
        let below = match sample_percent {
            100.. => u64::MAX,
            percent => u64::MAX / 100 * u64::from(percent),
        };
        Self(Some(Sampled { exporter: Arc::new(exporter), below, clock }))
    }

    /// Does something within a span; `ended` says how it is called in the end. What is done lies on the heap, since each
    /// future that holds another one by value, as this does, is twice as large on the stack.
    pub(crate) async fn within<T>(
        &self,
        kind: Kind,
        parent: Option<Parent>,
        work: Pin<Box<impl Future<Output = T>>>,
        ended: impl FnOnce(&T) -> Ended,
    ) -> T {
        let Some(open) = self.begin(kind, parent) else { return work.await };
        CURRENT
            .scope(Arc::clone(&open), async {
                let done = work.await;
                open.end(ended(&done));
                done
            })
            .await
    }

    /// Does a piece of work within a span of that name, where there was one to do.
    pub(crate) async fn job<T, E>(
        &self,
        name: &'static str,
        work: Pin<Box<impl Future<Output = Result<T, E>>>>,
        was_there: impl FnOnce(&T) -> bool,
    ) -> Result<T, E> {
        let ended = |done: &Result<T, E>| match done {
            Ok(done) => Ended::new(name).kept(was_there(done)),
            Err(_) => Ended::new(name).failed(true),
        };
        self.within(Kind::Internal, None, work, ended).await
    }

    fn begin(&self, kind: Kind, parent: Option<Parent>) -> Option<Arc<Open>> {
        let sampled = self.0.as_ref()?;
        let trace = match parent {
            Some(parent) => parent.trace,
            None => random_bytes().ok()?,
        };
        let [.., a, b, c, d, e, f, g, h] = trace;
        let chosen = match parent {
            Some(parent) => parent.is_sampled,
            None => u64::from_be_bytes([a, b, c, d, e, f, g, h]) < sampled.below,
        };
        if !chosen {
            return None;
        }
        let now = u64::try_from(sampled.clock.now().0).unwrap_or(0);
        Some(Arc::new(Open {
            exporter: Arc::clone(&sampled.exporter),
            trace,
            id: random_bytes().ok()?,
            parent: parent.map(|parent| parent.span),
            kind,
            begun_ns: now.saturating_mul(1_000_000),
            begun: instant(),
            notes: Mutex::default(),
        }))
    }

    /// Whether anything is traced.
    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Sends what waits.
    pub(crate) async fn export(&self) {
        if let Some(sampled) = &self.0 {
            sampled.exporter.export().await;
        }
    }

    /// Waits until much waits.
    pub(crate) async fn much_waits(&self) {
        match &self.0 {
            Some(sampled) => sampled.exporter.much_waits().await,
            None => std::future::pending().await,
        }
    }

    /// How many spans were sent, and how many were lost.
    pub(crate) fn counted(&self) -> Option<(u64, u64)> {
        self.0.as_ref().map(|sampled| sampled.exporter.counted())
    }

    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.0.as_ref().map_or(0, |sampled| sampled.exporter.waiting())
    }
}

#[allow(clippy::disallowed_methods, reason = "measures how long things take, for traces")]
fn instant() -> Instant {
    Instant::now()
}

/// Notes something of the span that the caller is in, where there is one. Nothing secret, and nothing that a stranger wrote
/// but names.
pub(crate) fn note(key: &'static str, value: impl Into<Value>) {
    let _ = CURRENT.try_with(|open| {
        let mut notes = open.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if notes.len() < NOTES_MAX {
            notes.push((key, value.into()));
        }
    });
}

/// Asks another server within a span below the one that the caller is in; without one, it is only asked.
pub(crate) async fn child<T, E>(
    name: &'static str,
    work: Pin<Box<impl Future<Output = Result<T, E>>>>,
    noted: impl FnOnce(&Result<T, E>) -> Notes,
) -> Result<T, E> {
    let Ok(parent) = CURRENT.try_with(Arc::clone) else { return work.await };
    let Ok(id) = random_bytes() else { return work.await };
    let open = Open {
        exporter: Arc::clone(&parent.exporter),
        trace: parent.trace,
        id,
        parent: Some(parent.id),
        kind: Kind::Client,
        begun_ns: parent.begun_ns.saturating_add(nanos(parent.begun.elapsed())),
        begun: instant(),
        notes: Mutex::default(),
    };
    let done = work.await;
    *open.notes.lock().unwrap_or_else(PoisonError::into_inner) = noted(&done);
    open.end(Ended::new(name).failed(done.is_err()));
    done
}
