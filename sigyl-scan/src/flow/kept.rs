//! What one handler keeps for another: which variables of modules and fields were read and changed, and by which way.
//!
//! A handler that ran before something was kept is evaluated again, but only where it reads what was kept.

use std::{
    hash::{Hash, Hasher},
    rc::Rc,
};

use rustc_hash::{FxHashMap, FxHasher};

use super::value::{ClassRef, Shape, Taint, Value};
use crate::{ir::VarId, rule::FileId};

/// Levels of objects inside of objects that are held against what was kept. Chosen.
const DEEPEST: usize = 3;
/// Values that are looked at to tell whether one says more than what is kept. Chosen: what the fields of servers hold has
/// a few dozen; bundles hold whole trees of objects that hold one another.
const MOST_COMPARED: usize = 1_000;

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

/// What was read, and how many changes there had been when it was read first.
pub(crate) type Reads = Rc<[(Kept, usize)]>;

/// Reads and changes, in the order of evaluation.
#[derive(Debug, Default)]
pub(crate) struct Keeping {
    /// What is read: by each evaluation under way whose reads are asked for, the innermost last.
    reads: Vec<FxHashMap<Kept, usize>>,
    /// When each was changed last, counted in changes.
    changed: FxHashMap<Kept, usize>,
    changes: usize,
}

impl Keeping {
    pub(crate) fn read(&mut self, what: Kept) {
        if let Some(reads) = self.reads.last_mut() {
            reads.entry(what).or_insert(self.changes);
        }
    }

    pub(crate) fn read_all(&mut self, what: &[(Kept, usize)]) {
        if let Some(reads) = self.reads.last_mut() {
            for (what, at) in what {
                let first = reads.entry(*what).or_insert(*at);
                *first = (*first).min(*at);
            }
        }
    }

    /// Notes that something holds more than `known`, where `value` is kept in it beside that. How many values were looked
    /// at for it.
    pub(crate) fn add(&mut self, what: Kept, known: Option<&Value>, value: &Value) -> usize {
        let mut comparison = Comparison { left: MOST_COMPARED };
        if known.is_none_or(|known| comparison.tells_more(known, value, DEEPEST)) {
            self.changed(what);
        }
        MOST_COMPARED - comparison.left
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
        self.reads.push(FxHashMap::default());
    }

    /// What was read since, which whatever goes on around it has read, too.
    pub(crate) fn end(&mut self) -> Reads {
        let mut own = self.reads.pop().unwrap_or_default();
        let reads: Reads = own.iter().map(|(what, at)| (*what, *at)).collect();
        let Some(around) = self.reads.last_mut() else { return reads };
        // The fewer are added to the more: in a chain of calls each has read what the ones within it have.
        if around.len() < own.len() {
            std::mem::swap(around, &mut own);
        }
        for (what, at) in own {
            let first = around.entry(what).or_insert(at);
            *first = (*first).min(at);
        }
        reads
    }

    /// True where something was changed after it was read.
    pub(crate) fn has_changed(&self, reads: &[(Kept, usize)]) -> bool {
        reads.iter().any(|(what, at)| self.changed.get(what).is_some_and(|last| last > at))
    }
}

/// A value that is held against what is kept already.
#[derive(Debug)]
struct Comparison {
    /// Values that may still be looked at.
    left: usize,
}

impl Comparison {
    /// True where `value` may do what nothing does that is kept already: a followed value of another kind, or with other
    /// hazards; another function, class or object. And where they are too large to tell.
    fn tells_more(&mut self, known: &Value, value: &Value, depth: usize) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return true };
        self.left = left;
        let of_kind = |taint: &Taint, other: &Taint| {
            other.source == taint.source && other.live.all(taint.live) && (taint.weak || !other.weak)
        };
        let all = known.taints.as_deref().unwrap_or_default();
        let mut taints = value.taints.as_deref().unwrap_or_default().iter();
        if taints.any(|taint| !all.iter().any(|other| of_kind(taint, other))) {
            return true;
        }
        self.shape_tells_more(&known.shape, &value.shape, depth)
    }

    fn shape_tells_more(&mut self, known: &Shape, shape: &Shape, depth: usize) -> bool {
        match (known, shape) {
            (_, Shape::Unknown) => false,
            (_, Shape::OneOf(several)) => several.iter().any(|one| self.shape_tells_more(known, one, depth)),
            (Shape::OneOf(several), _) => several.iter().all(|one| self.shape_tells_more(one, shape, depth)),
            (Shape::Api(known), Shape::Api(path)) => known != path,
            (Shape::Function(known, _), Shape::Function(function, _)) => known != function,
            (Shape::Class(known), Shape::Class(class)) | (Shape::Instance(known), Shape::Instance(class)) => {
                known != class
            }
            (Shape::Module(known), Shape::Module(module)) => known != module,
            (Shape::Object(known), Shape::Object(fields)) => {
                let rest = known.rest.as_ref();
                let mut more = |known: Option<&Value>, field: &Value| {
                    known.is_none_or(|known| self.tells_more(known, field, depth - 1))
                };
                !Rc::ptr_eq(known, fields)
                    && depth > 0
                    && (fields
                        .known
                        .iter()
                        .any(|(name, field)| more(known.known.get(name).map(|it| &**it).or(rest), field))
                        || fields.rest.as_ref().is_some_and(|field| more(rest, field)))
            }
            (Shape::List(known), Shape::List(items)) => {
                let known_items = || known.known.iter().chain(&known.rest);
                !Rc::ptr_eq(known, items)
                    && depth > 0
                    && items
                        .known
                        .iter()
                        .chain(&items.rest)
                        .any(|item| known_items().all(|known| self.tells_more(known, item, depth - 1)))
            }
            _ => true,
        }
    }
}
