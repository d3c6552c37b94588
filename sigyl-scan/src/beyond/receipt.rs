//! A receipt of a scan, for registries: `_meta["io.modelcontextprotocol.registry/security-scan"]`.
//!
//! The shape is the one proposed for the MCP registry (modelcontextprotocol/registry pull request 1404, open in
//! 2026-09); field names and words are its.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sigyl_core::{Digest, NotAnalysedReason, ScanReport, Severity};

/// The receipt of one scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Receipt of a scan")]
pub struct Receipt {
    /// `sigyl`.
    pub scanner: String,
    /// The scanner's version.
    pub scanner_version: String,
    /// Digest of what was scanned, `sha256:` and 64 hexadecimal digits.
    pub scanned_artifact_digest: String,
    /// What was scanned, as its caller named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanned_artifact_ref: Option<String>,
    /// What was looked at: `package` (the server's own source), `dependency`, `handler-validation`, `tool-text`.
    pub scan_scope: Vec<String>,
    /// The one word.
    pub verdict: ReceiptVerdict,
    /// Why the verdict is `inconclusive`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inconclusive_reason: Option<InconclusiveReason>,
    /// When, RFC 3339 in UTC.
    pub scanned_at: String,
    /// Who says so.
    pub attestation: Attestation,
    /// Digest of the names of the rules that ran, `sha256:` and 64 hexadecimal digits.
    pub rule_set_ref: String,
    /// Digest of the report that this is the receipt of, `sha256:` and 64 hexadecimal digits.
    pub evidence_digest: String,
}

/// The one word of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReceiptVerdict {
    /// Looked at in full, nothing found above information.
    Clean,
    /// Warnings, and nothing worse.
    Warnings,
    /// Errors, or what must not be deployed.
    Findings,
    /// Nothing bad was found, and not everything could be looked at.
    Inconclusive,
}

/// Why a receipt is inconclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InconclusiveReason {
    /// The artifact is not the one that was meant.
    ArtifactDigestMismatch,
    /// What there is cannot be read by this scanner: another language, a compiled program.
    UnsupportedPackageType,
    /// Handlers were not followed to their end.
    ScopeExcludesHandlerValidation,
    /// Something that would be needed was not there or could not be read.
    EvidenceUnavailable,
    /// The scan is older than what it was asked about.
    StaleScan,
}

/// Who vouches for a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Attestation {
    /// Whoever publishes the server.
    PublisherAsserted,
    /// The registry that lists it.
    RegistryAttested,
    /// Somebody else.
    ThirdPartyAttested,
}

/// What a report does not know of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptContext {
    /// When the scan was made, RFC 3339 in UTC; the library has no clock.
    pub scanned_at: String,
    /// Who vouches for it.
    pub attestation: Attestation,
    /// What was scanned, as its caller named it.
    pub artifact: Option<String>,
}

impl Receipt {
    /// The key below `_meta` that a list of receipts belongs under.
    pub const KEY: &str = "io.modelcontextprotocol.registry/security-scan";

    /// The receipt of `report`.
    pub fn new(report: &ScanReport, context: ReceiptContext) -> Self {
        let (verdict, inconclusive_reason) = verdict(report);
        let mut scan_scope = Vec::new();
        if report.summary.files_analysed > 0 {
            scan_scope.extend(["package", "handler-validation"]);
        }
        if report.dependencies.as_ref().is_some_and(|check| check.advisories.is_some()) {
            scan_scope.push("dependency");
        }
        // Always there: a receipt without a scope says nothing.
        scan_scope.push("tool-text");
        let rules = report.rules_run.iter().map(|rule| rule.as_bytes());
        Self {
            scanner: "sigyl".to_owned(),
            scanner_version: report.scanner_version.clone(),
            scanned_artifact_digest: sha256(&report.tree_digest),
            scanned_artifact_ref: context.artifact,
            scan_scope: scan_scope.into_iter().map(str::to_owned).collect(),
            verdict,
            inconclusive_reason,
            scanned_at: context.scanned_at,
            attestation: context.attestation,
            rule_set_ref: sha256(&Digest::of_parts(rules)),
            evidence_digest: sha256(&report.digest()),
        }
    }
}

fn sha256(digest: &Digest) -> String {
    format!("sha256:{digest}")
}

/// What was found counts even where something else was not read; what was not found does not.
fn verdict(report: &ScanReport) -> (ReceiptVerdict, Option<InconclusiveReason>) {
    let worst = report.findings.iter().map(|finding| finding.severity).max();
    if worst >= Some(Severity::Error) {
        return (ReceiptVerdict::Findings, None);
    }
    if let Some(reason) = inconclusive(report) {
        return (ReceiptVerdict::Inconclusive, Some(reason));
    }
    match worst {
        Some(Severity::Warning) => (ReceiptVerdict::Warnings, None),
        _ => (ReceiptVerdict::Clean, None),
    }
}

fn inconclusive(report: &ScanReport) -> Option<InconclusiveReason> {
    let reason_of = |reason| match reason {
        NotAnalysedReason::UnsupportedLanguage | NotAnalysedReason::Binary => {
            InconclusiveReason::UnsupportedPackageType
        }
        NotAnalysedReason::RuleFailed | NotAnalysedReason::BudgetExhausted => {
            InconclusiveReason::ScopeExcludesHandlerValidation
        }
        _ => InconclusiveReason::EvidenceUnavailable,
    };
    let mut reasons: Vec<_> = report.not_analysed.iter().map(|entry| reason_of(entry.reason)).collect();
    if report.verdict == sigyl_core::Verdict::Blocked {
        // Nothing blocks by a finding here, so that nothing was read.
        reasons.push(InconclusiveReason::EvidenceUnavailable);
    }
    // What could not be had says least about the rest, so that it is told first.
    let rank = |reason: &InconclusiveReason| match reason {
        InconclusiveReason::EvidenceUnavailable => 0,
        InconclusiveReason::UnsupportedPackageType => 1,
        _ => 2,
    };
    reasons.into_iter().min_by_key(rank)
}

#[cfg(test)]
mod tests {
    use sigyl_core::{Manifest, SourceTree};

    use super::*;
    use crate::{ScanConfig, Unobserved, scan};

    fn receipt(files: &[(&str, &str)]) -> Receipt {
        let tree = SourceTree::from_texts(files.iter().copied());
        let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
        let context = ReceiptContext {
            scanned_at: "2026-11-21T07:00:00Z".to_owned(),
            attestation: Attestation::PublisherAsserted,
            artifact: None,
        };
        let receipt = Receipt::new(&report, context);
        assert_eq!(receipt.scanned_artifact_digest, format!("sha256:{}", tree.digest()));
        assert_eq!(receipt.verdict == ReceiptVerdict::Inconclusive, receipt.inconclusive_reason.is_some());
        receipt
    }

    const CLEAN: (&str, &str) = ("server.py", "print('hello')\n");

    #[test]
    fn verdicts() {
        assert_eq!(receipt(&[CLEAN]).verdict, ReceiptVerdict::Clean);
        let chmod = "FROM node@sha256:0000000000000000000000000000000000000000000000000000000000000000\nUSER node\nRUN chmod 777 /app\n";
        assert_eq!(receipt(&[CLEAN, ("Dockerfile", chmod)]).verdict, ReceiptVerdict::Warnings);
        let vulnerable = "import os\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('d')\n\n\n@mcp.tool()\ndef run(c: str) -> int:\n    return os.system(c)\n";
        let both = [("server.py", vulnerable), ("main.go", "package main\n")];
        assert_eq!(receipt(&both).verdict, ReceiptVerdict::Findings);
    }

    #[test]
    fn what_was_not_read_is_inconclusive() {
        let reason = |files: &[(&str, &str)]| receipt(files).inconclusive_reason;
        assert_eq!(reason(&[("README.md", "hello\n")]), Some(InconclusiveReason::EvidenceUnavailable));
        assert_eq!(
            reason(&[CLEAN, ("main.go", "package main\n")]),
            Some(InconclusiveReason::UnsupportedPackageType)
        );
        assert_eq!(
            reason(&[CLEAN, ("main.go", "package main\n"), ("a.js", "let a = ;\n")]),
            Some(InconclusiveReason::EvidenceUnavailable)
        );
    }
}
