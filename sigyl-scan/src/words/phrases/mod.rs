//! What attacks say, as data: phrases of English, and those of other languages.
//!
//! Phrases are matched against one sentence of folded text: lower case, without accents of Latin letters.

mod english;
mod tongues;
mod tools;
mod wording;

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use self::wording::{Alphabet, Wording};
use super::SignKind;

/// One phrase, as it is written down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Phrase {
    pub(crate) kind: SignKind,
    /// How much it tells: 1 is nothing alone, 4 is an attack alone.
    pub(crate) weight: u8,
    /// What the text does, to follow "the text".
    pub(crate) says: &'static str,
    /// One of these is in every match.
    triggers: &'static [&'static str],
    pattern: &'static str,
    /// A sentence with this says something else.
    unless: Option<&'static str>,
}

impl Phrase {
    const fn new(
        kind: SignKind,
        weight: u8,
        says: &'static str,
        triggers: &'static [&'static str],
        pattern: &'static str,
    ) -> Self {
        Self { kind, weight, says, triggers, pattern, unless: None }
    }

    const fn unless(self, pattern: &'static str) -> Self {
        Self { unless: Some(pattern), ..self }
    }
}

/// A phrase that can be looked for.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) phrase: Phrase,
    pub(crate) pattern: Wording,
    pub(crate) unless: Option<Wording>,
}

/// All phrases, and what finds those that a sentence may have.
#[derive(Debug)]
pub(crate) struct Lexicon {
    pub(crate) entries: Vec<Entry>,
    triggers: Option<AhoCorasick>,
    /// For each trigger, the entry that has it.
    owners: Vec<usize>,
}

impl Lexicon {
    fn new() -> Self {
        let mut lexicon = Self { entries: Vec::new(), triggers: None, owners: Vec::new() };
        let mut triggers = Vec::new();
        let english = english::PHRASES.iter().chain(tools::PHRASES).map(|phrase| (phrase, Alphabet::Ascii));
        let others = tongues::PHRASES.iter().map(|phrase| (phrase, Alphabet::Unicode));
        for (phrase, alphabet) in english.chain(others) {
            for trigger in phrase.triggers {
                triggers.push(*trigger);
                lexicon.owners.push(lexicon.entries.len());
            }
            lexicon.entries.push(Entry {
                phrase: *phrase,
                pattern: Wording::new(phrase.pattern, alphabet),
                unless: phrase.unless.map(|unless| Wording::new(unless, alphabet)),
            });
        }
        lexicon.triggers = AhoCorasick::new(&triggers).ok();
        lexicon
    }

    /// Which entries have a trigger in `sentence`, in their order.
    pub(crate) fn candidates(&self, sentence: &str, found: &mut Vec<usize>) {
        found.clear();
        let Some(triggers) = &self.triggers else { return };
        let hits = triggers.find_overlapping_iter(sentence);
        found.extend(hits.filter_map(|hit| self.owners.get(hit.pattern().as_usize())));
        found.sort_unstable();
        found.dedup();
    }
}

/// Every phrase. Patterns are compiled when a sentence has one of their triggers.
pub(crate) fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(Lexicon::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fold;

    #[test]
    fn patterns_compile_and_triggers_are_folded() {
        let lexicon = lexicon();
        assert!(lexicon.triggers.is_some());
        for entry in &lexicon.entries {
            let phrase = entry.phrase;
            assert!(entry.pattern.compiles(), "{} {:?}", phrase.says, phrase.triggers);
            assert!(entry.unless.as_ref().is_none_or(Wording::compiles), "{}", phrase.says);
            assert!((1..=4).contains(&phrase.weight));
            for trigger in phrase.triggers {
                assert_eq!(fold(trigger), trigger.trim(), "a trigger is compared with folded text");
            }
        }
    }
}
