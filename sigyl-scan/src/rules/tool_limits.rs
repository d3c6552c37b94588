//! What limits a list of tools, and whether other code asks the same.

use rustc_hash::{FxHashMap, FxHashSet};
use sigyl_core::Span;

use super::{
    code::{Code, words},
    handlers::{Codes, Region},
};
use crate::ir::{BinaryOp, ExprId, ExprKind, FunctionId, Stmt, StmtKind, VarId};

/// Functions that one handler is followed into. Chosen.
const MOST_FUNCTIONS: usize = 400;

/// A condition on which tools are listed.
#[derive(Debug, Clone)]
pub(super) struct Limit {
    /// The name that decides.
    pub(super) name: String,
    /// Position of the file in the tree.
    pub(super) file: usize,
    /// Where it is asked.
    pub(super) span: Span,
}

/// True for names that speak of who may use what.
fn decides(name: &str) -> bool {
    let words = words(name);
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    any(&[
        "allow",
        "allowed",
        "allowlist",
        "whitelist",
        "whitelisted",
        "blacklist",
        "denylist",
        "blocklist",
        "deny",
        "denied",
        "block",
        "blocked",
        "disable",
        "disabled",
        "enable",
        "enabled",
        "readonly",
        "destructive",
        "nondestructive",
        "permit",
        "permitted",
        "permission",
        "permissions",
        "role",
        "roles",
        "scope",
        "scopes",
        "admin",
        "restricted",
        "restrict",
        "dangerous",
        "privileged",
        "authorized",
        "entitled",
        "entitlements",
        "forbidden",
        "tier",
        "hidden",
        "visible",
        "exposed",
        "exclude",
        "excluded",
        "include",
        "included",
        "writable",
        "safe",
        "unsafe",
        "mutating",
    ]) || any(&["read", "write", "writes"]) && any(&["only", "enabled", "allow", "mode", "access", "tools"])
        || any(&["can", "may"]) && words.len() > 1
}

/// What a handler that lists tools limits them by.
pub(super) fn limits(codes: &Codes<'_>, region: &Region) -> Vec<Limit> {
    let mut found = Vec::new();
    let mut seen: FxHashSet<(usize, Span)> = FxHashSet::default();
    let mut open = vec![(*region, 0)];
    while let Some((region, depth)) = open.pop() {
        if !seen.insert((region.file, region.span)) || seen.len() > 40 {
            continue;
        }
        let Some(code) = codes.code(region.file) else { continue };
        let mut add = |test: ExprId| {
            for name in deciding_names(code, test) {
                found.push(Limit { name, file: region.file, span: code.module.span(test) });
            }
        };
        for (test, then, otherwise, span) in code.branches() {
            if region.span.start <= span.start
                && span.end <= region.span.end
                && (selects(code, then) || selects(code, otherwise))
            {
                add(*test);
            }
        }
        for id in code.within(region.span) {
            look(code, id, &mut add);
        }
        // What the list is made from, where that stands outside: a variable of the module, a field, another function.
        if depth < 4 {
            for id in code.within(region.span) {
                match code.module.expr(id).kind {
                    ExprKind::Variable(variable) => {
                        for value in outer_values(code, variable, region.span) {
                            open.push((
                                Region { file: region.file, span: code.module.span(*value), at: region.at },
                                depth + 1,
                            ));
                        }
                    }
                    ExprKind::Call { callee, .. } => {
                        let next =
                            codes.function(region.file, callee).and_then(|one| codes.region(one, region.at));
                        open.extend(next.map(|next| (next, depth + 1)));
                    }
                    _ => {}
                }
            }
        }
    }
    found
}

/// Conditions inside one expression that select among tools.
fn look(code: &Code<'_>, id: ExprId, add: &mut impl FnMut(ExprId)) {
    match code.module.expr(id).kind {
        ExprKind::Conditional { test, then, otherwise }
            if is_list(code, then) || is_list(code, otherwise) =>
        {
            add(test)
        }
        ExprKind::Spread(value) => {
            if let ExprKind::Binary { op: BinaryOp::And, left, .. } = code.module.expr(value).kind {
                add(left);
            }
        }
        ExprKind::Call { callee, .. } if code.last_name(callee) == Some("filter") => {
            if let Some(by) = code.arguments(id).first() {
                add(*by);
            }
        }
        ExprKind::Comprehension { function } => {
            let span = code.module.function(function).span;
            for (test, ..) in
                code.branches().iter().filter(|(.., at)| span.start <= at.start && at.end <= span.end)
            {
                add(*test);
            }
        }
        _ => {}
    }
}

/// True for a list, or what is named as one of tools.
fn is_list(code: &Code<'_>, id: ExprId) -> bool {
    match code.module.expr(id).kind {
        ExprKind::Collection(..) | ExprKind::Comprehension { .. } => true,
        ExprKind::Variable(_) | ExprKind::Member { .. } => code.last_name(id).is_some_and(|name| {
            let lower = name.to_ascii_lowercase();
            lower.ends_with("tools") || lower.ends_with("definitions") || lower.ends_with("schemas")
        }),
        ExprKind::Call { callee, .. } => matches!(code.last_name(callee), Some("filter" | "concat")),
        ExprKind::Binary { op: BinaryOp::Add, left, right } => {
            // One level: `tools += ADMIN_TOOLS`.
            [left, right].into_iter().any(|side| {
                !matches!(code.module.expr(side).kind, ExprKind::Binary { .. }) && is_list(code, side)
            })
        }
        _ => false,
    }
}

/// True for a branch that decides what is in the list: it returns, leaves a tool out, or adds some.
fn selects(code: &Code<'_>, body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match &stmt.kind {
        StmtKind::Return(Some(value)) => {
            !code.within(code.module.span(*value)).any(|id| super::auth_words::refuses(code, id))
        }
        StmtKind::Continue | StmtKind::Delete(_) => true,
        StmtKind::Expr(value) => match code.module.expr(*value).kind {
            ExprKind::Yield(_) => true,
            ExprKind::Call { callee, .. } => {
                matches!(code.last_name(callee), Some("push" | "append" | "extend" | "concat" | "unshift"))
            }
            ExprKind::Assign { value, .. } => is_list(code, value),
            _ => false,
        },
        StmtKind::Assign { value, .. } => is_list(code, *value),
        _ => false,
    })
}

/// Names in a condition that decide, through the variables that it is made from.
fn deciding_names(code: &Code<'_>, test: ExprId) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |name: &str| {
        if decides(name) && !found.iter().any(|one| one == name) {
            found.push(name.to_owned());
        }
    };
    for id in code.within(code.module.span(test)) {
        if let Some(name) = code.last_name(id) {
            add(name);
        }
        if let ExprKind::Variable(_) = code.module.expr(id).kind {
            for part in code.sources(id).into_iter().take(40) {
                if let Some(name) = code.last_name(part) {
                    add(name);
                }
                if matches!(code.module.expr(part).kind, ExprKind::String(_))
                    && let Some(text) = code.text(part)
                {
                    add(text);
                }
            }
        }
    }
    found
}

/// What a variable holds, where it is declared outside of `span`.
fn outer_values<'c>(code: &'c Code<'_>, variable: VarId, span: Span) -> &'c [ExprId] {
    let values = code.values_of(variable);
    let inside = values.iter().all(|value| {
        let at = code.module.span(*value);
        span.start <= at.start && at.end <= span.end
    });
    if inside { &[] } else { values }
}

/// True when a handler, or what it calls, speaks of one of the limits, or asks a question of its own.
pub(super) fn mentions_any(codes: &Codes<'_>, region: &Region, limits: &[Limit]) -> bool {
    let wanted: FxHashSet<&str> = limits.iter().map(|limit| limit.name.as_str()).collect();
    let mut seen: FxHashSet<(usize, u32, u32)> = FxHashSet::default();
    let mut entered: FxHashMap<(usize, FunctionId), ()> = FxHashMap::default();
    let mut open = vec![(*region, 0)];
    while let Some((region, depth)) = open.pop() {
        if !seen.insert((region.file, region.span.start, region.span.end)) || seen.len() > MOST_FUNCTIONS {
            continue;
        }
        let Some(code) = codes.code(region.file) else { continue };
        for id in code.within(region.span) {
            if asks_itself(code, id, depth) {
                return true;
            }
            if matches!(code.module.expr(id).kind, ExprKind::String(_))
                && code.text(id).is_some_and(|text| wanted.contains(text))
            {
                return true;
            }
            let Some(name) = code.last_name(id) else { continue };
            if wanted.contains(name) {
                return true;
            }
            if let ExprKind::Variable(variable) = code.module.expr(id).kind {
                for value in outer_values(code, variable, region.span) {
                    open.push((
                        Region { file: region.file, span: code.module.span(*value), at: region.at },
                        depth,
                    ));
                }
            }
            for one in codes.named(name) {
                if entered.insert(*one, ()).is_none() {
                    open.extend(codes.region(*one, region.at).map(|next| (next, depth + 1)));
                }
            }
        }
    }
    false
}

/// `assertPermitted(name)`: a check by another name, in the handler itself or what it calls first.
fn asks_itself(code: &Code<'_>, id: ExprId, depth: usize) -> bool {
    if depth > 1 {
        return false;
    }
    let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { return false };
    code.last_name(callee).is_some_and(|name| {
        words(name).iter().any(|word| {
            matches!(
                word.as_str(),
                "permitted"
                    | "permission"
                    | "permissions"
                    | "authorize"
                    | "authorized"
                    | "allowed"
                    | "forbidden"
                    | "policy"
                    | "denied"
            )
        })
    })
}
