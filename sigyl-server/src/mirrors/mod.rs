//! Mirrors: other registries of the official API, followed by `updated_since`, filtered by what a workspace allows.

mod page;
mod store;
mod work;

pub(crate) use store::{Mirror, delete, insert, list};
pub(crate) use work::work;

/// Whether a name is allowed: by one of the patterns, in which `*` is any letters; by all where there are none.
fn is_allowed(name: &str, patterns: &[String]) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| fits(pattern.as_bytes(), name.as_bytes()))
}

/// A star is tried again from one letter further where what follows it does not fit: at most once for each letter.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut seen, mut star) = (0, 0, None);
    while seen < name.len() {
        if pattern.get(at) == Some(&b'*') {
            star = Some((at, seen));
            at += 1;
        } else if pattern.get(at) == name.get(seen) {
            at += 1;
            seen += 1;
        } else if let Some((place, from)) = star {
            star = Some((place, from + 1));
            at = place + 1;
            seen = from + 1;
        } else {
            return false;
        }
    }
    pattern.get(at..).is_none_or(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_names_with_stars() {
        for (pattern, name, expected) in [
            ("io.github.acme/*", "io.github.acme/weather", true),
            ("io.github.acme/*", "io.github.acme2/weather", false),
            ("*/weather", "com.example/weather", true),
            ("*weather*", "com.example/my-weather-2", true),
            ("com.example/weather", "com.example/weather", true),
            ("com.example/weather", "com.example/weather2", false),
            ("*", "a/b", true),
            ("", "a/b", false),
            ("a*b*c", "a/xbxbxc", true),
            ("a*b*c", "a/xbxbx", false),
        ] {
            assert_eq!(is_allowed(name, &[pattern.to_owned()]), expected, "{pattern} {name}");
        }
        assert!(is_allowed("a/b", &[]));
        let hostile = "*a".repeat(100);
        assert!(!fits(hostile.as_bytes(), "a".repeat(200).replace('a', "ab").as_bytes()));
    }
}
