//! What a scan is told: which rules, which paths, which severities, what is accepted, and whom to trust.

use std::{collections::BTreeMap, sync::Arc};

use globset::{GlobBuilder, GlobMatcher};
use sigyl_core::{Digest, Severity};

use crate::advisories::Advisories;

/// Configuration of a scan. The default runs every rule on everything and trusts nothing in the tree.
#[derive(Debug, Clone, Default)]
pub struct ScanConfig {
    /// Whether the tree may silence its own scan: inline ignores count only here. A tree that one does not own is
    /// scanned with `Untrusted`; what it asks to ignore is then reported.
    pub trust: Trust,
    /// Rules that do not run, with the reason given.
    pub disabled: BTreeMap<String, Option<String>>,
    /// Severities other than the rules' own.
    pub severities: BTreeMap<String, Severity>,
    /// Paths whose findings do not count. Their files are read all the same.
    pub excluded: Vec<ExcludedPath>,
    /// Fingerprints of accepted findings, with the reason given.
    pub baseline: BTreeMap<Digest, String>,
    /// Known vulnerabilities to compare dependencies with; without them the report says that none were looked for.
    pub advisories: Option<Arc<Advisories>>,
    /// Age of the advisories in days, which a library cannot know without a clock.
    pub advisories_age_days: Option<u32>,
    /// Threads for the work on single files; 0 and 1 mean the caller's thread. The report does not depend on it.
    pub threads: usize,
}

/// Whether a tree may silence its own scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trust {
    /// Somebody else's tree.
    #[default]
    Untrusted,
    /// The caller's own tree.
    Trusted,
}

/// A glob of paths whose findings do not count.
///
/// ```
/// let vendored = sigyl_scan::ExcludedPath::new("vendor/**", Some("reviewed upstream".to_owned()))?;
/// assert!(vendored.matches("vendor/a/b.py"));
/// # Ok::<(), sigyl_scan::GlobError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ExcludedPath {
    matcher: GlobMatcher,
    reason: Option<String>,
}

/// Why a text is no glob; its author must mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{glob:?} is not a glob: {why}")]
pub struct GlobError {
    glob: String,
    why: String,
}

impl ExcludedPath {
    /// A glob over paths relative to the tree's root: `**` crosses folders, `*` and `?` do not. A glob that ends in
    /// `/` means everything in that folder.
    ///
    /// # Errors
    /// When the text is no glob.
    pub fn new(glob: &str, reason: Option<String>) -> Result<Self, GlobError> {
        let whole = if glob.ends_with('/') { format!("{glob}**") } else { glob.to_owned() };
        let whole = whole.strip_prefix("./").unwrap_or(&whole);
        let built = GlobBuilder::new(whole).literal_separator(true).backslash_escape(true).build();
        let matcher = built
            .map_err(|error| GlobError { glob: glob.to_owned(), why: error.kind().to_string() })?
            .compile_matcher();
        Ok(Self { matcher, reason })
    }

    /// Whether a path relative to the root is meant.
    pub fn matches(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }

    /// The glob.
    pub fn glob(&self) -> &str {
        self.matcher.glob().glob()
    }

    /// Why, if told.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

/// Watches a scan, and may end it.
pub trait Observer: Sync {
    /// Called now and then with the number of files done, of all. May come from any thread, in any order.
    fn progress(&self, _done: usize, _of: usize) {}

    /// Asked now and then; a scan that is told to stop reports everything not yet read as not analysed.
    fn cancelled(&self) -> bool {
        false
    }
}

/// An observer that watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unobserved;

impl Observer for Unobserved {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_over_whole_paths() {
        let matches = |glob: &str, path: &str| ExcludedPath::new(glob, None).unwrap().matches(path);
        assert!(matches("*.py", "a.py") && !matches("*.py", "b/a.py"));
        assert!(matches("**/*.py", "b/c/a.py") && matches("**/*.py", "a.py"));
        assert!(matches("./vendor/", "vendor/a/b.js"));
        assert!(matches("src/{a,b}.ts", "src/b.ts"));
        assert_eq!(
            ExcludedPath::new("a[", None).unwrap_err().to_string(),
            "\"a[\" is not a glob: unclosed character class; missing ']'"
        );
    }
}
