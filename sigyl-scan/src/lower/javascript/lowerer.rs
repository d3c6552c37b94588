//! The state of one file's lowering, and the helpers that every kind of node uses.

use oxc_ast::ast::{BindingIdentifier, Expression, Program};
use rustc_hash::FxHashSet;
use sigyl_core::Span;

use super::scope::Scopes;
use crate::ir::{ExprId, ExprKind, FunctionId, Language, ListId, Module, ModuleBuilder, Name, VarId};

/// Levels of statements and expressions inside each other, in the syntax tree and in what is made from it. Chosen: real
/// bundles stay under 150, and whoever walks the result by recursion needs no more than 1,000 frames.
pub(super) const MAX_DEPTH: u32 = 1_000;

/// A parsed program on its way to a [`Module`].
pub(super) struct Lowerer<'a> {
    pub(super) builder: ModuleBuilder,
    pub(super) source: &'a str,
    pub(super) scopes: Scopes,
    /// The function whose statements are being lowered.
    pub(super) function: FunctionId,
    /// How deep the present node will lie in the result.
    pub(super) depth: u32,
    /// Nodes of chains that are being walked from their outer to their inner end; each walk uses the part above the
    /// length that it found.
    pub(super) spine: Vec<&'a Expression<'a>>,
    /// Outside strict mode a function declared in a block is a variable of the function around it (ECMA-262, B.3.2).
    pub(super) sloppy: bool,
    pub(super) block_functions: FxHashSet<VarId>,
    /// The namespace whose body is being lowered: what it exports becomes its members.
    pub(super) namespace: Option<VarId>,
}

/// Lowers a program.
pub(super) fn lower_program<'a>(program: &'a Program<'a>, source: &'a str) -> Module {
    let strict = program.source_type.is_module()
        || program.directives.iter().any(|directive| directive.directive.as_str() == "use strict");
    let mut lowerer = Lowerer {
        builder: ModuleBuilder::new(Language::JavaScript, source.len() as u32),
        source,
        scopes: Scopes::default(),
        function: FunctionId::MODULE,
        depth: 0,
        spine: Vec::new(),
        sloppy: !strict,
        block_functions: FxHashSet::default(),
        namespace: None,
    };
    lowerer.scopes.enter();
    lowerer.declare_vars(&program.body);
    let body = lowerer.statements(&program.body);
    lowerer.scopes.leave();
    lowerer.builder.function_mut(FunctionId::MODULE).body = body;
    lowerer.builder.finish()
}

/// The span of a node.
pub(super) fn at(span: oxc_span::Span) -> Span {
    Span::new(span.start, span.end)
}

impl<'a> Lowerer<'a> {
    pub(super) fn name(&mut self, text: &str) -> Name {
        self.builder.name(text)
    }

    /// Declares a name in the innermost scope, once.
    pub(super) fn declare(&mut self, text: &str) -> VarId {
        let name = self.builder.name(text);
        if let Some(variable) = self.scopes.here(name) {
            return variable;
        }
        let variable = self.builder.variable(name, self.function);
        self.scopes.bind(name, variable);
        variable
    }

    /// The variable that a binding declared, or declares now where the walk that hoists did not see it.
    pub(super) fn bound(&mut self, id: &BindingIdentifier<'a>) -> VarId {
        let name = self.builder.name(id.name.as_str());
        match self.scopes.get(name) {
            Some(variable) => self.used(variable),
            None => self.declare(id.name.as_str()),
        }
    }

    /// The variable that a name means here.
    pub(super) fn resolve(&mut self, name: Name) -> Option<VarId> {
        let variable = self.scopes.get(name)?;
        Some(self.used(variable))
    }

    fn used(&mut self, variable: VarId) -> VarId {
        self.builder.uses(variable, self.function);
        variable
    }

    /// The value of a name.
    pub(super) fn reference(&mut self, text: &str, span: Span) -> ExprId {
        let name = self.builder.name(text);
        let kind = match self.resolve(name) {
            Some(variable) => ExprKind::Variable(variable),
            None if text == "undefined" => ExprKind::Null,
            None => ExprKind::Global(name),
        };
        self.builder.expr(kind, span)
    }

    pub(super) fn string(&mut self, text: &str, span: Span) -> ExprId {
        let name = self.builder.name(text);
        self.builder.expr(ExprKind::String(name), span)
    }

    pub(super) fn member(&mut self, object: ExprId, property: &str, span: Span) -> ExprId {
        let property = self.builder.name(property);
        self.builder.expr(ExprKind::Member { object, property }, span)
    }

    pub(super) fn other(&mut self, parts: &[ExprId], span: Span) -> ExprId {
        let list = if parts.is_empty() { ListId::default() } else { self.builder.list(parts) };
        self.builder.expr(ExprKind::Other(list), span)
    }

    /// Stands for what lies too deep.
    pub(super) fn cut(&mut self, span: Span) -> ExprId {
        self.builder.module_mut().truncated = true;
        self.other(&[], span)
    }

    /// Runs `lower` one level deeper, or not at all where that is too deep.
    pub(super) fn deeper<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.builder.module_mut().truncated = true;
            return None;
        }
        self.depth += 1;
        let made = lower(self);
        self.depth -= 1;
        Some(made)
    }
}
