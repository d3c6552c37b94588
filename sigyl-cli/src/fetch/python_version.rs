//! Versions of Python packages in their order, by PEP 440.

use std::cmp::Ordering;

/// A version, comparable. Local parts (`+ubuntu1`) are of no account: an index holds none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PythonVersion {
    epoch: u64,
    release: Vec<u64>,
    pre: Pre,
    post: Option<u64>,
    dev: Dev,
}

/// Before the release itself; a bare development version comes before everything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Pre {
    OnlyDev,
    Alpha(u64),
    Beta(u64),
    Candidate(u64),
    Final,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Dev(Option<u64>);

impl Ord for Dev {
    /// A development version comes before what it develops.
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.unwrap_or(u64::MAX).cmp(&other.0.unwrap_or(u64::MAX))
    }
}

impl PartialOrd for Dev {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PythonVersion {
    /// Reads a version in any spelling that PEP 440 normalises; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let text = text.strip_prefix('v').unwrap_or(&text);
        let text = text.split('+').next().unwrap_or(text);
        let (epoch, text) = match text.split_once('!') {
            Some((epoch, rest)) => (epoch.parse().ok()?, rest),
            None => (0, text),
        };
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (release, mut rest) = text.split_at(end);
        let mut release: Vec<u64> =
            release.trim_end_matches('.').split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        while release.len() > 1 && release.last() == Some(&0) {
            release.pop();
        }
        let (mut pre, mut post, mut dev) = (None, None, None);
        while !rest.is_empty() {
            let implicit =
                rest.strip_prefix('-').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            rest = rest.trim_start_matches(['.', '-', '_']);
            let word_end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let (word, after) = rest.split_at(word_end);
            let after = if word.is_empty() { after } else { after.trim_start_matches(['.', '-', '_']) };
            let number_end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
            let (number, after) = after.split_at(number_end);
            let number = if number.is_empty() { 0 } else { number.parse().ok()? };
            let slot_was_free = match word {
                "a" | "alpha" => pre.replace(Pre::Alpha(number)).is_none(),
                "b" | "beta" => pre.replace(Pre::Beta(number)).is_none(),
                "c" | "rc" | "pre" | "preview" => pre.replace(Pre::Candidate(number)).is_none(),
                "post" | "rev" | "r" => post.replace(number).is_none(),
                "dev" => dev.replace(number).is_none(),
                "" if implicit.is_some() => post.replace(number).is_none(),
                _ => false,
            };
            if !slot_was_free {
                return None;
            }
            rest = after;
        }
        let only_dev = pre.is_none() && post.is_none() && dev.is_some();
        let pre = pre.unwrap_or(if only_dev { Pre::OnlyDev } else { Pre::Final });
        Some(Self { epoch, release, pre, post, dev: Dev(dev) })
    }

    /// Whether it is neither a development version nor one before a release.
    pub(super) fn is_final(&self) -> bool {
        self.pre == Pre::Final && self.dev.0.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order() {
        // PEP 440, "Summary of permitted suffixes and relative ordering".
        let ascending = [
            "1.dev0",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.1.dev1",
            "1.10",
            "2025.4.7",
            "1!0.1",
        ];
        let versions = ascending.map(|text| PythonVersion::parse(text).unwrap());
        assert!(versions.is_sorted_by(|a, b| a < b), "{versions:#?}");
        let finals = ascending.into_iter().filter(|text| PythonVersion::parse(text).unwrap().is_final());
        assert_eq!(finals.collect::<Vec<_>>(), ["1.0", "1.0.post456", "1.10", "2025.4.7", "1!0.1"]);
    }

    #[test]
    fn spellings() {
        for (one, other) in [
            ("1.0", "1.0.0"),
            ("v1.0", "1"),
            ("1.0-alpha.1", "1.0a1"),
            ("1.0.RC", "1.0rc0"),
            ("1.0-1", "1.0.post1"),
            ("1.0+local.1", "1.0"),
            ("1.0_post_1", "1.0.post1"),
            ("0!1.0", "1.0"),
        ] {
            assert_eq!(
                PythonVersion::parse(one).unwrap(),
                PythonVersion::parse(other).unwrap(),
                "{one} {other}"
            );
        }
        for wrong in ["", "x", "1.0x", "1..0", "1.0a1a2", "1.0/..", "99999999999999999999", "1.0 2", "1.0-é"]
        {
            assert_eq!(PythonVersion::parse(wrong), None, "{wrong}");
        }
    }
}
