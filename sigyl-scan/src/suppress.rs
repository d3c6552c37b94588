//! What does not count: inline ignores, the baseline, excluded paths.

use sigyl_core::{Finding, Suppressed};

use crate::{config::ScanConfig, driver::Sources};

/// Takes the findings that do not count out of `findings`.
pub(crate) fn apply(
    findings: &mut Vec<Finding>,
    config: &ScanConfig,
    _sources: &Sources<'_>,
) -> Vec<Suppressed> {
    let mut suppressed = Vec::new();
    let mut kept = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        match config.baseline.get(&finding.fingerprint) {
            Some(reason) => suppressed.push(Suppressed {
                finding,
                suppression: sigyl_core::Suppression::Baseline { reason: reason.clone() },
            }),
            None => kept.push(finding),
        }
    }
    *findings = kept;
    suppressed
}
