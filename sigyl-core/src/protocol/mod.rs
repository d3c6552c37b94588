//! What everybody who asks a server says: messages of both eras of MCP, and events as they come back.
//!
//! The *modern* era, [`MODERN`] and later, has no sessions: every request says who asks. The *legacy* era, [`LEGACY`] and
//! earlier, begins with `initialize`.

mod events;

use serde_json::{Map, Value, json};

pub use events::Events;

/// The stateless revision.
pub const MODERN: &str = "2026-07-28";

/// The last revision with sessions.
pub const LEGACY: &str = "2025-11-25";

/// The JSON-RPC error of a method that is not there.
pub const METHOD_NOT_FOUND: i64 = -32601;

/// Who asks.
pub fn client() -> Value {
    json!({ "name": "sigyl", "version": env!("CARGO_PKG_VERSION") })
}

/// What each request of the modern era says of the client.
pub fn modern_meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientInfo": client(),
        "io.modelcontextprotocol/clientCapabilities": {},
    })
}

/// A request of the legacy era.
pub fn request(id: u64, method: &str, parameters: Map<String, Value>) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters })
}

/// A request of the modern era; [`modern_headers`] go with it.
pub fn modern_request(id: u64, method: &str, mut parameters: Map<String, Value>) -> Value {
    parameters.insert("_meta".to_owned(), modern_meta());
    request(id, method, parameters)
}

/// The headers of a request of the modern era, which mirror its body.
pub fn modern_headers(method: &str) -> [(&'static str, &str); 2] {
    [("mcp-protocol-version", MODERN), ("mcp-method", method)]
}

/// The first request of the legacy era.
pub fn initialize(id: u64) -> Value {
    json!({
        "jsonrpc": "2.0",
        "id": id,
        "method": "initialize",
        "params": { "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": client() },
    })
}

/// What follows the answer to [`initialize`].
pub fn initialized() -> Value {
    json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })
}

/// The answer to `id` in what came back, alone or in a batch (of 2025-03-26).
pub fn answer_to(value: Value, id: u64) -> Option<Value> {
    let is_answer =
        |value: &Value| value.get("id").and_then(Value::as_u64) == Some(id) && value.get("method").is_none();
    match value {
        Value::Array(items) => items.into_iter().find(is_answer),
        value => Some(value).filter(is_answer),
    }
}

/// What a server tells of itself in the answer to `initialize` or `server/discover`.
pub fn server_info(result: &Value) -> Option<&Map<String, Value>> {
    let modern = || result.get("_meta")?.get("io.modelcontextprotocol/serverInfo");
    result.get("serverInfo").or_else(modern)?.as_object()
}

/// Takes secrets out of what a server said, which may say them again to have them shown. JSON's reader has bounded the
/// depth.
pub fn redact(value: &mut Value, secrets: &[String]) {
    let clean = |text: &str| {
        secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "[credential]"))
    };
    match value {
        Value::String(text) => *text = clean(text),
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, secrets)),
        Value::Object(fields) => {
            let old = std::mem::take(fields);
            for (key, mut value) in old {
                redact(&mut value, secrets);
                fields.insert(clean(&key), value);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_found_alone_and_in_a_batch() {
        let answer = json!({ "jsonrpc": "2.0", "id": 7, "result": {} });
        assert_eq!(answer_to(answer.clone(), 7), Some(answer.clone()));
        assert_eq!(answer_to(json!([{ "id": 6, "result": {} }, answer.clone()]), 7), Some(answer.clone()));
        assert_eq!(answer_to(answer, 8), None);
        // A request of the server's own with the same id.
        assert_eq!(answer_to(json!({ "id": 7, "method": "ping" }), 7), None);
    }

    #[test]
    fn a_modern_request_says_who_asks() {
        let message = modern_request(1, "tools/list", Map::new());
        let meta = &message["params"]["_meta"];
        assert_eq!(meta["io.modelcontextprotocol/protocolVersion"], MODERN);
        assert_eq!(meta["io.modelcontextprotocol/clientInfo"]["name"], "sigyl");
    }

    #[test]
    fn servers_tell_of_themselves_in_either_era() {
        let info = json!({ "name": "weather" });
        assert_eq!(server_info(&json!({ "serverInfo": info })).unwrap()["name"], "weather");
        let modern = json!({ "_meta": { "io.modelcontextprotocol/serverInfo": info } });
        assert_eq!(server_info(&modern).unwrap()["name"], "weather");
        assert_eq!(server_info(&json!({ "serverInfo": 1 })), None);
    }

    #[test]
    fn credentials_are_taken_out() {
        let mut value = json!({ "a canary-4711": ["Bearer canary-4711", { "b": 1 }] });
        redact(&mut value, &["Bearer canary-4711".to_owned(), "canary-4711".to_owned()]);
        assert_eq!(value.to_string(), r#"{"a [credential]":["[credential]",{"b":1}]}"#);
    }
}
