//! Addresses without encryption of hosts that are not local.

use crate::{
    context::FileContext,
    files::FileKind,
    lexical::{is_comment, is_generated, line_before},
};

/// An address with `http://`.
pub(crate) struct PlainAddress<'a> {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) host: &'a str,
}

/// Names that say that an address is talked to, not only shown or used as an identifier.
const NAMES: &[&str] = &[
    "url", "uri", "endpoint", "host", "base", "server", "upstream", "api", "proxy", "issuer", "target",
    "origin",
];

/// Hosts whose `http` addresses are names of things: schemas, namespaces, licences.
const IDENTIFIERS: &[&str] = &[
    "w3.org",
    "json-schema.org",
    "schema.org",
    "schemas.xmlsoap.org",
    "schemas.microsoft.com",
    "schemas.openxmlformats.org",
    "xmlsoap.org",
    "purl.org",
    "xmlns.com",
    "opengis.net",
    "apache.org",
    "adobe.com",
    "oasis-open.org",
    "openid.net",
    "openarchives.org",
    "xml.org",
    "ietf.org",
    "iana.org",
    "gnu.org",
    "opensource.org",
    "creativecommons.org",
    "opentelemetry.io",
    "rdfs.org",
    "dublincore.org",
    "swagger.io",
    "maven.org",
];

/// The host that `address` talks to without encryption, if it is not local.
pub(crate) fn remote_host(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("http://")?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !".-_[]:".contains(c)).unwrap_or(rest.len());
    let authority = &rest[..end];
    let host = authority.split(':').next().unwrap_or(authority);
    (host.len() > 3 && !is_local(host)).then_some(host)
}

fn is_local(host: &str) -> bool {
    let lower = host.to_ascii_lowercase();
    let numbers: Vec<u8> = lower.split('.').filter_map(|part| part.parse().ok()).collect();
    if let [a, b, ..] = numbers[..]
        && numbers.len() == 4
    {
        return matches!(
            (a, b),
            (0 | 10 | 127, _) | (172, 16..=31) | (192, 168) | (169, 254) | (100, 64..=127)
        );
    }
    // A name without a dot is a service of the same network.
    !lower.contains('.')
        || lower.ends_with('.')
        || lower.starts_with('[')
        || ["example.com", "example.org", "example.net", "metadata.google.internal"]
            .iter()
            .any(|name| lower.ends_with(name))
        || [
            ".local",
            ".localhost",
            ".internal",
            ".test",
            ".example",
            ".invalid",
            ".lan",
            ".svc",
            ".cluster",
            ".onion",
        ]
        .iter()
        .any(|end| lower.ends_with(end))
        || lower.contains(".svc.")
        || IDENTIFIERS
            .iter()
            .any(|name| lower == *name || lower.strip_suffix(name).is_some_and(|rest| rest.ends_with('.')))
}

/// Every such address that the file gives a name to, or sets as a value.
pub(crate) fn find<'a>(file: &FileContext<'a>) -> Vec<PlainAddress<'a>> {
    let mut found = Vec::new();
    let is_source = matches!(file.kind, FileKind::Source(_));
    let is_settings = matches!(
        file.kind,
        FileKind::Settings | FileKind::Dockerfile | FileKind::Compose | FileKind::Yaml | FileKind::Toml
    );
    if !is_source && !is_settings {
        return found;
    }
    for start in file.places_of("http://").take(2_000) {
        file.spend(64);
        let Some(host) = remote_host(&file.text[start..]) else { continue };
        let before = line_before(file, start).trim_end();
        let unquoted = before.trim_end_matches(['"', '\'', '`']);
        if is_source && unquoted.len() == before.len() {
            continue;
        }
        let assigned = unquoted.trim_end();
        let name = assigned
            .strip_suffix(['=', ':'])
            .or_else(|| assigned.strip_suffix("||"))
            .or_else(|| assigned.strip_suffix("??"))
            .or_else(|| {
                assigned
                    .strip_suffix(',')
                    .filter(|rest| rest.contains("getenv(") || rest.contains("environ.get("))
            });
        let Some(name) = name.map(str::to_ascii_lowercase) else { continue };
        // The last word before the sign names the value; what a schema or a namespace is called does not count.
        let last = name
            .trim_end()
            .rsplit([' ', '\t', '{', '(', ',', ';'])
            .find(|word| word.len() > 2)
            .unwrap_or_default();
        let skipped =
            ["schema", "xmlns", "namespace", "ns", "doc", "help", "homepage", "license", "$id", "link"];
        if !NAMES.iter().any(|word| last.contains(word)) || skipped.iter().any(|word| last.contains(word)) {
            continue;
        }
        if !is_comment(file, start) && !is_generated(file, start) {
            found.push(PlainAddress { start, end: start + "http://".len() + host.len(), host });
        }
        if found.len() >= 20 {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::table::findings_of;

    fn count(path: &str, text: &str) -> usize {
        findings_of("insecure-transport", &[(path, text)]).len()
    }

    #[test]
    fn remote_hosts() {
        assert_eq!(remote_host("http://api.acme.io/v1"), Some("api.acme.io"));
        assert_eq!(remote_host("http://203.0.113.9:80/"), Some("203.0.113.9"));
        for local in [
            "https://api.acme.io",
            "http://localhost:3000",
            "http://127.0.0.1",
            "http://10.1.2.3",
            "http://[::1]:3000",
            "http://redis:6379",
            "http://api.example.com",
            "http://www.w3.org/2000/svg",
            "http://",
            "http://x.default.svc.cluster.local",
        ] {
            assert_eq!(remote_host(local), None, "{local}");
        }
    }

    #[test]
    fn named_addresses() {
        assert_eq!(count("a.ts", "const API_BASE = \"http://api.acme.io/v1\";"), 1);
        assert_eq!(count("a.ts", "const url = process.env.ACME_URL || 'http://api.acme.io';"), 1);
        assert_eq!(count("a.py", "BASE_URL = os.getenv(\"ACME_URL\", \"http://api.acme.io\")"), 1);
        assert_eq!(count(".env", "ACME_URL=http://api.acme.io\n"), 1);
        assert_eq!(count("a.ts", "const svg = `<svg xmlns=\"http://www.w3.org/2000/svg\">`;"), 0);
        assert_eq!(count("a.ts", "const schemaUrl = 'http://acme.io/schema';"), 0);
        assert_eq!(count("a.ts", "throw new Error('see http://docs.acme.io');"), 0);
        assert_eq!(count("a.ts", "if (url.startsWith('http://api.acme.io')) {}"), 0);
    }
}
