//! The report as JSON.

use crate::{failure::Failure, format::Scanned};

/// The report itself; `docs/schema/report.v1.json` describes it.
pub(crate) fn render(scanned: &Scanned<'_>) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(scanned.report)? + "\n")
}
