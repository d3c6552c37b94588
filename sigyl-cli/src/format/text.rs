//! The report for people: a summary, then code frames, worst first.

use std::fmt::Write;

use annotate_snippets::Level;
use sigyl_core::{Diagnostic, DiagnosticLevel, Finding, ScanReport, Severity, Summary, Verdict};

use crate::{
    format::{
        Scanned,
        frame::{Frame, Frames},
    },
    visible::visible_line,
};

/// Findings that get a code frame; the rest is told in one line each. A tree of a stranger may hold any number. Chosen.
const MAX_FRAMES: usize = 200;

/// Steps of a flow that are told; of a longer one the middle is left out. Chosen.
const MAX_STEPS: usize = 8;

/// Files that were not analysed and are named. Chosen.
const MAX_NOT_ANALYSED: usize = 20;

const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

/// Renders the report; `colour` adds ANSI escapes.
pub(crate) fn render(scanned: &Scanned<'_>, colour: bool) -> String {
    let report = scanned.report;
    let mut out = summary_line(report, colour) + "\n";
    findings(scanned, colour, &mut out);
    not_analysed(report, colour, &mut out);
    dependencies(report, &mut out);
    manifest_diagnostics(scanned, colour, &mut out);
    if report.summary.suppressed > 0 {
        let _ = writeln!(
            out,
            "\n{} did not count: ignored, accepted or excluded; --format json names each with its reason",
            counted(report.summary.suppressed, "finding")
        );
    }
    recommendations(report, colour, &mut out);
    out
}

/// `blocked: 2 block, 1 error · 14 files (3210 lines) · 12 tools`.
pub(crate) fn summary_line(report: &ScanReport, colour: bool) -> String {
    let summary = &report.summary;
    let verdict = if colour {
        let paint = match report.verdict {
            Verdict::Safe => "\x1b[1;32m",
            Verdict::Warning => "\x1b[1;33m",
            Verdict::Blocked => "\x1b[1;31m",
        };
        format!("{paint}{}{RESET}", report.verdict)
    } else {
        report.verdict.to_string()
    };
    let counts = counts(summary);
    let found = if summary.files_analysed == 0 && report.verdict == Verdict::Blocked && counts.is_empty() {
        "no source code was read".to_owned()
    } else if counts.is_empty() {
        "nothing found".to_owned()
    } else {
        counts
    };
    let mut line = format!(
        "{verdict}: {found} · {} ({}) · {}",
        counted(summary.files_analysed, "file"),
        counted(summary.lines_analysed, "line"),
        counted(report.tools.len() as u32, "tool"),
    );
    if !report.not_analysed.is_empty() {
        let _ = write!(line, " · {} not analysed", report.not_analysed.len());
    }
    line
}

/// `2 block, 1 error`, without the zeros.
pub(crate) fn counts(summary: &Summary) -> String {
    let parts = [
        (summary.block, "block"),
        (summary.error, "error"),
        (summary.warning, "warning"),
        (summary.info, "info"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}"));
    parts.collect::<Vec<_>>().join(", ")
}

/// `1 file`, `14 files`.
pub(crate) fn counted(count: u32, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn heading(out: &mut String, text: &str, colour: bool) {
    let (on, off) = if colour { (BOLD, RESET) } else { ("", "") };
    let _ = writeln!(out, "\n{on}{text}{off}");
}

fn findings(scanned: &Scanned<'_>, colour: bool, out: &mut String) {
    let mut frames = Frames::new(scanned.tree, colour);
    for severity in [Severity::Block, Severity::Error, Severity::Warning, Severity::Info] {
        let of_severity = || {
            scanned
                .report
                .findings
                .iter()
                .enumerate()
                .filter(move |(_, finding)| finding.severity == severity)
        };
        for (at, finding) in of_severity() {
            if at < MAX_FRAMES {
                let _ = writeln!(out, "\n{}", frames.draw(frame(finding)));
            } else {
                let _ = writeln!(
                    out,
                    "{}[{}] {}: {}",
                    finding.severity.as_str(),
                    finding.rule,
                    place(&finding.location),
                    visible_line(&finding.message)
                );
            }
        }
    }
}

fn frame(finding: &Finding) -> Frame<'_> {
    let mut notes = Vec::new();
    if !finding.flow.is_empty() {
        notes.push((Level::NOTE.with_name("flow"), flow(finding)));
    }
    for way in &finding.other_flows {
        if let Some(first) = way.first() {
            let text = format!("{} {}", place(&first.location), visible_line(&first.message));
            notes.push((Level::NOTE.with_name("also"), text));
        }
    }
    if !finding.also.is_empty() {
        notes.push((Level::NOTE.with_name("also"), finding.also.join(", ")));
    }
    for note in &finding.related {
        notes.push((Level::NOTE, format!("{}: {}", place(&note.location), visible_line(&note.message))));
    }
    for fix in &finding.fixes {
        notes.push((Level::HELP, visible_line(fix)));
    }
    let level = match finding.severity {
        Severity::Block => Level::ERROR.with_name("block"),
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    Frame { level, id: &finding.rule, message: &finding.message, location: &finding.location, notes }
}

/// The way of the data, a step a line.
fn flow(finding: &Finding) -> String {
    let steps = &finding.flow;
    let mut lines = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let left_out = steps.len().saturating_sub(MAX_STEPS);
        if left_out > 0 && at == MAX_STEPS / 2 {
            lines.push(format!("… {} more …", counted(left_out as u32, "step")));
        }
        if left_out > 0 && (MAX_STEPS / 2..MAX_STEPS / 2 + left_out).contains(&at) {
            continue;
        }
        lines.push(format!("{} {}", place(&step.location), visible_line(&step.message)));
    }
    lines.join("\n")
}

/// `path:line:column`.
pub(crate) fn place(location: &sigyl_core::Location) -> String {
    if super::is_address(&location.path) {
        return visible_line(&location.path);
    }
    format!("{}:{}:{}", visible_line(&location.path), location.start_line, location.start_column)
}

fn not_analysed(report: &ScanReport, colour: bool, out: &mut String) {
    if report.not_analysed.is_empty() {
        return;
    }
    heading(out, "not analysed", colour);
    for entry in report.not_analysed.iter().take(MAX_NOT_ANALYSED) {
        let rule = entry.rule.as_ref().map(|rule| format!("rule {rule} ")).unwrap_or_default();
        let _ = writeln!(out, "  {}: {rule}{}", visible_line(&entry.path), visible_line(&entry.detail));
    }
    if let Some(more) = report.not_analysed.len().checked_sub(MAX_NOT_ANALYSED).filter(|more| *more > 0) {
        let _ = writeln!(out, "  and {more} more; --format json names each");
    }
}

fn dependencies(report: &ScanReport, out: &mut String) {
    if let Some(line) = dependency_line(report) {
        let _ = writeln!(out, "\n{line}");
    }
}

/// What the dependencies were compared with. That nothing was looked for must not read like nothing found.
pub(crate) fn dependency_line(report: &ScanReport) -> Option<String> {
    let check = report.dependencies.as_ref()?;
    let count = check.dependencies;
    let packages = if count == 1 { "1 dependency".to_owned() } else { format!("{count} dependencies") };
    let files = counted(check.lock_files, "lock file");
    let Some(used) = &check.advisories else {
        return Some(format!(
            "{packages}, {files}: not checked for known vulnerabilities, for want of advisories; \
             see sigyl advisories --help"
        ));
    };
    let age = match used.age_days {
        Some(age) => format!(", {} old", counted(age, "day")),
        None => format!(" of {}", visible_line(&used.newest)),
    };
    let stale = if used.is_stale { "; they are stale, import newer ones" } else { "" };
    Some(format!("{packages}, {files}: compared with {} advisories{age}{stale}", used.advisories))
}

/// Whether the line about dependencies asks for something: advisories, or newer ones.
pub(crate) fn dependencies_ask(report: &ScanReport) -> bool {
    report
        .dependencies
        .as_ref()
        .is_some_and(|check| check.advisories.as_ref().is_none_or(|used| used.is_stale))
}

/// Mistakes as frames; notes in a line each, since `sigyl manifest check` tells them in full.
fn manifest_diagnostics(scanned: &Scanned<'_>, colour: bool, out: &mut String) {
    if scanned.manifest_diagnostics.is_empty() {
        return;
    }
    heading(out, "manifest", colour);
    let is_note = |diagnostic: &&Diagnostic| diagnostic.level == DiagnosticLevel::Note;
    let mistakes: Vec<_> =
        scanned.manifest_diagnostics.iter().filter(|diagnostic| !is_note(diagnostic)).cloned().collect();
    out.push_str(&super::diagnostics::render(&mistakes, scanned.tree, colour));
    for note in scanned.manifest_diagnostics.iter().filter(is_note) {
        let _ = writeln!(out, "  {}: {}", visible_line(&note.location.path), visible_line(&note.message));
    }
}

fn recommendations(report: &ScanReport, colour: bool, out: &mut String) {
    if report.recommendations.is_empty() {
        return;
    }
    heading(out, "what to do, most important first", colour);
    for (at, recommendation) in report.recommendations.iter().enumerate() {
        let _ = write!(out, "{:>3}. {}", at + 1, visible_line(&recommendation.action));
        let _ = match (&recommendation.rule, &recommendation.location) {
            (Some(rule), Some(location)) if recommendation.findings > 1 => {
                writeln!(out, " ({rule}: {} places, first {})", recommendation.findings, place(location))
            }
            (Some(rule), Some(location)) => writeln!(out, " ({rule}: {})", place(location)),
            _ => writeln!(out, " ({})", counted(recommendation.findings, "place")),
        };
    }
}
