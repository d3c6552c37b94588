//! Checks of callers that an expression leaves out where no secret is configured: `!TOKEN || given === TOKEN`.

use sigyl_core::Confidence;

use super::{
    auth_words,
    code::Code,
    optional_auth::is_middleware,
    skipped_auth::{checks_callers, holds_secret, is_empty, lets_in, needed_secret, unset_secret},
};
use crate::{
    context::FileContext,
    ir::{BinaryOp, ExprId, ExprKind},
    rule::{Draft, Findings},
};

/// Reports such expressions, but for secrets without which the server does not start.
pub(super) fn waived_without_secret(
    file: &FileContext<'_>,
    code: &Code<'_>,
    refused: &[String],
    out: &mut Findings,
) {
    for id in code.all() {
        let found = match code.module.expr(id).kind {
            ExprKind::Binary { op: BinaryOp::Or, left, right } => {
                unset_secret(code, left, false).filter(|_| compares(code, right))
            }
            ExprKind::Conditional { test, then, otherwise } => {
                let is_true = |id: ExprId| matches!(code.module.expr(id).kind, ExprKind::Bool(true));
                let waived = |name: Option<String>, checked: ExprId, open: ExprId| {
                    name.filter(|_| is_true(open) && compares(code, checked))
                };
                waived(needed_secret(code, test), then, otherwise)
                    .or_else(|| waived(unset_secret(code, test, false), otherwise, then))
            }
            ExprKind::Call { .. } => installed_by_choice(code, id),
            _ => None,
        };
        let Some(name) = found.filter(|name| !refused.contains(name)) else { continue };
        let message =
            format!("without `{name}` every caller is let in: forgetting to configure it opens the server");
        out.report(Draft::new(file.place(code.module.span(id)), message).confidence(Confidence::Medium));
    }
}

/// True for an expression that is true where a credential fits: what was given equals the one that is configured.
fn compares(code: &Code<'_>, id: ExprId) -> bool {
    match code.module.expr(id).kind {
        ExprKind::Binary { op: BinaryOp::Equal, left, right } => {
            !is_empty(code, left)
                && !is_empty(code, right)
                && holds_secret(code, left) != holds_secret(code, right)
        }
        ExprKind::Binary { op: BinaryOp::And, left, right } => compares(code, left) || compares(code, right),
        ExprKind::Call { .. } => {
            code.callee(id).is_some_and(|path| auth_words::verifies(&path))
                && code.arguments(id).iter().any(|argument| holds_secret(code, *argument))
        }
        ExprKind::Await(value) => compares(code, value),
        _ => false,
    }
}

/// `app.use(TOKEN ? requireToken : (req, res, next) => next())`, `app.post("/mcp", ...(TOKEN ? [check] : []), handler)`.
fn installed_by_choice(code: &Code<'_>, call: ExprId) -> Option<String> {
    let installs = matches!(
        code.last_name_of_callee(call),
        Some("use" | "all" | "post" | "get" | "addHook" | "register")
    );
    if !installs {
        return None;
    }
    code.arguments(call).into_iter().find_map(|argument| {
        let inner = match code.module.expr(argument).kind {
            ExprKind::Spread(inner) => inner,
            _ => argument,
        };
        let ExprKind::Conditional { test, then, otherwise } = code.module.expr(code.resolve(inner)).kind
        else {
            return None;
        };
        let choice = |name: Option<String>, checked: ExprId, open: ExprId| {
            name.filter(|_| is_check(code, checked) && is_open(code, open))
        };
        choice(needed_secret(code, test), then, otherwise)
            .or_else(|| choice(unset_secret(code, test, false), otherwise, then))
    })
}

/// True for a check of callers, or a list of them.
fn is_check(code: &Code<'_>, id: ExprId) -> bool {
    if let ExprKind::Collection(_, list) = code.module.expr(id).kind {
        return code.module.list(list).iter().any(|one| is_check(code, *one));
    }
    code.last_name_of_callee(id).or_else(|| code.last_name(id)).is_some_and(checks_callers)
        || code.as_function(id).is_some_and(|function| {
            code.within(code.function_span(function)).any(|part| auth_words::refuses(code, part))
        })
}

/// True for no check at all: an empty list, or a function that only goes on.
fn is_open(code: &Code<'_>, id: ExprId) -> bool {
    match code.module.expr(id).kind {
        ExprKind::Collection(_, list) => code.module.list(list).is_empty(),
        ExprKind::Null => true,
        _ => code.as_function(id).is_some_and(|function| {
            let function = code.module.function(function);
            is_middleware(function, code).is_some()
                && matches!(function.body.as_slice(), [only] if lets_in(code, only, false))
        }),
    }
}
