//! One application of a tree, as planners look at it.

use sigyl_core::{
    LineIndex, Location, Manifest, SourceTree, Span,
    node::{self, Node},
    source::{Origin, SourceFile},
};

use super::PlanOptions;

/// Values of one lock file, as many as the scanner reads.
const MAX_NODES: usize = 1_500_000;
/// Bytes of one lock file in TOML, as many as the scanner reads.
const MAX_TOML_BYTES: usize = 8 << 20;

/// One application of a tree, with all that may be known of it.
pub(crate) struct Project<'a> {
    pub(crate) tree: &'a SourceTree,
    pub(crate) manifest: &'a Manifest,
    pub(crate) options: &'a PlanOptions,
    /// Its folder; empty for the tree itself.
    pub(crate) root: String,
}

/// A place in a file of the tree, with its span.
pub(crate) type Place = (Location, Option<Span>);

impl<'a> Project<'a> {
    pub(crate) fn new(tree: &'a SourceTree, manifest: &'a Manifest, options: &'a PlanOptions) -> Self {
        let folder = manifest.sources.first().and_then(|source| source.path.rsplit_once('/'));
        let folder = folder.map_or("", |(folder, _)| folder);
        // `.mcp/mcp.yaml` is about the folder that `.mcp` lies in.
        let root = folder.strip_suffix(".mcp").map_or(folder, |outer| outer.trim_end_matches('/'));
        Self { tree, manifest, options, root: root.to_owned() }
    }

    /// A path of the application as the tree has it.
    pub(crate) fn in_tree(&self, path: &str) -> String {
        if self.root.is_empty() { path.to_owned() } else { format!("{}/{path}", self.root) }
    }

    /// A path of the tree as the application has it; `None` where it lies elsewhere.
    pub(crate) fn in_root<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.root.is_empty() {
            return Some(path);
        }
        path.strip_prefix(self.root.as_str())?.strip_prefix('/')
    }

    pub(crate) fn file(&self, path: &str) -> Option<&'a SourceFile> {
        self.tree.file(&self.in_tree(path))
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.file(path).is_some()
    }

    pub(crate) fn text(&self, path: &str) -> Option<&'a str> {
        self.file(path)?.text()
    }

    /// Paths of the application's files, by path.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &'a str> {
        self.tree.files().iter().filter_map(|file| self.in_root(&file.path))
    }

    pub(crate) fn json(&self, path: &str) -> Option<Node> {
        node::read_json_within(self.text(path)?, MAX_NODES).ok()
    }

    pub(crate) fn yaml(&self, path: &str) -> Option<Node> {
        node::read_yaml_within(self.text(path)?, MAX_NODES).ok()
    }

    pub(crate) fn toml(&self, path: &str) -> Option<Node> {
        let (node, problems) = node::read_toml_within(self.text(path)?, MAX_NODES, MAX_TOML_BYTES);
        problems.is_empty().then_some(node)
    }

    /// The start of a file, or the span in it.
    pub(crate) fn place(&self, path: &str, span: Option<Span>) -> Place {
        let in_tree = self.in_tree(path);
        match (span, self.text(path)) {
            (Some(span), Some(text)) => (LineIndex::new(text).location(&in_tree, text, span), Some(span)),
            _ => (Location::file_start(&in_tree), None),
        }
    }

    /// The manifest's own file, or where one would be.
    pub(crate) fn manifest_place(&self) -> Place {
        let declared = self.manifest.sources.iter().find(|source| !source.format.is_inferred());
        let path = declared.map_or_else(|| self.in_tree("mcp.yaml"), |source| source.path.clone());
        (Location::file_start(&path), None)
    }

    /// Whether it is a package of a registry, which cannot carry a lock file and is built already.
    pub(crate) fn is_published(&self) -> bool {
        matches!(self.tree.origin, Origin::Package { .. })
    }
}
