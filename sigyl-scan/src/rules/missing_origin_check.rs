//! An HTTP endpoint that any web page can reach through the user's browser.

use sigyl_core::{Class, Confidence, Severity, Span};

use super::{
    code::Code,
    host_checks::{Known, checks, reads_header, refused_around},
    insecure_cors::part_of_origin,
    neighbours::Neighbours,
    open_socket::{self, open_socket},
    serving::{Serving, serving, way},
};
use crate::{
    context::{FileContext, TreeContext},
    files::FileRole,
    ir::ExprId,
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct MissingOriginCheck;

static META: RuleMeta = RuleMeta {
    id: "missing-origin-check",
    title: "Origin and Host of requests not checked",
    class: Class::NetworkExposure,
    severity: Severity::Warning,
    cwe: &[350, 1385],
    owasp: Some("MCP07"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Refuse requests whose Origin or Host is not a known one, with status 403, before anything else",
        "TypeScript SDK: make the app by createMcpExpressApp, or use its hostHeaderValidation; Python SDK: pass TransportSecuritySettings",
    ],
    page: include_str!("missing_origin_check.md"),
};

impl Rule for MissingOriginCheck {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        sockets(tree, out);
        let serves: Vec<usize> = tree
            .files
            .iter()
            .enumerate()
            .filter(|(_, file)| file.role == FileRole::Runtime && file.module().is_some())
            .filter(|(_, file)| serves_by_a_known_name(file) || file.holds_any(&[SESSION]))
            .map(|(index, _)| index)
            .collect();
        if serves.is_empty() {
            return;
        }
        let neighbours = Neighbours::of(tree);
        let mut known = Known::default();
        for index in serves {
            let file = &tree.files[index];
            let Some(code) = Code::of(file, &[]) else { continue };
            if let Some(span) = checked_by_a_part(&code) {
                let message = "Origin is only asked for a part of its text: `http://localhost.example.org` passes, too, and so does any web page by such a name";
                let allows =
                    ["ccess-control-allow-origin", "ccess-Control-Allow-Origin", "cors(", "CORSMiddleware"];
                // Where nothing is allowed by what it compares, that is the whole mistake.
                let covers = (!file.holds_any(&allows)).then_some("insecure-cors");
                out.report(Draft { covers, ..Draft::new(file.place(span), message) });
                continue;
            }
            // A transport of the tree's own.
            if !serves_by_a_known_name(file) {
                continue;
            }
            if let Some(span) = unchecked_beside_checked(&code) {
                let message = "this transport is started without the check of Host that the other one has: any web page can reach it through the user's browser";
                out.report(Draft::new(file.place(span), message).confidence(Confidence::Medium));
                continue;
            }
            let own = checks(&code);
            let found = serving(&code).or_else(|| opened_to_pages(&code));
            let Some(span) = own.off.map(|(span, _)| span).or(found.as_ref().map(|found| found.span)) else {
                continue;
            };
            if own.refuses_strangers() {
                continue;
            }
            if known.protected_beside(tree, &neighbours, index)
                || own.off.is_none() && known.switched_on_beside(tree, &neighbours, index)
            {
                continue;
            }
            let message = match (own.off, found) {
                (Some((_, how)), _) => {
                    format!(
                        "the check of Origin and Host is {how}: any web page can reach the server through the user's browser"
                    )
                }
                (None, Some(found)) => format!(
                    "`{}` answers without a look at Origin or Host: any web page can reach the server through the user's browser",
                    found.name
                ),
                (None, None) => continue,
            };
            let place = file.place(span);
            let flow = way(tree, &neighbours, index);
            out.report(Draft { flow, ..Draft::new(place, message).confidence(Confidence::Medium) });
        }
    }
}

/// WebSockets beside the endpoint: a page that opens one speaks to the server as its user does.
fn sockets(tree: &TreeContext<'_>, out: &mut Findings) {
    for file in tree.files {
        if file.role != FileRole::Runtime || !file.holds_any(open_socket::WORDS) {
            continue;
        }
        let Some(code) = Code::of(file, &[]) else { continue };
        if let Some(span) = open_socket(file, &code) {
            let message = "this WebSocket is accepted without a look at Origin: any web page can open it through the user's browser";
            out.report(Draft::new(file.place(span), message).confidence(Confidence::Medium));
        }
    }
}

/// `if (!req.headers.origin.includes("localhost")) refuse()`: a comparison in part, where a function refuses for it.
fn checked_by_a_part(code: &Code<'_>) -> Option<Span> {
    let is_origin = |name: &str| name.eq_ignore_ascii_case("origin");
    let asks = |id: ExprId| {
        let around = code.function_span(code.function_at(code.module.span(id).start));
        part_of_origin(code, id).is_some()
            && refused_around(code, id)
            && code.within(around).any(|part| reads_header(code, part, is_origin))
    };
    code.all().find(|id| asks(*id)).map(|id| code.module.span(id))
}

/// FastMCP: a start over HTTP without middleware, in a file where another start gets what checks the Host.
fn unchecked_beside_checked(code: &Code<'_>) -> Option<Span> {
    if !code.module.names.iter().any(|name| &**name == "TrustedHostMiddleware") {
        return None;
    }
    let starts = code.all().filter(|id| {
        let path = code.callee(*id).unwrap_or_default();
        let over_http = || {
            let transport = code.option(*id, "transport").and_then(|transport| code.text(transport));
            transport.is_some_and(|transport| transport != "stdio")
        };
        match path.rsplit('.').next().unwrap_or_default() {
            "run_http_async" | "http_app" => true,
            "run" | "run_async" => over_http(),
            _ => false,
        }
    });
    let (checked, open): (Vec<ExprId>, Vec<ExprId>) =
        starts.partition(|id| code.option(*id, "middleware").is_some());
    open.first().filter(|_| !checked.is_empty()).map(|id| code.module.span(*id))
}

/// FastMCP: a start over HTTP that is given what lets pages of other origins ask. Whoever gives it has browsers in mind, and
/// it checks no Host by itself.
fn opened_to_pages(code: &Code<'_>) -> Option<Serving> {
    if !code.module.names.iter().any(|name| &**name == "CORSMiddleware") {
        return None;
    }
    code.all().find_map(|id| {
        let name = code.last_name_of_callee(id)?;
        if !matches!(name, "run_http_async" | "http_app" | "run" | "run_async" | "run_streamable_http_async")
        {
            return None;
        }
        let given = code.option(id, "middleware")?;
        let of_origins = code
            .sources(given)
            .into_iter()
            .any(|part| code.last_name(part).is_some_and(|name| name == "CORSMiddleware"));
        of_origins.then(|| Serving { name: name.to_owned(), span: code.module.span(id) })
    })
}

fn serves_by_a_known_name(file: &FileContext<'_>) -> bool {
    file.holds_any(WORDS)
}

/// The header that every transport over HTTP reads.
const SESSION: &str = "mcp-session-id";

static WORDS: &[&str] = &[
    "CORSMiddleware",
    "TrustedHostMiddleware",
    "HTTPServerTransport",
    "@hono/mcp",
    "SSEServerTransport",
    "SseServerTransport",
    "StreamableHTTPSessionManager",
    "tools/call",
    "nable_dns_rebinding_protection",
    "nableDnsRebindingProtection",
];

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    fn count(files: &[(&str, &str)]) -> usize {
        findings_of("missing-origin-check", files).len()
    }

    fn transport(options: &str) -> String {
        format!(
            "import {{ StreamableHTTPServerTransport }} from '@modelcontextprotocol/sdk/server/streamableHttp.js';\n\
             const transport = new StreamableHTTPServerTransport({{ sessionIdGenerator: undefined, {options} }});\n"
        )
    }

    #[test]
    fn switches_that_are_off_count() {
        for options in [
            "",
            "allowedHosts: ['127.0.0.1']",
            "enableDnsRebindingProtection: false",
            "enableDnsRebindingProtection: process.env.PROTECT === 'true'",
        ] {
            assert_eq!(count(&[("a.ts", &transport(options))]), 1, "{options}");
        }
        for options in [
            "enableDnsRebindingProtection: true, allowedHosts",
            "enableDnsRebindingProtection: process.env.PROTECT !== 'false'",
            "enableDnsRebindingProtection: (process.env.PROTECT ?? 'true') === 'true'",
        ] {
            assert_eq!(count(&[("a.ts", &transport(options))]), 0, "{options}");
        }
    }

    #[test]
    fn a_check_may_stand_in_a_file_beside_it() {
        let check = "export function guard(req, res, next) {\n  if (!KNOWN.has(req.headers.host)) { res.status(403).end(); return; }\n  next();\n}\n";
        let with_import =
            format!("import {{ guard }} from './guard.js';\n{}app.use(guard);\n", transport(""));
        assert_eq!(count(&[("src/a.ts", &with_import), ("src/guard.ts", check)]), 0);
        assert_eq!(count(&[("src/a.ts", &transport("")), ("src/guard.ts", check)]), 1);
    }

    #[test]
    fn sockets_are_open_to_pages_where_nobody_looks() {
        let endpoint = |first: &str| {
            format!(
                "from fastapi import FastAPI, WebSocket\napp = FastAPI()\n@app.websocket('/events')\nasync def events(websocket: WebSocket):\n    {first}await websocket.accept()\n    await websocket.send_json({{}})\n"
            )
        };
        assert_eq!(count(&[("a.py", &endpoint(""))]), 1);
        // What CORS allows is nothing to a socket, and what is original no origin.
        let others = "print('original', dict(allow_origins=[]))\n    ";
        assert_eq!(count(&[("a.py", &endpoint(others))]), 1);
        let looks = "if websocket.headers.get('origin') not in KNOWN:\n        await websocket.close(1008)\n        return\n    ";
        assert_eq!(count(&[("a.py", &endpoint(looks))]), 0);
        let socket = |options: &str| {
            format!(
                "import {{ WebSocketServer }} from 'ws';\nconst wss = new WebSocketServer({{ port: 9001{options} }});\n"
            )
        };
        assert_eq!(count(&[("a.ts", &socket(""))]), 1);
        assert_eq!(count(&[("a.ts", &socket(", verifyClient: ({ origin }) => KNOWN.has(origin)"))]), 0);
        // A client's own connection is nobody else's.
        let client = "import websockets\nasync def listen(url):\n    async with websockets.connect(url) as websocket:\n        return await websocket.recv()\n";
        assert_eq!(count(&[("a.py", client)]), 0);
    }

    #[test]
    fn the_host_may_be_read_for_other_ends() {
        let text = format!(
            "{}http.createServer((req, res) => {{ const url = new URL(req.url, `http://${{req.headers.host}}`); res.writeHead(404).end(); }});\n",
            transport("")
        );
        assert_eq!(count(&[("a.ts", &text)]), 1);
    }
}
