//! One file: parse, lower, and keep the place of the first syntax error.

use ruff_python_ast::{Expr as Ast, PySourceType, PythonVersion, Stmt as AstStmt};
use ruff_python_parser::{ParseError, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};
use sigyl_core::{NotAnalysedReason, Span};

use super::scope::Scopes;
use super::teardown::tear_down;
use crate::ir::{ExprId, ExprKind, FunctionId, Language, Module, ModuleBuilder};
use crate::lower::LowerError;
use crate::lower::hostile::check_python;

/// How deep expressions, statements and patterns may nest before the rest is cut. Chosen: CPython refuses more than
/// 100 levels of indentation and 200 of brackets, so no program that runs comes near.
pub(super) const MAX_DEPTH: u32 = 1_000;

/// Lowers a file's text. With syntax errors, the statements that could be read are lowered all the same and
/// [`Module::syntax_error`] names the first one; a file without any statement is an error.
pub(crate) fn lower(text: &str) -> Result<Module, LowerError> {
    check_python(text)?;
    // For versions before 3.12 the parser searches every f-string's tokens again, which is quadratic in their nesting.
    let options = ParseOptions::from(PySourceType::Python).with_target_version(PythonVersion::PY314);
    let Some(parsed) = parse_unchecked(text, options).try_into_module() else {
        return Err(LowerError { reason: NotAnalysedReason::SyntaxError, detail: "no module".to_owned() });
    };
    let syntax_error = parsed.errors().iter().min_by_key(|error| error.location.start());
    let syntax_error = syntax_error.map(|error| describe(text, error));
    let tree = parsed.into_syntax();
    if let (Some(detail), true) = (&syntax_error, tree.body.is_empty()) {
        return Err(LowerError { reason: NotAnalysedReason::SyntaxError, detail: detail.clone() });
    }
    let mut lowerer = Lowerer::new(text);
    lowerer.module_body(&tree.body);
    tear_down(tree);
    let mut module = lowerer.build.finish();
    module.syntax_error = syntax_error;
    Ok(module)
}

fn describe(text: &str, error: &ParseError) -> String {
    let mut offset = error.location.start().to_usize().min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    format!("syntax error at {line}:{column}: {}", error.error)
}

/// What a walk over one file's syntax tree carries along.
pub(super) struct Lowerer {
    pub(super) build: ModuleBuilder,
    pub(super) scopes: Scopes,
    /// The function whose body is being lowered.
    pub(super) function: FunctionId,
    /// False where the file has no `:=`, so that no expression need be searched for targets.
    pub(super) has_walrus: bool,
    place: Place,
    depth: u32,
}

/// How a position of the syntax tree becomes one of the file.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Add this offset; annotations in strings are parsed on their own.
    Offset(u32),
    /// Everything stands here: an annotation in a string with escapes.
    Fixed(Span),
}

impl Lowerer {
    fn new(text: &str) -> Self {
        Self {
            build: ModuleBuilder::new(Language::Python, text.len() as u32),
            scopes: Scopes::default(),
            function: FunctionId::MODULE,
            has_walrus: text.contains(":="),
            place: Place::Offset(0),
            depth: 0,
        }
    }

    fn module_body(&mut self, body: &[AstStmt]) {
        let scope = self.open_module(body);
        let (docstring, rest) = self.split_docstring(body);
        let stmts = self.block(rest);
        let module = self.build.function_mut(FunctionId::MODULE);
        module.docstring = docstring;
        module.body = stmts;
        self.close_scope(scope);
    }

    /// Runs `inner` with positions read as `place` says.
    pub(super) fn placed<T>(&mut self, place: Place, inner: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.place, place);
        let result = inner(self);
        self.place = before;
        result
    }

    pub(super) fn range(&self, range: TextRange) -> Span {
        match self.place {
            Place::Offset(base) => Span::new(range.start().to_u32() + base, range.end().to_u32() + base),
            Place::Fixed(span) => span,
        }
    }

    pub(super) fn span(&self, node: &impl Ranged) -> Span {
        self.range(node.range())
    }

    /// Runs `inner` one level deeper; past the limit gives none and marks the module as cut.
    pub(super) fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.build.module_mut().truncated = true;
            return None;
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        Some(result)
    }

    /// An expression that stands for its parts only.
    pub(super) fn other(&mut self, parts: &[ExprId], span: Span) -> ExprId {
        let parts = self.build.list(parts);
        self.build.expr(ExprKind::Other(parts), span)
    }

    /// The text of a literal string.
    pub(super) fn literal(expr: &Ast) -> Option<&str> {
        match expr {
            Ast::StringLiteral(literal) => Some(literal.value.to_str()),
            _ => None,
        }
    }
}
