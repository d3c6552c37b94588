//! Checks of a caller's credential that are made only where the request brings one.

use sigyl_core::{Confidence, Span};

use super::{
    auth_words,
    code::Code,
    optional_auth::{is_middleware, reads_credential},
    skipped_auth::{decides, lets_in},
};
use crate::{
    context::FileContext,
    ir::{BinaryOp, ExprId, ExprKind, Function, FunctionId, Stmt, StmtKind},
    rule::{Draft, Findings},
};

/// Reports checks that a request without the credential passes by: `if sent and sent != expected: refuse`.
pub(super) fn checked_where_present(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    for (test, then, otherwise, span) in code.branches() {
        let id = code.function_at(span.start);
        if id == FunctionId::MODULE || !otherwise.is_empty() {
            continue;
        }
        let function = code.module.function(id);
        let wrong = refuses_wrong(code, *test)
            && leaves(code, then)
            && (decides(code, id)
                || code.within(code.module.span(*test)).any(|id| filled_from_header(code, id)));
        let inside = || {
            is_present(code, *test)
                && (stands_before_all(code, function) || hands_on(code, id, *span))
                && then.iter().any(|stmt| refuses_in(code, stmt.span))
                && !lets_through(code, then)
        };
        if !(wrong || inside()) || asks_elsewhere(code, id, *span) {
            continue;
        }
        let message =
            "the credential is checked only where a request brings one: without it every caller is let in";
        out.report(Draft::new(file.place(code.module.span(*test)), message).confidence(Confidence::Medium));
    }
}

/// True for what stands in front of every request: middleware of both languages.
fn stands_before_all(code: &Code<'_>, function: &Function) -> bool {
    let names: Vec<&str> =
        function.params.iter().filter_map(|param| param.name).map(|name| code.module.name(name)).collect();
    is_middleware(function, code).is_some() || names.ends_with(&["scope", "receive", "send"])
}

/// True where the request goes on to a transport behind the branch.
fn hands_on(code: &Code<'_>, function: FunctionId, span: Span) -> bool {
    let whole = code.function_span(function);
    span.end < whole.end
        && code.within(Span::new(span.end, whole.end)).any(|id| {
            matches!(
                code.last_name_of_callee(id),
                Some("handleRequest" | "handlePostMessage" | "handle_request" | "handle_post_message")
            )
        })
}

/// True for what a request brought as its credential: a header that is read, or a parameter that the framework fills
/// with one, `authorization: str | None = Header(None)`.
fn is_sent(code: &Code<'_>, id: ExprId) -> bool {
    code.made_from(id, |code, part| reads_credential(code, part) || filled_from_header(code, part))
}

fn filled_from_header(code: &Code<'_>, id: ExprId) -> bool {
    let ExprKind::Variable(variable) = code.module.expr(id).kind else { return false };
    let declared = code.module.variable(variable);
    let name = code.module.name(declared.name).replace('_', "-");
    let of_header = |part: ExprId| {
        code.within(code.module.span(part)).any(|inner| code.last_name_of_callee(inner) == Some("Header"))
    };
    auth_words::is_credential(&name)
        && code.module.function(declared.function).params.iter().any(|param| {
            param.name == Some(declared.name)
                && (param.default.is_some_and(of_header) || param.annotation.is_some_and(of_header))
        })
}

/// True for a test that a credential is there: `authorization`, `header is not None`, `header.startswith("Bearer ")`.
fn is_present(code: &Code<'_>, id: ExprId) -> bool {
    let sent = |id: ExprId| is_sent(code, id);
    match code.module.expr(id).kind {
        ExprKind::Variable(_) | ExprKind::Member { .. } | ExprKind::Index { .. } => sent(id),
        ExprKind::Call { callee, .. } => {
            reads_credential(code, id)
                || match code.module.expr(callee).kind {
                    ExprKind::Member { object, property } => {
                        matches!(code.module.name(property), "startswith" | "startsWith") && sent(object)
                    }
                    _ => false,
                }
        }
        ExprKind::Binary { op: BinaryOp::NotEqual, left, right } => is_nothing(code, right) && sent(left),
        ExprKind::Binary { op: BinaryOp::And, left, right } => {
            is_present(code, left) && is_present(code, right)
        }
        _ => false,
    }
}

fn is_nothing(code: &Code<'_>, id: ExprId) -> bool {
    match code.module.expr(id).kind {
        ExprKind::Null => true,
        ExprKind::String(text) => code.module.name(text).is_empty(),
        _ => false,
    }
}

/// True for a test that a credential is there and is a wrong one.
fn refuses_wrong(code: &Code<'_>, id: ExprId) -> bool {
    let ExprKind::Binary { op: BinaryOp::And, left, right } = code.module.expr(id).kind else { return false };
    is_present(code, left) && is_wrong(code, right)
}

fn is_wrong(code: &Code<'_>, id: ExprId) -> bool {
    let sent = |id: ExprId| is_sent(code, id);
    match code.module.expr(id).kind {
        ExprKind::Binary { op: BinaryOp::NotEqual, left, right } => {
            !is_nothing(code, left)
                && !is_nothing(code, right)
                && code.text(right).is_none()
                && sent(left) != sent(right)
        }
        ExprKind::Not(value) => {
            matches!(code.module.expr(value).kind, ExprKind::Call { .. })
                && code.last_name_of_callee(value).is_none_or(|name| !name.starts_with("starts"))
                && code.arguments(value).into_iter().any(sent)
        }
        // Further conditions only let more in.
        ExprKind::Binary { op: BinaryOp::And, left, right } => is_wrong(code, left) || is_wrong(code, right),
        _ => false,
    }
}

fn refuses_in(code: &Code<'_>, span: Span) -> bool {
    code.within(span).any(|id| auth_words::refuses(code, id))
}

/// True for a branch that refuses, and ends there.
fn leaves(code: &Code<'_>, then: &[Stmt]) -> bool {
    let ends = then.last().is_some_and(|stmt| matches!(stmt.kind, StmtKind::Return(_) | StmtKind::Throw(_)));
    ends && then.iter().any(|stmt| refuses_in(code, stmt.span))
}

/// True for a branch that lets the request in itself: what stands behind it may be the refusal.
fn lets_through(code: &Code<'_>, then: &[Stmt]) -> bool {
    then.last().is_some_and(|stmt| lets_in(code, stmt, true))
}

/// True where the function refuses somewhere else than in `span`: then the absence may be what it refuses.
fn asks_elsewhere(code: &Code<'_>, function: FunctionId, span: Span) -> bool {
    let whole = code.function_span(function);
    let after = span.end < whole.end && refuses_in(code, Span::new(span.end, whole.end));
    let absent = code.branches().iter().any(|(test, then, _, at)| {
        whole.start <= at.start
            && at.end <= whole.end
            && (at.start < span.start || at.start > span.end)
            && then.iter().any(|stmt| refuses_in(code, stmt.span) || matches!(stmt.kind, StmtKind::Throw(_)))
            && code.within(code.module.span(*test)).any(|id| is_sent(code, id))
    });
    after || absent
}
