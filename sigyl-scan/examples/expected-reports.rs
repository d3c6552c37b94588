//! Writes `expected.json` of every folder under `examples/`: the report, as far as it does not change by itself.
//!
//! ```console
//! $ cargo run -p sigyl-scan --example expected-reports
//! ```

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use serde_json::Value;
use sigyl_core::{
    Manifest, ScanReport, SourceTree,
    source::{Limits, Origin, read_folder},
};
use sigyl_scan::{ScanConfig, Unobserved, scan};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    for folder in folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples"))? {
        std::fs::write(folder.join("expected.json"), expected(&folder)?)?;
    }
    Ok(())
}

/// The examples, by name.
pub(crate) fn folders(examples: &Path) -> Result<Vec<PathBuf>> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(examples)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<_>>>()?
        .into_iter()
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    Ok(folders)
}

/// Scans one example, without what a build or this program put into it.
pub(crate) fn report(folder: &Path) -> Result<ScanReport> {
    let tree = read_folder(folder, &Limits::default())?;
    let files = tree
        .files()
        .iter()
        .filter(|file| file.path != "expected.json" && !file.path.starts_with("dist/"))
        .cloned()
        .collect();
    let tree = SourceTree::new(Origin::Memory, files, Vec::new());
    let manifest = Manifest::discover(&tree).value.unwrap_or_default();
    Ok(scan(&tree, &manifest, &ScanConfig::default(), &Unobserved))
}

/// The report as JSON, without the version of the scanner, the digest of the tree and the list of rules, which change
/// when something else does, and without the manifest, which has tests of its own.
pub(crate) fn expected(folder: &Path) -> Result<String> {
    let mut json = serde_json::to_value(report(folder)?)?;
    if let Value::Object(fields) = &mut json {
        for volatile in ["scanner_version", "tree_digest", "rules_run", "manifest"] {
            fields.shift_remove(volatile);
        }
    }
    Ok(serde_json::to_string_pretty(&json)? + "\n")
}
