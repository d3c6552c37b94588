//! Versions: which is later, and which is none but a range.

use std::cmp::Ordering;

/// A version after semver.org, 2.0.0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Semver {
    numbers: [u64; 3],
    before: Vec<Identifier>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    // Numbers come before letters.
    Number(u64),
    Letters(String),
}

impl Semver {
    /// Reads a version; a `v` before it is let go, as the official registry does.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
        let (core, before) = text.split_once('-').map_or((text, None), |(core, before)| (core, Some(before)));
        let identifier =
            |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !build.is_none_or(|build| build.split('.').all(identifier)) {
            return None;
        }
        let mut parts = core.split('.');
        let numbers = [number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?];
        if parts.next().is_some() {
            return None;
        }
        let read = |it: &str| match it.bytes().all(|byte| byte.is_ascii_digit()) {
            true => number(it).map(Identifier::Number),
            false => identifier(it).then(|| Identifier::Letters(it.to_owned())),
        };
        let before = before.map_or(Some(Vec::new()), |before| before.split('.').map(read).collect())?;
        Some(Self { numbers, before })
    }
}

fn number(text: &str) -> Option<u64> {
    let plain = text.len() == 1 || !text.starts_with('0');
    (plain && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())?
}

impl Ord for Semver {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| {
            match (self.before.is_empty(), other.before.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => self.before.cmp(&other.before),
            }
        })
    }
}

impl PartialOrd for Semver {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Which of two versions is later: by number where both have one, else the one that has, else by time.
pub(super) fn later(one: (&str, i64), other: (&str, i64)) -> Ordering {
    match (Semver::parse(one.0), Semver::parse(other.0)) {
        (Some(left), Some(right)) => left.cmp(&right).then(one.1.cmp(&other.1)),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => one.1.cmp(&other.1),
    }
}

/// Whether a text names many versions: `^1.2`, `>=1`, `1 - 2`, `1 || 2`, `1.x`.
pub(super) fn is_range(text: &str) -> bool {
    let text = text.trim();
    let version = |it: &str| {
        let it = it.trim();
        let it = it.strip_prefix('v').unwrap_or(it);
        let core = it.split_once('-').map_or(it, |(core, _)| core);
        let parts = core.split('.').collect::<Vec<_>>();
        parts.len() <= 4
            && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit()))
    };
    let comparator =
        ["^", "~", ">=", "<=", ">", "<", "="].iter().any(|sign| text.strip_prefix(sign).is_some_and(version));
    let hyphen = text.split_once(" - ").is_some_and(|(from, to)| version(from) && version(to));
    let either = text.contains("||") && text.split("||").all(version);
    comparator || hyphen || either || has_wildcard(text)
}

fn has_wildcard(text: &str) -> bool {
    let core = text.split_once('-').map_or(text, |(core, _)| core);
    let core = core.strip_prefix('v').unwrap_or(core);
    let parts = core.split('.').collect::<Vec<_>>();
    let wild = |part: &&str| matches!(*part, "x" | "X" | "*");
    let known = |part: &&str| wild(part) || (!part.is_empty() && part.bytes().all(|it| it.is_ascii_digit()));
    (2..=3).contains(&parts.len()) && parts.iter().all(known) && parts.iter().any(wild)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_semver_says() {
        let order = [
            "0.9.0",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.2.0",
            "1.10.0",
            "v2.0.0",
        ];
        for pair in order.windows(2) {
            assert_eq!(later((pair[0], 9), (pair[1], 1)), Ordering::Less, "{pair:?}");
        }
        assert_eq!(later(("1.0.0+a", 1), ("1.0.0+b", 2)), Ordering::Less);
    }

    #[test]
    fn numbers_beat_dates_and_dates_go_by_time() {
        assert_eq!(later(("1.0.0", 1), ("2021.11.15", 2)), Ordering::Less);
        assert_eq!(later(("0.0.1", 1), ("snapshot", 2)), Ordering::Greater);
        assert_eq!(later(("2021-03-15", 1), ("snapshot", 2)), Ordering::Less);
        for text in ["1.0", "1", "01.0.0", "1.0.0.0", "1.0.0-", "1.0.0-01", "1.0.0+", "a.b.c", ""] {
            assert_eq!(Semver::parse(text), None, "{text}");
        }
    }

    #[test]
    fn ranges_are_told_from_versions() {
        for text in [
            "^1.2.3",
            "~1.2",
            ">=1.0.0",
            "<2",
            "=1.0.0",
            "1.2.3 - 2.0.0",
            "1.2 || 1.3",
            "1.x",
            "1.2.*",
            "v1.X",
            "> 1.0",
        ] {
            assert!(is_range(text), "{text}");
        }
        for text in
            ["1.2.3", "1.2.3-alpha.x", "2021-03-15", "snapshot", "v1", "", "1.2.3-beta - rc", "x", "1.2.3.4"]
        {
            assert!(!is_range(text), "{text}");
        }
    }
}
