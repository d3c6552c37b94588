//! The caller's token goes on to another service.

use sigyl_core::{Class, Confidence, Severity};

use crate::{
    flow::{Assignment, Call, FlowPath, Hazards, SourceKind, Value},
    rule::{Calls, Draft, Findings, Place, Rule, RuleMeta},
};

pub(crate) struct TokenPassthrough;

static META: RuleMeta = RuleMeta {
    id: "token-passthrough",
    title: "Caller's token passed on to another service",
    class: Class::TokenPassthrough,
    severity: Severity::Block,
    cwe: &[441, 863, 345],
    owasp: Some("MCP07"),
    practice: Some("token-passthrough"),
    since: "0.1.0",
    fixes: &[
        "Accept only tokens whose audience is this server, and keep them here",
        "Get a token of its own for the other service: by token exchange, by an OAuth login there, or from the configuration",
    ],
    page: include_str!("token_passthrough.md"),
};

/// Options of clients that hold a credential.
static CREDENTIAL_OPTIONS: &[&str] = &[
    "auth",
    "token",
    "accessToken",
    "access_token",
    "authToken",
    "auth_token",
    "bearerToken",
    "bearer_token",
    "apiToken",
    "api_token",
    "oauth_token",
    "oauthToken",
    "credentials",
    "headers",
    "defaultHeaders",
    "default_headers",
    "extraHeaders",
];

/// True when the name of a caller's value says that it is the token by which the caller was let in.
fn is_token(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // What a handler gets beside its arguments holds the caller's token in two places; the rest is the server's own.
    if ["extra.", "context.", "ctx."].iter().any(|start| name.starts_with(start))
        && !["authinfo", "requestinfo", "request", "headers"].iter().any(|word| name.contains(word))
    {
        return false;
    }
    let mut parts = name.split(['.', '[', ']', '"', '\'']).filter(|part| !part.is_empty()).rev();
    let last = parts.next().unwrap_or_default();
    let before = parts.next().unwrap_or_default();
    last.contains("authorization")
        || last == "headers"
        || last == "authinfo"
        || matches!(last, "access_token" | "accesstoken" | "bearer" | "bearertoken" | "id_token")
        || last == "token" && (before.contains("auth") || before.contains("access") || before == "headers")
        || last == "credentials" && !before.contains("body")
}

/// True for calls that ask whether the token is good, or turn it into another one.
fn is_verification(call: &Call<'_>) -> bool {
    let asks = |text: &str| {
        let text = text.to_ascii_lowercase();
        [
            "introspect",
            "userinfo",
            "tokeninfo",
            "verify",
            "exchange",
            "validate",
            "jwks",
            "on_behalf_of",
            "onbehalfof",
        ]
        .iter()
        .any(|word| text.contains(word))
    };
    asks(call.function())
        || call.api().is_some_and(asks)
        || call.args().iter().chain(call.keyword("url")).any(|arg| arg.prefix().is_some_and(asks))
}

/// True for what makes an answer, an error, or a log line: nothing leaves there.
fn is_local(api: &str) -> bool {
    let last = api.trim_end_matches("()").rsplit('.').next().unwrap_or(api);
    [
        "Response",
        "Error",
        "Exception",
        "AccessToken",
        "AuthInfo",
        "Headers",
        "Map",
        "Set",
        "Context",
        "Middleware",
        "URLSearchParams",
        "FormData",
    ]
    .iter()
    .any(|word| last.ends_with(word))
        || [
            "console.",
            "logging.",
            "logger",
            "jwt",
            "jose",
            "JSON.",
            "Object.",
            "Promise",
            "http.ServerResponse()",
            "starlette.",
        ]
        .iter()
        .any(|word| api.starts_with(word))
}

/// The way of the caller's token into a value: a header of its own first, then all of it.
fn token_flow(flow: impl Fn(&Value) -> Option<FlowPath>, value: &Value) -> Option<FlowPath> {
    let wanted = |path: &FlowPath| path.source == SourceKind::HttpRequest && is_token(&path.name);
    for (name, field) in value.fields() {
        let lower = name.to_ascii_lowercase();
        let carries =
            lower == "authorization" || lower.contains("token") || lower == "headers" || lower == "x-api-key";
        if carries && let Some(path) = flow(field).filter(wanted) {
            return Some(path);
        }
    }
    flow(value).filter(wanted)
}

fn report(path: &FlowPath, place: Place, to: &str, out: &mut Findings) {
    let to = if to.is_empty() { "another service".to_owned() } else { format!("`{to}`") };
    let what = if path.name.to_ascii_lowercase().ends_with("headers") {
        format!("all headers of the request (`{}`), the caller's token among them, go", path.name)
    } else {
        format!("the caller's token (`{}`) goes", path.name)
    };
    let draft: Draft = path.draft(place, format!("{what} on to {to}"));
    // Something unknown may have made another token of it; and what the SDK hands over was verified before.
    let name = path.name.to_ascii_lowercase();
    let verified = name.contains("authinfo") || name.starts_with("access_token.");
    let unsure = verified || path.confidence < Confidence::High;
    out.report(if unsure { draft.severity(Severity::Warning) } else { draft });
}

impl Rule for TokenPassthrough {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let flow = |value: &Value| call.flow(value, Hazards::TOKEN);
        // `headers.set("Authorization", token)`, `request.setHeader(…)`, `request.add_header(…)`.
        if let Some("set" | "append" | "setHeader" | "add_header" | "putheader" | "header") = call.method()
            && let [name, value, ..] = call.args()
            && name.as_str().is_some_and(|name| name.eq_ignore_ascii_case("authorization"))
        {
            let receiver = call.receiver().and_then(Value::api).unwrap_or_default();
            if !receiver.contains("Response")
                && !is_verification(call)
                && let Some(path) =
                    flow(value).filter(|path| path.source == SourceKind::HttpRequest && is_token(&path.name))
            {
                report(&path, call.place(), call.api().unwrap_or_default(), out);
            }
            return;
        }
        let Some(api) = call.api() else { return };
        if is_local(api) {
            return;
        }
        // `session.headers.update({…})`.
        if call.method() == Some("update") && api.ends_with("headers.update") {
            if let Some(path) = call.arg(0).and_then(|value| token_flow(flow, value))
                && !is_verification(call)
            {
                report(&path, call.place(), api, out);
            }
            return;
        }
        let sends = call.is_new()
            || is_client(api)
            || api
                .rsplit('.')
                .next()
                .is_some_and(|last| last.starts_with(|first: char| first.is_ascii_uppercase()));
        for option in CREDENTIAL_OPTIONS {
            let is_headers = option.ends_with("eaders");
            let carries = sends || is_headers && is_request_method(call);
            if !carries {
                continue;
            }
            let Some(value) = call.option(option) else { continue };
            if let Some(path) = token_flow(flow, value) {
                // Few calls come so far: only they are asked what they are for.
                if !is_verification(call) {
                    report(&path, call.place(), api, out);
                }
                return;
            }
        }
    }

    fn check_assignment(&self, assignment: &Assignment<'_>, out: &mut Findings) {
        if !assignment.property().eq_ignore_ascii_case("authorization") {
            return;
        }
        let path = assignment.flow(assignment.value(), Hazards::TOKEN);
        let Some(path) = path.filter(|path| path.source == SourceKind::HttpRequest && is_token(&path.name))
        else {
            return;
        };
        // Headers of clients and sessions; a plain object is judged where it is sent.
        if let Some(api) = assignment.object().api().filter(|api| !api.contains("Response")) {
            report(&path, assignment.place(), api, out);
        }
    }
}

/// True for functions that send HTTP requests.
fn is_client(api: &str) -> bool {
    let root = api.split(['.', '(']).next().unwrap_or(api);
    matches!(
        root,
        "fetch"
            | "undici"
            | "node-fetch"
            | "cross-fetch"
            | "axios"
            | "got"
            | "ky"
            | "superagent"
            | "request"
            | "needle"
            | "ofetch"
            | "http"
            | "https"
            | "requests"
            | "httpx"
            | "aiohttp"
            | "urllib"
            | "urllib3"
            | "globalThis"
            | "window"
            | "graphql-request"
            | "http2"
            | "wretch"
            | "phin"
    ) && !api.contains("createServer")
}

fn is_request_method(call: &Call<'_>) -> bool {
    matches!(
        call.method(),
        Some(
            "get"
                | "post"
                | "put"
                | "patch"
                | "delete"
                | "head"
                | "request"
                | "fetch"
                | "send"
                | "stream"
                | "build_request"
        )
    )
}

#[cfg(test)]
mod tests {
    use super::is_token;
    use crate::rules::table::findings_of;

    #[test]
    fn names_of_tokens() {
        for name in [
            "req.headers.authorization",
            "extra.authInfo.token",
            "request.headers",
            "context.headers.Authorization",
        ] {
            assert!(is_token(name), "{name}");
        }
        for name in ["req.headers.mcp-session-id", "req.body.name", "req.query.pageToken", "extra.requestId"]
        {
            assert!(!is_token(name), "{name}");
        }
    }

    fn count(path: &str, text: &str) -> usize {
        findings_of("token-passthrough", &[(path, text)]).len()
    }

    #[test]
    fn constructors_and_spreads_count() {
        let text = "import express from 'express';\nimport { Octokit } from '@octokit/rest';\nconst app = express();\n\
                    app.post('/mcp', async (req, res) => {\n  const octokit = new Octokit({ auth: req.headers.authorization });\n  res.json(await octokit.rest.repos.list());\n});\n";
        assert_eq!(count("a.ts", text), 1);
        let text = "import express from 'express';\nconst app = express();\napp.post('/mcp', async (req, res) => {\n  \
                    const answer = await fetch('https://api.example.com/x', { headers: { ...req.headers, host: 'x' } });\n  res.json(await answer.json());\n});\n";
        assert_eq!(count("a.ts", text), 1);
    }

    #[test]
    fn questions_about_the_token_are_fine() {
        let text = "import express from 'express';\nconst app = express();\napp.post('/mcp', async (req, res) => {\n  \
                    const answer = await fetch('https://login.example.com/userinfo', { headers: { Authorization: req.headers.authorization } });\n  res.json(await answer.json());\n});\n";
        assert_eq!(count("a.ts", text), 0);
        let text = "import express from 'express';\nconst app = express();\napp.post('/mcp', async (req, res) => {\n  \
                    const answer = await fetch('https://api.example.com/x', { headers: { 'x-request-id': req.headers['x-request-id'] } });\n  res.json(await answer.json());\n});\n";
        assert_eq!(count("a.ts", text), 0);
    }
}
