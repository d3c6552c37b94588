//! Names of the user's own at which a deployment answers.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most letters of a name (RFC 1035, section 2.3.4, without the dot at its end).
const NAME_MAX: usize = 253;

/// The most letters between two dots.
const LABEL_MAX: usize = 63;

/// A name of the DNS with a dot in it, in lower case: `mcp.example.com`. No address, no wildcard.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct DomainName(String);

impl DomainName {
    /// Reads one; `None` where it has another form.
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.to_ascii_lowercase();
        let is_label = |label: &str| {
            (1..=LABEL_MAX).contains(&label.len())
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let last = name.rsplit('.').next().unwrap_or_default();
        let is_good = name.len() <= NAME_MAX
            && name.contains('.')
            && name.split('.').all(is_label)
            // Else it is an address.
            && last.bytes().any(|byte| byte.is_ascii_lowercase());
        is_good.then_some(Self(name))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name that a deployment has, and what is to be done until it answers there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Domain {
    /// The name.
    pub name: String,
    /// How far it is.
    pub state: DomainState,
    /// Why it does not answer yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What its owner sets in the DNS.
    pub records: Vec<DnsRecord>,
}

/// How far a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DomainState {
    /// Records or a certificate are waited for.
    Pending,
    /// The deployment answers there.
    Ready,
    /// It will not, without somebody's doing.
    Failed,
}

/// A record of the DNS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DnsRecord {
    /// `A`, `AAAA`, `CNAME` or `TXT`.
    pub kind: String,
    /// Whose record.
    pub name: String,
    /// What it says.
    pub value: String,
    /// Whether the backend has seen it, where it tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_set: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_what_is_none() {
        for good in ["mcp.example.com", "a.b", "x-1.example", "xn--bcher-kva.example", "1.example"] {
            assert_eq!(DomainName::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(DomainName::parse("MCP.Example.COM").unwrap().as_str(), "mcp.example.com");
        let long = format!("{}.example", "a".repeat(64));
        let longer = format!("{}com", "abcdefg.".repeat(32));
        for bad in [
            "",
            "localhost",
            ".",
            "a.",
            ".a",
            "a..b",
            "-a.b",
            "a-.b",
            "*.example.com",
            "10.0.0.1",
            "[::1]",
            "a b.c",
            "a/b.c",
            "a_b.c",
            "é.example",
            "a.b:80",
            "user@a.b",
            &long,
            &longer,
        ] {
            assert_eq!(DomainName::parse(bad), None, "{bad}");
        }
    }
}
