//! The text of advisories, and how packages are found in it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sigyl_core::Digest;

use super::range::Advisory;
use crate::dependencies::Ecosystem;

/// Advisories that are ready to be looked up.
#[derive(Debug, Clone)]
pub struct Advisories {
    text: String,
    /// Where the lines of advisories begin.
    body: usize,
    header: Header,
}

/// A file that advisories came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AdvisorySource {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal; of a folder, none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Entries that were taken from it.
    pub advisories: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Header {
    /// Version of the format.
    pub(super) sigyl_advisories: u32,
    pub(super) imported_on: String,
    pub(super) newest: String,
    pub(super) advisories: u32,
    pub(super) sources: Vec<AdvisorySource>,
}

/// Why a text holds no advisories; the user must import them anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AdvisoriesError {
    /// The first line is not one of ours.
    #[error("this is no file of advisories that sigyl wrote")]
    NotAdvisories,
    /// Another version of Sigyl wrote it.
    #[error("this file of advisories was written by another version; import them again")]
    OtherVersion,
    /// Lines are out of order or cut off, so that a search would miss some.
    #[error("the file of advisories is damaged at line {line}; import them again")]
    Damaged {
        /// The line, from 1.
        line: usize,
    },
}

impl Advisories {
    /// Reads the text that [`AdvisoryImport::finish`](super::AdvisoryImport::finish) made.
    ///
    /// # Errors
    /// When it is no such text, or damaged.
    pub fn parse(text: String) -> Result<Self, AdvisoriesError> {
        let (first, _) = text.split_once('\n').ok_or(AdvisoriesError::NotAdvisories)?;
        let header: Header = serde_json::from_str(first).map_err(|_| AdvisoriesError::NotAdvisories)?;
        if header.sigyl_advisories != 1 {
            return Err(AdvisoriesError::OtherVersion);
        }
        let body = first.len() + 1;
        let mut before = "";
        for (at, line) in text[body..].lines().enumerate() {
            if line < before || line.split('\t').count() < 3 || !line.ends_with('}') {
                return Err(AdvisoriesError::Damaged { line: at + 2 });
            }
            before = line;
        }
        Ok(Self { body, header, text })
    }

    /// What is known to be wrong with a version of a package.
    pub fn affecting(&self, ecosystem: Ecosystem, name: &str, version: &str) -> Vec<Advisory> {
        let key = format!("{}\t{}\t", ecosystem.as_str(), ecosystem.normalize(name));
        let body = self.text.get(self.body..).unwrap_or_default();
        let mut found = Vec::new();
        for line in body[lower_bound(body, &key)..].lines() {
            let Some(json) = line.strip_prefix(key.as_str()) else { break };
            if let Ok(advisory) = serde_json::from_str::<Advisory>(json)
                && advisory.affects(ecosystem, version)
            {
                found.push(advisory);
            }
        }
        found
    }

    /// Digest of all of it.
    pub fn digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// How many entries it holds.
    pub fn count(&self) -> u32 {
        self.header.advisories
    }

    /// The day on which its newest entry was changed, `YYYY-MM-DD`: how old the knowledge is.
    pub fn newest(&self) -> &str {
        &self.header.newest
    }

    /// The day on which it was imported, `YYYY-MM-DD`.
    pub fn imported_on(&self) -> &str {
        &self.header.imported_on
    }

    /// Where its entries came from.
    pub fn sources(&self) -> &[AdvisorySource] {
        &self.header.sources
    }

    /// Days from its newest entry to `today`, which is counted from 1970-01-01.
    pub fn age_days(&self, today: i64) -> Option<u32> {
        super::days_of(self.newest()).map(|day| u32::try_from((today - day).max(0)).unwrap_or(u32::MAX))
    }
}

/// Offset of the first line of sorted lines that is not before `key`.
fn lower_bound(text: &str, key: &str) -> usize {
    let (mut low, mut high) = (0, text.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let bytes = text.as_bytes();
        let start = bytes[..middle].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let end = bytes[middle..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| middle + at);
        if &bytes[start..end] < key.as_bytes() {
            low = (end + 1).min(text.len());
        } else {
            high = start;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found() {
        let lines = ["a\tb\t1", "a\tc\t2", "a\tcc\t3", "b\ta\t4"];
        let text = lines.join("\n") + "\n";
        for line in lines {
            let key = line.rsplit_once('\t').unwrap().0;
            assert!(text[lower_bound(&text, key)..].starts_with(line), "{line}");
        }
        assert_eq!(lower_bound(&text, "z"), text.len());
        assert_eq!(lower_bound("", "z"), 0);
    }

    #[test]
    fn damaged_texts_are_refused() {
        let header = r#"{"sigyl_advisories":1,"imported_on":"2026-01-01","newest":"2026-01-01","advisories":2,"sources":[]}"#;
        let error = |body: &str| Advisories::parse(format!("{header}\n{body}")).err();
        assert_eq!(error("npm\ta\t{}\nnpm\tb\t{}\n"), None);
        assert_eq!(error("npm\tb\t{}\nnpm\ta\t{}\n"), Some(AdvisoriesError::Damaged { line: 3 }));
        assert_eq!(error("npm\ta\t{\"id\""), Some(AdvisoriesError::Damaged { line: 2 }));
        assert_eq!(Advisories::parse("[]\n".to_owned()).err(), Some(AdvisoriesError::NotAdvisories));
        let other = header.replace(":1,\"imp", ":2,\"imp") + "\n";
        assert_eq!(Advisories::parse(other).err(), Some(AdvisoriesError::OtherVersion));
    }
}
