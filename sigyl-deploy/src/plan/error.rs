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
    #[error("there is no safe way to build this: {}", told(diagnostics))]
    Refused {
        /// What stands against it, each with its place and its mend.
        diagnostics: Vec<Diagnostic>,
    },
}

/// The first with its place and its mend, and how many there are.
fn told(diagnostics: &[Diagnostic]) -> String {
    let Some(first) = diagnostics.first() else { return "no reason is known".to_owned() };
    let mut told = format!("{}:{}: {}", first.location.path, first.location.start_line, first.message);
    if let Some(mend) = &first.mend {
        told += &format!("; {mend}");
    }
    if diagnostics.len() > 1 {
        told += &format!(" (and {} more)", diagnostics.len() - 1);
    }
    told
}
