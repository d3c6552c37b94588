//! Calls of hosting services: JSON in, JSON out, bounded, and tried again only where that is safe.
//!
//! What a service answers is a stranger's text: it may repeat what it was sent, so every hidden value of a call is
//! taken out before an answer goes into an error.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use reqwest::{
    Method, StatusCode, Url,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER},
    redirect,
};
use serde_json::Value;
use sigyl_core::secret::SecretText;
use zeroize::Zeroizing;

use super::{
    BackendError,
    hidden::{self, chain, short},
    pace::Pace,
};

/// The longest answer that is read, bytes; lists of a hundred services stay below a tenth. Chosen.
const ANSWER_BYTES: usize = 8 << 20;

/// Fewer calls than this left in a service's window are few. Chosen: what two deployments need.
const SCARCE: u64 = 60;

/// Whether a call may be made again when nobody knows whether it was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// It has the same end when it is made twice.
    Safe,
    /// Only when it certainly was not carried out.
    Refused,
}

/// How long bytes may take on their way; 256 MiB at 4 Mbit/s. Chosen.
const UPLOAD: Duration = Duration::from_secs(600);

/// What a call carries.
#[derive(Clone)]
pub(crate) enum Body<'a> {
    Json(&'a Value),
    #[cfg_attr(not(feature = "cloud-run"), expect(dead_code, reason = "the others send JSON alone"))]
    Bytes {
        kind: &'static str,
        bytes: &'a [u8],
    },
}

/// One call.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// Without a query.
    pub(crate) url: &'a str,
    pub(crate) query: &'a [(&'a str, &'a str)],
    /// Headers that carry credentials.
    pub(crate) credentials: &'a [(&'static str, SecretText)],
    pub(crate) body: Option<Body<'a>>,
    pub(crate) again: Again,
    /// What the body has that nobody may see.
    pub(crate) hidden: &'a [SecretText],
}

/// Why a call has no good answer.
#[derive(Debug)]
pub(crate) enum RestError {
    /// No connection, or no answer in time.
    Silent { reason: String },
    /// Too many calls, or the service is not well: after the last attempt.
    Busy { status: u16, reason: String, retry_after: Option<Duration> },
    /// An answer that says no. `body` has no hidden value.
    Answered { status: u16, reason: String, body: Value },
    /// An answer that cannot be.
    Malformed { reason: String },
}

impl RestError {
    /// What it means where a backend knows nothing better.
    pub(crate) fn into_backend(self, backend: &str) -> BackendError {
        let backend = backend.to_owned();
        match self {
            Self::Silent { reason } => BackendError::Passing { backend, reason, retry_after: None },
            Self::Busy { status, reason, retry_after } => {
                BackendError::Passing { backend, reason: format!("{status}: {reason}"), retry_after }
            }
            Self::Malformed { reason } => BackendError::Failed { backend, reason },
            Self::Answered { status, reason, .. } => match status {
                401 | 403 => BackendError::Refused { backend, reason },
                402 => BackendError::Quota { backend, reason },
                404 | 410 => BackendError::Gone { what: reason },
                409 | 412 => BackendError::Passing {
                    backend,
                    reason: format!("{status}: {reason}"),
                    retry_after: None,
                },
                _ => BackendError::Failed { backend, reason: format!("{status}: {reason}") },
            },
        }
    }
}

/// A client for one service. Follows no redirect: a credential goes to nobody but whom it was meant for.
#[derive(Debug)]
pub(crate) struct Rest {
    client: reqwest::Client,
    pace: Pace,
    /// How many calls the service said are left in its window; `u64::MAX` where it said nothing.
    left: AtomicU64,
}

impl Rest {
    pub(crate) fn new(backend: &str, pace: Pace) -> Result<Self, BackendError> {
        let client = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(pace.timeout.min(Duration::from_secs(10)))
            .timeout(pace.timeout)
            .user_agent(concat!("sigyl/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| BackendError::Unavailable {
                backend: backend.to_owned(),
                reason: format!("no HTTPS client: {}", chain(&error)),
            })?;
        Ok(Self { client, pace, left: AtomicU64::new(u64::MAX) })
    }

    /// How long to wait before looking again: ten times as long where few calls are left, so that polling never spends
    /// what a deployment needs.
    pub(crate) fn poll(&self) -> Duration {
        let is_scarce = self.left.load(Ordering::Relaxed) < SCARCE;
        if is_scarce { self.pace.poll * 10 } else { self.pace.poll }
    }

    /// Makes a call, again where it may, and gives the body of a good answer; null where it is empty.
    pub(crate) async fn call(&self, call: &Call<'_>) -> Result<Value, RestError> {
        let mut wait = self.pace.first_wait;
        let mut attempt = 1;
        loop {
            let error = match self.once(call).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let asked = match &error {
                Failure { error: RestError::Silent { .. } | RestError::Busy { .. }, again: true } => {
                    error.retry_after()
                }
                _ => return Err(error.error),
            };
            let next = asked.unwrap_or(wait);
            if attempt >= self.pace.attempts || next > self.pace.longest_wait {
                return Err(error.error);
            }
            tokio::time::sleep(next).await;
            attempt += 1;
            wait = (wait * 2).min(self.pace.longest_wait);
        }
    }

    async fn once(&self, call: &Call<'_>) -> Result<Value, Failure> {
        let safe = call.again == Again::Safe;
        let request = self.request(call).map_err(|error| Failure { error, again: false })?;
        let response = self.client.execute(request).await.map_err(|error| Failure {
            again: safe || error.is_connect(),
            error: RestError::Silent { reason: hide(call, &chain(&error.without_url())) },
        })?;
        let (status, headers) = (response.status(), response.headers().clone());
        if let Some(left) = number(&headers, "x-ratelimit-remaining") {
            self.left.store(left, Ordering::Relaxed);
        }
        let body = read(response, call)
            .await
            .map_err(|error| Failure { again: safe && matches!(error, RestError::Silent { .. }), error })?;
        if status.is_success() {
            if body.iter().all(u8::is_ascii_whitespace) {
                return Ok(Value::Null);
            }
            return serde_json::from_slice(&body).map_err(|error| Failure {
                error: RestError::Malformed { reason: format!("the answer is no JSON: {error}") },
                again: false,
            });
        }
        Err(refusal(call, status, &headers, &body))
    }

    fn request(&self, call: &Call<'_>) -> Result<reqwest::Request, RestError> {
        let malformed = |reason: &str| RestError::Malformed { reason: reason.to_owned() };
        let url = if call.query.is_empty() {
            Url::parse(call.url)
        } else {
            Url::parse_with_params(call.url, call.query)
        }
        .map_err(|_| malformed("the address of the service cannot be read"))?;
        let mut request = self.client.request(call.method.clone(), url);
        for (name, value) in call.credentials {
            let mut value = HeaderValue::from_str(value.reveal())
                .map_err(|_| malformed("the credential has characters that no header takes"))?;
            value.set_sensitive(true);
            request = request.header(*name, value);
        }
        match &call.body {
            None => {}
            Some(Body::Json(body)) => {
                request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
            }
            Some(Body::Bytes { kind, bytes }) => {
                request = request.header(CONTENT_TYPE, *kind).body(bytes.to_vec()).timeout(UPLOAD);
            }
        }
        request.build().map_err(|error| RestError::Malformed { reason: chain(&error.without_url()) })
    }
}

struct Failure {
    error: RestError,
    again: bool,
}

impl Failure {
    fn retry_after(&self) -> Option<Duration> {
        match &self.error {
            RestError::Busy { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

async fn read(mut response: reqwest::Response, call: &Call<'_>) -> Result<Zeroizing<Vec<u8>>, RestError> {
    let mut body = Zeroizing::new(Vec::new());
    loop {
        let chunk = response
            .chunk()
            .await
            .map_err(|error| RestError::Silent { reason: hide(call, &chain(&error.without_url())) })?;
        let Some(chunk) = chunk else { return Ok(body) };
        if body.len() + chunk.len() > ANSWER_BYTES {
            return Err(RestError::Malformed {
                reason: format!("the answer is longer than {ANSWER_BYTES} bytes"),
            });
        }
        body.extend_from_slice(&chunk);
    }
}

fn refusal(call: &Call<'_>, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    let text = hide(call, &String::from_utf8_lossy(body));
    let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    let reason = match message(&body) {
        Some(message) => short(message),
        None if text.trim().is_empty() => {
            status.canonical_reason().unwrap_or("it gave no reason").to_ascii_lowercase()
        }
        None => short(&text),
    };
    let code = status.as_u16();
    // 429 is said before anything is carried out; of the others nobody knows.
    let again =
        code == 429 || (call.again == Again::Safe && matches!(code, 408 | 425 | 500 | 502 | 503 | 504));
    if again || (status.is_server_error() && code != 501) {
        return Failure {
            error: RestError::Busy { status: code, reason, retry_after: retry_after(headers) },
            again,
        };
    }
    Failure { error: RestError::Answered { status: code, reason, body }, again: false }
}

/// The sentence of an error in the forms that Google, Kubernetes and GraphQL servers have.
fn message(body: &Value) -> Option<&str> {
    [
        body.pointer("/error/message"),
        body.pointer("/errors/0/message"),
        body.get("message"),
        body.get("error"),
    ]
    .into_iter()
    .flatten()
    .find_map(Value::as_str)
}

/// How long a service asks to wait: `Retry-After` in seconds. A date would need a clock; the usual wait serves.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    number(headers, RETRY_AFTER.as_str()).map(Duration::from_secs)
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// A text of an answer without any hidden value of the call.
pub(crate) fn hide(call: &Call<'_>, text: &str) -> String {
    hidden::hide(call.hidden.iter().chain(call.credentials.iter().map(|(_, value)| value)), text)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::json;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    const PACE: Pace = Pace {
        timeout: Duration::from_secs(10),
        attempts: 3,
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_secs(2),
        poll: Duration::from_millis(1),
    };

    /// Answers one connection after the other with the given texts, and keeps what it was sent.
    async fn serve(answers: Vec<String>) -> (String, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/x", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&seen);
        tokio::spawn(async move {
            for answer in answers {
                let (mut socket, _) = listener.accept().await.unwrap();
                let mut bytes = Vec::new();
                let mut buffer = [0; 4096];
                loop {
                    let n = socket.read(&mut buffer).await.unwrap();
                    bytes.extend_from_slice(&buffer[..n]);
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
                        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                        body.len() >= length.map_or(0, |length| length.parse().unwrap())
                    });
                    if whole || n == 0 {
                        break;
                    }
                }
                keep.lock().unwrap().push(String::from_utf8_lossy(&bytes).into_owned());
                socket.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        (url, seen)
    }

    fn answer(status: &str, headers: &str, body: &str) -> String {
        format!(
            "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
    }

    async fn call(url: &str, again: Again, body: Option<&Value>) -> Result<Value, RestError> {
        let secret = SecretText::new("canary\n\"value\"".to_owned());
        let token = SecretText::new("Bearer canary-token".to_owned());
        let rest = Rest::new("test", PACE).unwrap();
        rest.call(&Call {
            method: Method::POST,
            url,
            query: &[("a b", "c&d")],
            credentials: &[("authorization", token)],
            body: body.map(Body::Json),
            again,
            hidden: &[secret],
        })
        .await
    }

    #[tokio::test]
    async fn a_refused_call_is_made_again_and_the_wish_to_wait_is_kept() {
        let busy = answer("429 Too Many Requests", "retry-after: 0\r\n", "{}");
        let (url, seen) = serve(vec![busy.clone(), busy, answer("200 OK", "", "{\"a\":1}")]).await;
        assert_eq!(call(&url, Again::Refused, None).await.unwrap(), json!({ "a": 1 }));
        assert_eq!(seen.lock().unwrap().len(), 3);
        assert!(seen.lock().unwrap()[0].starts_with("POST /x?a+b=c%26d HTTP/1.1"));

        let (url, seen) = serve(vec![answer("429 Too Many Requests", "retry-after: 3600\r\n", "{}")]).await;
        let error = call(&url, Again::Safe, None).await.unwrap_err().into_backend("test");
        assert!(
            matches!(&error, BackendError::Passing { retry_after: Some(wait), .. } if wait.as_secs() == 3600)
        );
        assert_eq!(seen.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_call_that_may_have_been_carried_out_is_made_once() {
        let broken = answer("503 Service Unavailable", "", "later");
        let (url, seen) = serve(vec![broken; 4]).await;
        let error = call(&url, Again::Refused, None).await.unwrap_err();
        assert!(matches!(error, RestError::Busy { status: 503, .. }), "{error:?}");
        assert_eq!(seen.lock().unwrap().len(), 1);
        let error = call(&url, Again::Safe, None).await.unwrap_err();
        assert!(matches!(error, RestError::Busy { status: 503, .. }), "{error:?}");
        assert_eq!(seen.lock().unwrap().len(), 4);
    }

    #[tokio::test]
    async fn no_redirect_is_followed_and_no_endless_answer_is_read() {
        let (url, seen) = serve(vec![answer("307 Temporary Redirect", "location: /y\r\n", "")]).await;
        let error = call(&url, Again::Safe, None).await.unwrap_err();
        assert!(matches!(error, RestError::Answered { status: 307, .. }), "{error:?}");
        assert_eq!(seen.lock().unwrap().len(), 1);

        let (url, _) = serve(vec![answer("200 OK", "", &" ".repeat(ANSWER_BYTES + 1))]).await;
        let error = call(&url, Again::Safe, None).await.unwrap_err();
        assert!(matches!(error, RestError::Malformed { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn an_answer_that_repeats_what_it_was_sent_gives_nothing_away() {
        let sent = json!({ "value": "canary\n\"value\"" });
        let echo = json!({ "error": { "message": format!("no: {sent} canary-token") } }).to_string();
        let plain = "no: canary\n\"value\" canary-token";
        let (url, _) = serve(vec![answer("400 Bad Request", "", &echo), answer("500 Oh", "", plain)]).await;
        for _ in 0..2 {
            let error = call(&url, Again::Refused, Some(&sent)).await.unwrap_err();
            let plain = format!("{error:?}");
            let shown = format!("{plain} {}", error.into_backend("test"));
            assert!(shown.contains("redacted") && !shown.contains("canary"), "{shown}");
        }
    }

    #[test]
    fn answers_say_who_must_act() {
        use crate::backend::WhoActs;
        let of = |status| {
            RestError::Answered { status, reason: "x".to_owned(), body: Value::Null }
                .into_backend("test")
                .who_acts()
        };
        assert_eq!(of(401), WhoActs::Operator);
        assert_eq!(of(402), WhoActs::Operator);
        assert_eq!(of(404), WhoActs::Deployer);
        assert_eq!(of(409), WhoActs::Nobody);
        assert_eq!(of(400), WhoActs::Operator);
    }
}
