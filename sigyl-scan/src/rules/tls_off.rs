//! Checks of certificates and host keys that are off in options, or off unless someone turns them on.

use sigyl_core::{Confidence, Severity, Span};

use super::{code::Code, host_checks};
use crate::{
    context::FileContext,
    ir::{ExprId, ExprKind, FunctionId, Pattern, PropertyKey},
    mend::{Edits, Mend, Mendable},
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

/// Takes away what turns a check off, where it is written there as such.
pub(super) fn mend(file: &Mendable<'_>, span: Span) -> Option<Mend> {
    const MESSAGE: &str = "Let certificates be checked";
    let code = file.code()?;
    let is_false = |id: ExprId| matches!(code.module.expr(id).kind, ExprKind::Bool(false));
    let mut edits = Edits::of(file);
    for id in code.within(span) {
        let ExprKind::Object(list) = code.module.expr(id).kind else { continue };
        for (at, property) in code.module.properties(list).iter().enumerate() {
            let PropertyKey::Name(key) = property.key else { continue };
            let is_check = matches!(code.module.name(key), "rejectUnauthorized" | "strictSSL");
            if is_check && is_false(property.value) {
                return edits.remove_property(list, at)?.done(MESSAGE);
            }
        }
    }
    if let Some(call) = file.call_at(span) {
        if code.callee(call).as_deref() == Some("ssl._create_unverified_context") {
            let ExprKind::Call { callee, arguments } = code.module.expr(call).kind else { return None };
            let edits = edits.rename(callee, "_create_unverified_context", "create_default_context")?;
            return arguments.is_empty().then(|| edits.done(MESSAGE))?;
        }
        for name in ["verify", "verify_ssl", "ssl"] {
            if file.is_python() && code.option(call, name).is_some_and(is_false) {
                return edits.remove_keyword(call, name)?.done(MESSAGE);
            }
        }
        return None;
    }
    // `context.verify_mode = ssl.CERT_NONE`
    for (target, value, own) in code.assignments() {
        let Pattern::Place(place) = target else { continue };
        if *own != span && code.module.span(*place) != span {
            continue;
        }
        let to = match (code.last_name(*place)?, code.module.expr(*value).kind) {
            ("check_hostname" | "verify", ExprKind::Bool(false)) => "True",
            ("rejectUnauthorized", ExprKind::Bool(false)) => "true",
            ("verify_mode", _) if file.text(code.module.span(*value)).ends_with("CERT_NONE") => {
                edits = edits.rename(*value, "CERT_NONE", "CERT_REQUIRED")?;
                return edits.done(MESSAGE);
            }
            _ => return None,
        };
        return edits.replace(code.module.span(*value), to).done(MESSAGE);
    }
    None
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
