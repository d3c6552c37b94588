//! Frees a syntax tree without recursion.
//!
//! A tree is as deep as its author likes: the parser grows its stack for it, the tree's own destructor does not.

use std::cell::RefCell;

use ruff_python_ast::visitor::transformer::{
    Transformer, walk_expr, walk_interpolated_string_element, walk_pattern, walk_stmt,
};
use ruff_python_ast::{
    Expr, ExprNoneLiteral, InterpolatedStringElement, InterpolatedStringLiteralElement, ModModule, Pattern,
    PatternMatchStar, Stmt, StmtPass,
};

/// Frees `module` node by node.
pub(super) fn tear_down(mut module: ModModule) {
    let parts = Parts::default();
    parts.visit_body(&mut module.body);
    drop(module);
    while let Some(part) = parts.next() {
        parts.open(part);
    }
}

enum Part {
    Stmt(Stmt),
    Expr(Expr),
    Pattern(Pattern),
    Element(InterpolatedStringElement),
}

/// What was taken out of its parent and is not yet freed.
#[derive(Default)]
struct Parts(RefCell<Vec<Part>>);

impl Parts {
    /// Takes a part's own parts out, then frees what is left of it.
    fn open(&self, part: Part) {
        match part {
            Part::Stmt(mut stmt) => walk_stmt(self, &mut stmt),
            Part::Expr(mut expr) => walk_expr(self, &mut expr),
            Part::Pattern(mut pattern) => walk_pattern(self, &mut pattern),
            Part::Element(mut element) => walk_interpolated_string_element(self, &mut element),
        }
    }

    fn next(&self) -> Option<Part> {
        self.0.borrow_mut().pop()
    }

    fn keep(&self, part: Part) {
        self.0.borrow_mut().push(part);
    }
}

impl Transformer for Parts {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        let range = Default::default();
        let empty = Stmt::Pass(StmtPass { node_index: Default::default(), range });
        self.keep(Part::Stmt(std::mem::replace(stmt, empty)));
    }

    fn visit_expr(&self, expr: &mut Expr) {
        if !matches!(expr, Expr::Name(_)) && !expr.is_literal_expr() {
            let empty = Expr::NoneLiteral(ExprNoneLiteral::default());
            self.keep(Part::Expr(std::mem::replace(expr, empty)));
        }
    }

    fn visit_pattern(&self, pattern: &mut Pattern) {
        let range = Default::default();
        let empty = PatternMatchStar { node_index: Default::default(), range, name: None };
        self.keep(Part::Pattern(std::mem::replace(pattern, Pattern::MatchStar(empty))));
    }

    fn visit_interpolated_string_element(&self, element: &mut InterpolatedStringElement) {
        if let InterpolatedStringElement::Interpolation(_) = element {
            let range = Default::default();
            let empty =
                InterpolatedStringLiteralElement { range, node_index: Default::default(), value: "".into() };
            self.keep(Part::Element(std::mem::replace(element, empty.into())));
        }
    }
}
