//! A running server, asked over streamable HTTP: what it lists, and how its transport takes what it must refuse.
//!
//! The server is a stranger. Every answer is bounded in size and time, no redirect is followed, no tool is called, and
//! what the caller gave as a credential is taken out of every answer before anybody reads it.

mod eras;
mod headers;
mod probes;
mod wire;

use clap::Args;
use reqwest::Url;
use sigyl_scan::{Listing, Observed, judge};

/// How a running server is asked.
#[derive(Debug, Args)]
#[command(next_help_heading = "Beyond source")]
pub(crate) struct LiveArguments {
    /// Ask a running server over streamable HTTP what it lists, and how it takes what it must refuse; no tool is called.
    /// With --clients, without a URL: ask the servers that the clients name.
    #[arg(long, value_name = "URL", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["tools"])]
    pub(crate) live: Option<String>,
    /// Send this header to the server; one with a secret belongs in --header-env or --header-file.
    #[arg(long, value_name = "NAME: VALUE", requires = "live")]
    pub(crate) header: Vec<String>,
    /// Send a header whose value is in an environment variable, as in Authorization=MY_AUTHORIZATION.
    #[arg(long, value_name = "NAME=VARIABLE", requires = "live")]
    pub(crate) header_env: Vec<String>,
    /// Send a header whose value is the first line of a file.
    #[arg(long, value_name = "NAME=FILE", requires = "live")]
    pub(crate) header_file: Vec<String>,
}

/// Why a running server could not be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum LiveError {
    /// The caller must name another address.
    #[error("{0} is no address of a server: write http://HOST:PORT/PATH or https://HOST/PATH")]
    Address(String),
    /// The caller must give the header otherwise.
    #[error("{0}")]
    Header(String),
    /// The server is not there, or gives no answer; its operator must look.
    #[error("{url} gave no answer: {why}")]
    NoAnswer {
        /// The server.
        url: String,
        /// What happened instead.
        why: String,
    },
    /// The server asks for a credential; the caller must give one.
    #[error(
        "{url} asks for a credential ({status}); put one into an environment variable and say \
         --header-env Authorization=VARIABLE"
    )]
    Credential {
        /// The server.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// What answers is no MCP server of either era; the caller must name another address.
    #[error("{url} does not speak MCP over streamable HTTP: {why}")]
    NotMcp {
        /// The server.
        url: String,
        /// What it answered.
        why: String,
    },
}

/// What the server at an address lists, and what its transport does.
pub(crate) fn ask(text: &str, arguments: &LiveArguments) -> Result<(Listing, Observed), LiveError> {
    let url = address(text)?;
    let headers = headers::gather(arguments, &url)?;
    let label = shown(&url);
    ask_over(&wire::Wire::new(url, label, headers)?)
}

/// Asks a server as a client of this computer does, with that client's headers. Its address, which may hold a secret, is
/// shown as its host alone; that comes first in the answer.
pub(crate) fn ask_as_client(
    text: &str,
    headers: &[(String, String)],
) -> Result<(String, Listing, Observed), LiveError> {
    let is_open = |text: &str| text.starts_with('$') || text.contains('{');
    if is_open(text) || headers.iter().any(|(_, value)| is_open(value)) {
        return Err(LiveError::Header("its client asks the user for a part of it".to_owned()));
    }
    let url = address(text).map_err(|_| LiveError::Address("what stands there".to_owned()))?;
    let label = origin(&url);
    let headers = headers::of_client(headers, &url)?;
    let (listing, observed) = ask_over(&wire::Wire::new(url, label.clone(), headers)?)?;
    Ok((label, listing, observed))
}

fn ask_over(wire: &wire::Wire) -> Result<(Listing, Observed), LiveError> {
    let listed = eras::list(wire)?;
    let transport = probes::ask(wire, &listed);
    let mut observed = judge(&transport);
    observed.extend(listed.observed);
    Ok((listed.listing, observed))
}

/// Scheme, host and port alone.
pub(crate) fn origin(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

fn address(text: &str) -> Result<Url, LiveError> {
    // Not repeated where it cannot be read, as it may hold a password.
    let url = Url::parse(text).map_err(|_| LiveError::Address("this".to_owned()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(LiveError::Address(shown(&url)));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let why = "an address with a password would be seen in the list of processes; use --header-env";
        return Err(LiveError::Header(why.to_owned()));
    }
    Ok(url)
}

/// The address as it may be shown: without credentials, query and fragment.
pub(crate) fn shown(url: &Url) -> String {
    format!("{}{}", origin(url), url.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert!(address("http://127.0.0.1:3000/mcp").is_ok());
        for text in ["file:///etc/passwd", "127.0.0.1:3000", "ftp://h/", "", "http://"] {
            assert!(matches!(address(text), Err(LiveError::Address(_))), "{text}");
        }
        let error = address("https://user:canary-4711@h/mcp").unwrap_err();
        assert!(!error.to_string().contains("canary"), "{error}");
        let url = Url::parse("https://h:1/mcp?key=canary#x").unwrap();
        assert_eq!(shown(&url), "https://h:1/mcp");
    }
}
