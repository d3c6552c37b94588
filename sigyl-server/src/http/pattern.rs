//! Forms of texts, as the API's description tells them. What is told here is checked elsewhere, where it is used: whoever
//! keeps to a form may still be refused, whoever does not is.

/// What an environment variable and a secret are called.
pub(crate) const VARIABLE: &str = "^[A-Za-z_][A-Za-z0-9_]{0,127}$";

/// What workspaces, users and deployments are called: single hyphens, none at an end.
pub(crate) const HANDLE: &str = "^[A-Za-z0-9](-?[A-Za-z0-9])+$";

/// A name of the DNS that is no address.
pub(crate) const DOMAIN: &str =
    "^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?[.])+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$";

/// An address of mail.
pub(crate) const MAIL: &str = "^[^@\\s]+@[^@\\s.][^@\\s]*[.][^@\\s]*[^@\\s.]$";

/// An address on the web, without a user or a fragment.
pub(crate) const WEB: &str = "^https?://[^\\s/?#@\\\\]+([/?][^\\s#]*)?$";

/// The address of a registry: without a query, too.
pub(crate) const REGISTRY: &str = "^https?://[^\\s/?#@\\\\]+(/[^\\s?#]*)?$";

/// What source is fetched by.
pub(crate) const REFERENCE: &str = "^(npm:(@[A-Za-z0-9._~-]+/)?[A-Za-z0-9._~-]+(@[A-Za-z0-9.+_-]+)?|\
                                    pypi:[A-Za-z0-9._-]+(==[A-Za-z0-9.!+_-]+)?|https://[^\\s/@]+/[^\\s]+)$";

/// The name of a server in the registry, with or without its namespace.
pub(crate) const SERVER: &str =
    "^([A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9]/)?[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]$";

/// The name of a server in the registry, whole.
pub(crate) const SERVER_WHOLE: &str =
    "^[A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9]/[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]$";

/// A commit.
pub(crate) const COMMIT: &str = "^[0-9A-Fa-f]{7,64}$";

/// Pairs of hexadecimal digits.
pub(crate) const HEX: &str = "^([0-9A-Fa-f]{2})*$";

/// A signed token in three parts.
pub(crate) const TOKEN: &str = "^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+$";

/// A cursor, which begins with its signature.
pub(crate) const CURSOR: &str = "^[A-Za-z0-9_-]{12,4096}$";

/// An engine's runtime.
pub(crate) const RUNTIME: &str = "^[A-Za-z0-9._-]{0,64}$";

/// Something that can be seen.
pub(crate) const SEEN: &str = "[^\\s]";

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use crate::{
        accounts::{display_name, email, workspace_slug},
        registry, scans, secrets,
    };

    /// What a form lets through passes the check, and what the check lets through has the form, where both know it.
    fn agree(pattern: &str, texts: &[&str], check: impl Fn(&str) -> bool) {
        let form = Regex::new(pattern).unwrap();
        let (mut good, mut bad) = (0, 0);
        for text in texts {
            assert_eq!(form.is_match(text), check(text), "{pattern} {text:?}");
            if check(text) { good += 1 } else { bad += 1 }
        }
        assert!(good > 0 && bad > 0, "{pattern}");
    }

    #[test]
    fn forms_are_what_is_checked() {
        let long = "a".repeat(128);
        let longer = "a".repeat(129);
        let names = ["A", "_a1", "1a", "", "a-b", "a b", "é", "a\n", &long, &longer];
        agree(VARIABLE, &names, |name| secrets::check_name(name).is_ok());
        let names = ["ab", "a-b", "A-b-c9", "-ab", "ab-", "a--b", "a_b", "a", "", "é9", "ab\n"];
        agree(HANDLE, &names, |name| workspace_slug(name).is_ok());
        let references = [
            "npm:x",
            "npm:@a/b@1.0.0",
            "pypi:x==1.0",
            "https://example.com/a/b#v1:sub",
            "npm:",
            "pypi:",
            ".",
            "git@example.com:a/b",
            "http://example.com/a",
            "ssh://a@b/c",
            "/etc",
            "npm:a b",
            "",
        ];
        agree(REFERENCE, &references, |text| scans::remote_reference(text).is_ok());
        let names = [
            "com.example/weather",
            "a.b/c_d",
            "com.example/",
            "/x",
            "a/b",
            "com.example/weather/x",
            "x y/z1",
            ".a/bb",
        ];
        agree(SERVER_WHOLE, &names, |name| {
            let document = serde_json::json!({
                "$schema": registry::CURRENT_SCHEMA, "name": name, "description": "x", "version": "1.0.0",
            });
            registry::check(&document).0.is_some()
        });
        let addresses = ["a@b.c", "a@b", "@b.c", "a@.b.c", "a@b.c.", "a b@c.d", "a@b@c.d", "é@é.example", ""];
        agree(MAIL, &addresses, |address| email(address).is_ok());
        let names = ["x", " é ", "", " ", "\t"];
        agree(SEEN, &names, |name| display_name(name).is_ok());
    }

    #[test]
    fn forms_of_addresses() {
        let web = Regex::new(WEB).unwrap();
        for text in ["https://example.com", "http://[::1]:80/a?b=@", "https://é.example/x", "https://a?b"] {
            assert!(web.is_match(text), "{text}");
        }
        for text in ["", "https://", "ftp://a", "https://u@a/", "https://a/#b", "https://a b/", " https://a"]
        {
            assert!(!web.is_match(text), "{text}");
        }
        assert!(Regex::new(REGISTRY).unwrap().is_match("https://example.com/registry"));
        assert!(!Regex::new(REGISTRY).unwrap().is_match("https://example.com/registry?x"));
        let domain = Regex::new(DOMAIN).unwrap();
        for text in ["example.com", "a.b-c.d3.example", "Example.COM"] {
            assert!(domain.is_match(text), "{text}");
        }
        for text in
            ["", "com", ".com", "a..com", "a.com.", "-a.com", "a_b.com", "é.com", "a.com:8", "127.0.0.1"]
        {
            assert!(!domain.is_match(text), "{text}");
        }
    }
}
