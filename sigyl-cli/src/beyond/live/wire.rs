//! One message to the server and one back, within limits.

use std::{
    cell::Cell,
    io::Read,
    net::IpAddr,
    time::{Duration, Instant},
};

use reqwest::{
    Method, Url,
    blocking::{Client, Response},
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION},
    redirect::Policy,
};
use serde_json::Value;
use sigyl_core::protocol::{Events, answer_to, redact};
use sigyl_scan::Reach;

use super::{LiveError, headers::Headers, origin};

/// Time for a connection, and for the server to send anything at all. Chosen.
const SILENCE: Duration = Duration::from_secs(10);
/// Time for one whole answer. Chosen.
const ANSWER: Duration = Duration::from_secs(15);
/// Time for everything that is asked of one server. Chosen.
const EVERYTHING: Duration = Duration::from_secs(180);
/// Longest answer, bytes. Chosen: a hundred times what large servers list.
const MOST_BYTES: usize = 16 << 20;
/// Bytes of all answers of one server. Chosen.
const MOST_BYTES_ALL: usize = 64 << 20;

/// Whether the caller's credential goes with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credential {
    Given,
    Withheld,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    /// The JSON-RPC answer, where there is one.
    pub(super) message: Option<Value>,
}

impl Reply {
    /// What the message asks for, where it was answered with a result.
    pub(super) fn result(&self) -> Option<&Value> {
        let is_fine = (200..300).contains(&self.status);
        self.message.as_ref().filter(|_| is_fine)?.get("result").filter(|result| result.is_object())
    }

    /// The code of a JSON-RPC error.
    pub(super) fn error_code(&self) -> Option<i64> {
        self.message.as_ref()?.get("error")?.get("code")?.as_i64()
    }

    /// A header's value as text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What it was, in a few words, for people.
    pub(super) fn told(&self) -> String {
        let error = self.message.as_ref().and_then(|message| message.get("error")?.get("message")?.as_str());
        match error {
            Some(text) => {
                let text: String = text.chars().take(200).collect();
                format!("the answer was {} ({text})", self.status)
            }
            None => format!("the answer was {}", self.status),
        }
    }
}

/// The connection to one server.
pub(super) struct Wire {
    client: Client,
    pub(super) url: Url,
    /// How the address may be shown.
    pub(super) label: String,
    headers: Headers,
    last_id: Cell<u64>,
    bytes_left: Cell<usize>,
    started: Instant,
}

impl Wire {
    #[expect(clippy::disallowed_methods, reason = "a server must not hold a user for ever")]
    pub(super) fn new(url: Url, label: String, headers: Headers) -> Result<Self, LiveError> {
        let mut builder = Client::builder()
            .redirect(Policy::none())
            .referer(false)
            .http1_only()
            .connect_timeout(SILENCE)
            .timeout(SILENCE)
            .user_agent(concat!("sigyl/", env!("CARGO_PKG_VERSION")));
        if reach(&url) != Reach::Public {
            // A proxy has no way to what is near, or another thing there.
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| LiveError::NoAnswer {
            url: label.clone(),
            why: error.without_url().to_string(),
        })?;
        Ok(Self {
            client,
            url,
            label,
            headers,
            last_id: Cell::new(0),
            bytes_left: Cell::new(MOST_BYTES_ALL),
            started: Instant::now(),
        })
    }

    pub(super) fn has_credential(&self) -> bool {
        !self.headers.secret.is_empty()
    }

    /// An id that no request has had.
    pub(super) fn next_id(&self) -> u64 {
        self.last_id.set(self.last_id.get() + 1);
        self.last_id.get()
    }

    /// Sends one message. A sentence says why no answer came.
    pub(super) fn post(
        &self,
        message: &Value,
        headers: &[(&str, &str)],
        credential: Credential,
    ) -> Result<Reply, String> {
        let request = self
            .request(Method::POST, headers, credential)?
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json, text/event-stream")
            .body(message.to_string());
        self.send(request, message.get("id").and_then(Value::as_u64))
    }

    /// Sends a request without a body, and reads no body of the answer.
    pub(super) fn bare(
        &self,
        method: Method,
        headers: &[(&str, &str)],
        credential: Credential,
    ) -> Result<Reply, String> {
        let response = self.request(method, headers, credential)?.send().map_err(|error| told(&error))?;
        Ok(Reply { status: response.status().as_u16(), headers: response.headers().clone(), message: None })
    }

    fn request(
        &self,
        method: Method,
        headers: &[(&str, &str)],
        credential: Credential,
    ) -> Result<reqwest::blocking::RequestBuilder, String> {
        if self.started.elapsed() > EVERYTHING {
            return Err(format!("asking took longer than {} seconds", EVERYTHING.as_secs()));
        }
        let mut map = HeaderMap::new();
        let own = self.headers.plain.iter();
        for (name, value) in own.chain(self.headers.secret.iter().filter(|_| credential == Credential::Given))
        {
            map.append(name.clone(), value.clone());
        }
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
            let value = HeaderValue::from_str(value)
                .map_err(|_| format!("{name} has characters that a header cannot have"))?;
            map.insert(name, value);
        }
        Ok(self.client.request(method, self.url.clone()).headers(map))
    }

    fn send(&self, request: reqwest::blocking::RequestBuilder, id: Option<u64>) -> Result<Reply, String> {
        let response = request.send().map_err(|error| told(&error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        if response.status().is_redirection() {
            let to = headers.get(LOCATION).and_then(|value| value.to_str().ok());
            let to = to.and_then(|to| self.url.join(to).ok()).map_or("nowhere".to_owned(), |to| origin(&to));
            return Err(format!("it redirects to {to}, which is not followed"));
        }
        let content_type =
            headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_stream = content_type.to_ascii_lowercase().starts_with("text/event-stream");
        let message = match id {
            // A notification has no answer, and its status says all.
            None => None,
            Some(id) => self.read(response, id, is_stream)?,
        };
        Ok(Reply { status, headers, message })
    }

    /// Reads until the answer to `id` is there, or the end.
    #[expect(clippy::disallowed_methods, reason = "a server that sends a byte a second must not hold a user")]
    fn read(&self, mut response: Response, id: u64, is_stream: bool) -> Result<Option<Value>, String> {
        let limit = MOST_BYTES.min(self.bytes_left.get());
        let too_large = || format!("the answer is larger than {limit} bytes");
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let started = Instant::now();
        let (mut events, mut body, mut total, mut answer) = (Events::default(), Vec::new(), 0, None);
        let mut chunk = vec![0; 64 << 10];
        loop {
            let read =
                response.read(&mut chunk).map_err(|error| format!("the answer was cut short ({error})"))?;
            if read == 0 {
                break;
            }
            total += read;
            self.bytes_left.set(self.bytes_left.get().saturating_sub(read));
            if total > limit {
                return Err(too_large());
            }
            if started.elapsed() > ANSWER {
                return Err(format!("the answer took longer than {} seconds", ANSWER.as_secs()));
            }
            let bytes = chunk.get(..read).unwrap_or_default();
            if !is_stream {
                body.extend_from_slice(bytes);
            } else if events.feed(bytes, |data| {
                answer = self.message(data, id);
                answer.is_some()
            }) {
                return Ok(answer);
            }
        }
        Ok(if is_stream { None } else { self.message(&body, id).or_else(|| self.error_without_id(&body)) })
    }

    /// The answer to `id`, alone or in a batch (of 2025-03-26).
    fn message(&self, bytes: &[u8], id: u64) -> Option<Value> {
        answer_to(self.json(bytes)?, id)
    }

    /// Errors in the transport come without the id of the request.
    fn error_without_id(&self, bytes: &[u8]) -> Option<Value> {
        self.json(bytes).filter(|value| value.get("error").is_some())
    }

    /// JSON without the caller's credentials, which a hostile server may send back to have them shown.
    fn json(&self, bytes: &[u8]) -> Option<Value> {
        if self.headers.texts.is_empty() {
            return serde_json::from_slice(bytes).ok();
        }
        let mut value = serde_json::from_slice(bytes).ok()?;
        redact(&mut value, &self.headers.texts);
        Some(value)
    }
}

fn told(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("nothing came for {} seconds", SILENCE.as_secs());
    }
    if error.is_connect() {
        return "no connection could be made".to_owned();
    }
    let mut text = "the request failed".to_owned();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// From where an address can be reached, as far as it tells.
pub(super) fn reach(url: &Url) -> Reach {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.');
    if let Ok(address) = host.parse::<IpAddr>() {
        let address = address.to_canonical();
        let is_private = match address {
            IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
            IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
        };
        return match address {
            _ if address.is_loopback() || address.is_unspecified() => Reach::Loopback,
            _ if is_private => Reach::Private,
            _ => Reach::Public,
        };
    }
    if host == "localhost" || host.ends_with(".localhost") {
        Reach::Loopback
    } else if !host.contains('.')
        || [".local", ".internal", ".lan", ".home.arpa"].iter().any(|end| host.ends_with(end))
    {
        Reach::Private
    } else {
        Reach::Public
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_an_address_reaches() {
        let of = |text: &str| reach(&Url::parse(text).unwrap());
        for text in [
            "http://127.8.0.1/",
            "http://[::1]:1/",
            "http://localhost/",
            "http://[::ffff:127.0.0.1]/",
            "http://2130706433/",
        ] {
            assert_eq!(of(text), Reach::Loopback, "{text}");
        }
        for text in ["http://10.1.2.3/", "http://server/", "http://a.local/", "http://[fd00::1]/"] {
            assert_eq!(of(text), Reach::Private, "{text}");
        }
        assert_eq!(of("https://mcp.example.com/"), Reach::Public);
        assert_eq!(of("https://localhost.example.com/"), Reach::Public);
    }
}
