//! Where a tree lists tools and where it calls them, in the low-level forms of both languages.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use sigyl_core::Span;

use super::{code::Code, neighbours::Neighbours};
use crate::{
    context::TreeContext,
    files::FileRole,
    ir::{BinaryOp, ExprId, ExprKind, FunctionId, Stmt, StmtKind},
};

/// The code of a handler: a function, or a branch of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    /// Position of the file in the tree.
    pub(super) file: usize,
    /// What runs.
    pub(super) span: Span,
    /// Where it is registered, or begins.
    pub(super) at: Span,
}

/// The modules of the tree, and functions by their names.
pub(super) struct Codes<'m> {
    by_file: FxHashMap<usize, Code<'m>>,
    by_name: FxHashMap<&'m str, Vec<(usize, FunctionId)>>,
    neighbours: Rc<Neighbours>,
}

impl<'m> Codes<'m> {
    fn of(tree: &TreeContext<'m>) -> Self {
        let mut by_file = FxHashMap::default();
        let mut by_name: FxHashMap<&'m str, Vec<(usize, FunctionId)>> = FxHashMap::default();
        for (index, file) in tree.files.iter().enumerate() {
            if file.role != FileRole::Runtime {
                continue;
            }
            let (Some(module), Some(code)) = (file.module(), Code::of(file, &[])) else { continue };
            for (number, function) in module.functions.iter().enumerate() {
                if let Some(name) = function.name {
                    by_name.entry(module.name(name)).or_default().push((index, FunctionId(number as u32)));
                }
            }
            by_file.insert(index, code);
        }
        Self { by_file, by_name, neighbours: Neighbours::of(tree) }
    }

    /// The module of a file.
    pub(super) fn code(&self, file: usize) -> Option<&Code<'m>> {
        self.by_file.get(&file)
    }

    /// The function that an expression of `file` is, names, or, by its name, can only be.
    pub(super) fn function(&self, file: usize, id: ExprId) -> Option<(usize, FunctionId)> {
        let code = self.code(file)?;
        if let Some(function) = code.as_function(id) {
            return Some((file, function));
        }
        let name = code.last_name(id).filter(|name| name.len() > 3)?;
        match self.by_name.get(name)?.as_slice() {
            [one] => Some(*one),
            several => {
                let near = self.neighbours.around(file).collect::<Vec<_>>();
                let mut known = several.iter().filter(|(other, _)| near.contains(other));
                known.next().filter(|_| known.next().is_none()).copied()
            }
        }
    }

    /// Every function of a name, a bounded number of them.
    pub(super) fn named(&self, name: &str) -> &[(usize, FunctionId)] {
        self.by_name.get(name).map_or(&[], |found| &found[..found.len().min(12)])
    }

    /// The region of a function.
    pub(super) fn region(&self, (file, function): (usize, FunctionId), at: Span) -> Option<Region> {
        let span = self.code(file)?.function_span(function);
        Some(Region { file, span, at })
    }
}

/// What lists tools and what calls them.
pub(super) struct Handlers<'m> {
    pub(super) codes: Codes<'m>,
    pub(super) list: Vec<Region>,
    pub(super) call: Vec<Region>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    List,
    Call,
}

fn method(text: &str) -> Option<Kind> {
    match text {
        "tools/list" | "ListToolsRequestSchema" => Some(Kind::List),
        "tools/call" | "CallToolRequestSchema" => Some(Kind::Call),
        _ => None,
    }
}

fn python_method(name: &str) -> Option<Kind> {
    match name {
        "list_tools" | "on_list_tools" | "onListTools" => Some(Kind::List),
        "call_tool" | "on_call_tool" | "onCallTool" => Some(Kind::Call),
        _ => None,
    }
}

/// Finds the handlers of the tree.
pub(super) fn handlers<'m>(tree: &TreeContext<'m>) -> Handlers<'m> {
    let codes = Codes::of(tree);
    let mut found: Vec<(Kind, Region)> = Vec::new();
    for index in 0..tree.files.len() {
        let Some(code) = codes.code(index) else { continue };
        registered(&codes, code, index, &mut found);
        decorated(code, index, &mut found);
        dispatched(code, index, &mut found);
    }
    let of = |kind: Kind| {
        let mut all: Vec<Region> = Vec::new();
        for (one, region) in &found {
            if *one == kind && !all.contains(region) {
                all.push(*region);
            }
        }
        all
    };
    Handlers { list: of(Kind::List), call: of(Kind::Call), codes }
}

/// `setRequestHandler(ListToolsRequestSchema, handler)`, `Server(on_list_tools=handler)`, `list_tools()(handler)`.
fn registered(codes: &Codes<'_>, code: &Code<'_>, file: usize, found: &mut Vec<(Kind, Region)>) {
    let mut add = |kind: Kind, handler: ExprId, at: Span| {
        if let Some(region) = handler_function(codes, file, handler).and_then(|one| codes.region(one, at)) {
            found.push((kind, region));
        }
    };
    for id in code.all() {
        let (ExprKind::Call { callee, .. } | ExprKind::New { callee, .. }) = code.module.expr(id).kind else {
            continue;
        };
        let at = code.module.span(id);
        let arguments = code.arguments(id);
        if code.last_name(callee) == Some("setRequestHandler")
            && let [schema, handler, ..] = arguments.as_slice()
        {
            let name = code.text(*schema).or_else(|| code.last_name(*schema));
            if let Some(kind) = name.and_then(method) {
                add(kind, *handler, at);
            }
            continue;
        }
        for (name, kind) in [("on_list_tools", Kind::List), ("on_call_tool", Kind::Call)] {
            if let Some(handler) = code.option(id, name) {
                add(kind, handler, at);
            }
        }
        if let ExprKind::Call { callee: inner, .. } = code.module.expr(callee).kind
            && let Some(kind) = code.last_name(inner).and_then(python_method)
            && let [handler] = arguments.as_slice()
        {
            add(kind, *handler, at);
        }
    }
}

/// The function that a handler is, through wrappers that take it and `.bind(this)`.
fn handler_function(codes: &Codes<'_>, file: usize, mut id: ExprId) -> Option<(usize, FunctionId)> {
    let code = codes.code(file)?;
    for _ in 0..4 {
        if let Some(found) = codes.function(file, id) {
            return Some(found);
        }
        let resolved = code.resolve(id);
        let ExprKind::Call { callee, .. } = code.module.expr(resolved).kind else { return None };
        id = match code.module.expr(callee).kind {
            ExprKind::Member { object, property } if code.module.name(property) == "bind" => object,
            _ => {
                let arguments = code.arguments(resolved);
                let wrapped = arguments.iter().find(|one| {
                    code.as_function(**one).is_some()
                        || matches!(code.module.expr(**one).kind, ExprKind::Call { .. })
                });
                match wrapped.or(arguments.first()) {
                    Some(wrapped) => *wrapped,
                    // `makeHandler()`: what it gives back.
                    None => callee,
                }
            }
        };
    }
    None
}

/// Python's `@server.list_tools()`, and the methods of FastMCP's middleware.
fn decorated(code: &Code<'_>, file: usize, found: &mut Vec<(Kind, Region)>) {
    for function in &code.module.functions {
        let name = function.name.map_or("", |name| code.module.name(name));
        let hook = name.starts_with("on_") || name.starts_with("onL") || name.starts_with("onC");
        let by_name = python_method(name).filter(|_| hook && function.class.is_some());
        let by_decorator = function.decorators.iter().find_map(|decorator| {
            let callee = match code.module.expr(*decorator).kind {
                ExprKind::Call { callee, .. } => callee,
                _ => *decorator,
            };
            code.last_name(callee).and_then(python_method)
        });
        if let Some(kind) = by_decorator.or(by_name) {
            let at = Span::new(function.span.start, function.span.start);
            found.push((kind, Region { file, span: function.span, at }));
        }
    }
}

/// `case "tools/list":`, `if (message.method === "tools/call")`.
fn dispatched(code: &Code<'_>, file: usize, found: &mut Vec<(Kind, Region)>) {
    let around = |body: &[Stmt]| {
        body.first().zip(body.last()).map(|(first, last)| Span::new(first.span.start, last.span.end))
    };
    for (test, then, ..) in code.branches() {
        let ExprKind::Binary { op: BinaryOp::Equal, left, right } = code.module.expr(*test).kind else {
            continue;
        };
        let kind = [left, right].into_iter().find_map(|side| code.text(side).and_then(method));
        if let (Some(kind), Some(span)) = (kind, around(then)) {
            found.push((kind, Region { file, span, at: code.module.span(*test) }));
        }
    }
    for function in &code.module.functions {
        let mut open: Vec<&[Stmt]> = vec![&function.body];
        while let Some(list) = open.pop() {
            for stmt in list {
                if let StmtKind::Switch { cases, .. } = &stmt.kind {
                    for case in cases {
                        for test in &case.tests {
                            let kind = code.text(*test).and_then(method);
                            if let (Some(kind), Some(span)) = (kind, around(&case.body)) {
                                found.push((kind, Region { file, span, at: code.module.span(*test) }));
                            }
                        }
                    }
                }
                open.extend(super::code::inner(stmt));
            }
        }
    }
}
