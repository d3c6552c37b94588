//! Which rules need not be told of a call: those that looked at nothing but its names, the last time.
//!
//! Most rules know by the name of what is called that a call is none of theirs, and the same names are called again and
//! again. What a rule does by names and file alone, it does every time.

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

    /// True when every rule of `other` is one of these.
    pub(super) fn holds(self, other: Self) -> bool {
        other.0 & !self.0 == 0
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Names<'n> {
    pub(super) file: FileId,
    pub(super) api: Option<&'n str>,
    pub(super) method: Option<&'n str>,
    pub(super) is_new: bool,
}

/// Names as they are kept.
#[derive(Debug)]
struct Known {
    file: FileId,
    api: Option<Box<str>>,
    method: Option<Box<str>>,
    is_new: bool,
    rules: RuleSet,
}

impl Known {
    fn names(&self) -> Names<'_> {
        Names {
            file: self.file,
            api: self.api.as_deref(),
            method: self.method.as_deref(),
            is_new: self.is_new,
        }
    }
}

/// What is remembered, by the hash of the names: of two that have one hash, the later.
#[derive(Debug, Default)]
pub(super) struct Told(FxHashMap<u64, Known>);

impl Told {
    /// The rules that need not be told.
    pub(super) fn uninterested(&self, names: Names<'_>) -> RuleSet {
        let known = self.0.get(&hash(names)).filter(|known| known.names() == names);
        known.map_or_else(RuleSet::default, |known| known.rules)
    }

    pub(super) fn remember(&mut self, names: Names<'_>, rules: RuleSet) {
        if self.0.len() < MOST_NAMES {
            let Names { file, api, method, is_new } = names;
            let known =
                Known { file, api: api.map(Into::into), method: method.map(Into::into), is_new, rules };
            self.0.insert(hash(names), known);
        }
    }
}

fn hash(names: Names<'_>) -> u64 {
    let mut hasher = FxHasher::default();
    names.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        let names = |file, api, is_new| Names { file: FileId(file), api, method: Some("get"), is_new };
        assert_eq!(RuleSet::of([3, 128].into_iter()), None);
        assert!(RuleSet::of([3].into_iter()).is_some_and(|one| {
            RuleSet::of([3, 4].into_iter()).is_some_and(|both| both.holds(one) && !one.holds(both))
        }));
        let mut rules = RuleSet::default();
        rules.add(3);
        rules.add(127);
        rules.add(128);
        let mut told = Told::default();
        told.remember(names(1, Some("requests.get"), false), rules);
        let known = told.uninterested(names(1, Some("requests.get"), false));
        assert!(known.has(3) && known.has(127) && !known.has(4) && !known.has(128));
        for other in [
            names(2, Some("requests.get"), false),
            names(1, Some("requests.post"), false),
            names(1, None, false),
            names(1, Some("requests.get"), true),
        ] {
            assert_eq!(told.uninterested(other), RuleSet::default());
        }
    }
}
