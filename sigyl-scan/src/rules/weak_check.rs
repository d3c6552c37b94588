//! Checks of callers that let through what they are there to refuse: a credential that only has to be there, one that is
//! compared with nothing, callers that say of themselves that they are near.

use rustc_hash::FxHashSet;
use sigyl_core::Confidence;

use super::{
    auth_words,
    code::Code,
    optional_auth::reads_credential,
    skipped_auth::{configured_secret, holds_secret, is_secret, lets_in, needed_to_start},
};
use crate::{
    context::FileContext,
    ir::{BinaryOp, ExprId, ExprKind, FunctionId, Pattern, StmtKind},
    rule::{Draft, Findings},
};

/// Functions that look at a text's form, or take it apart: what they are given is not checked by them.
const OF_FORM: &[&str] = &[
    "startsWith",
    "startswith",
    "slice",
    "substring",
    "substr",
    "split",
    "trim",
    "strip",
    "replace",
    "removeprefix",
    "toLowerCase",
    "lower",
    "toString",
    "String",
    "str",
    "len",
    "bool",
    "Boolean",
    "test",
    "match",
    "isinstance",
    "isArray",
    "log",
    "warn",
    "error",
    "info",
    "debug",
    "encode",
    "decode",
    "from",
    "partition",
    "get",
    "header",
    "find",
    "print",
];

/// Reports such checks.
pub(super) fn weak_checks(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    let needed = needed_to_start(code);
    // `headers.authorization = …` is a request of the server's own.
    let targets = code.assignments().iter().filter_map(|(target, ..)| match target {
        Pattern::Place(place) => Some(*place),
        _ => None,
    });
    let written: FxHashSet<ExprId> = targets.collect();
    for index in 1..code.module.functions.len() {
        let function = FunctionId(index as u32);
        let span = code.function_span(function);
        let own = |id: &ExprId| code.function_at(code.module.span(*id).start) == function;
        let refuses = code.within(span).any(|id| auth_words::refuses(code, id));
        let reads = |id: &ExprId| own(id) && !written.contains(id) && reads_credential(code, *id);
        let Some(read) = code.within(span).find(reads) else { continue };
        if !refuses {
            continue;
        }
        if let Some(at) = code.within(span).find(|id| fits_in_part(code, *id)) {
            report(
                file,
                code,
                at,
                "the credential only has to be a part of the right one: an empty one is",
                out,
            );
        } else if let Some(at) = code.within(span).find(|id| both_may_be_missing(code, *id, &needed)) {
            let message =
                "where the credential is not configured, a request that brings none has the right one";
            report(file, code, at, message, out);
        } else if !is_used(code, function, read) && !checked_elsewhere(code, function) {
            let message = "a credential has to be there, but nothing looks whether it is the right one";
            report(file, code, read, message, out);
        }
        for (test, then, _, at) in code.branches() {
            let inside = code.function_at(at.start) == function;
            if inside && then.first().is_some_and(|stmt| lets_in(code, stmt, true)) && says_near(code, *test)
            {
                let message =
                    "who says in a header that the request comes from nearby is let in without a credential";
                report(file, code, *test, message, out);
            } else if inside
                && then.first().is_some_and(|stmt| lets_in(code, stmt, true))
                && is_no_production(code, *test)
            {
                let message =
                    "every caller is let in until `NODE_ENV` says `production`, which nobody has to set";
                report(file, code, *test, message, out);
            }
        }
    }
}

fn report(file: &FileContext<'_>, code: &Code<'_>, at: ExprId, message: &str, out: &mut Findings) {
    out.report(Draft::new(file.place(code.module.span(at)), message).confidence(Confidence::Medium));
}

fn from_request(code: &Code<'_>, id: ExprId) -> bool {
    code.sources(id).into_iter().take(60).any(|part| reads_credential(code, part))
}

/// `token.includes(given)`, `token.startsWith(given)`: parts of the right one fit, too.
fn fits_in_part(code: &Code<'_>, id: ExprId) -> bool {
    let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { return false };
    let ExprKind::Member { object, property } = code.module.expr(callee).kind else { return false };
    matches!(code.module.name(property), "includes" | "startsWith" | "endsWith" | "startswith" | "endswith")
        && configured_secret(code, object).is_some()
        && !matches!(code.module.expr(code.resolve(object)).kind, ExprKind::Collection(..))
        && !is_list(code, object)
        && code.arguments(id).first().is_some_and(|given| from_request(code, *given))
}

/// True for what is named like several: `API_KEYS`.
fn is_list(code: &Code<'_>, id: ExprId) -> bool {
    code.last_name(id).is_some_and(|name| name.to_ascii_lowercase().ends_with('s'))
        || code
            .last_name_of_callee(code.resolve(id))
            .is_some_and(|name| matches!(name, "split" | "Set" | "map"))
}

/// The name of the configured credential that an expression reads: `os.environ.get("API_KEY")`, too.
fn setting_of(code: &Code<'_>, id: ExprId) -> Option<String> {
    configured_secret(code, id).or_else(|| {
        let name = code.arguments(code.resolve(id)).first().and_then(|name| code.text(*name))?;
        is_secret(name).then(|| name.to_owned())
    })
}

/// `headers["x-api-key"] !== process.env.API_KEY`: equal where both are missing.
fn both_may_be_missing(code: &Code<'_>, id: ExprId, needed: &[String]) -> bool {
    let ExprKind::Binary { op: BinaryOp::Equal | BinaryOp::NotEqual, left, right } =
        code.module.expr(id).kind
    else {
        return false;
    };
    let is_raw = |id: ExprId| reads_credential(code, code.resolve(id));
    let is_setting = |id: ExprId| {
        let path = code.path(code.resolve(id));
        let raw = path.starts_with("process.env.")
            || path.starts_with("os.environ.get")
            || path.starts_with("os.getenv");
        let has_default = code.arguments(code.resolve(id)).len() > 1;
        raw && !has_default
            && !matches!(code.module.expr(code.resolve(id)).kind, ExprKind::Binary { .. })
            && setting_of(code, id).is_some_and(|name| !needed.contains(&name))
    };
    let (given, wanted) = if is_raw(left) { (left, right) } else { (right, left) };
    if !is_raw(given) || !is_setting(wanted) {
        return false;
    }
    // `!key || key !== process.env.API_KEY`, in this test or in one before it.
    let function = code.function_at(code.module.span(id).start);
    let name = |id: ExprId| code.path(id);
    let (given, wanted) = (name(given), name(wanted));
    !code.within(code.function_span(function)).any(|other| match code.module.expr(other).kind {
        ExprKind::Not(value) => [&given, &wanted].contains(&&name(value)),
        ExprKind::Binary { op: BinaryOp::And | BinaryOp::Or, left, right } => {
            [left, right].iter().any(|side| [&given, &wanted].contains(&&name(*side)))
        }
        _ => false,
    })
}

/// True where what a request brought goes anywhere but into tests of its form: it is compared, looked up, handed on or
/// kept.
fn is_used(code: &Code<'_>, function: FunctionId, read: ExprId) -> bool {
    let span = code.function_span(function);
    let from = |id: ExprId| code.sources(id).into_iter().take(80).any(|part| reads_credential(code, part));
    let kept = code.assignments().iter().any(|(target, value, at)| {
        let inside = span.start <= at.start && at.end <= span.end;
        inside && matches!(target, Pattern::Place(_)) && from(*value)
    });
    let literal = |id: ExprId| {
        matches!(
            code.module.expr(id).kind,
            ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Null | ExprKind::Bool(_)
        ) || matches!(code.module.expr(id).kind, ExprKind::Global(name) if code.module.name(name) == "undefined")
    };
    kept || returns(code, function).into_iter().any(from)
        || code.within(span).any(|id| {
            id != read
                && match code.module.expr(id).kind {
                    ExprKind::Call { .. } | ExprKind::New { .. } => {
                        let of_form =
                            code.last_name_of_callee(id).is_some_and(|name| OF_FORM.contains(&name));
                        !of_form && code.all_arguments(id).iter().any(|argument| from(argument.value))
                    }
                    ExprKind::Binary { op: BinaryOp::Equal | BinaryOp::NotEqual, left, right } => {
                        let sides = [(left, right), (right, left)];
                        sides
                            .into_iter()
                            .any(|(given, other)| from(given) && !literal(other) && !is_word(code, other))
                    }
                    ExprKind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, right } => {
                        from(left) && !literal(right)
                    }
                    ExprKind::Index { index, .. } => from(index),
                    ExprKind::Object(_) | ExprKind::Yield(_) => from(id),
                    _ => false,
                }
        })
}

/// A variable that holds a fixed word: `const SCHEME = "Bearer"`.
fn is_word(code: &Code<'_>, id: ExprId) -> bool {
    code.text(id).is_some()
}

/// What a function returns, functions inside of it left out.
fn returns(code: &Code<'_>, function: FunctionId) -> Vec<ExprId> {
    let mut open = vec![code.module.function(function).body.as_slice()];
    let mut found = Vec::new();
    while let Some(list) = open.pop() {
        for stmt in list {
            if let StmtKind::Return(Some(value)) = stmt.kind {
                found.push(value);
            }
            stmt.inner(&mut open);
        }
    }
    found
}

/// True where something else in the file checks callers, or holds the right credential.
fn checked_elsewhere(code: &Code<'_>, function: FunctionId) -> bool {
    let span = code.function_span(function);
    code.all().any(|id| match code.module.expr(id).kind {
        ExprKind::Call { .. } | ExprKind::New { .. } => {
            let at = code.module.span(id);
            let outside = at.start < span.start || at.end > span.end;
            code.callee(id).is_some_and(|path| {
                let last = path.rsplit('.').next().unwrap_or_default();
                (auth_words::verifies(last) || auth_words::requires_token(last))
                    && (outside || last != "authenticate")
            })
        }
        ExprKind::Binary { op: BinaryOp::Equal | BinaryOp::NotEqual, left, right } => {
            holds_secret(code, left) != holds_secret(code, right)
        }
        _ => false,
    })
}

/// True for a test of what a header says of where the request comes from.
fn says_near(code: &Code<'_>, test: ExprId) -> bool {
    let is_near = |id: ExprId| {
        code.text(id).is_some_and(|text| {
            ["localhost", "127.0.0.1", "::1"]
                .iter()
                .any(|near| text.starts_with(near) || text.ends_with(near))
        })
    };
    let span = code.module.span(test);
    if !code.within(span).any(is_near) {
        return false;
    }
    let of_header = |id: ExprId| {
        let named = |name: &str| {
            matches!(
                name.to_ascii_lowercase().as_str(),
                "host" | "x-forwarded-for" | "x-real-ip" | "x-forwarded-host" | "referer" | "user-agent"
            )
        };
        match code.module.expr(id).kind {
            ExprKind::Member { .. } | ExprKind::Index { .. } => {
                code.last_name(id).is_some_and(named)
                    && code.path(id).to_ascii_lowercase().contains("headers")
            }
            ExprKind::Call { callee, .. } => {
                let path = code.path(callee).to_ascii_lowercase();
                (path.contains("header") || path.starts_with("req"))
                    && code.arguments(id).first().and_then(|name| code.text(*name)).is_some_and(named)
            }
            _ => false,
        }
    };
    code.within(span).any(|id| code.sources(id).into_iter().take(40).any(of_header))
}

/// `process.env.NODE_ENV !== "production"`.
fn is_no_production(code: &Code<'_>, test: ExprId) -> bool {
    let ExprKind::Binary { op: BinaryOp::NotEqual, left, right } = code.module.expr(test).kind else {
        return false;
    };
    code.path(code.resolve(left)) == "process.env.NODE_ENV" && code.text(right) == Some("production")
}
