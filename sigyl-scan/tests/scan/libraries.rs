//! What frameworks bring in and libraries do harm with, one file each: requests of every framework in `tests/requests`,
//! dangerous functions of many libraries, and weaknesses of transports and logins as frameworks have them, in
//! `tests/sinks`, below the rule that must report them, and guards that hold in `tests/guards`, below the rule that must
//! not.

use std::path::{Path, PathBuf};

use sigyl_core::{Manifest, Severity, SourceTree};
use sigyl_scan::{RULES, ScanConfig, Unobserved, scan};

use crate::corpus::{folders, texts_of};

/// Whether `rule` reports what stands in a file or folder, as severe as `least` or worse.
fn reported(rule: &str, path: &Path, least: Severity) -> bool {
    let texts = texts_of(path);
    let tree = SourceTree::from_texts(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
    assert!(report.not_analysed.is_empty(), "{}: {:?}", path.display(), report.not_analysed);
    report.findings.iter().any(|finding| {
        let told = finding.rule == rule || finding.also.iter().any(|also| also == rule);
        told && finding.severity >= least
    })
}

#[test]
fn requests_of_every_framework_are_callers_data() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/requests");
    // Where nothing is known to be called, parameters of functions are warnings: an error means a handler.
    let missed: Vec<_> = folders(&root)
        .into_iter()
        .filter(|path| !reported("command-injection", path, Severity::Error))
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

/// The cases below folders that are named for rules, with the rule.
fn by_rule(root: &str) -> Vec<(String, PathBuf)> {
    let mut all = Vec::new();
    for folder in folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join(root)) {
        let rule = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        assert!(RULES.iter().any(|known| known.meta().id == rule), "{rule} is no rule");
        all.extend(folders(&folder).into_iter().map(|path| (rule.clone(), path)));
    }
    assert!(all.len() > 100, "{root} has its cases");
    all
}

#[test]
fn dangerous_functions_of_many_libraries_are_known() {
    let missed: Vec<_> = by_rule("tests/sinks")
        .into_iter()
        .filter(|(rule, path)| !reported(rule, path, Severity::Warning))
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn guards_that_hold_are_known() {
    let alarms: Vec<_> = by_rule("tests/guards")
        .into_iter()
        .filter(|(rule, path)| reported(rule, path, Severity::Warning))
        .collect();
    assert!(alarms.is_empty(), "{alarms:#?}");
}
