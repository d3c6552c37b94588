//! Statements.

use oxc_ast::ast::{
    AssignmentExpression, Declaration, Expression, Statement, UnaryOperator, VariableDeclaration,
};
use oxc_span::GetSpan;
use sigyl_core::Span;

use super::{
    hoist::declared_function,
    lowerer::{Lowerer, at},
};
use crate::ir::{ExprId, ExprKind, Pattern, Stmt, StmtKind};

pub(super) fn statement(kind: StmtKind, span: Span) -> Stmt {
    Stmt { span, kind }
}

impl<'a> Lowerer<'a> {
    /// Lowers the statements of a block whose scope is entered: what they declare first, functions hoisted.
    pub(super) fn statements(&mut self, statements: &'a [Statement<'a>]) -> Vec<Stmt> {
        self.declare_lexical(statements);
        let mut out = Vec::with_capacity(statements.len());
        for function in statements.iter().filter_map(declared_function) {
            self.hoisted_function(function, &mut out);
        }
        for statement in statements {
            self.statement(statement, &mut out);
        }
        out
    }

    /// Lowers a block in a scope of its own.
    pub(super) fn block(&mut self, statements: &'a [Statement<'a>]) -> Vec<Stmt> {
        self.scopes.enter();
        let body = self.statements(statements);
        self.scopes.leave();
        body
    }

    /// Lowers what stands behind `if (…)`, `else`, `while (…)`: a block, or a single statement.
    pub(super) fn body(&mut self, body: &'a Statement<'a>) -> Vec<Stmt> {
        match body {
            Statement::BlockStatement(block) => {
                self.deeper(|lowerer| lowerer.block(&block.body)).unwrap_or_default()
            }
            single => self.block(std::slice::from_ref(single)),
        }
    }

    /// Lowers a statement; hoisted functions are left out.
    pub(super) fn statement(&mut self, node: &'a Statement<'a>, out: &mut Vec<Stmt>) {
        self.deeper(|lowerer| lowerer.any_statement(node, out));
    }

    fn any_statement(&mut self, node: &'a Statement<'a>, out: &mut Vec<Stmt>) {
        let span = at(node.span());
        match node {
            Statement::ExpressionStatement(effect) => self.effect(&effect.expression, span, out),
            Statement::BlockStatement(block) => {
                let body = self.block(&block.body);
                out.push(statement(StmtKind::Block(body), span));
            }
            Statement::ReturnStatement(returned) => {
                let value = returned.argument.as_ref().map(|value| self.last(value, out));
                out.push(statement(StmtKind::Return(value), span));
            }
            Statement::ThrowStatement(thrown) => {
                let value = self.last(&thrown.argument, out);
                out.push(statement(StmtKind::Throw(Some(value)), span));
            }
            Statement::IfStatement(branch) => self.if_statement(branch, out),
            Statement::ForStatement(each) => self.for_statement(each, out),
            Statement::ForInStatement(each) => self.for_in(each, out),
            Statement::ForOfStatement(each) => self.for_of(each, out),
            Statement::WhileStatement(each) => self.while_loop(&each.test, &each.body, span, out),
            Statement::DoWhileStatement(each) => self.while_loop(&each.test, &each.body, span, out),
            Statement::SwitchStatement(switch) => self.switch(switch, out),
            Statement::TryStatement(guarded) => self.try_statement(guarded, out),
            Statement::BreakStatement(_) => out.push(statement(StmtKind::Break, span)),
            Statement::ContinueStatement(_) => out.push(statement(StmtKind::Continue, span)),
            Statement::LabeledStatement(labeled) => self.statement(&labeled.body, out),
            Statement::WithStatement(with) => {
                let object = self.expr(&with.object);
                out.push(statement(StmtKind::Expr(object), span));
                let body = self.body(&with.body);
                out.push(statement(StmtKind::Block(body), span));
            }
            Statement::EmptyStatement(_) | Statement::DebuggerStatement(_) => {}
            Statement::ImportDeclaration(_)
            | Statement::ExportAllDeclaration(_)
            | Statement::ExportDefaultDeclaration(_)
            | Statement::ExportDeclaration(_)
            | Statement::ExportNamedDeclaration(_)
            | Statement::ExportFromDeclaration(_)
            | Statement::TSExportAssignment(_)
            | Statement::TSNamespaceExportDeclaration(_) => self.module_statement(node, out),
            _ => {
                if let Some(declaration) = node.as_declaration() {
                    self.declaration(declaration, out);
                }
            }
        }
    }

    /// Lowers a declaration; functions are hoisted and types are nothing.
    pub(super) fn declaration(&mut self, node: &'a Declaration<'a>, out: &mut Vec<Stmt>) {
        match node {
            Declaration::VariableDeclaration(declaration) => self.variables(declaration, out),
            Declaration::ClassDeclaration(class) if !class.declare => self.class_declaration(class, out),
            Declaration::TSEnumDeclaration(listed) if !listed.declare => self.enumeration(listed, out),
            Declaration::TSNamespaceDeclaration(namespace) if !namespace.declare => {
                self.namespace(namespace, out);
            }
            Declaration::TSImportEqualsDeclaration(import) => self.import_equals(import, out),
            _ => {}
        }
    }

    /// Lowers `var`, `let`, `const` and `using`.
    pub(super) fn variables(&mut self, declaration: &'a VariableDeclaration<'a>, out: &mut Vec<Stmt>) {
        if declaration.declare {
            return;
        }
        for declarator in &declaration.declarations {
            let target = self.binding(&declarator.id);
            let Some(init) = &declarator.init else { continue };
            let name = declarator.id.get_binding_identifier().map(|id| self.builder.name(id.name.as_str()));
            let value = self.named(init, name);
            let span = at(declarator.span);
            let kind = if declaration.kind.is_using() {
                StmtKind::With { items: vec![(value, Some(target))], body: Vec::new() }
            } else {
                StmtKind::Assign { target, value, annotation: None }
            };
            out.push(statement(kind, span));
        }
    }

    /// Lowers an expression whose value nobody takes.
    pub(super) fn effect(&mut self, node: &'a Expression<'a>, span: Span, out: &mut Vec<Stmt>) {
        match node {
            // Minifiers join statements with commas.
            Expression::SequenceExpression(sequence) => {
                for part in &sequence.expressions {
                    self.deeper(|lowerer| lowerer.effect(part, at(part.span()), out));
                }
            }
            Expression::AssignmentExpression(assignment) => {
                let (target, value) = self.assigned(assignment);
                out.push(statement(StmtKind::Assign { target, value, annotation: None }, span));
            }
            Expression::UnaryExpression(unary) if unary.operator == UnaryOperator::Delete => {
                let place = self.expr(&unary.argument);
                out.push(statement(StmtKind::Delete(place), span));
            }
            _ => {
                let value = self.expr(node);
                out.push(statement(StmtKind::Expr(value), span));
            }
        }
    }

    /// Lowers an expression; of a sequence only the last part is the value, the others become statements.
    pub(super) fn last(&mut self, node: &'a Expression<'a>, out: &mut Vec<Stmt>) -> ExprId {
        if let Expression::SequenceExpression(sequence) = node
            && let Some((last, before)) = sequence.expressions.split_last()
        {
            for part in before {
                self.effect(part, at(part.span()), out);
            }
            return self.expr(last);
        }
        self.expr(node)
    }

    /// The target and value of an assignment; `a += b` reads `a` too.
    pub(super) fn assigned(&mut self, node: &'a AssignmentExpression<'a>) -> (Pattern, ExprId) {
        let Some(op) = super::binary::assignment_operator(node.operator) else {
            let target = self.target(&node.left);
            let name = self.target_name(&target);
            return (target, self.named(&node.right, name));
        };
        let (target, old) = self.read_target(&node.left);
        let right = self.expr(&node.right);
        let value = self.builder.expr(ExprKind::Binary { op, left: old, right }, at(node.span));
        (target, value)
    }
}
