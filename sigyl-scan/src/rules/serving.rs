//! How a file serves MCP over HTTP: its transports, and where it listens.

use sigyl_core::Span;

use super::code::Code;
use crate::ir::{ExprId, ExprKind};

/// Constructors of transports that answer HTTP requests, in both SDKs.
static TRANSPORTS: &[&str] = &[
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
        if TRANSPORTS.contains(&last) {
            return Some(found(id, last));
        }
        let makes_server =
            matches!(path.as_str(), "http.createServer" | "https.createServer" | "createServer");
        if own.is_none()
            && makes_server
            && code.arguments(id).iter().any(|argument| is_handler(code, *argument))
        {
            own = Some(found(id, &path));
        }
    }
    let speaks = code.module.names.iter().any(|name| &**name == "tools/call");
    own.filter(|_| speaks)
}

fn is_handler(code: &Code<'_>, id: ExprId) -> bool {
    code.as_function(id).is_some() || matches!(code.module.expr(id).kind, ExprKind::Variable(_))
}

/// The place where a file listens on every interface because it says so: `0.0.0.0`, `::`, also as a default.
pub(crate) fn listens_everywhere(code: &Code<'_>) -> Option<Span> {
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
        ) {
            return None;
        }
        let options = ["host", "hostname"].iter().filter_map(|name| code.option(id, name));
        let hosts: Vec<ExprId> = match last {
            "listen" => code.arguments(id).into_iter().chain(options).collect(),
            _ => options.collect(),
        };
        let everywhere = |host: ExprId| {
            code.as_function(host).is_none()
                && code.sources(host).into_iter().take(60).any(|part| match code.module.expr(part).kind {
                    ExprKind::String(text) => matches!(code.module.name(text), "0.0.0.0" | "::"),
                    _ => false,
                })
        };
        hosts.into_iter().any(everywhere).then(|| code.module.span(id))
    })
}
