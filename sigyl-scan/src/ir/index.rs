//! What rules on the structure of a module look up in it, made once.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::{
    ExprId, ExprKind, FunctionId, ImportName, Module, Name, Pattern, PatternKey, Stmt, StmtKind, VarId,
};

/// An index over one module, which many rules read.
#[derive(Debug)]
pub(crate) struct Index {
    /// Paths of what imported variables are bound to.
    pub(crate) imports: FxHashMap<VarId, String>,
    /// What variables are given.
    pub(crate) values: FxHashMap<VarId, Vec<ExprId>>,
    /// What a variable was taken out of: `const { a } = b`, as the key and `b`.
    pub(crate) parts: FxHashMap<VarId, (Name, ExprId)>,
    pub(crate) bound_functions: FxHashMap<VarId, FunctionId>,
    pub(crate) methods: FxHashMap<Name, FunctionId>,
    pub(crate) returns: FxHashMap<FunctionId, Vec<ExprId>>,
    /// Expressions in the order of the source.
    pub(crate) by_start: Vec<(u32, ExprId)>,
    /// Functions in the order of the source, outer ones first.
    pub(crate) functions_by_start: Vec<(u32, FunctionId)>,
    /// Paths of what calls call; made when a rule first asks for one.
    pub(crate) callees: OnceLock<FxHashMap<ExprId, Box<str>>>,
}

impl Index {
    pub(super) fn of(module: &Module) -> Self {
        let mut index = Self {
            imports: FxHashMap::default(),
            values: FxHashMap::default(),
            parts: FxHashMap::default(),
            bound_functions: FxHashMap::default(),
            methods: FxHashMap::default(),
            returns: FxHashMap::default(),
            by_start: Vec::with_capacity(module.size()),
            functions_by_start: Vec::with_capacity(module.functions.len()),
            callees: OnceLock::new(),
        };
        for import in &module.imports {
            if let Some(variable) = import.variable {
                let from = module.name(import.module).trim_start_matches("node:");
                let path = match import.name {
                    ImportName::Named(name) => format!("{from}.{}", module.name(name)),
                    _ => from.to_owned(),
                };
                index.imports.insert(variable, path);
            }
        }
        for (number, expr) in module.exprs.iter().enumerate() {
            index.by_start.push((expr.span.start, ExprId(number as u32)));
            if let ExprKind::Assign { target, value } = expr.kind {
                index.assign(module.pattern(target), value);
            }
        }
        index.by_start.sort_unstable_by_key(|(start, id)| (*start, id.0));
        for (number, function) in module.functions.iter().enumerate() {
            let id = FunctionId(number as u32);
            index.functions_by_start.push((function.span.start, id));
            index.statements(id, &function.body);
        }
        index
            .functions_by_start
            .sort_by_key(|(start, id)| (*start, std::cmp::Reverse(module.function(*id).span.end)));
        for class in &module.classes {
            index.statements(FunctionId::MODULE, &class.body);
            for method in &class.methods {
                index.methods.insert(method.name, method.function);
            }
        }
        index
    }

    fn statements(&mut self, function: FunctionId, body: &[Stmt]) {
        let mut open = vec![body];
        while let Some(list) = open.pop() {
            for stmt in list {
                match &stmt.kind {
                    StmtKind::Assign { target, value, .. } => self.assign(target, *value),
                    StmtKind::Return(Some(value)) => self.returns.entry(function).or_default().push(*value),
                    StmtKind::Function(variable, id) => {
                        self.bound_functions.insert(*variable, *id);
                    }
                    StmtKind::With { items, body } => {
                        for (value, target) in items {
                            if let Some(target) = target {
                                self.assign(target, *value);
                            }
                        }
                        open.push(body);
                    }
                    _ => stmt.inner(&mut open),
                }
            }
        }
    }

    fn assign(&mut self, target: &Pattern, value: ExprId) {
        match target {
            Pattern::Variable(variable, _) => self.values.entry(*variable).or_default().push(value),
            Pattern::Default(inner, _) => {
                if let Pattern::Variable(variable, _) = &**inner {
                    self.values.entry(*variable).or_default().push(value);
                }
            }
            Pattern::Object { entries, .. } => {
                for (key, target) in entries {
                    let target = match target {
                        Pattern::Default(inner, _) => &**inner,
                        other => other,
                    };
                    if let (PatternKey::Name(key), Pattern::Variable(variable, _)) = (key, target) {
                        self.parts.insert(*variable, (*key, value));
                    }
                }
            }
            _ => {}
        }
    }
}

impl Stmt {
    /// Puts the lists of statements inside this one onto `open`.
    pub(crate) fn inner<'m>(&'m self, open: &mut Vec<&'m [Stmt]>) {
        match &self.kind {
            StmtKind::If { then, otherwise, .. } => open.extend([then.as_slice(), otherwise.as_slice()]),
            StmtKind::Loop(inner) => open.push(&inner.body),
            StmtKind::Switch { cases, .. } => open.extend(cases.iter().map(|case| case.body.as_slice())),
            StmtKind::Try { body, handlers, finally } => {
                open.push(body);
                open.extend(handlers.iter().map(|handler| handler.body.as_slice()));
                open.push(finally);
            }
            StmtKind::With { body, .. } | StmtKind::Block(body) => open.push(body),
            _ => {}
        }
    }
}
