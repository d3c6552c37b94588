//! Checks of callers that are put in for one of the transports that a server offers over HTTP, and for no other.

use sigyl_core::{Confidence, Span};

use super::code::{Code, words};
use crate::{
    context::FileContext,
    ir::{BinaryOp, ExprId, ExprKind, Pattern},
    rule::{Draft, Findings},
};

/// What both transports of the protocol over HTTP are called.
const EVENTS: &[&str] = &["sse"];
const STREAMS: &[&str] = &[
    "http",
    "streamable-http",
    "streamable_http",
    "streamableHttp",
    "streamableHTTP",
    "streamable",
    "http-stream",
    "httpStream",
];

/// What functions begin with that put something in.
const PUTS_IN: &[&str] = &[
    "add",
    "apply",
    "attach",
    "configure",
    "enable",
    "enforce",
    "ensure",
    "gate",
    "guard",
    "install",
    "protect",
    "register",
    "require",
    "secure",
    "set",
    "setup",
    "use",
    "wrap",
    "with",
];

/// One of the transports over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Events,
    Streams,
}

fn kind(name: &str) -> Option<Kind> {
    if EVENTS.contains(&name) {
        return Some(Kind::Events);
    }
    STREAMS.contains(&name).then_some(Kind::Streams)
}

/// A place where a check of callers is put in.
struct Gate {
    /// What is called, or assigned to.
    key: String,
    span: Span,
    /// The one transport for which that is done, and the test that says so.
    only: Option<(Kind, ExprId)>,
}

/// Reports checks that are put in where one transport is served over HTTP, and not where the other one is.
pub(super) fn checked_on_one_transport(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    let offered = |wanted: Kind| {
        code.all().any(|id| {
            matches!(code.module.expr(id).kind, ExprKind::String(_))
                && code.text(id).is_some_and(|text| kind(text) == Some(wanted))
        })
    };
    if !offered(Kind::Events) || !offered(Kind::Streams) || asks_by_option(code) {
        return;
    }
    let gates = gates(code);
    for gate in &gates {
        let Some((kind, test)) = gate.only else { continue };
        let elsewhere = gates.iter().any(|other| {
            other.key == gate.key && other.span != gate.span && other.only.is_none_or(|(one, _)| one != kind)
        });
        if elsewhere || told_before(&gates, gate) {
            continue;
        }
        let (here, there) = match kind {
            Kind::Events => ("SSE", "streamable HTTP"),
            Kind::Streams => ("streamable HTTP", "SSE"),
        };
        let message =
            format!("the check of callers is put in for {here} alone: over {there} every caller is let in");
        out.report(
            Draft::new(file.place(code.module.span(test)), message)
                .confidence(Confidence::Medium)
                .fix("Put the check in for every transport that listens on a port"),
        );
    }
}

/// True where a check of the same transport was reported.
fn told_before(gates: &[Gate], gate: &Gate) -> bool {
    let kind = |gate: &Gate| gate.only.map(|(kind, _)| kind);
    gates.iter().take_while(|other| other.span != gate.span).any(|other| kind(other) == kind(gate))
}

/// True where a server is made with a check of its own.
fn asks_by_option(code: &Code<'_>) -> bool {
    code.all().any(|id| {
        let names = ["auth", "token_verifier", "auth_server_provider", "verifyToken", "authenticate"];
        matches!(code.module.expr(id).kind, ExprKind::Call { .. } | ExprKind::New { .. })
            && code
                .last_name_of_callee(id)
                .is_some_and(|name| name.contains("MCP") || name.contains("Server"))
            && names.iter().filter_map(|name| code.option(id, name)).any(|value| {
                !matches!(
                    code.module.expr(value).kind,
                    ExprKind::Null | ExprKind::String(_) | ExprKind::Bool(false)
                )
            })
    })
}

fn gates(code: &Code<'_>) -> Vec<Gate> {
    let mut found = Vec::new();
    for id in code.all() {
        if let Some(key) = puts_check_in(code, id) {
            let span = code.module.span(id);
            found.push(Gate { key, span, only: only_for(code, span) });
        }
    }
    for (target, value, span) in code.assignments() {
        if let Pattern::Place(place) = target
            && matches!(code.last_name(*place), Some("auth" | "auth_provider" | "token_verifier"))
            && !matches!(code.module.expr(*value).kind, ExprKind::Null | ExprKind::Variable(_))
        {
            let key = format!("{} =", code.path(*place));
            found.push(Gate { key, span: *span, only: only_for(code, *span) });
        }
    }
    found
}

/// What is called that puts a check of callers in front of a server.
fn puts_check_in(code: &Code<'_>, id: ExprId) -> Option<String> {
    let name = match code.module.expr(id).kind {
        ExprKind::Call { .. } => code.last_name_of_callee(id)?,
        _ => return None,
    };
    let says_check = |name: &str| {
        words(name).iter().any(|word| {
            matches!(
                word.as_str(),
                "auth" | "authentication" | "authorization" | "bearer" | "token" | "apikey" | "credentials"
            )
        })
    };
    if matches!(name, "add_middleware" | "use") {
        let first = *code.arguments(id).first()?;
        let given = match code.module.expr(first).kind {
            ExprKind::Call { .. } => code.last_name_of_callee(first),
            _ => code.last_name(first),
        };
        return given.filter(|given| says_check(given)).map(|given| format!("{name} {given}"));
    }
    let first = words(name).into_iter().find(|word| !word.is_empty())?;
    (PUTS_IN.contains(&first.as_str()) && says_check(name) && !code.arguments(id).is_empty())
        .then(|| name.to_owned())
}

/// The one transport over HTTP for which what stands in `span` is done.
fn only_for(code: &Code<'_>, span: Span) -> Option<(Kind, ExprId)> {
    code.branches().iter().find_map(|(test, then, ..)| {
        let (first, last) = then.first().zip(then.last())?;
        let inside = first.span.start <= span.start && span.end <= last.span.end;
        let kind = inside.then(|| transport_of(code, *test)).flatten()?;
        Some((kind, *test))
    })
}

/// The transport that a test asks for: `transport == "sse"`, also as a part of what has to hold.
fn transport_of(code: &Code<'_>, test: ExprId) -> Option<Kind> {
    match code.module.expr(test).kind {
        ExprKind::Binary { op: BinaryOp::Equal, left, right } => {
            let (name, text) = match (code.text(left), code.text(right)) {
                (None, Some(text)) => (code.last_name(left)?, text),
                (Some(text), None) => (code.last_name(right)?, text),
                _ => return None,
            };
            let lower = name.to_ascii_lowercase();
            (lower.contains("transport") || lower.contains("mode")).then(|| kind(text)).flatten()
        }
        ExprKind::Binary { op: BinaryOp::And, left, right } => {
            transport_of(code, left).or_else(|| transport_of(code, right))
        }
        _ => None,
    }
}
