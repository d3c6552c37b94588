//! The report as JSON.

use schemars::JsonSchema;
use serde::Serialize;
use sigyl_core::{Diagnostic, ScanReport};

use crate::{failure::Failure, format::Scanned};

/// What `sigyl scan --format json` prints: the report, and what is wrong with the tree's manifests.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Report of a scan")]
pub(crate) struct JsonReport<'a> {
    #[serde(flatten)]
    report: &'a ScanReport,
    /// Mistakes in the tree's manifests, by place.
    manifest_diagnostics: &'a [Diagnostic],
}

/// The report; `docs/schema/report.v1.json` describes it.
pub(crate) fn render(scanned: &Scanned<'_>) -> Result<String, Failure> {
    let report = JsonReport { report: scanned.report, manifest_diagnostics: scanned.manifest_diagnostics };
    Ok(serde_json::to_string_pretty(&report)? + "\n")
}
