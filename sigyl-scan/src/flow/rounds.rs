//! Rounds of loops: a second one tells something where the first left what a round reads. What a round only adds to
//! (lines of a report, members of a result) is not read by it.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Hazards,
    engine::Engine,
    event::Cleared,
    exec::Activation,
    join::same,
    state::{Frame, State},
};
use crate::ir::{ExprId, ExprKind, Loop, Module, Pattern, Stmt, StmtKind, VarId};

/// Methods that add to what they are called on.
const ADDING: &[&str] =
    &["add", "append", "extend", "insert", "push", "unshift", "update", "set", "setdefault"];

/// What is known before a round begins.
pub(super) struct Before {
    frames: Vec<Rc<Frame>>,
    cleared: Rc<Cleared>,
    changes: usize,
}

impl<'a> Engine<'a> {
    pub(super) fn before_round(&self, state: &State) -> Before {
        Before {
            frames: state.frames.clone(),
            cleared: Rc::clone(&state.cleared),
            changes: self.keeping.changes(),
        }
    }

    /// True where a round left something that the next one reads.
    pub(super) fn leaves_something(
        &mut self,
        act: &Activation<'a>,
        before: &Before,
        after: &State,
        looped: &'a Loop,
    ) -> bool {
        if after.dead {
            return false;
        }
        let (Some((own, others)), Some((own_before, others_before))) =
            (after.frames.split_last(), before.frames.split_last())
        else {
            return true;
        };
        let is_as_before = |(now, then): (&Rc<Frame>, &Rc<Frame>)| Rc::ptr_eq(now, then);
        if self.keeping.changes() != before.changes
            || loses_some(&before.cleared, &after.cleared)
            || !others.iter().zip(others_before).all(is_as_before)
        {
            return true;
        }
        if Rc::ptr_eq(own, own_before) {
            return false;
        }
        let same_this = match (&own.this, &own_before.this) {
            (None, None) => true,
            (Some(now), Some(then)) => Rc::ptr_eq(now, then) || same(now, then),
            _ => false,
        };
        if !same_this {
            return true;
        }
        // What a function took along it reads when it is called, whatever stands in the round.
        let is_captured = |variable: VarId| act.module.variable(variable).captured;
        let changed =
            own.variables.iter().filter_map(|(variable, now)| match own_before.variables.get(variable) {
                Some(then) => {
                    (!Rc::ptr_eq(now, then) && !same(now, then)).then(|| (variable, is_captured(variable)))
                }
                None => Some((variable, false)),
            });
        let changed: Vec<(VarId, bool)> = changed.collect();
        if changed.is_empty() {
            return false;
        }
        let reads = self.read_by_rounds(act.module, looped);
        changed.iter().any(|(variable, is_captured)| *is_captured || reads.contains(variable))
    }

    /// Variables that a round of a loop reads for more than adding to them, and does not bind before that.
    fn read_by_rounds(&mut self, module: &'a Module, looped: &'a Loop) -> Rc<FxHashSet<VarId>> {
        let key = std::ptr::from_ref(looped).addr();
        if let Some(known) = self.read_by_rounds.get(&key) {
            return Rc::clone(known);
        }
        let reads = Rc::new(read_in(module, looped));
        self.read_by_rounds.insert(key, Rc::clone(&reads));
        reads
    }
}

/// True where something that was established before a round is not after it.
fn loses_some(before: &Rc<Cleared>, after: &Rc<Cleared>) -> bool {
    !Rc::ptr_eq(before, after)
        && before.iter().any(|(id, hazards)| !after.get(id).copied().unwrap_or(Hazards::NONE).all(*hazards))
}

fn read_in(module: &Module, looped: &Loop) -> FxHashSet<VarId> {
    let outside = [looped.test, looped.update, looped.iterable];
    let spans = outside.into_iter().flatten().map(|expr| module.span(expr));
    let spans: Vec<_> = spans.chain(looped.body.iter().map(|stmt| stmt.span)).collect();
    let from = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let to = spans.iter().map(|span| span.end).max().unwrap_or(0);
    let by_start = &module.index().by_start;
    let first = by_start.partition_point(|(start, _)| *start < from);
    let within: Vec<ExprId> =
        by_start[first..].iter().take_while(|(start, _)| *start < to).map(|(_, expr)| *expr).collect();

    let adding = adding(module, looped, &within);
    // Where each variable is read first and last.
    let mut reads: FxHashMap<VarId, (u32, u32)> = FxHashMap::default();
    for expr in within.iter().filter(|expr| !adding.contains(expr)) {
        if let ExprKind::Variable(variable) = module.expr(*expr).kind {
            let start = module.span(*expr).start;
            let (first, last) = reads.entry(variable).or_insert((start, start));
            (*first, *last) = (start.min(*first), start.max(*last));
        }
    }
    forget_bound(&mut reads, looped);
    reads.into_keys().collect()
}

/// Leaves out what a round gives a value before it reads it, and reads in the same block alone.
fn forget_bound(reads: &mut FxHashMap<VarId, (u32, u32)>, looped: &Loop) {
    let mut forget = |pattern: &Pattern, from: u32, to: u32| {
        let mut open = vec![pattern];
        while let Some(pattern) = open.pop() {
            match pattern {
                Pattern::Variable(variable, _) => {
                    if reads.get(variable).is_some_and(|(first, last)| *first >= from && *last < to) {
                        reads.remove(variable);
                    }
                }
                Pattern::Object { entries, rest } => {
                    open.extend(entries.iter().map(|(_, target)| target).chain(rest.as_deref()));
                }
                Pattern::List { items, rest } => {
                    open.extend(items.iter().flatten().chain(rest.as_ref().map(|(_, rest)| &**rest)));
                }
                Pattern::Default(inner, _) => open.push(inner),
                Pattern::Global(..) | Pattern::Place(_) | Pattern::None => {}
            }
        }
    };
    let mut loops = vec![looped];
    let mut open: Vec<&[Stmt]> = vec![&looped.body];
    while let Some(list) = open.pop() {
        let to = list.last().map_or(0, |last| last.span.end);
        for stmt in list {
            match &stmt.kind {
                StmtKind::Assign { target, .. } => forget(target, stmt.span.end, to),
                StmtKind::Loop(inner) => loops.push(inner),
                _ => {}
            }
            stmt.inner(&mut open);
        }
    }
    for looped in loops {
        if let (Some(binding), Some(first), Some(last)) =
            (&looped.binding, looped.body.first(), looped.body.last())
        {
            forget(binding, first.span.start, last.span.end);
        }
    }
}

/// Where a variable stands only to be added to: `lines.append(x)`, `text += x`, `found[key] = x`.
fn adding(module: &Module, looped: &Loop, within: &[ExprId]) -> FxHashSet<ExprId> {
    let mut adding = FxHashSet::default();
    let mut assigned = |target: &Pattern, value: ExprId| match target {
        Pattern::Variable(variable, _) => {
            if let ExprKind::Binary { left, .. } = module.expr(value).kind
                && matches!(module.expr(left).kind, ExprKind::Variable(read) if read == *variable)
            {
                adding.insert(left);
            }
        }
        Pattern::Place(place) => {
            if let ExprKind::Member { object, .. } | ExprKind::Index { object, .. } = module.expr(*place).kind
            {
                adding.insert(object);
            }
        }
        _ => {}
    };
    let mut for_effect = Vec::new();
    let mut open: Vec<&[Stmt]> = vec![&looped.body];
    while let Some(list) = open.pop() {
        for stmt in list {
            match &stmt.kind {
                StmtKind::Assign { target, value, .. } => assigned(target, *value),
                StmtKind::Expr(expr) => for_effect.push(*expr),
                _ => {}
            }
            stmt.inner(&mut open);
        }
    }
    for expr in within {
        if let ExprKind::Assign { target, value } = module.expr(*expr).kind
            && for_effect.contains(expr)
        {
            assigned(module.pattern(target), value);
        }
    }
    for expr in for_effect {
        if let ExprKind::Call { callee, .. } = module.expr(expr).kind
            && let ExprKind::Member { object, property } = module.expr(callee).kind
            && ADDING.contains(&module.name(property))
        {
            adding.insert(object);
        }
    }
    adding
}
