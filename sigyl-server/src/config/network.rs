//! Networks of proxies, and the address under which clients know the server.

use std::{fmt, net::IpAddr};

/// A range of addresses, as `10.0.0.0/8`; one address is a range of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Reads an address or a range. Bits of the host must be zero, so that a mistyped range is noticed.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => {
                let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
                (address, Some(digits.then(|| prefix.parse::<u8>().ok())??))
            }
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(bits);
        let network = Self { address, prefix };
        (prefix <= bits && masked(address, prefix) == number(address)).then_some(network)
    }

    /// Whether the address is in the range. An IPv4 address in IPv6's clothes is the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4() && masked(address, self.prefix) == number(self.address)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

fn masked(address: IpAddr, prefix: u8) -> u128 {
    let bits = if address.is_ipv4() { 32 } else { 128 };
    let host = bits - u32::from(prefix).min(bits);
    number(address).checked_shr(host).unwrap_or(0).checked_shl(host).unwrap_or(0)
}

/// Scheme, host, port and path under which clients reach the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    https: bool,
    authority: String,
    path: String,
}

impl PublicUrl {
    /// Reads `https://HOST[:PORT][/PATH]` or the same with http. No user, query or fragment.
    pub fn parse(text: &str) -> Option<Self> {
        let uri: axum::http::Uri = text.parse().ok()?;
        let authority = uri.authority()?.as_str();
        if authority.contains('@') || uri.query().is_some() || text.contains('#') || uri.host()?.is_empty() {
            return None;
        }
        let https = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = authority.to_ascii_lowercase();
        let default_port = if https { ":443" } else { ":80" };
        let authority = authority.strip_suffix(default_port).map_or(authority.clone(), ToOwned::to_owned);
        Some(Self { https, authority, path: uri.path().trim_end_matches('/').to_owned() })
    }

    /// Whether it is https.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Scheme, host and port, as browsers send it.
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.https { "https" } else { "http" }, self.authority)
    }

    /// Host and port, as clients send them in `Host`.
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_what_is_in_them() {
        let within =
            |range: &str, address: &str| Network::parse(range).unwrap().contains(address.parse().unwrap());
        assert!(within("10.0.0.0/8", "10.255.1.2"));
        assert!(within("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(!within("10.0.0.0/8", "11.0.0.0"));
        assert!(!within("0.0.0.0/0", "::1"));
        assert!(within("0.0.0.0/0", "1.2.3.4"));
        assert!(within("::/0", "2001:db8::1"));
        assert!(within("127.0.0.1", "127.0.0.1"));
        assert!(!within("127.0.0.1", "127.0.0.2"));
        assert!(within("2001:db8::/32", "2001:db8:1::"));
        assert!(!within("2001:db8::/32", "2001:db9::"));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/+8", "host", "::1/129", "*"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }

    #[test]
    fn public_urls_are_read() {
        let url = PublicUrl::parse("https://MCP.example.com:443/base/").unwrap();
        assert_eq!(url.to_string(), "https://mcp.example.com/base");
        assert_eq!(url.authority(), "mcp.example.com");
        for text in ["mcp.example.com", "ftp://a", "https://u:p@a", "https://a?b", "https://a#b", "https://"]
        {
            assert_eq!(PublicUrl::parse(text), None, "{text}");
        }
    }
}
