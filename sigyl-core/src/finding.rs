//! What a scan finds: severities, classes, findings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Digest, Location};

/// How bad a finding is. Ordered, worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; counts for no verdict.
    Info,
    /// A weakness under circumstances; the verdict becomes `warning`.
    Warning,
    /// A weakness; the verdict becomes `warning`.
    Error,
    /// Must not be deployed; the verdict becomes `blocked`.
    Block,
}

impl Severity {
    /// The name in reports, configuration and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Block => "block",
        }
    }
}

/// How sure the scanner is. Ordered, surest last. A low-confidence finding is at most a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A hint: something that often is a weakness.
    Low,
    /// Likely: the pattern is right, a circumstance is unknown.
    Medium,
    /// Sure: the whole way was seen.
    High,
}

/// The kind of weakness, coarser than a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// A value of a caller becomes part of a command, of code, of a query or of a template.
    Injection,
    /// A caller chooses files outside the intended folder.
    PathTraversal,
    /// A caller chooses which host the server talks to.
    RequestForgery,
    /// A token that was not issued for this server is accepted or forwarded.
    TokenPassthrough,
    /// The server lends its own authority to a caller without consent.
    ConfusedDeputy,
    /// A session or handle can be guessed, stolen, or stands in for a login.
    SessionHijack,
    /// Someone who may not can reach or call the server.
    MissingAccessControl,
    /// The server is open to more networks or origins than it should be.
    NetworkExposure,
    /// Traffic that can be read or changed on its way.
    InsecureTransport,
    /// A credential in source, logs or images.
    SecretExposure,
    /// Tool text that steers the model against its user.
    ToolPoisoning,
    /// Data that leaves for where its owner did not send it.
    DataExfiltration,
    /// What the server is built from, and how.
    SupplyChain,
    /// A setting that weakens the server.
    Misconfiguration,
    /// What the manifest says against what the code does.
    ManifestMismatch,
    /// The scan itself: what it could not read, was told to ignore, or was asked to skip.
    ScanIntegrity,
}

impl Class {
    /// The name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Injection => "injection",
            Self::PathTraversal => "path-traversal",
            Self::RequestForgery => "request-forgery",
            Self::TokenPassthrough => "token-passthrough",
            Self::ConfusedDeputy => "confused-deputy",
            Self::SessionHijack => "session-hijack",
            Self::MissingAccessControl => "missing-access-control",
            Self::NetworkExposure => "network-exposure",
            Self::InsecureTransport => "insecure-transport",
            Self::SecretExposure => "secret-exposure",
            Self::ToolPoisoning => "tool-poisoning",
            Self::DataExfiltration => "data-exfiltration",
            Self::SupplyChain => "supply-chain",
            Self::Misconfiguration => "misconfiguration",
            Self::ManifestMismatch => "manifest-mismatch",
            Self::ScanIntegrity => "scan-integrity",
        }
    }
}

/// A further place that helps to understand a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// Where.
    pub location: Location,
    /// What is to be seen there.
    pub message: String,
}

/// A mend that leaves what the program does with good input as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fix {
    /// One imperative sentence: what it changes.
    pub message: String,
    /// What is replaced, by place, without overlap; all in one file, and all or nothing.
    pub edits: Vec<Edit>,
}

/// A range of a file's text that is replaced.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Edit {
    /// Offset of the first byte, from 0, in the text as UTF-8 without a byte order mark.
    pub start_byte: u32,
    /// Offset after the last byte; equal to the first where text is only put in.
    pub end_byte: u32,
    /// The same range by lines and columns.
    pub location: Location,
    /// What stands there afterwards.
    pub text: String,
}

/// One finding of one rule at one place; where several tools lead to that place, for one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The rule's id, kebab-case.
    pub rule: String,
    /// The kind of weakness.
    pub class: Class,
    /// How bad it is, after configuration.
    pub severity: Severity,
    /// How sure the scanner is.
    pub confidence: Confidence,
    /// One sentence for a developer: what reaches what.
    pub message: String,
    /// The place to mend.
    pub location: Location,
    /// Other places that matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Note>,
    /// The way of the data, from where it comes in to where it does harm. Empty for rules that follow no data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flow: Vec<Note>,
    /// Other ways on which data comes to the same place, each from its source on; a few of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_flows: Vec<Vec<Note>>,
    /// Other rules whose findings have the same cause, and are told with this one; their places are `related`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// The tool whose call leads here, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// What to do, as short imperatives, best first.
    pub fixes: Vec<String>,
    /// A mend that can be applied as it is, where one is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// CWE numbers, the most fitting first.
    pub cwe: Vec<u32>,
    /// Id in the OWASP MCP Top 10 (2025), `MCP05`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owasp: Option<String>,
    /// Where the rule is explained.
    pub documentation: String,
    /// Recognises the finding when lines move: a digest of rule, path, enclosing function or tool, the normalised
    /// text at the place, and an ordinal among equals.
    pub fingerprint: Digest,
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Suppression {
    /// A `sigyl: ignore[rule] reason` comment.
    Comment {
        /// What its author gave as the reason.
        reason: String,
        /// The line of the comment, from 1.
        line: u32,
    },
    /// An accepted finding of the baseline.
    Baseline {
        /// What whoever accepted it gave as the reason.
        reason: String,
    },
    /// A path that `sigyl.toml` or `--exclude` leaves out.
    ExcludedPath {
        /// The pattern that matched.
        pattern: String,
        /// The reason given, if any.
        reason: Option<String>,
    },
    /// A rule that `sigyl.toml` turns off.
    DisabledRule {
        /// The reason given, if any.
        reason: Option<String>,
    },
}

/// A finding that does not count, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suppressed {
    /// The finding as it would have been reported.
    pub finding: Finding,
    /// Why it does not count.
    pub suppression: Suppression,
}
