//! One question at a time to an endpoint, within limits of size and time.

use std::{
    io::Read,
    net::IpAddr,
    time::{Duration, Instant},
};

use reqwest::{
    StatusCode, Url,
    blocking::Client,
    header::{AUTHORIZATION, CONTENT_TYPE},
    redirect::Policy,
};
use serde::Deserialize;
use serde_json::{Value, json};
use sigyl_scan::Question;

use super::key::Key;
use crate::failure::Failure;

/// Time for a connection, and for one answer: models think before they write. Chosen.
const CONNECT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(60);
/// Time for all answers of a scan. Chosen.
const ALL_ANSWERS: Duration = Duration::from_secs(300);
/// Longest answer, bytes; what is asked for has a few hundred. Chosen.
const MOST_BYTES: u64 = 256 << 10;

/// What is left of the time.
#[derive(Debug, Default)]
pub(super) struct Spent(Duration);

/// Where a model is asked.
#[derive(Debug)]
pub(super) struct Endpoint {
    client: Client,
    url: Url,
    model: String,
    key: Option<Key>,
}

/// What is read of an answer.
#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
}

impl Endpoint {
    /// An endpoint by the address that its makers give: with or without `/chat/completions` at its end.
    ///
    /// # Errors
    /// When the address is none, holds a password, or would send the words and the key over a network in the clear.
    pub(super) fn new(url: &str, model: String, key: Option<Key>) -> Result<Self, Failure> {
        let wrong = |why: &str| Failure::Said(format!("SIGYL_LLM_URL cannot be used: {why}"));
        let mut url = Url::parse(url.trim()).map_err(|_| wrong("write https://HOST/v1"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("it holds credentials; give the key by SIGYL_LLM_KEY"));
        }
        let is_near = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if is_near => {}
            "http" => return Err(wrong("http is for this computer only (127.0.0.1); write https")),
            _ => return Err(wrong("write https://HOST/v1")),
        }
        url.set_fragment(None);
        if !url.path().ends_with("/chat/completions") {
            let path = format!("{}/chat/completions", url.path().trim_end_matches('/'));
            url.set_path(&path);
        }
        let mut builder = Client::builder()
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .user_agent(concat!("sigyl/", env!("CARGO_PKG_VERSION")));
        if is_near {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| wrong(&error.without_url().to_string()))?;
        Ok(Self { client, url, model, key })
    }

    /// The model and its host, for reports.
    pub(super) fn name(&self) -> String {
        let port = self.url.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{} at {}{port}", self.model, self.url.host_str().unwrap_or_default())
    }

    /// What makes its answers those of one model.
    pub(super) fn identity(&self) -> String {
        format!("{}\n{}", self.url, self.model)
    }

    /// What it answers, or why it does not: a sentence without anything of the answer.
    #[expect(clippy::disallowed_methods, reason = "an endpoint must not hold a user for ever")]
    pub(super) fn ask(&self, question: &Question, spent: &mut Spent) -> Result<String, String> {
        if spent.0 > ALL_ANSWERS {
            return Err(format!("it took more than {} seconds for the others", ALL_ANSWERS.as_secs()));
        }
        let started = Instant::now();
        let messages = json!([
            { "role": "system", "content": question.orders() },
            { "role": "user", "content": question.data() },
        ]);
        let plain = json!({ "model": self.model, "messages": messages });
        let mut strict = plain.clone();
        // Not every endpoint and model knows these.
        strict["temperature"] = json!(0);
        strict["response_format"] = json!({ "type": "json_object" });
        let answer = match self.post(&strict) {
            Err(Refused::Status(StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY)) => {
                self.post(&plain)
            }
            other => other,
        };
        spent.0 += started.elapsed();
        let bytes = answer.map_err(|refused| match refused {
            Refused::Status(status) => format!("the answer was {}", status.as_u16()),
            Refused::Said(why) => why,
        })?;
        let completion: Completion =
            serde_json::from_slice(&bytes).map_err(|_| "the answer is no chat completion".to_owned())?;
        let content = completion.choices.into_iter().next().and_then(|choice| choice.message.content);
        let content = content.ok_or("the answer is empty")?;
        Ok(match &self.key {
            Some(key) => key.hide(&content),
            None => content,
        })
    }

    fn post(&self, body: &Value) -> Result<Vec<u8>, Refused> {
        let mut request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string());
        if let Some(value) = self.key.as_ref().and_then(Key::bearer) {
            request = request.header(AUTHORIZATION, value);
        }
        let response = request.send().map_err(|error| {
            let why = if error.is_timeout() {
                "it did not answer in time"
            } else if error.is_connect() {
                "it cannot be reached"
            } else {
                "it broke off"
            };
            Refused::Said(why.to_owned())
        })?;
        if !response.status().is_success() {
            return Err(Refused::Status(response.status()));
        }
        let mut bytes = Vec::new();
        let read = response.take(MOST_BYTES + 1).read_to_end(&mut bytes);
        if read.is_err() {
            return Err(Refused::Said("it broke off".to_owned()));
        }
        if bytes.len() as u64 > MOST_BYTES {
            return Err(Refused::Said(format!("the answer is longer than {MOST_BYTES} bytes")));
        }
        Ok(bytes)
    }
}

/// Why there is no answer.
enum Refused {
    Status(StatusCode),
    Said(String),
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(url: &str) -> Result<Endpoint, String> {
        Endpoint::new(url, "m".to_owned(), None).map_err(|error| error.to_string())
    }

    #[test]
    fn addresses() {
        for (given, used) in [
            ("https://api.example/v1", "https://api.example/v1/chat/completions"),
            ("https://api.example/v1/", "https://api.example/v1/chat/completions"),
            ("https://api.example/v1/chat/completions", "https://api.example/v1/chat/completions"),
            ("https://api.example/v1?api-version=1", "https://api.example/v1/chat/completions?api-version=1"),
            ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1/chat/completions"),
            ("http://[::1]:1/v1", "http://[::1]:1/v1/chat/completions"),
        ] {
            assert_eq!(endpoint(given).unwrap().url.as_str(), used);
        }
        for wrong in [
            "",
            "api.example",
            "http://api.example/v1",
            "http://10.0.0.1/v1",
            "file:///v1",
            "http://localhost.evil.example/",
        ] {
            assert!(endpoint(wrong).is_err(), "{wrong}");
        }
        let error = endpoint("https://user:canary@api.example/v1").unwrap_err();
        assert!(!error.contains("canary"), "{error}");
        let named = endpoint("https://api.example:8443/v1?key=canary").unwrap();
        assert_eq!(named.name(), "m at api.example:8443");
    }

    #[test]
    fn debug_shows_no_key() {
        let key = Key::new("canary-key", "x").unwrap();
        let endpoint = Endpoint::new("https://api.example/v1", "m".to_owned(), Some(key)).unwrap();
        assert!(!format!("{endpoint:?}").contains("canary"));
    }
}
