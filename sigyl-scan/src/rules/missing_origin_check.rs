//! An HTTP endpoint that any web page can reach through the user's browser.

use sigyl_core::{Class, Confidence, Severity, Span};

use super::{
    auth_words,
    code::{Code, words},
    neighbours::Neighbours,
    serving::serving,
};
use crate::{
    context::TreeContext,
    files::FileRole,
    ir::{BinaryOp, ExprId, ExprKind},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct MissingOriginCheck;

static META: RuleMeta = RuleMeta {
    id: "missing-origin-check",
    title: "Origin and Host of requests not checked",
    class: Class::NetworkExposure,
    severity: Severity::Warning,
    cwe: &[346, 350, 1385],
    owasp: Some("MCP07"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Refuse requests whose Origin or Host is not a known one, with status 403, before anything else",
        "TypeScript SDK: make the app by createMcpExpressApp, or use its hostHeaderValidation; Python SDK: pass TransportSecuritySettings",
    ],
    page: include_str!("missing_origin_check.md"),
};

/// What a file does about foreign origins.
#[derive(Debug, Default, Clone, Copy)]
struct Checks {
    /// Something refuses them, or asks every caller for a token.
    protects: bool,
    /// Protection that is off, or off unless someone turns it on.
    off: Option<(Span, &'static str)>,
}

impl Rule for MissingOriginCheck {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        let serves: Vec<usize> = tree
            .files
            .iter()
            .enumerate()
            .filter(|(_, file)| file.role == FileRole::Runtime && file.module.is_some())
            .filter(|(_, file)| WORDS.iter().any(|word| file.text.contains(word)))
            .map(|(index, _)| index)
            .collect();
        if serves.is_empty() {
            return;
        }
        let neighbours = Neighbours::of(tree);
        // Each file is read once, however many stand beside it.
        let mut protects: Vec<Option<bool>> = vec![None; tree.files.len()];
        for index in serves {
            let file = &tree.files[index];
            let Some(code) = Code::of(file, &[]) else { continue };
            let own = checks(&code);
            let found = serving(&code);
            let Some(span) = own.off.map(|(span, _)| span).or(found.as_ref().map(|found| found.span)) else {
                continue;
            };
            if own.protects {
                continue;
            }
            let around = neighbours.around(index).skip(1).take(40).any(|other| {
                *protects[other].get_or_insert_with(|| {
                    Code::of(&tree.files[other], &[]).is_some_and(|code| checks(&code).protects)
                })
            });
            if around {
                continue;
            }
            let message = match (own.off, found) {
                (Some((_, how)), _) => {
                    format!(
                        "the check of Origin and Host is {how}: any web page can reach the server through the user's browser"
                    )
                }
                (None, Some(found)) => format!(
                    "`{}` answers without a look at Origin or Host: any web page can reach the server through the user's browser",
                    found.name
                ),
                (None, None) => continue,
            };
            out.report(Draft::new(file.place(span), message).confidence(Confidence::Medium));
        }
    }
}

static WORDS: &[&str] = &[
    "HTTPServerTransport",
    "SSEServerTransport",
    "SseServerTransport",
    "StreamableHTTPSessionManager",
    "tools/call",
    "nable_dns_rebinding_protection",
    "nableDnsRebindingProtection",
];

fn checks(code: &Code<'_>) -> Checks {
    let mut found = Checks::default();
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
                        None => found.protects = true,
                    }
                    continue;
                }
                found.protects |= matches!(
                    last,
                    "createMcpExpressApp"
                        | "createMcpHonoApp"
                        | "createMcpFastifyApp"
                        | "TransportSecuritySettings"
                ) || is_check(last)
                    || module_is_trusted_host(last)
                    || auth_words::requires_token(&path)
                    || ["token_verifier", "auth_server_provider"]
                        .iter()
                        .any(|name| code.option(id, name).is_some())
                    || looks_up_allowed(code, id);
                if reads_header(code, id) {
                    found.protects |= refused_around(code, id);
                }
            }
            ExprKind::Member { .. } | ExprKind::Index { .. } if reads_header(code, id) => {
                found.protects |= refused_around(code, id);
            }
            // A name passed on: `app.use(validateOrigin)`, `add_middleware(TrustedHostMiddleware)`.
            ExprKind::Variable(variable) => {
                let name = module.name(module.variable(variable).name);
                found.protects |=
                    is_check(name) && code.as_function(id).is_some() || module_is_trusted_host(name);
            }
            _ => {}
        }
    }
    // `const { origin, host } = req.headers` shows as assignments.
    for (target, value, span) in &code.assignments {
        let crate::ir::Pattern::Object { entries, .. } = target else { continue };
        let takes = entries.iter().any(|(key, _)| match key {
            crate::ir::PatternKey::Name(key) => matches!(code.module.name(*key), "origin" | "host"),
            crate::ir::PatternKey::Computed(_) => false,
        });
        if takes && code.path(*value).to_ascii_lowercase().ends_with("headers") {
            found.protects |= refuses_in(code, code.function_span(code.function_at(span.start)));
        }
    }
    found
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
    matches!(code.module.name(property), "includes" | "has") && code.last_name(object).is_some_and(is_check)
}

/// True for a read of the header `Origin` or `Host`.
fn reads_header(code: &Code<'_>, id: ExprId) -> bool {
    let named = |name: &str| name.eq_ignore_ascii_case("origin") || name.eq_ignore_ascii_case("host");
    match code.module.expr(id).kind {
        ExprKind::Member { object, property } => {
            named(code.module.name(property)) && code.path(object).to_ascii_lowercase().ends_with("headers")
        }
        ExprKind::Index { object, index } => {
            code.text(index).is_some_and(named) && code.path(object).to_ascii_lowercase().ends_with("headers")
        }
        ExprKind::Call { callee, .. } => {
            let path = code.path(callee).to_ascii_lowercase();
            (path.ends_with(".get") || path.ends_with(".header"))
                && (path.contains("header") || path.starts_with("req") || path.starts_with("c."))
                && code.arguments(id).first().and_then(|name| code.text(*name)).is_some_and(named)
        }
        _ => false,
    }
}

fn refused_around(code: &Code<'_>, id: ExprId) -> bool {
    refuses_in(code, code.function_span(code.function_at(code.module.span(id).start)))
}

/// True when something inside `span` answers 403 or 421, or says that the origin is wrong.
fn refuses_in(code: &Code<'_>, span: Span) -> bool {
    code.within(span).any(|id| match code.module.expr(id).kind {
        ExprKind::Number(number) => number == 403.0 || number == 421.0,
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
fn off(code: &Code<'_>, switch: ExprId) -> Option<&'static str> {
    let id = code.resolve(switch);
    let is_env = |id: ExprId| {
        code.sources(id).into_iter().take(40).any(|part| {
            let path = match code.module.expr(part).kind {
                ExprKind::Call { .. } => code.callee(part).unwrap_or_default(),
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

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    fn count(files: &[(&str, &str)]) -> usize {
        findings_of("missing-origin-check", files).len()
    }

    fn transport(options: &str) -> String {
        format!(
            "import {{ StreamableHTTPServerTransport }} from '@modelcontextprotocol/sdk/server/streamableHttp.js';\n\
             const transport = new StreamableHTTPServerTransport({{ sessionIdGenerator: undefined, {options} }});\n"
        )
    }

    #[test]
    fn switches_that_are_off_count() {
        for options in [
            "",
            "allowedHosts: ['127.0.0.1']",
            "enableDnsRebindingProtection: false",
            "enableDnsRebindingProtection: process.env.PROTECT === 'true'",
        ] {
            assert_eq!(count(&[("a.ts", &transport(options))]), 1, "{options}");
        }
        for options in [
            "enableDnsRebindingProtection: true, allowedHosts",
            "enableDnsRebindingProtection: process.env.PROTECT !== 'false'",
            "enableDnsRebindingProtection: (process.env.PROTECT ?? 'true') === 'true'",
        ] {
            assert_eq!(count(&[("a.ts", &transport(options))]), 0, "{options}");
        }
    }

    #[test]
    fn a_check_may_stand_in_a_file_beside_it() {
        let check = "export function guard(req, res, next) {\n  if (!KNOWN.has(req.headers.host)) { res.status(403).end(); return; }\n  next();\n}\n";
        let with_import =
            format!("import {{ guard }} from './guard.js';\n{}app.use(guard);\n", transport(""));
        assert_eq!(count(&[("src/a.ts", &with_import), ("src/guard.ts", check)]), 0);
        assert_eq!(count(&[("src/a.ts", &transport("")), ("src/guard.ts", check)]), 1);
    }

    #[test]
    fn the_host_may_be_read_for_other_ends() {
        let text = format!(
            "{}http.createServer((req, res) => {{ const url = new URL(req.url, `http://${{req.headers.host}}`); res.writeHead(404).end(); }});\n",
            transport("")
        );
        assert_eq!(count(&[("a.ts", &text)]), 1);
    }
}
