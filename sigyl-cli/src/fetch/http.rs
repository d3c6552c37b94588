//! One request at a time, by https, within limits.

use std::{
    io::Read,
    time::{Duration, Instant},
};

use reqwest::{
    Url,
    blocking::{Client, Response},
    header::{ACCEPT, CONTENT_TYPE, LOCATION},
    redirect::Policy,
};

use super::{FetchError, options::shown};

/// Time for a connection, and for the other side to send anything at all. Chosen.
const SILENCE: Duration = Duration::from_secs(30);
/// Time for one whole answer. Chosen.
const ANSWER: Duration = Duration::from_secs(180);
/// Redirects that are followed within one host: indexes send a name to its normal form. Chosen.
const REDIRECTS: usize = 3;

/// An answer.
pub(super) struct Body {
    /// Where it came from in the end; relative addresses start here.
    pub(super) url: Url,
    pub(super) content_type: String,
    pub(super) bytes: Vec<u8>,
}

/// What fetches; a test has another.
pub(super) trait Get {
    /// The whole of `url`, as long as it is at most `limit_bytes`.
    fn get(&self, url: &Url, accept: &str, limit_bytes: u64) -> Result<Body, FetchError>;
}

/// The real one. Certificates are those that the system trusts.
pub(super) struct Https(Client);

impl Https {
    pub(super) fn new() -> Result<Self, FetchError> {
        let client = Client::builder()
            .https_only(true)
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(SILENCE)
            .timeout(SILENCE)
            .user_agent(concat!("sigyl/", env!("CARGO_PKG_VERSION")))
            .build();
        client.map(Self).map_err(|source| FetchError::Request { url: "anything".to_owned(), source })
    }
}

impl Get for Https {
    fn get(&self, url: &Url, accept: &str, limit_bytes: u64) -> Result<Body, FetchError> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            let response = self.0.get(url.clone()).header(ACCEPT, accept).send();
            let response = response
                .map_err(|error| FetchError::Request { url: shown(&url), source: error.without_url() })?;
            if response.status().is_redirection() {
                let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
                url = next(&url, location.unwrap_or_default())?;
                continue;
            }
            if !response.status().is_success() {
                return Err(FetchError::Status { url: shown(&url), status: response.status().as_u16() });
            }
            let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
            let content_type = content_type.unwrap_or_default().to_owned();
            let bytes = read(response, &url, limit_bytes)?;
            return Ok(Body { url, content_type, bytes });
        }
        Err(FetchError::Redirect { to: "yet another address".to_owned(), url: shown(&url) })
    }
}

/// Where a redirect leads, if it may be followed: to the same host by the same protocol.
fn next(url: &Url, location: &str) -> Result<Url, FetchError> {
    let refused = |to| FetchError::Redirect { url: shown(url), to };
    let to = url.join(location).map_err(|_| refused("no address".to_owned()))?;
    let same = (to.scheme(), to.host(), to.port_or_known_default())
        == (url.scheme(), url.host(), url.port_or_known_default());
    if same { Ok(to) } else { Err(refused(shown(&to))) }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server that sends a byte a second must not hold a user for ever"
)]
fn read(mut response: Response, url: &Url, limit_bytes: u64) -> Result<Vec<u8>, FetchError> {
    let too_large = || FetchError::TooLarge { url: shown(url), limit_bytes };
    if response.content_length().is_some_and(|length| length > limit_bytes) {
        return Err(too_large());
    }
    let started = Instant::now();
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        let read = response.read(&mut chunk).map_err(|error| {
            let why = format!("it was cut short ({error})");
            FetchError::Malformed { url: shown(url), why }
        })?;
        if read == 0 {
            return Ok(bytes);
        }
        if bytes.len() as u64 + read as u64 > limit_bytes {
            return Err(too_large());
        }
        if started.elapsed() > ANSWER {
            return Err(FetchError::TooSlow { url: shown(url), limit_seconds: ANSWER.as_secs() });
        }
        bytes.extend_from_slice(chunk.get(..read).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_on_their_host() {
        let url = Url::parse("https://user:secret@py.example/simple/Foo/").unwrap();
        assert_eq!(shown(&next(&url, "/simple/foo/").unwrap()), "https://py.example/simple/foo/");
        assert_eq!(shown(&next(&url, "../foo/").unwrap()), "https://py.example/simple/foo/");
        for elsewhere in [
            "http://py.example/simple/foo/",
            "https://py.example:8443/",
            "https://py.example.evil.example/",
            "//evil.example/",
            "https://169.254.169.254/latest/",
            "file:///etc/passwd",
            "https://[",
        ] {
            let error = next(&url, elsewhere).unwrap_err();
            assert!(matches!(error, FetchError::Redirect { .. }), "{elsewhere}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
