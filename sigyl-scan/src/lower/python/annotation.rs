//! Annotations: expressions in which a string may hold an expression again.

use ruff_python_ast::{Expr as Ast, ExprStringLiteral, ExprSubscript, Operator};
use ruff_python_parser::parse_expression;

use super::module::{Lowerer, Place};
use crate::ir::{BinaryOp, CollectionKind, ExprId, ExprKind};

/// Longest string that is read as an annotation, in bytes. Chosen: real ones stay under two hundred.
const MAX_STRING: usize = 2_000;

impl Lowerer {
    pub(super) fn annotation(&mut self, expr: &Ast) -> ExprId {
        self.deeper(|this| this.annotation_parts(expr)).unwrap_or_else(|| {
            let span = self.span(expr);
            self.other(&[], span)
        })
    }

    fn annotation_parts(&mut self, expr: &Ast) -> ExprId {
        let span = self.span(expr);
        match expr {
            Ast::StringLiteral(literal) => self.string_annotation(literal).unwrap_or_else(|| self.expr(expr)),
            Ast::Subscript(node) => {
                let object = self.expr(&node.value);
                let index = self.annotation_arguments(node);
                self.build.expr(ExprKind::Index { object, index }, span)
            }
            Ast::BinOp(node) if node.op == Operator::BitOr => {
                let left = self.annotation(&node.left);
                let right = self.annotation(&node.right);
                self.build.expr(ExprKind::Binary { op: BinaryOp::BitOr, left, right }, span)
            }
            _ => self.expr(expr),
        }
    }

    /// What stands in the brackets of a type: values for `Literal`, a type and then values for `Annotated`.
    fn annotation_arguments(&mut self, node: &ExprSubscript) -> ExprId {
        let name = match &*node.value {
            Ast::Name(name) => name.id.as_str(),
            Ast::Attribute(attribute) => attribute.attr.as_str(),
            _ => "",
        };
        let types = match name {
            "Literal" => 0,
            "Annotated" => 1,
            _ => usize::MAX,
        };
        let (items, kind) = match &*node.slice {
            Ast::Tuple(tuple) => (&tuple.elts, CollectionKind::Tuple),
            Ast::List(list) => (&list.elts, CollectionKind::List),
            slice if types == 0 => return self.expr(slice),
            slice => return self.annotation(slice),
        };
        let mut ids = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            ids.push(if index < types { self.annotation(item) } else { self.expr(item) });
        }
        let span = self.span(&*node.slice);
        let items = self.build.list(&ids);
        self.build.expr(ExprKind::Collection(kind, items), span)
    }

    fn string_annotation(&mut self, literal: &ExprStringLiteral) -> Option<ExprId> {
        let text = literal.value.to_str();
        if text.len() > MAX_STRING {
            return None;
        }
        let whole = self.span(literal);
        let place = match literal.as_single_part_string() {
            Some(part) if part.content_range().len().to_usize() == text.len() => {
                match self.range(part.content_range()) {
                    span if span == whole => Place::Fixed(whole),
                    span => Place::Offset(span.start),
                }
            }
            _ => Place::Fixed(whole),
        };
        let parsed = parse_expression(text).ok()?;
        Some(self.placed(place, |this| this.annotation(&parsed.syntax().body)))
    }
}
