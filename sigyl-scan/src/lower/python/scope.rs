//! Which variable a name means.
//!
//! A function's names are known only once its whole body was seen, so each scope is searched for what it binds before
//! it is lowered. Names of functions stand on one stack for each name, innermost on top; the names of a class body are
//! kept apart, because nothing inside its methods sees them.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_parameters, walk_stmt};
use ruff_python_ast::{
    ExceptHandler, Expr as Ast, InterpolatedStringElement, Pattern as AstPattern, Stmt as AstStmt,
};
use rustc_hash::FxHashMap;

use super::module::Lowerer;
use crate::ir::{ClassId, FunctionId, Name, VarId};

/// The serial number of the module's own scope, the first one opened.
const MODULE_SERIAL: u32 = 1;

/// Every name that is visible at one place of the walk.
#[derive(Default)]
pub(super) struct Scopes {
    /// By name: the variables of the functions around, innermost last.
    visible: Vec<Vec<VarId>>,
    /// By name: the last scope that declared it, so that a scope declares a name once.
    declared_in: Vec<u32>,
    serial: u32,
    module: FxHashMap<Name, VarId>,
    /// The class whose body is being lowered, unless a function stands between.
    pub(super) class: Option<ClassScope>,
}

/// The names of a class body.
pub(super) struct ClassScope {
    pub(super) id: ClassId,
    names: FxHashMap<Name, VarId>,
    /// The variables that the body itself reads.
    read: FxHashMap<VarId, ()>,
}

impl ClassScope {
    pub(super) fn reads(&self, variable: VarId) -> bool {
        self.read.contains_key(&variable)
    }
}

/// What a scope has to undo when it ends.
pub(super) struct Scope {
    names: Vec<Name>,
    function: FunctionId,
    class: Option<ClassScope>,
}

impl Lowerer {
    /// Opens the module's scope. Names that a function declares `global` are the module's, wherever that stands.
    pub(super) fn open_module(&mut self, body: &[AstStmt]) -> Scope {
        let mut scope = self.open_scope(FunctionId::MODULE);
        self.collect(body, &mut scope);
        self.collect_globals(body, &mut scope);
        for name in &scope.names {
            if let Some(variable) = self.scopes.visible[name.0 as usize].first() {
                self.scopes.module.insert(*name, *variable);
            }
        }
        scope
    }

    /// Opens the scope of `function`; what it binds is declared next.
    pub(super) fn open_scope(&mut self, function: FunctionId) -> Scope {
        self.scopes.serial += 1;
        let scope = Scope { names: Vec::new(), function: self.function, class: self.scopes.class.take() };
        self.function = function;
        scope
    }

    /// Ends a scope: what was visible before is so again.
    pub(super) fn close_scope(&mut self, scope: Scope) {
        for name in scope.names {
            self.scopes.visible[name.0 as usize].pop();
        }
        self.function = scope.function;
        self.scopes.class = scope.class;
    }

    /// Opens a class body; gives what was open before, for [`Self::close_class`].
    pub(super) fn open_class(&mut self, id: ClassId, body: &[AstStmt]) -> Option<ClassScope> {
        self.scopes.serial += 1;
        let mut scope = Scope { names: Vec::new(), function: self.function, class: None };
        self.collect(body, &mut scope);
        let mut names = FxHashMap::default();
        for name in scope.names {
            if let Some(variable) = self.scopes.visible[name.0 as usize].pop() {
                names.insert(name, variable);
            }
        }
        self.scopes.class.replace(ClassScope { id, names, read: FxHashMap::default() })
    }

    /// Ends a class body and gives its scope back.
    pub(super) fn close_class(&mut self, before: Option<ClassScope>) -> Option<ClassScope> {
        std::mem::replace(&mut self.scopes.class, before)
    }

    /// The variable that `name` reads here; none for builtins.
    pub(super) fn read(&mut self, name: Name) -> Option<VarId> {
        let variable = self.resolve(name)?;
        if let Some(class) = &mut self.scopes.class
            && class.names.get(&name) == Some(&variable)
        {
            class.read.insert(variable, ());
        }
        Some(variable)
    }

    /// The variable that `name` is bound to here.
    pub(super) fn resolve(&mut self, name: Name) -> Option<VarId> {
        let own = self.scopes.class.as_ref().and_then(|class| class.names.get(&name).copied());
        let variable = own.or_else(|| self.scopes.visible.get(name.0 as usize)?.last().copied())?;
        self.build.uses(variable, self.function);
        Some(variable)
    }

    /// Declares `name` in the scope that is being opened.
    pub(super) fn declare(&mut self, name: &str, scope: &mut Scope) {
        if name.is_empty() {
            return;
        }
        let name = self.build.name(name);
        if self.claim(name) {
            let variable = self.build.variable(name, self.function);
            self.scopes.visible[name.0 as usize].push(variable);
            scope.names.push(name);
        }
    }

    /// True the first time that a scope names `name`.
    fn claim(&mut self, name: Name) -> bool {
        let index = name.0 as usize;
        if self.scopes.visible.len() <= index {
            self.scopes.visible.resize_with(index + 1, Vec::new);
            self.scopes.declared_in.resize(index + 1, 0);
        }
        std::mem::replace(&mut self.scopes.declared_in[index], self.scopes.serial) != self.scopes.serial
    }

    /// Declares what the statements bind, those inside other functions and classes left out.
    pub(super) fn collect(&mut self, body: &[AstStmt], scope: &mut Scope) {
        for stmt in body {
            self.deeper(|this| this.collect_stmt(stmt, scope));
        }
    }

    fn collect_stmt(&mut self, stmt: &AstStmt, scope: &mut Scope) {
        if self.has_walrus {
            let mut parts = Parts::default();
            walk_stmt(&mut parts, stmt);
            self.collect_walrus(parts, scope);
        }
        match stmt {
            AstStmt::FunctionDef(def) => self.declare(&def.name, scope),
            AstStmt::ClassDef(def) => self.declare(&def.name, scope),
            AstStmt::Assign(assign) => {
                for target in &assign.targets {
                    self.collect_target(target, scope);
                }
            }
            AstStmt::AugAssign(assign) => self.collect_target(&assign.target, scope),
            AstStmt::AnnAssign(assign) => self.collect_target(&assign.target, scope),
            AstStmt::TypeAlias(alias) => self.collect_target(&alias.name, scope),
            AstStmt::Delete(delete) => {
                for target in &delete.targets {
                    self.collect_target(target, scope);
                }
            }
            AstStmt::For(each) => {
                self.collect_target(&each.target, scope);
                self.collect(&each.body, scope);
                self.collect(&each.orelse, scope);
            }
            AstStmt::While(each) => {
                self.collect(&each.body, scope);
                self.collect(&each.orelse, scope);
            }
            AstStmt::If(test) => {
                self.collect(&test.body, scope);
                for clause in &test.elif_else_clauses {
                    self.collect(&clause.body, scope);
                }
            }
            AstStmt::With(with) => {
                for target in with.items.iter().filter_map(|item| item.optional_vars.as_deref()) {
                    self.collect_target(target, scope);
                }
                self.collect(&with.body, scope);
            }
            AstStmt::Match(switch) => {
                for case in &switch.cases {
                    self.collect_pattern(&case.pattern, scope);
                    self.collect(&case.body, scope);
                }
            }
            AstStmt::Try(guarded) => {
                self.collect(&guarded.body, scope);
                for ExceptHandler::ExceptHandler(handler) in &guarded.handlers {
                    if let Some(name) = &handler.name {
                        self.declare(name, scope);
                    }
                    self.collect(&handler.body, scope);
                }
                self.collect(&guarded.orelse, scope);
                self.collect(&guarded.finalbody, scope);
            }
            AstStmt::Import(import) => {
                for alias in &import.names {
                    let first = alias.name.split('.').next().unwrap_or_default();
                    self.declare(alias.asname.as_ref().map_or(first, |name| name.as_str()), scope);
                }
            }
            AstStmt::ImportFrom(import) => {
                for alias in import.names.iter().filter(|alias| alias.name.as_str() != "*") {
                    self.declare(alias.asname.as_ref().unwrap_or(&alias.name), scope);
                }
            }
            AstStmt::Global(global) => {
                for name in &global.names {
                    self.borrow_name(name, scope);
                }
            }
            AstStmt::Nonlocal(nonlocal) => {
                for name in &nonlocal.names {
                    let name = self.build.name(name);
                    self.claim(name);
                }
            }
            _ => {}
        }
    }

    /// Makes `name` mean the module's variable in this scope.
    fn borrow_name(&mut self, name: &str, scope: &mut Scope) {
        if self.scopes.serial == MODULE_SERIAL {
            return self.declare(name, scope);
        }
        let name = self.build.name(name);
        if self.claim(name)
            && let Some(variable) = self.scopes.module.get(&name)
        {
            self.scopes.visible[name.0 as usize].push(*variable);
            scope.names.push(name);
        }
    }

    fn collect_globals(&mut self, body: &[AstStmt], scope: &mut Scope) {
        let mut finder = Globals { names: Vec::new(), depth: 0 };
        for stmt in body {
            finder.visit_stmt(stmt);
        }
        for name in finder.names {
            self.declare(name, scope);
        }
    }

    pub(super) fn collect_target(&mut self, target: &Ast, scope: &mut Scope) {
        match target {
            Ast::Name(name) => self.declare(&name.id, scope),
            Ast::Starred(starred) => {
                self.deeper(|this| this.collect_target(&starred.value, scope));
            }
            Ast::List(list) => {
                for item in &list.elts {
                    self.deeper(|this| this.collect_target(item, scope));
                }
            }
            Ast::Tuple(tuple) => {
                for item in &tuple.elts {
                    self.deeper(|this| this.collect_target(item, scope));
                }
            }
            _ => {}
        }
    }

    fn collect_pattern(&mut self, pattern: &AstPattern, scope: &mut Scope) {
        self.deeper(|this| match pattern {
            AstPattern::MatchValue(_) | AstPattern::MatchSingleton(_) => {}
            AstPattern::MatchSequence(sequence) => {
                for pattern in &sequence.patterns {
                    this.collect_pattern(pattern, scope);
                }
            }
            AstPattern::MatchMapping(mapping) => {
                for pattern in &mapping.patterns {
                    this.collect_pattern(pattern, scope);
                }
                if let Some(rest) = &mapping.rest {
                    this.declare(rest, scope);
                }
            }
            AstPattern::MatchClass(class) => {
                for pattern in &class.arguments.patterns {
                    this.collect_pattern(pattern, scope);
                }
                for keyword in &class.arguments.keywords {
                    this.collect_pattern(&keyword.pattern, scope);
                }
            }
            AstPattern::MatchStar(star) => {
                if let Some(name) = &star.name {
                    this.declare(name, scope);
                }
            }
            AstPattern::MatchAs(binding) => {
                if let Some(pattern) = &binding.pattern {
                    this.collect_pattern(pattern, scope);
                }
                if let Some(name) = &binding.name {
                    this.declare(name, scope);
                }
            }
            AstPattern::MatchOr(either) => {
                for pattern in &either.patterns {
                    this.collect_pattern(pattern, scope);
                }
            }
        });
    }

    /// Declares the `:=` targets inside one expression, comprehensions included and lambdas left out.
    pub(super) fn collect_walrus_in(&mut self, expr: &Ast, scope: &mut Scope) {
        if self.has_walrus {
            self.collect_walrus(Parts(vec![expr]), scope);
        }
    }

    fn collect_walrus(&mut self, mut parts: Parts<'_>, scope: &mut Scope) {
        while let Some(expr) = parts.0.pop() {
            match expr {
                Ast::Lambda(lambda) => {
                    if let Some(parameters) = &lambda.parameters {
                        walk_parameters(&mut parts, parameters);
                    }
                    continue;
                }
                Ast::Named(named) => self.collect_target(&named.target, scope),
                _ => {}
            }
            walk_expr(&mut parts, expr);
        }
    }
}

/// Gathers the next expressions below a node, so that chains of any length are walked without recursion.
#[derive(Default)]
struct Parts<'a>(Vec<&'a Ast>);

impl<'a> Visitor<'a> for Parts<'a> {
    fn visit_expr(&mut self, expr: &'a Ast) {
        self.0.push(expr);
    }

    fn visit_body(&mut self, _: &'a [AstStmt]) {}

    fn visit_pattern(&mut self, _: &'a AstPattern) {}

    fn visit_interpolated_string_element(&mut self, element: &'a InterpolatedStringElement) {
        let mut left = vec![element];
        while let Some(element) = left.pop() {
            if let InterpolatedStringElement::Interpolation(inner) = element {
                self.0.push(&inner.expression);
                left.extend(inner.format_spec.iter().flat_map(|spec| &spec.elements));
            }
        }
    }
}

/// Finds `global` statements at any depth.
struct Globals<'a> {
    names: Vec<&'a str>,
    depth: u32,
}

impl<'a> Visitor<'a> for Globals<'a> {
    fn visit_stmt(&mut self, stmt: &'a AstStmt) {
        if let AstStmt::Global(global) = stmt {
            self.names.extend(global.names.iter().map(|name| name.as_str()));
        }
        if self.depth < super::module::MAX_DEPTH {
            self.depth += 1;
            walk_stmt(self, stmt);
            self.depth -= 1;
        }
    }

    fn visit_expr(&mut self, _: &'a Ast) {}

    fn visit_pattern(&mut self, _: &'a AstPattern) {}
}
