//! What structural rules read of a lowered module: dotted paths, what variables hold, which function something is in.

use std::{borrow::Cow, cell::OnceCell};

use rustc_hash::{FxHashMap, FxHashSet};
use sigyl_core::Span;

use crate::{
    context::FileContext,
    files::{FileKind, FileRole},
    ir::{
        Argument, BinaryOp, ExprId, ExprKind, FunctionId, Index, Module, Name, Pattern, PropertyKey, Stmt,
        StmtKind, VarId,
    },
};

/// Expressions that one question may look at. Chosen: far more than handlers have, few enough for files made to be
/// slow.
const LARGEST_SEARCH: usize = 600;

/// Longest chain of members that is named. Chosen.
const LONGEST_PATH: usize = 24;

/// Longest path of what a call calls that is kept, bytes: one long name of an import, called everywhere, must not fill
/// the memory. Chosen.
const LONGEST_KEPT: usize = 128;

/// Target, value and span of an assignment.
type Assignment<'m> = (&'m Pattern, ExprId, Span);
/// Test, both branches and span of an `if`.
type Branch<'m> = (ExprId, &'m [Stmt], &'m [Stmt], Span);

/// What stands in the statements of a module.
#[derive(Default)]
struct Listed<'m> {
    assignments: Vec<Assignment<'m>>,
    branches: Vec<Branch<'m>>,
}

impl<'m> Listed<'m> {
    fn of(module: &'m Module) -> Self {
        let mut listed = Self::default();
        for expr in &module.exprs {
            if let ExprKind::Assign { target, value } = expr.kind {
                listed.assignments.push((module.pattern(target), value, expr.span));
            }
        }
        module.functions.iter().for_each(|function| listed.statements(&function.body));
        module.classes.iter().for_each(|class| listed.statements(&class.body));
        listed
    }

    fn statements(&mut self, body: &'m [Stmt]) {
        let mut open: Vec<&'m [Stmt]> = vec![body];
        while let Some(list) = open.pop() {
            for stmt in list {
                match &stmt.kind {
                    StmtKind::Assign { target, value, .. } => {
                        self.assignments.push((target, *value, stmt.span))
                    }
                    StmtKind::If { test, then, otherwise } => {
                        self.branches.push((*test, then, otherwise, stmt.span));
                    }
                    StmtKind::With { items, .. } => {
                        for (value, target) in items {
                            if let Some(target) = target {
                                self.assignments.push((target, *value, stmt.span));
                            }
                        }
                    }
                    _ => {}
                }
                stmt.inner(&mut open);
            }
        }
    }
}

/// An index over one module.
pub(crate) struct Code<'m> {
    /// The module.
    pub(crate) module: &'m Module,
    index: &'m Index,
    /// What stands in statements, once a rule asked for it.
    listed: OnceCell<Listed<'m>>,
    /// Properties that are counted up or down somewhere, once a rule asked for them.
    pub(super) counted: OnceCell<FxHashSet<Name>>,
}

impl<'m> Code<'m> {
    /// Indexes the module of a file, where there is one and the text holds one of `words`, and counts the work.
    pub(crate) fn of(file: &FileContext<'m>, words: &[&str]) -> Option<Self> {
        // What a test does says nothing about what is deployed, and reading its text is cheaper than lowering it.
        if file.role == FileRole::Test || !matches!(file.kind, FileKind::Source(_)) {
            return None;
        }
        file.spend(file.text.len());
        if !words.is_empty() && !file.holds_any(words) {
            return None;
        }
        let module = file.module()?;
        file.spend(module.size());
        Some(Self::new(module))
    }

    fn new(module: &'m Module) -> Self {
        Self { module, index: module.index(), listed: OnceCell::new(), counted: OnceCell::new() }
    }

    /// Every assignment of the module: target, value, span.
    pub(crate) fn assignments(&self) -> &[Assignment<'m>] {
        &self.listed().assignments
    }

    /// Every `if`: test, both branches, span.
    pub(crate) fn branches(&self) -> &[Branch<'m>] {
        &self.listed().branches
    }

    fn listed(&self) -> &Listed<'m> {
        self.listed.get_or_init(|| Listed::of(self.module))
    }

    /// Every expression, in the order of the source.
    pub(crate) fn all(&self) -> impl Iterator<Item = ExprId> + '_ {
        self.index.by_start.iter().map(|(_, id)| *id)
    }

    /// Every expression inside `span`, in the order of the source.
    pub(crate) fn within(&self, span: Span) -> impl Iterator<Item = ExprId> + '_ {
        let from = self.index.by_start.partition_point(|(start, _)| *start < span.start);
        self.index.by_start[from..]
            .iter()
            .take_while(move |(start, _)| *start < span.end)
            .map(|(_, id)| *id)
            .filter(move |id| self.module.span(*id).end <= span.end)
    }

    /// The innermost function around a byte offset.
    pub(crate) fn function_at(&self, offset: u32) -> FunctionId {
        let after = self.index.functions_by_start.partition_point(|(start, _)| *start <= offset);
        let Some((_, mut at)) = self.index.functions_by_start[..after].last().copied() else {
            return FunctionId::MODULE;
        };
        for _ in 0..64 {
            let function = self.module.function(at);
            if at == FunctionId::MODULE || function.span.end > offset {
                return at;
            }
            at = function.parent;
        }
        FunctionId::MODULE
    }

    /// Byte span of a function; the whole file for the module's body.
    pub(crate) fn function_span(&self, function: FunctionId) -> Span {
        if function == FunctionId::MODULE {
            return Span::new(0, u32::MAX);
        }
        self.module.function(function).span
    }

    /// Name of a function, where it has one.
    pub(crate) fn function_name(&self, function: FunctionId) -> &'m str {
        self.module.function(function).name.map_or("", |name| self.module.name(name))
    }

    /// The dotted path of what an expression names: `req.headers.authorization`, `jose.jwtVerify()`. What comes from
    /// another module begins with that module's name; a part that is no name is `?`.
    pub(crate) fn path(&self, id: ExprId) -> String {
        self.path_up_to(id, LONGEST_PATH)
    }

    fn path_up_to(&self, id: ExprId, depth: usize) -> String {
        if depth == 0 {
            return "?".to_owned();
        }
        let module = self.module;
        match module.expr(id).kind {
            ExprKind::Variable(variable) => {
                if let Some(path) = self.index.imports.get(&variable) {
                    return path.clone();
                }
                if let Some((key, from)) = self.index.parts.get(&variable) {
                    let from = self.path_up_to(*from, depth / 2);
                    if !from.starts_with('?') {
                        return [from.as_str(), ".", module.name(*key)].concat();
                    }
                }
                // `const express = require("express")`.
                if let Some([only]) = self.index.values.get(&variable).map(Vec::as_slice)
                    && let ExprKind::Require(name) = module.expr(*only).kind
                {
                    return module.name(name).trim_start_matches("node:").to_owned();
                }
                module.name(module.variable(variable).name).to_owned()
            }
            ExprKind::Global(name) | ExprKind::Require(name) => {
                module.name(name).trim_start_matches("node:").to_owned()
            }
            ExprKind::This => "this".to_owned(),
            ExprKind::Super => "super".to_owned(),
            ExprKind::Member { object, property } => {
                self.path_up_to(object, depth - 1) + "." + module.name(property)
            }
            ExprKind::Index { object, index } => {
                let key = self.text(index).unwrap_or("[]");
                self.path_up_to(object, depth - 1) + "." + key
            }
            ExprKind::Call { callee, .. } | ExprKind::New { callee, .. } => {
                self.path_up_to(callee, depth - 1) + "()"
            }
            ExprKind::Await(value) | ExprKind::Assign { value, .. } => self.path_up_to(value, depth - 1),
            // `x ?? fallback`: named by what is asked for first.
            ExprKind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => {
                self.path_up_to(left, depth - 1)
            }
            _ => "?".to_owned(),
        }
    }

    /// The path of what a call calls; none for other expressions.
    pub(crate) fn callee(&self, id: ExprId) -> Option<Cow<'m, str>> {
        match self.module.expr(id).kind {
            ExprKind::Call { callee, .. } | ExprKind::New { callee, .. } => {
                let known = self.index.callees.get_or_init(|| self.callees()).get(&id);
                Some(known.map_or_else(|| Cow::Owned(self.path(callee)), |path| Cow::Borrowed(&**path)))
            }
            _ => None,
        }
    }

    /// The paths of what all calls of the module call, those that are short.
    fn callees(&self) -> FxHashMap<ExprId, Box<str>> {
        let mut found = FxHashMap::default();
        for (number, expr) in self.module.exprs.iter().enumerate() {
            if let ExprKind::Call { callee, .. } | ExprKind::New { callee, .. } = expr.kind {
                let path = self.path(callee);
                if path.len() <= LONGEST_KEPT {
                    found.insert(ExprId(number as u32), path.into());
                }
            }
        }
        found
    }

    /// The last name of what a call calls.
    pub(crate) fn last_name_of_callee(&self, id: ExprId) -> Option<&'m str> {
        match self.module.expr(id).kind {
            ExprKind::Call { callee, .. } | ExprKind::New { callee, .. } => self.last_name(callee),
            _ => None,
        }
    }

    /// The name of the variable or the last member of an expression.
    pub(crate) fn last_name(&self, id: ExprId) -> Option<&'m str> {
        let module = self.module;
        match module.expr(id).kind {
            ExprKind::Variable(variable) => Some(module.name(module.variable(variable).name)),
            ExprKind::Global(name) => Some(module.name(name)),
            ExprKind::Member { property, .. } => Some(module.name(property)),
            ExprKind::Index { index, .. } => self.text(index),
            _ => None,
        }
    }

    /// The text of a string literal, through variables that hold nothing else.
    pub(crate) fn text(&self, id: ExprId) -> Option<&'m str> {
        match self.module.expr(self.resolve(id)).kind {
            ExprKind::String(text) => Some(self.module.name(text)),
            _ => None,
        }
    }

    /// What a variable holds, where it is assigned once; other expressions are themselves. `await` is looked through.
    pub(crate) fn resolve(&self, mut id: ExprId) -> ExprId {
        for _ in 0..8 {
            id = match self.module.expr(id).kind {
                ExprKind::Variable(variable) => match self.index.values.get(&variable).map(Vec::as_slice) {
                    Some([only]) => *only,
                    _ => return id,
                },
                ExprKind::Await(value) => value,
                _ => return id,
            };
        }
        id
    }

    /// The values that a variable is given.
    pub(crate) fn values_of(&self, variable: VarId) -> &[ExprId] {
        self.index.values.get(&variable).map_or(&[], Vec::as_slice)
    }

    /// The function of this module that an expression is, or names.
    pub(crate) fn as_function(&self, id: ExprId) -> Option<FunctionId> {
        match self.module.expr(self.resolve(id)).kind {
            ExprKind::Function(function) => Some(function),
            ExprKind::Variable(variable) => self.index.bound_functions.get(&variable).copied(),
            ExprKind::Member { object, property } => {
                let of_self = matches!(self.module.expr(object).kind, ExprKind::This)
                    || matches!(self.last_name(object), Some("self" | "cls"));
                of_self.then(|| self.index.methods.get(&property).copied()).flatten()
            }
            _ => None,
        }
    }

    /// What a function of this module returns.
    pub(crate) fn returns(&self, function: FunctionId) -> &[ExprId] {
        self.index.returns.get(&function).map_or(&[], Vec::as_slice)
    }

    /// The positional arguments of a call; none for other expressions.
    pub(crate) fn arguments(&self, id: ExprId) -> Vec<ExprId> {
        match self.module.expr(id).kind {
            ExprKind::Call { arguments, .. } | ExprKind::New { arguments, .. } => {
                let arguments = self.module.arguments(arguments);
                arguments
                    .iter()
                    .filter(|one| one.keyword.is_none() && !one.mapping)
                    .map(|one| one.value)
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// Every argument of a call, those with keywords, too; none for other expressions.
    pub(crate) fn all_arguments(&self, id: ExprId) -> &'m [Argument] {
        match self.module.expr(id).kind {
            ExprKind::Call { arguments, .. } | ExprKind::New { arguments, .. } => {
                self.module.arguments(arguments)
            }
            _ => &[],
        }
    }

    /// A keyword argument of a call, or the property of an object literal among its arguments.
    pub(crate) fn option(&self, id: ExprId, name: &str) -> Option<ExprId> {
        let (ExprKind::Call { arguments, .. } | ExprKind::New { arguments, .. }) = self.module.expr(id).kind
        else {
            return None;
        };
        for argument in self.module.arguments(arguments) {
            match argument.keyword {
                Some(keyword) if self.module.name(keyword) == name => return Some(argument.value),
                Some(_) => {}
                None => {
                    if let Some(value) = self.property(argument.value, name) {
                        return Some(value);
                    }
                }
            }
        }
        None
    }

    /// A property of an object literal, or of the one that a variable holds.
    pub(crate) fn property(&self, id: ExprId, name: &str) -> Option<ExprId> {
        let ExprKind::Object(list) = self.module.expr(self.resolve(id)).kind else { return None };
        self.module.properties(list).iter().rev().find_map(|property| match property.key {
            PropertyKey::Name(key) if self.module.name(key) == name => Some(property.value),
            _ => None,
        })
    }

    /// Parts that an expression's value is made from, itself left out; functions are not entered.
    pub(crate) fn children(&self, id: ExprId) -> Vec<ExprId> {
        let module = self.module;
        match module.expr(id).kind {
            ExprKind::Member { object, .. } => vec![object],
            ExprKind::Index { object, index } => vec![object, index],
            ExprKind::Call { callee, arguments } | ExprKind::New { callee, arguments } => {
                let arguments = module.arguments(arguments).iter().map(|argument| argument.value);
                std::iter::once(callee).chain(arguments).collect()
            }
            ExprKind::Template(list)
            | ExprKind::Tagged { template: list, .. }
            | ExprKind::Collection(_, list)
            | ExprKind::Sequence(list)
            | ExprKind::Other(list) => module.list(list).to_vec(),
            ExprKind::Binary { op, left, right } => match op {
                BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Order
                | BinaryOp::In
                | BinaryOp::NotIn
                | BinaryOp::InstanceOf => Vec::new(),
                _ => vec![left, right],
            },
            ExprKind::Not(value)
            | ExprKind::Unary(value)
            | ExprKind::Spread(value)
            | ExprKind::Await(value)
            | ExprKind::Yield(Some(value))
            | ExprKind::Assign { value, .. } => vec![value],
            // What is tested does not become part of the value.
            ExprKind::Conditional { then, otherwise, .. } => vec![then, otherwise],
            ExprKind::Object(list) => {
                let mut parts = Vec::new();
                for property in module.properties(list) {
                    if let PropertyKey::Computed(key) = property.key {
                        parts.push(key);
                    }
                    parts.push(property.value);
                }
                parts
            }
            _ => Vec::new(),
        }
    }

    /// True when something that `id` is made from satisfies `test`.
    pub(crate) fn made_from(&self, id: ExprId, mut test: impl FnMut(&Self, ExprId) -> bool) -> bool {
        self.sources(id).into_iter().any(|id| test(self, id))
    }

    /// Everything that an expression is made from: its parts, what its variables hold, what the module's functions
    /// that it calls return, and the elements of comprehensions. Bounded; the expression itself comes first.
    pub(crate) fn sources(&self, id: ExprId) -> Vec<ExprId> {
        self.sources_through(id, |_, _| true)
    }

    /// Like [`Self::sources`], but only into the arguments of calls that `passes` says to pass them on.
    pub(crate) fn sources_through(&self, id: ExprId, passes: impl Fn(&Self, ExprId) -> bool) -> Vec<ExprId> {
        let mut seen: FxHashSet<ExprId> = FxHashSet::default();
        let mut found = Vec::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if found.len() >= LARGEST_SEARCH || !seen.insert(id) {
                continue;
            }
            found.push(id);
            match self.module.expr(id).kind {
                ExprKind::Call { callee, .. } | ExprKind::New { callee, .. } if !passes(self, id) => {
                    open.push(callee)
                }
                _ => open.extend(self.children(id)),
            }
            match self.module.expr(id).kind {
                ExprKind::Variable(variable) => {
                    open.extend(self.values_of(variable));
                    if let Some((_, from)) = self.index.parts.get(&variable) {
                        open.push(*from);
                    }
                }
                ExprKind::Call { callee, .. } => {
                    if let Some(function) = self.as_function(callee) {
                        open.extend(self.returns(function));
                    }
                }
                ExprKind::Comprehension { function } => {
                    open.extend(self.within(self.module.function(function).span).take(LARGEST_SEARCH));
                }
                _ => {}
            }
        }
        found
    }
}

/// The statements inside a statement.
pub(crate) fn inner(stmt: &Stmt) -> Vec<&[Stmt]> {
    let mut all = Vec::new();
    stmt.inner(&mut all);
    all
}

/// The lower-case words of a name: `newSessionId` has new, session, id.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before_is_lower = false;
    let mut fresh = true;
    for char in name.chars().take(120) {
        if !char.is_alphanumeric() {
            fresh = true;
            continue;
        }
        if fresh || char.is_uppercase() && before_is_lower {
            words.push(String::new());
        }
        if let Some(last) = words.last_mut() {
            match char.is_ascii() {
                true => last.push(char.to_ascii_lowercase()),
                false => last.extend(char.to_lowercase()),
            }
        }
        fresh = false;
        before_is_lower = char.is_lowercase() || char.is_ascii_digit();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ir::Language, lower};

    fn with<T>(language: Language, text: &str, read: impl FnOnce(&Code<'_>) -> T) -> T {
        let path = if language == Language::Python { "a.py" } else { "a.ts" };
        let module = lower::lower(language, path, text).expect("it parses");
        read(&Code::new(&module))
    }

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(words("newSessionID"), ["new", "session", "id"]);
        assert_eq!(words("SESSION_ID2"), ["session", "id2"]);
        assert_eq!(words("mcp-session-id"), ["mcp", "session", "id"]);
        assert!(words("").is_empty());
    }

    #[test]
    fn paths_know_imports_and_parts() {
        let text =
            "import { jwtVerify as v } from 'jose';\nconst { headers } = req;\nv(headers['x-a'] ?? '', y);\n";
        with(Language::JavaScript, text, |code| {
            let call = code.all().find(|id| code.callee(*id).is_some()).expect("a call");
            assert_eq!(code.callee(call).as_deref(), Some("jose.jwtVerify"));
            assert_eq!(code.path(code.arguments(call)[0]), "req.headers.x-a");
        });
    }

    #[test]
    fn sources_go_through_variables_and_functions() {
        let text = "def make():\n    x = ''.join(random.choice(s) for _ in range(4))\n    return x\n\nkey = make()\n";
        with(Language::Python, text, |code| {
            let call = code.all().find(|id| code.callee(*id).as_deref() == Some("make")).expect("the call");
            assert!(
                code.sources(call).into_iter().any(|id| code.callee(id).as_deref() == Some("random.choice"))
            );
        });
    }

    #[test]
    fn the_innermost_function_is_found() {
        let text = "function a() { const b = () => { x(); }; y(); }\nz();\n";
        with(Language::JavaScript, text, |code| {
            let name = |needle: &str| {
                let offset = text.find(needle).expect("it is there") as u32;
                code.function_name(code.function_at(offset)).to_owned()
            };
            assert_eq!((name("x()").as_str(), name("y()").as_str(), name("z()").as_str()), ("b", "a", ""));
        });
    }
}
