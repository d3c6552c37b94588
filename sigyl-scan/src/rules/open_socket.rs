//! WebSockets that any web page may open: browsers do not keep pages from it, so that the server has to look at `Origin`.

use sigyl_core::Span;

use super::code::Code;
use crate::{context::FileContext, ir::ExprId};

/// What files name in which a WebSocket is accepted.
pub(super) const WORDS: &[&str] =
    &["WebSocketServer", "WebSocket.Server", "websocket", "websockets", "\"upgrade\"", "'upgrade'"];

/// Words of something that whoever connects has to know.
const LOOKS: &[&str] =
    &["verifyclient", "token", "authoriz", "api_key", "apikey", "password", "secret", "ticket"];

/// Where a WebSocket is accepted from whoever asks, in a file that does not look at who it is.
pub(super) fn open_socket(file: &FileContext<'_>, code: &Code<'_>) -> Option<Span> {
    let text = file.text.to_ascii_lowercase();
    if LOOKS.iter().any(|word| text.contains(word)) || names_origin(&text) {
        return None;
    }
    code.all().find(|id| accepts(code, *id) || upgrades(code, *id, &text)).map(|id| code.module.span(id))
}

/// True for a word of origins, other than of those that CORS allows, and of what is original.
fn names_origin(text: &str) -> bool {
    text.match_indices("origin").any(|(at, word)| {
        let before = &text[..at];
        !text[at + word.len()..].starts_with('a')
            && !before.ends_with("allow_")
            && !before.ends_with("allow-")
    })
}

/// The same where a connection is upgraded by hand, behind a function that decides.
const DECIDES: &[&str] = &["trusted", "allow", "verif", "authent", "session"];

/// `server.on("upgrade", (request, socket, head) => bridge.handleUpgrade(request, socket, head))`.
fn upgrades(code: &Code<'_>, id: ExprId, text: &str) -> bool {
    let listens = code.last_name_of_callee(id) == Some("on")
        && code.arguments(id).first().and_then(|event| code.text(*event)) == Some("upgrade");
    listens && text.contains("handleupgrade") && !DECIDES.iter().any(|word| text.contains(word))
}

fn accepts(code: &Code<'_>, id: ExprId) -> bool {
    let Some(path) = code.callee(id) else { return false };
    let (object, last) = path.rsplit_once('.').unwrap_or(("", &path));
    match last {
        // Starlette, FastAPI: an endpoint that is given the connection.
        "accept" => {
            let name = object.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
            matches!(&*name, "websocket" | "ws" | "web_socket") && is_endpoint_file(code)
        }
        "serve" => matches!(object, "websockets" | "websockets.asyncio.server" | "websockets.server"),
        "websocket_server" => object == "mcp.server.websocket",
        "WebSocketServer" => object == "ws",
        "Server" => matches!(object, "ws" | "ws.WebSocket"),
        _ => false,
    }
}

/// True for a file that says which address its endpoint has.
fn is_endpoint_file(code: &Code<'_>) -> bool {
    code.all().any(|id| {
        code.last_name_of_callee(id).is_some_and(|name| {
            matches!(name, "websocket" | "websocket_route" | "WebSocketRoute" | "add_api_websocket_route")
        })
    })
}
