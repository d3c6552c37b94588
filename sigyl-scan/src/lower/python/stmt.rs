//! Statements.

use ruff_python_ast::{
    ExceptHandler, Expr as Ast, Stmt as AstStmt, StmtAnnAssign, StmtAssign, StmtAugAssign, StmtIf, StmtTry,
};

use super::expr::operator;
use super::module::Lowerer;
use crate::ir::{Case, ExprId, ExprKind, Handler, Loop, Pattern, Stmt, StmtKind};

/// Past this many `elif`s a chain becomes cases side by side instead of nesting. Chosen: no person writes as many.
const MAX_NESTED_ELIF: usize = 100;

impl Lowerer {
    pub(super) fn block(&mut self, body: &[AstStmt]) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(body.len());
        for stmt in body {
            self.statement(stmt, &mut out);
        }
        out
    }

    pub(super) fn statement(&mut self, stmt: &AstStmt, out: &mut Vec<Stmt>) {
        let span = self.span(stmt);
        let cut = self.deeper(|this| this.statement_parts(stmt, out)).is_none();
        if cut {
            let other = self.other(&[], span);
            out.push(Stmt { span, kind: StmtKind::Expr(other) });
        }
    }

    fn statement_parts(&mut self, stmt: &AstStmt, out: &mut Vec<Stmt>) {
        let span = self.span(stmt);
        let kind = match stmt {
            AstStmt::FunctionDef(def) => return self.function_def(def, out),
            AstStmt::ClassDef(def) => return self.class_def(def, out),
            AstStmt::Assign(assign) => return self.assign(assign, out),
            AstStmt::AnnAssign(assign) => return self.annotated(assign, out),
            AstStmt::AugAssign(assign) => self.augmented(assign),
            AstStmt::TypeAlias(alias) => {
                let value = self.annotation(&alias.value);
                StmtKind::Assign { target: self.target(&alias.name), value, annotation: None }
            }
            AstStmt::Expr(node) => StmtKind::Expr(self.expr(&node.value)),
            AstStmt::Return(node) => StmtKind::Return(node.value.as_ref().map(|value| self.expr(value))),
            AstStmt::Delete(node) => {
                for target in &node.targets {
                    let place = self.expr(target);
                    out.push(Stmt { span: self.span(target), kind: StmtKind::Delete(place) });
                }
                return;
            }
            AstStmt::For(each) => {
                let iterable = self.expr(&each.iter);
                let binding = self.target(&each.target);
                let body = self.block(&each.body);
                let binding = Some(binding);
                let iterable = Some(iterable);
                let kind = Loop { binding, iterable, keys: false, test: None, update: None, body };
                return self.after_loop(
                    Stmt { span, kind: StmtKind::Loop(Box::new(kind)) },
                    &each.orelse,
                    out,
                );
            }
            AstStmt::While(each) => {
                let test = Some(self.expr(&each.test));
                let body = self.block(&each.body);
                let kind = Loop { binding: None, iterable: None, keys: false, test, update: None, body };
                return self.after_loop(
                    Stmt { span, kind: StmtKind::Loop(Box::new(kind)) },
                    &each.orelse,
                    out,
                );
            }
            AstStmt::If(node) => self.branches(node),
            AstStmt::With(with) => {
                let mut items = Vec::with_capacity(with.items.len());
                for item in &with.items {
                    let value = self.expr(&item.context_expr);
                    let target = item.optional_vars.as_ref().map(|target| self.target(target));
                    items.push((value, target));
                }
                StmtKind::With { items, body: self.block(&with.body) }
            }
            AstStmt::Match(switch) => self.match_stmt(switch),
            AstStmt::Raise(raise) => {
                if let Some(cause) = raise.cause.as_deref().filter(|cause| !is_plain(cause)) {
                    let cause = self.expr(cause);
                    out.push(Stmt { span, kind: StmtKind::Expr(cause) });
                }
                StmtKind::Throw(raise.exc.as_ref().map(|value| self.expr(value)))
            }
            AstStmt::Try(guarded) => self.guarded(guarded),
            AstStmt::Assert(assert) => {
                let test = self.expr(&assert.test);
                if let Some(message) = assert.msg.as_deref().filter(|message| !is_plain(message)) {
                    let value = self.expr(message);
                    let span = self.span(message);
                    let failed = self.build.expr(ExprKind::Not(test), span);
                    let then = vec![Stmt { span, kind: StmtKind::Expr(value) }];
                    out.push(Stmt { span, kind: StmtKind::If { test: failed, then, otherwise: Vec::new() } });
                }
                StmtKind::Assert(test)
            }
            AstStmt::Import(import) => return self.import(import),
            AstStmt::ImportFrom(import) => return self.import_from(import),
            AstStmt::Break(_) => StmtKind::Break,
            AstStmt::Continue(_) => StmtKind::Continue,
            AstStmt::Global(_) | AstStmt::Nonlocal(_) | AstStmt::Pass(_) | AstStmt::IpyEscapeCommand(_) => {
                return;
            }
        };
        out.push(Stmt { span, kind });
    }

    fn assign(&mut self, assign: &StmtAssign, out: &mut Vec<Stmt>) {
        let span = self.span(assign);
        let name = assign.targets.first().and_then(|target| self.target_name(target));
        let mut value = self.named_expr(&assign.value, name);
        for (index, target) in assign.targets.iter().enumerate() {
            let pattern = self.target(target);
            self.class_field(target, Some(value), None, span);
            let first = match &pattern {
                Pattern::Variable(variable, span) if index == 0 => Some((*variable, *span)),
                _ => None,
            };
            out.push(Stmt { span, kind: StmtKind::Assign { target: pattern, value, annotation: None } });
            // Further targets read the first one, so that a call stands once.
            if let (Some((variable, span)), true) = (first, assign.targets.len() > 1) {
                if let Ast::Name(name) = target {
                    let name = self.build.name(name.id.as_str());
                    self.read(name);
                }
                value = self.build.expr(ExprKind::Variable(variable), span);
            }
        }
    }

    fn annotated(&mut self, assign: &StmtAnnAssign, out: &mut Vec<Stmt>) {
        let span = self.span(assign);
        let annotation = self.annotation(&assign.annotation);
        let name = self.target_name(&assign.target);
        let value = assign.value.as_ref().map(|value| self.named_expr(value, name));
        self.class_field(&assign.target, value, Some((&assign.annotation, annotation)), span);
        match value {
            Some(value) => {
                let target = self.target(&assign.target);
                out.push(Stmt {
                    span,
                    kind: StmtKind::Assign { target, value, annotation: Some(annotation) },
                });
            }
            // Evaluated in modules; a field has it already.
            None if self.at_module_level() && self.scopes.class.is_none() => {
                out.push(Stmt { span, kind: StmtKind::Expr(annotation) });
            }
            None => {}
        }
    }

    fn augmented(&mut self, assign: &StmtAugAssign) -> StmtKind {
        let span = self.span(assign);
        let left = self.expr(&assign.target);
        let right = self.expr(&assign.value);
        let value = self.build.expr(ExprKind::Binary { op: operator(assign.op), left, right }, span);
        let target = match &*assign.target {
            Ast::Name(_) => self.target(&assign.target),
            _ => Pattern::Place(left),
        };
        StmtKind::Assign { target, value, annotation: None }
    }

    /// A loop's `else` runs unless the loop was left by `break`; it is a branch where one is in sight.
    fn after_loop(&mut self, each: Stmt, orelse: &[AstStmt], out: &mut Vec<Stmt>) {
        let StmtKind::Loop(inner) = &each.kind else { return };
        let breaks = !orelse.is_empty() && leaves_early(&inner.body);
        let span = each.span;
        out.push(each);
        let rest = self.block(orelse);
        if breaks {
            let test = self.other(&[], span);
            out.push(Stmt { span, kind: StmtKind::If { test, then: rest, otherwise: Vec::new() } });
        } else {
            out.extend(rest);
        }
    }

    fn branches(&mut self, node: &StmtIf) -> StmtKind {
        let span = self.span(node);
        let mut branches = vec![(span, self.expr(&node.test), self.block(&node.body))];
        let mut otherwise = Vec::new();
        for clause in &node.elif_else_clauses {
            match &clause.test {
                Some(test) => {
                    let start = self.span(clause).start;
                    let test = self.expr(test);
                    let body = self.block(&clause.body);
                    branches.push((sigyl_core::Span::new(start, span.end.max(start)), test, body));
                }
                None => otherwise = self.block(&clause.body),
            }
        }
        if branches.len() > MAX_NESTED_ELIF {
            return self.side_by_side(branches, otherwise, span);
        }
        let mut branches = branches.into_iter();
        let Some((_, test, then)) = branches.next() else { return StmtKind::Block(otherwise) };
        let otherwise = branches.rfold(otherwise, |otherwise, (span, test, then)| {
            vec![Stmt { span, kind: StmtKind::If { test, then, otherwise } }]
        });
        StmtKind::If { test, then, otherwise }
    }

    fn side_by_side(
        &mut self,
        branches: Vec<(sigyl_core::Span, ExprId, Vec<Stmt>)>,
        otherwise: Vec<Stmt>,
        span: sigyl_core::Span,
    ) -> StmtKind {
        let case = |guard, body| Case { tests: Vec::new(), binding: None, guard, body, falls_through: false };
        let mut cases: Vec<_> = branches.into_iter().map(|(_, test, body)| case(Some(test), body)).collect();
        cases.push(case(None, otherwise));
        StmtKind::Switch { subject: self.build.expr(ExprKind::Bool(true), span), cases }
    }

    fn guarded(&mut self, guarded: &StmtTry) -> StmtKind {
        let mut body = self.block(&guarded.body);
        let mut handlers = Vec::with_capacity(guarded.handlers.len());
        for ExceptHandler::ExceptHandler(handler) in &guarded.handlers {
            let types = match handler.type_.as_deref() {
                Some(Ast::Tuple(tuple)) => self.exprs(&tuple.elts),
                Some(one) => vec![self.expr(one)],
                None => Vec::new(),
            };
            let binding = handler.name.as_ref().map(|name| {
                let span = self.span(name);
                self.bind(name.as_str(), span)
            });
            handlers.push(Handler { types, binding, body: self.block(&handler.body) });
        }
        body.extend(self.block(&guarded.orelse));
        StmtKind::Try { body, handlers, finally: self.block(&guarded.finalbody) }
    }
}

/// True for what no call can hide in.
fn is_plain(expr: &Ast) -> bool {
    matches!(expr, Ast::Name(_)) || expr.is_literal_expr()
}

/// True when a `break` of this loop stands in its body.
fn leaves_early(body: &[Stmt]) -> bool {
    let mut left: Vec<&Stmt> = body.iter().collect();
    while let Some(stmt) = left.pop() {
        match &stmt.kind {
            StmtKind::Break => return true,
            StmtKind::If { then, otherwise, .. } => left.extend(then.iter().chain(otherwise)),
            StmtKind::With { body, .. } | StmtKind::Block(body) => left.extend(body),
            StmtKind::Switch { cases, .. } => left.extend(cases.iter().flat_map(|case| &case.body)),
            StmtKind::Try { body, handlers, finally } => {
                left.extend(body.iter().chain(finally));
                left.extend(handlers.iter().flat_map(|handler| &handler.body));
            }
            _ => {}
        }
    }
    false
}
