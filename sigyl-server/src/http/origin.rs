//! Who really called, and for which host.

use std::net::IpAddr;

use axum::http::{HeaderMap, Uri, header};

use crate::config::{Config, Network};

/// The address of the caller: the peer's, or what proxies that are trusted say of it.
///
/// `X-Forwarded-For` is read from its end, where the nearest proxy wrote, for as long as those that wrote are trusted.
pub(crate) fn client_address(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> IpAddr {
    let mut address = peer.to_canonical();
    let is_proxy = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let lines = headers.get_all("x-forwarded-for").iter().collect::<Vec<_>>();
    let hops = lines.iter().rev().filter_map(|line| line.to_str().ok()).flat_map(|line| line.rsplit(','));
    for hop in hops {
        if !is_proxy(address) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(hop) => address = hop.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

/// Whether the request is for a host that the server is known by. A page of another origin whose name was pointed at
/// this computer (DNS rebinding) comes with a name of its own.
pub(crate) fn is_for_us(uri: &Uri, headers: &HeaderMap, config: &Config) -> bool {
    let authority = match uri.authority() {
        Some(authority) => authority.as_str(),
        None => match headers.get(header::HOST).map(|host| host.to_str()) {
            Some(Ok(host)) => host,
            _ => return false,
        },
    };
    let authority = authority.to_ascii_lowercase();
    if config.public_url.as_ref().is_some_and(|url| url.authority() == authority) {
        return true;
    }
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if !name.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => authority.as_str(),
    };
    // A browser lets no page name an address that it is not, so that literal addresses are harmless on a listener
    // of this computer alone.
    config.listen.ip().is_loopback() && matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// Whether a request that carries a cookie comes from a page of our own. Browsers tell by `Sec-Fetch-Site`, all of them
/// by `Origin`; what sends neither is no browser, and has no cookie of a user who did not mean it.
pub(crate) fn is_from_our_page(headers: &HeaderMap, config: &Config) -> bool {
    if let Some(origin) = headers.get(header::ORIGIN) {
        let Ok(origin) = origin.to_str() else { return false };
        let own = origin == config.origin();
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
        let local = config.listen.ip().is_loopback() && origin == format!("http://{host}");
        return own || local;
    }
    match headers.get("sec-fetch-site") {
        Some(site) => site.as_bytes() == b"same-origin" || site.as_bytes() == b"none",
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_the_word_of_trusted_proxies_counts() {
        let proxies = [Network::parse("10.0.0.0/8").unwrap()];
        let address = |peer: &str, lines: &[&'static str]| {
            client_address(peer.parse().unwrap(), &forwarded(lines), &proxies).to_string()
        };
        assert_eq!(address("203.0.113.5", &["1.2.3.4"]), "203.0.113.5");
        assert_eq!(address("10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(address("::ffff:10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(address("10.0.0.1", &["6.6.6.6, 1.2.3.4"]), "1.2.3.4");
        assert_eq!(address("10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.9"]), "1.2.3.4");
        assert_eq!(address("10.0.0.1", &["6.6.6.6", "1.2.3.4"]), "1.2.3.4");
        assert_eq!(address("10.0.0.1", &["1.2.3.4, nonsense"]), "10.0.0.1");
        assert_eq!(address("10.0.0.1", &[]), "10.0.0.1");
    }
}
