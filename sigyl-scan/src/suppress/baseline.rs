//! The baseline: findings that someone accepted, with the reason.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sigyl_core::{Digest, Finding};

/// Version of the baseline's JSON form; `docs/schema/baseline.v1.json` describes it.
const SCHEMA_VERSION: u32 = 1;

/// The name that a baseline has by convention.
pub const BASELINE_FILE: &str = "sigyl-baseline.json";

/// Accepted findings. New ones are reported all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// 1.
    pub schema_version: u32,
    /// What was accepted, by path.
    pub accepted: Vec<AcceptedFinding>,
}

/// One accepted finding. Only the fingerprint decides; the rest is for those who read the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptedFinding {
    /// The file it was found in.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// What was found.
    pub message: String,
    /// Why it is accepted.
    pub reason: String,
    /// What recognises it.
    pub fingerprint: Digest,
}

/// Why a text is no baseline; its author must mend it or write it anew.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// Not the JSON of a baseline.
    #[error("it is not a baseline of this version; write it anew with --write-baseline")]
    Json(#[from] serde_json::Error),
    /// A version that this program does not know.
    #[error("it has schema_version {0}, and this program reads 1")]
    Version(u32),
    /// An entry without a reason.
    #[error("the accepted finding of {rule} in {path} gives no reason")]
    NoReason {
        /// The rule of the entry.
        rule: String,
        /// The path of the entry.
        path: String,
    },
}

impl Baseline {
    /// Accepts `findings` for `reason`. What `known` accepts already keeps its reason, as long as it is still found
    /// or did not count by it.
    pub fn accept<'a>(findings: impl IntoIterator<Item = &'a Finding>, reason: &str, known: &Self) -> Self {
        let reasons: BTreeMap<&Digest, &str> =
            known.accepted.iter().map(|entry| (&entry.fingerprint, entry.reason.as_str())).collect();
        let mut accepted: Vec<AcceptedFinding> = findings
            .into_iter()
            .map(|finding| AcceptedFinding {
                path: finding.location.path.clone(),
                rule: finding.rule.clone(),
                message: finding.message.clone(),
                reason: reasons.get(&finding.fingerprint).copied().unwrap_or(reason).to_owned(),
                fingerprint: finding.fingerprint.clone(),
            })
            .collect();
        accepted.sort();
        accepted.dedup();
        Self { schema_version: SCHEMA_VERSION, accepted }
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// When the text is not one, is of another version, or accepts something without a reason.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let baseline: Self = serde_json::from_str(text)?;
        if baseline.schema_version != SCHEMA_VERSION {
            return Err(BaselineError::Version(baseline.schema_version));
        }
        match baseline.accepted.iter().find(|entry| !entry.reason.contains(char::is_alphanumeric)) {
            Some(entry) => {
                Err(BaselineError::NoReason { rule: entry.rule.clone(), path: entry.path.clone() })
            }
            None => Ok(baseline),
        }
    }

    /// The baseline's JSON form.
    ///
    /// # Errors
    /// Never for a baseline made by [`accept`](Self::accept): plain data is always JSON.
    pub fn to_json(&self) -> Result<String, BaselineError> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// What [`ScanConfig::baseline`](crate::ScanConfig) takes.
    pub fn into_reasons(self) -> BTreeMap<Digest, String> {
        self.accepted.into_iter().map(|entry| (entry.fingerprint, entry.reason)).collect()
    }
}

impl Default for Baseline {
    fn default() -> Self {
        Self { schema_version: SCHEMA_VERSION, accepted: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said() {
        let errors = [
            "",
            r#"{"schema_version": 2, "accepted": []}"#,
            r#"{"schema_version": 1, "accepted": [{"path": "a", "rule": "b", "message": "c", "reason": " ", "fingerprint": "x"}]}"#,
        ]
        .map(|text| Baseline::parse(text).unwrap_err().to_string());
        insta::assert_snapshot!(errors.join("\n"));
    }
}
