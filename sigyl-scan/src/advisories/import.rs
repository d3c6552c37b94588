//! From OSV's entries to the text that scans look things up in.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::{
    cvss,
    range::{Advisory, Event, Level},
    store::{AdvisorySource, Header},
};
use crate::dependencies::Ecosystem;

/// Longest entry that is read, bytes. Chosen; the longest published ones have about 3 MB of version lists.
const MAX_BYTES: usize = 16 << 20;
/// Longest summary that is kept, characters. Chosen.
const MAX_SUMMARY: usize = 160;

/// Collects entries.
#[derive(Debug, Default)]
pub struct AdvisoryImport {
    lines: BTreeSet<String>,
    newest: String,
    taken: u32,
}

/// What became of one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It was taken.
    Taken,
    /// It was withdrawn by its authors.
    Withdrawn,
    /// It is about another ecosystem, or names no version.
    NotOurs,
    /// It is no entry in OSV's format, or larger than any.
    Unreadable,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    #[serde(default)]
    modified: String,
    #[serde(default)]
    withdrawn: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    summary: Option<String>,
    #[serde(default)]
    severity: Vec<Severity>,
    #[serde(default)]
    affected: Vec<Affected>,
    #[serde(default)]
    database_specific: Option<Value>,
}

#[derive(Deserialize)]
struct Severity {
    #[serde(default)]
    score: String,
}

#[derive(Deserialize)]
struct Affected {
    #[serde(default)]
    package: Option<Package>,
    #[serde(default)]
    ranges: Vec<Range>,
    #[serde(default)]
    versions: Vec<String>,
    #[serde(default)]
    severity: Vec<Severity>,
}

#[derive(Deserialize)]
struct Package {
    ecosystem: String,
    name: String,
}

#[derive(Deserialize)]
struct Range {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    events: Vec<RangeEvent>,
}

#[derive(Deserialize)]
struct RangeEvent {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
    limit: Option<String>,
}

impl AdvisoryImport {
    /// Takes one OSV entry, as JSON.
    pub fn add(&mut self, json: &[u8]) -> Outcome {
        if json.len() > MAX_BYTES {
            return Outcome::Unreadable;
        }
        let Ok(entry) = serde_json::from_slice::<Entry>(json) else { return Outcome::Unreadable };
        if entry.id.is_empty() || entry.id.contains(char::is_control) {
            return Outcome::Unreadable;
        }
        if entry.withdrawn.is_some() {
            return Outcome::Withdrawn;
        }
        let before = self.lines.len();
        for affected in &entry.affected {
            self.lines.extend(line(&entry, affected));
        }
        if self.lines.len() == before {
            return Outcome::NotOurs;
        }
        if entry.modified > self.newest && super::days_of(&entry.modified).is_some() {
            self.newest = entry.modified.chars().take(10).collect();
        }
        self.taken += 1;
        Outcome::Taken
    }

    /// Entries taken so far.
    pub fn taken(&self) -> u32 {
        self.taken
    }

    /// The text for [`Advisories::parse`](super::Advisories::parse). `imported_on` is today, as `YYYY-MM-DD`.
    pub fn finish(self, imported_on: &str, sources: Vec<AdvisorySource>) -> String {
        let header = Header {
            sigyl_advisories: 1,
            imported_on: imported_on.to_owned(),
            newest: if self.newest.is_empty() { imported_on.to_owned() } else { self.newest },
            advisories: self.taken,
            sources,
        };
        // Serialising plain data into memory cannot fail; an empty header is refused when it is read.
        let mut text = serde_json::to_string(&header).unwrap_or_default() + "\n";
        for line in &self.lines {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

fn line(entry: &Entry, affected: &Affected) -> Option<String> {
    let package = affected.package.as_ref()?;
    let ecosystem = Ecosystem::parse(&package.ecosystem)?;
    if package.name.is_empty() || package.name.contains(char::is_control) {
        return None;
    }
    let is_malicious = entry.id.starts_with("MAL-");
    let mut advisory = Advisory {
        id: entry.id.clone(),
        aliases: entry.aliases.iter().take(8).cloned().collect(),
        summary: entry.summary.as_deref().unwrap_or_default().chars().take(MAX_SUMMARY).collect(),
        level: if is_malicious { Some(Level::Critical) } else { level(entry, affected) },
        is_malicious,
        ranges: affected.ranges.iter().filter_map(events).collect(),
        versions: Vec::new(),
    };
    let listed = affected.versions.iter().filter(|version| !advisory.in_range(ecosystem, version));
    advisory.versions = listed.cloned().collect();
    if advisory.ranges.is_empty() && advisory.versions.is_empty() {
        return None;
    }
    let json = serde_json::to_string(&advisory).ok()?;
    Some(format!("{}\t{}\t{json}", ecosystem.as_str(), ecosystem.normalize(&package.name)))
}

fn events(range: &Range) -> Option<Vec<Event>> {
    // Ranges of commits say nothing about versions.
    if !matches!(range.kind.as_str(), "SEMVER" | "ECOSYSTEM") {
        return None;
    }
    let mut events = Vec::new();
    for event in &range.events {
        events.extend(event.introduced.clone().map(Event::Introduced));
        events.extend(event.fixed.clone().map(Event::Fixed));
        events.extend(event.last_affected.clone().map(Event::LastAffected));
        events.extend(event.limit.clone().filter(|limit| limit != "*").map(Event::Fixed));
    }
    (!events.is_empty()).then_some(events)
}

fn level(entry: &Entry, affected: &Affected) -> Option<Level> {
    let said = entry.database_specific.as_ref().and_then(|it| it.get("severity")).and_then(Value::as_str);
    match said.map(str::to_ascii_uppercase).as_deref() {
        Some("LOW") => return Some(Level::Low),
        Some("MODERATE" | "MEDIUM") => return Some(Level::Moderate),
        Some("HIGH") => return Some(Level::High),
        Some("CRITICAL") => return Some(Level::Critical),
        _ => {}
    }
    let scores = affected.severity.iter().chain(&entry.severity);
    let score = scores.filter_map(|severity| cvss::base_score(&severity.score)).reduce(f64::max)?;
    Some(match score {
        score if score >= 9.0 => Level::Critical,
        score if score >= 7.0 => Level::High,
        score if score >= 4.0 => Level::Moderate,
        _ => Level::Low,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Advisories;

    fn entry(extra: &str) -> String {
        format!(
            r#"{{"id": "T-1", "modified": "2026-02-03T04:05:06Z", {extra} "affected": [{{
                "package": {{"ecosystem": "PyPI", "name": "Acme_Tools"}},
                "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}, {{"fixed": "2.0"}}]}},
                           {{"type": "GIT", "repo": "x", "events": [{{"introduced": "0"}}]}}],
                "versions": ["1.0", "1.9", "2.0.odd"]}}]}}"#
        )
    }

    #[test]
    fn takes_what_concerns_us() {
        let mut import = AdvisoryImport::default();
        let cvss =
            r#""severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"#;
        assert_eq!(import.add(entry(cvss).as_bytes()), Outcome::Taken);
        assert_eq!(
            import.add(entry(r#""withdrawn": "2026-01-01T00:00:00Z","#).as_bytes()),
            Outcome::Withdrawn
        );
        assert_eq!(import.add(entry("").replace("PyPI", "Maven").as_bytes()), Outcome::NotOurs);
        for odd in ["", "[]", "{}", "{\"id\": \"\"}", "{\"id\": \"a\\u0000b\"}", "\u{0}"] {
            assert_eq!(import.add(odd.as_bytes()), Outcome::Unreadable, "{odd:?}");
        }
        let advisories = Advisories::parse(import.finish("2026-03-01", Vec::new())).unwrap();
        assert_eq!((advisories.count(), advisories.newest()), (1, "2026-02-03"));
        let found = advisories.affecting(Ecosystem::PyPi, "acme.tools", "1.9.5");
        assert_eq!(found[0].level, Some(Level::Critical));
        assert_eq!(found[0].versions, ["2.0.odd"]);
        assert!(advisories.affecting(Ecosystem::PyPi, "acme-tools", "2.0").is_empty());
    }
}
