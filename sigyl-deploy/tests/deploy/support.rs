//! Trees, and scans that let them through.

use std::path::{Path, PathBuf};

use sigyl_core::{
    ClearedScan, Manifest, Policy, REPORT_SCHEMA_VERSION, ScanReport, SourceTree, Summary, Verdict,
    source::{FileContent, Limits, Origin, SourceFile, read_folder},
};
use sigyl_deploy::plan::{BuildPlan, PlanError, PlanOptions, plan};

/// A report without a finding, let through.
pub(crate) fn cleared(tree: &SourceTree) -> ClearedScan {
    let report = ScanReport {
        schema_version: REPORT_SCHEMA_VERSION,
        scanner_version: "test".to_owned(),
        verdict: Verdict::Safe,
        summary: Summary::default(),
        findings: Vec::new(),
        recommendations: Vec::new(),
        tools: Vec::new(),
        not_analysed: Vec::new(),
        suppressed: Vec::new(),
        rules_run: Vec::new(),
        tree_digest: tree.digest().clone(),
        manifest: None,
        dependencies: None,
    };
    report.clear(&Policy::deployment()).unwrap()
}

/// A tree as a repository, or as a registry's package where `package` names one.
pub(crate) fn tree(package: Option<&str>, files: &[(&str, &str)]) -> SourceTree {
    let origin = match package {
        Some(reference) => Origin::Package { reference: reference.to_owned() },
        None => Origin::Memory,
    };
    let files = files.iter().map(|(path, text)| SourceFile {
        path: (*path).to_owned(),
        content: FileContent::Text { text: (*text).into(), lossy: false },
        digest: sigyl_core::Digest::of(text.as_bytes()),
        size_bytes: text.len() as u64,
        executable: false,
    });
    SourceTree::new(origin, files.collect(), Vec::new())
}

pub(crate) fn plan_tree(tree: &SourceTree, options: &PlanOptions) -> Result<BuildPlan, PlanError> {
    let manifest = Manifest::discover(tree).value.unwrap_or_default();
    plan(&cleared(tree), tree, &manifest, options)
}

/// The plan of some files.
pub(crate) fn plan_of(files: &[(&str, &str)]) -> BuildPlan {
    plan_tree(&tree(None, files), &PlanOptions::default()).unwrap_or_else(|error| panic!("{error:#?}"))
}

/// Codes of what stands against a plan, with the lines.
pub(crate) fn refused(files: &[(&str, &str)]) -> Vec<String> {
    match plan_tree(&tree(None, files), &PlanOptions::default()) {
        Err(PlanError::Refused { diagnostics }) => diagnostics
            .iter()
            .map(|it| {
                assert!(it.mend.as_ref().is_some_and(|mend| mend.len() > 5), "{it:?}");
                format!("{} {}:{}", it.code, it.location.path, it.location.start_line)
            })
            .collect(),
        Err(error) => panic!("{error}"),
        Ok(plan) => panic!("planned: {plan:#?}"),
    }
}

pub(crate) fn example(name: &str) -> (PathBuf, SourceTree) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
    let tree = read_folder(&path, &Limits::default()).unwrap();
    (path, tree)
}
