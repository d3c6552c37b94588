//! Classes.

use ruff_python_ast::{Expr as Ast, Stmt as AstStmt, StmtClassDef};

use super::module::Lowerer;
use crate::ir::{Class, ClassField, ExprId, ExprKind, Pattern, Stmt, StmtKind};

impl Lowerer {
    /// A `class`. Its keywords (`metaclass=…`) are evaluated before it.
    pub(super) fn class_def(&mut self, def: &StmtClassDef, out: &mut Vec<Stmt>) {
        let span = self.span(def);
        let decorators = self.decorators(&def.decorator_list);
        let bases = self.exprs(def.bases());
        for keyword in def.keywords() {
            let value = self.expr(&keyword.value);
            out.push(Stmt { span: self.span(keyword), kind: StmtKind::Expr(value) });
        }
        let name = self.build.name(def.name.as_str());
        let id = self.build.class(Class {
            name: Some(name),
            span,
            bases,
            methods: Vec::new(),
            fields: Vec::new(),
            decorators,
            body: Vec::new(),
        });
        let before = self.open_class(id, &def.body);
        let mut body = Vec::new();
        let mut members = Vec::new();
        for stmt in &def.body {
            let from = body.len();
            self.statement(stmt, &mut body);
            let member = matches!(
                stmt,
                AstStmt::FunctionDef(_) | AstStmt::ClassDef(_) | AstStmt::Assign(_) | AstStmt::AnnAssign(_)
            );
            members.extend(body[from..].iter().map(|_| member));
        }
        // Methods and fields are listed as such; their statements stay only where the body reads them.
        let inside = self.close_class(before);
        let mut members = members.into_iter();
        body.retain(|stmt| match (members.next(), &stmt.kind) {
            (
                Some(true),
                StmtKind::Assign { target: Pattern::Variable(variable, _), .. }
                | StmtKind::Function(variable, _)
                | StmtKind::Class(variable, _),
            ) => inside.as_ref().is_some_and(|inside| inside.reads(*variable)),
            _ => true,
        });
        self.build.class_mut(id).body = body;
        if self.scopes.class.is_some() {
            let value = self.build.expr(ExprKind::Class(id), span);
            self.field(def.name.as_str(), Some(value), None, true, span);
        }
        if let Some(variable) = self.resolve(name) {
            out.push(Stmt { span, kind: StmtKind::Class(variable, id) });
        }
    }

    /// Adds a field to the class whose body is being lowered, if one is.
    pub(super) fn class_field(
        &mut self,
        target: &Ast,
        value: Option<ExprId>,
        annotation: Option<(&Ast, ExprId)>,
        span: sigyl_core::Span,
    ) {
        if let (Ast::Name(name), true) = (target, self.scopes.class.is_some()) {
            let is_static = annotation.is_none_or(|(source, _)| is_class_var(source));
            self.field(name.id.as_str(), value, annotation.map(|(_, id)| id), is_static, span);
        }
    }

    fn field(
        &mut self,
        name: &str,
        value: Option<ExprId>,
        annotation: Option<ExprId>,
        is_static: bool,
        span: sigyl_core::Span,
    ) {
        let name = self.build.name(name);
        if let Some(class) = self.scopes.class.as_ref().map(|class| class.id) {
            let field = ClassField { name, value, annotation, is_static, span };
            self.build.class_mut(class).fields.push(field);
        }
    }
}

/// `ClassVar[…]`, `typing.ClassVar`: an annotated field of the class itself.
fn is_class_var(annotation: &Ast) -> bool {
    match annotation {
        Ast::Subscript(node) => is_class_var(&node.value),
        Ast::Attribute(node) => node.attr.as_str() == "ClassVar",
        Ast::Name(name) => name.id.as_str() == "ClassVar",
        _ => false,
    }
}
