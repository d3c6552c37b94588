//! Text, bytes, numbers, f-strings and docstrings.

use ruff_python_ast::{
    Expr as Ast, ExprBytesLiteral, ExprFString, ExprTString, FStringPart, InterpolatedStringElement,
    InterpolatedStringElements, Number, Stmt as AstStmt,
};
use sigyl_core::Span;

use super::module::Lowerer;
use crate::ir::{ExprId, ExprKind, Name};

/// The pieces of a template so far; literals that touch are one piece.
#[derive(Default)]
struct Pieces {
    done: Vec<ExprId>,
    text: String,
    span: Option<Span>,
}

impl Lowerer {
    /// Bytes as text, where they are UTF-8.
    pub(super) fn bytes(&mut self, literal: &ExprBytesLiteral) -> Option<Name> {
        let bytes: Vec<u8> = literal.value.bytes().collect();
        std::str::from_utf8(&bytes).ok().map(|text| self.build.name(text))
    }

    pub(super) fn f_string(&mut self, node: &ExprFString) -> ExprId {
        let span = self.span(node);
        let mut pieces = Pieces::default();
        for part in node.value.iter() {
            match part {
                FStringPart::Literal(literal) => {
                    let span = self.span(literal);
                    pieces.add(&literal.value, span);
                }
                FStringPart::FString(part) => self.elements(&part.elements, &mut pieces),
            }
        }
        self.template(pieces, span)
    }

    pub(super) fn t_string(&mut self, node: &ExprTString) -> ExprId {
        let span = self.span(node);
        let mut pieces = Pieces::default();
        for part in node.value.iter() {
            self.elements(&part.elements, &mut pieces);
        }
        self.template(pieces, span)
    }

    fn template(&mut self, mut pieces: Pieces, span: Span) -> ExprId {
        if pieces.done.is_empty() {
            let text = self.build.name(&pieces.text);
            return self.build.expr(ExprKind::String(text), span);
        }
        self.flush(&mut pieces);
        let pieces = self.build.list(&pieces.done);
        self.build.expr(ExprKind::Template(pieces), span)
    }

    fn elements(&mut self, elements: &InterpolatedStringElements, pieces: &mut Pieces) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let span = self.span(literal);
                    pieces.add(&literal.value, span);
                }
                InterpolatedStringElement::Interpolation(inner) => {
                    let span = self.span(inner);
                    if let Some(debug) = &inner.debug_text {
                        pieces.add(debug.leading(), span);
                        pieces.add(debug.expression(), span);
                        pieces.add(debug.trailing(), span);
                    }
                    self.flush(pieces);
                    let value = self.expr(&inner.expression);
                    pieces.done.push(value);
                    if let Some(spec) = &inner.format_spec {
                        self.deeper(|this| this.format_spec(&spec.elements, pieces));
                    }
                }
            }
        }
    }

    /// A format may hold expressions of its own; what it says about layout is left out.
    fn format_spec(&mut self, elements: &InterpolatedStringElements, pieces: &mut Pieces) {
        for inner in elements.interpolations() {
            let value = self.expr(&inner.expression);
            pieces.done.push(value);
            if let Some(spec) = &inner.format_spec {
                self.deeper(|this| this.format_spec(&spec.elements, pieces));
            }
        }
    }

    fn flush(&mut self, pieces: &mut Pieces) {
        if let Some(span) = pieces.span.take() {
            let text = self.build.name(&pieces.text);
            pieces.text.clear();
            pieces.done.push(self.build.expr(ExprKind::String(text), span));
        }
    }

    /// The docstring of a body, and the statements after it.
    pub(super) fn split_docstring<'a>(
        &mut self,
        body: &'a [AstStmt],
    ) -> (Option<(Name, Span)>, &'a [AstStmt]) {
        let Some((AstStmt::Expr(first), rest)) = body.split_first() else { return (None, body) };
        let Ast::StringLiteral(literal) = &*first.value else { return (None, body) };
        let text = self.build.name(&clean(literal.value.to_str()));
        (Some((text, self.span(&*first.value))), rest)
    }
}

impl Pieces {
    fn add(&mut self, text: &str, span: Span) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(text);
        let start = self.span.map_or(span.start, |before| before.start);
        self.span = Some(Span::new(start, span.end));
    }
}

/// A number's value; past what a double holds it is infinite, and a complex one is its imaginary part.
pub(super) fn number(value: &Number) -> f64 {
    match value {
        Number::Int(value) => value
            .as_i64()
            .map_or_else(|| value.to_string().parse().unwrap_or(f64::INFINITY), |value| value as f64),
        Number::Float(value) => *value,
        Number::Complex { imag, .. } => *imag,
    }
}

/// A docstring without the indentation of its place, by the rules of `inspect.cleandoc`.
fn clean(text: &str) -> String {
    let text = expand_tabs(text);
    let mut lines: Vec<&str> = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let margin = lines
        .iter()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| indent(line))
        .min()
        .unwrap_or(0);
    for (index, line) in lines.iter_mut().enumerate() {
        let cut = if index == 0 { indent(line) } else { margin.min(indent(line)) };
        *line = &line[cut..];
    }
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !line.is_empty()).map_or(first, |last| last + 1);
    lines[first..last].join("\n")
}

fn expand_tabs(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('\t') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for char in text.chars() {
        match char {
            '\t' => {
                let width = TAB - column % TAB;
                out.extend(std::iter::repeat_n(' ', width));
                column += width;
            }
            _ => {
                out.push(char);
                column = if char == '\n' || char == '\r' { 0 } else { column + 1 };
            }
        }
    }
    out.into()
}

/// Columns of a tab stop, as `str.expandtabs` has them.
const TAB: usize = 8;
