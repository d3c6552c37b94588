//! Parameters that only say which way a function takes: what they hold is in nothing that it gives.

use super::{engine::Engine, value::FunctionRef};
use crate::ir::{BinaryOp, ExprId, ExprKind, Module, Pattern, VarId};

impl Engine<'_> {
    /// True for a parameter that a function compares with what is written there and hands on to itself, and does nothing
    /// else with: `mode` of `walk(tree, mode)`.
    pub(super) fn only_steers(&mut self, target: FunctionRef, at: usize) -> bool {
        if let Some(known) = self.steering.get(&(target, at)) {
            return *known;
        }
        let steers = self.module(target.file).is_some_and(|module| steers(module, target, at));
        self.steering.insert((target, at), steers);
        steers
    }
}

fn steers(module: &Module, target: FunctionRef, at: usize) -> bool {
    let function = module.function(target.function);
    let Some(param) = function.params.get(at) else { return false };
    let Pattern::Variable(variable, _) = param.pattern else { return false };
    let is_it = |id: ExprId, wanted: VarId| matches!(module.expr(id).kind, ExprKind::Variable(other) if other == wanted);
    let is_literal = |id: ExprId| {
        matches!(
            module.expr(id).kind,
            ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Null
        )
    };
    let calls_itself = |callee: ExprId| match module.expr(callee).kind {
        ExprKind::Variable(variable) => Some(module.variable(variable).name) == function.name,
        ExprKind::Member { property, .. } => Some(property) == function.name,
        _ => false,
    };
    let (mut used, mut harmless) = (0, 0);
    for expr in &module.exprs {
        match expr.kind {
            ExprKind::Variable(other) if other == variable => used += 1,
            ExprKind::Binary { op: BinaryOp::Equal | BinaryOp::NotEqual, left, right } => {
                let compared =
                    is_it(left, variable) && is_literal(right) || is_it(right, variable) && is_literal(left);
                harmless += usize::from(compared);
            }
            ExprKind::Call { callee, arguments } if calls_itself(callee) => {
                let given = module.arguments(arguments).get(at);
                let handed = given.is_some_and(|given| {
                    !given.spread && given.keyword.is_none() && is_it(given.value, variable)
                });
                harmless += usize::from(handed);
            }
            _ => {}
        }
    }
    used == harmless
}
