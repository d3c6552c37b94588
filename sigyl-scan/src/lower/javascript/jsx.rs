//! JSX, as the call that it becomes: `jsx(tag, { attributes }, …children)`.

use oxc_ast::ast::{
    JSXAttributeItem, JSXAttributeName, JSXAttributeValue, JSXChild, JSXElement, JSXElementName, JSXFragment,
    JSXMemberExpression, JSXMemberExpressionObject,
};
use sigyl_core::Span;

use super::lowerer::{Lowerer, MAX_DEPTH, at};
use crate::ir::{Argument, ExprId, ExprKind, Property, PropertyKey};

impl<'a> Lowerer<'a> {
    pub(super) fn jsx_element(&mut self, node: &'a JSXElement<'a>) -> ExprId {
        let opening = &node.opening_element;
        let tag = self.tag(&opening.name);
        let mut properties = Vec::with_capacity(opening.attributes.len());
        for attribute in &opening.attributes {
            properties.extend(self.attribute(attribute));
        }
        let list = self.builder.properties(&properties);
        let attributes = self.builder.expr(ExprKind::Object(list), at(opening.span));
        self.jsx_call(tag, Some(attributes), &node.children, at(node.span))
    }

    pub(super) fn jsx_fragment(&mut self, node: &'a JSXFragment<'a>) -> ExprId {
        let tag = self.builder.expr(ExprKind::Null, at(node.opening_fragment.span));
        self.jsx_call(tag, None, &node.children, at(node.span))
    }

    fn jsx_call(
        &mut self,
        tag: ExprId,
        attributes: Option<ExprId>,
        children: &'a [JSXChild<'a>],
        span: Span,
    ) -> ExprId {
        let mut parts = vec![tag];
        parts.push(match attributes {
            Some(attributes) => attributes,
            None => self.builder.expr(ExprKind::Null, span),
        });
        for child in children {
            parts.extend(self.child(child));
        }
        let arguments: Vec<Argument> = parts
            .into_iter()
            .map(|value| Argument { keyword: None, spread: false, mapping: false, value })
            .collect();
        let arguments = self.builder.arguments(&arguments);
        let name = self.name("jsx");
        let callee = self.builder.expr(ExprKind::Global(name), span);
        self.builder.expr(ExprKind::Call { callee, arguments }, span)
    }

    fn tag(&mut self, node: &'a JSXElementName<'a>) -> ExprId {
        match node {
            JSXElementName::Identifier(id) => self.string(id.name.as_str(), at(id.span)),
            JSXElementName::IdentifierReference(id) => self.reference(id.name.as_str(), at(id.span)),
            JSXElementName::NamespacedName(name) => {
                let text = format!("{}:{}", name.namespace.name, name.name.name);
                self.string(&text, at(name.span))
            }
            JSXElementName::MemberExpression(member) => self.tag_member(member),
            JSXElementName::ThisExpression(this) => self.builder.expr(ExprKind::This, at(this.span)),
        }
    }

    fn tag_member(&mut self, node: &'a JSXMemberExpression<'a>) -> ExprId {
        if self.depth >= MAX_DEPTH {
            return self.cut(at(node.span));
        }
        self.depth += 1;
        let object = match &node.object {
            JSXMemberExpressionObject::IdentifierReference(id) => {
                self.reference(id.name.as_str(), at(id.span))
            }
            JSXMemberExpressionObject::MemberExpression(inner) => self.tag_member(inner),
            JSXMemberExpressionObject::ThisExpression(this) => {
                self.builder.expr(ExprKind::This, at(this.span))
            }
        };
        self.depth -= 1;
        self.member(object, node.property.name.as_str(), at(node.span))
    }

    fn attribute(&mut self, node: &'a JSXAttributeItem<'a>) -> Option<Property> {
        let attribute = match node {
            JSXAttributeItem::SpreadAttribute(spread) => {
                let value = self.expr(&spread.argument);
                return Some(Property { key: PropertyKey::Spread, value, span: at(spread.span) });
            }
            JSXAttributeItem::Attribute(attribute) => attribute,
        };
        let span = at(attribute.span);
        let name = match &attribute.name {
            JSXAttributeName::Identifier(id) => self.name(id.name.as_str()),
            JSXAttributeName::NamespacedName(name) => {
                self.name(&format!("{}:{}", name.namespace.name, name.name.name))
            }
        };
        let value = match &attribute.value {
            None => self.builder.expr(ExprKind::Bool(true), span),
            Some(JSXAttributeValue::StringLiteral(text)) => self.string(text.value.as_str(), at(text.span)),
            Some(JSXAttributeValue::ExpressionContainer(inner)) => {
                let value = inner.expression.as_expression()?;
                self.named(value, Some(name))
            }
            Some(JSXAttributeValue::Element(element)) => self.nested(span, |it| it.jsx_element(element)),
            Some(JSXAttributeValue::Fragment(fragment)) => self.nested(span, |it| it.jsx_fragment(fragment)),
        };
        Some(Property { key: PropertyKey::Name(name), value, span })
    }

    fn child(&mut self, node: &'a JSXChild<'a>) -> Option<ExprId> {
        match node {
            JSXChild::Text(text) => {
                let trimmed = text.value.as_str().trim();
                (!trimmed.is_empty()).then(|| self.string(trimmed, at(text.span)))
            }
            JSXChild::Element(element) => Some(self.nested(at(element.span), |it| it.jsx_element(element))),
            JSXChild::Fragment(fragment) => {
                Some(self.nested(at(fragment.span), |it| it.jsx_fragment(fragment)))
            }
            JSXChild::ExpressionContainer(inner) => {
                inner.expression.as_expression().map(|value| self.expr(value))
            }
            JSXChild::Spread(spread) => {
                let value = self.expr(&spread.expression);
                Some(self.builder.expr(ExprKind::Spread(value), at(spread.span)))
            }
        }
    }

    fn nested(&mut self, span: Span, lower: impl FnOnce(&mut Self) -> ExprId) -> ExprId {
        match self.deeper(lower) {
            Some(value) => value,
            None => self.other(&[], span),
        }
    }
}
