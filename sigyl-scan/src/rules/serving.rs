//! How a file serves MCP over HTTP: its transports, and where it listens.

use sigyl_core::Span;

use super::{code::Code, neighbours::Neighbours};
use crate::{
    context::TreeContext,
    ir::{ExprId, ExprKind},
    rule::Place,
};

/// Files around one in which the way of requests is looked for, and steps of it that are told. Chosen.
const MOST_AROUND: usize = 12;
const MOST_STEPS: usize = 6;

/// Constructors of transports that answer HTTP requests, in both SDKs.
pub(super) static TRANSPORTS: &[&str] = &[
    "StreamableHTTPServerTransport",
    "NodeStreamableHTTPServerTransport",
    "WebStandardStreamableHTTPServerTransport",
    "SSEServerTransport",
    "SseServerTransport",
    "StreamableHTTPSessionManager",
];

/// A place where a file serves MCP over HTTP.
pub(crate) struct Serving {
    /// What serves.
    pub(crate) name: String,
    /// Where it is made.
    pub(crate) span: Span,
}

/// The first transport that a file makes; else its own HTTP server that answers the protocol's methods.
pub(crate) fn serving(code: &Code<'_>) -> Option<Serving> {
    let found = |id: ExprId, name: &str| Serving { name: name.to_owned(), span: code.module.span(id) };
    let mut own = None;
    for id in code.all() {
        let Some(path) = code.callee(id) else { continue };
        let last = path.rsplit('.').next().unwrap_or(&path);
        if TRANSPORTS.contains(&last) || path == "@hono/mcp.StreamableHTTPTransport" {
            return Some(found(id, last));
        }
        if own.is_none() && makes_server(code, id, &path, last) {
            own = Some(found(id, &path));
        }
    }
    let speaks = code.module.names.iter().any(|name| matches!(&**name, "tools/call" | "/mcp"));
    own.filter(|_| speaks)
}

/// The way that requests take to what a file serves, as far as it shows in the files around it: where they are handed to
/// a transport.
pub(super) fn way(tree: &TreeContext<'_>, neighbours: &Neighbours, index: usize) -> Vec<(Place, String)> {
    const HANDS_ON: &[&str] =
        &["handleRequest", "handlePostMessage", "handle_request", "handle_post_message", "connect_sse"];
    let mut steps = Vec::new();
    for other in neighbours.around(index).take(MOST_AROUND) {
        let file = &tree.files[other];
        if !file.holds_any(HANDS_ON) {
            continue;
        }
        let Some(code) = Code::of(file, HANDS_ON) else { continue };
        for id in code.all() {
            let hands = code.last_name_of_callee(id).is_some_and(|name| HANDS_ON.contains(&name));
            if hands && steps.len() < MOST_STEPS {
                steps.push((file.place(code.module.span(id)), "requests are handed on here".to_owned()));
            }
        }
    }
    steps
}

/// True for what makes a server that answers by code of this file.
fn makes_server(code: &Code<'_>, id: ExprId, path: &str, last: &str) -> bool {
    match path {
        "http.createServer" | "https.createServer" | "createServer" => {
            code.arguments(id).iter().any(|argument| is_handler(code, *argument))
        }
        "Bun.serve" | "Deno.serve" | "aiohttp.web.run_app" | "aiohttp.web.Application" => true,
        "ws.WebSocketServer" | "ws.Server" => code.option(id, "server").is_none(),
        _ => matches!(last, "HTTPServer" | "ThreadingHTTPServer") && path.starts_with("http.server"),
    }
}

fn is_handler(code: &Code<'_>, id: ExprId) -> bool {
    code.as_function(id).is_some() || matches!(code.module.expr(id).kind, ExprKind::Variable(_))
}

/// The place where a file listens on every interface because it says so: `0.0.0.0`, `::`, also as a default.
pub(crate) fn listens_everywhere(code: &Code<'_>) -> Option<Span> {
    let by_default = open_by_option(code).is_some();
    code.all().find_map(|id| {
        let path = code.callee(id)?;
        let last = path.rsplit('.').next().unwrap_or(&path);
        if !matches!(
            last,
            "listen"
                | "serve"
                | "run"
                | "FastMCP"
                | "MCPServer"
                | "Config"
                | "run_async"
                | "start"
                | "TCPSite"
                | "run_app"
                | "launch"
        ) {
            return None;
        }
        // Gradio's.
        if last == "launch" && code.option(id, "auth").is_some() {
            return None;
        }
        let options = ["host", "hostname", "server_name"].iter().filter_map(|name| code.option(id, name));
        let hosts: Vec<ExprId> = match last {
            "listen" => code.arguments(id).into_iter().chain(options).collect(),
            _ => options.collect(),
        };
        let everywhere = |host: ExprId| {
            let is_option = by_default
                && matches!(code.module.expr(host).kind, ExprKind::Member { .. } | ExprKind::Variable(_))
                && code.last_name(host).is_some_and(|name| name.to_ascii_lowercase().contains("host"));
            is_option
                || code.as_function(host).is_none()
                    && code.sources(host).into_iter().take(60).any(|part| match code.module.expr(part).kind {
                        ExprKind::String(text) => matches!(code.module.name(text), "0.0.0.0" | "::"),
                        _ => false,
                    })
        };
        let open = hosts.into_iter().any(everywhere) || last == "listen" && names_no_host(code, id);
        open.then(|| code.module.span(id))
    })
}

/// `app.listen(port)`, `app.listen(port, () => …)`: Node listens on every interface then.
fn names_no_host(code: &Code<'_>, id: ExprId) -> bool {
    let arguments = code.arguments(id);
    let is_port = |id: ExprId| match code.module.expr(code.resolve(id)).kind {
        ExprKind::Object(_) => {
            code.property(id, "port").is_some()
                && ["host", "hostname", "path"].iter().all(|name| code.property(id, name).is_none())
        }
        ExprKind::String(text) => !code.module.name(text).contains('/'),
        _ => true,
    };
    code.module.language == crate::ir::Language::JavaScript
        && arguments.first().is_some_and(|first| is_port(*first))
        && arguments.get(1).is_none_or(|second| code.as_function(*second).is_some())
}

/// An option of the command line for the host that defaults to every interface.
pub(super) fn open_by_option(code: &Code<'_>) -> Option<Span> {
    let is_any = |id: ExprId| code.text(id).is_some_and(|text| matches!(text, "0.0.0.0" | "::"));
    let open = code.all().find(|id| {
        let id = *id;
        let Some(path) = code.callee(id) else { return false };
        let last = path.rsplit('.').next().unwrap_or(&path);
        if !matches!(last, "add_argument" | "option" | "Option" | "Argument" | "argument") {
            return false;
        }
        let arguments = code.arguments(id);
        let named = arguments
            .iter()
            .take(2)
            .any(|name| code.text(*name).is_some_and(|text| text.to_ascii_lowercase().contains("host")));
        named
            && (code.option(id, "default").is_some_and(is_any)
                || arguments.iter().skip(1).any(|one| is_any(*one)))
            || last == "Option" && arguments.first().is_some_and(|first| is_any(*first))
    });
    open.map(|id| code.module.span(id))
}
