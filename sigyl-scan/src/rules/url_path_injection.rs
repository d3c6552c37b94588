//! A caller's value that changes the path of a request to a fixed host.

use sigyl_core::{Class, Confidence, Severity};

use super::{
    request::requested,
    sink::{reached_at_most, short, split},
};
use crate::{
    flow::{Call, Hazards, Value},
    rule::{Calls, Findings, Rule, RuleMeta},
};

pub(crate) struct UrlPathInjection;

static META: RuleMeta = RuleMeta {
    id: "url-path-injection",
    title: "Caller's value in the path of a request, not encoded",
    class: Class::Injection,
    severity: Severity::Warning,
    cwe: &[74],
    owasp: Some("MCP05"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Encode each segment: encodeURIComponent(value), urllib.parse.quote(value, safe=\"\")",
        "Refuse `.` and `..` segments",
    ],
    page: include_str!("url_path_injection.md"),
};

impl Rule for UrlPathInjection {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let name = call.api().or(call.method()).map_or("the call", short);
        for url in requested(call).into_iter().chain(by_verb(call)) {
            // Whoever chooses the host chooses the path, too: that is another rule's.
            if call.flow(url, Hazards::HOST).is_some() {
                continue;
            }
            let Some(path) = call.flow(url, Hazards::URL_PATH).filter(|path| path.concatenated) else {
                continue;
            };
            // After `?` it can add parameters, but not leave the endpoint.
            if url.prefix().is_some_and(|prefix| prefix.contains('?')) {
                continue;
            }
            let what = format!(
                "is in the path of the URL that `{name}` requests, and can climb to another endpoint by `../`"
            );
            out.report(reached_at_most(call, &path, Severity::Warning, Confidence::Medium, &what));
            return;
        }
    }
}

/// The path that a client library's general method is given beside a verb: `client.transport.request({ method: "GET",
/// path })`, `client.request("GET", path)`.
fn by_verb<'a>(call: &Call<'a>) -> Option<&'a Value> {
    let method = call.method().or_else(|| call.api().map(short))?;
    if matches!(method, "get" | "post" | "put" | "patch" | "delete" | "head") {
        let object = call.api().map_or_else(|| written_receiver(call), |api| split(api).0);
        let last = object.rsplit('.').next().unwrap_or(object).trim_end_matches("()").to_ascii_lowercase();
        let is_client = ["client", "session", "http", "rest", "axios"].iter().any(|end| last.ends_with(end));
        let is_path = |path: &&Value| {
            path.prefix().is_some_and(|prefix| prefix.starts_with('/') && prefix[1..].contains('/'))
        };
        return call.arg_or(0, "url").filter(|_| is_client).filter(is_path);
    }
    if !matches!(method, "request" | "perform_request" | "performRequest" | "requestRaw" | "raw_request") {
        return None;
    }
    let is_verb = |value: &Value| {
        matches!(
            value.as_str(),
            Some(
                "GET"
                    | "POST"
                    | "PUT"
                    | "PATCH"
                    | "DELETE"
                    | "HEAD"
                    | "get"
                    | "post"
                    | "put"
                    | "patch"
                    | "delete"
                    | "head"
            )
        )
    };
    let first = call.arg(0)?;
    // Octokit: `request(`GET /repos/${name}`)`.
    if first
        .prefix()
        .and_then(|text| text.split_once(" /"))
        .is_some_and(|(verb, _)| matches!(verb, "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD"))
    {
        return Some(first);
    }
    if first.field("method").is_some_and(is_verb) {
        return ["path", "url", "endpoint", "uri"].iter().find_map(|name| first.field(name));
    }
    if is_verb(first) {
        return call.arg(1).filter(|path| path.fields().is_empty());
    }
    let verb = call.keyword("method").is_some_and(is_verb);
    verb.then(|| ["path", "url", "endpoint"].iter().find_map(|name| call.keyword(name))).flatten()
}

/// What a method is called on, as it is written.
fn written_receiver<'a>(call: &Call<'a>) -> &'a str {
    let file = call.file();
    let text = &file.text[call.place().span.range(file.text.len())];
    let callee = text.split('(').next().unwrap_or_default();
    callee.rsplit_once('.').map_or("", |(object, _)| object.trim())
}
