//! A login whose answer is taken from any browser.

use rustc_hash::FxHashMap;
use sigyl_core::{Class, Confidence, Severity, Span};

use super::code::{Code, words};
use crate::{
    context::FileContext,
    files::FileRole,
    ir::{BinaryOp, ExprId, ExprKind, FunctionId, Pattern, PatternKey, PropertyKey},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct UnboundOauthFlow;

static META: RuleMeta = RuleMeta {
    id: "unbound-oauth-flow",
    title: "OAuth login not bound to the browser that began it",
    class: Class::ConfusedDeputy,
    severity: Severity::Warning,
    cwe: &[352, 345],
    owasp: Some("MCP07"),
    practice: Some("confused-deputy-problem"),
    since: "0.1.0",
    fixes: &[
        "Send a random state along, keep it with the browser's session, and refuse an answer with another one",
        "Use PKCE with S256 in every authorization code flow",
    ],
    page: include_str!("unbound_oauth_flow.md"),
};

/// Functions of OAuth libraries that make the address of a login.
static ADDRESSES: &[&str] = &[
    "generateAuthUrl",
    "authorizationUrl",
    "authorizeURL",
    "authorizeUrl",
    "getAuthCodeUrl",
    "getAuthorizationUrl",
    "get_authorization_request_url",
];

impl Rule for UnboundOauthFlow {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if file.role != FileRole::Runtime {
            return;
        }
        let words = [
            "response_type",
            "authorization_code",
            "code_challenge",
            "AuthUrl",
            "uthorization",
            "authorizeU",
            "etToken",
            "xchange",
        ];
        let Some(code) = Code::of(file, &words) else { return };
        let mut report = |span: Span, message: &str| {
            out.report(Draft::new(file.place(span), message).confidence(Confidence::Medium));
        };
        plain_challenge(&code, &mut report);
        for id in code.all() {
            if begins_without_state(&code, id) {
                report(
                    code.module.span(id),
                    "the login is begun without `state`: an attacker's answer can be slipped to the user's browser",
                );
            }
        }
        for id in code.all() {
            if is_skipped_without_state(&code, id) {
                report(
                    code.module.span(id),
                    "an answer without `state` is taken as well: only a wrong one is refused",
                );
            }
        }
        let reads = code_reads(&code);
        for (index, function) in code.module.functions.iter().enumerate() {
            let id = FunctionId(index as u32);
            if id == FunctionId::MODULE {
                continue;
            }
            let Some(read) = reads.get(&id).copied().or_else(|| code_parameter(&code, id)) else { continue };
            let span = function.span;
            if !exchanges(&code, span) || mentions(&code, span, &["code_verifier", "codeVerifier"]) {
                continue;
            }
            if !checks_state(&code, id) {
                report(
                    read,
                    "the code of a login is taken without comparing `state` with what this browser was given",
                );
            }
        }
    }
}

fn mentions(code: &Code<'_>, span: Span, names: &[&str]) -> bool {
    code.within(span).any(|id| {
        code.last_name(id).is_some_and(|name| names.contains(&name))
            || match code.module.expr(id).kind {
                ExprKind::String(text) => {
                    let text = code.module.name(text);
                    text.len() < 200 && names.iter().any(|name| text == *name || text.contains(&format!("{name}=")))
                }
                ExprKind::Object(list) => code.module.properties(list).iter().any(|property| {
                    matches!(property.key, PropertyKey::Name(key) if names.contains(&code.module.name(key)))
                }),
                ExprKind::Call { arguments, .. } => code.module.arguments(arguments).iter().any(|argument| {
                    argument.keyword.is_some_and(|name| names.contains(&code.module.name(name)))
                }),
                _ => false,
            }
    })
}

/// The plain form of PKCE shows the verifier to whoever sees the first request.
fn plain_challenge(code: &Code<'_>, report: &mut impl FnMut(Span, &str)) {
    const MESSAGE: &str = "PKCE without hashing: whoever sees the challenge has the verifier";
    let is_plain = |id: ExprId| code.text(id) == Some("plain");
    for id in code.all() {
        match code.module.expr(id).kind {
            ExprKind::Object(list) => {
                for property in code.module.properties(list) {
                    let PropertyKey::Name(key) = property.key else { continue };
                    let plain = match code.module.name(key) {
                        "code_challenge_method" | "codeChallengeMethod" => is_plain(property.value),
                        "code_challenge_methods_supported" => code.made_from(property.value, |code, id| {
                            matches!(code.module.expr(id).kind, ExprKind::String(_))
                                && code.text(id) == Some("plain")
                        }),
                        _ => false,
                    };
                    if plain {
                        report(property.span, MESSAGE);
                    }
                }
            }
            ExprKind::Call { .. } => {
                if let [name, value, ..] = code.arguments(id).as_slice()
                    && code.text(*name) == Some("code_challenge_method")
                    && is_plain(*value)
                {
                    report(code.module.span(id), MESSAGE);
                }
            }
            _ => {}
        }
    }
}

/// True for what makes the address of a login, without `state` and without PKCE around it.
fn begins_without_state(code: &Code<'_>, id: ExprId) -> bool {
    let module = code.module;
    let is_code = |value: ExprId| code.text(value) == Some("code");
    let begins = match module.expr(id).kind {
        // `{ response_type: "code", client_id, redirect_uri }`.
        ExprKind::Object(list) => {
            let has = |name: &str| {
                module.properties(list).iter().find_map(|property| match property.key {
                    PropertyKey::Name(key) if module.name(key) == name => Some(property.value),
                    _ => None,
                })
            };
            has("response_type").is_some_and(is_code)
                && has("client_id").is_some()
                && has("grant_type").is_none()
        }
        // `url.searchParams.set("response_type", "code")`.
        ExprKind::Call { callee, .. } => {
            let arguments = code.arguments(id);
            if matches!(code.last_name(callee), Some("set" | "append"))
                && let [name, value] = arguments.as_slice()
            {
                code.text(*name) == Some("response_type") && is_code(*value)
            } else {
                is_library_call(code, id, callee, &arguments)
            }
        }
        ExprKind::String(text) => {
            let text = module.name(text);
            text.len() < 400
                && text.contains("response_type=code")
                && (text.contains("http") || text.contains('?') || text.contains('&'))
        }
        _ => false,
    };
    if !begins {
        return false;
    }
    let around = code.function_span(code.function_at(module.span(id).start));
    !mentions(code, around, &["state", "code_challenge", "codeChallenge", "code_challenge_method"])
}

fn is_library_call(code: &Code<'_>, id: ExprId, callee: ExprId, arguments: &[ExprId]) -> bool {
    if !matches!(code.module.expr(callee).kind, ExprKind::Member { .. })
        || !code.last_name(callee).is_some_and(|name| ADDRESSES.contains(&name))
    {
        return false;
    }
    // Only where this server answers the redirect itself.
    let answers = code.all().any(|id| {
        code.text(id)
            .is_some_and(|text| text.starts_with('/') && text.len() < 60 && text.contains("callback"))
    });
    let known = arguments.iter().all(|one| match code.module.expr(code.resolve(*one)).kind {
        ExprKind::Object(list) => {
            !code.module.properties(list).iter().any(|property| matches!(property.key, PropertyKey::Spread))
        }
        ExprKind::Collection(..) | ExprKind::String(_) => true,
        _ => code.last_name(*one).is_some_and(|name| name.to_ascii_lowercase().contains("scope")),
    });
    answers && known && code.option(id, "state").is_none()
}

/// Where functions read the code of a login from the request.
fn code_reads(code: &Code<'_>) -> FxHashMap<FunctionId, Span> {
    let mut found = FxHashMap::default();
    let mut add = |span: Span| {
        let function = code.function_at(span.start);
        if span.end <= code.function_span(function).end {
            found.entry(function).or_insert(span);
        }
    };
    code.all().filter(|id| reads_code(code, *id)).for_each(|id| add(code.module.span(id)));
    // `const { code } = req.query`.
    for (target, value, at) in code.assignments() {
        let Pattern::Object { entries, .. } = target else { continue };
        let takes = entries
            .iter()
            .any(|(key, _)| matches!(key, PatternKey::Name(key) if code.module.name(*key) == "code"));
        if takes && of_request(&code.path(*value)) {
            add(*at);
        }
    }
    found
}

fn of_request(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    ["query", "searchparams", "params", "request.args", "req.args"]
        .iter()
        .any(|part| lower.strip_suffix("()").unwrap_or(&lower).ends_with(part))
}

/// True for `req.query.code` and its other forms.
fn reads_code(code: &Code<'_>, id: ExprId) -> bool {
    match code.module.expr(id).kind {
        ExprKind::Member { object, property } => {
            code.module.name(property) == "code" && of_request(&code.path(object))
        }
        ExprKind::Index { object, index } => {
            code.text(index) == Some("code") && of_request(&code.path(object))
        }
        ExprKind::Call { callee, .. } => {
            let ExprKind::Member { object, property } = code.module.expr(callee).kind else { return false };
            let name = code.module.name(property);
            matches!(name, "get" | "query")
                && code.arguments(id).first().and_then(|name| code.text(*name)) == Some("code")
                && (name == "get" && of_request(&code.path(object))
                    || name == "query" && code.path(object).ends_with("req"))
        }
        _ => false,
    }
}

/// `async def callback(code: str)` of a route.
fn code_parameter(code: &Code<'_>, function: FunctionId) -> Option<Span> {
    let one = code.module.function(function);
    let is_route = one.decorators.iter().any(|decorator| {
        code.last_name_of_callee(*decorator).is_some_and(|name| matches!(name, "get" | "route" | "api_route"))
    });
    let param =
        one.params.iter().find(|param| param.name.is_some_and(|name| code.module.name(name) == "code"))?;
    is_route.then_some(param.span)
}

/// True when the code is turned into tokens here.
fn exchanges(code: &Code<'_>, span: Span) -> bool {
    code.within(span).any(|id| match code.module.expr(id).kind {
        ExprKind::String(text) => code.module.name(text).contains("authorization_code"),
        ExprKind::Call { callee, .. } => code.last_name(callee).is_some_and(|name| {
            let words = words(name);
            words.iter().any(|word| word == "exchange")
                || matches!(
                    name,
                    "getToken"
                        | "fetch_token"
                        | "acquireTokenByCode"
                        | "acquire_token_by_authorization_code"
                        | "validateAuthorizationCode"
                )
        }),
        _ => false,
    })
}

/// `state && state !== expected`, `code and state and not known(state)`: whoever sends no state passes.
fn is_skipped_without_state(code: &Code<'_>, id: ExprId) -> bool {
    let is_state = |id: ExprId| {
        let named = matches!(code.module.expr(id).kind, ExprKind::Variable(_) | ExprKind::Member { .. });
        named && code.last_name(id).is_some_and(|name| name == "state")
    };
    let ExprKind::Binary { op: BinaryOp::And, left, right } = code.module.expr(id).kind else { return false };
    let given = match code.module.expr(left).kind {
        ExprKind::Binary { op: BinaryOp::And, right, .. } => is_state(right),
        _ => is_state(left),
    };
    let refuted = match code.module.expr(right).kind {
        ExprKind::Binary { op: BinaryOp::NotEqual, left, right } => is_state(left) || is_state(right),
        ExprKind::Binary { op: BinaryOp::NotIn, left, .. } => is_state(left),
        ExprKind::Not(inner) => code.arguments(inner).iter().any(|argument| is_state(*argument)),
        _ => false,
    };
    if !given || !refuted {
        return false;
    }
    let tested = code.branches().iter().any(|(test, ..)| {
        let (whole, own) = (code.module.span(*test), code.module.span(id));
        whole.start <= own.start && own.end <= whole.end
    });
    let around = code.function_span(code.function_at(code.module.span(id).start));
    tested && code.within(around).any(|id| code.last_name(id) == Some("code") || reads_code(code, id))
}

/// True when a function does more with `state` than to see whether it is there, log it or decode it.
fn checks_state(code: &Code<'_>, function: FunctionId) -> bool {
    let span = code.function_span(function);
    let is_state = |id: ExprId| {
        code.last_name(id).is_some_and(|name| words(name).iter().any(|word| word == "state"))
            || matches!(code.module.expr(id).kind, ExprKind::Call { .. })
                && code.arguments(id).first().and_then(|name| code.text(*name)) == Some("state")
    };
    code.within(span).any(|id| match code.module.expr(id).kind {
        ExprKind::Binary {
            op: BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::In | BinaryOp::NotIn,
            left,
            right,
        } => {
            let empty = |id: ExprId| match code.module.expr(id).kind {
                ExprKind::Null => true,
                ExprKind::String(text) => code.module.name(text).is_empty(),
                _ => false,
            };
            (is_state(left) && !empty(right)) || (is_state(right) && !empty(left))
        }
        ExprKind::Index { index, .. } => is_state(index),
        ExprKind::Call { callee, .. } | ExprKind::New { callee, .. } => {
            let path = code.path(callee).to_ascii_lowercase();
            let last = path.rsplit('.').next().unwrap_or(&path);
            let only_reads = [
                "atob",
                "parse",
                "loads",
                "decode",
                "b64decode",
                "urlsafe_b64decode",
                "string",
                "str",
                "from",
                "tostring",
            ]
            .contains(&last)
                || ["log", "info", "debug", "warn", "warning", "error", "print"].contains(&last)
                || last.contains("decodeuri")
                || last.contains("base64");
            let reads_request = last.ends_with("get") && is_request(&path);
            // A helper that is given the state may well look it up.
            !only_reads
                && !reads_request
                && code.arguments(id).iter().any(|argument| {
                    code.as_function(*argument).is_none()
                        && code
                            .within(code.module.span(*argument))
                            .any(|id| is_state(id) && code.text(id).is_none())
                })
        }
        _ => false,
    })
}

fn is_request(path: &str) -> bool {
    ["query", "searchparams", "args"].iter().any(|part| path.contains(part))
}
