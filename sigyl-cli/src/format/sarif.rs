//! The report as SARIF 2.1.0, for code scanning services.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>; names in this file are the standard's.

use serde::Serialize;
use serde_json::{Value, json};
use sigyl_core::{
    Diagnostic, DiagnosticLevel, Finding, Fix, Location, NotAnalysed, Note, ScanReport, Severity,
};
use sigyl_scan::{RuleMeta, rule_metas};

use crate::{
    failure::Failure,
    format::{
        Scanned, is_address,
        text::{dependencies_ask, dependency_line},
    },
};

/// Where the standard's own schema is published.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    invocations: [Invocation<'a>; 1],
    results: Vec<SarifResult<'a>>,
    properties: Value,
}

#[derive(Debug, Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'a str,
    semantic_version: &'a str,
    information_uri: &'static str,
    rules: Vec<ReportingDescriptor>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportingDescriptor {
    id: &'static str,
    name: String,
    short_description: Text,
    full_description: Text,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Value,
    properties: Value,
}

#[derive(Debug, Serialize)]
struct Text {
    text: String,
}

#[derive(Debug, Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_configuration_notifications: Vec<Notification<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Notification<'a> {
    level: &'static str,
    message: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<SarifLocation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    associated_rule: Option<Value>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: [SarifLocation<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<SarifLocation<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_flows: Vec<CodeFlow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Value>,
    partial_fingerprints: Value,
    properties: Value,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CodeFlow<'a> {
    thread_flows: [ThreadFlow<'a>; 1],
}

#[derive(Debug, Serialize)]
struct ThreadFlow<'a> {
    locations: Vec<ThreadFlowLocation<'a>>,
}

#[derive(Debug, Serialize)]
struct ThreadFlowLocation<'a> {
    location: SarifLocation<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifLocation<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<BorrowedText<'a>>,
}

#[derive(Debug, Serialize)]
struct BorrowedText<'a> {
    text: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

/// Renders the report. Findings that do not count are left out.
pub(crate) fn render(scanned: &Scanned<'_>) -> Result<String, Failure> {
    let report = scanned.report;
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "sigyl",
                    version: &report.scanner_version,
                    semantic_version: &report.scanner_version,
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: rule_metas().map(descriptor).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: report
                    .not_analysed
                    .iter()
                    .map(notification)
                    .chain(dependency_notification(report))
                    .collect(),
                tool_configuration_notifications: scanned
                    .manifest_diagnostics
                    .iter()
                    .map(manifest_notification)
                    .collect(),
            }],
            results: report.findings.iter().map(result).collect(),
            properties: json!({
                "verdict": report.verdict,
                "treeDigest": report.tree_digest,
                "dependencies": report.dependencies,
            }),
        }],
    };
    Ok(serde_json::to_string_pretty(&log)? + "\n")
}

fn descriptor(meta: &'static RuleMeta) -> ReportingDescriptor {
    let mut tags = vec!["security".to_owned(), meta.class.as_str().to_owned()];
    tags.extend(meta.cwe.iter().map(|cwe| format!("external/cwe/cwe-{cwe}")));
    tags.extend(meta.owasp.map(|owasp| format!("external/owasp/mcp-top-10/{}", owasp.to_ascii_lowercase())));
    ReportingDescriptor {
        id: meta.id,
        name: pascal_case(meta.id),
        short_description: Text { text: meta.title.to_owned() },
        full_description: Text { text: first_paragraph(meta.page).unwrap_or_else(|| meta.title.to_owned()) },
        help: Help { text: meta.page, markdown: meta.page },
        help_uri: Some(meta.documentation()),
        default_configuration: json!({ "level": level(meta.severity) }),
        properties: json!({
            "tags": tags,
            "severity": meta.severity,
            "owasp": meta.owasp,
            // GitHub sorts by this number: over 9.0 is critical, 7.0 high, 4.0 medium, else low.
            "security-severity": match meta.severity {
                Severity::Block => "9.5",
                Severity::Error => "8.0",
                Severity::Warning => "5.0",
                Severity::Info => "2.0",
            },
        }),
    }
}

fn result(finding: &Finding) -> SarifResult<'_> {
    let mut message = finding.message.clone();
    if let Some(fix) = finding.fixes.first() {
        message = format!("{message}. {fix}.");
    }
    let related = finding.related.iter().enumerate();
    let ways = std::iter::once(&finding.flow).chain(&finding.other_flows);
    SarifResult {
        rule_id: &finding.rule,
        rule_index: rule_metas().position(|meta| meta.id == finding.rule),
        level: level(finding.severity),
        message: Text { text: message },
        locations: [location(&finding.location, None, None)],
        related_locations: related
            .map(|(at, note)| location(&note.location, Some(at + 1), Some(&note.message)))
            .collect(),
        code_flows: ways.filter(|notes| !notes.is_empty()).map(|notes| code_flow(notes)).collect(),
        fixes: finding.fix.iter().filter_map(fix).collect(),
        partial_fingerprints: json!({ "sigyl/v1": finding.fingerprint }),
        properties: json!({
            "severity": finding.severity,
            "confidence": finding.confidence,
            "class": finding.class,
            "tool": finding.tool,
            "also": finding.also,
            "tags": finding.cwe.iter().map(|cwe| format!("external/cwe/cwe-{cwe}")).collect::<Vec<_>>(),
        }),
    }
}

fn code_flow(notes: &[Note]) -> CodeFlow<'_> {
    let locations = notes
        .iter()
        .map(|note| ThreadFlowLocation { location: location(&note.location, None, Some(&note.message)) })
        .collect();
    CodeFlow { thread_flows: [ThreadFlow { locations }] }
}

/// A mend, which is of one file.
fn fix(fix: &Fix) -> Option<Value> {
    let path = &fix.edits.first()?.location.path;
    let replacements: Vec<Value> = fix
        .edits
        .iter()
        .map(|edit| json!({ "deletedRegion": region(&edit.location), "insertedContent": { "text": edit.text } }))
        .collect();
    let changes = json!([{ "artifactLocation": artifact(path), "replacements": replacements }]);
    Some(json!({ "description": { "text": fix.message }, "artifactChanges": changes }))
}

fn notification(entry: &NotAnalysed) -> Notification<'_> {
    let artifact = PhysicalLocation { artifact_location: artifact(&entry.path), region: None };
    Notification {
        level: "warning",
        message: Text { text: format!("not analysed: {}", entry.detail) },
        locations: vec![SarifLocation { id: None, physical_location: artifact, message: None }],
        associated_rule: entry.rule.as_ref().map(|rule| json!({ "id": rule })),
    }
}

/// What the dependencies were compared with; about the run, not a file.
fn dependency_notification(report: &ScanReport) -> Option<Notification<'static>> {
    let text = dependency_line(report)?;
    let level = if dependencies_ask(report) { "warning" } else { "note" };
    Some(Notification { level, message: Text { text }, locations: Vec::new(), associated_rule: None })
}

/// A mistake in a manifest of the tree.
fn manifest_notification(diagnostic: &Diagnostic) -> Notification<'_> {
    Notification {
        level: match diagnostic.level {
            DiagnosticLevel::Note => "note",
            DiagnosticLevel::Warning => "warning",
            DiagnosticLevel::Error => "error",
        },
        message: Text { text: diagnostic.message.clone() },
        locations: vec![location(&diagnostic.location, None, None)],
        associated_rule: None,
    }
}

fn location<'a>(at: &Location, id: Option<usize>, message: Option<&'a str>) -> SarifLocation<'a> {
    let region = Some(region(at));
    SarifLocation {
        id,
        physical_location: PhysicalLocation { artifact_location: artifact(&at.path), region },
        message: message.map(|text| BorrowedText { text }),
    }
}

fn region(at: &Location) -> Region {
    Region {
        start_line: at.start_line,
        start_column: at.start_column,
        end_line: at.end_line,
        end_column: at.end_column,
    }
}

fn artifact(path: &str) -> ArtifactLocation {
    if is_address(path) {
        return ArtifactLocation { uri: path.to_owned(), uri_base_id: None };
    }
    ArtifactLocation { uri: relative_uri(path), uri_base_id: Some("%SRCROOT%") }
}

/// The path as a relative URI reference: everything is escaped but what RFC 3986 calls unreserved, and `/`.
fn relative_uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// SARIF has no level above error.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error | Severity::Block => "error",
    }
}

/// `command-injection` as `CommandInjection`, the form that the standard advises for names.
fn pascal_case(id: &str) -> String {
    let mut name = String::with_capacity(id.len());
    for word in id.split('-') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// The first paragraph below "What it does", on one line.
fn first_paragraph(page: &str) -> Option<String> {
    let (_, section) = page.split_once("\n## What it does\n")?;
    let paragraph = section.trim_start().split("\n\n").next()?;
    Some(paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
#[path = "../../tests/cli/json_schema.rs"]
mod json_schema;

#[cfg(test)]
mod tests {
    use sigyl_core::{Class, Confidence, Digest, Edit, Fix, Note, SourceTree};

    use super::*;

    #[test]
    fn flows_and_related_places_fit_the_official_schema() {
        let tree = SourceTree::from_texts([("a b/server.py", "import os\nos.system(command)\n")]);
        let mut report = sigyl_scan::scan(
            &tree,
            &sigyl_core::Manifest::default(),
            &sigyl_scan::ScanConfig::default(),
            &sigyl_scan::Unobserved,
        );
        let at = |line| Location {
            path: "a b/server.py".to_owned(),
            start_line: line,
            start_column: 1,
            end_line: line,
            end_column: 9,
        };
        let note = |line, message: &str| Note { location: at(line), message: message.to_owned() };
        report.findings = vec![Finding {
            rule: sigyl_scan::RULES[0].meta().id.to_owned(),
            class: Class::Injection,
            severity: Severity::Block,
            confidence: Confidence::High,
            message: "`command` reaches a shell".to_owned(),
            location: at(2),
            related: vec![note(1, "imported here")],
            flow: vec![note(1, "comes in"), note(2, "reaches the shell")],
            other_flows: Vec::new(),
            also: Vec::new(),
            tool: Some("run".to_owned()),
            fixes: vec!["Call the program without a shell".to_owned()],
            fix: Some(Fix {
                message: "Call it without a shell".to_owned(),
                edits: vec![Edit { start_byte: 10, end_byte: 19, location: at(2), text: "run".to_owned() }],
            }),
            cwe: vec![78],
            owasp: Some("MCP05".to_owned()),
            documentation: "https://example.com/rule".to_owned(),
            fingerprint: Digest::of(b"x"),
        }];
        let text = render(&Scanned {
            tree: &tree,
            report: &report,
            manifest_diagnostics: &[],
            artifact: None,
            trust: sigyl_scan::Trust::Untrusted,
        })
        .unwrap();
        let log: Value = serde_json::from_str(&text).unwrap();
        let schema = include_str!("../../tests/cli/data/sarif-schema-2.1.0.json");
        let problems = json_schema::problems(&serde_json::from_str(schema).unwrap(), &log);
        assert_eq!(problems, [""; 0]);
        let result = &log["runs"][0]["results"][0];
        let steps = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
        assert_eq!(steps.len(), 2);
        assert_eq!(steps[1]["location"]["message"]["text"], "reaches the shell");
        assert_eq!(result["relatedLocations"][0]["id"], 1);
        assert_eq!(result["level"], "error");
        let change = &result["fixes"][0]["artifactChanges"][0];
        assert_eq!(change["artifactLocation"]["uri"], "a%20b/server.py");
        assert_eq!(change["replacements"][0]["deletedRegion"]["startLine"], 2);
        assert_eq!(change["replacements"][0]["insertedContent"]["text"], "run");
    }

    #[test]
    fn uris_are_relative_and_escaped() {
        assert_eq!(relative_uri("a b/ü:#?.ts"), "a%20b/%C3%BC%3A%23%3F.ts");
    }

    #[test]
    fn names_and_descriptions() {
        assert_eq!(pascal_case("weak-session-id"), "WeakSessionId");
        let page = "# Title\n\n`title` · error\n\n## What it does\n\nFinds `eval`\nof input.\n\nMore.\n";
        assert_eq!(first_paragraph(page).as_deref(), Some("Finds `eval` of input."));
    }
}
