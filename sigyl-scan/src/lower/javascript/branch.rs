//! Branches, loops and exceptions.

use oxc_ast::ast::{
    Expression, ForInStatement, ForOfStatement, ForStatement, ForStatementInit, ForStatementLeft,
    IfStatement, Statement, SwitchStatement, TryStatement,
};
use oxc_span::GetSpan;
use sigyl_core::Span;

use super::{
    hoist::declared_function,
    lowerer::{Lowerer, at},
    stmt::statement,
};
use crate::ir::{Case, Handler, Loop, Pattern, Stmt, StmtKind};

/// Links of an `else if` chain that nest in each other. Chosen. Those behind it stand one after the other in the last
/// `otherwise`: more paths than there are, but none is lost.
const MAX_ELSE_IF: usize = 200;

impl<'a> Lowerer<'a> {
    pub(super) fn if_statement(&mut self, node: &'a IfStatement<'a>, out: &mut Vec<Stmt>) {
        let depth = self.depth;
        let mut links = Vec::new();
        let mut last = Vec::new();
        let mut branch = Some(node);
        while let Some(node) = branch.take() {
            let test = self.expr(&node.test);
            let then = self.body(&node.consequent);
            links.push((test, then, at(node.span)));
            if links.len() < MAX_ELSE_IF {
                self.depth += 1;
            }
            match &node.alternate {
                Some(Statement::IfStatement(next)) => branch = Some(next),
                Some(otherwise) => last = self.body(otherwise),
                None => {}
            }
        }
        self.depth = depth;
        let nested = links.len().min(MAX_ELSE_IF);
        let mut otherwise = Vec::with_capacity(links.len() - nested + 1);
        let flat = links.split_off(nested);
        let has_flat = !flat.is_empty();
        otherwise.extend(
            flat.into_iter().map(|(test, then, span)| {
                statement(StmtKind::If { test, then, otherwise: Vec::new() }, span)
            }),
        );
        if has_flat && !last.is_empty() {
            otherwise.push(statement(StmtKind::Block(last), at(node.span)));
        } else {
            otherwise.append(&mut last);
        }
        for (test, then, span) in links.into_iter().rev() {
            otherwise = vec![statement(StmtKind::If { test, then, otherwise }, span)];
        }
        out.append(&mut otherwise);
    }

    pub(super) fn for_statement(&mut self, node: &'a ForStatement<'a>, out: &mut Vec<Stmt>) {
        self.scopes.enter();
        let mut stmts = Vec::new();
        match &node.init {
            Some(ForStatementInit::VariableDeclaration(declaration)) => {
                if !declaration.kind.is_var() {
                    self.declare_all(declaration);
                }
                self.variables(declaration, &mut stmts);
            }
            Some(init) => {
                if let Some(init) = init.as_expression() {
                    self.effect(init, at(init.span()), &mut stmts);
                }
            }
            None => {}
        }
        let test = node.test.as_ref().map(|test| self.expr(test));
        let body = self.body(&node.body);
        let update = node.update.as_ref().map(|update| self.expr(update));
        self.scopes.leave();
        let each = Loop { binding: None, iterable: None, keys: false, test, update, body };
        stmts.push(statement(StmtKind::Loop(Box::new(each)), at(node.span)));
        match stmts.len() {
            1 => out.append(&mut stmts),
            _ => out.push(statement(StmtKind::Block(stmts), at(node.span))),
        }
    }

    pub(super) fn for_in(&mut self, node: &'a ForInStatement<'a>, out: &mut Vec<Stmt>) {
        self.for_each(&node.left, &node.right, &node.body, true, at(node.span), out);
    }

    pub(super) fn for_of(&mut self, node: &'a ForOfStatement<'a>, out: &mut Vec<Stmt>) {
        self.for_each(&node.left, &node.right, &node.body, false, at(node.span), out);
    }

    fn for_each(
        &mut self,
        left: &'a ForStatementLeft<'a>,
        right: &'a Expression<'a>,
        body: &'a Statement<'a>,
        keys: bool,
        span: Span,
        out: &mut Vec<Stmt>,
    ) {
        let iterable = self.last(right, out);
        self.scopes.enter();
        let binding = match left {
            ForStatementLeft::VariableDeclaration(declaration) => {
                if !declaration.kind.is_var() {
                    self.declare_all(declaration);
                }
                declaration.declarations.first().map(|declarator| self.binding(&declarator.id))
            }
            _ => left.as_assignment_target().map(|target| self.target(target)),
        };
        let body = self.body(body);
        self.scopes.leave();
        let binding = Some(binding.unwrap_or(Pattern::None));
        let each = Loop { binding, iterable: Some(iterable), keys, test: None, update: None, body };
        out.push(statement(StmtKind::Loop(Box::new(each)), span));
    }

    pub(super) fn while_loop(
        &mut self,
        test: &'a Expression<'a>,
        body: &'a Statement<'a>,
        span: Span,
        out: &mut Vec<Stmt>,
    ) {
        let test = Some(self.expr(test));
        let body = self.body(body);
        let each = Loop { binding: None, iterable: None, keys: false, test, update: None, body };
        out.push(statement(StmtKind::Loop(Box::new(each)), span));
    }

    pub(super) fn switch(&mut self, node: &'a SwitchStatement<'a>, out: &mut Vec<Stmt>) {
        let subject = self.last(&node.discriminant, out);
        self.scopes.enter();
        // The cases are one block: what one declares, the others see.
        for case in &node.cases {
            self.declare_lexical(&case.consequent);
        }
        for case in &node.cases {
            for function in case.consequent.iter().filter_map(declared_function) {
                self.hoisted_function(function, out);
            }
        }
        let mut cases = Vec::with_capacity(node.cases.len());
        for case in &node.cases {
            let tests = case.test.iter().map(|test| self.expr(test)).collect();
            let mut body = Vec::with_capacity(case.consequent.len());
            for node in &case.consequent {
                self.statement(node, &mut body);
            }
            let falls_through = !leaves(&body);
            cases.push(Case { tests, binding: None, guard: None, body, falls_through });
        }
        self.scopes.leave();
        out.push(statement(StmtKind::Switch { subject, cases }, at(node.span)));
    }

    pub(super) fn try_statement(&mut self, node: &'a TryStatement<'a>, out: &mut Vec<Stmt>) {
        let body = self.block(&node.block.body);
        let mut handlers = Vec::new();
        if let Some(handler) = &node.handler {
            self.scopes.enter();
            let binding = handler.param.as_ref().map(|param| {
                self.declare_pattern(&param.pattern);
                self.binding(&param.pattern)
            });
            let body = self.block(&handler.body.body);
            self.scopes.leave();
            handlers.push(Handler { types: Vec::new(), binding, body });
        }
        let finally = node.finalizer.as_ref().map(|block| self.block(&block.body)).unwrap_or_default();
        out.push(statement(StmtKind::Try { body, handlers, finally }, at(node.span)));
    }
}

/// True when control never runs past the last of these statements.
fn leaves(stmts: &[Stmt]) -> bool {
    match stmts.last().map(|last| &last.kind) {
        Some(StmtKind::Break | StmtKind::Continue | StmtKind::Return(_) | StmtKind::Throw(_)) => true,
        Some(StmtKind::Block(body)) => leaves(body),
        Some(StmtKind::If { then, otherwise, .. }) => leaves(then) && leaves(otherwise),
        Some(StmtKind::Try { body, handlers, finally }) => {
            leaves(finally) || (leaves(body) && handlers.iter().all(|handler| leaves(&handler.body)))
        }
        _ => false,
    }
}
