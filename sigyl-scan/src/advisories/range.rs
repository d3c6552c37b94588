//! An advisory, and whether a version is affected by it: OSV schema 1.6, "Evaluation".

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{pep440::Pep440, semver::SemVer};
use crate::dependencies::Ecosystem;

/// How bad it is, by the database's own word or the CVSS base score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// CVSS below 4.
    Low,
    /// CVSS below 7.
    Moderate,
    /// CVSS below 9.
    High,
    /// CVSS from 9.
    Critical,
}

impl Level {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What is known of one vulnerability in one package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advisory {
    /// The database's id, such as `GHSA-…`.
    pub id: String,
    /// Other ids, a CVE number among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// One line about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// How bad it is, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// True for a package that was published to do harm.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_malicious: bool,
    /// The ranges of versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) ranges: Vec<Vec<Event>>,
    /// Versions that are affected and lie in no range.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) versions: Vec<String>,
}

/// A version at which something changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Event {
    #[serde(rename = "i")]
    Introduced(String),
    #[serde(rename = "f")]
    Fixed(String),
    #[serde(rename = "l")]
    LastAffected(String),
}

/// A version that can be compared.
enum Version {
    SemVer(SemVer),
    Pep440(Pep440),
}

impl Version {
    fn parse(ecosystem: Ecosystem, text: &str) -> Option<Self> {
        match ecosystem {
            Ecosystem::PyPi => Pep440::parse(text).map(Self::Pep440),
            Ecosystem::Npm | Ecosystem::CratesIo | Ecosystem::Go => SemVer::parse(text).map(Self::SemVer),
        }
    }

    fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::SemVer(one), Self::SemVer(other)) => Some(one.cmp(other)),
            (Self::Pep440(one), Self::Pep440(other)) => Some(one.cmp(other)),
            _ => None,
        }
    }
}

impl Event {
    fn version(&self) -> &str {
        match self {
            Self::Introduced(version) | Self::Fixed(version) | Self::LastAffected(version) => version,
        }
    }
}

impl Advisory {
    /// Whether a version is affected. A version that cannot be compared is affected only where it is listed.
    pub fn affects(&self, ecosystem: Ecosystem, version: &str) -> bool {
        self.versions.iter().any(|listed| listed == version) || self.in_range(ecosystem, version)
    }

    pub(super) fn in_range(&self, ecosystem: Ecosystem, version: &str) -> bool {
        let Some(version) = Version::parse(ecosystem, version) else { return false };
        self.ranges.iter().any(|events| is_inside(ecosystem, events, &version))
    }

    /// The lowest version above `version` in which it is mended.
    pub fn fixed_after(&self, ecosystem: Ecosystem, version: &str) -> Option<&str> {
        let version = Version::parse(ecosystem, version)?;
        let mut best: Option<(Version, &str)> = None;
        for event in self.ranges.iter().flatten() {
            let Event::Fixed(text) = event else { continue };
            let Some(fixed) = Version::parse(ecosystem, text) else { continue };
            let is_later = fixed.compare(&version) == Some(Ordering::Greater);
            let is_lower = best.as_ref().is_none_or(|(best, _)| fixed.compare(best) == Some(Ordering::Less));
            if is_later && is_lower {
                best = Some((fixed, text));
            }
        }
        best.map(|(_, text)| text)
    }
}

fn is_inside(ecosystem: Ecosystem, events: &[Event], version: &Version) -> bool {
    // Lowest first; `0` stands before every version.
    let mut sorted: Vec<(Option<Version>, &Event)> = Vec::with_capacity(events.len());
    for event in events {
        let bound = match event.version() {
            "0" => None,
            text => match Version::parse(ecosystem, text) {
                Some(bound) => Some(bound),
                None => continue,
            },
        };
        sorted.push((bound, event));
    }
    sorted.sort_by(|(one, _), (other, _)| match (one, other) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(one), Some(other)) => one.compare(other).unwrap_or(Ordering::Equal),
    });
    let mut inside = false;
    for (bound, event) in &sorted {
        let order = match bound {
            None => Ordering::Greater,
            Some(bound) => version.compare(bound).unwrap_or(Ordering::Less),
        };
        match event {
            Event::Introduced(_) if order.is_ge() => inside = true,
            Event::Fixed(_) if order.is_ge() => inside = false,
            Event::LastAffected(_) if order.is_gt() => inside = false,
            _ => {}
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advisory(events: &[Event], versions: &[&str]) -> Advisory {
        Advisory {
            id: "X".to_owned(),
            aliases: Vec::new(),
            summary: String::new(),
            level: None,
            is_malicious: false,
            ranges: vec![events.to_vec()],
            versions: versions.iter().map(|text| (*text).to_owned()).collect(),
        }
    }

    fn introduced(text: &str) -> Event {
        Event::Introduced(text.to_owned())
    }

    fn fixed(text: &str) -> Event {
        Event::Fixed(text.to_owned())
    }

    #[test]
    fn events_are_ordered_by_version() {
        let it =
            advisory(&[fixed("1.5.0"), introduced("2.0.0"), introduced("0"), fixed("2.1.0")], &["9.9.9-odd"]);
        let affects = |version: &str| it.affects(Ecosystem::Npm, version);
        assert!(affects("0.0.1") && affects("1.4.9") && affects("1.5.0-rc.1"));
        assert!(!affects("1.5.0") && !affects("1.9.0") && affects("2.0.5") && !affects("2.1.0"));
        assert!(affects("9.9.9-odd") && !affects("workspace"));
        assert_eq!(it.fixed_after(Ecosystem::Npm, "2.0.5"), Some("2.1.0"));
        assert_eq!(it.fixed_after(Ecosystem::Npm, "1.0.0"), Some("1.5.0"));
    }

    #[test]
    fn the_last_affected_version_is_affected() {
        let it = advisory(&[introduced("1.0"), Event::LastAffected("1.2".to_owned())], &[]);
        let affects = |version: &str| it.affects(Ecosystem::PyPi, version);
        assert!(affects("1.0.0") && affects("1.2.0") && affects("1.2rc1"));
        assert!(!affects("1.0rc1") && !affects("1.2.post1") && !affects("1.3"));
    }
}
