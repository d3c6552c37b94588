//! The pattern of a phrase, compiled when a sentence may have it.

use std::{ops::Range, sync::OnceLock};

use regex::bytes::{Regex, RegexBuilder};

/// Which letters a pattern's classes and boundaries of words know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// Those of ASCII. Gaps are counted in bytes, and a pattern with many of them is a tenth as large: compiling those
    /// that know Unicode was a quarter of the scan of a small server.
    Ascii,
    Unicode,
}

/// A regular expression for one sentence of folded text.
#[derive(Debug)]
pub(crate) struct Wording {
    source: &'static str,
    alphabet: Alphabet,
    compiled: OnceLock<Option<Regex>>,
}

impl Wording {
    pub(super) const fn new(source: &'static str, alphabet: Alphabet) -> Self {
        Self { source, alphabet, compiled: OnceLock::new() }
    }

    fn get(&self) -> Option<&Regex> {
        let compile =
            || RegexBuilder::new(self.source).unicode(self.alphabet == Alphabet::Unicode).build().ok();
        self.compiled.get_or_init(compile).as_ref()
    }

    #[cfg(test)]
    pub(super) fn compiles(&self) -> bool {
        self.get().is_some()
    }

    /// True when `sentence` has a match.
    pub(crate) fn is_match(&self, sentence: &str) -> bool {
        self.get().is_some_and(|regex| regex.is_match(sentence.as_bytes()))
    }

    /// Every match, in bytes of `sentence`, from the first character that it touches to the last.
    pub(crate) fn places<'a>(&'a self, sentence: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let found = self.get().into_iter().flat_map(|regex| regex.find_iter(sentence.as_bytes()));
        found.map(|place| {
            sentence.floor_char_boundary(place.start())..sentence.ceil_char_boundary(place.end())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_whole_characters() {
        let wording = Wording::new(r"\bread.{0,2}", Alphabet::Ascii);
        let sentence = "now read—it";
        assert_eq!(wording.places(sentence).map(|place| &sentence[place]).collect::<Vec<_>>(), ["read—"]);
        assert!(wording.is_match("请read it"));
        assert!(!Wording::new(r"\bread", Alphabet::Unicode).is_match("请read it"));
    }
}
