//! Logins with a domain's key: a time that was signed, and the key in the domain's TXT records or at its well-known
//! address.
//!
//! The time is all that the official publisher signs, so that whoever sees a login may use it elsewhere, within the
//! window: a weakness of the protocol, which https and the short window are all there is against.

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderValue};
use schemars::JsonSchema;
use serde::Deserialize;
use sigyl_core::secret::DomainKey;

use super::{Grant, Publisher, dns};
use crate::{
    app::App,
    clock::Timestamp,
    config::PublisherLogin,
    http::{ApiError, Code},
    outbound::Asked,
};

/// By how much the signed time may differ from ours, as in the official registry.
const WINDOW: Duration = Duration::from_secs(15);

/// Longest answer of a well-known address, bytes, as in the official registry.
const ANSWER_BYTES_MAX: usize = 4096;

/// A login with a domain's key.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Signed {
    /// The domain, as `example.com`.
    #[schemars(length(max = 253), extend("pattern" = crate::http::pattern::DOMAIN))]
    domain: String,
    /// The time, in RFC 3339, within 15 seconds of the server's.
    #[schemars(extend("format" = "date-time"))]
    timestamp: String,
    /// The signature of the timestamp's text, in hexadecimal.
    #[schemars(length(max = 256), extend("pattern" = crate::http::pattern::HEX))]
    signed_timestamp: String,
}

/// Who signed, where a key of the domain did.
pub(crate) async fn prove(app: &App, by: PublisherLogin, signed: &Signed) -> Result<Publisher, ApiError> {
    let domain = domain(&signed.domain)
        .ok_or_else(|| ApiError::invalid("domain: write a name as example.com, of at most 253 characters"))?;
    let at = Timestamp::parse(&signed.timestamp)
        .ok_or_else(|| ApiError::invalid("timestamp: write a time in RFC 3339"))?;
    let signature = unhex(&signed.signed_timestamp)
        .ok_or_else(|| ApiError::invalid("signed_timestamp: write a signature in hexadecimal"))?;
    let now = app.clock.now();
    if now.since(at).max(at.since(now)) > WINDOW {
        let message = "timestamp: is more than 15 seconds from this server's time";
        return Err(ApiError::new(Code::Unauthenticated, message));
    }
    let records = match by {
        PublisherLogin::Dns => dns::texts(&app.config.publishers, &domain).await.map_err(|error| {
            tracing::warn!(reason = %error, "the records of a domain were not looked up");
            ApiError::new(Code::Unavailable, "the domain's records could not be looked up; try again later")
        })?,
        _ => well_known(app, &domain).await?,
    };
    let keys = DomainKey::all(records.iter().map(String::as_str));
    let refused = |message: String| Err(ApiError::new(Code::Unauthenticated, message));
    if keys.is_empty() {
        let place = match by {
            PublisherLogin::Dns => format!("the TXT records of {domain}"),
            _ => format!("https://{domain}/.well-known/mcp-registry-auth"),
        };
        return refused(format!("no key was found in {place}; write v=MCPv1; k=ed25519; p=… there"));
    }
    if !keys.iter().any(|key| key.has_signed(signed.timestamp.as_bytes(), &signature)) {
        let seen = keys.iter().map(DomainKey::hint).collect::<Vec<_>>().join(", ");
        return refused(format!("no key of the domain signed this time; those that were seen are {seen}"));
    }
    // Who has a domain has what is below it; who answers for a host does not, as with certificates.
    let grant = Grant { namespace: reversed(&domain), below: by == PublisherLogin::Dns };
    Ok(Publisher { by, subject: domain, grants: vec![grant] })
}

/// The lines of the domain's well-known address. Why there are none is for the log: a stranger learns nothing of hosts.
async fn well_known(app: &App, domain: &str) -> Result<Vec<String>, ApiError> {
    let address = format!("https://{domain}/.well-known/mcp-registry-auth");
    let asked = Asked::get(&address, ANSWER_BYTES_MAX).header(ACCEPT, HeaderValue::from_static("text/plain"));
    let why = match app.outbound.send(asked).await {
        Ok(answer) if answer.status == reqwest::StatusCode::OK => {
            let text = String::from_utf8_lossy(&answer.body);
            return Ok(text.lines().map(ToOwned::to_owned).collect());
        }
        Ok(answer) => format!("it answered {}", answer.status.as_u16()),
        Err(error) => error.to_string(),
    };
    tracing::info!(domain, reason = why, "the key of a domain was not read");
    Err(ApiError::new(Code::Unauthenticated, format!("{address} gave no key")))
}

/// The domain in lower case, where it is a name of two parts or more.
fn domain(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let (_, last) = text.rsplit_once('.')?;
    // A number at the end is an address.
    let is_name = text.len() <= 253
        && text.split('.').all(is_label)
        && !last.starts_with(|it: char| it.is_ascii_digit());
    is_name.then_some(text)
}

/// The namespace of a domain: `example.com` is `com.example`.
pub(super) fn reversed(domain: &str) -> String {
    domain.rsplit('.').collect::<Vec<_>>().join(".")
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let fits =
        text.len() <= 256 && text.len().is_multiple_of(2) && text.bytes().all(|it| it.is_ascii_hexdigit());
    let pair = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    if fits { (0..text.len()).step_by(2).map(pair).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_names() {
        assert_eq!(domain("Example.COM").as_deref(), Some("example.com"));
        assert_eq!(domain("a.b-c.d3.example").as_deref(), Some("a.b-c.d3.example"));
        let long = format!("{}.com", "a".repeat(64));
        let longer = format!("{}com", "a.".repeat(126));
        for text in [
            "",
            "com",
            "localhost",
            ".com",
            "a..com",
            "a.com.",
            "-a.com",
            "a-.com",
            "a_b.com",
            "é.com",
            "a.com:8",
            "a.com/x",
            "u@a.com",
            "127.0.0.1",
            "a.1",
            "[::1]",
            "a b.com",
            "a.com\n",
            &long,
            &longer,
        ] {
            assert_eq!(domain(text), None, "{text}");
        }
        assert_eq!(reversed("a.b.example"), "example.b.a");
    }

    #[test]
    fn signatures_are_hexadecimal() {
        assert_eq!(unhex("00Ff"), Some(vec![0, 255]));
        for text in ["0", "0g", "+1", "é", &"00".repeat(129)] {
            assert_eq!(unhex(text), None, "{text}");
        }
    }
}
