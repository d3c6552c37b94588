//! Functions that nothing has called yet.

use rustc_hash::FxHashSet;

use super::{Engine, Phase, Progress, STEPS_BESIDE_ENTRIES, STEPS_PER_ENTRY};
use crate::{
    files::FileRole,
    flow::value::{Bound, FunctionRef},
    ir::{FunctionId, Module},
};

impl Engine<'_> {
    /// Evaluates what no call has reached: functions that are exported, registered in ways nobody knows, or dead; but for
    /// `handlers` and what is within them, which are evaluated with what callers send.
    pub(super) fn visit_rest(&mut self, handlers: &FxHashSet<FunctionRef>) {
        for at in 0..self.files.len() {
            if self.progress[at] == Progress::No {
                continue;
            }
            let Some(module) = self.files[at].module() else { continue };
            for number in 1..module.functions.len() {
                let function = FunctionRef { file: self.files[at].id, function: FunctionId(number as u32) };
                if !self.visited.contains(&function) && !is_within(module, function, handlers) {
                    self.entry_steps_left = STEPS_PER_ENTRY;
                    self.call_root(function, Bound::default(), Vec::new());
                }
            }
        }
    }

    /// Functions that no entry point reaches: their parameters are hints, in a tree without entry points warnings.
    pub(super) fn run_orphans(&mut self, had_entries: bool) {
        debug_assert_eq!(self.phase, Phase::Orphans);
        for at in 0..self.files.len() {
            if self.files[at].role != FileRole::Runtime {
                continue;
            }
            let Some(module) = self.files[at].module() else { continue };
            for number in 1..module.functions.len() {
                let function = FunctionRef { file: self.files[at].id, function: FunctionId(number as u32) };
                if self.reached.contains(&function)
                    || module.function(function.function).parent != FunctionId::MODULE
                {
                    continue;
                }
                // Beside entry points they are information at most.
                self.entry_steps_left = if had_entries { STEPS_BESIDE_ENTRIES } else { STEPS_PER_ENTRY / 4 };
                self.evaluations.clear();
                self.repeated.clear();
                self.uncalled.now = self.is_uncalled(function);
                self.run_orphan(function);
                self.uncalled.now = false;
            }
        }
    }
}

/// True for one of `functions`, and for one that stands in one of them.
fn is_within(module: &Module, function: FunctionRef, functions: &FxHashSet<FunctionRef>) -> bool {
    let mut at = function.function;
    while at != FunctionId::MODULE {
        if functions.contains(&FunctionRef { function: at, ..function }) {
            return true;
        }
        at = module.function(at).parent;
    }
    false
}
