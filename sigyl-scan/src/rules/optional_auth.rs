//! Middleware that lets requests without a credential go on, and routes that have none.

use sigyl_core::Confidence;

use super::{
    auth_words,
    code::{Code, inner},
    skipped_auth::lets_in,
};
use crate::{
    context::FileContext,
    ir::{ExprId, ExprKind, Function, FunctionId, Stmt, StmtKind},
    rule::{Draft, Findings},
};

/// The name by which a middleware lets a request go on.
pub(super) fn is_middleware(function: &Function, code: &Code<'_>) -> Option<&'static str> {
    let names: Vec<&str> =
        function.params.iter().filter_map(|param| param.name).map(|name| code.module.name(name)).collect();
    if names.contains(&"call_next") {
        return Some("call_next");
    }
    (names.len() >= 2 && names.last() == Some(&"next")).then_some("next")
}

/// A middleware that reads a credential, and lets the request go on whether there is one or not.
pub(super) fn optional_credential(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    let elsewhere = code.all().any(|id| match code.module.expr(id).kind {
        ExprKind::Call { .. } | ExprKind::New { .. } => {
            code.callee(id).is_some_and(|path| auth_words::requires_token(&path))
        }
        _ => false,
    });
    if elsewhere {
        return;
    }
    for (index, function) in code.module.functions.iter().enumerate() {
        let id = FunctionId(index as u32);
        let Some(next) = is_middleware(function, code) else { continue };
        let span = code.function_span(id);
        let reads = code.within(span).find(|id| reads_credential(code, *id));
        let Some(reads) = reads else { continue };
        let tests =
            code.branches().iter().any(|(.., branch)| span.start <= branch.start && branch.end <= span.end);
        let goes_on = code
            .within(span)
            .any(|id| code.callee(id).as_deref() == Some(next) && !passes_error(code, id, next));
        let refuses = code.within(span).any(|id| {
            auth_words::refuses(code, id)
                || auth_words::requires_token(&code.callee(id).unwrap_or_default())
                || code.callee(id).as_deref() == Some(next) && passes_error(code, id, next)
        }) || throws(&function.body);
        // A helper of the tree that gets the request may refuse by itself.
        let helped = code.within(span).any(|id| {
            code.callee(id).is_some_and(|path| auth_words::verifies(&path) && !path.contains("header"))
        });
        if tests && goes_on && !refuses && !helped {
            let message = "a request without this credential goes on like one with it: nothing here refuses";
            out.report(
                Draft::new(file.place(code.module.span(reads)), message).confidence(Confidence::Medium),
            );
        }
    }
}

/// `next(error)`.
fn passes_error(code: &Code<'_>, id: ExprId, next: &str) -> bool {
    next == "next" && !code.arguments(id).is_empty()
}

fn throws(body: &[Stmt]) -> bool {
    let mut open = vec![body];
    while let Some(list) = open.pop() {
        for stmt in list {
            if matches!(stmt.kind, StmtKind::Throw(_)) {
                return true;
            }
            open.extend(inner(stmt));
        }
    }
    false
}

/// True for a read of a header that holds a caller's credential.
pub(super) fn reads_credential(code: &Code<'_>, id: ExprId) -> bool {
    match code.module.expr(id).kind {
        ExprKind::Call { callee, .. } => {
            let path = code.path(callee).to_ascii_lowercase();
            (path.contains("header") || path.starts_with("req"))
                && code
                    .arguments(id)
                    .first()
                    .and_then(|name| code.text(*name))
                    .is_some_and(auth_words::is_credential)
        }
        ExprKind::Member { .. } | ExprKind::Index { .. } => {
            code.last_name(id).is_some_and(auth_words::is_credential)
                && code.path(id).to_ascii_lowercase().contains("headers")
        }
        _ => false,
    }
}

/// A middleware that refuses a wrong credential, but not its absence.
pub(super) fn absent_credential(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    for (test, then, _, span) in code.branches() {
        let ExprKind::Not(value) = code.module.expr(*test).kind else { continue };
        let function = code.function_at(span.start);
        if is_middleware(code.module.function(function), code).is_none()
            || !then.first().is_some_and(|stmt| lets_in(code, stmt, false))
            || !code.made_from(value, reads_credential)
        {
            continue;
        }
        let message = "a request that brings no credential is let in: only a wrong one is refused";
        out.report(Draft::new(file.place(code.module.span(*test)), message).confidence(Confidence::Medium));
    }
}

/// True for a check of callers among the arguments of a route.
fn is_check(code: &Code<'_>, id: ExprId) -> bool {
    let resolved = code.resolve(id);
    code.callee(resolved).is_some_and(|path| auth_words::is_middleware(&path))
        || code.last_name(id).is_some_and(auth_words::is_middleware)
        || match code.module.expr(resolved).kind {
            ExprKind::Collection(_, list) => code.module.list(list).iter().any(|one| is_check(code, *one)),
            _ => false,
        }
}

/// A route of the transport without the check that its other routes have.
pub(super) fn open_route(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    let mut checked = false;
    let mut covered: Vec<&str> = Vec::new();
    let mut open: Vec<(ExprId, &str)> = Vec::new();
    for id in code.all() {
        let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { continue };
        let ExprKind::Member { property, .. } = code.module.expr(callee).kind else { continue };
        let arguments = code.arguments(id);
        let method = code.module.name(property);
        if method == "use" && arguments.iter().any(|argument| is_check(code, *argument)) {
            let Some(paths) = mounted_at(code, &arguments) else { return };
            if paths.is_empty() {
                // It covers what is registered after it.
                checked = true;
                break;
            }
            covered.extend(paths);
            continue;
        }
        if !matches!(method, "get" | "post" | "all" | "delete" | "put" | "patch") || arguments.len() < 2 {
            continue;
        }
        let Some(path) = code.text(arguments[0]) else { continue };
        let handled = arguments.last().and_then(|handler| code.as_function(*handler));
        let span = handled.map(|function| code.function_span(function));
        let any = |test: &dyn Fn(ExprId) -> bool| span.is_some_and(|span| code.within(span).any(test));
        let is_transport = is_transport_path(path);
        if covered.iter().any(|mount| {
            path.strip_prefix(mount).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }) {
            checked |= is_transport;
            continue;
        }
        if !is_transport && (method == "get" || is_for_strangers(path) || !any(&|id| reads_request(code, id)))
        {
            continue;
        }
        if arguments[1..].iter().any(|argument| is_check(code, *argument)) {
            checked |= is_transport;
            continue;
        }
        let verifies = any(&|id| code.callee(id).is_some_and(|path| auth_words::verifies(&path)));
        let refuses = any(&|id| auth_words::refuses(code, id));
        checked |= is_transport && refuses && (verifies || any(&|id| reads_credential(code, id)));
        if !verifies && !refuses && !any(&|id| matches!(code.module.expr(id).kind, ExprKind::Number(405.0))) {
            open.push((id, path));
        }
    }
    for (id, path) in open.into_iter().filter(|_| checked) {
        let message =
            format!("`{path}` has no check of the caller, unlike the other routes of the transport");
        out.report(Draft::new(file.place(code.module.span(id)), message).confidence(Confidence::Medium));
    }
}

/// FastAPI: `@app.post("/messages")` without the dependency that `@app.get("/sse", dependencies=[…])` has.
pub(super) fn open_fastapi_route(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    let depends_on_check = |id: ExprId| {
        code.within(code.module.span(id)).any(|part| {
            matches!(code.last_name_of_callee(part), Some("Depends" | "Security"))
                && code.arguments(part).first().is_some_and(|one| {
                    code.last_name(*one).is_some_and(|name| {
                        auth_words::verifies(name) || name.to_ascii_lowercase().contains("token")
                    })
                })
        })
    };
    // What is asked of all routes, or by middleware, is asked of these.
    let asked_of_all = code.all().any(|id| match code.last_name_of_callee(id) {
        Some("FastAPI" | "APIRouter" | "include_router") => code.option(id, "dependencies").is_some(),
        Some("add_middleware" | "middleware") => true,
        _ => false,
    });
    if asked_of_all {
        return;
    }
    let mut checked = false;
    let mut open: Vec<(ExprId, &str)> = Vec::new();
    for function in &code.module.functions {
        for decorator in &function.decorators {
            if !matches!(
                code.last_name_of_callee(*decorator),
                Some("get" | "post" | "delete" | "put" | "api_route")
            ) {
                continue;
            }
            let path = code.arguments(*decorator).first().and_then(|path| code.text(*path));
            let Some(path) = path.filter(|path| is_transport_path(path)) else { continue };
            let asks = code.option(*decorator, "dependencies").is_some_and(depends_on_check)
                || function.params.iter().any(|param| {
                    param.default.is_some_and(depends_on_check)
                        || param.annotation.is_some_and(depends_on_check)
                });
            let by_itself = code.within(function.span).any(|id| {
                auth_words::refuses(code, id)
                    || code.callee(id).is_some_and(|path| auth_words::verifies(&path))
            });
            if asks {
                checked = true;
            } else if !by_itself {
                open.push((*decorator, path));
            }
        }
    }
    for (id, path) in open.into_iter().filter(|_| checked) {
        let message =
            format!("`{path}` has no check of the caller, unlike the other routes of the transport");
        out.report(Draft::new(file.place(code.module.span(id)), message).confidence(Confidence::Medium));
    }
}

/// A route beside the protocol's own, which the SDK serves without the check that its server is given:
/// `@mcp.custom_route("/export/{name}", methods=["GET"])`.
pub(super) fn open_custom_route(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    let asks = code.all().any(|id| {
        let is_server =
            code.last_name_of_callee(id).is_some_and(|name| name.ends_with("MCP") || name == "MCPServer");
        is_server
            && ["auth", "token_verifier", "auth_server_provider"]
                .iter()
                .any(|name| code.option(id, name).is_some())
    });
    if !asks {
        return;
    }
    for function in &code.module.functions {
        for decorator in &function.decorators {
            if code.last_name_of_callee(*decorator) != Some("custom_route") {
                continue;
            }
            let path = code.arguments(*decorator).first().and_then(|path| code.text(*path));
            let Some(path) = path.filter(|path| !is_for_strangers(path)) else { continue };
            let takes = path.contains('{')
                || code.within(function.span).any(|id| {
                    reads_request(code, id)
                        || code
                            .last_name(id)
                            .is_some_and(|name| matches!(name, "query_params" | "json" | "form"))
                });
            let by_itself = code.within(function.span).any(|id| {
                auth_words::refuses(code, id)
                    || code.callee(id).is_some_and(|path| auth_words::verifies(&path))
            });
            if takes && !by_itself {
                let message = format!(
                    "`{path}` is served without the check that the server's own endpoint has: the SDK asks nothing for custom routes"
                );
                out.report(
                    Draft::new(file.place(code.module.span(*decorator)), message)
                        .confidence(Confidence::Medium),
                );
            }
        }
    }
}

/// The paths that middleware is mounted at; empty for all of them, `None` where nobody can tell.
fn mounted_at<'m>(code: &Code<'m>, arguments: &[ExprId]) -> Option<Vec<&'m str>> {
    let first = *arguments.first()?;
    if is_check(code, first) {
        return Some(Vec::new());
    }
    let resolved = code.resolve(first);
    let paths: Vec<&str> = match code.module.expr(resolved).kind {
        ExprKind::Collection(_, list) => {
            code.module.list(list).iter().map(|one| code.text(*one)).collect::<Option<_>>()?
        }
        _ => vec![code.text(first)?],
    };
    let everywhere = paths.iter().any(|path| matches!(*path, "/" | "*" | "/*"));
    let trimmed = |path: &'m str| path.trim_end_matches('*').trim_end_matches('/');
    Some(if everywhere { Vec::new() } else { paths.into_iter().map(trimmed).collect() })
}

/// True for what a request brings besides its headers.
fn reads_request(code: &Code<'_>, id: ExprId) -> bool {
    let ExprKind::Member { property, .. } = code.module.expr(id).kind else { return false };
    matches!(code.module.name(property), "body" | "params" | "query")
        && ["req.", "request.", "ctx.", "c.req."].iter().any(|start| code.path(id).starts_with(start))
}

/// True for paths of routes that are there for whoever has no credential yet, or that others sign.
fn is_for_strangers(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    [
        "auth",
        "login",
        "logout",
        "token",
        "regist",
        "signup",
        "callback",
        "consent",
        "well-known",
        "webhook",
        "hook",
        "health",
        "ping",
        "status",
        "introspect",
        "revoke",
        "session",
        "csp",
        "public",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// True for the usual paths of MCP transports.
fn is_transport_path(path: &str) -> bool {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    matches!(last, "mcp" | "sse" | "message" | "messages" | "rpc" | "stream")
}
