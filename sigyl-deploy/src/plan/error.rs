//! Why there is no plan.

use sigyl_core::{Diagnostic, Digest};

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The tree is not the one whose report was cleared; whoever deploys must scan it.
    #[error("the tree {tree} is not the one that was scanned ({scanned}); scan it first")]
    NotScanned {
        /// Digest of the tree.
        tree: Digest,
        /// Digest of the tree that was cleared.
        scanned: Digest,
    },
    /// The developer must mend these.
    #[error("there is no safe way to build this: {}", first(diagnostics))]
    Refused {
        /// What stands against it, each with its place and its mend.
        diagnostics: Vec<Diagnostic>,
    },
}

fn first(diagnostics: &[Diagnostic]) -> &str {
    diagnostics.first().map_or("no reason is known", |diagnostic| &diagnostic.message)
}
