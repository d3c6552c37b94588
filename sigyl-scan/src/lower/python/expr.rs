//! Expressions.

use ruff_python_ast::{ArgOrKeyword, BoolOp, CmpOp, Expr as Ast, ExprCall, Operator, UnaryOp};

use super::module::Lowerer;
use crate::ir::{
    Argument, BinaryOp, CollectionKind, ExprId, ExprKind, ListId, Name, Pattern, Property, PropertyKey,
};

impl Lowerer {
    /// Lowers an expression. Chains that lean to the left (`a + b + c`, `a.b().c()`) are walked without recursion.
    pub(super) fn expr(&mut self, expr: &Ast) -> ExprId {
        if let Some(kind) = self.leaf(expr) {
            let span = self.span(expr);
            return self.build.expr(kind, span);
        }
        self.deeper(|this| this.chained(expr)).unwrap_or_else(|| self.cut(expr))
    }

    fn chained(&mut self, expr: &Ast) -> ExprId {
        let mut spine = Vec::new();
        let mut inner = expr;
        loop {
            let next = match inner {
                Ast::Attribute(node) => &*node.value,
                Ast::Subscript(node) => &*node.value,
                Ast::Call(node) => &*node.func,
                Ast::BinOp(node) => &*node.left,
                Ast::UnaryOp(node) => &*node.operand,
                Ast::Await(node) => &*node.value,
                _ => break,
            };
            spine.push(inner);
            inner = next;
        }
        let mut id = match self.leaf(inner) {
            Some(kind) => {
                let span = self.span(inner);
                self.build.expr(kind, span)
            }
            None => self.compound(inner),
        };
        while let Some(outer) = spine.pop() {
            id = self.wrap(outer, id);
        }
        id
    }

    /// Lowers a value that gets a name; an anonymous function takes it.
    pub(super) fn named_expr(&mut self, expr: &Ast, name: Option<Name>) -> ExprId {
        match expr {
            Ast::Lambda(lambda) => {
                self.deeper(|this| this.lambda(lambda, name)).unwrap_or_else(|| self.cut(expr))
            }
            _ => self.expr(expr),
        }
    }

    pub(super) fn exprs(&mut self, exprs: &[Ast]) -> Vec<ExprId> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn exprs_list(&mut self, exprs: &[Ast]) -> ListId {
        let ids = self.exprs(exprs);
        self.build.list(&ids)
    }

    fn cut(&mut self, expr: &Ast) -> ExprId {
        let span = self.span(expr);
        self.other(&[], span)
    }

    /// One link of a chain, around what was lowered before.
    fn wrap(&mut self, outer: &Ast, inner: ExprId) -> ExprId {
        let span = self.span(outer);
        let kind = match outer {
            Ast::Attribute(node) => {
                ExprKind::Member { object: inner, property: self.build.name(node.attr.as_str()) }
            }
            Ast::Subscript(node) => match Self::literal(&node.slice) {
                Some(key) => ExprKind::Member { object: inner, property: self.build.name(key) },
                None => ExprKind::Index { object: inner, index: self.expr(&node.slice) },
            },
            Ast::Call(node) => return self.call(node, inner),
            Ast::BinOp(node) => {
                let right = self.expr(&node.right);
                ExprKind::Binary { op: operator(node.op), left: inner, right }
            }
            Ast::UnaryOp(node) => match (node.op, self.build.get(inner).kind) {
                (UnaryOp::Not, _) => ExprKind::Not(inner),
                (UnaryOp::USub, ExprKind::Number(number)) => ExprKind::Number(-number),
                _ => ExprKind::Unary(inner),
            },
            _ => ExprKind::Await(inner),
        };
        self.build.expr(kind, span)
    }

    fn call(&mut self, call: &ExprCall, callee: ExprId) -> ExprId {
        let span = self.span(call);
        if let Some(kind) = self.special_call(call, callee) {
            return self.build.expr(kind, span);
        }
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for argument in call.arguments.iter_source_order() {
            arguments.push(match argument {
                ArgOrKeyword::Arg(Ast::Starred(starred)) => {
                    let value = self.expr(&starred.value);
                    Argument { keyword: None, spread: true, mapping: false, value }
                }
                ArgOrKeyword::Arg(value) => {
                    Argument { keyword: None, spread: false, mapping: false, value: self.expr(value) }
                }
                ArgOrKeyword::Keyword(keyword) => {
                    let name = keyword.arg.as_ref().map(|name| self.build.name(name.as_str()));
                    let value = self.expr(&keyword.value);
                    Argument { keyword: name, spread: name.is_none(), mapping: name.is_none(), value }
                }
            });
        }
        let arguments = self.build.arguments(&arguments);
        self.build.expr(ExprKind::Call { callee, arguments }, span)
    }

    /// `super()`, and imports by a literal name.
    fn special_call(&mut self, call: &ExprCall, callee: ExprId) -> Option<ExprKind> {
        let only = match (&*call.arguments.args, &*call.arguments.keywords) {
            ([only], []) => Self::literal(only),
            _ => None,
        };
        match self.build.get(callee).kind {
            ExprKind::Global(name) => match (self.build.text(name), only) {
                ("super", _) => Some(ExprKind::Super),
                ("__import__", Some(module)) => Some(ExprKind::Require(self.build.name(module))),
                _ => None,
            },
            ExprKind::Member { property, .. } => {
                let imports = self.build.text(property) == "import_module"
                    && matches!(&*call.func, Ast::Attribute(node)
                        if matches!(&*node.value, Ast::Name(name) if name.id.as_str() == "importlib"));
                let module = only.filter(|module| imports && !module.starts_with('.'))?;
                Some(ExprKind::Require(self.build.name(module)))
            }
            _ => None,
        }
    }

    fn leaf(&mut self, expr: &Ast) -> Option<ExprKind> {
        Some(match expr {
            Ast::Name(name) if !name.id.is_empty() => {
                let name = self.build.name(name.id.as_str());
                self.read(name).map_or(ExprKind::Global(name), ExprKind::Variable)
            }
            Ast::StringLiteral(literal) => ExprKind::String(self.build.name(literal.value.to_str())),
            Ast::BytesLiteral(literal) => ExprKind::String(self.bytes(literal)?),
            Ast::NumberLiteral(literal) => ExprKind::Number(super::literal::number(&literal.value)),
            Ast::BooleanLiteral(literal) => ExprKind::Bool(literal.value),
            Ast::NoneLiteral(_) | Ast::EllipsisLiteral(_) => ExprKind::Null,
            _ => return None,
        })
    }

    fn compound(&mut self, expr: &Ast) -> ExprId {
        let span = self.span(expr);
        let kind = match expr {
            Ast::BoolOp(node) => {
                let op = if node.op == BoolOp::And { BinaryOp::And } else { BinaryOp::Or };
                let ids = self.exprs(&node.values);
                return self.chain(op, &ids, span);
            }
            Ast::Compare(node) => {
                let mut left = self.expr(&node.left);
                let mut links = Vec::with_capacity(node.ops.len());
                for (op, right) in node.ops.iter().zip(&node.comparators) {
                    let right_id = self.expr(right);
                    let mut link = self.build.get(left).span;
                    link.end = self.build.get(right_id).span.end.max(link.start);
                    let kind = ExprKind::Binary { op: comparison(*op), left, right: right_id };
                    links.push((kind, link));
                    left = right_id;
                }
                if let [(kind, _)] = links[..] {
                    return self.build.expr(kind, span);
                }
                let ids: Vec<_> = links.into_iter().map(|(kind, span)| self.build.expr(kind, span)).collect();
                return self.chain(BinaryOp::And, &ids, span);
            }
            Ast::Named(node) => {
                let name = self.target_name(&node.target);
                let value = self.named_expr(&node.value, name);
                let target = self.target(&node.target);
                ExprKind::Assign { target: self.build.pattern(target), value }
            }
            Ast::Lambda(node) => return self.lambda(node, None),
            Ast::If(node) => {
                let test = self.expr(&node.test);
                let then = self.expr(&node.body);
                ExprKind::Conditional { test, then, otherwise: self.expr(&node.orelse) }
            }
            Ast::Dict(node) => {
                let mut properties = Vec::with_capacity(node.items.len());
                for item in &node.items {
                    properties.push(self.property(item.key.as_ref(), &item.value));
                }
                ExprKind::Object(self.build.properties(&properties))
            }
            Ast::Set(node) => ExprKind::Collection(CollectionKind::Set, self.exprs_list(&node.elts)),
            Ast::List(node) => ExprKind::Collection(CollectionKind::List, self.exprs_list(&node.elts)),
            Ast::Tuple(node) => ExprKind::Collection(CollectionKind::Tuple, self.exprs_list(&node.elts)),
            Ast::ListComp(node) => self.comprehension(&node.generators, None, &node.elt, span),
            Ast::SetComp(node) => self.comprehension(&node.generators, None, &node.elt, span),
            Ast::Generator(node) => self.comprehension(&node.generators, None, &node.elt, span),
            Ast::DictComp(node) => {
                self.comprehension(&node.generators, node.key.as_deref(), &node.value, span)
            }
            Ast::Yield(node) => {
                self.build.function_mut(self.function).is_generator = true;
                ExprKind::Yield(node.value.as_ref().map(|value| self.expr(value)))
            }
            Ast::YieldFrom(node) => {
                self.build.function_mut(self.function).is_generator = true;
                ExprKind::Yield(Some(self.expr(&node.value)))
            }
            Ast::Starred(node) => ExprKind::Spread(self.expr(&node.value)),
            Ast::FString(node) => return self.f_string(node),
            Ast::TString(node) => return self.t_string(node),
            Ast::Slice(node) => {
                let parts = [&node.lower, &node.upper, &node.step];
                let parts: Vec<_> = parts.into_iter().flatten().map(|part| self.expr(part)).collect();
                return self.other(&parts, span);
            }
            _ => return self.other(&[], span),
        };
        self.build.expr(kind, span)
    }

    /// `a and b and c`, leaning to the left.
    fn chain(&mut self, op: BinaryOp, ids: &[ExprId], span: sigyl_core::Span) -> ExprId {
        let Some((first, rest)) = ids.split_first() else { return self.other(&[], span) };
        rest.iter().fold(*first, |left, right| {
            let mut reach = span;
            reach.end = self.build.get(*right).span.end.clamp(span.start, span.end);
            if Some(right) == rest.last() {
                reach = span;
            }
            self.build.expr(ExprKind::Binary { op, left, right: *right }, reach)
        })
    }

    fn property(&mut self, key: Option<&Ast>, value: &Ast) -> Property {
        let mut span = self.span(value);
        let Some(key) = key else {
            return Property { key: PropertyKey::Spread, value: self.expr(value), span };
        };
        span.start = self.span(key).start;
        let name = Self::literal(key).map(|key| self.build.name(key));
        let key = name.map_or_else(|| PropertyKey::Computed(self.expr(key)), PropertyKey::Name);
        Property { key, value: self.named_expr(value, name), span }
    }

    /// The name of a plain target, for an anonymous function assigned to it.
    pub(super) fn target_name(&mut self, target: &Ast) -> Option<Name> {
        match target {
            Ast::Name(name) => Some(self.build.name(name.id.as_str())),
            Ast::Attribute(node) => Some(self.build.name(node.attr.as_str())),
            _ => None,
        }
    }

    /// The pattern of a plain name that the scope declares.
    pub(super) fn bind(&mut self, name: &str, span: sigyl_core::Span) -> Pattern {
        let name = self.build.name(name);
        match self.resolve(name) {
            Some(variable) => Pattern::Variable(variable, span),
            None => Pattern::Global(name, span),
        }
    }
}

/// The operator of an operation or of an augmented assignment.
pub(super) fn operator(op: Operator) -> BinaryOp {
    match op {
        Operator::Add => BinaryOp::Add,
        Operator::Mod => BinaryOp::Percent,
        Operator::Div => BinaryOp::Divide,
        Operator::BitOr => BinaryOp::BitOr,
        Operator::Sub => BinaryOp::Subtract,
        Operator::BitAnd => BinaryOp::BitAnd,
        _ => BinaryOp::Arithmetic,
    }
}

fn comparison(op: CmpOp) -> BinaryOp {
    match op {
        CmpOp::Eq | CmpOp::Is => BinaryOp::Equal,
        CmpOp::NotEq | CmpOp::IsNot => BinaryOp::NotEqual,
        CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => BinaryOp::Order,
        CmpOp::In => BinaryOp::In,
        CmpOp::NotIn => BinaryOp::NotIn,
    }
}
