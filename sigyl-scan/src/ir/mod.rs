//! The small representation that both languages are lowered to: what rules that follow data read.
//!
//! It keeps what matters for where values go (names, calls, members, literals, branches, loops, exceptions) and drops
//! the rest: types, operators that make fresh numbers, layout. It owns its strings, has `u32` byte spans, and is
//! `Send + Sync`; no type of a parser appears here. Syntax trees are dropped file by file once lowered.
//!
//! Expressions lie in one arena a module and are named by [`ExprId`]; statements are a tree. Variables are resolved
//! while lowering: every declaration in every scope is a [`VarId`] of its own, so shadowing needs no care later.

mod build;
mod expr;
mod index;
mod print;
mod stmt;

pub use build::ModuleBuilder;
pub use expr::{Argument, BinaryOp, CollectionKind, Expr, ExprId, ExprKind, ListId, Property, PropertyKey};
pub(crate) use index::Index;
pub use print::print;
pub use stmt::{
    Case, Class, ClassField, ClassId, Export, ExportKind, Function, FunctionId, FunctionKind, Handler,
    Import, ImportName, Loop, Method, MethodKind, Param, ParamKind, Pattern, PatternKey, Stmt, StmtKind,
    VarId, Variable,
};

use std::sync::OnceLock;

use sigyl_core::Span;

/// Source language of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// JavaScript, TypeScript and their JSX forms.
    JavaScript,
    /// Python 3.
    Python,
}

/// An interned string of one module: an identifier, a property name, or the text of a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(pub(crate) u32);

/// One lowered source file.
#[derive(Debug)]
pub struct Module {
    /// Source language.
    pub language: Language,
    /// Functions; the first is the module's own body.
    pub functions: Vec<Function>,
    /// Classes.
    pub classes: Vec<Class>,
    /// Variables of every scope.
    pub variables: Vec<Variable>,
    /// What the module takes from others.
    pub imports: Vec<Import>,
    /// What the module offers to others by name. CommonJS `exports` are assignments, found when data is followed.
    pub exports: Vec<Export>,
    pub(crate) exprs: Vec<Expr>,
    pub(crate) lists: Vec<ExprId>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) properties: Vec<Property>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) names: Vec<Box<str>>,
    /// True when lowering cut something that was nested or chained too deep; the module counts as not analysed in full.
    pub truncated: bool,
    /// The first syntax error with its line and column, where the parser went on behind it; the module has what could be
    /// read and counts as not analysed in full.
    pub syntax_error: Option<String>,
    /// Made when a rule first asks for it.
    pub(crate) index: OnceLock<Index>,
}

impl Module {
    /// The expression named `id`.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    /// The byte span of an expression.
    pub fn span(&self, id: ExprId) -> Span {
        self.expr(id).span
    }

    /// The text of a name.
    pub fn name(&self, name: Name) -> &str {
        &self.names[name.0 as usize]
    }

    /// The function named `id`.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }

    /// The class named `id`.
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.0 as usize]
    }

    /// The variable named `id`.
    pub fn variable(&self, id: VarId) -> &Variable {
        &self.variables[id.0 as usize]
    }

    /// The expressions of a list.
    pub fn list(&self, list: ListId) -> &[ExprId] {
        &self.lists[list.range()]
    }

    /// The arguments of a call.
    pub fn arguments(&self, list: ListId) -> &[Argument] {
        &self.arguments[list.range()]
    }

    /// The properties of an object literal.
    pub fn properties(&self, list: ListId) -> &[Property] {
        &self.properties[list.range()]
    }

    /// The target of an assignment expression.
    pub fn pattern(&self, id: u32) -> &Pattern {
        &self.patterns[id as usize]
    }

    pub(crate) fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(self))
    }

    /// Number of expressions: the unit in which work is counted.
    pub fn size(&self) -> usize {
        self.exprs.len()
    }
}
