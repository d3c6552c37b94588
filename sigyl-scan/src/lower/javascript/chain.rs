//! Chains of members and calls, `a.b().c[d]()`, walked without recursion.

use oxc_ast::ast::{Argument as Written, CallExpression, ChainElement, Expression};
use oxc_span::GetSpan;
use sigyl_core::Span;

use super::lowerer::{Lowerer, at};
use crate::ir::{Argument, ExprId, ExprKind, ListId};

/// Links of a chain that are kept as they are, from its start. Chosen; builders in real code stay under 200. What is
/// called on more is kept for its parts only.
const MAX_LINKS: usize = 400;

/// The names under which Node and bundlers load modules.
const LOADERS: [&str; 2] = ["require", "__require"];

impl<'a> Lowerer<'a> {
    /// Lowers a member, index, call, tagged template or what wraps one of them.
    pub(super) fn chain(&mut self, node: &'a Expression<'a>) -> ExprId {
        let mark = self.spine.len();
        let mut first = node;
        while let Some(inner) = inner(first) {
            self.spine.push(first);
            first = inner;
        }
        let links = self.spine.len() - mark;
        let depth = self.depth;
        self.depth += links.min(MAX_LINKS) as u32;
        let mut value = self.expr(first);
        let mut done = 0;
        while self.spine.len() > mark && done < MAX_LINKS {
            let Some(link) = self.spine.pop() else { break };
            value = self.link(value, link);
            done += 1;
            self.depth -= 1;
        }
        if self.spine.len() > mark {
            value = self.cut_chain(value, mark, at(node.span()));
        }
        self.depth = depth;
        value
    }

    fn link(&mut self, value: ExprId, node: &'a Expression<'a>) -> ExprId {
        let span = at(node.span());
        match node {
            Expression::StaticMemberExpression(member) => {
                self.member(value, member.property.name.as_str(), span)
            }
            Expression::PrivateFieldExpression(member) => {
                let name = format!("#{}", member.field.name);
                self.member(value, &name, span)
            }
            Expression::ComputedMemberExpression(member) => self.index(value, &member.expression, span),
            Expression::CallExpression(call) => self.call(value, call),
            Expression::TaggedTemplateExpression(tagged) => {
                let template = self.template_pieces(&tagged.quasi);
                self.builder.expr(ExprKind::Tagged { tag: value, template }, span)
            }
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => self.call(value, call),
                ChainElement::StaticMemberExpression(member) => {
                    self.member(value, member.property.name.as_str(), span)
                }
                ChainElement::PrivateFieldExpression(member) => {
                    let name = format!("#{}", member.field.name);
                    self.member(value, &name, span)
                }
                ChainElement::ComputedMemberExpression(member) => self.index(value, &member.expression, span),
                ChainElement::TSNonNullExpression(_) => value,
            },
            _ => value,
        }
    }

    fn index(&mut self, object: ExprId, key: &'a Expression<'a>, span: Span) -> ExprId {
        let index = self.expr(key);
        let kind = match self.builder.get(index).kind {
            ExprKind::String(property) => ExprKind::Member { object, property },
            _ => ExprKind::Index { object, index },
        };
        self.builder.expr(kind, span)
    }

    fn call(&mut self, callee: ExprId, node: &'a CallExpression<'a>) -> ExprId {
        let arguments = self.arguments(&node.arguments);
        let span = at(node.span);
        self.builder.expr(ExprKind::Call { callee, arguments }, span)
    }

    /// Lowers the arguments of a call.
    pub(super) fn arguments(&mut self, written: &'a [Written<'a>]) -> ListId {
        let mut arguments = Vec::with_capacity(written.len());
        for argument in written {
            let (value, spread) = match argument {
                Written::SpreadElement(spread) => (Some(&spread.argument), true),
                _ => (argument.as_expression(), false),
            };
            if let Some(value) = value {
                let value = self.expr(value);
                arguments.push(Argument { keyword: None, spread, mapping: false, value });
            }
        }
        self.builder.arguments(&arguments)
    }

    fn cut_chain(&mut self, value: ExprId, mark: usize, span: Span) -> ExprId {
        self.builder.module_mut().truncated = true;
        let mut parts = vec![value];
        while self.spine.len() > mark {
            let Some(link) = self.spine.pop() else { break };
            match link {
                Expression::CallExpression(call) => {
                    for argument in &call.arguments {
                        let value = match argument {
                            Written::SpreadElement(spread) => Some(&spread.argument),
                            _ => argument.as_expression(),
                        };
                        parts.extend(value.map(|value| self.expr(value)));
                    }
                }
                Expression::ComputedMemberExpression(member) => parts.push(self.expr(&member.expression)),
                _ => {}
            }
        }
        self.other(&parts, span)
    }
}

/// The module that `require("m")` loads. A `require` that the file makes itself, with `createRequire` or in a bundle,
/// counts too.
pub(super) fn loaded_module<'a>(call: &'a CallExpression<'a>) -> Option<&'a str> {
    let Expression::Identifier(id) = &call.callee else { return None };
    let first = call.arguments.first()?.as_expression()?;
    if LOADERS.contains(&id.name.as_str()) { literal_text(first) } else { None }
}

/// The text of a string literal, or of a template without substitutions.
pub(super) fn literal_text<'a>(node: &'a Expression<'a>) -> Option<&'a str> {
    match node {
        Expression::StringLiteral(literal) => Some(literal.value.as_str()),
        Expression::TemplateLiteral(template) => template.single_quasi().map(|text| text.as_str()),
        _ => None,
    }
}

/// The expression inside what TypeScript and parentheses wrap around it.
pub(super) fn unwrapped<'a>(mut node: &'a Expression<'a>) -> &'a Expression<'a> {
    loop {
        node = match node {
            Expression::TSNonNullExpression(wrapped) => &wrapped.expression,
            Expression::TSAsExpression(wrapped) => &wrapped.expression,
            Expression::TSSatisfiesExpression(wrapped) => &wrapped.expression,
            Expression::TSTypeAssertion(wrapped) => &wrapped.expression,
            Expression::TSInstantiationExpression(wrapped) => &wrapped.expression,
            Expression::ParenthesizedExpression(wrapped) => &wrapped.expression,
            _ => return node,
        };
    }
}

/// What a link of a chain stands on.
fn inner<'a>(node: &'a Expression<'a>) -> Option<&'a Expression<'a>> {
    Some(match node {
        Expression::CallExpression(call) if loaded_module(call).is_some() => return None,
        Expression::StaticMemberExpression(member) => &member.object,
        Expression::ComputedMemberExpression(member) => &member.object,
        Expression::PrivateFieldExpression(member) => &member.object,
        Expression::CallExpression(call) => &call.callee,
        Expression::TaggedTemplateExpression(tagged) => &tagged.tag,
        Expression::TSNonNullExpression(wrapped) => &wrapped.expression,
        Expression::TSAsExpression(wrapped) => &wrapped.expression,
        Expression::TSSatisfiesExpression(wrapped) => &wrapped.expression,
        Expression::TSTypeAssertion(wrapped) => &wrapped.expression,
        Expression::TSInstantiationExpression(wrapped) => &wrapped.expression,
        Expression::ParenthesizedExpression(wrapped) => &wrapped.expression,
        Expression::ChainExpression(chain) => match &chain.expression {
            ChainElement::CallExpression(call) => &call.callee,
            ChainElement::TSNonNullExpression(wrapped) => &wrapped.expression,
            ChainElement::StaticMemberExpression(member) => &member.object,
            ChainElement::ComputedMemberExpression(member) => &member.object,
            ChainElement::PrivateFieldExpression(member) => &member.object,
        },
        _ => return None,
    })
}
