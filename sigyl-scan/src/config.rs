//! What a scan is told: which rules, which paths, which severities, what is accepted, and whom to trust.

use std::collections::{BTreeMap, BTreeSet};

use sigyl_core::{Digest, Severity};

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
    /// Globs of paths whose findings do not count, with the reason given. Their files are read all the same.
    pub excluded: Vec<ExcludedPath>,
    /// Fingerprints of accepted findings, with the reason given.
    pub baseline: BTreeMap<Digest, String>,
    /// Files of the tree that tried to configure the scan and were not honoured; each becomes a finding.
    pub ignored_configuration: BTreeSet<String>,
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcludedPath {
    /// The glob, over paths relative to the root: `**` crosses folders, `*` does not.
    pub glob: String,
    /// Why, if told.
    pub reason: Option<String>,
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
