//! The scan report, its verdict, and the clearance that only a policy can give.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Digest, Finding, Location, Severity, Suppressed, Tool, manifest::Manifest};

/// Version of the report's JSON form; `docs/schema/report.v1.json` describes it.
pub const REPORT_SCHEMA_VERSION: u32 = 1;

/// The one word about a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Read in full, nothing found above information.
    Safe,
    /// At least one error or warning, or something that was not read in full.
    Warning,
    /// At least one finding of severity block, or nothing was read.
    Blocked,
}

impl Verdict {
    /// The name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Warning => "warning",
            Self::Blocked => "blocked",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why something that would be executed was not analysed in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NotAnalysedReason {
    /// No parser takes it; the lexical rules ran.
    SyntaxError,
    /// Nested or chained past what a parser may be given; the lexical rules ran.
    TooDeep,
    /// Longer than the parsers are given; the lexical rules ran.
    TooLarge,
    /// A language that the scanner has no dataflow for; the lexical rules ran.
    UnsupportedLanguage,
    /// A compiled program or library.
    Binary,
    /// The reader's limits left it out; nothing ran.
    NotRead,
    /// A symbolic link or other special file, which is never followed; nothing ran.
    SpecialFile,
    /// A rule failed or exceeded its budget here.
    RuleFailed,
    /// The dataflow budget ran out before every entry point was followed.
    BudgetExhausted,
    /// The program's entry point is not in the tree: a build would have to make it.
    EntryPointMissing,
    /// The caller stopped the scan.
    Cancelled,
    /// Something outside of the tree, such as a running server, gave no answer that tells.
    NotChecked,
}

/// Something that would be executed and was not analysed in full.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NotAnalysed {
    /// The file, relative to the root; `.` for the tree as a whole.
    pub path: String,
    /// Why.
    pub reason: NotAnalysedReason,
    /// One sentence: what exactly, and what can be done.
    pub detail: String,
    /// The rule that failed, for `rule-failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

/// Number of findings of each severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Findings of severity block.
    pub block: u32,
    /// Findings of severity error.
    pub error: u32,
    /// Findings of severity warning.
    pub warning: u32,
    /// Findings of severity info.
    pub info: u32,
    /// Findings that do not count.
    pub suppressed: u32,
    /// Source files that were analysed in full.
    pub files_analysed: u32,
    /// Lines of those files.
    pub lines_analysed: u32,
    /// Files that need no analysis: documents, images, styles, lock files.
    pub files_skipped: u32,
}

/// What to do next, most important first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recommendation {
    /// One imperative sentence.
    pub action: String,
    /// The rule behind it, where there is one.
    pub rule: Option<String>,
    /// The worst severity among the findings that it would mend.
    pub severity: Severity,
    /// How many findings it would mend.
    pub findings: u32,
    /// The first of the places.
    pub location: Option<Location>,
}

/// The whole outcome of a scan: the same bytes for the same tree, manifest and configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScanReport {
    /// [`REPORT_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of the scanner that wrote it.
    pub scanner_version: String,
    /// The one word.
    pub verdict: Verdict,
    /// Counts.
    pub summary: Summary,
    /// What was found, worst first, then by place.
    pub findings: Vec<Finding>,
    /// What to do next, most important first.
    pub recommendations: Vec<Recommendation>,
    /// The server's tools, by name.
    pub tools: Vec<Tool>,
    /// What would be executed and was not analysed in full.
    pub not_analysed: Vec<NotAnalysed>,
    /// Findings that do not count, and why.
    pub suppressed: Vec<Suppressed>,
    /// Ids of the rules that ran.
    pub rules_run: Vec<String>,
    /// Digest of the tree that was scanned.
    pub tree_digest: Digest,
    /// The merged manifest, where there is one or one could be inferred.
    pub manifest: Option<Manifest>,
    /// What was made of the tree's dependencies, where it names any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dependencies: Option<DependencyCheck>,
}

/// What was made of the tree's dependencies. It does not touch the verdict: that is about the tree's own source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DependencyCheck {
    /// Packages that lock files and package files name, each place counted.
    pub dependencies: u32,
    /// Lock files that were read.
    pub lock_files: u32,
    /// The advisories that they were compared with; without any, known vulnerabilities were not looked for.
    pub advisories: Option<AdvisoriesUsed>,
}

/// The advisories that a scan was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AdvisoriesUsed {
    /// How many there are.
    pub advisories: u32,
    /// The day on which the newest of them was changed, `YYYY-MM-DD`.
    pub newest: String,
    /// Days since then, where the caller told the day.
    pub age_days: Option<u32>,
    /// Whether they are older than 30 days.
    pub is_stale: bool,
}

/// What a deployment asks of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// What happens when something was not analysed.
    pub not_analysed: NotAnalysedPolicy,
    /// What somebody who answers for it lets through although it would be refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<Exception>,
}

/// A decision that a report passes although it would be refused. Whoever takes it from a person writes it to an audit
/// log; a [`ClearedScan`] that needed it says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// What is let through.
    pub allow: Allow,
    /// Who decided it.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// What an [`Exception`] lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Allow {
    /// Source that was not analysed, or none at all: Go, Rust, prebuilt images.
    Unanalysed,
    /// Findings that block, too.
    Blocked,
}

/// What a policy does about source that was not analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NotAnalysedPolicy {
    /// The verdict is at best `warning`.
    Warn,
    /// The report is rejected.
    Block,
}

impl Default for Policy {
    /// The default of scans; deployments start from [`Policy::deployment`].
    fn default() -> Self {
        Self { not_analysed: NotAnalysedPolicy::Warn, exception: None }
    }
}

impl Policy {
    /// The default of deployments: what was not analysed does not run.
    pub const fn deployment() -> Self {
        Self { not_analysed: NotAnalysedPolicy::Block, exception: None }
    }
}

/// A report that a policy let through. There is no other way to make one: it cannot be deserialised, so a resumed
/// job loads the stored report by its digest and clears it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClearedScan {
    tree_digest: Digest,
    report_digest: Digest,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<Exception>,
}

impl ClearedScan {
    /// Digest of the tree that was scanned.
    pub fn tree_digest(&self) -> &Digest {
        &self.tree_digest
    }

    /// Digest of the report's canonical JSON.
    pub fn report_digest(&self) -> &Digest {
        &self.report_digest
    }

    /// `safe` or `warning`; `blocked` only where an [`Exception`] let it through.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The decision without which it would have been refused; none where it needed none.
    pub fn exception(&self) -> Option<&Exception> {
        self.exception.as_ref()
    }
}

/// A report that a policy refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejected {
    /// The developer must mend these findings.
    #[error("{} finding(s) of severity block", blocking.len())]
    Blocking {
        /// The findings that block.
        blocking: Vec<Finding>,
    },
    /// The developer must make these files readable to the scanner, or the operator must allow them.
    #[error("{} file(s) could not be analysed", files.len())]
    NotAnalysed {
        /// What was not analysed.
        files: Vec<NotAnalysed>,
    },
    /// No source was read.
    #[error("no source code was read")]
    NothingRead,
}

impl ScanReport {
    /// Digest of the report's JSON form.
    pub fn digest(&self) -> Digest {
        // Serialising plain data into memory cannot fail; an empty digest would not match anything.
        Digest::of(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// Lets the report through, or says what stands against it.
    ///
    /// # Errors
    /// [`Rejected`], when a finding blocks, when nothing was read, or when the policy asks for more than was analysed.
    pub fn clear(&self, policy: &Policy) -> Result<ClearedScan, Rejected> {
        let refused = self.refused(policy);
        let exception = policy.exception.as_ref().filter(|exception| match &refused {
            Some(Rejected::Blocking { .. }) => exception.allow == Allow::Blocked,
            Some(Rejected::NotAnalysed { .. } | Rejected::NothingRead) => true,
            None => false,
        });
        if let (Some(refused), None) = (refused, exception) {
            return Err(refused);
        }
        Ok(ClearedScan {
            tree_digest: self.tree_digest.clone(),
            report_digest: self.digest(),
            verdict: self.verdict,
            exception: exception.cloned(),
        })
    }

    /// The first thing that stands against the report.
    fn refused(&self, policy: &Policy) -> Option<Rejected> {
        let blocking: Vec<_> =
            self.findings.iter().filter(|finding| finding.severity == Severity::Block).cloned().collect();
        if !blocking.is_empty() {
            return Some(Rejected::Blocking { blocking });
        }
        if self.verdict == Verdict::Blocked {
            return Some(Rejected::NothingRead);
        }
        if policy.not_analysed == NotAnalysedPolicy::Block && !self.not_analysed.is_empty() {
            return Some(Rejected::NotAnalysed { files: self.not_analysed.clone() });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(severity: Option<Severity>, gaps: bool) -> ScanReport {
        let location = serde_json::json!({ "path": "main.go", "start_line": 1, "start_column": 1, "end_line": 1, "end_column": 1 });
        let finding = |severity: Severity| {
            serde_json::json!({
                "rule": "command-injection", "class": "injection", "severity": severity, "confidence": "high",
                "message": "m", "location": location, "related": [], "flow": [], "fixes": [], "cwe": [], "owasp": null,
                "tool": null, "documentation": "", "fingerprint": Digest::of(b"f"),
            })
        };
        let gap = serde_json::json!({ "path": "main.go", "reason": "unsupported-language", "detail": "Go" });
        serde_json::from_value(serde_json::json!({
            "schema_version": REPORT_SCHEMA_VERSION, "scanner_version": "0", "summary": Summary::default(),
            "verdict": if severity.is_some() { Verdict::Blocked } else { Verdict::Warning },
            "findings": severity.map(finding).into_iter().collect::<Vec<_>>(),
            "not_analysed": if gaps { vec![gap] } else { Vec::new() },
            "recommendations": [], "tools": [], "suppressed": [], "rules_run": [], "manifest": null,
            "tree_digest": Digest::of(b"t"),
        }))
        .unwrap()
    }

    #[test]
    fn an_exception_lets_through_what_it_names_and_nothing_more() {
        let with = |allow| Policy {
            exception: Some(Exception { allow, by: "ada".to_owned(), reason: "tried by hand".to_owned() }),
            ..Policy::deployment()
        };
        let (blocked, gaps, fine) =
            (report(Some(Severity::Block), true), report(None, true), report(None, false));
        assert!(matches!(blocked.clear(&Policy::deployment()), Err(Rejected::Blocking { .. })));
        assert!(matches!(blocked.clear(&with(Allow::Unanalysed)), Err(Rejected::Blocking { .. })));
        assert!(matches!(gaps.clear(&Policy::deployment()), Err(Rejected::NotAnalysed { .. })));
        for (report, allow, needed) in [
            (&blocked, Allow::Blocked, true),
            (&gaps, Allow::Unanalysed, true),
            (&fine, Allow::Blocked, false),
        ] {
            let cleared = report.clear(&with(allow)).unwrap();
            assert_eq!(cleared.exception().is_some(), needed);
        }
    }
}
