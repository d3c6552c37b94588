//! Every web site may read the server's answers.

use sigyl_core::{Class, Confidence, Severity, Span};

use super::{code::Code, default_origins::open_by_default, host_checks::checks};
use crate::{
    context::FileContext,
    files::FileKind,
    flow::{Call, Value},
    ir::{BinaryOp, ExprId, ExprKind, FunctionId, Pattern as Target},
    lexical::{Pattern, around, is_comment},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct InsecureCors;

static META: RuleMeta = RuleMeta {
    id: "insecure-cors",
    title: "Any web site may call the server",
    class: Class::NetworkExposure,
    severity: Severity::Warning,
    cwe: &[942],
    owasp: Some("MCP07"),
    practice: None,
    since: "0.1.0",
    fixes: &["Name the origins that may call, and check the Origin header against them"],
    page: include_str!("insecure_cors.md"),
};

static HEADER: Pattern = Pattern::new(
    r#"(?i)["'`]access-control-allow-origin["'`]\]?\s{0,8}(?:,|:|=)\s{0,8}b?(?:["'`]\*["'`]|(?:req(?:uest)?|ctx|c)\.(?:headers?\.(?:get\(\s{0,4})?["']?origin|headers\[["']origin|get\(["']origin|header\(["']origin)|origin\b\s{0,4}(?:\|\||\?\?)\s{0,4}["'`]\*)"#,
);
static CREDENTIALS: Pattern = Pattern::new(
    r#"(?i)access-control-allow-credentials["'`]\]?\s{0,8}[,:=]\s{0,8}["'`]?true|allow_credentials\s{0,8}=\s{0,8}True"#,
);

impl Rule for InsecureCors {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if !matches!(file.kind, FileKind::Source(_)) {
            return;
        }
        file.spend(file.text.len());
        compared_in_part(file, out);
        let mut told: Vec<u32> = Vec::new();
        let has_header = file.holds_any(&["Allow-Origin", "allow-origin"]);
        let code =
            Code::of(file, &["Allow-Origin", "allow-origin", "allow_origin", "rigins", "cors", "CORS"]);
        if has_header && let Some(pattern) = HEADER.get() {
            file.spend(file.text.len() * 4);
            for found in pattern.find_iter(file.text).take(20) {
                let start = found.start() as u32;
                if is_comment(file, found.start())
                    || code.as_ref().is_some_and(|code| is_public_metadata(code, start))
                {
                    continue;
                }
                // The header's own name is one.
                let is_echo = found.as_str().matches("rigin").count() > 1;
                if is_echo && code.as_ref().is_some_and(looks_origins_up) {
                    continue;
                }
                let near = around(file.text, found.start(), found.end(), 400);
                told.push(start);
                let place = file.at(found.start(), found.end());
                out.report(draft(file, place, CREDENTIALS.is_match(near)));
            }
        }
        let Some(code) = code else { return };
        for id in code.all() {
            let Some(any) = any_origin(&code, id) else { continue };
            let span = code.module.span(id);
            if told.iter().any(|at| span.start <= *at && *at < span.end)
                || is_public_metadata(&code, span.start)
            {
                continue;
            }
            out.report(draft(file, file.place(span), any.credentials));
        }
        for span in open_by_default(&code).into_iter().chain(settings_for_any(&code)) {
            out.report(draft(file, file.place(span), false));
        }
        for (id, span) in echoes(&code) {
            if told.iter().any(|at| span.start <= *at && *at < span.end) || is_compared(&code, id) {
                continue;
            }
            let near = around(file.text, span.start as usize, span.end as usize, 400);
            out.report(draft(file, file.place(span), CREDENTIALS.is_match(near)));
        }
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        if let Some(any) = added_middleware(call) {
            out.report(draft(call.file(), call.place(), any.credentials));
            return;
        }
        // `cors` of Express, `hono/cors`, `@koa/cors`, `@fastify/cors` registered as a plugin.
        let options = match call.api() {
            Some("cors" | "cors.default" | "hono/cors.cors" | "@koa/cors") => call.arg(0),
            _ if call.method() == Some("register")
                && call.arg(0).and_then(Value::api).is_some_and(|api| api.starts_with("@fastify/cors")) =>
            {
                call.arg(1)
            }
            Some(api) if api.starts_with("@nestjs/core") && call.method() == Some("enableCors") => {
                call.arg(0)
            }
            _ => {
                if any_by_option(call) {
                    out.report(draft(call.file(), call.place(), false));
                }
                return;
            }
        };
        let Some(options) = options else {
            out.report(draft(call.file(), call.place(), false));
            return;
        };
        // Browsers show no answer to a request with cookies that says `*`: only what repeats the origin gives these away.
        let repeats = match options.field("origin") {
            Some(origin) => origin.as_bool() == Some(true),
            None => call.api() == Some("@koa/cors"),
        };
        let credentials = repeats && options.field("credentials").and_then(Value::as_bool) == Some(true);
        let is_any = match options.field("origin") {
            Some(origin) => {
                let one = |value: &Value| value.as_str() == Some("*");
                one(origin)
                    || origin.as_bool() == Some(true)
                    || origin.items().is_some_and(|items| items.iter().any(one))
            }
            // Options that are known and name no origin mean any origin.
            None => !options.fields().is_empty(),
        };
        if is_any {
            out.report(draft(call.file(), call.place(), credentials));
        }
    }
}

/// Servers that take what they allow as one of their options: `new Server(3001, { cors: { origin: "*" } })` of socket.io,
/// `NestFactory.create(App, { cors: true })`, `AsyncServer(cors_allowed_origins="*")`.
fn any_by_option(call: &Call<'_>) -> bool {
    let api = call.api().unwrap_or_default();
    let is_star = |value: &Value| {
        value.as_str() == Some("*")
            || value.items().is_some_and(|items| items.iter().any(|item| item.as_str() == Some("*")))
    };
    if api.starts_with("socketio.") {
        return call.keyword("cors_allowed_origins").is_some_and(is_star);
    }
    if api == "h3.handleCors" {
        return call.option("origin").is_some_and(is_star);
    }
    let takes = ["socket.io", "@nestjs/core", "mcp-framework"].iter().any(|module| api.starts_with(module));
    let cors = call.option("cors").filter(|_| takes);
    let nested = || {
        let transport = call.option("transport").filter(|_| takes)?;
        transport.field("options")?.field("cors")
    };
    cors.or_else(nested).is_some_and(|cors| {
        cors.as_bool() == Some(true)
            || ["origin", "allowOrigin"].iter().any(|name| {
                cors.field(name).is_some_and(|origin| is_star(origin) || origin.as_bool() == Some(true))
            })
    })
}

/// Settings of Django and Sanic that allow every origin.
fn settings_for_any(code: &Code<'_>) -> Vec<Span> {
    let allows = |name: &str, value: ExprId| match name {
        "CORS_ALLOW_ALL_ORIGINS" | "CORS_ORIGIN_ALLOW_ALL" => {
            matches!(code.module.expr(value).kind, ExprKind::Bool(true))
        }
        "CORS_ORIGINS" => code.text(value) == Some("*"),
        _ => false,
    };
    let mut found = Vec::new();
    for (target, value, span) in code.assignments() {
        let name = match target {
            Target::Place(place) => code.last_name(*place),
            Target::Variable(variable, _) => Some(code.module.name(code.module.variable(*variable).name)),
            _ => None,
        };
        if name.is_some_and(|name| allows(name, *value)) {
            found.push(*span);
        }
    }
    found
}

/// What Starlette's middleware allows, by what its options hold: settings, constants of another module, defaults of a
/// class. What stands in the call itself is found by how it is written.
fn added_middleware(call: &Call<'_>) -> Option<AnyOrigin> {
    let is_cors = |api: &str| api.ends_with("CORSMiddleware");
    let api = call.api().filter(|api| is_cors(api) || api.ends_with(".Middleware"));
    let first = || call.arg(0).and_then(Value::api).is_some_and(is_cors);
    let adds =
        api.is_some_and(is_cors) || (api.is_some() || call.method() == Some("add_middleware")) && first();
    if !adds {
        return aiohttp_defaults(call);
    }
    let is_star = |value: &Value| value.as_str() == Some("*");
    let listed = call.keyword("allow_origins").is_some_and(|origins| {
        is_star(origins) || origins.items().is_some_and(|items| items.iter().any(is_star))
    });
    let matched = call.keyword("allow_origin_regex").and_then(Value::as_str).is_some_and(is_open_pattern);
    let credentials = call.keyword("allow_credentials").and_then(Value::as_bool) == Some(true);
    (listed || matched).then_some(AnyOrigin { credentials })
}

/// `aiohttp_cors.setup(app, defaults={"*": ResourceOptions(allow_credentials=True)})`.
fn aiohttp_defaults(call: &Call<'_>) -> Option<AnyOrigin> {
    let options = match call.api()? {
        "aiohttp_cors.setup" => call.keyword("defaults")?,
        api if api.starts_with("aiohttp_cors.") && api.ends_with(".add") => call.arg(1)?,
        _ => return None,
    };
    let any = options.fields().into_iter().find(|(origin, _)| *origin == "*").map(|(_, value)| value)?;
    let credentials = any.field("allow_credentials").and_then(Value::as_bool) == Some(true);
    Some(AnyOrigin { credentials })
}

/// Comparisons of the origin of a request that fit addresses of somebody else's as well: `https://good.example.evil.com`.
fn compared_in_part(file: &FileContext<'_>, out: &mut Findings) {
    let words = [
        "rigin.startsWith",
        "rigin.includes",
        "rigin.endsWith",
        "rigin.indexOf",
        "rigin.startswith",
        "rigin.endswith",
        "in origin",
    ];
    let Some(code) = Code::of(file, &words) else { return };
    for id in code.all() {
        let Some(how) = part_of_origin(&code, id) else { continue };
        out.report(
            Draft::new(
                file.place(code.module.span(id)),
                format!("the origin of a request is compared only in part ({how}): an address of somebody else's can match too"),
            )
            .confidence(Confidence::Medium)
            .fix("Parse the origin and compare scheme, host and port, or look the whole of it up in a set"),
        );
    }
}

/// How an expression compares an origin in part, where it does.
pub(super) fn part_of_origin(code: &Code<'_>, id: ExprId) -> Option<&'static str> {
    let is_origin = |id: ExprId| {
        matches!(code.module.expr(id).kind, ExprKind::Variable(_) | ExprKind::Member { .. })
            && code.last_name(id).is_some_and(|name| {
                matches!(
                    name,
                    "origin"
                        | "requestOrigin"
                        | "reqOrigin"
                        | "originHeader"
                        | "request_origin"
                        | "origin_header"
                )
            })
            && !code.path(id).contains("location")
    };
    if let Some((pattern, text, whole)) = matched(code, id)
        && is_origin(text)
    {
        return part_of_pattern(pattern, whole);
    }
    match code.module.expr(id).kind {
        ExprKind::Call { callee, .. } => {
            let ExprKind::Member { object, property } = code.module.expr(callee).kind else { return None };
            let part = code.resolve(code.arguments(id).first().copied().filter(|_| is_origin(object))?);
            let text = code.text(part);
            match code.module.name(property) {
                "startsWith" | "startswith" => {
                    let is_whole = |text: &str| {
                        let host = text.split_once("://").map_or("", |(_, host)| host);
                        host.is_empty() || host.contains(':') || host.contains('/')
                    };
                    let is_text = !matches!(
                        code.module.expr(part).kind,
                        ExprKind::Template(_) | ExprKind::Binary { .. } | ExprKind::Collection(..)
                    );
                    let open = text.map_or(is_text, |text| !is_whole(text));
                    open.then_some("how it begins")
                }
                "endsWith" | "endswith" => {
                    let open = text.is_some_and(|text| !text.starts_with(['.', '/', ':']));
                    open.then_some("how it ends")
                }
                "includes" | "indexOf" => text.is_some_and(|text| text != "*").then_some("what is in it"),
                _ => None,
            }
        }
        ExprKind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, right } if is_origin(right) => {
            code.text(left).map(|_| "what is in it")
        }
        _ => None,
    }
}

/// Whether a pattern is held against a text from its start, and to its end.
#[derive(Debug, Clone, Copy)]
struct Whole {
    start: bool,
    end: bool,
}

/// A pattern and the text that it is held against: `/…/.test(text)`, `re.match("…", text)`, `PATTERN.fullmatch(text)`.
fn matched<'m>(code: &Code<'m>, id: ExprId) -> Option<(&'m str, ExprId, Whole)> {
    let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { return None };
    let ExprKind::Member { object, property } = code.module.expr(callee).kind else { return None };
    let arguments = code.arguments(id);
    let (pattern, text) = match arguments.as_slice() {
        [pattern, text, ..] if code.path(object) == "re" => (*pattern, *text),
        // `origin.match(/…/)` searches.
        [one] => match code.module.expr(*one).kind {
            ExprKind::Regex { pattern, .. } => {
                return Some((code.module.name(pattern), object, Whole { start: false, end: false }));
            }
            _ => (object, *one),
        },
        _ => return None,
    };
    let whole = |start, end| Whole { start, end };
    let whole = match code.module.name(property) {
        "test" | "search" => whole(false, false),
        "match" => whole(true, false),
        "fullmatch" => whole(true, true),
        _ => return None,
    };
    let pattern = code.resolve(pattern);
    match code.module.expr(pattern).kind {
        ExprKind::Regex { pattern, .. } => Some((code.module.name(pattern), text, whole)),
        ExprKind::Call { .. } if code.callee(pattern).as_deref() == Some("re.compile") => {
            Some((code.text(*code.arguments(pattern).first()?)?, text, whole))
        }
        _ => Some((code.text(pattern)?, text, whole)),
    }
}

/// How a pattern for origins compares them in part: it ends where a name of a host may go on, or begins anywhere.
fn part_of_pattern(pattern: &str, whole: Whole) -> Option<&'static str> {
    // Alternatives that each have their own ends are read by whoever reviews them.
    if pattern.len() < 4
        || pattern.trim_start_matches('^').starts_with(".*")
        || pattern.contains('|') && !pattern.contains('(')
    {
        return None;
    }
    if !whole.start && !pattern.starts_with('^') && !pattern.starts_with("\\A") {
        return Some("what is in it");
    }
    let ends = whole.end
        || pattern.ends_with('$') && !pattern.ends_with("\\$")
        || ["\\z", "\\Z", "/", ":", "$)", "/)"].iter().any(|end| pattern.ends_with(end));
    (!ends).then_some("how it begins")
}

struct AnyOrigin {
    credentials: bool,
}

/// What a call allows, where it allows every origin in a form that data alone does not show: a callback that says yes,
/// a default of `*`, an open pattern, options of Python frameworks.
fn any_origin(code: &Code<'_>, id: ExprId) -> Option<AnyOrigin> {
    let path = code.callee(id)?;
    let is_true = |name: &str| {
        code.option(id, name)
            .is_some_and(|value| matches!(code.module.expr(code.resolve(value)).kind, ExprKind::Bool(true)))
    };
    let listed = code.option(id, "allow_origins").is_some_and(|origins| has_star(code, origins));
    let matched =
        code.option(id, "allow_origin_regex").and_then(|text| code.text(text)).is_some_and(is_open_pattern);
    if listed || matched {
        return Some(AnyOrigin { credentials: is_true("allow_credentials") });
    }
    if path.starts_with("litestar.") && path.ends_with("CORSConfig") && code.all_arguments(id).is_empty() {
        return Some(AnyOrigin { credentials: false });
    }
    if path == "flask_cors.cross_origin" && code.all_arguments(id).is_empty() {
        return Some(AnyOrigin { credentials: false });
    }
    if matches!(&*path, "flask_cors.CORS" | "quart_cors.cors") {
        let origins = ["origins", "allow_origin"].iter().find_map(|name| code.option(id, name));
        let any = match origins {
            Some(origins) => has_star(code, origins),
            None => match code.option(id, "resources") {
                Some(resources) => has_star(code, resources),
                None => !is_subclass_or_init(code, id),
            },
        };
        return any.then(|| AnyOrigin { credentials: is_true("supports_credentials") });
    }
    let is_cors = path.rsplit('.').next().is_some_and(|last| last == "cors")
        || path.contains("/cors")
        || code.arguments(id).first().is_some_and(|first| code.path(*first).contains("/cors"));
    let origin = code.option(id, "origin").filter(|_| is_cors)?;
    if let Some(function) = code.as_function(origin) {
        return says_yes(code, function).then(|| AnyOrigin { credentials: is_true("credentials") });
    }
    let value = code.resolve(origin);
    let any = !matches!(code.module.expr(value).kind, ExprKind::String(_) | ExprKind::Collection(..))
        && has_star(code, value);
    any.then_some(AnyOrigin { credentials: false })
}

/// `CORS()` whose options come later.
fn is_subclass_or_init(code: &Code<'_>, id: ExprId) -> bool {
    code.arguments(id).is_empty()
}

fn has_star(code: &Code<'_>, id: ExprId) -> bool {
    code.made_from(id, |code, part| {
        matches!(code.module.expr(part).kind, ExprKind::String(_)) && code.text(part) == Some("*")
    })
}

/// True for a pattern that matches every address.
fn is_open_pattern(pattern: &str) -> bool {
    let bare = pattern.trim_start_matches('^').trim_end_matches('$');
    let host = ["https?://", "https?:\\/\\/", "http://", "https://"]
        .iter()
        .find_map(|scheme| bare.strip_prefix(scheme))
        .unwrap_or(bare);
    matches!(host, ".*" | ".+" | "(.*)" | "(.+)" | "[^/]+" | "")
}

/// True for a callback that allows whatever it is asked: it tests nothing, and says yes or gives the origin back.
fn says_yes(code: &Code<'_>, function: FunctionId) -> bool {
    let span = code.function_span(function);
    let tests =
        code.branches().iter().any(|(.., branch)| span.start <= branch.start && branch.end <= span.end)
            || code.within(span).any(|id| match code.module.expr(id).kind {
                ExprKind::Conditional { .. } | ExprKind::Not(_) => true,
                ExprKind::Binary { op, .. } => !matches!(op, BinaryOp::Or | BinaryOp::Coalesce),
                _ => false,
            });
    if tests {
        return false;
    }
    let params = &code.module.function(function).params;
    let first = params.first().and_then(|param| param.name).map(|name| code.module.name(name));
    let second = params.get(1).and_then(|param| param.name).map(|name| code.module.name(name));
    let is_yes = |id: ExprId| match code.module.expr(id).kind {
        ExprKind::Bool(value) => value,
        ExprKind::Variable(_) => code.last_name(id) == first,
        ExprKind::String(text) => code.module.name(text) == "*",
        ExprKind::Binary { left, .. } => code.last_name(left) == first && first.is_some(),
        // `(ctx) => ctx.get("Origin")`.
        ExprKind::Call { .. } => code
            .arguments(id)
            .first()
            .and_then(|name| code.text(*name))
            .is_some_and(|name| name.eq_ignore_ascii_case("origin")),
        _ => false,
    };
    code.returns(function).iter().any(|value| is_yes(*value))
        || code.within(span).any(|id| {
            second.is_some()
                && code.callee(id).as_deref() == second
                && code.arguments(id).get(1).is_some_and(|answer| is_yes(*answer))
        })
}

/// Answers whose allowed origin is that of the request, with what they are given, and where.
fn echoes(code: &Code<'_>) -> Vec<(ExprId, Span)> {
    let is_header = |id: ExprId| {
        code.text(id).is_some_and(|text| text.eq_ignore_ascii_case("access-control-allow-origin"))
    };
    let mut found = Vec::new();
    for id in code.all() {
        if let ExprKind::Call { .. } = code.module.expr(id).kind
            && let [name, value, ..] = code.arguments(id).as_slice()
            && is_header(*name)
            && is_request_origin(code, *value)
        {
            found.push((*value, code.module.span(id)));
        }
    }
    for (target, value, span) in code.assignments() {
        if let Target::Place(place) = target
            && code
                .last_name(*place)
                .is_some_and(|name| name.eq_ignore_ascii_case("access-control-allow-origin"))
            && is_request_origin(code, *value)
        {
            found.push((*value, *span));
        }
    }
    found
}

fn is_request_origin(code: &Code<'_>, id: ExprId) -> bool {
    code.sources(id).into_iter().take(40).any(|part| {
        let path = match code.module.expr(part).kind {
            ExprKind::Member { .. } | ExprKind::Index { .. } => code.path(part),
            ExprKind::Call { callee, .. } => {
                let name = code.arguments(part).first().and_then(|name| code.text(*name)).unwrap_or_default();
                code.path(callee) + "." + name
            }
            _ => return false,
        };
        let lower = path.to_ascii_lowercase();
        lower.ends_with(".origin") && (lower.contains("header") || lower.starts_with("req.get"))
    })
}

/// True when the function around compares something, or asks a function, about origins.
fn is_compared(code: &Code<'_>, value: ExprId) -> bool {
    let span = code.function_span(code.function_at(code.module.span(value).start));
    let is_origin = |id: ExprId| {
        code.last_name(id).is_some_and(|name| name.to_ascii_lowercase().contains("origin"))
            || is_request_origin(code, id)
    };
    code.within(span).any(|id| match code.module.expr(id).kind {
        ExprKind::Binary {
            op: BinaryOp::In | BinaryOp::NotIn | BinaryOp::Equal | BinaryOp::NotEqual,
            left,
            right,
        } => is_origin(left) && !matches!(code.module.expr(right).kind, ExprKind::Null) || is_origin(right),
        ExprKind::Call { callee, .. } => {
            let name = code.last_name(callee).unwrap_or_default().to_ascii_lowercase();
            let sends = name.ends_with("header") || name.ends_with("headers");
            !sends
                && !matches!(name.as_str(), "set" | "append" | "get" | "string" | "str")
                && !["log", "info", "warn", "debug", "error"].contains(&name.as_str())
                && code.arguments(id).iter().any(|argument| is_origin(*argument))
        }
        _ => false,
    })
}

/// True when the origin of a request is looked up among known ones somewhere: `KNOWN.has(req.headers.origin)`.
fn looks_origins_up(code: &Code<'_>) -> bool {
    code.all().any(|id| match code.module.expr(id).kind {
        ExprKind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, .. } => is_request_origin(code, left),
        ExprKind::Call { callee, .. } => {
            let name = code.last_name(callee).unwrap_or_default();
            matches!(name, "has" | "includes" | "indexOf")
                && code.arguments(id).first().is_some_and(|asked| is_request_origin(code, *asked))
        }
        _ => false,
    })
}

/// True for answers that everyone may read: OAuth metadata below `/.well-known/`.
fn is_public_metadata(code: &Code<'_>, at: u32) -> bool {
    let is_known = |id: ExprId| code.text(id).is_some_and(|text| text.contains("/.well-known/"));
    let holds = |span: Span| span.start <= at && at < span.end;
    code.all().any(|id| {
        matches!(code.module.expr(id).kind, ExprKind::Call { .. })
            && holds(code.module.span(id))
            && code.arguments(id).first().is_some_and(|first| is_known(*first))
    }) || code.branches().iter().any(|(test, then, ..)| {
        then.first()
            .zip(then.last())
            .is_some_and(|(first, last)| holds(Span::new(first.span.start, last.span.end)))
            && code.within(code.module.span(*test)).any(is_known)
    })
}

fn draft(file: &FileContext<'_>, place: crate::rule::Place, credentials: bool) -> Draft {
    let draft = if credentials {
        Draft::new(place, "every web site may read the server's answers, with the user's cookies")
            .severity(Severity::Error)
    } else {
        let draft = Draft::new(place, "every web site may read the server's answers");
        // What a web page would have to send, it does not know.
        let asks = Code::of(file, &[]).is_some_and(|code| checks(&code).asks);
        if asks { draft.severity(Severity::Info) } else { draft }.confidence(Confidence::Medium)
    };
    draft.covers("missing-origin-check")
}

#[cfg(test)]
mod tests {
    use sigyl_core::Severity;

    use crate::rules::table::findings_of;

    fn severities(path: &str, text: &str) -> Vec<Severity> {
        findings_of("insecure-cors", &[(path, text)]).iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn headers_for_every_origin() {
        for text in [
            "res.setHeader('Access-Control-Allow-Origin', '*');",
            "res.writeHead(200, { \"access-control-allow-origin\": \"*\" });",
            "headers['Access-Control-Allow-Origin'] = '*';",
            "res.header('Access-Control-Allow-Origin', req.headers.origin);",
            "res.header('Access-Control-Allow-Origin', origin || '*');",
        ] {
            assert_eq!(severities("a.ts", text), [Severity::Warning], "{text}");
        }
        assert_eq!(
            severities(
                "a.ts",
                "res.setHeader('Access-Control-Allow-Origin', req.headers.origin);\nres.setHeader('Access-Control-Allow-Credentials', 'true');"
            ),
            [Severity::Error]
        );
        assert_eq!(severities("a.py", "m(allow_origins=[\"*\"], allow_credentials=True)"), [Severity::Error]);
    }

    #[test]
    fn lists_that_let_everybody_in_by_default() {
        let config = |origins: &str, asks: &str| {
            format!("const DEFAULTS = {{ port: 3000, allowedOrigins: [{origins}] }};\nif ({asks}) allow();")
        };
        let asks = "config.allowedOrigins.includes('*') || config.allowedOrigins.includes(origin)";
        assert_eq!(severities("a.ts", &config("'*'", asks)), [Severity::Warning]);
        assert_eq!(severities("a.ts", &config("'https://acme.io'", asks)), []);
        assert_eq!(severities("a.ts", &config("'*'", "config.other.includes('*')")), []);
    }

    #[test]
    fn named_origins_are_fine() {
        for text in [
            "res.setHeader('Access-Control-Allow-Origin', 'https://app.acme.io');",
            "// res.setHeader('Access-Control-Allow-Origin', '*');",
            "res.setHeader('Access-Control-Allow-Headers', '*');",
            "m(allow_origins=[\"https://acme.io\"])",
        ] {
            assert_eq!(severities("a.ts", text), [], "{text}");
        }
    }
}
