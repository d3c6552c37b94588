//! TypeScript's enums and namespaces, as the objects that they become.

use oxc_ast::ast::{TSEnumDeclaration, TSEnumMemberName, TSNamespaceDeclaration, TSNamespaceDeclarationBody};

use super::{
    lowerer::{Lowerer, at},
    stmt::statement,
};
use crate::ir::{ExprKind, ListId, Pattern, Property, PropertyKey, Stmt, StmtKind};

impl<'a> Lowerer<'a> {
    pub(super) fn enumeration(&mut self, node: &'a TSEnumDeclaration<'a>, out: &mut Vec<Stmt>) {
        let variable = self.bound(&node.id);
        let span = at(node.span);
        let mut next = Some(0.0);
        let mut properties = Vec::with_capacity(node.body.members.len());
        for member in &node.body.members {
            let name = match &member.id {
                TSEnumMemberName::Identifier(id) => id.name.as_str(),
                TSEnumMemberName::String(text) | TSEnumMemberName::ComputedString(text) => {
                    text.value.as_str()
                }
                TSEnumMemberName::ComputedTemplateString(text) => {
                    text.single_quasi().map_or("", |text| text.as_str())
                }
            };
            let key = PropertyKey::Name(self.name(name));
            let value = match (&member.initializer, next) {
                (Some(value), _) => self.expr(value),
                (None, Some(number)) => self.builder.expr(ExprKind::Number(number), at(member.span)),
                (None, None) => self.builder.expr(ExprKind::Null, at(member.span)),
            };
            next = match self.builder.get(value).kind {
                ExprKind::Number(number) => Some(number + 1.0),
                _ => None,
            };
            properties.push(Property { key, value, span: at(member.span) });
        }
        let list = self.builder.properties(&properties);
        let value = self.builder.expr(ExprKind::Object(list), span);
        let target = Pattern::Variable(variable, at(node.id.span));
        out.push(statement(StmtKind::Assign { target, value, annotation: None }, span));
    }

    /// `namespace N { export … }`: `N` is an object, and what the block exports becomes its members.
    pub(super) fn namespace(&mut self, node: &'a TSNamespaceDeclaration<'a>, out: &mut Vec<Stmt>) {
        let variable = self.bound(&node.id);
        let span = at(node.span);
        let value = self.builder.expr(ExprKind::Object(ListId::default()), span);
        let target = Pattern::Variable(variable, at(node.id.span));
        out.push(statement(StmtKind::Assign { target, value, annotation: None }, span));
        let outer = self.namespace.replace(variable);
        self.scopes.enter();
        let body = match &node.body {
            TSNamespaceDeclarationBody::TSModuleBlock(block) => {
                self.declare_vars(&block.body);
                self.statements(&block.body)
            }
            TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                self.declare(inner.id.name.as_str());
                let mut body = Vec::new();
                self.deeper(|lowerer| lowerer.nested_namespace(inner, variable, &mut body));
                body
            }
        };
        self.scopes.leave();
        self.namespace = outer;
        out.push(statement(StmtKind::Block(body), span));
    }

    /// The `b` of `namespace a.b { … }`.
    fn nested_namespace(
        &mut self,
        node: &'a TSNamespaceDeclaration<'a>,
        outer: crate::ir::VarId,
        out: &mut Vec<Stmt>,
    ) {
        self.namespace(node, out);
        let span = at(node.id.span);
        let object = self.builder.expr(ExprKind::Variable(outer), span);
        let target = Pattern::Place(self.member(object, node.id.name.as_str(), span));
        let value = self.reference(node.id.name.as_str(), span);
        out.push(statement(StmtKind::Assign { target, value, annotation: None }, span));
    }
}
