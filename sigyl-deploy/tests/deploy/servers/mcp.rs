//! MCP servers of a few lines, in either era, good and bad.

use serde_json::{Value, json};

use super::{Seen, Server, ok, serve, write};

/// What a server does with a request: the whole answer.
pub(crate) type Say = fn(&Seen, &Value) -> String;

/// Starts a server that answers JSON-RPC messages by `say`.
pub(crate) async fn mcp(say: Say) -> Server {
    serve(move |seen, stream| {
        Box::pin(async move {
            let message = seen.json();
            let answer = say(&seen, &message);
            write(stream, &answer).await;
        })
    })
    .await
}

/// A server of the legacy era that works.
pub(crate) async fn legacy() -> Server {
    mcp(say_legacy).await
}

/// A server of the modern era that works.
pub(crate) async fn modern() -> Server {
    mcp(say_modern).await
}

/// An answer to a message.
pub(crate) fn result(message: &Value, result: Value) -> String {
    ok(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }).to_string())
}

/// An error.
pub(crate) fn error(message: &Value, code: i64, text: &str) -> String {
    ok(&json!({ "jsonrpc": "2.0", "id": message["id"], "error": { "code": code, "message": text } })
        .to_string())
}

/// A status with a JSON-RPC error as its body.
pub(crate) fn status(status: &str, headers: &str, text: &str) -> String {
    let body =
        json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -32000, "message": text } }).to_string();
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

pub(crate) fn say_legacy(seen: &Seen, message: &Value) -> String {
    let has_session = seen.header("mcp-session-id") == Some("session-1");
    match message["method"].as_str() {
        Some("initialize") => result(
            message,
            json!({
                "protocolVersion": "2025-06-18",
                "capabilities": { "tools": {} },
                "serverInfo": { "name": "weather", "version": "1.2.3" },
            }),
        )
        .replacen("\r\n", "\r\nMcp-Session-Id: session-1\r\n", 1),
        _ if !has_session => status("400 Bad Request", "", "no session"),
        Some("notifications/initialized") => "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n".to_owned(),
        Some("tools/list") if message["params"]["cursor"] == "2" => {
            result(message, json!({ "tools": [{ "name": "wind", "description": "Tells the wind." }] }))
        }
        Some("tools/list") => {
            result(message, json!({ "tools": [{ "name": "rain", "inputSchema": {} }], "nextCursor": "2" }))
        }
        _ => "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_owned(),
    }
}

pub(crate) fn say_modern(seen: &Seen, message: &Value) -> String {
    let method = message["method"].as_str().unwrap_or_default();
    let meta = &message["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"];
    if seen.header("mcp-method") != Some(method) || meta != "2026-07-28" {
        return status("400 Bad Request", "", "headers and body differ");
    }
    match method {
        "server/discover" => result(
            message,
            json!({
                "supportedVersions": ["2026-07-28"],
                "capabilities": {},
                "_meta": { "io.modelcontextprotocol/serverInfo": { "name": "weather", "version": "2" } },
            }),
        ),
        "tools/list" => result(message, json!({ "tools": [{ "name": "rain" }] })),
        _ => error(message, -32601, "no such method"),
    }
}
