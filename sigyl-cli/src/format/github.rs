//! Annotations of GitHub Actions: one workflow command for each finding.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>. A command ends at the end of
//! its line, so that scanned text could start one of its own were it not escaped.

use std::fmt::Write;

use sigyl_core::{Finding, Severity};

use super::{
    Scanned,
    text::{dependencies_ask, dependency_line, summary_line},
};
use crate::visible::{visible, visible_line};

/// Renders the report. The last line is the summary, for the log.
pub(crate) fn render(scanned: &Scanned<'_>) -> String {
    let mut out = String::new();
    for finding in &scanned.report.findings {
        annotation(finding, &mut out);
    }
    for entry in &scanned.report.not_analysed {
        let _ = writeln!(
            out,
            "::warning file={},title=not analysed::{}",
            property(&entry.path),
            data(&entry.detail)
        );
    }
    match dependency_line(scanned.report) {
        Some(line) if dependencies_ask(scanned.report) => {
            let _ = writeln!(out, "::notice title=dependencies::{}", data(&line));
        }
        Some(line) => {
            let _ = writeln!(out, "sigyl: {}", visible_line(&line));
        }
        None => {}
    }
    let _ = writeln!(out, "sigyl: {}", summary_line(scanned.report, false));
    out
}

fn annotation(finding: &Finding, out: &mut String) {
    let command = match finding.severity {
        Severity::Info => "notice",
        Severity::Warning => "warning",
        Severity::Error | Severity::Block => "error",
    };
    let location = &finding.location;
    let _ = write!(out, "::{command} file={},line={}", property(&location.path), location.start_line);
    // Columns are only shown for places within one line.
    if location.start_line == location.end_line {
        let _ = write!(out, ",col={},endColumn={}", location.start_column, location.end_column);
    } else {
        let _ = write!(out, ",endLine={}", location.end_line);
    }
    let mut message = finding.message.clone();
    for fix in &finding.fixes {
        let _ = write!(message, "\n{fix}");
    }
    let _ = writeln!(
        out,
        ",title={}::{}",
        property(&format!("{} ({})", finding.rule, finding.severity.as_str())),
        data(&message)
    );
}

fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_start_a_command() {
        assert_eq!(data("a\n::set-env name=x::y%0A"), "a%0A::set-env name=x::y%250A");
        assert_eq!(property("a,line=1::b\r\nc"), "a%2Cline=1%3A%3Ab␍%0Ac");
    }
}
