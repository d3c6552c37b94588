//! A server that lets callers in without a credential.

use sigyl_core::{Class, Confidence, Severity};

use super::{
    auth_words,
    code::Code,
    host_checks::Known,
    neighbours::Neighbours,
    one_transport::checked_on_one_transport,
    open_router::open_routers,
    optional_auth::{
        absent_credential, open_custom_route, open_fastapi_route, open_route, optional_credential,
    },
    present_only::checked_where_present,
    serving::{listens_everywhere, open_by_option, serving, way},
    skipped_auth::skipped_without_secret,
    weak_check::weak_checks,
};
use crate::{
    context::{FileContext, TreeContext},
    files::FileRole,
    ir::ExprKind,
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
            &["ecret", "ECRET", "oken", "OKEN", "uth", "pi-key", "pi_key", "piKey", "PI_KEY", "assword"],
        ) else {
            return;
        };
        skipped_without_secret(file, &code, out);
        optional_credential(file, &code, out);
        absent_credential(file, &code, out);
        checked_where_present(file, &code, out);
        open_route(file, &code, out);
        open_fastapi_route(file, &code, out);
        open_custom_route(file, &code, out);
        weak_checks(file, &code, out);
        checked_on_one_transport(file, &code, out);
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        let mut neighbours = None;
        let mut known = Known::default();
        starts_for_anyone(tree, &mut known, out);
        open_routers(tree, out);
        for (index, file) in tree.files.iter().enumerate() {
            let listens = || file.holds_any(&["0.0.0.0", "\"::\"", "'::'", ".listen("]);
            if file.role != FileRole::Runtime || !listens() {
                continue;
            }
            let words = ["listen", "serve", "run", "Config", "FastMCP", "MCPServer", "launch"];
            let Some(code) = Code::of(file, &words) else { continue };
            let neighbours = neighbours.get_or_insert_with(|| Neighbours::of(tree));
            let open = listens_everywhere(&code).filter(|_| serves_mcp(&code));
            // The option may stand in the file that starts what another one serves.
            let started = || open_by_option(&code).filter(|_| starts_server(tree, neighbours, index));
            let Some(span) = open.or_else(started) else { continue };
            let asks = known.asks_beside(tree, neighbours, index)
                || neighbours.around(index).take(40).any(|other| {
                    tree.files[other].module().is_some_and(|module| {
                        module.names.iter().any(|name| name.len() < 60 && speaks_of_credentials(name))
                    })
                });
            if !asks {
                let message = "the server answers on every interface, and nothing asks who is calling";
                let place = file.place(span);
                let flow = way(tree, neighbours, index);
                let draft = Draft::new(place, message).confidence(Confidence::Medium);
                out.report(Draft { flow, ..draft.covers("insecure-bind") });
            }
        }
    }
}

/// True where a file imports another one that serves MCP over HTTP.
fn starts_server(tree: &TreeContext<'_>, neighbours: &Neighbours, index: usize) -> bool {
    neighbours.imported(index).take(40).any(|other| {
        let file = &tree.files[other];
        let words = ["ransport", "StreamableHTTPSessionManager", "http_app", "sse_app"];
        file.holds_any(&words) && Code::of(file, &words).is_some_and(|code| serves_mcp(&code))
    })
}

/// A proxy that starts whatever program a request names, for whoever reaches its port: a page in the browser of the one
/// who runs it, another user of the machine.
fn starts_for_anyone(tree: &TreeContext<'_>, known: &mut Known, out: &mut Findings) {
    let starts = |file: &FileContext<'_>| file.holds_any(&["StdioClientTransport("]);
    let Some(neighbours) = tree
        .files
        .iter()
        .any(|file| file.role == FileRole::Runtime && starts(file))
        .then(|| Neighbours::of(tree))
    else {
        return;
    };
    for (index, file) in tree.files.iter().enumerate() {
        if file.role != FileRole::Runtime || !file.holds_any(&["command"]) {
            continue;
        }
        let Some(code) = Code::of(file, &["ServerTransport"]) else { continue };
        let names_command = code.all().any(|id| {
            let path = code.path(id);
            ["query.command", "body.command", "searchParams.get", "query.cmd"]
                .iter()
                .any(|end| path.ends_with(end))
                && (!path.ends_with("get") || file.holds_any(&["get(\"command\")", "get('command')"]))
        });
        let Some(serving) = serving(&code).filter(|_| names_command) else { continue };
        if known.asks_beside(tree, &neighbours, index) {
            continue;
        }
        let place = file.place(serving.span);
        let flow = way(tree, &neighbours, index);
        let message =
            "whoever reaches the port starts programs of their choice, and nothing asks who is calling";
        out.report(Draft {
            flow,
            ..Draft::new(place, message).severity(Severity::Error).confidence(Confidence::Medium)
        });
    }
}

fn serves_mcp(code: &Code<'_>) -> bool {
    serving(code).is_some()
        || code.all().any(|id| {
            code.callee(id).is_some_and(|path| path.ends_with(".run") || path.ends_with(".run_async"))
                && code
                    .option(id, "transport")
                    .and_then(|transport| code.text(transport))
                    .is_some_and(|transport| transport != "stdio")
                || code
                    .option(id, "mcp_server")
                    .is_some_and(|option| matches!(code.module.expr(option).kind, ExprKind::Bool(true)))
        })
        || code.module.names.iter().any(|name| matches!(&**name, "streamable_http_app" | "sse_app"))
        || code.module.names.iter().any(|name| {
            matches!(
                &**name,
                "streamable-http" | "streamable_http_app" | "sse_app" | "http_app" | "sse" | "httpStream"
            )
        }) && code.module.names.iter().any(|name| matches!(&**name, "FastMCP" | "MCPServer" | "fastmcp"))
}

/// True for names that stand where a caller's credential is asked for, and not where one is sent.
fn speaks_of_credentials(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [
        "authenticat",
        "token_verifier",
        "basicauth",
        "www-authenticate",
        "x-mcp-auth",
        "compare_digest",
        "timingsafeequal",
    ]
    .iter()
    .any(|word| lower.contains(word))
        || auth_words::is_middleware(name)
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
