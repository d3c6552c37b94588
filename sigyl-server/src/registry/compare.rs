//! What is another between two versions: files, tools and their pins, findings.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use sigyl_core::{Finding, ScanReport, Tool};

use super::facts::FileFact;

/// Most entries of each list; the counts are those of all.
const SHOWN_MAX: usize = 1_000;

/// What is another.
#[derive(Debug, Default, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Comparison {
    /// Whether both sources were scanned, so that there is something to compare.
    pub(crate) is_scanned: bool,
    /// Whether the two trees are the same, byte by byte.
    pub(crate) is_same_source: bool,
    pub(crate) files: Differences<String>,
    pub(crate) tools: Differences<ToolChange>,
    pub(crate) findings: Differences<FindingLine>,
}

/// Two lists against each other.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Differences<T> {
    pub(crate) added_count: usize,
    pub(crate) removed_count: usize,
    pub(crate) changed_count: usize,
    pub(crate) same_count: usize,
    /// At most a thousand of each.
    pub(crate) added: Vec<T>,
    pub(crate) removed: Vec<T>,
    pub(crate) changed: Vec<T>,
}

impl<T> Default for Differences<T> {
    fn default() -> Self {
        Self {
            added_count: 0,
            removed_count: 0,
            changed_count: 0,
            same_count: 0,
            added: Vec::new(),
            removed: Vec::new(),
            changed: Vec::new(),
        }
    }
}

/// A tool that is another.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct ToolChange {
    pub(crate) name: String,
    /// The parts whose pins are not the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) parts: Vec<&'static str>,
    /// What the model was told before, where that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description_before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
}

/// A finding, in short.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct FindingLine {
    pub(crate) rule: String,
    pub(crate) severity: sigyl_core::Severity,
    pub(crate) path: String,
    /// From 1.
    pub(crate) line: u32,
    pub(crate) message: String,
}

/// Compares two maps by their keys.
fn differences<V, T>(
    before: &BTreeMap<String, V>,
    after: &BTreeMap<String, V>,
    is_same: impl Fn(&V, &V) -> bool,
    told: impl Fn(&str, Option<&V>, Option<&V>) -> T,
) -> Differences<T> {
    let mut out = Differences::default();
    let put = |list: &mut Vec<T>, count: &mut usize, item: T| {
        *count += 1;
        if list.len() < SHOWN_MAX {
            list.push(item);
        }
    };
    for (key, now) in after {
        match before.get(key) {
            None => put(&mut out.added, &mut out.added_count, told(key, None, Some(now))),
            Some(then) if is_same(then, now) => out.same_count += 1,
            Some(then) => put(&mut out.changed, &mut out.changed_count, told(key, Some(then), Some(now))),
        }
    }
    for (key, then) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
        put(&mut out.removed, &mut out.removed_count, told(key, Some(then), None));
    }
    out
}

/// What a version has to compare.
pub(crate) struct Side<'a> {
    pub(crate) files: Option<&'a [FileFact]>,
    pub(crate) tools: &'a [Tool],
    pub(crate) report: Option<&'a ScanReport>,
}

/// Compares an earlier with a later version.
pub(crate) fn compare(before: &Side<'_>, after: &Side<'_>) -> Comparison {
    let digest = |side: &Side<'_>| side.report.map(|report| report.tree_digest.clone());
    let is_scanned = before.report.is_some() && after.report.is_some();
    Comparison {
        is_scanned,
        is_same_source: is_scanned && digest(before) == digest(after),
        files: differences(
            &files(before),
            &files(after),
            |one, other| one == other,
            |path, _, _| path.to_owned(),
        ),
        tools: differences(&tools(before), &tools(after), |one, other| one.pins == other.pins, tool_change),
        findings: differences(
            &findings(before),
            &findings(after),
            |_, _| true,
            |_, then, now| line(now.or(then)),
        ),
    }
}

fn files<'a>(side: &Side<'a>) -> BTreeMap<String, &'a str> {
    let files = side.files.unwrap_or_default();
    files.iter().map(|(path, digest, _)| (path.clone(), digest.as_str())).collect()
}

fn tools<'a>(side: &Side<'a>) -> BTreeMap<String, &'a Tool> {
    side.tools.iter().map(|tool| (tool.name.clone(), tool)).collect()
}

fn findings<'a>(side: &Side<'a>) -> BTreeMap<String, &'a Finding> {
    let findings = side.report.map(|report| report.findings.as_slice()).unwrap_or_default();
    findings.iter().map(|finding| (finding.fingerprint.to_string(), finding)).collect()
}

fn tool_change(name: &str, then: Option<&&Tool>, now: Option<&&Tool>) -> ToolChange {
    let mut change =
        ToolChange { name: name.to_owned(), parts: Vec::new(), description_before: None, description: None };
    let (Some(then), Some(now)) = (then, now) else { return change };
    let (old, new) = (&then.pins, &now.pins);
    let parts = [
        ("description", old.description != new.description),
        ("input_schema", old.input_schema != new.input_schema),
        ("output_schema", old.output_schema != new.output_schema),
        ("annotations", old.annotations != new.annotations),
    ];
    change.parts = parts.into_iter().filter(|(_, is_other)| *is_other).map(|(part, _)| part).collect();
    if old.description != new.description {
        change.description_before.clone_from(&then.description);
        change.description.clone_from(&now.description);
    }
    change
}

fn line(finding: Option<&&Finding>) -> FindingLine {
    let empty = FindingLine {
        rule: String::new(),
        severity: sigyl_core::Severity::Info,
        path: String::new(),
        line: 1,
        message: String::new(),
    };
    finding.map_or(empty, |finding| FindingLine {
        rule: finding.rule.clone(),
        severity: finding.severity,
        path: finding.location.path.clone(),
        line: finding.location.start_line,
        message: finding.message.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_counted_and_told() {
        let map = |pairs: &[(&str, i32)]| -> BTreeMap<String, i32> {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect()
        };
        let (before, after) = (map(&[("a", 1), ("b", 1), ("c", 1)]), map(&[("b", 1), ("c", 2), ("d", 1)]));
        let out = differences(&before, &after, |one, other| one == other, |key, _, _| key.to_owned());
        assert_eq!(
            (&*out.added, &*out.removed, &*out.changed),
            (&["d".to_owned()][..], &["a".to_owned()][..], &["c".to_owned()][..])
        );
        assert_eq!((out.added_count, out.removed_count, out.changed_count, out.same_count), (1, 1, 1, 1));
        let many = (0..SHOWN_MAX + 5).map(|number| (number.to_string(), 0)).collect();
        let out = differences(&map(&[]), &many, |_, _| true, |key, _, _| key.to_owned());
        assert_eq!((out.added_count, out.added.len()), (SHOWN_MAX + 5, SHOWN_MAX));
    }
}
