//! Regular expressions that are compiled when first used.

use std::sync::OnceLock;

use regex::Regex;

/// A regular expression of a rule. Compiling costs more than scanning a small file, so it waits for the first text
/// that may match.
#[derive(Debug)]
pub(crate) struct Pattern {
    source: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(crate) const fn new(source: &'static str) -> Self {
        Self { source, compiled: OnceLock::new() }
    }

    /// The expression. `None` when it does not compile, which the tests of its rule show.
    pub(crate) fn get(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(self.source).ok()).as_ref()
    }

    /// True when `text` has a match.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.get().is_some_and(|regex| regex.is_match(text))
    }
}
