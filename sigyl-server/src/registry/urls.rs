//! Addresses in documents. None of them is ever opened here.

/// Scheme and host of an absolute address with a host; both in lower case.
pub(super) fn parts(url: &str) -> Option<(String, String)> {
    if url.chars().any(|it| it.is_whitespace() || it.is_control()) {
        return None;
    }
    let (scheme, rest) = url.split_once("://")?;
    let plain = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => host.split(':').next().unwrap_or(""),
    };
    (plain && !scheme.is_empty() && !name.is_empty())
        .then(|| (scheme.to_ascii_lowercase(), name.to_ascii_lowercase()))
}

/// Whether a host is this computer.
pub(super) fn is_local(host: &str) -> bool {
    let address = host.parse::<std::net::IpAddr>();
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|it| it.to_canonical().is_loopback())
}

/// The names in braces of a template.
pub(super) fn variables(template: &str) -> Vec<&str> {
    template.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

/// A template with something plain in the place of each variable, so that it can be read as an address.
pub(super) fn filled(template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, after)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push('0');
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found() {
        let host = |url: &str| parts(url).map(|it| it.1);
        assert_eq!(host("https://A.example:8/x").as_deref(), Some("a.example"));
        assert_eq!(host("https://user@evil.example/").as_deref(), Some("evil.example"));
        assert_eq!(host("https://[::1]:80/").as_deref(), Some("::1"));
        for url in ["", "a.example", "https://", "https:///x", "https://a b", "://a", "mailto:a@b.c"] {
            assert_eq!(host(url), None, "{url}");
        }
        assert!(
            ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]
                .iter()
                .all(|it| is_local(it))
        );
        assert!(!is_local("localhost.example.com"));
    }

    #[test]
    fn templates_are_filled() {
        assert_eq!(variables("https://{a}.x/{b}/{"), ["a", "b"]);
        assert_eq!(filled("https://{a}.x:{port}/{b"), "https://0.x:0/{b");
    }
}
