//! Forms of a report, one file each.

pub(crate) mod diagnostics;
mod frame;
mod github;
pub(crate) mod json;
mod markdown;
mod receipt;
mod sarif;
pub(crate) mod text;

use clap::ValueEnum;
use sigyl_core::{Diagnostic, ScanReport, SourceTree};
use sigyl_scan::Trust;

use crate::failure::Failure;

/// The forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: a summary, then code frames, worst first.
    Text,
    /// The whole report; docs/schema/report.v1.json describes it.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Markdown, for a comment or a job's summary.
    Markdown,
    /// Annotations of GitHub Actions.
    Github,
    /// A receipt for registries; docs/schema/receipt.v1.json describes it.
    Receipt,
}

/// A report and what it is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scanned<'a> {
    /// What was scanned; code frames show its lines.
    pub(crate) tree: &'a SourceTree,
    /// What was found.
    pub(crate) report: &'a ScanReport,
    /// Mistakes in the tree's manifests.
    pub(crate) manifest_diagnostics: &'a [Diagnostic],
    /// What was scanned, as it may be named to others.
    pub(crate) artifact: Option<&'a str>,
    /// Whose tree it is.
    pub(crate) trust: Trust,
}

/// Writes the report in one of the forms.
pub(crate) fn render(format: Format, scanned: &Scanned<'_>, colour: bool) -> Result<String, Failure> {
    match format {
        Format::Text => Ok(text::render(scanned, colour)),
        Format::Json => json::render(scanned),
        Format::Sarif => sarif::render(scanned),
        Format::Markdown => Ok(markdown::render(scanned)),
        Format::Github => Ok(github::render(scanned)),
        Format::Receipt => receipt::render(scanned),
    }
}

/// Whether a location is the address of a running server, which has no lines. No path in a tree begins like that.
pub(crate) fn is_address(path: &str) -> bool {
    path.starts_with("http://") || path.starts_with("https://")
}
