//! Asynchronous functions whose end nobody waits for: what they refuse has happened by the time they do.

use std::rc::Rc;

use super::{engine::Engine, exec::Activation, state::State};
use crate::ir::{ExprId, ExprKind, Module};

/// A call whose end nothing waits for: how deep it stands, and whether the function is asynchronous.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unawaited {
    depth: usize,
    is_async: bool,
}

/// True for `check(x);` and `check(x).catch(…);`, with nothing among the arguments that is waited for.
fn is_let_go(module: &Module, expr: ExprId) -> bool {
    let ExprKind::Call { callee, arguments } = module.expr(expr).kind else { return false };
    if let ExprKind::Member { object, property } = module.expr(callee).kind
        && matches!(module.expr(object).kind, ExprKind::Call { .. })
    {
        return matches!(module.name(property), "catch" | "then" | "finally") && is_let_go(module, object);
    }
    module.arguments(arguments).iter().all(|argument| {
        !matches!(
            module.expr(argument.value).kind,
            ExprKind::Await(_) | ExprKind::Call { .. } | ExprKind::New { .. } | ExprKind::Function(_)
        )
    })
}

impl<'a> Engine<'a> {
    /// Evaluates an expression for its effects. What an asynchronous function establishes that nothing waits for does not
    /// hold behind it, and what it throws ends nothing.
    pub(super) fn effect(&mut self, act: &mut Activation<'a>, state: &mut State, expr: ExprId) {
        if !is_let_go(act.module, expr) {
            self.eval(act, state, expr);
            return;
        }
        let before = Rc::clone(&state.cleared);
        let outer = self.unawaited.replace(Unawaited { depth: self.stack.len(), is_async: false });
        self.eval(act, state, expr);
        let was_async = self.unawaited.is_some_and(|call| call.is_async);
        self.unawaited = outer;
        if was_async {
            state.cleared = before;
            state.dead = false;
        }
    }

    /// Notes that a function is called which may be one that nothing waits for.
    pub(super) fn note_async(&mut self, is_async: bool) {
        if let Some(call) = &mut self.unawaited
            && call.depth == self.stack.len()
        {
            call.is_async |= is_async;
        }
    }
}
