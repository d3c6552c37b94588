//! The report as Markdown, for a comment on a change or the summary of a job.

use std::fmt::Write;

use sigyl_core::{Location, Severity};

use super::{
    Scanned,
    text::{counted, counts, dependency_line, summary_line},
};
use crate::visible::visible_line;

/// Findings that are shown; comments have a limit of 65,536 characters. Chosen.
const MAX_FINDINGS: usize = 100;

/// Files that were not analysed and are named. Chosen.
const MAX_NOT_ANALYSED: usize = 20;

/// Renders the report.
pub(crate) fn render(scanned: &Scanned<'_>) -> String {
    let report = scanned.report;
    let mut out = format!("## Sigyl: {}\n\n{}\n", report.verdict, escape(&summary_line(report, false)));
    if !report.findings.is_empty() {
        out.push_str("\n| severity | rule | place | what |\n|---|---|---|---|\n");
    }
    for finding in report.findings.iter().take(MAX_FINDINGS) {
        let severity = match finding.severity {
            Severity::Block | Severity::Error => format!("**{}**", finding.severity.as_str()),
            severity => severity.as_str().to_owned(),
        };
        let _ = writeln!(
            out,
            "| {severity} | [{}]({}) | {} | {} |",
            escape(&finding.rule),
            finding.documentation,
            place(&finding.location),
            escape(&finding.message)
        );
    }
    if let Some(more) = report.findings.len().checked_sub(MAX_FINDINGS).filter(|more| *more > 0) {
        let _ = writeln!(out, "\nand {more} more, of {} in all", counts(&report.summary));
    }
    if !report.not_analysed.is_empty() {
        out.push_str("\n### Not analysed\n\n");
        for entry in report.not_analysed.iter().take(MAX_NOT_ANALYSED) {
            let _ = writeln!(out, "- {}: {}", code(&entry.path), escape(&entry.detail));
        }
        if let Some(more) = report.not_analysed.len().checked_sub(MAX_NOT_ANALYSED).filter(|more| *more > 0) {
            let _ = writeln!(out, "- and {more} more");
        }
    }
    if let Some(line) = dependency_line(report) {
        let _ = writeln!(out, "\n{}", escape(&line));
    }
    if !report.recommendations.is_empty() {
        out.push_str("\n### What to do, most important first\n\n");
        for (at, recommendation) in report.recommendations.iter().enumerate() {
            let first = recommendation.location.as_ref().map(|at| format!(": {}", place(at)));
            let _ = writeln!(
                out,
                "{}. {} ({}{})",
                at + 1,
                escape(&recommendation.action),
                counted(recommendation.findings, "place"),
                first.unwrap_or_default()
            );
        }
    }
    if report.summary.suppressed > 0 {
        let _ = writeln!(out, "\n{} did not count.", counted(report.summary.suppressed, "finding"));
    }
    out
}

fn place(location: &Location) -> String {
    if super::is_address(&location.path) {
        return code(&location.path);
    }
    code(&format!("{}:{}", location.path, location.start_line))
}

/// Text on one line in which nothing is markup, and nobody is mentioned.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible_line(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // A comment between is not seen, and keeps a name from being one, an address from being a link.
            '@' => out.push_str("@<!-- -->"),
            '/' if out.ends_with(':') => out.push_str("<!-- -->/"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '!' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

/// Text on one line as code.
fn code(text: &str) -> String {
    let text = visible_line(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    if longest > 0 { format!("{fence} {text} {fence}") } else { format!("{fence}{text}{fence}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(
            escape("<img> ![x](http://a) @all |\n`c`"),
            "&lt;img&gt; \\!\\[x\\](http:<!-- -->//a) @<!-- -->all \\| \\`c\\`"
        );
        assert_eq!(code("a``b|c"), "``` a``b\\|c ```");
        assert_eq!(code("a.ts:3"), "`a.ts:3`");
    }
}
