//! Checks of certificates and host keys that are off in options, or off unless someone turns them on.

use sigyl_core::{Confidence, Severity};

use super::{code::Code, host_checks};
use crate::{
    context::FileContext,
    ir::{ExprId, ExprKind, FunctionId, PropertyKey},
    rule::{Draft, Findings},
};

/// Options of clients that hold those of the connection.
static NESTED: &[&str] = &[
    "ssl",
    "tls",
    "connect",
    "tlsOptions",
    "httpsOptions",
    "requestTls",
    "proxyTls",
    "agentOptions",
    "dialectOptions",
];

/// Reports what the evaluated calls do not show: nested options, switches of the environment, policies for host keys.
pub(super) fn check(file: &FileContext<'_>, out: &mut Findings) {
    let words = [
        "rejectUnauthorized",
        "checkServerIdentity",
        "verify",
        "HostKeyPolicy",
        "host_key_policy",
        "strictSSL",
    ];
    let Some(code) = Code::of(file, &words) else { return };
    for id in code.all() {
        let found = match code.module.expr(id).kind {
            ExprKind::Object(list) => code.module.properties(list).iter().find_map(|property| {
                let PropertyKey::Name(key) = property.key else { return None };
                let message = of_property(&code, code.module.name(key), property.value)?;
                Some((property.span, message))
            }),
            ExprKind::Call { .. } => of_call(&code, id).map(|message| (code.module.span(id), message)),
            _ => None,
        };
        if let Some((span, message)) = found {
            let draft = Draft::new(file.place(span), message);
            out.report(draft.confidence(Confidence::Medium).severity(Severity::Warning));
        }
    }
}

fn is_literal(code: &Code<'_>, id: ExprId) -> bool {
    matches!(code.module.expr(code.resolve(id)).kind, ExprKind::Bool(_))
}

fn of_property(code: &Code<'_>, key: &str, value: ExprId) -> Option<String> {
    if NESTED.contains(&key) {
        let switch = code.property(value, "rejectUnauthorized")?;
        let how = host_checks::off(code, switch).filter(|_| is_literal(code, switch))?;
        return Some(format!("the check of certificates is {how}"));
    }
    if matches!(key, "rejectUnauthorized" | "strictSSL") && !is_literal(code, value) {
        let how = host_checks::off(code, value)?;
        return Some(format!("the check of certificates is {how}"));
    }
    (key == "checkServerIdentity" && accepts_all(code, code.as_function(value)?))
        .then(|| "host names in certificates are not checked".to_owned())
}

/// True for a function that calls nothing, tests nothing and throws nothing.
fn accepts_all(code: &Code<'_>, function: FunctionId) -> bool {
    let span = code.function_span(function);
    let body = &code.module.function(function).body;
    body.len() <= 1
        && !code.within(span).any(|id| {
            matches!(
                code.module.expr(id).kind,
                ExprKind::Call { .. }
                    | ExprKind::New { .. }
                    | ExprKind::Conditional { .. }
                    | ExprKind::Binary { .. }
            )
        })
}

fn of_call(code: &Code<'_>, id: ExprId) -> Option<String> {
    let path = code.callee(id)?;
    if path.ends_with("set_missing_host_key_policy") {
        let policy = *code.arguments(id).first()?;
        let name = code.last_name_of_callee(code.resolve(policy)).or_else(|| code.last_name(policy))?;
        return matches!(name, "AutoAddPolicy" | "WarningPolicy")
            .then(|| "keys of unknown hosts are accepted: whoever answers is believed".to_owned());
    }
    let is_client =
        ["requests.", "httpx.", "aiohttp.", "niquests."].iter().any(|root| path.starts_with(root));
    if !is_client {
        return None;
    }
    let switch = ["verify", "verify_ssl", "ssl"].iter().find_map(|name| code.option(id, name))?;
    let how = host_checks::off(code, switch).filter(|_| !is_literal(code, switch))?;
    Some(format!("the check of certificates is {how}"))
}
