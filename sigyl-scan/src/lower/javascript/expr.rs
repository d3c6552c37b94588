//! Expressions.

use oxc_ast::ast::{
    ArrayExpression, ArrayExpressionElement, Expression, ImportExpression, SequenceExpression,
    TemplateLiteral, UnaryExpression, UnaryOperator,
};
use oxc_span::GetSpan;
use sigyl_core::Span;

use super::{
    chain::{literal_text, loaded_module, unwrapped},
    lowerer::{Lowerer, MAX_DEPTH, at},
};
use crate::ir::{Argument, BinaryOp, CollectionKind, ExprId, ExprKind, ListId, Name};

impl<'a> Lowerer<'a> {
    /// Lowers an expression.
    pub(super) fn expr(&mut self, node: &'a Expression<'a>) -> ExprId {
        self.named(node, None)
    }

    /// Lowers an expression; `name` is for a function or class in it that has none.
    pub(super) fn named(&mut self, node: &'a Expression<'a>, name: Option<Name>) -> ExprId {
        let node = unwrapped(node);
        if self.depth >= MAX_DEPTH {
            return self.cut(at(node.span()));
        }
        self.depth += 1;
        let made = self.any_expression(node, name);
        self.depth -= 1;
        made
    }

    // Every arm is one call: the frame of this function is on the stack once a level, so it must stay small.
    fn any_expression(&mut self, node: &'a Expression<'a>, name: Option<Name>) -> ExprId {
        match node {
            Expression::Identifier(id) => self.reference(id.name.as_str(), at(id.span)),
            Expression::StringLiteral(literal) => self.string(literal.value.as_str(), at(literal.span)),
            Expression::NumericLiteral(literal) => self.simple(ExprKind::Number(literal.value), node),
            Expression::BigIntLiteral(literal) => self.bigint(literal.value.as_str(), at(literal.span)),
            Expression::BooleanLiteral(literal) => self.simple(ExprKind::Bool(literal.value), node),
            Expression::NullLiteral(_) => self.simple(ExprKind::Null, node),
            Expression::ThisExpression(_) => self.simple(ExprKind::This, node),
            Expression::Super(_) => self.simple(ExprKind::Super, node),
            Expression::RegExpLiteral(_) => self.regex(node),
            Expression::TemplateLiteral(template) => self.template(template),
            Expression::CallExpression(call) => match loaded_module(call) {
                Some(module) => self.require(module, at(call.span)),
                None => self.chain(node),
            },
            Expression::StaticMemberExpression(_)
            | Expression::ComputedMemberExpression(_)
            | Expression::PrivateFieldExpression(_)
            | Expression::ChainExpression(_)
            | Expression::TaggedTemplateExpression(_) => self.chain(node),
            Expression::BinaryExpression(_) | Expression::LogicalExpression(_) => self.binary(node),
            Expression::PrivateInExpression(_) => self.private_in(node),
            Expression::UnaryExpression(unary) => self.unary(unary),
            Expression::UpdateExpression(update) => {
                let (_, old) = self.read_simple_target(&update.argument);
                self.simple(ExprKind::Unary(old), node)
            }
            Expression::ConditionalExpression(_) => self.conditional(node),
            Expression::AssignmentExpression(assignment) => {
                let (target, value) = self.assigned(assignment);
                let target = self.builder.pattern(target);
                self.simple(ExprKind::Assign { target, value }, node)
            }
            Expression::SequenceExpression(sequence) => self.sequence(sequence),
            Expression::AwaitExpression(awaited) => {
                let value = self.expr(&awaited.argument);
                self.simple(ExprKind::Await(value), node)
            }
            Expression::YieldExpression(yielded) => {
                let value = yielded.argument.as_ref().map(|value| self.expr(value));
                self.simple(ExprKind::Yield(value), node)
            }
            Expression::NewExpression(_) => self.new_expression(node),
            Expression::ArrayExpression(array) => self.array(array),
            Expression::ObjectExpression(object) => self.object(object),
            Expression::FunctionExpression(function) => self.function_expression(function, name),
            Expression::ArrowFunctionExpression(arrow) => self.arrow(arrow, name),
            Expression::ClassExpression(class) => self.class_expression(class, name),
            Expression::ImportExpression(import) => self.import_expression(import),
            Expression::JSXElement(element) => self.jsx_element(element),
            Expression::JSXFragment(fragment) => self.jsx_fragment(fragment),
            Expression::V8IntrinsicExpression(intrinsic) => {
                let arguments = self.arguments(&intrinsic.arguments);
                let callee = self.reference(intrinsic.name.name.as_str(), at(intrinsic.name.span));
                self.simple(ExprKind::Call { callee, arguments }, node)
            }
            _ => self.other(&[], at(node.span())),
        }
    }

    fn simple(&mut self, kind: ExprKind, node: &'a Expression<'a>) -> ExprId {
        self.builder.expr(kind, at(node.span()))
    }

    fn bigint(&mut self, digits: &str, span: Span) -> ExprId {
        self.builder.expr(ExprKind::Number(digits.parse().unwrap_or(f64::INFINITY)), span)
    }

    fn regex(&mut self, node: &'a Expression<'a>) -> ExprId {
        let Expression::RegExpLiteral(literal) = node else { return self.other(&[], at(node.span())) };
        let pattern = self.name(literal.regex.pattern.text.as_str());
        let flags = self.name(&literal.regex.flags.to_string());
        self.simple(ExprKind::Regex { pattern, flags }, node)
    }

    fn private_in(&mut self, node: &'a Expression<'a>) -> ExprId {
        let Expression::PrivateInExpression(test) = node else { return self.other(&[], at(node.span())) };
        let left = self.string(&format!("#{}", test.left.name), at(test.left.span));
        let right = self.expr(&test.right);
        self.simple(ExprKind::Binary { op: BinaryOp::In, left, right }, node)
    }

    fn unary(&mut self, node: &'a UnaryExpression<'a>) -> ExprId {
        let span = at(node.span);
        if node.operator == UnaryOperator::Void && matches!(&node.argument, Expression::NumericLiteral(_)) {
            return self.builder.expr(ExprKind::Null, span);
        }
        let operand = self.expr(&node.argument);
        let kind = match node.operator {
            UnaryOperator::LogicalNot => ExprKind::Not(operand),
            UnaryOperator::Void => {
                let null = self.builder.expr(ExprKind::Null, span);
                ExprKind::Sequence(self.builder.list(&[operand, null]))
            }
            UnaryOperator::UnaryNegation => match self.builder.get(operand).kind {
                ExprKind::Number(number) => ExprKind::Number(-number),
                _ => ExprKind::Unary(operand),
            },
            _ => ExprKind::Unary(operand),
        };
        self.builder.expr(kind, span)
    }

    fn conditional(&mut self, node: &'a Expression<'a>) -> ExprId {
        let Expression::ConditionalExpression(branch) = node else { return self.other(&[], at(node.span())) };
        let test = self.expr(&branch.test);
        let then = self.expr(&branch.consequent);
        let otherwise = self.expr(&branch.alternate);
        self.simple(ExprKind::Conditional { test, then, otherwise }, node)
    }

    fn sequence(&mut self, node: &'a SequenceExpression<'a>) -> ExprId {
        let parts: Vec<ExprId> = node.expressions.iter().map(|part| self.expr(part)).collect();
        let list = self.builder.list(&parts);
        self.builder.expr(ExprKind::Sequence(list), at(node.span))
    }

    fn new_expression(&mut self, node: &'a Expression<'a>) -> ExprId {
        let Expression::NewExpression(made) = node else { return self.other(&[], at(node.span())) };
        let callee = self.expr(&made.callee);
        let arguments = self.arguments(&made.arguments);
        self.simple(ExprKind::New { callee, arguments }, node)
    }

    fn array(&mut self, node: &'a ArrayExpression<'a>) -> ExprId {
        let mut items = Vec::with_capacity(node.elements.len());
        for element in &node.elements {
            items.push(match element {
                ArrayExpressionElement::SpreadElement(spread) => {
                    let value = self.expr(&spread.argument);
                    self.builder.expr(ExprKind::Spread(value), at(spread.span))
                }
                ArrayExpressionElement::Elision(hole) => self.builder.expr(ExprKind::Null, at(hole.span)),
                _ => match element.as_expression() {
                    Some(value) => self.expr(value),
                    None => continue,
                },
            });
        }
        let list = self.builder.list(&items);
        self.builder.expr(ExprKind::Collection(CollectionKind::List, list), at(node.span))
    }

    fn template(&mut self, node: &'a TemplateLiteral<'a>) -> ExprId {
        if let Some(text) = node.single_quasi() {
            return self.string(text.as_str(), at(node.span));
        }
        let pieces = self.template_pieces(node);
        self.builder.expr(ExprKind::Template(pieces), at(node.span))
    }

    /// The pieces of a template in order, without empty ones.
    pub(super) fn template_pieces(&mut self, node: &'a TemplateLiteral<'a>) -> ListId {
        let mut pieces = Vec::with_capacity(node.quasis.len() + node.expressions.len());
        let mut values = node.expressions.iter();
        for quasi in &node.quasis {
            // Tagged templates may hold escapes that have no cooked form.
            let text = quasi.value.cooked.as_ref().unwrap_or(&quasi.value.raw);
            if !text.is_empty() {
                pieces.push(self.string(text.as_str(), at(quasi.span)));
            }
            pieces.extend(values.next().map(|value| self.expr(value)));
        }
        self.builder.list(&pieces)
    }

    fn import_expression(&mut self, node: &'a ImportExpression<'a>) -> ExprId {
        if let Some(module) = literal_text(&node.source) {
            return self.require(module, at(node.span));
        }
        let source = self.expr(&node.source);
        let argument = Argument { keyword: None, spread: false, mapping: false, value: source };
        let arguments = self.builder.arguments(&[argument]);
        let callee = self.reference("import", at(node.span));
        self.builder.expr(ExprKind::Call { callee, arguments }, at(node.span))
    }

    pub(super) fn require(&mut self, module: &str, span: Span) -> ExprId {
        let module = self.name(module);
        self.builder.expr(ExprKind::Require(module), span)
    }
}
