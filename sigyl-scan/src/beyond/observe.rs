//! Findings about something that is no file of a tree: a listing, a running server, a client's configuration.

use rustc_hash::FxHashSet;
use sigyl_core::{
    Confidence, Digest, Finding, Location, NotAnalysed, NotAnalysedReason, ScanReport, Severity, Suppressed,
    Suppression, Verdict,
};

use crate::{config::ScanConfig, report, rules::rule_metas};

/// A weakness that was seen elsewhere than in source. It bears the id of the rule for the same weakness in source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Id of the rule.
    pub rule: &'static str,
    /// What the finding is about: an address, a file of a client, a text of a listing.
    pub path: String,
    /// What makes it recognisable when its message changes; part of the fingerprint.
    pub subject: String,
    /// One sentence: what was seen.
    pub message: String,
    /// Severity where it differs from the rule's own.
    pub severity: Option<Severity>,
    /// How sure.
    pub confidence: Confidence,
    /// The tool that it is about.
    pub tool: Option<String>,
    /// What to do, where it differs from the rule's own list.
    pub fixes: Vec<String>,
}

impl Observation {
    /// An observation of high confidence and the rule's own severity.
    pub fn new(
        rule: &'static str,
        path: impl Into<String>,
        subject: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            path: path.into(),
            subject: subject.into(),
            message: message.into(),
            severity: None,
            confidence: Confidence::High,
            tool: None,
            fixes: Vec::new(),
        }
    }

    /// Sets a severity other than the rule's own.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Sets the confidence.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// Names the tool that it is about.
    #[must_use]
    pub fn tool(mut self, tool: impl Into<String>) -> Self {
        self.tool = Some(tool.into());
        self
    }

    /// Says what to do, in place of the rule's own list.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fixes.push(fix.into());
        self
    }
}

/// Everything that was seen, and what could not be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// What was seen.
    pub observations: Vec<Observation>,
    /// Ids of the rules for what was looked at, whether or not something was seen.
    pub rules: Vec<&'static str>,
    /// Checks that told nothing: the path, and a sentence on what is not known and why.
    pub not_checked: Vec<(String, String)>,
}

impl Observed {
    /// Adds a check that told nothing.
    pub fn not_checked(&mut self, path: impl Into<String>, detail: impl Into<String>) {
        self.not_checked.push((path.into(), detail.into()));
    }

    /// Adds all of another.
    pub fn extend(&mut self, other: Self) {
        self.observations.extend(other.observations);
        self.rules.extend(other.rules);
        self.not_checked.extend(other.not_checked);
    }
}

/// Adds to `report` what was seen, under the same configuration as a scan: rules turned off, severities, baseline and
/// excluded paths.
pub fn observe(report: &mut ScanReport, observed: Observed, config: &ScanConfig) {
    let mut fingerprints: FxHashSet<Digest> =
        report.findings.iter().map(|finding| finding.fingerprint.clone()).collect();
    let was_read = is_read(report);
    for observation in observed.observations {
        let Some(finding) = finding(observation, config) else { continue };
        if !fingerprints.insert(finding.fingerprint.clone()) {
            continue;
        }
        if !report.rules_run.contains(&finding.rule) {
            report.rules_run.push(finding.rule.clone());
        }
        match suppression(&finding, config) {
            Some(suppression) => report.suppressed.push(Suppressed { finding, suppression }),
            None => report.findings.push(finding),
        }
    }
    for rule in observed.rules {
        if !config.disabled.contains_key(rule) && !report.rules_run.iter().any(|known| known == rule) {
            report.rules_run.push(rule.to_owned());
        }
    }
    report.not_analysed.extend(observed.not_checked.into_iter().map(|(path, detail)| NotAnalysed {
        path,
        reason: NotAnalysedReason::NotChecked,
        detail,
        rule: None,
    }));
    settle(report, was_read);
}

/// One report of two: `report` keeps its digest and manifest. Tools that both have are told as `report` has them.
pub fn join(mut report: ScanReport, other: ScanReport) -> ScanReport {
    let was_read = is_read(&report) && is_read(&other);
    report.findings.extend(other.findings);
    report.suppressed.extend(other.suppressed);
    report.not_analysed.extend(other.not_analysed);
    let known: FxHashSet<String> = report.tools.iter().map(|tool| tool.name.clone()).collect();
    report.tools.extend(other.tools.into_iter().filter(|tool| !known.contains(&tool.name)));
    report.tools.sort_by(|a, b| (&a.name, &a.location).cmp(&(&b.name, &b.location)));
    for rule in other.rules_run {
        if !report.rules_run.contains(&rule) {
            report.rules_run.push(rule);
        }
    }
    report.summary.files_analysed += other.summary.files_analysed;
    report.summary.lines_analysed += other.summary.lines_analysed;
    report.summary.files_skipped += other.summary.files_skipped;
    settle(&mut report, was_read);
    report
}

/// Brings order, counts, verdict and recommendations in line with the findings.
fn settle(report: &mut ScanReport, was_read: bool) {
    report.findings.sort_by(report::order);
    report.not_analysed.sort();
    report.not_analysed.dedup();
    report.rules_run.sort_unstable();
    let count =
        |severity| report.findings.iter().filter(|finding| finding.severity == severity).count() as u32;
    let summary = &mut report.summary;
    summary.block = count(Severity::Block);
    summary.error = count(Severity::Error);
    summary.warning = count(Severity::Warning);
    summary.info = count(Severity::Info);
    summary.suppressed = report.suppressed.len() as u32;
    report.verdict = report::verdict(&report.findings, &report.not_analysed, was_read);
    report.recommendations = report::recommendations(&report.findings, &report.not_analysed);
}

/// False for a report that is blocked because nothing was read.
fn is_read(report: &ScanReport) -> bool {
    report.verdict != Verdict::Blocked
        || report.findings.iter().any(|finding| finding.severity == Severity::Block)
}

fn finding(observation: Observation, config: &ScanConfig) -> Option<Finding> {
    let meta = rule_metas().find(|meta| meta.id == observation.rule)?;
    if config.disabled.contains_key(meta.id) {
        return None;
    }
    let mut severity = observation.severity.unwrap_or(meta.severity);
    if observation.confidence == Confidence::Low {
        severity = severity.min(Severity::Warning);
    }
    let severity = config.severities.get(meta.id).copied().unwrap_or(severity);
    let parts = [meta.id, &observation.path, &observation.subject];
    Some(Finding {
        rule: meta.id.to_owned(),
        class: meta.class,
        severity,
        confidence: observation.confidence,
        fingerprint: Digest::of_parts(parts.map(str::as_bytes)),
        location: Location::file_start(&observation.path),
        message: observation.message,
        related: Vec::new(),
        flow: Vec::new(),
        other_flows: Vec::new(),
        also: Vec::new(),
        tool: observation.tool,
        fixes: if observation.fixes.is_empty() {
            meta.fixes.iter().map(|fix| (*fix).to_owned()).collect()
        } else {
            observation.fixes
        },
        fix: None,
        cwe: meta.cwe.to_vec(),
        owasp: meta.owasp.map(str::to_owned),
        documentation: meta.documentation(),
    })
}

fn suppression(finding: &Finding, config: &ScanConfig) -> Option<Suppression> {
    if let Some(excluded) = config.excluded.iter().find(|excluded| excluded.matches(&finding.location.path)) {
        let reason = excluded.reason().map(str::to_owned);
        return Some(Suppression::ExcludedPath { pattern: excluded.glob().to_owned(), reason });
    }
    let reason = config.baseline.get(&finding.fingerprint)?;
    Some(Suppression::Baseline { reason: reason.clone() })
}

#[cfg(test)]
mod tests {
    use sigyl_core::{Manifest, SourceTree};

    use super::*;
    use crate::{Unobserved, scan};

    fn report() -> ScanReport {
        let tree = SourceTree::from_texts([("server.py", "print('hello')\n")]);
        scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved)
    }

    fn seen() -> Observed {
        let one = Observation::new("missing-auth", "http://h/mcp", "tools/list", "lists tools to anyone");
        Observed { observations: vec![one.clone(), one], ..Observed::default() }
    }

    #[test]
    fn counts_like_a_finding_of_the_rule() {
        let mut report = report();
        observe(&mut report, seen(), &ScanConfig::default());
        assert_eq!((report.verdict, report.summary.warning, report.findings.len()), (Verdict::Warning, 1, 1));
        assert_eq!(report.findings[0].cwe.first(), Some(&306));
        assert_eq!(report.recommendations.len(), 1);
    }

    #[test]
    fn obeys_the_configuration() {
        let mut plain = report();
        observe(&mut plain, seen(), &ScanConfig::default());
        let accepted = ScanConfig {
            baseline: [(plain.findings[0].fingerprint.clone(), "known".to_owned())].into(),
            ..ScanConfig::default()
        };
        let disabled =
            ScanConfig { disabled: [("missing-auth".to_owned(), None)].into(), ..ScanConfig::default() };
        for (config, suppressed) in [(accepted, 1), (disabled, 0)] {
            let mut report = report();
            observe(&mut report, seen(), &config);
            assert_eq!((report.findings.len(), report.suppressed.len()), (0, suppressed));
            assert_eq!(report.verdict, Verdict::Safe);
        }
    }

    #[test]
    fn what_was_not_checked_is_no_clean_bill() {
        let mut report = report();
        let mut observed = Observed::default();
        observed.not_checked("http://h/mcp", "no answer");
        observe(&mut report, observed, &ScanConfig::default());
        assert_eq!(report.verdict, Verdict::Warning);
        assert_eq!(report.not_analysed[0].reason, NotAnalysedReason::NotChecked);
    }

    #[test]
    fn a_tree_of_nothing_stays_blocked() {
        let empty = SourceTree::from_texts([("README.md", "hello\n")]);
        let empty = scan(&empty, &Manifest::default(), &ScanConfig::default(), &Unobserved);
        assert_eq!(join(empty, report()).verdict, Verdict::Blocked);
        assert_eq!(join(report(), report()).verdict, Verdict::Safe);
    }
}
