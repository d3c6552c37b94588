//! Messages of the newer era for a server of the older one, and its answers back.

use serde_json::value::RawValue;

use crate::{
    health::{Facts, MODERN},
    rpc::{self, Members},
};

/// Everything of the protocol's own in `_meta`.
const PREFIX: &str = "io.modelcontextprotocol/";
/// The server's name and version, in `_meta` of results.
const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";
/// Which subscription a notification is of.
pub(crate) const SUBSCRIPTION: &str = "io.modelcontextprotocol/subscriptionId";

/// Requests that mean the same in both eras.
pub(crate) const SAME: [&str; 8] = [
    "completion/complete",
    "prompts/get",
    "prompts/list",
    "resources/list",
    "resources/read",
    "resources/templates/list",
    "tools/call",
    "tools/list",
];
/// Requests whose results bear hints for caches.
const CACHED: [&str; 5] =
    ["prompts/list", "resources/list", "resources/read", "resources/templates/list", "tools/list"];
/// What the newer era calls a resource that is not there; the older had a code of its own.
const OLD_NOT_FOUND: i64 = -32002;

/// Parameters without what only the newer era knows; the progress token as given.
pub(crate) fn params(from: &Members, token: Option<&str>) -> String {
    let mut params = from.clone();
    let mut meta = rpc::members(params.get("_meta").map(|meta| &**meta)).unwrap_or_default();
    meta.retain(|key, _| !key.starts_with(PREFIX));
    match token {
        Some(token) => meta.insert("progressToken".to_owned(), rpc::raw(token.to_owned())),
        None => meta.shift_remove("progressToken"),
    };
    if meta.is_empty() {
        params.shift_remove("_meta");
    } else {
        params.insert("_meta".to_owned(), rpc::raw(rpc::object(&meta)));
    }
    rpc::object(&params)
}

/// A result with what the newer era asks of it. Nothing is said to be cacheable: who may see it is not known here.
pub(crate) fn result(method: &str, from: &RawValue, facts: &Facts) -> String {
    let Some(mut result) = rpc::members(Some(from)) else { return from.get().to_owned() };
    let add = |result: &mut Members, key: &str, value: &str| {
        result.entry(key.to_owned()).or_insert_with(|| rpc::raw(value.to_owned()));
    };
    add(&mut result, "resultType", r#""complete""#);
    if CACHED.contains(&method) {
        add(&mut result, "ttlMs", "0");
        add(&mut result, "cacheScope", r#""private""#);
    }
    if let (Some(info), Some(mut meta)) = (&facts.info, rpc::members(result.get("_meta").map(|meta| &**meta)))
    {
        add(&mut meta, SERVER_INFO, info.get());
        result.insert("_meta".to_owned(), rpc::raw(rpc::object(&meta)));
    }
    rpc::object(&result)
}

/// An error, with the newer era's code for a resource that is not there.
pub(crate) fn error(from: &RawValue) -> (i64, String) {
    let Some(mut error) = rpc::members(Some(from)) else {
        return (rpc::INTERNAL_ERROR, from.get().to_owned());
    };
    let mut code = code_of(&error);
    if code == OLD_NOT_FOUND {
        code = rpc::INVALID_PARAMS;
        error.insert("code".to_owned(), rpc::raw(code.to_string()));
    }
    (code, rpc::object(&error))
}

/// The code of an error; 0 where it has none.
pub(crate) fn code_of(error: &Members) -> i64 {
    error.get("code").and_then(|code| code.get().parse().ok()).unwrap_or_default()
}

/// The answer to `server/discover`, from what the server said of itself to the bridge.
pub(crate) fn discover(facts: &Facts) -> String {
    let mut told = Members::new();
    let mut put = |key: &str, value: String| told.insert(key.to_owned(), rpc::raw(value));
    put("resultType", r#""complete""#.to_owned());
    put("supportedVersions", format!(r#"["{MODERN}"]"#));
    put("capabilities", capabilities(facts));
    if let Some(info) = &facts.info {
        put("_meta", format!(r#"{{"{SERVER_INFO}":{}}}"#, info.get()));
    }
    if let Some(instructions) = &facts.instructions {
        put("instructions", instructions.get().to_owned());
    }
    put("ttlMs", "0".to_owned());
    put("cacheScope", r#""private""#.to_owned());
    rpc::object(&told)
}

/// Capabilities without the tasks of 2025-11-25, which belong to sessions and became something else.
pub(crate) fn capabilities(facts: &Facts) -> String {
    let mut capabilities = rpc::members(Some(&facts.capabilities)).unwrap_or_default();
    capabilities.shift_remove("tasks");
    rpc::object(&capabilities)
}

/// Whether the server said that it can do something: `has(facts, "resources", "subscribe")`.
pub(crate) fn has(facts: &Facts, of: &str, what: &str) -> bool {
    rpc::members(Some(&facts.capabilities))
        .and_then(|all| rpc::members(Some(all.get(of)?)))
        .and_then(|of| of.get(what).map(|value| value.get() == "true"))
        .unwrap_or(false)
}

/// Whether the server said that it has a capability at all.
pub(crate) fn has_any(facts: &Facts, of: &str) -> bool {
    rpc::members(Some(&facts.capabilities)).is_some_and(|all| all.contains_key(of))
}

/// A notification of a subscription, with the id that its subscriber knows.
pub(crate) fn subscribed(method: &str, params: Option<&RawValue>, id: &RawValue) -> Vec<u8> {
    let mut params = rpc::members(params).unwrap_or_default();
    let mut meta = rpc::members(params.get("_meta").map(|meta| &**meta)).unwrap_or_default();
    meta.insert(SUBSCRIPTION.to_owned(), id.to_owned());
    params.insert("_meta".to_owned(), rpc::raw(rpc::object(&meta)));
    rpc::call(None, method, Some(&rpc::object(&params)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::Era;

    fn facts() -> Facts {
        Facts {
            era: Era::Legacy,
            version: "2025-11-25".to_owned(),
            capabilities: rpc::raw(r#"{"tools":{"listChanged":true},"tasks":{},"logging":{}}"#.to_owned()),
            info: Some(rpc::raw(r#"{"name":"s"}"#.to_owned())),
            instructions: None,
        }
    }

    fn members(text: &str) -> Members {
        rpc::members(Some(&rpc::raw(text.to_owned()))).unwrap()
    }

    #[test]
    fn what_only_the_newer_era_knows_is_left_out() {
        let from = members(
            r#"{"name":"t","_meta":{"io.modelcontextprotocol/protocolVersion":"v","traceparent":"00","progressToken":"p","io.modelcontextprotocol/clientCapabilities":{}}}"#,
        );
        assert_eq!(
            params(&from, Some("4")),
            r#"{"name":"t","_meta":{"traceparent":"00","progressToken":4}}"#
        );
        let from = members(r#"{"_meta":{"io.modelcontextprotocol/protocolVersion":"v"},"cursor":"c"}"#);
        assert_eq!(params(&from, None), r#"{"cursor":"c"}"#);
    }

    #[test]
    fn results_and_errors_get_what_the_newer_era_asks_for() {
        let told = result("tools/list", &rpc::raw(r#"{"tools":[]}"#.to_owned()), &facts());
        assert_eq!(
            told,
            r#"{"tools":[],"resultType":"complete","ttlMs":0,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s"}}}"#
        );
        let told = result("tools/call", &rpc::raw(r#"{"content":[],"_meta":{"a":1}}"#.to_owned()), &facts());
        assert!(
            told.contains(r#""_meta":{"a":1,"io.modelcontextprotocol/serverInfo""#)
                && !told.contains("ttlMs")
        );
        assert_eq!(
            error(&rpc::raw(r#"{"code":-32002,"message":"m"}"#.to_owned())),
            (-32602, r#"{"code":-32602,"message":"m"}"#.to_owned())
        );
    }

    #[test]
    fn a_server_is_described_without_its_tasks() {
        let told = discover(&facts());
        assert!(told.contains(r#""capabilities":{"tools":{"listChanged":true},"logging":{}}"#), "{told}");
        assert!(told.contains(r#""supportedVersions":["2026-07-28"]"#), "{told}");
        assert!(has(&facts(), "tools", "listChanged") && !has(&facts(), "resources", "subscribe"));
        assert!(has_any(&facts(), "logging") && !has_any(&facts(), "prompts"));
    }
}
