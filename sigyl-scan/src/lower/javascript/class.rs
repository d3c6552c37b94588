//! Classes.

use oxc_ast::ast::{
    AccessorProperty, Class as Written, ClassElement, Decorator, MethodDefinition, MethodDefinitionKind,
    PropertyDefinition,
};

use super::{
    lowerer::{Lowerer, at},
    stmt::statement,
};
use crate::ir::{
    Class, ClassField, ClassId, ExprId, ExprKind, FunctionKind, Method, MethodKind, Name, Stmt, StmtKind,
};

impl<'a> Lowerer<'a> {
    pub(super) fn class_declaration(&mut self, node: &'a Written<'a>, out: &mut Vec<Stmt>) {
        let Some(id) = &node.id else { return };
        let variable = self.bound(id);
        let name = self.name(id.name.as_str());
        let class = self.class(node, Some(name));
        out.push(statement(StmtKind::Class(variable, class), at(node.span)));
    }

    pub(super) fn class_expression(&mut self, node: &'a Written<'a>, name: Option<Name>) -> ExprId {
        self.scopes.enter();
        let own = node.id.as_ref().map(|id| {
            self.declare(id.name.as_str());
            self.builder.name(id.name.as_str())
        });
        let class = self.class(node, own.or(name));
        self.scopes.leave();
        self.builder.expr(ExprKind::Class(class), at(node.span))
    }

    pub(super) fn class(&mut self, node: &'a Written<'a>, name: Option<Name>) -> ClassId {
        let bases = node.heritage.iter().map(|heritage| self.expr(&heritage.expression)).collect();
        let decorators = self.decorators(&node.decorators);
        let id = self.builder.class(Class {
            name,
            span: at(node.span),
            bases,
            methods: Vec::new(),
            fields: Vec::new(),
            decorators,
            body: Vec::new(),
        });
        let mut parts = Members::default();
        for element in &node.body.body {
            match element {
                ClassElement::MethodDefinition(method) => self.method(id, method, &mut parts),
                ClassElement::PropertyDefinition(field) => self.field(field, &mut parts),
                ClassElement::AccessorProperty(field) => self.accessor(field, &mut parts),
                ClassElement::StaticBlock(block) => {
                    self.scopes.enter();
                    self.declare_vars(&block.body);
                    let body = self.statements(&block.body);
                    self.scopes.leave();
                    parts.body.push(statement(StmtKind::Block(body), at(block.span)));
                }
                ClassElement::TSIndexSignature(_) => {}
            }
        }
        let class = self.builder.class_mut(id);
        class.methods = parts.methods;
        class.fields = parts.fields;
        class.body = parts.body;
        id
    }

    pub(super) fn decorators(&mut self, written: &'a [Decorator<'a>]) -> Vec<ExprId> {
        written.iter().map(|decorator| self.expr(&decorator.expression)).collect()
    }

    fn method(&mut self, class: ClassId, node: &'a MethodDefinition<'a>, parts: &mut Members) {
        // Abstract methods and overloads.
        if node.value.body.is_none() {
            return;
        }
        let span = at(node.span);
        let (name, key) = self.member_name(&node.key);
        parts.evaluate(key, span);
        let decorators = self.decorators(&node.decorators);
        let kind = if node.r#static { FunctionKind::Static } else { FunctionKind::Method };
        let id = self.builder.reserve_function(kind, self.function, span);
        let function = self.builder.function_mut(id);
        function.name = Some(name);
        function.class = Some(class);
        function.decorators = decorators;
        self.deeper(|lowerer| lowerer.function_into(id, &node.value));
        let kind = match node.kind {
            MethodDefinitionKind::Get => MethodKind::Getter,
            MethodDefinitionKind::Set => MethodKind::Setter,
            MethodDefinitionKind::Constructor | MethodDefinitionKind::Method => MethodKind::Method,
        };
        parts.methods.push(Method { name, function: id, kind });
    }

    fn field(&mut self, node: &'a PropertyDefinition<'a>, parts: &mut Members) {
        if node.declare {
            return;
        }
        let span = at(node.span);
        let (name, key) = self.member_name(&node.key);
        parts.evaluate(key, span);
        for decorator in self.decorators(&node.decorators) {
            parts.evaluate(Some(decorator), span);
        }
        let value = node.value.as_ref().map(|value| self.named(value, Some(name)));
        let annotation = node.type_annotation.as_ref().and_then(|it| self.annotation(&it.type_annotation));
        parts.fields.push(ClassField { name, value, annotation, is_static: node.r#static, span });
    }

    fn accessor(&mut self, node: &'a AccessorProperty<'a>, parts: &mut Members) {
        let span = at(node.span);
        let (name, key) = self.member_name(&node.key);
        parts.evaluate(key, span);
        let value = node.value.as_ref().map(|value| self.named(value, Some(name)));
        parts.fields.push(ClassField { name, value, annotation: None, is_static: node.r#static, span });
    }
}

#[derive(Default)]
struct Members {
    methods: Vec<Method>,
    fields: Vec<ClassField>,
    body: Vec<Stmt>,
}

impl Members {
    /// Keeps what runs when the class is made and has no other place.
    fn evaluate(&mut self, value: Option<ExprId>, span: sigyl_core::Span) {
        self.body.extend(value.map(|value| statement(StmtKind::Expr(value), span)));
    }
}
