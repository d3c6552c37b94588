//! Keys that sessions and tokens are signed with, and that are a fixed text where none is configured: whoever reads the
//! source signs a token of their own.

use sigyl_core::{Confidence, Severity};

use super::code::Code;
use crate::{
    context::FileContext,
    files::FileRole,
    ir::{BinaryOp, ExprId, ExprKind, Pattern},
    rule::{Draft, Findings},
};

/// What the names of variables hold that such keys are configured by. Names that say only that something is secret are
/// left to those who see what it is used for.
const OF_SIGNING: &[&str] =
    &["JWT", "SESSION", "COOKIE", "SIGNING", "AUTH_SECRET", "TOKEN_SECRET", "HMAC", "SECRET_KEY"];
const ENDS: &[&str] = &["SECRET", "KEY", "PASSPHRASE"];

/// Reports fixed texts that stand in for a key which is not configured.
pub(super) fn fixed_fallbacks(file: &FileContext<'_>, told: &[(usize, usize)], out: &mut Findings) {
    let names = ["SECRET", "_KEY", "PASSPHRASE"];
    if file.role != FileRole::Runtime || !file.holds_any(&names) {
        return;
    }
    let Some(code) = Code::of(file, &names) else { return };
    for id in code.all() {
        let Some((name, literal)) = fallback(&code, id).filter(|(name, _)| is_of_signing(name)) else {
            continue;
        };
        let span = code.module.span(literal);
        if told.iter().any(|(start, end)| *start < span.end as usize && (span.start as usize) < *end) {
            continue;
        }
        let message = format!(
            "where `{name}` is not set, sessions and tokens are signed with a text that stands in the source"
        );
        out.report(
            Draft::new(file.place(span), message)
                .severity(Severity::Error)
                .confidence(Confidence::Medium)
                .fix("Refuse to start without the key, or make a random one at every start"),
        );
    }
}

/// Reports keys of sessions and tokens that are a fixed text in every case.
pub(super) fn fixed_keys(file: &FileContext<'_>, told: &[(usize, usize)], out: &mut Findings) {
    let words = ["session", "Session", "jwt", "Serializer", "secret_key", "SECRET_KEY"];
    if file.role != FileRole::Runtime || !file.holds_any(&words) {
        return;
    }
    let Some(code) = Code::of(file, &words) else { return };
    let keys = code.all().filter_map(|id| key_of(&code, id)).chain(assigned_keys(&code));
    for key in keys {
        let literal = code.resolve(key);
        if !is_fixed(&code, literal) {
            continue;
        }
        let span = code.module.span(literal);
        if told.iter().any(|(start, end)| *start < span.end as usize && (span.start as usize) < *end) {
            continue;
        }
        let message = "sessions and tokens are signed with a text that stands in the source";
        out.report(
            Draft::new(file.place(span), message)
                .severity(Severity::Error)
                .confidence(Confidence::Medium)
                .fix("Read the key from the environment, and refuse to start without it"),
        );
    }
}

/// A text that is written here, and that is no key in PEM or address of one.
fn is_fixed(code: &Code<'_>, id: ExprId) -> bool {
    matches!(code.module.expr(id).kind, ExprKind::String(text)
        if !code.module.name(text).is_empty() && !code.module.name(text).contains("-----BEGIN"))
}

/// What a call signs sessions or tokens with: `session({ secret })`, `jwt.encode(claims, key)`.
fn key_of(code: &Code<'_>, id: ExprId) -> Option<ExprId> {
    let path = code.callee(id)?;
    let arguments = code.arguments(id);
    let last = path.rsplit('.').next().unwrap_or(&path);
    match &*path {
        "express-session" | "hono/jwt.jwt" => code.option(id, "secret"),
        "jwt.encode"
        | "jose.jwt.encode"
        | "jsonwebtoken.sign"
        | "jsonwebtoken.default.sign"
        | "hono/jwt.sign" => arguments.get(1).copied(),
        _ if path.starts_with("itsdangerous.") && last.ends_with("Serializer") => {
            arguments.first().copied().or_else(|| code.option(id, "secret_key"))
        }
        _ if last == "SessionMiddleware"
            || arguments.first().is_some_and(|first| code.last_name(*first) == Some("SessionMiddleware")) =>
        {
            code.option(id, "secret_key")
        }
        _ => None,
    }
}

/// `app.secret_key = "…"` and `app.config["SECRET_KEY"] = "…"` of Flask and its like.
fn assigned_keys(code: &Code<'_>) -> Vec<ExprId> {
    let is_key = |place: ExprId| match code.module.expr(place).kind {
        ExprKind::Member { property, .. } => code.module.name(property) == "secret_key",
        ExprKind::Index { object, index } => {
            code.text(index) == Some("SECRET_KEY") && code.path(object).ends_with("config")
        }
        _ => false,
    };
    let is_web = code.module.names.iter().any(|name| matches!(&**name, "Flask" | "Quart"));
    code.assignments()
        .iter()
        .filter(|_| is_web)
        .filter(|(target, ..)| matches!(target, Pattern::Place(place) if is_key(*place)))
        .map(|(_, value, _)| *value)
        .collect()
}

/// The name of a setting and the fixed text that stands in for it: `process.env.JWT_SECRET || "…"`,
/// `os.getenv("JWT_SECRET", "…")`, `config.get("JWT_SECRET", "…")`.
fn fallback<'m>(code: &Code<'m>, id: ExprId) -> Option<(&'m str, ExprId)> {
    let is_text = |id: &ExprId| matches!(code.module.expr(*id).kind, ExprKind::String(text) if !code.module.name(text).is_empty());
    match code.module.expr(id).kind {
        ExprKind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
            Some((setting(code, code.resolve(left))?, right)).filter(|(_, right)| is_text(right))
        }
        ExprKind::Call { .. } => {
            let name = setting(code, id)?;
            code.arguments(id).get(1).copied().filter(is_text).map(|text| (name, text))
        }
        _ => None,
    }
}

/// The name of the setting that is read: a variable of the environment, or what a service of settings is asked for.
fn setting<'m>(code: &Code<'m>, id: ExprId) -> Option<&'m str> {
    match code.module.expr(id).kind {
        ExprKind::Member { object, property } => {
            let object = code.path(object);
            (object.ends_with(".env") || object == "env" || object == "os.environ")
                .then(|| code.module.name(property))
        }
        ExprKind::Index { object, index } => {
            code.path(object).ends_with("environ").then(|| code.text(index)).flatten()
        }
        ExprKind::Call { .. } => {
            let callee = code.callee(id)?.to_ascii_lowercase();
            let reads = callee.ends_with("getenv")
                || callee.ends_with(".get") && (callee.contains("environ") || callee.contains("config"));
            reads.then(|| code.arguments(id).first().and_then(|name| code.text(*name))).flatten()
        }
        _ => None,
    }
}

fn is_of_signing(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    OF_SIGNING.iter().any(|word| upper.contains(word))
        && ENDS.iter().any(|end| upper.ends_with(end))
        && !upper.contains("PUBLIC")
}
