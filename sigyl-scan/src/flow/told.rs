//! Which rules need not be told of a call: those that looked at nothing but its names, the last time.
//!
//! Most rules know by the name of what is called that a call is none of theirs, and the same names are called again and
//! again. What a rule does by names alone, or by names and file, it does every time.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use crate::rule::FileId;

/// Names of which it is remembered. Chosen.
const MOST_NAMES: usize = 100_000;

/// Numbers of rules; those from 128 on are always told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct RuleSet(u128);

impl RuleSet {
    /// Rules of such numbers; none where one of them is always told.
    pub(super) fn of(numbers: impl Iterator<Item = usize>) -> Option<Self> {
        let mut all = Self::default();
        for number in numbers {
            all.add(number);
            if !all.has(number) {
                return None;
            }
        }
        Some(all)
    }

    /// Those of these that are none of `other`, by number.
    pub(super) fn without(self, other: Self) -> impl Iterator<Item = usize> {
        let mut left = self.0 & !other.0;
        std::iter::from_fn(move || {
            let number = left.trailing_zeros();
            left &= left.wrapping_sub(1);
            (number < u128::BITS).then_some(number as usize)
        })
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn has(self, number: usize) -> bool {
        number < 128 && self.0 >> number & 1 == 1
    }

    pub(super) fn add(&mut self, number: usize) {
        if number < 128 {
            self.0 |= 1 << number;
        }
    }
}

/// What a call is known by without looking at what it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Names<'n> {
    pub(super) file: FileId,
    pub(super) api: Option<&'n str>,
    pub(super) method: Option<&'n str>,
    pub(super) is_new: bool,
}

/// How much of a call somebody looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Looked {
    /// What is called, and whether it is `new`.
    #[default]
    Names,
    /// The file besides.
    File,
    /// More than that.
    Further,
}

/// Rules that need not be told of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Uninterested {
    /// In whatever file.
    by_names: RuleSet,
    /// In the file at hand.
    by_file: RuleSet,
}

impl Uninterested {
    pub(super) fn all(self) -> RuleSet {
        self.by_names.or(self.by_file)
    }

    /// Adds a rule that had nothing to say, and looked at so much.
    pub(super) fn add(&mut self, number: usize, looked: Looked) {
        match looked {
            Looked::Names => self.by_names.add(number),
            Looked::File => self.by_file.add(number),
            Looked::Further => {}
        }
    }
}

/// Names as they are kept.
#[derive(Debug)]
struct Known {
    /// None for what holds in every file.
    file: Option<FileId>,
    api: Option<Box<str>>,
    method: Option<Box<str>>,
    is_new: bool,
    rules: RuleSet,
}

impl Known {
    fn is_of(&self, names: Names<'_>, file: Option<FileId>) -> bool {
        self.file == file
            && self.api.as_deref() == names.api
            && self.method.as_deref() == names.method
            && self.is_new == names.is_new
    }
}

/// What is remembered, by the hash of the names: of two that have one hash, the later.
#[derive(Debug, Default)]
pub(super) struct Told(FxHashMap<u64, Known>);

impl Told {
    /// The rules that need not be told.
    pub(super) fn uninterested(&self, names: Names<'_>) -> Uninterested {
        let find = |hash: u64, file: Option<FileId>| {
            let known = self.0.get(&hash).filter(|known| known.is_of(names, file));
            known.map_or_else(RuleSet::default, |known| known.rules)
        };
        let (by_names, by_file) = hashes(names);
        Uninterested { by_names: find(by_names, None), by_file: find(by_file, Some(names.file)) }
    }

    /// Remembers `now`, where `known` was remembered.
    pub(super) fn remember(&mut self, names: Names<'_>, known: Uninterested, now: Uninterested) {
        let (by_names, by_file) = hashes(names);
        if now.by_names != known.by_names {
            self.keep(by_names, names, None, now.by_names);
        }
        if now.by_file != known.by_file {
            self.keep(by_file, names, Some(names.file), now.by_file);
        }
    }

    fn keep(&mut self, hash: u64, names: Names<'_>, file: Option<FileId>, rules: RuleSet) {
        if self.0.len() < MOST_NAMES {
            let Names { api, method, is_new, .. } = names;
            let known =
                Known { file, api: api.map(Into::into), method: method.map(Into::into), is_new, rules };
            self.0.insert(hash, known);
        }
    }
}

/// The hash of the names, and that of names and file.
fn hashes(names: Names<'_>) -> (u64, u64) {
    let mut hasher = FxHasher::default();
    (names.api, names.method, names.is_new).hash(&mut hasher);
    let by_names = hasher.finish();
    names.file.hash(&mut hasher);
    (by_names, hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        let names = |file, api, is_new| Names { file: FileId(file), api, method: Some("get"), is_new };
        assert_eq!(RuleSet::of([3, 128].into_iter()), None);
        let all = RuleSet::of([0, 3, 4, 127].into_iter()).expect("small numbers");
        let mut rules = Uninterested::default();
        rules.add(3, Looked::File);
        rules.add(127, Looked::Names);
        rules.add(128, Looked::Names);
        rules.add(4, Looked::Further);
        let mut told = Told::default();
        told.remember(names(1, Some("requests.get"), false), Uninterested::default(), rules);
        let left = |names| all.without(told.uninterested(names).all()).collect::<Vec<_>>();
        assert_eq!(left(names(1, Some("requests.get"), false)), [0, 4]);
        assert_eq!(left(names(2, Some("requests.get"), false)), [0, 3, 4]);
        for other in [
            names(1, Some("requests.post"), false),
            names(1, None, false),
            names(1, Some("requests.get"), true),
        ] {
            assert_eq!(told.uninterested(other), Uninterested::default());
        }
    }
}
