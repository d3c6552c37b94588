//! What waits for the collector, and the way there.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use reqwest::{
    StatusCode,
    header::{HeaderName, HeaderValue},
};
use serde_json::Value;
use sigyl_core::secret::SecretText;
use tokio::sync::Notify;

use super::{encode, span::Span};
use crate::outbound::{Asked, Outbound};

/// Spans that wait, at most: some megabytes.
const QUEUE_MAX: usize = 4_096;

/// Spans of one request to the collector, what its own exporters send.
const BATCH: usize = 512;

/// How often a batch is sent before it is given up.
const ATTEMPTS_MAX: u32 = 5;

/// How long the collector may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Longest answer of a collector, bytes.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// Why there is no exporter.
#[derive(Debug, thiserror::Error)]
#[error("the header {0} cannot be sent")]
pub(crate) struct WrongHeader(String);

/// Sends spans to a collector.
pub(crate) struct Exporter {
    url: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    client: Outbound,
    waiting: Mutex<Waiting>,
    much: Notify,
    sent: AtomicU64,
    lost: AtomicU64,
    /// One request at a time, so that a batch is never sent twice.
    sending: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Waiting {
    spans: VecDeque<Span>,
    /// How often the first of them were sent in vain.
    attempts: u32,
}

/// How a request went.
enum Sent {
    /// The collector took them, but for so many.
    Taken(u64),
    /// It may take them later.
    Later(String),
    /// It never will.
    Never(String),
}

impl Exporter {
    pub(crate) fn new(url: String, headers: Vec<(String, SecretText)>) -> Result<Self, WrongHeader> {
        let header = |(name, value): (String, SecretText)| {
            let wrong = || WrongHeader(name.clone());
            let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
            let mut value = HeaderValue::from_str(value.reveal()).map_err(|_| wrong())?;
            value.set_sensitive(true);
            Ok((header, value))
        };
        Ok(Self {
            url,
            headers: headers.into_iter().map(header).collect::<Result<_, _>>()?,
            client: Outbound::of_the_operator(PATIENCE),
            waiting: Mutex::default(),
            much: Notify::new(),
            sent: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            sending: tokio::sync::Mutex::default(),
        })
    }

    /// Takes a span; none is taken beyond what the queue holds.
    pub(super) fn put(&self, span: Span) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.spans.len() >= QUEUE_MAX {
            self.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        waiting.spans.push_back(span);
        if waiting.spans.len() == BATCH {
            self.much.notify_one();
        }
    }

    pub(super) async fn much_waits(&self) {
        self.much.notified().await;
    }

    /// Sends what waits, until nothing does or the collector takes no more.
    pub(super) async fn export(&self) {
        let _one = self.sending.lock().await;
        loop {
            let batch = {
                let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                waiting.spans.iter().take(BATCH).cloned().collect::<Vec<_>>()
            };
            if batch.is_empty() {
                return;
            }
            let sent = self.send(&batch).await;
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let count = batch.len() as u64;
            let (refused, why) = match sent {
                Sent::Taken(refused) => (refused.min(count), None),
                Sent::Later(why) if waiting.attempts + 1 < ATTEMPTS_MAX => {
                    waiting.attempts += 1;
                    tracing::debug!(reason = why, "traces wait for the collector");
                    return;
                }
                Sent::Later(why) | Sent::Never(why) => (count, Some(why)),
            };
            // Spans are only ever put at the end.
            waiting.spans.drain(..batch.len());
            waiting.attempts = 0;
            drop(waiting);
            self.sent.fetch_add(count - refused, Ordering::Relaxed);
            self.lost.fetch_add(refused, Ordering::Relaxed);
            if refused > 0 {
                tracing::warn!(reason = why, lost = refused, "the collector did not take traces");
            }
            if why.is_some() {
                return;
            }
        }
    }

    async fn send(&self, batch: &[Span]) -> Sent {
        let body = encode::request(batch);
        let mut asked = Asked::post(&self.url, "application/json", body, ANSWER_BYTES_MAX);
        for (name, value) in &self.headers {
            asked = asked.header(name.clone(), value.clone());
        }
        match self.client.send(asked).await {
            Err(error) => Sent::Later(error.to_string()),
            Ok(answer) if answer.status.is_success() => {
                let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
                let refused = &body["partialSuccess"]["rejectedSpans"];
                // A number of 64 bits is a text in this form of JSON.
                let refused = refused.as_u64().or_else(|| refused.as_str()?.parse().ok());
                Sent::Taken(refused.unwrap_or(0))
            }
            Ok(answer) => {
                let why = format!("it answered {}", answer.status.as_u16());
                // Those that the specification of OTLP says to try again.
                match answer.status {
                    StatusCode::TOO_MANY_REQUESTS
                    | StatusCode::BAD_GATEWAY
                    | StatusCode::SERVICE_UNAVAILABLE
                    | StatusCode::GATEWAY_TIMEOUT => Sent::Later(why),
                    _ => Sent::Never(why),
                }
            }
        }
    }

    pub(super) fn counted(&self) -> (u64, u64) {
        (self.sent.load(Ordering::Relaxed), self.lost.load(Ordering::Relaxed))
    }

    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).spans.len()
    }
}
