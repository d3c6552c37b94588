//! One message to a server and one back, within limits.

use std::time::Duration;

use hyper::StatusCode;
use reqwest::{
    Client, Method, Response, Url,
    header::{ACCEPT, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, LOCATION, WWW_AUTHENTICATE},
};
use serde_json::Value;
use sigyl_core::protocol::{Events, answer_to, redact};
use tokio::time::{Instant, timeout_at};

use crate::backend::Upstream;

/// The most bytes of one answer. Chosen: lists of thousand tools have less.
const ANSWER_MAX: usize = 4 << 20;

/// The most bytes of all answers of one probe. Chosen.
const ANSWERS_MAX: usize = 16 << 20;

/// Characters of what a server said that are told to people. Chosen.
const TOLD_MAX: usize = 200;

/// A word of a header that is taken for a secret has this many bytes at least: `Bearer` is none. Chosen.
const SECRET_MIN: usize = 8;

/// Why a server is not healthy. No text of it has a header that was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// Nobody listens there, or not yet.
    #[error("no connection could be made")]
    Refused,
    /// No answer came in time.
    #[error("no answer came in time")]
    TimedOut,
    /// The connection ended in the middle.
    #[error("the connection ended before the answer did")]
    CutShort,
    /// An HTTP status that is no answer of a server that works.
    #[error("the answer to {method} was HTTP {status}{}", shown(.said))]
    Status {
        /// What was asked.
        method: String,
        /// The status.
        status: u16,
        /// What the error said, where it was one of JSON-RPC.
        said: Option<String>,
    },
    /// A JSON-RPC error.
    #[error("{method} was answered with the error {code}{}", shown(.said))]
    JsonRpc {
        /// What was asked.
        method: String,
        /// The error's code.
        code: i64,
        /// What it said.
        said: Option<String>,
    },
    /// Something answers that is no MCP server over streamable HTTP.
    #[error("{method} was not answered as MCP has it: {why}")]
    NotMcp {
        /// What was asked.
        method: String,
        /// What came instead.
        why: String,
    },
    /// More bytes than any listing has.
    #[error("the answer to {method} is larger than {limit} bytes")]
    TooLarge {
        /// What was asked.
        method: String,
        /// The limit.
        limit: usize,
    },
    /// The prober itself cannot ask: an address or a header that is none.
    #[error("the server cannot be asked: {0}")]
    CannotAsk(String),
}

fn shown(said: &Option<String>) -> String {
    said.as_ref().map(|said| format!(" ({said})")).unwrap_or_default()
}

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// The JSON-RPC answer, where there is one.
    pub(super) message: Option<Value>,
}

impl Reply {
    /// The result, or why there is none.
    pub(super) fn result(&self, method: &str) -> Result<&Value, ProbeError> {
        let method = method.to_owned();
        let error = self.message.as_ref().and_then(|message| message.get("error"));
        let said = error.and_then(|error| error.get("message")?.as_str()).map(told);
        if !self.status.is_success() {
            return Err(ProbeError::Status { method, status: self.status.as_u16(), said });
        }
        if let Some(error) = error {
            let code = error.get("code").and_then(Value::as_i64).unwrap_or_default();
            return Err(ProbeError::JsonRpc { method, code, said });
        }
        let result = self.message.as_ref().and_then(|message| message.get("result"));
        result.filter(|result| result.is_object()).ok_or_else(|| {
            let why = if self.message.is_none() { "no JSON-RPC answer" } else { "the result is no object" };
            ProbeError::NotMcp { method, why: why.to_owned() }
        })
    }

    /// Whether the server wants a token, and tells where one is had (RFC 9728), as MCP asks of it.
    pub(super) fn wants_token(&self) -> bool {
        let challenges = self.headers.get_all(WWW_AUTHENTICATE).iter();
        self.status == StatusCode::UNAUTHORIZED
            && challenges.filter_map(|value| value.to_str().ok()).any(|value| {
                let value = value.to_ascii_lowercase();
                value.starts_with("bearer") && value.contains("resource_metadata")
            })
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The way to one server, for one probe.
pub(super) struct Wire<'a> {
    client: &'a Client,
    url: Url,
    headers: HeaderMap,
    /// What the server may not have shown: the values of the backend's headers, and their words.
    secrets: Vec<String>,
    /// When everything must be done.
    pub(super) until: Instant,
    last_id: u64,
    bytes: usize,
}

impl<'a> Wire<'a> {
    pub(super) fn new(
        client: &'a Client,
        upstream: &Upstream,
        path: &str,
        time: Duration,
    ) -> Result<Self, ProbeError> {
        let cannot = |what: &str| ProbeError::CannotAsk(what.to_owned());
        let url = format!("{}{path}", upstream.origin.trim_end_matches('/'));
        let url = Url::parse(&url).map_err(|_| cannot("its address is none"))?;
        let (mut headers, mut secrets) = (HeaderMap::new(), Vec::new());
        for (name, value) in &upstream.headers {
            secrets.push(value.0.clone());
            secrets.extend(
                value.0.split_whitespace().filter(|word| word.len() >= SECRET_MIN).map(str::to_owned),
            );
            let name =
                HeaderName::from_bytes(name.as_bytes()).map_err(|_| cannot("a header has no good name"))?;
            let mut value = HeaderValue::from_str(&value.0)
                .map_err(|_| cannot(&format!("the header {name} has no good value")))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        // Servers that only take https are told that they are behind it.
        headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        if url.scheme() == "http"
            && let Some(port) = url.port_or_known_default()
            && let Ok(host) = HeaderValue::from_str(&format!("localhost:{port}"))
        {
            // What the server is called on its own machine: some check it.
            headers.insert(HOST, host);
        }
        Ok(Self { client, url, headers, secrets, until: Instant::now() + time, last_id: 0, bytes: 0 })
    }

    /// An id that no request of this probe has had.
    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Sends one message, and reads the answer to a request. `method` is for errors.
    pub(super) async fn post(
        &mut self,
        message: &Value,
        headers: &[(&str, &str)],
        until: Instant,
    ) -> Result<Reply, ProbeError> {
        let method = message.get("method").and_then(Value::as_str).unwrap_or_default();
        let id = message.get("id").and_then(Value::as_u64);
        let mut all = self.headers(headers)?;
        all.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        all.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        let request = self.client.post(self.url.clone()).headers(all).body(message.to_string());
        let exchange = async {
            let mut response = request.send().await.map_err(|error| of_sending(&error))?;
            let (status, headers) = (response.status(), response.headers().clone());
            if status.is_redirection() {
                let to = headers.get(LOCATION).and_then(|to| to.to_str().ok()).map(told);
                let why =
                    format!("a redirect to {}, which is not followed", to.as_deref().unwrap_or("nowhere"));
                return Err(ProbeError::NotMcp { method: method.to_owned(), why });
            }
            let message = match id {
                // A notification has no answer, and its status says all.
                None => None,
                Some(id) => self.read(&mut response, method, id).await?,
            };
            Ok(Reply { status, headers, message })
        };
        timeout_at(until, exchange).await.unwrap_or(Err(ProbeError::TimedOut))
    }

    /// Ends a session. The server may refuse, or be gone; there is nothing else to do.
    pub(super) async fn delete(&self, headers: &[(&str, &str)], time: Duration) {
        if let Ok(headers) = self.headers(headers) {
            let request = self.client.request(Method::DELETE, self.url.clone()).headers(headers).send();
            let _ = tokio::time::timeout(time, request).await;
        }
    }

    fn headers(&self, more: &[(&str, &str)]) -> Result<HeaderMap, ProbeError> {
        let mut headers = self.headers.clone();
        for (name, value) in more {
            let bad = || ProbeError::NotMcp {
                method: "initialize".to_owned(),
                why: format!("what it says of {name} can be in no header"),
            };
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
            headers.insert(name, HeaderValue::from_str(value).map_err(|_| bad())?);
        }
        Ok(headers)
    }

    /// Reads until the answer to `id` is there, or the end.
    async fn read(
        &mut self,
        response: &mut Response,
        method: &str,
        id: u64,
    ) -> Result<Option<Value>, ProbeError> {
        let limit = ANSWER_MAX.min(ANSWERS_MAX.saturating_sub(self.bytes));
        let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_stream =
            content_type.is_some_and(|value| value.to_ascii_lowercase().starts_with("text/event-stream"));
        let (mut events, mut body, mut total, mut answer) = (Events::default(), Vec::new(), 0, None);
        loop {
            let chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(error) if error.is_timeout() => return Err(ProbeError::TimedOut),
                Err(_) => return Err(ProbeError::CutShort),
            };
            total += chunk.len();
            self.bytes += chunk.len();
            if total > limit {
                return Err(ProbeError::TooLarge { method: method.to_owned(), limit });
            }
            if !is_stream {
                body.extend_from_slice(&chunk);
                continue;
            }
            let is_there = events.feed(&chunk, |data| {
                answer = json(data, &self.secrets).and_then(|value| answer_to(value, id));
                answer.is_some()
            });
            if is_there {
                return Ok(answer);
            }
        }
        if is_stream {
            return Ok(None);
        }
        let Some(value) = json(&body, &self.secrets) else { return Ok(None) };
        // Errors of the transport come without the id of the request.
        let without_id = Some(&value).filter(|value| value.get("error").is_some()).cloned();
        Ok(answer_to(value, id).or(without_id))
    }
}

fn json(bytes: &[u8], secrets: &[String]) -> Option<Value> {
    let mut value = serde_json::from_slice(bytes).ok()?;
    if !secrets.is_empty() {
        redact(&mut value, secrets);
    }
    Some(value)
}

fn of_sending(error: &reqwest::Error) -> ProbeError {
    match error {
        error if error.is_connect() => ProbeError::Refused,
        error if error.is_timeout() => ProbeError::TimedOut,
        _ => ProbeError::CutShort,
    }
}

/// As much of a server's words as people are told, on one line.
pub(super) fn told(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(TOLD_MAX).collect()
}
