//! Functions that nothing in the tree calls, though others can: what a class or a module offers of which no handler
//! reaches anything. Either a caller reaches them in a way that nobody followed, or whoever uses the package does.

use rustc_hash::FxHashSet;

use super::{engine::Engine, event::Beside, value::FunctionRef};
use crate::rule::FileId;

/// What was called, and what is evaluated on its own.
#[derive(Debug, Default)]
pub(crate) struct Uncalled {
    called: FxHashSet<FunctionRef>,
    /// Files of which handlers reach something, once there are no more handlers.
    files: Option<FxHashSet<FileId>>,
    /// True while a function is evaluated that is offered and that nothing calls.
    pub(crate) now: bool,
}

impl Uncalled {
    /// Notes that a function is called by another.
    pub(crate) fn note(&mut self, function: FunctionRef) {
        self.called.insert(function);
    }
}

impl Engine<'_> {
    /// Of what weight is what no entry point reaches.
    pub(crate) fn beside(&self) -> Beside {
        match (self.seen_entries.is_empty(), self.uncalled.now) {
            (true, _) => Beside::Nothing,
            (false, false) => Beside::Entries,
            (false, true) => Beside::EntriesUncalled,
        }
    }

    /// True for a function, or a method of a class, that its module offers to others and that nothing calls.
    pub(crate) fn is_uncalled(&mut self, function: FunctionRef) -> bool {
        if self.uncalled.called.contains(&function) {
            return false;
        }
        let reached = &self.reached;
        let files =
            self.uncalled.files.get_or_insert_with(|| reached.iter().map(|function| function.file).collect());
        if files.contains(&function.file) {
            return false;
        }
        let Some(module) = self.module(function.file) else { return false };
        let at = self.position(function.file);
        let definition = module.function(function.function);
        let own = definition.name.map_or("", |name| module.name(name));
        if own.is_empty() || own.starts_with(['_', '#']) || own == "constructor" {
            return false;
        }
        let offered = match definition.class {
            Some(class) => module.class(class).name.map(|name| module.name(name)),
            None => Some(own),
        };
        offered.is_some_and(|name| self.export(at, name).is_some())
    }
}
