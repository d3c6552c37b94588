//! The names that a server may ask for.

use std::net::IpAddr;

/// The port of a name that has none written beside it.
const PORT: u16 = 443;

/// Names, each with its port.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed(Vec<Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    name: String,
    is_suffix: bool,
    port: u16,
}

/// An entry that is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no name that a server may be allowed to reach; write `api.example.com`, `*.example.com` or `db.example.com:5432`"
)]
pub struct BadName(pub String);

impl Allowed {
    /// Reads `api.example.com`, `*.example.com` (names below it, not itself), `db.example.com:5432`.
    ///
    /// # Errors
    /// The first entry of another form.
    pub fn parse(entries: &[String]) -> Result<Self, BadName> {
        entries
            .iter()
            .map(|entry| parse(entry).ok_or_else(|| BadName(entry.clone())))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether this host may be asked for at this port.
    pub fn has(&self, host: &str, port: u16) -> bool {
        let Some(host) = plain(host) else { return false };
        self.0.iter().any(|entry| {
            let is_named = match entry.is_suffix {
                true => {
                    host.strip_suffix(&entry.name).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
                }
                false => host == entry.name,
            };
            is_named && entry.port == port
        })
    }
}

fn parse(entry: &str) -> Option<Entry> {
    let (host, port) = match entry.rsplit_once(':') {
        // An IPv6 address without brackets has more of them.
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port.parse().ok()?),
        _ => (entry, PORT),
    };
    let (host, is_suffix) = match host.strip_prefix("*.") {
        // A whole top-level domain is no list of names.
        Some(host) => (Some(host).filter(|host| host.contains('.'))?, true),
        None => (host, false),
    };
    Some(Entry { name: plain(host)?, is_suffix, port }).filter(|entry| entry.port != 0)
}

/// A host in the one form that is compared: lower case, no dot at the end, addresses as they are shown.
fn plain(host: &str) -> Option<String> {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&host);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Some(address.to_canonical().to_string());
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
    };
    (host.len() <= 253 && host.split('.').all(is_label)).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(entries: &[&str]) -> Allowed {
        Allowed::parse(&entries.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_name_is_itself_at_its_port() {
        let allowed = allowed(&["API.example.com", "db.example.com:5432", "93.184.216.34"]);
        for (host, port) in [
            ("api.example.com", 443),
            ("Api.Example.COM.", 443),
            ("db.example.com", 5432),
            ("93.184.216.34", 443),
            ("[::ffff:93.184.216.34]", 443),
        ] {
            assert!(allowed.has(host, port), "{host}:{port}");
        }
        for (host, port) in [
            ("api.example.com", 80),
            ("db.example.com", 443),
            ("example.com", 443),
            ("xapi.example.com", 443),
            ("api.example.com.evil.example", 443),
            ("api.example.com..", 443),
            ("", 443),
            ("93.184.216.35", 443),
        ] {
            assert!(!allowed.has(host, port), "{host}:{port}");
        }
    }

    #[test]
    fn a_star_is_what_stands_below() {
        let allowed = allowed(&["*.example.com"]);
        assert!(allowed.has("a.example.com", 443));
        assert!(allowed.has("a.b.example.com", 443));
        for host in ["example.com", ".example.com", "aexample.com", "a.example.com.evil.example"] {
            assert!(!allowed.has(host, 443), "{host}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for entry in [
            "",
            "*",
            "*.com",
            "a b",
            "http://a.example",
            "a.example/x",
            "a..b",
            "a.example:0",
            "a.example:x",
            "*.*.a.example",
        ] {
            assert_eq!(Allowed::parse(&[entry.to_owned()]), Err(BadName(entry.to_owned())));
        }
    }

    #[test]
    fn nothing_is_allowed_by_default() {
        assert!(!Allowed::default().has("api.example.com", 443));
    }
}
