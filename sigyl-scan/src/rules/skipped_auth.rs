//! Checks of callers that are made only where a secret is configured.

use sigyl_core::{Confidence, Span};

use super::{
    auth_words,
    code::{Code, words},
    optional_auth::is_middleware,
    waived_check::waived_without_secret,
};
use crate::{
    context::FileContext,
    ir::{BinaryOp, ExprId, ExprKind, FunctionId, Stmt, StmtKind},
    rule::{Draft, Findings},
};

/// True for the name of a credential that the server is configured with.
pub(super) fn is_secret(name: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [.., "secret" | "apikey" | "password" | "passwd" | "credentials"] => true,
        [.., "api" | "auth" | "access" | "secret" | "shared" | "server" | "mcp", "key"] => true,
        [.., "token"] => true,
        [.., "tokens" | "keys"] => words
            .iter()
            .any(|word| matches!(*word, "api" | "auth" | "access" | "valid" | "allowed" | "bearer")),
        _ => false,
    }
}

/// The name of the configured credential that an expression holds, where it is one and not what a request brought.
pub(super) fn configured_secret(code: &Code<'_>, id: ExprId) -> Option<String> {
    let own = code.last_name(id)?;
    let resolved = default_of(code, id).unwrap_or_else(|| code.resolve(id));
    let held = match code.module.expr(resolved).kind {
        // `os.getenv("API_KEY")`: named by the variable of the environment.
        ExprKind::Call { callee, .. } => {
            let variable = code.arguments(resolved).first().and_then(|name| code.text(*name));
            code.path(callee) + "." + variable.unwrap_or_default()
        }
        _ => code.path(resolved),
    };
    let canonical = held.rsplit('.').next().filter(|name| !name.is_empty() && *name != "?").unwrap_or(own);
    if !is_secret(own) && !is_secret(canonical) {
        return None;
    }
    let path = code.path(id);
    let configured = |path: &str| {
        let lower = path.to_ascii_lowercase();
        let rooted = [
            "process.env",
            "os.environ",
            "os.getenv",
            "deno.env",
            "config",
            "settings",
            "this.",
            "self.",
            "options",
            "opts",
            "env.",
            "c.env",
            "args.",
        ]
        .iter()
        .any(|root| lower.starts_with(root));
        // What is imported is named by its module first: `./config.config.apiKey`.
        rooted
            || lower
                .rsplit(['.', '/'])
                .skip(1)
                .any(|part| matches!(part, "config" | "settings" | "options" | "env"))
    };
    // `API_KEY`, also from another module.
    let constant = own.chars().any(char::is_alphabetic) && !own.chars().any(char::is_lowercase);
    let from_request = |path: &str| {
        ["headers", "query", "request", "req.", "cookies", "body"].iter().any(|word| path.contains(word))
    };
    let is_configured =
        !from_request(&path) && !from_request(&held) && (configured(&path) || configured(&held) || constant);
    is_configured.then(|| if is_secret(canonical) { canonical.to_owned() } else { own.to_owned() })
}

/// The default of the parameter that an expression names.
fn default_of(code: &Code<'_>, id: ExprId) -> Option<ExprId> {
    let ExprKind::Variable(variable) = code.module.expr(id).kind else { return None };
    let declared = code.module.variable(variable);
    let params = &code.module.function(declared.function).params;
    params.iter().find(|param| param.name == Some(declared.name))?.default
}

pub(super) fn is_empty(code: &Code<'_>, id: ExprId) -> bool {
    match code.module.expr(id).kind {
        ExprKind::Null => true,
        ExprKind::String(text) => code.module.name(text).is_empty(),
        _ => false,
    }
}

/// The credential whose absence an expression tests, as the whole test or, where `partly`, as a side of it.
pub(super) fn unset_secret(code: &Code<'_>, id: ExprId, partly: bool) -> Option<String> {
    match code.module.expr(id).kind {
        ExprKind::Not(value) => configured_secret(code, tested(code, value)),
        ExprKind::Binary { op: BinaryOp::Equal, left, right } => {
            if is_empty(code, right) || is_size(code, left) && is_zero(code, right) {
                configured_secret(code, tested(code, left))
            } else {
                None
            }
        }
        ExprKind::Binary { op: BinaryOp::Or, left, right } => {
            unset_secret(code, left, partly).or_else(|| unset_secret(code, right, partly))
        }
        ExprKind::Binary { op: BinaryOp::And, left, right } if partly => {
            unset_secret(code, left, partly).or_else(|| unset_secret(code, right, partly))
        }
        _ => None,
    }
}

/// The credential without which an expression is false: `secret && …`.
pub(super) fn needed_secret(code: &Code<'_>, id: ExprId) -> Option<String> {
    match code.module.expr(id).kind {
        ExprKind::Binary { op: BinaryOp::And, left, right } => {
            needed_secret(code, left).or_else(|| needed_secret(code, right))
        }
        ExprKind::Binary { op: BinaryOp::NotEqual, left, right } => {
            if is_empty(code, right) {
                configured_secret(code, left)
            } else {
                None
            }
        }
        ExprKind::Not(inner) => match code.module.expr(inner).kind {
            ExprKind::Not(value) => configured_secret(code, tested(code, value)),
            _ => None,
        },
        // `TOKEN.length > 0`, `len(TOKEN) > 0`.
        ExprKind::Binary { op: BinaryOp::Order, left, right } => {
            let by_size = is_size(code, left) && is_zero(code, right);
            by_size.then(|| configured_secret(code, tested(code, left))).flatten()
        }
        _ => configured_secret(code, tested(code, id)),
    }
}

/// What a test of its size or its truth is about: `TOKEN?.length`, `len(TOKEN)`, `Boolean(TOKEN)`, `TOKEN.trim()`.
fn tested(code: &Code<'_>, mut id: ExprId) -> ExprId {
    for _ in 0..3 {
        id = match code.module.expr(id).kind {
            ExprKind::Member { object, property }
                if matches!(code.module.name(property), "length" | "size") =>
            {
                object
            }
            ExprKind::Call { callee, .. } => match (code.module.expr(callee).kind, &*code.arguments(id)) {
                (ExprKind::Member { object, property }, [])
                    if matches!(code.module.name(property), "trim" | "strip") =>
                {
                    object
                }
                (_, [only])
                    if matches!(&*code.path(callee), "Boolean" | "bool" | "len" | "String" | "str") =>
                {
                    *only
                }
                _ => return id,
            },
            _ => return id,
        };
    }
    id
}

fn is_size(code: &Code<'_>, id: ExprId) -> bool {
    match code.module.expr(id).kind {
        ExprKind::Member { property, .. } => matches!(code.module.name(property), "length" | "size"),
        ExprKind::Call { .. } => code.callee(id).as_deref() == Some("len"),
        _ => false,
    }
}

fn is_zero(code: &Code<'_>, id: ExprId) -> bool {
    matches!(code.module.expr(id).kind, ExprKind::Number(0.0))
}

/// True for a test by which a check is left out where no credential is configured; `needed` are those without which the
/// server does not start.
pub(super) fn is_optional(code: &Code<'_>, test: ExprId, needed: &[String]) -> bool {
    let names = [unset_secret(code, test, true), needed_secret(code, test)];
    names.into_iter().flatten().any(|name| !needed.contains(&name))
}

/// Names of the credentials without which a server does not start.
pub(super) fn needed_to_start(code: &Code<'_>) -> Vec<String> {
    let stops = |list: &[Stmt]| {
        list.iter().any(|stmt| {
            matches!(stmt.kind, StmtKind::Throw(_))
                || code.within(stmt.span).any(|id| {
                    code.callee(id).is_some_and(|path| {
                        matches!(
                            &*path,
                            "process.exit" | "sys.exit" | "exit" | "Promise.reject" | "Deno.exit"
                        )
                    })
                })
        })
    };
    let stopped = code.branches().iter().filter(|(_, then, ..)| stops(then));
    stopped
        .filter_map(|(test, ..)| unset_secret(code, *test, false).or_else(|| unset_for_others(code, *test)))
        .collect()
}

/// `!TOKEN && !LOOPBACK.includes(host)`: the credential that is needed on every address but those of the machine itself.
fn unset_for_others(code: &Code<'_>, test: ExprId) -> Option<String> {
    let ExprKind::Binary { op: BinaryOp::And, left, right } = code.module.expr(test).kind else {
        return None;
    };
    let tells_loopback = |id: ExprId| {
        code.within(code.module.span(id)).any(|part| {
            code.text(part).is_some_and(|text| matches!(text, "127.0.0.1" | "::1" | "localhost"))
                || code.last_name(part).is_some_and(|name| {
                    let name = name.to_ascii_lowercase();
                    name.contains("loopback") || name.contains("localhost")
                })
        })
    };
    let side =
        |secret: ExprId, other: ExprId| unset_secret(code, secret, false).filter(|_| tells_loopback(other));
    side(left, right).or_else(|| side(right, left))
}

/// True for functions that decide who may.
pub(super) fn decides(code: &Code<'_>, function: FunctionId) -> bool {
    let name = words(code.function_name(function));
    let of_credentials = |word: &String| {
        matches!(word.as_str(), "token" | "tokens" | "key" | "keys" | "apikey" | "secret" | "bearer")
    };
    name.iter().any(|word| word == "check") && name.iter().any(of_credentials)
        || name.iter().any(|word| {
            matches!(
                word.as_str(),
                "auth"
                    | "authorized"
                    | "authorize"
                    | "authenticate"
                    | "authenticated"
                    | "authentication"
                    | "verify"
                    | "validate"
                    | "require"
                    | "allowed"
                    | "guard"
                    | "permitted"
            )
        })
        || is_middleware(code.module.function(function), code).is_some()
        || code
            .within(code.function_span(function))
            .any(|id| function != FunctionId::MODULE && code.text(id).is_some_and(auth_words::is_credential))
}

/// True for a statement that lets the request in.
pub(super) fn lets_in(code: &Code<'_>, stmt: &Stmt, in_check: bool) -> bool {
    let goes_on = |id: ExprId| {
        // ASGI: `await self.app(scope, receive, send)`.
        if code.callee(code.resolve(id)).as_deref() == Some("self.app")
            && code.arguments(code.resolve(id)).len() == 3
        {
            return true;
        }
        code.callee(code.resolve(id)).is_some_and(|path| matches!(&*path, "next" | "call_next"))
            && code
                .arguments(code.resolve(id))
                .iter()
                .all(|argument| !matches!(code.module.expr(*argument).kind, ExprKind::New { .. }))
    };
    match &stmt.kind {
        StmtKind::Return(None) => in_check && refuses_around(code, stmt.span),
        StmtKind::Return(Some(value)) => {
            goes_on(*value)
                || in_check
                    && match code.module.expr(*value).kind {
                        ExprKind::Bool(value) => value,
                        ExprKind::Null => refuses_around(code, stmt.span),
                        _ => false,
                    }
        }
        StmtKind::Expr(value) => goes_on(*value),
        _ => false,
    }
}

/// True for calls that only write to a log.
fn is_log(code: &Code<'_>, stmt: &Stmt) -> bool {
    let StmtKind::Expr(id) = stmt.kind else { return false };
    code.callee(id).is_some_and(|path| {
        [
            "console.",
            "logger.",
            "logging.",
            "log.",
            "print",
            "warnings.warn",
            "process.stderr.write",
            "sys.stderr.write",
            "this.logger",
            "self.logger",
        ]
        .iter()
        .any(|word| path.starts_with(word))
    })
}

/// True when the function around answers others with a refusal: its plain return lets the request in.
fn refuses_around(code: &Code<'_>, span: Span) -> bool {
    let function = code.function_at(span.start);
    function != FunctionId::MODULE
        && code.within(code.function_span(function)).any(|id| auth_words::refuses(code, id))
}

/// True when a check is made only with the credential at hand: what does not match is refused, and all else goes on.
fn checks_only_with(code: &Code<'_>, test: ExprId, then: &[Stmt], otherwise: &[Stmt], span: Span) -> bool {
    if !otherwise.is_empty()
        || !then.iter().any(|stmt| code.within(stmt.span).any(|id| auth_words::refuses(code, id)))
    {
        return false;
    }
    let mut compared = code.within(Span::new(code.module.span(test).start, span.end));
    compared.any(|id| match code.module.expr(id).kind {
        ExprKind::Binary { op: BinaryOp::Equal | BinaryOp::NotEqual, left, right } => {
            !is_empty(code, right)
                && !is_empty(code, left)
                && holds_secret(code, left) != holds_secret(code, right)
        }
        ExprKind::Call { .. } => {
            code.callee(id).is_some_and(|path| auth_words::verifies(&path))
                && code.arguments(id).iter().any(|argument| holds_secret(code, *argument))
        }
        _ => false,
    })
}

/// A check that is installed only where a secret is set, or that becomes one that lets everyone in where it is not.
fn installed_only_with(
    code: &Code<'_>,
    test: ExprId,
    then: &[Stmt],
    otherwise: &[Stmt],
) -> Option<(String, String)> {
    if let Some(name) = needed_secret(code, test) {
        let installs = then.iter().any(|stmt| {
            code.within(stmt.span).any(|id| {
                matches!(code.last_name_of_callee(id), Some("use" | "addHook" | "add_middleware"))
                    && code.arguments(id).iter().any(|one| {
                        code.last_name_of_callee(*one)
                            .or_else(|| code.last_name(*one))
                            .is_some_and(checks_callers)
                            || holds_secret(code, *one)
                    })
            })
        });
        if installs && otherwise.iter().all(|stmt| is_log(code, stmt)) {
            let message = format!(
                "the check of callers is installed only where `{name}` is set: forgetting to configure it opens the server"
            );
            return Some((name, message));
        }
        return None;
    }
    let ExprKind::Not(value) = code.module.expr(test).kind else { return None };
    let name = code.last_name(value).filter(|name| is_secret(name))?;
    let first = then.iter().find(|stmt| !is_log(code, stmt))?;
    let StmtKind::Return(Some(returned)) = first.kind else { return None };
    let function = code.as_function(returned)?;
    let body = &code.module.function(function).body;
    let is_noop = is_middleware(code.module.function(function), code).is_some()
        && matches!(body.as_slice(), [only] if lets_in(code, only, false));
    let message = format!(
        "without `{name}` the check of callers is replaced by one that lets everyone in: forgetting to configure it opens the server"
    );
    is_noop.then(|| (name.to_owned(), message))
}

/// True for names of checks of callers: `requireKey`, `BearerMiddleware`.
pub(super) fn checks_callers(name: &str) -> bool {
    auth_words::is_middleware(name)
        || words(name).iter().any(|word| {
            matches!(
                word.as_str(),
                "auth" | "bearer" | "apikey" | "token" | "authenticate" | "authentication"
            )
        })
}

/// True for the configured credential itself, or a text made with it.
pub(super) fn holds_secret(code: &Code<'_>, id: ExprId) -> bool {
    code.sources(id).into_iter().take(20).any(|part| configured_secret(code, part).is_some())
}

/// Reports checks that an empty secret turns off, and starts without one that only print a warning.
pub(super) fn skipped_without_secret(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    // A server that does not start without its credential never gets there.
    let refused = needed_to_start(code);
    waived_without_secret(file, code, &refused, out);
    for (test, then, otherwise, span) in code.branches() {
        let function = code.function_at(span.start);
        if let Some(name) = needed_secret(code, *test)
            && !refused.contains(&name)
            && function != FunctionId::MODULE
            && checks_only_with(code, *test, then, otherwise, *span)
        {
            let message = format!(
                "the check is made only where `{name}` is set: forgetting to configure it opens the server"
            );
            out.report(
                Draft::new(file.place(code.module.span(*test)), message).confidence(Confidence::Medium),
            );
            continue;
        }
        if let Some((name, message)) = installed_only_with(code, *test, then, otherwise)
            && !refused.contains(&name)
        {
            out.report(
                Draft::new(file.place(code.module.span(*test)), message).confidence(Confidence::Medium),
            );
            continue;
        }
        if let Some(name) = unset_secret(code, *test, false) {
            let first = then.iter().find(|stmt| !is_log(code, stmt));
            if !refused.contains(&name)
                && decides(code, function)
                && first.is_some_and(|stmt| lets_in(code, stmt, true))
            {
                let message = format!(
                    "without `{name}` every caller is let in: forgetting to configure it opens the server"
                );
                out.report(
                    Draft::new(file.place(code.module.span(*test)), message).confidence(Confidence::Medium),
                );
                continue;
            }
        }
        if let Some(name) = unset_secret(code, *test, true)
            && !then.is_empty()
            && then.iter().all(|stmt| is_log(code, stmt))
            && then.iter().any(|stmt| warns_of_open_access(code, stmt.span))
        {
            let message = format!(
                "without `{name}` the server starts all the same, open to every caller; a warning keeps nobody out"
            );
            out.report(
                Draft::new(file.place(code.module.span(*test)), message).confidence(Confidence::Medium),
            );
        }
    }
}

/// True when the texts of a log call tell that nobody is asked who they are.
fn warns_of_open_access(code: &Code<'_>, span: Span) -> bool {
    code.within(span).any(|id| match code.module.expr(id).kind {
        ExprKind::String(text) => {
            let lower = code.module.name(text).to_ascii_lowercase();
            [
                "unauthenticated",
                "without auth",
                "no auth",
                "authentication is disabled",
                "authentication disabled",
                "auth disabled",
                "auth is disabled",
                "require authentication",
                "open access",
                "reachable client",
                "anyone",
                "any client",
                "not protected",
                "unprotected",
            ]
            .iter()
            .any(|word| lower.contains(word))
        }
        _ => false,
    })
}
