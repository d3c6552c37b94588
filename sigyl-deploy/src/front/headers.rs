//! Which requests a front takes, and which headers go on.

use std::net::IpAddr;

use hyper::{
    HeaderMap, Uri,
    header::{self, HeaderName, HeaderValue},
};
use sigyl_egress::remove_hop_by_hop;

/// What only a proxy may say; a client's own would be believed by the server.
const SAID_BY_PROXIES: [&str; 6] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-real-ip",
];

/// How the request came to whoever stands before the front.
pub(super) const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The session, in the era that has them.
pub(super) const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");

/// Why a front does not take a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stranger {
    /// It is for another host.
    Host,
    /// It comes from a page of another origin.
    Origin,
}

/// Whether a request is for this listener, and from no page but its own.
pub(super) fn is_ours(uri: &Uri, headers: &HeaderMap, port: u16) -> Result<(), Stranger> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (uri.authority(), hosts.next(), hosts.next()) {
        (_, _, Some(_)) => return Err(Stranger::Host),
        (Some(authority), _, None) => authority.as_str(),
        (None, Some(host), None) => host.to_str().map_err(|_| Stranger::Host)?,
        (None, None, None) => return Err(Stranger::Host),
    };
    if !is_local(host, port) {
        return Err(Stranger::Host);
    }
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) => Ok(()),
        (Some(origin), None) => {
            let host = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://"));
            host.is_some_and(|host| is_local(host, port)).then_some(()).ok_or(Stranger::Origin)
        }
        (Some(_), Some(_)) => Err(Stranger::Origin),
    }
}

/// A browser lets no page name an address that it is not, so that literal addresses are harmless; of names only the one
/// that nobody can point elsewhere.
fn is_local(host: &str, port: u16) -> bool {
    let Some((name, named)) = host.rsplit_once(':') else { return port == 80 && is_local_name(host) };
    named.bytes().all(|byte| byte.is_ascii_digit()) && named.parse() == Ok(port) && is_local_name(name)
}

fn is_local_name(name: &str) -> bool {
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok()
}

/// Leaves what goes on to the server: hop-by-hop headers, what only proxies may say, and lengths go; `authority` is what
/// the server is told that it is called.
pub(super) fn to_server(headers: &mut HeaderMap, authority: &HeaderValue) {
    remove_hop_by_hop(headers);
    for name in SAID_BY_PROXIES {
        headers.remove(name);
    }
    // Whoever stands before a front is on this machine, and knows how the request came to it; nobody else can be asked.
    let is_https = headers.get(FORWARDED_PROTO).is_some_and(|proto| proto.as_bytes() == b"https");
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static(if is_https { "https" } else { "http" }));
    // It was checked; servers check it against their own names, which are not ours.
    headers.remove(header::ORIGIN);
    // Both are for the front, which has answered the one, and writes the other anew.
    headers.remove(header::EXPECT);
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::HOST, authority.clone());
}

/// Leaves what goes back to the client.
pub(super) fn to_client(headers: &mut HeaderMap) {
    remove_hop_by_hop(headers);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    fn ours(pairs: &[(&'static str, &'static str)]) -> Result<(), Stranger> {
        is_ours(&Uri::from_static("/mcp"), &map(pairs), 4000)
    }

    #[test]
    fn only_local_names_with_the_port_are_taken() {
        for host in ["localhost:4000", "LOCALHOST:4000", "127.0.0.1:4000", "[::1]:4000", "10.0.0.5:4000"] {
            assert_eq!(ours(&[("host", host)]), Ok(()), "{host}");
        }
        for host in [
            "evil.example:4000",
            "localhost",
            "localhost:4001",
            "localhost:+4000",
            "localhost.evil.example:4000",
            "127.0.0.1.evil.example:4000",
            "",
            ":4000",
            "localhost:4000@evil.example",
        ] {
            assert_eq!(ours(&[("host", host)]), Err(Stranger::Host), "{host}");
        }
        assert_eq!(ours(&[]), Err(Stranger::Host));
        assert_eq!(ours(&[("host", "localhost:4000"), ("host", "localhost:4000")]), Err(Stranger::Host));
        let absolute = Uri::from_static("http://evil.example:4000/mcp");
        assert_eq!(is_ours(&absolute, &map(&[("host", "localhost:4000")]), 4000), Err(Stranger::Host));
    }

    #[test]
    fn only_pages_of_the_listener_are_taken() {
        let from = |origin| ours(&[("host", "localhost:4000"), ("origin", origin)]);
        for origin in ["http://localhost:4000", "http://127.0.0.1:4000"] {
            assert_eq!(from(origin), Ok(()), "{origin}");
        }
        for origin in ["null", "", "http://evil.example", "http://localhost:4001", "https://localhost:4000"] {
            assert_eq!(from(origin), Err(Stranger::Origin), "{origin}");
        }
        let twice = [
            ("host", "localhost:4000"),
            ("origin", "http://localhost:4000"),
            ("origin", "http://localhost:4000"),
        ];
        assert_eq!(ours(&twice), Err(Stranger::Origin));
    }

    #[test]
    fn what_is_of_the_connection_stays_there() {
        let mut headers = map(&[
            ("host", "localhost:4000"),
            ("connection", "keep-alive, X-Mine"),
            ("x-mine", "1"),
            ("keep-alive", "5"),
            ("te", "trailers"),
            ("transfer-encoding", "chunked"),
            ("content-length", "5"),
            ("proxy-authorization", "Basic x"),
            ("upgrade", "websocket"),
            ("x-forwarded-for", "1.2.3.4"),
            ("forwarded", "for=1.2.3.4"),
            ("x-forwarded-proto", "gopher"),
            ("origin", "http://localhost:4000"),
            ("accept", "text/event-stream"),
        ]);
        to_server(&mut headers, &HeaderValue::from_static("localhost:8080"));
        let left = headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
        let mut left = left.collect::<Vec<_>>();
        left.sort();
        assert_eq!(left, ["accept: text/event-stream", "host: localhost:8080", "x-forwarded-proto: http"]);
    }
}
