//! What a file does about requests of strangers: checks of Origin and Host, and of credentials that a web page cannot
//! know.

use rustc_hash::{FxHashMap, FxHashSet};
use sigyl_core::Span;

use super::{
    auth_words,
    code::{Code, words},
    neighbours::Neighbours,
    serving::TRANSPORTS,
    skipped_auth::{is_optional, needed_to_start},
};
use crate::{
    context::TreeContext,
    ir::{BinaryOp, ExprId, ExprKind, FunctionId, Pattern, PatternKey, PropertyKey},
};

/// What a file does about foreign origins.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Checks {
    /// Something refuses them, or asks every caller for a token.
    pub(super) protects: bool,
    /// Something is named like a check of Origin or Host.
    pub(super) named: bool,
    /// The SDK's own check is on, for the transports that are made here.
    pub(super) switched_on: bool,
    /// A function reads a credential and refuses who has none, or something is installed that does.
    pub(super) asks: bool,
    /// An object holds the SDK's own check, turned on, for whoever takes it as options.
    pub(super) offered: bool,
    /// A transport that is made here takes options that are written somewhere else.
    pub(super) takes_options: bool,
    /// Protection that is off, or off unless someone turns it on.
    pub(super) off: Option<(Span, &'static str)>,
}

pub(super) fn checks(code: &Code<'_>) -> Checks {
    let mut found = Checks::default();
    // `headers["x-api-key"] = key` is this server's own credential, for another one.
    let written: FxHashSet<ExprId> = code
        .assignments()
        .iter()
        .filter_map(|(target, ..)| match target {
            Pattern::Place(place) => Some(*place),
            _ => None,
        })
        .collect();
    let names_hosts = !lets_any_host_in(code);
    for id in code.all() {
        let module = code.module;
        match module.expr(id).kind {
            ExprKind::Call { .. } | ExprKind::New { .. } => {
                let path = code.callee(id).unwrap_or_default();
                let last = path.rsplit('.').next().unwrap_or(&path);
                let switch = ["enableDnsRebindingProtection", "enable_dns_rebinding_protection"]
                    .iter()
                    .find_map(|name| code.option(id, name));
                if let Some(switch) = switch {
                    match off(code, switch) {
                        Some(how) => found.off = Some((module.span(id), how)),
                        None => found.switched_on = true,
                    }
                    continue;
                }
                found.takes_options |= TRANSPORTS.contains(&last) && takes_options(code, id);
                let token = auth_words::requires_token(&path)
                    || ["token_verifier", "auth_server_provider"]
                        .iter()
                        .any(|name| code.option(id, name).is_some())
                    || matches!(last, "FastMCP" | "MCPServer")
                        && code
                            .option(id, "auth")
                            .is_some_and(|auth| !matches!(module.expr(auth).kind, ExprKind::Null))
                    || installs_auth(code, id, last);
                found.asks |= token;
                found.protects |= token
                    || makes_checked_app(code, id, last)
                    || code.option(id, "verifyClient").is_some()
                    || names_hosts && module_is_trusted_host(last);
                found.named |= is_check(last) || looks_up_allowed(code, id);
                found.switched_on |= last == "TransportSecuritySettings";
                if reads_header(code, id, is_host) {
                    found.protects |= refused_around(code, id);
                }
                // `if (!isAuthorized(req)) refuse`.
                if auth_words::verifies(&path) || asks_for_header(code, id) {
                    found.asks |= denied_around(code, id);
                }
                // What a web page does not know keeps it out as well.
                if reads_header(code, id, auth_words::is_credential) {
                    found.asks |= denied_around(code, id);
                }
            }
            ExprKind::Member { .. } | ExprKind::Index { .. } if reads_header(code, id, is_host) => {
                found.protects |= refused_around(code, id);
            }
            ExprKind::Member { .. } | ExprKind::Index { .. }
                if !written.contains(&id) && reads_header(code, id, auth_words::is_credential) =>
            {
                found.asks |= denied_around(code, id);
            }
            ExprKind::Object(list) => {
                found.offered |= module.properties(list).iter().any(|property| match property.key {
                    PropertyKey::Name(key) => {
                        module.name(key) == "enableDnsRebindingProtection"
                            && off(code, property.value).is_none()
                    }
                    _ => false,
                });
            }
            // A name passed on: `app.use(validateOrigin)`, `add_middleware(TrustedHostMiddleware)`.
            ExprKind::Variable(variable) => {
                let name = module.name(module.variable(variable).name);
                found.named |= is_check(name) && code.as_function(id).is_some();
                found.protects |= names_hosts && module_is_trusted_host(name);
            }
            _ => {}
        }
    }
    // `const { origin, host } = req.headers` shows as assignments.
    for (target, value, span) in code.assignments() {
        let Pattern::Object { entries, .. } = target else { continue };
        let takes = entries.iter().any(|(key, _)| match key {
            PatternKey::Name(key) => matches!(code.module.name(*key), "origin" | "host"),
            PatternKey::Computed(_) => false,
        });
        if takes && code.path(*value).to_ascii_lowercase().ends_with("headers") {
            found.protects |= refuses_in(code, code.function_span(code.function_at(span.start)));
        }
    }
    found
}

/// `new Transport(options)`, `new Transport({ ...options })`, where the options do not stand in the file as such.
fn takes_options(code: &Code<'_>, id: ExprId) -> bool {
    code.arguments(id).iter().any(|argument| match code.module.expr(code.resolve(*argument)).kind {
        ExprKind::Object(list) => {
            code.module.properties(list).iter().any(|property| matches!(property.key, PropertyKey::Spread))
        }
        ExprKind::Variable(_) | ExprKind::Member { .. } | ExprKind::Call { .. } => true,
        _ => false,
    })
}

/// `TrustedHostMiddleware` that is told to trust every host.
fn lets_any_host_in(code: &Code<'_>) -> bool {
    code.module.names.iter().any(|name| &**name == "TrustedHostMiddleware")
        && code.all().any(|id| {
            code.option(id, "allowed_hosts").is_some_and(|hosts| match code.module.expr(hosts).kind {
                ExprKind::Collection(_, list) => {
                    code.module.list(list).iter().any(|host| code.text(*host) == Some("*"))
                }
                _ => false,
            })
        })
}

fn module_is_trusted_host(name: &str) -> bool {
    matches!(
        name,
        "TrustedHostMiddleware"
            | "TransportSecurityMiddleware"
            | "hostHeaderValidation"
            | "localhostHostValidation"
    )
}

/// True for a call of a function of the file that reads a credential from the headers and compares it.
fn asks_for_header(code: &Code<'_>, id: ExprId) -> bool {
    let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { return false };
    let Some(function) = code.as_function(callee) else { return false };
    let span = code.function_span(function);
    code.within(span).any(|part| reads_header(code, part, auth_words::is_credential))
        && code.within(span).any(|part| match code.module.expr(part).kind {
            ExprKind::Binary { op, .. } => matches!(op, BinaryOp::Equal | BinaryOp::NotEqual),
            ExprKind::Call { .. } => code.callee(part).is_some_and(|path| auth_words::verifies(&path)),
            _ => false,
        })
}

/// True for names such as `validateOrigin`, `isAllowedHost`, `dnsRebindingProtection`.
fn is_check(name: &str) -> bool {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&["origin", "origins", "host", "hosts", "rebinding", "hostname"])
        && has(&[
            "validate",
            "validation",
            "validator",
            "check",
            "verify",
            "allowed",
            "guard",
            "protection",
            "protect",
            "reject",
            "enforce",
            "trusted",
            "assert",
        ])
}

/// `allowedOrigins.includes(origin)`, `ALLOWED_HOSTS.has(host)`.
fn looks_up_allowed(code: &Code<'_>, id: ExprId) -> bool {
    let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { return false };
    let ExprKind::Member { object, property } = code.module.expr(callee).kind else { return false };
    // `allowedOrigins.includes("*")` asks how the server is set up, not who is calling.
    let asks_for = code.arguments(id).first().is_some_and(|asked| code.text(*asked).is_none());
    matches!(code.module.name(property), "includes" | "has")
        && asks_for
        && code.last_name(object).is_some_and(is_check)
}

fn is_host(name: &str) -> bool {
    name.eq_ignore_ascii_case("origin") || name.eq_ignore_ascii_case("host")
}

/// `app.use(requireAuth)`, `app.add_middleware(AuthMiddleware)`.
fn installs_auth(code: &Code<'_>, id: ExprId, last: &str) -> bool {
    matches!(last, "use" | "addHook" | "add_middleware" | "Middleware")
        && code
            .arguments(id)
            .iter()
            .any(|argument| code.last_name(*argument).is_some_and(auth_words::is_middleware))
}

/// `createMcpExpressApp()`; its checks are off when it is told to listen everywhere without a list of hosts.
fn makes_checked_app(code: &Code<'_>, id: ExprId, last: &str) -> bool {
    matches!(last, "createMcpExpressApp" | "createMcpHonoApp" | "createMcpFastifyApp")
        && (code.option(id, "allowedHosts").is_some()
            || code
                .option(id, "host")
                .and_then(|host| code.text(host))
                .is_none_or(|host| !matches!(host, "0.0.0.0" | "::")))
}

/// True for a read of a header that `named` takes, or of what a framework makes of the header `Host`.
pub(super) fn reads_header(code: &Code<'_>, id: ExprId, named: fn(&str) -> bool) -> bool {
    let of_headers = |object: ExprId| code.path(object).to_ascii_lowercase().ends_with("headers");
    match code.module.expr(id).kind {
        ExprKind::Member { object, property } => {
            let name = code.module.name(property);
            named(name) && of_headers(object)
                || matches!(name, "host" | "hostname")
                    && named("host")
                    && matches!(
                        code.path(object).as_str(),
                        "req" | "request" | "ctx" | "ctx.request" | "c.req" | "request.url"
                    )
        }
        ExprKind::Index { object, index } => code.text(index).is_some_and(named) && of_headers(object),
        ExprKind::Call { callee, .. } => {
            let path = code.path(callee).to_ascii_lowercase();
            (path.ends_with(".get") || path.ends_with(".header"))
                && (path.contains("header") || path.starts_with("req") || path.starts_with("c."))
                && code.arguments(id).first().and_then(|name| code.text(*name)).is_some_and(named)
        }
        _ => false,
    }
}

pub(super) fn refused_around(code: &Code<'_>, id: ExprId) -> bool {
    refuses_in(code, code.function_span(code.function_at(code.module.span(id).start)))
}

/// True when the function around a read of a credential refuses who has none, whatever is configured.
fn denied_around(code: &Code<'_>, id: ExprId) -> bool {
    let function = code.function_at(code.module.span(id).start);
    if function == FunctionId::MODULE {
        return false;
    }
    let span = code.function_span(function);
    let outer = code.function_span(code.module.function(function).parent);
    let needed = needed_to_start(code);
    let optional = code.branches().iter().any(|(test, .., at)| {
        let within = span.start <= at.start && at.end <= span.end;
        let before = outer.end != u32::MAX && outer.start <= at.start && at.end <= span.start;
        // `if (token) app.use(check)`.
        let around = at.start <= span.start && span.end <= at.end;
        (within || before || around) && is_optional(code, *test, &needed)
    });
    !optional && code.within(span).any(|id| auth_words::refuses(code, id))
}

/// True when something inside `span` answers 403 or 421, or says that the origin is wrong.
fn refuses_in(code: &Code<'_>, span: Span) -> bool {
    code.within(span).any(|id| match code.module.expr(id).kind {
        ExprKind::Number(number) => number == 403.0 || number == 421.0,
        ExprKind::Call { .. } | ExprKind::New { .. } => code.callee(id).is_some_and(|path| {
            let last = path.rsplit('.').next().unwrap_or(&path).to_ascii_lowercase();
            last.contains("forbidden") || last.contains("misdirected")
        }),
        ExprKind::String(text) => {
            let lower = code.module.name(text).to_ascii_lowercase();
            lower.len() < 80
                && (lower.contains("forbidden")
                    || (lower.contains("origin") || lower.contains("host"))
                        && ["invalid", "not allowed", "rejected", "bad ", "denied"]
                            .iter()
                            .any(|word| lower.contains(word)))
        }
        _ => false,
    })
}

/// How a switch is off, where it is.
pub(super) fn off(code: &Code<'_>, switch: ExprId) -> Option<&'static str> {
    let id = code.resolve(switch);
    let is_env = |id: ExprId| {
        code.sources(id).into_iter().take(40).any(|part| {
            let path = match code.module.expr(part).kind {
                ExprKind::Call { .. } => code.callee(part).unwrap_or_default().into_owned(),
                ExprKind::Member { .. } | ExprKind::Index { .. } => code.path(part),
                _ => return false,
            };
            path.starts_with("process.env.")
                || path.starts_with("os.environ")
                || path.starts_with("os.getenv")
        })
    };
    let defaults_on = |id: ExprId| {
        code.sources(id).into_iter().take(40).any(|part| match code.module.expr(part).kind {
            ExprKind::String(text) => {
                matches!(code.module.name(text).to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on")
            }
            ExprKind::Bool(value) => value,
            _ => false,
        })
    };
    match code.module.expr(id).kind {
        ExprKind::Bool(false) => Some("turned off"),
        ExprKind::Binary { op: BinaryOp::Equal | BinaryOp::In, left, right } => {
            let env = if is_env(left) { left } else { right };
            (is_env(env) && !defaults_on(env)).then_some("off unless an environment variable turns it on")
        }
        ExprKind::Member { .. } | ExprKind::Call { .. } => {
            (is_env(id) && !defaults_on(id)).then_some("off unless an environment variable turns it on")
        }
        _ => None,
    }
}

impl Checks {
    /// True when strangers are kept out, one way or the other.
    pub(super) fn refuses_strangers(&self) -> bool {
        self.protects || self.named || self.switched_on || self.asks
    }
}

/// What each file does, read at most once.
#[derive(Debug, Default)]
pub(super) struct Known {
    checks: FxHashMap<usize, Checks>,
}

impl Known {
    fn of(&mut self, tree: &TreeContext<'_>, index: usize) -> Checks {
        *self.checks.entry(index).or_insert_with(|| {
            Code::of(&tree.files[index], &[]).map(|code| checks(&code)).unwrap_or_default()
        })
    }

    /// True when the file, or one near it, asks every caller for a credential.
    pub(super) fn asks_beside(
        &mut self,
        tree: &TreeContext<'_>,
        neighbours: &Neighbours,
        index: usize,
    ) -> bool {
        neighbours.around(index).take(40).any(|other| self.of(tree, other).asks)
    }

    /// True when the file itself refuses strangers.
    pub(super) fn protected(&mut self, tree: &TreeContext<'_>, index: usize) -> bool {
        self.of(tree, index).refuses_strangers()
    }

    /// True when a transport of the file takes options that a file near it turns the SDK's own check on in.
    pub(super) fn switched_on_beside(
        &mut self,
        tree: &TreeContext<'_>,
        neighbours: &Neighbours,
        index: usize,
    ) -> bool {
        self.of(tree, index).takes_options
            && neighbours.around(index).take(40).any(|other| self.of(tree, other).offered)
    }

    /// True when a file near this one does: what it imports, what imports it, or, for checks of Origin and Host, what
    /// stands up to three files away.
    pub(super) fn protected_beside(
        &mut self,
        tree: &TreeContext<'_>,
        neighbours: &Neighbours,
        index: usize,
    ) -> bool {
        // What the file itself hands over turned off is not on in the file that is handed it.
        let is_off = self.of(tree, index).off.is_some();
        neighbours.around(index).skip(1).take(40).any(|other| {
            let checks = self.of(tree, other);
            Checks { switched_on: checks.switched_on && !is_off, ..checks }.refuses_strangers()
        }) || neighbours.near(index).into_iter().skip(1).any(|other| self.of(tree, other).protects)
    }
}
