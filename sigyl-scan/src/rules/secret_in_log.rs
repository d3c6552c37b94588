//! Secrets in logs, in errors and in answers.

use sigyl_core::{Class, Confidence, Severity};

use super::{
    code::{Code, words},
    drop_hosts::is_for_logging_in,
    log_call::{holds_secret, is_about_secret, is_log, logs},
};
use crate::{
    context::FileContext,
    files::FileRole,
    flow::{Answer, Call, FlowPath, Hazards, SourceKind},
    ir::{ExprId, ExprKind, PropertyKey},
    rule::{Calls, Draft, Findings, Place, Rule, RuleMeta},
};

pub(crate) struct SecretInLog;

/// Request headers whose value is a credential.
const CREDENTIAL_HEADERS: &[&str] =
    &["authorization", "proxy-authorization", "x-api-key", "api-key", "x-auth-token", "private-token"];

static META: RuleMeta = RuleMeta {
    id: "secret-in-log",
    title: "Secret in a log, an error or an answer",
    class: Class::SecretExposure,
    severity: Severity::Warning,
    cwe: &[532, 209],
    owasp: Some("MCP01"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Say that the secret is set, not what it is",
        "Leave the field out, or write its last four characters at most",
    ],
    page: include_str!("secret_in_log.md"),
};

impl Rule for SecretInLog {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if file.role != FileRole::Runtime {
            return;
        }
        let Some(code) = Code::of(file, &["log", "print", "console", "earer "]) else { return };
        for id in code.all() {
            if let Some(name) = named_in_report(&code, id) {
                out.report(
                    Draft::new(
                        file.place(code.module.span(id)),
                        format!("`{name}` is put into a text for readers"),
                    )
                    .severity(Severity::Warning)
                    .confidence(Confidence::Medium),
                );
                continue;
            }
            if !code.callee(id).is_some_and(|path| is_log(&path)) {
                continue;
            }
            file.spend(32);
            let arguments = code.all_arguments(id);
            let named = arguments.iter().find_map(|argument| {
                let keyword = argument.keyword.map(|name| code.module.name(name));
                let field = keyword.and_then(|name| secret_field(&code, name, argument.value));
                field.or_else(|| named_secret(&code, argument.value, 0))
            });
            if let Some(name) = named {
                out.report(
                    Draft::new(file.place(code.module.span(id)), format!("`{name}` is written to the log"))
                        .severity(Severity::Warning)
                        .confidence(Confidence::Medium),
                );
            }
        }
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let place = if logs(call) {
            "is written to the log"
        } else if is_error(call) {
            "becomes part of an error's text"
        } else {
            return;
        };
        let values = || call.args().iter().chain(call.keywords().map(|(_, value)| value));
        let secret = values().find_map(|value| call.flow_from(value, Hazards::SECRET, &is_secret));
        if let Some(path) = secret.filter(|path| path.confidence == Confidence::High) {
            let kind = if path.source == SourceKind::SecretFile { "what is in" } else { "the value of" };
            let draft = path.draft(call.place(), format!("{kind} `{}` {place}", path.name));
            // Further away, what is written may be there only where the secret is not.
            let near = is_near(call.file(), &path, call.place());
            out.report(if near { draft } else { draft.severity(Severity::Warning) });
            return;
        }
        if let Some(path) =
            values().find_map(|value| call.flow_from(value, Hazards::LOG | Hazards::TOKEN, &is_token))
        {
            // All headers, and what callers give as arguments, only sometimes hold one that is good elsewhere.
            let sure = path.name.to_ascii_lowercase().contains("authorization")
                && path.confidence == Confidence::High;
            let draft = path.draft(call.place(), format!("`{}` {place}", path.name));
            out.report(if sure { draft } else { draft.severity(Severity::Warning) });
        }
    }

    fn check_answer(&self, answer: &Answer<'_>, out: &mut Findings) {
        let path = answer.flow_from(Hazards::SECRET, &|source, _| source == SourceKind::Secret);
        if let Some(path) = path.filter(|path| path.confidence == Confidence::High) {
            let place = last_place(&path, answer.place());
            out.report(
                path.draft(place, format!("the value of `{}` is in what the handler answers", path.name)),
            );
        }
    }
}

/// Where a value was seen last.
pub(crate) fn last_place(path: &FlowPath, otherwise: Place) -> Place {
    path.steps.last().map_or(otherwise, |(place, _)| *place)
}

/// True when a secret is read in the function that writes it, or for the whole file.
fn is_near(file: &FileContext<'_>, path: &FlowPath, sink: Place) -> bool {
    let Some((source, _)) = path.steps.first() else { return false };
    let Some(module) = file.module().filter(|_| source.file == file.id) else { return false };
    let around = |place: Place| {
        let inside = module.functions.iter().skip(1).filter(|function| {
            function.span.start <= place.span.start && place.span.end <= function.span.end
        });
        inside.map(|function| (function.span.end - function.span.start, function.span.start)).min()
    };
    around(*source).is_none_or(|own| around(sink) == Some(own))
}

fn is_secret(source: SourceKind, name: &str) -> bool {
    match source {
        SourceKind::Secret => true,
        // Of files with settings besides credentials, what is written may be a setting.
        SourceKind::SecretFile => !is_for_logging_in(name),
        _ => false,
    }
}

/// True for a caller's credential: the header, all headers, an argument that is named for one.
fn is_token(source: SourceKind, name: &str) -> bool {
    let last = name.rsplit(['.', '[']).next().unwrap_or(name);
    match source {
        SourceKind::HttpRequest => {
            let last = last.to_ascii_lowercase();
            last.contains("authorization")
                || matches!(last.as_str(), "headers" | "cookie" | "cookies")
                || holds_secret(&last)
        }
        SourceKind::ToolArgument => holds_secret(last),
        _ => false,
    }
}

fn is_error(call: &Call<'_>) -> bool {
    let name = call.api().unwrap_or_default();
    let name = name.rsplit('.').next().unwrap_or(name);
    name.ends_with("Error") || name.ends_with("Exception")
}

/// The name of a secret whose value is written as it is: itself, in a text, an object or a list.
fn named_secret(code: &Code<'_>, id: ExprId, depth: usize) -> Option<String> {
    if depth > 6 {
        return None;
    }
    let inside = |ids: &[ExprId]| ids.iter().find_map(|id| named_secret(code, *id, depth + 1));
    match code.module.expr(id).kind {
        ExprKind::Variable(variable) => {
            let name = code.module.name(code.module.variable(variable).name);
            let harmless = code.values_of(variable).iter().any(|value| !keeps_secret(code, *value));
            if holds_secret(name) && !harmless {
                return Some(name.to_owned());
            }
            let held = code.resolve(id);
            let is_object = held != id && matches!(code.module.expr(held).kind, ExprKind::Object(_));
            is_object.then(|| secret_among_fields(code, held)).flatten()
        }
        ExprKind::Member { object, property } => {
            let name = code.module.name(property);
            // `config.sources.apiKey`: where it came from, not what it is.
            let tells_about = code.last_name(object).is_some_and(|owner| {
                words(owner).iter().any(|word| {
                    matches!(
                        word.as_str(),
                        "source"
                            | "sources"
                            | "origin"
                            | "origins"
                            | "status"
                            | "flags"
                            | "names"
                            | "labels"
                            | "types"
                            | "errors"
                            | "has"
                            | "is"
                            | "messages"
                            | "env"
                            | "schema"
                    )
                })
            });
            // The headers of a request that is sent hold what it is let in by.
            let is_sent = |owner: ExprId| {
                code.last_name(owner).is_some_and(|owner| {
                    matches!(
                        owner,
                        "request" | "session" | "client" | "config" | "init" | "prepared" | "options"
                    )
                })
            };
            let is_request = name == "headers" && (is_sent(object) || is_sent(code.resolve(object)));
            let is_named = holds_secret(name) && !tells_about || is_request;
            (is_named && !code.path(id).contains("()")).then(|| name.to_owned())
        }
        ExprKind::Object(_) => secret_among_fields(code, id).or_else(|| inside(&code.children(id))),
        ExprKind::Template(_) | ExprKind::Collection(..) | ExprKind::Binary { .. } => {
            inside(&code.children(id))
        }
        ExprKind::Call { .. } => {
            let callee = code.callee(id)?;
            matches!(
                &*callee,
                "JSON.stringify" | "String" | "str" | "repr" | "json.dumps" | "util.inspect" | "dict"
            )
            .then(|| inside(&code.arguments(id)))
            .flatten()
        }
        _ => None,
    }
}

/// The name of a field of an object literal that holds a secret as it is.
fn secret_among_fields(code: &Code<'_>, object: ExprId) -> Option<String> {
    let ExprKind::Object(list) = code.module.expr(object).kind else { return None };
    code.module.properties(list).iter().find_map(|property| match property.key {
        PropertyKey::Name(key) => secret_field(code, code.module.name(key), property.value),
        _ => None,
    })
}

/// `name` where a field or keyword argument of that name holds a secret as it is: `Authorization`, `token`, `apiKey`.
fn secret_field(code: &Code<'_>, name: &str, value: ExprId) -> Option<String> {
    let is_header = CREDENTIAL_HEADERS.iter().any(|header| name.eq_ignore_ascii_case(header));
    let is_named = is_header || holds_secret(name) || matches!(name, "token" | "tokens");
    let value = code.resolve(value);
    let is_value = matches!(
        code.module.expr(value).kind,
        ExprKind::Variable(_)
            | ExprKind::Member { .. }
            | ExprKind::Template(_)
            | ExprKind::Binary { .. }
            | ExprKind::Call { .. }
            | ExprKind::Await(_)
    );
    let about = code.last_name(value).is_some_and(|name| is_about_secret(&words(name)));
    (is_named && is_value && !about && keeps_secret(code, value)).then(|| name.to_owned())
}

/// The name of a secret in a text of several lines, behind a label: a report of what was sent, not the request.
fn named_in_report(code: &Code<'_>, id: ExprId) -> Option<String> {
    let ExprKind::Template(parts) = code.module.expr(id).kind else { return None };
    let parts = code.module.list(parts);
    let mut before = "";
    for part in parts {
        if let ExprKind::String(text) = code.module.expr(*part).kind {
            before = code.module.name(text);
            // A request as it goes over the wire.
            if before.contains("HTTP/1") || before.contains('\r') {
                return None;
            }
            continue;
        }
        let tail = before.trim_end_matches(['"', '\'', '`']).trim_end().to_ascii_lowercase();
        let is_label = before.contains('\n')
            && [
                "authorization: bearer",
                "authorization:",
                "api key:",
                "access token:",
                "password:",
                "secret:",
            ]
            .iter()
            .any(|label| tail.ends_with(label));
        if is_label {
            let name = match code.module.expr(*part).kind {
                // `token.get("access_token")`.
                ExprKind::Call { .. }
                    if code.callee(*part).is_some_and(|callee| callee.ends_with(".get")) =>
                {
                    code.arguments(*part).first().and_then(|name| code.text(*name))
                }
                ExprKind::Index { index, .. } => code.text(index),
                _ => code.last_name(*part),
            };
            if let Some(name) = name.filter(|name| holds_secret(name)) {
                return Some(name.to_owned());
            }
        }
        before = "";
    }
    None
}

/// False for values that are a part of a secret, a fixed text, or a number.
fn keeps_secret(code: &Code<'_>, id: ExprId) -> bool {
    match code.module.expr(id).kind {
        ExprKind::String(_)
        | ExprKind::Number(_)
        | ExprKind::Not(_)
        | ExprKind::Bool(_)
        | ExprKind::Index { .. } => false,
        ExprKind::Conditional { then, otherwise, .. } => {
            keeps_secret(code, then) || keeps_secret(code, otherwise)
        }
        ExprKind::Binary { op, .. } => {
            !code.children(id).is_empty()
                && !matches!(
                    op,
                    crate::ir::BinaryOp::Arithmetic
                        | crate::ir::BinaryOp::Subtract
                        | crate::ir::BinaryOp::BitAnd
                )
        }
        ExprKind::Call { .. } => code.callee(id).is_some_and(|callee| {
            let last = callee.rsplit('.').next().unwrap_or(&callee).to_ascii_lowercase();
            ![
                "slice",
                "substring",
                "replace",
                "mask",
                "redact",
                "hash",
                "digest",
                "encrypt",
                "sanit",
                "obfusc",
                "bool",
                "len",
            ]
            .iter()
            .any(|word| last.contains(word))
        }),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    fn count(path: &str, text: &str) -> usize {
        findings_of("secret-in-log", &[(path, text)]).len()
    }

    #[test]
    fn parts_and_presence_are_fine() {
        for quiet in [
            "const key = process.env.API_KEY;\nconsole.error('API key set: ' + Boolean(key));\n",
            "const key = process.env.API_KEY;\nconsole.error(`key ${key.slice(0, 4)}…`);\n",
            "const apiKey = process.env.API_KEY;\nconsole.error('API key', apiKey ? 'set' : 'missing');\n",
            "console.error('set API_KEY and ACCESS_TOKEN first');\n",
            "const n = process.env.API_KEY.length;\nconsole.log(n);\n",
        ] {
            assert_eq!(count("a.ts", quiet), 0, "{quiet}");
        }
    }

    #[test]
    fn helpers_are_followed() {
        let text = "import logging\nimport os\n\nlog = logging.getLogger(__name__)\n\ndef connect(key):\n    log.info('connecting with %s', key)\n\n\
                    connect(os.environ['SERVICE_API_KEY'])\n";
        assert_eq!(count("a.py", text), 1);
        assert_eq!(
            count("a.py", &text.replace("log.info('connecting with %s', key)", "log.info('connecting')")),
            0
        );
    }
}
