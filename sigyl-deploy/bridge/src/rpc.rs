//! JSON-RPC messages: told apart without reading what is inside, and written again under another id.

use std::borrow::Cow;

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

pub(crate) const PARSE_ERROR: i64 = -32700;
pub(crate) const INVALID_REQUEST: i64 = -32600;
pub(crate) const METHOD_NOT_FOUND: i64 = -32601;
pub(crate) const INVALID_PARAMS: i64 = -32602;
pub(crate) const INTERNAL_ERROR: i64 = -32603;
/// Mirrored headers differ from the body (2026-07-28, "Server Validation").
pub(crate) const HEADER_MISMATCH: i64 = -32020;
/// The client did not declare what the request needs (2026-07-28).
pub(crate) const MISSING_CAPABILITY: i64 = -32021;
/// The version of the protocol is not spoken here (2026-07-28).
pub(crate) const UNSUPPORTED_VERSION: i64 = -32022;

/// Deepest nesting of a client's message; chosen, far above any schema, below what parsers of servers choke on.
const DEPTH_MAX: usize = 128;
/// Longest id in bytes; chosen.
const ID_MAX: usize = 256;

/// A message, with its parts as they were written.
#[derive(Debug)]
pub(crate) enum Message<'a> {
    Request { id: &'a RawValue, method: Cow<'a, str>, params: Option<&'a RawValue> },
    Notification { method: Cow<'a, str>, params: Option<&'a RawValue> },
    Answer { id: &'a RawValue, body: Body<'a> },
}

/// What answers a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Body<'a> {
    Result(&'a RawValue),
    Error(&'a RawValue),
}

/// Why bytes are no message, for the one who sent them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) i64, pub(crate) &'static str);

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    jsonrpc: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

/// An id of `null` is there, and wrong; an `Option` alone would not tell it from none.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(from).map(Some)
}

impl<'a> Message<'a> {
    /// Reads one message.
    pub(crate) fn read(text: &'a [u8]) -> Result<Message<'a>, Malformed> {
        let wire: Wire<'a> = serde_json::from_slice(text).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => Malformed(INVALID_REQUEST, "no JSON-RPC message"),
            _ => Malformed(PARSE_ERROR, "no JSON"),
        })?;
        if wire.jsonrpc != "2.0" {
            return Err(Malformed(INVALID_REQUEST, "jsonrpc is not 2.0"));
        }
        if wire.id.is_some_and(|id| !is_id(id)) {
            return Err(Malformed(INVALID_REQUEST, "the id is neither a string nor an integer"));
        }
        match (wire.id, wire.method, wire.result, wire.error) {
            (Some(id), Some(method), None, None) => Ok(Message::Request { id, method, params: wire.params }),
            (None, Some(method), None, None) => Ok(Message::Notification { method, params: wire.params }),
            (Some(id), None, Some(result), None) => Ok(Message::Answer { id, body: Body::Result(result) }),
            (Some(id), None, None, Some(error)) => Ok(Message::Answer { id, body: Body::Error(error) }),
            _ => Err(Malformed(INVALID_REQUEST, "neither request, notification nor response")),
        }
    }
}

fn is_id(id: &RawValue) -> bool {
    let text = id.get().as_bytes();
    text.len() <= ID_MAX
        && match text.first() {
            Some(b'"') => true,
            Some(b'-' | b'0'..=b'9') => text.iter().skip(1).all(u8::is_ascii_digit),
            _ => false,
        }
}

/// The messages of a batch, at most `most` of them; `None` when the text is no array.
pub(crate) fn batch(text: &[u8], most: usize) -> Option<Result<Vec<&RawValue>, Malformed>> {
    if text.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'[') {
        return None;
    }
    Some(match serde_json::from_slice::<Vec<&RawValue>>(text) {
        Err(_) => Err(Malformed(PARSE_ERROR, "no JSON")),
        Ok(list) if list.is_empty() => Err(Malformed(INVALID_REQUEST, "an empty batch")),
        Ok(list) if list.len() > most => Err(Malformed(INVALID_REQUEST, "too many messages in a batch")),
        Ok(list) => Ok(list),
    })
}

/// Whether brackets nest no deeper than servers' parsers are asked to go.
pub(crate) fn is_shallow(text: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_MAX {
            return false;
        }
    }
    true
}

/// Line ends between tokens become spaces: a message is one line on a pipe, and one `data:` line of an event. In valid
/// JSON they stand nowhere else.
fn push_flat(line: &mut Vec<u8>, text: &str) {
    line.extend(text.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
}

/// A message as one line.
pub(crate) fn flat(text: &str) -> Vec<u8> {
    let mut line = Vec::with_capacity(text.len());
    push_flat(&mut line, text);
    line
}

/// A string as JSON.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A request or, without an id, a notification.
pub(crate) fn call(id: Option<&str>, method: &str, params: Option<&str>) -> Vec<u8> {
    let mut line = br#"{"jsonrpc":"2.0""#.to_vec();
    if let Some(id) = id {
        line.extend_from_slice(br#","id":"#);
        push_flat(&mut line, id);
    }
    line.extend_from_slice(br#","method":"#);
    line.extend_from_slice(quoted(method).as_bytes());
    if let Some(params) = params {
        line.extend_from_slice(br#","params":"#);
        push_flat(&mut line, params);
    }
    line.push(b'}');
    line
}

/// A response.
pub(crate) fn answer(id: &RawValue, body: Body<'_>) -> Vec<u8> {
    let (key, value) = match body {
        Body::Result(value) => ("result", value.get()),
        Body::Error(value) => ("error", value.get()),
    };
    reply(id.get(), key, value)
}

/// A response with a result.
pub(crate) fn result(id: &RawValue, value: &str) -> Vec<u8> {
    reply(id.get(), "result", value)
}

fn reply(id: &str, key: &str, value: &str) -> Vec<u8> {
    let mut line = Vec::with_capacity(value.len() + id.len() + 40);
    line.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    push_flat(&mut line, id);
    line.extend_from_slice(b",\"");
    line.extend_from_slice(key.as_bytes());
    line.extend_from_slice(b"\":");
    push_flat(&mut line, value);
    line.push(b'}');
    line
}

/// A response that says what went wrong; without an id where the request's could not be read.
pub(crate) fn error(id: Option<&RawValue>, code: i64, message: &str, data: Option<&str>) -> Vec<u8> {
    let data = data.map(|data| format!(",\"data\":{data}")).unwrap_or_default();
    let value = format!(r#"{{"code":{code},"message":{}{data}}}"#, quoted(message));
    reply(id.map_or("null", |id| id.get()), "error", &value)
}

/// An object's members in their order, each as it was written.
pub(crate) type Members = IndexMap<String, Box<RawValue>>;

/// The members of an object; none where there is no object.
pub(crate) fn members(object: Option<&RawValue>) -> Option<Members> {
    match object {
        None => Some(Members::new()),
        Some(object) => serde_json::from_str(object.get()).ok(),
    }
}

/// Text that is known to be JSON, as a value.
pub(crate) fn raw(text: String) -> Box<RawValue> {
    RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// Members as an object.
pub(crate) fn object(members: &Members) -> String {
    serde_json::to_string(members).unwrap_or_else(|_| "{}".to_owned())
}

/// A member of an object that is a string.
pub(crate) fn text_of(members: &Members, name: &str) -> Option<String> {
    members.get(name).and_then(|value| serde_json::from_str(value.get()).ok())
}

/// `params._meta`, and within it the progress token.
#[derive(Deserialize)]
pub(crate) struct Peek<'a> {
    #[serde(borrow, default, rename = "_meta")]
    pub(crate) meta: Option<Meta<'a>>,
}

/// What the bridge looks at in `_meta`.
#[derive(Deserialize)]
pub(crate) struct Meta<'a> {
    #[serde(borrow, default, rename = "progressToken")]
    pub(crate) progress_token: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "io.modelcontextprotocol/protocolVersion")]
    pub(crate) version: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "io.modelcontextprotocol/subscriptionId")]
    pub(crate) subscription: Option<&'a RawValue>,
}

/// What the bridge looks at in `_meta` of a request.
pub(crate) fn meta_of(params: Option<&RawValue>) -> Option<Meta<'_>> {
    // Most requests have none, and long arguments are then read only once.
    let params = params.filter(|params| params.get().contains("_meta"))?;
    serde_json::from_str::<Peek<'_>>(params.get()).ok()?.meta
}

/// The parameters with another progress token in their `_meta`.
pub(crate) fn with_token(params: Option<&RawValue>, token: &str) -> Option<String> {
    let mut outer = members(params)?;
    let mut meta = members(outer.get("_meta").map(|meta| &**meta))?;
    meta.insert("progressToken".to_owned(), raw(token.to_owned()));
    outer.insert("_meta".to_owned(), raw(object(&meta)));
    Some(object(&outer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> String {
        match Message::read(text.as_bytes()) {
            Ok(Message::Request { id, method, params }) => {
                format!("request {} {method} {}", id.get(), params.map_or("-", |p| p.get()))
            }
            Ok(Message::Notification { method, .. }) => format!("notification {method}"),
            Ok(Message::Answer { id, body: Body::Result(value) }) => {
                format!("result {} {}", id.get(), value.get())
            }
            Ok(Message::Answer { id, body: Body::Error(value) }) => {
                format!("error {} {}", id.get(), value.get())
            }
            Err(Malformed(code, _)) => code.to_string(),
        }
    }

    #[test]
    fn messages_are_told_apart() {
        for (text, expected) in [
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, "request 1 ping -"),
            (r#"{"method":"a","params":{"x": [1]},"id":"q","jsonrpc":"2.0"}"#, r#"request "q" a {"x": [1]}"#),
            (r#"{"jsonrpc":"2.0","method":"n"}"#, "notification n"),
            (r#"{"jsonrpc":"2.0","id":-3,"result":null}"#, "result -3 null"),
            (r#"{"jsonrpc":"2.0","id":3,"error":{"code":1}}"#, r#"error 3 {"code":1}"#),
            (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, "-32600"),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, "-32600"),
            (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, "-32600"),
            (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, "-32600"),
            (r#"{"id":1,"method":"ping"}"#, "-32600"),
            (r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, "-32600"),
            (r#"{"jsonrpc":"2.0","id":1,"result":1,"error":{}}"#, "-32600"),
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping""#, "-32700"),
            ("", "-32700"),
            ("starting up", "-32700"),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_one_line() {
        let id = raw("7".to_owned());
        let pretty = raw("{\n  \"a\": \"b\\n\"\r\n}".to_owned());
        let line = answer(&id, Body::Result(&pretty));
        assert_eq!(
            String::from_utf8(line).unwrap(),
            r#"{"jsonrpc":"2.0","id":7,"result":{   "a": "b\n"  }}"#
        );
        let line = call(None, "a\"\n", Some("{\n}"));
        assert_eq!(String::from_utf8(line).unwrap(), r#"{"jsonrpc":"2.0","method":"a\"\n","params":{ }}"#);
    }

    #[test]
    fn a_token_is_put_in_and_nothing_else_changes() {
        let params = raw(r#"{"b":1.0,"_meta":{"progressToken":"t","x":1e3},"a":"é"}"#.to_owned());
        let told = with_token(Some(&params), "9").unwrap();
        assert_eq!(told, r#"{"b":1.0,"_meta":{"progressToken":9,"x":1e3},"a":"é"}"#);
        assert_eq!(with_token(None, "9").unwrap(), r#"{"_meta":{"progressToken":9}}"#);
        assert!(with_token(Some(&raw("[1]".to_owned())), "9").is_none());
    }

    #[test]
    fn depth_is_bounded_outside_of_strings() {
        assert!(is_shallow("[".repeat(128).as_bytes()));
        assert!(!is_shallow("[".repeat(129).as_bytes()));
        assert!(is_shallow(format!(r#"["{}\"[["]"#, "[".repeat(500)).as_bytes()));
        assert!(is_shallow("{}".repeat(1000).as_bytes()));
    }

    #[test]
    fn batches_are_bounded() {
        assert!(batch(b" {\"a\":1}", 2).is_none());
        assert_eq!(batch(b" [{},{}]", 2).unwrap().unwrap().len(), 2);
        assert!(batch(b"[1,2,3]", 2).unwrap().is_err());
        assert!(batch(b"[]", 2).unwrap().is_err());
        assert!(batch(b"[1", 2).unwrap().is_err());
    }
}
