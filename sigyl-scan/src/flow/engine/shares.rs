//! How handlers share the steps of a program: what each may take, and which get more when others took less.

use rustc_hash::FxHashSet;

use super::{Engine, STEPS_PER_ENTRY};
use crate::flow::{entry::Entry, kept::Reads, value::FunctionRef};

/// Steps that an entry point gets at least. Chosen.
const STEPS_OF_ENTRY_AT_LEAST: u64 = 40_000;
/// How many equal shares of what is left one entry point may use: most use far less than one. Chosen.
const SHARES_OF_ONE: u64 = 4;

/// Which part of what is to spare one entry point may use. Chosen: what takes long is then rarely evaluated twice, and a
/// few of its kind leave enough to the others.
const PART_OF_SPARE: u64 = 8;
/// Handlers after which it is known what they take. Chosen.
const ENOUGH_TO_TELL: u64 = 8;

/// A handler that was evaluated, and what it read of what handlers keep.
pub(super) type Ran = (Entry, Reads);

impl Engine<'_> {
    /// Evaluates the handlers that wait, and notes of each what it read of what is kept.
    pub(super) fn run_queued(&mut self, kept: u64, ran: &mut Vec<Ran>, before_last_change: &mut usize) {
        while let Some(entry) = self.entries.pop_front() {
            if self.observer.cancelled() {
                break;
            }
            let changes = self.kept_changes;
            self.keeping.begin();
            self.run_within(&entry, kept, self.entries.len());
            let reads = self.keeping.end();
            if self.kept_changes != changes {
                *before_last_change = ran.len();
            }
            ran.push((entry, reads));
        }
    }

    /// Evaluates a handler within its share of the steps, beside `others` that wait.
    pub(super) fn run_within(&mut self, entry: &Entry, kept: u64, others: usize) {
        let given = self.share(kept, others);
        self.entry_steps_left = given;
        self.evaluations.clear();
        self.repeated.clear();
        self.entered_at = self.next_id.get();
        self.run_entry(entry);
        self.taken.0 += 1;
        self.taken.1 += given - self.entry_steps_left;
        if self.entry_steps_left == 0 {
            self.cut.push((entry.clone(), given));
        }
    }

    /// The steps that one handler may take beside `others` that wait.
    fn share(&self, kept: u64, others: usize) -> u64 {
        let free = self.steps_left.saturating_sub(kept);
        let share = free / (others as u64 + 1);
        // What is to spare if the others take twice as much as those before them.
        let spare = match self.taken {
            (handlers @ ENOUGH_TO_TELL.., steps) => {
                free.saturating_sub(others as u64 * 2 * (steps / handlers)) / PART_OF_SPARE
            }
            _ => 0,
        };
        (share * SHARES_OF_ONE).max(spare).clamp(STEPS_OF_ENTRY_AT_LEAST, STEPS_PER_ENTRY)
    }

    /// True for a handler that was cut off and gets more steps in the end, when all is known that others keep.
    pub(super) fn runs_again(&self, entry: &Entry, kept: u64) -> bool {
        let more = self.share(kept / 4, self.cut.len());
        self.cut.iter().any(|(cut, given)| *given < more && cut.key() == entry.key())
    }

    /// Evaluates handlers that were cut off again, with most of what is kept for functions that no handler reaches, where
    /// that is more than they had. `before` are functions that were cut off before there were handlers.
    pub(super) fn run_cut(&mut self, kept: u64, before: FxHashSet<FunctionRef>) {
        let mut cut = std::mem::take(&mut self.cut);
        let mut still = before;
        // One that was evaluated twice was cut off twice.
        cut.sort_by_key(|(_, given)| std::cmp::Reverse(*given));
        let mut seen = FxHashSet::default();
        cut.retain(|(entry, _)| seen.insert(entry.key()));
        cut.reverse();
        self.exhausted.clear();
        for (at, (entry, given)) in cut.iter().enumerate() {
            let least = kept / 4;
            let goes_on = !self.observer.cancelled() && self.steps_left > least;
            if goes_on && self.share(least, cut.len() - at - 1) > *given {
                self.run_within(entry, least, cut.len() - at - 1);
            } else {
                still.insert(entry.function);
            }
        }
        self.exhausted.extend(still);
    }
}
