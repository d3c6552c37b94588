//! The `secrets` of `mcp.yaml`.

use std::collections::HashSet;

use super::{
    context::{Context, show},
    fields::{Fields, Text},
    model::{Injection, InjectionMethod, Requirement, Transport, ValueType},
    sigyl_yaml::{HEADER_PREFIX, INJECTION_KEYS, METHODS, SECRET_KEYS, TYPES},
    values,
};

/// Reads `secrets`.
pub(crate) fn read(
    ctx: &mut Context<'_>,
    root: &Fields<'_>,
    transport: Option<&Transport>,
) -> Vec<Requirement> {
    let mut requirements: Vec<Requirement> = Vec::new();
    let mut names = HashSet::new();
    for secret in root.mappings(ctx, "secrets") {
        secret.check_keys(ctx, &SECRET_KEYS);
        let Some(name) = secret.required_string(ctx, "name", "MY_API_KEY") else { continue };
        let good = name.text.len() <= 128
            && name.text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name
                .text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        if !good {
            let message = format!("`{}` is no name of a secret", show(name.text));
            ctx.error(
                "invalid-value",
                name.span,
                message,
                "Write letters, digits, `_`, `-` and `.`, with a letter first: `OPENAI_API_KEY`",
            );
            continue;
        }
        if !names.insert(name.text) {
            let message = format!("the secret `{}` is declared twice", show(name.text));
            ctx.error("duplicate-name", name.span, message, "Remove one of them, or rename it");
            continue;
        }
        let description = secret.string(ctx, "description").map(|text| text.text.to_owned());
        let required = secret.boolean(ctx, "required").unwrap_or(true);
        let value_type = secret.choice(ctx, "type", &TYPES).map_or(ValueType::String, |(found, _)| found);
        let injection = match injection(ctx, &secret, name) {
            Some(injection) => injection,
            None => {
                ctx.open_injections.push(requirements.len());
                default_injection(name.text, transport)
            }
        };
        requirements.push(Requirement {
            key: name.text.to_owned(),
            description,
            required,
            secret: true,
            value_type,
            injection,
            template: None,
            default: None,
            choices: Vec::new(),
            location: Some(ctx.location(name.span)),
        });
    }
    if !requirements.is_empty() {
        ctx.say("secrets", root.key_span("secrets"));
    }
    requirements
}

/// Where a secret goes when its manifest does not say.
pub(crate) fn default_injection(name: &str, transport: Option<&Transport>) -> Injection {
    match transport {
        Some(Transport::Http { .. }) => named(InjectionMethod::Header, name),
        _ => named(InjectionMethod::Environment, name),
    }
}

fn named(method: InjectionMethod, secret: &str) -> Injection {
    let name = match method {
        InjectionMethod::Header => format!("{HEADER_PREFIX}{secret}"),
        InjectionMethod::Query | InjectionMethod::Body => secret.to_owned(),
        InjectionMethod::Environment => secret.replace(['-', '.'], "_"),
    };
    Injection { method, name }
}

fn injection(ctx: &mut Context<'_>, secret: &Fields<'_>, key: Text<'_>) -> Option<Injection> {
    let fields = secret.mapping(ctx, "injection")?;
    fields.check_keys(ctx, &INJECTION_KEYS);
    if fields.get("method").is_none() {
        let message = format!("`{}` is missing", show(&fields.name_of("method")));
        ctx.error("missing-key", fields.head_span(), message, "Add `method: header`");
        return None;
    }
    let (method, _) = fields.choice(ctx, "method", &METHODS)?;
    let Some(name) = fields.string(ctx, "name") else { return Some(named(method, key.text)) };
    let problem = match method {
        InjectionMethod::Header if !values::is_header_name(name.text) => Some("is no name of a header"),
        InjectionMethod::Header if is_reserved_header(name.text) => {
            Some("is a header that Sigyl sets itself")
        }
        InjectionMethod::Environment if !values::is_variable_name(name.text) => {
            Some("is no name of an environment variable")
        }
        InjectionMethod::Query | InjectionMethod::Body if name.text.is_empty() => Some("is empty"),
        _ => None,
    };
    if let Some(problem) = problem {
        let message = format!("`{}` {problem}", show(name.text));
        let mend = format!("Write another name, such as `{}`", show(&named(method, key.text).name));
        ctx.error("invalid-value", name.span, message, mend);
        return None;
    }
    Some(Injection { method, name: name.text.to_owned() })
}

/// Headers that frame a request or belong to the protocol; a value from a manifest must not replace them.
pub(crate) fn is_reserved_header(name: &str) -> bool {
    let reserved = [
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "host",
        "keep-alive",
        "last-event-id",
        "mcp-method",
        "mcp-name",
        "mcp-protocol-version",
        "mcp-session-id",
        "origin",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    reserved.iter().any(|reserved| name.eq_ignore_ascii_case(reserved))
}
