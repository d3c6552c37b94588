//! Addresses and folders that get their separator where they lack one: `if not base.endswith("/"): base += "/"`.

use std::rc::Rc;

use super::{engine::Engine, exec::Activation, state::State};
use crate::ir::{ExprId, ExprKind, Module, Pattern, Stmt, StmtKind, VarId};

impl<'a> Engine<'a> {
    /// Behind such a condition the variable ends with a separator on either path.
    pub(super) fn note_slashed(
        &mut self,
        act: &Activation<'a>,
        state: &mut State,
        test: ExprId,
        then: &[Stmt],
    ) {
        let Some(variable) = completed(act.module, test, then).filter(|_| !state.dead) else { return };
        let mut value = self.lookup(state, act.file(), variable);
        value.marks.ends_with_separator = true;
        match self.globals.get_mut(&(act.file(), variable)) {
            Some(known) if act.function.function == crate::ir::FunctionId::MODULE => *known = value,
            _ => {
                for frame in &mut state.frames {
                    if frame.function == act.function && frame.variables.get(variable).is_some() {
                        let variables = &mut Rc::make_mut(frame).variables;
                        Rc::make_mut(variables).insert(variable, Rc::new(value.clone()));
                    }
                }
            }
        }
    }
}

/// The variable that gets a separator where it does not end with one.
fn completed(module: &Module, test: ExprId, then: &[Stmt]) -> Option<VarId> {
    let ExprKind::Not(ends) = module.expr(test).kind else { return None };
    let ExprKind::Call { callee, arguments } = module.expr(ends).kind else { return None };
    let ExprKind::Member { object, property } = module.expr(callee).kind else { return None };
    let ExprKind::Variable(variable) = module.expr(object).kind else { return None };
    let first = module.arguments(arguments).first()?;
    let [Stmt { kind: StmtKind::Assign { target: Pattern::Variable(written, _), value, .. }, .. }] = then
    else {
        return None;
    };
    let ExprKind::Binary { op: crate::ir::BinaryOp::Add, right, .. } = module.expr(*value).kind else {
        return None;
    };
    let is_separator = |expr: ExprId| match module.expr(expr).kind {
        ExprKind::String(text) => matches!(module.name(text), "/" | "\\"),
        ExprKind::Member { property, .. } => module.name(property) == "sep",
        _ => false,
    };
    let ends = matches!(module.name(property), "endswith" | "endsWith");
    (ends && *written == variable && is_separator(first.value) && is_separator(right)).then_some(variable)
}
