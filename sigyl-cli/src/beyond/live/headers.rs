//! Headers that the caller wants to be sent. Secret ones never stand on the command line, where all can read them.

use std::{env, path::Path};

use reqwest::{
    Url,
    header::{HeaderName, HeaderValue},
};

use super::{LiveArguments, LiveError};
use crate::{beyond::live::wire::reach, settings};

/// What is sent to the server besides what the protocol needs.
#[derive(Default)]
pub(super) struct Headers {
    /// Nothing secret.
    pub(super) plain: Vec<(HeaderName, HeaderValue)>,
    /// Credentials.
    pub(super) secret: Vec<(HeaderName, HeaderValue)>,
    /// Texts that must not be shown: the credentials, and what stands behind their scheme.
    pub(super) texts: Vec<String>,
}

/// Shortest text that is taken out of answers; a shorter one would take out words. Chosen.
const SHORTEST_SECRET: usize = 6;

/// Shortest part of an address that may be a secret; a shorter one is a word. Chosen.
const LONG_SEGMENT: usize = 12;

/// Headers that the protocol needs, and those that would change what the request is.
const RESERVED: &[&str] = &[
    "accept",
    "connection",
    "content-length",
    "content-type",
    "host",
    "mcp-method",
    "mcp-protocol-version",
    "mcp-session-id",
    "origin",
    "transfer-encoding",
];

/// Reads them from the arguments, the environment and files.
pub(super) fn gather(arguments: &LiveArguments, url: &Url) -> Result<Headers, LiveError> {
    let mut headers = Headers::default();
    let wrong = |why: String| LiveError::Header(why);
    for text in &arguments.header {
        let (name, value) =
            text.split_once(':').ok_or_else(|| wrong("write --header 'NAME: VALUE'".to_owned()))?;
        let name = header_name(name)?;
        if is_secret(&name) {
            return Err(wrong(format!(
                "{name} holds a secret, which everyone would see in the list of processes; put it into an \
                 environment variable and say --header-env {name}=VARIABLE"
            )));
        }
        let value = HeaderValue::from_str(value.trim())
            .map_err(|_| wrong(format!("the value of {name} has characters that a header cannot have")))?;
        headers.plain.push((name, value));
    }
    for text in &arguments.header_env {
        let (name, variable) = pair(text, "--header-env NAME=VARIABLE")?;
        #[expect(clippy::disallowed_methods, reason = "the caller named the variable")]
        let value = env::var(variable)
            .map_err(|_| wrong(format!("the environment variable {variable} is not set, or is no text")))?;
        headers.add_secret(name, &value)?;
    }
    for text in &arguments.header_file {
        let (name, path) = pair(text, "--header-file NAME=FILE")?;
        let text = settings::read_text(Path::new(path))
            .map_err(|error| wrong(format!("cannot read {path}: {error}")))?;
        headers.add_secret(name, text.lines().next().unwrap_or_default())?;
    }
    if !headers.secret.is_empty() && url.scheme() == "http" && reach(url) != sigyl_scan::Reach::Loopback {
        return Err(wrong(
            "a credential is not sent by http, where everyone on the way can read it; use https".to_owned(),
        ));
    }
    Ok(headers)
}

/// The headers of a client's configuration, all of which may be secret, as may the parts of the address.
pub(super) fn of_client(given: &[(String, String)], url: &Url) -> Result<Headers, LiveError> {
    let mut headers = Headers::default();
    for (name, value) in given {
        let name = HeaderName::from_bytes(name.as_bytes());
        let name = name
            .map_err(|_| LiveError::Header("one of its headers has no name that can be sent".to_owned()))?;
        if !RESERVED.contains(&name.as_str()) {
            headers.add_secret(name, value)?;
        }
    }
    if !headers.secret.is_empty() && url.scheme() == "http" && reach(url) != sigyl_scan::Reach::Loopback {
        return Err(LiveError::Header(
            "its headers are not sent by http, where everyone can read them".to_owned(),
        ));
    }
    let segments = url.path().split('/').map(str::to_owned);
    let values = url.query_pairs().map(|(_, value)| value.into_owned());
    headers.texts.extend(segments.chain(values).filter(|text| text.len() >= LONG_SEGMENT));
    headers.texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    Ok(headers)
}

fn pair<'a>(text: &'a str, form: &str) -> Result<(HeaderName, &'a str), LiveError> {
    // The text is not repeated: somebody may have written the secret itself.
    let (name, of) = text
        .split_once('=')
        .filter(|(_, of)| !of.is_empty())
        .ok_or_else(|| LiveError::Header(format!("write {form}")))?;
    Ok((header_name(name)?, of))
}

fn header_name(text: &str) -> Result<HeaderName, LiveError> {
    let name = HeaderName::from_bytes(text.trim().as_bytes())
        .map_err(|_| LiveError::Header("the name before the colon is no name of a header".to_owned()))?;
    if RESERVED.contains(&name.as_str()) {
        return Err(LiveError::Header(format!("{name} is set by the protocol")));
    }
    Ok(name)
}

fn is_secret(name: &HeaderName) -> bool {
    let name = name.as_str();
    ["auth", "cookie", "key", "token", "secret", "password", "credential", "session"]
        .iter()
        .any(|word| name.contains(word))
}

impl Headers {
    fn add_secret(&mut self, name: HeaderName, value: &str) -> Result<(), LiveError> {
        let value = value.trim();
        let mut header = HeaderValue::from_str(value).map_err(|_| {
            LiveError::Header(format!("the value of {name} has characters that a header cannot have"))
        })?;
        header.set_sensitive(true);
        self.secret.push((name, header));
        // `Bearer TOKEN`: the token alone is as secret.
        for text in [Some(value), value.split_once(' ').map(|(_, rest)| rest.trim())].into_iter().flatten() {
            if text.len() >= SHORTEST_SECRET {
                self.texts.push(text.to_owned());
            }
        }
        // The longest first, so that no part of it stays.
        self.texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Ok(())
    }
}
