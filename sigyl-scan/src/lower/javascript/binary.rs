//! Operators of two operands. Chains of thousands of them are common in bundles, so they are walked without recursion,
//! and what comes out is never deep.

use oxc_ast::ast::{AssignmentOperator, BinaryOperator, Expression, LogicalOperator};
use oxc_span::GetSpan;
use sigyl_core::Span;

use super::lowerer::{Lowerer, at};
use crate::ir::{BinaryOp, ExprId, ExprKind};

/// Operators in a row up to which their tree is kept as written. Chosen. Longer runs of one operator become a balanced
/// tree of the same operands in the same order.
const MAX_LEANING: usize = 64;

/// Levels that a balanced run takes at most, whatever fits into a file.
const BALANCED_LEVELS: u32 = 32;

fn binary_operator(op: BinaryOperator) -> BinaryOp {
    match op {
        BinaryOperator::Addition => BinaryOp::Add,
        BinaryOperator::Remainder => BinaryOp::Percent,
        BinaryOperator::Division => BinaryOp::Divide,
        BinaryOperator::Equality | BinaryOperator::StrictEquality => BinaryOp::Equal,
        BinaryOperator::Inequality | BinaryOperator::StrictInequality => BinaryOp::NotEqual,
        BinaryOperator::LessThan
        | BinaryOperator::LessEqualThan
        | BinaryOperator::GreaterThan
        | BinaryOperator::GreaterEqualThan => BinaryOp::Order,
        BinaryOperator::In => BinaryOp::In,
        BinaryOperator::Instanceof => BinaryOp::InstanceOf,
        BinaryOperator::BitwiseOR => BinaryOp::BitOr,
        _ => BinaryOp::Arithmetic,
    }
}

fn logical_operator(op: LogicalOperator) -> BinaryOp {
    match op {
        LogicalOperator::Or => BinaryOp::Or,
        LogicalOperator::And => BinaryOp::And,
        LogicalOperator::Coalesce => BinaryOp::Coalesce,
    }
}

/// The operator in `a += b`; none for `=`.
pub(super) fn assignment_operator(op: AssignmentOperator) -> Option<BinaryOp> {
    Some(match op {
        AssignmentOperator::Assign => return None,
        AssignmentOperator::Addition => BinaryOp::Add,
        AssignmentOperator::Remainder => BinaryOp::Percent,
        AssignmentOperator::Division => BinaryOp::Divide,
        AssignmentOperator::BitwiseOR => BinaryOp::BitOr,
        AssignmentOperator::LogicalOr => BinaryOp::Or,
        AssignmentOperator::LogicalAnd => BinaryOp::And,
        AssignmentOperator::LogicalNullish => BinaryOp::Coalesce,
        _ => BinaryOp::Arithmetic,
    })
}

fn parts<'a>(node: &'a Expression<'a>) -> Option<(BinaryOp, &'a Expression<'a>, &'a Expression<'a>)> {
    match node {
        Expression::BinaryExpression(node) => Some((binary_operator(node.operator), &node.left, &node.right)),
        Expression::LogicalExpression(node) => {
            Some((logical_operator(node.operator), &node.left, &node.right))
        }
        _ => None,
    }
}

impl<'a> Lowerer<'a> {
    /// Lowers a chain of binary operators.
    pub(super) fn binary(&mut self, node: &'a Expression<'a>) -> ExprId {
        let mark = self.spine.len();
        let mut first = node;
        while let Some((_, left, _)) = parts(first) {
            self.spine.push(first);
            first = left;
        }
        let count = self.spine.len() - mark;
        if count > MAX_LEANING {
            return self.long_chain(first, mark, node);
        }
        let depth = self.depth;
        self.depth += count as u32;
        let mut value = self.expr(first);
        while self.spine.len() > mark {
            let Some(node) = self.spine.pop() else { break };
            let Some((op, _, right)) = parts(node) else { continue };
            let right = self.expr(right);
            value = self.builder.expr(ExprKind::Binary { op, left: value, right }, at(node.span()));
            self.depth -= 1;
        }
        self.depth = depth;
        value
    }

    fn long_chain(&mut self, first: &'a Expression<'a>, mark: usize, whole: &'a Expression<'a>) -> ExprId {
        let depth = self.depth;
        self.depth += MAX_LEANING as u32 + BALANCED_LEVELS;
        let mut run = vec![self.expr(first)];
        let mut run_op = None;
        let mut runs = 0;
        while self.spine.len() > mark {
            let Some((op, _, right)) = self.spine.pop().and_then(parts) else { continue };
            if run_op.is_some_and(|before| before != op) {
                runs += 1;
                if runs < MAX_LEANING {
                    run = vec![self.balanced(&run, run_op)];
                }
            }
            run_op = Some(op);
            run.push(self.expr(right));
        }
        self.depth = depth;
        if runs < MAX_LEANING {
            return self.balanced(&run, run_op);
        }
        self.builder.module_mut().truncated = true;
        self.other(&run, at(whole.span()))
    }

    /// Joins operands by one operator, pair by pair, round by round.
    pub(super) fn balanced(&mut self, operands: &[ExprId], op: Option<BinaryOp>) -> ExprId {
        let op = op.unwrap_or(BinaryOp::Arithmetic);
        let mut round = operands.to_vec();
        while round.len() > 1 {
            let joined = round.chunks(2).map(|pair| match *pair {
                [left, right] => {
                    let span = Span::new(self.builder.get(left).span.start, self.builder.get(right).span.end);
                    self.builder.expr(ExprKind::Binary { op, left, right }, span)
                }
                ref rest => rest[0],
            });
            round = joined.collect();
        }
        match round.first() {
            Some(value) => *value,
            None => self.other(&[], Span::default()),
        }
    }
}
