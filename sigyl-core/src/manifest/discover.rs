//! Finding the manifests of a tree.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    context::show,
    detect, infer, init, merge,
    model::{Manifest, ManifestFormat},
    open,
};
use crate::{Diagnostic, DiagnosticLevel, Location, Parsed, SourceTree};

/// Folders deep that a package is searched for. Chosen: `packages/NAME`, and one more for an archive's own folder.
const MAX_SEARCH_DEPTH: usize = 3;

impl Manifest {
    /// Finds the manifests of a tree and merges them: those in the root, else those in the one folder below that has
    /// any. The value is absent only when a manifest is there and none could be read.
    ///
    /// ```
    /// use sigyl_core::{Manifest, SourceTree};
    /// let tree = SourceTree::from_texts([
    ///     ("mcp.yaml", "name: weather\nversion: 1.0.0\n"),
    ///     ("package.json", r#"{"name": "weather", "version": "1.1.0"}"#),
    /// ]);
    /// let parsed = Manifest::discover(&tree);
    /// assert_eq!(parsed.value.unwrap().version.as_deref(), Some("1.0.0"));
    /// assert_eq!(parsed.diagnostics[0].code, "manifests-disagree");
    /// ```
    pub fn discover(tree: &SourceTree) -> Parsed<Self> {
        discover(tree)
    }
}

fn discover(tree: &SourceTree) -> Parsed<Manifest> {
    let mut drafts = read_folder(tree, "");
    let mut notes = Vec::new();
    if drafts.is_empty() {
        let folders = package_folders(tree);
        match folders.as_slice() {
            [] => {}
            [folder] => drafts = read_folder(tree, folder),
            several => notes.push(several_packages(several)),
        }
    }
    drafts.sort_by_key(|draft| draft.format);
    let mut left_out = left_out(tree);
    let has_declared = drafts.iter().any(|draft| !draft.format.is_inferred())
        || left_out.iter().any(|diagnostic| diagnostic.level == DiagnosticLevel::Error);
    let is_broken = has_declared && drafts.iter().all(|draft| draft.manifest.is_none());
    let mut merged = merge::merge(drafts);
    infer::fill(tree, &mut merged.manifest);
    merge::place_open(&mut merged.manifest, &merged.open_injections);
    let mut diagnostics = merged.diagnostics;
    diagnostics.append(&mut left_out);
    diagnostics.append(&mut notes);
    if !has_declared {
        diagnostics.push(no_manifest(tree, &merged.manifest));
    }
    Parsed { value: (!is_broken).then_some(merged.manifest), diagnostics }
}

fn read_folder(tree: &SourceTree, folder: &str) -> Vec<open::Draft> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let files = detect::NAMES.iter().filter_map(|(name, format)| {
        let file = tree.file(&format!("{prefix}{name}"))?;
        open::read_source(tree, file, *format)
    });
    files.collect()
}

/// Manifests of the root that the tree was read without: links, and files beyond a limit.
fn left_out(tree: &SourceTree) -> Vec<Diagnostic> {
    let named = tree.left_out.iter().filter_map(|left_out| {
        let (path, format) = detect::NAMES.iter().find(|(name, _)| *name == left_out.path)?;
        open::left_out(path, *format, left_out.reason)
    });
    named.collect()
}

/// The folders below the root that hold a package, of the least depth at which there are any.
fn package_folders(tree: &SourceTree) -> Vec<String> {
    let mut by_depth: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for file in tree.files() {
        // A Dockerfile or a list of requirements alone lies in many folders that are no package.
        let tells = match detect::by_name(&file.path) {
            None | Some(ManifestFormat::Dockerfile | ManifestFormat::RequirementsTxt) => false,
            Some(format) => !detect::is_ambiguous(format),
        };
        let Some((folder, _)) = file.path.rsplit_once('/').filter(|_| tells && !infer::is_aside(&file.path))
        else {
            continue;
        };
        let folder = folder.strip_suffix("/.mcp").unwrap_or(folder);
        let depth = folder.split('/').count();
        if depth <= MAX_SEARCH_DEPTH {
            by_depth.entry(depth).or_default().insert(folder);
        }
    }
    let least = by_depth.into_values().next().unwrap_or_default();
    least.into_iter().map(str::to_owned).collect()
}

fn several_packages(folders: &[String]) -> Diagnostic {
    let shown: Vec<String> = folders.iter().take(5).map(|folder| format!("`{}`", show(folder))).collect();
    let more = if folders.len() > shown.len() { ", …" } else { "" };
    Diagnostic {
        level: DiagnosticLevel::Note,
        code: "several-packages".to_owned(),
        message: format!("{} folders hold a package: {}{more}", folders.len(), shown.join(", ")),
        mend: Some("Name the folder that is meant, or put an mcp.yaml into the root".to_owned()),
        location: Location::file_start("mcp.yaml"),
        span: None,
    }
}

fn no_manifest(tree: &SourceTree, manifest: &Manifest) -> Diagnostic {
    let message = match manifest.sources.first() {
        Some(source) => format!("there is no manifest; what could be told is from {}", show(&source.path)),
        None => "there is no manifest".to_owned(),
    };
    let ready = init::ready(tree, manifest);
    Diagnostic {
        level: DiagnosticLevel::Note,
        code: "no-manifest".to_owned(),
        message,
        mend: Some(format!("Commit this as mcp.yaml, or run `sigyl manifest init`:\n{}", ready.trim_end())),
        location: Location::file_start("mcp.yaml"),
        span: None,
    }
}
