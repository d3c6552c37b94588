//! TypeScript's annotations, as far as they are simple enough to tell a value's range.

use oxc_ast::ast::{TSLiteral, TSType, TSTypeName};

use super::lowerer::{Lowerer, at};
use crate::ir::{BinaryOp, ExprId, ExprKind};

impl<'a> Lowerer<'a> {
    /// An annotation as an expression; none where any part of it is not simple.
    pub(super) fn annotation(&mut self, node: &'a TSType<'a>) -> Option<ExprId> {
        if !is_simple(node, 0) {
            return None;
        }
        self.simple_type(node)
    }

    fn simple_type(&mut self, node: &'a TSType<'a>) -> Option<ExprId> {
        Some(match node {
            TSType::TSStringKeyword(it) => self.global("string", at(it.span)),
            TSType::TSNumberKeyword(it) => self.global("number", at(it.span)),
            TSType::TSBooleanKeyword(it) => self.global("boolean", at(it.span)),
            TSType::TSNullKeyword(it) => self.builder.expr(ExprKind::Null, at(it.span)),
            TSType::TSUndefinedKeyword(it) => self.builder.expr(ExprKind::Null, at(it.span)),
            TSType::TSLiteralType(literal) => match &literal.literal {
                TSLiteral::StringLiteral(text) => self.string(text.value.as_str(), at(text.span)),
                TSLiteral::NumericLiteral(number) => {
                    self.builder.expr(ExprKind::Number(number.value), at(number.span))
                }
                TSLiteral::BooleanLiteral(literal) => {
                    self.builder.expr(ExprKind::Bool(literal.value), at(literal.span))
                }
                _ => return None,
            },
            TSType::TSTypeReference(reference) => match &reference.type_name {
                TSTypeName::IdentifierReference(id) => self.reference(id.name.as_str(), at(id.span)),
                _ => return None,
            },
            TSType::TSUnionType(union) => {
                let mut parts = Vec::with_capacity(union.types.len());
                for part in &union.types {
                    parts.push(self.simple_type(part)?);
                }
                self.balanced(&parts, Some(BinaryOp::BitOr))
            }
            TSType::TSParenthesizedType(inner) => return self.simple_type(&inner.type_annotation),
            _ => return None,
        })
    }

    fn global(&mut self, name: &str, span: sigyl_core::Span) -> ExprId {
        let name = self.name(name);
        self.builder.expr(ExprKind::Global(name), span)
    }
}

/// Unions inside unions that are looked into. Chosen: nobody writes more than two.
const MAX_TYPE_DEPTH: u32 = 8;

fn is_simple(node: &TSType<'_>, depth: u32) -> bool {
    match node {
        TSType::TSStringKeyword(_)
        | TSType::TSNumberKeyword(_)
        | TSType::TSBooleanKeyword(_)
        | TSType::TSNullKeyword(_)
        | TSType::TSUndefinedKeyword(_) => true,
        TSType::TSLiteralType(literal) => matches!(
            &literal.literal,
            TSLiteral::StringLiteral(_) | TSLiteral::NumericLiteral(_) | TSLiteral::BooleanLiteral(_)
        ),
        TSType::TSTypeReference(reference) => {
            matches!(&reference.type_name, TSTypeName::IdentifierReference(_))
        }
        TSType::TSUnionType(union) => {
            depth < MAX_TYPE_DEPTH && union.types.iter().all(|part| is_simple(part, depth + 1))
        }
        TSType::TSParenthesizedType(inner) => {
            depth < MAX_TYPE_DEPTH && is_simple(&inner.type_annotation, depth + 1)
        }
        _ => false,
    }
}
