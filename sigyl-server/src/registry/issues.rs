//! What is wrong with a document, in the official registry's words for programs.

use schemars::JsonSchema;
use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum IssueSeverity {
    /// It cannot be published.
    Error,
    /// It can.
    Warning,
}

/// Where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum IssueKind {
    /// The document does not have the form of a `server.json`.
    Schema,
    /// It has, and says what cannot be.
    Semantic,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Issue {
    #[serde(rename = "type")]
    pub(crate) kind: IssueKind,
    /// Where, as `packages[0].version`.
    pub(crate) path: String,
    /// What, for people.
    pub(crate) message: String,
    pub(crate) severity: IssueSeverity,
    /// Which rule; never changes its meaning.
    pub(crate) reference: &'static str,
}

/// Everything that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Validation {
    /// Whether it could be published.
    pub(crate) valid: bool,
    pub(crate) issues: Vec<Issue>,
}

impl Validation {
    pub(super) fn new() -> Self {
        Self { valid: true, issues: Vec::new() }
    }

    /// The form is wrong.
    pub(super) fn schema(&mut self, path: &str, message: impl Into<String>) {
        self.add(IssueKind::Schema, path, message.into(), IssueSeverity::Error, "schema-validation");
    }

    /// What is said cannot be.
    pub(super) fn semantic(&mut self, path: &str, reference: &'static str, message: impl Into<String>) {
        self.add(IssueKind::Semantic, path, message.into(), IssueSeverity::Error, reference);
    }

    /// It may be, and should not.
    pub(super) fn warn(&mut self, path: &str, reference: &'static str, message: impl Into<String>) {
        self.add(IssueKind::Semantic, path, message.into(), IssueSeverity::Warning, reference);
    }

    fn add(
        &mut self,
        kind: IssueKind,
        path: &str,
        message: String,
        severity: IssueSeverity,
        reference: &'static str,
    ) {
        self.valid &= severity != IssueSeverity::Error;
        self.issues.push(Issue { kind, path: path.to_owned(), message, severity, reference });
    }

    /// What forbids it, on one line.
    pub(crate) fn told(&self) -> String {
        let errors = self.issues.iter().filter(|issue| issue.severity == IssueSeverity::Error);
        errors.map(|issue| format!("{}: {}", issue.path, issue.message)).collect::<Vec<_>>().join("; ")
    }
}
