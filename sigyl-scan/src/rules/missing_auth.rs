//! A server that lets callers in without a credential.

use sigyl_core::{Class, Confidence, Severity, Span};

use super::{
    auth_words,
    code::{Code, words},
    neighbours::Neighbours,
    serving::{listens_everywhere, serving},
};
use crate::{
    context::{FileContext, TreeContext},
    files::FileRole,
    ir::{BinaryOp, ExprId, ExprKind, Function, FunctionId, Stmt, StmtKind},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct MissingAuth;

static META: RuleMeta = RuleMeta {
    id: "missing-auth",
    title: "Callers are let in without a credential",
    class: Class::MissingAccessControl,
    severity: Severity::Warning,
    cwe: &[306, 287, 862],
    owasp: Some("MCP07"),
    practice: Some("local-mcp-server-compromise"),
    since: "0.1.0",
    fixes: &[
        "Refuse to start on a network address when no credential is configured",
        "Answer 401 when a request brings none, before any handler runs",
        "Listen on 127.0.0.1 when the server is for its own machine only",
    ],
    page: include_str!("missing_auth.md"),
};

impl Rule for MissingAuth {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        let Some(code) = Code::of(
            file,
            &["ecret", "ECRET", "oken", "OKEN", "uthor", "pi-key", "pi_key", "piKey", "PI_KEY", "assword"],
        ) else {
            return;
        };
        skipped_without_secret(file, &code, out);
        optional_credential(file, &code, out);
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        let mut neighbours = None;
        for (index, file) in tree.files.iter().enumerate() {
            let listens = ["0.0.0.0", "\"::\"", "'::'"].iter().any(|word| file.text.contains(word));
            if file.role != FileRole::Runtime || !listens {
                continue;
            }
            let Some(code) = Code::of(file, &["listen", "serve", "run", "Config", "FastMCP", "MCPServer"])
            else {
                continue;
            };
            let (Some(span), true) = (listens_everywhere(&code), serves_mcp(&code)) else { continue };
            let neighbours = neighbours.get_or_insert_with(|| Neighbours::of(tree));
            let asks = neighbours.around(index).take(40).any(|other| {
                tree.files[other].module.is_some_and(|module| {
                    module.names.iter().any(|name| name.len() < 60 && speaks_of_credentials(name))
                })
            });
            if !asks {
                let message = "the server answers on every interface, and nothing asks who is calling";
                out.report(Draft::new(file.place(span), message).confidence(Confidence::Medium));
            }
        }
    }
}

fn serves_mcp(code: &Code<'_>) -> bool {
    serving(code).is_some()
        || code.module.names.iter().any(|name| {
            matches!(
                &**name,
                "streamable-http" | "streamable_http_app" | "sse_app" | "http_app" | "sse" | "httpStream"
            )
        }) && code.module.names.iter().any(|name| matches!(&**name, "FastMCP" | "MCPServer" | "fastmcp"))
}

/// True for names that stand wherever a caller's credential is asked for.
fn speaks_of_credentials(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [
        "authoriz",
        "authenticat",
        "bearer",
        "api-key",
        "apikey",
        "token_verifier",
        "basicauth",
        "www-authenticate",
        "x-mcp-auth",
        "compare_digest",
    ]
    .iter()
    .any(|word| lower.contains(word))
        || auth_words::requires_token(name)
}

/// True for the name of a credential that the server is configured with.
fn is_secret(name: &str) -> bool {
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

/// True for an expression that names such a credential, and not what a request brought.
fn is_configured_secret(code: &Code<'_>, id: ExprId) -> bool {
    if !code.last_name(id).is_some_and(is_secret) {
        return false;
    }
    let path = code.path(id);
    let held = code.path(code.resolve(id));
    let configured = |path: &str| {
        let lower = path.to_ascii_lowercase();
        [
            "process.env",
            "os.environ",
            "os.getenv",
            "config",
            "settings",
            "this.",
            "self.",
            "options",
            "opts",
            "env.",
            "args.",
        ]
        .iter()
        .any(|root| lower.starts_with(root))
    };
    let constant = path.chars().any(char::is_alphabetic) && !path.chars().any(char::is_lowercase);
    let from_request = |path: &str| {
        ["headers", "query", "request", "req.", "cookies", "body"].iter().any(|word| path.contains(word))
    };
    !from_request(&path) && !from_request(&held) && (configured(&path) || configured(&held) || constant)
}

/// The credential whose absence an expression tests, as the whole test or, where `partly`, as a side of it.
fn unset_secret(code: &Code<'_>, id: ExprId, partly: bool) -> Option<ExprId> {
    match code.module.expr(id).kind {
        ExprKind::Not(value) => is_configured_secret(code, value).then_some(value),
        ExprKind::Binary { op: BinaryOp::Equal, left, right } => {
            let empty = match code.module.expr(right).kind {
                ExprKind::Null => true,
                ExprKind::String(text) => code.module.name(text).is_empty(),
                _ => false,
            };
            (empty && is_configured_secret(code, left)).then_some(left)
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

/// True for functions that decide who may.
fn decides(code: &Code<'_>, function: FunctionId) -> bool {
    let name = words(code.function_name(function));
    name.iter().any(|word| {
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
    }) || is_middleware(code.module.function(function), code).is_some()
        || code.within(code.function_span(function)).any(|id| {
            function != FunctionId::MODULE
                && code.text(id).is_some_and(|text| text.eq_ignore_ascii_case("authorization"))
        })
}

/// The name by which a middleware lets a request go on.
fn is_middleware(function: &Function, code: &Code<'_>) -> Option<&'static str> {
    let names: Vec<&str> =
        function.params.iter().filter_map(|param| param.name).map(|name| code.module.name(name)).collect();
    if names.contains(&"call_next") {
        return Some("call_next");
    }
    (names.len() >= 2 && names.last() == Some(&"next")).then_some("next")
}

/// True for a statement that lets the request in.
fn lets_in(code: &Code<'_>, stmt: &Stmt, in_check: bool) -> bool {
    let goes_on = |id: ExprId| {
        code.callee(code.resolve(id)).is_some_and(|path| matches!(path.as_str(), "next" | "call_next"))
            && code
                .arguments(code.resolve(id))
                .iter()
                .all(|argument| !matches!(code.module.expr(*argument).kind, ExprKind::New { .. }))
    };
    match &stmt.kind {
        StmtKind::Return(Some(value)) => {
            goes_on(*value) || in_check && matches!(code.module.expr(*value).kind, ExprKind::Bool(true))
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

fn skipped_without_secret(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    let stops = |list: &[Stmt]| {
        list.iter().any(|stmt| {
            matches!(stmt.kind, StmtKind::Throw(_))
                || code.within(stmt.span).any(|id| {
                    code.callee(id).is_some_and(|path| {
                        matches!(
                            path.as_str(),
                            "process.exit" | "sys.exit" | "exit" | "Promise.reject" | "Deno.exit"
                        )
                    })
                })
        })
    };
    // A server that does not start without its credential never gets there.
    let refused: Vec<&str> = code
        .branches
        .iter()
        .filter(|(_, then, ..)| stops(then))
        .filter_map(|(test, ..)| code.last_name(unset_secret(code, *test, false)?))
        .collect();
    for (test, then, _, span) in &code.branches {
        let function = code.function_at(span.start);
        if let Some(secret) = unset_secret(code, *test, false) {
            let name = code.last_name(secret).unwrap_or_default();
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
        if let Some(secret) = unset_secret(code, *test, true)
            && !then.is_empty()
            && then.iter().all(|stmt| is_log(code, stmt))
            && then.iter().any(|stmt| warns_of_open_access(code, stmt.span))
        {
            let name = code.last_name(secret).unwrap_or_default();
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

/// True for the name of a header or parameter that holds a caller's credential.
fn is_credential(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower == "authorization"
        || lower.len() < 40
            && (lower.ends_with("api-key") || lower.ends_with("apikey") || lower.ends_with("api_key"))
        || matches!(lower.as_str(), "x-auth-token" | "x-access-token" | "x-mcp-auth" | "x-token")
}

/// A middleware that reads a credential, and lets the request go on whether there is one or not.
fn optional_credential(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
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
        let reads = code.within(span).find(|id| match code.module.expr(*id).kind {
            ExprKind::Call { callee, .. } => {
                let path = code.path(callee).to_ascii_lowercase();
                (path.contains("header") || path.starts_with("req"))
                    && code
                        .arguments(*id)
                        .first()
                        .and_then(|name| code.text(*name))
                        .is_some_and(is_credential)
            }
            ExprKind::Member { .. } | ExprKind::Index { .. } => {
                code.last_name(*id).is_some_and(is_credential)
                    && code.path(*id).to_ascii_lowercase().contains("headers")
            }
            _ => false,
        });
        let Some(reads) = reads else { continue };
        let tests =
            code.branches.iter().any(|(.., branch)| span.start <= branch.start && branch.end <= span.end);
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
            open.extend(super::code::inner(stmt));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    fn count(path: &str, text: &str) -> usize {
        findings_of("missing-auth", &[(path, text)]).len()
    }

    #[test]
    fn a_check_that_is_skipped_counts() {
        let check = |stop: &str| {
            format!(
                "class Server {{\n  start() {{ {stop} }}\n  isAuthorized(req) {{\n    if (!this.options.secret) return true;\n    \
                 return req.headers.authorization === this.options.secret;\n  }}\n}}\n"
            )
        };
        assert_eq!(count("a.ts", &check("")), 1);
        assert_eq!(count("a.ts", &check("if (!this.options.secret) { throw new Error('no secret'); }")), 0);
        let text = "export function guard(req, res, next) {\n  if (!process.env.MCP_TOKEN) {\n    console.warn('open');\n    return next();\n  }\n  \
                    if (req.headers.authorization !== process.env.MCP_TOKEN) return res.status(401).end();\n  next();\n}\n";
        assert_eq!(count("a.ts", text), 1);
    }

    #[test]
    fn a_warning_keeps_nobody_out() {
        let text = "if (!local && !args.secret) {\n  console.warn('no secret: any client can call every tool, unauthenticated');\n}\nserve();\n";
        assert_eq!(count("a.ts", text), 1);
        let text = "if (!process.env.SEARCH_API_KEY) {\n  console.warn('SEARCH_API_KEY is not set; searches will fail');\n}\n";
        assert_eq!(count("a.ts", text), 0);
        let text = "if (!args.secret) {\n  console.error('unauthenticated access is not supported');\n  process.exit(1);\n}\n";
        assert_eq!(count("a.ts", text), 0);
    }

    #[test]
    fn the_callers_own_value_may_be_missing() {
        let text = "def verify(token):\n    if not token:\n        return True\n";
        assert_eq!(count("a.py", text), 0);
        let text = "async def dispatch(request, call_next):\n    key = request.headers.get('x-request-id')\n    if key:\n        log(key)\n    return await call_next(request)\n";
        assert_eq!(count("a.py", text), 0);
    }
}
