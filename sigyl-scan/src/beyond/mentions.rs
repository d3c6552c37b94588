//! Which texts of a listing stand in the source, wherever and however it makes tools of them.

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashSet;
use sigyl_core::{SourceTree, source::SourceFile};

use crate::files::{self, FileKind};

/// Texts that are looked for. Chosen: a thousand tools with ten lines each.
const MOST_TEXTS: usize = 10_000;

/// Longest text that is looked for, bytes, and the bytes of all of them: what is built of them takes a hundred times as
/// much memory. Chosen; what is longer counts as not there.
const MOST_TEXT_BYTES: usize = 2_000;
const MOST_BYTES: usize = 1 << 20;

/// Places that are looked at, since texts that are parts of each other are found again and again. Chosen: a second.
const MOST_PLACES: usize = 20_000_000;

/// The texts of a listing that stand in a source.
#[derive(Debug, Default)]
pub(super) struct Mentions<'a> {
    names: FxHashSet<&'a str>,
    lines: FxHashSet<&'a str>,
}

impl<'a> Mentions<'a> {
    /// Looks for `names`, each a whole text in quotes, and for the lines of `texts`, in one pass over the tree.
    pub(super) fn find(
        tree: &SourceTree,
        names: impl IntoIterator<Item = &'a str>,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut wanted: Vec<(&'a str, bool)> = names.into_iter().map(|name| (name, true)).collect();
        wanted.extend(texts.into_iter().flat_map(lines).map(|line| (line, false)));
        wanted.sort_unstable();
        wanted.dedup();
        wanted.retain(|(text, _)| !text.is_empty() && text.len() <= MOST_TEXT_BYTES);
        wanted.truncate(MOST_TEXTS);
        let mut bytes_left = MOST_BYTES;
        wanted.retain(|(text, _)| {
            let fits = text.len() <= bytes_left;
            bytes_left = bytes_left.saturating_sub(text.len());
            fits
        });
        let mut found = Self::default();
        let Ok(automaton) = AhoCorasick::new(wanted.iter().map(|(text, _)| *text)) else { return found };
        let mut places_left = MOST_PLACES;
        // A listing that was saved beside the source is no source.
        let is_source =
            |file: &&SourceFile| matches!(files::kind(file), FileKind::Source(_) | FileKind::OtherSource);
        for text in tree.files().iter().filter(is_source).filter_map(|file| file.text()) {
            for hit in automaton.find_overlapping_iter(text).take(places_left) {
                places_left -= 1;
                let (wanted, is_name) = wanted[hit.pattern().as_usize()];
                let quote = |at: Option<&u8>| at.is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'`'));
                let bytes = text.as_bytes();
                if !is_name {
                    found.lines.insert(wanted);
                } else if quote(hit.start().checked_sub(1).and_then(|at| bytes.get(at)))
                    && quote(bytes.get(hit.end()))
                {
                    found.names.insert(wanted);
                }
            }
        }
        found
    }

    /// Whether the name stands there in quotes.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether every line of the text stands there.
    pub(super) fn has_text(&self, text: &str) -> bool {
        lines(text).all(|line| line.is_empty() || self.lines.contains(line))
    }
}

/// Indentation differs between a docstring and what an SDK makes of it.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_not_there() {
        let long = "Adds numbers. ".repeat(1_000_000);
        let tree = SourceTree::from_texts([("a.py", "x = 'Adds numbers.'\n")]);
        assert!(!Mentions::find(&tree, [long.as_str()], [long.as_str()]).has_text(&long));
    }

    #[test]
    fn texts_within_each_other_end() {
        let names: Vec<String> = (1..2_000).map(|length| "a".repeat(length)).collect();
        let text = "a".repeat(1_000_000);
        let tree = SourceTree::from_texts([("a.py", text.as_str())]);
        assert!(!Mentions::find(&tree, names.iter().map(String::as_str), []).has_name("aa"));
    }

    #[test]
    fn names_are_whole_and_texts_are_complete() {
        let tree = SourceTree::from_texts([(
            "a.py",
            "ADD = \"git_add\"\nTEXT = 'Adds files.\\n  Twice.'\ngit_rm = 1\n",
        )]);
        let texts = ["Adds files.\n\nTwice.", "Adds files.\nSend them."];
        let found = Mentions::find(&tree, ["git_add", "git", "git_rm", ""], texts);
        assert!(found.has_name("git_add") && !found.has_name("git") && !found.has_name("git_rm"));
        assert!(found.has_text(texts[0]) && !found.has_text(texts[1]));
    }
}
