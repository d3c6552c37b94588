//! Object literals and the keys of properties, fields and methods.

use oxc_ast::ast::{Expression, ObjectExpression, ObjectPropertyKind, PropertyKey as Written, PropertyKind};
use oxc_span::GetSpan;

use super::lowerer::{Lowerer, at};
use crate::ir::{ExprId, ExprKind, FunctionKind, Name, Property, PropertyKey};

/// Bytes of a computed key's text that name a method or field. Chosen.
const MAX_KEY_TEXT: usize = 80;

impl<'a> Lowerer<'a> {
    pub(super) fn object(&mut self, node: &'a ObjectExpression<'a>) -> ExprId {
        let mut properties = Vec::with_capacity(node.properties.len());
        for property in &node.properties {
            properties.push(match property {
                ObjectPropertyKind::SpreadProperty(spread) => {
                    let value = self.expr(&spread.argument);
                    Property { key: PropertyKey::Spread, value, span: at(spread.span) }
                }
                ObjectPropertyKind::ObjectProperty(property) => {
                    let key = self.key(&property.key);
                    let name = match key {
                        PropertyKey::Name(name) => Some(name),
                        _ => None,
                    };
                    let value = match &property.value {
                        Expression::FunctionExpression(function)
                            if property.method || property.kind != PropertyKind::Init =>
                        {
                            self.object_method(function, name, at(property.span))
                        }
                        value => self.named(value, name),
                    };
                    Property { key, value, span: at(property.span) }
                }
            });
        }
        let list = self.builder.properties(&properties);
        self.builder.expr(ExprKind::Object(list), at(node.span))
    }

    fn object_method(
        &mut self,
        function: &'a oxc_ast::ast::Function<'a>,
        name: Option<Name>,
        span: sigyl_core::Span,
    ) -> ExprId {
        let id = self.builder.reserve_function(FunctionKind::Method, self.function, span);
        self.builder.function_mut(id).name = name;
        self.function_into(id, function);
        self.builder.expr(ExprKind::Function(id), span)
    }

    /// The key of a property.
    pub(super) fn key(&mut self, key: &'a Written<'a>) -> PropertyKey {
        if let Written::PrivateIdentifier(id) = key {
            return PropertyKey::Name(self.name(&format!("#{}", id.name)));
        }
        if let Some(name) = key.static_name() {
            return PropertyKey::Name(self.name(&name));
        }
        match key.as_expression() {
            Some(value) => {
                let value = self.expr(value);
                match self.builder.get(value).kind {
                    ExprKind::String(name) => PropertyKey::Name(name),
                    _ => PropertyKey::Computed(value),
                }
            }
            None => PropertyKey::Name(self.name("")),
        }
    }

    /// A name for a member of a class, and what its computed key evaluates, if it has one.
    pub(super) fn member_name(&mut self, key: &'a Written<'a>) -> (Name, Option<ExprId>) {
        match self.key(key) {
            PropertyKey::Name(name) => (name, None),
            PropertyKey::Computed(value) => {
                let range = at(key.span()).range(self.source.len());
                let text = self.source.get(range).unwrap_or_default();
                let end = (0..=text.len().min(MAX_KEY_TEXT)).rev().find(|end| text.is_char_boundary(*end));
                let text = format!("[{}]", &text[..end.unwrap_or(0)]);
                (self.name(&text), Some(value))
            }
            PropertyKey::Spread => (self.name(""), None),
        }
    }
}
