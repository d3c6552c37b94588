//! What belongs to one client, kept where all clients share it.

use sigyl_core::{Class, Confidence, Severity, Span};

use super::code::{Code, words};
use crate::{
    context::FileContext,
    files::FileRole,
    ir::{ExprId, ExprKind, FunctionId, Pattern, VarId},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct SharedSessionState;

static META: RuleMeta = RuleMeta {
    id: "shared-session-state",
    title: "State of one client shared with all",
    class: Class::SessionHijack,
    severity: Severity::Warning,
    cwe: &[488, 362],
    owasp: Some("MCP10"),
    practice: Some("state-handle-hijacking"),
    since: "0.1.0",
    fixes: &[
        "Keep what belongs to a caller in the request, in a ContextVar or AsyncLocalStorage, or in a table keyed by session and user",
        "Make a server and a transport for each session, or for each request",
    ],
    page: include_str!("shared_session_state.md"),
};

impl Rule for SharedSessionState {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if file.role != FileRole::Runtime {
            return;
        }
        let words = ["eader", "ransport", "req", "authInfo", "ookie"];
        let Some(code) = Code::of(file, &words) else { return };
        let mut report = |span: Span, message: String| {
            out.report(Draft::new(file.place(span), message).confidence(Confidence::Medium));
        };
        let routes = routes(&code);
        for (target, value, span) in code.assignments() {
            let function = code.function_at(span.start);
            if function == FunctionId::MODULE {
                continue;
            }
            let Some(name) = shared_place(&code, &routes, target, function) else { continue };
            if matches!(code.module.expr(*value).kind, ExprKind::Null) {
                continue;
            }
            if makes_transport(&code, *value) && is_read_elsewhere(&code, target, function) {
                report(
                    *span,
                    format!("every client that connects replaces `{name}`: answers go to whoever came last"),
                );
            } else if let Some(from) = of_caller(&code, *value, &name)
                .or_else(|| of_tool(&code, *value, &name, function).filter(|_| serves_by_name(&code)))
                && (is_member(target) || is_read_elsewhere(&code, target, function))
            {
                report(
                    *span,
                    format!(
                        "`{from}` of one request is kept in `{name}`, which all requests share: another caller's call can use it"
                    ),
                );
            }
        }
        for id in code.all() {
            if let Some(name) = updates_shared_headers(&code, id) {
                report(
                    code.module.span(id),
                    format!(
                        "a caller's credential is put into `{name}`, which all requests share: another caller's call can use it"
                    ),
                );
            }
            if let Some(name) = connects_shared_server(&code, &routes, id) {
                report(
                    code.module.span(id),
                    format!(
                        "each request connects its own transport to the one `{name}`: answers can go to another client"
                    ),
                );
            }
        }
    }
}

/// The name of what an assignment inside a function changes, where all requests share it: a variable of the module, the
/// environment, or a fixed member of an object of the module.
fn shared_place(code: &Code<'_>, routes: &[Route], target: &Pattern, function: FunctionId) -> Option<String> {
    let mut of_route = routes.iter().filter(|route| route.handler == function);
    match target {
        Pattern::Variable(variable, _) => {
            let declared = code.module.variable(*variable).function;
            let name = code.module.name(code.module.variable(*variable).name);
            (declared == FunctionId::MODULE && function != FunctionId::MODULE
                || declared != function && of_route.any(|route| route.within == declared))
            .then(|| name.to_owned())
        }
        Pattern::Global(name, _) => Some(code.module.name(*name).to_owned()),
        Pattern::Place(place) => {
            let mut at = *place;
            for _ in 0..8 {
                at = match code.module.expr(at).kind {
                    ExprKind::Member { object, .. } => object,
                    ExprKind::Index { object, index } => {
                        // A key that is worked out tells callers apart.
                        code.text(index)?;
                        object
                    }
                    ExprKind::Variable(variable) => {
                        return (is_of_module(code, variable) && !is_context(code, variable))
                            .then(|| code.path(*place));
                    }
                    ExprKind::Global(name)
                        if matches!(code.module.name(name), "process" | "globalThis" | "global") =>
                    {
                        return Some(code.path(*place));
                    }
                    // The object that the routes were made by.
                    ExprKind::This if of_route.next().is_some() => return Some(code.path(*place)),
                    _ => return None,
                };
            }
            None
        }
        _ => None,
    }
}

fn is_of_module(code: &Code<'_>, variable: VarId) -> bool {
    code.module.variable(variable).function == FunctionId::MODULE
}

/// Objects of the module whose members differ from request to request: Flask's `g` and `session`.
fn is_context(code: &Code<'_>, variable: VarId) -> bool {
    let import = code.module.imports.iter().find(|import| import.variable == Some(variable));
    import.is_some_and(|import| {
        let module = code.module.name(import.module);
        [
            "flask",
            "quart",
            "contextvars",
            "async_hooks",
            "werkzeug",
            "starlette_context",
            "express-http-context",
        ]
        .iter()
        .any(|one| module.trim_start_matches("node:").starts_with(one))
    }) || code.values_of(variable).iter().any(|value| {
        code.callee(*value).is_some_and(|path| {
            path.ends_with("AsyncLocalStorage")
                || path.ends_with("ContextVar")
                || path.ends_with("threading.local")
                || path.ends_with("Local")
        })
    })
}

fn is_member(target: &Pattern) -> bool {
    matches!(target, Pattern::Place(_))
}

/// True when another function than the one that assigns reads the variable, or the field of the object around it.
fn is_read_elsewhere(code: &Code<'_>, target: &Pattern, function: FunctionId) -> bool {
    let field = |place: ExprId| match code.module.expr(place).kind {
        ExprKind::Member { object, property } if matches!(code.module.expr(object).kind, ExprKind::This) => {
            Some(property)
        }
        _ => None,
    };
    let span = code.function_span(function);
    code.all().any(|id| {
        let at = code.module.span(id);
        let is_it = match target {
            Pattern::Variable(variable, _) => {
                matches!(code.module.expr(id).kind, ExprKind::Variable(one) if one == *variable)
            }
            Pattern::Place(place) => field(*place).is_some_and(|name| field(id) == Some(name)),
            _ => false,
        };
        is_it
            && !(span.start <= at.start && at.end <= span.end)
            && code.function_at(at.start) != FunctionId::MODULE
    })
}

/// A transport for one client, made here.
fn makes_transport(code: &Code<'_>, value: ExprId) -> bool {
    code.last_name_of_callee(code.resolve(value)).is_some_and(|name| {
        matches!(
            name,
            "SSEServerTransport"
                | "StreamableHTTPServerTransport"
                | "NodeStreamableHTTPServerTransport"
                | "WebStandardStreamableHTTPServerTransport"
        )
    })
}

/// True for names of what belongs to one caller.
fn is_personal(name: &str) -> bool {
    words(name).iter().any(|word| {
        matches!(
            word.as_str(),
            "token"
                | "authorization"
                | "user"
                | "username"
                | "userid"
                | "tenant"
                | "session"
                | "apikey"
                | "credential"
                | "credentials"
                | "auth"
                | "account"
                | "identity"
                | "principal"
                | "cookie"
                | "cookies"
                | "bearer"
                | "email"
                | "headers"
                | "password"
                | "caller"
        )
    }) || name.to_ascii_lowercase().ends_with("api-key")
        || name.to_ascii_lowercase().ends_with("api_key")
        || name == "apiKey"
}

/// What of a caller's request a value is made from.
fn of_caller(code: &Code<'_>, value: ExprId, target: &str) -> Option<String> {
    if code.as_function(value).is_some() {
        return None;
    }
    let passes = |code: &Code<'_>, call: ExprId| {
        code.last_name_of_callee(call).is_some_and(|name| {
            matches!(
                name,
                "String"
                    | "str"
                    | "replace"
                    | "removeprefix"
                    | "slice"
                    | "split"
                    | "trim"
                    | "strip"
                    | "get"
                    | "header"
                    | "verify"
                    | "decode"
                    | "jwtVerify"
            ) || words(name)
                .iter()
                .any(|word| matches!(word.as_str(), "verify" | "authenticate" | "extract" | "parse"))
        })
    };
    code.sources_through(value, passes).into_iter().take(60).find_map(|id| {
        let path = match code.module.expr(id).kind {
            ExprKind::Member { .. } | ExprKind::Index { .. } => code.path(id),
            ExprKind::Call { callee, .. } => {
                let name = code.arguments(id).first().and_then(|name| code.text(*name))?;
                code.path(callee) + "." + name
            }
            _ => return None,
        };
        let lower = path.to_ascii_lowercase();
        let root = lower.split('.').next().unwrap_or_default().trim_end_matches("()");
        // What stands in the environment is for all, whosever it is.
        let for_all = target.starts_with("process.env.") || target.starts_with("os.environ");
        let of_address = lower.split('.').any(|part| part == "searchparams") && (for_all || root == "url");
        let of_request = of_address
            || matches!(root, "req" | "request" | "ctx" | "c" | "extra" | "context" | "headers" | "flask")
                && [
                    "headers",
                    "header",
                    "query",
                    "cookies",
                    "user",
                    "auth",
                    "authinfo",
                    "query_params",
                    "args",
                    "get",
                    "session",
                ]
                .iter()
                .any(|part| lower.split('.').any(|one| one.trim_end_matches("()") == *part));
        let last = path.rsplit('.').next().unwrap_or(&path);
        let personal = is_personal(last) || target.split('.').any(is_personal);
        (of_request && personal && !lower.starts_with("requests")).then(|| path.clone())
    })
}

/// The argument of a tool that a value is, where it tells who calls.
fn of_tool(code: &Code<'_>, value: ExprId, target: &str, function: FunctionId) -> Option<String> {
    let definition = code.module.function(function);
    let is_tool = definition.decorators.iter().any(|decorator| {
        let called = code.last_name_of_callee(*decorator).or_else(|| code.last_name(*decorator));
        called == Some("tool")
    });
    let ExprKind::Variable(variable) = code.module.expr(value).kind else { return None };
    let name = code.module.variable(variable).name;
    let is_param = definition.params.iter().any(|param| param.name == Some(name));
    let name = code.module.name(name);
    (is_tool && is_param && (is_personal(name) || is_personal(target))).then(|| name.to_owned())
}

/// True where a file says by name that it answers more than the one client that started it.
fn serves_by_name(code: &Code<'_>) -> bool {
    code.all().any(|id| {
        code.last_name_of_callee(id).is_some_and(|name| matches!(name, "run" | "run_async"))
            && code
                .option(id, "transport")
                .and_then(|transport| code.text(transport))
                .is_some_and(|transport| transport != "stdio")
    }) || code
        .module
        .names
        .iter()
        .any(|name| matches!(&**name, "streamable_http_app" | "sse_app" | "http_app"))
}

/// `session.headers.update({"Authorization": request.headers[…]})` on a client of the module.
fn updates_shared_headers(code: &Code<'_>, id: ExprId) -> Option<String> {
    let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { return None };
    let ExprKind::Member { object, property } = code.module.expr(callee).kind else { return None };
    let path = code.path(object);
    if !matches!(code.module.name(property), "update" | "set" | "append" | "setdefault")
        || !path.to_ascii_lowercase().contains("headers")
    {
        return None;
    }
    let ExprKind::Member { object: client, .. } = code.module.expr(object).kind else { return None };
    let ExprKind::Variable(variable) = code.module.expr(client).kind else { return None };
    if !is_of_module(code, variable) || code.function_at(code.module.span(id).start) == FunctionId::MODULE {
        return None;
    }
    code.arguments(id).iter().find_map(|value| of_caller(code, *value, "authorization")).map(|_| path)
}

/// `await server.connect(transport)` in a handler, with a transport of this request and a server of the module.
fn connects_shared_server(code: &Code<'_>, routes: &[Route], id: ExprId) -> Option<String> {
    let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { return None };
    let ExprKind::Member { object, property } = code.module.expr(callee).kind else { return None };
    if code.module.name(property) != "connect" {
        return None;
    }
    let ExprKind::Variable(server) = code.module.expr(object).kind else { return None };
    let made_here = code.values_of(server).iter().any(|value| {
        code.last_name_of_callee(*value).is_some_and(|name| matches!(name, "McpServer" | "Server"))
    });
    if !is_of_module(code, server) || !made_here {
        return None;
    }
    let transport = *code.arguments(id).first()?;
    let function = code.function_at(code.module.span(id).start);
    let made = code.module.span(code.resolve(transport));
    let around = code.function_span(function);
    let per_request = function != FunctionId::MODULE && around.start <= made.start && made.end <= around.end;
    (per_request && makes_transport(code, transport) && routes.iter().any(|route| route.handler == function))
        .then(|| code.module.name(code.module.variable(server).name).to_owned())
}

/// A function that a route is given, not one that runs once, and the function that makes the route, whose variables all
/// of its requests share.
struct Route {
    handler: FunctionId,
    within: FunctionId,
}

/// Every route of the file.
fn routes(code: &Code<'_>) -> Vec<Route> {
    let makes = |id: &ExprId| {
        matches!(
            code.last_name_of_callee(*id),
            Some("get" | "post" | "all" | "use" | "route" | "createServer" | "serve")
        )
    };
    code.all()
        .filter(makes)
        .flat_map(|id| {
            let within = code.function_at(code.module.span(id).start);
            code.arguments(id).into_iter().map(move |argument| (argument, within))
        })
        .filter_map(|(argument, within)| Some(Route { handler: code.as_function(argument)?, within }))
        .collect()
}
