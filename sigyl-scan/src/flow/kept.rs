//! What one handler keeps for another: which variables of modules and fields were read and changed, and by which way.
//!
//! A handler that ran before something was kept is evaluated again, but only where it reads what was kept.

use std::{
    hash::{Hash, Hasher},
    rc::Rc,
};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::value::ClassRef;
use crate::{ir::VarId, rule::FileId};

/// Names a variable or a field, by its hash: two of one hash cost an evaluation more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Kept(u64);

impl Kept {
    pub(crate) fn variable(file: FileId, variable: VarId) -> Self {
        Self::of(&(file, variable))
    }

    pub(crate) fn field(class: ClassRef, name: &str) -> Self {
        Self::of(&(class, name))
    }

    /// What a handler leaves under a name for those behind it.
    pub(crate) fn left(name: &str) -> Self {
        Self::of(&("left", name))
    }

    fn of(key: &impl Hash) -> Self {
        let mut hasher = FxHasher::default();
        key.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// Reads and changes, in the order of evaluation.
#[derive(Debug, Default)]
pub(crate) struct Keeping {
    /// What is read: by each evaluation under way whose reads are asked for, the innermost last.
    reads: Vec<FxHashSet<Kept>>,
    /// When each was changed last, counted in changes.
    changed: FxHashMap<Kept, usize>,
    changes: usize,
}

impl Keeping {
    pub(crate) fn read(&mut self, what: Kept) {
        if let Some(reads) = self.reads.last_mut() {
            reads.insert(what);
        }
    }

    pub(crate) fn read_all(&mut self, what: &[Kept]) {
        if let Some(reads) = self.reads.last_mut() {
            reads.extend(what);
        }
    }

    pub(crate) fn changed(&mut self, what: Kept) {
        self.changes += 1;
        self.changed.insert(what, self.changes);
    }

    /// How many changes there were.
    pub(crate) fn changes(&self) -> usize {
        self.changes
    }

    /// Begins to note what is read.
    pub(crate) fn begin(&mut self) {
        self.reads.push(FxHashSet::default());
    }

    /// What was read since, which whatever goes on around it has read, too.
    pub(crate) fn end(&mut self) -> Rc<[Kept]> {
        let reads: Rc<[Kept]> = self.reads.pop().unwrap_or_default().into_iter().collect();
        self.read_all(&reads);
        reads
    }

    /// True where one of `reads` was changed after the first `seen` changes.
    pub(crate) fn has_changed(&self, reads: &[Kept], seen: usize) -> bool {
        reads.iter().any(|what| self.changed.get(what).is_some_and(|last| *last > seen))
    }
}
